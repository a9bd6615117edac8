"""Arrays as pictures of numbers, for `maps` and `film`: plain lists, rounded to what can be seen; images as PNG."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image

from ..packing import packed_image

DECIMALS = 6
GAP = 1  # cells between the slices of an atlas


def plain(values: np.ndarray) -> list[Any]:
    return np.round(np.asarray(values, float), DECIMALS).tolist()


def reach_of(*arrays: np.ndarray) -> float:
    """The largest magnitude in any of the arrays: the end of a symmetric scale."""
    return float(max(np.abs(values).max(initial=0) for values in arrays)) or 1.0


def picture(
    name: str, title: str, values: np.ndarray, *, scale: str = "signed", reach: float = 1.0, **more: Any
) -> dict[str, Any]:
    """One picture for `maps`: values [h w], or [h w 3] for colour; more: caption, numbers, marks, chosen."""
    cells = values if values.ndim == 2 else np.moveaxis(values, -1, 0)
    if len(cells) == 1 and values.ndim == 3:
        cells = cells[0]
    return {"id": name, "title": title, "caption": "", "values": plain(cells), "scale": scale, "range": reach} | more


def image_png(image: np.ndarray) -> str:
    """An image [h w 1], or [h w 3] in colour, from 0 to 1, as the data URL of a PNG."""
    values = np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(values[..., 0] if values.shape[-1] == 1 else values).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def stored_picture(name: str, title: str, image: np.ndarray, **more: Any) -> dict[str, Any]:
    """A stored picture for `maps`, uint8 [h w 1] or [h w 3]: a byte for each number; more: as in `picture`."""
    return {
        "id": name,
        "title": title,
        "caption": "",
        "stored": packed_image(image),
        "scale": "grey",
        "range": 1,
    } | more


def map_pictures(name: str, maps: np.ndarray, reach: float, chosen: int | None = None) -> list[dict[str, Any]]:
    """A layer's maps [h w f] as pictures for `maps`."""
    return [
        picture(f"{name}_{index}", f"{index + 1}", maps[..., index], reach=reach, chosen=index == chosen)
        for index in range(maps.shape[-1])
    ]


def atlas(kernels: np.ndarray) -> np.ndarray:
    """All slices of all filters side by side: [k k c f] -> one picture, a row of channels for each filter."""
    rows, columns, channels, filters = kernels.shape
    sheet = np.zeros((filters, rows + GAP, channels, columns + GAP))
    sheet[:, :rows, :, :columns] = kernels.transpose(3, 0, 2, 1)
    return sheet.reshape(filters * (rows + GAP), channels * (columns + GAP))[:-GAP, :-GAP]


def film_frames(frames: np.ndarray, scores: Sequence[float], steps: int) -> list[dict[str, Any]]:
    """The steps of an image [n h w], or [n h w 3] in colour, with their scores [n], as frames for `film`."""
    last = max(len(frames) - 1, 1)
    return [
        {
            "title": f"step {round(index * steps / last)}",
            "caption": f"score {score:.2f}",
            "values": frame,
            "value": float(score),
        }
        for index, (frame, score) in enumerate(zip(frames, scores, strict=True))
    ]
