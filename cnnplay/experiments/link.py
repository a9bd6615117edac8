"""What varies in an experiment as a part of a link: "kernel:2,3,5;pool:max,mean"."""

from collections.abc import Mapping, Sequence

from .settings import SETTINGS, ExperimentError, Value


def write_vary(vary: Mapping[str, Sequence[Value]]) -> str:
    return ";".join(f"{name}:{','.join(map(_text, values))}" for name, values in vary.items())


def read_vary(text: str) -> dict[str, tuple[Value, ...]]:
    """The settings and their values. Raises ExperimentError for a setting or a value that is not offered."""
    found: dict[str, tuple[Value, ...]] = {}
    for part in text.split(";") if text else ():
        name, _, values = part.partition(":")
        if name not in SETTINGS:
            raise ExperimentError(f"There is no setting {name[:40]!r} to vary.")
        if name in found:
            raise ExperimentError(f"The {SETTINGS[name].title} stands twice in the question.")
        by_text = {_text(value): value for value in SETTINGS[name].values}
        for value in values.split(",") if values else ():
            if value not in by_text:
                offered = ", ".join(map(SETTINGS[name].written, SETTINGS[name].values))
                raise ExperimentError(f"The {SETTINGS[name].title} can be {offered}, but not {value[:40]!r}.")
        found[name] = tuple(by_text[value] for value in values.split(",")) if values else ()
    return found


def _text(value: Value) -> str:
    return str(value).lower()
