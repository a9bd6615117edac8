"""Kernels find what they are said to find, and nothing but a kernel comes in from outside."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from cnnplay.inputs.patterns import PATTERNS, line
from cnnplay.labs.kernels import (
    KERNELS,
    MOST_SIZE,
    KernelError,
    bank,
    check_filter,
    check_kernel,
    name_of,
    negated,
    oriented,
    random_kernel,
    resized,
    rotated,
)
from cnnplay.ops import reference

LINES = ("horizontal-line", "vertical-line", "rising-line", "falling-line")
NOISE = np.random.default_rng(0).random((9, 11)).astype(np.float32)


def respond(picture, kernel, padding="valid"):
    """The feature map [oh ow] of a grey picture [h w] under a kernel [k k]."""
    return reference.conv2d(picture[None, ..., None], kernel[..., None, None], padding=padding)[0, ..., 0]


def picture(name, size=13):
    return PATTERNS[name].make(size)[..., 0]


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
def test_a_named_kernel_is_square_odd_and_described(kernel):
    assert kernel.array.dtype == np.float32
    rows, columns = kernel.array.shape
    assert rows == columns
    assert rows % 2 == 1
    assert kernel.finds.endswith(".")


def test_no_two_kernels_share_title_or_weights():
    assert len({kernel.title for kernel in KERNELS.values()}) == len(KERNELS)
    assert len({kernel.array.tobytes() for kernel in KERNELS.values()}) == len(KERNELS)


def test_the_array_is_a_copy():
    KERNELS["blur"].array[:] = 7
    assert KERNELS["blur"].array.max() < 1


def test_identity_changes_nothing():
    np.testing.assert_array_equal(respond(NOISE, KERNELS["identity"].array, "same"), NOISE)


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("brightness", [0.25, 1.0])
def test_a_flat_area_gives_its_brightness_times_the_sum_of_the_weights(name, brightness):
    answer = respond(np.full((7, 7), brightness), KERNELS[name].array)
    np.testing.assert_allclose(answer, brightness * np.sum(KERNELS[name].weights), atol=1e-6)


FINDING = ("Positive", "Responds", "Finds")  # what the description of a kernel that looks for something begins with


@pytest.mark.parametrize("name", [name for name, kernel in KERNELS.items() if kernel.finds.startswith(FINDING)])
def test_a_kernel_that_looks_for_something_gives_0_on_flat_areas(name):
    assert np.sum(KERNELS[name].weights) == pytest.approx(0)


def test_the_other_kernels_keep_the_brightness_or_take_all_of_it():
    assert {round(float(np.sum(kernel.weights)), 6) for kernel in KERNELS.values()} == {0, 1}


@pytest.mark.parametrize("size", [9, 13, 28])
@pytest.mark.parametrize("name", LINES)
def test_a_line_kernel_responds_most_to_its_own_line(name, size):
    answers = {pattern: respond(picture(pattern, size), KERNELS[name].array).max() for pattern in LINES}
    assert max(answers, key=answers.get) == name


@pytest.mark.parametrize("size", [9, 13, 28])
@pytest.mark.parametrize("pattern", LINES)
def test_a_line_gives_its_own_kernel_the_largest_response(pattern, size):
    answers = {name: respond(picture(pattern, size), KERNELS[name].array).max() for name in LINES}
    assert max(answers, key=answers.get) == pattern


STEPS = np.arange(12) - 5.5
RIGHT, DOWN = STEPS[None, :], STEPS[:, None]


@pytest.mark.parametrize(
    ("name", "bright"),
    [
        ("horizontal-edge", DOWN < 0 * RIGHT),
        ("vertical-edge", RIGHT < 0 * DOWN),
        ("rising-edge", RIGHT + DOWN < 0),  # above left
        ("falling-edge", RIGHT - DOWN < 0),  # below left
        ("sobel-x", RIGHT > 0 * DOWN),
        ("sobel-y", DOWN > 0 * RIGHT),
    ],
)
def test_an_edge_is_positive_on_the_described_side_and_negative_on_the_other(name, bright):
    kernel = KERNELS[name].array
    there, back = (respond(half.astype(np.float32), kernel) for half in (bright, ~bright))
    assert (there.min(), back.max()) == (0, 0)
    assert there.max() == -back.min() == np.maximum(kernel, 0).sum()


def test_the_edge_patterns_are_those_of_the_edge_kernels():
    for name in ("horizontal-edge", "vertical-edge"):
        assert respond(picture(name), KERNELS[name].array).min() == 0
        assert respond(picture(name), KERNELS[name].array).max() == 3


def test_a_dot_shows_the_kernel_turned_upside_down():
    for kernel in KERNELS.values():
        size = len(kernel.array)
        answer = respond(picture("dot", 2 * size - 1), kernel.array)
        np.testing.assert_array_equal(answer, kernel.array[::-1, ::-1])


def test_the_laplacian_is_negative_on_a_bright_dot_and_positive_on_a_dark_one():
    dot = picture("dot", 5)
    assert respond(dot, KERNELS["laplacian"].array)[1, 1] == -4
    assert respond(1 - dot, KERNELS["laplacian"].array)[1, 1] == 4


def test_sharpening_subtracts_the_laplacian():
    kernels = {name: KERNELS[name].array for name in ("sharpen", "identity", "laplacian")}
    np.testing.assert_array_equal(kernels["sharpen"], kernels["identity"] - kernels["laplacian"])


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("sobel-x", lambda image: ndimage.sobel(image, axis=1)),
        ("sobel-y", lambda image: ndimage.sobel(image, axis=0)),
        ("horizontal-edge", lambda image: -ndimage.prewitt(image, axis=0)),
        ("vertical-edge", lambda image: -ndimage.prewitt(image, axis=1)),
        ("laplacian", ndimage.laplace),
        ("blur", lambda image: ndimage.uniform_filter(image, 3)),
    ],
)
def test_named_kernels_equal_scipys_filters(name, other):
    ours = respond(NOISE, KERNELS[name].array)
    np.testing.assert_allclose(ours, other(NOISE.astype(np.float64))[1:-1, 1:-1], atol=1e-6)


@pytest.mark.parametrize("name", KERNELS)
def test_a_named_kernel_is_recognised_by_its_weights(name):
    assert name_of(KERNELS[name].array) == name
    assert name_of(KERNELS[name].array[..., None]) == name
    assert name_of(KERNELS[name].array + 0.01) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (3, 3, 3), (4, 4), (11, 11)])
def test_other_weights_have_no_name(shape):
    assert name_of(np.full(shape, 0.5, np.float32)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("horizontal-line", "vertical-line"),
        ("rising-line", "falling-line"),
        ("horizontal-edge", "vertical-edge"),
        ("rising-edge", "falling-edge"),
        ("blur", "blur"),
    ],
)
def test_a_quarter_turn_turns_one_named_kernel_into_another(before, after):
    assert name_of(rotated(KERNELS[before].array)) == after


def test_a_quarter_turn_is_anticlockwise_and_four_are_none():
    kernel = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    assert rotated(kernel)[..., 0].tolist() == [[3, 9], [0, 6]]
    turned = rotated(rotated(rotated(rotated(kernel))))
    np.testing.assert_array_equal(turned, kernel)
    assert rotated(kernel).base is None


@settings(deadline=None)
@given(st.integers(1, 5), st.integers(0, 10**6))
def test_a_turned_kernel_responds_to_a_turned_picture_as_before(size, seed):
    kernel = random_kernel(size, seed)
    np.testing.assert_allclose(respond(np.rot90(NOISE), rotated(kernel)), np.rot90(respond(NOISE, kernel)), atol=1e-12)


def test_a_negated_kernel_negates_the_response_and_has_no_minus_zero():
    kernel = KERNELS["sobel-x"].array
    np.testing.assert_array_equal(respond(NOISE, negated(kernel)), -respond(NOISE, kernel))
    np.testing.assert_array_equal(negated(negated(kernel)), kernel)
    assert not np.signbit(negated(kernel)[:, 1]).any()
    assert negated(kernel).dtype == np.float32


A, B, C, D, E, F, G, H, J = range(1, 10)


@pytest.mark.parametrize(
    ("before", "size", "after"),
    [
        ([[A, B, C], [D, E, F], [G, H, J]], 1, [[E]]),
        ([[A, B, C], [D, E, F], [G, H, J]], 2, [[E, F], [H, J]]),
        ([[A, B, C], [D, E, F], [G, H, J]], 3, [[A, B, C], [D, E, F], [G, H, J]]),
        ([[A, B, C], [D, E, F], [G, H, J]], 4, [[A, B, C, 0], [D, E, F, 0], [G, H, J, 0], [0, 0, 0, 0]]),
        ([[A, B], [C, D]], 1, [[A]]),
        ([[A, B], [C, D]], 3, [[0, 0, 0], [0, A, B], [0, C, D]]),
        ([[A, B], [C, D]], 4, [[0, 0, 0, 0], [0, A, B, 0], [0, C, D, 0], [0, 0, 0, 0]]),
        ([[A]], 2, [[A, 0], [0, 0]]),
        ([[A]], 3, [[0, 0, 0], [0, A, 0], [0, 0, 0]]),
    ],
)
def test_resizing_keeps_the_middle(before, size, after):
    assert resized(np.array(before, np.float32), size).tolist() == after


@pytest.mark.parametrize("size", range(1, MOST_SIZE + 1))
def test_a_larger_kernel_computes_the_same_and_can_be_cut_back(size):
    for kernel in (random_kernel(size, 1), np.arange(size * size * 3, dtype=np.float32).reshape(size, size, 3)):
        for larger in range(size, MOST_SIZE + 1):
            wide = resized(kernel, larger)
            assert wide.shape == (larger, larger, *kernel.shape[2:])
            np.testing.assert_array_equal(resized(wide, size), kernel)
    wide = resized(random_kernel(size, 1), MOST_SIZE)
    np.testing.assert_allclose(respond(NOISE, wide, "same"), respond(NOISE, random_kernel(size, 1), "same"), atol=1e-12)


@pytest.mark.parametrize("size", range(1, MOST_SIZE + 1))
def test_the_identity_of_every_size_changes_nothing(size):
    np.testing.assert_array_equal(respond(NOISE, resized(KERNELS["identity"].array, size), "same"), NOISE)


@pytest.mark.parametrize("size", [0, -1, 12, 2.5, True, None, "3"])
@pytest.mark.parametrize(
    "make",
    [lambda size: resized(NOISE[:3, :3], size), lambda size: random_kernel(size, 0), lambda size: oriented(0, size)],
)
def test_a_size_out_of_bounds_is_refused(make, size):
    with pytest.raises(KernelError, match=r"to 11 weights wide, not "):
        make(size)


@settings(deadline=None)
@given(st.integers(1, MOST_SIZE), st.integers(0, 2**32))
def test_a_random_kernel_has_two_decimals_and_is_deterministic_for_a_seed(size, seed):
    kernel = random_kernel(size, seed)
    np.testing.assert_array_equal(kernel, random_kernel(size, seed))
    assert kernel.shape == (size, size)
    assert kernel.dtype == np.float32
    assert np.abs(kernel).max() < 2
    hundredths = np.float64(kernel) * 100
    np.testing.assert_allclose(hundredths, hundredths.round(), atol=1e-5)
    assert size == 1 or hundredths.round().sum() == 0


def test_another_seed_is_another_kernel():
    assert len({random_kernel(3, seed).tobytes() for seed in range(50)}) == 50


@pytest.mark.parametrize("size", range(3, MOST_SIZE + 1))
@pytest.mark.parametrize("angle", [0, 10, 45, 77.7, 90, 135, 179, -30, 400])
def test_line_detectors_can_be_compared(size, angle):
    kernel = oriented(angle, size).astype(np.float64)
    assert abs(kernel.sum()) < 1e-6
    assert math.isclose(np.linalg.norm(kernel), 1, abs_tol=1e-6)
    np.testing.assert_allclose(oriented(angle + 90, size), rotated(kernel), atol=1e-6)
    np.testing.assert_allclose(oriented(angle + 180, size), kernel, atol=1e-6)


@pytest.mark.parametrize(("angle", "name"), [*zip((0, 90, 45, 135), LINES, strict=True)])
def test_a_line_detector_looks_like_the_line_kernel_of_its_angle(angle, name):
    by_hand = KERNELS[name].array / np.linalg.norm(KERNELS[name].array)
    assert (oriented(angle, 3) * by_hand).sum() > (0.999 if angle % 90 == 0 else 0.95)
    np.testing.assert_array_equal(oriented(angle, 3) > 0, by_hand > 0)


@pytest.mark.parametrize("size", [5, 7, 11])
def test_no_line_detector_responds_more_to_a_line_than_its_own(size):
    for angle in range(0, 180, 15):
        middle = {other: (line(angle, size) * oriented(other, size)).sum() for other in range(0, 180, 15)}
        assert max(middle, key=middle.get) == angle


def strongest(kernels, image):
    """For each kernel its largest answer anywhere."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernels.shape[1:])
    return np.einsum("ijuv,fuv->fij", windows, kernels, optimize=True).max((1, 2))


