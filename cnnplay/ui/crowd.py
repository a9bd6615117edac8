"""What keeps one visitor from slowing the others: turns of the pages, a bound on what a tab asks for, and on all tabs.

Each is told on the page where it makes a visitor wait. `limits.py` has the numbers.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import exists, get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.safe_session_state import SafeSessionState

from ..caching import once
from ..engine.limits import LIMITS
from ..words import counted
from .navigation import navigation
from .session import has_begun
from .turns import Bucket, Turn, Turns

LONG = 2.0  # seconds of waiting that a visitor is told of
RECENT = 2.0  # seconds after a request was left out in which the page says so: a run that is interrupted says nothing


@dataclass(eq=False)
class Asking:
    """What a tab asks for.

    held: the newest request beyond the bound. left_out: how many it has replaced, the last one at `beyond`.
    waited: seconds that the page waited for its turn.
    """

    bucket: Bucket
    address: str
    held: list[ClientState | None] = field(default_factory=list)
    left_out: int = 0
    beyond: float = 0.0
    waited: float = 0.0


_asking: WeakKeyDictionary[AppSession, Asking] = WeakKeyDictionary()
_by_id: dict[str, Asking] = {}
_thread = threading.local()  # .turn: that of the page which this thread draws


@once
def keep_shares() -> None:
    """Hold all tabs of this process to their shares. To be called after `reruns.correct_streamlit`."""
    replaced = (
        (AppSession, "request_rerun", _bounded(AppSession.request_rerun)),
        (SafeSessionState, "on_script_will_rerun", _in_turn(SafeSessionState.on_script_will_rerun)),
        (ScriptRunner, "_run_script", _to_its_end(ScriptRunner._run_script)),
    )
    for owner, name, method in replaced:
        setattr(owner, name, method)


@once
def turns() -> Turns:
    """Those of all pages of this process."""
    return Turns(LIMITS.drawn_at_once)


def asking_of(session: AppSession) -> Asking:
    """What is known of a tab; of a new one nothing."""
    if session not in _asking:
        bucket = Bucket(LIMITS.asks_a_second, time.monotonic())
        _asking[session] = _by_id[session.id] = Asking(bucket, _address(session.id))
        for gone in _by_id.keys() - {known.id for known in _asking}:
            del _by_id[gone]
    return _asking[session]


def _bounded(request: Callable[[AppSession, Any], None]) -> Callable[..., None]:
    """Of requests beyond the rate only the newest is kept, until it may pass: nobody asks so often by hand."""

    def release(session: AppSession) -> None:
        asking = _asking[session]
        if wait := asking.bucket.seconds_to_wait(time.monotonic()):
            session._event_loop.call_later(wait, release, session)
        else:
            carry_out(session, asking.held.pop())

    def carry_out(session: AppSession, client_state: ClientState | None) -> None:
        turns().note(session.id, _asking[session].address)
        request(session, client_state)

    @wraps(request)
    def wrapped(session: AppSession, client_state: ClientState | None) -> None:
        asking = asking_of(session)
        if asking.held:
            asking.held[:] = [client_state]
            asking.left_out, asking.beyond = asking.left_out + 1, time.monotonic()
        elif wait := asking.bucket.seconds_to_wait(time.monotonic()):
            asking.held.append(client_state)
            session._event_loop.call_later(wait, release, session)
        else:
            carry_out(session, client_state)

    return wrapped


def _address(session: str) -> str:
    """Where a tab's browser is, as far as the server knows; of all behind a proxy that does not tell, the proxy's."""
    info = get_instance()._session_mgr.get_active_session_info(session)
    return str(getattr(info and info.client, "remote_ip", None))


def _in_turn(run_callbacks: Callable[..., None]) -> Callable[..., None]:
    """A script's run begins with its callbacks: they wait for the page's turn."""

    @wraps(run_callbacks)
    def wrapped(state: SafeSessionState, *arguments: Any, **named: Any) -> None:
        _end_turn()
        context = get_script_run_ctx()
        if context and (asking := _by_id.get(context.session_id)):
            _thread.turn = turns().take(context.session_id, asking.address)
            asking.waited = _thread.turn.waited
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


def turn_away() -> None:
    """Where the server has all the tabs that it takes, a new one gets a sentence, and nothing else."""
    if not has_begun() and (tabs := _open_tabs()) > LIMITS.tabs:
        navigation()
        st.error(
            f"This server is full: {counted(tabs - 1, 'page')} are open on it, and it keeps {LIMITS.tabs:,} at a time. "
            "Close tabs of this app that you do not need, and reload the page in a minute.",
            icon=":material/group:",
        )
        st.stop()


def _open_tabs() -> int:
    """How many tabs have asked for a page and are still connected, this one included."""
    return sum(map(get_instance().is_active_session, list(_by_id))) if exists() else 0


def tell() -> None:
    """Say that this page has waited, or that its tab has asked for more than it gets."""
    context = get_script_run_ctx()
    asking = _by_id.get(context.session_id) if context else None
    for sentence in _sentences(asking) if asking else ():
        st.toast(sentence, icon=":material/hourglass_top:", duration="long")


def _sentences(asking: Asking) -> Iterator[str]:
    if asking.left_out and time.monotonic() - asking.beyond < max(RECENT, 2 * asking.waited):
        yield (
            f"This tab asked for more than {LIMITS.asks_a_second:g} answers a second, so {asking.left_out:,} of its "
            "requests were left out: the newest one counts."
        )
    if asking.waited > LONG:
        yield (
            f"This page waited {counted(round(asking.waited), 'second')} for its turn: many pages ask at once, and "
            "those that ask least are answered first."
        )
