"""Choosing a kernel: one with a name, or one's own numbers."""

from typing import Any

import numpy as np
import streamlit as st

from ..errors import PlaygroundError
from ..kernels import KERNELS, check_kernel, name_of, negated, random_kernel, resized, rotated
from . import state
from .labs import begin
from .widgets import plain

OWN = "own"
MOST_EDITED = 7  # weights a side: more cannot be read
PLAYER = "slide_player"


def choose_kernel() -> np.ndarray:
    """The chosen kernel [k k c], c being 1 or what was edited for a colour picture."""
    begin(lab_weights=KERNELS["vertical-edge"].array[..., None], lab_draws=0)
    _take_changes()
    kernel: np.ndarray = st.session_state.lab_weights
    state.show("lab_kernel", name_of(kernel) or OWN)
    titles = {name: row.title for name, row in KERNELS.items()} | {OWN: "Your own numbers"}
    names = [name for name in titles if name != OWN or st.session_state.lab_kernel == OWN]
    st.selectbox("Kernel", names, key="lab_kernel", format_func=titles.__getitem__)
    return kernel


def kernel_buttons(kernel: np.ndarray) -> None:
    """What one can do to a kernel, and its size."""
    state.show("lab_size", len(kernel))
    st.slider("Kernel size", 1, MOST_EDITED, key="lab_size", help="Rows and columns; the middle of the kernel stays.")
    with st.container(horizontal=True, gap="small"):
        for label, icon, change in (
            ("Rotate", "rotate_left", lambda: rotated(kernel)),
            ("Negate", "exposure", lambda: negated(kernel)),
            ("Random", "casino", lambda: _random(len(kernel))),
        ):
            st.button(label, key=f"lab_{label}", icon=f":material/{icon}:", on_click=_change, args=(change,))


def take_edit() -> None:
    """The numbers that were typed into the player's kernel, [c][k][k]."""
    try:
        edited = check_kernel(np.moveaxis(np.asarray(st.session_state[PLAYER].kernel, object), 0, -1).tolist())
    except (PlaygroundError, ValueError) as error:
        st.toast(plain(str(error)), icon=":material/error:")
    else:
        st.session_state.lab_weights = edited


def _take_changes() -> None:
    for key in state.changed_by_user():
        if key == "lab_kernel" and st.session_state.lab_kernel in KERNELS:
            st.session_state.lab_weights = KERNELS[st.session_state.lab_kernel].array[..., None]
        elif key == "lab_size":
            st.session_state.lab_weights = resized(st.session_state.lab_weights, st.session_state.lab_size)


def _random(size: int) -> np.ndarray:
    st.session_state.lab_draws += 1
    return random_kernel(size, st.session_state.lab_draws)[..., None]


def _change(change: Any) -> None:
    st.session_state.lab_weights = change()
