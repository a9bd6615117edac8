"""The network that is looked at: always the chosen one, and with whose weights.

The rule is in `source`: those of the run that the visitor chose, of the run in view, of the newest run; else those that
come with cnnplay; else initial ones. A run counts where it trained exactly this network, at least for an epoch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import blake2b

import numpy as np
import streamlit as st

from ..data.datasets import MNIST, OWN, DataSource, Split
from ..engine.engine import shared_engine
from ..engine.run import RunView
from ..export.pretrained import PRETRAINED, pretrained
from ..network.architecture import Architecture
from ..network.parsing import read_layers
from ..network.presets import PRESETS
from ..training.config import TrainConfig
from ..training.history import History
from . import choice, runs
from .choice import Subject
from .runs import accuracy_text
from .session import save, session, state

Weights = Mapping[str, np.ndarray]
NOT_TRAINED = "not trained"


@dataclass(frozen=True, eq=False)
class Source:
    """Where trained weights come from.

    id: of a run of this visit, or the name of a pretrained network.
    weights: by epoch, the newest last. The initial ones of a pretrained network are made when they are asked for.
    """

    id: str
    architecture: Architecture
    config: TrainConfig
    data: DataSource
    history: History
    view: RunView | None
    trained: Mapping[int, Weights]

    @property
    def epochs(self) -> list[int]:
        """Those whose weights are there, the initial ones first."""
        return sorted({0, *self.trained})

    @property
    def epoch(self) -> int:
        """The chosen epoch, where it is here; else the newest."""
        chosen = state(Subject).epoch
        return self.epochs[-1] if chosen is None or chosen not in self.epochs else chosen

    def weights(self, epoch: int) -> Weights:
        return self.trained[epoch] if epoch in self.trained else _initial_of_pretrained(self.id)

    def accuracy(self, epoch: int) -> float | None:
        """Of the test images; None before the training."""
        return self.history.epochs[epoch - 1].test.accuracy if epoch else None

    def description(self, epoch: int) -> str:
        """Whose weights, in words, to go on with after a name of the network."""
        if not epoch:
            return "initial weights, from before the training"
        return f"trained: run {self.view.number} after epoch {epoch}" if self.view else "trained: it comes with cnnplay"

    def summary(self, epoch: int) -> str:
        """In words: "run 2, epoch 3 of 10 · 94.8 %"."""
        run, accuracy = f"run {self.view.number}, " if self.view else "", self.accuracy(epoch)
        if accuracy is None:
            return f"{run}initial weights · {NOT_TRAINED}"
        at = f"epoch {epoch} of {self.config.epochs}" if self.view else "pretrained"
        return f"{run}{at} · {accuracy_text(accuracy)}"


@dataclass(frozen=True, eq=False)
class Looked:
    """The chosen network with weights, and in words whose.

    run: the run's id, None where the weights are of none. epoch: 0 for initial weights.
    kept: the weights of all epochs that the page can show; a colour scale over all of them is steady.
    config, data, history: how it was trained, and on what, which may still go on; of a network that was not, the
    chosen settings and dataset, and an empty history.
    """

    architecture: Architecture
    weights: Weights
    run: str | None
    epoch: int
    description: str
    kept: tuple[Weights, ...]
    config: TrainConfig
    data: DataSource
    history: History

    @property
    def test(self) -> Split:
        """The test images of its dataset."""
        return self.data.load().test

    @cached_property
    def key(self) -> tuple[str, str]:
        """Tells it apart from every other network and from the same with other weights."""
        return key_of(self.architecture, self.weights, self.data)


def key_of(network: Architecture, weights: Weights, data: DataSource) -> tuple[str, str]:
    """What tells a network with its weights, and what it is tested on, apart from every other."""
    digest = blake2b(data.name.encode(), digest_size=16)
    if data.name == OWN:  # another for each visitor
        digest.update(data.load().test.digest)
    for name, array in sorted(weights.items()):
        digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
    return str(network), digest.hexdigest()


def sources() -> dict[str, Source]:
    """All trained networks by their ids: those that come with cnnplay, then the runs of this visit, the newest last."""
    found = {name: _of_pretrained(name) for name in PRETRAINED}
    for view in runs.run_views():
        if _can_be_chosen(view) and (run := _of_run(view)):
            found[view.id] = run
    return found


def source() -> Source | None:
    """Whose weights the chosen network has; None where nobody has trained it."""
    return next(_of_chosen_network(), None)


def first_epoch() -> RunView | None:
    """The run in view, where it trains the chosen network; of use where that has no trained weights yet."""
    view = runs.run_view()
    return view if view and view.live and _is_of_chosen(view) else None


def _is_of_chosen(view: RunView) -> bool:
    """Whether a run trains the chosen network on the chosen dataset; of a visitor's own, also on an earlier state."""
    return view.data.has_classes_of(choice.data()) and view.architecture.layers == choice.layers()


