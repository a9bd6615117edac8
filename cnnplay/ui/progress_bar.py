"""How far a computation is that a page waits for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

SOON = 0.3  # seconds until the bar is there


@contextmanager
def progress_bar(text: str) -> Iterator[Callable[[float], None]]:
    """What is told the share of a computation that is done, 0..1, and shows it where it takes a while.

    Where the visitor has moved on meanwhile, Streamlit ends the script run from there, and the computation with it.
    """
    began, place = time.monotonic(), st.empty()

    def on_progress(share: float) -> None:
        if time.monotonic() - began > SOON:
            place.progress(min(share, 1.0), text)

    yield on_progress
    place.empty()
