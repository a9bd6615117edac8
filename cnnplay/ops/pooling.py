"""pool2d: one value for each window of each feature map. The kinds are the rows of POOLS."""

from functools import partial, reduce

import jax
import jax.numpy as jnp
from jax import Array, lax

from ..errors import ShapeError
from .arithmetic import Paddings, Sizes, Window, windows
from .registry import POOLS, PoolKind

__all__ = ["POOLS", "PoolKind", "pool2d"]


@partial(jax.jit, static_argnames=("kind", "window", "stride", "padding"))
def pool2d(
    images: Array,
    kind: str = "max",
    window: Sizes = 2,
    stride: Sizes | None = None,
    padding: Paddings = "valid",
) -> Array:
    """Combine the pixels of each window, channel by channel: [n h w c] -> [n oh ow c], float32.

        output[n, i, j, c] = max (mean, min) over u, v of images[n, i·s + u - p, j·s + v - p, c]

    over the pixels inside the image: padding never counts, and a mean divides by the real pixels of its window
    (Dumoulin & Visin 2016, chapter 3). Pixels that tie for the maximum share the gradient.

    kind: a row of POOLS. window, stride: a number or (rows, columns); stride None means the window. padding: as in
    `conv2d`.

    Raises ShapeError if no window fits, or if a window holds padding alone.
    """
    if kind not in POOLS:
        raise ShapeError(f"There is no pooling kind {kind!r}; there are {', '.join(POOLS)}.")
    if images.ndim != 4:
        raise ShapeError(f"pool2d takes images [n h w c], not shape {images.shape}.")
    row = POOLS[kind]
    axes = windows(window, window if stride is None else stride, padding)
    pooled = images.astype(jnp.float32)
    # A window is a rectangle: pooling the rows and then the columns gives the same.
    for dimension, axis in enumerate(axes, start=1):
        pooled = _along(pooled, dimension, axis, row)
    return pooled


def _along(images: Array, dimension: int, axis: Window, row: PoolKind) -> Array:
    size = images.shape[dimension]
    out = axis.pooled_size(size)
    before, _ = axis.pads(size)
    reach = (out - 1) * axis.stride + axis.span
    padding = [(0, 0, 0)] * 4
    padding[dimension] = (before, reach - size - before, 0)
    padded = lax.pad(images, jnp.float32(row.empty), padding)
    # On a CPU the gradient of a maximum of slices is far cheaper than that of `lax.reduce_window`.
    slices = [
        lax.slice_in_dim(padded, tap, tap + (out - 1) * axis.stride + 1, axis.stride, dimension)
        for tap in range(axis.kernel)
    ]
    pooled = reduce(getattr(jnp, row.combine), slices)
    if not row.mean:
        return pooled
    real = [sum(0 <= pixel < size for pixel in pixels) for pixels in axis.pixels(size)]
    shape = [1] * 4
    shape[dimension] = out
    return pooled / jnp.array(real, jnp.float32).reshape(shape)
