"""A sweep gives back what compiled programs took, and nobody who trains or asks notices it but by the time it takes."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import jax
import numpy as np

from cnnplay.engine import memory
from cnnplay.inspection.evaluation import predictions
from cnnplay.ops.quick_jit import quick
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
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


def test_a_sweep_knows_every_cache_of_programs_and_leaves_the_images_where_they_are():
    """Whatever the source has a cache for, but for the images, the compiler's options, and the lesson's texts."""
    found = {f"{cache.__module__}.{cache.__name__}" for cache in memory.program_caches()}
    found = {name for name in found if not name.startswith("cnnplay.export.")}
    cached = {
        f"cnnplay.{'.'.join(file.relative_to(PACKAGE).with_suffix('').parts)}.{name}"
        for file in PACKAGE.rglob("*.py")
        if PACKAGE / "export" not in file.parents
        for name in re.findall(r"^@(?:lru_)?cache.*\ndef (\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    assert len(cached) >= 14
    assert found == cached - {"cnnplay.training.compiled.on_device", "cnnplay.ops.quick_jit._options"}


def test_a_run_goes_on_bit_for_bit_over_a_sweep(small):
    swept, plain = Trainer(NET, CONFIG, small), Trainer(NET, CONFIG, small)
    for steps in (1, 20, 20, 23):
        swept.advance(steps)
        memory.sweep()
    plain.advance(64)
    np.testing.assert_array_equal(swept.history.loss, plain.history.loss)
    for name, array in plain.weights().items():
        np.testing.assert_array_equal(swept.weights()[name], array, err_msg=name)
    assert swept.history.epochs[-1].validation.loss == plain.history.epochs[-1].validation.loss


def test_sweeps_while_others_ask_are_harmless(small):
    """Inspections, lessons and evaluations in four threads, with sweeps between: the answers are those without."""
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
                quick(lambda values: values * 2)(np.ones(3))
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
from cnnplay.engine import memory, worker
from cnnplay.network.architecture import Architecture
from cnnplay.data.datasets import Dataset, Split, mnist
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.training.config import TrainConfig
from tests.conftest import wait_until

every = mnist()
few = Dataset(*(Split(split.images[:500], split.labels[:500]) for split in (every.train, every.test)))
worker.SWEEP_PAUSE = 0.0
engine = Engine(lambda: few, Limits(sweep_megabytes=400))
sizes = []
for filters in range(3, 28):
    run = engine.start(Architecture.parse(f"conv{filters}k3-relu-max2-flatten-dense10"), TrainConfig(epochs=1), "a")
    wait_until(lambda: engine.view(run).status == "finished")
    sizes.append(memory.resident() // 1_000_000)
engine.close()
print(*sizes)
"""


def test_twenty_five_networks_one_after_the_other_stay_within_a_bound():
    """Without sweeps they take 230 MB more than the first few; with them 20 to 40."""
    answer = subprocess.run(
        [sys.executable, "-c", MANY_NETWORKS], capture_output=True, text=True, cwd=ROOT, check=True, timeout=300
    )
    sizes = [int(size) for size in answer.stdout.split()]
    assert len(sizes) == 25
    assert max(sizes[5:]) - max(sizes[:5]) < 100, sizes
