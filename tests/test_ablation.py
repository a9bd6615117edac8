"""Ablation: a filter is replaced, or each is zeroed in turn, as evaluating the changed networks one by one has it."""

import numpy as np
import pytest

from cnnplay.data.datasets import Split
from cnnplay.errors import ShapeError
from cnnplay.inspection.ablation import ablate_each, logits_without_each, with_filter
from cnnplay.inspection.activations import answer
from cnnplay.inspection.evaluation import predictions
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.parsing import DEFAULT
from cnnplay.training.trainer import evaluate


@pytest.mark.parametrize("kernel", [None, np.arange(45).reshape(5, 3, 3)])
@pytest.mark.parametrize("bias", [None, 0.25])
def test_with_filter_replaces_that_filter_and_nothing_else(kernel, bias):
    architecture = Architecture.parse("conv3k3-relu-conv4k5x3-flatten-dense10")
    weights = {name: array + 1 for name, array in initial_weights(architecture).items()}
    before = {name: array.copy() for name, array in weights.items()}
    changed = with_filter(weights, "conv2", 2, kernel, bias)
    assert list(changed) == list(weights)
    np.testing.assert_array_equal(changed["conv2/kernel"][..., 2], np.zeros((5, 3, 3)) if kernel is None else kernel)
    assert changed["conv2/bias"][2] == (bias if bias is not None else 0 if kernel is None else before["conv2/bias"][2])
    for name, array in before.items():
        np.testing.assert_array_equal(weights[name], array)  # those given are as they were
        others = np.delete(changed[name], 2, -1) if name.startswith("conv2") else changed[name]
        np.testing.assert_array_equal(others, np.delete(array, 2, -1) if name.startswith("conv2") else array)


def test_a_filter_replaced_by_itself_changes_nothing(trained, small):
    architecture, weights = trained
    again = with_filter(weights, "conv1", 1, weights["conv1/kernel"][..., 1])
    np.testing.assert_array_equal(
        predictions(architecture, again, small.test.images), predictions(architecture, weights, small.test.images)
    )


@pytest.mark.parametrize(
    ("layer", "index", "kernel", "message"),
    [
        ("conv2", 0, None, "no convolution 'conv2'"),
        ("dense1", 0, None, "no convolution 'dense1'"),
        ("conv1", 6, None, "go from 0 to 5; there is no 6"),
        ("conv1", -1, None, "there is no -1"),
        ("conv1", 0, np.zeros((3, 3, 1)), "has 2 × 2 × 1 numbers, not 3 × 3 × 1"),
    ],
)
def test_an_unknown_filter_is_refused(layer, index, kernel, message):
    weights = initial_weights(Architecture.parse(DEFAULT))
    with pytest.raises(ShapeError, match=message):
        with_filter(weights, layer, index, kernel)


@pytest.mark.parametrize("images", [500, 1203])
def test_ablate_each_evaluates_the_network_without_each_filter(trained, small, images):
    architecture, weights = trained
    split = Split(small.train.images[:images], small.train.labels[:images])
    for layer in (name for name in architecture.names if name.startswith("conv")):
        reported = []
        found = ablate_each(architecture, weights, layer, split, reported.append)
        one_by_one = [
            evaluate(architecture, with_filter(weights, layer, index), split).accuracy for index in range(len(found))
        ]
        np.testing.assert_allclose(found, one_by_one, atol=2.5 / images)  # two logits may be all but equal
        assert np.ptp(found) > 0.01 and len(found) == len(weights[f"{layer}/bias"])
        assert reported == sorted(reported) and reported[-1] == 1


def test_the_logits_without_each_filter_are_those_of_the_network_without_it(trained, small):
    architecture, weights = trained
    image = small.test.images[3].astype(np.float32) / 255
    for layer in architecture.convolutions:
        found = logits_without_each(architecture, weights, image, layer)
        for index, logits in enumerate(found):
            expected = answer(architecture, with_filter(weights, layer, index), image).logits
            np.testing.assert_allclose(logits, expected, rtol=1e-3, atol=1e-4)
        assert len(found) == len(weights[f"{layer}/bias"])
        assert np.ptp(found, axis=0).max() > 0.01


def test_padding_of_the_last_batch_does_not_count(trained, small):
    """A network with one answer for all images is right for those that have this label."""
    architecture, weights = trained
    for predicted in range(10):
        certain = {**weights, "dense1/bias": 1e6 * np.eye(10, dtype=np.float32)[predicted]}
        split = Split(small.test.images[:7], small.test.labels[:7])
        assert (ablate_each(architecture, certain, "conv1", split) == (split.labels == predicted).mean()).all()


def test_ablate_each_can_be_stopped_by_who_watches(trained, small):
    class EnoughError(Exception):
        pass

    def stop(done):
        raise EnoughError

    with pytest.raises(EnoughError):
        ablate_each(*trained, "conv1", small.test, stop)


def test_ablate_each_needs_a_convolution(trained, small):
    with pytest.raises(ShapeError, match="no convolution 'relu7'"):
        ablate_each(*trained, "relu7", small.test)
