"""Blocks: the sidebar's way to write a network, one to three blocks of a convolution and what follows it.

The text form is the network; blocks are an editor of it. A text that blocks cannot express has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ..bounds import bounded, bounds, check_bounds
from ..errors import TextError
from ..ops.arithmetic import Padding
from ..ops.registry import ACTIVATIONS, POOLS
from .layers import (
    CLASSES,
    Activation,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMean,
    Layer,
    Pooling,
)

NONE = "none"
PADDINGS: tuple[Padding, ...] = ("valid", "same", 1, 2, 3, 4, 5)
BLOCK_ACTIVATIONS = (*ACTIVATIONS, NONE)
BLOCK_POOLS = (NONE, *POOLS)
HEADS: Mapping[str, Layer] = {"flatten": Flatten(), "globalmean": GlobalMean()}  # from maps to one row of numbers
MOST_BLOCKS = 3


@dataclass(frozen=True)
class Block:
    """One convolution, what follows it, and its pooling. Raises TextError where a number is out of its bounds."""

    filters: int = bounded(1, 64, default=8)
    kernel: int = bounded(1, 11, default=3)
    stride: int = bounded(1, 4, default=1)
    padding: Padding = "same"
    batchnorm: bool = False
    activation: str = "relu"
    pool: str = "max"
    pool_size: int = bounded(1, 6, default=2)
    pool_stride: int = bounded(1, 6, default=2)

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A block")
        for name, options in (("padding", PADDINGS), ("activation", BLOCK_ACTIVATIONS), ("pool", BLOCK_POOLS)):
            if getattr(self, name) not in options:
                raise TextError(f"A block: {name} is one of {', '.join(map(str, options))}.")

    def layers(self) -> list[Layer]:
        kernel, stride = (self.kernel,) * 2, (self.stride,) * 2
        layers: list[Layer] = [Convolution(self.filters, kernel, stride, padding=self.padding)]
        if self.batchnorm:
            layers.append(BatchNormalization())
        if self.activation != NONE:
            layers.append(Activation(self.activation))
        if self.pool != NONE:
            layers.append(Pooling(self.pool, (self.pool_size,) * 2, (self.pool_stride,) * 2))
        return layers


@dataclass(frozen=True)
class Blocks:
    """What the sidebar edits: blocks, a row of HEADS, a hidden dense layer (0 units: none), dropout, and the scores.

    classes: how many scores.
    """

    blocks: tuple[Block, ...]
    head: str = "flatten"
    hidden: int = bounded(0, 256, default=0)
    hidden_activation: str = "relu"
    dropout: int = bounded(0, 80, default=0)
    classes: int = CLASSES

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "The sidebar")
        if not 1 <= len(self.blocks) <= MOST_BLOCKS:
            raise TextError(f"The sidebar edits 1 to {MOST_BLOCKS} blocks, not {len(self.blocks)}.")
        if self.head not in HEADS:
            raise TextError(f"The sidebar: head is one of {', '.join(HEADS)}.")

    def layers(self) -> tuple[Layer, ...]:
        layers = [layer for block in self.blocks for layer in block.layers()]
        layers.append(HEADS[self.head])
        if self.hidden:
            layers.append(Dense(self.hidden))
            if self.hidden_activation != NONE:
                layers.append(Activation(self.hidden_activation))
        if self.dropout:
            layers.append(Dropout(self.dropout))
        return (*layers, Dense(self.classes))

    @classmethod
    def of(cls, layers: tuple[Layer, ...], classes: int = CLASSES) -> "Blocks | None":
        """The blocks that write exactly these layers, None where blocks cannot express them."""
        try:
            blocks = _read(layers, classes)
        except TextError:
            return None
        return blocks if blocks is not None and blocks.layers() == layers else None

    @classmethod
    def nearest(cls, layers: tuple[Layer, ...], classes: int = CLASSES) -> "Blocks":
        """Blocks made of what blocks can express of these layers, for a user who asks for blocks."""
        if exact := cls.of(layers, classes):
            return exact
        blocks = [_block(list(layers[start:end])) for start, end in _stretches(layers)][:MOST_BLOCKS]
        units = [layer.units for layer in layers[:-1] if isinstance(layer, Dense)]
        percents = [layer.percent for layer in layers if isinstance(layer, Dropout)]
        return cls(
            tuple(blocks) or (Block(),),
            head=next((name for name, head in HEADS.items() if head in layers), "flatten"),
            hidden=min(units[0], bounds(cls, "hidden")[1]) if units else 0,
            dropout=min(percents[-1], bounds(cls, "dropout")[1]) if percents else 0,
            classes=classes,
        )


def _read(layers: tuple[Layer, ...], classes: int) -> Blocks | None:
    at, head = next(((layers.index(layer), name) for name, layer in HEADS.items() if layer in layers), (0, ""))
    stretches = list(_stretches(layers[:at]))
    if not stretches or stretches[0][0] != 0:
        return None
    hidden, hidden_activation, dropout = 0, "relu", 0
    for layer in layers[at + 1 : -1]:
        if isinstance(layer, Dense):
            hidden, hidden_activation = layer.units, NONE
        elif isinstance(layer, Activation):
            hidden_activation = layer.function
        elif isinstance(layer, Dropout):
            dropout = layer.percent
    blocks = tuple(_block(list(layers[start:end])) for start, end in stretches)
    return Blocks(blocks, head, hidden, hidden_activation, dropout, classes)


def _stretches(layers: tuple[Layer, ...]) -> list[tuple[int, int]]:
    starts = [index for index, layer in enumerate(layers) if isinstance(layer, Convolution)]
    return list(pairwise([*starts, len(layers)]))


def _block(layers: list[Layer]) -> Block:
    """A block of a convolution and what follows it, numbers beyond a slider's end moved to that end."""
    block = Block(activation=NONE, pool=NONE)
    for layer in layers:
        if isinstance(layer, Convolution):
            padding = layer.padding if layer.padding in PADDINGS else "same"
            block = replace(
                block,
                filters=min(layer.filters, bounds(Block, "filters")[1]),
                kernel=min(layer.kernel[0], bounds(Block, "kernel")[1]),
                stride=min(layer.stride[0], bounds(Block, "stride")[1]),
                padding=padding,
            )
        elif isinstance(layer, BatchNormalization) and block.activation == NONE and block.pool == NONE:
            block = replace(block, batchnorm=True)
        elif isinstance(layer, Activation) and block.activation == NONE and block.pool == NONE:
            block = replace(block, activation=layer.function)
        elif isinstance(layer, Pooling) and block.pool == NONE:
            most = bounds(Block, "pool_size")[1]
            size, stride = min(layer.window[0], most), min((layer.stride or layer.window)[0], most)
            block = replace(block, pool=layer.pool, pool_size=size, pool_stride=stride)
        elif layer in HEADS.values():
            break
    return block
