"""The drawings that a visitor keeps, for every page that takes an image."""

from dataclasses import dataclass, replace

import numpy as np

from ..data.datasets import MNIST, DataSource
from ..inputs.handwriting import preparation_for, received
from .session import save, state

MOST_DRAWINGS = 40


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing: its ink [84 84], and what it is meant to be.

    label: a class of the dataset that was chosen then. meant: that class within a sentence. pen: the colour in which
    networks that see colours receive it.
    """

    number: int
    ink: np.ndarray
    label: int | None
    dataset: str = MNIST.name
    meant: str = ""
    pen: str = "red"

    def received_by(self, data: DataSource) -> np.ndarray:
        """What a network that was trained on a dataset receives of it: float32 [h w c], 0 to 1."""
        return received(self.ink, preparation=preparation_for(data, self.pen))

    def label_in(self, data: DataSource) -> int | None:
        """Which class of a dataset it is meant to be; None where nobody said, or where it was said of another."""
        known = self.label is not None and self.dataset == data.name and self.label < len(data.classes)
        return self.label if known else None

    @property
    def name(self) -> str:
        return f"drawing-{self.number}"

    @property
    def title(self) -> str:
        return f"Drawing {self.number}" + (f": {self.meant}" if self.meant else "")


@dataclass(frozen=True)
class Drawings:
    """The drawings of a visit, how many there have been, and those that were deleted, the last one last."""

    kept: tuple[Drawing, ...] = ()
    count: int = 0
    deleted: tuple[Drawing, ...] = ()

    def added(self, ink: np.ndarray, label: int | None, data: DataSource, pen: str) -> "Drawings":
        """With another drawing; the oldest goes where there are too many."""
        number, meant = self.count + 1, "" if label is None else data.phrase(label)
        kept = (*self.kept, Drawing(number, ink, label, data.name, meant, pen))[-MOST_DRAWINGS:]
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


def keep(ink: np.ndarray, label: int | None, data: DataSource, pen: str) -> None:
    """Keep a drawing for this visit. data: of which the label is a class."""
    save(state(Drawings).added(ink, label, data, pen))


def kept(ink: np.ndarray, label: int | None, data: DataSource, pen: str) -> Drawing:
    """This drawing among those that are kept; it is kept where it is not yet."""
    same = [one for one in kept_drawings() if np.array_equal(one.ink, ink)]
    if not same:
        keep(ink, label, data, pen)
    return (same or kept_drawings())[-1]


def delete(number: int) -> None:
    save(state(Drawings).without(number))


def bring_back() -> None:
    """Undo the last deletion."""
    save(state(Drawings).with_the_last_deleted())
