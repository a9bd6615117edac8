"""Fields of a state: what each may hold, and how a link writes and reads it.

A state is a frozen dataclass whose fields come from the functions below. Its checks, its widgets and its links all read
what a field may hold in that one place.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np

from ..bounds import is_whole
from ..errors import PlaygroundError
from ..labs.kernels import KernelNumbers


class StateError(PlaygroundError):
    """A state's field was given something that it cannot hold."""


def read_whole(text: str) -> int:
    """A whole number of at most 18 digits. Raises ValueError."""
    if not re.fullmatch("-?[0-9]{1,18}", text):
        raise ValueError("no whole number")
    return int(text)


def read_number(text: str) -> float:
    """A number as a decimal fraction or with an exponent. Raises ValueError."""
    if not re.fullmatch(r"[0-9.eE+-]{1,30}", text):
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
    """A text of at most `most` characters, without line breaks."""

    most: int
    pattern: str = r"[^\x00-\x1f\x7f]*"

    def holds(self, value: object) -> bool:
        return isinstance(value, str) and len(value) <= self.most and bool(re.fullmatch(self.pattern, value))

    def write(self, value: str) -> str:
        return value

    def read(self, text: str) -> str:
        return text

    def __str__(self) -> str:
        return f"a text of at most {self.most} characters"


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
        return "|".join(";".join(",".join(f"{w:.9g}" for w in row) for row in channel) for channel in value)

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


def held(kind: Kind, default: Any, *, linked: bool = True, optional: bool = False) -> Any:
    """A dataclass field of a kind.

    linked: a link writes it; otherwise it lasts as long as the visit.
    optional: it may also be None, which a link leaves out.
    """
    metadata: dict[str, Any] = {"kind": kind, "linked": linked, "optional": optional}
    if isinstance(kind, Whole | Real):
        metadata |= {"low": kind.low, "high": kind.high}
    return field(default=default, metadata=metadata)


def whole(low: int, high: int, default: int | None) -> Any:
    """A field for a whole number from `low` to `high`; for None as well where that is its default."""
    return held(Whole(low, high), default, optional=default is None)


def one_of(options: Sequence[Option], default: Option | None = None) -> Any:
    """A field for one of the options; the first is the default, unless another is given."""
    return held(OneOf(tuple(options)), options[0] if default is None else default)


def switch(default: bool = False) -> Any:
    """A field that is on or off."""
    return held(Switch(), default)


def layer_name() -> Any:
    """A field for the name of a layer as in "conv2"; None stands for the one that its lab begins with."""
    return held(Text(12, "[a-z]+[0-9]*"), None, optional=True)


def place(low: int, high: int) -> Any:
    """A field for a cell or a shift; None stands for the one that its lab begins with."""
    return held(Pair(low, high), None, optional=True)


def kind_of(owner: "type[State] | State", name: str) -> Kind:
    """What the field of that name may hold."""
    kind: Kind = _field(owner, name).metadata["kind"]
    return kind


def _field(owner: "type[State] | State", name: str) -> "Field[Any]":
    return next(entry for entry in fields(owner) if entry.name == name)


@dataclass(frozen=True)
class State:
    """Base class of what a visitor has chosen in a lab.

    name: what links and widgets call it.
    pages: the pages that show it. A link to one of them holds it.

    Raises StateError for a value that a field cannot hold.
    """

    name: ClassVar[str]
    pages: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for entry in fields(self):
            self.check(entry.name, getattr(self, entry.name))

    @classmethod
    def check(cls, name: str, value: object) -> None:
        """Raises StateError where the field of that name cannot hold the value."""
        metadata = _field(cls, name).metadata
        if "kind" in metadata and not ((value is None and metadata["optional"]) or metadata["kind"].holds(value)):
            raise StateError(f"{cls.key(name)} is {metadata['kind']}, not {_shown(value)}.")

    @classmethod
    def key(cls, field_name: str) -> str:
        """What links and widgets call one of its fields, as in "slide.stride"."""
        return f"{cls.name}.{field_name}"

    def to_parameters(self) -> dict[str, str]:
        """What a link writes of this state: the fields that are linked and differ from their defaults."""
        changed = [
            entry
            for entry in fields(self)
            if entry.metadata.get("linked") and getattr(self, entry.name) not in (entry.default, None)
        ]
        return {self.key(e.name): e.metadata["kind"].write(getattr(self, e.name)) for e in changed}

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> tuple[Self, list[str]]:
        """The state that a link holds, and in sentences what of it could not be used and is the default instead."""
        state, problems = cls(), []
        for entry in fields(cls):
            text = parameters.get(cls.key(entry.name))
            if text is None or not entry.metadata.get("linked"):
                continue
            kind = entry.metadata["kind"]
            try:
                state = replace(state, **{entry.name: kind.read(text)})
            except (ValueError, StateError):
                problems.append(
                    f"The link's {cls.key(entry.name)} could not be used: it is {kind}, not {_shown(text)}."
                )
        return state, problems


def _shown(value: object) -> str:
    """A value that may be anything, short enough for a sentence."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text[:40])
