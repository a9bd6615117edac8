"""Visitors: when each was last seen, the notices that wait for them, and which of their runs were evicted."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..data.own import OwnData
from ..errors import SettingsError
from ..network.wording import in_words
from ..training.config import TrainConfig
from .limits import MEGABYTE
from .run import Run

MOST_NOTICES = 8  # waiting for one visitor; the oldest goes first
MOST_VISITS = 1000  # without runs
MOST_EVICTED = 500  # runs remembered after their eviction
SMALL = 8 * MEGABYTE  # bytes of a visitor's own data: some hundred drawings and their variants


@dataclass(frozen=True)
class Notice:
    """A sentence for the owner of a run, with the run's network and settings, to train it again where it is gone.

    passing: it disappears by itself; other notices stay on the page until the visitor closes them.
    """

    message: str
    net: str
    config: TrainConfig
    passing: bool

    @classmethod
    def of(cls, run: Run, message: str, *, passing: bool) -> "Notice":
        name = f"Run {run.number} ({in_words(run.architecture.layers)})"
        return cls(f"{name} {message}", str(run.architecture), run.config, passing)


@dataclass(eq=False)
class Visit:
    """A visitor who has started runs, or has data of their own.

    last_seen: time of the last heartbeat. runs_started: how many. charged: the most seconds charged to one of its runs.
    own: their data. own_id: by which a reload finds them; it cannot be guessed.
    """

    last_seen: float
    runs_started: int = 0
    charged: float = 0.0
    own: OwnData | None = None
    own_id: str = ""
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=MOST_NOTICES))


class Visitors:
    """Visits by id, and evicted runs by theirs; both bounded. Not thread-safe: the engine's lock guards it."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}
        self._evicted: OrderedDict[str, tuple[str, Notice]] = OrderedDict()

    def __getitem__(self, visit: str) -> Visit:
        return self._visits[visit]

    def __len__(self) -> int:
        return len(self._visits)

    def register(self, visit: str, now: float) -> Visit:
        """The visit of that id, a new one where there is none, seen now."""
        known = self._visits.setdefault(visit, Visit(now))
        known.last_seen = now
        return known

    def heartbeat(self, visit: str, now: float) -> None:
        """Note that a visitor is there. A visit without runs and data is not known, and stays so."""
        if known := self._visits.get(visit):
            known.last_seen = now

    def own(self, visit: str) -> OwnData | None:
        """The data that a visitor has made; None where there are none (any more)."""
        known = self._visits.get(visit)
        return known.own if known else None

    def keep_own(self, visit: str, own: OwnData, most_bytes: float, silence: float, now: float) -> None:
        """Keep a visitor's data. Where they would be too many, those of silent visitors go, longest unseen first.

        Raises SettingsError, and keeps what there was, where that is not enough.
        """
        others = sorted((one.last_seen, name) for name, one in self._visits.items() if one.own and name != visit)
        too_many = own.nbytes - most_bytes + sum(self._own_bytes(name) for _, name in others)
        gone = []
        for last_seen, name in others:
            if too_many > 0 and now - last_seen > silence:
                too_many -= self._own_bytes(name)
                gone.append(name)
        if too_many > 0:
            raise SettingsError(
                f"There is no room for these data: they have {own.nbytes / MEGABYTE:.1f} MB, and all visitors together "
                f"can have {most_bytes / MEGABYTE:g} MB. Take fewer pictures, or try again in a few minutes."
            )
        for name in gone:
            self._visits[name].own = None
        known = self.register(visit, now)
        known.own, known.own_id = own, known.own_id or secrets.token_urlsafe(16)

    def _own_bytes(self, visit: str) -> int:
        own = self.own(visit)
        return own.nbytes if own else 0

    def own_id(self, visit: str) -> str | None:
        """By which `visit_of_own` finds a visitor's data; None where there are none."""
        known = self._visits.get(visit)
        return known.own_id if known and known.own else None

    def visit_of_own(self, own_id: str) -> str | None:
        """The visit whose data have that id; None where there are none such."""
        return next((name for name, one in self._visits.items() if one.own and one.own_id == own_id), None)

    def silence(self, visit: str, now: float) -> float:
        """Seconds since the last heartbeat."""
        return now - self._visits[visit].last_seen

    def notify(self, run: Run, message: str, *, passing: bool = True) -> Notice:
        """Queue a notice for the owner of a run: "Run 3 (6 filters 2×2) " followed by the message."""
        notice = Notice.of(run, message, passing=passing)
        self._visits[run.visit].notices.append(notice)
        return notice

    def take_notices(self, visit: str) -> list[Notice]:
        """Remove and return the notices that wait for a visitor, oldest first."""
        if not (known := self._visits.get(visit)):
            return []
        notices = list(known.notices)
        known.notices.clear()
        return notices

    def remember_evicted(self, run: Run, because: str, *, passing: bool) -> None:
        """Notify the owner of an eviction, and remember it for whoever opens the run's link."""
        message = f"was dropped: {because}. Its network and settings are still here."
        self._evicted[run.id] = run.visit, self.notify(run, message, passing=passing)
        while len(self._evicted) > MOST_EVICTED:
            self._evicted.popitem(last=False)

    def evicted(self, run_id: str) -> tuple[str, Notice] | None:
        """(visit, notice) of a run that was evicted; None where none of that id is remembered."""
        return self._evicted.get(run_id)

    def forget_idle(self, runs: Iterable[Run], now: float, silence: float, kept_for: float) -> None:
        """Forget visits without runs after `silence` seconds, those with unread notices `kept_for` seconds later.

        A visitor's own data stay for `kept_for` seconds where they are small: drawings exist nowhere else. Larger ones
        come from a file, which can be opened again.
        """
        busy = {run.visit for run in runs}
        idle = sorted((visit.last_seen, name) for name, visit in self._visits.items() if name not in busy)
        for index, (last_seen, name) in enumerate(idle):
            known = self._visits[name]
            patience = silence + kept_for if known.notices else silence
            if known.own and known.own.nbytes <= SMALL:
                patience = max(patience, kept_for)
            if now - last_seen > patience or index < len(idle) - MOST_VISITS:
                del self._visits[name]
