"""What a session holds: the network and settings chosen, the runs' visit, and the state of every lab."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import streamlit as st

from ..engine.visitors import Notice
from ..errors import PlaygroundError, TextError
from ..network.layers import Layer
from ..network.parsing import read_layers
from ..state.fields import State
from ..training.config import TrainConfig
from .components.fields import Field

T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """A network's text, which can be read but need not fit, training settings, and whose weights are looked at.

    source: the id of a run or the name of a pretrained network, where the visitor has chosen one; see `subject`.
    """

    net: str
    config: TrainConfig
    source: str | None = None

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return read_layers(self.net)


class Control(NamedTuple):
    """What takes a visitor's changes.

    read: the value of what a browser sent. Raises ValueError where that stands for none.
    change: carries it out. linked: whether it is part of links.
    """

    read: Callable[[object], Any]
    change: Callable[[Any], object]
    linked: bool


class Toast(NamedTuple):
    """A sentence in passing, the name of an icon, and whether it stays longer than usual."""

    sentence: str
    icon: str
    long: bool


@dataclass
class Session:
    """All that a session holds, but for the values of its widgets.

    visit: whose runs they are, for the engine.
    run: the id of the run in view.
    trained: the source of the trained weights that were looked at last.
    page: the name of the page on the screen. entered: whether the entrypoint runs it just now.
    past: earlier choices, for Undo.
    notices: what the engine has to tell this visit. link_problems: what of the link could not be used.
    toasts: what is told in passing, as long as it has not been. told: how many of them this script run has shown.
    unread_text: a network's text that could not be read, and why.
    problem: why a run could not start.
    rests_until: until when the page is not redrawn by itself, in seconds of `time.monotonic`.
    next_page: the page that comes next, where a button leads to another.
    has_address: whether the browser has been given an address.
    subjects: for each player's key what it shows.
    tried: for each row of suggestions the one that was pressed last; `tries` counts all presses.
    token: tells this session apart from others that a browser may have had before.
    controls: what takes the visitor's changes of each control, by its name. mounted: the keys of their elements.
    taken: for each control's name the number of the change that was taken last.
    movement: of the hand, that the change which was taken last belongs to.
    goes_on: whether the change that is being carried out goes on with the movement of the one before it.
    gathered: the fields of the controls that become one element, while they are gathered.
    shown: for each other widget's key the value that it was last made to show.
    unsent: for the key of each widget whose value the browser may not know yet, what it shows until then.
    states: what is chosen or kept in each lab, by the class of its state.
    """

    choice: Choice
    visit: str
    run: str | None = None
    trained: str | None = None
    page: str = "home"
    entered: bool = False
    past: list[Choice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)
    told: int = 0
    link_problems: list[str] = field(default_factory=list)
    unread_text: tuple[str, TextError] | None = None
    problem: PlaygroundError | None = None
    rests_until: float = 0.0
    next_page: str | None = None
    has_address: bool = False
    subjects: dict[str, str] = field(default_factory=dict)
    tried: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    controls: dict[str, Control] = field(default_factory=dict)
    mounted: set[str] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)
    movement: int | None = None
    goes_on: bool = False
    gathered: list[Field] | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    unsent: dict[str, Any] = field(default_factory=dict)
    states: dict[type[Any], Any] = field(default_factory=dict)

    def take_problem(self) -> PlaygroundError | None:
        """Why a run could not start; once."""
        problem, self.problem = self.problem, None
        return problem


def session() -> Session:
    """The session that the script runs for."""
    found: Session = st.session_state.session
    return found


def has_begun() -> bool:
    return "session" in st.session_state


def reported(component: str, event: str) -> Any:
    """In its callback, what a component has reported; None where this page has no such component any more.

    A browser may still show it, and report what is done there: Streamlit then calls back for a state it has forgotten.
    """
    return getattr(st.session_state.get(component), event, None)


def state(kind: type[T]) -> T:
    """What is chosen in a lab, for as long as the visit lasts; at first the defaults of its class."""
    found: T = session().states.setdefault(kind, kind())
    return found


def save(*states: State | Any) -> None:
    """Keep each in place of the one of its class."""
    for one in states:
        session().states[type(one)] = one
