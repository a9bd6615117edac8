"""How a convolution is computed: the rows of ALGORITHMS, which all give the same values up to rounding.

Each is a pair of functions, like those of `jax.custom_vjp`:

    forward(axes, images, kernel) -> output, residual          [n h w c], [kh kw c f] -> [n oh ow f]
    backward(axes, images, kernel, residual, cotangent)            cotangent: ∂loss/∂output, [n oh ow f]
        -> ∂images, ∂kernel, ∂bias                             residual: the workspace of forward, if backward needs it

Two of them work on [c h w n], the batch last: the same pixel of many images lies side by side in memory, so one
instruction of the processor works on many images, however few the channels. docs/convolution.md has the measurements.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.experimental.layout import Layout, with_layout_constraint

from .arithmetic import Axes, Window

Residual = Array | None
Gradients = tuple[Array, Array, Array]
Shape = tuple[int, ...]

CHANNELS_LAST, BATCH_LAST = (0, 1, 2, 3), (3, 1, 2, 0)  # the order in memory, as axes of [n h w c]


def _materialized(values: Array) -> Array:
    """The same values, written to memory in this order: XLA may not compute others from them in their place."""
    behind_barrier: Array = lax.optimization_barrier(values)  # type: ignore[no-untyped-call]
    return behind_barrier


def constrain_layout(values: Array, order: Sequence[int]) -> Array:
    """The same values in this memory order, outermost axis first.

    Left alone, XLA chooses orders in which the next operation is up to 30 times slower.
    """
    pinned = with_layout_constraint(values, Layout(tuple(order)))  # type: ignore[no-untyped-call]
    # JAX 0.10 misreads the results of a compiled function if some come straight from a layout constraint.
    return _materialized(pinned)


def identity(values: Array) -> Array:
    """The values in whatever order they have."""
    return values


def channels_last(images: Array) -> Array:
    return constrain_layout(images, CHANNELS_LAST)


def batch_last(images: Array) -> Array:
    return constrain_layout(images, BATCH_LAST)


def to_batch_last(images: Array) -> Array:
    """[n h w c] -> [c h w n]"""
    return batch_last(images).transpose(BATCH_LAST)


def from_batch_last(pixels: Array) -> Array:
    """[c h w n] -> [n h w c]; only the axes' names change, nothing moves in memory."""
    return pixels.transpose(BATCH_LAST)


def shift(pixels: Array, dimension: int, by: int, size: int, stride: int = 1) -> Array:
    """Along one dimension, out[i] = pixels[i · stride + by] for i < size, and 0 outside the pixels."""
    edges = [(0, 0, 0)] * pixels.ndim
    edges[dimension] = (-by, (size - 1) * stride + 1 + by - pixels.shape[dimension], 0)
    return lax.slice_in_dim(lax.pad(pixels, jnp.float32(0), edges), 0, None, stride, dimension)


def unfold(pixels: Array, dimension: int, taps: Sequence[int], size: int, stride: int = 1) -> Array:
    """[...] -> [k ...]: a copy of the pixels for each tap, shifted by the tap."""
    copies = jnp.stack([shift(pixels, dimension, tap, size, stride) for tap in taps])
    return constrain_layout(copies, range(copies.ndim))


def fold(products: Array, dimension: int, taps: Sequence[int], size: int) -> Array:
    """[k ...] -> [...]: each product shifted by its tap, then all added up."""
    return jnp.asarray(sum(shift(part, dimension, tap, size) for part, tap in zip(products, taps, strict=True)))


def _first_taps(axis: Window, size: int) -> range:
    """The pixels that the first window reads."""
    return axis.pixels(size)[0]


def _opposite(taps: range) -> list[int]:
    """The taps of the backward pass."""
    return [-tap for tap in taps]


