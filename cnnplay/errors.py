"""The errors of cnnplay: a message of one sentence, with its numbers, and remedies as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Setting: TypeAlias = str | int | float | tuple[int, int]  # of a layer, a network or a training


@dataclass(frozen=True)
class Remedy:
    """One change that fixes an error: `label` is for a button, `change` maps a name to its new value."""

    label: str
    change: Mapping[str, Setting] = field(hash=False)


class PlaygroundError(ValueError):
    """Base class. `str(error)` is a sentence for a learner; `remedies` are in order, the best first."""

    def __init__(self, message: str, remedies: Sequence[Remedy] = ()):
        super().__init__(message)
        self.remedies = tuple(remedies)


class ShapeError(PlaygroundError):
    """Sizes do not fit. `layer` is the name of the layer concerned ("conv2"), if it is in a network."""

    def __init__(self, message: str, remedies: Sequence[Remedy] = (), layer: str | None = None):
        super().__init__(message, remedies)
        self.layer = layer


class TextError(PlaygroundError):
    """The text of a network cannot be parsed."""


class SettingsError(PlaygroundError):
    """A setting is out of its bounds, or too large for the machine."""


class DataError(PlaygroundError):
    """A data file is missing, unreadable or not the original."""


class DivergedError(PlaygroundError):
    """The loss became NaN or infinite at step `step`."""

    def __init__(self, message: str, step: int, remedies: Sequence[Remedy] = ()):
        super().__init__(message, remedies)
        self.step = step

    def __reduce__(self) -> tuple[type["DivergedError"], tuple[str, int, Sequence[Remedy]]]:
        """For another process: an exception is made anew from its message alone otherwise."""
        return DivergedError, (str(self), self.step, self.remedies)


class PictureError(PlaygroundError):
    """A picture cannot be drawn, found or read."""
