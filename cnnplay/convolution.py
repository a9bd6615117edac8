"""conv2d: the convolution that the networks are made of, with gradients of its own.

It is what the field calls a convolution - a cross-correlation, the kernel is not flipped:

    output[n, i, j, f] = Σ over u, v, c of image[n, i·s + u·d - p, j·s + v·d - p, c] · kernel[u, v, c, f]

XLA computes a forward convolution fast on a CPU, but not the transposed ones that automatic differentiation makes of
it inside a compiled loop (10 to 60 times slower). Both gradients of a convolution are themselves forward convolutions
(Dumoulin & Visin 2016, arXiv 1603.07285, section 4), so that is how they are written here.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from .arithmetic import ShapeError, Window, windows

Axes = tuple[Window, Window]


@partial(jax.jit, static_argnames=("stride", "padding", "dilation"))
def conv2d(images: Array, kernel: Array, *, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> Array:
    """Slide `kernel` over `images`: [n h w c], [kh kw c f] -> [n oh ow f], float32.

    stride, dilation: a number or (rows, columns). padding: "valid", "same", "full", pixels, (before, after), or a
    pair of these for rows and columns (see `arithmetic.windows`). Differentiable in both arguments.

    Raises ShapeError where the shapes do not go together or no window fits.
    """
    _check(images, kernel)
    rows, columns = windows(kernel.shape[:2], stride, padding, dilation)
    rows.output_size(images.shape[1]), columns.output_size(images.shape[2])
    return _convolve((rows, columns), images.astype(jnp.float32), kernel.astype(jnp.float32))


def _check(images: Array, kernel: Array) -> None:
    if images.ndim != 4 or kernel.ndim != 4:
        raise ShapeError(
            "conv2d takes images [n h w c] and a kernel [rows columns c filters], "
            f"not shapes {images.shape} and {kernel.shape}."
        )
    if images.shape[3] != kernel.shape[2]:
        raise ShapeError(
            f"The images have {images.shape[3]} channels and the kernel is made for {kernel.shape[2]}: "
            f"shapes {images.shape} and {kernel.shape}."
        )


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _convolve(axes: Axes, images: Array, kernel: Array) -> Array:
    pads = [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]
    return _forward(images, kernel, pads, [a.stride for a in axes], [a.dilation for a in axes])


def _convolve_forward(axes: Axes, images: Array, kernel: Array) -> tuple[Array, tuple[Array, Array]]:
    return _convolve(axes, images, kernel), (images, kernel)


def _convolve_backward(axes: Axes, saved: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    images, kernel = saved
    return _images_gradient(axes, images, kernel, slope), _kernel_gradient(axes, images, kernel, slope)


_convolve.defvjp(_convolve_forward, _convolve_backward)


def _images_gradient(axes: Axes, images: Array, kernel: Array, slope: Array) -> Array:
    """∂/∂images: the slope, its values `stride` apart, convolved with the kernel turned by 180 degrees."""
    padding: list[tuple[int, int, int]] = [(0, 0, 0)]
    for axis, size, out in zip(axes, images.shape[1:3], slope.shape[1:3], strict=True):
        before = axis.span - 1 - axis.pads(size)[0]
        spread = (out - 1) * axis.stride + 1
        # What is missing so that the result has the image's size; pixels that no window reads count here as well.
        padding.append((before, size + axis.span - 1 - before - spread, axis.stride - 1))
    spread_slope = lax.pad(slope, jnp.float32(0), [*padding, (0, 0, 0)])
    turned = kernel[::-1, ::-1].swapaxes(2, 3)
    return _forward(spread_slope, turned, [(0, 0)] * 2, [1, 1], [a.dilation for a in axes])


def _kernel_gradient(axes: Axes, images: Array, kernel: Array, slope: Array) -> Array:
    """∂/∂kernel: the images convolved with the slope, the batch being what is summed over."""
    pads = []
    for axis, size, out in zip(axes, images.shape[1:3], slope.shape[1:3], strict=True):
        before = axis.pads(size)[0]
        # As many pixels as the windows reach over, neither the rest that a stride leaves nor more.
        pads.append((before, (out - 1) * axis.stride + axis.span - size - before))
    per_tap = _forward(
        images.transpose(3, 1, 2, 0),
        slope.transpose(1, 2, 0, 3),
        pads,
        [a.dilation for a in axes],
        [a.stride for a in axes],
    )
    return per_tap.transpose(1, 2, 0, 3)


def _forward(images: Array, kernel: Array, pads: Any, stride: Any, dilation: Any) -> Array:
    return lax.conv_general_dilated(
        images, kernel, stride, pads, rhs_dilation=dilation, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
