"""The drawings that a visitor keeps, for every page that takes an image."""

from dataclasses import dataclass, replace

import numpy as np

from .session import save, state
from .widgets import a_digit

MOST_DRAWINGS = 40


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing: its ink [84 84] and what a network receives of it [28 28 1], and the digit that it is meant to be."""

    number: int
    ink: np.ndarray
    received: np.ndarray
    label: int | None

    @property
    def name(self) -> str:
        return f"drawing-{self.number}"

    @property
    def title(self) -> str:
        return f"Drawing {self.number}" + (f": {a_digit(self.label)}" if self.label is not None else "")


@dataclass(frozen=True)
class Drawings:
    """The drawings of a visit, and how many there have been."""

    kept: tuple[Drawing, ...] = ()
    count: int = 0


def kept_drawings() -> tuple[Drawing, ...]:
    return state(Drawings).kept


def keep(ink: np.ndarray, received: np.ndarray, label: int | None) -> None:
    """Keep a drawing for this visit; the oldest goes where there are too many."""
    drawings = state(Drawings)
    number = drawings.count + 1
    kept = (*drawings.kept, Drawing(number, ink, received, label))[-MOST_DRAWINGS:]
    save(Drawings(kept, number))


def forget_last() -> None:
    drawings = state(Drawings)
    save(replace(drawings, kept=drawings.kept[:-1]))
