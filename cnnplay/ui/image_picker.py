"""Choosing a picture: a test digit, a pattern, or one's own."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ..data.datasets import mnist
from ..errors import PlaygroundError
from ..inputs.digit_search import DIGITS, digit, find_digit
from ..inputs.patterns import PATTERNS
from ..inputs.uploads import MOST_BYTES, read_picture
from .lab_state import begin, choose, chosen, select_args, slider_args
from .saved_drawings import Drawing, kept_drawings
from .widgets import a_digit, plain

DIGIT, UPLOAD = "digit", "upload"
SIZE = 28  # of a pattern, as of a digit

Made = TypeVar("Made")


def choose_picture() -> np.ndarray | None:
    """The chosen picture [h w c] from 0 to 1, None where there is none yet."""
    begin(lab_picture=DIGIT, lab_number=0)
    drawings = {drawing.title: drawing for drawing in kept_drawings()}
    titles = {DIGIT: "A digit of MNIST", UPLOAD: "Your own picture"} | {name: name for name in drawings}
    titles |= {name: row.title for name, row in PATTERNS.items()}
    if chosen().lab_picture not in titles:  # a drawing that was forgotten since
        chosen().lab_picture = DIGIT
    st.selectbox("Picture", list(titles), **select_args("lab_picture", list(titles)), format_func=titles.__getitem__)
    if chosen().lab_picture == DIGIT:
        return choose_digit()
    if chosen().lab_picture == UPLOAD:
        return _upload()
    if chosen().lab_picture in drawings:
        return drawings[chosen().lab_picture].received
    pattern = PATTERNS[chosen().lab_picture]
    st.caption(plain(pattern.description[0].upper() + pattern.description[1:] + "."))
    return pattern.make(SIZE)


def choose_digit() -> np.ndarray:
    """The chosen digit [28 28 1] from 0 to 1; one is chosen for all pages. What is no digit is said."""
    begin(lab_request="a seven", lab_requested=None, lab_number=0)
    try:
        return _digit()
    except PlaygroundError as error:
        st.error(plain(str(error)), icon=":material/error:")
    return digit(mnist().test, chosen().lab_number)


def _digit() -> np.ndarray:
    test = mnist().test
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            "Digit",
            **slider_args("lab_request"),
            max_chars=40,
            help="A digit in words, as in *a seven* or *five*; the number of a test image, 0 to 9,999; or *drawing 1*, "
            "one that you kept on the page *Draw*.",
        )
        st.button("Another", key="lab_another", icon=":material/casino:", on_click=_another)
    now = chosen()
    if drawing := _requested_drawing():
        st.caption(f"{drawing.title}, as the network receives it.")
        return drawing.received
    if now.lab_request != now.lab_requested:
        now.lab_number = find_digit(test, now.lab_request, now.lab_number)
        now.lab_requested = now.lab_request
    st.caption(f"Test image {now.lab_number:,}: {a_digit(int(test.labels[now.lab_number]))}.")
    return digit(test, chosen().lab_number)


def label_shown() -> int | None:
    """The class of the chosen digit; of a drawing what its owner said, if anything."""
    drawing = _requested_drawing()
    return drawing.label if drawing else int(mnist().test.labels[chosen().lab_number])


def _requested_drawing() -> Drawing | None:
    """The kept drawing that is asked for, as in "drawing 1"."""
    wish = str(chosen().lab_request).strip().lower()
    return next((drawing for drawing in kept_drawings() if wish == f"drawing {drawing.number}"), None)


def _another() -> None:
    """The next image of the digit that is shown."""
    test, now = mnist().test, chosen().lab_number
    number = find_digit(test, f"another {DIGITS[test.labels[now]]}", now)
    choose(lab_number=number)
    if _requested_drawing():
        choose(lab_request=str(number))


def _upload() -> np.ndarray | None:
    """The picture of the last file that could be read; a broken one is said, and takes nothing away."""
    begin(lab_upload=None)
    file = st.file_uploader(
        "A picture",
        ["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        key="lab_file",
        max_upload_size=MOST_BYTES // 2**20,
        help="At most 2 MB. It is made small here and forgotten when you leave; colour stays three channels.",
    )
    if file is not None and (read := read_once("lab_read", file, read_picture)) is not None:
        chosen().lab_upload = read
    picture: np.ndarray | None = chosen().lab_upload
    return picture


def read_once(name: str, file: UploadedFile, read: Callable[[bytes], Made]) -> Made | None:
    """What `read` makes of an uploaded file; None, with the sentence on the page, where it raises a PlaygroundError.

    Kept under the name: decoding takes the processor from everybody, and the page is drawn again at every click.
    """
    begin(**{name: (None, None, "")})
    if getattr(chosen(), name)[0] != file.file_id:
        made, problem = None, ""
        try:
            made = read(file.getvalue())
        except PlaygroundError as error:
            problem = str(error)  # the error itself holds on to the decoder and its memory
        choose(**{name: (file.file_id, made, problem)})
    _, made, problem = getattr(chosen(), name)
    if problem:
        st.error(plain(problem), icon=":material/error:")
    return made
