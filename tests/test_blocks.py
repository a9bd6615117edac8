"""Blocks write networks, and read back what they wrote."""

from dataclasses import replace

import numpy as np
import pytest

from cnnplay.bounds import bounds
from cnnplay.errors import TextError
from cnnplay.network.blocks import BLOCK_ACTIVATIONS, BLOCK_POOLS, HEADS, MOST_BLOCKS, PADDINGS, Block, Blocks
from cnnplay.network.layers import write_layers
from cnnplay.network.parsing import DEFAULT, read_layers
from cnnplay.network.presets import PRESETS
from tests.oracles import random_networks


def random_blocks(seed):
    generator = np.random.default_rng(seed)

    def number(owner, name):
        low, high = bounds(owner, name)
        return int(generator.integers(low, high + 1))

    def block():
        return Block(
            **{name: number(Block, name) for name in ("filters", "kernel", "stride", "pool_size", "pool_stride")},
            padding=PADDINGS[generator.integers(len(PADDINGS))],
            batchnorm=bool(generator.integers(2)),
            activation=BLOCK_ACTIVATIONS[generator.integers(len(BLOCK_ACTIVATIONS))],
            pool=BLOCK_POOLS[generator.integers(len(BLOCK_POOLS))],
        )

    blocks = tuple(block() for _ in range(generator.integers(1, MOST_BLOCKS + 1)))
    activation = BLOCK_ACTIVATIONS[generator.integers(len(BLOCK_ACTIVATIONS))]
    hidden = int(generator.choice([0, number(Blocks, "hidden")]))
    head = list(HEADS)[generator.integers(len(HEADS))]
    return Blocks(blocks, head, hidden, activation, int(generator.choice([0, number(Blocks, "dropout")])))


def visible(blocks):
    """Blocks without what has no effect: the pooling size of no pooling, the activation of no hidden layer."""
    usual = Block()
    shown = tuple(
        replace(block, pool_size=usual.pool_size, pool_stride=usual.pool_stride) if block.pool == "none" else block
        for block in blocks.blocks
    )
    return replace(blocks, blocks=shown, hidden_activation=blocks.hidden_activation if blocks.hidden else "relu")


@pytest.mark.parametrize("seed", range(60))
def test_blocks_read_back_what_they_wrote(seed):
    blocks = random_blocks(seed)
    assert Blocks.of(blocks.layers()) == visible(blocks)
    assert Blocks.of(read_layers(write_layers(blocks.layers()))) == visible(blocks)


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_of_what_blocks_can_say_is_that_itself(seed):
    blocks = random_blocks(seed)
    assert Blocks.nearest(blocks.layers()) == visible(blocks)


@pytest.mark.parametrize(
    ("name", "has_blocks"),
    [("notebook", True), ("fast99", True), ("keras", True), ("convnetjs", True), ("lenet5", False), ("modern", True)],
)
def test_which_presets_blocks_can_say(name, has_blocks):
    layers = read_layers(PRESETS[name].net)
    blocks = Blocks.of(layers)
    assert (blocks is not None) == has_blocks
    assert blocks is None or blocks.layers() == layers


@pytest.mark.parametrize(
    "text",
    [
        "flatten-dense10",
        "relu-conv6k3-flatten-dense10",
        "max2-conv6k3-flatten-dense10",
        "conv6k3x2-flatten-dense10",
        "conv6k3d2-flatten-dense10",
        "conv6k3full-flatten-dense10",
        "conv6k3p1.2-flatten-dense10",
        "conv6k3p6-flatten-dense10",
        "conv65k3-flatten-dense10",
        "conv6k12-flatten-dense10",
        "conv6k3-relu-relu-flatten-dense10",
        "conv6k3-relu-batchnorm-flatten-dense10",
        "conv6k3-batchnorm-batchnorm-flatten-dense10",
        "batchnorm-conv6k3-flatten-dense10",
        "conv6k3-globalmean-batchnorm-dense10",
        "conv6k3-globalmean-flatten-dense10",
        "conv6k3-max2-relu-flatten-dense10",
        "conv6k3-max2same-flatten-dense10",
        "conv6k3-max2x3-flatten-dense10",
        "conv6k3-dropout20-flatten-dense10",
        "-".join(["conv2k1"] * 4 + ["flatten-dense10"]),
        "conv6k3-flatten-dense10-relu",
        "conv6k3-flatten-dense9",
        "conv6k3-flatten-dense300-dense10",
        "conv6k3-flatten-dense20-dense20-dense10",
        "conv6k3-flatten-dropout20-dense20-dense10",
        "conv6k3-flatten-dropout0-dense10",
        "conv6k3-flatten-dropout90-dense10",
        "conv6k3-relu",
        "conv6k3-dense10",
    ],
)
def test_what_blocks_cannot_say_has_none(text):
    assert Blocks.of(read_layers(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        *random_networks(40, seed=5),
        *(preset.net for preset in PRESETS.values()),
        "relu",
        "dense10",
        "flatten-flatten",
        "-".join(["conv512k32s32p64"] * 7),
        "conv1k1-max32s32-max32",
    ],
)
def test_the_nearest_blocks_are_blocks(text):
    nearest = Blocks.nearest(read_layers(text))
    assert Blocks.of(nearest.layers()) == visible(nearest)
    assert 1 <= len(nearest.blocks) <= MOST_BLOCKS


def test_the_notebooks_network_is_one_block():
    blocks = Blocks.of(read_layers(DEFAULT))
    assert blocks == Blocks((Block(filters=6, kernel=2, padding="valid", pool_size=2, pool_stride=2),))


@pytest.mark.parametrize("name", ["filters", "kernel", "stride", "pool_size", "pool_stride"])
def test_a_block_keeps_its_bounds_and_offers_the_nearest_number(name):
    low, high = bounds(Block, name)
    assert getattr(Block(**{name: low}), name) == low
    assert getattr(Block(**{name: high}), name) == high
    for beyond, near in ((low - 1, low), (high + 1, high)):
        with pytest.raises(TextError, match=str(high)) as caught:
            Block(**{name: beyond})
        assert caught.value.remedies[0].change == {name: near}


@pytest.mark.parametrize(
    "chosen", [{"padding": "full"}, {"padding": 6}, {"activation": "softmax"}, {"pool": "median"}], ids=str
)
def test_a_block_refuses_what_its_lists_do_not_have(chosen):
    with pytest.raises(TextError, match="is one of"):
        Block(**chosen)


def test_the_head_is_one_of_its_rows():
    with pytest.raises(TextError, match="flatten, globalmean"):
        Blocks((Block(),), head="softmax")


def test_one_to_three_blocks():
    for count in (0, MOST_BLOCKS + 1):
        with pytest.raises(TextError, match=str(count)):
            Blocks((Block(),) * count)
    for name in ("hidden", "dropout"):
        with pytest.raises(TextError, match=name):
            Blocks((Block(),), **{name: bounds(Blocks, name)[1] + 1})
