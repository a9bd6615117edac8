"""A Dask cluster as the place where tasks run (https://docs.dask.org, docs/cluster.md).

The cluster may come and go. A task waits while there is no scheduler or no worker that would do, and is sent again
where one was lost: it is a function of its arguments, so it gives the same wherever and however often it runs.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from .place import Place, Speed
from .settings import ExperimentError
from .tasks import prepare
from .versions import verdict, versions

T = TypeVar("T")

PATIENCE = 10.0  # seconds until a scheduler counts as out of reach
ATTEMPT = 3.0  # seconds of one attempt to connect
ANSWER, CHECKS = 30.0, 4  # seconds in which a new worker answers, and how many are asked at a time
LOOK_EVERY = 0.5  # seconds from one look at the workers to the next
MOST_MOVES = 3  # workers that a task may lose before it counts as the cause
LARGE_TASK = "1 GB"  # of which Dask warns: the state of a large network is no mistake

LOST = (
    "The workers that trained this ended one after another, perhaps for want of memory. Take a smaller batch, or a "
    "network with fewer values."
)

log = logging.getLogger(__name__)


class LostWorkersError(ExperimentError):
    """Several workers in a row ended while they trained the same task."""


@dataclass(eq=False)
class _Task:
    """A call for a worker. outer: what its caller holds. inner: of Dask, while the task is with a scheduler.

    workers: those that may run it. wanted: the one that shall, where it is there.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]
    wanted: str | None = None
    priority: int = 0
    outer: "Future[Any]" = field(default_factory=Future)
    inner: "Future[Any] | None" = None
    workers: tuple[str, ...] = ()
    moves: int = 0


