"""The layers that slide a window over rows and columns: convolution and pooling."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import ClassVar, Self

from ..bounds import bounded, check_bounds
from ..errors import Remedy, Setting, ShapeError, TextError
from ..ops.arithmetic import Padding, Window, windows
from ..ops.registry import POOLS
from .layer import (
    PADDING,
    SIZE,
    Fields,
    Layer,
    Pair,
    Shape,
    check_maps,
    check_padding,
    padding_words,
    read_padding,
    read_pair,
    times,
    write_padding,
    write_pair,
)


class SlidingLayer(Layer):
    """What convolution and pooling share: a window that slides over rows and columns."""

    needs_maps: ClassVar[bool] = True

    @property
    def axes(self) -> tuple[Window, Window]:
        """The windows of the rows and of the columns."""
        raise NotImplementedError

    @property
    def size(self) -> Pair:
        """Rows and columns of the window."""
        return self.axes[0].kernel, self.axes[1].kernel

    def with_size(self, size: int) -> Self:
        """The layer with a window of at most `size` rows and columns."""
        raise NotImplementedError

    def formula(self, shape: Shape) -> str:
        by_axis = [axis.formula(size) for axis, size in zip(self.axes, shape[:2], strict=True)]
        return by_axis[0] if by_axis[0] == by_axis[1] else f"rows {by_axis[0]}; columns {by_axis[1]}"

    def receptive_field(self, below: Fields, image: Shape) -> Fields:
        rows, columns = self.axes
        return below[0].through(rows), below[1].through(columns)

    def unread(self, shape: Shape) -> int:
        read = [sum(axis.read(size)) for axis, size in zip(self.axes, shape[:2], strict=True)]
        return prod(shape[:2]) - prod(read)

    def fixes(self, name: str, error: ShapeError) -> Iterator[tuple[str, tuple[Layer, ...]]]:
        for remedy in error.remedies:
            try:
                changed = self._with(remedy.change)
            except (TextError, ShapeError):
                continue
            if isinstance(changed, Pooling) and changed.window == (1, 1):
                yield f"remove {name}", ()  # a window of one value pools nothing
                continue
            sized = "kernel" in remedy.change
            yield f"{_use_window(changed.size) if sized else _uncapitalized(remedy.label)} in {name}", (changed,)

    def _with(self, change: Mapping[str, Setting]) -> "SlidingLayer":
        """The layer with what a window's remedy proposes: a dilation is for both axes."""
        fields = dict(change)
        if isinstance(dilation := fields.get("dilation"), int):
            fields["dilation"] = (dilation, dilation)
        size = fields.pop("kernel", None)
        layer = self.with_size(size) if isinstance(size, int) else self
        return replace(layer, **fields)  # type: ignore[type-var]  # every layer is a dataclass