@pytest.mark.parametrize(
    ("count", "size"), [(4, 3), (4, 4), (4, 5), (8, 5), (8, 6), (8, 7), (12, 7), (12, 9), (6, 11), (12, 11)]
)
def test_the_strongest_filter_of_a_bank_is_the_one_nearest_to_the_line(count, size):
    angles, kernels = bank(count, size)
    assert kernels.shape == (count, size, size)
    for angle in range(180):
        away = np.abs((angle - angles + 90) % 180 - 90)
        nearest, next_nearest = np.sort(away)[:2]
        if next_nearest - nearest > 0.2 * 180 / count:  # otherwise the line is midway between two filters
            assert strongest(kernels, line(angle, 28)).argmax() == away.argmin(), angle


def test_the_angles_of_a_bank_are_spread_over_half_a_turn():
    assert bank(4, 5)[0].tolist() == [0, 45, 90, 135]


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ([[1]], (1, 1)),
        ([[1, -2.5], (0, 1000)], (2, 2)),
        ([[[1, 2, 3]]], (1, 1, 3)),
        ([[[1], [2]], [[3], [4]]], (2, 2, 1)),
        (np.ones((11, 11, 3), np.float32), (11, 11, 3)),
        (KERNELS["gauss"].array, (5, 5)),
    ],
)
def test_rows_of_numbers_are_a_kernel(values, shape):
    kernel = check_kernel(values)
    assert kernel.dtype == np.float32
    assert kernel.shape == shape
    np.testing.assert_array_equal(kernel, np.array(values, np.float32))


