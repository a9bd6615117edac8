"""Convolution arithmetic: where windows stand and how many fit. Every size in cnnplay is calculated here.

A layer treats rows and columns alike, so `Window` is one-dimensional and a layer has two of them.
The relations are those of Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016,
arXiv 1603.07285), chapters 2 and 5; SAME is TensorFlow's, with the odd pixel at the end.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from ..bounds import is_whole
from ..errors import Remedy, ShapeError

__all__ = ["Axes", "Padding", "ReceptiveField", "ShapeError", "Window", "pair", "windows", "windows_on"]

T = TypeVar("T")
Padding = str | int | tuple[int, int]
Sizes = int | Sequence[int]  # one for both axes, or (rows, columns)
Paddings = Padding | Sequence[Padding]
NAMED_PADDINGS = ("valid", "same", "full")


@dataclass(frozen=True)
class Window:
    """A window of `kernel` pixels, `dilation` apart, that moves by `stride` over a padded line of pixels.

    padding: "valid" (none), "same" (⌈size / stride⌉ outputs, the odd pixel at the end), "full" (every window that
    overlaps the line by at least one pixel), a number of pixels on both sides, or (before, after).

    Raises ShapeError for a number that is not whole or out of range.
    """

    kernel: int
    stride: int = 1
    padding: Padding = "valid"
    dilation: int = 1

    def __post_init__(self) -> None:
        for name in ("kernel", "stride", "dilation"):
            value = getattr(self, name)
            if not is_whole(value) or value < 1:
                raise ShapeError(f"The {name} must be a whole number of at least 1, not {value!r}.")
        if isinstance(self.padding, str):
            known = self.padding in NAMED_PADDINGS
        elif isinstance(self.padding, tuple):
            known = len(self.padding) == 2 and all(is_whole(side) and side >= 0 for side in self.padding)
        else:
            known = is_whole(self.padding) and self.padding >= 0
        if not known:
            raise ShapeError(
                f"Padding is valid, same, full, a number of pixels or a pair (before, after), not {self.padding!r}."
            )

    @property
    def span(self) -> int:
        """Pixels from the first tap to the last, both included: d(k - 1) + 1."""
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
        if not is_whole(size) or size < 1:
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
            Remedy(f"Use a window of {fitting}", {"kernel": fitting}),
            Remedy("Use same padding", {"padding": "same"}),
        ]
        if self.dilation > 1 and self.kernel <= room:
            remedies.insert(0, Remedy("Use dilation 1", {"dilation": 1}))
        return remedies

    def positions(self, size: int) -> list[int]:
        """The first pixel of every window, negative inside the padding. Raises ShapeError where no window fits."""
        return [pixels.start for pixels in self.pixels(size)]

    def pixels(self, size: int) -> list[range]:
        """The pixels that every window reads, by `windows_on`. Raises ShapeError where no window fits."""
        self.output_size(size)
        return windows_on(size, self.kernel, self.stride, *self.pads(size), self.dilation)

    def reads(self, size: int) -> list[int]:
        """For each pixel of the padded line, how many windows read it."""
        before, after = self.pads(size)
        counts = Counter(pixel for pixels in self.pixels(size) for pixel in pixels)
        return [counts[pixel] for pixel in range(-before, size + after)]

    def read(self, size: int) -> list[bool]:
        """For each pixel of the line, whether any window reads it."""
        before, _ = self.pads(size)
        return [count > 0 for count in self.reads(size)[before : before + size]]

    def centres(self, size: int) -> list[int]:
        """The pixels under the middle tap of a window; an even kernel has no middle tap."""
        middles = (start + (self.span - 1) // 2 for start in self.positions(size))
        return [pixel for pixel in middles if self.kernel % 2 and 0 <= pixel < size]

    def remainder(self, size: int) -> int:
        """Pixels of the padded line after the last window: (n + before + after - d(k - 1) - 1) mod s."""
        self.output_size(size)
        return (sum(self.pads(size)) + size - self.span) % self.stride

    def stacked(self, size: int, layers: int) -> list[int]:
        """The size before and after each of `layers` equal layers, as far as a window fits."""
        sizes = [size]
        while len(sizes) <= layers and sizes[-1] + sum(self.pads(sizes[-1])) >= self.span:
            sizes.append(self.output_size(sizes[-1]))
        return sizes

    def pooled_size(self, size: int) -> int:
        """`output_size` for pooling, which reads pixels only: padding has no value.

        Raises ShapeError, with remedies, where a window would read padding alone.
        """
        out = self.output_size(size)
        empty = sum(all(not 0 <= pixel < size for pixel in pixels) for pixels in self.pixels(size))
        if empty:
            raise ShapeError(
                f"with padding {self.padding}, {empty} of the {out} windows of {self.kernel} hold padding alone, "
                "and padding has no value to pool",
                [
                    *([Remedy("Use no padding", {"padding": "valid"})] if self.kernel <= size else []),
                    Remedy("Use same padding", {"padding": "same"}),
                ],
            )
        return out

    def formula(self, size: int) -> str:
        """`output_size` with its numbers filled in: "⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27"."""
        before, after = self.pads(size)
        span = str(self.span) if self.dilation == 1 else f"({self.dilation}·({self.kernel} − 1) + 1)"
        return f"⌊({size} + {before} + {after} − {span}) / {self.stride}⌋ + 1 = {self.output_size(size)}"


Axes = tuple[Window, Window]  # rows, columns


def windows_on(
    size: int, kernel: int, stride: int = 1, before: int = 0, after: int = 0, dilation: int = 1
) -> list[range]:
    """The pixels that each window reads on a line of `size` pixels; those outside 0 .. size - 1 are padding."""
    span = dilation * (kernel - 1) + 1
    return [range(start, start + span, dilation) for start in range(-before, size + after - span + 1, stride)]


@dataclass(frozen=True)
class ReceptiveField:
    """The `size` input pixels that one value of a layer depends on; neighbouring values lie `jump` pixels apart.

    Through a window: size ← size + (k - 1)·d·jump, then jump ← jump·s (Araujo, Norris & Sim, "Computing receptive
    fields of convolutional neural networks", Distill 2019).
    """

    size: int = 1
    jump: int = 1

    def through(self, window: Window) -> "ReceptiveField":
        """The receptive field after one more layer."""
        return ReceptiveField(self.size + (window.span - 1) * self.jump, self.jump * window.stride)

    def formula(self, window: Window) -> str:
        """The size after one more layer, with the numbers filled in: "3 + (3 − 1)·2 = 7"."""
        spread = f"·{window.dilation}" if window.dilation > 1 else ""
        return f"{self.size} + ({window.kernel} − 1){spread}·{self.jump} = {self.through(window).size}"


def pair(value: T | Sequence[T]) -> tuple[T, T]:
    """(rows, columns) of a value given once or as a pair. Raises ShapeError for a sequence of another length."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != 2:
            raise ShapeError(f"Give one value, or two as (rows, columns), not {value!r}.")
        return value[0], value[1]
    return value, value


def windows(kernel: Sizes, stride: Sizes = 1, padding: Paddings = "valid", dilation: Sizes = 1) -> Axes:
    """The windows of the rows and of the columns.

    Kernel, stride and dilation: one value or (rows, columns). Padding: one padding for both axes - where (1, 2) is
    (before, after) - or a pair (rows, columns) of which at least one is not a plain number: ("same", 0), ((1, 2), 0).
    """
    paddings: tuple[Paddings, Paddings] = padding, padding
    if isinstance(padding, Sequence) and not isinstance(padding, str) and not all(map(is_whole, padding)):
        paddings = pair(padding)
    axes = zip(pair(kernel), pair(stride), map(_tidy, paddings), pair(dilation), strict=True)
    rows, columns = (Window(*axis) for axis in axes)
    return rows, columns


def output_shape(axes: Axes, sizes: Sequence[int], *, pooled: bool = False) -> tuple[int, int]:
    """How many windows fit along the rows and along the columns; `pooled`: by `Window.pooled_size`.

    Raises ShapeError where none fits, with the axis in its message and as its `layer`.
    """
    found = []
    for name, axis, size in zip(("rows", "columns"), axes, sizes, strict=True):
        try:
            found.append(axis.pooled_size(size) if pooled else axis.output_size(size))
        except ShapeError as error:
            raise ShapeError(f"{name.capitalize()}: {error}.", error.remedies, layer=name) from None
    return found[0], found[1]


def _tidy(padding: Paddings) -> Padding:
    """The padding of one axis, hashable where it was given as a list."""
    return cast(Padding, tuple(padding) if isinstance(padding, list) else padding)
