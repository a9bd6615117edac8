"""Who is here: when a visit was last seen, what it is to be told, and which of its runs are no more."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..training.config import TrainConfig
from .run import Run

MOST_NOTICES = 8  # that wait for a visitor; the oldest goes first
MOST_VISITS = 1000  # without runs
MOST_DROPPED = 500  # runs that are remembered after they were dropped


@dataclass(frozen=True)
class Notice:
    """A sentence for the owner of a run, and the run's network and settings, to train it again where it is gone.

    passing: it need not stand on the page until it is understood.
    """

    message: str
    net: str
    config: TrainConfig
    passing: bool

    @classmethod
    def of(cls, run: Run, message: str, *, passing: bool) -> "Notice":
        return cls(f"Run {run.number} {message}", str(run.architecture), run.config, passing)


@dataclass(eq=False)
class Visit:
    """A visitor who has started runs. seen: when there was last a sign of life; used: the most that a run used."""

    seen: float
    numbered: int = 0
    used: float = 0.0
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=MOST_NOTICES))


class Visits:
    """Visits by id, and dropped runs by theirs; both bounded. The engine's lock guards it."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}
        self._dropped: OrderedDict[str, tuple[str, Notice]] = OrderedDict()

    def __getitem__(self, visit: str) -> Visit:
        return self._visits[visit]

    def __len__(self) -> int:
        return len(self._visits)

    def seen(self, visit: str, now: float, *, new: bool = False) -> None:
        """A sign of life. new: of a visit that need not be known yet."""
        if new:
            self._visits.setdefault(visit, Visit(now))
        if known := self._visits.get(visit):
            known.seen = now

    def next_number(self, visit: str) -> int:
        """The number of its next run, from 1 on."""
        self._visits[visit].numbered += 1
        return self._visits[visit].numbered

    def silence(self, visit: str, now: float) -> float:
        """Seconds since the last sign of life."""
        return now - self._visits[visit].seen

    def tell(self, run: Run, message: str, *, passing: bool = True) -> Notice:
        """Have the owner of a run told that it did what `message` says."""
        notice = Notice.of(run, message, passing=passing)
        self._visits[run.visit].notices.append(notice)
        return notice

    def told(self, visit: str) -> list[Notice]:
        """What is to be said to a visit, once."""
        known = self._visits.get(visit)
        notices = list(known.notices) if known else []
        if known:
            known.notices.clear()
        return notices

    def remember(self, run: Run, because: str, *, passing: bool) -> None:
        """That a run was dropped: told to its visit, and to whoever comes with its link."""
        message = f"was dropped: {because}. Its network and settings are still here."
        self._dropped[run.id] = run.visit, self.tell(run, message, passing=passing)
        while len(self._dropped) > MOST_DROPPED:
            self._dropped.popitem(last=False)

    def dropped(self, run_id: str) -> tuple[str, Notice] | None:
        """(visit, what is said) of a run that was dropped, None where there is nothing to remember."""
        return self._dropped.get(run_id)

    def forget(self, runs: Iterable[Run], now: float, silence: float, kept_for: float) -> None:
        """Let go of visits without runs that are silent, those with something to be told a good deal later."""
        busy = {run.visit for run in runs}
        idle = sorted((visit.seen, name) for name, visit in self._visits.items() if name not in busy)
        for index, (seen, name) in enumerate(idle):
            patience = silence + kept_for if self._visits[name].notices else silence
            if now - seen > patience or index < len(idle) - MOST_VISITS:
                del self._visits[name]
