"""One framework in its own process: reads a JSON line {command: arguments}, executes it, answers with a JSON line.

    {"prepare": [network, batch]}             -> {"seconds": ...}   for training steps: compile, take one
    {"prepare_evaluation": [network, batch]}  -> {"seconds": ...}   for evaluations of the test images: the same
    {"run": times}                            -> {"seconds": ...}   steps or evaluations
    {"job": [...]}                            -> what the peer's function of that name returns

Its first line of output, {"seconds": ...}, means that the framework is loaded.
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
    """Answer commands until the input ends."""
    end_with_the_parent()
    use_few_cores()
    # What a framework prints goes to stderr, apart from the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    began = time.perf_counter()
    peer = importlib.import_module(f"benchmarks.peers.{framework}_step")
    answer = {"seconds": time.perf_counter() - began}
    run: Any = None
    print(json.dumps(answer), file=answers)
    for line in sys.stdin:
        ((command, arguments),) = json.loads(line).items()
        began = time.perf_counter()
        match command:
            case "prepare" | "prepare_evaluation":
                run = None  # frees the memory of the previous network
                run = getattr(peer, command)(*arguments)
                answer = {"seconds": time.perf_counter() - began}
            case "run":
                answer = {"seconds": run(arguments)}
            case _:
                answer = getattr(peer, command)(*arguments)
        print(json.dumps(answer), file=answers)


def end_with_the_parent() -> None:
    """End when the parent process ends, however it ends, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process handles Ctrl-C and ends its workers
    if sys.platform == "linux":
        # Without it, a stopped worker would outlive a parent that is killed.
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def use_few_cores() -> None:
    """The same cores for all: not every framework has a setting for its number of threads."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


if __name__ == "__main__":
    main(sys.argv[1])
