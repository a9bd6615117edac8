"""The worker: one thread that trains all runs in turn, leaves air to the pages, and keeps the house."""

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
from .run import Run, minutes
from .scheduler import Scheduler

SLICE = 0.1  # seconds of training before the next run has its turn
AIR = 0.004  # seconds between slices that belong to the pages ...
MOST_AIR = 0.15  # ... and while a page is being made, until it is done or so long
WARM_UP_AFTER = 1.0  # seconds
TIDY_EVERY = 1.0  # seconds
NICENESS = 10  # of the threads that compute
REST = 5.0  # seconds until the worker looks around where nobody trains
SWEEP_PAUSE = 20.0  # seconds at least from one forced sweep to the next
WORTH_A_SWEEP = 20  # programs compiled since the last one
SLICES_BEFORE_SETTLING = 10  # after which a run's network is compiled, and its first points have been seen

log = logging.getLogger(__name__)


class Worker:
    """Trains the runs of a `Retention`. `changed` is the lock of all that it shares with the engine, which notifies it.

    Nothing that goes wrong ends the thread: neither in a run nor in the housekeeping.
    """

    def __init__(
        self,
        keeping: Retention,
        turns: Scheduler,
        changed: threading.Condition,
        dataset: Callable[[], Dataset],
        clock: Callable[[], float],
    ):
        self._retention, self._scheduler, self._changed = keeping, turns, changed
        self._runs, self._visits, self._limits = keeping.runs, keeping.visits, keeping.limits
        self._dataset, self._clock = dataset, clock
        self._closed = False
        self._pages = 0  # being made just now
        self._air, self._breathed = 0.0, clock()  # seconds left to the pages in all; when last
        self._tidied = self._swept = clock()
        self._compiled, self._sweep_now = 0, False  # programs compiled before the last sweep; whether one is due
        self._thread = threading.Thread(target=self._work, name="cnnplay-engine", daemon=True)
        self._thread.start()

    @contextmanager
    def page(self) -> Iterator[None]:
        """While a page is being made: the runs leave it more air."""
        with self._changed:
            self._pages += 1
        try:
            yield
        finally:
            with self._changed:
                self._pages -= 1
                self._changed.notify_all()

    def check_memory(self) -> None:
        """Raises SettingsError where the process has no memory left for a further run."""
        size = memory.resident()
        if size > self._limits.full_megabytes * MEGABYTE:
            self._sweep_now = True
            raise SettingsError(
                f"The server's memory is nearly full ({size / MEGABYTE:,.0f} MB), so no further run can begin now. Try "
                "again in a minute."
            )

    def line_up(self) -> None:
        """After every change of what runs want, under the lock: the order of turns follows, and the thread wakes."""
        self._scheduler.line_up(self._runs.values())
        self._changed.notify_all()

    def _tidy(self) -> None:
        """Hold to the limits what is kept."""
        size = memory.resident()
        with self._changed:
            now = self._tidied = self._clock()
            self._retention.pause_unwatched(now)
            self._retention.drop_forgotten(now)
            for run in self._runs.values():
                run.release()
            self._retention.hold_bytes(now)
            if size > self._limits.full_megabytes * MEGABYTE:
                self._retention.drop_longest_unseen(now)
            self._visits.forget(self._runs.values(), now, self._limits.silence, self._limits.kept_for)
            self.line_up()

    def close(self) -> None:
        """End the worker after its slice: a process that ends in the middle of one would crash."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        self._warm_up()
        while not self._closed:
            try:
                self._turn_or_rest()
                if self._clock() - self._tidied >= TIDY_EVERY:
                    self._tidy()
                self._sweep_if_due()
            except Exception:
                log.exception("housekeeping failed; the engine goes on")
                time.sleep(TIDY_EVERY)

    def _warm_up(self) -> None:
        """Load JAX and the images before somebody presses Start, but let the first page be drawn first."""
        with self._changed:
            self._changed.wait_for(lambda: self._runs or self._closed, timeout=WARM_UP_AFTER)
        try:
            from ..training.compiled import load  # and with it JAX

            memory.compilations()
            load(self._dataset())
        except PlaygroundError:
            pass  # data that cannot be read: told to whoever starts a run
        except Exception:
            log.exception("the engine could not be made ready; a run that starts will say why")
        memory.settle()
        memory.give_back()
        _step_back()

    def _turn_or_rest(self) -> None:
        with self._changed:
            run = self._scheduler.next(self._runs.values())
            if run:
                trainer, history = run.trainer, run.history
            elif not self._closed:
                self._changed.wait(REST)
        if run:
            self._turn(run, trainer, history)
            self._breathe()

    def _turn(self, run: Run, trainer: object, history: History) -> None:
        """One slice of one run; whatever goes wrong in it is that run's alone."""
        began = self._worked()
        error = self._try(run, trainer, history)
        with self._changed:
            self._scheduler.charge(run, self._worked() - began)
            visit = self._visits[run.visit]
            visit.used = max(visit.used, run.used)
            if run.history is not history:
                return
            run.error = error
            run.marks.append((self._clock(), run.step))
            run.turns += 1
            settled = run.turns == SLICES_BEFORE_SETTLING
            self._end_if_due(run)
        if settled:
            memory.settle()

    def _try(self, run: Run, trainer: object, history: History) -> PlaygroundError | None:
        """A slice; in words what went wrong in it."""
        from ..training.trainer import Trainer

        try:
            if trainer is None:
                trainer = Trainer(run.architecture, run.config, self._dataset())
                trainer.history = history
                with self._changed:
                    if run.history is not history:
                        return None  # reset meanwhile
                    run.trainer, run.weights = trainer, trainer.epoch_weights  # type: ignore[assignment]
            assert isinstance(trainer, Trainer)
            trainer.set_learning_rate(run.learning_rate)
            self._slice(run, trainer)
        except PlaygroundError as error:
            return error
        except Exception as error:
            log.exception("run %s failed", run.id[:6])
            if not _out_of_memory(error):
                return PlaygroundError(f"The run ended with an unexpected {type(error).__name__}; other runs go on.")
            self._sweep_now = True
            return SettingsError(
                "The machine has not enough memory for a step of this network. Take a smaller batch or fewer filters."
            )
        return None

    def _slice(self, run: Run, trainer: object) -> None:
        history, epochs, step, began = run.history, len(run.history.epochs), run.step, self._worked()

        def should_stop() -> bool:
            if self._worked() - self._breathed > SLICE:  # a compilation, or an evaluation, which comes in parts
                self._breathe()
            return run.history is not history or not run.wants_turn or self._closed

        steps = min(run.pace, max(0, run.goal - step))
        trainer.advance(steps, should_stop)  # type: ignore[attr-defined]
        took = self._worked() - began
        if len(history.epochs) == epochs and history.steps > step:  # a slice without an evaluation tells the pace
            run.pace = max(1, min(8 * run.pace, int((history.steps - step) * SLICE / max(took, 1e-4))))

    def _end_if_due(self, run: Run) -> None:
        """A run that has trained for as long as one may ends. What has ended keeps no more than it can be asked for."""
        if run.seconds >= self._limits.longest_run and not run.ended:
            run.stopped = True
            run.ended_because = (
                f"Run {run.number} has trained for {minutes(self._limits.longest_run)}, the longest that one run may: "
                "it was ended, and what it learned stays. With fewer epochs, fewer training images or a smaller "
                "network it comes to its end."
            )
        if run.ended:
            run.release()
            log.info("run %s %s after %d steps, %.1f s", run.id[:6], run.status, run.step, run.seconds)
        self.line_up()

    def _breathe(self) -> None:
        """Leave the processor to the pages for a moment: longer while one is being made."""
        began = self._clock()
        with self._changed:
            self._changed.wait_for(lambda: not self._pages or self._closed, timeout=MOST_AIR)
        time.sleep(AIR)
        self._air += self._clock() - began
        self._breathed = self._worked()

    def _worked(self) -> float:
        """Seconds of the worker's clock without those that it left to the pages."""
        return self._clock() - self._air

    def _sweep_if_due(self) -> None:
        """Everybody feels it when all is compiled again: so only where nobody is busy, or memory is short."""
        compiled, size = memory.compilations().count - self._compiled, memory.resident()
        with self._changed:
            idle = not self._pages and not any(run.wants_turn for run in self._runs.values())
        many = idle and compiled >= self._limits.programs
        rested = self._clock() - self._swept > SWEEP_PAUSE and compiled >= WORTH_A_SWEEP
        large = size > self._limits.sweep_megabytes * MEGABYTE
        if many or (large and rested) or self._sweep_now:
            memory.sweep()
            self._compiled, self._swept, self._sweep_now = memory.compilations().count, self._clock(), False
            log.info("%d compiled programs swept, memory %s -> %s bytes", compiled, size, memory.resident())


def _step_back() -> None:
    """Where the system knows priorities of threads, those that compute give way to those that answer visitors.

    XLA's threads are not Python's, and all that compute for long are here by now.
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
