"""The runs of a visit, and the one in view."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..engine.engine import shared_engine
from ..engine.run import RunView
from ..errors import PlaygroundError
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from . import choice
from .session import session

if TYPE_CHECKING:  # these load JAX: not before somebody looks into a network
    from ..export.saved_run import SavedRun
    from ..network.model import Weights


def train_again(net: str, config: TrainConfig, change: Mapping[str, Any]) -> None:
    """Choose a run's network and settings, with a change, and train it from the beginning."""
    choice.apply({"net": net, **vars(config), **change})
    start_run()


def run_view() -> RunView | None:
    """The run in view; where it is gone, the newest other of the visit; None where there is none."""
    run = session().run
    if not run:
        return None
    try:
        return shared_engine().view(run)
    except KeyError:
        session().run = next((view.id for view in reversed(run_views())), None)
        return run_view()


def run_views() -> list[RunView]:
    return shared_engine().views(session().visit)


def weights(network: Architecture) -> "tuple[Weights, str]":
    """The weights that the visit has for a network, and in words where they come from.

    Those of the run in view, or of the newest other run of this very network; initial ones where it never trained.
    """
    from ..network.model import initial_weights  # loads JAX: not before somebody looks

    views = [view for view in (run_view(), *reversed(run_views())) if view and view.architecture == network]
    for view in views:
        kept = shared_engine().epoch_weights(view.id)
        if (epoch := max(kept, default=0)) > 0:
            return kept[epoch], f"trained: run {view.number} after epoch {epoch}"
    return initial_weights(network, choice.config().seed), "not trained yet: the weights are random"


def open_run(saved: "SavedRun") -> RunView:
    """Add a run from a file. It becomes the run in view, and its network and settings become the chosen ones.

    Raises SettingsError where there is no room for it, and changes nothing then.
    """
    from ..network.model import initial_weights

    engine, before = shared_engine(), run_view()
    weights = {0: initial_weights(saved.architecture, saved.config.seed), saved.epoch: dict(saved.weights)}
    run = engine.adopt(saved.architecture, saved.config, saved.history, weights, session().visit)
    if before and before.live:
        engine.pause(before.id)
    session().run = run
    choice.choose_both(str(saved.architecture), saved.config)
    return engine.view(run)


def start_run(
    steps: int | None = None, architecture: Architecture | None = None, settings: TrainConfig | None = None
) -> None:
    """Train the chosen network, or another, from its initial weights; the run in view pauses.

    Changes nothing where it can't.
    """
    engine, before = shared_engine(), run_view()
    try:
        session().run = engine.start(
            architecture or choice.network(), settings or choice.config(), session().visit, steps
        )
    except PlaygroundError as error:
        session().problem = error
        return
    if before and before.live:
        engine.pause(before.id)
