"""What the labs show, against plain loops, NumPy's own functions and finite differences."""

import numpy as np
import pytest

from cnnplay.errors import ShapeError
from cnnplay.inputs.patterns import line
from cnnplay.labs import demonstrations, kernels
from cnnplay.labs.signals import GRID, SIGNALS, STEP
from cnnplay.ops import reference
from cnnplay.ops.arithmetic import windows
from cnnplay.ops.registry import POOLS
from tests.oracles import random_convolution

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_feature_map_equals_the_plain_loops(seed):
    images, kernel, settings = random_convolution(seed)
    axes = windows(kernel.shape[:2], **settings)
    bias = np.linspace(-1, 1, kernel.shape[3])
    maps, active = demonstrations.feature_maps(images, kernel, axes, bias, "relu")
    expected = reference.conv2d(images, kernel, **settings) + bias
    np.testing.assert_allclose(maps, expected, atol=1e-4)
    np.testing.assert_allclose(active, np.maximum(expected, 0), atol=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_contributions_of_the_channels_add_up_to_the_feature_map_without_its_bias(seed):
    images, kernel, settings = random_convolution(seed)
    axes = windows(kernel.shape[:2], **settings)
    whole, _ = demonstrations.feature_map(images[0], kernel[..., 0], axes, bias=0.5)
    shares = demonstrations.channel_contributions(images[0], kernel[..., 0], axes)
    assert len(shares) == images.shape[-1]
    np.testing.assert_allclose(shares.sum(0) + 0.5, whole, atol=1e-4)


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="does not fit into 4 pixels"):
        demonstrations.feature_map(np.zeros((4, 4, 1)), np.zeros((5, 5, 1)), windows(5))


@pytest.mark.parametrize("f", SIGNALS)
@pytest.mark.parametrize("g", SIGNALS)
def test_overlaps_equal_numpys_correlate_and_convolve(f, g):
    f, g = SIGNALS[f].samples, SIGNALS[g].samples
    made = demonstrations.overlaps(f, g, STEP)
    np.testing.assert_allclose(made["convolution"], STEP * np.convolve(f, g), atol=1e-4)
    np.testing.assert_allclose(made["cross-correlation"], STEP * np.correlate(f, g, "full"), atol=1e-4)


def test_a_box_over_a_box_is_a_triangle_whose_top_is_the_area_of_the_box():
    box = SIGNALS["box"].samples
    made = demonstrations.overlaps(box, box, STEP)["cross-correlation"]
    assert made.argmax() == len(GRID) - 1  # no shift
    assert made.max() == pytest.approx(2, abs=STEP)
    np.testing.assert_allclose(made, made[::-1], atol=1e-4)


def test_flipping_a_symmetric_function_changes_nothing():
    f, bell, ramp = (SIGNALS[name].samples for name in ("long", "bell", "ramp"))
    for g, alike in ((bell, True), (ramp, False)):
        made = demonstrations.overlaps(f, g, STEP)
        assert np.allclose(made["convolution"], made["cross-correlation"], atol=1e-4) is alike


def test_minus_and_plus_responds_at_the_ends_of_a_box_alone():
    made = demonstrations.overlaps(SIGNALS["long"].samples, SIGNALS["difference"].samples, STEP)["cross-correlation"]
    shifts = STEP * (np.arange(len(made)) - (len(GRID) - 1))
    near = (np.abs(shifts) < 0.4) | (np.abs(shifts - 3) < 0.4)
    np.testing.assert_allclose(made[~near], 0, atol=1e-6)
    assert made[np.abs(shifts) < 0.1].max() > 0.2
    assert made[np.abs(shifts - 3) < 0.1].min() < -0.2


def test_between_two_of_four_filters_each_response_is_less_than_half():
    angles, bank = kernels.bank(4, 7)
    turns, pictures = demonstrations.turning_line(7)
    answers = demonstrations.responses(bank, pictures)
    between, own = (
        answers[:, turns == 24][:, 0],
        np.array([answers[f, turns == angle][0] for f, angle in enumerate(angles)]),
    )
    assert (between[:2] < own[:2] / 2).all()
    assert set(np.argsort(-between)[:2]) == {0, 1}


