"""Whose turn it is: a queue for the places, and equal shares of time among those who have one."""

from collections import Counter
from collections.abc import Iterable
from itertools import count

from .limits import Limits
from .run import Run

MOST_CHARGED = 2.0  # seconds of one turn: whoever needs longer to be compiled need not wait for ever after it


class Scheduler:
    """Keeps the order of runs that want turns. Not for several threads at a time: the engine's lock guards it.

    Among the active the one that has used the least time is next. Whoever begins or comes back stands where the least
    of the active stands, so that nobody storms ahead with time saved up while they were away.
    """

    def __init__(self, limits: Limits):
        self._limits = limits
        self._tickets = count(1)
        self._least = 0.0  # what the run with the least had used when it was last chosen

    def line_up(self, runs: Iterable[Run]) -> None:
        """Give a ticket to whoever newly wants turns, and take it from those who no longer do."""
        for run in runs:
            if not run.wants_turn:
                run.ticket = None
            elif run.ticket is None:
                run.ticket, run.used = next(self._tickets), max(run.used, self._least)

    def places(self, runs: Iterable[Run]) -> tuple[list[Run], list[Run]]:
        """(the active, those in the queue, the next first), of runs that were lined up."""
        lined_up = [run for run in runs if run.ticket is not None]
        lined_up.sort(key=lambda run: run.ticket or 0)
        active: list[Run] = []
        waiting: list[Run] = []
        behind: list[Run] = []
        taken: Counter[str] = Counter()  # places and next places of each visit
        for run in lined_up:
            if taken[run.visit] == self._limits.active_a_visit:
                behind.append(run)
                continue
            taken[run.visit] += 1
            (active if len(active) < self._limits.active_runs else waiting).append(run)
        return active, waiting + behind

    def next(self, runs: Iterable[Run]) -> Run | None:
        """The active run that has used the least, the one that came first of equals; None where nobody wants a turn."""
        active, _ = self.places(runs)
        chosen = min(active, key=lambda run: (run.used, run.ticket), default=None)
        if chosen:
            self._least = max(self._least, chosen.used)
        return chosen

    def charge(self, run: Run, seconds: float) -> None:
        """Set a turn down to a run: what was longer than a slice is made up for by later turns."""
        run.seconds += seconds
        run.used += min(seconds, MOST_CHARGED)
