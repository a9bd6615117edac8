"""The worker: one thread that trains all runs in slices, yields to the pages in between, and does the housekeeping."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..data.datasets import Dataset
from ..errors import PlaygroundError, SettingsError
from ..training.history import History
from . import memory
from .limits import MEGABYTE
from .retention import Retention
from .run import Run, RunTrainer, minutes
from .scheduler import Scheduler

SLICE = 0.1  # seconds of training before the next run's slice
YIELD = 0.004  # seconds left to the pages between two slices ...
LONGEST_YIELD = 0.15  # ... and at most this long while a page renders
WARM_UP_AFTER = 1.0  # seconds from the start of the thread
HOUSEKEEPING_EVERY = 1.0  # seconds
NICENESS = 10  # of the threads that compute
IDLE_WAIT = 5.0  # seconds until the next housekeeping where no run trains
SLICES_BEFORE_FREEZING = 10  # of a run: by then its network is compiled and its first points are drawn

log = logging.getLogger(__name__)


class Worker:
    """Trains the runs of a `Retention`. `changed` locks all that the worker shares with the engine.

    No error ends the thread: neither one in a run nor one in the housekeeping.
    """

    def __init__(
        self,
        retention: Retention,
        scheduler: Scheduler,
        changed: threading.Condition,
        dataset: Callable[[], Dataset],
        clock: Callable[[], float],
    ):
        self._retention, self._scheduler, self._changed = retention, scheduler, changed
        self._runs, self._visitors, self._limits = retention.runs, retention.visitors, retention.limits
        self._dataset, self._clock = dataset, clock
        self._closed = False
        self._pages_rendering = 0
        self._yielded, self._last_yield = 0.0, clock()  # seconds yielded in all; busy time at the end of the last yield
        self._last_housekeeping = clock()
        self._sweeper = memory.Sweeper(self._limits, clock)
        self._thread = threading.Thread(target=self._work, name="cnnplay-engine", daemon=True)
        self._thread.start()

    @contextmanager
    def page_rendering(self) -> Iterator[None]:
        """While a page renders, the worker yields for longer between slices."""
        with self._changed:
            self._pages_rendering += 1
        try:
            yield
        finally:
            with self._changed:
                self._pages_rendering -= 1
                self._changed.notify_all()

    def check_memory(self) -> None:
        """Raises SettingsError where the process has no memory left for a further run."""
        size = memory.resident()
        if size > self._limits.full_megabytes * MEGABYTE:
            self._sweeper.requested = True
            raise SettingsError(
                f"The server's memory is nearly full ({size / MEGABYTE:,.0f} MB), so no further run can begin now. Try "
                "again in a minute."
            )

    def update_queue(self) -> None:
        """Bring the queue up to date and wake the thread. To be called, under the lock, after every change of a run."""
        self._scheduler.update_queue(self._runs.values())
        self._changed.notify_all()

    def close(self) -> None:
        """End the thread after its current slice: a process that exits in the middle of one would crash."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        self._warm_up()
        while not self._closed:
            try:
                self._train_or_wait()
                if self._clock() - self._last_housekeeping >= HOUSEKEEPING_EVERY:
                    self._housekeeping()
                self._sweeper.sweep_if_due(idle=self._is_idle())
            except Exception:
                log.exception("housekeeping failed; the engine goes on")
                time.sleep(HOUSEKEEPING_EVERY)

    def _warm_up(self) -> None:
        """Load JAX and the images before somebody presses Start, but let the first page render first."""
        with self._changed:
            self._changed.wait_for(lambda: self._runs or self._closed, timeout=WARM_UP_AFTER)
        try:
            from ..training.compiled import load  # and with it JAX

            memory.compilations()
            load(self._dataset())
        except PlaygroundError:
            pass  # unreadable data: reported to whoever starts a run
        except Exception:
            log.exception("the engine could not be made ready; a run that starts will say why")
        memory.freeze()
        memory.release_pages()
        _lower_priority()

    def _train_or_wait(self) -> None:
        """Train one slice of the next run, or wait for a run that wants to train."""
        with self._changed:
            run = self._scheduler.next(self._runs.values())
            if run:
                trainer, history = run.trainer, run.history
            elif not self._closed:
                self._changed.wait(IDLE_WAIT)
        if run:
            self._train(run, trainer, history)
            self._yield_to_pages()

    def _train(self, run: Run, trainer: RunTrainer | None, history: History) -> None:
        """Train one slice of a run, and charge the run for it.

        trainer, history: the run's own at the start of the slice; a reset gives it others meanwhile.
        """
        began = self._busy_time()
        error = self._attempt(run, trainer, history)
        with self._changed:
            self._scheduler.charge(run, self._busy_time() - began)
            visit = self._visitors[run.visit]
            visit.charged = max(visit.charged, run.usage.charged)
            if run.history is not history:
                return
            run.error = error
            run.pace.record(self._clock(), run.step)
            compiled = run.pace.slices == SLICES_BEFORE_FREEZING
            self._end_if_due(run)
        if compiled:
            memory.freeze()

    def _attempt(self, run: Run, trainer: RunTrainer | None, history: History) -> PlaygroundError | None:
        """Train one slice; an error in it is returned, for the run alone to end with."""
        try:
            trainer = trainer or self._new_trainer(run, history)
            if trainer:
                trainer.set_learning_rate(run.learning_rate)
                self._slice(run, trainer)
        except PlaygroundError as error:
            return error
        except Exception as error:
            log.exception("run %s failed", run.id[:6])
            if not _out_of_memory(error):
                return PlaygroundError(f"The run ended with an unexpected {type(error).__name__}; other runs go on.")
            self._sweeper.requested = True
            return SettingsError(
                "The machine has not enough memory for a step of this network. Take a smaller batch or fewer filters."
            )
        return None

    def _new_trainer(self, run: Run, history: History) -> RunTrainer | None:
        """A trainer that records in `history`, now the run's own; None where the run was reset meanwhile."""
        from ..training.trainer import Trainer  # loads JAX: not before somebody trains

        trainer = Trainer(run.architecture, run.config, self._dataset())
        trainer.history = history
        with self._changed:
            if run.history is not history:
                return None
            run.trainer, run.weights = trainer, trainer.epoch_weights
        return trainer

    def _slice(self, run: Run, trainer: RunTrainer) -> None:
        history, epochs, step, began = run.history, len(run.history.epochs), run.step, self._busy_time()

        def should_stop() -> bool:
            if self._busy_time() - self._last_yield > SLICE:  # a compilation, or a part of an evaluation
                self._yield_to_pages()
            return run.history is not history or not run.wants_turn or self._closed

        trainer.advance(min(run.pace.slice_steps, max(0, run.goal - step)), should_stop)
        if len(history.epochs) == epochs and history.steps > step:  # no evaluation in it: training alone took the time
            run.pace.adapt(history.steps - step, self._busy_time() - began, SLICE)

    def _end_if_due(self, run: Run) -> None:
        """End a run that has trained for as long as one may, and release what a run that has ended needs no more."""
        if run.usage.seconds >= self._limits.longest_run and not run.ended:
            run.stopped = True
            run.ended_because = (
                f"Run {run.number} has trained for {minutes(self._limits.longest_run)}, the longest that one run may: "
                "it was ended, and what it learned stays. With fewer epochs, fewer training images or a smaller "
                "network it comes to its end."
            )
        if run.ended:
            run.release()
            log.info("run %s %s after %d steps, %.1f s", run.id[:6], run.status, run.step, run.usage.seconds)
        self.update_queue()

    def _housekeeping(self) -> None:
        """Hold runs and visits to their limits."""
        size = memory.resident()
        with self._changed:
            now = self._last_housekeeping = self._clock()
            self._retention.pause_unwatched(now)
            self._retention.evict_forgotten(now)
            for run in self._runs.values():
                run.release()
            self._retention.hold_bytes(now)
            if size > self._limits.full_megabytes * MEGABYTE:
                self._retention.evict_longest_unseen(now)
            self._visitors.forget_idle(self._runs.values(), now, self._limits.silence, self._limits.kept_for)
            self.update_queue()

    def _yield_to_pages(self) -> None:
        """Leave the processor to the pages for a moment, for longer while one renders."""
        began = self._clock()
        with self._changed:
            self._changed.wait_for(lambda: not self._pages_rendering or self._closed, timeout=LONGEST_YIELD)
        time.sleep(YIELD)
        self._yielded += self._clock() - began
        self._last_yield = self._busy_time()

    def _busy_time(self) -> float:
        """Seconds of the clock without those that were yielded."""
        return self._clock() - self._yielded

    def _is_idle(self) -> bool:
        with self._changed:
            return not self._pages_rendering and not any(run.wants_turn for run in self._runs.values())


def _lower_priority() -> None:
    """Give the threads that compute a lower priority than those that answer visitors, where the system has priorities.

    XLA's threads are not Python's, and all that compute for long are running by now.
    """
    if sys.platform != "linux":
        return
    answering = {thread.native_id for thread in threading.enumerate()} - {threading.get_native_id()}
    for task in Path("/proc/self/task").iterdir():
        if int(task.name) not in answering:
            with suppress(OSError):  # it has ended meanwhile, or the system does not allow it
                os.setpriority(os.PRIO_PROCESS, int(task.name), NICENESS)


def _out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)
