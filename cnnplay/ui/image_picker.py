"""Choosing a picture: a test digit, a pattern, or one's own."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from ..data.datasets import mnist
from ..errors import PlaygroundError
from ..inputs.digit_search import DIGITS, check_request, digit, find_digit
from ..inputs.patterns import PATTERNS
from ..inputs.uploads import read_picture
from ..state.labs import Digit, FilterOnImage
from .controls import select, text
from .saved_drawings import Drawing, kept_drawings
from .session import save, state
from .uploads import ask_for_picture, read_once
from .widgets import a_digit, plain

DIGIT, UPLOAD = "digit", "upload"
SIZE = 28  # of a pattern, as of a digit


@dataclass(frozen=True, eq=False)
class OwnPicture:
    """The last uploaded picture that could be read, [h w c] from 0 to 1."""

    picture: np.ndarray | None = None


def choose_picture() -> np.ndarray | None:
    """The chosen picture [h w c] from 0 to 1, None where there is none yet."""
    drawings = {drawing.name: drawing for drawing in kept_drawings()}
    titles = {DIGIT: "A digit of MNIST", UPLOAD: "Your own picture"}
    titles |= {name: drawing.title for name, drawing in drawings.items()}
    titles |= {name: row.title for name, row in PATTERNS.items()}
    chosen = state(FilterOnImage).image
    if chosen not in titles:  # a drawing that is no longer kept
        chosen = DIGIT
    select("Picture", FilterOnImage, "image", options=titles, value=chosen, titles=titles)
    if chosen == DIGIT:
        return choose_digit()
    if chosen == UPLOAD:
        return _upload()
    if chosen in drawings:
        return drawings[chosen].received
    pattern = PATTERNS[chosen]
    st.caption(plain(pattern.description[0].upper() + pattern.description[1:] + "."))
    return pattern.make(SIZE)


def choose_digit() -> np.ndarray:
    """The chosen digit [28 28 1] from 0 to 1; one is chosen for all pages. A request for no digit gets a sentence."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text(
            "Digit",
            Digit,
            "request",
            "A digit, as in *a seven*, *five* or *7*; a test image by its number, as in *#17*, from 0 to 9,999; or "
            "*drawing 1*, one that you kept on the page *Draw*.",
        )
        st.button("Another", key="another_digit", icon=":material/casino:", on_click=_another)
    if drawing := _requested_drawing():
        st.caption(f"{drawing.title}, as the network receives it.")
        return drawing.received
    test, number = mnist().test, _number()
    try:
        check_request(test, state(Digit).request)
    except PlaygroundError as error:
        st.error(plain(str(error)), icon=":material/error:")
    else:
        st.caption(f"Test image {number:,}: {a_digit(int(test.labels[number]))}.")
    return digit(test, number)


def _number() -> int:
    """The number of the chosen image, which is looked up once. Where the request is for no digit, the image stays."""
    now = state(Digit)
    if now.number is None:
        try:
            number = find_digit(mnist().test, now.request, now.previous)
        except PlaygroundError:  # `choose_digit` says why, for as long as the text stands there
            number = now.previous or 0
        now = replace(now, number=number)
        save(now)
    assert now.number is not None
    return now.number


def label_shown() -> int | None:
    """The class of the chosen digit; of a drawing what its owner said, if anything."""
    drawing = _requested_drawing()
    return drawing.label if drawing else int(mnist().test.labels[_number()])


def _requested_drawing() -> Drawing | None:
    """The kept drawing that is asked for, as in "drawing 1"."""
    request = state(Digit).request.strip().lower()
    return next((drawing for drawing in kept_drawings() if request == f"drawing {drawing.number}"), None)


def _another() -> None:
    """The next image of the digit that is shown."""
    test, now = mnist().test, _number()
    number = find_digit(test, f"another {DIGITS[test.labels[now]]}", now)
    request = state(Digit).request
    try:
        check_request(test, request)
    except PlaygroundError:  # a drawing, or a text that asks for no digit
        request = f"#{number}"
    save(Digit(request, number))


def _upload() -> np.ndarray | None:
    """The picture of the last file that could be read; a broken one is reported, and takes nothing away."""
    file = ask_for_picture(
        "A picture", "lab_file", "It is scaled down here and deleted when you leave; colour stays three channels."
    )
    if file is not None and (read := read_once("picture", file, read_picture)) is not None:
        save(OwnPicture(read))
    return state(OwnPicture).picture
