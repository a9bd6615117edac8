"""A network's activations, weights and windows as data for `zoom`: everything that its values are computed from."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from ....network.architecture import Architecture
from ....network.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMean,
    Layer,
    Pooling,
    Shape,
)
from ....ops.registry import ACTIVATIONS, BATCH_NORM_EPSILON
from .network import volume_layers
from .pictures import plain, reach_of
from .slides import axes_data

MOST_NUMBERS = 370_000  # two bytes each, in base64: a megabyte
LEVELS = 2**15 - 1
MOST_EXPONENT = 30  # e³⁰ has 14 digits

Weights = Mapping[str, Any]  # of one layer, by the name of the parameter: "kernel", "bias"


def packed(values: np.ndarray) -> dict[str, Any]:
    """Numbers in two bytes each: base64 of int16, to be multiplied by `step`. Each is off by half a step at most."""
    step = reach_of(values) / LEVELS
    return {"numbers": b64encode(np.rint(values / step).astype("<i2").tobytes()).decode(), "step": step}


def zoom_layers(
    architecture: Architecture, image: np.ndarray, values: Mapping[str, np.ndarray], weights: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The input and every layer as data for `zoom`.

    image: [h w c]. values: the output of each layer for it, by name, softmax included where it ends in scores.
    weights: by layer and parameter, as in "conv1/kernel". Those of the largest layers are left out where all numbers
    together would be too many for a browser; where the values alone are, they come as pictures.
    """
    shapes, parts = dict(zip(architecture.names, architecture.shapes, strict=False)), _parts(weights)
    of_layers = dict(zip(architecture.names, architecture.layers, strict=True))
    room = MOST_NUMBERS - image.size - sum(array.size for array in values.values())
    if room < 0:
        return volume_layers(architecture, image, values)
    sent = _those_that_fit({name: sum(np.size(part) for part in parts[name].values()) for name in parts}, room)
    drawn: list[dict[str, Any]] = []
    for layer in volume_layers(architecture):
        name = layer["name"]
        if name == "input":
            more: dict[str, Any] = {"rule": {"kind": "input"}, "values": packed(image)}
        elif name == "softmax":
            more = {"rule": _softmax(values[architecture.names[-1]]), "values": packed(values[name])}
        else:
            rule = _rule(of_layers[name], shapes[name], parts.get(name, {}), name in sent or name not in parts)
            more = {"rule": rule, "values": packed(values[name])}
        drawn.append(layer | more)
    return drawn


def _parts(weights: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The parameters of each layer that has some: {"conv1": {"kernel": ..., "bias": ...}}."""
    parts: dict[str, dict[str, Any]] = {}
    for name, array in weights.items():
        layer, _, parameter = name.partition("/")
        parts.setdefault(layer, {})[parameter] = np.asarray(array)
    return parts


def _those_that_fit(sizes: Mapping[str, int], room: int) -> set[str]:
    """The layers whose weights are sent: the smallest first, as long as there is room."""
    sent: set[str] = set()
    for name in sorted(sizes, key=sizes.__getitem__):
        room -= sizes[name]
        if room >= 0:
            sent.add(name)
    return sent


def _rule(layer: Layer, shape: Shape, weights: Weights, complete: bool) -> dict[str, Any]:
    """How a layer computes its values from those before it, which have the shape `shape`."""
    if not complete:
        return {"kind": "unsent", "weights": sum(np.size(part) for part in weights.values())}
    return {"kind": layer.kind, **RULES[type(layer)](layer, shape, weights)}


def _convolution(layer: Convolution, shape: Shape, weights: Weights) -> dict[str, Any]:
    return {**axes_data(layer.axes, shape[:2]), "kernel": packed(weights["kernel"]), "bias": plain(weights["bias"])}


def _pooling(layer: Pooling, shape: Shape, weights: Weights) -> dict[str, Any]:
    return {**axes_data(layer.axes, shape[:2]), "pool": layer.pool}


def _batch_normalization(layer: BatchNormalization, shape: Shape, weights: Weights) -> dict[str, Any]:
    deviation = np.sqrt(weights["moving_variance"] + BATCH_NORM_EPSILON)
    numbers = {"gamma": weights["gamma"], "beta": weights["beta"], "mean": weights["moving_mean"]}
    return {name: plain(part) for name, part in (numbers | {"deviation": deviation}).items()}


# How each kind of layer computes one value: (layer, shape before it, its weights) -> what the browser needs for that.
RULES: Mapping[type[Layer], Callable[[Any, Shape, Weights], dict[str, Any]]] = {
    Convolution: _convolution,
    Pooling: _pooling,
    Activation: lambda layer, shape, weights: {"formula": ACTIVATIONS[layer.function].formula},
    BatchNormalization: _batch_normalization,
    Dropout: lambda layer, shape, weights: {"percent": layer.percent},
    Flatten: lambda layer, shape, weights: {},
    GlobalMean: lambda layer, shape, weights: {"count": prod(shape[:2])},
    Dense: lambda layer, shape, weights: {"kernel": packed(weights["kernel"]), "bias": plain(weights["bias"])},
}


def _softmax(logits: np.ndarray) -> dict[str, Any]:
    """e to the power of each score; where these are too large for a number, of its distance from the largest score."""
    scores = logits.astype(np.float64)
    shift = float(scores.max()) if scores.max() > MOST_EXPONENT else 0.0
    powers = np.exp(scores - shift)
    return {"kind": "softmax", "powers": powers.tolist(), "total": float(powers.sum()), "shift": shift}
