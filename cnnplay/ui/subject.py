"""The network that is looked at: a run of this visit and an epoch of it, or the sidebar's untrained network."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import ClassVar

import numpy as np
import streamlit as st

from ..data.datasets import mnist
from ..engine.engine import shared_engine
from ..engine.run import RunView
from ..errors import PlaygroundError
from ..inspection.evaluation import predictions
from ..network.architecture import Architecture
from ..network.model import Weights, initial_weights
from ..state.fields import State, held
from ..state.kinds import Text, Whole
from . import choice, runs
from .controls import scale, select
from .session import save, session, state
from .widgets import show_error

UNTRAINED = "untrained"


@dataclass(frozen=True)
class Subject(State):
    """What a visitor has chosen to look at.

    run: the id of a run, or UNTRAINED; None follows the run in view.
    epoch: None follows the newest, also while the run goes on.
    """

    name: ClassVar[str] = "subject"
    run: str | None = held(Text(60), None, linked=False, optional=True)
    epoch: int | None = held(Whole(0, 10**9), None, linked=False, optional=True)


@dataclass(frozen=True, eq=False)
class Looked:
    """A network with weights, and in words which.

    run: the run's id, None for the sidebar's untrained network.
    kept: the weights of all epochs that the page can show; a colour scale over all of them is steady.
    """

    architecture: Architecture
    weights: Mapping[str, np.ndarray]
    run: str | None
    epoch: int
    description: str
    kept: tuple[Weights, ...]

    @cached_property
    def key(self) -> tuple[str, str]:
        """Tells it apart from every other network and from the same with other weights."""
        return key_of(self.architecture, self.weights)


def key_of(network: Architecture, weights: Weights) -> tuple[str, str]:
    """What tells a network with its weights apart from every other."""
    digest = blake2b(digest_size=16)
    for name, array in sorted(weights.items()):
        digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
    return str(network), digest.hexdigest()


def look_at(run: str) -> None:
    """Look at a run from now on, at its newest epoch."""
    save(Subject(run))


def choose_network(of_untrained: str = "") -> Looked | None:
    """A run and an epoch. None, with a way out, where the sidebar's network does not fit.

    of_untrained: what to say beside a network that has not been trained.
    """
    views = {view.id: view for view in runs.run_views() if shared_engine().epoch_weights(view.id)}
    titles = {run: f"Run {view.number}: {view.architecture}" for run, view in views.items()}
    titles[UNTRAINED] = "The sidebar's network, untrained"
    run = _chosen_run(views)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        select("Network", Subject, "run", options=titles, value=run, titles=titles)
    with right:
        if run != UNTRAINED:
            return _at_epoch(views[run])
        st.caption(of_untrained)
    return _untrained()


def _chosen_run(views: dict[str, RunView]) -> str:
    """The first that is here of: the chosen one, the one in view, the newest."""
    wanted = state(Subject).run
    if wanted == UNTRAINED:
        return UNTRAINED
    in_view = runs.run_view()
    for run in (wanted, in_view and in_view.id):
        if run in views and run is not None:
            return run
    return next(reversed(views), UNTRAINED)


def _at_epoch(view: RunView) -> Looked:
    """The slider over the epochs whose weights were kept."""
    snapshots = shared_engine().epoch_weights(view.id)
    epochs, now = sorted(snapshots), state(Subject)
    if now.epoch == epochs[-1]:
        save(replace(now, epoch=None))
    epoch = now.epoch if now.epoch in snapshots and now.epoch is not None else epochs[-1]
    if len(epochs) > 1:
        scale(
            "Epoch",
            Subject,
            "epoch",
            "The weights after each epoch, from the initial ones on. The whole page shows the network with them.",
            options=epochs,
            value=epoch,
            titles=lambda epoch: f"epoch {epoch}" if epoch else "initial",
        )
    description = f"run {view.number}, {f'after epoch {epoch}' if epoch else 'its initial weights'}"
    return Looked(view.architecture, snapshots[epoch], view.id, epoch, description, tuple(snapshots.values()))


def _untrained() -> Looked | None:
    try:
        network = choice.network()
        choice.check_size(network)
    except PlaygroundError as error:
        show_error(error, "inside_fix")
        return None
    weights = initial_weights(network, choice.config().seed)
    return Looked(network, weights, None, 0, "untrained", (weights,))


def trained() -> Looked | None:
    """The network that reads: the one looked at where it is trained, else the run in view, else the newest trained."""
    views = [view for view in runs.run_views() if len(shared_engine().epoch_weights(view.id)) > 1]
    if not views:
        return None
    wanted = (state(Subject).run, session().run)
    view = next((view for run in wanted for view in views if view.id == run), views[-1])
    snapshots = shared_engine().epoch_weights(view.id)
    epoch = max(snapshots)
    description = f"run {view.number}, after epoch {epoch}"
    return Looked(view.architecture, snapshots[epoch], view.id, epoch, description, tuple(snapshots.values()))


def probabilities_of(looked: Looked) -> np.ndarray:
    """What the network answers to all 10,000 test images: [n 10], read-only."""
    return _probabilities(looked.key, looked)


@st.cache_resource(max_entries=32, show_spinner="Reading all 10,000 test images…")
def _probabilities(key: tuple[str, str], _looked: Looked) -> np.ndarray:
    """Kept for whoever asks the same again."""
    probabilities = predictions(_looked.architecture, _looked.weights, mnist().test.images)
    probabilities.flags.writeable = False
    return probabilities
