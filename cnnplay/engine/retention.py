"""Retention: how many runs are kept, how long, in how many bytes, and which run is evicted when a limit is reached.

`Retention.evict` removes a run; `make_room`, `evict_forgotten` and `hold_bytes` decide when, `_eviction_candidate`
decides which.
"""

import logging
from collections.abc import Sequence

from ..errors import SettingsError
from ..words import duration_text
from .limits import MEGABYTE, Limits
from .run import Run
from .visitors import Visitors

log = logging.getLogger(__name__)

Eviction = tuple[Run, str]  # a run, and why it goes: "nobody had watched it for 4 hours"


class Retention:
    """The runs by id, held to their limits. Not thread-safe: the engine's lock guards it."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.runs: dict[str, Run] = {}
        self.visitors = Visitors()
        self._own_limit = f"at most {limits.runs_a_visit} runs of one visitor are kept"

    def make_room(self, run: Run, now: float) -> None:
        """Evict runs to make room for a new one. Raises SettingsError, and evicts nothing, if there is no room."""
        self._check_size(run)
        evictions = self._evict_own(run.visit)
        while self._full(remaining := self._without(evictions), run.least_bytes):
            if not (candidate := self._eviction_candidate(remaining, run, now)):
                raise SettingsError(
                    f"The server keeps at most {self.limits.kept_runs} runs with {self.limits.kept_megabytes:g} MB of "
                    "weights, and all of it is in use. Take a smaller network, or try again in a few minutes."
                )
            evictions.append(candidate)
        for eviction in evictions:
            self.evict(*eviction)

    def evict(self, run: Run, because: str) -> None:
        """Remove a run and notify its owner."""
        run.stopped = True
        del self.runs[run.id]
        self.visitors.remember_evicted(run, because, passing=because == self._own_limit)
        log.info("run %s evicted: %s", run.id[:6], because)

    def pause_unwatched(self, now: float) -> None:
        """Pause the runs of visitors who have been silent for `Limits.silence` seconds."""
        for run in self.runs.values():
            if run.wants_turn and self.visitors.silence(run.visit, now) > self.limits.silence:
                run.unwatched = True
                log.info("run %s paused: nobody is watching", run.id[:6])

    def end_overlong(self, run: Run) -> None:
        """End a run that has trained for `Limits.longest_run` seconds."""
        if run.usage.seconds >= self.limits.longest_run and not run.ended:
            run.stopped = True
            run.ended_because = (
                f"Run {run.number} has trained for {duration_text(self.limits.longest_run)}, the limit for one run: "
                "it was ended, and what it learned stays. With fewer epochs, fewer training images or a smaller "
                "network it reaches its end."
            )

    def evict_forgotten(self, now: float) -> None:
        """Evict the runs of visitors who have been silent for `Limits.kept_for` seconds."""
        for run in list(self.runs.values()):
            if self.visitors.silence(run.visit, now) > self.limits.kept_for:
                self.evict(run, _unseen(self.limits.kept_for))

    def evict_longest_unseen(self, now: float) -> bool:
        """Evict the idle run whose visitor has been silent for longest; False if no visitor is silent."""
        candidate = self._longest_unseen(list(self.runs.values()), now)
        if candidate:
            self.evict(*candidate)
        return candidate is not None

    def hold_bytes(self, now: float) -> None:
        """Hold all runs within their bytes: thin the snapshots of idle runs, evict unwatched runs, thin the others."""
        while sum(run.nbytes for run in self.runs.values()) > self.limits.kept_megabytes * MEGABYTE:
            in_order = sorted(self.runs.values(), key=lambda run: -self.visitors.silence(run.visit, now))
            idle, busy = [run for run in in_order if not run.wants_turn], [run for run in in_order if run.wants_turn]
            if not (self._thin_first(idle) or self.evict_longest_unseen(now) or self._thin_first(busy)):
                return

    def _thin_first(self, runs: Sequence[Run]) -> bool:
        """Thin the first run that has snapshots to spare, and notify its owner the first time."""
        for run in runs:
            if thin(run):
                if not run.thinned:
                    self.visitors.notify(run, "keeps the weights of some epochs only: the server's memory is short.")
                run.thinned = True
                return True
        return False

    def _evict_own(self, visit: str) -> list[Eviction]:
        """The oldest idle run of a visit that has reached its limit. Raises SettingsError if all its runs are busy."""
        own, most = [run for run in self.runs.values() if run.visit == visit], self.limits.runs_a_visit
        if len(own) < most:
            return []
        if not (idle := _idle(own)):
            raise SettingsError(f"{len(own)} runs are training, and at most {most} are kept. Pause one first.")
        return [(idle[0], self._own_limit)]

    def _without(self, evictions: Sequence[Eviction]) -> list[Run]:
        gone = {run.id for run, _ in evictions}
        return [run for run in self.runs.values() if run.id not in gone]

    def _full(self, runs: Sequence[Run], needed: int) -> bool:
        size = sum(run.least_bytes for run in runs) + needed
        return len(runs) >= self.limits.kept_runs or size > self.limits.kept_megabytes * MEGABYTE

    def _eviction_candidate(self, runs: Sequence[Run], new: Run, now: float) -> Eviction | None:
        """Which run to evict for a new one, and why; None if no run may be evicted.

        First a run that nobody watches; then one of the visitor who has the largest share, if it is larger than the new
        run's visitor would have; then an ended run of that same visitor.
        """
        if candidate := self._longest_unseen(runs, now):
            return candidate
        idle = _idle(runs)
        owner = max((run.visit for run in idle), key=lambda visit: self._share(runs, visit), default=new.visit)
        if self._share(runs, owner) > self._share([*runs, new], new.visit):
            run = next(run for run in idle if run.visit == owner)
            return run, "others needed the memory, and of all visitors you had the most in use"
        own = next((run for run in idle if run.visit == new.visit and run.ended), None)
        return (own, "your new run needed its memory") if own else None

    def _longest_unseen(self, runs: Sequence[Run], now: float) -> Eviction | None:
        run = max(_idle(runs), key=lambda run: self.visitors.silence(run.visit, now), default=None)
        if run is None or (unseen := self.visitors.silence(run.visit, now)) <= self.limits.silence:
            return None
        return run, _unseen(unseen) + ", and others needed the memory"

    def _share(self, runs: Sequence[Run], visit: str) -> float:
        """The share (0..1) of all runs, or of all bytes if that is larger, that a visit has."""
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
    """Drop every second snapshot, never the first, the best or the newest; False where there is no other."""
    best = run.history.best.epoch if run.history.epochs else 0
    spare = [epoch for epoch in sorted(run.weights)[1:-1] if epoch != best]
    for epoch in spare[::2]:
        del run.weights[epoch]
    return bool(spare)


def _idle(runs: Sequence[Run]) -> list[Run]:
    """The runs that do not train, in the order of eviction: ended ones first, then the oldest."""
    return sorted((run for run in runs if not run.wants_turn), key=lambda run: not run.ended)


def _unseen(seconds: float) -> str:
    return f"nobody had watched it for {duration_text(seconds)}"
