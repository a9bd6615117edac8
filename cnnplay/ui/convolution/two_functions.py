"""Convolution and cross-correlation of two functions."""

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
from ..session import reported, save, session, state

OVERLAP = "overlap"
TRIES = {
    "A box over a box": Try(
        "The area grows while they meet and shrinks while they part: a triangle.", (TwoFunctions("box", "box"),)
    ),
    "Find the steps": Try(
        "*Minus and plus* responds at the two ends of the long box, up at one and down at the other, and is zero in "
        "between: an edge filter does nothing else.",
        (TwoFunctions("long", "difference"),),
    ),
    "When does flipping matter?": Try(
        "A ramp is not its own mirror image: flip it, and the curve changes. With a bell it would stay the same.",
        (TwoFunctions("long", "ramp"),),
    ),
}


def two_functions() -> None:
    tries("functions_try", TRIES)
    titles = {name: row.title for name, row in SIGNALS.items()}
    left, right = st.columns(2, gap="medium")
    with left:
        select("f, which stays", TwoFunctions, "f", titles=titles)
    with right:
        select("g, which moves", TwoFunctions, "g", titles=titles)
    now = state(TwoFunctions)
    f, g = SIGNALS[now.f], SIGNALS[now.g]
    overlap(
        overlap_data(f, g, demonstrations.overlaps(f.samples, g.samples, STEP)),
        alt=f"{g.title} moves over {f.title}; the area of their product, plotted over the shift, is a third function.",
        key=OVERLAP,
        subject=str(session().tries),
        shift=now.shift,
        flipped=now.flipped,
        on_place=_take_place,
    )
    st.markdown(
        "Move g over f by a **shift**. Multiply the two at every point, and take the area under the product: one "
        "number for this shift. The numbers for all shifts form a third function. With g as it is, this is the "
        "**cross-correlation**; with g flipped first, it is the **convolution** of mathematics. Networks compute the "
        "cross-correlation and call it convolution: they learn their weights, so flipping makes no difference."
    )
    sources(
        "The same `conv2d` that the networks use computes both curves, on an image of a single row.",
        demonstrations.overlaps,
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
    place = reported(OVERLAP, "place")
    if isinstance(place, list) and len(place) == 2:
        with suppress(StateError):
            save(replace(state(TwoFunctions), shift=place[0], flipped=place[1]))
