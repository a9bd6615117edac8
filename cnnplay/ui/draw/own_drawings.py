"""The drawings that a visitor keeps, and how many of them the network reads correctly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import streamlit as st

from ...figures.percent import share_text
from ...inspection.activations import answer
from ...network.layers import CLASSES
from ...words import counted
from .. import saved_drawings
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import picked, select
from ..on_pad import OnPad, put_on_pad
from ..saved_drawings import Drawing
from ..session import save, state
from ..subject import Looked
from .reader import trained

KEPT_MAPS = "kept_maps"
ENOUGH = 10  # drawings with a label, for an accuracy of one's own


def own_drawings(received: np.ndarray | None) -> None:
    """received: the network's input [28 28 1] for the drawing on the pad, None for an empty pad."""
    st.subheader("Your drawings", anchor=False)
    own, gone = saved_drawings.kept_drawings(), saved_drawings.deleted_last()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        select("I meant a", OnPad, "label", options=range(CLASSES), placeholder="(choose)", width=160)
        st.button(
            "Keep it", icon=":material/bookmark_add:", disabled=received is None, on_click=_keep, args=(received,)
        )
        if gone:
            st.button(f"Bring back drawing {gone.number}", icon=":material/undo:", on_click=saved_drawings.bring_back)
    if not own:
        st.caption(
            "The drawings that you keep stay for this visit. Other pages can use them: type *drawing 1* where you are "
            f"asked for a digit. Say which digit you meant: {ENOUGH} drawings show how well the network reads *your* "
            "hand."
        )
        return
    looked = trained()
    answers = _answers(looked, own) if looked else {}
    if looked:
        _own_accuracy(answers, own)
    pictures = [
        picture(
            f"own_{drawing.number}",
            drawing.title,
            drawing.received,
            scale="grey",
            caption=f"read as {answers[drawing.number]}" if answers else "",
        )
        for drawing in own
    ]
    by_picture = {f"own_{drawing.number}": drawing for drawing in own}
    maps(
        [{"title": "", "caption": "Click one to put it back on the pad.", "joiner": "", "pictures": pictures}],
        alt=f"{counted(len(own), 'drawing')} of yours.",
        key=KEPT_MAPS,
        size=84,
        on_choose=partial(_open, by_picture),
        on_remove=partial(_delete, by_picture),
    )


@dataclass(frozen=True)
class OwnAnswers:
    """The digit that a network reads in each drawing, by its number, of the network with that key."""

    network: tuple[str, str] | None = None
    digits: Mapping[int, int] = field(default_factory=dict)


def _answers(looked: Looked, own: Sequence[Drawing]) -> Mapping[int, int]:
    """The number of each drawing -> the digit that the network reads; each drawing is read once."""
    known = state(OwnAnswers)
    digits = dict(known.digits) if known.network == looked.key else {}
    for drawing in own:
        if drawing.number not in digits:
            digits[drawing.number] = answer(looked.architecture, looked.weights, drawing.received).best
    save(OwnAnswers(looked.key, digits))
    return digits


def _own_accuracy(answers: Mapping[int, int], own: Sequence[Drawing]) -> None:
    labelled = [drawing for drawing in own if drawing.label is not None]
    if not labelled:
        return
    right = sum(answers[drawing.number] == drawing.label for drawing in labelled)
    missing = ENOUGH - len(labelled)
    more = f" Draw {missing} more: one drawing counts too much in so few." if missing > 0 else ""
    st.metric(
        "Accuracy on your own digits",
        share_text(right / len(labelled)),
        help=f"Of {counted(len(labelled), 'drawing')}.",
    )
    st.caption(f"The network reads {right} of {len(labelled)} correctly.{more}")


def _keep(received: np.ndarray) -> None:
    now = state(OnPad)
    assert now.ink is not None
    saved_drawings.keep(now.ink, received, now.label)
    save(replace(now, label=None))


def _open(own: Mapping[str, Drawing]) -> None:
    if drawing := picked(KEPT_MAPS, own):
        put_on_pad(drawing.ink, drawing.label)


def _delete(own: Mapping[str, Drawing]) -> None:
    picture = st.session_state[KEPT_MAPS].remove
    if isinstance(picture, str) and picture in own:
        saved_drawings.delete(own[picture].number)
