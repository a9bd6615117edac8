"""`python -m benchmarks.pressure`: copies large arrays without pause, as a neighbour on a shared machine may.

The process takes its share of the cores, and of the way to memory, from whatever is measured beside it.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from .conduct import ROOT, WorkerError
from .worker import end_with_the_parent, use_few_cores

MEGABYTES = 100  # of an array


class Copier:
    """The process, stopped but for the times of `running`. A context manager, which ends it. Raises WorkerError."""

    def __enter__(self) -> "Copier":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.pressure"], stdout=subprocess.PIPE, cwd=ROOT, text=True
        )
        assert self._process.stdout
        if not self._process.stdout.readline():
            raise WorkerError(f"The process that copies arrays ended (exit code {self._process.wait()}).")
        self._process.send_signal(signal.SIGSTOP)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()  # so that its time counts as ours, not as that of other processes
        assert self._process.stdout
        self._process.stdout.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGSTOP)
            if self._process.poll() is not None:
                raise WorkerError(f"The process that copies arrays ended (exit code {self._process.returncode}).")


def copy_without_pause() -> NoReturn:
    import numpy as np

    end_with_the_parent()
    use_few_cores()
    one, other = (np.ones(MEGABYTES * 1_000_000, np.uint8) for _ in range(2))
    print("ready", flush=True)
    while True:
        np.copyto(one, other)


if __name__ == "__main__":
    copy_without_pause()
