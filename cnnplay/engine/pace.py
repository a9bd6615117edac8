"""What a run has used of the worker, and how fast it trains."""

from collections import deque
from dataclasses import dataclass, field

SPEED_WINDOW = 5.0  # seconds over which the speed is measured


@dataclass(eq=False)
class Usage:
    """The worker's time that a run has used, in seconds.

    seconds: of training, since the last reset. charged: what the scheduler has charged for it, over all resets.
    """

    seconds: float = 0.0
    charged: float = 0.0


@dataclass(eq=False)
class Pace:
    """How fast a run trains: steps of its next slice, slices done, and (time, step) after each of the last ones."""

    slice_steps: int = 1
    slices: int = 0
    marks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=200))

    def record(self, time: float, step: int) -> None:
        """Count a slice that ended at `time` with the run at `step`."""
        self.marks.append((time, step))
        self.slices += 1

    def adapt(self, steps: int, seconds: float, target: float) -> None:
        """Choose the steps of the next slice so that it takes `target` seconds, as `steps` took `seconds`.

        At most 8 times as many as before: one slice alone may have been quick by chance.
        """
        self.slice_steps = max(1, min(8 * self.slice_steps, int(steps * target / max(seconds, 1e-4))))

    def steps_per_second(self, now: float) -> float | None:
        """The speed over the last SPEED_WINDOW seconds; None with fewer than two slices in them."""
        recent = [mark for mark in self.marks if now - mark[0] < SPEED_WINDOW]
        if len(recent) < 2:
            return None
        (began, first), (ended, last) = recent[0], recent[-1]
        return (last - first) / (ended - began) if last > first and ended > began else None
