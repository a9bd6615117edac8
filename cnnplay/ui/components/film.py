"""An animation of pictures with a scrubber: how an image changed step by step."""

from math import isfinite
from typing import Any

import numpy as np

from .component import component
from .packing import packed

_COMPONENT = component("film")

SCALES = ("grey", "signed", "colour")


def film(
    frames: list[dict[str, Any]],
    *,
    alt: str,
    key: str,
    scale: str = "grey",
    reach: float = 1.0,
    size: int = 220,
    note: str = "",
) -> None:
    """Play frames one after another; the place and the playing outlive every update of the frames.

    It opens on the last frame, the result, and stays on the last when frames are added; Play starts from the first.

    Args:
        frames: each ``{"title", "caption", "values"}``, where values are ``[row][column]``, or several such side by
            side; arrays do as well. In colour each picture is ``[row][column][channel]``. All frames have as many
            pictures, of the same shapes. Where every frame has a number ``"value"``, too, its curve is drawn with a dot
            at the frame that is seen.
        alt: the whole film in a sentence, for those who do not see it.
        key: the Streamlit key, one for every film on a page.
        scale: ``"grey"`` from 0 (black) to reach (white), ``"colour"`` with three such channels, or ``"signed"`` from
            -reach to reach; one for all frames.
        reach: where the scale ends.
        size: about how wide a picture is, in CSS pixels.
        note: a sentence underneath.

    Raises:
        ValueError: if there are no frames, their shapes differ, or the scale is unknown.
    """
    if scale not in SCALES:
        raise ValueError(f"there is no scale {scale!r} for a film; there are {', '.join(SCALES)}")
    if not frames:
        raise ValueError("a film needs at least one frame")
    pictures = [_pictures(frame["values"], 3 if scale == "colour" else 2) for frame in frames]
    shapes = [picture.shape for picture in pictures[0]]
    for frame, those in zip(frames, pictures, strict=True):
        if (found := [picture.shape for picture in those]) != shapes:
            raise ValueError(f"the frames of a film are alike, but {frame['title']!r} has {found}, the first {shapes}")
    reels = [
        {
            "title": frame["title"],
            "caption": frame["caption"],
            "pictures": [packed(picture, "grey" if scale == "colour" else scale, reach) for picture in those],
        }
        for frame, those in zip(frames, pictures, strict=True)
    ]
    values = [float(frame.get("value", np.nan)) for frame in frames]
    data = {
        "frames": reels,
        "shapes": shapes,
        "curve": values if all(map(isfinite, values)) else None,
        "alt": alt,
        "scale": scale,
        "reach": reach,
        "size": size,
        "note": note,
    }
    _COMPONENT(data=data, key=key)


def _pictures(values: Any, axes: int) -> list[np.ndarray]:
    """One picture or several as a list of them, each with so many axes."""
    if np.ndim(values[0]) == axes - 1:
        return [np.asarray(values, dtype=np.float32)]
    return [np.asarray(picture, dtype=np.float32) for picture in values]