def _one_product(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Residual]:
    """im2col: every window becomes a column of a matrix (Chellapilla, Puri & Simard 2006, section 2.1).

    output [f, oh ow n] = kernel [kh kw c, f]ᵀ · windows [kh kw c, oh ow n]
    """
    windows = _windows(axes, to_batch_last(images))
    sizes, filters = windows.shape[3:], kernel.shape[3]
    windows = windows.reshape(prod(kernel.shape[:3]), prod(sizes))
    output = kernel.reshape(-1, filters).T @ windows
    return from_batch_last(output.reshape(filters, *sizes)), windows


def _one_product_backward(axes: Axes, images: Array, kernel: Array, windows: Residual, cotangent: Array) -> Gradients:
    assert windows is not None  # kept by the forward pass
    cotangent = to_batch_last(cotangent)
    sizes = cotangent.shape[1:]
    cotangent = cotangent.reshape(len(cotangent), prod(sizes))
    windows_gradient = (kernel.reshape(-1, len(cotangent)) @ cotangent).reshape(*kernel.shape[:3], *sizes)
    transposed = jax.linear_transpose(partial(_windows, axes), from_batch_last(images))
    images_gradient = from_batch_last(*transposed(windows_gradient))
    # `_inner_products` is faster for windows of few pixels only: from 9 on, turning its result back costs more.
    few_weights = len(windows) < 8
    kernel_gradient = _inner_products(windows, cotangent) if few_weights else windows @ cotangent.T
    return images_gradient, kernel_gradient.reshape(kernel.shape), _sum_rows(cotangent)


def _windows(axes: Axes, pixels: Array) -> Array:
    """[c h w n] -> [kh kw c oh ow n]"""
    # Columns, then rows: each is axis 2 in its turn.
    for axis, size in zip(reversed(axes), pixels.shape[2:0:-1], strict=True):
        pixels = unfold(pixels, 2, _first_taps(axis, size), axis.output_size(size), axis.stride)
    return pixels


def _columns_then_rows(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Residual]:
    """Unfold the columns, multiply, fold the rows: k copies of the pixels instead of k². For stride 1.

    products [kh f, h ow n] = kernel [kh f, kw c] · columns [kw c, h ow n];  output = Σ over u of products[u], u rows up

    Half im2col along one axis (as MEC: Cho & Brand 2017, section 3), half a sum of shifted products along the other
    (as kn2row: Vasudevan, Anderson & Gregg 2017, section III).
    """
    rows, columns = axes
    height, width = images.shape[1:3]
    matrix = _matrix(kernel)
    pixels = unfold(to_batch_last(images), 2, _first_taps(columns, width), columns.output_size(width))
    sizes = pixels.shape[2:]
    pixels = pixels.reshape(matrix.shape[1], prod(sizes))
    products = (matrix @ pixels).reshape(rows.kernel, kernel.shape[3], *sizes)
    return from_batch_last(fold(products, 1, _first_taps(rows, height), rows.output_size(height))), pixels


def _columns_then_rows_backward(
    axes: Axes, images: Array, kernel: Array, pixels: Residual, cotangent: Array
) -> Gradients:
    """The same with rows and columns exchanged: unfold the rows, multiply, fold the columns."""
    assert pixels is not None  # kept by the forward pass
    rows, columns = axes
    kh, kw, channels, filters = kernel.shape
    height, width = images.shape[1:3]
    matrix, cotangent = _matrix(kernel), to_batch_last(cotangent)
    unfolded = unfold(cotangent, 1, _opposite(_first_taps(rows, height)), height)
    sizes = unfolded.shape[2:]
    unfolded = unfolded.reshape(kh * filters, prod(sizes))
    kernel_gradient = _inner_products(pixels, unfolded).reshape(kw, channels, kh, filters)
    products = (_materialized(matrix.T) @ unfolded).reshape(kw, channels, *sizes)
    images_gradient = fold(products, 2, _opposite(_first_taps(columns, width)), width)
    bias_gradient = _sum_rows(cotangent.reshape(filters, prod(cotangent.shape[1:])))
    return from_batch_last(images_gradient), kernel_gradient.transpose(2, 0, 1, 3), bias_gradient


