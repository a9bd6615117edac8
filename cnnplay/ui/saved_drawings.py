"""The drawings that a visitor keeps, for every page that takes an image."""

from dataclasses import dataclass

import numpy as np

from .lab_state import begin, chosen
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
    def title(self) -> str:
        return f"Drawing {self.number}" + (f": {a_digit(self.label)}" if self.label is not None else "")


def kept_drawings() -> list[Drawing]:
    begin(draw_kept=[], draw_count=0)
    kept: list[Drawing] = chosen().draw_kept
    return kept


def keep(ink: np.ndarray, received: np.ndarray, label: int | None) -> None:
    """Keep a drawing for this visit; the oldest goes where there are too many."""
    drawings = kept_drawings()
    chosen().draw_count += 1
    drawings.append(Drawing(chosen().draw_count, ink, received, label))
    del drawings[:-MOST_DRAWINGS]


def forget_last() -> None:
    del kept_drawings()[-1:]