def _data_of(view: RunView) -> DataSource:
    """What a run is on; of a visitor's own data with the names that its classes have now."""
    now = choice.data()
    return replace(view.data, classes=now.classes) if view.data.has_classes_of(now) else view.data


def _can_be_chosen(view: RunView) -> bool:
    """Whether its data are still there: of a visitor's own, classes may have come or gone since."""
    own = choice.own_data()
    return view.data.name != OWN or (bool(own.classes) and view.data.has_classes_of(own.source()))


def data() -> DataSource:
    """What the network that is looked at was trained on; the chosen dataset where it was not."""
    found = source()
    return found.data if found else choice.data()


def _of_chosen_network() -> Iterator[Source]:
    """All that are trained and of exactly the chosen network, the preferred one first."""
    layers, here = choice.layers(), {view.id: view for view in runs.run_views()}
    on_mnist = choice.config().dataset == MNIST.name
    pretrained_here = [name for name in PRETRAINED if on_mnist and read_layers(PRESETS[name].net) == layers]
    in_view = runs.run_view()
    for id in (session().choice.source, in_view and in_view.id, *reversed(here), *pretrained_here):
        if id in pretrained_here:
            yield _of_pretrained(id)
        elif id in here and _is_of_chosen(here[id]) and (run := _of_run(here[id])):
            yield run


def _of_run(view: RunView) -> Source | None:
    """A run as a source; None before its first epoch has ended."""
    try:
        weights = shared_engine().epoch_weights(view.id)
    except KeyError:  # it has just been removed
        return None
    if len(weights) < 2:
        return None
    return Source(view.id, view.architecture, view.config, _data_of(view), view.history, view, weights)


@cache
def _of_pretrained(name: str) -> Source:
    parts = pretrained(name)
    return Source(name, parts.architecture, parts.config, MNIST, parts.history, None, {parts.epoch: parts.weights})


@cache
def _initial_of_pretrained(name: str) -> Weights:
    return _initial(_of_pretrained(name).architecture, _of_pretrained(name).config.seed)


def _initial(network: Architecture, seed: int) -> Weights:
    from ..network.model import initial_weights  # loads JAX: not before somebody looks

    return initial_weights(network, seed)


def names(found: Mapping[str, Source]) -> dict[str, str]:
    """The id of each of these -> its name, each another."""
    here = [one.view for one in found.values() if one.view]
    of_runs = runs.titles(here) | runs.titles(runs.run_views())
    return {id: of_runs.get(id) or _name_of_pretrained(one) for id, one in found.items()}


def _name_of_pretrained(one: Source) -> str:
    return f"{PRESETS[one.id].title}, comes with cnnplay, {accuracy_text(one.history.epochs[-1].test.accuracy)}"


def switch(id: str) -> None:
    """Look at another trained network: its network and settings become the chosen ones, a run comes into view."""
    if (wanted := sources().get(id)) is None:
        if id in {view.id for view in runs.run_views()}:  # its data are not there any more, or it has no epoch yet
            session().run = id
        return
    before = source()
    choice.choose_source(id, str(wanted.architecture), wanted.config, before.id if before else None)
    save(Subject())
    if wanted.view:
        session().run = id


def looked() -> Looked:
    """The chosen network with its weights. Raises PlaygroundError, with remedies, where it does not fit."""
    network = choice.network()
    choice.check_size(network)
    if found := source():
        return _at_epoch(found)
    config = choice.config()
    weights = _initial(network, config.seed)
    description = "not trained yet: the weights are random"
    return Looked(network, weights, None, 0, description, (weights,), config, choice.data(), History(0))


def _at_epoch(found: Source) -> Looked:
    epoch = found.epoch
    return Looked(
        found.architecture,
        found.weights(epoch),
        found.view.id if found.view else None,
        epoch,
        found.description(epoch),
        tuple(map(found.weights, found.epochs)),
        found.config,
        found.data,
        found.history,
    )


def probabilities_of(looked: Looked) -> np.ndarray:
    """What the network answers to all test images of its dataset: [n classes], read-only."""
    return _probabilities(looked.key, looked)


@st.cache_resource(max_entries=32, show_spinner="Reading all test images…", show_time=True)
def _probabilities(key: tuple[str, str], _looked: Looked) -> np.ndarray:
    """Kept for whoever asks the same again."""
    from ..inspection.evaluation import predictions

    probabilities = predictions(_looked.architecture, _looked.weights, _looked.test.images)
    probabilities.flags.writeable = False
    return probabilities
