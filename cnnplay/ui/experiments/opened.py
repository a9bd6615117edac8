"""The experiment in view, of those of this visit, and the run of it that was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...engine.engine import shared_engine
from ...errors import PlaygroundError
from ...experiments.execution import Execution, Run
from ...experiments.experiment import Experiment
from ...experiments.keeper import Kept, shared_keeper
from ...training.config import TrainConfig
from .. import choice
from ..navigation import go_to
from ..session import save, session, state


@dataclass(frozen=True)
class InView:
    """id: of the experiment, None for the newest. run: the number of a run, from 0. problem: of the last start."""

    id: str | None = None
    run: int | None = None
    problem: PlaygroundError | None = None


def kept() -> Kept | None:
    """The experiment in view; None before the first."""
    found = shared_keeper().of(session().visit)
    wanted = state(InView).id
    return next((each for each in found if each.id == wanted), found[-1] if found else None)


def view(id: str) -> None:
    save(InView(id))


def start(experiment: Experiment) -> None:
    """A second press before the answer to the first begins nothing."""
    now = kept()
    if now and now.execution.status == "running" and now.execution.experiment == experiment:
        return
    try:
        save(InView(shared_keeper().start(experiment, session().visit).id))
    except PlaygroundError as error:
        save(replace(state(InView), problem=error))


def take_problem() -> PlaygroundError | None:
    """Why the last experiment could not start; once."""
    problem = state(InView).problem
    if problem:
        save(replace(state(InView), problem=None))
    return problem


def choose_run(id: Any) -> None:
    """A run by its number as a text, as a browser sends it; anything else changes nothing."""
    now = kept()
    if now and isinstance(id, str) and id in {str(at) for at in range(len(now.execution.runs))}:
        save(InView(now.id, int(id)))


def chosen_run(execution: Execution) -> Run | None:
    at = state(InView).run
    return execution.runs[at] if at is not None and at < len(execution.runs) else None


def open_on(page: str, run: Run) -> None:
    """Make a run of an experiment one of the visit's, with its network and settings chosen, and go to a page."""
    try:
        id = _adopted(run)
    except PlaygroundError as error:
        save(replace(state(InView), problem=error))
        return
    session().run = id
    choice.choose_source(id, run.trial.net, run.trial.config, session().choice.source)
    go_to(page)


@dataclass(frozen=True)
class Adopted:
    """The runs of experiments that are runs of the visit by now: what was trained -> the id of the run."""

    ids: Mapping[tuple[str, TrainConfig], str] = field(default_factory=dict)


def _adopted(run: Run) -> str:
    """The id of the visit's run, which it becomes once. Raises PlaygroundError where there is no room for it."""
    from ...network.model import initial_weights
    from ...training.snapshots import from_bytes

    engine, trained, known = shared_engine(), (run.trial.net, run.trial.config), state(Adopted).ids
    if trained in known and any(view.id == known[trained] for view in engine.views(session().visit)):
        return known[trained]
    if run.state is None:
        raise PlaygroundError("The weights of this run were not kept: the experiment has too many.")
    snapshot = from_bytes(run.state)
    architecture, config = snapshot.architecture, snapshot.config
    weights = {0: initial_weights(architecture, config.seed), **snapshot.epoch_weights}
    id = engine.adopt(architecture, config, snapshot.history, weights, session().visit)
    save(Adopted({**known, trained: id}))
    return id
