"""The sidebar: an editor of the network's text, on every page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ..data.datasets import DATASETS, OWN, DataSource
from ..errors import PlaygroundError
from ..network.blocks import Blocks
from ..network.layers import write_layers
from ..network.presets import PRESETS
from ..network.validation import shapes_that_fit
from . import address, choice
from .block_editor import block_editor
from .components.copy import copy
from .controls import option_control
from .navigation import go_to
from .session import session
from .training_bar import experiment_bar, training_bar
from .widgets import chain, show_error

MOST_NAMED = 5  # classes in a line
CUSTOM = "custom"  # the preset's place in the list when the network is none of the presets


def sidebar() -> DeltaGenerator:
    """Preset, Undo, blocks, head of the network, and under them what they come to. Returns the place for `share`."""
    choice.leave_lost_data()
    layers = choice.layers()
    classes = len(choice.data().classes)
    blocks = Blocks.of(layers, classes)
    with st.sidebar:
        _data()
        _presets()
        place = _undo()
        if blocks is None:
            _custom(write_layers(Blocks.nearest(layers, classes).layers()))
        else:
            block_editor(blocks)
        _result()
        experiment_bar()
        training_bar()
        return place


def _data() -> None:
    """What the network learns from; data of one's own that are not there yet are made on their page."""
    own, data = choice.own_data(), choice.data()
    yours = f"Yours: {own.title}" if own.classes else "Yours: draw or open them"
    rows, columns, channels = data.input_shape
    option_control(
        "data",
        "Data",
        choice.config().dataset,
        _choose_data,
        "What the network learns from. The network gets a score for each class; Undo takes both back.",
        options=[*DATASETS, OWN],
        titles={name: row.title for name, row in DATASETS.items()} | {OWN: yours},
        note=f"{rows}×{columns}×{channels}, {counted_classes(data)}.",
    )


def _choose_data(name: str) -> None:
    if name == OWN and choice.own_data().problems:  # nothing can be learned from them yet
        go_to("data")
    else:
        choice.choose_data(name)


def counted_classes(data: DataSource) -> str:
    """ "4 classes: circle, square, triangle, star"; of many the first and the last."""
    names = data.classes
    few = names if len(names) <= MOST_NAMED else [names[0], names[1], "…", names[-1]]
    return f"{len(names)} classes: {', '.join(few)}"


def _presets() -> None:
    """The list of networks to begin with. The line under it keeps its place where the network is none of them."""
    names = [*PRESETS, CUSTOM]
    current = next((name for name in PRESETS if choice.net_of_preset(name) == choice.net()), CUSTOM)
    option_control(
        "preset",
        "Network",
        current,
        _choose_preset,
        "Networks to begin with. Some bring training settings of their own.",
        options=names if current == CUSTOM else names[:-1],
        titles=lambda name: PRESETS[name].title if name in PRESETS else "Your own network",
        note=_note(current),
    )


def _note(current: str) -> str:
    if current not in PRESETS:
        return "You made this one. Undo takes a change back."
    preset, data = PRESETS[current], choice.data()
    if preset.made_for == data.shows:
        return preset.description
    return f"Made for {preset.made_for}; here with {len(data.classes)} scores."


def _choose_preset(name: str) -> None:
    if name in PRESETS:
        choice.choose_preset(name)


def _custom(as_blocks: str) -> None:
    with st.container(border=True):
        st.markdown("**Custom network**")
        st.code(choice.net(), language=None, wrap_lines=True)
        st.caption("Its text can express more than blocks can. Edit the text on the page *Architecture*.")
        st.button(
            "Turn it into blocks",
            on_click=choice.choose_net,
            args=(as_blocks,),
            help=f"Keeps what blocks can express: {as_blocks}. Undo brings the text back.",
            width="stretch",
        )


def _result() -> None:
    """Parameters and the chain of shapes; where the network does not fit, why, and the chain as far as it goes."""
    layers = choice.layers()
    shapes = shapes_that_fit(layers, choice.input_shape())
    try:
        architecture = choice.network()
    except PlaygroundError as error:
        show_error(error, "sidebar_fix")
    else:
        fixed = architecture.non_trainable_count
        st.markdown(
            f"**{architecture.parameter_count:,} parameters**" + f", {fixed:,} of them not trained" * bool(fixed)
        )
    st.caption(chain(layers, shapes))


def _undo() -> DeltaGenerator:
    """The button Undo, and beside it a place."""
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=choice.undo,
            disabled=not session().past,
            help="Take back the last change of network or settings.",
        )
        return st.container(width="content")


def share(place: DeltaGenerator) -> None:
    """The link to the page as it is. To be called when the page has been drawn: until then its labs may change."""
    with place, st.popover("Share", icon=":material/link:"):
        st.caption(
            "This link opens this page with the sidebar's network, its settings and the controls of this page. Trained "
            "weights, changed filters and pictures of your own stay here."
        )
        copy(address.link_to_share(), label="The link", key="share_link")
