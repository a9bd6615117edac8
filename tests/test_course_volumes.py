"""Images are volumes: its claims, counted another way."""

import numpy as np
import pytest

from cnnplay.course.volumes import COUNT, LAYER, NEIGHBOURS
from cnnplay.inspection.activations import activations
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.ops.reference import conv2d

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_image_has_as_many_numbers_as_its_array(seed):
    task = COUNT.pose(seed)
    assert np.zeros((task.numbers["rows"], task.numbers["columns"], 3)).size == task.solution


@pytest.mark.parametrize("seed", SEEDS)
def test_a_layer_puts_out_as_many_numbers_as_its_array(seed):
    task = LAYER.pose(seed)
    size, filters = task.numbers["size"], task.numbers["filters"]
    maps = conv2d(np.zeros((1, size, size, 3)), np.zeros((3, 3, 3, filters)), padding="same")
    assert maps.size == task.solution


def test_flatten_puts_the_pixel_below_a_row_of_places_later():
    task = NEIGHBOURS.pose(0)
    rows, columns = task.numbers["rows"], task.numbers["columns"]
    network = Architecture.parse("flatten-dense10", (rows, columns, 1))
    image = np.arange(rows * columns, dtype=np.float32).reshape(1, rows, columns, 1)
    flat = activations(network, initial_weights(network, 0), image)["flatten"][0].tolist()
    assert flat.index(image[0, 3, 2, 0]) - flat.index(image[0, 2, 2, 0]) == task.solution
