"""Keeps all tabs to their shares: a bound on what a tab asks for, and turns in which pages are drawn.

It needs details of Streamlit that are not its documented API: see `SHARES` in `streamlit_details.py`.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import _coalesce_widget_states
from streamlit.runtime.state.safe_session_state import SafeSessionState

from ..caching import once
from ..engine.limits import LIMITS
from .crowd import Asking, asking_of
from .streamlit_details import replace
from .turns import Bucket, Turn, Turns

UNSENT = 40  # messages for a tab that its line has not taken yet: those of two looks at a training
MOST_HELD = 20  # requests of one tab: more fragments than a page has

_thread = threading.local()  # .turn: that of the page which this thread draws


@once
def keep_shares() -> None:
    """Hold all tabs of this process to their shares. To be called after `reruns.correct_streamlit`."""
    replace(AppSession, "request_rerun", _bounded)
    replace(SafeSessionState, "on_script_will_rerun", _in_turn)
    replace(ScriptRunner, "_run_script", _to_its_end)


@once
def turns() -> Turns:
    """Those of all pages of this process."""
    return Turns(LIMITS.drawn_at_once)


def asking(session: AppSession) -> Asking:
    """What is known of a tab; of a new one nothing."""
    if session.id not in asking_of:
        for gone in [known for known in asking_of if not get_instance().is_active_session(known)]:
            del asking_of[gone]
        bucket = Bucket(LIMITS.asks_a_second, time.monotonic())
        asking_of[session.id] = Asking(bucket, _address(session.id))
    return asking_of[session.id]


def _bounded(request: Callable[[AppSession, Any], None]) -> Callable[..., None]:
    """Beyond the rate the newest requests are kept until they may pass: nobody asks so often by hand.

    A timer of the page asks in vain while a slow line has not taken the answers before: they would pile up, what the
    visitor does would come after all of them, and Streamlit closes a connection for which 500 messages wait.
    """

    def release(session: AppSession) -> None:
        now = asking(session)
        while now.held:
            if wait := now.bucket.seconds_to_wait(time.monotonic()):
                session._event_loop.call_later(wait, release, session)
                return
            carry_out(session, now.held.pop(next(iter(now.held))))

    def carry_out(session: AppSession, client_state: ClientState | None) -> None:
        turns().note(session.id, asking(session).address)
        request(session, client_state)

    @wraps(request)
    def wrapped(session: AppSession, client_state: ClientState | None) -> None:
        if client_state and client_state.is_auto_rerun and _is_behind(session):
            return
        now = asking(session)
        waits = bool(now.held)
        if not waits and not (wait := now.bucket.seconds_to_wait(time.monotonic())):
            carry_out(session, client_state)
        elif not client_state or not client_state.fragment_id or session.has_fragment(client_state.fragment_id):
            _hold(now, client_state)
            if not waits:
                session._event_loop.call_later(wait, release, session)

    return wrapped


def _is_behind(session: AppSession) -> bool:
    unsent = getattr(_client_of(session.id), "_send_queue", None)
    return unsent is not None and unsent.qsize() > UNSENT


def _hold(asking: Asking, client_state: ClientState | None) -> None:
    """Keep a request in place of the one before it for the same part of the page, whose presses it takes over."""
    part = client_state.fragment_id if client_state else ""
    if part in asking.held:
        older = asking.held.pop(part)
        asking.leave_out()
        if older and client_state:
            client_state = _with_presses(older, client_state)
    elif len(asking.held) == MOST_HELD:
        del asking.held[next(iter(asking.held))]
        asking.leave_out()
    asking.held[part] = client_state


def _with_presses(older: ClientState, newer: ClientState) -> ClientState:
    merged = ClientState()
    merged.CopyFrom(newer)
    if states := _coalesce_widget_states(older.widget_states, newer.widget_states):
        merged.widget_states.CopyFrom(states)
    return merged


def _address(session: str) -> str:
    """Where a tab's browser is, as far as the server knows; of all behind a proxy that does not tell, the proxy's."""
    return str(getattr(getattr(_client_of(session), "client_context", None), "remote_ip", None))


def _client_of(session: str) -> object:
    """What sends to the browser of a tab; None where that is gone."""
    info = get_instance()._session_mgr.get_active_session_info(session)
    return info and info.client


def _in_turn(run_callbacks: Callable[..., None]) -> Callable[..., None]:
    """A script's run begins with its callbacks: they wait for the page's turn."""

    @wraps(run_callbacks)
    def wrapped(state: SafeSessionState, *arguments: Any, **named: Any) -> None:
        _end_turn()
        context = get_script_run_ctx()
        if context and (known := asking_of.get(context.session_id)):
            _thread.turn = turns().take(context.session_id, known.address)
            known.waited = _thread.turn.waited
        run_callbacks(state, *arguments, **named)

    return wrapped


def _to_its_end(run_script: Callable[..., None]) -> Callable[..., None]:
    @wraps(run_script)
    def wrapped(runner: ScriptRunner, *arguments: Any, **named: Any) -> None:
        try:
            run_script(runner, *arguments, **named)
        finally:
            _end_turn()

    return wrapped


def _end_turn() -> None:
    turn: Turn | None = getattr(_thread, "turn", None)
    if turn:
        _thread.turn = None
        turns().give_back(turn)
