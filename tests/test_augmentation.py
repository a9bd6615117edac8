"""Variants of images are what their settings say, beside NumPy's own ways to move an image."""

from dataclasses import fields, replace

import numpy as np
import pytest

from cnnplay.bounds import bounds
from cnnplay.data.augmentation import CHANGES, Augmentation, augmented, examples, moved
from cnnplay.data.datasets import DATASETS, mnist
from cnnplay.errors import SettingsError

NOTHING = Augmentation(shift=0, turn=0, stroke=0.0, noise=0)
DIGITS = mnist().train.images[:7]


def coloured() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (3, 32, 32, 3), np.uint8)


def blank_border() -> np.ndarray:
    """A picture with an odd blot in its middle, float32 [28 28 1]."""
    image = np.zeros((28, 28, 1), np.float32)
    image[9:19, 9:19, 0] = np.random.default_rng(1).integers(0, 256, (10, 10))
    return image


@pytest.mark.parametrize("images", [DIGITS, coloured()], ids=["grey", "colour"])
def test_with_every_change_at_0_variants_are_the_images_in_turn(images):
    variants = augmented(images, NOTHING, 17, seed=3)
    np.testing.assert_array_equal(variants, images[np.arange(17) % len(images)])
    assert variants.dtype == np.uint8


def test_a_stroke_has_no_width_in_colour():
    np.testing.assert_array_equal(augmented(coloured(), replace(NOTHING, stroke=1.0), 3, seed=0), coloured())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3])
def test_a_quarter_turn_is_numpys(channels, quarters):
    image = np.random.default_rng(2).integers(0, 256, (28, 28, channels)).astype(np.float32)
    turned = moved(image[None], np.array([90.0 * quarters]), np.zeros(1), np.zeros(1))[0]
    np.testing.assert_allclose(turned, np.rot90(image, quarters), atol=1e-3)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (3, 0), (0, -4), (-6, 6), (9, 9)])
def test_a_shift_is_numpys_roll_where_the_border_is_blank(down, right):
    shifted = moved(blank_border()[None], np.zeros(1), np.array([down]), np.array([right]))[0]
    np.testing.assert_allclose(shifted, np.roll(blank_border(), (down, right), (0, 1)), atol=1e-3)


def test_black_comes_into_a_grey_image_and_the_edge_goes_on_in_colour():
    grey = np.full((1, 28, 28, 1), 200, np.float32)
    shifted = moved(grey, np.zeros(1), np.array([3]), np.array([0]))[0]
    assert (shifted[:3] == 0).all() and (shifted[3:] == 200).all()
    colour = coloured()[:1].astype(np.float32)
    shifted = moved(colour, np.zeros(1), np.array([0]), np.array([-5]))[0]
    np.testing.assert_allclose(shifted[:, :27], colour[0, :, 5:], atol=1e-3)
    np.testing.assert_allclose(shifted[:, 27:], np.repeat(colour[0, :, -1:], 5, axis=1), atol=1e-3)


@pytest.mark.parametrize("most", [1, 6])
def test_a_variant_is_shifted_by_whole_pixels_and_all_shifts_occur(most):
    image = blank_border().astype(np.uint8)
    variants = examples(image, Augmentation(shift=most), "shift", seed=0, count=4000)
    steps = range(-most, most + 1)
    rolled = {np.roll(image, (down, right), (0, 1)).tobytes() for down in steps for right in steps}
    assert {variant.tobytes() for variant in variants} == rolled


def test_variants_are_turned_by_at_most_the_angle_and_either_way():
    line = np.zeros((28, 28, 1), np.uint8)
    line[13:15, 2:26] = 255
    rows, columns = np.mgrid[:28, :28] - 13.5
    angles = []
    for variant in examples(line, Augmentation(turn=30), "turn", seed=1, count=200)[..., 0].astype(float):
        # The axis of the line, from the second moments of its ink.
        xx, yy, xy = ((variant * part).sum() for part in (columns**2, rows**2, rows * columns))
        angles.append(np.rad2deg(0.5 * np.arctan2(-2 * xy, xx - yy)))
    assert 25 < max(angles) < 30.5 and -30.5 < min(angles) < -25
    assert abs(np.mean(angles)) < 3  # uniform: the standard error is 30 / √3 / √200 = 1.2


