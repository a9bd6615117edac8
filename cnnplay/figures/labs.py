"""The labs' arrays as data for the components in `ui.components`: plain lists, rounded to what can be seen."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..labs.signals import GRID, STEP, Signal
from ..network.layers import Convolution
from ..ops.arithmetic import Axes, Window
from .colours import BLUE, ORANGE
from .plotted import plotted

DECIMALS = 6
CHANNELS = {1: ["grey"], 3: ["red", "green", "blue"]}


def plain(values: np.ndarray) -> Any:
    return np.round(np.asarray(values, float), DECIMALS).tolist()


def reach_of(*arrays: np.ndarray) -> float:
    """The largest size of a number in any of them: the end of a symmetric scale."""
    return float(max(np.abs(values).max(initial=0) for values in arrays)) or 1.0


def axis_data(axis: Window, size: int) -> dict[str, Any]:
    """Where the windows of an axis stand and what they read, for the player."""
    before, after = axis.pads(size)
    return {
        "size": size,
        "before": before,
        "after": after,
        "starts": list(axis.positions(size)),
        "taps": [tap * axis.dilation for tap in range(axis.kernel)],
        "reads": axis.reads(size),
    }


def convolution_slide(
    image: np.ndarray,
    kernel: np.ndarray,
    axes: Axes,
    maps: Mapping[str, np.ndarray],
    *,
    bias: float = 0.0,
    editable: bool = False,
) -> dict[str, Any]:
    """A kernel [kh kw c] on an image [h w c]; maps: title -> [oh ow], the feature map first."""
    reach = largest_answer(kernel, bias)
    return {
        "kind": "convolution",
        "image": {
            "values": plain(np.moveaxis(image, -1, 0)),
            "channels": CHANNELS.get(image.shape[-1]) or [f"map {c + 1}" for c in range(image.shape[-1])],
            "scale": "grey",
            "range": 1.0,
        },
        **_axes(axes, image.shape[:2]),
        "kernel": plain(np.moveaxis(kernel, -1, 0)),
        "bias": bias,
        "kernel_range": reach_of(kernel),
        "editable": editable,
        "start": strongest(next(iter(maps.values()))),
        "outputs": [
            {"title": title, "values": plain(values), "scale": "signed", "range": reach}
            for title, values in maps.items()
        ],
        "pool": None,
    }


def pooling_slide(
    values: np.ndarray, axes: Axes, kind: str, title: str, pooled: np.ndarray, *, scale: str, reach: float
) -> dict[str, Any]:
    """Pooling of one map [h w]: title says what its output [oh ow] is."""
    return {
        "kind": "pooling",
        "image": {"values": [plain(values)], "channels": ["Feature map"], "scale": scale, "range": reach},
        **_axes(axes, values.shape),
        "kernel": None,
        "bias": 0.0,
        "kernel_range": 1.0,
        "editable": False,
        "start": strongest(pooled),
        "outputs": [{"title": title, "values": plain(pooled), "scale": scale, "range": reach}],
        "pool": kind,
    }


def windows_slide(axes: Axes, shape: Sequence[int]) -> dict[str, Any]:
    """Windows alone: where they stand on height × width pixels, whatever is in them."""
    return {
        "kind": "windows",
        "image": {"values": None, "channels": ["pixels"], "scale": "grey", "range": 1.0},
        **_axes(axes, shape),
        "kernel": None,
        "bias": 0.0,
        "kernel_range": 1.0,
        "editable": False,
        "start": {"row": 0, "column": 0},
        "outputs": [{"title": "Output", "values": None, "scale": "grey", "range": 1.0}],
        "pool": None,
    }


def _axes(axes: Axes, shape: Sequence[int]) -> dict[str, Any]:
    rows, columns = (axis_data(axis, size) for axis, size in zip(axes, shape, strict=True))
    return {"rows": rows, "columns": columns}


def strongest(values: np.ndarray) -> dict[str, int]:
    """Where a map [h w] has its largest value, of either sign: there is something to see there."""
    row, column = np.unravel_index(np.abs(values).argmax(), values.shape)
    return {"row": int(row), "column": int(column)}


def largest_answer(kernel: np.ndarray, bias: float = 0.0) -> float:
    """The largest size of a feature map's value that pixels from 0 to 1 allow: a colour scale that stands still."""
    positive, negative = kernel[kernel > 0].sum(), -kernel[kernel < 0].sum()
    return float(max(positive + max(bias, 0), negative + max(-bias, 0))) or 1.0


