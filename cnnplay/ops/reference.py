"""Convolution and pooling as plain loops: the source that the lesson shows, and the oracle of the fast functions.

Nothing here is fast: each output value is computed by itself, in float64.
"""

from collections.abc import Callable, Sequence

import numpy as np

from .arithmetic import Axes, Paddings, Sizes, windows, windows_on
from .registry import BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM, POOLS


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


def convolve(
    images: np.ndarray,
    kernel: np.ndarray,
    stride: Sequence[int] = (1, 1),
    pads: Sequence[tuple[int, int]] = ((0, 0), (0, 0)),
    dilation: Sequence[int] = (1, 1),
) -> np.ndarray:
    """A whole convolution layer: images [... h w c], kernel [kh kw c f] -> feature maps [... oh ow f]."""
    height, width = images.shape[-3:-1]
    rows = windows_on(height, kernel.shape[0], stride[0], *pads[0], dilation[0])
    columns = windows_on(width, kernel.shape[1], stride[1], *pads[1], dilation[1])
    feature_maps = np.zeros((*images.shape[:-3], len(rows), len(columns), kernel.shape[3]))
    for i, ys in enumerate(rows):
        for j, xs in enumerate(columns):
            for u, y in enumerate(ys):
                for v, x in enumerate(xs):
                    if 0 <= y < height and 0 <= x < width:  # padding is zero and adds nothing
                        feature_maps[..., i, j, :] += images[..., y, x, :] @ kernel[u, v].astype(np.float64)
    return feature_maps


def pool(
    maps: np.ndarray,
    combine: Callable[..., np.ndarray],
    window: Sequence[int] = (2, 2),
    stride: Sequence[int] = (2, 2),
    pads: Sequence[tuple[int, int]] = ((0, 0), (0, 0)),
) -> np.ndarray:
    """One number for each window of the maps, by np.max or its like: [... h w] -> [... oh ow]. Padding is left out."""
    height, width = maps.shape[-2:]
    rows = windows_on(height, window[0], stride[0], *pads[0])
    columns = windows_on(width, window[1], stride[1], *pads[1])
    pooled = np.zeros((*maps.shape[:-2], len(rows), len(columns)))
    for i, ys in enumerate(rows):
        for j, xs in enumerate(columns):
            pixels = [maps[..., y, x] for y in ys for x in xs if 0 <= y < height and 0 <= x < width]
            pooled[..., i, j] = combine(np.array(pixels, np.float64), axis=0)
    return pooled


def conv2d(
    images: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: Sizes = 1,
    padding: Paddings = "valid",
    dilation: Sizes = 1,
) -> np.ndarray:
    """What `ops.convolution.conv2d` computes, by `convolve`: [n h w c], [kh kw c f] -> [n oh ow f].

    Raises ShapeError where no window fits.
    """
    axes = windows(kernel.shape[:2], stride, padding, dilation)
    for axis, size in zip(axes, images.shape[1:3], strict=True):
        axis.output_size(size)
    return convolve(images, kernel, _strides(axes), _pads(axes, images), [axis.dilation for axis in axes])


def pool2d(
    images: np.ndarray,
    kind: str = "max",
    window: Sizes = 2,
    stride: Sizes | None = None,
    padding: Paddings = "valid",
) -> np.ndarray:
    """What `ops.pooling.pool2d` computes, by `pool`: [n h w c] -> [n oh ow c].

    Raises ShapeError where no window fits, or where one would hold padding alone.
    """
    axes = windows(window, window if stride is None else stride, padding)
    for axis, size in zip(axes, images.shape[1:3], strict=True):
        axis.pooled_size(size)
    kernel, maps = [axis.kernel for axis in axes], np.moveaxis(images, -1, 1)
    return np.moveaxis(pool(maps, combine_of(kind), kernel, _strides(axes), _pads(axes, images)), 1, -1)


def combine_of(kind: str) -> Callable[..., np.ndarray]:
    """The function of a pooling kind, as `pool` takes it: of values [n ...] and an axis, like np.max."""
    row = POOLS[kind]

    def combine(values: np.ndarray, axis: int) -> np.ndarray:
        combined = getattr(np, row.combine).reduce(values, axis)
        return combined / values.shape[axis] if row.mean else combined

    return combine


def _strides(axes: Axes) -> list[int]:
    return [axis.stride for axis in axes]


def _pads(axes: Axes, images: np.ndarray) -> list[tuple[int, int]]:
    return [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]


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
            means[channel] = BATCH_NORM_MOMENTUM * means[channel] + (1 - BATCH_NORM_MOMENTUM) * mean
            variances[channel] = BATCH_NORM_MOMENTUM * variances[channel] + (1 - BATCH_NORM_MOMENTUM) * variance
        normalized[..., channel] = (
            gamma[channel] * (numbers - mean) / np.sqrt(variance + BATCH_NORM_EPSILON) + beta[channel]
        )
    return normalized, means, variances


def global_mean(maps: np.ndarray) -> np.ndarray:
    """The mean of each map, pixel by pixel: [n h w c] -> [n c]."""
    n, height, width, channels = maps.shape
    total = np.zeros((n, channels))
    for y in range(height):
        for x in range(width):
            total += maps[:, y, x, :]
    return total / (height * width)
