"""What one process gives its visitors at most: all bounds of a server in one place, each of which may be set anew.

`CNNPLAY_ACTIVE_RUNS=4 streamlit run streamlit_app.py` sets the first; every field has a variable of its name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..bounds import bounded, check_bounds
from ..errors import SettingsError

PREFIX = "CNNPLAY_"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Bounds of a process; the usual ones hold it under 1.5 GB. Raises SettingsError where one is out of its own."""

    # Runs that train in turns; those started beyond them wait in a queue, first come, first served.
    active_runs: int = bounded(1, 100, default=8)
    # Of them one visit's own, so that nobody fills the turns alone; its further ones wait behind everybody's.
    active_a_visit: int = bounded(1, 100, default=2)
    # Runs kept of a visit, ended ones included; the next one drops the oldest that does not train.
    runs_a_visit: int = bounded(1, 100, default=8)
    # Runs kept of all visits together; the next one drops what nobody has watched for longest.
    kept_runs: int = bounded(1, 10_000, default=120)
    # Seconds that a run trains, its own turns only; then it ends, and what it has learned stays.
    longest_run: float = bounded(0.1, 1_000_000, default=1800.0)
    # Seconds without a sign of life from its visitor until a run pauses; hidden tabs give one a minute.
    silence: float = bounded(0.1, 1_000_000, default=90.0)
    # Seconds without a sign of life until a visit's runs are dropped.
    kept_for: float = bounded(0.1, 10_000_000, default=4 * 3600.0)
    # Seconds after which the controls, drawings and undo of a closed tab are forgotten; its runs stay for longer.
    closed_tab: float = bounded(1.0, 120.0, default=90.0)
    # MB of weights, optimizers' memory and histories of one run; a network that needs more is refused.
    run_megabytes: float = bounded(0.1, 1_000_000, default=96.0)
    # The same of all runs together: beyond it weights of single epochs go, then runs that nobody watches.
    kept_megabytes: float = bounded(0.1, 1_000_000, default=256.0)
    # Programs compiled since the last sweep that make one due as soon as nobody is busy.
    programs: int = bounded(1, 100_000, default=150)
    # MB of the process (resident memory) at which a sweep is due at once ...
    sweep_megabytes: float = bounded(0.1, 10_000_000, default=1050.0)
    # ... and at which no new run begins, and runs that nobody watches are dropped.
    full_megabytes: float = bounded(0.1, 10_000_000, default=1300.0)

    def __post_init__(self) -> None:
        check_bounds(self, SettingsError, "Limits")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The usual limits but for those that the environment sets. Raises SettingsError where one is no number."""
        chosen: dict[str, Any] = {}
        for entry in fields(cls):
            name = PREFIX + entry.name.upper()
            if name in environment:
                chosen[entry.name] = _number(name, environment[name], type(entry.default))
        return cls(**chosen)


def _number(name: str, text: str, kind: type) -> float:
    try:
        return kind(text)
    except ValueError:
        raise SettingsError(
            f"The environment variable {name} must be a {'whole ' * (kind is int)}number, not {text[:40]!r}."
        ) from None


LIMITS = Limits.from_environment()
