"""The sidebar: an editor of the network's text, on every page."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from ..bounds import bounds
from ..errors import PlaygroundError
from ..network.blocks import BLOCK_ACTIVATIONS, BLOCK_POOLS, HEADS, MOST_BLOCKS, PADDINGS, Block, Blocks
from ..network.layers import MNIST_SHAPE, write_layers
from ..network.presets import PRESETS
from ..network.validation import shapes_that_fit
from . import address, choice, widget_values
from .components.copy import copy
from .session import session
from .widgets import activation_title, attempt, chain, padding_title, pool_title, show_error

HEAD_TITLES = {"flatten": "Flatten", "globalmean": "Global average"}
ACTIVATION_HELP = "A function of every number by itself. Without one, two layers in a row compute no more than one."
OWN = "own"  # the preset's place in the list when the network is none of the presets


def sidebar() -> None:
    """Preset, blocks, head of the network, and under them what they come to."""
    _take_changes()
    layers = choice.layers()
    blocks = Blocks.of(layers)
    with st.sidebar:
        _presets()
        if blocks is None:
            _custom(write_layers(Blocks.nearest(layers).layers()))
        else:
            _editor(blocks)
        _result()
        _share()


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


def _take_changes() -> None:
    """What the visitor has changed in the sidebar since the last run."""
    for key, value in widget_values.changed_by_user().items():
        if key == "preset" and value in PRESETS:
            choice.choose_preset(value)
        elif edit := re.fullmatch(r"edit_(?:(\d)_)?(\w+)", key):
            number = None if edit[1] is None else int(edit[1])
            attempt(partial(_edit, edit[2], value, number))  # no list of ours offers what cannot be


def _custom(as_blocks: str) -> None:
    with st.container(border=True):
        st.markdown("**Custom network**")
        st.code(choice.net(), language=None, wrap_lines=True)
        st.caption("Its text says more than blocks can. Edit the text on the page *Architecture*.")
        st.button(
            "Turn it into blocks",
            on_click=choice.choose_net,
            args=(as_blocks,),
            help=f"Keeps what blocks can express: {as_blocks}. Undo brings the text back.",
            width="stretch",
        )


def _editor(blocks: Blocks) -> None:
    for number, block in enumerate(blocks.blocks):
        kernel = f"{block.kernel}×{block.kernel}"
        pool = f", {block.pool} {block.pool_size}" if block.pool != "none" else ""
        with st.expander(
            f"**Block {number + 1}**: {block.filters} @ {kernel}{pool}", expanded=number == 0, key=f"block{number}"
        ):
            _block(number, block)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add a block",
            icon=":material/add:",
            disabled=len(blocks.blocks) == MOST_BLOCKS,
            on_click=_write,
            args=(blocks, {"blocks": (*blocks.blocks, Block())}),
            help=f"Another convolution with its pooling; up to {MOST_BLOCKS}.",
        )
        st.button(
            "Remove",
            icon=":material/remove:",
            disabled=len(blocks.blocks) == 1,
            on_click=_write,
            args=(blocks, {"blocks": blocks.blocks[:-1]}),
            help="Take the last block away.",
        )
    _select(
        "From maps to numbers",
        "head",
        tuple(HEADS),
        blocks.head,
        title=HEAD_TITLES.__getitem__,
        help_text="How the maps become one row of numbers for the dense layers. Flatten: every value of every map. "
        "Global average: the mean of each map, so far fewer weights follow, and where something stands is forgotten.",
    )
    _slider("Hidden dense units", Blocks, "hidden", blocks.hidden, "A dense layer before the ten scores; 0: none.")
    if blocks.hidden:
        _select(
            "Activation of the hidden units",
            "hidden_activation",
            BLOCK_ACTIVATIONS,
            blocks.hidden_activation,
            help_text=ACTIVATION_HELP,
        )
    _slider(
        "Dropout (%)",
        Blocks,
        "dropout",
        blocks.dropout,
        "In training, this percentage of the values is set to zero, chosen anew in each step.",
    )


def _block(number: int, block: Block) -> None:
    at = f"{number}_"
    _slider("Filters", Block, "filters", block.filters, "Each filter makes one feature map.", at)
    _slider("Kernel size", Block, "kernel", block.kernel, "Rows and columns of the window of weights.", at)
    _slider("Stride", Block, "stride", block.stride, "How far the window moves from one output to the next.", at)
    left, right = st.columns(2)
    with left:
        _select(
            "Padding",
            "padding",
            PADDINGS,
            block.padding,
            at,
            padding_title,
            "Zeros put around the image. valid: none; same: as many as keep the size (at stride 1).",
        )
    with right:
        _select("Activation", "activation", BLOCK_ACTIVATIONS, block.activation, at, help_text=ACTIVATION_HELP)
    _toggle(
        "Batch normalization",
        "batchnorm",
        block.batchnorm,
        "Between convolution and activation: each map gets mean 0 and variance 1 over the batch, then a scale and a "
        "shift that are learned. Training is steadier and bears larger learning rates (Ioffe & Szegedy 2015).",
        at,
    )
    _select("Pooling", "pool", BLOCK_POOLS, block.pool, at, pool_title, "One number for each window of a map.")
    if block.pool != "none":
        _slider("Pool size", Block, "pool_size", block.pool_size, "Rows and columns of the pooling window.", at)
        _slider(
            "Pool stride", Block, "pool_stride", block.pool_stride, "Equal to the size: windows do not overlap.", at
        )


def _slider(label: str, owner: type, name: str, value: int, help_text: str, at: str = "") -> None:
    low, high = bounds(owner, name)
    key = f"edit_{at}{name}"
    widget_values.show(key, value)
    st.slider(label, low, high, value, key=key, help=help_text)


def _toggle(label: str, name: str, value: bool, help_text: str, at: str) -> None:
    key = f"edit_{at}{name}"
    widget_values.show(key, value)
    st.toggle(label, value, key=key, help=help_text)


def _select(
    label: str,
    name: str,
    options: tuple[Any, ...],
    value: Any,
    at: str = "",
    title: Callable[[Any], str] | None = None,
    help_text: str | None = None,
) -> None:
    key = f"edit_{at}{name}"
    widget_values.show(key, value)
    title = title or activation_title
    st.selectbox(label, options, widget_values.index_of(value, options), key=key, format_func=title, help=help_text)


def _edit(name: str, value: Any, number: int | None) -> None:
    """Write a value into the network's text, of block `number` or of what follows the blocks; all else stays."""
    blocks = Blocks.of(choice.layers())
    if blocks is None or (number is not None and number >= len(blocks.blocks)):
        return
    if number is None:
        _write(blocks, {name: value})
        return
    changes = {name: value}
    block = blocks.blocks[number]
    if name == "pool_size" and block.pool_stride == block.pool_size:
        changes["pool_stride"] = value  # windows that did not overlap go on not to
    edited = (*blocks.blocks[:number], replace(block, **changes), *blocks.blocks[number + 1 :])
    _write(blocks, {"blocks": edited})


def _write(blocks: Blocks, changes: dict[str, Any]) -> None:
    choice.choose_net(write_layers(replace(blocks, **changes).layers()))


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


def _share() -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=choice.undo,
            disabled=not session().past,
            help="Take back the last change of network or settings.",
        )
        with st.popover("Share", icon=":material/link:"):
            st.caption(
                "This link opens this page with the same network, settings and controls. Pictures of your own and "
                "trained weights stay here."
            )
            copy(address.link_to_share(), label="The link", key="share_link")
