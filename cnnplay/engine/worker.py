"""The worker: one thread that trains all runs in slices, yields to the pages in between, and does the housekeeping."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from ..data.datasets import Dataset
from ..errors import PlaygroundError, SettingsError
from ..training.history import History
from . import memory
from .limits import MEGABYTE
from .live import AFTER_A_FAILURE, LiveWeights
from .retention import Retention
from .run import Run
from .scheduler import Scheduler
from .slices import OutOfMemoryError, Slices
from .warm_up import Expected, compile_expected, import_slow_modules
from .yielding import Yielding

WARM_UP_AFTER = 1.0  # seconds from the start of the thread
HOUSEKEEPING_EVERY = 1.0  # seconds
# Seconds between two returns of freed pages to the system, of about 2 ms in a process of 470 MB. The C library keeps
# much of what a compiler has freed: after forty networks, one right after the other, a process took 626 MB without
# returns, and 473 MB with one after every fifth.
RELEASE_EVERY = 5.0
NICENESS = 3  # of the threads that compute: those of pages too, which on a busy machine must not wait for all others
IDLE_WAIT = 5.0  # seconds until the next housekeeping where no run trains
SLICES_BEFORE_FREEZING = 10  # of a run: by then its network is compiled and its first points are drawn

log = logging.getLogger(__name__)


class Worker:
    """Trains the runs of a `Retention`. `changed` locks all that the worker shares with the engine.

    expected: network and settings of the training that is likely to come first; its programs are compiled beforehand.
    No error ends the thread: neither one in a run nor one in the housekeeping.
    """

    def __init__(
        self,
        retention: Retention,
        scheduler: Scheduler,
        changed: threading.Condition,
        dataset: Callable[[], Dataset],
        clock: Callable[[], float],
        expected: Expected | None = None,
    ):
        self._retention, self._scheduler, self._changed = retention, scheduler, changed
        self._runs, self._visitors, self._limits = retention.runs, retention.visitors, retention.limits
        self._dataset, self._clock, self._expected = dataset, clock, expected
        self._yielding = Yielding(changed, clock)
        self._slices = Slices(changed, self._yielding)
        self._sweeper = memory.Sweeper(self._limits, clock)
        self._closed = False
        self._last_housekeeping = self._last_release = clock()
        self._thread = threading.Thread(target=self._work, name="cnnplay-engine", daemon=True)
        self._thread.start()

    def page_rendering(self) -> AbstractContextManager[None]:
        """While a page renders, the worker yields for longer between slices."""
        return self._yielding.page_rendering()

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
        """Update the queue and wake the thread. Call this, under the lock, after every change to a run."""
        self._scheduler.update_queue(self._runs.values())
        self._changed.notify_all()

    def close(self) -> None:
        """End the thread after its current slice: a process that exits in the middle of one would crash."""
        with self._changed:
            self._closed = True
            self._slices.close()
            self._changed.notify_all()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        self._warm_up()
        while not self._closed:
            try:
                self._train_or_wait()
                self._copy_weights()
                if self._is_housekeeping_due():
                    self._housekeeping()
                self._sweeper.sweep_if_due(idle=self._is_idle())
            except Exception:
                log.exception("housekeeping failed; the engine goes on")
                time.sleep(HOUSEKEEPING_EVERY)

    def _warm_up(self) -> None:
        """Make ready what the first visitors need, when the first page has rendered, and until a run starts."""
        with self._changed:
            self._changed.wait_for(self._is_needed, timeout=WARM_UP_AFTER)
        try:
            self._load()
            _lower_priority()
            if self._expected and (step := compile_expected(self._expected, self._dataset(), self._give_way)):
                with self._changed:
                    self._scheduler.capacity.begin(step)
        except PlaygroundError:
            pass  # unreadable data: reported when a run starts
        except Exception:
            log.exception("the engine could not be made ready; a run that starts will say why")
        memory.freeze()
        memory.release_pages()
        _lower_priority()  # of the threads that came with the programs as well

    def _load(self) -> None:
        """Load the slow modules, JAX among them, and the images."""
        import_slow_modules(self._give_way)
        from ..training.compiled import load

        memory.compilations()
        load(self._dataset())

    def _give_way(self) -> bool:
        """Yield to the pages that render; whether somebody needs the worker for something else."""
        self._yielding.to_pages()
        return self._is_needed()

    def _is_needed(self) -> bool:
        return bool(self._runs) or self._closed

    def _train_or_wait(self) -> None:
        """Train one slice of the next run, or wait for a run that wants to train."""
        with self._changed:
            run = self._scheduler.next(self._runs.values())
            if run:
                trainer, history = run.trainer, run.history
            elif not (self._closed or self._is_housekeeping_due() or self._owed_copies()):
                self._changed.wait(IDLE_WAIT)
        if run:
            began, programs = self._yielding.busy_time(), memory.compilations().count
            error = self._slices.train(run, trainer, history)
            self._charge(run, self._yielding.busy_time() - began, memory.compilations().count > programs)
            self._finish(run, history, error)
            self._yielding.to_pages()

    def owes_copy(self, run: Run) -> bool:
        """Whether somebody waits for a copy of the weights of this run. Call this under the lock."""
        return run.state is not None and run.watch.is_due(run.step, self._clock(), training=run.wants_turn)

    def _owed_copies(self) -> list[Run]:
        return [run for run in self._runs.values() if self.owes_copy(run)]

    def _copy_weights(self) -> None:
        """Copy the weights of the runs that somebody watches."""
        with self._changed:
            owed = [(run, run.state, run.history) for run in self._owed_copies()]
        for run, state, history in owed:
            assert state is not None
            try:
                copy = LiveWeights(history.steps, state.weights())
            except Exception:
                self._put_off_copies(run)
                continue
            with self._changed:
                if run.history is history:  # it was not reset meanwhile
                    run.watch.newest, run.watch.copied = copy, self._clock()
                    self._changed.notify_all()

    def _put_off_copies(self, run: Run) -> None:
        """Where the weights of a run cannot be copied its pages do without, and nobody else notices."""
        if not run.watch.failed:
            log.exception("the weights of run %s cannot be copied", run.id[:6])
        with self._changed:
            run.watch.failed, run.watch.not_before = True, self._clock() + AFTER_A_FAILURE
            self._changed.notify_all()

    def _charge(self, run: Run, seconds: float, compiled: bool) -> None:
        """Charge a run for a slice. compiled: whether programs were compiled in it."""
        with self._changed:
            self._scheduler.charge(run, seconds, compiled=compiled)
            visit = self._visitors[run.visit]
            visit.charged = max(visit.charged, run.usage.charged)

    def _finish(self, run: Run, history: History, error: PlaygroundError | None) -> None:
        """Record how a slice went, unless the run was reset meanwhile.

        history: the run's own at the start of the slice. error: what the slice ended with.
        """
        if isinstance(error, OutOfMemoryError):
            self._sweeper.requested = True
        with self._changed:
            if run.history is not history:
                return
            run.error = error
            run.pace.record(self._clock(), run.step)
            compiled = run.pace.slices == SLICES_BEFORE_FREEZING
            self._retention.end_overlong(run)
            if run.ended:
                run.release()
                log.info("run %s %s after %d steps, %.1f s", run.id[:6], run.status, run.step, run.usage.seconds)
            self.update_queue()
        if compiled:
            memory.freeze()

    def _is_housekeeping_due(self) -> bool:
        return self._clock() - self._last_housekeeping >= HOUSEKEEPING_EVERY

    def _housekeeping(self) -> None:
        """Hold runs and visits to their limits, and return freed pages to the system every few seconds."""
        size = memory.resident()
        with self._changed:
            now = self._last_housekeeping = self._clock()
            self._retention.pause_unwatched(now)
            self._retention.evict_forgotten(now)
            for run in self._runs.values():
                run.release()
                run.watch.release(run.step, now, paused=run.status == "paused")
            self._retention.hold_bytes(now)
            if size > self._limits.full_megabytes * MEGABYTE:
                self._retention.evict_longest_unseen(now)
            self._visitors.forget_idle(self._runs.values(), now, self._limits.silence, self._limits.kept_for)
            self.update_queue()
        if now - self._last_release >= RELEASE_EVERY:
            self._last_release = now
            memory.release_pages()

    def _is_idle(self) -> bool:
        with self._changed:
            return not self._yielding.pages_render and not any(run.wants_turn for run in self._runs.values())


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
