"""A run as the engine holds it, and the view of it that pages get."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Protocol

import numpy as np

from ..data.datasets import OWN, DataSource
from ..errors import PlaygroundError
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from ..training.history import History
from .live import Watch
from .pace import Pace, Usage
from .remote import RemoteState

COPIES_IN_TRAINING = 3  # the weights, and Adam's two moments of each
FEWEST_SNAPSHOTS = 3  # sets of weights that every run keeps: the first, the best, the newest

EpochWeights = dict[int, Mapping[str, np.ndarray]]  # by epoch, 0 being the initial ones, then by name: "conv1/bias"


class TrainingState(Protocol):
    """From which training goes on: a trainer here, or the bytes of one that trains elsewhere."""

    def weights(self) -> Mapping[str, np.ndarray]: ...


class RunTrainer(TrainingState, Protocol):
    """What the engine needs of a trainer: `training.trainer.Trainer`, which loads JAX, has it."""

    history: History

    def advance(self, steps: int, should_stop: Callable[[], bool]) -> None: ...

    def set_learning_rate(self, rate: float) -> None: ...


@dataclass(frozen=True)
class RunView:
    """A page's view of a run. `history` grows while the run trains; everything else is fixed when the view is made."""

    id: str
    number: int
    architecture: Architecture
    config: TrainConfig
    data: DataSource
    status: str  # "queued", "waiting" for its first step, "running", "paused", "stopped", "finished", "failed"
    queue_position: int | None  # 1 is the next to begin; None where it is not in the queue
    unwatched: bool  # paused because nobody was watching; it resumes by itself when its visitor is back
    resumable: bool  # paused, be it by its visitor or because nobody was watching
    step: int
    steps_per_epoch: int
    total_steps: int
    learning_rate: float
    seconds: float  # of training
    steps_per_second: float | None
    history: History
    error: PlaygroundError | None
    ended_because: str | None  # a sentence, where the engine stopped it
    held_up: str | None  # why it cannot train now, within a sentence; it goes on by itself

    @property
    def live(self) -> bool:
        """Whether it trains, or will do so without the visitor's action."""
        return self.status in ("queued", "waiting", "running")

    @property
    def ended(self) -> bool:
        return self.status in ("stopped", "finished", "failed")

    @property
    def images_per_second(self) -> float | None:
        return self.steps_per_second and self.steps_per_second * self.images / self.steps_per_epoch

    @property
    def images(self) -> int:
        """How many it trains on."""
        return self.config.images_of(self.data.images[0])

    @property
    def seconds_left(self) -> float | None:
        return (self.total_steps - self.step) / self.steps_per_second if self.steps_per_second else None


