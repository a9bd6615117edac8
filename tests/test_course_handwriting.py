"""What the chapter on handwriting claims, of drawings that are test digits on a larger sheet."""

import numpy as np
import pytest

from cnnplay.course import EXERCISES
from cnnplay.course.handwriting import NO_STEP, drawn_digit
from cnnplay.data.datasets import brightness, mnist
from cnnplay.export.pretrained import pretrained
from cnnplay.inputs.handwriting import INK, received
from cnnplay.inspection.activations import activations, answer

CORNERS = [(0.75, -16, -16), (0.75, 16, 16)]


@pytest.mark.parametrize("number", [0, 1, 4, 17, 19])
@pytest.mark.parametrize("place", CORNERS)
def test_a_digit_in_a_corner_solves_the_corner(number, place):
    exercise = EXERCISES["handwriting-corner"]
    found = exercise.check(exercise.pose(0), drawn_digit(number, *place, NO_STEP))
    assert found.passed, found
    assert f"With all steps it reads {mnist().test.labels[number]}," in found.seen
    assert "100.0 %" not in found.seen


@pytest.mark.parametrize("number", [0, 4, 11, 17])
def test_a_small_digit_solves_what_is_too_small(number):
    for name, skip in (("handwriting-small", {"fit"}), ("handwriting-steps", NO_STEP)):
        found = EXERCISES[name].check(EXERCISES[name].pose(0), drawn_digit(number, 0.45, 0, 0, skip))
        assert found.passed, found


@pytest.mark.parametrize("name", ["handwriting-small", "handwriting-steps", "handwriting-corner"])
def test_a_digit_of_usual_size_in_the_middle_and_an_empty_pad_solve_nothing(name):
    exercise = EXERCISES[name]
    task = exercise.pose(0)
    skip = task.solution.skip
    found = exercise.check(task, drawn_digit(0, 1, 0, 0, skip))
    assert not found.passed and "With all steps it reads 7," in found.seen
    empty = type(task.solution)(np.zeros(INK, np.float32), skip, task.solution.network, task.solution.weights)
    assert "empty" in exercise.check(task, empty).seen


def test_the_steps_have_to_be_switched_off():
    exercise = EXERCISES["handwriting-steps"]
    found = exercise.check(exercise.pose(0), drawn_digit(0, 0.45, 0, 0, {"crop"}))
    assert not found.passed and "switched off 1 step." in found.seen


def test_a_shift_moves_the_pooled_maps_and_changes_the_scores():
    trained = pretrained("notebook")
    image = brightness(mnist().test.images[0])
    moved = np.roll(image, 4, axis=1)
    assert moved[:, :4].sum() == 0  # no ink went round
    here, there = (activations(trained.architecture, trained.weights, one[None]) for one in (image, moved))
    np.testing.assert_allclose(here["max1"][0, :, :-2], there["max1"][0, :, 2:], atol=1e-5)
    assert np.abs(here["dense1"] - there["dense1"]).max() > 5


def test_a_corner_is_misread_with_certainty():
    trained = pretrained("notebook")
    drawn = drawn_digit(19, 0.75, 16, 16, NO_STEP)
    found = answer(trained.architecture, trained.weights, received(drawn.ink, drawn.skip))
    assert found.best != mnist().test.labels[19] and found.probabilities.max() > 0.9


def test_each_digit_that_the_question_names_is_misread_in_a_corner_and_read_in_the_middle():
    named = {"seven": 0, "two": 1, "four": 4, "six": 11}
    assert {EXERCISES["handwriting-why-corner"].pose(seed).numbers["digit"] for seed in range(50)} == set(named)
    trained = pretrained("notebook")
    for number in named.values():
        for place, right in (((0.75, -16, -16), False), ((0.75, 16, 16), False), ((1, 0, 0), True)):
            found = answer(
                trained.architecture, trained.weights, received(drawn_digit(number, *place, set()).ink, NO_STEP)
            )
            assert (found.best == mnist().test.labels[number]) == right


def test_crop_fit_and_centre_are_the_arithmetic_of_the_texts():
    for seed in range(30):
        n = EXERCISES["handwriting-crop"].pose(seed)
        assert n.solution == n.numbers["height"]
        n = EXERCISES["handwriting-fit"].pose(seed)
        assert n.solution * n.numbers["height"] == 20 * n.numbers["width"]
        n = EXERCISES["handwriting-without-fit"].pose(seed)
        assert 3 * n.solution == n.numbers["height"]
        n = EXERCISES["handwriting-centre"].pose(seed)
        columns = [n.numbers["one"]] * n.numbers["long"] + [n.numbers["other"]] * n.numbers["short"]
        assert n.solution == 14 - np.mean(columns)
