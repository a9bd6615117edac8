"""Turns of the pages: where many ask at once, a few are drawn at a time, and first the page of whoever asks least.

A visitor who asks now and then is answered at once, however many tabs another keeps busy. Nobody waits while the server
has nothing better to do.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import count

HALF = 5.0  # seconds after which an ask counts half
CLASS = 30.0  # the asks of an address count as those of so many visitors: a class is often behind one
HELD = 2.0  # seconds after which a page that is still being drawn no longer keeps others waiting
FORGOTTEN = 0.01  # asks that count for nothing any more


class Demand:
    """How often each has asked of late."""

    def __init__(self) -> None:
        self._asks: dict[Hashable, tuple[float, float]] = {}  # asks, and when they were so many

    def __len__(self) -> int:
        return len(self._asks)

    def note(self, who: Hashable, now: float) -> None:
        if len(self._asks) > 1000:
            self._asks = {one: found for one, found in self._asks.items() if _left(found, now) > FORGOTTEN}
        self._asks[who] = self.of(who, now) + 1, now

    def of(self, who: Hashable, now: float) -> float:
        """An ask counts 1 at first, half after HALF seconds, a quarter after twice that."""
        return _left(self._asks.get(who, (0.0, now)), now)


def _left(found: tuple[float, float], now: float) -> float:
    asks, since = found
    return asks * 0.5 ** ((now - since) / HALF)


@dataclass(eq=False)
class Turn:
    """The turn of a tab: it waits from `asked` on, and begins when `ready` is set."""

    tab: Hashable
    address: Hashable
    number: int
    asked: float
    began: float = 0.0
    ready: threading.Event = field(default_factory=threading.Event)

    @property
    def waited(self) -> float:
        """Seconds until it began."""
        return max(0.0, self.began - self.asked)


class Turns:
    """At most `at_once` pages are drawn at a time. All methods may be called from any thread."""

    def __init__(self, at_once: int, clock: Callable[[], float] = time.monotonic):
        self._at_once, self._clock = at_once, clock
        self._tabs, self._addresses = Demand(), Demand()
        self._waiting: list[Turn] = []
        self._drawn: set[Turn] = set()
        self._numbers, self._lock = count(), threading.Lock()

    def __len__(self) -> int:
        """How many wait or are drawn."""
        with self._lock:
            return len(self._waiting) + len(self._drawn)

    def note(self, tab: Hashable, address: Hashable) -> None:
        """A tab asks for something."""
        with self._lock:
            now = self._clock()
            self._tabs.note(tab, now)
            self._addresses.note(address, now)

    def take(self, tab: Hashable, address: Hashable) -> Turn:
        """Wait for a turn; `give_back` ends it."""
        turn = self.ask(tab, address)
        while not turn.ready.wait(HELD):
            self._begin_turns()
        return turn

    def ask(self, tab: Hashable, address: Hashable) -> Turn:
        """A turn that need not have begun."""
        with self._lock:
            turn = Turn(tab, address, next(self._numbers), self._clock())
            self._waiting.append(turn)
        self._begin_turns()
        return turn

    def give_back(self, turn: Turn) -> None:
        with self._lock:
            self._drawn.discard(turn)
        self._begin_turns()

    def _begin_turns(self) -> None:
        """Begin the turns for which there is room."""
        with self._lock:
            now = self._clock()
            room = self._at_once - sum(now - turn.began < HELD for turn in self._drawn)
            while self._waiting and room > 0:
                first = min(self._waiting, key=lambda turn: (self._asks(turn, now), turn.number))
                self._waiting.remove(first)
                self._drawn.add(first)
                first.began, room = now, room - 1
                first.ready.set()

    def _asks(self, turn: Turn, now: float) -> float:
        return self._tabs.of(turn.tab, now) + self._addresses.of(turn.address, now) / CLASS


class Bucket:
    """Lets `rate` asks a second pass, and twice as many in the first."""

    def __init__(self, rate: float, now: float):
        self._rate, self._since, self._left = rate, now, 2 * rate

    def seconds_to_wait(self, now: float) -> float:
        """0 where an ask may pass; it then has passed."""
        self._left = min(2 * self._rate, self._left + (now - self._since) * self._rate)
        self._since = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0