@dataclass(eq=False)
class Run:
    """A run in the engine. The worker alone calls `trainer` and sets `remote`; the engine's lock guards the rest.

    goal: the step at which it pauses. weights: the trainer's own snapshots, by epoch.
    stopped: ended before its last step, for good: it took too long, or it came so from a file, without optimizer state.
    """

    id: str
    visit: str
    architecture: Architecture
    config: TrainConfig
    data: DataSource
    steps_per_epoch: int
    goal: int
    learning_rate: float
    history: History
    number: int = 0  # within its visit, from 1
    trainer: RunTrainer | None = None
    remote: RemoteState | None = None  # in place of a trainer, where it trains on a cluster
    weights: EpochWeights = field(default_factory=dict)
    stopped: bool = False
    ended_because: str | None = None
    unwatched: bool = False
    thinned: bool = False  # whether its owner was notified that snapshots went
    error: PlaygroundError | None = None
    held_up: str | None = None
    ticket: int | None = None  # the scheduler's, while it wants to train
    usage: Usage = field(default_factory=Usage)
    pace: Pace = field(default_factory=Pace)
    watch: Watch = field(default_factory=Watch)

    @property
    def total_steps(self) -> int:
        return self.config.epochs * self.steps_per_epoch

    @property
    def step(self) -> int:
        return self.history.steps

    @property
    def finished(self) -> bool:
        return self.error is None and self.step == self.total_steps and not self.evaluating

    @property
    def ended(self) -> bool:
        return self.error is not None or self.stopped or self.finished

    @property
    def status(self) -> str:
        if self.error:
            return "failed"
        if self.finished:
            return "finished"
        if self.stopped:
            return "stopped"
        if self.unwatched or (self.step >= self.goal and not self.evaluating):
            return "paused"
        return "running" if self.step else "waiting"

    @property
    def evaluating(self) -> bool:
        """Whether an epoch's last step is done and its evaluation is not."""
        return self.step // self.steps_per_epoch > len(self.history.epochs)

    @property
    def wants_turn(self) -> bool:
        return self.status in ("waiting", "running")

    @property
    def state(self) -> TrainingState | None:
        """From which its training goes on; None before the first step and after the last."""
        return self.trainer or self.remote

    @property
    def nbytes(self) -> int:
        """Bytes that it holds: snapshots, history, and the training state while there is one."""
        training = self._training_bytes if self.state else 0
        sets = len(self.weights) + (self.watch.newest is not None)
        return sets * weight_bytes(self.architecture) + self.history.nbytes + training + self._own_bytes

    @property
    def least_bytes(self) -> int:
        """Bytes that it must be able to hold, now or after a reset: with the fewest snapshots that every run keeps."""
        kept = FEWEST_SNAPSHOTS * weight_bytes(self.architecture) + self.history.nbytes
        return kept + self._training_bytes + self._own_bytes

    @property
    def _own_bytes(self) -> int:
        """Bytes of its visitor's own pictures, which stay for as long as it does; others are there for everybody."""
        return sum(self.data.images) * prod(self.data.input_shape) if self.data.name == OWN else 0

    @property
    def _training_bytes(self) -> int:
        """Bytes of the training state: weights, optimizer state, learning rate schedule."""
        return COPIES_IN_TRAINING * weight_bytes(self.architecture) + 4 * self.total_steps

    def reset(self) -> None:
        """Return to the beginning. The time charged for it stays charged."""
        self.trainer, self.remote, self.weights, self.history = None, None, {}, History(self.total_steps)
        self.error = self.ended_because = self.held_up = None
        self.stopped = self.unwatched = self.thinned = False
        self.watch = Watch()
        self.goal, self.learning_rate = 0, self.config.learning_rate
        self.pace, self.usage.seconds = Pace(), 0.0

    def release(self) -> None:
        """Free the training state of a run that has ended; history and snapshots stay."""
        if self.ended:
            self.trainer = self.remote = None


def new_run(visit: str, architecture: Architecture, config: TrainConfig, data: DataSource, steps_per_epoch: int) -> Run:
    """A run at its beginning, paused, with an id that cannot be guessed."""
    history = History(config.epochs * steps_per_epoch)
    return Run(
        id=secrets.token_urlsafe(16),
        visit=visit,
        architecture=architecture,
        config=config,
        data=data,
        steps_per_epoch=steps_per_epoch,
        goal=0,
        learning_rate=config.learning_rate,
        history=history,
    )


def weight_bytes(architecture: Architecture) -> int:
    """Bytes of one set of weights, float32."""
    return 4 * architecture.parameter_count


def view_of(run: Run, queue_position: int | None, now: float) -> RunView:
    """The view of a run at the time `now`."""
    return RunView(
        id=run.id,
        number=run.number,
        architecture=run.architecture,
        config=run.config,
        data=run.data,
        status="queued" if queue_position else run.status,
        queue_position=queue_position,
        unwatched=run.unwatched and run.status == "paused",
        resumable=run.status == "paused",
        step=run.step,
        steps_per_epoch=run.steps_per_epoch,
        total_steps=run.total_steps,
        learning_rate=run.learning_rate,
        seconds=run.usage.seconds,
        steps_per_second=run.pace.steps_per_second(now) if run.wants_turn and not queue_position else None,
        history=run.history,
        error=run.error,
        ended_because=run.ended_because,
        held_up=run.held_up if run.wants_turn and not queue_position else None,
    )
