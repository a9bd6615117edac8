"""Toasts: sentences that disappear by themselves. Each is kept until a script run that shows it has come to its end.

Shown at once, some would be lost. What a callback draws takes the place of the first elements of the page, where only a
fragment runs; and where a script run is interrupted, or starts anew, what it has drawn may never reach the browser.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from .session import Toast, session


def tell(sentence: str, icon: str = "error", *, long: bool = False) -> None:
    """sentence: in Markdown. icon: its name. long: whether it stays for ten seconds instead of four."""
    session().toasts.append(Toast(sentence, icon, long))


def show_toasts() -> None:
    """Where a page begins."""
    now = session()
    for toast in now.toasts:
        _show(toast)
    now.told = len(now.toasts)


def run_has_ended() -> None:
    """Last thing of a script run of the whole page."""
    now = session()
    del now.toasts[: now.told]
    now.told = 0


@contextmanager
def toasts_in_fragment() -> Iterator[None]:
    """Around what a fragment draws: first it shows what has come up since the page began."""
    now = session()
    first, last = now.told, len(now.toasts)
    for toast in now.toasts[first:]:
        _show(toast)
    now.told = last
    yield
    del now.toasts[first:last]
    now.told = first


def _show(toast: Toast) -> None:
    st.toast(toast.sentence, icon=f":material/{toast.icon}:", duration="long" if toast.long else "short")
