"""A drawing or photo is preprocessed as MNIST's digits were: scaled to one size and centred by its mass."""

from base64 import b64encode
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from cnnplay.data.datasets import Split, mnist
from cnnplay.inputs.handwriting import INK, STEPS, InkError, drawn_like, on_paper, read_ink, received, strip
from cnnplay.inputs.photo import _large_parts, from_photo, otsu, photo_steps
from cnnplay.network.architecture import Architecture
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer, evaluate

DIGITS = mnist().test.images[:2000].astype(np.float32) / 255
LABELS = mnist().test.labels[:2000]
FEW = DIGITS[:100]
SKIPS = [frozenset(names) for count in range(4) for names in combinations(STEPS, count)]
SIZES = (0.4, 1.4)  # at 1.4 a digit of 20 pixels fills the paper
RULERS = {"column": np.s_[10:70, 40:46], "row": np.s_[40:46, 10:70], "dot": np.s_[40:41, 40:41]}


def ink_of(area):
    """Paper with ink on an area."""
    ink = np.zeros(INK, np.float32)
    ink[area] = 1
    return ink


def extent(image):
    """Bounding box of the ink: (first row, last row + 1), (first column, last column + 1)."""
    rows, columns = image.any(1).nonzero()[0], image.any(0).nonzero()[0]
    return (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)


def scattered(digit, generator, sizes=SIZES):
    """The digit at a random position and scale on the paper."""
    scale = generator.uniform(*sizes)
    zoom, half = scale * INK[0] / 28, INK[0] / 2
    ends = [((first - 14) * zoom, (last - 14) * zoom) for first, last in extent(digit[..., 0])]
    return drawn_like(
        digit, scale, *(-half - first + generator.random() * (2 * half + first - last) for first, last in ends)
    )


def centre(image):
    """The centre of mass (row, column)."""
    return np.array(ndimage.center_of_mass(image.astype(np.float64)))


def test_a_drawing_is_decoded_row_by_row():
    grey = np.arange(84 * 84, dtype=np.uint32).astype(np.uint8).reshape(84, 84)
    ink = read_ink(b64encode(grey.tobytes()).decode())
    assert ink.dtype == np.float32
    np.testing.assert_array_equal(np.round(ink * 255), grey)
    assert ink.max() == 1


LENGTHS = st.sampled_from([0, 1, 84, 84 * 84 - 1, 84 * 84, 84 * 84 + 1])
BASE64 = LENGTHS.flatmap(lambda size: st.binary(min_size=size, max_size=size)).map(
    lambda data: b64encode(data).decode()
)
PLAIN = st.none() | st.booleans() | st.integers() | st.text()
JSON = PLAIN | st.lists(PLAIN | st.lists(PLAIN, max_size=3), max_size=3)
CORRUPT = st.builds(
    lambda corrupt, text: corrupt(text), st.sampled_from([str.lower, "\n{}".format, "é{}".format, "{}=".format]), BASE64
)
FORGED = JSON | st.binary() | BASE64 | CORRUPT


@settings(deadline=None, max_examples=150)
@given(FORGED)
def test_forged_ink_is_decoded_or_refused_with_an_explanation(text):
    try:
        ink = read_ink(text)
    except InkError as error:
        assert str(error).endswith(".")
    else:
        assert ink.shape == INK
        assert ink.dtype == np.float32
        assert ink.min() >= 0
        assert ink.max() <= 1


def test_a_centred_digit_comes_back_unchanged():
    """A digit whose box is 20 pixels long is neither resampled nor moved: it comes back bit for bit."""
    all_digits = mnist().test.images.astype(np.float32) / 255
    longest = np.array([max(last - first for first, last in extent(digit[..., 0])) for digit in all_digits])
    changed = [not np.array_equal(received(digit[..., 0]), digit) for digit in all_digits]
    assert (longest == 20).sum() == 9997
    np.testing.assert_array_equal(changed, longest != 20)


def test_a_shifted_digit_comes_back_centred():
    generator = np.random.default_rng(0)
    for digit in FEW:
        (top, bottom), (left, right) = extent(digit[..., 0])
        shifts = generator.integers((-3 * top, -3 * left), (84 - 3 * bottom + 1, 84 - 3 * right + 1))
        np.testing.assert_array_equal(received(drawn_like(digit, 1, *shifts)), digit)
        np.testing.assert_array_equal(received(np.roll(digit[..., 0], (-top, 28 - right), (0, 1))), digit)


