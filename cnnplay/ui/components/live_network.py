"""A network at work on one image: filters, feature maps and probabilities, which change while it trains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ...data.datasets import DIGITS
from .component import component
from .packing import packed_image, packed_with_gaps

_COMPONENT = component("live_network")


@dataclass(frozen=True, eq=False)
class Moment:
    """What the network is and answers at one time.

    title: when, as in "epoch 3".
    filters: [n h w], NaN where a picture has no pixel; maps: [n h w], one for each filter; both may be empty.
    probabilities: [classes].
    """

    title: str
    filters: np.ndarray
    maps: np.ndarray
    probabilities: np.ndarray


def live_network(
    pictures: Mapping[str, Any],
    *,
    truth: int | None,
    live: bool,
    classes: Sequence[str] = DIGITS,
    key: str = "live_network",
) -> None:
    """Draw a network at one moment or, with a slider over them, at several; the pixels change, the elements stay.

    It opens on the last moment, and stays on the last when moments are added.

    Args:
        pictures: as `pictures_of` makes them.
        truth: the class that the image shows, if that is known.
        live: whether it still trains.
        classes: their names.
        key: the Streamlit key.
    """
    _COMPONENT(data={**pictures, "truth": truth, "live": live, "classes": list(classes)}, key=key)


def pictures_of(
    moments: Sequence[Moment],
    *,
    image: np.ndarray,
    layer: str | None,
    filters: int,
    reaches: tuple[float, float],
) -> dict[str, Any]:
    """What a browser needs to draw the moments.

    Args:
        moments: at least one, all with arrays of the same shapes.
        image: [h w] or [h w 1], 0 black to 1 white, or [h w 3] in colour.
        layer: the layer whose filters and maps these are; None for a network without convolutions.
        filters: how many the layer has; the moments may show fewer.
        reaches: where the scales of the filters and of the maps end.
    """
    first, (weight, value) = moments[0], reaches
    received = packed_image(image if image.ndim == 3 else image[..., None])
    return {
        "moments": [
            {
                "title": moment.title,
                "filters": packed_with_gaps(moment.filters, weight),
                "maps": packed_with_gaps(moment.maps, value),
                "probabilities": [round(float(p), 5) if isfinite(p) else None for p in moment.probabilities],
            }
            for moment in moments
        ],
        "image": received["pixels"],
        "image_shape": received["shape"],
        "shown": len(first.maps),
        "filter_shape": list(first.filters.shape[1:]),
        "map_shape": list(first.maps.shape[1:]),
        "layer": layer,
        "filters": filters,
        "weight_reach": weight,
        "map_reach": value,
    }
