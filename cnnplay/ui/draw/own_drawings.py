"""The drawings that a visitor keeps, and how many of them the network reads correctly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from ...inspection.activations import answer
from ...network.layers import CLASSES
from .. import saved_drawings
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import picked, select
from ..saved_drawings import Drawing
from ..session import save, state
from ..subject import Looked, trained
from ..widgets import counted
from .on_pad import OnPad, put_on_pad

KEPT_MAPS = "kept_maps"
ENOUGH = 10  # drawings with a label, for an accuracy of one's own


def own_drawings(received: np.ndarray | None) -> None:
    """received: the network's input [28 28 1] for the drawing on the pad, None for an empty pad."""
    st.subheader("Your drawings", anchor=False)
    own = saved_drawings.kept_drawings()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        select("It is meant to be", OnPad, "label", options=range(CLASSES), placeholder="not said", width=160)
        st.button(
            "Keep it", icon=":material/bookmark_add:", disabled=received is None, on_click=_keep, args=(received,)
        )
        if own:
            st.button("Forget the last one", icon=":material/delete:", on_click=saved_drawings.forget_last)
    if not own:
        st.caption(
            "What you keep stays for this visit, and the other pages can use it: ask for *drawing 1* where they ask "
            f"for a digit. Say which digit it is, and it counts for an accuracy of your own: draw {ENOUGH}."
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
    maps(
        [{"title": "", "caption": "Choose one to put it back on the pad.", "joiner": "", "pictures": pictures}],
        alt=f"{counted(len(own), 'drawing')} of yours.",
        key=KEPT_MAPS,
        size=84,
        on_choose=partial(_open, {f"own_{drawing.number}": drawing for drawing in own}),
    )


def _answers(looked: Looked, own: Sequence[Drawing]) -> dict[int, int]:
    """The number of each drawing -> the digit that the network reads."""
    return {drawing.number: answer(looked.architecture, looked.weights, drawing.received).best for drawing in own}


def _own_accuracy(answers: Mapping[int, int], own: Sequence[Drawing]) -> None:
    labelled = [drawing for drawing in own if drawing.label is not None]
    if not labelled:
        return
    right = sum(answers[drawing.number] == drawing.label for drawing in labelled)
    missing = ENOUGH - len(labelled)
    more = f" Draw {missing} more for a fair figure." if missing > 0 else ""
    st.metric(
        "Accuracy on your own digits",
        f"{right / len(labelled):.0%}",
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
