"""What an experiment can vary: each row changes its own field and nothing else, and reads as people write it."""

from dataclasses import asdict, fields

import pytest

from cnnplay.errors import PlaygroundError, TextError
from cnnplay.experiments.settings import (
    BLOCK,
    NETWORK_SETTINGS,
    SETTINGS,
    TRAINING_SETTINGS,
    WHOLE,
    ExperimentError,
    checked,
    offered,
    places,
    sentence,
    title_of,
    varied,
    written,
)
from cnnplay.network.blocks import MOST_BLOCKS, NONE, Block, Blocks
from cnnplay.network.layers import write_layers
from cnnplay.network.parsing import DEFAULT, read_layers
from cnnplay.training.config import TrainConfig

# No two blocks alike, and no value that a row offers first.
OWN_BLOCKS = (
    Block(filters=5, kernel=3, stride=2, padding=2, activation="tanh", pool="min", pool_size=4, pool_stride=4),
    Block(filters=10, kernel=4, stride=3, padding=3, activation="gelu", pool="mean", pool_size=5, pool_stride=1),
    Block(filters=15, kernel=5, stride=1, padding=4, batchnorm=True, pool="max", pool_size=3, pool_stride=3),
)
CONFIG = TrainConfig(optimizer="rmsprop", learning_rate=2e-3, batch_size=40, epochs=4, train_images=700, seed=7)


def network(count):
    return Blocks(OWN_BLOCKS[:count], hidden=20, dropout=25)


def after(count, name, value):
    """The network and the settings with one value in place of another."""
    net, config = varied(write_layers(network(count).layers()), CONFIG, {name: value})
    blocks = Blocks.of(read_layers(net))
    assert blocks is not None
    return blocks, config


def differing(one, other):
    return {entry.name for entry in fields(one) if getattr(one, entry.name) != getattr(other, entry.name)}


@pytest.mark.parametrize("count", range(1, MOST_BLOCKS + 1))
@pytest.mark.parametrize("name", BLOCK)
@pytest.mark.parametrize("number", [None, *range(1, MOST_BLOCKS + 1)])
def test_a_setting_of_blocks_changes_its_field_in_those_blocks_alone(count, name, number):
    if number is not None and number > count:
        with pytest.raises(ExperimentError, match=rf"of block {number}: the network has (one block|{count} blocks)\."):
            after(count, f"{name}_{number}", SETTINGS[name].values[0])
        return
    for value in SETTINGS[name].values:
        blocks, config = after(count, name if number is None else f"{name}_{number}", value)
        assert config == CONFIG
        assert differing(blocks, network(count)) <= {"blocks"}
        for at, (block, own) in enumerate(zip(blocks.blocks, OWN_BLOCKS, strict=False), start=1):
            if number not in (None, at):
                assert block == own
                continue
            allowed = {name} | ({"pool_stride"} if name == "pool_size" else set())
            if block.pool == NONE:
                allowed |= {"pool_size", "pool_stride"}  # there is none to have a size
            assert differing(block, own) <= allowed
            if name == "filters" and number is None and at > 1:
                assert block.filters == min(max(round(value * at), 1), 64)  # 5, 10, 15: the first, twice, three times
            else:
                assert getattr(block, name) == value
            if name == "pool_size":
                assert block.pool_stride == (value if own.pool_stride == own.pool_size else own.pool_stride)


@pytest.mark.parametrize("name", WHOLE)
def test_a_setting_of_the_whole_network_changes_its_field_alone(name):
    for value in SETTINGS[name].values:
        blocks, config = after(2, name, value)
        assert getattr(blocks, name) == value and config == CONFIG
        assert differing(blocks, network(2)) <= {name}


@pytest.mark.parametrize("name", TRAINING_SETTINGS)
def test_a_setting_of_training_changes_its_field_alone(name):
    for value in SETTINGS[name].values:
        blocks, config = after(2, name, value)
        assert blocks == network(2)
        assert asdict(config) == {**asdict(CONFIG), name: value}


def test_every_field_of_a_block_and_of_training_can_be_varied_or_is_known_not_to_be():
    assert {entry.name for entry in fields(Block)} - set(BLOCK) == {"pool_stride"}  # it goes with the size
    assert {entry.name for entry in fields(Blocks)} - set(WHOLE) == {"blocks", "classes", "hidden_activation"}
    assert {entry.name for entry in fields(TrainConfig)} - set(TRAINING_SETTINGS) == {"seed", "dataset"}
    assert len(NETWORK_SETTINGS) == len(BLOCK) * (MOST_BLOCKS + 1) + len(WHOLE)


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_usual_is_offered_and_every_value_reads_differently(name):
    setting = SETTINGS[name]
    assert set(setting.usual) <= set(setting.values) and len(setting.usual) > 1
    read = [written(name, value) for value in setting.values]
    assert len(set(read)) == len(read) and all(text and text.isprintable() for text in read)


def test_pooling_can_be_put_where_there_is_none_whatever_the_order():
    net = "conv4k3-relu-flatten-dense10"
    for values in ({"pool": "mean", "pool_size": 3}, {"pool_size": 3, "pool": "mean"}):
        assert varied(net, CONFIG, values)[0] == "conv4k3-relu-mean3-flatten-dense10"


def test_one_block_has_the_last_word_over_all_of_them():
    net = "conv4k3-conv4k3-flatten-dense10"
    for values in ({"kernel": 5, "kernel_2": 2}, {"kernel_2": 2, "kernel": 5}):
        assert varied(net, CONFIG, values)[0] == "conv4k5-conv4k2-flatten-dense10"


