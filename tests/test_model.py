"""The Flax network computes what its table says, as NumPy and Keras do with the same weights."""

from math import prod, sqrt

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cnnplay.data.datasets import brightness
from cnnplay.errors import ShapeError
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import Training, build, initial_weights, quickest_order, weights_of, with_weights
from cnnplay.network.presets import PRESETS
from cnnplay.ops.registry import ACTIVATIONS, POOLS, activation
from tests.oracles import keras_network, numpy_activations, softmax

VARIED = (
    "conv3k3x2s2x1same-gelu-mean3s2p1-conv2k2d2full-leakyrelu-min2same-sigmoid-dropout40-flatten-dense7-tanh-dense10"
)
MODERN = "conv4k3same-batchnorm-relu-max2-conv5k3-batchnorm-gelu-globalmean-batchnorm-dense10"
TEXTS = {name: preset.net for name, preset in PRESETS.items()} | {"varied": VARIED, "modern": MODERN}


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).random((3, 28, 28, 1), np.float32)


def moved_weights(architecture):
    """Initial weights, moved so that a forgotten one shows: no bias of 0, no variance of 1."""
    generator = np.random.default_rng(2)
    weights = initial_weights(architecture, seed=4)
    return {name: w + generator.normal(0, 0.05, w.shape).astype(np.float32) for name, w in weights.items()}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_layer_gives_what_the_slow_twins_give_in_the_tables_shapes(text, images):
    architecture = Architecture.parse(text)
    weights = moved_weights(architecture)
    activations = with_weights(architecture, weights).activations(images)
    assert list(activations) == [row.layer for row in architecture.table()]
    for row in architecture.table():
        assert activations[row.layer].shape == (3, *row.output_shape), row.layer
    slow = numpy_activations(architecture, weights, images)
    for name, values in slow.items():
        np.testing.assert_allclose(activations[name], values, rtol=1e-3, atol=1e-4, err_msg=name)
    np.testing.assert_allclose(activations["softmax"], softmax(slow[architecture.names[-1]]), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(activations["softmax"].sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("text", ["conv2k3", "conv2k3-relu-max2"])
def test_a_network_that_is_not_flat_yet_shows_the_layers_of_its_table(text, images):
    architecture = Architecture.parse(text)
    assert list(build(architecture).activations(images)) == [row.layer for row in architecture.table()]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_it_has_as_many_parameters_as_the_table_says(text):
    architecture = Architecture.parse(text)
    weights = weights_of(build(architecture))
    assert sum(weight.size for weight in weights.values()) == architecture.parameter_count
    for row in architecture.table():
        own = sum(weight.size for name, weight in weights.items() if name.split("/")[0] == row.layer)
        assert own == row.parameters, row.layer


@pytest.mark.parametrize("name", ["notebook", "keras", "varied", "modern"])
def test_keras_with_the_same_weights_gives_the_same_scores(name, images):
    text = TEXTS[name].replace("min2", "max2")  # Keras has no minimum
    text = text.replace("mean3s2p1", "mean3s2")  # and its mean would count padding
    architecture = Architecture.parse(text)
    weights = moved_weights(architecture)
    model, _ = keras_network(text)
    model.set_weights(list(weights.values()))
    scores = with_weights(architecture, weights)(images)
    np.testing.assert_allclose(scores, np.asarray(model(images)), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ["notebook", "lenet5"])
def test_the_weights_are_a_function_of_the_seed(name):
    architecture = Architecture.parse(TEXTS[name])
    first, again, other = (weights_of(build(architecture, seed)) for seed in (3, 3, 4))
    for key, weight in first.items():
        np.testing.assert_array_equal(weight, again[key])
        assert not key.endswith("kernel") or not np.array_equal(weight, other[key])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_weights_begin_within_glorots_bounds_and_fill_them(text):
    for name, weight in initial_weights(Architecture.parse(text)).items():
        if (kind := name.rpartition("/")[2]) != "kernel":
            assert (weight == (kind in ("gamma", "moving_variance"))).all(), name
            continue
        *window, fan_in, fan_out = weight.shape
        limit = sqrt(6 / (prod(window) * fan_in + prod(window) * fan_out))
        assert np.abs(weight).max() <= limit * (1 + 1e-6), name
        if weight.size > 500:
            assert np.abs(weight).max() > 0.97 * limit, name
            assert abs(weight.std() - limit / sqrt(3)) < 0.08 * limit, name


def test_weights_taken_out_and_put_back_are_the_same_network(images):
    architecture = Architecture.parse(VARIED)
    network = build(architecture, 5)
    weights = weights_of(network)
    again = with_weights(architecture, weights)
    assert list(weights_of(again)) == list(weights)
    for name, weight in weights_of(again).items():
        np.testing.assert_array_equal(weight, weights[name])
    np.testing.assert_array_equal(network(images), again(images))


@pytest.mark.parametrize("damage", ["missing", "more", "transposed"])
def test_weights_of_another_network_are_refused(damage):
    architecture = Architecture.parse(PRESETS["notebook"].net)
    weights = dict(initial_weights(architecture))
    if damage == "missing":
        del weights["conv1/bias"]
    elif damage == "more":
        weights["dense2/bias"] = np.zeros(10, np.float32)
    else:
        weights["dense1/kernel"] = weights["dense1/kernel"].T
    with pytest.raises(ShapeError, match="do not belong"):
        with_weights(architecture, weights)


def in_training(images, seed):
    """What a network is told of a batch in training in which every image counts."""
    return Training(jax.random.key(seed), jnp.full(len(images), 1 / len(images)))


def test_dropout_is_at_work_in_training_only():
    network = build(Architecture.parse("flatten-dropout30-dense10"))
    image = jnp.full((1, 28, 28, 1), 0.5)
    np.testing.assert_array_equal(network(image), network(image))
    one, same, other = (network(image, in_training(image, seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)
    assert not np.allclose(one, network(image))


@pytest.mark.parametrize("percent", [0, 30, 80])
def test_dropout_keeps_the_expected_value_and_drops_its_share(percent):
    network = build(Architecture.parse(f"flatten-dropout{percent}"))
    images = jnp.ones((400, 28, 28, 1))
    values = np.asarray(network(images, in_training(images, 0)))
    assert abs(values.mean() - 1) < 0.02
    assert abs((values == 0).mean() - percent / 100) < 0.01
    np.testing.assert_allclose(values[values != 0], 1 / (1 - percent / 100), rtol=1e-5)


def test_two_dropouts_of_one_network_do_not_drop_the_same():
    network, images = build(Architecture.parse("flatten-dropout50-dropout50")), jnp.ones((100, 28, 28, 1))
    values = np.asarray(network(images, in_training(images, 0)))
    assert abs((values == 0).mean() - 0.75) < 0.01


@pytest.mark.parametrize("shape", [(28, 28, 1), (1, 28, 28), (1, 27, 28, 1), (1, 28, 28, 3), (1, 784)])
def test_images_of_another_shape_are_refused_with_both_shapes(shape):
    with pytest.raises(ShapeError, match="28 × 28 × 1") as caught:
        build(Architecture.parse("flatten-dense10"))(jnp.zeros(shape))
    assert str(shape) in str(caught.value)


def test_raw_bytes_are_refused_and_brightness_is_the_way_out():
    network, raw = build(Architecture.parse("flatten-dense10")), np.full((1, 28, 28, 1), 255, np.uint8)
    with pytest.raises(ShapeError, match=r"uint8.*brightness"):
        network(raw)
    assert network(brightness(raw)).shape == (1, 10)
    np.testing.assert_allclose(brightness(np.array([0, 51, 255], np.uint8)), [0, 0.2, 1], rtol=1e-6)
    assert brightness(raw).dtype == jnp.float32


@pytest.mark.parametrize(
    "text",
    [
        "conv3k3-relu-max2-conv5k3same-tanh-mean2-flatten-dense10",
        "conv6k3s2same-relu-conv4k2-relu-max3s1-flatten-dense10",
        "conv40k3-relu-max2-conv6k3-relu-flatten-dense10",
        "conv3k3-relu-dropout25-max1-conv5k3-relu-flatten-dense10",
        "conv3k3-batchnorm-relu-conv5k3s2-batchnorm-tanh-globalmean-batchnorm-dense10",
    ],
)
def test_compiled_activations_and_gradients_are_those_of_plain_loops(text):
    """The layers keep their values in memory in orders of their own; whoever asks for them gets [n h w c]."""
    architecture = Architecture.parse(text)
    network = build(architecture, seed=4)
    images = jnp.asarray(np.random.default_rng(4).random((3, 28, 28, 1)), jnp.float32)
    wanted = numpy_activations(architecture, weights_of(network), np.asarray(images))
    compiled = jax.jit(lambda images: network.activations(images))(images)
    for name, values in wanted.items():
        np.testing.assert_allclose(compiled[name], values, rtol=1e-3, atol=1e-4, err_msg=name)

    def score(images):
        return network(images)[:, 3].sum()

    gradient = jax.grad(score)(images)
    for compiled_gradient in (jax.jit(jax.grad(score)), jax.grad(jax.jit(score))):
        np.testing.assert_allclose(compiled_gradient(images), gradient, rtol=1e-3, atol=1e-5)
    step = np.zeros(images.shape, np.float32)
    step[1, 9:20, 9:20] = 1e-3  # small: further on, other pixels would win a pooling
    difference = (score(images + step) - score(images - step)) / 2
    np.testing.assert_allclose((gradient * step).sum(), difference, rtol=3e-2, atol=5e-6)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("conv2k3-relu-max2-flatten-dense10", "conv1 max1 relu1 flatten dense1"),
        ("conv2k3-gelu-max2-flatten-dense10", None),  # GELU falls and rises: another number may be the largest after it
        ("conv2k3-relu-mean2-flatten-dense10", None),  # the function of a mean is not the mean of the function
        ("conv2k3-max2-relu-flatten-dense10", None),
        ("conv2k3-relu-dropout20-max2-flatten-dense10", None),
    ],
)
def test_a_maximum_is_taken_before_the_function_only_where_that_changes_nothing(text, order):
    architecture = Architecture.parse(text)
    assert quickest_order(architecture) == (order.split() if order else list(architecture.names))


@pytest.mark.parametrize("pool", [name for name, row in POOLS.items() if row.picks])
@pytest.mark.parametrize("function", ACTIVATIONS)
def test_the_quickest_order_gives_the_scores_and_gradients_of_the_networks_own(function, pool):
    """With windows that overlap, padding, and windows all of whose numbers are equal (a black corner of the image)."""
    architecture = Architecture.parse(f"conv4k3same-{function}-{pool}3s2p1-conv6k3-{function}-{pool}2-flatten-dense10")
    images = jnp.asarray(np.random.default_rng(5).random((4, 28, 28, 1)), jnp.float32).at[:, :9, :9].set(0)
    weights = moved_weights(architecture)

    def quickest(weights):
        return with_weights(architecture, weights)(images)

    def one_after_the_other(weights):
        return with_weights(architecture, weights).forward(images)[architecture.names[-1]]

    np.testing.assert_allclose(quickest(weights), one_after_the_other(weights), rtol=1e-5, atol=1e-6)
    found, wanted = (jax.grad(lambda w, f=f: (f(w) ** 2).sum())(weights) for f in (quickest, one_after_the_other))
    for name, gradient in wanted.items():
        np.testing.assert_allclose(found[name], gradient, rtol=1e-4, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_function_is_called_rising_where_it_never_falls(name):
    values = activation(name)(jnp.linspace(-8, 8, 20_001))
    assert ACTIVATIONS[name].rising == bool((np.diff(values) >= -3e-7).all())  # tanh wavers in the last digit
