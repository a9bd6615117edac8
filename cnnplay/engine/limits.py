"""Limits: all bounds on what one process gives its visitors, each of which the environment can override.

`CNNPLAY_ACTIVE_RUNS=4 streamlit run streamlit_app.py` sets the first; every field has a variable of its name. Where the
machine or the container has little memory, the defaults of those that bound memory are smaller.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from ..bounds import bounded, check_bounds
from ..errors import SettingsError
from ..machine import memory_of_machine

PREFIX = "CNNPLAY_"
MEGABYTE = 1_000_000
ENOUGH = 1600 * MEGABYTE  # bytes of memory with which the defaults need not shrink
SHRINKING = (
    "run_megabytes",
    "kept_megabytes",
    "own_megabytes",
    "uploaded_megabytes",
    "sweep_megabytes",
    "full_megabytes",
)


@dataclass(frozen=True)
class Limits:
    """Bounds of a process; the defaults hold it under 1.5 GB. Raises SettingsError for a value out of bounds."""

    # Runs that train at a time; later ones wait in a queue, first come, first served.
    active_runs: int = bounded(1, 1000, default=8)
    # Of these, runs of one visit, so that no visitor takes all places; further runs wait behind those of others.
    active_a_visit: int = bounded(1, 100, default=2)
    # Seconds in which nine of ten pages should be drawn; where they are not, fewer runs train at a time.
    slow_page: float = bounded(0.1, 1_000_000, default=1.5)
    # Runs kept for one visit, ended ones included; a further run evicts the oldest idle one.
    runs_a_visit: int = bounded(1, 100, default=8)
    # Runs kept for all visits together; a further run evicts the one that has been unwatched for longest.
    kept_runs: int = bounded(1, 10_000, default=120)
    # Seconds of training after which a run ends; what it has learned stays.
    longest_run: float = bounded(0.1, 1_000_000, default=1800.0)
    # Seconds without a heartbeat of its visitor until a run pauses; a hidden tab sends one a minute.
    silence: float = bounded(0.1, 1_000_000, default=90.0)
    # Seconds without a heartbeat until a visit's runs are evicted.
    kept_for: float = bounded(0.1, 10_000_000, default=4 * 3600.0)
    # Seconds after which the controls, drawings and undo of a closed tab are forgotten; its runs stay for longer.
    closed_tab: float = bounded(1.0, 120.0, default=90.0)
    # Tabs that are open at a time; who opens one more is told that the server is full.
    tabs: int = bounded(1, 100_000, default=400)
    # Pages that are drawn at a time; of those that wait, whoever asks least comes first.
    drawn_at_once: int = bounded(1, 1000, default=2)
    # Answers that one tab may ask for in a second; of requests beyond that the newest counts.
    asks_a_second: float = bounded(1.0, 10_000.0, default=30.0)
    # MB of weights, optimizer state and history of one run; a network that needs more is refused.
    run_megabytes: float = bounded(0.1, 1_000_000, default=96.0)
    # The same of all runs together; beyond it snapshots of single epochs go, then runs that nobody watches.
    kept_megabytes: float = bounded(0.1, 1_000_000, default=256.0)
    # MB of the pictures that visitors have drawn or uploaded to train on, of all of them together.
    own_megabytes: float = bounded(0.1, 1_000_000, default=128.0)
    # MB of uploaded files of all open tabs, and a quarter of it of one; beyond it the oldest files go.
    uploaded_megabytes: float = bounded(0.1, 1_000_000, default=160.0)
    # Programs compiled since the last sweep after which one is due as soon as no run trains and no page renders.
    programs: int = bounded(1, 100_000, default=150)
    # MB of the process (resident memory) at which a sweep is due at once ...
    sweep_megabytes: float = bounded(0.1, 10_000_000, default=1050.0)
    # ... and at which no new run begins and runs that nobody watches are evicted.
    full_megabytes: float = bounded(0.1, 10_000_000, default=1300.0)

    def __post_init__(self) -> None:
        check_bounds(self, SettingsError, "Limits")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, memory: float = ENOUGH) -> "Limits":
        """The defaults for so many bytes of memory, overridden by the environment.

        Raises SettingsError for a variable that is not a number.
        """
        share = min(1.0, memory / ENOUGH)
        chosen: dict[str, float] = {name: share * getattr(cls, name) for name in SHRINKING}
        for entry in fields(cls):
            name = PREFIX + entry.name.upper()
            if name in environment:
                chosen[entry.name] = _number(name, environment[name], type(entry.default))
        return cls(**chosen)  # type: ignore[arg-type]  # each of its field's own type


def _number(name: str, text: str, kind: type) -> float:
    try:
        return kind(text)
    except ValueError:
        raise SettingsError(
            f"The environment variable {name} must be a {'whole ' * (kind is int)}number, not {text[:40]!r}."
        ) from None


LIMITS = Limits.from_environment(memory=memory_of_machine())
