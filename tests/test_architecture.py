"""A network's text, shapes, sums and remedies, against Keras, counting loops and what gradients reach."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnplay.errors import PlaygroundError, ShapeError, TextError
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import MNIST_SHAPE, Convolution, Dense, Pooling, maps_of, write_layers
from cnnplay.network.model import build, weights_of, with_weights
from cnnplay.network.parsing import DEFAULT, MOST_LAYERS, MOST_LETTERS, read_layers
from cnnplay.network.presets import PRESETS
from cnnplay.network.validation import longest_beginning
from tests.oracles import counted_multiply_adds, keras_network, random_layer, random_networks

NETWORKS = random_networks(60, seed=1)


def parsed(text):
    """The network, None where it does not fit."""
    try:
        return Architecture.parse(text)
    except ShapeError:
        return None


FITTING = [architecture for architecture in map(parsed, NETWORKS) if architecture]
MISFITS = [text for text in NETWORKS if not parsed(text)]


@pytest.mark.parametrize("seed", range(40))
def test_a_text_read_and_written_is_the_same_network(seed):
    generator = np.random.default_rng([9, seed])
    layers = read_layers("-".join(random_layer(generator) for _ in range(8)))
    again = read_layers(write_layers(layers))
    assert again == layers
    assert write_layers(again) == write_layers(layers)


@pytest.mark.parametrize("text", [preset.net for preset in PRESETS.values()])
def test_presets_are_written_as_they_are_read(text):
    assert str(Architecture.parse(text)) == text


@pytest.mark.parametrize(
    ("spelling", "plain"),
    [
        ("conv6k2x2", "conv6k2"),
        ("conv6k2s1", "conv6k2"),
        ("conv6k3s2x2d1", "conv6k3s2"),
        ("conv6k2valid", "conv6k2"),
        ("conv6k2p0", "conv6k2"),
        ("conv6k2p0.0", "conv6k2"),
        ("conv6k2p1.1", "conv6k2p1"),
        ("conv6k2p1.01", "conv6k2p1"),
        ("conv6k2p00.0", "conv6k2"),
        ("conv06k02", "conv6k2"),
        ("max2s2", "max2"),
        ("max2x3s2x3", "max2x3"),
        ("mean2valid", "mean2"),
        (" Conv6K2 - ReLU -\n", "conv6k2-relu"),
    ],
)
def test_spellings_that_mean_the_same_are_written_alike(spelling, plain):
    assert read_layers(spelling) == read_layers(plain)
    assert write_layers(read_layers(spelling)) == plain


def refused(text):
    """The error of a text; nothing but the family's two errors may come."""
    try:
        Architecture.parse(text)
    except (TextError, ShapeError) as error:
        return error
    return None


def assert_remedies_parse(error):
    for remedy in error.remedies:
        Architecture.parse(remedy.change["net"])
        assert remedy.label


PIECES = [
    "conv",
    "6",
    "k",
    "3",
    "-",
    "s",
    "2",
    "x",
    "d",
    "p",
    ".",
    "max",
    "dense",
    "10",
    "relu",
    "flatten",
    "batchnorm",
    "globalmean",
    "same",
    "²",
    "٣",
    "0",
]


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_whatever_is_typed_is_read_or_refused_in_words_with_a_way_out(text):
    error = refused(text)
    if error is not None:
        assert len(str(error)) > 10
        assert error.remedies
        assert_remedies_parse(error)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "-",
        "conv6",
        "conv6k",
        "convk3",
        "conv6k2x",
        "conv6k2x2x2",
        "conv-6k2",
        "conv6k٣",
        "conv６k2",
        "dense²",
        "max2s",
        "max2d2",
        "relu6",
        "softmax",
        "dense",
        "dropout",
        "flatten1",
        "conv6k2--relu",
        "conv6k2;relu",
        "conv6k2\x00",
        "<script>alert(1)</script>",
        "conv6k2p1.2.3",
        "batchnorm2",
        "globalmean2",
    ],
)
def test_what_is_no_network_is_refused(text):
    error = refused(text)
    assert isinstance(error, TextError)
    assert_remedies_parse(error)
    assert error.remedies


