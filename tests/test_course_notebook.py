"""What the chapter on the notebook's network claims, counted on the weights of the network itself."""

import numpy as np
import pytest

from cnnplay.course import EXERCISES
from cnnplay.course.notebook import VARIANT
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.parsing import DEFAULT

SEEDS = range(8)
PARAMETERS = {"notebook-convolution": "conv1", "notebook-dense": "dense1", "notebook-total": ""}


def test_the_notebook_s_own_numbers():
    rows = {row.layer: row for row in Architecture.parse(DEFAULT).table()}
    assert [rows[name].parameters for name in ("conv1", "max1", "flatten", "dense1")] == [30, 0, 0, 10_150]
    shapes = [rows[name].output_shape for name in ("conv1", "max1", "flatten", "dense1")]
    assert shapes == [(27, 27, 6), (13, 13, 6), (1014,), (10,)]
    assert rows["max1"].receptive_field == (3, 3)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_parameters_are_the_numbers_of_the_weights(name):
    for seed in SEEDS:
        task = EXERCISES[name].pose(seed)
        weights = initial_weights(Architecture.parse(VARIANT.format_map(task.numbers)))
        assert task.solution == sum(array.size for key, array in weights.items() if key.startswith(PARAMETERS[name]))


def test_each_of_two_layers_is_the_largest_in_some_networks():
    assert {EXERCISES["notebook-most"].pose(seed).solution for seed in range(50)} == {"conv2", "dense1"}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("conv6k2-relu-max2-flatten-dense5", "10 scores"),
        ("conv3k2-relu-max2-flatten-dense10", "with stride 1"),
        ("conv6k2-relu-max2", "10 scores"),
    ],
)
def test_half_the_parameters_by_the_wrong_way(answer, why):
    exercise = EXERCISES["notebook-half"]
    seed = next(s for s in range(1000) if exercise.pose(s).before == DEFAULT)
    found = exercise.check(exercise.pose(seed), answer)
    assert not found.passed and why in found.why


def test_a_field_of_14_is_among_those_that_are_asked_for():
    fields = {EXERCISES["notebook-receptive-field"].pose(seed).numbers["field"] for seed in range(50)}
    assert 14 in fields and min(fields) > 3
    assert np.ptp(list(fields)) > 0
