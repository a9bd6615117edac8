"""The data that the labs' components receive: what the player shows agrees with what the networks compute."""

import json
from functools import reduce

import numpy as np
import pytest

from cnnplay.labs import demonstrations
from cnnplay.labs.kernels import bank
from cnnplay.labs.signals import SIGNALS, STEP
from cnnplay.network.layers import Convolution
from cnnplay.ops.arithmetic import windows
from cnnplay.ops.registry import POOLS
from cnnplay.ui.components.maps import maps
from cnnplay.ui.components.payloads.labs import connections_data, overlap_data, shift_data, turning_data
from cnnplay.ui.components.payloads.pictures import picture
from cnnplay.ui.components.payloads.slides import convolution_slide, largest_answer, pooling_slide, windows_slide
from tests.oracles import random_convolution


def read_window(slide, values, row, column):
    """What the player reads under the window of an output cell, padding as None: [tap row][tap column]."""
    rows, columns = slide["rows"], slide["columns"]
    top, left = rows["starts"][row], columns["starts"][column]
    inside = range(rows["size"]), range(columns["size"])
    return [
        [
            values[top + down][left + right] if top + down in inside[0] and left + right in inside[1] else None
            for right in columns["taps"]
        ]
        for down in rows["taps"]
    ]


@pytest.mark.parametrize("seed", range(60))
def test_the_products_that_the_player_shows_add_up_to_the_feature_map(seed):
    images, kernel, settings = random_convolution(seed)
    axes = windows(kernel.shape[:2], **settings)
    image, kernel, bias = images[0], kernel[..., 0], 0.25
    made, active = demonstrations.feature_map(image, kernel, axes, bias, "relu")
    slide = convolution_slide(image, kernel, axes, {"Feature map": made, "After ReLU": active}, bias=bias)
    slide = json.loads(json.dumps(slide))  # as the browser receives it
    assert [len(slide[axis]["starts"]) for axis in ("rows", "columns")] == list(made.shape)
    for row, column in np.ndindex(made.shape):
        total = slide["bias"]
        for pixels, weights in zip(slide["image"]["values"], slide["kernel"], strict=True):
            under = read_window(slide, pixels, row, column)
            total += sum(
                (pixel or 0) * w for pair in zip(under, weights, strict=True) for pixel, w in zip(*pair, strict=True)
            )
        assert total == pytest.approx(slide["outputs"][0]["values"][row][column], abs=1e-4)
        assert max(total, 0) == pytest.approx(slide["outputs"][1]["values"][row][column], abs=1e-4)


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize(
    ("size", "stride", "padding"), [(2, 2, "valid"), (3, 1, "same"), (3, 2, 1), ((2, 3), (1, 2), "valid")]
)
def test_the_window_that_the_player_shows_pools_to_its_output(kind, size, stride, padding):
    values = np.random.default_rng(2).normal(size=(7, 9))
    axes = windows(size, stride, padding)
    made = demonstrations.pooled(values[None, ..., None], axes)[kind][0, ..., 0]
    slide = pooling_slide(values, axes, kind, "Pooled", made, scale="signed", reach=3.0)
    combine, mean = getattr(np, POOLS[kind].combine), POOLS[kind].mean
    for row, column in np.ndindex(made.shape):
        under = [
            n for line in read_window(slide, slide["image"]["values"][0], row, column) for n in line if n is not None
        ]
        joined = reduce(combine, under) / (len(under) if mean else 1)
        assert joined == pytest.approx(slide["outputs"][0]["values"][row][column], abs=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same", "full", 2, (0, 3)])
@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation"), [(8, 3, 1, 1), (9, 3, 2, 1), (12, 2, 5, 3), (5, 1, 1, 1)]
)
def test_how_often_a_cell_is_read_is_how_many_windows_hold_it(padding, size, kernel, stride, dilation):
    axes = windows(kernel, stride, padding, dilation)
    rows = windows_slide(axes, (size, size + 1))["rows"]
    counts = [0] * (rows["before"] + size + rows["after"])
    for start in rows["starts"]:
        for tap in rows["taps"]:
            counts[rows["before"] + start + tap] += 1
    assert rows["reads"] == counts