DEEP = []
for _ in range(5000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (None, "not None"),
        ("3x3", "not '3x3'"),
        (3, "not a whole number"),
        ({"0": [1]}, "not a dict"),
        ([], "not 0"),
        ([[]], "not 0"),
        ([[1, 2], [3]], "square"),
        ([[1, 2]], "square"),
        ([[1] * 12] * 12, "not 12"),
        ([[1] * 10**6], "not 1000000"),
        ([1, 2], "A row of a kernel is a list"),
        ([[1, [2]], [3, 4]], "not a list"),
        ([[[1], 2], [3, 4]], "A pixel of a kernel is a list"),
        ([[[1], [2, 3]], [[4], [5]]], "not 1 here and 2 there"),
        ([[[1, 2, 3, 4]]], "not 4"),
        ([[[[1]]]], "not a list"),
        (DEEP, "not a list"),
        ([["1"]], "not '1'"),
        ([["<script>" * 1000]], "not '<script><script><scr'"),
        ([[None]], "not None"),
        ([[True]], "not True"),
        ([[math.nan]], "not nan"),
        ([[-math.inf]], "not -inf"),
        ([[1000.001]], "not 1000.001"),
        ([[1001]], "not a whole number"),
        ([[10**5000]], "not a whole number"),
        ([[1j]], "not a complex"),
        (np.array(1.0), "not 1.0"),
        (np.ones((2, 2), bool), "not True"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 50 else "",
)
def test_anything_else_is_refused_in_one_sentence(values, words):
    with pytest.raises(KernelError) as caught:
        check_kernel(values)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 120


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
FLAT = PLAIN | st.lists(PLAIN, max_size=4) | st.dictionaries(st.text(max_size=3), PLAIN, max_size=2)
JSON = FLAT | st.lists(st.lists(FLAT, max_size=4), max_size=4)


@settings(deadline=None)
@given(JSON | st.lists(st.lists(JSON, min_size=2, max_size=2), min_size=2, max_size=2))
def test_any_value_is_a_kernel_or_refused(values):
    try:
        kernel = check_kernel(values)
    except KernelError:
        return
    assert kernel.ndim in (2, 3)
    assert kernel.shape[0] == kernel.shape[1] <= MOST_SIZE
    assert np.abs(kernel).max() <= 1000


def test_a_checked_filter_has_exactly_the_shape_asked_for():
    typed = np.random.default_rng(0).normal(size=(4, 3, 5)).round(3)
    np.testing.assert_allclose(check_filter(typed.tolist(), (3, 5, 4)), np.moveaxis(typed, 0, -1), atol=1e-6)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "x",
        [],
        [[[1, 2]]],
        [[[1, 2], [3, 4]], [[1, 2], [3, 4]]],
        [[[1, 2], [3]]],
        [[[1, "2"], [3, 4]]],
        [[[1, float("nan")], [3, 4]]],
        [[[1, 1e9], [3, 4]]],
        [[[1, True], [3, 4]]],
        [[1, 2, 3, 4]],
    ],
)
def test_a_forged_filter_is_refused_in_a_sentence(forged):
    with pytest.raises(KernelError, match=r"\.$"):
        check_filter(forged, (2, 2, 1))
