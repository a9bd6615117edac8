"""What visitors have in common, on a simulated tab or in Chromium: a record of their acts, and their failures."""

from collections.abc import Iterator
from contextlib import contextmanager

from .plan import markers_of
from .trace import Failure, Step
from .world import World


class Hands:
    """One of the twelve. files: those it uploaded that no page takes; resetting: runs that it resets just now."""

    def __init__(self, number: int, world: World):
        self.number, self.world = number, world
        self.files: list[str] = []
        self.trace: list[Step] = []
        self.resetting: list[str] = []
        self.failed = False
        self._foreign: list[str] = []
        world.markers.add(number, markers_of(number))

    @contextmanager
    def carrying_out(self, step: Step, name: str) -> Iterator[None]:
        """Carry out a step within this: it is recorded, and counted under that name."""
        self.trace.append(step)
        self.world.recent.append((self.number, step))
        try:
            yield
        finally:
            with self.world.lock:
                self.world.were_reset += self.resetting
            self.resetting.clear()
        self.world.acts[name] += 1

    def reset(self, runs: list[str]) -> None:
        """The histories of these runs may shrink during this step, or until somebody looks at them after it."""
        self.resetting += runs
        with self.world.lock:
            self.world.resets.update(runs)

    def watch(self, data: bytes) -> None:
        """Look for what belongs to others in what the server has sent."""
        if foreign := self.world.markers.foreign(self.number, data):
            self._foreign.append(foreign)

    def check_foreign(self) -> None:
        for foreign in self._foreign:
            self.fail("foreign", foreign)
        self._foreign.clear()

    def fail(self, kind: str, message: str) -> None:
        self.failed = True
        self.world.fail(Failure(self.number, kind, message, tuple(self.trace)))
