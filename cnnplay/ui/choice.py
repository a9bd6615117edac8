"""The network and the training settings that a visitor has chosen, and the ways to change them.

Widgets are views of the choice: they are set from it before they are drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from ..bounds import bounds
from ..data.datasets import DATASETS, MNIST, OWN, TO_MNIST, DataSource
from ..data.own import OwnData
from ..engine.engine import shared_engine
from ..errors import DataError, PlaygroundError, Remedy, SettingsError
from ..export.pretrained import PRETRAINED
from ..network.architecture import Architecture
from ..network.layers import Layer, Shape, write_layers
from ..network.parsing import read_layers
from ..network.presets import PRESETS
from ..network.validation import for_classes
from ..state.fields import State, held
from ..state.kinds import Whole
from ..training.config import TrainConfig
from .session import Choice, save, session

MOST_UNDO = 50
TO_THE_DATA = Remedy("Go on with your data", {"page": "data"})


@dataclass(frozen=True)
class Subject(State):
    """The epoch whose weights are shown; None follows the newest, also while the run goes on."""

    name: ClassVar[str] = "subject"
    epoch: int | None = held(Whole(0, 10**9), None, linked=False, optional=True)


def net() -> str:
    """The text of the chosen network."""
    return session().choice.net


def layers() -> tuple[Layer, ...]:
    """The layers of the chosen network, whether they fit or not."""
    return session().choice.layers


def config() -> TrainConfig:
    return session().choice.config


def data() -> DataSource:
    """The chosen dataset; of a visitor's own what there is of it by now."""
    return data_of(config())


def data_of(config: TrainConfig) -> DataSource:
    """The dataset that settings name, for this visit."""
    return own_data().source() if config.dataset == OWN else DATASETS[config.dataset]


def own_data() -> OwnData:
    """The data that this visit has made or opened; empty at first."""
    return shared_engine().data_of(session().visit) or OwnData()


def incomplete() -> str:
    """What the visitor's own data lack, where they are chosen; "" where nothing."""
    return " ".join(own_data().problems) if config().dataset == OWN else ""


def input_shape() -> Shape:
    """Of an image of the chosen dataset."""
    return data().input_shape


def network() -> Architecture:
    """The chosen network, on images of the chosen dataset.

    Raises ShapeError, with remedies, where it does not fit or does not end in a score for each class, DataError where
    the visitor's own data are not enough.
    """
    if problems := incomplete():
        raise DataError(problems, [TO_THE_DATA, TO_MNIST])
    return _network(layers(), input_shape(), len(data().classes))


@lru_cache(256)
def _network(layers: tuple[Layer, ...], input_shape: Shape, classes: int) -> Architecture:
    architecture = Architecture(layers, input_shape, classes)
    architecture.require_classes()
    return architecture


def check_size(network: Architecture) -> None:
    """Raises PlaygroundError for a network too large to train: looking into it also evaluates many images at once."""
    from ..training.trainer import check_size as check  # loads JAX: not before somebody looks

    smallest, _ = bounds(TrainConfig, "batch_size")
    try:
        check(network, TrainConfig(batch_size=smallest))
    except SettingsError as error:
        raise PlaygroundError(
            f"This network is too large to train, and too large to look into: {network.values:,} values and "
            f"{network.macs:,} multiply-adds for each image. Take fewer filters, or pool earlier."
        ) from error


def choose_net(text: str) -> None:
    """Take a network's text. Raises TextError where it cannot be read, and changes nothing then."""
    choose_both(write_layers(read_layers(text)), config())


def choose_config(**changes: Any) -> None:
    """Change training settings. Raises SettingsError out of bounds, and changes nothing then."""
    _choose(replace(session().choice, config=replace(config(), **changes)))


def choose_preset(name: str) -> None:
    """A preset's network with its training settings; the seed and the number of images stay."""
    now = config()
    stay = {"seed": now.seed, "train_images": now.train_images, "dataset": now.dataset}
    choose_both(net_of_preset(name), TrainConfig(**{**PRESETS[name].settings, **stay}))