def test_no_feature_map_leaves_the_scale_of_its_kernel():
    for seed in range(30):
        generator = np.random.default_rng(seed)
        kernel, bias = generator.normal(size=(3, 3, 1)), float(generator.normal())
        made, _ = demonstrations.feature_map(generator.random((9, 9, 1)), kernel, windows(3), bias)
        assert np.abs(made).max() <= largest_answer(kernel, bias) + 1e-5
    ones = demonstrations.feature_map(np.ones((3, 3, 1)), np.ones((3, 3, 1)), windows(3))[0]
    assert ones.max() == pytest.approx(largest_answer(np.ones((3, 3, 1))))


def test_the_shifts_of_two_functions_are_whole_steps_and_one_for_each_value():
    f, g = SIGNALS["long"], SIGNALS["ramp"]
    data = overlap_data(f, g, demonstrations.overlaps(f.samples, g.samples, STEP))
    steps = np.array(data["shifts"]) / STEP
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-4)
    moved = np.interp(np.array(data["x"]) - 1.5, data["x"], data["g"], left=0, right=0)  # g moved to 1.5
    at = int(np.argmin(np.abs(np.array(data["shifts"]) - 1.5)))
    assert data["results"]["cross-correlation"][at] == pytest.approx(
        STEP * (np.array(data["f"]) * moved).sum(), abs=0.03
    )


def test_a_turning_line_has_a_response_for_each_filter_and_angle():
    angles, kernels = bank(6, 7)
    turns, pictures = demonstrations.turning_line(7)
    data = turning_data(angles, kernels, turns, pictures, demonstrations.responses(kernels, pictures))
    assert np.shape(data["responses"]) == (6, len(data["angles"])) == (6, len(data["lines"]))
    index = data["angles"].index(60)
    for row, answer in zip(data["filters"], np.array(data["responses"])[:, index], strict=True):
        assert (np.array(row["kernel"]) * data["lines"][index]).sum() == pytest.approx(answer, abs=1e-4)


def test_connections_are_counted_as_a_dense_layer_and_a_convolution_count_them():
    layer = Convolution(6, (2, 2))
    data = connections_data(np.zeros((28, 28, 1)), layer)
    assert data["dense"] == {"units": 27 * 27 * 6, "weights_each": 784, "weights": 27 * 27 * 6 * 784}
    assert data["convolution"]["weights_each"] == 4
    assert data["convolution"]["weights"] + layer.filters == layer.parameters((28, 28, 1))


def test_each_stage_has_a_map_and_a_share_for_each_place():
    images = demonstrations.shifted(np.random.default_rng(1).random((6, 6, 1)), 1)
    stack = np.stack(list(images.values()))[..., 0]
    data = shift_data(1, images, {"one": (stack, demonstrations.share_kept(stack[4], stack, 0.1))}, 0.1)
    assert set(data["images"]) == set(data["stages"][0]["values"]) == set(data["stages"][0]["unchanged"])
    assert data["stages"][0]["unchanged"]["0,0"] == 1
    np.testing.assert_allclose(data["stages"][0]["values"]["-1,1"], images[-1, 1][..., 0], atol=1e-3)


def test_a_picture_takes_one_channel_or_three():
    assert np.shape(picture("a", "", np.zeros((4, 5)))["values"]) == (4, 5)
    assert np.shape(picture("a", "", np.zeros((4, 5, 1)))["values"]) == (4, 5)
    assert np.shape(picture("a", "", np.zeros((4, 5, 3)))["values"]) == (3, 4, 5)


def test_a_row_of_pictures_with_an_unknown_key_is_refused():
    row = {"title": "Filters", "text": "as they are", "pictures": [picture("a", "", np.zeros((2, 2)))]}
    with pytest.raises(ValueError, match=r"row 'Filters': there is no \['text'\]"):
        maps([row], alt="", key="maps")
