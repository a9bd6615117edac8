"""A pad that takes one drawing after the other, each for the class that is chosen.

A browser numbers every drawing and sends it again until Python says that it has taken it: so none is lost, however fast
they come.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ...errors import PlaygroundError
from ...inputs.handwriting import INK, INK_LETTERS, InkError, read_ink
from .component import component, ignore
from .packing import packed_image

_COMPONENT = component("quick_pad")

MOST_AT_ONCE = 64  # drawings in a message; a browser sends no more than 40
MOST_LETTERS = MOST_AT_ONCE * (INK_LETTERS + 100)  # of a message
LARGEST_ID = 2**53 - 1  # the largest whole number that a browser counts to
FIELDS = {"id", "label", "drawing"}


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A kept drawing as the strip shows it.

    number: its `Kept.id`, for one drawn on this pad; no other has it. label: the place of its class among `classes`.
    image: uint8 [h w 1] or [h w 3]. held_out: whether it is kept for the test, which the strip marks.
    """

    number: int
    label: int
    image: np.ndarray
    held_out: bool = False


@dataclass(frozen=True, eq=False)
class Kept:
    """A drawing from a browser. id: larger than those of all before it. ink: float32 [84 84], 0 for paper to 1."""

    id: int
    label: int
    ink: np.ndarray


def quick_pad(
    *,
    alt: str,
    key: str,
    classes: Sequence[str],
    counts: Sequence[int],
    chosen: int,
    on_keep: Callable[[], None],
    taken: int = 0,
    kept: Sequence[Thumbnail] = (),
    on_choose: Callable[[], None] = ignore,
    on_remove: Callable[[], None] = ignore,
    on_undo: Callable[[], None] = ignore,
    width: int = 280,
) -> None:
    """Let the user draw one example after the other: half a second after the last stroke a drawing is kept.

    What comes back is in ``st.session_state[key]`` while its callback runs. It is from a browser: `read_kept` and
    `read_number` read it.

    Args:
        alt: what the pad is for, for those who do not see it.
        key: the Streamlit key.
        classes: the names, at least one.
        counts: how many drawings each class has, with all that have been taken.
        chosen: the class that is drawn now, its place among `classes`. The user's own choice is shown until this is it.
        on_keep: called when drawings come: ``.kept`` is then for `read_kept`. They come again with the next ones until
            `taken` is the id of the last: take those with a larger id than `taken`, also where they are of no use.
        taken: the highest id that has been taken.
        kept: the last drawings of the chosen class, about 30, the oldest first.
        on_choose: called when the user has chosen a class: ``.chosen`` is then its place, for `read_number`.
        on_remove: called when the user has deleted a drawing: ``.removed`` is then its number. A number may come twice.
        on_undo: called when the user has taken back the drawing kept last: ``.undo`` is then its number, as above.
        width: of the paper in CSS pixels; on a phone it fills the width up to 340.

    Raises:
        ValueError: if there is no class, not a count for each, or a label that is the place of none.
    """
    if not classes or len(counts) != len(classes):
        raise ValueError(f"the pad needs a class and a count for each: {len(classes)} classes, {len(counts)} counts")
    if wrong := [label for label in (chosen, *(one.label for one in kept)) if not 0 <= label < len(classes)]:
        raise ValueError(f"a label is from 0 to {len(classes) - 1}, not {wrong[0]}")
    data = {
        "key": key,
        "alt": alt,
        "side": INK[0],
        "width": width,
        "classes": list(classes),
        "counts": list(map(int, counts)),
        "chosen": int(chosen),
        "taken": taken,
        "kept": [
            {"number": one.number, "label": one.label, "held_out": one.held_out, "image": packed_image(one.image)}
            for one in kept
        ],
    }
    _COMPONENT(
        data=data,
        key=key,
        on_kept_change=on_keep,
        on_chosen_change=on_choose,
        on_removed_change=on_remove,
        on_undo_change=on_undo,
    )


def read_kept(value: object, classes: int) -> list[Kept]:
    """The drawings in a message from a browser, by rising id; none in None, which is there in all other script runs.

    classes: how many there are: a label is below that. Raises InkError, a PlaygroundError, for anything else.
    """
    if value is None:
        return []
    sent = _read_list(value)
    kept = [_read_one(one, classes) for one in sent]
    if any(after.id <= before.id for before, after in pairwise(kept)):
        raise InkError("The numbers of these drawings do not rise. Load the page again and draw them anew.")
    return kept


def read_number(value: object) -> int | None:
    """What a browser says of a choice or a deleted drawing: a whole number from 0 on; None where it says nothing.

    Raises PlaygroundError for anything else.
    """
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= LARGEST_ID:
        raise PlaygroundError("This is not the number of a class or of a drawing. Load the page again.")
    return value


def _read_list(value: object) -> list[Any]:
    try:
        sent = json.loads(value) if isinstance(value, str) and len(value) <= MOST_LETTERS else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, list) or not 0 < len(sent) <= MOST_AT_ONCE:
        raise InkError(f"This is not a list of 1 to {MOST_AT_ONCE} drawings. Load the page again and draw them anew.")
    return sent


def _read_one(one: object, classes: int) -> Kept:
    if not isinstance(one, dict) or set(one) != FIELDS:
        raise InkError("A drawing comes with its number and its class. Load the page again and draw it anew.")
    number, label = one["id"], one["label"]
    if type(number) is not int or not 0 < number <= LARGEST_ID:
        raise InkError("The number of this drawing is none. Load the page again and draw it anew.")
    if type(label) is not int or not 0 <= label < classes:
        raise InkError(f"This drawing is of none of the {classes} classes. Choose one of them and draw it anew.")
    return Kept(number, label, read_ink(one["drawing"]))
