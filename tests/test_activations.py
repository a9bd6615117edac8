"""Activations of a network, against its layers one by one."""

import logging

import jax
import numpy as np
import pytest

from cnnplay.data.datasets import Split
from cnnplay.errors import ShapeError
from cnnplay.inspection.ablation import ablate_each
from cnnplay.inspection.activation_maximization import maximize
from cnnplay.inspection.activations import Answer, activations, answer
from cnnplay.inspection.attribution import grad_cam, occlusion, saliency, smooth_grad
from cnnplay.inspection.evaluation import predictions
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Convolution, Pooling
from cnnplay.network.model import build, initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.ops import reference
from tests.oracles import numpy_activations, softmax

NETS = [*(preset.net for preset in PRESETS.values()), "mean2-conv3k3s2same-gelu-min2s1-flatten-dense5-tanh-dense10"]


@pytest.mark.parametrize("net", NETS)
def test_activations_are_those_of_the_network(small, net):
    architecture = Architecture.parse(net)
    images = small.test.images[:2].astype(np.float32) / 255
    found = activations(architecture, initial_weights(architecture, 3), images)
    expected = build(architecture, 3).activations(images)
    assert found.keys() == expected.keys() == {row.layer for row in architecture.table()}
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-5)


def test_each_layer_is_computed_from_the_one_before(small):
    architecture = Architecture.parse("conv4k3s2same-relu-max2-conv3k2-mean2s1-flatten-dense10")
    weights = initial_weights(architecture, 1)
    values = small.test.images[:2].astype(np.float32) / 255
    found = activations(architecture, weights, values)
    for name, layer in zip(architecture.names, architecture.layers, strict=True):
        if isinstance(layer, Convolution):
            kernel, bias = weights[f"{name}/kernel"], weights[f"{name}/bias"]
            values = reference.conv2d(values, kernel, stride=layer.stride, padding=layer.padding) + bias
        elif isinstance(layer, Pooling):
            values = reference.pool2d(values, layer.pool, layer.window, layer.stride, layer.padding)
        elif name.startswith("relu"):
            values = np.maximum(values, 0)
        elif name == "flatten":
            values = values.reshape(len(values), -1)
        else:
            values = values @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]
        np.testing.assert_allclose(found[name], values, atol=1e-4)
    probabilities = np.exp(values) / np.exp(values).sum(-1, keepdims=True)
    np.testing.assert_allclose(found["softmax"], probabilities, atol=1e-5)


def test_the_probabilities_of_an_answer_are_the_shares_of_its_exponentials(small):
    architecture = Architecture.parse("conv4k3-relu-flatten-dense10")
    image = small.test.images[0].astype(np.float32) / 255
    found = answer(architecture, initial_weights(architecture, 2), image)
    np.testing.assert_allclose(found.exponentials / found.exponentials.sum(), found.probabilities, rtol=1e-5)
    assert np.isinf(Answer(np.float32([1e4, 0]), np.float32([1, 0])).exponentials[0])


def test_weights_of_another_network_are_refused(small):
    one, other = Architecture.parse("flatten-dense10"), Architecture.parse("conv2k3-flatten-dense10")
    with pytest.raises(ShapeError, match="do not belong"):
        activations(one, initial_weights(other), small.test.images[:1].astype(np.float32))


def test_an_answer_is_the_logits_and_their_softmax(small):
    architecture = Architecture.parse("conv3k4-tanh-mean3-flatten-dense10")
    weights, image = initial_weights(architecture, 5), small.test.images[3].astype(np.float32) / 255
    found = answer(architecture, weights, image)
    logits = numpy_activations(architecture, weights, image[None])["dense1"][0]
    np.testing.assert_allclose(found.logits, logits, atol=1e-5)
    np.testing.assert_allclose(found.probabilities, softmax(logits), atol=1e-6)
    assert (found.best, found.second) == tuple(np.argsort(logits)[::-1][:2])


@pytest.mark.parametrize(
    "image",
    [np.zeros((28, 28), np.float32), np.zeros((27, 28, 1), np.float32), np.zeros((28, 28, 1), np.uint8)],
    ids=["no channel", "a row less", "uint8"],
)
def test_an_image_that_the_network_cannot_take_is_refused(image):
    architecture = Architecture.parse("flatten-dense10")
    with pytest.raises(ShapeError, match="28 × 28 × 1 with brightness from 0 to 1"):
        answer(architecture, initial_weights(architecture), image)


def test_a_network_without_a_logit_for_each_class_gives_no_answer():
    architecture = Architecture.parse("conv2k3")
    with pytest.raises(ShapeError, match="must end in dense10"):
        answer(architecture, initial_weights(architecture), np.zeros((28, 28, 1), np.float32))


def test_nothing_is_compiled_again_for_another_epoch_digit_class_or_setting(small, caplog):
    architecture = Architecture.parse("conv3k4-tanh-max3-flatten-dense10")  # no other test looks into it

    def compiled(seed):
        """The programs compiled to look everywhere, with all that can differ taken from the seed."""
        weights, image = initial_weights(architecture, seed), small.test.images[seed].astype(np.float32) / 255
        about, count = (architecture, weights, image, seed), 20 + 600 * seed
        caplog.clear()
        with caplog.at_level(logging.WARNING), jax.log_compiles():
            answer(architecture, weights, image)
            saliency(*about)
            smooth_grad(*about, samples=5 + 20 * seed, noise=0.1 * seed, seed=seed)
            occlusion(*about, patch=2 + seed, stride=1 + seed)
            grad_cam(*about, "conv1")
            maximize(architecture, weights, seed, steps=20 * (seed + 1), rate=0.1 + seed, decay=0.01, seed=seed)
            maximize(architecture, weights, ("conv1", seed), blur=seed)
            predictions(architecture, weights, small.train.images[:count])
            ablate_each(architecture, weights, "conv1", Split(small.train.images[:count], small.train.labels[:count]))
        return [message for message in caplog.messages if "Compiling" in message]

    assert compiled(0)
    assert not compiled(1) + compiled(2)
