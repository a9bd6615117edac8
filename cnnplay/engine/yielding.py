"""Yielding: between two slices the worker leaves the processor to the pages, for longer while one renders."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

YIELD = 0.004  # seconds left to the pages between two slices ...
LONGEST_YIELD = 0.15  # ... and at most this long while a page renders
LONGEST_BUSY = 0.1  # seconds of computing before the next yield


class Yielding:
    """Counts the pages that render, and the time that the worker yields to them.

    changed: the lock of what the worker shares; it is notified when a page has rendered.
    """

    def __init__(self, changed: threading.Condition, clock: Callable[[], float]):
        self._changed, self._clock = changed, clock
        self._pages = 0
        self._yielded, self._last = 0.0, clock()  # seconds yielded in all; busy time at the end of the last yield

    @contextmanager
    def page_rendering(self) -> Iterator[None]:
        """While a page renders, each yield lasts longer."""
        with self._changed:
            self._pages += 1
        try:
            yield
        finally:
            with self._changed:
                self._pages -= 1
                self._changed.notify_all()

    @property
    def pages_render(self) -> bool:
        return self._pages > 0

    def busy_time(self) -> float:
        """Seconds of the clock without those that were yielded."""
        return self._clock() - self._yielded

    def to_pages(self) -> None:
        """Leave the processor to the pages for a moment, for longer while one renders."""
        began = self._clock()
        with self._changed:
            self._changed.wait_for(lambda: not self._pages, timeout=LONGEST_YIELD)
        time.sleep(YIELD)
        self._yielded += self._clock() - began
        self._last = self.busy_time()

    def to_pages_if_due(self) -> None:
        """Yield after LONGEST_BUSY seconds of computing: a compilation, or a part of an evaluation."""
        if self.busy_time() - self._last > LONGEST_BUSY:
            self.to_pages()
