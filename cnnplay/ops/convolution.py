"""conv2d: the convolution that the networks are made of, with gradients of its own.

It is what the field calls a convolution - a cross-correlation, the kernel is not flipped:

    output[n, i, j, f] = Σ over u, v, c of image[n, i·s + u·d - p, j·s + v·d - p, c] · kernel[u, v, c, f] + bias[f]

How it is computed depends on the shapes: the table is `convolution_algorithms.ALGORITHMS`.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from ..errors import ShapeError
from .arithmetic import Axes, Paddings, Sizes, windows
from .convolution_algorithms import Gradients, case_of, choose


@partial(jax.jit, static_argnames=("stride", "padding", "dilation"))
def conv2d(
    images: Array,
    kernel: Array,
    *,
    bias: Array | None = None,
    stride: Sizes = 1,
    padding: Paddings = "valid",
    dilation: Sizes = 1,
) -> Array:
    """Slide `kernel` over `images`: [n h w c], [kh kw c f] -> [n oh ow f], float32.

    bias: [f], added to each feature map. stride, dilation: a number or (rows, columns). padding: "valid", "same",
    "full", pixels, (before, after), or a pair of these for rows and columns (see `arithmetic.windows`).
    Differentiable in images, kernel and bias.

    Raises ShapeError where the shapes do not go together or no window fits.
    """
    _check(images, kernel, bias)
    bias = jnp.zeros(kernel.shape[3]) if bias is None else bias
    rows, columns = windows(kernel.shape[:2], stride, padding, dilation)
    rows.output_size(images.shape[1]), columns.output_size(images.shape[2])
    return _convolve((rows, columns), *(values.astype(jnp.float32) for values in (images, kernel, bias)))


def _check(images: Array, kernel: Array, bias: Array | None) -> None:
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
    if bias is not None and bias.shape != kernel.shape[3:]:
        raise ShapeError(
            f"The bias has shape {bias.shape}; a kernel of {kernel.shape[3]} filters takes one number each."
        )


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _convolve(axes: Axes, images: Array, kernel: Array, bias: Array) -> Array:
    return _convolve_forward(axes, images, kernel, bias)[0]


def _convolve_forward(axes: Axes, images: Array, kernel: Array, bias: Array) -> tuple[Array, Any]:
    output, kept = choose(case_of(axes, images.shape[1:], kernel.shape)).forward(axes, images, kernel)
    return output + bias, (images, kernel, kept)


def _convolve_backward(axes: Axes, saved: Any, gradient: Array) -> Gradients:
    images, kernel, kept = saved
    return choose(case_of(axes, images.shape[1:], kernel.shape)).backward(axes, images, kernel, kept, gradient)


_convolve.defvjp(_convolve_forward, _convolve_backward)
