"""What is kept of runs and for how long: bounds on their number and bytes, and who goes when one is reached."""

import logging
from collections.abc import Sequence

from ..errors import SettingsError
from .limits import MEGABYTE, Limits
from .run import Run, minutes
from .visitors import Visits

log = logging.getLogger(__name__)


class Retention:
    """Holds runs, by id, to their limits. Not for several threads at a time: the engine's lock guards it."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.runs: dict[str, Run] = {}
        self.visits = Visits()
        self._own_limit = f"at most {limits.runs_a_visit} runs of one visitor are kept"

    def make_room(self, run: Run, now: float) -> None:
        """Drop what must go for a new run. Raises SettingsError, and drops nothing, where there is no room for it."""
        self._check_size(run)
        going: list[tuple[Run, str]] = []
        if no_room := self._own_place(run.visit, going):
            raise SettingsError(no_room)
        while self._full(rest := self._without(going), run.least_bytes):
            if not (found := self._eviction_candidate(rest, run, now)):
                raise SettingsError(
                    f"The server keeps at most {self.limits.kept_runs} runs with {self.limits.kept_megabytes:g} MB of "
                    "weights, and all of it is in use. Take a smaller network, or try again in a few minutes."
                )
            going.append(found)
        for other, because in going:
            self.drop(other, because)

    def drop(self, run: Run, because: str) -> None:
        """Let go of a run; its owner is told why."""
        run.stopped = True
        del self.runs[run.id]
        self.visits.remember(run, because, passing=because == self._own_limit)
        log.info("run %s dropped: %s", run.id[:6], because)

    def pause_unwatched(self, now: float) -> None:
        for run in self.runs.values():
            if run.wants_turn and self.visits.silence(run.visit, now) > self.limits.silence:
                run.unwatched = True
                log.info("run %s paused: nobody is watching", run.id[:6])

    def drop_forgotten(self, now: float) -> None:
        """Drop the runs of visits that have been silent for too long."""
        for run in list(self.runs.values()):
            if self.visits.silence(run.visit, now) > self.limits.kept_for:
                self.drop(run, _unseen(self.limits.kept_for))

    def drop_longest_unseen(self, now: float) -> bool:
        """Drop one run that nobody watches; False where there is none."""
        found = self._longest_unseen(list(self.runs.values()), now)
        if found:
            self.drop(*found)
        return found is not None

    def hold_bytes(self, now: float) -> None:
        """Keep all runs within their bytes: first weights of epochs go, where nobody trains; then unwatched runs."""
        while sum(run.nbytes for run in self.runs.values()) > self.limits.kept_megabytes * MEGABYTE:
            order = sorted(self.runs.values(), key=lambda run: -self.visits.silence(run.visit, now))
            idle, busy = [run for run in order if not run.wants_turn], [run for run in order if run.wants_turn]
            if not (self._thin_first(idle) or self.drop_longest_unseen(now) or self._thin_first(busy)):
                return

    def _thin_first(self, runs: Sequence[Run]) -> bool:
        """Drop every second set of weights of the first run that has any to spare."""
        for run in runs:
            if thin(run):
                if not run.thinned:
                    self.visits.tell(run, "keeps the weights of some epochs only: the server's memory is short.")
                run.thinned = True
                return True
        return False

    def _own_place(self, visit: str, going: list[tuple[Run, str]]) -> str | None:
        """Where a visit has all the runs that it may have, the oldest idle one goes; else a sentence that none can."""
        own, most = [run for run in self.runs.values() if run.visit == visit], self.limits.runs_a_visit
        if len(own) < most:
            return None
        if not (idle := _idle(own)):
            return f"{len(own)} runs are training, and at most {most} are kept. Stop one first."
        going.append((idle[0], self._own_limit))
        return None

    def _without(self, going: list[tuple[Run, str]]) -> list[Run]:
        gone = {run.id for run, _ in going}
        return [run for run in self.runs.values() if run.id not in gone]

    def _full(self, runs: Sequence[Run], needed: int) -> bool:
        size = sum(run.least_bytes for run in runs) + needed
        return len(runs) >= self.limits.kept_runs or size > self.limits.kept_megabytes * MEGABYTE

    def _eviction_candidate(self, runs: Sequence[Run], new: Run, now: float) -> tuple[Run, str] | None:
        """Who goes for a new run, and why: one that nobody watches; else of whoever has more than the new run's visit
        would have; else one of its own that has ended."""
        if found := self._longest_unseen(runs, now):
            return found
        idle = _idle(runs)
        owner = max((run.visit for run in idle), key=lambda visit: self._share(runs, visit), default=new.visit)
        if self._share(runs, owner) > self._share([*runs, new], new.visit):
            run = next(run for run in idle if run.visit == owner)
            return run, "others needed the memory, and of all visitors you had the most in use"
        own = next((run for run in idle if run.visit == new.visit and run.ended), None)
        return (own, "your new run needed its memory") if own else None

    def _longest_unseen(self, runs: Sequence[Run], now: float) -> tuple[Run, str] | None:
        idle = _idle(runs)
        run = max(idle, key=lambda run: self.visits.silence(run.visit, now), default=None)
        if run is None or (unseen := self.visits.silence(run.visit, now)) <= self.limits.silence:
            return None
        return run, _unseen(unseen) + ", and others needed the memory"

    def _share(self, runs: Sequence[Run], visit: str) -> float:
        """How much of what there is a visit has, by number or by bytes, whichever is more."""
        own = [run for run in runs if run.visit == visit]
        size = sum(run.least_bytes for run in own)
        return max(len(own) / self.limits.kept_runs, size / (self.limits.kept_megabytes * MEGABYTE))

    def _check_size(self, run: Run) -> None:
        if (size := run.least_bytes / MEGABYTE) > self.limits.run_megabytes:
            raise SettingsError(
                f"A run of this network would need {size:,.0f} MB for its {run.architecture.parameter_count:,} "
                f"parameters; at most {self.limits.run_megabytes:g} MB are allowed. Take a smaller dense layer, fewer "
                "filters, or a pooling layer before the dense one."
            )


def thin(run: Run) -> bool:
    """Drop every second set of weights, never the first, the best or the newest; False where no other is left."""
    best = run.history.best.epoch if run.history.epochs else 0
    spare = [epoch for epoch in sorted(run.weights)[1:-1] if epoch != best]
    for epoch in spare[::2]:
        del run.weights[epoch]
    return bool(spare)


def _idle(runs: Sequence[Run]) -> list[Run]:
    """Those that do not train, in the order in which they can be missed: ended ones first, then the oldest."""
    return sorted((run for run in runs if not run.wants_turn), key=lambda run: not run.ended)


def _unseen(seconds: float) -> str:
    return f"nobody had watched it for {minutes(seconds)}"
