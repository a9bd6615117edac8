"""An experiment under way: its runs as tasks on an executor, epoch by epoch, with pause, resume and cancel.

All of it is one state under one lock, which callers and the executor's threads change.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass, field, replace
from functools import partial

from ..errors import PlaygroundError
from ..training.history import Epoch, History
from ..words import capital
from .curves import Curve, loss_curve
from .estimate import MOST_STATE_BYTES, compilations, program_of, seconds_of_epoch
from .experiment import Experiment, Trial
from .place import Place, Speed
from .tasks import Done, train_epoch

IN_FLIGHT = 2  # tasks a worker: one that it trains and one that waits, so that it never idles
MOST_RETRIES = 3  # of a task whose worker was lost
# A worker is gone, or does not answer (of Dask as well), or lacks a package: nothing is wrong with the run.
LOST = (BrokenExecutor, CancelledError, OSError, ImportError)
RESUME = " Finished epochs are kept; press Resume."

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Run:
    """A run of an experiment. state: of its newest epoch, as bytes.

    seconds: of training and testing. Start-up of a process and compilation, which come once for several runs, are not
    among them.
    losses: its training loss, for a curve. problem: why it ended early, in a sentence.
    """

    trial: Trial
    epochs: tuple[Epoch, ...] = ()
    losses: Curve = ()
    seconds: float = 0.0
    state: bytes | None = field(default=None, repr=False)
    problem: str | None = None
    retries: int = 0

    @property
    def finished(self) -> bool:
        return self.problem is not None or len(self.epochs) == self.trial.config.epochs

    @property
    def accuracy(self) -> float | None:
        """The test accuracy after the last epoch; None before, and where it ended early."""
        return self.epochs[-1].test.accuracy if self.finished and not self.problem and self.epochs else None

    def history(self) -> History | None:
        """All its steps; None where its state was not kept."""
        from ..training.snapshots import from_bytes

        return from_bytes(self.state).history if self.state else None


@dataclass(frozen=True)
class Progress:
    """How far an experiment is. seconds_left: None before the first epoch has been timed."""

    status: str  # "running", "paused", "finished", "cancelled", "failed"
    runs: int
    finished_runs: int
    epochs: int
    finished_epochs: int
    seconds: float
    seconds_left: float | None
    problem: str | None = None

    @property
    def share(self) -> float:
        return self.finished_epochs / self.epochs if self.epochs else 1.0


@dataclass
class _Clock:
    """Seconds in which an experiment was under way, pauses left out."""

    clock: Callable[[], float]
    before: float = 0.0
    since: float | None = field(default=None)

    def start(self) -> None:
        if self.since is None:
            self.since = self.clock()

    def stop(self) -> None:
        self.before, self.since = self.seconds, None

    @property
    def seconds(self) -> float:
        return self.before + (self.clock() - self.since if self.since is not None else 0.0)


class Execution:
    """Trains the runs of an experiment at a place. All methods are thread-safe and return at once.

    Every combination is trained with the first seed before any is with the next, so that what there is can be compared
    at any time. known: runs that were done or begun before, also of another experiment. should_go_on: is asked before
    each task, under this execution's lock; where it says no, the execution pauses.
    """

    def __init__(
        self,
        experiment: Experiment,
        place: Place,
        known: Iterable[Run] = (),
        clock: Callable[[], float] = time.monotonic,
        should_go_on: Callable[[], bool] = lambda: True,
    ):
        self.experiment, self.place = experiment, place
        before = {(run.trial.net, run.trial.config): run for run in known}
        self.runs = [_run(trial, before.get((trial.net, trial.config))) for trial in experiment.trials]
        self.state_bytes = 0  # of the states that its runs keep
        self._count_bytes()
        self._changed = threading.Condition(threading.RLock())
        self._in_flight: dict[Run, Future[Done]] = {}
        self._paused, self._cancelled, self._submitting = True, False, False
        self._problem: str | None = None
        self._should_go_on = should_go_on
        self._clock, self._speed = _Clock(clock), Speed()
        self._worked, self._measured_at = 0.0, 0.0  # seconds of its tasks, and of the clock when the last one ended

    def start(self) -> None:
        """Begin, or go on after a pause or after the place was gone."""
        with self._changed:
            if self._cancelled:
                return
            self._paused, self._problem = False, None
            for run in self.runs:
                run.retries = 0
            self._submit()

    def pause(self) -> None:
        """Begin no further task; those that train now end their epoch, and it counts."""
        with self._changed:
            self._paused = True
            self._recall()

    def cancel(self) -> None:
        """End it for good. Finished runs stay."""
        with self._changed:
            self._cancelled = True
            self._recall()

    def forget_states(self) -> None:
        """Free the states of the finished runs: they can be compared still, and no longer looked inside."""
        with self._changed:
            for run in self.runs:
                if run.finished:
                    run.state = None
            self._count_bytes()

    def wait(self, seconds: float | None = None) -> bool:
        """Until nothing trains any more; whether that is so."""
        with self._changed:
            return self._changed.wait_for(self._is_still, seconds)

    def wait_for_change(self, seen: int, seconds: float) -> None:
        """Until more than `seen` epochs have finished, or nothing trains."""
        with self._changed:
            self._changed.wait_for(lambda: self._finished_epochs() > seen or self._is_still(), seconds)

    @property
    def status(self) -> str:
        """ "running", "paused", "finished", "cancelled" or "failed"; at once, also while a place lets a task wait."""
        if all(run.finished for run in self.runs):
            return "finished"
        if self._cancelled:
            return "cancelled"
        if self._problem:
            return "failed"
        return "paused" if self._paused else "running"

    def progress(self) -> Progress:
        with self._changed:
            done, left = self._finished_epochs(), sum(map(_epochs_left, self.runs))
            return Progress(
                self.status,
                len(self.runs),
                sum(run.finished for run in self.runs),
                done + left,
                done,
                self._clock.seconds,
                self._seconds_left(),
                self._problem,
            )

    def _seconds_left(self) -> float | None:
        unfinished = [run for run in self.runs if not run.finished]
        if not unfinished:
            return 0.0
        if self._speed.factor is None:
            return None
        speed = self.place.speed
        left = self._speed.factor * sum(_epochs_left(run) * seconds_of_epoch(run.trial) for run in unfinished)
        left += speed.compilation * compilations((run.trial for run in unfinished), speed.compiled)
        # Seconds that have passed for each of work: fewer with more workers, more where others wait for the same ones.
        passed = self._measured_at / self._worked
        return max(0.0, passed * left - (self._clock.seconds - self._measured_at))

    def _finished_epochs(self) -> int:
        return sum(len(run.epochs) for run in self.runs)

    def _is_still(self) -> bool:
        return not self._in_flight and self.status != "running"

    def _recall(self) -> None:
        """Take back the tasks that no worker has begun."""
        for run, future in list(self._in_flight.items()):
            del self._in_flight[run]  # first: a cancelled future calls `_ended` at once
            if not future.cancel():
                self._in_flight[run] = future
        self._tick()

    def _tick(self) -> None:
        self._clock.start() if self._in_flight else self._clock.stop()
        self._changed.notify_all()

    def _submit(self) -> None:
        """Keep every worker busy. A run goes on before the next begins."""
        if self._submitting:  # an executor that calls the task at once: the loop below goes on
            return
        self._submitting = True
        try:
            while (run := self._next()) and self._hand_over(run):
                pass
        finally:
            self._submitting = False

    def _next(self) -> Run | None:
        """The run to go on with: the first that is neither finished nor with a worker."""
        if self.status != "running" or len(self._in_flight) >= IN_FLIGHT * self.place.workers:
            return None
        run = next((run for run in self.runs if not run.finished and run not in self._in_flight), None)
        if run and not self._should_go_on():
            self._paused = True
            self._recall()
            return None
        return run

    def _hand_over(self, run: Run) -> bool:
        """Hand the next epoch of a run to the executor; whether it took it."""
        try:
            future = self.place.executor.submit(train_epoch, run.trial.net, run.trial.config, run.state)
        except Exception as error:  # the executor is broken or closed, a scheduler is out of reach
            self._fail(error)
            return False
        self._in_flight[run] = future
        self._tick()
        future.add_done_callback(partial(self._ended, run))
        return True

    def _ended(self, run: Run, future: "Future[Done]") -> None:
        with self._changed:
            if self._in_flight.get(run) is not future:
                return  # it was taken back
            del self._in_flight[run]
            self._take(run, future)
            self._submit()
            self._tick()

    def _take(self, run: Run, future: "Future[Done]") -> None:
        error = CancelledError() if future.cancelled() else future.exception()
        if error is None:
            try:
                self._record(run, future.result())
            except Exception as damaged:  # a worker of another version
                self._retry(run, damaged)
        elif isinstance(error, LOST):
            self._retry(run, error)
        else:  # it would end so again
            log.warning("a run of %s ended early", run.trial.net, exc_info=error)
            run.problem, run.state = _in_words(error), None
        self._count_bytes()

    def _record(self, run: Run, done: Done) -> None:
        from ..training.snapshots import from_bytes

        history = None if done.problem else from_bytes(done.state).history
        run.retries, run.seconds = 0, run.seconds + done.seconds
        self._measure(run.trial, done)
        if history is None:
            run.problem, run.state = done.problem, None
            return
        run.state, run.epochs, run.losses = done.state, history.epochs, loss_curve(history, run.trial.config.epochs)
        if run.finished and sum(len(each.state or b"") for each in self.runs if each.finished) > MOST_STATE_BYTES:
            run.state = None

    def _count_bytes(self) -> None:
        self.state_bytes = sum(len(run.state or b"") for run in self.runs)

    def _measure(self, trial: Trial, done: Done) -> None:
        self._worked += done.startup + done.compilation + done.seconds
        self._measured_at = self._clock.seconds
        if done.problem:  # it has not trained all of its epoch
            return
        for speed in (self._speed, self.place.speed):
            speed.measure(seconds_of_epoch(trial), done.seconds)
        self.place.speed.measure_start(
            done.process, program_of(trial), done.startup, done.compilation, self.place.workers
        )

    def _retry(self, run: Run, error: BaseException) -> None:
        """A worker was lost: its task runs again, from the same bytes, and gives the same."""
        run.retries += 1
        if run.retries > MOST_RETRIES:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        place = self.place
        log.warning("%s does not train any more", place.description, exc_info=error)
        stopped = f"{place.trainer} has stopped" if place.trainer else f"{place.description} does not train any more"
        self._problem = f"{capital(stopped)}.{RESUME}"
        self._tick()


def _run(trial: Trial, before: Run | None) -> Run:
    """The run of a trial: what was known of it, or a new one."""
    if before is None or not (before.finished or before.state):
        return Run(trial)
    return replace(before, trial=trial, retries=0)


def _in_words(error: BaseException) -> str:
    """Why a run ended early, in a sentence."""
    if isinstance(error, PlaygroundError):
        return str(error)
    if isinstance(error, MemoryError) or any(words in str(error) for words in ("RESOURCE_EXHAUSTED", "ut of memory")):
        return "The memory was not enough for it. Take a smaller batch, or a network with fewer values."
    return f"An error ended its training ({type(error).__name__})."


def _epochs_left(run: Run) -> int:
    return 0 if run.finished else run.trial.config.epochs - len(run.epochs)
