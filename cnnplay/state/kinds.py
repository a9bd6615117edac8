"""Kinds of fields: which values each holds, how a link writes and reads one, and how a sentence describes them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..bounds import is_whole
from ..labs.kernels import KernelNumbers


def read_whole(text: str) -> int:
    """A whole number of at most 18 digits. Raises ValueError."""
    if not re.fullmatch("-?[0-9]{1,18}", text):
        raise ValueError("no whole number")
    return int(text)


def read_number(text: str) -> float:
    """A number as a decimal fraction or with an exponent. Raises ValueError."""
    if len(text) > 30 or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        raise ValueError("no number")
    return float(text)


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, both inclusive, in steps of `step`."""

    low: int
    high: int
    step: int = 1

    def holds(self, value: object) -> bool:
        return is_whole(value) and value in range(self.low, self.high + 1, self.step)

    def write(self, value: int) -> str:
        return str(value)

    def read(self, text: str) -> int:
        return read_whole(text)

    def __str__(self) -> str:
        steps = "" if self.step == 1 else f" in steps of {self.step}"
        return f"a whole number from {self.low:,} to {self.high:,}{steps}"


@dataclass(frozen=True)
class Real:
    """A number from `low` to `high`, both inclusive."""

    low: float
    high: float

    def holds(self, value: object) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value) and self.low <= value <= self.high  # type: ignore[operator,arg-type]

    def write(self, value: float) -> str:
        return repr(value).removesuffix(".0")

    def read(self, text: str) -> float:
        return read_number(text)

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class OneOf:
    """One of some values, each of which a link writes as its `str`."""

    options: tuple["Option", ...]

    def holds(self, value: object) -> bool:
        return any(type(value) is type(option) and value == option for option in self.options)

    def write(self, value: "Option") -> str:
        return str(value)

    def read(self, text: str) -> "Option":
        for option in self.options:
            if str(option) == text:
                return option
        raise ValueError("none of them")

    def __str__(self) -> str:
        return f"one of {', '.join(map(str, self.options))}"


@dataclass(frozen=True)
class Switch:
    """On or off."""

    def holds(self, value: object) -> bool:
        return isinstance(value, bool)

    def write(self, value: bool) -> str:
        return "on" if value else "off"

    def read(self, text: str) -> bool:
        return bool(("off", "on").index(text))

    def __str__(self) -> str:
        return "on or off"


@dataclass(frozen=True)
class Text:
    """A text of at most `most` characters that matches a pattern; without one, it has no control characters.

    Halves of a character, which a forged text may have, are none: such a text cannot be sent or saved.
    """

    most: int
    pattern: str = r"[^\x00-\x1f\x7f\ud800-\udfff]*"
    example: str = ""

    def holds(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= self.most and bool(re.fullmatch(self.pattern, value))

    def cleaned(self, text: str) -> str:
        """A text as it was typed or pasted, with a space in place of control characters."""
        return re.sub(r"[\ud800-\udfff]", "\ufffd", re.sub(r"[\x00-\x1f\x7f]+", " ", text))

    def write(self, value: str) -> str:
        return value

    def read(self, text: str) -> str:
        return text

    def __str__(self) -> str:
        example = f", as in {self.example}" if self.example else ""
        return f"a text of at most {self.most} characters{example}"


@dataclass(frozen=True)
class Pair:
    """Two whole numbers, each from `low` to `high`: a cell's row and column, or a shift down and across."""

    low: int
    high: int

    def holds(self, value: object) -> bool:
        return isinstance(value, tuple) and len(value) == 2 and all(map(Whole(self.low, self.high).holds, value))

    def write(self, value: tuple[int, int]) -> str:
        return f"{value[0]},{value[1]}"

    def read(self, text: str) -> tuple[int, int]:
        first, comma, second = text.partition(",")
        if not comma:
            raise ValueError("no pair")
        return read_whole(first), read_whole(second)

    def __str__(self) -> str:
        return f"two whole numbers from {self.low} to {self.high}, as in 1,2"


@dataclass(frozen=True)
class Weights:
    """The weights of a square kernel. A link writes the name of a kernel that has one, and the numbers of others.

    named: the kernels with a name. Numbers stand in rows: commas between columns, semicolons between rows, bars
    between channels.
    """

    named: Mapping[str, KernelNumbers]
    most_size: int
    most_channels: int
    largest: float

    def holds(self, value: object) -> bool:
        if not (isinstance(value, tuple) and 1 <= len(value) <= self.most_channels):
            return False
        size = len(value[0]) if isinstance(value[0], tuple) else 0
        return 1 <= size <= self.most_size and all(self._square(channel, size) for channel in value)

    def _square(self, channel: object, size: int) -> bool:
        number = Real(-self.largest, self.largest)
        rows = channel if isinstance(channel, tuple) and len(channel) == size else ()
        return bool(rows) and all(isinstance(r, tuple) and len(r) == size and all(map(number.holds, r)) for r in rows)

    def write(self, value: KernelNumbers) -> str:
        for name, numbers in self.named.items():
            if numbers == value:
                return name
        return "|".join(";".join(",".join(map(_shortest, row)) for row in channel) for channel in value)

    def read(self, text: str) -> KernelNumbers:
        if text in self.named:
            return self.named[text]
        rows = [[row.split(",") for row in channel.split(";")] for channel in text[:20_000].split("|")]
        return tuple(tuple(tuple(map(self._read_weight, row)) for row in channel) for channel in rows)

    def _read_weight(self, text: str) -> float:
        """A number rounded to the nearest float32, as kernels hold them. Raises ValueError."""
        number = read_number(text)
        if not abs(number) <= self.largest:
            raise ValueError("out of bounds")
        return float(np.float32(number))

    def __str__(self) -> str:
        return f"the name of a kernel, or rows of numbers from {-self.largest:g} to {self.largest:g}"


Option: TypeAlias = str | int | tuple[int, int]
Kind: TypeAlias = Whole | Real | OneOf | Switch | Text | Pair | Weights


def _shortest(weight: float) -> str:
    """The shortest text that gives the same float32 back."""
    return str(np.float32(weight)).removesuffix(".0")