def test_a_scaled_digit_comes_back_almost_unchanged():
    """Up to blurred edges, and one pixel where the centre of mass lies between two.

    For comparison: two handwritten versions of a digit differ by about 0.12 a pixel, at a mean brightness of 0.13.
    """
    generator = np.random.default_rng(0)
    for scale in (0.4, 0.6, 0.85, 1.15, 1.4):
        changes = []
        for digit in FEW:
            copy = received(scattered(digit, generator, (scale, scale)))
            moved = (np.roll(copy, shift, (0, 1)) for shift in product((-1, 0, 1), repeat=2))
            changes.append(min(np.abs(image - digit).mean() for image in moved))
        assert np.mean(changes) < 0.04, scale
        assert max(changes) < 0.06, scale


def test_digits_of_every_size_become_20_pixels_long_with_a_centred_mass():
    generator = np.random.default_rng(1)
    for digit in DIGITS[:500]:
        image = received(scattered(digit, generator, (0.15, 1.4)))[..., 0]
        assert max(last - first for first, last in extent(image)) in (19, 20)  # the faintest edge may round to 0
        assert (np.abs(centre(image) - 14) < 0.55).all()
        assert image.max() >= 254 / 255 - 1e-6


@pytest.mark.parametrize(("name", "sides"), [("column", (20, 2)), ("row", (2, 20)), ("dot", (20, 20))])
def test_proportions_are_kept(name, sides):
    fitted = strip(ink_of(RULERS[name]))[2].image
    assert fitted.shape == sides
    assert received(ink_of(RULERS[name])).max() == 1


def test_a_thin_pen_gives_full_contrast_like_a_thick_one():
    for width in (1, 2, 4, 8):
        assert received(ink_of(np.s_[5:80, 40 : 40 + width])).max() == 1


def test_centring_by_mass_never_pushes_ink_out_of_the_image():
    """A heavy blob with a long thin tail stays whole, at the cost of its centring."""
    ink = ink_of(np.s_[0:14, 0:80])
    ink[:, 40:42] = 1
    fitted, field = (step.image for step in strip(ink, frozenset({"fit"}))[2:4])
    np.testing.assert_allclose(field.sum(), fitted.sum(), rtol=1e-6)


@pytest.mark.parametrize("skip", SKIPS, ids=lambda skip: "-".join(sorted(skip)) or "none")
def test_every_combination_of_steps_gives_an_image(skip):
    generator = np.random.default_rng(0)
    drawings = [*(scattered(digit, generator) for digit in FEW[:20]), *map(ink_of, RULERS.values())]
    odd = [np.ones((1, 300), np.float32), np.ones((300, 1), np.float32), np.ones((5, 7), np.float32), FEW[0, ..., 0]]
    faint = np.full(INK, 1e-30, np.float32)
    for ink in [*drawings, *odd, faint]:
        steps = strip(ink, skip)
        assert [step.name for step in steps] == ["drawn", *STEPS, "grey"]
        assert {step.name for step in steps if not step.on} == skip
        for step in steps:
            assert np.isfinite(step.image).all()
            assert step.image.min() >= 0
            assert step.image.max() <= 1
        image = received(ink, skip)
        assert (image.shape, image.dtype) == ((28, 28, 1), np.float32)
        np.testing.assert_array_equal(np.round(image * 255) / np.float32(255), image)
    with pytest.raises(InkError, match=r"Nothing is drawn yet\."):
        strip(np.zeros(INK, np.float32), skip)


def test_without_any_step_the_paper_is_only_scaled_down():
    for digit in FEW:
        ink = drawn_like(digit, 0.7, 5, -8)
        blocks = ink.reshape(28, 3, 28, 3).mean((1, 3))
        np.testing.assert_allclose(received(ink, frozenset(STEPS))[..., 0], blocks, atol=0.5 / 255 + 1e-6)
        np.testing.assert_array_equal(received(drawn_like(digit), frozenset(STEPS)), digit)


def test_skipping_a_step_has_its_expected_effect():
    ink = drawn_like(FEW[0], 0.5, 15, -15)
    tall = 10  # height of the digit's box, in pixels of the network's input
    (top, bottom), _ = extent(received(ink, frozenset({"fit"}))[..., 0])
    assert bottom - top in (tall, tall + 1)
    (top, bottom), _ = extent(received(ink, frozenset({"crop"}))[..., 0])
    assert bottom - top <= tall * 20 / 28 + 2
    boxes = extent(received(ink, frozenset({"centre"}))[..., 0])
    assert all(abs(first + last - 28) <= 1 for first, last in boxes)


def pen(digit):
    """A digit without soft edges, and its largest part only, since smaller parts count as specks."""
    ink = (drawn_like(digit)).round()
    parts, _ = ndimage.label(ink, np.ones((3, 3)))
    return (ink * (parts == np.bincount(parts[parts > 0]).argmax())).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 3])
