"""Fields of a dataclass with their bounds beside them: the check, the slider and the link read them there."""

from dataclasses import MISSING, field, fields
from typing import Any

from .errors import PlaygroundError, Remedy


def bounded(low: float, high: float, default: Any = MISSING) -> Any:
    """A field whose bounds stand beside it: the check and whoever draws a slider read them here."""
    return field(default=default, metadata={"low": low, "high": high})


def bounds(owner: Any, name: str) -> tuple[Any, Any]:
    """(lowest, highest) of a bounded field of a dataclass."""
    metadata = next(f for f in fields(owner) if f.name == name).metadata
    return metadata["low"], metadata["high"]


def check_bounds(owner: Any, error: type[PlaygroundError], what: str) -> None:
    """Raises `error` where a bounded field of `owner` is out of its bounds, with the nearest value as the remedy."""
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