@pytest.mark.parametrize(
    "token",
    [
        "conv0k3",
        "conv513k3",
        "conv6k0",
        "conv6k33",
        "conv6k3s0",
        "conv6k3s33",
        "conv6k3d0",
        "conv6k3d9",
        "conv6k3p65",
        "conv6k3p0.65",
        "max0",
        "max33",
        "max2s0",
        "mean2s33",
        "dropout96",
        "dense0",
        "dense4097",
        f"dense{'9' * 400}",
        f"conv{'9' * 300}k3",
        f"max2p{'9' * 100}",
    ],
    ids=lambda token: token[:20],
)
def test_numbers_out_of_their_bounds_are_refused_where_they_stand(token):
    error = refused(f"conv2k3-{token}-flatten-dense10")
    assert isinstance(error, TextError)
    assert "Layer 2" in str(error)
    assert_remedies_parse(error)


def test_a_text_too_long_or_a_network_too_deep_is_refused_with_the_limit():
    assert str(MOST_LETTERS) in str(refused("relu-" * 200))
    assert str(MOST_LAYERS) in str(refused("-".join(["relu"] * (MOST_LAYERS + 1))))
    assert str(Architecture.parse("-".join(["relu"] * MOST_LAYERS))) == "-".join(["relu"] * MOST_LAYERS)
    assert isinstance(refused(None), TextError)


@pytest.mark.parametrize(
    "text",
    [
        "-".join(["dens10"] * 40),
        "-".join(["max99"] * 40),
        "-".join(["conv8k9"] * 40),
        "-".join(["cov1k3", "max33"] * 20),
    ],
    ids=["misspelt", "out of bounds", "too small", "both"],
)
def test_forty_layers_that_are_all_wrong_are_answered_as_well(text):
    """Looking for ways out must not try every combination of them. In a process of its own, to be ended if it does."""
    code = (
        "import sys; from cnnplay.network.architecture import Architecture\n"
        "try: Architecture.parse(sys.argv[1])\n"
        "except ValueError as error: print(type(error).__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", code, text], capture_output=True, text=True, timeout=60)
    assert answer.stdout.strip() in ("TextError", "ShapeError"), answer.stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("conv6k2-rleu-flatten-dense10", "conv6k2-relu-flatten-dense10"),
        ("conv6k2-relu-max2-flaten-dense10", DEFAULT),
        ("conv6k2-relu-maxx2-flatten-dense10", DEFAULT),
        ("conv6k2-relu-max2-flatten-dens10", DEFAULT),
        ("cnv6k2-relu-max2-flatten-dense10", DEFAULT),
        ("conv6k2-batchnrom-relu-flatten-dense10", "conv6k2-batchnorm-relu-flatten-dense10"),
        ("conv6k2-relu-globlmean-dense10", "conv6k2-relu-globalmean-dense10"),
    ],
)
def test_a_slip_of_the_pen_is_guessed(typed, meant):
    assert refused(typed).remedies[0].change == {"net": meant}


def test_the_notebooks_network_row_by_row():
    architecture = Architecture.parse(DEFAULT)
    assert architecture.parameter_count == 10_180
    assert [(row.layer, row.output_shape, row.parameters, row.macs) for row in architecture.table()] == [
        ("conv1", (27, 27, 6), 30, 27 * 27 * 6 * 4),
        ("relu1", (27, 27, 6), 0, 0),
        ("max1", (13, 13, 6), 0, 0),
        ("flatten", (1014,), 0, 0),
        ("dense1", (10,), 10_150, 10_140),
        ("softmax", (10,), 0, 0),
    ]
    assert [row.receptive_field for row in architecture.table()] == [(2, 2), (2, 2), (3, 3), (3, 3), (28, 28), (28, 28)]
    assert [row.unread for row in architecture.table()] == [0, None, 27 * 27 - 26 * 26, None, None, None]
    conv, _, pool, flatten, dense, _ = architecture.table()
    assert conv.formula == "⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27"
    assert conv.parameter_formula == "(2·2·1 + 1)·6 = 30"
    assert pool.formula == "⌊(27 + 0 + 0 − 2) / 2⌋ + 1 = 13"
    assert flatten.formula == "13 · 13 · 6 = 1,014"
    assert dense.parameter_formula == "(1,014 + 1)·10 = 10,150"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("notebook", 10_180),
        ("fast99", 8_882),
        ("lenet5", 61_706),
        ("keras", 34_826),
        ("convnetjs", 5_994),
        ("modern", 19_546),
    ],
)
def test_presets_have_the_parameters_they_are_known_for(name, parameters):
    assert Architecture.parse(PRESETS[name].net).parameter_count == parameters


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_fit_and_tell_ten_digits_apart(preset):
    architecture = Architecture.parse(preset.net)
    architecture.require_classes()
    assert preset.net.endswith("dense10")
    assert preset.title
    assert preset.description


