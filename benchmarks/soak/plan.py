"""How long, how many visitors, and how often they act."""

from typing import NamedTuple


class Plan(NamedTuple):
    """The size of a soak."""

    minutes: float = 10.0
    seed: int = 0
    tabs: int = 9  # visitors on simulated tabs
    browsers: int = 3  # visitors in Chromium
    faults: bool = True


KILLED_IN = 0.5  # share of the time, from the beginning, in which the server may be killed: then one process grows old
PAUSE = 0.3, 3.0  # seconds between the acts of a visitor
FAULT_EVERY = 25.0, 60.0  # seconds between two faults
FOLLOWS_WITHIN = 30.0  # seconds until a page agrees with the engine, or has taken an edit
STOPPED = 60.0  # seconds of a server that is held up
CUT = 30.0  # seconds of a line that is cut
SLOW_FOR = 40.0  # seconds of a slow line
FULL_FOR = 30.0  # seconds of a full disk

MOST_MEGABYTES = 1500
MORE_THREADS, MORE_FILES = 12, 40  # more in the last quarter of a server's life than in the second: no plateau
MOST_LETTERS = 4000  # of an error in a failure's message
LIVED = 240.0  # seconds of a life in which there must be a plateau: a server that has just begun opens files
REPLAYS = 8  # attempts to shorten a trace
MOST_FAILURES = 10  # that are told apart; at more the soak ends


def network_of(number: int) -> str:
    """The network that a visitor begins with: a number of filters of its own."""
    return f"conv{4 + number}k3-relu-max2-flatten-dense10"


def seeds_of(number: int) -> tuple[int, ...]:
    """The seeds that a visitor trains with: of nobody else, and found nowhere by chance."""
    return tuple(1_710_000_000 + 1_000_003 * number + extra for extra in range(3))


def name_of(number: int, is_good: bool = True) -> str:
    """What a visitor's files are called: those that the page must take, and those that it may refuse."""
    return f"soak-visitor-{number:02d}-{'file' if is_good else 'bad'}"


def markers_of(number: int) -> list[str]:
    """Texts by which what belongs to a visitor is known."""
    return [name_of(number), name_of(number, is_good=False), *map(str, seeds_of(number))]
