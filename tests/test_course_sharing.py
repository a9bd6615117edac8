"""Sparse connections and shared weights: the counts, taken from the arrays of a real network's weights."""

import pytest

from cnnplay.course.sharing import CONNECTIONS, DENSE, EXACTLY, IN_COLOUR, PARAMETERS, PLACES
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights

SEEDS = range(10)


def count(net, shape=(28, 28, 1)):
    return sum(array.size for array in initial_weights(Architecture.parse(net, shape), 0).values())


@pytest.mark.parametrize("seed", SEEDS)
def test_parameters_are_the_numbers_of_all_weights(seed):
    n = DENSE.pose(seed).numbers
    assert count(f"flatten-dense{n['units']}") == n["answer"]
    n = PARAMETERS.pose(seed).numbers
    assert count(f"conv{n['filters']}k{n['kernel']}") == n["answer"]
    n = IN_COLOUR.pose(seed).numbers
    assert count(f"conv{n['filters']}k{n['kernel']}", (28, 28, 3)) == n["answer"]
    task = EXACTLY.pose(seed)
    assert count(task.solution.split("-")[0]) == task.numbers["wanted"] < count(task.before.split("-")[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_neuron_reads_its_window_and_its_map_has_a_neuron_a_place(seed):
    n = CONNECTIONS.pose(seed).numbers
    kernel = initial_weights(Architecture.parse(f"conv1k{n['kernel']}", (28, 28, 3)), 0)["conv1/kernel"]
    assert kernel.size == n["answer"]
    n = PLACES.pose(seed).numbers
    assert sum(1 for _ in range(28 - n["kernel"] + 1) for _ in range(28 - n["kernel"] + 1)) == n["answer"]


def test_six_filters_of_2_by_2_in_colour_have_78_parameters_and_the_page_shows_them():
    assert count("conv6k2", (28, 28, 3)) == 78
    network = Architecture.parse(IN_COLOUR.pose(0).start.parameters["net"])
    assert next(row for row in network.table() if row.layer == "conv2").parameters == 78
