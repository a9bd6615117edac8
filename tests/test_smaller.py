"""Networks with fewer parameters, and networks with dropout."""

import pytest

from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Dropout
from cnnplay.network.parsing import DEFAULT
from cnnplay.network.presets import PRESETS
from cnnplay.network.smaller import smaller, with_dropout

NETS = [
    *(preset.net for preset in PRESETS.values()),
    "flatten-dense10",
    "conv1k3-flatten-dense10",
    "flatten-dense1-dense10",
]


@pytest.mark.parametrize("net", NETS)
def test_each_change_has_fewer_parameters_and_ends_in_ten_scores(net):
    network = Architecture.parse(net)
    for change in smaller(network):
        assert change.network.parameter_count < network.parameter_count
        change.network.require_classes()
        (text,) = change.remedy("Take").change.values()
        assert Architecture.parse(text) == change.network


def test_the_notebooks_network_shrinks_by_filters_by_pooling_and_by_a_global_average():
    assert {change.what: change.network.parameter_count for change in smaller(Architecture.parse(DEFAULT))} == {
        "3 filters in conv1": 5_095,  # 15 + (13·13·3 + 1)·10
        "one more max pooling before flatten": 2_200,  # 30 + (6·6·6 + 1)·10
        "a global average in place of flatten": 100,  # 30 + (6 + 1)·10
    }


def test_hidden_units_are_halved_first():
    first = smaller(Architecture.parse("conv4k3-relu-flatten-dense64-relu-dense10"))[0]
    assert (first.what, str(first.network)) == ("32 units in dense1", "conv4k3-relu-flatten-dense32-relu-dense10")


def test_where_nothing_can_be_halved_nothing_is_offered():
    whats = [change.what for change in smaller(Architecture.parse("conv1k3-flatten-dense1-dense10"))]
    assert whats == ["one more max pooling before flatten", "a global average in place of flatten"]


@pytest.mark.parametrize("net", NETS)
def test_dropout_comes_before_the_scores_where_there_is_none(net):
    network, change = Architecture.parse(net), with_dropout(Architecture.parse(net))
    if any(isinstance(layer, Dropout) for layer in network.layers):
        assert change is None
    else:
        assert change is not None
        assert change.network.layers[-2:] == (Dropout(50), network.layers[-1])
        assert change.network.parameter_count == network.parameter_count
