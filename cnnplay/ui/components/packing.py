"""Pictures for a browser: as text, a byte for each pixel in base64, which is painted without parsing; or as numbers."""

from base64 import b64encode
from typing import Any

import numpy as np


def packed(picture: np.ndarray, scale: str, reach: float) -> str:
    """One byte per pixel: 0 to 255 for grey, 1 to 255 with zero at 128 for signed values."""
    return _text(_bytes(picture, scale, reach))


def packed_image(image: np.ndarray) -> dict[str, Any]:
    """An image uint8 [h w c], or of brightness 0 to 1, with 1 or 3 channels: a byte for each, channels last.

    Raises ValueError for any other shape.
    """
    if image.ndim != 3 or image.shape[-1] not in (1, 3):
        raise ValueError(f"an image is [h w 1] or [h w 3], not {list(image.shape)}")
    values = image if image.dtype == np.uint8 else _bytes(image, "grey", 1.0)
    return {"pixels": _text(values), "shape": list(image.shape)}


def planes(image: np.ndarray, decimals: int) -> list[Any]:
    """An image [h w 1] as [row][column], or in colour, [h w 3], as [channel][row][column]; rounded."""
    rounded = image.astype(float).round(decimals)
    return list((rounded[..., 0] if image.shape[-1] == 1 else np.moveaxis(rounded, -1, 0)).tolist())


def packed_with_gaps(pictures: np.ndarray, reach: float) -> str:
    """`packed` for signed values, in which the byte 0 stands where a picture has no pixel: NaN."""
    return _text(np.where(np.isnan(pictures), 0, _bytes(pictures, "signed", reach)))


def _bytes(picture: np.ndarray, scale: str, reach: float) -> np.ndarray:
    shades = np.nan_to_num(picture / (reach or 1.0))
    return np.rint(255 * shades.clip(0, 1)) if scale == "grey" else np.rint(128 + 127 * shades.clip(-1, 1))


def _text(values: np.ndarray) -> str:
    return b64encode(values.astype(np.uint8).tobytes()).decode("ascii")
