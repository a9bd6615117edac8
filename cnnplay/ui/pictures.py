"""Choosing a picture: a test digit, a pattern, or one's own."""

import numpy as np
import streamlit as st

from ..data import mnist
from ..errors import PlaygroundError
from ..pictures import DIGITS, MOST_BYTES, PATTERNS, digit, find_digit, read_picture
from .labs import KEPT, begin
from .widgets import plain

DIGIT, UPLOAD = "digit", "upload"
SIZE = 28  # of a pattern, as of a digit


def choose_picture() -> np.ndarray | None:
    """The chosen picture [h w c] from 0 to 1. None where there is none yet; where it cannot be read that is said."""
    begin(lab_picture=DIGIT, lab_wish="a seven", lab_wished=None, lab_number=0)
    titles = {DIGIT: "A digit of MNIST", **{name: row.title for name, row in PATTERNS.items()}, UPLOAD: "Your own"}
    st.selectbox("Picture", list(titles), key="lab_picture", format_func=titles.__getitem__, **KEPT)
    try:
        if st.session_state.lab_picture == DIGIT:
            return _digit()
        if st.session_state.lab_picture == UPLOAD:
            return _upload()
    except PlaygroundError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    return PATTERNS[st.session_state.lab_picture].make(SIZE)


def choose_digit() -> np.ndarray:
    """The chosen digit [28 28 1] from 0 to 1; one is chosen for all pages. What is no digit is said."""
    begin(lab_wish="a seven", lab_wished=None, lab_number=0)
    try:
        return _digit()
    except PlaygroundError as error:
        st.error(plain(str(error)), icon=":material/error:")
    return digit(mnist().test, st.session_state.lab_number)


def _digit() -> np.ndarray:
    test = mnist().test
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            "Which one",
            key="lab_wish",
            max_chars=40,
            help="A digit in words, as in *a seven* or *five*; or the number of a test image, 0 to 9,999.",
            **KEPT,
        )
        st.button("Another", key="lab_another", icon=":material/casino:", on_click=_another)
    if st.session_state.lab_wish != st.session_state.lab_wished:
        st.session_state.lab_number = find_digit(test, st.session_state.lab_wish)
        st.session_state.lab_wished = st.session_state.lab_wish
    return digit(test, st.session_state.lab_number)


def _another() -> None:
    """The next image of the digit that is shown."""
    test, now = mnist().test, st.session_state.lab_number
    st.session_state.lab_number = find_digit(test, f"another {DIGITS[test.labels[now]]}", now)


def _upload() -> np.ndarray | None:
    file = st.file_uploader(
        "A picture",
        ["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        key="lab_file",
        max_upload_size=MOST_BYTES // 2**20,
        help="At most 2 MB. It is made small here and forgotten when you leave; colour stays three channels.",
    )
    if file is not None:
        st.session_state.lab_upload = read_picture(file.getvalue())
    kept: np.ndarray | None = st.session_state.get("lab_upload")
    return kept
