"""The scheduler chooses the next run. Places go to runs first come, first served, and share time equally."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import count

from .capacity import Capacity
from .limits import Limits
from .run import Run

MOST_CHARGED = (
    2.0  # seconds of a slice with a compilation that are charged at most: it must not cost minutes of waiting
)


class Scheduler:
    """Fair queueing of the runs that want to train. Not thread-safe: the engine's lock guards it.

    The next run is the active one that has been charged the least. A run that begins or resumes is charged at least
    what the least charged active run was when it was last chosen, so that no run saves up time while it is away.
    (Compare virtual runtime in Linux's completely fair scheduler, Documentation/scheduler/sched-design-CFS.)
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic):
        self._limits = limits
        self.capacity = Capacity(limits, clock)
        self._tickets = count(1)
        self._least = 0.0  # charged to the last run that was chosen

    def update_queue(self, runs: Iterable[Run]) -> None:
        """Give a ticket to each run that newly wants to train; take it from those that no longer do."""
        for run in runs:
            if not run.wants_turn:
                run.ticket = None
            elif run.ticket is None:
                run.ticket = next(self._tickets)
                run.usage.charged = max(run.usage.charged, self._least)

    def places(self, runs: Iterable[Run]) -> tuple[list[Run], list[Run]]:
        """(active runs, queued runs with the next first), of those that have a ticket.

        A visit's runs beyond `Limits.active_a_visit` queue behind those of all other visits.
        """
        in_order = sorted((run for run in runs if run.ticket is not None), key=lambda run: run.ticket or 0)
        active: list[Run] = []
        waiting: list[Run] = []
        behind: list[Run] = []
        taken: Counter[str] = Counter()  # places of each visit, active or waiting
        for run in in_order:
            if taken[run.visit] == self._limits.active_a_visit:
                behind.append(run)
                continue
            taken[run.visit] += 1
            (active if len(active) < self.capacity.places else waiting).append(run)
        return active, waiting + behind

    def next(self, runs: Iterable[Run]) -> Run | None:
        """The least charged active run, the earliest of equals; None if no run wants to train."""
        if not (active := self.in_turn(runs)):
            return None
        self.choose(active[0])
        return active[0]

    def in_turn(self, runs: Iterable[Run]) -> list[Run]:
        """The active runs, the least charged first, the earliest of equals."""
        active, _ = self.places(runs)
        return sorted(active, key=lambda run: (run.usage.charged, run.ticket))

    def choose(self, run: Run) -> None:
        """Note that a slice of this run begins."""
        self._least = max(self._least, run.usage.charged)

    def charge(self, run: Run, seconds: float, *, compiled: bool = False) -> None:
        """Charge a run for a slice; the longer it was, the later the run's next one comes.

        compiled: whether programs were compiled in it.
        """
        run.usage.seconds += seconds
        run.usage.charged += min(seconds, MOST_CHARGED) if compiled else seconds
