"""The server of `streamlit run` in this process, with an observer: for each line of input it writes a line of JSON.

It ends when its input ends, so it never outlives the process that started it.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from weakref import WeakSet

Answer = Callable[[str, Sequence[Any]], object]  # of a line and the sessions in memory, open or closed


def serve(port: int, answer: Answer) -> None:
    """Serve the app until the input ends. A caller may have replaced the clock before."""
    from .process import serve_app

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what Streamlit prints goes to stderr, apart from the answers
    threading.Thread(target=_answer_all, args=[answers, answer, _recorded_sessions()], daemon=True).start()
    serve_app(port)


def _recorded_sessions() -> Callable[[], Sequence[Any]]:
    """Gives the sessions of this process that are in memory."""
    from streamlit.runtime.app_session import AppSession

    lock, sessions = threading.Lock(), WeakSet[Any]()
    begin: Any = AppSession.__init__

    @wraps(begin)
    def wrapped(self: Any, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        with lock:
            sessions.add(self)

    def now() -> Sequence[Any]:
        with lock:
            return list(sessions)

    AppSession.__init__ = wrapped  # type: ignore[method-assign]
    return now


def _answer_all(answers: Any, answer: Answer, sessions: Callable[[], Sequence[Any]]) -> None:
    try:
        for line in sys.stdin:
            print(json.dumps(answer(line, sessions())), file=answers)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
