"""Workers: a process for each framework and Python; only the one being measured runs."""

import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from .settings import COLUMNS, OWN, TITLES

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


class Runner(NamedTuple):
    """A framework, and the Python interpreter to run it with: that of one of COLUMNS."""

    framework: str
    column: str = COLUMNS[0]
    python: str = sys.executable

    @property
    def name(self) -> str:
        """Its name in the results."""
        return name_in(self.framework, self.column)

    @property
    def title(self) -> str:
        return f"{TITLES[self.framework]} ({self.column})" if self.column != COLUMNS[0] else TITLES[self.framework]


def name_in(framework: str, column: str) -> str:
    """The name of a framework in the results: "cnnplay", "cnnplay-next"; that of a peer is the same for all columns."""
    return f"{framework}-{column}" if framework in OWN and column != COLUMNS[0] else framework


def runners(pythons: Mapping[str, str], *frameworks: str) -> list[Runner]:
    """The frameworks, each in every environment that has it. pythons: {column: interpreter}."""
    return [
        Runner(framework, column, python)
        for framework in frameworks
        for column, python in pythons.items()
        if column == COLUMNS[0] or framework in OWN
    ]


class Worker:
    """A framework in a process that is stopped between commands. A context manager, which ends the process.

    Stopped, because threads of a framework may spin while they wait for work, as PyTorch's do.
    Raises WorkerError if the process ends by itself.
    """

    def __init__(self, runner: Runner):
        self.runner = runner
        self._process = process = subprocess.Popen(
            [runner.python, "-m", "benchmarks.worker", runner.framework],
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
        self.answer()
        return self

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one command, as in `ask(run=10)`, and return the answer: see worker.py for both."""
        self.send(**command)
        return self.answer()

    def send(self, **command: Any) -> None:
        """The first half of `ask`: several workers may compute at once, where that is not measured."""
        self._process.send_signal(signal.SIGCONT)
        with suppress(BrokenPipeError):  # if it has ended, `answer` raises
            self._input.write(json.dumps(command) + "\n")
            self._input.flush()

    def answer(self) -> dict[str, Any]:
        """The second half of `ask`."""
        if line := self._output.readline():
            self._process.send_signal(signal.SIGSTOP)
            return json.loads(line)
        code = self._process.wait()
        self._listener.join()
        output = "".join(self._last_lines).strip() or "It wrote nothing."
        raise WorkerError(f"The worker of {self.runner.title} ended (exit code {code}):\n{output}")

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._input, self._output, self._errors):
            with suppress(BrokenPipeError):
                pipe.close()


@contextmanager
def loaded_workers(chosen: Sequence[Runner]) -> Iterator[list[Worker]]:
    """A worker for each runner; they load at the same time."""
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(runner)) for runner in chosen]
        yield [worker.loaded() for worker in workers]


def ask_fresh(runner: Runner, **command: Any) -> dict[str, Any]:
    """The answer of a new worker."""
    with Worker(runner) as worker:
        return worker.loaded().ask(**command)
