"""The engine trains all runs, in one worker thread or on a cluster, whether or not a page shows them.

A page starts a run, keeps its id, asks for a view of it, and pauses, resumes, steps or resets it. Runs train in short
slices with equal shares of the time, and the worker yields to the pages in between. A run that nobody watches
pauses. The number, the size and the age of runs are bounded (limits.py); the owner of an evicted run gets a notice.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from ..caching import once
from ..data.datasets import DATASETS, MNIST, OWN, TO_MNIST, Dataset, DataSource, mnist
from ..data.own import OwnData
from ..errors import SettingsError
from ..experiments.cluster import Cluster
from ..experiments.executors import shared_cluster
from ..network.architecture import Architecture
from ..network.parsing import DEFAULT
from ..training.config import TrainConfig
from ..training.history import History
from .cluster_worker import ClusterWorker
from .limits import LIMITS, MEGABYTE, Limits
from .live import LiveWeights
from .retention import Retention
from .run import EpochWeights, Run, RunView, new_run, view_of
from .scheduler import Scheduler
from .visitors import Notice
from .warm_up import Expected
from .worker import Worker

FRESH = 0.3  # seconds

log = logging.getLogger(__name__)


class Engine:
    """Many runs, one worker thread. All methods are thread-safe and return at once.

    Methods that take a run's id raise KeyError where there is no such run (any more). Anyone who knows a run's id may
    control it: ids cannot be guessed, and a page knows only those of its own visit.

    expected: the training that is likely to come first; its programs are compiled while nobody trains.
    dataset: in place of MNIST. cluster: whose workers train in place of this process; they know DATASETS alone.
    """

    def __init__(
        self,
        dataset: Callable[[], Dataset] = mnist,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
        expected: Expected | None = None,
        cluster: Cluster | None = None,
    ):
        self.limits = limits
        self._mnist, self._clock = replace(MNIST, load=dataset), clock
        self._on_cluster = cluster is not None
        self._retention, self._scheduler = Retention(limits), Scheduler(limits, clock)
        self._runs, self._visitors = self._retention.runs, self._retention.visitors
        self._changed = threading.Condition()
        shared = self._retention, self._scheduler, self._changed, dataset, clock
        self._worker = ClusterWorker(*shared, cluster=cluster) if cluster else Worker(*shared, expected)

    def start(
        self,
        architecture: Architecture,
        config: TrainConfig,
        visit: str = "",
        steps: int | None = None,
        own: DataSource | None = None,
    ) -> str:
        """Start a run and return its id. Runs that must go to make room for it are evicted.

        steps: how many to train before it pauses; None means to the end. own: the visitor's data, needed where the
        settings name them.

        Raises SettingsError, ShapeError or DataError, and changes nothing, where it cannot be trained.
        """
        from ..training.trainer import check_images, check_size  # load JAX: not before somebody trains

        data = self._data_of(config, own)
        architecture.require_classes()
        check_size(architecture, config)
        dataset = data.load()
        check_images(architecture, dataset)
        images = config.images_of(len(dataset.train))
        run = new_run(visit, architecture, config, data, config.steps_per_epoch(images))
        run.goal = run.total_steps if steps is None else min(steps, run.total_steps)
        self._add(run)
        log.info("run %s of visit %s starts: %s", run.id[:6], visit[:6], architecture)
        return run.id

    def adopt(
        self,
        architecture: Architecture,
        config: TrainConfig,
        history: History,
        weights: Mapping[int, Mapping[str, np.ndarray]],
        visit: str = "",
        own: DataSource | None = None,
    ) -> str:
        """Add a run that was trained elsewhere and return its id.

        weights: of some epochs, by epoch. The run has finished where its history has all epochs, else it is stopped.
        Raises SettingsError, as `start` does, where there is no room for it.
        """
        ends = [epoch.step for epoch in history.epochs]
        data = self._data_of(config, own)
        most = config.steps_per_epoch(config.images_of(data.images[0]))
        run = new_run(visit, architecture, config, data, ends[0] if ends else most)
        run.history, run.weights, run.stopped = history, dict(weights), len(ends) < config.epochs
        run.goal = run.total_steps
        self._add(run)
        log.info("run %s of visit %s comes from a file: %s", run.id[:6], visit[:6], architecture)
        return run.id

    def pause(self, run_id: str) -> None:
        self._set_goal(run_id, lambda run: run.step)

    def resume(self, run_id: str) -> None:
        """Train to the end."""
        self._set_goal(run_id, lambda run: run.total_steps)

    def advance(self, run_id: str, steps: int = 1) -> None:
        """Train `steps` steps and pause."""
        self._set_goal(run_id, lambda run: run.step + steps)

    def finish_epoch(self, run_id: str) -> None:
        """Train to the end of the epoch and pause."""
        self._set_goal(run_id, lambda run: (run.step // run.steps_per_epoch + 1) * run.steps_per_epoch)

    def reset(self, run_id: str) -> None:
        """Return to the same initial weights and an empty history, and wait for `resume`."""
        with self._changed:
            self._runs[run_id].reset()
            self._worker.update_queue()

    def set_learning_rate(self, run_id: str, rate: float) -> None:
        """Set the learning rate from the next slice on. Raises SettingsError out of bounds."""
        with self._changed:
            run = self._runs[run_id]
            run.learning_rate = replace(run.config, learning_rate=rate).learning_rate

    def remove(self, run_id: str) -> None:
        """Remove a run for its owner, without a notice."""
        with self._changed:
            self._runs.pop(run_id).stopped = True
            self._worker.update_queue()

    def view(self, run_id: str) -> RunView:
        """The current view of the run, for a page."""
        with self._changed:
            return self._view(self._runs[run_id])

    def views(self, visit: str) -> list[RunView]:
        """The runs of a visit, oldest first."""
        with self._changed:
            return [self._view(run) for run in self._runs.values() if run.visit == visit]

    def visit_of(self, run_id: str) -> str | None:
        """The visit that a run belongs to, also after its eviction; None for an unknown run."""
        with self._changed:
            if run := self._runs.get(run_id):
                return run.visit
            evicted = self._visitors.evicted(run_id)
            return evicted[0] if evicted else None

    def epoch_weights(self, run_id: str) -> EpochWeights:
        """The snapshots of the weights, by epoch; 0 are the initial ones."""
        with self._changed:
            return dict(self._runs[run_id].weights)

    def live_weights(self, run_id: str) -> LiveWeights | None:
        """The weights as they are now, or were up to two slices ago; None before there are any.

        The worker copies them only while somebody asks. Of a run that pauses this waits for the copy, once, for FRESH
        seconds at most; of one that has ended only the snapshots are left.
        """
        with self._changed:
            run = self._runs[run_id]
            run.watch.asked = self._clock()
            if run.state and not run.wants_turn and run.watch.awaited != run.step:
                run.watch.awaited = run.step
                self._changed.notify_all()
                self._changed.wait_for(lambda: not self._worker.owes_copy(run), timeout=FRESH)
            return run.watch.newest

    def keep_data(self, visit: str, own: OwnData) -> None:
        """Keep a visitor's own data in place of those before. They go with the visit.

        Raises SettingsError, and changes nothing, where all visitors together would have too many.
        """
        with self._changed:
            most = self.limits.own_megabytes * MEGABYTE
            self._visitors.keep_own(visit, own, most, self.limits.silence, self._clock())

    def data_of(self, visit: str) -> OwnData | None:
        """The data that a visitor has made or opened; None where there are none."""
        with self._changed:
            return self._visitors.own(visit)

    def data_id(self, visit: str) -> str | None:
        """By which a reload finds a visitor's data; None where there are none."""
        with self._changed:
            return self._visitors.own_id(visit)

    def visit_of_data(self, data_id: str) -> str | None:
        """The visit whose data have that id; None for an unknown one."""
        with self._changed:
            return self._visitors.visit_of_own(data_id)

    def heartbeat(self, visit: str) -> None:
        """Note that a visitor is there; their runs that paused because nobody was watching resume."""
        with self._changed:
            self._visitors.heartbeat(visit, self._clock())
            for run in self._runs.values():
                if run.visit == visit and run.unwatched:
                    run.unwatched = False
                    self._visitors.notify(run, "paused while nobody watched it, and goes on.")
            self._worker.update_queue()

    @contextmanager
    def page_rendering(self, visit: str) -> Iterator[None]:
        """While a page renders for a visitor, runs leave it more of the processor. Counts as a heartbeat."""
        self.heartbeat(visit)
        began = self._clock()
        with self._worker.page_rendering():
            yield
        with self._changed:  # not where another request interrupted the page
            if self._scheduler.capacity.record(self._clock() - began):
                log.info("%d runs train at a time from now on", self.active_runs)
                self._worker.update_queue()

    @property
    def active_runs(self) -> int:
        """How many runs train at a time just now: `Limits.active_runs`, or fewer where that makes the pages slow."""
        return self._scheduler.capacity.places

    def take_notices(self, visit: str) -> list[Notice]:
        """Remove and return the notices that wait for a visitor, oldest first."""
        with self._changed:
            return self._visitors.take_notices(visit)

    def eviction_notice(self, run_id: str) -> Notice | None:
        """Why a run was evicted; None if it was not, or if it is unknown."""
        with self._changed:
            evicted = self._visitors.evicted(run_id)
            return evicted[1] if evicted else None

    def close(self) -> None:
        """End the worker after its current slice: a process that exits in the middle of one would crash."""
        self._worker.close()

    def _data_of(self, config: TrainConfig, own: DataSource | None) -> DataSource:
        """What a run of these settings learns from. Raises SettingsError where it cannot be had."""
        if config.dataset != OWN:
            return self._mnist if config.dataset == MNIST.name else DATASETS[config.dataset]
        if own is None or own.name != OWN:
            raise SettingsError("These settings are for data of somebody's own, which are not here.", [TO_MNIST])
        if self._on_cluster:
            raise SettingsError(
                "This server trains on a cluster, and the data of a visitor stay on the server: train on another "
                "dataset here, or on your own data on a server without a cluster.",
                [TO_MNIST],
            )
        return own

    def _add(self, run: Run) -> None:
        """Make room for a run and add it. Raises SettingsError, and changes nothing, where there is no room."""
        self._worker.check_memory()
        with self._changed:
            now = self._clock()
            self._retention.make_room(run, now)
            visit = self._visitors.register(run.visit, now)
            visit.runs_started += 1
            run.number, run.usage.charged = visit.runs_started, visit.charged
            self._runs[run.id] = run
            self._worker.update_queue()

    def _view(self, run: Run) -> RunView:
        _, queue = self._scheduler.places(self._runs.values())
        return view_of(run, queue.index(run) + 1 if run in queue else None, self._clock())

    def _set_goal(self, run_id: str, goal: Callable[[Run], int]) -> None:
        with self._changed:
            run = self._runs[run_id]
            if not run.ended:
                run.goal, run.unwatched = min(goal(run), run.total_steps), False
                run.pace.marks.clear()
                self._worker.update_queue()


@once
def shared_engine() -> Engine:
    """The engine of this process. Its runs train here, or on the cluster that the environment names."""
    engine = Engine(expected=(Architecture.parse(DEFAULT), TrainConfig()), cluster=shared_cluster())
    atexit.register(engine.close)
    return engine
