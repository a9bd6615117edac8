"""The subject of a lesson: a network, its settings, and, for the page, its weights and history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from ...data.datasets import brightness, mnist
from ...errors import PlaygroundError
from ...inspection.activations import activations
from ...inspection.evaluation import predictions
from ...network.architecture import Architecture
from ...network.layers import Convolution, Layer, Pooling, Shape
from ...network.model import Weights, initial_weights
from ...training.config import TrainConfig
from ...training.history import Epoch, History
from ..script_template import Framework, Parts
from ..scripts import FRAMEWORKS, requirements

DIGIT = 0  # the test image that goes through the lesson: a seven
SHOWN = 10  # digits in a picture
MOST_MACS = 40_000_000_000  # of evaluating the test images for the page


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and its settings; `framework` for a notebook, `weights` and `history` for a page.

    link: an address that opens the network in the playground. epoch: the epoch of the history after which the weights
    were taken, 0 for the initial ones; None means the last one, or 0 for untrained weights.
    Raises PlaygroundError where the history has no such epoch.
    """

    architecture: Architecture
    config: TrainConfig
    framework: str = ""
    weights: Weights | None = None
    history: History | None = None
    link: str | None = None
    epoch: int | None = None

    def __post_init__(self) -> None:
        self.architecture.require_classes()
        if self.epoch is not None and self.history and not 0 <= self.epoch <= len(self.epochs):
            raise PlaygroundError(
                f"The weights of the lesson are of epoch {self.epoch}, and its history has {len(self.epochs)}: "
                f"take one from 0 to {len(self.epochs)}."
            )
        if self.is_notebook:
            requirements(self.framework)  # raises where there is no such framework

    @property
    def is_notebook(self) -> bool:
        return self.weights is None

    @cached_property
    def written(self) -> Framework:
        """The framework of the notebook's code."""
        return FRAMEWORKS[self.framework]

    @cached_property
    def parts(self) -> Parts:
        return self.written.parts(self.architecture, self.config)

    @cached_property
    def layers(self) -> list[tuple[str, Layer, Shape]]:
        """(name, layer, input shape) of each layer."""
        return list(zip(self.architecture.names, self.architecture.layers, self.architecture.shapes, strict=False))

    @property
    def convolutions(self) -> list[tuple[str, Convolution, Shape]]:
        return [(name, layer, shape) for name, layer, shape in self.layers if isinstance(layer, Convolution)]

    @property
    def poolings(self) -> list[tuple[str, Pooling, Shape]]:
        return [(name, layer, shape) for name, layer, shape in self.layers if isinstance(layer, Pooling)]

    def sliding(self) -> Iterator[tuple[str, Convolution | Pooling, Shape]]:
        """(name, layer, input shape) of the layers that slide a window."""
        for name, layer, shape in self.layers:
            if isinstance(layer, Convolution | Pooling):
                yield name, layer, shape

    @cached_property
    def digits(self) -> np.ndarray:
        """The first test images: float32 [10 28 28 1], 0 to 1."""
        return brightness(mnist().test.images[:SHOWN])

    @property
    def labels(self) -> np.ndarray:
        return mnist().test.labels[:SHOWN]

    @property
    def digit(self) -> np.ndarray:
        """The digit that goes through the lesson: [28 28 1]."""
        image: np.ndarray = self.digits[DIGIT]
        return image

    @property
    def given(self) -> Weights:
        assert self.weights is not None, "a notebook knows nothing of the weights before it has trained"
        return self.weights

    @cached_property
    def first_weights(self) -> Weights:
        """The initial weights."""
        return initial_weights(self.architecture, self.config.seed)

    @cached_property
    def trained(self) -> bool:
        return any(not np.array_equal(self.given[name], first) for name, first in self.first_weights.items())

    @property
    def epochs(self) -> Sequence[Epoch]:
        """The epochs of the history."""
        return self.history.epochs if self.history else ()

    @cached_property
    def taken(self) -> int:
        """The epoch after which the weights were taken; 0 for the initial ones."""
        return self.epoch if self.epoch is not None else len(self.epochs) * self.trained

    @property
    def went_on(self) -> bool:
        """Whether there are epochs after these weights."""
        return self.taken < len(self.epochs)

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """The output of each layer for the digit, by its name."""
        made = activations(self.architecture, self.given, self.digits[:1])
        return {name: made[name][0] for name in self.architecture.names}

    @cached_property
    def asked(self) -> int:
        """How many test images the page evaluates: all, unless the network is large."""
        return int(np.clip(MOST_MACS // max(self.architecture.macs, 1) // 100 * 100, 200, len(mnist().test)))

    @cached_property
    def probabilities(self) -> np.ndarray:
        """The probability of each digit for those images: [n 10]."""
        return predictions(self.architecture, self.given, mnist().test.images[: self.asked])

    @property
    def truths(self) -> np.ndarray:
        return mnist().test.labels[: self.asked]


def values_of(shape: Shape) -> str:
    """ "13 × 13 × 6 = 1,014" of a shape."""
    return f"{' × '.join(f'{n:,}' for n in shape)} = {prod(shape):,}" if len(shape) > 1 else f"{shape[0]:,}"