class Cluster(Executor):
    """The workers of a scheduler that train as this process does. A thread keeps the connection.

    problem: why nothing can train now, in a sentence; None where it can.
    Raises ExperimentError where the package `distributed` is not installed.
    """

    def __init__(self, address: str):
        try:
            import dask
            from distributed.utils import LoopRunner
        except ImportError:
            raise ExperimentError(
                "A cluster needs the package `distributed`: pip install -r requirements-cluster.txt"
            ) from None
        dask.config.set({"distributed.admin.large-graph-warning-threshold": LARGE_TASK})
        self.address = address
        self.problem: str | None = f"No scheduler answers at {address[:60]}."
        self._changed = threading.Condition(threading.RLock())
        self._tasks: dict[Future[Any], _Task] = {}
        self._workers: dict[str, int] = {}
        self._verdicts: dict[str, str | None] = {}  # of each worker: why it is left out
        self._asked: set[str] = set()  # the workers that have not answered yet
        self._client: Any = None
        self._looked = self._closed = self._hopeless = self._new_verdicts = False
        self._checked = False  # whether somebody waits in `check`, who is told the problem and need not read it twice
        self._versions = versions()
        self._results = ThreadPoolExecutor(1, "cnnplay-cluster-results")
        self._checks = ThreadPoolExecutor(CHECKS, "cnnplay-cluster-checks")
        self._loop = LoopRunner(asynchronous=False)
        self._loop.start()  # type: ignore[no-untyped-call]
        threading.Thread(target=self._watch, name="cnnplay-cluster", daemon=True).start()

    @property
    def workers(self) -> Mapping[str, int]:
        """Threads of each worker that will do, by its address."""
        with self._changed:
            return dict(self._workers)

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Call it on any worker."""
        return self._add(_Task(function, args, kwargs))

    def submit_to(self, worker: str, function: Callable[..., T], /, *args: Any) -> "Future[T]":
        """Call it on this worker, before what others wait for there; elsewhere, where the worker is gone."""
        return self._add(_Task(function, args, {}, worker, priority=1))

    def check(self, seconds: float = PATIENCE) -> None:
        """Wait for the scheduler. Raises ExperimentError where none answers, or where all its workers are left out."""
        with self._changed:
            self._checked = True
            self._changed.wait_for(lambda: self._looked or self._hopeless, seconds)
            self._checked = False
            if self.problem and (not self._looked or self._verdicts):
                raise ExperimentError(self.problem)
            if self.problem:
                log.warning(self.problem)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._changed:
            self._closed = True
            futures = list(self._tasks)
            self._changed.notify_all()
        for future in futures:
            if cancel_futures:
                future.cancel()
            elif wait:
                with suppress(Exception):
                    future.exception()
        self._drop_client()
        self._checks.shutdown(wait=False, cancel_futures=True)
        self._results.shutdown(wait=False)  # Dask's loop stays: clients that are garbage close themselves in it

    def _add(self, task: _Task) -> "Future[Any]":
        with self._changed:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._tasks[task.outer] = task
            failed = self._send([task])
        task.outer.add_done_callback(self._forget)
        _fail(failed)
        return task.outer

    def _send(self, tasks: Iterable[_Task]) -> list[tuple[_Task, Exception]]:
        """Give tasks to the scheduler; without it or without workers they wait. Returns those that cannot be sent."""
        if not (self._client and self._workers):
            return []
        failed, executor = [], self._client.get_executor(pure=False)
        for task in tasks:
            task.workers = (task.wanted,) if task.wanted in self._workers else tuple(self._workers)
            options = {**task.named, "workers": list(task.workers), "priority": task.priority}
            try:
                task.inner = executor.submit(task.function, *task.arguments, **options)
            except Exception as error:  # the connection is lost, and it waits; or what is sent cannot be pickled
                if self._client.status == "running":
                    del self._tasks[task.outer]
                    failed.append((task, error))
            else:
                task.inner.add_done_callback(partial(self._relay, task))
        return failed

    def _relay(self, task: _Task, inner: "Future[Any]") -> None:
        """In a thread of its own: what callers do with a result must not hold up Dask's."""
        with suppress(RuntimeError):  # the process ends
            self._results.submit(self._take, task, inner)

    def _take(self, task: _Task, inner: "Future[Any]") -> None:
        with self._changed:
            if task.inner is not inner:
                return  # it was sent again, or nobody waits for it any more
            if inner.cancelled():
                task.inner = None  # the connection was lost: it is sent again when it is back
                return
            task.inner = None
            self._tasks.pop(task.outer, None)
        if task.outer.set_running_or_notify_cancel():
            error = inner.exception()
            task.outer.set_exception(_in_words(error)) if error else task.outer.set_result(inner.result())

    def _forget(self, outer: "Future[Any]") -> None:
        """A task is done, or its caller has cancelled it."""
        with self._changed:
            task = self._tasks.pop(outer, None)
            inner = task.inner if task else None
            if task:
                task.inner = None
        if inner and not inner.done():
            with suppress(RuntimeError):  # the process ends
                self._results.submit(inner.cancel)

    def _watch(self) -> None:
        while not self._closed:
            try:
                self._look() if self._is_connected() else self._connect()
            except Exception as error:
                self._lose(error)
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._new_verdicts, LOOK_EVERY)
                self._new_verdicts = False
        self._drop_client()

    def _is_connected(self) -> bool:
        if self._client and self._client.status != "running":
            raise ConnectionError(self._client.status)
        return self._client is not None

    def _connect(self) -> None:
        from distributed import Client

        options: Any = {"timeout": ATTEMPT, "set_as_default": False, "loop": self._loop.loop}
        client = Client(self.address, **options)  # type: ignore[no-untyped-call]
        with self._changed:
            self._client = client
        log.info("the scheduler at %s answers", self.address)
        self._look()

    def _look(self) -> None:
        """Who is there, and who will do. Send what waits, and what was with workers that are gone."""
        there = self._client.nthreads(callback_timeout=PATIENCE)
        with self._changed:
            self._verdicts = {worker: why for worker, why in self._verdicts.items() if worker in there}
            for worker in there.keys() - self._verdicts.keys() - self._asked:
                self._asked.add(worker)
                self._checks.submit(self._judge, self._client, worker)
            self._workers = {worker: there[worker] for worker, why in self._verdicts.items() if why is None}
            if self._workers or not self._asked:
                self._looked = True
                self._say(None if self._workers else self._why_none())
            waiting = [task for task in self._tasks.values() if not (task.inner and there.keys() & task.workers)]
            causes = [task for task in waiting if self._is_cause(task)] if self._workers else []
            failed = self._send(task for task in waiting if task not in causes)
            self._changed.notify_all()
        _fail([*failed, *((task, LostWorkersError(LOST)) for task in causes)])

    def _is_cause(self, task: _Task) -> bool:
        """Whether a task has lost too many workers. Those that it was sent to are gone, if it was sent."""
        if inner := task.inner:
            task.inner, task.moves = None, task.moves + 1
            inner.cancel()
        if task.moves <= MOST_MOVES:
            return False
        del self._tasks[task.outer]
        return True

    def _judge(self, client: Any, worker: str) -> None:
        """Whether a new worker will do. In a thread of its own: it may be slow to answer."""
        from distributed import fire_and_forget

        try:
            answers = client.run(versions, workers=[worker], on_error="return", callback_timeout=ANSWER)
            why = verdict(worker, answers[worker], self._versions)
            if not why:
                fire_and_forget(client.submit(prepare, workers=[worker], pure=False))  # type: ignore[no-untyped-call]
        except Exception as error:  # it is gone, or the scheduler is: if it is there still, it is asked again
            log.warning("the worker %s has not answered (%s)", worker, type(error).__name__)
            self._settle(worker)
        else:
            log.warning(why) if why else log.info("the worker %s joins", worker)
            self._settle(worker, {worker: why} if client is self._client else {})

    def _settle(self, worker: str, verdicts: Mapping[str, str | None] = MappingProxyType({})) -> None:
        with self._changed:
            self._asked.discard(worker)
            self._verdicts.update(verdicts)
            self._new_verdicts = True
            self._changed.notify_all()

    def _why_none(self) -> str:
        if left_out := [why for why in self._verdicts.values() if why]:
            return left_out[0]
        return f"The scheduler at {self.address[:60]} has no workers now. Training goes on when one joins."

    def _lose(self, error: Exception) -> None:
        """The scheduler does not answer, or answers nonsense: drop the connection, and what is known through it."""
        with self._changed:
            self._hopeless = isinstance(error, ValueError | TypeError)  # no address, or no certificates for TLS
            known = self._looked
            self._workers, self._verdicts, self._asked = {}, {}, set()
            for task in self._tasks.values():
                task.inner = None
            if self._hopeless:
                self._say(f"No scheduler can be reached at {self.address[:60]}: {error}.")
            elif known:
                self._say(f"The scheduler at {self.address[:60]} does not answer. Training goes on when it is back.")
            else:
                self._say(f"No scheduler answers at {self.address[:60]} ({type(error).__name__}).")
            self._changed.notify_all()
        self._drop_client()

    def _drop_client(self) -> None:
        with self._changed:
            client, self._client = self._client, None
        if client:
            with suppress(Exception):
                client.close(timeout=ATTEMPT)

    def _say(self, problem: str | None) -> None:
        if problem != self.problem and problem and not self._checked:
            log.warning(problem)
        self.problem = problem


