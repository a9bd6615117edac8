"""Workers: a process for each framework; only the one being measured runs."""

import json
import os
import signal
import subprocess
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from .settings import TITLES

ROOT = Path(__file__).parents[1]
# CPU only, no cache from an earlier run, few messages.
ENVIRONMENT = {
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_COMPILATION_CACHE": "false",
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


class WorkerError(Exception):
    """A worker ended before it answered. The message names it and ends with its last output."""


class Worker:
    """A framework in a process that is stopped between commands. A context manager, which ends the process.

    Stopped, because threads of a framework may spin while they wait for work, as PyTorch's do.
    Raises WorkerError if the process ends by itself.
    """

    def __init__(self, framework: str):
        self.framework = framework
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", framework],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | ENVIRONMENT,
        )
        assert process.stdin and process.stdout and process.stderr
        self._input, self._output, self._errors = process.stdin, process.stdout, process.stderr
        self._last_lines: deque[str] = deque(maxlen=8)
        self._listener = Thread(target=self._last_lines.extend, args=[self._errors], daemon=True)
        self._listener.start()

    def loaded(self) -> "Worker":
        """Wait until the framework is loaded, before the first `ask`; return the worker. Several may load at once."""
        self._answer()
        self._process.send_signal(signal.SIGSTOP)
        return self

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one command, as in `ask(run=10)`, and return the answer: see worker.py for both."""
        self._process.send_signal(signal.SIGCONT)
        with suppress(BrokenPipeError):  # if it has ended, _answer raises
            self._input.write(json.dumps(command) + "\n")
            self._input.flush()
        answer = self._answer()
        self._process.send_signal(signal.SIGSTOP)
        return answer

    def _answer(self) -> dict[str, Any]:
        if line := self._output.readline():
            return json.loads(line)
        code = self._process.wait()
        self._listener.join()
        output = "".join(self._last_lines).strip() or "It wrote nothing."
        raise WorkerError(f"The worker of {TITLES[self.framework]} ended (exit code {code}):\n{output}")

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._input, self._output, self._errors):
            with suppress(BrokenPipeError):
                pipe.close()


def ask_fresh(framework: str, **command: Any) -> dict[str, Any]:
    """The answer of a new worker."""
    with Worker(framework) as worker:
        return worker.loaded().ask(**command)
