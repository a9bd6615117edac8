"""The image that the network is asked about: a test digit, one that it gets wrong, or a drawing."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ...inputs.digit_search import digit
from ...inspection.evaluation import wrong
from ...state.labs import InsideImage
from ..controls import number, segmented, select
from ..image_picker import choose_digit, label_shown, number_shown
from ..plain_text import plain
from ..saved_drawings import kept_drawings
from ..session import state
from ..subject import Looked, probabilities_of

KINDS = ("digit", "wrong", "drawing")


@dataclass(frozen=True, eq=False)
class Shown:
    """An image [h w c] from 0 to 1.

    label: of which class it is, None where nobody said. number: of the test image, None for a drawing.
    """

    image: np.ndarray
    label: int | None
    number: int | None = None


def choose_image(looked: Looked) -> Shown:
    """looked: the network without the visitor's changes, so that its mistakes stay the same while these are made."""
    kinds = [name for name in KINDS if name != "drawing" or kept_drawings()]
    kind = state(InsideImage).kind
    if kind not in kinds:  # the drawings of another visit
        kind = "digit"
    left, right = st.columns([3, 2], gap="medium")
    with left:
        titles = {"digit": f"A test {looked.data.noun}", "wrong": "One it gets wrong", "drawing": "A drawing of yours"}
        segmented("Image", InsideImage, "kind", options=kinds, value=kind, titles=titles)
    with right:
        if kind == "wrong":
            return _mistake(looked)
        if kind == "drawing":
            return _drawing(looked)
        image = choose_digit()
        return Shown(image, label_shown(), number_shown())


def _drawing(looked: Looked) -> Shown:
    drawings = {drawing.number: drawing for drawing in kept_drawings()}
    chosen = state(InsideImage).drawing
    if chosen not in drawings:
        chosen = next(iter(drawings))
    titles = {number: drawing.title for number, drawing in drawings.items()}
    select("Drawing", InsideImage, "drawing", options=drawings, value=chosen, titles=titles)
    drawing = drawings[chosen]
    return Shown(drawing.received_by(looked.data), drawing.label_in(looked.data))


def _mistake(looked: Looked) -> Shown:
    test = looked.test
    mistakes = wrong(probabilities_of(looked), test.labels)
    if not len(mistakes):
        st.success("It gets every test image right.")
        return Shown(digit(test, 0), int(test.labels[0]), 0)
    help = "The most confident mistakes come first. They are those of the network before you change its filters."
    number(f"Mistake, of {len(mistakes):,}", InsideImage, "mistake", help, high=len(mistakes))
    image = int(mistakes[min(state(InsideImage).mistake, len(mistakes)) - 1])
    label = int(test.labels[image])
    st.caption(f"Test image {image:,}: {plain(looked.data.phrase(label))}.")
    return Shown(digit(test, image), label, image)
