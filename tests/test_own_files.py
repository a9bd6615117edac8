"""Files with pictures of one's own: what they give, what comes back of what was saved, and what hostile ones say."""

import io
import json
import struct
import zipfile
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnplay.data.augmentation import Augmentation
from cnnplay.data.own import OwnData, own_data
from cnnplay.data.resizing import resized
from cnnplay.errors import DataError, PictureError
from cnnplay.inputs.own_csv import read_csv
from cnnplay.inputs.own_files import read_file
from cnnplay.inputs.own_npz import read_npz
from cnnplay.inputs.own_pictures import picture_steps, read_zip, received
from cnnplay.inputs.uploads import picture_size

MARKUP = "<script>alert(1)</script>"


def pictures(count: int, colour: bool = False, seed: int = 0) -> np.ndarray:
    shape = (32, 32, 3) if colour else (28, 28, 1)
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


def made(*counts: int, colour: bool = False, **settings_of_variants) -> OwnData:
    own = OwnData(title="<b>My</b> “symbols”", colour=colour, augmentation=Augmentation(**settings_of_variants))
    for label, count in enumerate(counts):
        own = own.with_class(("♥ <i>", "star", "Ж")[label]).added(label, pictures(count, colour, seed=label))
    return own


def saved(**arrays) -> bytes:
    """An .npz file as NumPy writes it."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def png(image: np.ndarray, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(content, kind)
    return content.getvalue()


def zipped(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def keras(count=8, classes=2, side=28, channels=(), kind=np.uint8, **more) -> dict[str, np.ndarray]:
    """Arrays of Keras's form, a training part alone."""
    images = np.random.default_rng(3).integers(0, 256, (count, side, side, *channels)).astype(kind)
    return {"x_train": images, "y_train": np.arange(count) % classes, **more}


def assert_same(own: OwnData, other: OwnData) -> None:
    assert (own.title, own.classes, own.colour) == (other.title, other.classes, other.colour)
    assert own.augmentation == other.augmentation
    for name in ("images", "labels", "held_out"):
        np.testing.assert_array_equal(getattr(own, name), getattr(other, name))


@pytest.mark.parametrize(
    "own",
    [
        made(5, 12, 4),
        made(5, 12, colour=True, turn=45, stroke=1.0),
        made(5, 9, on=False),
        made(400, 300, count=500),
        made(6),
        made(9, 9).without(3).without(0),
        made(4, 4, 4).without_class(1),
    ],
)
def test_data_saved_as_npz_come_back(own):
    opened = own_data(read_npz(own.to_npz()))
    assert_same(own, opened)
    assert opened.to_npz() == own.to_npz()
    assert_same(own, own_data(read_file(own.to_npz())))


@pytest.mark.parametrize("colour", [False, True])
def test_a_script_finds_what_the_network_trains_on_in_the_file(colour):
    own = made(9, 12, colour=colour)
    data = own.dataset()
    with np.load(io.BytesIO(own.to_npz()), allow_pickle=False) as arrays:
        for name, split in (("train", data.train), ("test", data.test)):
            np.testing.assert_array_equal(arrays[f"x_{name}"], split.images)
            np.testing.assert_array_equal(arrays[f"y_{name}"], split.labels)
        assert arrays["classes"].tolist() == list(own.classes)
        assert json.loads(str(arrays["about"]))["title"] == own.title


def test_the_same_data_are_the_same_bytes_with_the_oldest_date():
    assert made(5, 7).to_npz() == made(5, 7).to_npz()
    with zipfile.ZipFile(io.BytesIO(made(5, 7).to_npz())) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("kind", ["PNG", "BMP"])
def test_pictures_in_folders_come_back_pixel_by_pixel(colour, kind):
    images = pictures(9, colour)
    files = {f"mine/{'heart' if i % 3 else 'star'}/{i}.img": png(image, kind) for i, image in enumerate(images)}
    found = read_zip(zipped(files))
    assert found.classes == ("heart", "star") and found.colour is colour and found.held_out is None
    np.testing.assert_array_equal(found.images, images)
    assert found.labels.tolist() == [0 if i % 3 else 1 for i in range(9)] and found.skipped == ()
    assert own_data(found).counts == ((5, 1), (3, 0))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("heading", ["", "label,pixel0,pixel1\n", "label,0,1\n", "name,a\n"])
