"""Where the runs of experiments train: a process of low priority here, a thread, or the workers of a Dask cluster.

CNNPLAY_EXECUTOR names it: unset, "process" or "thread", or the address of a scheduler, "tcp://host:8786". In code, any
`concurrent.futures.Executor` will do: one task is a call of `tasks.train_epoch`.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

import psutil

from ..caching import once
from ..machine import memory_of_machine
from .cluster import Cluster, ClusterPlace, cluster
from .place import Place
from .settings import ExperimentError

T = TypeVar("T")
Call: TypeAlias = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
Task: TypeAlias = tuple[Future[Any], Call]

VARIABLE = "CNNPLAY_EXECUTOR"
IDLE = 300.0  # seconds without a task until the process ends
# Every network that is compiled leaves some memory behind: with more bytes, after as many tasks, a new process begins.
MOST_MEMORY, RENEW_AFTER = 1_000_000_000, 20
PROCESS_BYTES = 450_000_000  # of a process that has loaded JAX and the images, measured
ROOT = Path(__file__).parents[2]  # where `cnnplay` is imported from
ENOUGH_MEMORY = 2_000_000_000  # bytes of the machine: with less, a second process with JAX does not fit beside the app
SCHEMES = ("tcp://", "tls://", "ucx://", "ws://", "wss://")


class OneProcess(Executor):
    """A process of low priority of its own, started with the first task, and anew where it has died.

    It is a new interpreter and no copy of this process: a fork of a process in which JAX has threads would hang, and
    what `multiprocessing` spawns runs the main script again, which under Streamlit is a page. It ends with this
    process, and after `idle` seconds without a task, so that its memory is free again.
    """

    def __init__(self, idle: float = IDLE, most_memory: int = MOST_MEMORY, renew_after: int = RENEW_AFTER) -> None:
        self._idle, self._most_memory, self._renew_after = idle, most_memory, renew_after
        self._lock, self._done = threading.Lock(), 0  # tasks of the process
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, None where there is none."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("This executor was shut down.")
            self._tasks.put((future, (function, args, kwargs)))
            if self._thread is None:  # a daemon: it must not keep the app from ending
                self._thread = threading.Thread(target=self._work, name="cnnplay-experiments", daemon=True)
                self._thread.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the process after the tasks that were submitted, or after the one that runs."""
        with self._lock:
            self._closed = True
            while cancel_futures and not self._tasks.empty():
                if task := self._tasks.get():
                    task[0].cancel()
            self._tasks.put(None)
        if wait and self._thread:
            self._thread.join()

    def _work(self) -> None:
        """Hand over one task after the other."""
        while True:
            try:
                task = self._tasks.get(timeout=self._idle)
            except Empty:
                self._end()
                continue
            if task is None:
                return self._end()
            future, call = task
            if future.set_running_or_notify_cancel():
                self._run(future, call)
                self._renew()

    def _run(self, future: Future[Any], call: Call) -> None:
        try:
            result, error = self._ask(call)
        except Exception as lost:
            result, error = None, lost
        future.set_exception(error) if error else future.set_result(result)

    def _ask(self, call: Call) -> tuple[Any, BaseException | None]:
        if self.pid is None:
            self._end()
            self._process, self._done = _begin(), 0
        process = self._process
        assert process and process.stdin and process.stdout
        task = pickle.dumps(call)
        try:
            process.stdin.write(task)
            process.stdin.flush()
            answer: tuple[Any, BaseException | None] = pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._end()
            raise BrokenExecutor("The process that trains has ended.") from error
        return answer

    def _renew(self) -> None:
        """End a process that has become too large: the next task begins a new one."""
        self._done += 1
        if self._done >= self._renew_after and (pid := self.pid):
            with suppress(psutil.Error):  # it has ended by itself
                if psutil.Process(pid).memory_info().rss > self._most_memory:
                    self._end()

    def _end(self) -> None:
        if process := self._process:
            process.kill()
            process.__exit__(None, None, None)  # closes the pipes and waits
            self._process = None


def _begin() -> "subprocess.Popen[bytes]":
    """A new interpreter that does tasks: see worker.py."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-m", f"{__package__}.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
    )


def local_process() -> Place:
    where = "one process of low priority on this machine"
    return Place(OneProcess(), 1, where, trainer="the process that trains", bytes=PROCESS_BYTES)


def local_thread() -> Place:
    """A thread of this process: it needs no memory of its own, and slows the pages more."""
    executor = ThreadPoolExecutor(1, "cnnplay-experiments")
    return Place(executor, 1, "a thread of the app", trainer="the thread that trains")


LOCAL: Mapping[str, Callable[[], Place]] = {"process": local_process, "thread": local_thread}


def place_named(name: str | None) -> Place:
    """The place of that name, or of a scheduler's address. Raises ExperimentError where there is none."""
    name = (name or "").strip() or ("process" if memory_of_machine() >= ENOUGH_MEMORY else "thread")
    if name in LOCAL:
        return LOCAL[name]()
    if name.startswith(SCHEMES):
        return cluster(name)
    raise ExperimentError(
        f"{VARIABLE} is {name[:60]!r}; it may be {', '.join(LOCAL)}, or the address of a Dask scheduler, as in "
        "tcp://localhost:8786."
    )


@once
def shared_cluster() -> Cluster | None:
    """The cluster that the environment names; None where it names none. It need not be there yet."""
    name = os.environ.get(VARIABLE, "").strip()
    return Cluster(name) if name.startswith(SCHEMES) else None


@once
def shared_place() -> Place:
    """Where this process's experiments run. Raises ExperimentError where the environment names no place."""
    if found := shared_cluster():
        return ClusterPlace(found)
    return place_named(os.environ.get(VARIABLE))
