"""The experiments of all visitors of a process: started, found by their visit, paused when nobody watches, bounded."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from ..caching import once
from .execution import Execution
from .executors import shared_place
from .experiment import Experiment
from .place import Place
from .settings import ExperimentError

MOST_A_VISIT = 4  # experiments kept; the oldest go first, those that are not finished last
MOST, MOST_BYTES = 200, 100_000_000  # experiments, and bytes of their states: with more, those of ended ones are freed
SILENCE = 90.0  # seconds without a heartbeat until a visit's experiments pause; a hidden tab sends one a minute
KEPT_FOR = 4 * 3600.0  # seconds without a heartbeat until they go
ENDED = ("finished", "cancelled")


@dataclass(eq=False)
class Kept:
    """number: within its visit, from 1. unwatched: it paused because nobody watched, and resumes by itself."""

    id: str
    visit: str
    number: int
    execution: Execution
    unwatched: bool = False


class Keeper:
    """All methods are thread-safe and return at once. `place` is asked for when the first experiment starts.

    Executions are asked and told without the lock: a place may let its callers wait, and only theirs should.
    """

    def __init__(self, place: Callable[[], Place] = shared_place, clock: Callable[[], float] = time.monotonic):
        self._place, self._clock = place, clock
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}
        self._seen: dict[str, float] = {}
        self._started: dict[str, int] = {}

    def start(self, experiment: Experiment, visit: str) -> Kept:
        """Start an experiment; another one of the visit that trains pauses.

        Raises ExperimentError without a place, and where so many train already that none can go.
        """
        id = secrets.token_urlsafe(16)
        execution = Execution(experiment, self._place(), should_go_on=partial(self._is_watched, id))
        surplus = self._surplus(visit)
        with self._lock:
            others = self._of(visit)
            self._seen[visit], self._started[visit] = self._clock(), self._started.get(visit, 0) + 1
            kept = self._kept[id] = Kept(id, visit, self._started[visit], execution)
            self._drop(surplus)
        for gone in surplus:
            gone.execution.cancel()
        for other in others:
            self.pause(other)
        execution.start()
        return kept

    def resume(self, kept: Kept) -> None:
        """Go on with one; another one of the visit that trains pauses."""
        with self._lock:
            others = [other for other in self._of(kept.visit) if other is not kept]
            if kept.visit in self._seen:
                self._seen[kept.visit] = self._clock()
            kept.unwatched = False
        for other in others:
            self.pause(other)
        kept.execution.start()

    def pause(self, kept: Kept) -> None:
        """Pause one until its visitor resumes it."""
        kept.unwatched = False
        kept.execution.pause()

    def cancel(self, kept: Kept) -> None:
        """End one for good; its finished runs stay."""
        kept.unwatched = False
        kept.execution.cancel()

    def of(self, visit: str) -> list[Kept]:
        """The experiments of a visit, oldest first."""
        with self._lock:
            return self._of(visit)

    def visit_of(self, id: str) -> str | None:
        """The visit that an experiment belongs to; None for an unknown one."""
        with self._lock:
            kept = self._kept.get(id)
            return kept.visit if kept else None

    def remove(self, kept: Kept) -> None:
        with self._lock:
            self._drop([kept])
        kept.execution.cancel()

    def heartbeat(self, visit: str) -> None:
        """Note that a visitor is there, and look after the experiments of those that are not."""
        with self._lock:
            now = self._clock()
            if visit in self._started:
                self._seen[visit] = now
            back = [kept for kept in self._of(visit) if kept.unwatched]
            for kept in back:
                kept.unwatched = False
            silent = [kept for kept in self._kept.values() if now - self._seen[kept.visit] > SILENCE]
            gone = [kept for kept in silent if now - self._seen[kept.visit] > KEPT_FOR]
            self._drop(gone)
        for kept in back:
            kept.execution.start()
        for kept in gone:
            kept.execution.cancel()
        for kept in silent:
            if kept.execution.status == "running":
                kept.unwatched = True
                kept.execution.pause()
        self._free_states()

    def _is_watched(self, id: str) -> bool:
        """Whether an experiment should go on; else it is marked to resume by itself.

        Its execution asks, under a lock of its own: here is none, so that neither waits for the other.
        """
        kept = self._kept.get(id)
        if kept is None or self._clock() - self._seen.get(kept.visit, 0.0) <= SILENCE:
            return True
        kept.unwatched = True
        return False

    def _of(self, visit: str) -> list[Kept]:
        return [kept for kept in self._kept.values() if kept.visit == visit]

    def _surplus(self, visit: str) -> list[Kept]:
        """Those that go for one more of that visit. Raises ExperimentError where too few may."""
        with self._lock:
            everything, own, seen = list(self._kept.values()), self._of(visit), dict(self._seen)
        status = {kept.id: kept.execution.status for kept in everything}
        own.sort(key=lambda kept: (status[kept.id] == "running", status[kept.id] not in ENDED))
        surplus = own[: max(0, len(own) + 1 - MOST_A_VISIT)]
        # Then what has ended, then what waits for a visitor who has left: theirs first who have been silent longest.
        may_go = [kept for kept in everything if kept.unwatched or status[kept.id] in ENDED]
        may_go.sort(key=lambda kept: (status[kept.id] not in ENDED, kept.visit == visit, seen[kept.visit]))
        others = [kept for kept in may_go if kept not in surplus]
        too_many = max(0, len(everything) - len(surplus) + 1 - MOST)
        if too_many > len(others) or self._free_states() >= MOST_BYTES:
            number = len(everything) - len(may_go)
            raise ExperimentError(f"{number} experiments train on this server already; try again in a few minutes.")
        return surplus + others[:too_many]

    def _free_states(self) -> int:
        """Keep the bytes of all states within their bound, and return them. Only of ended experiments any go."""
        with self._lock:
            everything = sorted(self._kept.values(), key=lambda kept: self._seen[kept.visit])
        size = sum(kept.execution.state_bytes for kept in everything)
        for kept in everything:
            if size < MOST_BYTES:
                break
            if kept.execution.status in ENDED:
                before = kept.execution.state_bytes
                kept.execution.forget_states()
                size += kept.execution.state_bytes - before
        return size

    def _drop(self, gone: Iterable[Kept]) -> None:
        for kept in gone:
            self._kept.pop(kept.id, None)
            if not self._of(kept.visit):
                self._seen.pop(kept.visit, None)
                self._started.pop(kept.visit, None)


@once
def shared_keeper() -> Keeper:
    """The experiments of this process."""
    return Keeper()
