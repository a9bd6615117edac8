"""The sidebar's controls for a network of blocks: each writes its value into the network's text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from ..bounds import bounds
from ..network.blocks import BLOCK_ACTIVATIONS, BLOCK_POOLS, HEADS, MOST_BLOCKS, PADDINGS, Block, Blocks
from ..network.layers import write_layers
from . import choice
from .controls import number_control, option_control, switch_control, together
from .session import save, state
from .widgets import activation_title, padding_title, pool_title

T = TypeVar("T")  # an option of a list

HEAD_TITLES = {"flatten": "Flatten", "globalmean": "Global average"}
ACTIVATION_HELP = (
    "A function of every number by itself, with a bend: ReLU turns what is below zero into zero. Without one, two "
    "layers in a row compute no more than one, because sums of sums are sums."
)
PADDING_HELP = "Zeros put around the image. valid: none; same: as many as keep the size (at stride 1)."
NORMALIZATION_HELP = (
    "Between convolution and activation: each map gets mean 0 and variance 1 over the batch, then a scale and a shift "
    "that are learned. Training is steadier and bears larger learning rates (Ioffe & Szegedy 2015)."
)
HEAD_HELP = (
    "How the maps become one row of numbers for the dense layers. Flatten: every value of every map. Global average: "
    "the mean of each map, so the next layer needs far fewer weights, but positions are lost."
)
DROPOUT_HELP = (
    "In training, this percentage of the values is set to zero, chosen at random and anew for each image in each step. "
    "So the network does not rely on single values, and overfits less. When it is tested and when it reads, all values "
    "count."
)


@dataclass(frozen=True)
class Added:
    """Per session: the numbers of the blocks that the visitor has added, counted from 0."""

    numbers: frozenset[int] = frozenset()


def block_editor(blocks: Blocks) -> None:
    for number, block in enumerate(blocks.blocks):
        pool = f", {block.pool} {block.pool_size}" if block.pool != "none" else ""
        title = f"**Block {number + 1}**: {block.filters} @ {block.kernel}×{block.kernel}{pool}"
        with st.expander(title, expanded=number == 0 or number in state(Added).numbers, key=f"block{number}"):
            _block(number, block)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add a block",
            icon=":material/add:",
            disabled=len(blocks.blocks) == MOST_BLOCKS,
            on_click=_add,
            args=(blocks,),
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


def _add(blocks: Blocks) -> None:
    """Another block, which is open: one adds it to set it."""
    save(Added(state(Added).numbers | {len(blocks.blocks)}))
    _write(blocks, {"blocks": (*blocks.blocks, Block())})


def _head(blocks: Blocks) -> None:
    """What follows the blocks."""
    with together("edit_head"):
        heads = HEAD_TITLES.__getitem__
        _list("From maps to numbers", "head", tuple(HEADS), blocks.head, HEAD_HELP, heads)
        _slider("Hidden dense units", Blocks, "hidden", blocks.hidden, "A dense layer before the scores; 0: none.")
        if blocks.hidden:
            _activation("Activation of the hidden units", "hidden_activation", blocks.hidden_activation)
        _slider("Dropout (%)", Blocks, "dropout", blocks.dropout, DROPOUT_HELP)


def _block(number: int, block: Block) -> None:
    at, half = number, True
    with together(f"edit_{number}"):
        _slider("Filters", Block, "filters", block.filters, "Each filter makes one feature map.", at)
        _slider("Kernel size", Block, "kernel", block.kernel, "Rows and columns of the window of weights.", at)
        _slider("Stride", Block, "stride", block.stride, "How far the window moves from one output to the next.", at)
        _list("Padding", "padding", PADDINGS, block.padding, PADDING_HELP, padding_title, at, half)
        _activation("Activation", "activation", block.activation, at, half)
        change = partial(_edit, "batchnorm", at)
        switch_control(f"edit_{at}_batchnorm", "Batch normalization", block.batchnorm, change, NORMALIZATION_HELP)
        _list("Pooling", "pool", BLOCK_POOLS, block.pool, "One number for each window of a map.", pool_title, at)
        if block.pool != "none":
            size, stride = block.pool_size, block.pool_stride
            _slider("Pool size", Block, "pool_size", size, "Rows and columns of the pooling window.", at)
            _slider("Pool stride", Block, "pool_stride", stride, "Equal to the size: windows do not overlap.", at)


def _slider(label: str, owner: type, name: str, value: int, help: str, at: int | None = None) -> None:
    low, high = bounds(owner, name)
    number_control(_key(name, at), label, value, partial(_edit, name, at), help, low=low, high=high)


def _activation(label: str, name: str, value: str, at: int | None = None, half: bool = False) -> None:
    _list(label, name, BLOCK_ACTIVATIONS, value, ACTIVATION_HELP, activation_title, at, half)


def _list(
    label: str,
    name: str,
    options: Sequence[T],
    value: T,
    help: str,
    title: Callable[[T], str],
    at: int | None = None,
    half: bool = False,
) -> None:
    change = partial(_edit, name, at)
    option_control(_key(name, at), label, value, change, help, options=options, titles=title, half=half)


def _key(name: str, at: int | None) -> str:
    """The name of a control, of block `at` or of what follows the blocks."""
    return f"edit_{name}" if at is None else f"edit_{at}_{name}"


def _edit(name: str, number: int | None, value: Any) -> None:
    """Write a value into the network's text, of block `number` or of what follows the blocks; all else stays."""
    blocks = Blocks.of(choice.layers(), len(choice.data().classes))
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
