"""The app's server with an observer beside it: `python -m benchmarks.load.server PORT`.

It is the server that `streamlit run` starts. For each line of its input it writes a line of JSON:

    {"sessions": [ids of the sessions in memory, open or closed],
     "trained": [{"network", "batch", "seed", "seconds": of its own turns}]}

and it ends when its input ends, so that it never outlives who started it.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakSet

from streamlit.runtime.app_session import AppSession
from streamlit.web import bootstrap

from cnnplay.engine.engine import Engine
from cnnplay.engine.run import RunView

from .process import options

APP = Path(__file__).parents[2] / "streamlit_app.py"

lock = threading.Lock()
sessions: "WeakSet[AppSession]" = WeakSet()
started: dict[str, Engine] = {}  # by the run's id, the engine that trains it


def main(port: int) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what Streamlit prints must not come between the answers
    AppSession.__init__ = _seen(AppSession.__init__)  # type: ignore[method-assign]
    Engine.start = _noted(Engine.start)  # type: ignore[method-assign]
    threading.Thread(target=_answer, args=[answers], daemon=True).start()
    flags = {name.replace(".", "_"): value for name, value in options(port).items()}
    bootstrap.load_config_options(flag_options=flags)
    bootstrap.run(str(APP), False, [], flags)


def _seen(begin: Any) -> Any:
    @wraps(begin)
    def wrapped(self: AppSession, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        with lock:
            sessions.add(self)

    return wrapped


def _noted(start: Any) -> Any:
    @wraps(start)
    def wrapped(self: Engine, *arguments: Any, **named: Any) -> str:
        run: str = start(self, *arguments, **named)
        with lock:
            started[run] = self
        return run

    return wrapped


def _trained() -> Iterator[dict[str, Any]]:
    """What each run that is still kept has had of the time."""
    with lock:
        runs = list(started.items())
    for run, engine in runs:
        with suppress(KeyError):
            yield _said(engine.view(run))


def _said(view: RunView) -> dict[str, Any]:
    config = view.config
    network = str(view.architecture)
    return {"network": network, "batch": config.batch_size, "seed": config.seed, "seconds": view.seconds}


def _answer(answers: Any) -> None:
    for _ in sys.stdin:
        with lock:
            there = [session.id for session in sessions]
        print(json.dumps({"sessions": there, "trained": list(_trained())}), file=answers)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]))
