"""Live weights: copies of the weights of a run in training, taken between two slices while somebody watches."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np

WATCHED_FOR = 3.0  # seconds after a page last asked for the weights
COPY_EVERY = 0.15  # seconds at least between two copies while the run trains
AFTER_A_FAILURE = 10.0  # seconds until the next attempt


@dataclass(frozen=True, eq=False)
class LiveWeights:
    """The weights after a step, by name: "conv1/kernel"."""

    step: int
    weights: Mapping[str, np.ndarray]


@dataclass(eq=False)
class Watch:
    """When a page last asked for the weights of a run, when the last copy was taken, and the copy.

    awaited: the step at which a page has waited for a copy; none waits there again.
    failed: whether a copy could not be made. not_before: when to try again.
    """

    asked: float = -inf
    copied: float = -inf
    newest: LiveWeights | None = None
    awaited: int | None = None
    failed: bool = False
    not_before: float = -inf

    def is_due(self, step: int, now: float, *, training: bool) -> bool:
        """Whether to take a copy now that the run is at `step`."""
        if now - self.asked > WATCHED_FOR or now < self.not_before or self._is_of(step):
            return False
        return not training or now - self.copied >= COPY_EVERY

    def release(self, step: int, now: float, *, paused: bool) -> None:
        """Free a copy that nobody watches any more. That of a paused run stays: its step would be copied again."""
        if now - self.asked > WATCHED_FOR and not (paused and self._is_of(step)):
            self.newest = None

    def _is_of(self, step: int) -> bool:
        return self.newest is not None and self.newest.step == step
