"""The base class of a state, and its fields.

A state is a frozen dataclass whose fields come from the functions below. Its checks, its widgets and its links all read
what a field may hold in that one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from typing import ClassVar, Self, TypeVar

from ..errors import PlaygroundError
from .kinds import Kind, OneOf, Option, Pair, Switch, Text, Whole

T = TypeVar("T")
OptionT = TypeVar("OptionT", bound=Option)
Number = TypeVar("Number", bound=int | None)


class StateError(PlaygroundError):
    """A state's field was given something that it cannot hold."""


def held(kind: Kind, default: T, *, linked: bool = True, optional: bool = False) -> T:
    """A dataclass field of a kind.

    linked: a link writes it; otherwise it lasts as long as the visit.
    optional: it may also be None, which a link leaves out.
    """
    return field(default=default, metadata={"kind": kind, "linked": linked, "optional": optional})


def whole(low: int, high: int, default: Number) -> Number:
    """A field for a whole number from `low` to `high`; for None as well where that is its default."""
    return held(Whole(low, high), default, optional=default is None)


def one_of(options: Sequence[OptionT], default: OptionT | None = None) -> OptionT:
    """A field for one of the options; the first is the default, unless another is given."""
    return held(OneOf(tuple(options)), options[0] if default is None else default)


def switch(default: bool = False) -> bool:
    """A field that is on or off."""
    return held(Switch(), default)


def layer_name() -> str | None:
    """A field for the name of a layer as in "conv2"; None stands for the one that its lab begins with."""
    return held(Text(12, "[a-z]+[0-9]*", "conv2"), None, optional=True)


def place(low: int, high: int) -> tuple[int, int] | None:
    """A field for a cell or a shift; None stands for the one that its lab begins with."""
    return held(Pair(low, high), None, optional=True)


def kind_of(owner: "type[State] | State", name: str) -> Kind:
    """What the field of that name may hold."""
    kind: Kind = _field(owner, name).metadata["kind"]
    return kind


def is_linked(owner: "type[State] | State", name: str) -> bool:
    """Whether links write the field of that name."""
    return bool(_field(owner, name).metadata["linked"])


def _field(owner: "type[State] | State", name: str) -> Field:
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
            kind, value = entry.metadata.get("kind"), getattr(self, entry.name)
            if kind and not ((value is None and entry.metadata["optional"]) or kind.holds(value)):
                raise StateError(f"{self.key(entry.name)} is {kind}, not {_shown(value)}.")

    @classmethod
    def key(cls, field_name: str) -> str:
        """What links and widgets call one of its fields, as in "slide.stride"."""
        return f"{cls.name}.{field_name}"

    def changed(self, name: str, value: object) -> Self:
        """The state after a visitor has changed one of its fields. Raises StateError."""
        return replace(self, **{name: value})

    def for_other_data(self) -> Self:
        """The state after another dataset was chosen: without what names classes or images of the one before."""
        return self

    def to_parameters(self) -> dict[str, str]:
        """What a link writes of this state: the fields that are linked and differ from their defaults."""
        written = [
            entry
            for entry in fields(self)
            if entry.metadata.get("linked") and getattr(self, entry.name) not in (entry.default, None)
        ]
        return {self.key(e.name): e.metadata["kind"].write(getattr(self, e.name)) for e in written}

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> tuple[Self, list[str]]:
        """The state that a link holds, and a sentence for each part that could not be used and is now the default."""
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
