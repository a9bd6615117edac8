"""Two functions make a third: convolution and cross-correlation in one dimension."""

import streamlit as st

from ...labs import demonstrations
from ...labs.signals import SIGNALS, STEP
from ..components.overlap import overlap
from ..components.payloads.labs import overlap_data
from ..lab_state import begin, chosen, select_args
from ..lab_widgets import Tries, reading, sources, tries

TRIES: Tries = {
    "A box over a box": (
        "The area grows while they meet and shrinks while they part: a triangle.",
        {"over_f": "box", "over_g": "box"},
    ),
    "Find the steps": (
        "*Minus and plus* answers at the two ends of the long box, up at one and down at the other, and with nothing "
        "in between: this is all that an edge filter does.",
        {"over_f": "long", "over_g": "difference"},
    ),
    "When does flipping matter?": (
        "A ramp is not its own mirror image: flip it, and the curve is another one. A bell would not care.",
        {"over_f": "long", "over_g": "ramp"},
    ),
}


def two_functions() -> None:
    tries("over_try", TRIES)
    begin(over_f="box", over_g="ramp")
    titles = {name: row.title for name, row in SIGNALS.items()}
    left, right = st.columns(2, gap="medium")
    left.selectbox(
        "f stands still", list(titles), **select_args("over_f", list(titles)), format_func=titles.__getitem__
    )
    right.selectbox("g is moved", list(titles), **select_args("over_g", list(titles)), format_func=titles.__getitem__)
    f, g = SIGNALS[chosen().over_f], SIGNALS[chosen().over_g]
    overlap(
        overlap_data(f, g, demonstrations.overlaps(f.samples, g.samples, STEP)),
        alt=f"{g.title} is moved over {f.title}; the area of their product, drawn over the shift, is a third function.",
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
