"""What the labs show, as arrays, computed by the same `conv2d` and `pool2d` that train.

A program for one setting runs once or twice: NumPy computes the small ones, so that nothing is compiled for them
(ops/quick_jit.py).
"""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from ..caching import program_cache
from ..inputs.patterns import line
from ..ops.arithmetic import Axes, Window, output_shape
from ..ops.convolution import conv2d
from ..ops.pooling import pool2d
from ..ops.quick_jit import MOST_PROGRAMS, quick
from ..ops.registry import ACTIVATIONS, POOLS, activation

Pair = tuple[int, int]
Pads = tuple[Pair, ...]  # (before, after) of rows and of columns


def feature_map(
    image: np.ndarray, kernel: np.ndarray, axes: Axes, bias: float = 0.0, activation: str = "none"
) -> tuple[np.ndarray, np.ndarray]:
    """A filter's feature map of one image, before and after the activation: [h w c], [kh kw c] -> [oh ow] twice.

    Raises ShapeError where the window does not fit.
    """
    maps, active = feature_maps(image[None], kernel[..., None], axes, np.array([bias]), activation)
    return maps[0, ..., 0], active[0, ..., 0]


def feature_maps(
    images: np.ndarray, kernel: np.ndarray, axes: Axes, bias: np.ndarray | None = None, activation: str = "none"
) -> tuple[np.ndarray, np.ndarray]:
    """Feature maps before and after the activation: [n h w c], [kh kw c f] -> [n oh ow f] twice.

    Raises ShapeError where the window does not fit.
    """
    output_shape(axes, images.shape[1:3])
    bias = np.zeros(kernel.shape[3]) if bias is None else bias
    program = _convolution(_strides(axes), _pads(axes, images), tuple(axis.dilation for axis in axes), activation)
    maps, active = program(*(np.asarray(values, np.float32) for values in (images, kernel, bias)))
    return np.asarray(maps), np.asarray(active)


def pooled(maps: np.ndarray, axes: Axes) -> dict[str, np.ndarray]:
    """Maps pooled by each kind of POOLS: [n h w c] -> [n oh ow c].

    Raises ShapeError where a window does not fit or holds padding alone.
    """
    return _by_kind(_pooling, maps, axes)


def pooling_gradients(values: np.ndarray, axes: Axes) -> dict[str, np.ndarray]:
    """The gradient of the sum of all pooled values, for each kind of POOLS: [h w] -> [h w].

    Max pooling passes the gradient to the maximum of each window, shared among ties; mean pooling shares it among all.
    """
    return {
        kind: gradients[0, ..., 0] for kind, gradients in _by_kind(_unpooling, values[None, ..., None], axes).items()
    }


def overlaps(f: np.ndarray, g: np.ndarray, step: float) -> dict[str, np.ndarray]:
    """The area of f(t)·g(t − s) and of f(t)·g(s − t) over t, for all shifts s at which the two meet.

    f, g: [n], [m] samples, `step` apart, m odd, g's middle sample at 0. Each result is [n + m − 1]; its first shift
    is (m − 1)/2 steps before f's first sample. `conv2d` slides without flipping: that is the cross-correlation, and
    with g flipped first it is the convolution.
    """
    line, whole = f[None, None, :, None], (Window(1), Window(len(g), padding="full"))

    def slide(kernel: np.ndarray) -> np.ndarray:
        return step * feature_maps(line, kernel[None, :, None, None], whole)[0][0, 0, :, 0]

    return {"cross-correlation": slide(g), "convolution": slide(g[::-1])}


