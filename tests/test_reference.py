"""The plain loops against the definition, written in another way: NumPy's strided views and a search of all places."""

import numpy as np
import pytest
import scipy.signal

from cnnplay.ops import reference
from cnnplay.ops.arithmetic import Window, windows, windows_on
from tests.oracles import brute_windows


@pytest.mark.parametrize("size", [5, 8, 28])
@pytest.mark.parametrize(
    "window", [Window(3), Window(2, 2), Window(3, 2, "same"), Window(3, 1, "full", 2), Window(5, 3, (2, 0))]
)
def test_windows_stand_where_a_search_of_all_places_finds_them(size, window):
    before, after = window.pads(size)
    found = windows_on(size, window.kernel, window.stride, before, after, window.dilation)
    starts = brute_windows(size, before, after, window.kernel, window.stride, window.dilation)
    assert [list(pixels) for pixels in found] == [
        [start + window.dilation * tap for tap in range(window.kernel)] for start in starts
    ]
    assert found == window.pixels(size)


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5)])
def test_slide_and_convolve_are_the_cross_correlation_of_scipy(shape):
    random = np.random.default_rng(0)
    image, kernel = random.normal(size=(9, 8)), random.normal(size=shape)
    expected = scipy.signal.correlate2d(image, kernel, mode="valid")
    np.testing.assert_allclose(reference.slide(image, kernel), expected, atol=1e-12)
    made = reference.convolve(image[..., None], kernel[..., None, None])
    np.testing.assert_allclose(made[..., 0], expected, atol=1e-12)


@pytest.mark.parametrize("kind", ["max", "mean", "min"])
@pytest.mark.parametrize(("window", "stride", "padding"), [(2, 2, "valid"), (3, 2, "same"), ((2, 3), (1, 2), 1)])
def test_pooling_leaves_padding_out_as_numpys_functions_leave_out_nan(kind, window, stride, padding):
    values = np.random.default_rng(0).normal(size=(2, 9, 8, 3))
    rows, columns = windows(window, stride, padding)
    padded = np.pad(values, ((0, 0), rows.pads(9), columns.pads(8), (0, 0)), constant_values=np.nan)
    views = np.lib.stride_tricks.sliding_window_view(padded, (rows.kernel, columns.kernel), (1, 2))
    expected = getattr(np, f"nan{kind}")(views[:, :: rows.stride, :: columns.stride], axis=(-2, -1))
    np.testing.assert_allclose(reference.pool2d(values, kind, window, stride, padding), expected)
    function = getattr(np, kind)
    pads = [rows.pads(9), columns.pads(8)]
    made = reference.pool(
        values[0, ..., 0], function, [rows.kernel, columns.kernel], [rows.stride, columns.stride], pads
    )
    np.testing.assert_allclose(made, expected[0, ..., 0])
