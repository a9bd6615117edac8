"""The engine: runs train here, in one worker thread a process, whoever watches or has left.

A page starts a run, holds its id, asks for a view of it, and says pause, resume, step, stop, reset. Each run trains in
short slices, in turn, with air between them for whoever else needs the processor.
"""

import atexit
import gc
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from .architecture import Architecture
from .data import Dataset, mnist
from .errors import PlaygroundError, SettingsError
from .history import History
from .once import once
from .runs import Run, RunView, view_of
from .settings import TrainConfig

SLICE = 0.1  # seconds of training before the next run has its turn
AIR = 0.004  # seconds between slices that belong to the pages
RUNS_A_VISIT = 8
WARM_UP_AFTER = 1.0  # seconds
SLICES_BEFORE_SETTLING = 10  # after which a run's network is compiled, and its first points have been seen

log = logging.getLogger(__name__)


class Engine:
    """Many runs, one worker thread. All methods may be called from any thread, and return at once.

    Methods that take a run's id raise KeyError where there is no such run (any more).
    """

    def __init__(self, dataset: Callable[[], Dataset] = mnist):
        self._dataset = dataset
        self._runs: dict[str, Run] = {}
        self._numbers: dict[str, count[int]] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._last: Run | None = None
        self._worker = threading.Thread(target=self._work, name="cnnplay-engine", daemon=True)
        self._worker.start()

    def start(self, architecture: Architecture, config: TrainConfig, visit: str = "", steps: int | None = None) -> str:
        """Begin a run and give its id, which nobody can guess. The oldest idle run of a full visit makes room.

        steps: how many to train before it pauses; None means to the end.

        Raises SettingsError or ShapeError where it cannot be trained, and changes nothing then.
        """
        from .training import check_size  # loads JAX: not before somebody trains

        architecture.require_classes()
        check_size(architecture, config)
        images = min(config.train_images, len(self._dataset().train))
        per_epoch = config.steps_per_epoch(images)
        total = per_epoch * config.epochs
        with self._changed:
            goal = total if steps is None else min(steps, total)
            run = self._add(visit, architecture, config, total, per_epoch, goal, History(total))
            self._changed.notify()
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

        weights: of some epochs, by epoch. Raises SettingsError where a full visit has no idle run to make room.
        """
        per_epoch = config.steps_per_epoch(config.train_images)
        total = per_epoch * config.epochs
        with self._changed:
            run = self._add(visit, architecture, config, total, per_epoch, total, history)
            run.stopped, run.adopted = history.steps < total, dict(weights)
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

    def reset(self, run_id: str) -> None:
        """Back to the same initial weights and an empty history, waiting for `resume`."""
        with self._changed:
            run = self._runs[run_id]
            run.trainer, run.history, run.error = None, History(run.total_steps), None
            run.stopped, run.adopted = False, {}
            run.goal, run.pace, run.learning_rate = 0, 1, run.config.learning_rate
            run.marks.clear()

    def set_learning_rate(self, run_id: str, rate: float) -> None:
        """The rate from the next slice on. Raises SettingsError out of bounds."""
        with self._changed:
            run = self._runs[run_id]
            run.learning_rate = replace(run.config, learning_rate=rate).learning_rate

    def remove(self, run_id: str) -> None:
        with self._changed:
            self._drop(self._runs[run_id])

    def view(self, run_id: str) -> RunView:
        with self._changed:
            return view_of(self._runs[run_id])

    def views(self, visit: str) -> list[RunView]:
        """The runs of a visit, oldest first."""
        with self._changed:
            return [view_of(run) for run in self._runs.values() if run.visit == visit]

    def visit_of(self, run_id: str) -> str | None:
        """The visit that a run belongs to, None where there is no such run."""
        with self._changed:
            run = self._runs.get(run_id)
            return run.visit if run else None

    def epoch_weights(self, run_id: str) -> dict[int, dict[str, object]]:
        """The weights kept of each epoch, 0 being the initial ones."""
        with self._changed:
            run = self._runs[run_id]
            return dict(run.trainer.epoch_weights) if run.trainer else dict(run.adopted)  # type: ignore[attr-defined]

    def close(self) -> None:
        """End the worker after its slice: a process that ends in the middle of one would crash."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._worker.join(timeout=10)

    def _work(self) -> None:
        self._warm_up()
        while True:
            with self._changed:
                while not (run := self._next()) and not self._closed:
                    self._changed.wait()
                if run is None or self._closed:
                    return
                self._last, trainer, history = run, run.trainer, run.history
            self._turn(run, trainer, history)
            time.sleep(AIR)

    def _warm_up(self) -> None:
        """Load JAX and the images before somebody presses Start, but let the first page be drawn first."""
        with self._changed:
            self._changed.wait_for(lambda: self._runs or self._closed, timeout=WARM_UP_AFTER)
        try:
            from .programs import load  # and with it JAX

            load(self._dataset())
        except PlaygroundError:
            pass  # data that cannot be read: told to whoever starts a run
        _settle()

    def _next(self) -> Run | None:
        """The next run that wants a turn, after the one that had the last."""
        runs = list(self._runs.values())
        start = runs.index(self._last) + 1 if self._last in runs else 0
        return next((run for run in runs[start:] + runs[:start] if run.wants_turn), None)

    def _turn(self, run: Run, trainer: object, history: History) -> None:
        """One slice of one run; whatever goes wrong in it is that run's alone."""
        from .training import Trainer

        error: PlaygroundError | None = None
        try:
            if trainer is None:
                trainer = Trainer(run.architecture, run.config, self._dataset())
                trainer.history = history
                with self._changed:
                    if run.history is not history:
                        return  # reset meanwhile
                    run.trainer = trainer
            assert isinstance(trainer, Trainer)
            trainer.set_learning_rate(run.learning_rate)
            self._slice(run, trainer)
        except PlaygroundError as raised:
            error = raised
        except Exception as raised:
            log.exception("run %s ended with an error", run.number)
            error = _unexpected(raised)
        with self._changed:
            if run.history is not history:
                return
            run.error = error
            run.marks.append((time.monotonic(), run.step))
            compiled = len(run.marks) == SLICES_BEFORE_SETTLING
        if compiled:
            _settle()

    def _slice(self, run: Run, trainer: object) -> None:
        history, epochs, step, began = run.history, len(run.history.epochs), run.step, time.monotonic()
        steps = min(run.pace, max(0, run.goal - step))
        trainer.advance(steps, lambda: run.history is not history or not run.wants_turn)  # type: ignore[attr-defined]
        took = time.monotonic() - began
        if len(history.epochs) == epochs and history.steps > step:  # a slice without an evaluation tells the pace
            run.pace = max(1, min(8 * run.pace, int((history.steps - step) * SLICE / max(took, 1e-4))))

    def _set_goal(self, run_id: str, goal: Callable[[Run], int]) -> None:
        with self._changed:
            run = self._runs[run_id]
            if not (run.error or run.stopped or run.finished):
                run.goal = min(goal(run), run.total_steps)
                run.marks.clear()
                self._changed.notify()

    def _add(
        self,
        visit: str,
        architecture: Architecture,
        config: TrainConfig,
        total_steps: int,
        steps_per_epoch: int,
        goal: int,
        history: History,
    ) -> Run:
        self._make_room(visit)
        run = Run(
            id=secrets.token_urlsafe(16),
            number=next(self._numbers.setdefault(visit, count(1))),
            visit=visit,
            architecture=architecture,
            config=config,
            total_steps=total_steps,
            steps_per_epoch=steps_per_epoch,
            goal=goal,
            learning_rate=config.learning_rate,
            history=history,
        )
        self._runs[run.id] = run
        return run

    def _make_room(self, visit: str) -> None:
        own = [run for run in self._runs.values() if run.visit == visit]
        if len(own) < RUNS_A_VISIT:
            return
        idle = [run for run in own if not run.wants_turn]
        oldest = next((run for run in idle if run.status != "paused"), idle[0] if idle else None)
        if oldest is None:
            raise SettingsError(f"{len(own)} runs are training, and at most {RUNS_A_VISIT} are kept. Stop one first.")
        self._drop(oldest)

    def _drop(self, run: Run) -> None:
        run.stopped = True
        del self._runs[run.id]
        if self._last is run:
            self._last = None


def _settle() -> None:
    """Leave what is in memory by now out of later searches for garbage.

    Streamlit collects garbage after every script run, and all threads wait meanwhile: a tenth of a second and more
    with what JAX loads and each compiled network adds, which is there to stay.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@once
def shared_engine() -> Engine:
    """The engine of this process."""
    engine = Engine()
    atexit.register(engine.close)
    return engine


def _unexpected(error: Exception) -> PlaygroundError:
    if isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error):
        return SettingsError(
            "The machine has not enough memory for a step of this network. Take a smaller batch or fewer filters."
        )
    return PlaygroundError(f"The run ended with an unexpected {type(error).__name__}; other runs go on.")
