"""The live part of the page Training: what its pictures hold, where scales end, and when the page is drawn again."""

from base64 import b64decode

import numpy as np
import pytest

from cnnplay.ui.components.packing import packed, packed_with_gaps
from cnnplay.ui.training.live import RESULTS_EVERY, Page
from cnnplay.ui.training.network_now import _slices, _spread, round_up


def bytes_of(text):
    return list(b64decode(text))


def test_a_byte_stands_for_a_number_and_zero_for_no_pixel():
    assert bytes_of(packed(np.array([[0.0, 0.5, 1.0, 2.0]]), "grey", 1.0)) == [0, 128, 255, 255]
    assert bytes_of(packed(np.array([[-9.0, -1.0, 0.0, 1.0]]), "signed", 1.0)) == [1, 1, 128, 255]
    assert bytes_of(packed_with_gaps(np.array([[np.nan, -2.0, 0.0, 2.0]]), 2.0)) == [0, 1, 128, 255]


@pytest.mark.parametrize("shape", [(2, 2, 1, 6), (3, 3, 4, 5), (3, 5, 7, 2), (1, 1, 3, 1)])
def test_every_slice_of_a_filter_is_in_its_picture_once_with_gaps_between(shape):
    rows, columns, channels, filters = shape
    kernels = np.arange(1, 1 + np.prod(shape), dtype=np.float32).reshape(shape)
    pictures = _slices(kernels)
    assert len(pictures) == filters
    for index, picture in enumerate(pictures):
        numbers = np.sort(picture[np.isfinite(picture)])
        np.testing.assert_array_equal(numbers, np.sort(kernels[..., index].ravel()))
        np.testing.assert_array_equal(picture[:rows, :columns], kernels[:, :, 0, index])
    if channels == 1:
        assert np.isfinite(pictures).all()
    else:
        assert np.isnan(pictures[:, :, columns]).all()


@pytest.mark.parametrize(
    ("value", "end"), [(0, 1), (0.2, 0.2), (0.21, 0.3), (0.55, 0.7), (1, 1), (1.2, 1.5), (8, 10), (13, 15), (104, 150)]
)
def test_a_scale_ends_at_the_next_round_number(value, end):
    assert round_up(value) == pytest.approx(end)


def test_of_many_epochs_an_even_choice_is_shown_with_the_first_and_the_last():
    assert list(_spread(range(11))) == list(range(11))
    chosen = list(_spread(range(51)))
    assert (chosen[0], chosen[-1], len(chosen)) == (0, 50, 24)
    assert set(np.diff(chosen)) <= {2, 3}


def test_the_page_is_drawn_again_when_its_run_changes_but_not_after_each_of_many_short_epochs():
    shown = Page((1, "running", False), 3, 100.0)
    assert not shown.is_old(Page(shown.state, 3, 200.0))
    assert not shown.is_old(Page(shown.state, 4, 100.0 + RESULTS_EVERY / 2))
    assert shown.is_old(Page(shown.state, 4, 100.0 + RESULTS_EVERY))
    assert shown.is_old(Page((1, "finished", False), 3, 100.0))
