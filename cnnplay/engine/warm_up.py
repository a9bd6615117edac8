"""What a server makes ready while nobody waits: slow imports, and the programs of the first training."""

from collections.abc import Callable
from importlib import import_module

from ..data.datasets import Dataset
from ..network.architecture import Architecture
from ..training.config import TrainConfig

# Modules that take long to import. pandas comes before Plotly, which looks for it.
SLOW = ("jax", "optax", "flax.nnx", "pandas", "plotly.graph_objects")

Expected = tuple[Architecture, TrainConfig]


def import_slow_modules(should_stop: Callable[[], bool]) -> None:
    """Import what the pages and the training need, so that no visitor waits for it."""
    for name in SLOW:
        if should_stop():
            return
        import_module(name)


def compile_expected(expected: Expected, dataset: Dataset, should_stop: Callable[[], bool]) -> None:
    """Compile the programs that a run of these settings needs, by a step and a test whose results nobody sees."""
    from ..training.trainer import Trainer, evaluate  # loads JAX

    if should_stop():
        return
    trainer = Trainer(*expected, dataset)
    trainer.advance(1)
    evaluate(trainer.architecture, trainer.weights(), dataset.test, should_stop)