def test_names_are_numbered_by_kind():
    architecture = Architecture.parse("conv2k3-relu-conv2k3-relu-max2-mean2-flatten-dense20-relu-dropout5-dense10")
    assert architecture.names == (
        *("conv1", "relu1", "conv2", "relu2", "max1", "mean1", "flatten"),
        *("dense1", "relu3", "dropout1", "dense2"),
    )


def test_the_random_networks_leave_nothing_out():
    texts = " ".join(NETWORKS)
    parts = ("max", "mean", "min", "same", "full", "p1", "p2.1", "relu", "dropout", "x", "s2", "d2", "batchnorm")
    for part in (*parts, "globalmean"):
        assert part in texts, part
    assert len(MISFITS) >= 5
    assert len(FITTING) >= 40


@pytest.mark.parametrize("text", NETWORKS)
def test_shapes_parameters_and_validity_agree_with_keras(text):
    ours = parsed(text)
    if ours is None:
        with pytest.raises(ValueError, match=r"."):
            keras_network(text)
        return
    model, theirs = keras_network(text)
    rows = ours.table()[: len(ours.layers)]
    assert [(row.output_shape, row.parameters) for row in rows] == theirs
    assert ours.parameter_count == model.count_params()
    assert ours.non_trainable_count == sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    assert ours.non_trainable_count == sum(row.non_trainable for row in ours.table())


@pytest.mark.parametrize("architecture", FITTING[:25], ids=str)
def test_multiply_adds_are_those_counted_one_by_one(architecture):
    for row, layer, shape in zip(architecture.table(), architecture.layers, architecture.shapes, strict=False):
        assert row.macs == counted_multiply_adds(layer, shape), row.layer


@pytest.mark.parametrize("architecture", FITTING[:25], ids=str)
def test_unread_pixels_are_those_that_no_window_touches(architecture):
    for row, layer, shape in zip(architecture.table(), architecture.layers, architecture.shapes, strict=False):
        if not isinstance(layer, Convolution | Pooling):
            assert row.unread is None
            continue
        touched = np.zeros(shape[:2], bool)
        rows, columns = layer.axes
        for top in rows.positions(shape[0]):
            for left in columns.positions(shape[1]):
                for y in range(top, top + rows.span, rows.dilation):
                    for x in range(left, left + columns.span, columns.dilation):
                        if 0 <= y < shape[0] and 0 <= x < shape[1]:
                            touched[y, x] = True
        assert row.unread == (~touched).sum(), row.layer


