"""What every layer answers, and how sizes, strides and paddings are written and read in a token of the text form."""

import re
from collections.abc import Iterator
from typing import ClassVar, Self

from ..errors import Remedy, ShapeError, TextError
from ..ops.arithmetic import Padding, ReceptiveField

Shape = tuple[int, ...]  # (height, width, channels), or (units,) once the network is flat
Pair = tuple[int, int]
Fields = tuple[ReceptiveField, ReceptiveField]  # of rows and columns

MNIST_SHAPE, CLASSES = (28, 28, 1), 10  # what the networks read, and how many digits they tell apart


class Layer:
    """A layer of a network: its token, its shapes and its cost, of one image.

    The answers here are those of a layer without parameters that keeps the shape. A layer of its own kind is a frozen
    dataclass that is a row of `layers.LAYERS`.
    """

    kind: ClassVar[str]  # the layer's kind, as tables and pictures name it
    numbered: ClassVar[bool] = True  # whether the first of a network has a number in its name: conv1, but flatten
    needs_maps: ClassVar[bool] = False  # whether it takes (height, width, channels) only
    couples_images: ClassVar[bool] = False  # whether in training an image's values depend on the rest of its batch

    @classmethod
    def pattern(cls) -> str:
        """The regular expression of its tokens."""
        return cls.kind

    @classmethod
    def read(cls, match: re.Match[str]) -> Self:
        """The layer of a token that `pattern` matches. Raises TextError where a number is out of its bounds."""
        return cls()

    @classmethod
    def examples(cls) -> tuple[str, ...]:
        """Tokens as one would type them, for a message and for a guess at a misspelt one."""
        return (cls.kind,)

    def __str__(self) -> str:
        """The token that `read` reads."""
        return self.kind

    @property
    def stem(self) -> str:
        """Its name but for the number: "conv" of "conv1"."""
        return self.kind

    @property
    def title(self) -> str:
        """What a learner reads: "6 filters 2×2"."""
        raise NotImplementedError

    def output_shape(self, shape: Shape) -> Shape:
        """The shape of its output for an input of `shape`. Raises ShapeError, with remedies, if it does not fit."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """All its numbers, trained or not."""
        return 0

    def non_trainable(self, shape: Shape) -> int:
        """Those of its parameters that no gradient changes."""
        return 0

    def macs(self, shape: Shape) -> int:
        """Multiply-adds."""
        return 0

    def formula(self, shape: Shape) -> str:
        """How its output is calculated, with the numbers filled in."""
        return "same as before"

    def parameter_formula(self, shape: Shape) -> str:
        """How its parameters are counted, with the numbers filled in; empty where it has none."""
        return ""

    def receptive_field(self, below: Fields, image: Shape) -> Fields:
        """The receptive field of its values, from that of the values below."""
        return below

    def unread(self, shape: Shape) -> int | None:
        """How many of the height × width pixels below no window reads; None where no window slides."""
        return None

    def fixes(self, name: str, error: ShapeError) -> Iterator[tuple[str, tuple["Layer", ...]]]:
        """Layers to try in its place if it does not fit, each with the name of the change."""
        return iter(())

    def lighter(self) -> list[Remedy]:
        """Changes of its fields that make fewer values, or take fewer parameters."""
        return []


def check_maps(shape: Shape, what: str) -> None:
    """Raises ShapeError where the values are flat. what: the layer's need, "a window slides over rows and columns"."""
    if len(shape) != 3:
        raise ShapeError(f"{what}, and the input is flat: {shape[0]:,} values")


SIZE = r"\d+(?:x\d+)?"
PADDING = r"(?P<padding>valid|same|full|p\d+(?:\.\d+)?)?"


def read_pair(text: str) -> Pair:
    """(2, 2) of "2", (2, 3) of "2x3"."""
    rows, _, columns = text.partition("x")
    return int(rows), int(columns or rows)


def write_pair(pair: Pair) -> str:
    """What `read_pair` reads: "2", "2x3"."""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"


def read_padding(text: str | None) -> Padding:
    """ "same" of "same", 1 of "p1", (1, 2) of "p1.2", "valid" of None."""
    if text is None or not text.startswith("p"):
        return text or "valid"
    first, _, second = text[1:].partition(".")
    before, after = int(first), int(second or first)
    return (before, after) if before != after else before or "valid"


def write_padding(padding: Padding) -> str:
    """What `read_padding` reads; nothing for "valid"."""
    if isinstance(padding, tuple):
        return f"p{padding[0]}.{padding[1]}"
    return f"p{padding}" if isinstance(padding, int) else "" if padding == "valid" else padding


def padding_words(padding: Padding) -> str:
    """A padding in a sentence: "same", "1 before, 2 after"."""
    return f"{padding[0]} before, {padding[1]} after" if isinstance(padding, tuple) else str(padding)


def check_padding(padding: Padding) -> None:
    """Raises TextError where the padding is beyond 64 pixels."""
    pixels = padding if isinstance(padding, tuple) else (padding,)
    if any(isinstance(side, int) and side > 64 for side in pixels):
        raise TextError(f"Padding goes from 0 to 64 pixels, not {padding_words(padding)}.")


def times(numbers: tuple[int, ...]) -> str:
    """ "2×3" for (2, 3)."""
    return "×".join(f"{n:,}" for n in numbers)
