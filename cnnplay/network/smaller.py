"""Changes of a network that make it smaller, or keep it from learning its images by heart."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from ..errors import PlaygroundError, Remedy
from .architecture import Architecture
from .layers import Convolution, Dense, Dropout, Flatten, GlobalMean, Layer, Pooling

Layers = tuple[Layer, ...]
DROPOUT = 50  # percent


@dataclass(frozen=True)
class Change:
    """What a change does, in words to go on with after a verb ("3 filters in conv1"), and the network after it."""

    what: str
    network: Architecture

    def remedy(self, verb: str) -> Remedy:
        """A button of the change: "Train again with 3 filters in conv1"."""
        return Remedy(f"{verb} {self.what}", {"net": str(self.network)})


def smaller(network: Architecture) -> list[Change]:
    """Single changes after which the network still ends in ten scores and has fewer parameters."""
    return [
        made for made in _tried(network, _shrunk(network)) if made.network.parameter_count < network.parameter_count
    ]


def with_dropout(network: Architecture) -> Change | None:
    """The network with dropout before its last dense layer; None where it has dropout already."""
    layers = network.layers
    if any(isinstance(layer, Dropout) for layer in layers):
        return None
    changed = (*layers[:-1], Dropout(DROPOUT), *layers[-1:])
    return next(_tried(network, iter([(f"{DROPOUT} % dropout", changed)])), None)


def _tried(network: Architecture, changes: Iterator[tuple[str, Layers]]) -> Iterator[Change]:
    """Those that make a network with ten scores."""
    for what, layers in changes:
        with suppress(PlaygroundError):
            changed = replace(network, layers=layers)
            changed.require_classes()
            yield Change(what, Architecture.parse(str(changed), network.input_shape, network.classes))


def _shrunk(network: Architecture) -> Iterator[tuple[str, Layers]]:
    """Half the units of the largest hidden layer, half the filters of the last convolution, smaller maps."""
    layers, names = network.layers, network.names
    hidden = [at for at, layer in enumerate(layers[:-1]) if isinstance(layer, Dense)]
    if hidden:
        at = max(hidden, key=lambda at: layers[at].parameters(network.shapes[at]))
        yield _halved(layers, names, at, "units")
    convolutions = [at for at, layer in enumerate(layers) if isinstance(layer, Convolution)]
    if convolutions:
        yield _halved(layers, names, convolutions[-1], "filters")
    if Flatten() in layers:
        at = layers.index(Flatten())
        yield "one more max pooling before flatten", (*layers[:at], Pooling("max", (2, 2)), *layers[at:])
        yield "a global average in place of flatten", (*layers[:at], GlobalMean(), *layers[at + 1 :])


def _halved(layers: Layers, names: tuple[str, ...], at: int, field: str) -> tuple[str, Layers]:
    half = max(1, getattr(layers[at], field) // 2)
    thing = field if half > 1 else field[:-1]
    changed = replace(layers[at], **{field: half})  # type: ignore[type-var]  # every layer is a dataclass
    return f"{half:,} {thing} in {names[at]}", (*layers[:at], changed, *layers[at + 1 :])
