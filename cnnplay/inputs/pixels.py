"""Brightness in the numbers of a file, as bytes."""

from collections.abc import Sequence

import numpy as np

from ..errors import DataError

JUST_ONE = 1.001  # the largest value of brightness from 0 to 1, with some rounding


def as_bytes(parts: Sequence[np.ndarray], name: str) -> list[np.ndarray]:
    """Arrays of numbers from 0 to 255, or all from 0 to 1, as uint8 from 0 (black) to 255 (white).

    name: of the arrays, for an error. Raises DataError for other numbers, and for what is no number (NaN).
    """
    filled = [part for part in parts if part.size]
    if any(part.dtype.kind == "f" and not np.isfinite(part).all() for part in filled):
        raise DataError(f"{name} has values that are no numbers (NaN or infinite). Replace them, say by 0.")
    least = min((float(part.min()) for part in filled), default=0)
    most = max((float(part.max()) for part in filled), default=0)
    if least < 0 or most > 255:
        raise DataError(
            f"{name} has values from {least:g} to {most:g}, and brightness goes from 0 to 255, or from 0 to 1."
        )
    scale = 255 if most <= JUST_ONE else 1
    return [_scaled(part, scale) for part in parts]


def _scaled(part: np.ndarray, scale: int) -> np.ndarray:
    if part.dtype.kind == "f":
        return np.rint(part * scale).astype(np.uint8)
    whole = part.astype(np.uint8, copy=False)
    return whole * np.uint8(scale) if scale > 1 else whole
