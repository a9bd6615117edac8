"""Workers: one framework in a process each, of which only the one that is measured runs."""

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
# All on the processor, nothing taken from an earlier run, and no more words than needed.
ENVIRONMENT = {
    "JAX_PLATFORMS": "cpu",
    "JAX_ENABLE_COMPILATION_CACHE": "false",
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


class WorkerError(Exception):
    """A worker ended before it answered; says which, and its last words."""


class Worker:
    """A framework that, once loaded, waits stopped to be asked. To be used in a `with`, which ends it.

    Stopped, because a framework's threads may go on looking for work after they have done theirs: PyTorch's do.
    Raises WorkerError where the process ends by itself.
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
        self._words: deque[str] = deque(maxlen=8)
        self._listener = Thread(target=self._words.extend, args=[self._errors], daemon=True)
        self._listener.start()

    def loaded(self) -> "Worker":
        """Itself, when the framework is loaded: before the first `ask`. Several may load at the same time."""
        self._answer()
        self._process.send_signal(signal.SIGSTOP)
        return self

    def ask(self, **command: Any) -> dict[str, Any]:
        """`ask(run=10)`: see worker.py for what there is to ask, and for the answers."""
        self._process.send_signal(signal.SIGCONT)
        with suppress(BrokenPipeError):  # where it has ended, the missing answer tells
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
        words = "".join(self._words).strip() or "It said nothing."
        raise WorkerError(f"The worker of {TITLES[self.framework]} ended (exit code {code}):\n{words}")

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._input, self._output, self._errors):
            with suppress(BrokenPipeError):
                pipe.close()


def fresh(framework: str, **command: Any) -> dict[str, Any]:
    """The answer of a worker that has done nothing before."""
    with Worker(framework) as worker:
        return worker.loaded().ask(**command)
