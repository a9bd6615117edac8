"""The process in which `executors.OneProcess` trains: reads pickled calls from stdin, writes pickled answers to stdout.

An answer is (result, None), or (None, the exception). The process ends when its input does.
"""

import os
import pickle
import signal
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO

NICENESS = "CNNPLAY_NICENESS"  # of the environment: 10, where unset, is that of the runs that somebody watches


def main() -> None:
    """Answer calls until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for whoever started it
    with suppress(OSError, AttributeError, ValueError):  # systems without priorities, a variable without a number
        os.nice(int(os.environ.get(NICENESS, "10")))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    calls: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, calls), daemon=True).start()
    while True:
        answers.write(_answer(*calls.get()))
        answers.flush()


def _listen(source: BinaryIO, calls: "SimpleQueue[Any]") -> None:
    """Read calls, also while one is under way: so the end of the input, and of whoever started this, is noticed."""
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            calls.put(pickle.load(source))
    os._exit(0)


def _answer(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((function(*args, **kwargs), None))
    except Exception as error:
        try:
            return pickle.dumps((None, error))
        except Exception:  # one that cannot be pickled
            return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))


if __name__ == "__main__":
    main()
