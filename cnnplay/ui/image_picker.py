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
from .controls import select, take_changes, text
from .plain_text import plain
from .saved_drawings import Drawing, kept_drawings
from .session import save, state
from .uploads import ask_for_picture, read_once
from .widgets import a_digit

DIGIT, UPLOAD = "digit", "upload"
# The button stands beside the field, or below it where there is no room for both.
BESIDE = """<style>
.st-key-digit_and_another > :first-child { flex: 1 1 130px; min-width: 130px; }
.st-key-digit_and_another > :last-child { flex: none; }
</style>"""


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
    left, right = st.columns([2, 3], gap="small")
    with left:
        select("Picture", FilterOnImage, "image", options=titles, value=chosen, titles=titles)
    if chosen == DIGIT:
        with right:
            return choose_digit()
    if chosen == UPLOAD:
        return _upload()
    if chosen in drawings:
        return drawings[chosen].received
    pattern = PATTERNS[chosen]
    st.caption(plain(pattern.description[0].upper() + pattern.description[1:] + "."))
    return pattern.make(pattern.size)


def choose_digit(instead: str | None = None) -> np.ndarray:
    """The chosen digit [28 28 1] from 0 to 1; one is chosen for all pages. A request for no digit gets a sentence.

    instead: the name of an image that the page shows in its place, until another digit is asked for.
    """
    refused = _refused()
    st.html(BESIDE)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="digit_and_another"):
        text(
            "Digit",
            Digit,
            "request",
            "A digit, as in *7* or *a seven*; a test image by its number, as in *#17*, from 0 to 9,999; or *drawing 1*,"
            " a drawing that you have kept on the page *Draw*.",
            value=None if refused else instead,
        )
        st.button("Another", key="another_digit", icon=":material/casino:", on_click=_another)
    if refused:
        st.error(plain(str(refused)), icon=":material/error:")
    elif not instead:
        st.caption(_description())
    return digit_shown()


def _description() -> str:
    if drawing := _requested_drawing():
        return f"{drawing.title}, as the network receives it."
    number = _number()
    return f"Test image {number:,}: {a_digit(int(mnist().test.labels[number]))}."


def _refused() -> PlaygroundError | None:
    """Why the text in the field asks for no digit."""
    if _requested_drawing():
        return None
    try:
        check_request(mnist().test, state(Digit).request)
    except PlaygroundError as error:
        return error
    return None


def asks_for_a_digit() -> bool:
    """Whether the text in the field names an image; one that does not changes nothing."""
    return _refused() is None


def digit_shown() -> np.ndarray:
    """The chosen digit [28 28 1] from 0 to 1, without a field to choose another."""
    drawing = _requested_drawing()
    return drawing.received if drawing else digit(mnist().test, _number())


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


def number_shown() -> int | None:
    """The number of the chosen test image; None where a drawing is chosen."""
    return None if _requested_drawing() else _number()


def _requested_drawing() -> Drawing | None:
    """The kept drawing that is asked for, as in "drawing 1"."""
    request = state(Digit).request.strip().lower()
    return next((drawing for drawing in kept_drawings() if request == f"drawing {drawing.number}"), None)


def _another() -> None:
    """The next image of the digit that is shown."""
    take_changes()  # a text that was typed just before: it must not come after this and stay
    test, now = mnist().test, _number()
    number = find_digit(test, f"another {DIGITS[test.labels[now]]}", now)
    named = not _requested_drawing() and asks_for_a_digit()
    save(Digit(state(Digit).request if named else f"#{number}", number))


def _upload() -> np.ndarray | None:
    """The picture of the last file that could be read; a broken one is reported, and takes nothing away."""
    file = ask_for_picture(
        "A picture", "lab_file", "It is scaled down here and deleted when you leave; colour stays three channels."
    )
    if file is not None and (read := read_once("picture", file, read_picture)) is not None:
        save(OwnPicture(read))
    return state(OwnPicture).picture