def test_photos_of_dark_or_light_ink_give_the_same_drawing(channels):
    for digit in FEW[:20]:
        ink = pen(digit)
        light = np.repeat(ink[..., None], channels, axis=2)
        np.testing.assert_allclose(from_photo(light), ink, atol=1e-6)
        np.testing.assert_allclose(from_photo(1 - light), ink, atol=1e-6)
        assert [step.on for step in photo_steps(1 - light)] == [True] * 5
        assert not photo_steps(light)[1].on


def test_shading_noise_and_specks_are_removed():
    generator = np.random.default_rng(0)
    down, right = np.mgrid[0:84, 0:84] / 84 - 0.5
    for digit in FEW[:20]:
        ink = pen(digit)
        for paper in (0.7 + 0.3 * down, 0.6 + 0.4 * right, 0.85 - 0.6 * (down**2 + right**2)):
            photo = paper * (1 - 0.8 * ink) + generator.normal(0, 0.02, INK)
            photo[1, 1] = photo[80, 3] = 0
            found = from_photo(np.clip(photo, 0, 1).astype(np.float32)[..., None])
            assert ((found > 0.5) == (ink > 0.5)).mean() > 0.995
            assert (found > 0)[ndimage.distance_transform_edt(ink == 0) > 3].sum() == 0


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_an_empty_photo_is_refused_with_an_explanation(grey):
    noise = np.random.default_rng(0).normal(0, 0.01, (40, 50, 1))
    for photo in (np.full((40, 50, 3), grey), np.clip(grey + noise, 0, 1), np.full((1, 1, 1), grey)):
        with pytest.raises(InkError, match="stands out"):
            from_photo(photo.astype(np.float32))


def test_the_threshold_minimizes_the_variance_within_classes():
    """Of all 255 thresholds, Otsu's gives the least variance within the two classes."""
    generator = np.random.default_rng(0)
    pictures = [*generator.random((5, 9, 9)), *(generator.beta(0.4, 0.7, (5, 9, 9))), *FEW[:5, ..., 0]]
    for image in pictures:
        grey = np.round(image * 255)

        def within(threshold, grey=grey):
            parts = grey[grey <= threshold], grey[grey > threshold]
            return sum(part.size * part.var() for part in parts if part.size)

        best = min(within(threshold) for threshold in range(255))
        assert within(otsu(image) * 255) == pytest.approx(best)


@pytest.mark.parametrize("share", [0, 0.1, 0.3, 0.4, 0.5, 1])
def test_connected_parts_equal_those_of_scipy(share):
    generator = np.random.default_rng(0)
    for shape in ((1, 1), (1, 9), (30, 30), (40, 17)):
        mask = generator.random(shape) < share
        parts, _ = ndimage.label(mask, np.ones((3, 3)))
        counts = np.bincount(parts.ravel())
        counts[0] = 0
        np.testing.assert_array_equal(_large_parts(mask), mask & (counts >= counts.max() / 20)[parts])


@pytest.mark.parametrize("shape", [(84, 84), (28, 28), (40, 100), (100, 40), (1, 1)])
def test_ink_of_another_size_is_fitted_to_the_paper(shape):
    ink = on_paper(np.ones(shape, np.float32))
    assert ink.shape == INK
    (top, bottom), (left, right) = extent(ink)
    assert max(bottom - top, right - left) == 84
    assert abs((bottom - top) / (right - left) - shape[0] / shape[1]) < 0.05
    assert max(abs(top + bottom - 84), abs(left + right - 84)) <= 1


@pytest.fixture(scope="module")
def accuracy():
    """A function of images [n 28 28 1]: the accuracy of a trained "Fast 99 %" network."""
    preset = PRESETS["fast99"]
    trainer = Trainer(Architecture.parse(preset.net), TrainConfig(**preset.settings), mnist())
    trainer.advance(trainer.total_steps)
    weights = trainer.weights()

    def of(images):
        split = Split(np.round(images * 255).astype(np.uint8), LABELS)
        return evaluate(trainer.architecture, weights, split).accuracy

    return of


def test_preprocessing_restores_the_accuracy_on_shifted_and_scaled_digits(accuracy):
    generator = np.random.default_rng(0)
    drawings = [scattered(digit, generator) for digit in DIGITS]
    found = {skip: accuracy(np.stack([received(ink, skip) for ink in drawings])) for skip in SKIPS}
    all_steps, no_step = found[frozenset()], found[frozenset(STEPS)]
    assert all_steps > 0.97
    assert all_steps > accuracy(DIGITS) - 0.01
    assert no_step < 0.6
    for step in STEPS:
        assert found[frozenset({step})] < all_steps - 0.01, step
