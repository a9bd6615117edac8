"""What a visitor has chosen: one network, one set of training settings, one run in view.

The choice lives in session state under a few plain names and in the page's link. Widgets are views of it: they are set
from it before they are drawn, and their callbacks write it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from ..bounds import bounds
from ..errors import PlaygroundError, SettingsError
from ..link import to_parameters
from ..network.architecture import Architecture
from ..network.layers import write_layers
from ..network.parsing import read_layers
from ..network.presets import PRESETS
from ..training.config import TrainConfig

if TYPE_CHECKING:
    pass

MOST_UNDO = 50


def parameters() -> dict[str, str]:
    """The choice as parameters of a link to share: without the run, which stays its owner's."""
    return to_parameters(st.session_state.net, st.session_state.config)


def link(page: str | None = None, network: str | None = None, settings: TrainConfig | None = None) -> str:
    """The address that opens a page with a network and settings, for whoever it is given to.

    page: "" for Home, the first page, else its name; None means this very page. The others: None means the chosen one.
    """
    here = (st.context.url or "").partition("?")[0]
    root, _, last = here.rpartition("/")
    chosen = to_parameters(network or net(), settings or config())
    return f"{root}/{last if page is None else page}?{urlencode(chosen)}"


def net() -> str:
    return str(st.session_state.net)


def config() -> TrainConfig:
    chosen: TrainConfig = st.session_state.config
    return chosen


def network() -> Architecture:
    """The chosen network. Raises ShapeError, with remedies, where it does not fit or does not end in ten scores."""
    architecture = Architecture.parse(net())
    architecture.require_classes()
    return architecture


def check_size(network: Architecture) -> None:
    """Raises PlaygroundError for a network that could not train: what looks into one asks about many images at once."""
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
    tidy = write_layers(read_layers(text))
    st.session_state.text_problem = None
    if tidy != net():
        _remember()
        st.session_state.net = tidy


def choose_config(**changes: Any) -> None:
    """Change training settings. Raises SettingsError out of bounds, and changes nothing then."""
    changed = replace(config(), **changes)
    if changed != config():
        _remember()
        st.session_state.config = changed


def choose_preset(name: str) -> None:
    """A preset's network with its training settings; the seed and the number of images stay."""
    preset, kept = PRESETS[name], {key: getattr(config(), key) for key in ("seed", "train_images")}
    _choose_both(preset.net, TrainConfig(**{**preset.settings, **kept}))


def _choose_both(net: str, config: TrainConfig) -> None:
    """Network and settings in one step, for Undo too."""
    st.session_state.text_problem = None
    _remember()
    st.session_state.net, st.session_state.config = net, config


def apply(change: dict[str, Any]) -> None:
    """Carry out what a remedy says: {"net": text} or training settings."""
    settings = dict(change)
    if "net" in settings:
        choose_net(settings.pop("net"))
    if settings:
        choose_config(**settings)


def undo() -> None:
    st.session_state.text_problem = None
    if st.session_state.past:
        st.session_state.net, st.session_state.config = st.session_state.past.pop()


def _remember() -> None:
    st.session_state.past = [*st.session_state.past, (net(), config())][-MOST_UNDO:]
