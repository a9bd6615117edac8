"""The pad that takes one example after the other, and the strip of what was drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ...data.datasets import MOST_CLASSES, stored
from ...data.own import OwnData
from ...inputs.handwriting import preparation_for, received
from ...state.fields import State, held
from ...state.kinds import Whole
from .. import choice
from ..components.quick_pad import Kept, Thumbnail, quick_pad, read_kept, read_number
from ..session import reported, save, state
from ..widgets import attempt
from .keeping import change, keep

PAD = "own_pad"
MOST_SHOWN = 30  # thumbnails
NOT_DRAWN = 2**52  # and the number of a picture: what the pad calls one that was not drawn on it


@dataclass(frozen=True)
class OwnPad(State):
    """label: the class that is drawn. taken: the highest id of a drawing that was taken.

    drawn: id -> number among the visitor's data, of the drawings of this pad.
    """

    name: ClassVar[str] = "own_pad"
    label: int = held(Whole(0, MOST_CLASSES - 1), 0, linked=False)
    taken: int = 0
    drawn: tuple[tuple[int, int], ...] = ()

    def number_of(self, id: int) -> int:
        """The number among the visitor's data; of what is not there -1."""
        return dict(self.drawn).get(id, id - NOT_DRAWN if id >= NOT_DRAWN else -1)


def chosen_class(own: OwnData) -> int:
    """The class that further pictures are of."""
    return min(state(OwnPad).label, max(len(own.classes) - 1, 0))


def draw_examples(own: OwnData) -> None:
    """The pad, for at least one class."""
    label, now = chosen_class(own), state(OwnPad)
    quick_pad(
        alt=f"A pad to draw examples of {own.classes[label]} on, one after the other",
        key=PAD,
        classes=own.classes,
        counts=[count.both for count in own.counts],
        chosen=label,
        on_keep=_keep,
        taken=now.taken,
        kept=_thumbnails(own, label, now),
        on_choose=_choose,
        on_remove=lambda: _remove("removed"),
        on_undo=lambda: _remove("undo"),
    )


def _thumbnails(own: OwnData, label: int, now: OwnPad) -> list[Thumbnail]:
    ids = {number: id for id, number in now.drawn}
    places = np.flatnonzero(own.labels == label)[-MOST_SHOWN:]
    return [
        Thumbnail(
            ids.get(int(own.numbers[at]), NOT_DRAWN + int(own.numbers[at])),
            label,
            own.images[at],
            bool(own.held_out[at]),
        )
        for at in places
    ]


def _choose() -> None:
    def take() -> None:
        label = read_number(reported(PAD, "chosen"))
        if label is not None and label < len(choice.own_data().classes):
            save(replace(state(OwnPad), label=label))

    attempt(take)


def _keep() -> None:
    attempt(lambda: _take(read_kept(reported(PAD, "kept"), MOST_CLASSES)))


def _take(sent: Iterable[Kept]) -> None:
    """Add the drawings that have not been taken yet. One of a class that is gone meanwhile goes with it."""
    now, own = state(OwnPad), choice.own_data()
    new = [one for one in sent if one.id > now.taken]
    if not new:
        return
    drawn = list(now.drawn)
    preparation = preparation_for(own.source())
    for label in sorted({one.label for one in new if one.label < len(own.classes)}):
        mine = [one for one in new if one.label == label]
        images = np.stack([stored(received(one.ink, preparation=preparation)) for one in mine])
        drawn += [(one.id, own.next_number + at) for at, one in enumerate(mine)]
        own = own.added(label, images)
    # Whatever comes of it: what was taken once does not come again.
    save(replace(now, taken=new[-1].id, drawn=tuple(drawn), label=min(new[-1].label, len(own.classes) - 1)))
    keep(own)


def _remove(event: str) -> None:
    def take() -> None:
        id = read_number(reported(PAD, event))
        if id is not None:
            number = state(OwnPad).number_of(id)
            change(lambda own: own.without(number))

    attempt(take)
