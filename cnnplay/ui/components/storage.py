"""An entry of the browser's local storage."""

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from .component import component, ignore

_COMPONENT = component("storage")
MOST = 200_000  # characters


class Kept(NamedTuple):
    """works: whether the browser keeps anything. text: of the entry; None where there is none."""

    works: bool
    text: str | None


def storage(text: str | None, *, name: str, session: str, asked: bool, key: str) -> None:
    """Keep a text as the browser's entry of that name; None keeps nothing new.

    session: this session's token. asked: whether `kept` has answered it already. key: the Streamlit key.
    """
    _COMPONENT(key=key, data={"name": name, "text": text, "session": session, "asked": asked}, on_kept_change=ignore)


def kept(key: str, session: str) -> Kept | None:
    """What the browser's entry held when it was last looked at for this session; None until then.

    A page that is left open while the server restarts sends what it told the session before: that is old by then.
    """
    state = st.session_state.get(key)
    sent = state.get("kept") if isinstance(state, Mapping) else None
    if not isinstance(sent, Mapping) or sent.get("session") != session:
        return None
    works, text = sent.get("works"), sent.get("text")
    if not isinstance(works, bool) or not (text is None or (isinstance(text, str) and len(text) <= MOST)):
        return None
    return Kept(works, text)
