"""The server of `streamlit run`, with an observer: `python -m benchmarks.load.server PORT`.

For each line of input it writes a line of JSON:

    {"sessions": [ids of the sessions in memory, open or closed],
     "trained": [{"network", "batch", "seed", "seconds": of training, "status", "accuracy": on the test images}]}

It ends when its input ends, so it never outlives the process that started it.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import wraps
from typing import Any
from weakref import WeakSet

from streamlit.runtime.app_session import AppSession

from cnnplay.engine.engine import Engine
from cnnplay.engine.run import RunView

from .process import serve_app

lock = threading.Lock()
sessions: "WeakSet[AppSession]" = WeakSet()
started: dict[str, Engine] = {}  # run id: its engine


def main(port: int) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what Streamlit prints goes to stderr, apart from the answers
    AppSession.__init__ = _record_session(AppSession.__init__)  # type: ignore[method-assign]
    Engine.start = _record_run(Engine.start)  # type: ignore[method-assign]
    threading.Thread(target=_answer, args=[answers], daemon=True).start()
    serve_app(port)


def _record_session(begin: Any) -> Any:
    @wraps(begin)
    def wrapped(self: AppSession, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        with lock:
            sessions.add(self)

    return wrapped


def _record_run(start: Any) -> Any:
    @wraps(start)
    def wrapped(self: Engine, *arguments: Any, **named: Any) -> str:
        run: str = start(self, *arguments, **named)
        with lock:
            started[run] = self
        return run

    return wrapped


def _trained() -> Iterator[dict[str, Any]]:
    """The training time of each run that the engine still has."""
    with lock:
        runs = list(started.items())
    for run, engine in runs:
        with suppress(KeyError):
            yield _as_json(engine.view(run))


def _as_json(view: RunView) -> dict[str, Any]:
    config = view.config
    network = str(view.architecture)
    accuracy = view.history.epochs[-1].test.accuracy if view.history.epochs else None
    return {
        "network": network,
        "batch": config.batch_size,
        "seed": config.seed,
        "seconds": view.seconds,
        "status": view.status,
        "accuracy": accuracy,
    }


def _answer(answers: Any) -> None:
    for _ in sys.stdin:
        with lock:
            there = [session.id for session in sessions]
        print(json.dumps({"sessions": there, "trained": list(_trained())}), file=answers)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]))
