"""The engine: runs train here, in one worker thread a process, whoever watches or has left.

A page starts a run, holds its id, asks for a view of it, and says pause, resume, step, stop, reset. Runs train in short
slices, each getting an equal share of the time, with air between them for whoever else needs the processor. A run that
nobody watches pauses; what is kept is bounded (`limits.py`), and what is dropped is told to its owner.
"""

import atexit
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from ..caching import once
from ..data.datasets import Dataset, mnist
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from ..training.history import History
from .limits import LIMITS, Limits
from .retention import Retention
from .run import Run, RunView, view_of
from .scheduler import Scheduler
from .visitors import Notice
from .worker import Worker

log = logging.getLogger(__name__)


class Engine:
    """Many runs, one worker thread. All methods may be called from any thread, and return at once.

    Methods that take a run's id raise KeyError where there is no such run (any more). Whoever knows the id of a run may
    steer it: ids cannot be guessed, and pages know those of their own visit alone.
    """

    def __init__(
        self,
        dataset: Callable[[], Dataset] = mnist,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.limits = limits
        self._dataset, self._clock = dataset, clock
        self._retention, self._scheduler = Retention(limits), Scheduler(limits)
        self._runs, self._visits = self._retention.runs, self._retention.visits
        self._changed = threading.Condition()
        self._worker = Worker(self._retention, self._scheduler, self._changed, dataset, clock)

    def start(self, architecture: Architecture, config: TrainConfig, visit: str = "", steps: int | None = None) -> str:
        """Begin a run and give its id, which nobody can guess. What has to go to make room is told to its owner.

        steps: how many to train before it pauses; None means to the end.

        Raises SettingsError or ShapeError where it cannot be trained, and changes nothing then.
        """
        from ..training.trainer import check_size  # loads JAX: not before somebody trains

        architecture.require_classes()
        check_size(architecture, config)
        images = min(config.train_images, len(self._dataset().train))
        per_epoch = config.steps_per_epoch(images)
        total = per_epoch * config.epochs
        goal = total if steps is None else min(steps, total)
        run = _new_run(visit, architecture, config, History(total), per_epoch, goal)
        self._add(run)
        log.info("run %s of visit %s starts: %s", run.id[:6], visit[:6], architecture)
        return run.id

    def adopt(
        self,
        architecture: Architecture,
        config: TrainConfig,
        history: History,
        weights: Mapping[int, dict[str, object]],
        visit: str = "",
    ) -> str:
        """Take in a run that was trained elsewhere, finished or stopped where its history ends, and give its id.

        weights: of some epochs, by epoch. Raises SettingsError, as `start` does, where there is no room for it.
        """
        ends = [epoch.step for epoch in history.epochs]
        per_epoch = ends[0] if ends else config.steps_per_epoch(config.train_images)
        run = _new_run(visit, architecture, config, history, per_epoch, goal=config.epochs * per_epoch)
        run.weights, run.stopped = dict(weights), len(ends) < config.epochs
        self._add(run)
        log.info("run %s of visit %s comes from a file: %s", run.id[:6], visit[:6], architecture)
        return run.id

    def pause(self, run_id: str) -> None:
        self._set_goal(run_id, lambda run: run.step)

    def resume(self, run_id: str) -> None:
        """Train on to the end."""
        self._set_goal(run_id, lambda run: run.total_steps)

    def advance(self, run_id: str, steps: int = 1) -> None:
        """Train so many steps and pause."""
        self._set_goal(run_id, lambda run: run.step + steps)

    def finish_epoch(self, run_id: str) -> None:
        """Train to the end of the epoch and pause."""
        self._set_goal(run_id, lambda run: (run.step // run.steps_per_epoch + 1) * run.steps_per_epoch)

    def stop(self, run_id: str) -> None:
        """End the run. What it has learned and its history stay."""
        with self._changed:
            run = self._runs[run_id]
            run.stopped = run.stopped or not run.finished
            run.marks.clear()
            self._worker.line_up()

    def reset(self, run_id: str) -> None:
        """Back to the same initial weights and an empty history, waiting for `resume`."""
        with self._changed:
            self._runs[run_id].reset()
            self._worker.line_up()

    def set_learning_rate(self, run_id: str, rate: float) -> None:
        """The rate from the next slice on. Raises SettingsError out of bounds."""
        with self._changed:
            run = self._runs[run_id]
            run.learning_rate = replace(run.config, learning_rate=rate).learning_rate

    def remove(self, run_id: str) -> None:
        """Drop a run at its owner's wish."""
        with self._changed:
            self._runs.pop(run_id).stopped = True
            self._worker.line_up()

    def view(self, run_id: str) -> RunView:
        with self._changed:
            return self._view(self._runs[run_id])

    def views(self, visit: str) -> list[RunView]:
        """The runs of a visit, oldest first."""
        with self._changed:
            return [self._view(run) for run in self._runs.values() if run.visit == visit]

    def visit_of(self, run_id: str) -> str | None:
        """The visit that a run belongs to, also of one that was dropped; None where it is not known."""
        with self._changed:
            if run := self._runs.get(run_id):
                return run.visit
            dropped = self._visits.dropped(run_id)
            return dropped[0] if dropped else None

    def epoch_weights(self, run_id: str) -> dict[int, dict[str, object]]:
        """The weights kept of each epoch, 0 being the initial ones."""
        with self._changed:
            return dict(self._runs[run_id].weights)

    def seen(self, visit: str) -> None:
        """A sign of life of a visitor: runs that paused because nobody was watching go on."""
        with self._changed:
            self._visits.seen(visit, self._clock())
            for run in self._runs.values():
                if run.visit == visit and run.unwatched:
                    run.unwatched = False
                    self._visits.tell(run, "paused while nobody watched it, and goes on.")
            self._worker.line_up()

    @contextmanager
    def page_rendering(self, visit: str) -> Iterator[None]:
        """While a page is being made for a visitor: a sign of life, and the runs leave it more air."""
        self.seen(visit)
        with self._worker.page():
            yield

    def notices(self, visit: str) -> list[Notice]:
        """What a visitor is to be told and has not been told yet: runs that were dropped, and why."""
        with self._changed:
            return self._visits.told(visit)

    def dropped(self, run_id: str) -> Notice | None:
        """What there is to say of a run that was dropped; None where it is here, or not known at all."""
        with self._changed:
            dropped = self._visits.dropped(run_id)
            return dropped[1] if dropped else None

    def close(self) -> None:
        """End the worker after its slice: a process that ends in the middle of one would crash."""
        self._worker.close()

    def _add(self, run: Run) -> None:
        """Make room for a run and take it in. Raises SettingsError, and changes nothing, where there is none."""
        self._worker.check_memory()
        with self._changed:
            now = self._clock()
            self._retention.make_room(run, now)
            self._visits.seen(run.visit, now, new=True)
            run.number, run.used = self._visits.next_number(run.visit), self._visits[run.visit].used
            self._runs[run.id] = run
            self._worker.line_up()

    def _view(self, run: Run) -> RunView:
        _, queue = self._scheduler.places(self._runs.values())
        return view_of(run, queue.index(run) + 1 if run in queue else None, self._clock())

    def _set_goal(self, run_id: str, goal: Callable[[Run], int]) -> None:
        with self._changed:
            run = self._runs[run_id]
            if not run.ended:
                run.goal, run.unwatched = min(goal(run), run.total_steps), False
                run.marks.clear()
                self._worker.line_up()


def _new_run(
    visit: str, architecture: Architecture, config: TrainConfig, history: History, steps_per_epoch: int, goal: int
) -> Run:
    return Run(
        id=secrets.token_urlsafe(16),
        visit=visit,
        architecture=architecture,
        config=config,
        total_steps=config.epochs * steps_per_epoch,
        steps_per_epoch=steps_per_epoch,
        goal=goal,
        learning_rate=config.learning_rate,
        history=history,
    )


@once
def shared_engine() -> Engine:
    """The engine of this process."""
    engine = Engine()
    atexit.register(engine.close)
    return engine
