"""The patterns are the pictures that their names say, at every size."""

import numpy as np
import pytest

from cnnplay.errors import PictureError
from cnnplay.inputs.patterns import PATTERNS, line


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 28, 64, 256])
def test_a_pattern_is_a_picture_at_every_size(pattern, size):
    picture = pattern.make(size)
    assert picture.shape == (size, size, 1)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 1
    assert size < 5 or (picture.min() < 0.1 and picture.max() > 0.9)
    assert pattern.title
    assert pattern.description


@pytest.mark.parametrize("size", [0, -1, 257, 2.5, True, None, "9"])
@pytest.mark.parametrize("name", PATTERNS)
def test_a_size_out_of_bounds_is_refused(name, size):
    with pytest.raises(PictureError, match=r"1 to 256 pixels wide, not "):
        PATTERNS[name].make(size)


@pytest.mark.parametrize("size", [5, 8, 28])
@pytest.mark.parametrize("width", [1, 1.5, 3])
def test_a_horizontal_line_is_as_wide_as_asked(size, width):
    picture = line(0, size, width)
    np.testing.assert_allclose(picture.sum(axis=0), width, atol=1e-6)
    assert (picture == picture[:, :1]).all()


@pytest.mark.parametrize("size", [3, 8, 28])
@pytest.mark.parametrize("angle", [0, 12.5, 30, 45, 90, 135, 170])
def test_a_line_turns_anticlockwise_about_the_middle(size, angle):
    np.testing.assert_allclose(line(angle + 90, size), np.rot90(line(angle, size)), atol=1e-6)
    np.testing.assert_allclose(line(angle + 180, size), line(angle, size), atol=1e-6)
    np.testing.assert_allclose(line(180 - angle, size), line(angle, size)[:, ::-1], atol=1e-6)


def test_a_rising_line_rises_to_the_right():
    assert PATTERNS["rising-line"].make(9)[0, -1] == PATTERNS["rising-line"].make(9)[-1, 0] == 1
    assert PATTERNS["falling-line"].make(9)[0, 0] == PATTERNS["falling-line"].make(9)[-1, -1] == 1
    steep = line(60, 21)
    assert steep[0, 16] > 0.5  # 10 up and 10 / tan 60° = 5.8 to the right
    assert steep[0, 4] == 0


def test_edges_dot_cross_gradient_and_checkerboard_are_what_their_names_say():
    make = {name: pattern.make(6)[..., 0] for name, pattern in PATTERNS.items()}
    assert make["horizontal-edge"].mean(axis=1).tolist() == [1, 1, 1, 0, 0, 0]
    assert make["vertical-edge"].mean(axis=0).tolist() == [1, 1, 1, 0, 0, 0]
    assert np.argwhere(make["dot"]).tolist() == [[2, 2]]
    assert make["checkerboard"][:2, :3].tolist() == [[0, 1, 0], [1, 0, 1]]
    np.testing.assert_allclose(make["gradient"][3], np.arange(6) / 5, atol=1e-6)
    np.testing.assert_allclose(make["cross"], make["cross"].T, atol=1e-6)


def test_stripes_become_finer_to_the_right():
    row = PATTERNS["stripes"].make(64)[0, :, 0]
    crossings = np.flatnonzero(np.diff(row > 0.5))
    assert len(crossings) > 10
    assert np.diff(crossings)[0] > 3 * np.diff(crossings)[-1]
    np.testing.assert_allclose(np.diff(crossings)[-3:], 1)
