"""Dataclass fields that carry their bounds: the check, the slider and the link all read them there."""

from dataclasses import MISSING, field, fields
from math import isnan
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
    """Raises `error` for a bounded field of `owner` that holds no number, or one out of its bounds.

    A field whose lower bound is a whole number holds whole numbers. The remedy is the nearest value, or the default.
    """
    for entry in (f for f in fields(owner) if "low" in f.metadata):
        low, high, name = entry.metadata["low"], entry.metadata["high"], entry.name.replace("_", " ")
        given, whole = getattr(owner, entry.name), isinstance(low, int)
        if given is None and entry.default is None:
            continue
        for value in given if isinstance(given, tuple) else (given,):
            if not (is_whole(value) or (isinstance(value, float) and not whole and not isnan(value))):
                usual = [entry.default] if isinstance(entry.default, int | float) else []
                raise error(
                    f"{what}: {name} must be a {'whole ' * whole}number, not {str(value)[:40]!r}.",
                    [Remedy(f"{name} {default:g}", {entry.name: default}) for default in usual],
                )
            if not low <= value <= high:
                near = min(max(value, low), high)
                raise error(
                    f"{what}: {name} must be between {low:,} and {high:,}; you wrote {f'{value:,}'[:40]}.",
                    [Remedy(f"{name} {near:,}", {entry.name: near})],
                )
