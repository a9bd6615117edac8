"""Two functions make a third: convolution and cross-correlation in one dimension."""

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from ...labs import demonstrations
from ...labs.signals import SIGNALS, STEP
from ...state.fields import StateError
from ...state.labs import TwoFunctions
from ..components.overlap import overlap
from ..components.payloads.labs import overlap_data
from ..controls import select
from ..lab_widgets import Try, reading, sources, tries
from ..session import save, session, state

OVERLAP = "overlap"
TRIES = {
    "A box over a box": Try(
        "The area grows while they meet and shrinks while they part: a triangle.", (TwoFunctions("box", "box"),)
    ),
    "Find the steps": Try(
        "*Minus and plus* answers at the two ends of the long box, up at one and down at the other, and with nothing "
        "in between: this is all that an edge filter does.",
        (TwoFunctions("long", "difference"),),
    ),
    "When does flipping matter?": Try(
        "A ramp is not its own mirror image: flip it, and the curve is another one. A bell would not care.",
        (TwoFunctions("long", "ramp"),),
    ),
}


def two_functions() -> None:
    tries("functions_try", TRIES)
    titles = {name: row.title for name, row in SIGNALS.items()}
    left, right = st.columns(2, gap="medium")
    with left:
        select("f stands still", TwoFunctions, "f", titles=titles)
    with right:
        select("g is moved", TwoFunctions, "g", titles=titles)
    now = state(TwoFunctions)
    f, g = SIGNALS[now.f], SIGNALS[now.g]
    overlap(
        overlap_data(f, g, demonstrations.overlaps(f.samples, g.samples, STEP)),
        alt=f"{g.title} is moved over {f.title}; the area of their product, drawn over the shift, is a third function.",
        key=OVERLAP,
        subject=str(session().tries),
        shift=now.shift,
        flipped=now.flipped,
        on_place=_take_place,
    )
    st.markdown(
        "Lay g over f, moved by a **shift**. Multiply the two at every place, and take the area under the product: one "
        "number for this shift. The numbers of all shifts are a third function. With g as it is, that is the "
        "**cross-correlation**; with g flipped first, the **convolution** of mathematics. Networks compute the first "
        "and call it convolution: their weights are learned, so it makes no difference which way round they are kept."
    )
    sources(
        "Both curves come from the very `conv2d` of the networks, on an image of a single row.", demonstrations.overlaps
    )
    reading(
        {
            "Goodfellow, Bengio & Courville, Deep Learning, section 9.1": (
                "https://www.deeplearningbook.org/contents/convnets.html"
            )
        }
    )


def _take_place() -> None:
    """Where the visitor has moved g, and whether it is flipped: [shift, flipped]."""
    place = st.session_state[OVERLAP].place
    if isinstance(place, list) and len(place) == 2:
        with suppress(StateError):
            save(replace(state(TwoFunctions), shift=place[0], flipped=place[1]))
