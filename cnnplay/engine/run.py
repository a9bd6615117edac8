"""A run as the engine keeps it, and what a page may know of it."""

from collections import deque
from dataclasses import dataclass, field

from ..errors import PlaygroundError
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from ..training.history import History

PACE_WINDOW = 5.0  # seconds over which the speed is measured
COPIES_IN_TRAINING = 3  # weights, and what Adam remembers of each: its mean and its spread
FEWEST_SETS = 3  # of weights that every run keeps: the first, the best, the newest


@dataclass(frozen=True)
class RunView:
    """What a page may know of a run. `history` grows while the run goes on; everything else is as of the view."""

    id: str
    number: int
    architecture: Architecture
    config: TrainConfig
    status: str  # "queued", "waiting" for its first step, "running", "paused", "stopped", "finished", "failed"
    queue_position: int | None  # 1 is the next to begin; None where it is not in the queue
    unwatched: bool  # paused because nobody was watching; it goes on by itself when its visitor is back
    step: int
    steps_per_epoch: int
    total_steps: int
    learning_rate: float
    seconds: float  # that it has trained, its own turns only
    steps_per_second: float | None
    history: History
    error: PlaygroundError | None
    ended_because: str | None  # a sentence, where the engine stopped it

    @property
    def live(self) -> bool:
        """Whether more will come without anybody's doing."""
        return self.status in ("queued", "waiting", "running")

    @property
    def ended(self) -> bool:
        return self.status in ("stopped", "finished", "failed")

    @property
    def images_per_second(self) -> float | None:
        return self.steps_per_second and self.steps_per_second * self.config.train_images / self.steps_per_epoch

    @property
    def seconds_left(self) -> float | None:
        return (self.total_steps - self.step) / self.steps_per_second if self.steps_per_second else None


@dataclass(eq=False)
class Run:
    """A run as the engine keeps it. The worker alone touches `trainer`'s insides; the engine's lock guards the rest."""

    id: str
    visit: str
    architecture: Architecture
    config: TrainConfig
    total_steps: int
    steps_per_epoch: int
    goal: int
    learning_rate: float
    history: History
    number: int = 0  # within its visit, from 1 on
    trainer: object = None
    weights: dict[int, dict[str, object]] = field(default_factory=dict)  # by epoch, the trainer's own
    stopped: bool = False
    ended_because: str | None = None
    unwatched: bool = False
    thinned: bool = False  # whether its owner was told that weights went
    error: PlaygroundError | None = None
    ticket: int | None = None  # its place in the order of coming, while it wants turns
    used: float = 0.0  # seconds, by which turns are shared out
    seconds: float = 0.0  # that it has trained
    pace: int = 1  # steps of the next slice
    turns: int = 0
    marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=200))  # (time, step) after each slice

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
    def nbytes(self) -> int:
        """Bytes that it holds: weights of epochs, history, and what it trains with."""
        return (
            len(self.weights) * weight_bytes(self.architecture) + self.history.nbytes + bool(self.trainer) * self._own
        )

    @property
    def least_bytes(self) -> int:
        """Bytes that it must be able to hold, now or after a reset: no more weights of epochs than are always kept."""
        return FEWEST_SETS * weight_bytes(self.architecture) + self.history.nbytes + self._own

    @property
    def _own(self) -> int:
        """Bytes of what it trains with: weights, the optimizer's memory, the schedule."""
        return COPIES_IN_TRAINING * weight_bytes(self.architecture) + 4 * self.total_steps

    def reset(self) -> None:
        """Back to the beginning; what it has used of others' time stays."""
        self.trainer, self.weights, self.history = None, {}, History(self.total_steps)
        self.error = self.ended_because = None
        self.stopped = self.unwatched = self.thinned = False
        self.goal, self.pace, self.turns, self.seconds = 0, 1, 0, 0.0
        self.learning_rate = self.config.learning_rate
        self.marks.clear()

    def release(self) -> None:
        """Once it has ended, it keeps what it can be asked for, and not what it would train on with."""
        if self.ended:
            self.trainer = None


def weight_bytes(architecture: Architecture) -> int:
    """Bytes of one set of weights, float32."""
    return 4 * architecture.parameter_count


def view_of(run: Run, queue_position: int | None, now: float) -> RunView:
    return RunView(
        id=run.id,
        number=run.number,
        architecture=run.architecture,
        config=run.config,
        status="queued" if queue_position else run.status,
        queue_position=queue_position,
        unwatched=run.unwatched and run.status == "paused",
        step=run.step,
        steps_per_epoch=run.steps_per_epoch,
        total_steps=run.total_steps,
        learning_rate=run.learning_rate,
        seconds=run.seconds,
        steps_per_second=_speed(run, now) if run.wants_turn and not queue_position else None,
        history=run.history,
        error=run.error,
        ended_because=run.ended_because,
    )


def _speed(run: Run, now: float) -> float | None:
    recent = [mark for mark in run.marks if now - mark[0] < PACE_WINDOW]
    if len(recent) < 2:
        return None
    (began, first), (now, last) = recent[0], recent[-1]
    return (last - first) / (now - began) if last > first and now > began else None


def minutes(seconds: float) -> str:
    """A long time in words."""
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 2 * 3600 else f"{seconds / 3600:.0f} hours"