def test_signals_are_sampled_evenly_with_a_sample_at_zero():
    np.testing.assert_allclose(np.diff(GRID), STEP)
    assert GRID[len(GRID) // 2] == 0
    assert all(row.samples.shape == GRID.shape and np.isfinite(row.samples).all() for row in SIGNALS.values())


def test_a_response_is_the_sum_of_the_products():
    generator = np.random.default_rng(1)
    bank, pictures = generator.normal(size=(4, 5, 5)), generator.normal(size=(6, 5, 5))
    np.testing.assert_allclose(
        demonstrations.responses(bank, pictures), np.einsum("fuv,nuv->fn", bank, pictures), atol=1e-4
    )


@pytest.mark.parametrize(("count", "size"), [(4, 5), (4, 7), (8, 7), (8, 9), (12, 11)])
def test_the_filter_nearest_to_a_lines_angle_responds_most(count, size):
    angles, bank = kernels.bank(count, size)
    turns, pictures = demonstrations.turning_line(size)
    answers = demonstrations.responses(bank, pictures)
    away = np.abs((turns[None] - angles[:, None] + 90) % 180 - 90)
    clear = np.sort(away, 0)[1] - np.sort(away, 0)[0] > 180 / count / 3  # not half way between two filters
    assert clear.sum() > len(turns) / 2
    np.testing.assert_array_equal(answers.argmax(0)[clear], away.argmin(0)[clear])


@pytest.mark.parametrize("angle", [0, 45, 90, 135])
def test_along_a_line_its_own_filter_is_strongest_and_on_empty_paper_none(angle):
    angles, bank = kernels.bank(4, 7)
    answers = demonstrations.response_maps(line(angle, 28)[..., None], bank)
    everywhere = np.ones((28, 28), bool)
    winner = demonstrations.strongest_filters(answers, everywhere, 0.35)
    assert (demonstrations.strongest_filters(answers, ~everywhere, 0.35) == -1).all()
    assert angles[winner[14, 14]] == angle
    values, counts = np.unique(winner[winner >= 0], return_counts=True)
    assert angles[values[counts.argmax()]] == angle
    assert winner[[0, 6], [6, 0]].max() == -1 or angle == 45
    assert (demonstrations.strongest_filters(np.zeros((28, 28, 4)), everywhere, 0.35) == -1).all()


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize(("size", "stride", "padding"), [(2, 2, "valid"), (2, 1, "valid"), (3, 2, "same"), (3, 2, 1)])
def test_pooling_and_its_gradient(kind, size, stride, padding):
    values = np.random.default_rng(3).permutation(36).reshape(6, 6).astype(float)
    axes = windows(size, stride, padding)

    def total(changed):
        return reference.pool2d(changed[None, ..., None], kind, size, stride, padding).sum()

    np.testing.assert_allclose(
        demonstrations.pooled(values[None, ..., None], axes)[kind],
        reference.pool2d(values[None, ..., None], kind, size, stride, padding),
        rtol=1e-5,
    )
    gradients = np.zeros_like(values)
    for place in np.ndindex(*values.shape):
        step = np.zeros_like(values)
        step[place] = 0.25  # less than half of the distance between two values: no other wins
        gradients[place] = (total(values + step) - total(values - step)) / 0.5
    np.testing.assert_allclose(demonstrations.pooling_gradients(values, axes)[kind], gradients, atol=1e-4)


def test_a_kernel_for_colours_responds_to_their_mean_as_it_does_to_grey():
    generator = np.random.default_rng(5)
    image, kernel = generator.random((9, 9, 3)), generator.normal(size=(3, 3, 1))
    grey, _ = demonstrations.feature_map(image.mean(-1, keepdims=True), kernel, windows(3))
    colour, _ = demonstrations.feature_map(image, demonstrations.for_channels(kernel, 3), windows(3))
    np.testing.assert_allclose(colour, grey, atol=1e-5)
    assert demonstrations.for_channels(kernel, 1) is kernel


def test_a_shifted_image_is_filled_with_black():
    image = np.zeros((7, 7, 1))
    image[3, 3] = 1
    moved = demonstrations.shifted(image, 2)
    assert len(moved) == 25
    for (down, right), picture in moved.items():
        assert np.argwhere(picture[..., 0]).tolist() == [[3 + down, 3 + right]]
    edge = np.ones((4, 4, 1))
    assert demonstrations.shifted(edge, 1)[1, 0][0].sum() == 0


def test_the_feature_map_shifts_with_the_image():
    image = np.pad(np.random.default_rng(6).random((8, 8, 1)), ((4, 4), (4, 4), (0, 0)))
    kernel = np.random.default_rng(7).normal(size=(3, 3, 1))
    moved = demonstrations.shifted(image, 2)
    here, there = (demonstrations.feature_map(moved[place], kernel, windows(3))[0] for place in ((0, 0), (2, -1)))
    np.testing.assert_allclose(there[2:, :-1], here[:-2, 1:], atol=1e-5)


def test_pooling_keeps_more_of_a_feature_that_shifts_inside_its_window():
    before = np.zeros((8, 8))
    before[::2, ::2] = 1  # at the top left of every window: a move by a pixel stays inside
    after = np.roll(before, 1, axis=1)
    kept = demonstrations.share_kept(before, np.stack([before, after]), 0.1)
    np.testing.assert_allclose(kept, [1, 0])
    pooled = demonstrations.pooled(np.stack([before, after])[..., None], windows(2, 2))["max"][..., 0]
    np.testing.assert_allclose(demonstrations.share_kept(pooled[0], pooled, 0.1), [1, 1])


def test_an_empty_background_does_not_count_as_kept():
    before, after = np.zeros((4, 4)), np.zeros((4, 4))
    before[0, 0] = after[3, 3] = 1
    np.testing.assert_allclose(demonstrations.share_kept(before, np.stack([before, after]), 0.1), [1, 0])
