"""One framework in a process of its own: reads a JSON line {what: given}, does it, answers with a JSON line.

    {"prepare": [network, batch]} -> {"seconds": ...}   make ready for steps: compile, take one
    {"run": steps}                -> {"seconds": ...}
    {"job": [...]}                -> what the peer's function of that name returns

The first line it writes says that the framework is loaded.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
import time
from typing import Any

from .settings import THREADS

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in Linux's prctl


def main(framework: str) -> None:
    """Serve until the input ends."""
    _belong_to_the_conductor()
    # What a framework prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    began = time.perf_counter()
    peer = importlib.import_module(f"benchmarks.peers.{framework}_step")
    answer = {"seconds": time.perf_counter() - began}
    run: Any = None
    print(json.dumps(answer), file=answers)
    for line in sys.stdin:
        ((what, given),) = json.loads(line).items()
        began = time.perf_counter()
        match what:
            case "prepare":
                run = None  # the memory of the network before
                run = peer.prepare(*given)
                answer = {"seconds": time.perf_counter() - began}
            case "run":
                answer = {"seconds": run(given)}
            case _:
                answer = getattr(peer, what)(*given)
        print(json.dumps(answer), file=answers)


def _belong_to_the_conductor() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's, who ends its workers
    if sys.platform == "linux":
        # A worker that is stopped would wait for ever if the conductor were killed.
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        # The same cores for everyone: not every framework can be told how many threads to use.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


if __name__ == "__main__":
    main(sys.argv[1])