def responses(kernels: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """The response of each kernel to each picture of its own size: [f k k], [n k k] -> [f n]."""
    kernel = np.moveaxis(kernels, 0, -1)[:, :, None, :]
    axes = (Window(kernel.shape[0]), Window(kernel.shape[1]))
    return feature_maps(pictures[..., None], kernel, axes)[0][:, 0, 0, :].T


def turning_line(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines through the middle at every third degree: angles [n], pictures [n size size]."""
    angles = np.arange(0, 180, 3)
    return angles, np.stack([line(float(angle), size) for angle in angles])


def response_maps(image: np.ndarray, kernels: np.ndarray) -> np.ndarray:
    """The response of each kernel at each pixel, with padding "same": [h w 1], [f k k] -> [h w f]."""
    axes = (Window(kernels.shape[1], padding="same"), Window(kernels.shape[2], padding="same"))
    return feature_maps(image[None], np.moveaxis(kernels, 0, -1)[:, :, None, :], axes)[0][0]


def strongest_filters(responses: np.ndarray, drawn: np.ndarray, least: float) -> np.ndarray:
    """The filter with the largest response at each pixel: [h w f], [h w] -> [h w].

    -1 where nothing is `drawn`, or where no response exceeds `least` (a share, 0..1) of the largest of all.
    """
    strong = responses.max(-1) > least * max(responses.max(), 0)
    return np.where(strong & drawn, responses.argmax(-1), -1)


def for_channels(kernel: np.ndarray, channels: int) -> np.ndarray:
    """A kernel for pictures with `channels` channels: [k k c] -> [k k channels].

    For another number than its own, its response to the mean of the channels is its response to grey.
    """
    if kernel.shape[-1] == channels:
        return kernel
    return np.repeat(kernel.sum(-1, keepdims=True) / channels, channels, -1)


def in_shape(kernel: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """A kernel [k k] centred in the shape (kh, kw, c), cut or padded with zeros, shared equally among the channels."""
    changed = np.zeros(shape, np.float32)
    old, new = kernel.shape, shape[:2]
    shift = [(there - 1) // 2 - (here - 1) // 2 for here, there in zip(old, new, strict=True)]
    held = [slice(max(0, -by), min(here, there - by)) for by, here, there in zip(shift, old, new, strict=True)]
    placed = tuple(slice(part.start + by, part.stop + by) for part, by in zip(held, shift, strict=True))
    changed[placed] = kernel[tuple(held)][..., None] / shape[2]
    return changed


def as_strong_as(kernel: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The kernel scaled to the L2 norm of another: the next layer receives values of the size it was trained on."""
    own, wanted = np.linalg.norm(kernel), np.linalg.norm(other)
    return kernel * (wanted / own) if own and wanted else kernel


def channel_contributions(image: np.ndarray, kernel: np.ndarray, axes: Axes) -> np.ndarray:
    """The contribution of each input channel to a filter's feature map: [h w c], [kh kw c] -> [c oh ow].

    Their sum, plus the bias, is the feature map.
    """
    channels = [feature_map(image[..., c : c + 1], kernel[..., c : c + 1], axes)[0] for c in range(image.shape[-1])]
    return np.stack(channels)


def shifted(image: np.ndarray, reach: int) -> dict[tuple[int, int], np.ndarray]:
    """The image shifted by every (down, right) from -reach to reach, filled with black: [h w c] each."""
    height, width, _ = image.shape
    padded = np.pad(image, ((reach, reach), (reach, reach), (0, 0)))
    steps = range(-reach, reach + 1)
    return {
        (down, right): padded[reach - down : reach - down + height, reach - right : reach - right + width]
        for down in steps
        for right in steps
    }


def share_kept(before: np.ndarray, after: np.ndarray, tolerance: float = 0.1) -> np.ndarray:
    """The share (0..1) of a map's values that stay, give or take: [h w], [... h w] -> [...].

    tolerance: as a share of the largest value. Values below it before and after, an empty background, do not count.
    """
    least = tolerance * max(np.abs(before).max(), np.abs(after).max())
    same = np.abs(after - before) <= least
    counts = np.maximum(np.abs(after), np.abs(before)) > least
    return (same & counts).sum((-2, -1)) / np.maximum(counts.sum((-2, -1)), 1)


def _strides(axes: Axes) -> Pair:
    return axes[0].stride, axes[1].stride


def _pads(axes: Axes, images: np.ndarray) -> Pads:
    """The padding in pixels, so that equal paddings of different names share a program."""
    return tuple(axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True))


def _by_kind(
    program: Callable[..., Callable[..., dict[str, jax.Array]]], maps: np.ndarray, axes: Axes
) -> dict[str, np.ndarray]:
    output_shape(axes, maps.shape[1:3], pooled=True)
    made = program((axes[0].kernel, axes[1].kernel), _strides(axes), _pads(axes, maps))(np.asarray(maps, np.float32))
    return {kind: np.asarray(made[kind]) for kind in POOLS}


@program_cache(MOST_PROGRAMS)
def _convolution(
    stride: Sequence[int], padding: Pads, dilation: Sequence[int], function: str
) -> Callable[..., tuple[jax.Array, jax.Array]]:
    def program(images: jax.Array, kernel: jax.Array, bias: jax.Array) -> tuple[jax.Array, jax.Array]:
        maps = conv2d(images, kernel, bias=bias, stride=stride, padding=padding, dilation=dilation)
        return maps, activation(function)(maps) if function in ACTIVATIONS else maps

    return quick(program)


@program_cache(MOST_PROGRAMS)
def _pooling(window: Pair, stride: Pair, padding: Pads) -> Callable[..., dict[str, jax.Array]]:
    return quick(lambda maps: {kind: pool2d(maps, kind, window, stride, padding) for kind in POOLS})


@program_cache(MOST_PROGRAMS)
def _unpooling(window: Pair, stride: Pair, padding: Pads) -> Callable[..., dict[str, jax.Array]]:
    total = {kind: lambda maps, kind=kind: jnp.sum(pool2d(maps, kind, window, stride, padding)) for kind in POOLS}
    return quick(lambda maps: {kind: jax.grad(total[kind])(maps) for kind in POOLS})