def test_strokes_become_thicker_and_thinner_with_the_setting_and_never_vanish():
    def spread(stroke: float) -> np.ndarray:
        """The ink of each variant, as a share of that of its image."""
        variants = augmented(DIGITS, replace(NOTHING, stroke=stroke), 210, seed=4)
        return variants.sum((1, 2, 3)) / DIGITS[np.arange(210) % 7].sum((1, 2, 3))

    shares = np.array([spread(stroke) for stroke in (0.0, 0.25, 0.5, 0.75, 1.0)])
    assert (shares[0] == 1).all()
    thicker = shares[-1] > 1
    assert 60 < thicker.sum() < 150
    assert (np.diff(shares[:, thicker], axis=0) > 0).all()
    assert (np.diff(shares[:, ~thicker], axis=0) <= 0).all() and (shares[-1, ~thicker] < 1).all()
    assert shares.min() > 0.3


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7])
def test_a_bar_grows_by_the_pixel_on_each_side_and_loses_it_where_it_can(width):
    bar = np.zeros((28, 28, 1), np.uint8)
    bar[:, 10 : 10 + width] = 255
    variants = examples(bar, Augmentation(stroke=1.0), "stroke", seed=0, count=300)
    widths = variants[:, 14].sum((1, 2)) / 255
    thinnest = width - 2 if width > 2 else width
    assert widths.max() == pytest.approx(width + 2, abs=0.05)
    assert widths.min() == pytest.approx(thinnest, abs=0.05)


@pytest.mark.parametrize("most", [1, 64])
def test_noise_is_within_its_bound_even_and_without_a_mean(most):
    grey = np.full((28, 28, 1), 128, np.uint8)
    difference = examples(grey, Augmentation(noise=most), "noise", seed=0, count=50).astype(int) - 128
    assert difference.min() == -most and difference.max() == most
    assert abs(difference.mean()) < 4 * most / np.sqrt(difference.size)
    assert difference.std() == pytest.approx(np.sqrt(((2 * most + 1) ** 2 - 1) / 12), rel=0.02)


@pytest.mark.parametrize("images", [DIGITS, coloured()], ids=["grey", "colour"])
@pytest.mark.parametrize("augmentation", [Augmentation(), replace(NOTHING, noise=3), replace(NOTHING, turn=45)])
def test_fewer_variants_are_the_beginning_of_more(images, augmentation):
    many = augmented(images, augmentation, 1203, seed=8)
    for fewer in (0, 1, 499, 500, 501, 1000, 1202):
        np.testing.assert_array_equal(augmented(images, augmentation, fewer, seed=8), many[:fewer])
    assert not np.array_equal(augmented(images, augmentation, 1203, seed=9), many)


def test_a_change_is_the_same_beside_others():
    """Turning an image does not shift it elsewhere: every change has its own random numbers."""
    image = blank_border().astype(np.uint8)
    alone = examples(image, Augmentation(shift=3), "shift", seed=0)
    beside = augmented(image[None], replace(NOTHING, shift=3, turn=1, noise=1), 9, seed=0)
    rows = np.arange(28)
    for one, other in zip(alone[..., 0], beside[..., 0], strict=True):
        middles = [(rows * image.sum(1)).sum() / image.sum() for image in (one.astype(float), other.astype(float))]
        assert middles[0] == pytest.approx(middles[1], abs=0.4)


def test_the_images_stay_as_they_are():
    before = DIGITS.copy()
    augmented(DIGITS, Augmentation(), 50, seed=0)
    np.testing.assert_array_equal(DIGITS, before)


def test_no_variants_of_no_images():
    assert augmented(DIGITS[:0], Augmentation(), 0, seed=0).shape == (0, 28, 28, 1)


def test_examples_show_each_change_by_itself():
    shapes = DATASETS["forms"].load().train.images[0]
    for name in CHANGES:
        shown = examples(DIGITS[0], Augmentation(), name, seed=0)
        assert shown.shape == (9, 28, 28, 1)
        assert not (shown == DIGITS[0]).all()
        assert examples(shapes, Augmentation(), name, seed=0).shape == (9, 32, 32, 3)
    settings = {entry.name for entry in fields(Augmentation)}
    assert set(CHANGES) == settings - {"count", "on"}


@pytest.mark.parametrize("name", ["shift", "turn", "stroke", "noise", "count"])
def test_a_setting_out_of_its_bounds_is_refused_with_the_nearest_as_remedy(name):
    low, high = bounds(Augmentation, name)
    assert Augmentation(**{name: low}) and Augmentation(**{name: high})
    for wrong, near in ((low - 1, low), (high + 1, high)):
        with pytest.raises(SettingsError, match=name) as caught:
            Augmentation(**{name: wrong})
        assert caught.value.remedies[0].change == {name: near}
    for wrong in (float("nan"), "2", None, True):
        with pytest.raises(SettingsError, match=name):
            Augmentation(**{name: wrong})
    with pytest.raises(SettingsError, match="on or off"):
        Augmentation(on=1)
