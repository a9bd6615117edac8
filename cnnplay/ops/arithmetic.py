"""Where windows stand and how many fit: every size in cnnplay is calculated here.

A layer that slides a window treats rows and columns alike, so `Window` is one-dimensional and a layer has two.
The relations are those of Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016,
arXiv 1603.07285), chapters 2 and 5; SAME is TensorFlow's, with the odd pixel at the end.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from ..errors import Remedy, ShapeError

__all__ = ["Padding", "ReceptiveField", "ShapeError", "Window", "pair", "windows"]

Padding = str | int | tuple[int, int]
NAMED_PADDINGS = ("valid", "same", "full")


@dataclass(frozen=True)
class Window:
    """A window of `kernel` pixels, `dilation` apart, moved by `stride` over a padded line of pixels.

    padding: "valid" (none), "same" (⌈size / stride⌉ outputs, the odd pixel at the end), "full" (every overlap of at
    least one pixel), a number of pixels on both sides, or (before, after).

    Raises ShapeError where a number is not a whole number in its range.
    """

    kernel: int
    stride: int = 1
    padding: Padding = "valid"
    dilation: int = 1

    def __post_init__(self) -> None:
        for name in ("kernel", "stride", "dilation"):
            value = getattr(self, name)
            if not _whole(value) or value < 1:
                raise ShapeError(f"The {name} must be a whole number of at least 1, not {value!r}.")
        if isinstance(self.padding, str):
            known = self.padding in NAMED_PADDINGS
        elif isinstance(self.padding, tuple):
            known = len(self.padding) == 2 and all(_whole(side) and side >= 0 for side in self.padding)
        else:
            known = _whole(self.padding) and self.padding >= 0
        if not known:
            raise ShapeError(
                f"Padding is valid, same, full, a number of pixels or a pair (before, after), not {self.padding!r}."
            )

    @property
    def span(self) -> int:
        """Pixels from the first tap to the last: d(k - 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    def pads(self, size: int) -> tuple[int, int]:
        """Pixels added (before, after) a line of `size` pixels."""
        if self.padding == "valid":
            return 0, 0
        if self.padding == "full":
            return self.span - 1, self.span - 1
        if self.padding == "same":
            missing = max(0, (-(-size // self.stride) - 1) * self.stride + self.span - size)
            return missing // 2, missing - missing // 2
        return self.padding if isinstance(self.padding, tuple) else (int(self.padding),) * 2

    def output_size(self, size: int) -> int:
        """How many windows fit: ⌊(n + before + after - d(k - 1) - 1) / s⌋ + 1.

        Raises ShapeError, with remedies, where none fits.
        """
        if not _whole(size) or size < 1:
            raise ShapeError(f"A line of pixels has at least 1 pixel, not {size!r}.")
        before, after = self.pads(size)
        room = size + before + after - self.span
        if room < 0:
            raise ShapeError(self._misfit(size, before, after), self._remedies(size + before + after))
        return room // self.stride + 1

    def _misfit(self, size: int, before: int, after: int) -> str:
        spread = f" spread over {self.span}" if self.dilation > 1 else ""
        padded = f" ({size} + {before} + {after} of padding)" if before or after else ""
        room = size + before + after
        pixels = f"{room} pixel{'s' if room > 1 else ''}"
        return f"a window of {self.kernel}{spread} does not fit into {pixels}{padded}"

    def _remedies(self, room: int) -> list[Remedy]:
        fitting = (room - 1) // self.dilation + 1
        remedies = [
            Remedy(f"make the window {fitting}", {"kernel": fitting}),
            Remedy("pad it, same", {"padding": "same"}),
        ]
        if self.dilation > 1 and self.kernel <= room:
            remedies.insert(0, Remedy("take dilation 1", {"dilation": 1}))
        return remedies

    def positions(self, size: int) -> range:
        """First pixel of every window, in pixels of the unpadded line (negative inside the padding)."""
        before, _ = self.pads(size)
        return range(-before, -before + self.output_size(size) * self.stride, self.stride)

    def taps(self, start: int) -> range:
        """The pixels read by the window whose first pixel is `start`."""
        return range(start, start + self.span, self.dilation)

    def reads(self, size: int) -> list[int]:
        """For each cell of the padded line, padding included, how many windows read it."""
        before, after = self.pads(size)
        counts = Counter(cell for start in self.positions(size) for cell in self.taps(start))
        return [counts[cell] for cell in range(-before, size + after)]

    def read(self, size: int) -> list[bool]:
        """For each pixel of the line, whether any window reads it."""
        before, _ = self.pads(size)
        return [count > 0 for count in self.reads(size)[before : before + size]]

    def centres(self, size: int) -> list[int]:
        """The pixels on which the middle tap of a window lies; an even kernel has no middle tap."""
        middles = (start + (self.span - 1) // 2 for start in self.positions(size))
        return [pixel for pixel in middles if self.kernel % 2 and 0 <= pixel < size]

    def remainder(self, size: int) -> int:
        """Cells of the padded line behind the last window: (n + before + after - d(k - 1) - 1) mod s."""
        self.output_size(size)
        return (sum(self.pads(size)) + size - self.span) % self.stride

    def stacked(self, size: int, layers: int) -> list[int]:
        """The size before and after each of so many equal layers, as far as a window fits."""
        sizes = [size]
        while len(sizes) <= layers and sizes[-1] + sum(self.pads(sizes[-1])) >= self.span:
            sizes.append(self.output_size(sizes[-1]))
        return sizes

    def pooled_size(self, size: int) -> int:
        """`output_size` for pooling, which takes pixels only: padding has no value that could be the largest.

        Raises ShapeError, with remedies, where a window would hold padding alone.
        """
        out = self.output_size(size)
        empty = sum(all(not 0 <= tap < size for tap in self.taps(start)) for start in self.positions(size))
        if empty:
            raise ShapeError(
                f"with padding {self.padding}, {empty} of the {out} windows of {self.kernel} hold padding alone, "
                "and padding has no value to pool",
                [
                    *([Remedy("do not pad it", {"padding": "valid"})] if self.kernel <= size else []),
                    Remedy("pad it, same", {"padding": "same"}),
                ],
            )
        return out

    def formula(self, size: int) -> str:
        """`output_size` with its numbers filled in: "⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27"."""
        before, after = self.pads(size)
        span = str(self.span) if self.dilation == 1 else f"({self.dilation}·({self.kernel} − 1) + 1)"
        return f"⌊({size} + {before} + {after} − {span}) / {self.stride}⌋ + 1 = {self.output_size(size)}"


@dataclass(frozen=True)
class ReceptiveField:
    """What one value of a layer sees of the input: `size` pixels, and neighbours stand `jump` pixels apart.

    Through a window: size ← size + (k - 1)·d·jump, then jump ← jump·s (Araujo, Norris & Sim, "Computing receptive
    fields of convolutional neural networks", Distill 2019).
    """

    size: int = 1
    jump: int = 1

    def through(self, window: Window) -> "ReceptiveField":
        return ReceptiveField(self.size + (window.span - 1) * self.jump, self.jump * window.stride)


def pair(value: Any) -> tuple[Any, Any]:
    """(rows, columns) of a value given once or as a pair."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != 2:
            raise ShapeError(f"Give one value, or two as (rows, columns), not {value!r}.")
        return value[0], value[1]
    return value, value


def windows(kernel: Any, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> tuple[Window, Window]:
    """The windows of the rows and of the columns.

    Kernel, stride and dilation: one value or (rows, columns). Padding: one padding for both axes - where (1, 2) is
    (before, after) - or a pair (rows, columns) of which at least one is not a plain number: ("same", 0), ((1, 2), 0).
    """
    per_axis = isinstance(padding, Sequence) and not isinstance(padding, str) and not all(map(_whole, padding))
    paddings = pair(padding) if per_axis else (_tidy(padding),) * 2
    axes = zip(pair(kernel), pair(stride), map(_tidy, paddings), pair(dilation), strict=True)
    rows, columns = (Window(*axis) for axis in axes)
    return rows, columns


def output_shape(axes: tuple[Window, Window], sizes: Sequence[int], *, pooled: bool = False) -> tuple[int, int]:
    """How many windows fit along the rows and along the columns; `pooled` as for `Window.pooled_size`.

    Raises ShapeError, naming the axis in its sentence and as its `layer`, where none fits.
    """
    found = []
    for name, axis, size in zip(("rows", "columns"), axes, sizes, strict=True):
        try:
            found.append(axis.pooled_size(size) if pooled else axis.output_size(size))
        except ShapeError as error:
            raise ShapeError(f"{name.capitalize()}: {error}.", error.remedies, layer=name) from None
    return found[0], found[1]


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _tidy(padding: Any) -> Any:
    return tuple(padding) if isinstance(padding, list) else padding
