"""The pad, the answer to the drawing, and the steps from the drawing to the network's input."""

import numpy as np
import streamlit as st

from ...figures.inside import answer_figure
from ...inputs.handwriting import STEPS, Step, strip
from ...inspection.activations import answer
from ...state.labs import Preprocessing
from .. import runs
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import take_changes, toggle
from ..session import state
from ..subject import trained
from ..widgets import a_digit, probability_text
from .on_pad import OnPad, drawing_pad
from .own_drawings import own_drawings


@st.fragment
def draw_and_read() -> None:
    """The part that is made again after every stroke."""
    if take_changes():
        st.rerun()
    ink = state(OnPad).ink
    steps = [] if ink is None else strip(ink, state(Preprocessing).skipped)
    received = steps[-1].image[..., None] if steps else None
    left, right = st.columns([2, 3], gap="large")
    with left:
        drawing_pad()
    with right:
        _answer(received)
    _preprocessing(steps)
    own_drawings(received)


def _answer(received: np.ndarray | None) -> None:
    """received: the network's input [28 28 1], None where nothing is drawn."""
    looked = trained()
    if received is None:
        st.markdown("#### Draw a digit\nFrom 0 to 9, as large as you like, anywhere on the pad.")
    elif looked is None:
        view = runs.run_view()
        learning = view is not None and view.live
        st.markdown(
            "#### No network can read it yet\n"
            + ("One is learning, and reads as soon as its first epoch has ended." if learning else "")
            + ("" if learning else "Train one first, with the button above.")
        )
    else:
        found = answer(looked.architecture, looked.weights, received)
        st.markdown(
            f"#### It reads {a_digit(found.best)}\n{probability_text(found.probabilities[found.best])} sure. "
            f"Second guess: {found.second}, {probability_text(found.probabilities[found.second])}."
        )
        st.plotly_chart(
            answer_figure(found.probabilities, None),
            config={"displayModeBar": False},
            alt="; ".join(f"{digit}: {probability:.1%}" for digit, probability in enumerate(found.probabilities)),
        )


def _preprocessing(steps: list[Step]) -> None:
    st.subheader("What the network receives", anchor=False)
    with st.container(horizontal=True, gap="large"):
        for name, step in STEPS.items():
            toggle(step.title, Preprocessing, name, f"{step.description} {step.without}")
    if not steps:
        st.caption("Draw something, and each step from your drawing to the 28 × 28 pixels appears here.")
        return
    pictures = [
        picture(
            f"strip_{step.name}",
            step.title if step.on else f"{step.title}: left out",
            step.image,
            scale="grey",
            caption=f"{step.image.shape[0]}×{step.image.shape[1]}",
        )
        for step in steps
    ]
    maps(
        [{"title": "", "caption": "", "joiner": "→", "pictures": pictures}],
        alt="The drawing, step by step: " + ", ".join(part["title"] for part in pictures),
        key="strip_maps",
        size=112,
    )
