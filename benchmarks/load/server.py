"""The app with an observer of its sessions and trainings: `python -m benchmarks.load.server PORT`.

Whatever line it is asked with, it answers (see observer.py):

    {"sessions": [ids of the sessions in memory, open or closed],
     "trained": [{"network", "batch", "seed", "seconds": of training, "status", "accuracy": on the test images}]}
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any

from cnnplay.engine.engine import Engine
from cnnplay.engine.run import RunView

from .observer import serve

lock = threading.Lock()
started: dict[str, Engine] = {}  # run id: its engine


def main(port: int) -> None:
    Engine.start = _record_run(Engine.start)  # type: ignore[method-assign]
    serve(port, answer)


def answer(line: str, sessions: Sequence[Any]) -> dict[str, Any]:
    return {"sessions": [session.id for session in sessions], "trained": list(_trained())}


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


if __name__ == "__main__":
    main(int(sys.argv[1]))
