"""Networks in words, and what tells them apart."""

import pytest

from cnnplay.network.parsing import read_layers
from cnnplay.network.presets import PRESETS
from cnnplay.network.wording import differences, in_words

LARGEST = "-".join(["conv8k3same-batchnorm-relu", "max2"] * 3 + ["conv64k3same"] * 20 + ["globalmean-dense10"])


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ("conv12k2-relu-max2-flatten-dense10", "12 filters 2×2, max 2"),
        ("conv1k3-flatten-dense10", "1 filter 3×3"),
        (PRESETS["fast99"].net, "8 then 24 filters 5×5, max 2"),
        (PRESETS["lenet5"].net, "6 then 16 filters 5×5, mean 2, dense 120 then 84"),
        (
            "conv8k5-max2-conv24k3s2-mean3s2-flatten-dense10",
            "8 filters 5×5, then 24 filters 3×3 stride 2, max 2 then mean 3 stride 2",
        ),
        ("conv4k3x5d2-max2x1-flatten-dense10", "4 filters 3×5 dilation 2, max 2×1"),
        ("conv8k3-relu-globalmean-dense10", "8 filters 3×3, global mean"),
        ("max4-flatten-dense10", "max 4"),
        ("mean3s2p1-max2same-flatten-dense10", "mean 3 stride 2 padding 1 then max 2 padding same"),
        ("flatten-dense10", "a single dense layer"),
        ("flatten-dense64-relu-dense10", "dense 64"),
        (LARGEST, "8 to 64 filters 3×3, max 2, global mean"),
        ("conv4k3-conv8k3-conv4k5-conv9k3-flatten-dense10", "4 convolutions of 4 to 9 filters"),
        ("conv4k3", "4 filters 3×3"),
    ],
)
def test_a_network_in_words(net, words):
    assert in_words(read_layers(net)) == words


@pytest.mark.parametrize(
    ("nets", "parts"),
    [
        (["conv12k2-relu-flatten-dense10"], [["12 filters"]]),
        (
            ["conv12k2-relu-max2-flatten-dense10", "conv6k2-relu-max2-flatten-dense10"],
            [["12 filters"], ["6 filters"]],
        ),
        (
            ["conv6k2-relu-max2-flatten-dense10", "conv6k3same-relu-flatten-dense10"],
            [["6 filters", "2×2", "padding valid", "max 2"], ["6 filters", "3×3", "padding same", "no pooling"]],
        ),
        (
            ["conv6k2-relu-flatten-dense10", "flatten-dense10"],
            [["6 filters", "2×2", "padding valid", "ReLU"], ["no convolution", "no activation"]],
        ),
        (
            ["conv6k2-relu-max2-flatten-dense10", "conv6k2-max2-relu-flatten-dense10"],
            [
                ["6 filters", "conv6k2-relu-max2-flatten-dense10"],
                ["6 filters", "conv6k2-max2-relu-flatten-dense10"],
            ],
        ),
    ],
)
def test_what_differs_is_said_and_nothing_else(nets, parts):
    assert differences([read_layers(net) for net in nets]) == parts


def test_unequal_networks_are_never_named_alike_and_equal_ones_always():
    nets = [preset.net for preset in PRESETS.values()] + [
        "conv6k2-max2-relu-flatten-dense10",
        "conv6k2-relu-max2p1-flatten-dense10",
        "conv6k2-relu-max2-flatten-dropout20-dense10",
        "conv6k2-relu-max2-flatten-dropout20-dense10",
        "conv6k2-relu-max2-flatten-dense10-relu-dense10",
    ]
    names = dict(zip(nets, map(tuple, differences([read_layers(net) for net in nets])), strict=True))
    assert len(set(names.values())) == len(set(nets))
