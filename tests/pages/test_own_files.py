"""Files and photos on the page Your data: what is in them, what is wrong with them, and where their pictures go."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnplay.data.own import OwnData
from cnnplay.engine.engine import shared_engine
from cnnplay.state.labs import DataTabs
from cnnplay.ui.own_data.files import Adding
from cnnplay.ui.uploads import Uploads

from .driving import choose, drawn, opened, press, put, session_of, words_of

NUMBERS = np.random.default_rng(7)
IMAGES, LABELS = NUMBERS.integers(0, 256, (12, 28, 28), np.uint8), np.arange(12) % 3


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def zipped(**folders: list[np.ndarray]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, pictures in folders.items():
            for number, picture in enumerate(pictures):
                archive.writestr(f"{name}/{number}.png", png(picture))
    return file.getvalue()


def csv() -> bytes:
    rows = [",".join(map(str, [f"class {label}", *image.ravel()])) for label, image in zip(LABELS, IMAGES, strict=True)]
    return "\n".join(rows).encode()


KERAS = npz(x_train=IMAGES[:8], y_train=LABELS[:8], x_test=IMAGES[8:], y_test=LABELS[8:])
COLOURS = zipped(cat=list(NUMBERS.integers(0, 256, (5, 40, 60, 3), np.uint8)), dog=[np.full((9, 9, 3), 200, np.uint8)])


def with_file(data: bytes, name: str) -> AppTest:
    app = choose(opened("data.py"), DataTabs("file"))
    app.file_uploader[0].upload(name, data, "application/octet-stream").run()
    assert not app.exception
    return app


def own_data(app: AppTest) -> OwnData:
    own = shared_engine().data_of(session_of(app).visit)
    assert own is not None
    return own


@pytest.mark.parametrize(
    ("data", "name", "classes", "shape", "held_out"),
    [
        (KERAS, "digits.npz", ("0", "1", "2"), (28, 28, 1), 4),
        (csv(), "digits.csv", ("class 0", "class 1", "class 2"), (28, 28, 1), 3),
        (COLOURS, "pets.zip", ("cat", "dog"), (32, 32, 3), 1),
    ],
    ids=["npz", "csv", "zip"],
)
def test_a_file_shows_what_is_in_it_and_a_button_opens_it(
    data: bytes, name: str, classes: tuple[str, ...], shape: tuple[int, ...], held_out: int
) -> None:
    app = with_file(data, name)
    assert f"{len(classes)} classes: {', '.join(classes)}" in words_of(app)
    first = next(part for part in drawn(app, "maps") if part["key"] == "own_given")
    assert [picture["title"] for picture in first["rows"][0]["pictures"]] == list(classes)
    press(app, "Open it")
    assert not [part for part in drawn(app, "maps") if part["key"] == "own_given"]  # the place is empty again
    assert "own" not in session_of(app).states[Uploads].read  # and no second copy stays
    own = own_data(app)
    assert own.classes == classes
    assert own.images.shape[1:] == shape
    assert int(own.held_out.sum()) == held_out


def test_a_second_file_takes_the_place_of_the_first_or_adds_to_it() -> None:
    app = with_file(KERAS, "digits.npz")
    press(app, "Open it")
    app.file_uploader[0].upload("more.csv", csv(), "text/csv").run()
    press(app, "Add its pictures")
    assert own_data(app).classes == ("0", "1", "2", "class 0", "class 1", "class 2")
    assert len(own_data(app).labels) == 24
    app.file_uploader[0].upload("digits.npz", KERAS, "application/octet-stream").run()
    press(app, "Open it in place of what is here")
    assert own_data(app).classes == ("0", "1", "2")
    assert len(own_data(app).labels) == 12
    next(button for button in app.button if button.key == "own_undo").click().run()
    assert len(own_data(app).labels) == 24


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (KERAS[: len(KERAS) // 2], "half.npz", "half.npz: "),
        (b"", "empty.csv", "empty.csv: "),
        (b"label,1,2,3\na,1,2\n", "short.csv", "short.csv: "),
        (npz(x_train=IMAGES.astype(float) * np.nan, y_train=LABELS), "nan.npz", "nan.npz: "),
        (npz(x_train=IMAGES), "unlabelled.npz", "unlabelled.npz: "),
        (zipped(), "nothing.zip", "nothing.zip: "),
    ],
    ids=lambda part: part if isinstance(part, str) and "." in part else "",
)
def test_a_broken_file_is_refused_in_a_sentence_and_changes_nothing(data: bytes, name: str, says: str) -> None:
    app = with_file(data, name)
    assert str(app.error[0].value).replace("\\", "").startswith(says)
    assert str(app.error[0].value).endswith(".")
    assert shared_engine().data_of(session_of(app).visit) is None


def test_photos_are_shown_step_by_step_and_added_to_the_class_that_is_chosen() -> None:
    app = press(opened("data.py"), "Tick or cross")
    choose(app, DataTabs("photos"))
    pictures = [png(NUMBERS.integers(0, 256, (50, 70, 3), np.uint8)) for _ in range(3)]
    app.file_uploader[0].upload("a.png", pictures[0], "image/png").run()
    steps = next(part for part in drawn(app, "maps") if part["key"] == "own_steps")
    assert [step["title"] for step in steps["rows"][0]["pictures"]] == ["Taken", "Square", "Scaled", "Grey"]
    press(app, "Add 1 picture to “tick”")
    assert [count.both for count in own_data(app).counts] == [1, 0]
    assert not [part for part in drawn(app, "maps") if part["key"] == "own_steps"]  # ready for the next ones


def test_a_photo_of_a_drawing_becomes_one_like_those_of_the_pad() -> None:
    app = press(opened("data.py"), "Tick or cross")
    choose(app, DataTabs("photos"), Adding(paper=True))
    paper = np.full((90, 90), 235, np.uint8)
    paper[20:70, 42:48] = 20
    app.file_uploader[0].upload("line.png", png(paper), "image/png").run()
    press(app, "Add 1 picture to “tick”")
    (image,) = own_data(app).images
    assert image.max() == 255 and image[0].max() == 0  # white ink on black paper, centred, 20 pixels long
    rows = np.flatnonzero(image[..., 0].max(1))
    assert rows[-1] - rows[0] + 1 == 20


def test_in_colour_a_photo_keeps_its_colours_and_what_is_there_is_converted() -> None:
    app = press(opened("data.py"), "Tick or cross")
    images = NUMBERS.integers(0, 256, (4, 28, 28, 1), np.uint8)
    shared_engine().keep_data(session_of(app).visit, own_data(app).added(0, images))
    app.run()
    put(app, "own_colour", "colour, 32 × 32")
    assert own_data(app).images.shape == (4, 32, 32, 3)
    choose(app, DataTabs("photos"))
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 250
    app.file_uploader[0].upload("red.png", png(red), "image/png").run()
    press(app, "Add 1 picture to “tick”")
    assert own_data(app).images[-1].reshape(-1, 3).mean(0).tolist() == [250, 0, 0]
