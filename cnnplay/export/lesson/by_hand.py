"""What the lesson computes by hand: plain loops, which the notebook shows and runs. Only NumPy is needed."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def slide(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Multiply and add, window by window: image [h w], kernel [kh kw] -> feature map."""
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    feature_map = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = image[i : i + height, j : j + width]
            feature_map[i, j] = (window * kernel).sum()
    return feature_map


def windows_on(
    size: int, kernel: int, stride: int = 1, before: int = 0, after: int = 0, dilation: int = 1
) -> tuple[int, int, int, list[int], list[int]]:
    """Where windows stand on a line of pixels: (size, padding before, after, first pixel of each window, its taps)."""
    taps = [dilation * weight for weight in range(kernel)]
    starts = [pixel for pixel in range(-before, size + after, stride) if pixel + taps[-1] < size + after]
    return size, before, after, starts, taps


def convolve(
    image: np.ndarray,
    kernel: np.ndarray,
    stride: Sequence[int] = (1, 1),
    pads: Any = ((0, 0), (0, 0)),
    dilation: Sequence[int] = (1, 1),
) -> np.ndarray:
    """A whole convolution layer: image [h w c], kernel [kh kw c f] -> f feature maps [oh ow f]."""
    (top, bottom), (left, right) = pads
    rows = windows_on(image.shape[0], kernel.shape[0], stride[0], top, bottom, dilation[0])
    columns = windows_on(image.shape[1], kernel.shape[1], stride[1], left, right, dilation[1])
    padded = np.pad(image, (*pads, (0, 0)))
    feature_maps = np.zeros((len(rows[3]), len(columns[3]), kernel.shape[3]))
    for i, y in enumerate(rows[3]):
        for j, x in enumerate(columns[3]):
            window = padded[np.ix_(np.add(rows[4], y + top), np.add(columns[4], x + left))]
            feature_maps[i, j] = np.tensordot(window, kernel, axes=3)  # multiply and add, for every filter
    return feature_maps


def pool(
    values: np.ndarray,
    combine: Callable[[np.ndarray], float],
    window: Sequence[int] = (2, 2),
    stride: Sequence[int] = (2, 2),
    pads: Any = ((0, 0), (0, 0)),
) -> np.ndarray:
    """One number for each window of a map [h w]; padding is "not a number" and left out by np.nanmax and its like."""
    padded = np.pad(values, pads, constant_values=np.nan)
    tops = range(0, padded.shape[0] - window[0] + 1, stride[0])
    lefts = range(0, padded.shape[1] - window[1] + 1, stride[1])
    return np.array([[combine(padded[i : i + window[0], j : j + window[1]]) for j in lefts] for i in tops])


def share_kept(before: np.ndarray, after: np.ndarray) -> float:
    """The share (0..1) of a map's values that stayed, give or take a tenth of the largest; what is tiny is left out."""
    least = 0.1 * np.abs(np.stack([before, after])).max()
    counts = np.maximum(np.abs(before), np.abs(after)) > least
    same = np.abs(after - before) <= least
    return float((same & counts).sum() / max(counts.sum(), 1))
