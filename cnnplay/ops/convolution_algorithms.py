"""How a convolution is computed: the rows of ALGORITHMS, which all give the same values up to rounding.

Each is a pair of functions, like those of `jax.custom_vjp`:

    forward(axes, images, kernel) -> output, kept              [n h w c], [kh kw c f] -> [n oh ow f]
    backward(axes, images, kernel, kept, gradient)                gradient: ∂loss/∂output, [n oh ow f]
        -> ∂images, ∂kernel, ∂bias                             kept: the workspace of forward, where it is reused

Two of them work on [c h w n], the batch last: the same pixel of many images lies side by side, so that one
instruction of the processor works on many images, however few the channels. docs/convolution.md has the measurements.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import prod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.experimental.layout import Layout, with_layout_constraint

from .arithmetic import Axes, Window

Kept = Array | None
Gradients = tuple[Array, Array, Array]
Shape = tuple[int, ...]

CHANNELS_LAST, BATCH_LAST = (0, 1, 2, 3), (3, 1, 2, 0)  # the order in memory, as axes of [n h w c]


def constrain_layout(values: Array, order: Sequence[int]) -> Array:
    """The same values with their axes in this order in memory, outermost first.

    XLA chooses orders that make the next operation up to 30 times slower.
    """
    pinned = with_layout_constraint(values, Layout(tuple(order)))  # type: ignore[no-untyped-call]
    # JAX 0.10 misreads the results of a compiled function if some of them come straight from a constraint: none does.
    behind: Array = lax.optimization_barrier(pinned)  # type: ignore[no-untyped-call]
    return behind


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
    """[c h w n] -> [n h w c], in name alone: in memory everything stays where it is."""
    return pixels.transpose(BATCH_LAST)


def shifted(pixels: Array, dimension: int, by: int, size: int, stride: int = 1) -> Array:
    """Along one dimension, out[i] = pixels[i · stride + by] for i < size, and 0 beside the pixels."""
    edges = [(0, 0, 0)] * pixels.ndim
    edges[dimension] = (-by, (size - 1) * stride + 1 + by - pixels.shape[dimension], 0)
    return lax.slice_in_dim(lax.pad(pixels, jnp.float32(0), edges), 0, None, stride, dimension)


def spread(pixels: Array, dimension: int, taps: Sequence[int], size: int, stride: int = 1) -> Array:
    """[...] -> [k ...]: the pixels shifted by each of the taps, one beside the other."""
    # Each is finished first, or every value of the stack would ask for its tap in turn.
    whole = jnp.stack(
        lax.optimization_barrier([shifted(pixels, dimension, tap, size, stride) for tap in taps])  # type: ignore[no-untyped-call]
    )
    return constrain_layout(whole, range(whole.ndim))


def summed(products: Array, dimension: int, taps: Sequence[int], size: int) -> Array:
    """[k ...] -> [...]: the products shifted by one tap each, and added up."""
    return jnp.asarray(sum(shifted(part, dimension, tap, size) for part, tap in zip(products, taps, strict=True)))


def _first_taps(axis: Window, size: int) -> range:
    """The pixels that the first window reads."""
    return axis.pixels(size)[0]


def _opposite(taps: range) -> list[int]:
    """The taps of the way back."""
    return [-tap for tap in taps]


def _one_product(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Kept]:
    """im2col: every window laid out as a column (Chellapilla, Puri & Simard 2006, section 2.1).

    output [f, oh ow n] = kernel [kh kw c, f]ᵀ · windows [kh kw c, oh ow n]
    """
    windows = _windows(axes, to_batch_last(images))
    sizes, filters = windows.shape[3:], kernel.shape[3]
    windows = windows.reshape(prod(kernel.shape[:3]), prod(sizes))
    output = kernel.reshape(-1, filters).T @ windows
    return from_batch_last(output.reshape(filters, *sizes)), windows


def _one_product_back(axes: Axes, images: Array, kernel: Array, windows: Any, gradient: Array) -> Gradients:
    gradients = to_batch_last(gradient)
    sizes = gradients.shape[1:]
    gradients = gradients.reshape(len(gradients), prod(sizes))
    windows_gradient = (kernel.reshape(-1, len(gradients)) @ gradients).reshape(*kernel.shape[:3], *sizes)
    gathered = jax.linear_transpose(partial(_windows, axes), from_batch_last(images))
    images_gradient = from_batch_last(*gathered(windows_gradient))
    return images_gradient, (windows @ gradients.T).reshape(kernel.shape), _sum_of_rows(gradients)


def _windows(axes: Axes, pixels: Array) -> Array:
    """[c h w n] -> [kh kw c oh ow n]"""
    for axis, size in zip(reversed(axes), pixels.shape[2:0:-1], strict=True):  # columns, then rows: both at place 2
        pixels = spread(pixels, 2, _first_taps(axis, size), axis.output_size(size), axis.stride)
    return pixels


def _columns_then_rows(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Kept]:
    """Spread the columns, multiply, add up the rows: k times the pixels are laid out, not k² times. For stride 1.

    products [kh f, h ow n] = kernel [kh f, kw c] · spread [kw c, h ow n];  output = Σ over u of products[u], u rows up

    Half im2col along one axis (as MEC: Cho & Brand 2017, section 3), half a sum of shifted products along the other
    (as kn2row: Vasudevan, Anderson & Gregg 2017, section III).
    """
    rows, columns = axes
    height, width = images.shape[1:3]
    matrix = _matrix(kernel)
    pixels = spread(to_batch_last(images), 2, _first_taps(columns, width), columns.output_size(width))
    sizes = pixels.shape[2:]
    pixels = pixels.reshape(matrix.shape[1], prod(sizes))
    products = (matrix @ pixels).reshape(rows.kernel, kernel.shape[3], *sizes)
    return from_batch_last(summed(products, 1, _first_taps(rows, height), rows.output_size(height))), pixels


def _columns_then_rows_back(axes: Axes, images: Array, kernel: Array, pixels: Any, gradient: Array) -> Gradients:
    """The same with rows and columns changed over: spread the rows, multiply, add up the columns."""
    rows, columns = axes
    kh, kw, channels, filters = kernel.shape
    height, width = images.shape[1:3]
    matrix, gradients = _matrix(kernel), to_batch_last(gradient)
    spread_gradient = spread(gradients, 1, _opposite(_first_taps(rows, height)), height)
    sizes = spread_gradient.shape[2:]
    spread_gradient = spread_gradient.reshape(kh * filters, prod(sizes))
    kernel_gradient = (pixels @ spread_gradient.T).reshape(kw, channels, kh, filters)
    products = (matrix.T @ spread_gradient).reshape(kw, channels, *sizes)
    images_gradient = summed(products, 2, _opposite(_first_taps(columns, width)), width)
    bias_gradient = _sum_of_rows(gradients.reshape(filters, prod(gradients.shape[1:])))
    return from_batch_last(images_gradient), kernel_gradient.transpose(2, 0, 1, 3), bias_gradient


def _matrix(kernel: Array) -> Array:
    """[kh kw c f] -> [kh f, kw c]"""
    kh, kw, channels, filters = kernel.shape
    return kernel.transpose(0, 3, 1, 2).reshape(kh * filters, kw * channels)


def _sum_of_rows(rows: Array) -> Array:
    # As a product: for its own sums XLA would first copy everything into another order.
    return rows @ jnp.ones(rows.shape[1])


def _forward_only(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Kept]:
    """XLA's own forward convolution, which its two gradients are written as too (Dumoulin & Visin 2016, section 4).

    The transposed convolutions that automatic differentiation makes are 10 to 60 times slower in a compiled loop.
    """
    return _convolved(channels_last(images), kernel, *_settings(axes, images)), None


def _forward_only_back(axes: Axes, images: Array, kernel: Array, kept: Kept, gradient: Array) -> Gradients:
    images, gradient = channels_last(images), channels_last(gradient)
    pixels = gradient.reshape(prod(gradient.shape[:3]), gradient.shape[3])
    return (
        _images_gradient(axes, images, kernel, gradient),
        _kernel_gradient(axes, images, gradient),
        _sum_of_rows(pixels.T),
    )


def _images_gradient(axes: Axes, images: Array, kernel: Array, gradient: Array) -> Array:
    """The gradient, its values `stride` apart, convolved with the kernel turned by 180 degrees."""
    edges: list[tuple[int, int, int]] = [(0, 0, 0)]
    for axis, size, out in zip(axes, images.shape[1:3], gradient.shape[1:3], strict=True):
        before = axis.span - 1 - axis.pads(size)[0]
        reach = (out - 1) * axis.stride + 1
        # What is missing so that the result has the image's size; pixels that no window reads count here as well.
        edges.append((before, size + axis.span - 1 - before - reach, axis.stride - 1))
    apart = lax.pad(gradient, jnp.float32(0), [*edges, (0, 0, 0)])
    turned = kernel[::-1, ::-1].swapaxes(2, 3)
    return _convolved(apart, turned, [1, 1], [(0, 0)] * 2, [a.dilation for a in axes])


def _kernel_gradient(axes: Axes, images: Array, gradient: Array) -> Array:
    """The images convolved with the gradient, the batch being what is summed over."""
    pads = []
    for axis, size, out in zip(axes, images.shape[1:3], gradient.shape[1:3], strict=True):
        before = axis.pads(size)[0]
        # As many pixels as the windows reach over, neither the rest that a stride leaves nor more.
        pads.append((before, (out - 1) * axis.stride + axis.span - size - before))
    strides, dilations = [a.dilation for a in axes], [a.stride for a in axes]
    per_tap = _convolved(images.transpose(3, 1, 2, 0), gradient.transpose(1, 2, 0, 3), strides, pads, dilations)
    return per_tap.transpose(1, 2, 0, 3)


def _library(axes: Axes, images: Array, kernel: Array) -> tuple[Array, Kept]:
    """XLA's own forward convolution and XLA's own gradients."""
    return _convolved(images, kernel, *_settings(axes, images)), None


def _library_back(axes: Axes, images: Array, kernel: Array, kept: Kept, gradient: Array) -> Gradients:
    _, back = jax.vjp(lambda images, kernel: _convolved(images, kernel, *_settings(axes, images)), images, kernel)
    images_gradient, kernel_gradient = back(gradient)
    return images_gradient, kernel_gradient, gradient.sum((0, 1, 2))


def _settings(axes: Axes, images: Array) -> tuple[Any, Any, Any]:
    pads = [axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True)]
    return [a.stride for a in axes], pads, [a.dilation for a in axes]


def _convolved(images: Array, kernel: Array, stride: Any, pads: Any, dilation: Any) -> Array:
    layout = ("NHWC", "HWIO", "NHWC")
    # All 32 bits on a GPU too, which would take fewer by itself.
    return lax.conv_general_dilated(
        images, kernel, stride, pads, rhs_dilation=dilation, dimension_numbers=layout, precision=lax.Precision.HIGHEST
    )


class Case(NamedTuple):
    """What the choice of an algorithm depends on: static shapes and the platform."""

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
    def numbers_in_windows(self) -> int:
        """Workspace of `one product` for one image, in numbers: every window in full."""
        return prod(self.sizes) * prod(self.kernel[:3])

    @property
    def numbers_spread(self) -> int:
        """Workspace of `columns then rows` for one image, in numbers, before and after its product."""
        kh, kw, channels, filters = self.kernel
        return self.image[0] * self.sizes[1] * (kw * channels + kh * filters)

    @property
    def numbers_out(self) -> int:
        return prod(self.sizes) * self.kernel[3]


class Algorithm(NamedTuple):
    """An algorithm, and the cases that it takes if no row before it does."""

    forward: Callable[[Axes, Array, Array], tuple[Array, Kept]]
    backward: Callable[[Axes, Array, Array, Kept, Array], Gradients]
    constrain_layout: Callable[[Array], Array]  # to the order in memory of its inputs and outputs
    workspace: Callable[[Case], int]  # numbers for one image
    takes: Callable[[Case], bool]
    reason: str


FEW_CHANNELS, MANY_CHANNELS = 4, 32

ALGORITHMS = {
    "library": Algorithm(
        _library,
        _library_back,
        identity,
        lambda case: case.numbers_out,
        lambda case: case.platform != "cpu",
        "on an accelerator XLA's own convolution and its gradients are the fast path",
    ),
    "one product": Algorithm(
        _one_product,
        _one_product_back,
        batch_last,
        lambda case: case.numbers_in_windows,
        lambda case: (
            (case.strided and case.channels < MANY_CHANNELS)
            or (case.channels <= FEW_CHANNELS and case.numbers_in_windows <= case.numbers_spread)
        ),
        "a stride skips rows and columns before the product; with few channels the windows are small",
    ),
    "columns then rows": Algorithm(
        _columns_then_rows,
        _columns_then_rows_back,
        batch_last,
        lambda case: case.numbers_spread,
        lambda case: case.channels < MANY_CHANNELS,
        "a workspace k times smaller than that of full windows, one product forward and two backward",
    ),
    "forward only": Algorithm(
        _forward_only,
        _forward_only_back,
        channels_last,
        lambda case: case.numbers_out,
        lambda case: True,
        "with many channels XLA's forward convolution is as fast as a matrix product and needs no workspace",
    ),
}


def case_of(axes: Axes, image: Shape, kernel: Shape) -> Case:
    """The case of images [h w c] and a kernel [kh kw c f] on this machine."""
    return Case(axes, tuple(image), tuple(kernel), jax.default_backend())


def choose(case: Case) -> Algorithm:
    """The first row of ALGORITHMS that takes the case."""
    return next(row for row in ALGORITHMS.values() if row.takes(case))
