"""What the player slides a window over: windows, pictures, kernels and the maps that come of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ....ops.arithmetic import Axes, Window
from .pictures import plain, reach_of

FIRST = {"row": 0, "column": 0}  # the window that the player begins with
LEAST_SHARE = 0.1  # of the largest answer that a kernel can give
RGB = ["red", "green", "blue"]
CHANNELS = {1: ["grey"], 3: RGB}


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


def axes_data(axes: Axes, shape: Sequence[int]) -> dict[str, Any]:
    rows, columns = (axis_data(axis, size) for axis, size in zip(axes, shape, strict=True))
    return {"rows": rows, "columns": columns}


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
    reach = scale_of(next(iter(maps.values())), kernel, bias)
    return {
        "kind": "convolution",
        "image": {
            "values": plain(np.moveaxis(image, -1, 0)),
            "channels": CHANNELS.get(image.shape[-1]) or [f"map {c + 1}" for c in range(image.shape[-1])],
            "scale": "grey",
            "range": 1.0,
        },
        **axes_data(axes, image.shape[:2]),
        "kernel": plain(np.moveaxis(kernel, -1, 0)),
        "bias": bias,
        "kernel_range": reach_of(kernel),
        "editable": editable,
        "start": FIRST,
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
        **axes_data(axes, values.shape),
        "kernel": None,
        "bias": 0.0,
        "kernel_range": 1.0,
        "editable": False,
        "start": FIRST,
        "outputs": [{"title": title, "values": plain(pooled), "scale": scale, "range": reach}],
        "pool": kind,
    }


def windows_slide(axes: Axes, shape: Sequence[int]) -> dict[str, Any]:
    """Windows alone: where they stand on height × width pixels, without values."""
    return {
        "kind": "windows",
        "image": {"values": None, "channels": ["pixels"], "scale": "grey", "range": 1.0},
        **axes_data(axes, shape),
        "kernel": None,
        "bias": 0.0,
        "kernel_range": 1.0,
        "editable": False,
        "start": FIRST,
        "outputs": [{"title": "Output", "values": None, "scale": "grey", "range": 1.0}],
        "pool": None,
    }


def scale_of(feature_map: np.ndarray, kernel: np.ndarray, bias: float = 0.0) -> float:
    """The end of a feature map's colour scale: its largest magnitude, but no less than a share of the largest possible.

    The share keeps a map that is almost zero pale.
    """
    return max(reach_of(feature_map), LEAST_SHARE * largest_answer(kernel, bias))


def largest_answer(kernel: np.ndarray, bias: float = 0.0) -> float:
    """The largest magnitude that a feature map can have for pixels from 0 to 1."""
    positive, negative = kernel[kernel > 0].sum(), -kernel[kernel < 0].sum()
    return float(max(positive + max(bias, 0), negative + max(-bias, 0))) or 1.0
