"""The sidebar's controls for a network of blocks: each writes its value into the network's text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from ..bounds import bounds
from ..network.blocks import BLOCK_ACTIVATIONS, BLOCK_POOLS, HEADS, MOST_BLOCKS, PADDINGS, Block, Blocks
from ..network.layers import write_layers
from . import choice, widget_values
from .widgets import activation_title, attempt, padding_title, pool_title

T = TypeVar("T")  # an option of a list

HEAD_TITLES = {"flatten": "Flatten", "globalmean": "Global average"}
ACTIVATION_HELP = "A function of every number by itself. Without one, two layers in a row compute no more than one."
PADDING_HELP = "Zeros put around the image. valid: none; same: as many as keep the size (at stride 1)."
NORMALIZATION_HELP = (
    "Between convolution and activation: each map gets mean 0 and variance 1 over the batch, then a scale and a shift "
    "that are learned. Training is steadier and bears larger learning rates (Ioffe & Szegedy 2015)."
)
HEAD_HELP = (
    "How the maps become one row of numbers for the dense layers. Flatten: every value of every map. Global average: "
    "the mean of each map, so the next layer needs far fewer weights, but positions are lost."
)
DROPOUT_HELP = "In training, this percentage of the values is set to zero, chosen anew in each step."


def take_edits() -> None:
    """What the visitor has changed here since the last run of the script."""
    for key, value in widget_values.changed_by_user().items():
        if edit := re.fullmatch(r"edit_(?:(\d)_)?(\w+)", key):
            number = None if edit[1] is None else int(edit[1])
            attempt(partial(_edit, edit[2], value, number))  # no list of ours offers what cannot be


def block_editor(blocks: Blocks) -> None:
    for number, block in enumerate(blocks.blocks):
        pool = f", {block.pool} {block.pool_size}" if block.pool != "none" else ""
        title = f"**Block {number + 1}**: {block.filters} @ {block.kernel}×{block.kernel}{pool}"
        with st.expander(title, expanded=number == 0, key=f"block{number}"):
            _block(f"{number}_", block)
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
    _head(blocks)


def _head(blocks: Blocks) -> None:
    """What follows the blocks."""
    _select("From maps to numbers", "head", tuple(HEADS), blocks.head, HEAD_HELP, HEAD_TITLES.__getitem__)
    _slider("Hidden dense units", Blocks, "hidden", blocks.hidden, "A dense layer before the ten scores; 0: none.")
    if blocks.hidden:
        hidden = blocks.hidden_activation
        _activation("Activation of the hidden units", "hidden_activation", hidden)
    _slider("Dropout (%)", Blocks, "dropout", blocks.dropout, DROPOUT_HELP)


def _block(at: str, block: Block) -> None:
    """at: what the names of this block's widgets begin with."""
    _slider("Filters", Block, "filters", block.filters, "Each filter makes one feature map.", at)
    _slider("Kernel size", Block, "kernel", block.kernel, "Rows and columns of the window of weights.", at)
    _slider("Stride", Block, "stride", block.stride, "How far the window moves from one output to the next.", at)
    left, right = st.columns(2)
    with left:
        _select("Padding", "padding", PADDINGS, block.padding, PADDING_HELP, padding_title, at)
    with right:
        _activation("Activation", "activation", block.activation, at)
    _toggle("Batch normalization", "batchnorm", block.batchnorm, NORMALIZATION_HELP, at)
    _select("Pooling", "pool", BLOCK_POOLS, block.pool, "One number for each window of a map.", pool_title, at)
    if block.pool != "none":
        size, stride = block.pool_size, block.pool_stride
        _slider("Pool size", Block, "pool_size", size, "Rows and columns of the pooling window.", at)
        _slider("Pool stride", Block, "pool_stride", stride, "Equal to the size: windows do not overlap.", at)


def _slider(label: str, owner: type, name: str, value: int, help: str, at: str = "") -> None:
    low, high = bounds(owner, name)
    st.slider(label, low, high, value, key=_shown(at + name, value), help=help)


def _toggle(label: str, name: str, value: bool, help: str, at: str) -> None:
    st.toggle(label, value, key=_shown(at + name, value), help=help)


def _activation(label: str, name: str, value: str, at: str = "") -> None:
    _select(label, name, BLOCK_ACTIVATIONS, value, ACTIVATION_HELP, activation_title, at)


def _select(
    label: str,
    name: str,
    options: Sequence[T],
    value: T,
    help: str,
    title: Callable[[T], str],
    at: str = "",
) -> None:
    index = widget_values.index_of(value, options)
    st.selectbox(label, options, index, key=_shown(at + name, value), format_func=title, help=help)


def _shown(name: str, value: object) -> str:
    """The key of the widget of that name, which is made to show a value."""
    key = f"edit_{name}"
    widget_values.show(key, value)
    return key


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