def _matrix(kernel: Array) -> Array:
    """[kh kw c f] -> [kh f, kw c]"""
    kh, kw, channels, filters = kernel.shape
    return kernel.transpose(0, 3, 1, 2).reshape(kh * filters, kw * channels)


def _inner_products(left: Array, right: Array) -> Array:
    """[a n], [b n] -> left · rightᵀ [a b], for n much larger than a and b."""
    # The taller first: the other way round XLA's product takes up to 2.5 times as long.
    return left @ right.T if len(left) >= len(right) else _materialized(right @ left.T).T


def _sum_rows(rows: Array) -> Array:
    # A product with ones: for a sum, XLA would first copy everything into another order.
    return rows @ jnp.ones(rows.shape[1])


def _forward_only(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Residual]:
    """XLA's forward convolution, for both gradients as well (Dumoulin & Visin 2016, chapter 4).

    Automatic differentiation makes transposed convolutions, which are 10 to 60 times slower in a compiled loop.
    """
    return _convolved(channels_last(images), kernel, *_settings(axes, images)), None


def _forward_only_backward(axes: Axes, images: Array, kernel: Array, residual: Residual, cotangent: Array) -> Gradients:
    images, cotangent = channels_last(images), channels_last(cotangent)
    pixels = cotangent.reshape(prod(cotangent.shape[:3]), cotangent.shape[3])
    return (
        _images_gradient(axes, images, kernel, cotangent),
        _kernel_gradient(axes, images, cotangent),
        _sum_rows(pixels.T),
    )


def _images_gradient(axes: Axes, images: Array, kernel: Array, cotangent: Array) -> Array:
    """The cotangent, its values `stride` apart, convolved with the kernel turned by 180 degrees."""
    edges: list[tuple[int, int, int]] = [(0, 0, 0)]
    for axis, size, out in zip(axes, images.shape[1:3], cotangent.shape[1:3], strict=True):
        before = axis.span - 1 - axis.pads(size)[0]
        reach = (out - 1) * axis.stride + 1
        # Padding that gives the result the size of the images, pixels that no window reads included.
        edges.append((before, size + axis.span - 1 - before - reach, axis.stride - 1))
    apart = lax.pad(cotangent, jnp.float32(0), [*edges, (0, 0, 0)])
    turned = kernel[::-1, ::-1].swapaxes(2, 3)
    return _convolved(apart, turned, [1, 1], [(0, 0)] * 2, [a.dilation for a in axes])


def _kernel_gradient(axes: Axes, images: Array, cotangent: Array) -> Array:
    """The images convolved with the cotangent, summed over the batch in place of the channels."""
    pads = []
    for axis, size, out in zip(axes, images.shape[1:3], cotangent.shape[1:3], strict=True):
        before = axis.pads(size)[0]
        # Exactly the pixels that the windows span, without the remainder that a stride leaves over.
        pads.append((before, (out - 1) * axis.stride + axis.span - size - before))
    strides, dilations = [a.dilation for a in axes], [a.stride for a in axes]
    per_tap = _convolved(images.transpose(3, 1, 2, 0), cotangent.transpose(1, 2, 0, 3), strides, pads, dilations)
    return per_tap.transpose(1, 2, 0, 3)


def _library(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Residual]:
    """XLA's convolution and XLA's gradients."""
    return _convolved(images, kernel, *_settings(axes, images)), None


def _library_backward(axes: Axes, images: Array, kernel: Array, residual: Residual, cotangent: Array) -> Gradients:
    _, vjp = jax.vjp(lambda images, kernel: _convolved(images, kernel, *_settings(axes, images)), images, kernel)
    images_gradient, kernel_gradient = vjp(cotangent)
    return images_gradient, kernel_gradient, cotangent.sum((0, 1, 2))