@pytest.mark.parametrize("colour", [False, True])
def test_a_table_comes_back_pixel_by_pixel(separator, heading, colour):
    images = pictures(6, colour)
    names = ["heart", "star"] * 3
    lines = [",".join([name, *map(str, image.ravel())]) for name, image in zip(names, images, strict=True)]
    text = (heading + "\n".join(lines)).replace(",", separator)
    for ending in ("\n", "\r\n"):
        found = read_file(("\ufeff" + text.replace("\n", ending)).encode())
        assert found.classes == ("heart", "star") and found.labels.tolist() == [0, 1] * 3
        np.testing.assert_array_equal(found.images, images)


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize("column", [False, True])
@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64, np.longdouble, ">f4", ">i2"])
def test_kerass_form_is_read_in_all_its_spellings(shape, column, kind):
    arrays = keras(12, 3, channels=shape, kind=kind)
    expected = arrays["x_train"].reshape(12, 28, 28, 1)
    if column:
        arrays["y_train"] = arrays["y_train"][:, None].astype(np.uint8)
    found = read_npz(saved(**arrays, something_else=np.zeros(3)))
    np.testing.assert_array_equal(found.images, expected)
    assert found.classes == ("0", "1", "2") and found.labels.tolist() == [0, 1, 2] * 4 and found.held_out is None
    assert own_data(found).counts == ((3, 1),) * 3


def test_a_test_part_is_held_out_as_it_is():
    arrays = keras(6, 2)
    tests = {"x_test": arrays["x_train"][:3] // 2, "y_test": np.array([0, 0, 1])}
    own = own_data(read_npz(saved(**arrays, **tests)))
    assert own.held_out.tolist() == [False] * 6 + [True] * 3 and own.counts == ((3, 2), (3, 1))
    np.testing.assert_array_equal(own.images[6:, ..., 0], tests["x_test"])


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_brightness_from_0_to_1_is_brightness_from_0_to_255(kind):
    images = pictures(8)[..., 0]
    found = read_npz(saved(x_train=(images / 255).astype(kind), y_train=np.arange(8) % 2))
    difference = np.abs(found.images[..., 0].astype(int) - images)
    assert difference.max() <= (1 if kind == np.float16 else 0)
    zeros_and_ones = np.random.default_rng(0).integers(0, 2, (8, 28, 28))
    for whole in (zeros_and_ones, zeros_and_ones.astype(np.uint8), zeros_and_ones.astype(bool)):
        assert set(np.unique(read_npz(saved(x_train=whole, y_train=np.arange(8) % 2)).images)) == {0, 255}


def test_names_and_labels_belong_together():
    found = read_npz(saved(**keras(6, 3), classes=np.array(["a", "b", "c", "d"])))
    assert found.classes == ("a", "b", "c", "d") and found.labels.tolist() == [0, 1, 2] * 2
    spread = keras(6) | {"y_train": np.array([-3, 500, 7, 7, 500, -3])}
    assert read_npz(saved(**spread)).classes == ("-3", "7", "500")
    assert read_npz(saved(**spread)).labels.tolist() == [0, 2, 1, 1, 2, 0]
    named = read_npz(saved(**keras(6), classes=np.array([f" {MARKUP}\n ", "x" * 200])))
    assert named.classes == (MARKUP, "x" * 29 + "…")
    assert read_npz(saved(**keras(6), classes=np.array([b"r\xc3\xb6d", b"b"]))).classes == ("röd", "b")


def test_labels_may_be_one_hot_or_written_with_a_point():
    plain = keras(6, 3)
    for labels in (np.eye(3)[plain["y_train"]], np.eye(3, dtype=np.uint8)[plain["y_train"]], plain["y_train"] * 1.0):
        found = read_npz(saved(x_train=plain["x_train"], y_train=labels))
        assert found.classes == ("0", "1", "2")
        assert found.labels.tolist() == plain["y_train"].tolist()


@pytest.mark.parametrize("side", [1, 2, 14, 56, 100])
@pytest.mark.parametrize("colour", [False, True])
def test_other_sizes_are_scaled_by_the_mean_of_the_area(side, colour):
    arrays = keras(4, 2, side, channels=(3,) if colour else ())
    found = read_npz(saved(**arrays))
    images = arrays["x_train"].reshape(4, side, side, -1)
    target = 32 if colour else 28
    assert found.images.shape == (4, target, target, 3 if colour else 1)
    # The mean of the mosaic in which every pixel of one is as many pixels as the other has.
    fine = images.repeat(target, 1).repeat(target, 2).reshape(4, target, side, target, side, -1).mean((2, 4))
    if side >= target:
        np.testing.assert_allclose(found.images, fine, atol=0.51)
    else:
        np.testing.assert_allclose(found.images.mean((1, 2)), images.mean((1, 2)), atol=12)


def test_an_enlarged_ramp_stays_a_ramp():
    ramp = np.broadcast_to((np.arange(14, dtype=np.uint8) * 10)[:, None], (14, 14))[None, ..., None]
    large = resized(ramp, 28)[0, :, 0, 0].astype(int)
    assert (np.diff(large) >= 0).all() and (np.diff(large) <= 6).all()


def test_a_folder_test_holds_out_and_what_is_no_picture_is_named():
    star, heart = png(pictures(1)[0]), png(pictures(1, seed=1)[0])
    files = {
        "set/train/star/1.png": star,
        "set/train/heart/2.png": heart,
        "set/Validation/heart/3.png": heart,
        "set/test/star/deep/star/4.png": star,
        "..\\..\\up\\star\\5.png": star,
        "__MACOSX/set/train/star/._1.png": b"junk",
        "set/train/star/.DS_Store": b"junk",
        ".git/star/1.png": star,
        "set/train/star/Thumbs.db": b"junk",
        "set/readme.txt": b"hello",
        "set/train/star/notes.md": b"hello",
        "alone.png": star,
        "empty/": b"",
    }
    found = read_zip(zipped(files))
    assert found.classes == ("heart", "star")
    assert found.labels.tolist() == [1, 0, 0, 1, 1] and found.held_out.tolist() == [False, False, True, True, False]
    (sentence,) = found.skipped
    assert "3 files were left out: “readme.txt”, “notes.md”, “alone.png”" in sentence and "not a picture" in sentence
    many = read_zip(zipped({"a/1.png": star} | {f"b/{i}.txt": b"no" for i in range(9)}))
    assert "9 files were left out: “0.txt”, “1.txt”, “2.txt” and 6 more." in many.skipped[0]


def test_one_coloured_picture_makes_all_of_them_coloured_unless_it_is_asked_otherwise():
    files = zipped({"a/1.png": png(pictures(1)[0]), "b/1.png": png(pictures(1, colour=True)[0])})
    assert read_zip(files).colour and read_zip(files, colour=True).colour
    assert not read_zip(files, colour=False).colour
    assert read_zip(zipped({"a/1.png": png(pictures(1)[0])}), colour=True).images.shape == (1, 32, 32, 3)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 3), (28, 28, 1), (40, 90, 3), (90, 41, 3), (1, 256, 1)])
