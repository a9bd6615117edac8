"""Pictures as text: a byte for each pixel, in base64, which a browser paints without parsing numbers."""

from base64 import b64encode

import numpy as np


def packed(picture: np.ndarray, scale: str, reach: float) -> str:
    """One byte per pixel: 0 to 255 for grey, 1 to 255 with zero at 128 for signed values."""
    return _text(_bytes(picture, scale, reach))


def packed_with_gaps(pictures: np.ndarray, reach: float) -> str:
    """`packed` for signed values, in which the byte 0 stands where a picture has no pixel: NaN."""
    return _text(np.where(np.isnan(pictures), 0, _bytes(pictures, "signed", reach)))


def _bytes(picture: np.ndarray, scale: str, reach: float) -> np.ndarray:
    shades = np.nan_to_num(picture / (reach or 1.0))
    return np.rint(255 * shades.clip(0, 1)) if scale == "grey" else np.rint(128 + 127 * shades.clip(-1, 1))


def _text(values: np.ndarray) -> str:
    return b64encode(values.astype(np.uint8).tobytes()).decode("ascii")
