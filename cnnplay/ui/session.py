"""What a session holds: the network and settings chosen, the runs' visit, and the state of every lab."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import streamlit as st

from ..engine.visitors import Notice
from ..errors import PlaygroundError, TextError
from ..network.architecture import Architecture
from ..network.layers import Layer
from ..network.parsing import read_layers
from ..state.fields import State
from ..training.config import TrainConfig

T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """A network's text, which can be read but need not fit, and training settings."""

    net: str
    config: TrainConfig

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        return read_layers(self.net)

    @cached_property
    def network(self) -> Architecture:
        """Raises ShapeError, with remedies, where the network does not fit or does not end in ten scores."""
        architecture = Architecture(self.layers)
        architecture.require_classes()
        return architecture


@dataclass
class Session:
    """All that a session holds, but for the values of its widgets.

    visit: whose runs they are, for the engine.
    run: the id of the run in view.
    page: the name of the page on the screen. entered: whether the entrypoint runs it just now.
    past: earlier choices, for Undo.
    notices: what the engine has to tell this visit. link_problems: what of the link could not be used.
    unread_text: a network's text that could not be read, and why.
    problem: why a run could not start.
    to_training: whether the page Training comes next.
    subjects: for each player's key what it shows.
    tried: for each row of suggestions the one that was pressed last; `tries` counts all presses.
    shown: for each widget's key the value that it was last made to show, and `offered` the options of a list.
    unsent: for the key of each widget whose value the browser may not know yet, what it shows until then.
    states: what is chosen or kept in each lab, by the class of its state.
    """

    choice: Choice
    visit: str
    run: str | None = None
    page: str = "home"
    entered: bool = False
    past: list[Choice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    link_problems: list[str] = field(default_factory=list)
    unread_text: tuple[str, TextError] | None = None
    problem: PlaygroundError | None = None
    to_training: bool = False
    subjects: dict[str, str] = field(default_factory=dict)
    tried: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    shown: dict[str, Any] = field(default_factory=dict)
    unsent: dict[str, Any] = field(default_factory=dict)
    offered: dict[str, list[Any]] = field(default_factory=dict)
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


def state(kind: type[T]) -> T:
    """What is chosen in a lab, for as long as the visit lasts; at first the defaults of its class."""
    found: T = session().states.setdefault(kind, kind())
    return found


def save(*states: State | Any) -> None:
    """Keep each in place of the one of its class."""
    for one in states:
        session().states[type(one)] = one
