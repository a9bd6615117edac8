"""Arrays to figures: what the pages draw, as Plotly figures or as plain data for the components in `ui`.

One meaning of a colour everywhere: grey for images, blue and orange for the two signs of a number, and a run's own
colour, by its number, for all that is said of that run.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import plotly.graph_objects as go

from .architecture import Architecture, Row, Sharing
from .history import History, smoothed, thinned

BLUE, ORANGE = "#3E8FC9", "#E08A3C"  # apart in both themes and for the common kinds of colour blindness
RAW_POINTS, SMOOTH_POINTS = 500, 300


def volume_layers(architecture: Architecture) -> list[dict[str, Any]]:
    """The input and every layer of a network as data for `ui.components.volumes`."""
    shape = architecture.input_shape
    image = {
        "name": "input",
        "kind": "input",
        "title": "Input: one image",
        "shape": list(shape),
        "window": None,
        "lines": [_values(shape), "height × width × depth; depth is brightness here"],
    }
    windows = {
        name: [axis.kernel for axis in layer.axes]
        for name, layer in zip(architecture.names, architecture.layers, strict=True)
        if hasattr(layer, "axes")
    }
    return [image] + [
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


def curve(history: History, smoothing: float, *, raw: bool) -> dict[str, dict[str, list[list[float]]]]:
    """Loss and accuracy of a run as points [step, value] for `ui.components.curves`.

    raw: whether to give every step's value too, thinned so that each stretch keeps its lowest and highest.
    """
    return {
        "loss": _curve(history.loss, smoothing, raw, [(e.step, e.validation.loss) for e in history.epochs]),
        "accuracy": _curve(history.accuracy, smoothing, raw, [(e.step, e.validation.accuracy) for e in history.epochs]),
    }


def _curve(
    values: np.ndarray, smoothing: float, raw: bool, validation: list[tuple[int, float]]
) -> dict[str, list[list[float]]]:
    values = values[np.isfinite(values)]
    smooth = smoothed(values, smoothing)
    shown = np.unique(np.linspace(0, len(values) - 1, min(len(values), SMOOTH_POINTS)).astype(int))
    return {
        "raw": _points(values, thinned(values, RAW_POINTS)) if raw else [],
        "smooth": _points(smooth, shown),
        "validation": [[step, round(value, 6)] for step, value in validation],
    }


def _points(values: np.ndarray, indices: np.ndarray) -> list[list[float]]:
    return [[int(i) + 1, round(float(values[i]), 6)] for i in indices]


def confusion_figure(confusion: np.ndarray) -> go.Figure:
    """Counts [truth, answer] as a grid: right answers grey, mistakes the stronger orange the more there are."""
    classes, right = np.arange(len(confusion)), np.eye(len(confusion), dtype=bool)
    figure = go.Figure()
    for shown, faint, strong, says in (
        (~right & (confusion > 0), "rgba(224,138,60,0.08)", "rgba(224,138,60,0.6)", "read as a %{x}"),
        (right, "rgba(128,140,152,0.22)", "rgba(128,140,152,0.22)", "read rightly"),
    ):
        figure.add_heatmap(
            z=np.where(shown, confusion, np.nan),
            x=classes,
            y=classes,
            colorscale=[[0, faint], [1, strong]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate=f"%{{z}} images of a %{{y}} were {says}<extra></extra>",
        )
    # The numbers in the theme's own text colour: Plotly's contrast does not see what shines through a cell.
    truths, answers = np.nonzero(confusion)
    figure.add_scatter(
        x=answers, y=truths, text=confusion[truths, answers], mode="text", hoverinfo="skip", showlegend=False
    )
    figure.update_xaxes(title="answer of the network", dtick=1, showgrid=False, zeroline=False, fixedrange=True)
    figure.update_yaxes(
        title="what it is", dtick=1, autorange="reversed", showgrid=False, zeroline=False, fixedrange=True
    )
    figure.update_layout(height=430, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def digits_figure(accuracy: np.ndarray) -> go.Figure:
    """The share (0..1) of each digit's images that were recognised."""
    figure = go.Figure(
        go.Bar(
            x=np.arange(len(accuracy)),
            y=accuracy,
            marker_color=BLUE,
            text=[f"{100 * value:.1f}" for value in accuracy],
            textposition="outside",
            textangle=0,
            textfont_size=10,
            constraintext="none",
            cliponaxis=False,
            hovertemplate="of all images of a %{x}, %{y:.2%} were recognised<extra></extra>",
        )
    )
    low = max(0.0, np.floor(float(accuracy.min()) * 20 - 1) / 20)
    figure.update_xaxes(title="digit", dtick=1, showgrid=False, fixedrange=True)
    figure.update_yaxes(title="recognised (%)", tickformat=".0%", range=[low, 1.0], fixedrange=True)
    figure.update_layout(height=430, margin={"l": 8, "r": 8, "t": 28, "b": 8}, bargap=0.3)
    return figure


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