@pytest.mark.parametrize(
    "text",
    [
        "conv2k2-mean2",
        "conv2k3-conv2k3-mean2-conv1k3",
        "conv2k3x5s2x1-mean2x3s1",
        "conv1k3d2-conv1k2d3x1-mean2s1",
        "conv2k5s3-conv2k2",
        "mean3s2-conv2k1-conv2k2d2",
    ],
)
def test_receptive_field_is_where_the_gradient_of_one_value_is_not_zero(text):
    architecture = Architecture.parse(text)
    weights = weights_of(build(architecture))
    network = with_weights(architecture, {name: jnp.abs(weight) + 0.1 for name, weight in weights.items()})
    image = jnp.ones((1, 28, 28, 1))
    for row in architecture.table():
        middle = [n // 2 for n in row.output_shape[:2]]
        gradient = jax.grad(lambda i, row=row, at=middle: network.activations(i)[row.layer][0, at[0], at[1], 0])(image)
        reached = np.argwhere(np.asarray(gradient[0, :, :, 0]) != 0)
        assert tuple(np.ptp(reached, axis=0) + 1) == row.receptive_field, row.layer


@pytest.mark.parametrize("text", MISFITS)
def test_a_network_that_does_not_fit_names_the_layer_and_every_remedy_fits(text):
    with pytest.raises(ShapeError) as caught:
        Architecture.parse(text)
    assert caught.value.layer in str(caught.value)
    assert caught.value.remedies
    assert_remedies_parse(caught.value)


@pytest.mark.parametrize(
    ("text", "layer", "said"),
    [
        ("conv6k2-conv6k30", "conv2", ("30", "27")),
        ("max2-max2-max2-max2-max2-max2", "max5", ("1 × 1 × 1", "window of 2")),
        ("conv6k3-dense10", "dense1", ("26", "6")),
        ("flatten-conv6k3", "conv1", ("784",)),
        ("flatten-max2", "max1", ("784",)),
        ("flatten-globalmean-dense10", "globalmean", ("784", "mean of each map")),
        ("conv6k3-globalmean-max2-dense10", "max1", ("flat", "6 values")),
        ("conv6k3d8-conv6k3d8", "conv2", ("window of 3", "17", "12")),
        ("max2p2", "max1", ("padding alone",)),
        ("conv8k11-conv8k11-conv8k11-max2", "conv3", ("11", "8")),
        ("conv512k3p64-conv512k3", "conv1", ("at most",)),
        ("conv64k1-dense4096-dense10", "dense1", ("one row",)),
        ("conv64k1-flatten-dense4096", "dense1", ("parameters", "16,000,000")),
        ("conv64k1-flatten-dense4096-dense10", "dense1", ("parameters", "16,000,000")),
    ],
)
def test_the_first_layer_that_does_not_fit_is_named_with_its_numbers(text, layer, said):
    with pytest.raises(ShapeError) as caught:
        Architecture.parse(text)
    assert caught.value.layer == layer
    for words in said:
        assert words in str(caught.value)
    assert caught.value.remedies
    assert_remedies_parse(caught.value)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "conv6k11-relu-max6-conv4k11-relu-flatten-dense10",
            {
                "Use a 3×3 window in conv2",
                "Use same padding in conv2",
                "Remove conv2",
                "Use same padding in conv1, and a 4×4 window in conv2",
            },
        ),
        (
            "conv8k11-conv8k11-conv8k11-max2",
            {"Use an 8×8 window in conv3, and remove max1", "Use same padding in conv1 and conv2"},
        ),
        ("conv6k2-max20x30", {"Use a 20×27 window in max1"}),
        ("conv4k11d3", {"Use dilation 1 in conv1"}),
        ("max2p2", {"Use no padding in max1"}),
        ("conv2k20-conv3k2-conv4k3-conv5k7", {"Use same padding in every convolution before conv4"}),
        ("conv512k3p64-conv512k3", {"Use 8 filters in conv1, and remove conv2"}),
        ("conv64k1-flatten-dense4096-dense10", {"Use 32 units in dense1", "Put max4 before flatten"}),
    ],
)
def test_a_remedy_says_what_to_do_and_in_which_layer(text, labels):
    with pytest.raises(ShapeError) as caught:
        Architecture.parse(text)
    assert labels <= {remedy.label for remedy in caught.value.remedies}


def test_a_pooling_that_fits_only_over_one_value_is_removed():
    with pytest.raises(ShapeError) as caught:
        Architecture.parse("max28-max2-flatten-dense10")
    assert {remedy.label: remedy.change["net"] for remedy in caught.value.remedies} == {
        "Remove max2": "max28-flatten-dense10",
        "Use same padding in max2": "max28-max2same-flatten-dense10",
    }