@pytest.mark.parametrize(
    ("net", "single", "all_of_them", "of_one"),
    [
        (DEFAULT, "kernel size", None, set()),
        ("conv4k3-relu-conv8k3-relu-flatten-dense10", None, "kernel size of all blocks", {"kernel_1", "kernel_2"}),
        ("conv4k3d2-flatten-dense10", None, None, set()),
    ],
    ids=["one block", "two blocks", "no blocks"],
)
def test_the_settings_offered_are_those_that_the_network_has(net, single, all_of_them, of_one):
    found = offered(read_layers(net))
    kernels = {name: setting for name, setting in found.items() if name.startswith("kernel")}
    assert kernels.keys() - {"kernel"} == of_one
    assert (kernels["kernel"].title if kernels else None) == (single or all_of_them)
    assert TRAINING_SETTINGS.keys() <= found.keys()
    for name in found:  # each of them can indeed be varied
        varied(net, CONFIG, {name: SETTINGS[name].values[0]})


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"kernel": 5, "filters": 1}, "kernel 5×5, 1 filter"),
        ({"kernel_2": 5, "pool": "mean"}, "kernel 5×5 in block 2, mean pooling"),
        ({"batchnorm": True, "pool": "none"}, "batch normalization, no pooling"),
        ({"batchnorm_1": False}, "no batch normalization in block 1"),
        ({"padding": 2, "padding_3": "same"}, "padding 2 px, padding same in block 3"),
        ({"activation": "relu", "hidden": 0}, "ReLU, no hidden units"),
        ({"learning_rate": 1e-4, "train_images": 10_000}, "learning rate 0.0001, 10,000 training images"),
        ({"optimizer": "sgd", "schedule": "one-cycle"}, "SGD, one cycle schedule"),
        ({"head": "globalmean", "dropout": 50}, "global mean, dropout 50 %"),
        ({"my_size": 3, "extra": ""}, "my size 3, extra nothing"),
        ({"kernel": "3x5", "pool": "max2", "batchnorm": "batchnorm"}, "kernel size 3x5, pooling max2, "),
    ],
    ids=str,
)
def test_values_read_as_people_write_them(values, text):
    assert sentence(values).startswith(text)


def test_a_title_reads_within_a_sentence():
    assert title_of("kernel") == "kernel size" and title_of("kernel_2") == "kernel size of block 2"
    assert title_of("my_size") == "my size"


def test_places_are_named_once_in_their_order():
    assert places("conv{filters}k{size}-max{size}-flatten-dense10") == ["filters", "size"]


@pytest.mark.parametrize(
    ("net", "values", "message"),
    [
        ("conv6k{size}-flatten-dense10", {}, r"has \{size\}, and no values"),
        ("conv6k{size}-flatten-dense10", {"size": "3<b>"}, "cannot stand in a network's text"),
        ("conv6k{size}-flatten-dense10", {"size": "3-{size}"}, "cannot stand in a network's text"),
        ("conv6k{seed}-flatten-dense10", {"seed": 3}, "the results use that name"),
        ("conv6k{test_loss}-flatten-dense10", {"test_loss": 3}, "the results use that name"),
        (DEFAULT, {"kernal": 3}, "There is no setting 'kernal' to vary. Take one of kernel, "),
        (DEFAULT, {"seed": 3}, "There is no setting 'seed'"),
        (DEFAULT, {"kernel_9": 3}, "There is no setting 'kernel_9'"),
        ("conv6k3d2-flatten-dense10", {"kernel": 3}, "is not made of the sidebar's blocks"),
    ],
)
def test_a_place_or_a_name_that_will_not_do_is_explained(net, values, message):
    with pytest.raises(ExperimentError, match=message):
        varied(net, CONFIG, values)


def test_a_value_out_of_bounds_is_an_error_of_the_network_and_not_of_the_experiment():
    with pytest.raises(TextError, match="kernel must be between 1 and 11; you wrote 12") as caught:
        varied(DEFAULT, CONFIG, {"kernel": 12})
    assert not isinstance(caught.value, ExperimentError)
    with pytest.raises(PlaygroundError, match="batch size must be between 8 and 512"):
        varied(DEFAULT, CONFIG, {"batch_size": 7})


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("kernel", "235", "are a list"),
        ("kernel", [], "are a list"),
        ("kernel", 3, "are a list"),
        ("kernel", {3: 5}, "are a list"),
        ("kernel", [[3]], "numbers and names"),
        ("kernel", [None], "numbers and names"),
        ("kernel", [float("nan")], "numbers and names"),
        ("learning_rate", [float("inf")], "numbers and names"),
        ("kernel", ["three"], "values of the kernel size are numbers; 'three' is none"),
        ("kernel", [True], "are numbers; 'True' is none"),
        ("pool", [2], "none, max, mean, min; '2' is none"),
        ("batchnorm", [1], "False, True; '1' is none"),
        ("padding", [True], "'True' is none"),
        ("optimizer", ["adam", "adamm"], "'adamm' is none"),
    ],
    ids=str,
)
def test_values_of_the_wrong_kind_are_refused(name, values, message):
    with pytest.raises(ExperimentError, match=message):
        checked(DEFAULT, name, values)


def test_each_value_counts_once_and_a_place_takes_text():
    assert checked(DEFAULT, "kernel", [3, 2, 3]) == (3, 2)
    assert checked("conv6k3-{pool}-flatten-dense10", "pool", ["max2", "mean3s2"]) == ("max2", "mean3s2")
