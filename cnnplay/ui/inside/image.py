"""The image that the network is asked about: a test digit, one that it gets wrong, or a drawing."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ...data.datasets import mnist
from ...inputs.digit_search import digit
from ...inspection.evaluation import wrong
from ...state.labs import InsideImage
from ..controls import number, segmented, select
from ..image_picker import choose_digit, label_shown, number_shown
from ..saved_drawings import kept_drawings
from ..session import state
from ..subject import Looked, probabilities_of
from ..widgets import a_digit

KINDS = {"digit": "A test digit", "wrong": "One it gets wrong", "drawing": "A drawing of yours"}


@dataclass(frozen=True, eq=False)
class Shown:
    """An image [28 28 1] from 0 to 1.

    label: which digit it is, None where nobody said. number: of the test image, None for a drawing.
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
        segmented("Image", InsideImage, "kind", options=kinds, value=kind, titles=KINDS)
    with right:
        if kind == "wrong":
            return _mistake(looked)
        if kind == "drawing":
            return _drawing()
        image = choose_digit()
        return Shown(image, label_shown(), number_shown())


def _drawing() -> Shown:
    drawings = {drawing.number: drawing for drawing in kept_drawings()}
    chosen = state(InsideImage).drawing
    if chosen not in drawings:
        chosen = next(iter(drawings))
    titles = {number: drawing.title for number, drawing in drawings.items()}
    select("Drawing", InsideImage, "drawing", options=drawings, value=chosen, titles=titles)
    return Shown(drawings[chosen].received, drawings[chosen].label)


def _mistake(looked: Looked) -> Shown:
    test = mnist().test
    mistakes = wrong(probabilities_of(looked), test.labels)
    if not len(mistakes):
        st.success("It gets every test image right.")
        return Shown(digit(test, 0), int(test.labels[0]), 0)
    help = "The most confident mistakes come first. They are those of the network before you change its filters."
    number(f"Mistake, of {len(mistakes):,}", InsideImage, "mistake", help, high=len(mistakes))
    image = int(mistakes[min(state(InsideImage).mistake, len(mistakes)) - 1])
    label = int(test.labels[image])
    st.caption(f"Test image {image:,}: {a_digit(label)}.")
    return Shown(digit(test, image), label, image)
