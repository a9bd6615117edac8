"""The layers that a network is made of, a class each; a layer's token, shapes, cost and formulas sit on its class."""

from .elementwise_layers import Activation, BatchNormalization, Dropout
from .flat_layers import Dense, Flatten, GlobalMean
from .layer import CLASSES, MNIST_SHAPE, Layer, Pair, Shape
from .sliding_layers import Convolution, Pooling, SlidingLayer

__all__ = [
    "CLASSES",
    "LAYERS",
    "MNIST_SHAPE",
    "Activation",
    "BatchNormalization",
    "Convolution",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalMean",
    "Layer",
    "Pair",
    "Pooling",
    "Shape",
    "SlidingLayer",
    "layer_names",
    "maps_of",
    "write_layers",
]

# Every kind of layer. The text form, its messages and its guesses follow.
LAYERS: tuple[type[Layer], ...] = (
    Convolution,
    Pooling,
    GlobalMean,
    BatchNormalization,
    Activation,
    Dropout,
    Flatten,
    Dense,
)


def write_layers(layers: tuple[Layer, ...]) -> str:
    """The text of layers: what `parsing.read_layers` reads."""
    return "-".join(map(str, layers))


def maps_of(layers: tuple[Layer, ...], convolution: int) -> int:
    """The index of the layer that makes a convolution's feature maps: its normalization or activation, or itself."""
    at = convolution
    for kind in (BatchNormalization, Activation):
        at += isinstance(layers[min(at + 1, len(layers) - 1)], kind)
    return at


def layer_names(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Names numbered by kind: conv1, relu1, conv2; the first flatten is "flatten", a second "flatten2"."""
    seen: dict[str, int] = {}
    names = []
    for layer in layers:
        seen[layer.stem] = seen.get(layer.stem, 0) + 1
        plain = not layer.numbered and seen[layer.stem] == 1
        names.append(layer.stem if plain else f"{layer.stem}{seen[layer.stem]}")
    return tuple(names)
