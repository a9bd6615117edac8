"""The app with an observer of all runs and visits: `python -m benchmarks.soak.server PORT`.

It answers each line with (see ../load/observer.py):

    {"runs": {id: {"visit", "number", "net", "seed", "status", "step", "total", "epochs": [[step, loss, accuracy]],
                   "last": [[step, loss]] of the newest rows}},
     "visits": {id of a session: {"visit", "token", "run", "net"}}}

A line "clock 3600" first moves the process's wall clock on by so many seconds. A signal SIGUSR1 has it log what all
its threads do.
"""

import faulthandler
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from ..load.observer import serve

TAIL = 40  # rows of a run's history

_wall_clock = time.time
_shift = 0.0


def main(port: int) -> None:
    time.time = lambda: _wall_clock() + _shift
    faulthandler.register(signal.SIGUSR1)  # the stacks of all threads go to the log
    # Before the observer's thread could: two threads that import the same packages can each find half of them.
    import_module("cnnplay.engine.engine")
    serve(port, answer)


def answer(line: str, sessions: Sequence[Any]) -> dict[str, Any]:
    _move_clock(line)
    return {"runs": _runs(), "visits": _visits(sessions)}


def _move_clock(line: str) -> None:
    global _shift
    if line.startswith("clock "):
        _shift += float(line.removeprefix("clock "))


def _runs() -> dict[str, dict[str, Any]]:
    from cnnplay.engine.engine import shared_engine

    engine = shared_engine()
    with engine._changed:
        owners = {id: run.visit for id, run in engine._runs.items()}
    found = {}
    for id, visit in owners.items():
        with suppress(KeyError):  # it is removed just now
            found[id] = {"visit": visit, **_as_json(engine.view(id))}
    return found


def _as_json(view: Any) -> dict[str, Any]:
    record = view.history.record
    return {
        "number": view.number,
        "net": str(view.architecture),
        "seed": view.config.seed,
        "status": view.status,
        "step": view.step,
        "total": view.total_steps,
        "epochs": [[each.step, each.test.loss, each.test.accuracy] for each in view.history.epochs],
        "last": [[int(step), float(loss)] for step, loss in zip(record.step[-TAIL:], record.loss[-TAIL:], strict=True)],
    }


def _visits(sessions: Sequence[Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for each in sessions:
        with suppress(KeyError, RuntimeError):  # it has not begun, or changes just now
            held = each.session_state["session"]
            found[each.id] = {"visit": held.visit, "token": held.token, "run": held.run, "net": held.choice.net}
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]))
