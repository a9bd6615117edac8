"""The app's server with an observer beside it: `python -m benchmarks.load.server PORT`.

It is the server that `streamlit run` starts. For each line of its input it writes a line of JSON:

    {"sessions": [ids of the sessions in memory, open or closed],
     "trained": [{"network", "batch", "seed", "seconds": in training steps and evaluations}]}

and it ends when its input ends, so that it never outlives who started it.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakSet

from streamlit.runtime.app_session import AppSession
from streamlit.web import bootstrap

from cnnplay.training import Trainer

from .process import options

APP = Path(__file__).parents[2] / "streamlit_app.py"

KEYS = "network", "batch", "seed", "seconds"

lock = threading.Lock()
sessions: "WeakSet[AppSession]" = WeakSet()
trained: dict[tuple[str, int, int], float] = defaultdict(float)


def main(port: int) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what Streamlit prints must not come between the answers
    AppSession.__init__ = _seen(AppSession.__init__)  # type: ignore[method-assign]
    Trainer.advance = _timed(Trainer.advance)  # type: ignore[method-assign]
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


def _timed(advance: Any) -> Any:
    @wraps(advance)
    def wrapped(self: Trainer, *arguments: Any, **named: Any) -> None:
        began = time.perf_counter()
        try:
            advance(self, *arguments, **named)
        finally:
            with lock:
                trained[str(self.architecture), self.config.batch_size, self.config.seed] += time.perf_counter() - began

    return wrapped


def _answer(answers: Any) -> None:
    for _ in sys.stdin:
        with lock:
            there = [session.id for session in sessions]
            runs = [dict(zip(KEYS, (*run, seconds), strict=True)) for run, seconds in trained.items()]
        print(json.dumps({"sessions": there, "trained": runs}), file=answers)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]))
