"""Changes of a visitor's own data, each of which can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ...data.own import OwnData
from .. import choice
from ..session import save, state
from ..widgets import attempt

MOST_UNDO, MOST_BYTES = 30, 8_000_000  # of the earlier states that Undo can bring back


@dataclass(frozen=True)
class Earlier:
    """The visitor's data before the last changes, the newest last."""

    states: tuple[OwnData, ...] = ()

    def with_one(self, own: OwnData) -> "Earlier":
        states = (*self.states, own)[-MOST_UNDO:]
        while states and sum(one.images.nbytes for one in states) > MOST_BYTES:
            states = states[1:]
        return Earlier(states)


def change(make: Callable[[OwnData], OwnData]) -> None:
    """Change the data; where that cannot be done, say why and change nothing."""
    attempt(lambda: keep(make(choice.own_data())))


def keep(after: OwnData) -> None:
    """Keep the data as they are after a change. Raises PlaygroundError where there is no room for them."""
    before = choice.own_data()
    if after is not before:
        choice.keep_own_data(after)
        save(state(Earlier).with_one(replace(before)))  # a copy, without the dataset that was made of it


def undo() -> None:
    """Take the last change back."""
    states = state(Earlier).states
    if states:
        save(Earlier(states[:-1]))
        attempt(lambda: choice.keep_own_data(states[-1]))
