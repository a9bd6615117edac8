"""What to measure, and how thoroughly. Networks are in the playground's text form."""

from typing import NamedTuple

THREADS = 2  # cores that a framework may use

# Framework, as its module in peers/ begins: its title.
TITLES = {"cnnplay": "cnnplay", "pytorch": "PyTorch", "keras": "Keras on TensorFlow", "nnx": "nnx.Conv"}

# The table's results: each from an environment with a Python of its own. The peers are only in the first.
COLUMNS = ("default", "next")
OWN = ("cnnplay", "nnx")  # frameworks in every environment


class Setting(NamedTuple):
    """One training step: a network and its batch size."""

    network: str
    batch: int


class Scale(NamedTuple):
    """How thoroughly to measure. Each figure is the median of its rounds, starts or seeds."""

    settings: tuple[int, ...]  # indices into GRID
    rounds: int  # of training steps and of evaluations
    pressure_rounds: int  # of training steps beside a process that copies arrays
    seconds: float  # of a round
    epochs: int  # of a whole training
    job_rounds: int  # whole trainings
    seeds: int  # of the preset
    starts: int  # new processes that measure the first step, of a network new to the machine and of one seen before
    networks: int  # trained after the first, to measure memory
    experiment_seeds: int  # of an experiment with RATES


# Kernel 1-7, stride 1-3, padding valid / same / pixels, filters 4-64, 1-3 blocks, batch 16-256, max and mean pooling,
# pool stride other than pool size. The first row is the notebook's network, row 16 Keras's MNIST convnet.
GRID = [
    Setting("conv6k2-relu-max2-flatten-dense10", 32),
    Setting("conv4k1-relu-max2-flatten-dense10", 16),
    Setting("conv8k3same-relu-max2-flatten-dense10", 32),
    Setting("conv16k5-relu-max2-flatten-dense10", 64),
    Setting("conv4k7p3-relu-mean2-flatten-dense10", 32),
    Setting("conv32k3-relu-max2-flatten-dense10", 128),
    Setting("conv64k3same-relu-max2-flatten-dense10", 64),
    Setting("conv8k3s2-relu-max2-flatten-dense10", 32),
    Setting("conv16k5s2same-relu-mean2-flatten-dense10", 128),
    Setting("conv32k7s3p2-relu-max2-flatten-dense10", 64),
    Setting("conv8k4s3-relu-max3s2-flatten-dense10", 16),
    Setting("conv6k2-relu-max2-conv12k2-relu-max2-flatten-dense10", 32),
    Setting("conv8k3same-relu-max2-conv16k3same-relu-max2-flatten-dense10", 32),
    Setting("conv8k5same-relu-max2-conv16k5same-relu-max2-flatten-dense10", 32),
    Setting("conv16k3s2p1-relu-conv32k3s2p1-relu-flatten-dense10", 32),
    Setting("conv32k3-relu-max2-conv64k3-relu-max2-flatten-dropout50-dense10", 128),
    Setting("conv16k5same-relu-max2-conv32k5same-relu-max2-flatten-dense10", 128),
    Setting("conv8k7same-relu-max2-conv16k7same-relu-max2-flatten-dense10", 128),
    Setting("conv64k3same-relu-max2-conv64k3same-relu-max2-flatten-dense10", 128),
    Setting("conv4k6p2-relu-mean3s2-conv8k6p2-relu-mean2-flatten-dense10", 256),
    Setting("conv16k1-relu-max2-conv32k3-relu-max2-flatten-dense10", 256),
    Setting("conv16k3same-relu-max3s2-conv16k3same-relu-max3s2-flatten-dense10", 64),
    Setting("conv24k4same-relu-mean2-conv48k4same-relu-mean2-flatten-dense10", 64),
    Setting("conv8k3same-relu-max2-conv16k3same-relu-max2-conv32k3same-relu-max2-flatten-dense10", 64),
    Setting("conv16k5same-relu-max2-conv32k5same-relu-max2-conv64k3same-relu-max2-flatten-dense10", 32),
    Setting("conv32k3same-relu-max2-conv64k3same-relu-max2-conv64k3same-relu-max2-flatten-dense10", 16),
    Setting("conv4k2-relu-mean2-conv8k2-relu-mean2-conv16k2-relu-mean2-flatten-dense10", 256),
    Setting("conv12k7p3-relu-max3s1-conv24k5s2same-relu-conv24k3-relu-max2-flatten-dense10", 128),
    Setting("conv64k5same-relu-max2-conv64k5same-relu-max2-flatten-dense10", 32),
    Setting("conv64k7same-relu-max2-conv16k1-relu-max2-flatten-dense10", 16),
]

NOTEBOOK = 0  # in GRID
KERAS_CONVNET = 15
EVALUATED = (NOTEBOOK, KERAS_CONVNET)

RATES = (5e-4, 1e-3, 2e-3)  # learning rates of an experiment

# Small networks as a visitor would try, all different.
FURTHER_NETWORKS = [
    f"conv{filters}k{kernel}-relu-max2-flatten-dense10" for filters in (5, *range(7, 14)) for kernel in (1, 2, 3, 4, 5)
]

FULL = Scale(
    settings=tuple(range(len(GRID))),
    rounds=5,
    pressure_rounds=3,
    seconds=0.25,
    epochs=10,
    job_rounds=2,
    seeds=10,
    starts=5,
    networks=40,
    experiment_seeds=8,
)
QUICK = Scale(
    settings=(NOTEBOOK, KERAS_CONVNET),
    rounds=3,
    pressure_rounds=2,
    seconds=0.1,
    epochs=1,
    job_rounds=1,
    seeds=1,
    starts=1,
    networks=4,
    experiment_seeds=1,
)
