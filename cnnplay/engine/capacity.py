"""Capacity: how many runs train at a time; fewer where pages take long, because pages come first.

Every run that trains has a page that is drawn again several times a second to follow it. A queued run asks for little.
"""

import math
from collections.abc import Callable

from .limits import Limits

LOOK_EVERY = 10.0  # seconds from one decision to the next
FEWEST = 10  # pages to decide by
SHARE = 0.9  # of the pages, which must be drawn in time
QUICK = 1 / 3  # of the time that is allowed: then there is room for another run
STEP = 0.004  # seconds of a step of the first network on the slowest machine that is given all places from the start


class Capacity:
    """The number of `places` for runs, from 1 to `Limits.active_runs`.

    Not thread-safe: the engine's lock guards it.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]):
        self.places = limits.active_runs
        self._limits, self._clock = limits, clock
        self._page_seconds: list[float] = []  # seconds of each page since the last decision
        self._decided = clock()

    def begin(self, step: float) -> None:
        """Choose the first number of places by the seconds that a training step takes on this machine."""
        most = self._limits.active_runs
        self.places = max(1, min(most, round(most * STEP / step)))

    def record(self, seconds: float) -> bool:
        """A page took so long to draw; returns whether the number of places changed."""
        self._page_seconds.append(seconds)
        if self._clock() - self._decided < LOOK_EVERY or len(self._page_seconds) < FEWEST:
            return False
        before, slow = self.places, sorted(self._page_seconds)[math.ceil(SHARE * len(self._page_seconds)) - 1]
        if slow > self._limits.slow_page:
            self.places = max(1, self.places * 3 // 4)
        elif slow < QUICK * self._limits.slow_page:
            self.places = min(self._limits.active_runs, self.places + 1)
        self._page_seconds.clear()
        self._decided = self._clock()
        return self.places != before
