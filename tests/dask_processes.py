"""Real `dask scheduler` and `dask worker` processes on loopback, for tests."""

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUIET = ("--host", "127.0.0.1", "--no-dashboard")


class DaskProcesses:
    """A scheduler, which may be killed and started again at its address, and its workers."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = None
        self._started = []

    def start_scheduler(self, **environment):
        self.scheduler = self._start("scheduler", "--port", str(self.port), "--no-show", *QUIET, **environment)

    def start_worker(self, folder=ROOT, threads=1):
        """With the modules of a folder: `python -m` finds them there. Without a nanny: a killed worker stays dead."""
        return self._start("worker", self.address, "--nthreads", str(threads), "--no-nanny", *QUIET, folder=folder)

    def start(self, workers=1):
        self.start_scheduler()
        return [self.start_worker() for _ in range(workers)]

    def end(self):
        for process in self._started:
            process.kill()
            process.wait()

    def _start(self, kind, *arguments, folder=ROOT, **environment):
        environment |= {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._started.append(process)
        return process


def kill(process):
    """As `kill -9` does."""
    process.kill()
    process.wait()