def picture(
    name: str, title: str, values: np.ndarray, *, scale: str = "signed", reach: float = 1.0, **more: Any
) -> dict[str, Any]:
    """One picture for `maps`: values [h w], or [h w 3] for colour; more: caption, numbers, marks, chosen."""
    cells = values if values.ndim == 2 else np.moveaxis(values, -1, 0)
    if len(cells) == 1 and values.ndim == 3:
        cells = cells[0]
    return {"id": name, "title": title, "caption": "", "values": plain(cells), "scale": scale, "range": reach} | more


def overlap_data(f: Signal, g: Signal, results: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Two functions and what `lessons.overlaps` makes of them, for `overlap`."""
    shifts = STEP * (np.arange(2 * len(GRID) - 1) - (len(GRID) - 1))
    return {
        "x": plain(GRID),
        "f": plain(f.samples),
        "g": plain(g.samples),
        "step": STEP,
        "shifts": plain(shifts),
        "results": {name: plain(values) for name, values in results.items()},
        "f_title": f.title.lower(),
        "g_title": g.title.lower(),
    }


def turning_data(
    angles: np.ndarray, kernels: np.ndarray, turns: np.ndarray, pictures: np.ndarray, responses: np.ndarray
) -> dict[str, Any]:
    """A bank [f], [f k k], a turning line [n], [n k k] and the responses [f n], for `orientations`."""
    filters = [
        {"angle": float(angle), "title": f"{angle:g}°", "kernel": plain(kernel)}
        for angle, kernel in zip(angles, kernels, strict=True)
    ]
    return {
        "angles": plain(turns),
        "lines": plain(pictures),
        "filters": filters,
        "kernel_range": reach_of(kernels),
        "responses": plain(responses),
    }


@plotted
def sizes_figure(sizes: Mapping[str, Sequence[int]]) -> go.Figure:
    """Size after each layer, one line for each padding; a line ends where no window fits any more."""
    figure = go.Figure()
    styles = [(BLUE, "solid", "circle"), (ORANGE, "dash", "diamond"), ("#2FA37C", "dot", "square")]
    for (title, values), (colour, dash, symbol) in zip(sizes.items(), styles, strict=True):
        figure.add_scatter(
            x=list(range(len(values))),
            y=list(values),
            name=title,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{title}: %{{y}} pixels after %{{x}} layers<extra></extra>",
        )
    figure.update_xaxes(title="layers", dtick=1, fixedrange=True, showgrid=False)
    figure.update_yaxes(title="pixels on a side", rangemode="tozero", fixedrange=True)
    figure.update_layout(
        height=320,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
        hovermode="x unified",
    )
    return figure


def shift_data(
    reach: int,
    images: Mapping[tuple[int, int], np.ndarray],
    stages: Mapping[str, tuple[np.ndarray, np.ndarray]],
    tolerance: float,
) -> dict[str, Any]:
    """An image at every (down, right), for `shift`; stages: title -> maps [n h w] and the shares kept [n].

    tolerance: as `lessons.kept` has it.
    """
    places = [f"{down},{right}" for down, right in images]

    def at(values: Iterable[Any]) -> dict[str, Any]:
        return {place: plain(np.round(value, 3)) for place, value in zip(places, values, strict=True)}

    return {
        "reach": reach,
        "tolerance": tolerance,
        "images": at(image[..., 0] for image in images.values()),
        "stages": [
            {
                "title": title,
                "values": at(values),
                "scale": "signed",
                "range": reach_of(values),
                "kept": at(kept),
            }
            for title, (values, kept) in stages.items()
        ],
    }


def connections_data(image: np.ndarray, layer: Convolution) -> dict[str, Any]:
    """What the neurons of a convolution read of an image [h w c], and of a dense layer in its place."""
    out = layer.output_shape(image.shape)
    units, each = prod(out), prod(image.shape)
    shared = layer.parameters(image.shape) - layer.filters
    return {
        "image": plain(np.round(image[..., 0], 3)),
        **_axes(layer.axes, image.shape[:2]),
        "dense": {"units": units, "weights_each": each, "weights": units * each},
        "convolution": {
            "units": prod(out[:2]),
            "weights_each": shared // layer.filters,
            "weights": shared,
            "filters": layer.filters,
            "layer": "conv1",
        },
    }
