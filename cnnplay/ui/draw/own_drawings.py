"""The drawings that a visitor keeps, and how many of them the network reads correctly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import streamlit as st

from ...data.datasets import DataSource
from ...figures.percent import share_text
from ...inspection.activations import answer
from ...state.labs import Preprocessing
from ...words import counted
from .. import saved_drawings, subject
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import picked, select
from ..on_pad import OnPad, put_on_pad
from ..saved_drawings import Drawing
from ..session import reported, save, state
from ..subject import Looked
from .reader import trained

KEPT_MAPS = "kept_maps"
ENOUGH = 10  # drawings with a label, for an accuracy of one's own


def own_drawings(received: np.ndarray | None) -> None:
    """received: the network's input [h w c] for the drawing on the pad, None for an empty pad."""
    st.subheader("Your drawings", anchor=False)
    data = subject.data()
    own, gone = saved_drawings.kept_drawings(), saved_drawings.deleted_last()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        titles = dict(enumerate(data.classes))
        select("I meant", OnPad, "label", options=titles, titles=titles, placeholder="(choose)", width=190)
        st.button("Keep it", icon=":material/bookmark_add:", disabled=received is None, on_click=_keep)
        if gone:
            st.button(f"Bring back drawing {gone.number}", icon=":material/undo:", on_click=saved_drawings.bring_back)
    if not own:
        st.caption(
            "The drawings that you keep stay for this visit. Other pages can use them: type *drawing 1* where you are "
            f"asked for a {data.noun}. Say what you meant: {ENOUGH} drawings show how well the network reads *your* "
            "hand."
        )
        return
    looked = trained()
    answers = _answers(looked, own) if looked else {}
    if looked:
        _own_accuracy(answers, own, data)
    pictures = [
        picture(
            f"own_{drawing.number}",
            drawing.title,
            drawing.received_by(data),
            scale="grey",
            caption=f"read as {data.classes[answers[drawing.number]]}" if answers else "",
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
            digits[drawing.number] = answer(looked.architecture, looked.weights, drawing.received_by(looked.data)).best
    save(OwnAnswers(looked.key, digits))
    return digits


def _own_accuracy(answers: Mapping[int, int], own: Sequence[Drawing], data: DataSource) -> None:
    labelled = [drawing for drawing in own if drawing.label_in(data) is not None]
    if not labelled:
        return
    right = sum(answers[drawing.number] == drawing.label_in(data) for drawing in labelled)
    missing = ENOUGH - len(labelled)
    more = f" Draw {missing} more: one drawing counts too much in so few." if missing > 0 else ""
    st.metric(
        f"Accuracy on your own {data.noun}s",
        share_text(right / len(labelled)),
        help=f"Of {counted(len(labelled), 'drawing')}.",
    )
    st.caption(f"The network reads {right} of {len(labelled)} correctly.{more}")


def _keep() -> None:
    now = state(OnPad)
    if now.ink is not None:
        saved_drawings.keep(now.ink, now.label, subject.data(), state(Preprocessing).pen)
        save(replace(now, label=None))


def _open(own: Mapping[str, Drawing]) -> None:
    if drawing := picked(KEPT_MAPS, own):
        put_on_pad(drawing.ink, drawing.label_in(subject.data()))


def _delete(own: Mapping[str, Drawing]) -> None:
    picture = reported(KEPT_MAPS, "remove")
    if isinstance(picture, str) and picture in own:
        saved_drawings.delete(own[picture].number)
