"""Frees the sessions of closed tabs: Streamlit keeps them in case the visitor returns, and checks them only when
another tab closes, which on a quiet server may be never."""

import logging
import threading
import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime import exists, get_instance

from ..caching import once
from ..engine.limits import LIMITS
from ..engine.memory import collect_all
from .streamlit_details import SESSIONS, holds

LOOK_EVERY = 5.0  # seconds
SEARCH_EVERY = 15.0  # seconds at least from one search for what closed tabs have left to the next: all threads wait

log = logging.getLogger(__name__)


class Sessions:
    """The sessions of this process by id, and since when their tabs have been closed; None for those that are open.

    is_open, let_go: what the server knows and does of a session. Its methods may be called from any thread.
    """

    def __init__(
        self,
        is_open: Callable[[str], bool],
        let_go: Callable[[str], None],
        patience: float = LIMITS.closed_tab,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._is_open, self._let_go, self._patience, self._clock = is_open, let_go, patience, clock
        self._closed: dict[str, float | None] = {}

    def __len__(self) -> int:
        return len(self._closed)

    def seen(self, session: str) -> None:
        """A script runs for a session."""
        self._closed[session] = None

    def look(self) -> int:
        """Free the sessions whose tab has been closed for too long; returns how many there were."""
        now, gone = self._clock(), 0
        for session, since in list(self._closed.items()):
            if self._is_open(session):
                self._closed[session] = None
            elif since is None:
                self._closed[session] = now
            elif now - since >= self._patience:
                del self._closed[session]
                self._let_go(session)
                gone += 1
                log.info("session %s let go: its tab was closed %d s ago", session[:6], now - since)
        return gone


def track_session() -> None:
    """This script run belongs to a session whose tab may be closed one day."""
    context = st.runtime.scriptrunner.get_script_run_ctx() if exists() else None
    if context and (sessions := _sessions()) is not None:
        sessions.seen(context.session_id)


@once
def _sessions() -> Sessions | None:
    """Those of this process, looked at for as long as it runs; None where Streamlit has changed too much for that."""
    if not all(map(holds, SESSIONS)):
        return None
    # Do what a logout does to a session without a tab. Of what Streamlit documents, `disconnectedSessionTTL` is looked
    # at only when another tab closes, and `cache_resource(scope="session")` frees what a function has cached, whereas
    # what a closed tab holds is its session state.
    sessions = Sessions(get_instance().is_active_session, get_instance().clear_user_info_for_session)

    def look_after() -> None:
        gone, searched = 0, time.monotonic()
        while exists():
            time.sleep(LOOK_EVERY)
            try:
                if gone and time.monotonic() - searched >= SEARCH_EVERY:
                    collect_all()  # a session hangs together in circles, and may have been set apart while it was open
                    gone, searched = 0, time.monotonic()
                gone += sessions.look()
            except Exception:
                log.exception("closed tabs could not be looked for; the app goes on")

    threading.Thread(target=look_after, name="cnnplay-sessions", daemon=True).start()
    return sessions
