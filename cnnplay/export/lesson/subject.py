"""The subject of a lesson: a network, its settings, and, for the page, its weights and history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from ...data.datasets import MNIST, DataSource, Split, brightness
from ...errors import PlaygroundError
from ...inspection.activations import activations
from ...inspection.evaluation import predictions
from ...network.architecture import Architecture
from ...network.layers import Convolution, Layer, Pooling, Shape
from ...network.model import Weights, initial_weights
from ...training.config import TrainConfig
from ...training.history import Epoch, History
from ...words import printable
from ..data_files import escaped
from ..script_template import Framework, Parts
from ..scripts import FRAMEWORKS, requirements
from .texts import LONGEST_SHOWN, listed, shown

DIGIT = 0  # the test image that goes through the lesson: of MNIST, a seven
SHOWN = 10  # images in a picture
COLOURS = ("red", "green", "blue")  # the channels of a colour image
MOST_MACS = 40_000_000_000  # of evaluating the test images for the page


@dataclass(frozen=True, eq=False)
class Subject:
    """A network and its settings; `framework` for a notebook, `weights` and `history` for a page.

    link: an address that opens the network in the playground. epoch: the epoch of the history after which the weights
    were taken, 0 for the initial ones; None means the last one, or 0 for untrained weights. data: what the network is
    for. Raises PlaygroundError where the history has no such epoch, or the network is for other data.
    """

    architecture: Architecture
    config: TrainConfig
    framework: str = ""
    weights: Weights | None = None
    history: History | None = None
    link: str | None = None
    epoch: int | None = None
    data: DataSource = MNIST

    def __post_init__(self) -> None:
        self.architecture.require_classes()
        network, data = self.architecture, self.data
        if (tuple(network.input_shape), network.classes) != (tuple(data.input_shape), len(data.classes)):
            raise PlaygroundError(
                f"The network is for images {network.input_shape} in {network.classes} classes, and the data are "
                f"images {tuple(data.input_shape)} in {len(data.classes)}: take the data that it was made for."
            )
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
        return self.written.parts(self.architecture, self.config, self.data)

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

    @property
    def is_mnist(self) -> bool:
        """Whether the lesson may speak of digits, of strokes, and of the seven."""
        return self.data.name == MNIST.name

    @cached_property
    def test(self) -> Split:
        """The test images of the data."""
        return self.data.load().test

    @cached_property
    def images(self) -> np.ndarray:
        """The first test images: float32 [10 h w c], 0 to 1."""
        return brightness(self.test.images[:SHOWN])

    @property
    def labels(self) -> np.ndarray:
        return self.test.labels[:SHOWN]

    @property
    def image(self) -> np.ndarray:
        """The image that goes through the lesson: [h w c]."""
        image: np.ndarray = self.images[DIGIT]
        return image

    @cached_property
    def channel(self) -> int:
        """The channel of that image that filters are shown on: the one with the strongest contrast."""
        return int(self.image.std(axis=(0, 1)).argmax())

    @property
    def plane(self) -> np.ndarray:
        """That channel of the image: [h w]."""
        plane: np.ndarray = self.image[..., self.channel]
        return plane

    @property
    def in_colour(self) -> bool:
        return self.data.input_shape[2] == len(COLOURS)

    @property
    def of_channel(self) -> str:
        """ " in its red channel", behind the image in a sentence; "" where it is grey."""
        return f" in its {COLOURS[self.channel]} channel" if self.in_colour else ""

    @property
    def one(self) -> str:
        """What the notebook calls the image; with an s, the first ten."""
        return "digit" if self.is_mnist else "picture"

    @property
    def plane_source(self) -> str:
        """The source of `plane`, for the notebook."""
        return f"{self.one}[..., {self.channel}]"

    @property
    def noun(self) -> str:
        """What the images are: "digit", "shape"."""
        return self.data.noun

    @property
    def it(self) -> str:
        """The image that goes through the lesson, in a sentence."""
        return "the seven" if self.is_mnist else "the picture"

    @property
    def a(self) -> str:
        """The same, where it is one of many."""
        return "a seven" if self.is_mnist else f"one {self.noun}"

    @property
    def kind(self) -> str:
        """What the network tells apart: "digit", or "class"."""
        return "digit" if self.is_mnist else "class"

    @property
    def kinds(self) -> str:
        return "digits" if self.is_mnist else "classes"

    @property
    def counted_classes(self) -> str:
        return "ten" if self.is_mnist else str(len(self.data.classes))

    @property
    def class_list(self) -> str:
        """The names of the classes in their order, as Markdown."""
        return listed([escaped(shown(name)) for name in self.data.classes])

    @property
    def class_names(self) -> list[str]:
        """The names of the classes for pictures."""
        return [shown(name) for name in self.data.classes]

    @property
    def names(self) -> str:
        """The source of `class_names` in the notebook, after that of `naming`."""
        return "names" if self.naming else "CLASSES"

    @property
    def naming(self) -> str:
        """The source that cuts long names; "" where none is."""
        if all(len(name) <= LONGEST_SHOWN for name in self.data.classes):
            return ""
        cut = f'name if len(name) <= {LONGEST_SHOWN} else name[:{LONGEST_SHOWN - 1}] + "…"'
        return f"names = [{cut} for name in CLASSES]\n"

    def phrase(self, label: int) -> str:
        """A class within a sentence, as plain text: "a 7", "a circle"."""
        return printable(self.data.phrase(int(label)))

    @property
    def trained_on(self) -> int:
        """How many images the network learns from."""
        return min(self.config.train_images, self.data.images[0])

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
        """The output of each layer for the image, by its name."""
        made = activations(self.architecture, self.given, self.images[:1])
        return {name: made[name][0] for name in self.architecture.names}

    @cached_property
    def asked(self) -> int:
        """How many test images the page evaluates: all, unless the network is large."""
        return int(np.clip(MOST_MACS // max(self.architecture.macs, 1) // 100 * 100, 200, len(self.test)))

    @cached_property
    def probabilities(self) -> np.ndarray:
        """The probability of each class for those images: [n classes]."""
        return predictions(self.architecture, self.given, self.test.images[: self.asked])

    @property
    def truths(self) -> np.ndarray:
        return self.test.labels[: self.asked]


def channel_names(network: Architecture, layer: str) -> tuple[str, ...]:
    """The names of the channels that arrive at a layer, where it is the first and reads a colour image."""
    first = network.names[0] == layer and network.input_shape[2] == len(COLOURS)
    return COLOURS if first else ()


def values_of(shape: Shape) -> str:
    """ "13 × 13 × 6 = 1,014" of a shape."""
    return f"{' × '.join(f'{n:,}' for n in shape)} = {prod(shape):,}" if len(shape) > 1 else f"{shape[0]:,}"
