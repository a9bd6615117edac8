"""The layers of a network as data for the component `volumes`."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from ....figures.colours import png
from ....network.architecture import Architecture, Row
from ....network.layers import Layer
from .pictures import image_png
from .slides import RGB


def volume_layers(
    architecture: Architecture, image: np.ndarray | None = None, values: Mapping[str, np.ndarray] | None = None
) -> list[dict[str, Any]]:
    """The input and every layer of a network as data for `volumes`.

    image, values: an image [h w c] and the output of each layer for it, by name, to be drawn on the boxes.
    """
    windows = {
        name: [axis.kernel for axis in layer.axes]
        for name, layer in zip(architecture.names, architecture.layers, strict=True)
        if hasattr(layer, "axes")
    }
    layers: list[dict[str, Any]] = [
        {
            "name": row.layer,
            "kind": row.kind,
            "title": f"{row.kind.capitalize()}: {row.title}",
            "shape": list(row.output_shape),
            "window": windows.get(row.layer),
            "lines": _lines(row),
        }
        for row in architecture.table()
    ]
    if values is not None:
        layers = [layer | _drawn(layer, values[layer["name"]]) for layer in layers]
    return [_input(architecture.input_shape, image), *layers]


def misfit(layer: Layer, name: str, before: Sequence[int], problem: str) -> dict[str, Any]:
    """A layer that does not fit, as data for `volumes` or `zoom`: an empty frame as large as what is before it."""
    return {
        "name": name,
        "kind": layer.kind,
        "title": f"{layer.kind.capitalize()}: {layer.title}",
        "shape": list(before),
        "window": None,
        "lines": [],
        "problem": problem,
    }


def _input(shape: Sequence[int], image: np.ndarray | None) -> dict[str, Any]:
    depth = "red, green and blue" if shape[-1] == len(RGB) else "brightness"
    return {
        "name": "input",
        "kind": "input",
        "title": "Input: one image",
        "shape": list(shape),
        "window": None,
        "lines": [_values(shape), f"height × width × depth; depth is {depth} here"],
        "picture": None if image is None else image_png(image),
    }


def _drawn(layer: dict[str, Any], values: np.ndarray) -> dict[str, Any]:
    """A layer with the picture on its front: the map whose values differ most, or its vector as a column."""
    if values.ndim == 1:
        top = int(values.argmax())
        text = f"the largest of them: {values[top]:.2f}, of unit {top}"
        return {"picture": png(values[:, None], "signed"), "lines": [*layer["lines"], text]}
    telling = int(values.var((0, 1)).argmax())
    text = f"on its front: map {telling + 1} of {values.shape[-1]}, in which this image shows most"
    return {"picture": png(values[..., telling], "signed"), "lines": [*layer["lines"], text]}


def _values(shape: Sequence[int]) -> str:
    if len(shape) == 1:
        return f"{shape[0]:,} values"
    return f"{' × '.join(map(str, shape))} = {prod(shape):,} values"


def _lines(row: Row) -> list[str]:
    lines = [_values(row.output_shape), row.formula]
    if row.parameters:
        lines.append(f"parameters: {row.parameter_formula}")
        lines.append(f"{row.macs:,} multiply-adds")
    if row.unread:
        lines.append(f"{row.unread} pixels of the map before are never read")
    lines.append(f"one value sees {row.receptive_field[0]} × {row.receptive_field[1]} pixels of the image")
    return lines
