"""Stride and padding: every size and count, by brute force on a line of pixels and by NumPy's convolution layer."""

import numpy as np
import pytest

from cnnplay.course import padding, stride
from cnnplay.ops.reference import conv2d

SEEDS = range(50)


def inside(size, kernel, step=1):
    """The windows that lie inside a line, as lists of pixels."""
    return [list(range(at, at + kernel)) for at in range(0, size, step) if at + kernel <= size]


def side_of(size, kernel, **window):
    return conv2d(np.ones((1, size, size, 1)), np.ones((kernel, kernel, 1, 1)), **window).shape[1]


def line(size, pixel):
    """A line of pixels with one white one."""
    return (np.arange(size) == pixel).astype(float).reshape(1, size, 1, 1)


def tall(kernel):
    return np.ones((kernel, 1, 1, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_windows_on_a_line_are_those_that_lie_inside(seed):
    n = stride.COUNT.pose(seed).numbers
    assert n["answer"] == len(inside(n["size"], n["kernel"], n["stride"]))
    n = stride.UNREAD.pose(seed).numbers
    assert n["answer"] == n["size"] - 1 - inside(n["size"], n["kernel"], n["stride"])[-1][-1]
    task = stride.AIM.pose(seed)
    window = task.solution.window
    assert len(inside(task.solution.size, window.kernel, window.stride)) == task.numbers["wanted"]
    n = padding.FULL.pose(seed).numbers
    reached = [set(range(at, at + n["kernel"])) for at in range(-20, 50)]
    assert n["answer"] == sum(bool(pixels & set(range(n["size"]))) for pixels in reached)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_zeros_of_same_are_as_few_as_can_be_with_the_odd_one_at_the_end(seed):
    n = padding.SIDES.pose(seed).numbers
    zeros = next(count for count in range(99) if len(inside(n["size"] + count, n["kernel"])) == n["size"])
    assert (n["before"], n["answer"]) == (zeros // 2, zeros - zeros // 2)
    n = padding.STRIDED.pose(seed).numbers
    assert n["answer"] == len(range(0, n["size"], n["stride"]))
    assert n["answer"] == side_of(n["size"], n["kernel"], stride=n["stride"], padding="same")


@pytest.mark.parametrize("seed", range(20))
def test_a_corner_is_read_as_often_as_it_enters_a_map(seed):
    n = padding.CORNER.pose(seed).numbers
    for pixel, times in ((0, n["answer"]), (n["size"] // 2, n["middle"])):
        image = np.zeros((1, n["size"], n["size"], 1))
        image[0, pixel, pixel] = 1
        assert conv2d(image, np.ones((n["kernel"], n["kernel"], 1, 1)), padding="same").sum() == times


@pytest.mark.parametrize("seed", SEEDS)
def test_layers_fit_until_the_map_is_too_small(seed):
    n = padding.STACK.pose(seed).numbers
    size, layers = n["size"], 0
    while size >= n["kernel"]:
        size, layers = len(inside(size, n["kernel"])), layers + 1
    assert layers == n["answer"] <= padding.MOST_LAYERS


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dilated_window_reaches_from_its_first_weight_to_its_last(seed):
    n = padding.SPAN.pose(seed).numbers
    touched = np.flatnonzero(conv2d(line(99, 49), tall(n["kernel"]), dilation=(n["dilation"], 1)))
    assert touched[-1] - touched[0] + 1 == n["answer"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_receptive_field_is_the_pixels_between_those_that_change_a_value(seed):
    n = stride.FIELD.pose(seed).numbers
    changes = []
    for pixel in range(28):
        below = conv2d(line(28, pixel), tall(n["first"]), stride=(n["stride"], 1))
        changes.append(bool(conv2d(below, tall(n["second"]))[0, 0, 0, 0]))
    (changing,) = np.nonzero(changes)
    assert changing[-1] - changing[0] + 1 == n["answer"]


@pytest.mark.parametrize("seed", range(20))
def test_a_stride_saves_what_the_map_loses(seed):
    n = stride.COST.pose(seed).numbers
    side = side_of(28, n["kernel"], stride=n["stride"], padding="same")
    assert side == n["side"]
    assert side**2 * n["kernel"] ** 2 * n["filters"] == n["answer"] == n["before"] // n["squared"]


@pytest.mark.parametrize("seed", range(10))
def test_as_many_pixels_as_same_takes_keep_28(seed):
    n = padding.KEEP.pose(seed).numbers
    assert side_of(28, n["kernel"], padding=n["pixels"]) == side_of(28, n["kernel"], padding="same") == 28
    assert side_of(28, n["kernel"], padding=n["pixels"] + 1) == 30