def test_a_remedy_names_the_layers_as_they_were_written():
    """When conv2 is gone, the third convolution is still called conv3."""
    with pytest.raises(ShapeError) as caught:
        Architecture.parse("conv6k11-max4-conv8k7-max5-conv6k3-flatten-dense10")
    removing = next(remedy for remedy in caught.value.remedies if remedy.label.startswith("Remove conv2"))
    assert removing.label == "Remove conv2, use a 4×4 window in max2, and a 1×1 window in conv3"
    assert removing.change["net"] == "conv6k11-max4-max4-conv6k1-flatten-dense10"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("conv6k2-relu-max2-flatten-dense9", DEFAULT),
        ("conv6k2-relu-max2-flatten", DEFAULT),
        ("conv6k2-relu-max2", DEFAULT),
        ("conv6k2-relu-max2-flatten-dense10-relu", "conv6k2-relu-max2-flatten-dense10-relu-dense10"),
    ],
)
def test_a_network_for_digits_ends_in_ten_scores(text, fixed):
    with pytest.raises(ShapeError, match="dense10") as caught:
        Architecture.parse(text).require_classes()
    assert [remedy.change for remedy in caught.value.remedies] == [{"net": fixed}]
    Architecture.parse(fixed).require_classes()


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("conv6k11-relu-max6-conv4k11-flatten-dense10", "conv6k11-relu-max6"),
        ("conv4k30-flatten-dense10", ""),
        ("conv64k3-flatten-dense1024-relu-dense10", "conv64k3-flatten"),  # 44 million parameters
        ("conv6k2-max2", "conv6k2-max2"),
    ],
)
def test_the_longest_beginning_ends_before_what_does_not_fit_or_is_too_large(text, beginning):
    assert write_layers(longest_beginning(read_layers(text), MNIST_SHAPE)) == beginning


def test_feature_maps_are_those_after_normalization_and_activation():
    layers = read_layers("conv2k3-batchnorm-relu-conv2k3-relu-conv2k3-batchnorm-max2-conv2k3")
    assert [maps_of(layers, at) for at in (0, 3, 5, 8)] == [2, 4, 6, 8]


def test_architectures_of_the_same_text_are_equal_and_hash_alike():
    assert Architecture.parse(DEFAULT) == Architecture.parse(f" {DEFAULT.upper()}")
    assert hash(Architecture.parse(DEFAULT)) == hash(Architecture.parse(DEFAULT))
    assert Architecture.parse(DEFAULT) != Architecture.parse(DEFAULT, (32, 32, 3))
    assert Architecture.parse(DEFAULT, (32, 32, 3)).table()[0].parameters == (2 * 2 * 3 + 1) * 6


@pytest.mark.parametrize(
    "make",
    [
        lambda: Convolution(0, (3, 3)),
        lambda: Dense(-1),
        lambda: Pooling("max", (0, 2)),
        lambda: Convolution(3, (3, 99)),
    ],
)
def test_a_layer_out_of_its_bounds_offers_the_nearest_number(make):
    with pytest.raises(PlaygroundError, match="must be between") as caught:
        make()
    assert len(caught.value.remedies) == 1


@pytest.mark.parametrize("network", FITTING, ids=str)
def test_the_receptive_field_grows_as_the_table_says(network):
    fields = {row.layer: row.receptive_field for row in network.table()}
    for step in network.growth():
        assert tuple(field.size for field in step.after) == fields[step.layer]
        assert tuple(int(formula.rsplit(" = ", 1)[1]) for formula in step.formulas) == fields[step.layer]


def test_a_convolution_behind_a_pooling_reaches_twice_as_far():
    steps = Architecture.parse("conv8k5-relu-max2-conv24k5-relu-max2-flatten-dense10").growth()
    assert [(step.layer, step.formulas[0], step.after[0].jump) for step in steps] == [
        ("conv1", "1 + (5 − 1)·1 = 5", 1),
        ("max1", "5 + (2 − 1)·1 = 6", 2),
        ("conv2", "6 + (5 − 1)·2 = 14", 2),
        ("max2", "14 + (2 − 1)·2 = 16", 4),
    ]
    (dilated,) = Architecture.parse("conv2k3d2-flatten-dense10").growth()
    assert dilated.formulas[0] == "1 + (3 − 1)·2·1 = 5"


def test_the_largest_layer_of_the_notebooks_network_is_the_dense_one():
    row = Architecture.parse(DEFAULT).largest
    assert (row.layer, row.parameters, row.parameter_formula) == ("dense1", 10_150, "(1,014 + 1)·10 = 10,150")
    assert Architecture.parse("max2-relu").largest is None


def test_six_filters_on_a_colour_image_have_78_parameters():
    network = Architecture.parse(DEFAULT)
    grey, colour = network.table(), network.in_colour.table()
    assert (grey[0].parameters, colour[0].parameters) == (30, 78)
    assert [row.output_shape for row in grey] == [row.output_shape for row in colour]
    assert [row.parameters for row in grey[1:]] == [row.parameters for row in colour[1:]]
