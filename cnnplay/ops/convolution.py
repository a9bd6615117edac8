"""conv2d: the convolution of the networks, with its own gradients (a custom vjp).

As everywhere in deep learning, it is a cross-correlation: the kernel is not flipped.
The shapes decide how it is computed: see `convolution_algorithms.ALGORITHMS`.
"""

from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

from ..errors import ShapeError
from .arithmetic import Axes, Paddings, Sizes, windows
from .convolution_algorithms import Gradients, Residual, Shape, case_of, choose

Residuals = tuple[Array, Array, Residual]  # images, kernel, and what the algorithm saves


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

        output[n, i, j, f] = bias[f] + Σ over u, v, c of images[n, i·s + u·d - p, j·s + v·d - p, c] · kernel[u, v, c, f]

    with stride s, dilation d, p pixels of padding before the first, and pixels outside the image 0 (Dumoulin & Visin
    2016, chapter 2).

    bias: [f]. stride, dilation: a number or (rows, columns). padding: "valid", "same", "full", pixels, (before,
    after), or a pair of these for rows and columns (see `arithmetic.windows`).
    Differentiable in images, kernel and bias.

    Raises ShapeError if the shapes do not match or no window fits.
    """
    _check_shapes(images, kernel, bias)
    bias = jnp.zeros(kernel.shape[3]) if bias is None else bias
    axes = windows(kernel.shape[:2], stride, padding, dilation)
    _check_fit(axes, images.shape[1:3])
    return _convolve(axes, *(values.astype(jnp.float32) for values in (images, kernel, bias)))


def _check_shapes(images: Array, kernel: Array, bias: Array | None) -> None:
    if images.ndim != 4 or kernel.ndim != 4:
        raise ShapeError(
            "conv2d takes images [n h w c] and a kernel [rows columns c filters], "
            f"not shapes {images.shape} and {kernel.shape}."
        )
    if images.shape[3] != kernel.shape[2]:
        raise ShapeError(
            f"The images have {images.shape[3]} channels and the kernel has {kernel.shape[2]}: "
            f"shapes {images.shape} and {kernel.shape}."
        )
    if bias is not None and bias.shape != kernel.shape[3:]:
        raise ShapeError(
            f"The bias has shape {bias.shape}; a kernel of {kernel.shape[3]} filters takes one number for each."
        )


def _check_fit(axes: Axes, sizes: Shape) -> None:
    for axis, size in zip(axes, sizes, strict=True):
        axis.output_size(size)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _convolve(axes: Axes, images: Array, kernel: Array, bias: Array) -> Array:
    return _convolve_forward(axes, images, kernel, bias)[0]


def _convolve_forward(axes: Axes, images: Array, kernel: Array, bias: Array) -> tuple[Array, Residuals]:
    output, residual = choose(case_of(axes, images.shape[1:], kernel.shape)).forward(axes, images, kernel)
    return output + bias, (images, kernel, residual)


def _convolve_backward(axes: Axes, residuals: Residuals, cotangent: Array) -> Gradients:
    images, kernel, residual = residuals
    return choose(case_of(axes, images.shape[1:], kernel.shape)).backward(axes, images, kernel, residual, cotangent)


_convolve.defvjp(_convolve_forward, _convolve_backward)
