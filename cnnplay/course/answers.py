"""What stands on a page when its check is pressed: answers that are neither typed nor chosen."""

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..network.architecture import Architecture
from ..ops.arithmetic import Window

if TYPE_CHECKING:  # these load JAX, which most exercises do without
    from ..network.model import Weights
    from ..training.config import TrainConfig
    from ..training.history import Evaluation, History


@dataclass(frozen=True)
class WindowsOn:
    """A line of `size` pixels with the windows on it: rows and columns of a square picture are alike."""

    size: int
    window: Window


@dataclass(frozen=True)
class Trained:
    """A run as it is now. evaluation: its newest test, None before the first epoch has ended."""

    network: Architecture
    config: "TrainConfig"
    history: "History"
    evaluation: "Evaluation | None"


@dataclass(frozen=True)
class Plan:
    """What to train, and how: the solution of an exercise whose answer is a run."""

    net: str
    config: "TrainConfig"


@dataclass(frozen=True)
class Shown:
    """A test image, by its number, and the network that is looked into."""

    number: int
    network: Architecture
    weights: "Weights"


@dataclass(frozen=True)
class Drawn:
    """A drawing on the pad, brightness 0 to 1 [height, width], the preprocessing steps that are switched off (crop,
    fit, centre), and the network that reads it.
    """

    ink: np.ndarray
    skip: Set[str]
    network: Architecture
    weights: "Weights"
