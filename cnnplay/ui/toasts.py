"""Sentences in passing. Each waits for a script run that draws, and is told there.

Told at once, one would be lost: what a callback draws goes to the top of the page, over what is there, where a fragment
runs; and a script run that starts anew may lose on its way to the browser what it had told before.
"""

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


def page_has_ended() -> None:
    """Last thing of a script run of the whole page: what it has shown has been told."""
    now = session()
    del now.toasts[: now.told]
    now.told = 0


def show_toasts_of_fragment() -> None:
    """Where a fragment begins: what has come up since the page was drawn."""
    now = session()
    for toast in now.toasts[now.told :]:
        _show(toast)
    del now.toasts[now.told :]


def _show(toast: Toast) -> None:
    st.toast(toast.sentence, icon=f":material/{toast.icon}:", duration="long" if toast.long else "short")
