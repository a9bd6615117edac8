"""The worker of a process that only serves pages: the runs train in slices on the workers of a cluster."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from typing import Any
from zlib import crc32

from ..experiments.cluster import Cluster
from ..training.history import History
from . import memory
from .remote import Slice, read_only, train_slice
from .run import Run
from .slices import error_of
from .warm_up import import_slow_modules
from .worker import Worker

SHORTEST, LONGEST = 0.25, 1.0  # seconds of a slice: each run comes back about once a second, to be drawn
MOVE_AFTER = 2.0  # seconds that a run must be behind to leave its worker, which has its network compiled
LOOK_EVERY = 0.5  # seconds until the next look at the cluster, where nothing else happens

# For visitors, who need not know the addresses; whoever runs the server reads them in the log.
HELD_UP = (
    "the cluster that trains here cannot be reached, or has no workers that will do. It goes on by itself as soon as "
    "that has changed; the server's log has the reason."
)

Arrival = tuple[Run, History, "Future[Slice]"]


@dataclass(frozen=True)
class Sent:
    """A slice under way: the worker that has it, and the run's history when it was sent."""

    worker: str
    history: History
    future: "Future[Slice]"


class ClusterWorker(Worker):
    """Trains runs on a cluster, as many at a time as its workers have threads, and keeps each run on one worker.

    A slice is a function of the bytes that are sent: what is lost on the way is sent again and gives the same.
    """

    def __init__(self, *shared: Any, cluster: Cluster):
        self._cluster = cluster
        self._sent: dict[Run, Sent] = {}
        self._arrived: list[Arrival] = []
        self._homes: dict[Run, str] = {}  # the worker that trained a run last
        super().__init__(*shared)

    def _load(self) -> None:
        """The slow modules, for the pages; the workers have the images."""
        import_slow_modules(self._give_way)
        memory.compilations()

    def _train_or_wait(self) -> None:
        """Record the slices that have come back and send further ones, or wait for either."""
        self._record_arrived()
        with self._changed:
            self._tell_owners()
            self._recall()
            chosen = [] if self._closed else list(self._chosen())
            if not (chosen or self._arrived or self._closed or self._is_housekeeping_due() or self._owed_copies()):
                self._changed.wait(LOOK_EVERY)
        for run, worker in chosen:
            self._send(run, worker)

    def _tell_owners(self) -> None:
        """Whose run is held up by the cluster hears of it once, and again when it goes on."""
        problem = HELD_UP if self._cluster.problem else None
        for run in self._runs.values():
            if problem and run.wants_turn and not run.held_up:
                self._visitors.notify(run, f"is held up: {problem}")
            elif run.held_up and not problem and run.wants_turn:
                self._visitors.notify(run, "is no longer held up and goes on.")
            run.held_up = problem if run.wants_turn else None

    def _recall(self) -> None:
        """Take back the slices of runs that are gone or were reset."""
        for run, sent in list(self._sent.items()):
            if run.history is not sent.history or run.id not in self._runs:
                sent.future.cancel()

    def _chosen(self) -> Iterator[tuple[Run, str]]:
        """The runs whose turn it is, each with a worker that is free."""
        workers = self._cluster.workers
        busy = Counter(sent.worker for sent in self._sent.values())
        free = Counter({worker: threads - busy[worker] for worker, threads in workers.items()})
        active = self._scheduler.in_turn(self._runs.values())
        self._homes = {run: worker for run, worker in self._homes.items() if run in active and worker in workers}
        waiting = [run for run in active if run not in self._sent]
        while waiting and (places := [worker for worker in free if free[worker] > 0]):
            run = waiting.pop(0)
            worker = self._place_of(run, places, waiting)
            if worker is not None:
                free[worker] -= 1
                self._homes[run] = worker
                yield run, worker

    def _place_of(self, run: Run, free: list[str], others: list[Run]) -> str | None:
        """The run's own worker, else the one with the fewest runs; None where it waits for its own."""
        home = self._homes.get(run)
        if home in free:
            return home
        if home is not None:
            taken = {self._homes.get(each) for each in others if each.usage.charged < run.usage.charged + MOVE_AFTER}
            free = [worker for worker in free if worker not in taken]
        at_home = Counter(self._homes.values())
        # Of equals one by chance, so that several apps do not all begin with the same worker.
        return min(free, key=lambda worker: (at_home[worker], crc32(f"{run.id} {worker}".encode())), default=None)

    def _send(self, run: Run, worker: str) -> None:
        with self._changed:
            history, state = run.history, run.remote
            steps = min(run.pace.slice_steps, run.goal - run.step, run.steps_per_epoch - run.step % run.steps_per_epoch)
            if steps < 1 or not run.wants_turn:
                return  # it was paused meanwhile
            self._scheduler.choose(run)
            arguments = str(run.architecture), run.config, state and state.data, steps, run.learning_rate
        future = self._cluster.submit_to(worker, train_slice, *arguments)
        with self._changed:
            self._sent[run] = Sent(worker, history, future)
        future.add_done_callback(partial(self._arrive, run, history))

    def _arrive(self, run: Run, history: History, future: "Future[Slice]") -> None:
        with self._changed:
            self._arrived.append((run, history, future))
            self._changed.notify_all()

    def _record_arrived(self) -> None:
        with self._changed:
            arrived, self._arrived = self._arrived, []
        for run, history, future in arrived:
            with self._changed:
                del self._sent[run]
                known = run.id in self._runs
            if known and not future.cancelled():
                self._record(run, history, future)

    def _record(self, run: Run, history: History, future: "Future[Slice]") -> None:
        """Charge a slice, and take its steps, unless the run was paused, reset or stopped meanwhile."""
        try:
            found = future.result()
        except CancelledError:
            return
        except Exception as error:
            self._finish(run, history, error_of(run, error))
            return
        # A worker may compile a step's programs, and after the first epoch those of the test.
        self._charge(run, found.seconds, compiled=len(run.history.epochs) == 0)
        taken = self._take(run, history, found)
        self._finish(run, history, found.error if taken else run.error)

    def _take(self, run: Run, history: History, found: Slice) -> bool:
        from ..network.model import initial_weights  # these load JAX
        from ..training.trainer import thin_weights

        snapshot = found.state.snapshot()
        record, epochs = snapshot.history.record, snapshot.history.epochs
        steps = len(record.loss)
        first = None if run.weights else initial_weights(run.architecture, run.config.seed)
        with self._changed:
            if run.history is not history or run.stopped or run.step + steps > run.goal:
                return False
            if first:
                run.weights = {0: read_only(first)}
            history.extend(record.loss, record.accuracy, record.learning_rate)
            run.remote = found.state
            if len(epochs) > len(history.epochs):
                history.end_epoch(run.steps_per_epoch, epochs[-1].test)
                run.weights[len(epochs)] = found.state.weights_of(snapshot)
                thin_weights(run.weights)
            elif steps:
                run.pace.adapt(steps, found.seconds, self._slice_seconds())
        return True

    def _slice_seconds(self) -> float:
        active, _ = self._scheduler.places(self._runs.values())
        return min(LONGEST, max(SHORTEST, sum(self._cluster.workers.values()) / max(1, len(active))))
