"""The network and the training settings that a visitor has chosen, and the ways to change them.

Widgets are views of the choice: they are set from it before they are drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ..bounds import bounds
from ..errors import PlaygroundError, SettingsError
from ..export.pretrained import PRETRAINED
from ..network.architecture import Architecture
from ..network.layers import Layer, write_layers
from ..network.parsing import read_layers
from ..network.presets import PRESETS
from ..state.fields import State, held
from ..state.kinds import Whole
from ..training.config import TrainConfig
from .session import Choice, save, session

MOST_UNDO = 50


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


def network() -> Architecture:
    """The chosen network. Raises ShapeError, with remedies, where it does not fit or does not end in ten scores."""
    return session().choice.network


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
    preset, now = PRESETS[name], config()
    choose_both(preset.net, TrainConfig(**{**preset.settings, "seed": now.seed, "train_images": now.train_images}))


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
    now.choice = wanted


def apply(change: Mapping[str, Any]) -> None:
    """Carry out what a remedy says: {"net": text} or training settings."""
    settings = dict(change)
    text = settings.pop("net", None)
    choose_both(net() if text is None else write_layers(read_layers(text)), replace(config(), **settings))


def undo() -> None:
    now = session()
    now.unread_text = None
    if now.past:
        _take(now.past.pop())
        if now.choice.source not in (None, *PRETRAINED):
            now.run = now.choice.source
