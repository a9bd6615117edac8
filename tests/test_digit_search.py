"""A request finds its digit, or is refused in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnplay.data.datasets import Split, mnist
from cnnplay.errors import PictureError
from cnnplay.inputs.digit_search import DIGITS, digit, find_digit

LABELS = [7, 2, 1, 0, 4, 7, 1, 4, 9, 7]
SPLIT = Split(np.arange(10, dtype=np.uint8)[:, None, None, None] * np.ones((1, 28, 28, 1), np.uint8), np.uint8(LABELS))


@pytest.mark.parametrize("number", [0, 17, 9_999, np.int64(3)])
def test_a_digit_is_its_image_from_0_to_1(number):
    test = mnist().test
    image = digit(test, number)
    assert image.shape == (28, 28, 1)
    assert image.dtype == np.float32
    np.testing.assert_array_equal((image * 255).round(), test.images[number])


@pytest.mark.parametrize("number", [-1, 10, 10**30, 2.0, True, None, "3"])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(PictureError, match="from #0 to #9") as caught:
        digit(SPLIT, number)
    assert caught.value.remedies[0].change == {"number": 9}


@pytest.mark.parametrize(
    ("text", "current", "number"),
    [
        ("#3", None, 3),
        ("7", None, 0),
        (" 07 ", None, 7),
        ("#4", None, 4),
        ("image 9", 2, 9),
        ("Image #9", 2, 9),
        ("the number 5", None, 5),
        ("seven", None, 0),
        ("SEVEN!", 5, 0),
        ("a seven", 5, 0),
        ("a 7", None, 0),
        ("7s", None, 0),
        ("sevens", None, 0),
        ("digit 4", None, 4),
        ("the digit four", None, 4),
        ("some nines", None, 8),
        ("another seven", None, 0),
        ("another seven", 0, 5),
        ("another  Seven", 5, 9),
        ("another 7", 9, 0),
        ("next seven", 3, 5),
        ("one more seven", 5, 9),
        ("another zero", 3, 3),
        ("another one", 0, 2),
        ("another", 4, 7),
        ("next", None, 0),
        ("the next", 0, 5),
    ],
)
def test_a_request_finds_its_image(text, current, number):
    assert find_digit(SPLIT, text, current) == number


@pytest.mark.parametrize("label", range(10))
def test_every_class_is_found_by_its_word(label):
    test = mnist().test
    for request in (DIGITS[label], f"a {DIGITS[label]}", f"a {label}", f"{label}s"):
        number = find_digit(test, request)
        assert test.labels[number] == label
        assert label not in test.labels[:number]


def test_asking_for_another_seven_shows_all_of_them_once():
    first = current = find_digit(mnist().test, "a seven")
    seen = []
    while not seen or current != first:
        seen.append(current)
        current = find_digit(mnist().test, "another seven", current)
    assert seen == np.flatnonzero(mnist().test.labels == 7).tolist()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10", "no image #10: their numbers go from #0 to #9"),
        ("99,999", "no image #99,999"),
        ("9" * 10_000, "no image #99,999,999"),
        ("", "No image is called “”"),
        ("-1", "No image is called “-1”"),
        ("1.5", "an image's number (#9)"),
        ("1e3", "Type a digit (7)"),
        ("٣", "No image is called"),
        ("eleven", "No image is called “eleven”"),
        ("aseven", "No image is called"),
        ("another cat", "No image is called"),
        ("seven\x00", "\\x00"),
        ("x" * 10_000, "No image is called"),
        ("three", "None of these 10 images shows three"),
        ("another 8", "None of these 10 images shows eight"),
    ],
)
def test_a_request_without_an_answer_is_refused_in_one_sentence(text, words):
    with pytest.raises(PictureError) as caught:
        find_digit(SPLIT, text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 200


@settings(deadline=None)
@given(st.text() | st.from_regex(r"(another |next |a |image )?(seven|[0-9]{1,3})s?", fullmatch=True))
def test_any_text_finds_an_image_or_is_refused(text):
    try:
        number = find_digit(SPLIT, text, 3)
    except PictureError:
        return
    assert 0 <= number < len(SPLIT)
