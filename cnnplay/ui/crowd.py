"""What each tab asks for, and the sentences that say what it does not get. `shares.py` keeps all to their shares."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..engine.limits import LIMITS
from ..words import counted
from . import toasts
from .navigation import navigation
from .session import has_begun
from .turns import Bucket

if TYPE_CHECKING:
    from streamlit.proto.ClientState_pb2 import ClientState

LONG = 2.0  # seconds of waiting that a visitor is told of
RECENT = 2.0  # seconds after a request was left out in which the page says so: a run that is interrupted says nothing


@dataclass(eq=False)
class Asking:
    """What a tab asks for.

    held: the newest requests beyond the bound, by the fragment that each is for, "" being the whole page. left_out: how
    many they have replaced, the last one at `beyond`.
    waited: seconds that the page waited for its turn.
    news: further sentences for the visitor.
    admitted: whether it was let in, and counts among the open tabs.
    """

    bucket: Bucket
    address: str
    held: dict[str, "ClientState | None"] = field(default_factory=dict)
    left_out: int = 0
    beyond: float = 0.0
    waited: float = 0.0
    news: list[str] = field(default_factory=list)
    admitted: bool = False

    def leave_out(self) -> None:
        """Count a request that is not carried out."""
        self.left_out, self.beyond = self.left_out + 1, time.monotonic()


asking_of: dict[str, Asking] = {}  # by the id of the session


def turn_away() -> None:
    """Where the server has all the tabs that it takes, a new one gets a sentence, and nothing else."""
    if not has_begun() and (tabs := _open_tabs()) >= LIMITS.tabs:
        navigation()
        st.error(
            f"This server is full: {counted(tabs, 'page')} are open on it, and it keeps {LIMITS.tabs:,} at a time. "
            "Close tabs of this app that you do not need, and reload the page in a minute.",
            icon=":material/group:",
        )
        st.stop()
    if mine := _mine():
        mine.admitted = True


def _mine() -> Asking | None:
    """What this tab asks for; None where nobody keeps tabs to their shares."""
    context = get_script_run_ctx()
    return asking_of.get(context.session_id) if context else None


def _open_tabs() -> int:
    """How many tabs have been let in and are still connected."""
    admitted = [tab for tab, asking in list(asking_of.items()) if asking.admitted]
    return sum(map(get_instance().is_active_session, admitted)) if exists() and admitted else 0


def tell() -> None:
    """Say that this page has waited, or that its tab has asked for more than it gets."""
    if mine := _mine():
        for sentence in _sentences(mine):
            st.toast(sentence, icon=":material/hourglass_top:", duration="long")
        while mine.news:
            toasts.tell(mine.news.pop(0), "hourglass_top", long=True)


def _sentences(asking: Asking) -> Iterator[str]:
    if asking.left_out and time.monotonic() - asking.beyond < max(RECENT, 2 * asking.waited):
        yield (
            f"This tab asked for more than {LIMITS.asks_a_second:g} answers a second, so {asking.left_out:,} of its "
            "requests were skipped. The newest for each part of the page is answered."
        )
    if asking.waited > LONG:
        yield (
            f"This page waited {counted(round(asking.waited), 'second')} for its turn: many pages ask at once, and "
            "those that ask least are answered first."
        )
