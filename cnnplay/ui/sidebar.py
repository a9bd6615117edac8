"""The sidebar: an editor of the network's text, on every page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ..errors import PlaygroundError
from ..network.blocks import Blocks
from ..network.layers import MNIST_SHAPE, write_layers
from ..network.presets import PRESETS
from ..network.validation import shapes_that_fit
from . import address, choice, widget_values
from .block_editor import block_editor, take_edits
from .components.copy import copy
from .session import session
from .widgets import chain, show_error

OWN = "own"  # the preset's place in the list when the network is none of the presets


def sidebar() -> DeltaGenerator:
    """Preset, blocks, head of the network, and under them what they come to. Returns the place for `share`."""
    if (preset := widget_values.changed_by_user().get("preset")) in PRESETS:
        choice.choose_preset(preset)
    take_edits()
    layers = choice.layers()
    blocks = Blocks.of(layers)
    with st.sidebar:
        _presets()
        if blocks is None:
            _custom(write_layers(Blocks.nearest(layers).layers()))
        else:
            block_editor(blocks)
        _result()
        return _undo()


def _presets() -> None:
    names = [*PRESETS, OWN]
    current = next((name for name, preset in PRESETS.items() if preset.net == choice.net()), OWN)
    widget_values.show("preset", current)
    st.selectbox(
        "Network",
        names if current == OWN else names[:-1],
        names.index(current),
        key="preset",
        format_func=lambda name: PRESETS[name].title if name in PRESETS else "Your own network",
        help="Networks to begin with. Some bring training settings of their own.",
    )
    if current in PRESETS:
        st.caption(PRESETS[current].description)


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
    shapes = shapes_that_fit(layers, MNIST_SHAPE)
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
