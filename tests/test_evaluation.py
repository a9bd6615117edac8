"""Right and wrong on whole sets of images, and what each filter is worth: against plain loops."""

import numpy as np
import pytest

from cnnplay.data.datasets import Split, brightness
from cnnplay.errors import ShapeError
from cnnplay.inspection.ablation import with_filter, without_each
from cnnplay.inspection.evaluation import accuracy_of, confusion_of, examples, predictions, wrong
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights, with_weights
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer, evaluate
from tests.oracles import softmax

NETS = ["conv6k2-relu-max2-flatten-dense10", "conv3k5-tanh-max2-conv20k3same-relu-max3s2-flatten-dropout20-dense10"]


@pytest.fixture(scope="module", params=NETS)
def trained(request, small):
    architecture = Architecture.parse(request.param)
    trainer = Trainer(architecture, TrainConfig(epochs=1), small)
    trainer.advance(trainer.total_steps)
    return architecture, trainer.weights()


@pytest.mark.parametrize("count", [0, 1, 37, 500])
def test_predictions_are_the_softmax_of_the_network(trained, small, count):
    architecture, weights = trained
    images = small.test.images[:count]
    found = predictions(architecture, weights, images)
    assert found.shape == (count, 10) and found.dtype == np.float32
    if count:
        scores = np.asarray(with_weights(architecture, weights)(brightness(images)))
        np.testing.assert_allclose(found, softmax(scores), atol=1e-5)


def test_more_images_than_one_call_takes(trained, small):
    architecture, weights = trained
    found = predictions(architecture, weights, small.train.images[:1203])
    scores = np.asarray(with_weights(architecture, weights)(brightness(small.train.images[:1203])))
    np.testing.assert_allclose(found, softmax(scores), atol=1e-5)


def test_accuracy_and_confusion_are_those_of_the_evaluation(trained, small):
    architecture, weights = trained
    probabilities = predictions(architecture, weights, small.test.images)
    evaluation = evaluate(architecture, weights, small.test)
    assert (
        abs(accuracy_of(probabilities, small.test.labels) - evaluation.accuracy) <= 0.002
    )  # a tie may fall the other way
    assert np.abs(confusion_of(probabilities, small.test.labels) - evaluation.confusion).sum() <= 2


@pytest.fixture(scope="module")
def guesses():
    """Chances [300 10] and labels [300] of a network that is right half of the time."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 300).astype(np.uint8)
    scores = generator.normal(size=(300, 10)) + 2 * np.eye(10)[labels]
    return softmax(scores).astype(np.float32), labels


def test_confusion_and_accuracy_by_counting(guesses):
    probabilities, labels = guesses
    counts = [[0] * 10 for _ in range(10)]
    for probability, label in zip(probabilities, labels, strict=True):
        counts[label][max(range(10), key=lambda c: probability[c])] += 1
    np.testing.assert_array_equal(confusion_of(probabilities, labels), counts)
    assert accuracy_of(probabilities, labels) == pytest.approx(sum(counts[c][c] for c in range(10)) / 300)


def test_examples_of_every_cell_by_searching(guesses):
    probabilities, labels = guesses
    for truth in range(10):
        for said in range(10):
            cell = [
                n
                for n in range(300)
                if labels[n] == truth and max(range(10), key=lambda c: probabilities[n][c]) == said
            ]
            cell.sort(key=lambda n: -probabilities[n][said])
            assert examples(probabilities, labels, truth, said).tolist() == cell


def test_the_wrong_ones_by_searching_most_certain_first(guesses):
    probabilities, labels = guesses
    found = wrong(probabilities, labels).tolist()
    assert sorted(found) == [n for n in range(300) if max(range(10), key=lambda c: probabilities[n][c]) != labels[n]]
    assert [probabilities[n].max() for n in found] == sorted((probabilities[n].max() for n in found), reverse=True)
    assert 50 < len(found) < 250


def test_images_must_be_whole_numbers_of_brightness(small):
    architecture = Architecture.parse(NETS[0])
    with pytest.raises(ShapeError, match="are uint8"):
        predictions(architecture, initial_weights(architecture), small.test.images[:3] / np.float32(255))
    with pytest.raises(ShapeError, match="28 × 28 × 1"):
        predictions(architecture, initial_weights(architecture), small.test.images[:3, :20])


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


def test_the_same_filter_again_changes_nothing(trained, small):
    architecture, weights = trained
    again = with_filter(weights, "conv1", 1, weights["conv1/kernel"][..., 1])
    np.testing.assert_array_equal(
        predictions(architecture, again, small.test.images), predictions(architecture, weights, small.test.images)
    )


@pytest.mark.parametrize(
    ("layer", "index", "kernel", "says"),
    [
        ("conv2", 0, None, "no convolution 'conv2'"),
        ("dense1", 0, None, "no convolution 'dense1'"),
        ("conv1", 6, None, "go from 0 to 5; there is no 6"),
        ("conv1", -1, None, "there is no -1"),
        ("conv1", 0, np.zeros((3, 3, 1)), "has 2 × 2 × 1 numbers, not 3 × 3 × 1"),
    ],
)
def test_a_filter_that_is_not_there_is_not_replaced(layer, index, kernel, says):
    weights = initial_weights(Architecture.parse(NETS[0]))
    with pytest.raises(ShapeError, match=says):
        with_filter(weights, layer, index, kernel)


@pytest.mark.parametrize("images", [500, 1203])
def test_without_each_is_evaluating_without_each(trained, small, images):
    architecture, weights = trained
    split = Split(small.train.images[:images], small.train.labels[:images])
    for layer in (name for name in architecture.names if name.startswith("conv")):
        told = []
        found = without_each(architecture, weights, layer, split, told.append)
        one_by_one = [
            evaluate(architecture, with_filter(weights, layer, index), split).accuracy for index in range(len(found))
        ]
        np.testing.assert_allclose(found, one_by_one, atol=2.5 / images)  # two scores may be as good as equal
        assert np.ptp(found) > 0.01 and len(found) == len(weights[f"{layer}/bias"])
        assert told == sorted(told) and told[-1] == 1


def test_what_fills_up_the_last_call_does_not_count(trained, small):
    """A network that always says the same: right for so many images as have that label."""
    architecture, weights = trained
    for said in range(10):
        certain = {**weights, "dense1/bias": 1e6 * np.eye(10, dtype=np.float32)[said]}
        split = Split(small.test.images[:7], small.test.labels[:7])
        assert (without_each(architecture, certain, "conv1", split) == (split.labels == said).mean()).all()


def test_without_each_can_be_stopped_by_who_watches(trained, small):
    class EnoughError(Exception):
        pass

    def stop(done):
        raise EnoughError

    with pytest.raises(EnoughError):
        without_each(*trained, "conv1", small.test, stop)


def test_without_each_needs_a_convolution(trained, small):
    with pytest.raises(ShapeError, match="no convolution 'relu7'"):
        without_each(*trained, "relu7", small.test)
