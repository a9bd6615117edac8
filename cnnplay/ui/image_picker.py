"""Choosing a picture: a test digit, a pattern, or one's own."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from ..data.datasets import MNIST, DataSource
from ..errors import DataError, PlaygroundError
from ..inputs.digit_search import check_request, digit, find_digit
from ..inputs.patterns import PATTERNS
from ..inputs.uploads import read_picture
from ..state.labs import Digit, FilterOnImage
from . import subject
from .controls import select, take_changes, text
from .plain_text import plain
from .saved_drawings import Drawing, kept_drawings
from .session import save, state
from .uploads import ask_for_picture, read_once

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
    data, drawings = subject.data(), {drawing.name: drawing for drawing in kept_drawings()}
    titles = {
        DIGIT: "A digit of MNIST" if data.name == MNIST.name else f"A test {data.noun}",
        UPLOAD: "Your own picture",
    }
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
        return drawings[chosen].received_by(data)
    pattern = PATTERNS[chosen]
    st.caption(plain(pattern.description[0].upper() + pattern.description[1:] + "."))
    return pattern.make(pattern.size)


def choose_digit(instead: str | None = None) -> np.ndarray:
    """The chosen test image [h w c] from 0 to 1; one is chosen for all pages. A request for none gets a sentence.

    instead: the name of an image that the page shows in its place, until another one is asked for.
    """
    data = subject.data()
    try:
        refused = _refused(data)
    except DataError:  # of pictures of one's own that are not there yet; the page says so
        st.caption("There is no picture yet.")
        return np.zeros(data.input_shape, np.float32)
    st.html(BESIDE)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="digit_and_another"):
        on_mnist = data.name == MNIST.name
        asks = "A digit, as in *7* or *a seven*" if on_mnist else f"A class, as in {data.classes[0]}"
        text(
            "Digit" if on_mnist else f"Test {data.noun}",
            Digit,
            "request",
            f"{asks}; a test image by its number, as in *#17*, from 0 to {data.images[1] - 1:,}; or *drawing 1*, a "
            "drawing that you have kept on the page *Draw*.",
            value=instead if instead and not refused else _request(data),
        )
        st.button("Another", key="another_digit", icon=":material/casino:", on_click=_another)
    if refused:
        st.error(plain(str(refused)), icon=":material/error:")
    elif not instead:
        st.caption(_description(data))
    return _image(data)


def _description(data: DataSource) -> str:
    if drawing := _requested_drawing():
        return f"{plain(drawing.title)}, as the network receives it."
    number = _number(data)
    return f"Test image {number:,}: {plain(data.phrase(int(data.load().test.labels[number])))}."


def _refused(data: DataSource) -> PlaygroundError | None:
    """Why the text in the field asks for no image. Raises DataError where there is none to ask for."""
    if _requested_drawing():
        return None
    test = data.load().test
    try:
        check_request(test, _request(data), data.classes)
    except PlaygroundError as error:
        return error
    return None


def asks_for_a_digit() -> bool:
    """Whether the text in the field names an image; one that does not changes nothing. Raises DataError."""
    return _refused(subject.data()) is None


def digit_shown() -> np.ndarray:
    """The chosen image [h w c] from 0 to 1, without a field to choose another. Raises DataError where there is none."""
    return _image(subject.data())


def _image(data: DataSource) -> np.ndarray:
    drawing = _requested_drawing()
    return drawing.received_by(data) if drawing else digit(data.load().test, _number(data))


def _number(data: DataSource) -> int:
    """The number of the chosen image, which is looked up once. Where the request names none, the last one stays."""
    now, test = state(Digit), data.load().test
    if now.number is None:
        try:
            number = find_digit(test, _request(data), now.previous, data.classes)
        except PlaygroundError:  # `choose_digit` says why, for as long as the text stands there
            number = now.previous or 0
        now = replace(now, number=number)
        save(now)
    assert now.number is not None
    return min(now.number, len(test) - 1)  # pictures of one's own may have been deleted


def _request(data: DataSource) -> str:
    """The words that ask for an image. Nobody has asked yet: for the first class, where there is no seven."""
    request = state(Digit).request
    return data.classes[0] if request == Digit().request and data.name != MNIST.name else request


def label_shown() -> int | None:
    """The class of the chosen image; of a drawing what its owner said, if anything."""
    data, drawing = subject.data(), _requested_drawing()
    return drawing.label_in(data) if drawing else int(data.load().test.labels[_number(data)])


def number_shown() -> int | None:
    """The number of the chosen test image; None where a drawing is chosen."""
    return None if _requested_drawing() else _number(subject.data())


def _requested_drawing() -> Drawing | None:
    """The kept drawing that is asked for, as in "drawing 1"."""
    request = state(Digit).request.strip().lower()
    return next((drawing for drawing in kept_drawings() if request == f"drawing {drawing.number}"), None)


def _another() -> None:
    """The next image of the class that is shown."""
    take_changes()  # a text that was typed just before: it must not come after this and stay
    data = subject.data()
    number = find_digit(data.load().test, "another", _number(data), data.classes)
    named = not _requested_drawing() and _refused(data) is None
    save(Digit(state(Digit).request if named else f"#{number}", number))


def _upload() -> np.ndarray | None:
    """The picture of the last file that could be read; a broken one is reported, and takes nothing away."""
    file = ask_for_picture(
        "A picture", "lab_file", "It is scaled down here and deleted when you leave; colour stays three channels."
    )
    if file is not None and (read := read_once("picture", file, read_picture)) is not None:
        save(OwnPicture(read))
    return state(OwnPicture).picture
