"""A sweep frees what compiled programs take, and changes no number of a run or an inspection that is under way."""

import importlib
import subprocess
import sys
import threading
from functools import _lru_cache_wrapper
from pathlib import Path

import jax
import numpy as np

from cnnplay import caching
from cnnplay.caching import forget_programs
from cnnplay.engine import memory
from cnnplay.inspection.evaluation import predictions
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.ops.quick_jit import quick
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer, evaluate

NET = Architecture.parse("conv3k5s3-relu-max2-flatten-dropout20-dense10")
CONFIG = TrainConfig(batch_size=64, epochs=2)
ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnnplay"


def test_resident_memory_is_that_of_this_process():
    size = memory.resident()
    block = np.ones(30_000_000)  # 240 MB, written to
    assert memory.resident() - size > 0.8 * block.nbytes


def test_compilations_are_counted():
    counted = memory.compilations()
    before = counted.count
    program = jax.jit(lambda number: 3 * number + 1)
    program(1.0)
    assert counted.count == before + 1
    program(2.0)
    assert counted.count == before + 1
    program(np.ones(7))
    assert counted.count > before + 1


# Caches of something else than programs: the images, the compiler's options, the lesson's sources ...
NO_PROGRAMS = {"pretrained", "_options", "_neighbours", "_definitions"}
# ... and the pictures and numbers that the course's exercises ask for.
NO_PROGRAMS |= {"lines", "edges", "moved", "_scene", "_on_edges", "_on_lines", "_noisy_edges", "_sobel"}
NO_PROGRAMS |= {"_scores", "_softmax", "_without_each", "_most_certain_mistake", "_hidden", "_hanging"}
NO_PROGRAMS |= {"_kept", "_loss", "_after_step"}
# The versions of a process, and how long an image of a network takes.
NO_PROGRAMS |= {"versions", "_seconds_of_image"}


def modules():
    """The package's modules that load without Streamlit."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.name != "__init__.py" and PACKAGE / "ui" not in file.parents:
            yield importlib.import_module(f"cnnplay.{'.'.join(file.relative_to(PACKAGE).with_suffix('').parts)}")


def caches():
    """Every function of the package that has a cache, by name."""
    for module in modules():
        for name, value in vars(module).items():
            if isinstance(value, _lru_cache_wrapper) and value.__module__ == module.__name__:
                yield name, value


def test_every_cache_of_compiled_programs_is_registered_and_a_sweep_empties_it(small):
    """A cache that `functools` made alone would keep its programs for ever."""
    weights = initial_weights(NET, 0)
    evaluate(NET, weights, small.test)
    predictions(NET, weights, small.test.images[:4])
    filled = {name: cache.cache_info().currsize for name, cache in caches()}
    assert filled["evaluation_program"] and filled["_predictions"]
    forget_programs()
    left = {name for name, cache in caches() if cache.cache_info().currsize}
    registered = {cache for _, cache in caches() if cache.cache_clear in caching._forget_programs}
    assert {name for name, cache in caches() if cache not in registered} == NO_PROGRAMS
    assert len(registered) >= 12
    assert left <= NO_PROGRAMS


def test_a_run_is_the_same_bit_for_bit_with_and_without_sweeps(small):
    swept, plain = Trainer(NET, CONFIG, small), Trainer(NET, CONFIG, small)
    for steps in (1, 20, 20, 23):
        swept.advance(steps)
        memory.sweep()
    plain.advance(64)
    np.testing.assert_array_equal(swept.history.loss, plain.history.loss)
    for name, array in plain.weights().items():
        np.testing.assert_array_equal(swept.weights()[name], array, err_msg=name)
    assert swept.history.epochs[-1].test.loss == plain.history.epochs[-1].test.loss


def test_sweeps_change_no_answer_of_inspections_under_way(small):
    """Inspections and evaluations in four threads, with sweeps in between."""
    weights = initial_weights(NET, 0)
    images = small.test.images[:4]
    wanted = predictions(NET, weights, images)
    loss = evaluate(NET, weights, small.test).loss
    wrong, errors, done = [], [], threading.Event()

    def ask():
        try:
            while not done.is_set():
                wrong.extend([] if np.array_equal(predictions(NET, weights, images), wanted) else ["probabilities"])
                wrong.extend([] if evaluate(NET, weights, small.test).loss == loss else ["loss"])
                quick(lambda values: jax.lax.sort(values))(np.ones(3))  # compiled: NumPy is not told how
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(8):
        memory.sweep()
    done.set()
    for thread in threads:
        thread.join()
    assert (wrong, errors) == ([], [])


MANY_NETWORKS = """
import sys
sys.path.insert(0, ".")
from cnnplay.engine import memory
from cnnplay.network.architecture import Architecture
from cnnplay.data.datasets import Dataset, Split, mnist
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.training.config import TrainConfig
from tests.conftest import wait_until

every = mnist()
few = Dataset(*(Split(split.images[:500], split.labels[:500]) for split in (every.train, every.test)))
memory.FORCED_SWEEP_PAUSE = 0.0
engine = Engine(lambda: few, Limits(sweep_megabytes=400))
sizes = []
for filters in range(3, 28):
    run = engine.start(Architecture.parse(f"conv{filters}k3-relu-max2-flatten-dense10"), TrainConfig(epochs=1), "a")
    wait_until(lambda: engine.view(run).status == "finished")
    sizes.append(memory.resident() // 1_000_000)
engine.close()
print(*sizes)
"""


def test_twenty_five_networks_in_succession_stay_within_bounds():
    """Without sweeps they take 230 MB more than the first few; with sweeps 20 to 40 MB."""
    answer = subprocess.run(
        [sys.executable, "-c", MANY_NETWORKS], capture_output=True, text=True, cwd=ROOT, check=True, timeout=300
    )
    sizes = [int(size) for size in answer.stdout.split()]
    assert len(sizes) == 25
    assert max(sizes[5:]) - max(sizes[:5]) < 100, sizes
