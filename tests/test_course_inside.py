"""What the chapter on looking inside claims, of the network that the page shows."""

import numpy as np
import pytest

from cnnplay.course import EXERCISES
from cnnplay.course.answers import Shown
from cnnplay.course.inside import _without_each, shown_image
from cnnplay.data.datasets import brightness, mnist
from cnnplay.export.pretrained import pretrained
from cnnplay.inspection.ablation import with_filter
from cnnplay.inspection.activations import answer
from cnnplay.inspection.attribution import occlusion
from cnnplay.inspection.evaluation import accuracy_of, predictions
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.parsing import DEFAULT

TRAINED = pretrained("notebook")


def test_the_network_is_the_one_of_the_page():
    assert str(TRAINED.architecture) == DEFAULT


def test_the_second_guess_is_the_network_s():
    for seed in range(10):
        task = EXERCISES["inside-runner-up"].pose(seed)
        found = answer(TRAINED.architecture, TRAINED.weights, brightness(mnist().test.images[task.numbers["image"]]))
        assert (found.best, found.second) == (task.numbers["best"], task.solution)


def test_softmax_is_the_share_of_the_exponentials():
    for seed in range(10):
        task = EXERCISES["inside-softmax"].pose(seed)
        powers = np.exp([task.numbers[name] for name in ("one", "two", "three")])
        assert task.solution == pytest.approx(powers[0] / powers.sum(), abs=1e-4)
        rounded = [{0: 1, 1: 2.72, 2: 7.39, 3: 20.1}[task.numbers[name]] for name in ("one", "two", "three")]
        assert EXERCISES["inside-softmax"].check(task, round(rounded[0] / sum(rounded), 2)).passed


def test_the_filter_that_can_go_is_the_one_without_which_most_is_read():
    task = EXERCISES["inside-filter"].pose(0)
    test = mnist().test
    without = with_filter(TRAINED.weights, "conv1", task.solution - 1)
    accuracy = accuracy_of(predictions(TRAINED.architecture, without, test.images), test.labels)
    assert 100 * accuracy == pytest.approx(max(_without_each())) == pytest.approx(task.numbers["without_best"])
    assert sorted(_without_each())[-1] - sorted(_without_each())[-2] > 0.5  # on another processor as well


def test_an_image_that_is_read_rightly_or_without_certainty_will_not_do():
    exercise = EXERCISES["inside-sure-and-wrong"]
    task = exercise.pose(0)
    found = exercise.check(task, shown_image(0))
    assert not found.passed and "and that is right" in found.seen
    probabilities, labels = predictions(TRAINED.architecture, TRAINED.weights, mnist().test.images), mnist().test.labels
    unsure = np.flatnonzero((probabilities.argmax(1) != labels) & (probabilities.max(1) < 0.6))[0]
    found = exercise.check(task, shown_image(int(unsure)))
    assert not found.passed and "not more than 90 %" in found.why


def test_a_hidden_square_lowers_the_probability_as_asked():
    for seed in range(10):
        numbers = EXERCISES["inside-occlusion"].pose(seed).numbers
        image = brightness(mnist().test.images[numbers["image"]])
        rows, columns = (slice(numbers[name], numbers[name] + 5) for name in ("row", "column"))
        assert image[rows, columns].sum() > 0
        image[rows, columns] = 0
        found = answer(TRAINED.architecture, TRAINED.weights, image)
        assert round(float(found.probabilities[numbers["digit"]]), 2) == numbers["answer"]


def test_no_hidden_square_changes_the_seven_of_the_start():
    image = brightness(mnist().test.images[0])
    assert occlusion(TRAINED.architecture, TRAINED.weights, image, 7, 5, 1).drop.max() < 0.01


def test_an_untrained_network_guesses():
    for filters in (3, 4, 5):
        network = Architecture.parse(f"conv{filters}k3-relu-max2-flatten-dense10")
        read = predictions(network, initial_weights(network), mnist().test.images[:2000])
        assert accuracy_of(read, mnist().test.labels[:2000]) < 0.25


def test_another_network_s_image_is_looked_at_with_that_network():
    network = Architecture.parse("conv3k3-relu-max2-flatten-dense10")
    exercise = EXERCISES["inside-sure-and-wrong"]
    found = exercise.check(exercise.pose(0), Shown(0, network, initial_weights(network)))
    assert not found.passed  # random weights are not sure
