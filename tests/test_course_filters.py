"""Filters and what they find: which kernels pass, and the claims about them."""

import numpy as np
import pytest

from cnnplay.course.filters import (
    BALANCE,
    EVEN,
    FALLING,
    IDENTITY,
    NEGATED,
    READ,
    SECOND,
    SHIFT,
    SLICES,
    VERTICAL,
    moved,
    responses,
)
from cnnplay.data.datasets import brightness, mnist
from cnnplay.inputs.patterns import PATTERNS
from cnnplay.labs.demonstrations import feature_map
from cnnplay.labs.kernels import KERNELS, array_of, bank, negated, numbers_of, random_kernel
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.ops.arithmetic import Window
from cnnplay.state import labs
from cnnplay.state.labs import FilterOnImage

WRITTEN = (IDENTITY, SHIFT, BALANCE, VERTICAL, FALLING)
SAME = (Window(3, padding="same"),) * 2


def numbers(weights):
    return numbers_of(np.array(weights, np.float32))


def passes(exercise, weights, seed=0):
    return exercise.check(exercise.pose(seed), numbers(weights)).passed


@pytest.mark.parametrize(
    ("exercise", "named"),
    [
        (IDENTITY, {"identity"}),
        (VERTICAL, {"vertical-edge", "sobel-x", "vertical-line"}),
        (FALLING, {"falling-line"}),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_of_the_kernels_with_a_name_only_some_pass(exercise, named):
    assert {name for name, row in KERNELS.items() if passes(exercise, row.array)} == named


@pytest.mark.parametrize(
    ("weights", "right"),
    [
        ([[2, 0, 0], [0, 2, 0], [0, 0, 2]], False),  # finds a uniform area as well
        ([[0, 0, 2], [0, 2, 0], [2, 0, 0]], False),
        ([[1, 0, -1], [0, 1, 0], [-1, 0, 1]], False),
        ([[1, -0.5, -0.5], [-0.5, 1, -0.5], [-0.5, -0.5, 1]], True),
        ([[20, -10, -10], [-10, 20, -10], [-10, -10, 20]], True),
        ([[3, -2, 0], [-2, 2, -2], [0, -2, 3]], True),
        ([[-2, 1, 1], [1, -2, 1], [1, 1, -2]], False),  # finds dark lines
    ],
)
def test_falling_lines_are_found_by_ratio(weights, right):
    assert passes(FALLING, weights) == right


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda exercise: exercise.id)
def test_random_kernels_do_not_pass(exercise):
    assert not any(passes(exercise, random_kernel(size, seed)) for size in (1, 2, 3, 5, 7) for seed in range(5))
    assert not passes(exercise, np.zeros((3, 3)))
    assert not passes(exercise, np.full((3, 3), 1000))


def test_a_kernel_with_channels_counts_as_for_grey():
    colour = np.zeros((3, 3, 3))
    colour[1, 1] = 1 / 3
    assert passes(IDENTITY, colour)


@pytest.mark.parametrize("exercise", WRITTEN, ids=lambda exercise: exercise.id)
def test_the_page_opens_with_the_kernel_that_does_not_pass(exercise):
    for seed in range(10):
        task = exercise.pose(seed)
        states, _ = labs.from_parameters(task.start.parameters)
        assert states[FilterOnImage].kernel == task.before
        assert not states[FilterOnImage].follow


@pytest.mark.parametrize("seed", range(8))
def test_a_digit_moves_as_the_solution_says(seed):
    task = SHIFT.pose(seed)
    image = brightness(mnist().test.images[0])
    made = feature_map(image, array_of(task.solution), SAME)[0]
    direction = {"right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)}[task.numbers["wanted"].split()[-1]]
    assert np.allclose(made, np.roll(image[..., 0], direction, (0, 1)), atol=1e-6)
    assert moved(task.solution) == task.numbers["wanted"]


@pytest.mark.parametrize("seed", range(50))
def test_balanced_weights_add_up_to_0(seed):
    task = BALANCE.pose(seed)
    assert array_of(task.solution).sum() == 0
    assert (array_of(task.solution) != array_of(task.before)).sum() == 1
    assert not BALANCE.check(task, numbers(np.zeros((3, 3)))).passed


@pytest.mark.parametrize("seed", range(50))
def test_a_uniform_area_and_reversed_signs_are_as_told(seed):
    n = EVEN.pose(seed).numbers
    image, kernel = np.full((9, 9, 1), n["brightness"]), np.array(n["weights"])[..., None]
    assert np.allclose(feature_map(image, kernel, SAME)[0][1:-1, 1:-1], n["answer"], atol=1e-4)
    n = NEGATED.pose(seed).numbers
    assert n["value"] - n["bias"] == -(n["answer"] - n["bias"])


@pytest.mark.parametrize("seed", range(20))
def test_the_four_line_filters_of_the_page_agree_with_what_a_kernel_is_said_to_find(seed):
    task = READ.pose(seed)
    angles, kernels = bank(4, 3)
    alike = (kernels * np.array(task.numbers["weights"])).sum((1, 2))
    words = {0: "horizontal", 45: "rising", 90: "vertical", 135: "falling"}
    assert task.solution.startswith(words[int(angles[alike.argmax()])])


@pytest.mark.parametrize("seed", range(10))
def test_the_second_layer_has_as_many_weights_as_its_arrays(seed):
    for exercise in (SLICES, SECOND):
        n = exercise.pose(seed).numbers
        network = Architecture.parse(f"conv{n['first']}k3-relu-conv{n['second']}k{n['kernel']}")
        weights = initial_weights(network, 0)
        kernel, bias = weights["conv2/kernel"], weights["conv2/bias"]
        assert n["answer"] == (kernel[..., 0].size if exercise is SLICES else kernel.size + bias.size)


def test_a_circle_lights_up_where_it_falls():
    kernel = numbers(KERNELS["falling-line"].weights)
    circle = PATTERNS["circle"].make(28)[None, ..., 0]
    made = responses(kernel, circle, "same")[0]
    rows, columns = np.nonzero(made > 0.8 * made.max())
    assert {(row < 14, column < 14) for row, column in zip(rows, columns, strict=True)} == {
        (True, False),
        (False, True),
    }


def test_a_vertical_edge_filter_gives_negative_numbers_at_the_other_side():
    edge, kernel = PATTERNS["vertical-edge"].make(12)[None, ..., 0], KERNELS["vertical-edge"].array
    assert responses(numbers(kernel), edge).max() == 3
    assert responses(numbers(kernel), 1 - edge).max() <= 0
    assert responses(numbers(negated(kernel)), 1 - edge).max() == 3
