"""One function slides over another: its sums, by NumPy's own functions and by the layers that train."""

import numpy as np
import pytest

from cnnplay.course.sliding import BIAS_AND_RELU, DOT, FLIPPED, PLACES, STRONGEST, WINDOW
from cnnplay.labs.demonstrations import feature_map
from cnnplay.labs.kernels import KERNELS, array_of
from cnnplay.ops.arithmetic import Window
from cnnplay.ops.reference import slide
from cnnplay.state import labs
from cnnplay.state.labs import FilterOnImage

SEEDS = range(50)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sum_is_numpys(seed):
    task = WINDOW.pose(seed)
    pixels, weights = np.array(task.numbers["pixels"]), np.array(task.numbers["weights"])
    assert task.solution == (pixels * weights).sum()
    states, _ = labs.from_parameters(task.start.parameters)
    assert np.array_equal(array_of(states[FilterOnImage].kernel)[..., 0], weights)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_convolution_of_mathematics_is_numpys(seed):
    task = FLIPPED.pose(seed)
    (pixels,), (weights,) = task.numbers["pixels"], task.numbers["weights"]
    assert [task.solution] == np.convolve(pixels, weights, "valid").tolist()
    assert np.correlate(pixels, weights, "valid").tolist()[0] in task.wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dot_shows_the_kernel_flipped(seed):
    task = DOT.pose(seed)
    weights = task.numbers["weights"]
    assert np.correlate([0, 0, 1, 0, 0], weights, "valid").tolist() == weights[::-1]
    assert task.solution == weights[-1]


def test_emboss_shows_its_half_turn_on_a_dot():
    kernel = KERNELS["emboss"].array
    dot = np.zeros((5, 5))
    dot[2, 2] = 1
    assert np.array_equal(slide(dot, kernel), np.rot90(kernel, 2))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_largest_sum_is_numpys(seed):
    task = STRONGEST.pose(seed)
    sums = np.correlate(task.numbers["pixels"], task.numbers["weights"], "valid")
    assert task.solution == sums.argmax() + 1
    assert (sums == sums.max()).sum() == 1
    assert set(task.wrong) <= set(range(1, 7))


@pytest.mark.parametrize("seed", range(10))
def test_bias_and_relu_are_those_of_the_layers(seed):
    task = BIAS_AND_RELU.pose(seed)
    row = np.array(task.numbers["sums"], np.float32).reshape(1, 4, 1)
    _, active = feature_map(row, np.ones((1, 1, 1)), (Window(1), Window(1)), task.numbers["bias"], "relu")
    assert active.sum() == task.solution


@pytest.mark.parametrize("seed", SEEDS)
def test_places_are_those_where_a_window_lies_inside(seed):
    n = PLACES.pose(seed).numbers
    inside = [start for start in range(n["size"]) if start + n["kernel"] <= n["size"]]
    assert n["answer"] == len(inside) ** 2
