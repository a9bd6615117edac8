"""What several exercises ask of an answer: a network's shape table, and windows of which some numbers have to stay."""

from typing import Any

from ..network.architecture import Architecture, Row
from ..network.sliding_layers import Convolution
from .exercise import Goal, Numbers


def rows_of(net: str) -> list[Row]:
    """The shape table of a network's text. Raises PlaygroundError for a text that is no network."""
    return Architecture.parse(net).table()


def convolutions(network: Architecture) -> str:
    """Its convolutions in words: "7 filters of 4×4"; one that is more than that with its text."""
    return " and ".join(_in_words(layer) for layer in network.layers if isinstance(layer, Convolution)) or "no filters"


def _in_words(layer: Convolution) -> str:
    words = f"{layer.filters} filter{'s' * (layer.filters != 1)} of {layer.size[0]}×{layer.size[1]}"
    plain = layer.size[0] == layer.size[1] and str(layer) == f"conv{layer.filters}k{layer.size[0]}"
    return words if plain else f"{words} (written {layer})"


def stays(name: str) -> Goal:
    """A number of the window is that of the task: "kernel", "stride" or "dilation"."""
    return Goal(
        lambda answer, n: getattr(answer.window, name),
        lambda value, n: value == n[name],
        f"The {name}{' size' * (name == 'kernel')} is {{value}}.",
        f"It has to stay at {{{name}}}.",
    )


def _padding(answer: Any, n: Numbers) -> str:
    before, after = answer.window.pads(answer.size)
    if not before and not after:
        return "no zeros"
    return f"{before} zero{'s' * (before != 1)} before the line and {after} after it"


SIZE_STAYS = Goal(
    lambda answer, n: answer.size,
    lambda value, n: value == n["size"],
    "The input has {value} pixels.",
    "It has to stay at {size} pixels.",
)
NO_PADDING = Goal(
    _padding,
    lambda value, n: value == "no zeros",
    "Padding adds {value}.",
    "Choose *valid* padding: no zeros are to be added.",
)
NO_DILATION = Goal(
    lambda answer, n: answer.window.dilation,
    lambda value, n: value == 1,
    "The dilation is {value}.",
    "Set it back to 1, so that the weights lie side by side.",
)
