"""The errors of cnnplay: one sentence with the numbers, and ways out as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Remedy:
    """One change that fixes an error: `label` is for a button, `change` maps a name to its new value."""

    label: str
    change: Mapping[str, Any] = field(hash=False)


class PlaygroundError(ValueError):
    """Base of the family. `str(error)` is a sentence for a learner; `remedies` are ways out, best first."""

    def __init__(self, message: str, remedies: Sequence[Remedy] = ()):
        super().__init__(message)
        self.remedies = tuple(remedies)


class ShapeError(PlaygroundError):
    """Sizes that do not fit. Inside a network, `layer` is the name of the layer ("conv2")."""

    def __init__(self, message: str, remedies: Sequence[Remedy] = (), layer: str | None = None):
        super().__init__(message, remedies)
        self.layer = layer


class TextError(PlaygroundError):
    """A network's text that cannot be read."""


class SettingsError(PlaygroundError):
    """A training setting out of its bounds, or too large for the machine."""


class DataError(PlaygroundError):
    """A data file that is missing, unreadable or has other contents than it should."""


class DivergedError(PlaygroundError):
    """The loss became NaN or infinite at step `step`."""

    def __init__(self, message: str, step: int, remedies: Sequence[Remedy] = ()):
        super().__init__(message, remedies)
        self.step = step


class PictureError(PlaygroundError):
    """A picture that cannot be drawn, found or read."""
