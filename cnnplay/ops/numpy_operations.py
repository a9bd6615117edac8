"""The operations of traced programs in NumPy: those of which convolution, pooling, layers and their gradients are made.

Each does what the operation of the same name in `jax.lax` does, for parameters and arrays as a jaxpr has them.
"""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Shape = tuple[int, ...]
Parameters = Mapping[str, Any]
Operation = Callable[..., Any]  # (parameters, array, ...) -> an array, or a list of them


def _plain(function: Callable[..., Any]) -> Operation:
    """An operation without parameters."""
    return lambda _, *values: function(*values)


def _broadcast(given: Parameters, values: np.ndarray) -> np.ndarray:
    shape, places = given["shape"], given["broadcast_dimensions"]
    sizes = dict(zip(places, values.shape, strict=True))
    return np.broadcast_to(values.reshape([sizes.get(axis, 1) for axis in range(len(shape))]), shape)


def _slice(given: Parameters, values: np.ndarray) -> np.ndarray:
    strides = given["strides"] or [None] * values.ndim
    return values[tuple(map(slice, given["start_indices"], given["limit_indices"], strides))]


def _pad(given: Parameters, values: np.ndarray, filling: np.ndarray) -> np.ndarray:
    """Numbers before, after and between the values of each axis; where there are less than 0 of them, values go."""
    for axis, (before, after, between) in enumerate(given["padding_config"]):
        size = values.shape[axis]
        reach = max(0, size + (size - 1) * between)
        shape = list(values.shape)
        shape[axis] = max(before, 0) + reach + max(after, 0)
        padded = np.full(shape, filling, values.dtype)
        front = (slice(None),) * axis
        padded[(*front, slice(max(before, 0), max(before, 0) + reach, between + 1))] = values
        values = padded[(*front, slice(max(-before, 0), shape[axis] - max(-after, 0)))]
    return values


