"""The trained networks that come with cnnplay, made by `make pretrained`: reading one does not load JAX.

Each is a preset's network, trained with the preset's settings and seed 0, in a weights file as `saved_run` writes it.
The history has all epochs; its steps are averaged until few rows are left.
"""

from functools import cache
from pathlib import Path

from ..data import datasets
from ..network.architecture import Architecture
from ..network.presets import PRESETS
from ..training.config import TrainConfig
from ..training.history import History
from .saved_run import Parts, SavedRun, read_parts, save

FOLDER = Path(datasets.__file__).with_name("pretrained")
PRETRAINED = ("notebook", "fast99")  # names of presets
MOST_ROWS = 256  # of a history: 4 kB


def file_of(preset: str) -> Path:
    return FOLDER / f"{preset}.safetensors"


@cache
def pretrained(preset: str) -> Parts:
    """The trained network of a preset, one of PRETRAINED."""
    return read_parts(file_of(preset).read_bytes())


def train(preset: str) -> bytes:
    """Train a preset's network on all of MNIST; the bytes of its file, the same on the same kind of processor."""
    from ..training.trainer import Trainer  # loads JAX

    row = PRESETS[preset]
    config = TrainConfig(**row.settings, seed=0)
    trainer = Trainer(Architecture.parse(row.net), config, datasets.mnist())
    trainer.advance(trainer.total_steps)
    return save(SavedRun(trainer.architecture, config, trainer.weights(), shortened(trainer.history), trainer.epoch))


def shortened(history: History) -> History:
    """A history with the same epochs whose rows are means of several steps."""
    short, every_step = History(history.steps, MOST_ROWS), history.record
    short.extend(every_step.loss, every_step.accuracy, every_step.learning_rate)
    short.epochs = history.epochs
    return short


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in PRETRAINED:
        data = train(name)
        file_of(name).write_bytes(data)
        tested = read_parts(data).history.epochs[-1].test
        print(f"{file_of(name).name}: {len(data):,} bytes, {tested.accuracy:.2%} of the test images")
