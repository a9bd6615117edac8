"""Predictions, confusion and mistakes on whole sets of images, against plain loops."""

import numpy as np
import pytest

from cnnplay.data.datasets import brightness
from cnnplay.errors import ShapeError
from cnnplay.inspection.evaluation import accuracy_of, confusion_of, examples, fixed_and_broken, predictions, wrong
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights, with_weights
from cnnplay.network.parsing import DEFAULT
from cnnplay.training.trainer import evaluate
from tests.oracles import softmax


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
    """Probabilities [300 10] and labels [300] of a network that is right half of the time."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 300).astype(np.uint8)
    scores = generator.normal(size=(300, 10)) + 2 * np.eye(10)[labels]
    return softmax(scores).astype(np.float32), labels


def test_a_change_fixes_and_breaks_what_counting_finds(guesses):
    before, labels = guesses
    after = np.roll(before, 1, axis=1)
    fixed, broken = fixed_and_broken(before, after, labels)
    for i, label in enumerate(labels):
        was, now = before[i].argmax() == label, after[i].argmax() == label
        assert (fixed[i], broken[i]) == (now and not was, was and not now)
    assert fixed.any() and broken.any()


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
        for predicted in range(10):
            cell = [
                n
                for n in range(300)
                if labels[n] == truth and max(range(10), key=lambda c: probabilities[n][c]) == predicted
            ]
            cell.sort(key=lambda n: -probabilities[n][predicted])
            assert examples(probabilities, labels, truth, predicted).tolist() == cell


def test_the_wrong_ones_by_searching_most_certain_first(guesses):
    probabilities, labels = guesses
    found = wrong(probabilities, labels).tolist()
    assert sorted(found) == [n for n in range(300) if max(range(10), key=lambda c: probabilities[n][c]) != labels[n]]
    assert [probabilities[n].max() for n in found] == sorted((probabilities[n].max() for n in found), reverse=True)
    assert 50 < len(found) < 250


def test_images_must_be_uint8(small):
    architecture = Architecture.parse(DEFAULT)
    with pytest.raises(ShapeError, match="are uint8"):
        predictions(architecture, initial_weights(architecture), small.test.images[:3] / np.float32(255))
    with pytest.raises(ShapeError, match="28 × 28 × 1"):
        predictions(architecture, initial_weights(architecture), small.test.images[:3, :20])
