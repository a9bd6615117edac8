"""Bounds of a dataclass's fields, declared with the field: checks, sliders and links read them there."""

from dataclasses import MISSING, field, fields
from typing import Any

from .errors import PlaygroundError, Remedy


def bounded(low: float, high: float, default: Any = MISSING) -> Any:
    """A field with a lowest and a highest value, both included."""
    return field(default=default, metadata={"low": low, "high": high})


def bounds(owner: Any, name: str) -> tuple[Any, Any]:
    """(lowest, highest) value of a bounded field of a dataclass or of an instance."""
    metadata = next(f for f in fields(owner) if f.name == name).metadata
    return metadata["low"], metadata["high"]


def check_bounds(owner: Any, error: type[PlaygroundError], what: str) -> None:
    """Raise `error`, with the nearest value as its remedy, if a bounded field of `owner` is out of its bounds.

    None passes; of a tuple, every value is checked. `what` begins the message.
    """
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
