"""Dataclass fields that carry their bounds: the check, the slider and the link all read them there."""

from dataclasses import MISSING, field, fields
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from .errors import PlaygroundError, Remedy

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def bounded(low: float, high: float, default: T = MISSING) -> T:  # type: ignore[assignment]
    """A dataclass field with its bounds, both inclusive, in its metadata."""
    return field(default=default, metadata={"low": low, "high": high})


def bounds(owner: "DataclassInstance | type[DataclassInstance]", name: str) -> tuple[Any, Any]:
    """(lowest, highest) value of a bounded field."""
    metadata = next(f for f in fields(owner) if f.name == name).metadata
    return metadata["low"], metadata["high"]


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, of Python or NumPy; True and False are not."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_bounds(owner: "DataclassInstance", error: type[PlaygroundError], what: str) -> None:
    """Raises `error` for a bounded field of `owner` that is out of bounds, with the nearest value as the remedy."""
    for entry in (f for f in fields(owner) if "low" in f.metadata):
        low, high = entry.metadata["low"], entry.metadata["high"]
        given = getattr(owner, entry.name)
        for value in given if isinstance(given, tuple) else () if given is None else (given,):
            if not low <= value <= high:
                name, near = entry.name.replace("_", " "), min(max(value, low), high)
                raise error(
                    f"{what}: {name} goes from {low:,} to {high:,}, not {value:,}.",
                    [Remedy(f"{name} {near:,}", {entry.name: near})],
                )