@pytest.mark.parametrize("colour", [False, True])
def test_a_photo_becomes_what_the_network_receives_step_by_step(shape, colour):
    picture = np.random.default_rng(0).random(shape, np.float32)
    steps = picture_steps(picture, colour)
    assert [step.title for step in steps] == ["Taken", "Square", "Scaled", *([] if colour else ["Grey"])]
    side = min(shape[:2])
    assert steps[1].image.shape[:2] == (side, side) and steps[1].on == (shape[0] != shape[1])
    assert steps[-1].image.shape == ((32, 32, 3) if colour else (28, 28))
    assert all(step.image.min() >= 0 and step.image.max() <= 1 for step in steps)
    np.testing.assert_array_equal(received(picture, colour).squeeze() / np.float32(255), steps[-1].image)
    assert steps[-1].image.mean() == pytest.approx(steps[1].image.mean(), abs=0.15)


def test_the_square_is_the_middle_and_grey_is_the_luma():
    picture = np.zeros((28, 60, 3), np.float32)
    picture[:, 16:44] = 1, 0.5, 0
    assert (received(picture, colour=False) == round(255 * (0.299 + 0.587 / 2))).all()


def test_labels_of_a_table_are_sorted_by_number_or_by_name():
    def labels(*texts: str) -> tuple[str, ...]:
        return read_csv("\n".join(f'"{text}",1,2,3,4' for text in texts).encode()).classes

    assert labels("10", "9", "-1", "9.0") == ("-1", "9", "10")
    assert labels("b", "10", "9") == ("10", "9", "b")
    assert labels("a, b", f"{MARKUP}", " c ") == (MARKUP, "a, b", "c")


