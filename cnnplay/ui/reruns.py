"""Every press is answered: two corrections of the order in which Streamlit 1.67 takes the requests of a tab.

A tab asks for script runs, of the whole page or of a fragment, and one thread after another carries them out. In two
moments Streamlit loses what was asked for. Both are short, and long on a slow machine with many visitors.

1. A thread has ended, and its last messages still wait for the server's event loop. A request that comes now starts the
   next thread, and Streamlit drops the messages of the one before: the answer to a press is never drawn where the timer
   of a fragment comes in between (`AppSession._handle_scriptrunner_event_on_event_loop`).
2. A run has begun and its callbacks have not ended. A request that comes now interrupts it, and with it the press that
   it was to carry out (`ScriptRunner._maybe_handle_execution_control_request`).

A third such moment, in which a thread is replaced before it has begun, is not there with `runner.fastReruns = false`.
"""

import threading
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state.safe_session_state import SafeSessionState

from ..caching import once
from .streamlit_details import replace

LOOK_AGAIN = 0.005  # seconds until a thread that has ended is looked at again

Create = Callable[[AppSession, RerunData], None]

_waiting: WeakKeyDictionary[AppSession, deque[RerunData]] = WeakKeyDictionary()
_thread = threading.local()  # .in_callbacks: whether this thread carries out callbacks


@once
def correct_streamlit() -> None:
    """Correct both, for all sessions of this process."""
    replace(AppSession, "_create_scriptrunner", _after_the_last_messages)
    replace(SafeSessionState, "on_script_will_rerun", _in_callbacks)
    replace(ScriptRunner, "_maybe_handle_execution_control_request", _not_in_callbacks)


def _after_the_last_messages(create: Create) -> Create:
    """A thread is created for a request where there is none, or the last has ended.

    In the second case the request waits, and with it those that follow, until all messages are on their way.
    """

    def carry_on(session: AppSession) -> None:
        waiting = _waiting[session]
        while waiting and session._state is not AppSessionState.SHUTDOWN_REQUESTED:
            if session._scriptrunner is None:
                create(session, waiting.popleft())
            elif session._scriptrunner.request_rerun(waiting[0]):
                waiting.popleft()
            else:  # it has ended, and has not been seen to end yet
                session._event_loop.call_later(LOOK_AGAIN, carry_on, session)
                return

    @wraps(create)
    def wrapped(session: AppSession, request: RerunData) -> None:
        waiting = _waiting.setdefault(session, deque())
        waiting.append(request)
        if len(waiting) == 1 or session._scriptrunner is None:
            carry_on(session)

    return wrapped


def _in_callbacks(run_callbacks: Callable[..., None]) -> Callable[..., None]:
    @wraps(run_callbacks)
    def wrapped(state: SafeSessionState, *arguments: Any, **named: Any) -> None:
        _thread.in_callbacks = True
        try:
            run_callbacks(state, *arguments, **named)
        finally:
            _thread.in_callbacks = False

    return wrapped


def _not_in_callbacks(interrupt: Callable[[ScriptRunner], None]) -> Callable[[ScriptRunner], None]:
    @wraps(interrupt)
    def wrapped(runner: ScriptRunner) -> None:
        if not getattr(_thread, "in_callbacks", False):
            interrupt(runner)

    return wrapped
