"""What a server makes ready while nobody waits: slow imports, and the programs of the first training."""

import math
import time
from collections.abc import Callable
from importlib import import_module

from .. import compilation_cache
from ..data.datasets import Dataset
from ..network.architecture import Architecture
from ..training.config import TrainConfig

# Modules that take long to import. pandas comes before Plotly, which looks for it.
SLOW = ("jax", "optax", "flax.nnx", "pandas", "plotly.graph_objects")

TIMED, STEPS = 5, 10  # how often steps are timed, and how many at a time

Expected = tuple[Architecture, TrainConfig]


def import_slow_modules(should_stop: Callable[[], bool]) -> None:
    """Import what the pages and the training need, so that no visitor waits for it.

    What JAX compiles after it has been loaded is kept on disk.
    """
    for name in SLOW:
        if should_stop():
            return
        import_module(name)
        if name == "jax":
            compilation_cache.use()


def compile_expected(expected: Expected, dataset: Dataset, should_stop: Callable[[], bool]) -> float | None:
    """Compile the programs that a run of these settings needs, by a step and a test whose results nobody sees.

    Returns the seconds that a step takes; None where it stopped early.
    """
    from ..training.trainer import Trainer, evaluate  # loads JAX

    if should_stop():
        return None
    trainer = Trainer(*expected, dataset)
    trainer.advance(1)
    evaluate(trainer.architecture, trainer.weights(), dataset.test, should_stop)
    quickest = math.inf
    for _ in range(TIMED):  # others compute as well now and then: the quickest tells what the machine can do
        if should_stop():
            return None
        began = time.perf_counter()
        trainer.advance(STEPS)
        quickest = min(quickest, (time.perf_counter() - began) / STEPS)
    return quickest
