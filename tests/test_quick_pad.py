"""Drawings kept on the quick pad: what a browser sends is read exactly, or refused in a sentence."""

import json
from base64 import b64decode, b64encode
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnnplay.errors import PlaygroundError
from cnnplay.inputs.handwriting import INK
from cnnplay.ui.components.packing import packed_image, planes
from cnnplay.ui.components.quick_pad import (
    LARGEST_ID,
    MOST_AT_ONCE,
    Kept,
    Thumbnail,
    quick_pad,
    read_kept,
    read_number,
)
from tests.hostile import JSON, VALUES, assert_a_sentence
from tests.pages.driving import drawn

NOW = 1_800_000_000_000  # milliseconds: how browsers number drawings


def drawing(seed: int) -> np.ndarray:
    """Bytes as a pad has them."""
    return np.random.default_rng(seed).integers(0, 256, INK, dtype=np.uint8)


def sent(number: int, label: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": NOW + number, "label": label, "drawing": b64encode(drawing(number)).decode()} | more


def test_drawings_are_read_as_they_were_drawn():
    message = json.dumps([sent(1, 2), sent(5, 0)])
    kept = read_kept(message, classes=3)
    assert [(one.id, one.label) for one in kept] == [(NOW + 1, 2), (NOW + 5, 0)]
    for one, number in zip(kept, (1, 5), strict=True):
        assert one.ink.dtype == np.float32
        np.testing.assert_array_equal(np.rint(one.ink * 255), drawing(number))


def test_a_script_run_without_a_message_has_no_drawings():
    assert read_kept(None, 3) == []
    assert read_number(None) is None


@pytest.mark.parametrize(
    "message",
    [
        [],
        {},
        [[]],
        [sent(1) | {"more": 1}],
        [{"id": NOW, "label": 0}],
        [sent(1, label=3)],
        [sent(1, label=-1)],
        [sent(1, label=1.0)],
        [sent(1, label=True)],
        [sent(1, label="0")],
        [sent(1, id=0)],
        [sent(1, id=-5)],
        [sent(1, id=LARGEST_ID + 1)],
        [sent(1, id=float("nan"))],
        [sent(1, id=True)],
        [sent(1, drawing="")],
        [sent(1, drawing=None)],
        [sent(1, drawing="A" * 9407)],
        [sent(1, drawing="A" * 9408)],  # no ink
        [sent(1, drawing="é" * 9408)],
        [sent(1), sent(1)],
        [sent(2), sent(1)],
        [sent(number) for number in range(MOST_AT_ONCE + 1)],
    ],
    ids=lambda message: ascii(message)[:40],
)
def test_a_message_that_no_pad_sends_is_refused_in_a_sentence(message):
    with pytest.raises(PlaygroundError) as refused:
        read_kept(json.dumps(message), classes=3)
    assert_a_sentence(str(refused.value))


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "null", "[1e999]", '{"a":' * 50_000, "x" * 10_000_000])
def test_a_text_that_is_no_message_is_refused_in_a_sentence(text):
    with pytest.raises(PlaygroundError) as refused:
        read_kept(text, classes=3)
    assert_a_sentence(str(refused.value))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_hostile_values_are_refused_in_a_sentence(value):
    assert_read_or_refused(value)


@settings(deadline=None, max_examples=400)
@given(JSON)
def test_a_value_of_any_type_is_read_or_refused(value):
    assert_read_or_refused(value)
    assert_read_or_refused(json.dumps(value))
    assert_read_or_refused(json.dumps([value]))


@settings(deadline=None, max_examples=200)
@given(st.fixed_dictionaries({"id": JSON, "label": JSON, "drawing": JSON | st.just(sent(1)["drawing"])}))
def test_drawings_with_any_fields_are_read_or_refused(one):
    assert_read_or_refused(json.dumps([one]))


def assert_read_or_refused(value: Any) -> None:
    try:
        kept = read_kept(value, 3)
    except PlaygroundError as error:
        assert_a_sentence(str(error))
    else:
        assert all(isinstance(one, Kept) and 0 <= one.label < 3 and one.ink.shape == INK for one in kept)
    try:
        number = read_number(value)
    except PlaygroundError as error:
        assert_a_sentence(str(error))
    else:
        assert number is None or 0 <= number <= LARGEST_ID


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"classes": [], "counts": []}, "0 classes"),
        ({"counts": [1]}, "2 classes, 1 counts"),
        ({"chosen": 2}, "from 0 to 1, not 2"),
        ({"kept": [Thumbnail(1, -1, np.zeros((28, 28, 1), np.uint8))]}, "not -1"),
        ({"kept": [Thumbnail(1, 0, np.zeros((28, 28), np.uint8))]}, r"\[28, 28\]"),
        ({"kept": [Thumbnail(1, 0, np.zeros((28, 28, 2), np.uint8))]}, r"\[28, 28, 2\]"),
    ],
)
def test_a_pad_that_cannot_be_drawn_says_why(change, message):
    usual = {"alt": "", "key": "k", "classes": ["a", "b"], "counts": [0, 0], "chosen": 0, "on_keep": lambda: None}
    with pytest.raises(ValueError, match=message):
        quick_pad(**(usual | change))


def page_with_a_pad(images):
    from cnnplay.ui.components.quick_pad import Thumbnail, quick_pad

    quick_pad(
        alt="Draw",
        key="pad",
        classes=["circle", "<b>square</b>"],
        counts=[0, 2],
        chosen=1,
        on_keep=lambda: None,
        taken=12,
        kept=[Thumbnail(11, 1, images[0]), Thumbnail(12, 1, images[1], held_out=True)],
    )


def test_the_pad_receives_what_python_has():
    images = np.random.default_rng(1).integers(0, 256, (2, 5, 4, 3), dtype=np.uint8)
    app = AppTest.from_function(page_with_a_pad, kwargs={"images": images}).run()
    assert not app.exception
    (data,) = drawn(app, "quick_pad")
    assert (data["classes"], data["counts"], data["chosen"]) == (["circle", "<b>square</b>"], [0, 2], 1)
    assert data["taken"] == 12
    assert [(one["number"], one["held_out"]) for one in data["kept"]] == [(11, False), (12, True)]
    for one, image in zip(data["kept"], images, strict=True):
        sent_pixels = np.frombuffer(b64decode(one["image"]["pixels"]), np.uint8)
        np.testing.assert_array_equal(sent_pixels.reshape(one["image"]["shape"]), image)


def test_an_image_is_sent_with_the_channels_of_a_pixel_beside_each_other():
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    assert packed_image(image) == {"pixels": b64encode(bytes(range(18))).decode(), "shape": [2, 3, 3]}
    assert packed_image(image / np.float32(255)) == packed_image(image)


def test_an_image_of_three_channels_is_sent_as_three_planes_and_a_grey_one_as_one():
    colour = np.zeros((2, 3, 3))
    colour[1, 2] = [0.1, 0.2, 0.3]
    red, green, blue = planes(colour, 3)
    assert [plane[1][2] for plane in (red, green, blue)] == [0.1, 0.2, 0.3]
    assert np.shape(red) == (2, 3)
    assert planes(colour[..., 1:2], 3) == green
