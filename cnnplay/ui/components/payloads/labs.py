"""What the labs' drawings receive: functions moved over each other, a turning line, a shifted digit, connections."""

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import numpy as np

from ....labs.signals import GRID, STEP, Signal
from ....network.layers import Convolution
from ..packing import planes
from .pictures import plain, reach_of
from .slides import axes_data


def overlap_data(f: Signal, g: Signal, results: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Two functions and their results as `demonstrations.overlaps` computes them, for `overlap`."""
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


def shift_data(
    reach: int,
    images: Mapping[tuple[int, int], np.ndarray],
    stages: Mapping[str, tuple[np.ndarray, np.ndarray]],
    tolerance: float,
) -> dict[str, Any]:
    """An image [h w c] at every (down, right), for `shift`; stages: title -> maps [n h w] and the unchanged shares [n].

    tolerance: as in `demonstrations.share_kept`.
    """
    places = [f"{down},{right}" for down, right in images]

    def at(values: Iterable[Any]) -> dict[str, Any]:
        return {place: plain(np.round(value, 3)) for place, value in zip(places, values, strict=True)}

    return {
        "reach": reach,
        "tolerance": tolerance,
        "images": {place: planes(image, 3) for place, image in zip(places, images.values(), strict=True)},
        "stages": [
            {
                "title": title,
                "values": at(values),
                "scale": "signed",
                "range": reach_of(values),
                "unchanged": at(shares),
            }
            for title, (values, shares) in stages.items()
        ],
    }


def connections_data(image: np.ndarray, layer: Convolution) -> dict[str, Any]:
    """What the neurons of a convolution read of an image [h w c], and of a dense layer in its place."""
    out = layer.output_shape(image.shape)
    units, each = prod(out), prod(image.shape)
    shared = layer.parameters(image.shape) - layer.filters
    return {
        "image": planes(image, 3),
        **axes_data(layer.axes, image.shape[:2]),
        "dense": {"units": units, "weights_each": each, "weights": units * each},
        "convolution": {
            "units": prod(out[:2]),
            "weights_each": shared // layer.filters,
            "weights": shared,
            "filters": layer.filters,
            "layer": "conv1",
        },
    }
