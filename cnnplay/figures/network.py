"""A network as a picture: its volumes, and what sharing weights saves."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..network.architecture import Architecture, Row, Sharing
from .colours import BLUE, ORANGE, png
from .plotted import plotted


def volume_layers(
    architecture: Architecture, image: np.ndarray | None = None, values: Mapping[str, np.ndarray] | None = None
) -> list[dict[str, Any]]:
    """The input and every layer of a network as data for `ui.components.volumes`.

    image, values: an image [h w c] and what each layer makes of it, by name, to be drawn on the boxes.
    """
    shape = architecture.input_shape
    start = {
        "name": "input",
        "kind": "input",
        "title": "Input: one image",
        "shape": list(shape),
        "window": None,
        "lines": [_values(shape), "height × width × depth; depth is brightness here"],
        "picture": None if image is None else png(image[..., 0], "grey"),
    }
    windows = {
        name: [axis.kernel for axis in layer.axes]
        for name, layer in zip(architecture.names, architecture.layers, strict=True)
        if hasattr(layer, "axes")
    }
    layers = [start] + [
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
    for layer in layers[1:]:
        if values is not None:
            layer |= _drawn(layer, values[layer["name"]])
    return layers


def _drawn(layer: dict[str, Any], values: np.ndarray) -> dict[str, Any]:
    """What is painted on a layer's front: its strongest map, or its vector as a column."""
    if values.ndim == 1:
        top = int(values.argmax())
        says = f"the largest of them: {values[top]:.2f}, of unit {top}"
        return {"picture": png(values[:, None], "signed"), "lines": [*layer["lines"], says]}
    strongest = int(np.abs(values).sum((0, 1)).argmax())
    says = f"on its front: map {strongest + 1} of {values.shape[-1]}, the strongest for this image"
    return {"picture": png(values[..., strongest], "signed"), "lines": [*layer["lines"], says]}


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


@plotted
def sharing_figure(sharing: Sequence[Sharing]) -> go.Figure:
    """Parameters of each convolution beside those of a dense layer of the same input and output; a log axis."""
    names = [entry.layer for entry in sharing]
    figure = go.Figure()
    for label, colour, pattern, counts in (
        ("convolution", BLUE, "", [entry.shared for entry in sharing]),
        ("dense in its place", ORANGE, "/", [entry.dense for entry in sharing]),
    ):
        figure.add_bar(
            name=label,
            y=names,
            x=counts,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"{count:,}" for count in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}, " + label + ": %{x:,} parameters<extra></extra>",
        )
    top = np.log10(max(entry.dense for entry in sharing)) + 1.5  # room for the number beside the longest bar
    figure.update_xaxes(
        type="log", range=[0, top], title="parameters (each line is ten times more)", dtick=1, fixedrange=True
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(
        height=130 + 90 * len(names),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        bargap=0.35,
    )
    return figure
