"""A pad on which the user draws a digit with mouse, finger, pen or keys."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from typing import Any

from .component import component

_COMPONENT = component("pad")

SIDE = 84
"""Rows and columns of the drawing that Python receives: three for each pixel of an MNIST digit."""


def pad(
    *,
    alt: str,
    key: str = "pad",
    on_draw: Callable[[], None],
    load: dict[str, Any] | None = None,
    width: int = 300,
    compact: bool = False,
    hint: str = "Draw a digit here",
) -> None:
    """Let the user draw in white on black, as MNIST has it; the drawing outlives every update of the page.

    Args:
        alt: what the pad is for, for those who do not see it.
        key: the Streamlit key, one for every pad on a page.
        on_draw: called while a stroke is being drawn, one drawing at a time, when it has ended, and after undo, redo
            and clear. ``st.session_state[key].drawing`` is then the drawing: base64 of SIDE x SIDE bytes, row by row,
            from 0 (paper) to 255 (ink), or "" where there is no ink. It is None again in the script runs that follow,
            so keep what is still needed.
        load: ``{"id": number or string, "pixels": as above}`` puts these pixels onto the pad in place of what is there,
            whenever the id is another than before, and brings the pad into sight. The user can undo it, and it is not
            sent back.
        width: of the pad in CSS pixels; on a phone it fills the width up to 340.
        compact: keep that width on a phone as well, with the buttons beside the pad, and leave out the brush.
        hint: what is written on the empty paper.

    Raises:
        ValueError: if the pixels to load are not base64 of SIDE x SIDE bytes.
    """
    if load is not None and load["pixels"]:
        _check(load["pixels"])
    _COMPONENT(
        data={"alt": alt, "load": load, "width": width, "side": SIDE, "compact": compact, "hint": hint},
        key=key,
        on_drawing_change=on_draw,
    )


def _check(pixels: str) -> None:
    try:
        size = len(b64decode(pixels, validate=True))
    except Base64Error as error:
        raise ValueError(f"the pixels for the pad are not base64: {error}") from error
    if size != SIDE * SIDE:
        raise ValueError(f"the pad takes {SIDE}×{SIDE} = {SIDE * SIDE} bytes of pixels, not {size}")