def _settings(axes: Axes, images: Array) -> tuple[list[int], list[tuple[int, int]], list[int]]:
    """Strides, pads and dilations, each (rows, columns)."""
    pads = [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]
    return [a.stride for a in axes], pads, [a.dilation for a in axes]


def _convolved(
    images: Array, kernel: Array, stride: Sequence[int], pads: Sequence[tuple[int, int]], dilation: Sequence[int]
) -> Array:
    layout = ("NHWC", "HWIO", "NHWC")
    # Full float32: by default a GPU multiplies with fewer bits.
    return lax.conv_general_dilated(
        images, kernel, stride, pads, rhs_dilation=dilation, dimension_numbers=layout, precision=lax.Precision.HIGHEST
    )


class Case(NamedTuple):
    """What decides the choice of an algorithm: static shapes and the platform."""

    axes: Axes
    image: Shape  # (h, w, c)
    kernel: Shape  # (kh, kw, c, f)
    platform: str  # "cpu", "gpu", ...

    @property
    def channels(self) -> int:
        return self.kernel[2]

    @property
    def strided(self) -> bool:
        return any(axis.stride > 1 for axis in self.axes)

    @property
    def sizes(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        rows, columns = (axis.output_size(size) for axis, size in zip(self.axes, self.image[:2], strict=True))
        return rows, columns

    @property
    def window_values(self) -> int:
        """Values of one image in the workspace of `one product`: every window in full."""
        return prod(self.sizes) * prod(self.kernel[:3])

    @property
    def column_values(self) -> int:
        """Values of one image in the workspace of `columns then rows`: the columns and the products."""
        kh, kw, channels, filters = self.kernel
        return self.image[0] * self.sizes[1] * (kw * channels + kh * filters)

    @property
    def output_values(self) -> int:
        return prod(self.sizes) * self.kernel[3]


class Algorithm(NamedTuple):
    """A way to compute a convolution, and the cases for which it is chosen."""

    forward: Callable[[Axes, Array, Array], tuple[Array, Residual]]
    backward: Callable[[Axes, Array, Array, Residual, Array], Gradients]
    constrain_layout: Callable[[Array], Array]  # puts [n h w c] into the memory order that the algorithm works in
    workspace: Callable[[Case], int]  # values of one image in its largest intermediate array
    applies: Callable[[Case], bool]  # whether to choose it, if no row above applies
    reason: str


FEW_CHANNELS, MANY_CHANNELS = 4, 32

ALGORITHMS = {
    "library": Algorithm(
        _library,
        _library_backward,
        identity,
        lambda case: case.output_values,
        lambda case: case.platform != "cpu",
        "on an accelerator XLA's convolution and its gradients are the fast path",
    ),
    "one product": Algorithm(
        _one_product,
        _one_product_backward,
        batch_last,
        lambda case: case.window_values,
        lambda case: (
            (case.strided and case.channels < MANY_CHANNELS)
            or (case.channels <= FEW_CHANNELS and case.window_values <= case.column_values)
        ),
        "it never computes what a stride skips, and with few channels the windows are small",
    ),
    "columns then rows": Algorithm(
        _columns_then_rows,
        _columns_then_rows_backward,
        batch_last,
        lambda case: case.column_values,
        lambda case: case.channels < MANY_CHANNELS,
        "its workspace is k times smaller than full windows: one product forward, two backward",
    ),
    "forward only": Algorithm(
        _forward_only,
        _forward_only_backward,
        channels_last,
        lambda case: case.output_values,
        lambda case: True,
        "with many channels XLA's forward convolution is as fast as a matrix product and needs no workspace",
    ),
}


def case_of(axes: Axes, image: Shape, kernel: Shape) -> Case:
    """The case of images [h w c] and a kernel [kh kw c f] on this machine."""
    return Case(axes, tuple(image), tuple(kernel), jax.default_backend())


def choose(case: Case) -> Algorithm:
    """The first row of ALGORITHMS that applies to the case."""
    return next(row for row in ALGORITHMS.values() if row.applies(case))
