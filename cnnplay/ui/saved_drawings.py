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
    """The drawings of a visit, how many there have been, and those that were deleted, the last one last."""

    kept: tuple[Drawing, ...] = ()
    count: int = 0
    deleted: tuple[Drawing, ...] = ()

    def added(self, ink: np.ndarray, received: np.ndarray, label: int | None) -> "Drawings":
        """With another drawing; the oldest goes where there are too many."""
        number = self.count + 1
        kept = (*self.kept, Drawing(number, ink, received, label))[-MOST_DRAWINGS:]
        return replace(self, kept=kept, count=number)

    def without(self, number: int) -> "Drawings":
        gone = tuple(drawing for drawing in self.kept if drawing.number == number)
        kept = tuple(drawing for drawing in self.kept if drawing.number != number)
        return replace(self, kept=kept, deleted=(*self.deleted, *gone)[-MOST_DRAWINGS:])

    def with_the_last_deleted(self) -> "Drawings":
        """With the drawing that was deleted last, in its old place."""
        kept = tuple(sorted((*self.kept, *self.deleted[-1:]), key=lambda drawing: drawing.number))
        return replace(self, kept=kept[-MOST_DRAWINGS:], deleted=self.deleted[:-1])


def kept_drawings() -> tuple[Drawing, ...]:
    return state(Drawings).kept


def deleted_last() -> Drawing | None:
    """The drawing that `bring_back` would bring back."""
    return next(reversed(state(Drawings).deleted), None)


def keep(ink: np.ndarray, received: np.ndarray, label: int | None) -> None:
    """Keep a drawing for this visit."""
    save(state(Drawings).added(ink, received, label))


def kept(ink: np.ndarray, received: np.ndarray, label: int | None) -> Drawing:
    """This drawing among those that are kept; it is kept where it is not yet."""
    same = [one for one in kept_drawings() if np.array_equal(one.ink, ink)]
    if not same:
        keep(ink, received, label)
    return (same or kept_drawings())[-1]


def delete(number: int) -> None:
    save(state(Drawings).without(number))


def bring_back() -> None:
    """Undo the last deletion."""
    save(state(Drawings).with_the_last_deleted())
