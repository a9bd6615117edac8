"""The runs of a visit, their names, and the one in view."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.engine import shared_engine
from ..engine.run import RunView
from ..errors import PlaygroundError
from ..export.saved_run import SavedRun
from ..figures.percent import share_text
from ..network.wording import differences
from ..training.config import TrainConfig, what_differs
from . import choice
from .choice import Subject
from .session import save, session


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


def titles(views: Sequence[RunView]) -> dict[str, str]:
    """The id of each run -> its name, unique among them: its filters, what else differs, and its newest test accuracy.

    "12 filters, 94.8 %"; "12 filters, batch 64, rate now 0.01, 95.1 %".
    """
    networks = differences([view.architecture.layers for view in views])
    settings = what_differs([view.config for view in views])
    parts = zip(views, networks, settings, strict=True)
    names = {view.id: ", ".join([*network, *given, *_now(view)]) for view, network, given in parts}
    counts = Counter(names.values())
    return {view.id: names[view.id] + (f", run {view.number}" if counts[names[view.id]] > 1 else "") for view in views}


def title(view: RunView) -> str:
    """Its name among the runs of the visit."""
    return titles(run_views()).get(view.id) or titles([view])[view.id]


def _now(view: RunView) -> list[str]:
    changed = [f"rate now {view.learning_rate:g}"] if view.learning_rate != view.config.learning_rate else []
    epochs = view.history.epochs
    return [*changed, accuracy_text(epochs[-1].test.accuracy) if epochs else "not tested yet"]


def accuracy_text(accuracy: float) -> str:
    """Of the test images: "94.8 %"."""
    return share_text(accuracy, 1)


def open_run(saved: SavedRun) -> RunView:
    """Add a run from a file. It becomes the run in view, and its network and settings become the chosen ones.

    Raises SettingsError where there is no room for it, and changes nothing then.
    """
    from ..network.model import initial_weights

    engine, before = shared_engine(), run_view()
    weights = {0: initial_weights(saved.architecture, saved.config.seed), saved.epoch: dict(saved.weights)}
    run = engine.adopt(saved.architecture, saved.config, saved.history, weights, session().visit, saved.data)
    if before and before.live:
        engine.pause(before.id)
    session().run = run
    choice.choose_both(str(saved.architecture), saved.config)
    _look_at_newest()
    return engine.view(run)


def start_run(steps: int | None = None) -> None:
    """Train the chosen network from its initial weights; the run in view pauses. Changes nothing where it can't."""
    engine, before = shared_engine(), run_view()
    try:
        session().run = engine.start(choice.network(), choice.config(), session().visit, steps, choice.data())
    except PlaygroundError as error:
        session().problem = error
        return
    _look_at_newest()
    if before and before.live:
        engine.pause(before.id)


def _look_at_newest() -> None:
    """From now on the run in view is looked at, at its newest epoch."""
    choice.forget_source()
    save(Subject())