def _fail(tasks: Iterable[tuple[_Task, Exception]]) -> None:
    """Not under the lock: it calls those who wait."""
    for task, error in tasks:
        if task.outer.set_running_or_notify_cancel():
            task.outer.set_exception(error)


def _in_words(error: BaseException) -> BaseException:
    from distributed.scheduler import KilledWorker

    return LostWorkersError(LOST) if isinstance(error, KilledWorker) else error


class ClusterPlace(Place):
    """A cluster as a place; the number of its workers changes."""

    executor: Cluster

    def __init__(self, cluster: Cluster):
        object.__setattr__(self, "executor", cluster)
        object.__setattr__(self, "speed", Speed())

    @property
    def workers(self) -> int:
        return sum(self.executor.workers.values()) or 1

    @property
    def description(self) -> str:
        threads = sum(self.executor.workers.values())
        if self.executor.problem:  # whose details are for the log
            return "a cluster that cannot train now"
        return f"a cluster of {threads} worker{'' if threads == 1 else 's'}"


def cluster(address: str, seconds: float = PATIENCE) -> Place:
    """The workers of the scheduler at an address. Raises ExperimentError where none answers, or none would do."""
    found = Cluster(address)
    try:
        found.check(seconds)
    except ExperimentError:
        found.shutdown(wait=False, cancel_futures=True)
        raise
    return ClusterPlace(found)