def _product(given: Parameters, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The sum of products over the contracted axes, for each place along the batch axes, the other axes last."""
    (left_summed, right_summed), (left_batch, right_batch) = given["dimension_numbers"]
    left_free = [axis for axis in range(left.ndim) if axis not in (*left_summed, *left_batch)]
    right_free = [axis for axis in range(right.ndim) if axis not in (*right_summed, *right_batch)]
    batch = [left.shape[axis] for axis in left_batch]
    summed = prod(left.shape[axis] for axis in left_summed)
    rows, columns = [left.shape[axis] for axis in left_free], [right.shape[axis] for axis in right_free]
    first = left.transpose([*left_batch, *left_free, *left_summed]).reshape([*batch, prod(rows), summed])
    second = right.transpose([*right_batch, *right_summed, *right_free]).reshape([*batch, summed, prod(columns)])
    return (first @ second).reshape([*batch, *rows, *columns])


def _window(values: np.ndarray, starts: Sequence[np.ndarray], sizes: Sequence[int]) -> tuple[slice, ...]:
    """A part of the given sizes, moved so far that it lies within the values."""
    firsts = [
        min(max(int(start), 0), size - part) for start, size, part in zip(starts, values.shape, sizes, strict=True)
    ]
    return tuple(slice(first, first + part) for first, part in zip(firsts, sizes, strict=True))


def _update(_: Parameters, values: np.ndarray, part: np.ndarray, *starts: np.ndarray) -> np.ndarray:
    changed = values.copy()
    changed[_window(values, starts, part.shape)] = part
    return changed


def _iota(given: Parameters) -> np.ndarray:
    shape, axis = given["shape"], given["dimension"]
    numbers = np.arange(shape[axis], dtype=given["dtype"])
    return np.broadcast_to(numbers.reshape([-1 if other == axis else 1 for other in range(len(shape))]), shape)


def _split(given: Parameters, values: np.ndarray) -> list[np.ndarray]:
    return np.split(values, np.cumsum(given["sizes"])[:-1], given["axis"])


def _unstack(given: Parameters, values: np.ndarray) -> list[np.ndarray]:
    return list(np.moveaxis(values, given["axis"], 0))


def _convolution(given: Parameters, images: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Every window of the images, with zeros around and between the pixels, times the kernel."""
    images_order, kernel_order, result_order = given["dimension_numbers"]
    images, kernel = images.transpose(images_order), kernel.transpose(kernel_order)  # [n c h w], [f c kh kw]
    around = [
        (before, after, apart - 1)
        for (before, after), apart in zip(given["padding"], given["lhs_dilation"], strict=True)
    ]
    padded = _pad({"padding_config": [(0, 0, 0), (0, 0, 0), *around]}, images, np.zeros((), images.dtype))
    apart = given["rhs_dilation"]
    spans = [(size - 1) * between + 1 for size, between in zip(kernel.shape[2:], apart, strict=True)]
    axes = range(2, images.ndim)
    windows = sliding_window_view(padded, spans, tuple(axes))  # [n c oh ow, and the pixels of each window]
    steps = [slice(None, None, step) for step in (*given["window_strides"], *apart)]
    windows = windows[(slice(None), slice(None), *steps)]
    taps = [axis + len(axes) for axis in axes]
    maps = np.tensordot(windows, kernel, ([1, *taps], [1, *axes]))  # [n oh ow f]
    return np.moveaxis(maps, -1, 1).transpose(np.argsort(result_order))


OPERATIONS: dict[str, Operation] = {
    "add": _plain(np.add),
    "add_any": _plain(np.add),
    "sub": _plain(np.subtract),
    "mul": _plain(np.multiply),
    "div": _plain(np.divide),  # of whole numbers as well: what is behind the point falls away with the type
    "rem": _plain(np.fmod),
    "neg": _plain(np.negative),
    "abs": _plain(np.abs),
    "max": _plain(np.maximum),
    "min": _plain(np.minimum),
    "exp": _plain(np.exp),
    "log": _plain(np.log),
    "log1p": _plain(np.log1p),
    "tanh": _plain(np.tanh),
    "logistic": _plain(lambda x: 1 / (1 + np.exp(-x))),
    "sqrt": _plain(np.sqrt),
    "rsqrt": _plain(lambda x: 1 / np.sqrt(x)),
    "square": _plain(np.square),
    "one_minus_square": _plain(lambda x: 1 - np.square(x)),
    "integer_pow": lambda given, x: x ** given["y"],
    "eq": _plain(np.equal),
    "ne": _plain(np.not_equal),
    "lt": _plain(np.less),
    "le": _plain(np.less_equal),
    "gt": _plain(np.greater),
    "ge": _plain(np.greater_equal),
    "and": _plain(np.bitwise_and),
    "or": _plain(np.bitwise_or),
    "not": _plain(np.invert),
    "select_n": _plain(lambda which, *cases: np.choose(which, cases)),
    "convert_element_type": _plain(np.asarray),  # `_run` gives each result its type
    "stop_gradient": _plain(np.asarray),
    "layout_constraint": _plain(np.asarray),
    "optimization_barrier": lambda _, *values: list(values),
    "broadcast_in_dim": _broadcast,
    "reshape": lambda given, values: values.reshape(given["new_sizes"]),
    "rev": lambda given, values: np.flip(values, given["dimensions"]),
    "squeeze": lambda given, values: values.squeeze(tuple(given["dimensions"])),
    "transpose": lambda given, values: values.transpose(given["permutation"]),
    "slice": _slice,
    "dynamic_slice": lambda given, values, *starts: values[_window(values, starts, given["slice_sizes"])],
    "dynamic_update_slice": _update,
    "pad": _pad,
    "concatenate": lambda given, *parts: np.concatenate(parts, given["dimension"]),
    "stack": lambda given, *parts: np.stack(parts, given["axis"]),
    "unstack": _unstack,
    "split": _split,
    "iota": _iota,
    "reduce_sum": lambda given, values: values.sum(tuple(given["axes"])),
    "reduce_max": lambda given, values: values.max(tuple(given["axes"])),
    "dot_general": _product,
    "conv_general_dilated": _convolution,
}
