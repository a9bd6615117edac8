"""A network in a few words, "12 filters 2×2, max 2", and what tells several networks apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from ..ops.registry import ACTIVATIONS
from ..words import counted
from .layer import padding_words, times
from .layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    GlobalMean,
    Layer,
    Pair,
    Pooling,
    write_layers,
)

Layers = tuple[Layer, ...]
Kind = TypeVar("Kind", bound=Layer)
MOST_IN_A_ROW = 3  # "8 then 16 then 24"; of more, the first and the last


def in_words(layers: Layers) -> str:
    """What a network is, in words: its filters, its pooling, its hidden dense layers. Others may have the same words.

    "8 then 24 filters 5×5, max 2"; "8 filters 5×5, then 24 filters 3×3, dense 64".
    """
    parts = [_convolutions(layers), _pooling(layers), "global mean" * any(_of(layers, GlobalMean)), _hidden(layers)]
    return ", ".join(filter(None, parts)) or "a single dense layer"


def differences(networks: Sequence[Layers]) -> list[list[str]]:
    """For each network its filters, and whatever else is not the same in all; unequal networks get unequal lists."""
    rows = [{name: aspect(layers) for name, aspect in ASPECTS.items()} for layers in networks]
    differing = [name for name in ASPECTS if name == "filters" or len({row[name] for row in rows}) > 1]
    parts = [[row[name] for name in differing if row[name]] for row in rows]
    texts = [write_layers(layers) for layers in networks]
    named: dict[tuple[str, ...], set[str]] = {}
    for part, text in zip(parts, texts, strict=True):
        named.setdefault(tuple(part), set()).add(text)
    return [[*part, text] if len(named[tuple(part)]) > 1 else part for part, text in zip(parts, texts, strict=True)]


def _of(layers: Layers, kind: type[Kind]) -> list[Kind]:
    return [layer for layer in layers if isinstance(layer, kind)]


def _series(values: Iterable[object]) -> str:
    """ "8", where all are 8; "8 then 24"; "8 to 64", where there are many."""
    texts = [str(value) for value in values]
    if len(set(texts)) <= 1:
        return "".join(texts[:1])
    return " then ".join(texts) if len(texts) <= MOST_IN_A_ROW else f"{texts[0]} to {texts[-1]}"


def _convolutions(layers: Layers) -> str:
    found = _of(layers, Convolution)
    windows = [_window(layer) for layer in found]
    if len(set(windows)) <= 1:
        return f"{_filters(layers)} {windows[0]}" if found else ""
    if len(found) > MOST_IN_A_ROW:
        return f"{len(found)} convolutions of {_filters(layers)}"
    return ", then ".join(
        f"{counted(layer.filters, 'filter')} {text}" for layer, text in zip(found, windows, strict=True)
    )


def _window(layer: Convolution) -> str:
    stride = f" stride {_size(layer.stride)}" if layer.stride != (1, 1) else ""
    return times(layer.kernel) + stride + (f" dilation {_size(layer.dilation)}" if layer.dilation != (1, 1) else "")


def _filters(layers: Layers) -> str:
    counts = [layer.filters for layer in _of(layers, Convolution)]
    return f"{_series(counts)} filter{'s' * (counts != [1])}" if counts else "no convolution"


def _pooling(layers: Layers) -> str:
    return _series(_pool(layer) for layer in _of(layers, Pooling))


def _pool(layer: Pooling) -> str:
    stride = f" stride {_size(layer.stride)}" if layer.stride else ""
    padding = f" padding {padding_words(layer.padding)}" if layer.padding != "valid" else ""
    return f"{layer.pool} {_size(layer.window)}{stride}{padding}"


def _hidden(layers: Layers) -> str:
    units = [layer.units for layer in _of(layers, Dense)][:-1]
    return f"dense {_series(units)}" if units else ""


def _paddings(layers: Layers) -> str:
    found = _of(layers, Convolution)
    return f"padding {_series(padding_words(layer.padding) for layer in found)}" if found else ""


def _activations(layers: Layers) -> str:
    return _series(ACTIVATIONS[layer.function].title for layer in _of(layers, Activation)) or "no activation"


def _dropout(layers: Layers) -> str:
    found = _of(layers, Dropout)
    return f"dropout {_series(layer.percent for layer in found)} %" if found else "no dropout"


def _size(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else times(pair)


ASPECTS: Mapping[str, Callable[[Layers], str]] = {
    "filters": _filters,
    "windows": lambda layers: _series(_window(layer) for layer in _of(layers, Convolution)),
    "padding": _paddings,
    "normalization": lambda layers: f"{'' if _of(layers, BatchNormalization) else 'no '}batch normalization",
    "activation": _activations,
    "pooling": lambda layers: _pooling(layers) or "no pooling",
    "head": lambda layers: "global mean" if _of(layers, GlobalMean) else "flatten",
    "hidden": lambda layers: _hidden(layers) or "no hidden layer",
    "dropout": _dropout,
}
