"""Slices: a run trains for about a tenth of a second at a time, and an error in a slice ends that run alone."""

import logging
import threading

from ..errors import PlaygroundError, SettingsError
from ..training.history import History
from .run import Run, RunTrainer
from .yielding import Yielding

SLICE = 0.1  # seconds of training before the next run's slice

log = logging.getLogger(__name__)


class OutOfMemoryError(SettingsError):
    """The machine lacks the memory for a step."""


class Slices:
    """Trains runs, a slice at a time. `changed` locks what the runs share with the engine."""

    def __init__(self, changed: threading.Condition, yielding: Yielding):
        self._changed, self._yielding = changed, yielding
        self._closed = False

    def close(self) -> None:
        """End the slice under way after its current step."""
        self._closed = True

    def train(self, run: Run, trainer: RunTrainer | None, history: History) -> PlaygroundError | None:
        """Train one slice; an error in it is returned, for the run to end with.

        trainer, history: the run's own at the start of the slice; a reset gives it others meanwhile.
        """
        try:
            trainer = trainer or self._new_trainer(run, history)
            if trainer:
                trainer.set_learning_rate(run.learning_rate)
                self._advance(run, trainer)
        except Exception as error:
            return error_of(run, error)
        return None

    def _new_trainer(self, run: Run, history: History) -> RunTrainer | None:
        """A trainer that records in `history`, now the run's own; None where the run was reset meanwhile."""
        from ..training.trainer import Trainer  # loads JAX: not before somebody trains

        trainer = Trainer(run.architecture, run.config, run.data.load())
        trainer.history = history
        with self._changed:
            if run.history is not history:
                return None
            run.trainer, run.weights = trainer, trainer.epoch_weights
        return trainer

    def _advance(self, run: Run, trainer: RunTrainer) -> None:
        history, epochs, step, began = run.history, len(run.history.epochs), run.step, self._yielding.busy_time()

        def should_stop() -> bool:
            self._yielding.to_pages_if_due()
            return run.history is not history or not run.wants_turn or self._closed

        trainer.advance(min(run.pace.slice_steps, max(0, run.goal - step)), should_stop)
        if len(history.epochs) == epochs and history.steps > step:  # no evaluation in it: training alone took the time
            run.pace.adapt(history.steps - step, self._yielding.busy_time() - began, SLICE)


def error_of(run: Run, error: Exception) -> PlaygroundError:
    """What a run ends with, in a sentence. Logs what nobody expected."""
    if isinstance(error, PlaygroundError):
        return error
    log.error("run %s failed", run.id[:6], exc_info=error)
    if _out_of_memory(error):
        return OutOfMemoryError(
            "The machine has not enough memory for a step of this network. Take a smaller batch or fewer filters."
        )
    return PlaygroundError(f"The run ended with an unexpected {type(error).__name__}; other runs go on.")


def _out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or "RESOURCE_EXHAUSTED" in str(error)