def with_header(text: str, data: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    """An .npz file whose x_train has this header."""
    length = struct.pack("<H" if version == b"\x01\x00" else "<I", len(text))
    array = b"\x93NUMPY" + version + length + text.encode() + data
    labels = io.BytesIO()
    np.save(labels, np.zeros(4, np.uint8))
    return zipped({"x_train.npy": array, "y_train.npy": labels.getvalue()})


def header(descr="'|u1'", shape="(4, 28, 28)") -> str:
    return f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n"


def pickled() -> bytes:
    content = io.BytesIO()
    np.savez(content, x_train=np.array([{"a": 1}] * 4, object), y_train=np.zeros(4, np.uint8))
    return content.getvalue()


def flagged_encrypted(data: bytes) -> bytes:
    """The same zip, its entries marked as encrypted in the directory and in front of each."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            changed[at + offset] |= 1
    return bytes(changed)


@cache
def black(side: int) -> bytes:
    return png(np.zeros((side, side, 1), np.uint8))


def saying(data: bytes, size: int) -> bytes:
    """The same zip whose directory gives another size for what its entries hold."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            changed[at + offset : at + offset + 4] = struct.pack("<I", size)
    return bytes(changed)


def changed(**arrays) -> bytes:
    """A file saved here, with other arrays in it; those that are None are left out."""
    with np.load(io.BytesIO(GOOD)) as opened:
        kept = {**opened, **arrays}
    return saved(**{name: array for name, array in kept.items() if array is not None})


def about(**fields) -> np.ndarray:
    with np.load(io.BytesIO(GOOD)) as opened:
        known = json.loads(str(opened["about"]))
    return np.array(json.dumps({**known, **fields}))


GOOD = made(5, 12).to_npz()
GOOD_ZIP = zipped({f"{name}/{i}.png": png(pictures(1, seed=i)[0]) for name in ("heart", "star") for i in range(4)})
GOOD_CSV = "\n".join(f"{label},1,2,3,4" for label in "abab").encode()

HOSTILE_ARRAYS = {
    "empty": (lambda: b"", "empty"),
    "no zip": (lambda: b"PK but nothing", "no zip file"),
    "truncated": (lambda: GOOD[: len(GOOD) // 2], "no zip file"),
    "too large": (lambda: b"PK" + bytes(41 * 2**20), "41.0 MB, and at most 38 MB"),
    "pictures instead": (lambda: GOOD_ZIP, "no x_train"),
    "no labels": (lambda: saved(x_train=pictures(4)), "no y_train"),
    "no images": (lambda: saved(y_train=np.zeros(4, int)), "no x_train"),
    "other names": (lambda: saved(images=pictures(4), labels=np.zeros(4, int)), "no x_train, only images, labels"),
    "half a test part": (lambda: saved(**keras(), x_test=pictures(2)), "only one of x_test and y_test"),
    "images are pickled": (lambda: pickled(), "only numbers and texts"),
    "structured": (lambda: saved(x_train=np.zeros(4, "i4,f4"), y_train=np.zeros(4, int)), "only numbers and texts"),
    "complex": (lambda: saved(**keras(kind=complex)), "only numbers and texts"),
    "dates": (lambda: saved(**keras(kind="M8[s]")), "only numbers and texts"),
    "texts": (lambda: saved(x_train=np.full((4, 28, 28), "a"), y_train=np.zeros(4, int)), "x_train in this file is"),
    "flat": (lambda: saved(x_train=np.zeros((4, 784), np.uint8), y_train=np.zeros(4, int)), "4, 784"),
    "channels first": (
        lambda: saved(x_train=np.zeros((4, 3, 32, 32), np.uint8), y_train=np.zeros(4, int)),
        "3, 32, 32",
    ),
    "five axes": (lambda: saved(x_train=np.zeros((4, 2, 2, 2, 1), np.uint8), y_train=np.zeros(4, int)), "four axes"),
    "one number": (lambda: saved(x_train=np.uint8(7), y_train=np.zeros(1, int)), "x_train in this file is uint8"),
    "no image": (lambda: saved(**keras(0)), "no images in x_train"),
    "no pixels": (lambda: saved(**keras(side=0)), "0 × 0 pixels"),
    "large images": (lambda: saved(**keras(side=257)), "257 × 257 pixels, and between 1 and 256"),
    "NaN": (lambda: saved(x_train=np.full((4, 28, 28), np.nan), y_train=np.zeros(4, int)), "NaN"),
    "infinite": (lambda: saved(x_train=np.full((4, 28, 28), np.inf), y_train=np.zeros(4, int)), "infinite"),
    "negative": (lambda: saved(x_train=np.full((4, 28, 28), -1), y_train=np.zeros(4, int)), "from -1 to -1"),
    "standardized": (
        lambda: saved(x_train=keras(kind=float)["x_train"] / 100 - 1, y_train=np.zeros(8, int)),
        "values from -1 ",
    ),
    "256": (lambda: saved(x_train=np.full((4, 28, 28), 256), y_train=np.zeros(4, int)), "to 256"),
    "far too bright": (
        lambda: saved(x_train=np.full((4, 28, 28), 2**64 - 1, np.uint64), y_train=np.zeros(4, int)),
        "1.84467e",
    ),
    "fewer labels": (lambda: saved(x_train=pictures(4), y_train=np.zeros(3, int)), "4 whole numbers"),
    "labels in a table": (lambda: saved(x_train=pictures(4), y_train=np.zeros((4, 2), int)), "4 whole numbers"),
    "labels with fractions": (lambda: saved(x_train=pictures(4), y_train=np.full(4, 0.5)), "whole numbers"),
    "huge label": (lambda: saved(x_train=pictures(1), y_train=np.array([2**64 - 1], np.uint64)), "far too large"),
    "eleven classes": (lambda: saved(**keras(22, 11)), "11 classes, and at most 10"),
    "eleven names": (lambda: saved(**keras(), classes=np.array(list("abcdefghijk"))), "11 classes, and at most 10"),
    "label without a name": (
        lambda: saved(**keras(8, 3), classes=np.array(["a", "b"])),
        "label 2, and .* for 0 to 1",
    ),
    "negative label": (lambda: saved(x_train=pictures(1), y_train=np.array([-1]), classes=np.array(["a"])), "label -1"),
    "names that are numbers": (lambda: saved(**keras(), classes=np.arange(2)), "list of names"),
    "one name for all": (lambda: saved(**keras(), classes=np.array("ab")), "list of names"),
    "an empty name": (lambda: saved(**keras(), classes=np.array(["a", "  "])), "no name"),
    "the same name twice": (
        lambda: saved(**keras(), classes=np.array(["a b", " a  b "])),
        "Two classes are called “a b”",
    ),
    "the same once shortened": (lambda: saved(**keras(), classes=np.array(["x" * 40, "x" * 50])), "Two classes"),
    "no text": (lambda: saved(**keras(), classes=np.array([b"\xff", b"a"])), "no text"),
    "test part of another size": (
        lambda: saved(**keras(), x_test=np.zeros((2, 20, 20), np.uint8), y_test=np.zeros(2, int)),
        "make them alike",
    ),
    "encrypted": (lambda: flagged_encrypted(saved(**keras())), "encrypted"),
    "bzip2": (lambda: zipped({"x_train.npy": b"x", "y_train.npy": b"y"}, zipfile.ZIP_BZIP2), "unusual way"),
    "no array": (lambda: zipped({"x_train.npy": b"hello", "y_train.npy": b""}), "no array of NumPy's"),
    "huge shape": (lambda: with_header(header(shape="(60000, 4096, 4096)")), "MB, and at most 64 MB"),
    "absurd shape": (lambda: with_header(header(shape=f"({10**50}, 28, 28)")), "shape"),
    "negative shape": (lambda: with_header(header(shape="(-4, 28, 28)")), "shape"),
    "true shape": (lambda: with_header(header(shape="(True, 28, 28)")), "shape|no array"),
    "less than it says": (lambda: with_header(header(), bytes(100)), "3,136 bytes and has 100"),
    "more than it says": (lambda: with_header(header(), bytes(4000)), "3,136 bytes and has 4,000"),
    "huge header": (lambda: with_header(header() + " " * 60_000), "no array of NumPy's"),
    "four gigabytes of header": (lambda: with_header(header(), version=b"\x02\x00"), "should have"),
    "nested header": (lambda: with_header("(" * 5000), "no array of NumPy's"),
    "code as header": (lambda: with_header("__import__('os').system('true')"), "no array of NumPy's"),
    "huge number in header": (lambda: with_header(header(shape=f"({'9' * 6000},)")), "no array of NumPy's"),
    "version 3": (lambda: with_header(header(), version=b"\x03\x00"), "no array of NumPy's"),
    "object in header": (lambda: with_header(header("'|O'")), "only numbers and texts"),
    "zero bytes each": (lambda: with_header(header("'|S0'")), "only numbers and texts"),
    "bomb": (
        lambda: saved(x_train=np.zeros((90_000, 28, 28), np.uint8), y_train=np.zeros(90_000, np.uint8)),
        "67.3 MB, and at most 64 MB",
    ),
    "says gigabytes": (lambda: saying(GOOD, 2**32 - 2), "MB, and at most 70 MB"),
    "many tiny images": (
        lambda: saved(x_train=np.zeros((100_000, 1, 1), np.uint8), y_train=np.zeros(100_000, np.uint8)),
        "100,000 pictures take 75 MB",
    ),
    "lost array": (lambda: changed(originals=None), "lost its originals"),
    "other marks": (lambda: changed(held_out=np.zeros(17, bool)), "do not fit"),
    "places twice": (lambda: changed(originals=np.zeros(13, np.int32)), "do not fit"),
    "places beyond": (lambda: changed(originals=np.arange(13, dtype=np.int64) + 1995), "do not fit"),
    "places before": (lambda: changed(originals=np.arange(13, dtype=np.int64) - 1), "do not fit"),
    "places in a table": (lambda: changed(originals=np.zeros((13, 1), np.int32)), "do not fit"),
    "other images": (lambda: changed(x_train=np.zeros((2000, 20, 20, 1), np.uint8)), "do not fit"),
    "note that is none": (lambda: changed(about=np.array("hello")), "note about itself"),
    "note of numbers": (lambda: changed(about=np.zeros(3)), "note about itself"),
    "nested note": (lambda: changed(about=np.array("[" * 2000)), "note about itself"),
    "nested version": (
        lambda: changed(about=np.array('{"title": "a", "version": ' + "[" * 900 + "]" * 900 + "}")),
        "version unknown",
    ),
    "nested setting": (
        lambda: changed(about=about(augmentation={**made().augmentation.__dict__, "turn": [[1]]})),
        "augmentation is damaged",
    ),
    "later version": (lambda: changed(about=about(version=2)), "version 2, and version 1"),
    "other settings": (lambda: changed(about=about(augmentation={"shift": 1})), "augmentation is damaged"),
    "settings out of bounds": (
        lambda: changed(about=about(augmentation={**made().augmentation.__dict__, "turn": 10**400})),
        "turn must be between 0 and 45",
    ),
    "setting that is NaN": (
        lambda: changed(about=about(augmentation={**made().augmentation.__dict__, "stroke": float("nan")})),
        "stroke must be a number",
    ),
}
HOSTILE_ZIPS = {
    "empty": (lambda: b"", "empty"),
    "no zip": (lambda: b"hello", "no zip file"),
    "truncated": (lambda: GOOD_ZIP[:-30], "no zip file"),
    "too large": (lambda: b"PK" + bytes(21 * 2**20), "21.0 MB, and at most 20 MB"),
    "nothing inside": (lambda: zipped({}), "no picture in a folder"),
    "no folders": (
        lambda: zipped({"1.png": png(pictures(1)[0])}),
        "no picture in a folder.*“1.png”: It lies in no folder",
    ),
    "texts": (lambda: zipped({"a/1.txt": b"hello"}), "no picture in a folder.*“1.txt”: This file is not a picture"),
    "zip in a zip": (lambda: zipped({"a/1.zip": GOOD_ZIP}), "no picture in a folder"),
    "encrypted": (lambda: flagged_encrypted(GOOD_ZIP), "“0.png” in this zip file is encrypted"),
    "LZMA": (lambda: zipped({"a/1.png": b"x"}, zipfile.ZIP_LZMA), "unusual way"),
    "says too little": (lambda: saying(zipped({"a/1.png": bytes(5000)}), 100), "damaged"),
    "says too much": (lambda: saying(zipped({"a/1.png": bytes(50)}), 5000), "cut short"),
    "says gigabytes": (lambda: saying(GOOD_ZIP, 2**32 - 2), "MB, and at most 64 MB"),
    "bomb": (lambda: zipped({f"a/{i}": bytes(2**20) for i in range(65)}), "65 MB, and at most 64 MB"),
    "too many files": (lambda: zipped({f"a/{i}": b"" for i in range(5001)}), "5,001 files"),
    "far too many entries": (lambda: zipped({"a/1.png": b"PK\x01\x02" * 20_001}, zipfile.ZIP_STORED), "20,002 files"),
    "too many pixels": (lambda: zipped({f"a/{i}.png": black(4096) for i in range(17)}), "268 million pixels"),
    "eleven classes": (lambda: zipped({f"{i}/1.png": png(pictures(1)[0]) for i in range(11)}), "11 classes"),
    "the same name once cleaned": (
        lambda: zipped({f"a{s}b/1.png": png(pictures(1)[0]) for s in (" ", "  ")}),
        "Two classes",
    ),
}
HOSTILE_TABLES = {
    "empty": (lambda: b"", "empty"),
    "too large": (lambda: bytes(21 * 2**20), "21.0 MB"),
    "heading alone": (lambda: b"label,pixel0\n", "no picture"),
    "blank lines": (lambda: b"\n\n  \n", "no picture"),
    "no text": (lambda: b"a,1\n\xff\xfe", "Byte 4 .*UTF-8"),
    "label alone": (lambda: b"label,p\n7\n", "Row 2 has 0 pixels"),
    "no square": (lambda: b"7,1,2\n", "Row 1 has 2 pixels, which make no square"),
    "huge square": (lambda: b"7" + b",1" * 257**2, "66,049 pixels, which make no square of at most 256"),
    "long row": (lambda: b"7" + b",1" * 2**21, "Row 1 has 4,194,305 letters"),
    "uneven rows": (lambda: b"7,1,2,3,4\n7,1,2,3\n", "Row 2 has 3 pixels, and those before it 4"),
    "empty pixel": (lambda: b"7,1,2,3,4\n\n7,1,,3,4\n", "Row 3 has “” where"),
    "text as pixel": (lambda: b"7,1,2,3,4\n7,1,<b>,3,4\n", "Row 2 has “<b>” where"),
    "NaN": (lambda: b"7,1,nan,3,4\n", "Row 1 has the pixel nan"),
    "infinite": (lambda: b"7,1,1e999,3,4\n", "Row 1 has the pixel 1e999"),
    "negative": (lambda: b"7,1,-1,3,4\n", "pixel -1"),
    "too bright": (lambda: b"7,1,255,256,4\n", "pixel 256"),
    "no label": (lambda: b"label,a\n,1,2,3,4\n", "Row 2 has no label"),
    "eleven labels": (
        lambda: "\n".join(f"{i},1,2,3,4" for i in range(11)).encode(),
        "11 different labels, and at most 10",
    ),
    "label at the end": (lambda: "\n".join(f"{i},{i},3,4,0" for i in range(99)).encode(), "99 different labels"),
    "huge cell": (lambda: b"7," + b"1" * 200_000, "Row 1 of this file cannot be read"),
    "the same label once shortened": (lambda: b"%s,1,1,1,1\n%s,1,1,1,1\n" % (b"x" * 40, b"x" * 50), "Two classes"),
    "one pixel": (lambda: b"Bob,12\nAnn,13\n", "1 pixels, which make no square"),
    "many tiny pictures": (lambda: b"7,1,1,1,1\n" * 90_000, "85,599 pictures"),
}


HOSTILE = {
    f"{kind}: {name}": (read, *row)
    for kind, read, rows in (
        ("npz", read_npz, HOSTILE_ARRAYS),
        ("zip", read_zip, HOSTILE_ZIPS),
        ("csv", read_csv, HOSTILE_TABLES),
    )
    for name, row in rows.items()
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_a_sentence(name):
    read, make, message = HOSTILE[name]
    with pytest.raises(DataError, match=message) as caught:
        read(make())
    assert_is_a_sentence(caught.value)


def assert_is_a_sentence(error: DataError) -> None:
    text = str(error)
    assert text[0].isupper() or text.startswith(("x_", "y_", "“", "classes")) or text[0].isdigit()
    assert text.endswith((".", "label.")) and text.isprintable() and len(text) < 400


def test_a_damaged_picture_is_left_out_and_named():
    star = png(pictures(1)[0])
    found = read_zip(zipped({"a/1.png": star, "a/<b>2.png": star[:200], "a/3.png": bytes(3 * 2**20)}))
    assert len(found.labels) == 1
    assert "2 files were left out: “<b>2.png”, “3.png”" in found.skipped[0] and "cut short" in found.skipped[0]


def test_pictures_of_every_shape_are_taken():
    shapes = [(1, 1), (1, 50), (50, 1), (300, 200), (2, 3)]
    files = {f"a/{h}x{w}.png": png(np.full((h, w, 1), 99, np.uint8)) for h, w in shapes}
    assert (read_zip(zipped(files)).images == 99).all()


def test_the_size_of_a_picture_is_known_before_it_is_decoded():
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP"):
        assert picture_size(png(np.zeros((30, 7, 3), np.uint8), kind)) == (7, 30)
    assert picture_size(png(pictures(1)[0])[:100]) == (28, 28)
    for data, message in ((b"", "empty"), (b"hello", "not a picture"), (bytes(3 * 2**20), "3.0 MB")):
        with pytest.raises(PictureError, match=message):
            picture_size(data)


def test_pieces_of_another_kind_do_not_pass_for_a_file():
    for data in (b"hello", b"\x89PNG\r\n\x1a\n", b"\x00" * 50, GOOD_ZIP[10:]):
        with pytest.raises(DataError):
            read_file(data)


def opened_or_refused(data: bytes) -> None:
    """Reading gives data that can be trained on in principle, or a DataError: never another error."""
    try:
        own = own_data(read_file(data))
    except DataError as error:
        assert str(error).isprintable()
    else:
        assert 1 <= len(own.classes) <= 10 and own.images.dtype == np.uint8


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK", b"PK\x03\x04", b"a,1,2,3,4\n"]))
def test_random_bytes_are_refused_in_words(data, start):
    opened_or_refused(start + data)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["npz", "keras", "zip", "csv"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
    st.booleans(),
)
def test_mutated_good_files_are_opened_or_refused_in_words(kind, bytes_changed, cut, is_cut):
    data = bytearray(GOOD_SMALL[kind])
    for place, value in bytes_changed:
        data[int(place * len(data))] = value
    opened_or_refused(bytes(data[: int(cut * len(data))] if is_cut else data))


GOOD_SMALL = {
    "npz": made(4, 4, on=False).to_npz(),
    "keras": saved(**keras(4, side=3), classes=np.array(["a", "b"])),
    "zip": GOOD_ZIP,
    "csv": GOOD_CSV,
}
headers = st.builds(
    header,
    st.sampled_from(
        ["'|u1'", "'<f8'", "'<U4'", "'|O'", "'|b1'", "'V8'", "'<i8'", "[('a', '<i4')]", "'?'", "'m8'", "5"]
    ),
    st.lists(st.integers(-2, 30), max_size=5).map(lambda sides: str(tuple(sides))),
)


@settings(max_examples=150, deadline=None)
@given(headers, st.binary(max_size=64), st.sampled_from([b"\x01\x00", b"\x02\x00"]))
def test_made_up_headers_are_refused_in_words(text, data, version):
    opened_or_refused(with_header(text, data, version))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_made_up_tables_are_read_or_refused_in_words(text):
    opened_or_refused(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=3))
def test_names_of_any_letters_are_cleaned_or_refused(names):
    """In all three forms. NumPy's texts lose zeros at their end."""
    picture = png(pictures(1)[0])
    table = "\n".join(f"{name},1" for name in names)
    encoded = [name.encode("utf-8", "replace").decode().replace("\0", "") for name in names]  # as zipfile writes them
    folders = {f"a{name}/{i}.png": picture for i, name in enumerate(encoded)}
    for data in (table.encode("utf-8", "surrogatepass"), zipped(folders)):
        opened_or_refused(data)
    if not any("\ud800" <= letter <= "\udfff" for name in names for letter in name):
        opened_or_refused(saved(**keras(4, 2), classes=np.array(names, "<U40")))


def test_names_that_are_no_letters_at_all_are_refused():
    codes = np.array([[0x110000, 65], [66, 67]], np.uint32)
    with pytest.raises(DataError, match="no text"):
        read_npz(saved(**keras(4, 2), classes=codes.view("<U2")[:, 0]))
