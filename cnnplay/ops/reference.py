"""The convolution and the pooling as plain loops: the lesson, and the oracle of the fast functions.

Nothing here is fast, and nothing is clever: each output value is computed by itself, in float64.
"""

from typing import Any

import numpy as np

from .arithmetic import windows
from .registry import EPSILON, MOMENTUM, POOLS


def conv2d(
    images: np.ndarray, kernel: np.ndarray, *, stride: Any = 1, padding: Any = "valid", dilation: Any = 1
) -> np.ndarray:
    """What `cnnplay.convolution.conv2d` computes, window by window: [n h w c], [kh kw c f] -> [n oh ow f]."""
    rows, columns = windows(kernel.shape[:2], stride, padding, dilation)
    n, height, width, _ = images.shape
    tops, lefts = rows.positions(height), columns.positions(width)
    output = np.zeros((n, len(tops), len(lefts), kernel.shape[3]))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            for u, y in enumerate(rows.taps(top)):
                for v, x in enumerate(columns.taps(left)):
                    if 0 <= y < height and 0 <= x < width:  # padding is zero and adds nothing
                        output[:, i, j, :] += images[:, y, x, :] @ kernel[u, v].astype(np.float64)
    return output


def pool2d(
    images: np.ndarray, kind: str = "max", window: Any = 2, stride: Any = None, padding: Any = "valid"
) -> np.ndarray:
    """What `cnnplay.pooling.pool2d` computes, window by window: [n h w c] -> [n oh ow c]."""
    row = POOLS[kind]
    rows, columns = windows(window, window if stride is None else stride, padding)
    n, height, width, channels = images.shape
    rows.pooled_size(height), columns.pooled_size(width)
    tops, lefts = rows.positions(height), columns.positions(width)
    output = np.zeros((n, len(tops), len(lefts), channels))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            pixels = [
                images[:, y, x, :].astype(np.float64)
                for y in rows.taps(top)
                for x in columns.taps(left)
                if 0 <= y < height and 0 <= x < width  # padding never counts
            ]
            combined = getattr(np, row.combine).reduce(pixels)
            output[:, i, j, :] = combined / len(pixels) if row.mean else combined
    return output


def batch_norm(
    values: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    moving_mean: np.ndarray,
    moving_variance: np.ndarray,
    *,
    training: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(normalized values, running mean, running variance), channel by channel: [n ... c], [c] each.

    In training, with the statistics of the batch, which the running ones move towards; else with the running ones.
    """
    normalized, means, variances = (np.array(array, np.float64) for array in (values, moving_mean, moving_variance))
    for channel in range(values.shape[-1]):
        numbers = values[..., channel].astype(np.float64)
        mean, variance = means[channel], variances[channel]
        if training:
            mean = sum(numbers.flat) / numbers.size
            variance = sum((number - mean) ** 2 for number in numbers.flat) / numbers.size
            means[channel] = MOMENTUM * means[channel] + (1 - MOMENTUM) * mean
            variances[channel] = MOMENTUM * variances[channel] + (1 - MOMENTUM) * variance
        normalized[..., channel] = gamma[channel] * (numbers - mean) / np.sqrt(variance + EPSILON) + beta[channel]
    return normalized, means, variances


def global_mean(maps: np.ndarray) -> np.ndarray:
    """The mean of each map, pixel by pixel: [n h w c] -> [n c]."""
    n, height, width, channels = maps.shape
    total = np.zeros((n, channels))
    for y in range(height):
        for x in range(width):
            total += maps[:, y, x, :]
    return total / (height * width)
