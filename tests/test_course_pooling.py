"""What the chapter on pooling claims, counted independently."""

import numpy as np
import pytest

from cnnplay.course import EXERCISES
from cnnplay.labs import demonstrations
from cnnplay.network.architecture import Architecture
from cnnplay.ops.arithmetic import windows

SEEDS = range(20)


def tasks(name):
    return [EXERCISES[name].pose(seed) for seed in SEEDS]


@pytest.mark.parametrize(("name", "combine"), [("pooling-max", max), ("pooling-mean", lambda own: sum(own) / 4)])
def test_the_pooled_number_is_that_of_its_four(name, combine):
    for task in tasks(name):
        place, values = task.numbers["place"], task.numbers["values"]
        rows = values[2:] if "lower" in place else values[:2]
        own = [number for row in rows for number in (row[2:] if "right" in place else row[:2])]
        assert task.solution == combine(own)


def test_the_gradient_is_the_number_of_outputs_that_rise():
    for task in tasks("pooling-gradient"):
        gradients = demonstrations.pooling_gradients(np.array(task.numbers["values"], np.float32), windows(2, 1))
        assert gradients["max"][1, 1] == task.solution
        assert np.allclose(gradients["mean"][1, 1], 4 / 4)  # a quarter from each of four windows


def test_a_bright_pixel_is_forgotten_inside_its_window():
    for task in tasks("pooling-shift"):
        size, window = task.numbers["size"], task.numbers["window"]
        assert task.solution == sum(at // window == (at + 1) // window for at in range(size - 1))


def test_the_receptive_field_is_that_of_a_nudged_pixel():
    for task in tasks("pooling-receptive-field"):
        first, window, second = (task.numbers[name] for name in ("first", "window", "second"))
        read = {0}
        read = {at + tap for at in read for tap in range(second)}
        read = {window * at + tap for at in read for tap in range(window)}
        read = {at + tap for at in read for tap in range(first)}
        assert task.solution == len(read)


def test_pooling_leaves_the_convolution_s_parameters():
    for task in tasks("pooling-parameters"):
        network = Architecture.parse("conv{filters}k{kernel}-max{window}".format_map(task.numbers))
        assert [row.parameters for row in network.table()] == [task.solution, 0]
