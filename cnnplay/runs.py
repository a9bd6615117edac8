"""A run as the engine keeps it, and what a page may know of it."""

import time
from collections import deque
from dataclasses import dataclass, field

from .architecture import Architecture
from .errors import PlaygroundError
from .history import History
from .settings import TrainConfig

PACE_WINDOW = 5.0  # seconds over which the speed is measured


@dataclass(frozen=True)
class RunView:
    """What a page may know of a run. `history` grows while the run goes on; everything else is as of the view."""

    id: str
    number: int
    architecture: Architecture
    config: TrainConfig
    status: str  # "waiting" for its first step, "running", "paused", "stopped", "finished", "failed"
    step: int
    steps_per_epoch: int
    total_steps: int
    learning_rate: float
    steps_per_second: float | None
    history: History
    error: PlaygroundError | None

    @property
    def live(self) -> bool:
        """Whether more will come without anybody's doing."""
        return self.status in ("waiting", "running")

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
    number: int
    visit: str
    architecture: Architecture
    config: TrainConfig
    total_steps: int
    steps_per_epoch: int
    goal: int
    learning_rate: float
    history: History
    trainer: object = None
    adopted: dict[int, dict[str, object]] = field(
        default_factory=dict
    )  # weights by epoch of a run trained elsewhere
    stopped: bool = False
    error: PlaygroundError | None = None
    pace: int = 1  # steps of the next slice
    marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=200))  # (time, step) after each slice

    @property
    def step(self) -> int:
        return self.history.steps

    @property
    def finished(self) -> bool:
        return self.error is None and self.step == self.total_steps and not self.evaluating

    @property
    def status(self) -> str:
        if self.error:
            return "failed"
        if self.finished:
            return "finished"
        if self.stopped:
            return "stopped"
        if self.step >= self.goal and not self.evaluating:
            return "paused"
        return "running" if self.step else "waiting"

    @property
    def evaluating(self) -> bool:
        """Whether an epoch's last step is done and its evaluation is not."""
        return self.step // self.steps_per_epoch > len(self.history.epochs)

    @property
    def wants_turn(self) -> bool:
        return self.status in ("waiting", "running")


def view_of(run: Run) -> RunView:
    return RunView(
        id=run.id,
        number=run.number,
        architecture=run.architecture,
        config=run.config,
        status=run.status,
        step=run.step,
        steps_per_epoch=run.steps_per_epoch,
        total_steps=run.total_steps,
        learning_rate=run.learning_rate,
        steps_per_second=_speed(run),
        history=run.history,
        error=run.error,
    )


def _speed(run: Run) -> float | None:
    if not run.wants_turn:
        return None
    now = time.monotonic()
    recent = [mark for mark in run.marks if now - mark[0] < PACE_WINDOW]
    if len(recent) < 2 or recent[-1][1] == recent[0][1]:
        return None
    return (recent[-1][1] - recent[0][1]) / (recent[-1][0] - recent[0][0])