@dataclass(frozen=True)
class Convolution(SlidingLayer):
    """conv{filters}k{size}: `filters` kernels slide over all channels below; each makes one feature map."""

    filters: int = bounded(1, 512)
    kernel: Pair = bounded(1, 32)
    stride: Pair = bounded(1, 32, default=(1, 1))
    dilation: Pair = bounded(1, 8, default=(1, 1))
    padding: Padding = "valid"
    kind: ClassVar[str] = "convolution"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A convolution")
        check_padding(self.padding)

    @classmethod
    def pattern(cls) -> str:
        return rf"conv(?P<filters>\d+)k(?P<kernel>{SIZE})(?:s(?P<stride>{SIZE}))?(?:d(?P<dilation>{SIZE}))?{PADDING}"

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        kernel, stride, dilation = (read_pair(match[name] or "1") for name in ("kernel", "stride", "dilation"))
        return cls(int(match["filters"]), kernel, stride, dilation, read_padding(match["padding"]))

    @classmethod
    def examples(cls) -> tuple[str, ...]:
        return "conv6k3", "conv6k3s2same"

    def __str__(self) -> str:
        stride = f"s{write_pair(self.stride)}" if self.stride != (1, 1) else ""
        dilation = f"d{write_pair(self.dilation)}" if self.dilation != (1, 1) else ""
        return f"conv{self.filters}k{write_pair(self.kernel)}{stride}{dilation}{write_padding(self.padding)}"

    @property
    def stem(self) -> str:
        return "conv"

    @property
    def axes(self) -> tuple[Window, Window]:
        return windows(self.kernel, self.stride, self.padding, self.dilation)

    @property
    def title(self) -> str:
        extras = [f"stride {_one_or_two(self.stride)}"] if self.stride != (1, 1) else []
        extras += [f"dilation {_one_or_two(self.dilation)}"] if self.dilation != (1, 1) else []
        extras += [f"padding {padding_words(self.padding)}"] if self.padding != "valid" else []
        return ", ".join([f"{self.filters} filter{'s' * (self.filters > 1)} {times(self.kernel)}", *extras])

    def output_shape(self, shape: Shape) -> Shape:
        check_maps(shape, "a window slides over rows and columns")
        rows, columns = (axis.output_size(size) for axis, size in zip(self.axes, shape[:2], strict=True))
        return rows, columns, self.filters

    def parameters(self, shape: Shape) -> int:
        return (prod(self.kernel) * shape[2] + 1) * self.filters

    def macs(self, shape: Shape) -> int:
        return prod(self.output_shape(shape)) * prod(self.kernel) * shape[2]

    def parameter_formula(self, shape: Shape) -> str:
        height, width = self.kernel
        return f"({height}·{width}·{shape[2]} + 1)·{self.filters} = {self.parameters(shape):,}"

    def with_size(self, size: int) -> Self:
        return replace(self, kernel=(min(size, self.kernel[0]), min(size, self.kernel[1])))

    def lighter(self) -> list[Remedy]:
        fewer = max(2, self.filters // 8)
        return [Remedy(f"Use {fewer} filters", {"filters": fewer})] if fewer < self.filters else []


@dataclass(frozen=True)
class Pooling(SlidingLayer):
    """{max|mean|min}{size}: one number for each window of each feature map; stride None means the window's size."""

    pool: str
    window: Pair = bounded(1, 32)
    stride: Pair | None = bounded(1, 32, default=None)
    padding: Padding = "valid"
    kind: ClassVar[str] = "pooling"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A pooling")
        check_padding(self.padding)
        if self.stride == self.window:  # one spelling for one thing
            object.__setattr__(self, "stride", None)

    @classmethod
    def pattern(cls) -> str:
        return rf"(?P<pool>{'|'.join(POOLS)})(?P<window>{SIZE})(?:s(?P<stride>{SIZE}))?{PADDING}"

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        stride = read_pair(match["stride"]) if match["stride"] else None
        return cls(match["pool"], read_pair(match["window"]), stride, read_padding(match["padding"]))

    @classmethod
    def examples(cls) -> tuple[str, ...]:
        return *(f"{pool}2" for pool in POOLS), "mean3s2"

    def __str__(self) -> str:
        stride = f"s{write_pair(self.stride)}" if self.stride else ""
        return f"{self.pool}{write_pair(self.window)}{stride}{write_padding(self.padding)}"

    @property
    def stem(self) -> str:
        return self.pool

    @property
    def axes(self) -> tuple[Window, Window]:
        return windows(self.window, self.stride or self.window, self.padding)

    @property
    def title(self) -> str:
        extras = [f"stride {_one_or_two(self.stride)}"] if self.stride else []
        extras += [f"padding {padding_words(self.padding)}"] if self.padding != "valid" else []
        return ", ".join([f"{POOLS[self.pool].title} of {times(self.window)}", *extras])

    def output_shape(self, shape: Shape) -> Shape:
        check_maps(shape, "a window slides over rows and columns")
        rows, columns = (axis.pooled_size(size) for axis, size in zip(self.axes, shape[:2], strict=True))
        return rows, columns, shape[2]

    def with_size(self, size: int) -> Self:
        return replace(self, window=(min(size, self.window[0]), min(size, self.window[1])))


def _one_or_two(pair: Pair) -> str:
    """ "2" for (2, 2), "2×3" for (2, 3)."""
    return str(pair[0]) if pair[0] == pair[1] else times(pair)


def _use_window(size: Pair) -> str:
    """ "use a 3×3 window", "use an 8×8 window"."""
    return f"use a{'n' if size[0] in (8, 11, 18) else ''} {times(size)} window"


def _uncapitalized(label: str) -> str:
    return label[0].lower() + label[1:]