def net_of_preset(name: str) -> str:
    """The text of a preset's network, with a score for each class of the chosen dataset."""
    return for_data(PRESETS[name].net, data())


def for_data(net: str, data: DataSource) -> str:
    """A network's text with a score for each class of a dataset, where it ends in scores."""
    return write_layers(for_classes(read_layers(net), len(data.classes)))


def choose_data(name: str) -> None:
    """A dataset; a network that ends in scores gets one for each of its classes. Undo takes both back in one step."""
    wanted = replace(config(), dataset=name)
    choose_both(for_data(net(), data_of(wanted)), wanted)


def keep_own_data(own: OwnData) -> None:
    """Keep the visitor's own data as they are now. Where they are chosen, the network follows their classes.

    Raises PlaygroundError, and changes nothing, where there is no room.
    """
    shared_engine().keep_data(session().visit, own)
    if config().dataset == OWN and own.classes:
        now = session()
        now.choice = _fitting(now.choice)  # the data have an Undo of their own
    elif config().dataset == OWN:
        choose_data(MNIST.name)


def _fitting(wanted: Choice) -> Choice:
    """A choice of the visitor's own data with a score for each class that they have now; any other as it is."""
    is_own = wanted.config.dataset == OWN and own_data().classes
    return replace(wanted, net=for_data(wanted.net, data_of(wanted.config))) if is_own else wanted


def leave_lost_data() -> None:
    """Where the visitor's own data are chosen and gone, take MNIST, and say why."""
    if config().dataset == OWN and not own_data().classes:
        choose_data(MNIST.name)
        session().link_problems.append(
            "Your own data are gone: they were deleted in another tab, or the tab was closed for too long. With the "
            "file of the data, on the page “Your data”, they come back. Until then the network is set to MNIST."
        )


def choose_both(net: str, config: TrainConfig) -> None:
    """Network and settings, which Undo takes back in one step."""
    session().unread_text = None
    _choose(replace(session().choice, net=net, config=config))


def choose_source(source: str, net: str, config: TrainConfig, before: str | None) -> None:
    """The weights of a run or of a pretrained network, with its network and settings.

    before: whose weights were looked at until now. Undo brings them back.
    """
    now = session()
    now.unread_text = None
    now.choice = replace(now.choice, source=before)
    _choose(Choice(net, config, source))


def forget_source() -> None:
    """From now on the run in view comes first."""
    now = session()
    now.choice = replace(now.choice, source=None)


def _choose(wanted: Choice) -> None:
    now = session()
    if wanted != now.choice:
        if not (now.goes_on and now.past):
            now.past = [*now.past, now.choice][-MOST_UNDO:]
        _take(wanted)


def _take(wanted: Choice) -> None:
    """The chosen epoch is one of the weights before: of others the newest is shown."""
    now = session()
    if (wanted.net, wanted.source) != (now.choice.net, now.choice.source):
        save(Subject())
    if wanted.config.dataset != now.choice.config.dataset:
        save(*(kept.for_other_data() for kept in now.states.values() if isinstance(kept, State)))
    now.choice = wanted


def apply(change: Mapping[str, Any]) -> None:
    """Carry out what a remedy says: {"net": text} or training settings, or open a {"page": name}."""
    settings = dict(change)
    if page := settings.pop("page", None):
        session().next_page = page
        return
    text = settings.pop("net", None)
    wanted = replace(config(), **settings)
    if text is None:
        text = for_data(net(), data_of(wanted)) if "dataset" in settings else net()
    choose_both(write_layers(read_layers(text)), wanted)


def undo() -> None:
    now = session()
    now.unread_text = None
    before = now.choice
    while now.past and now.choice == before:
        _take(_fitting(now.past.pop()))
        if now.choice.source not in (None, *PRETRAINED):
            now.run = now.choice.source
