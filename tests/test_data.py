"""MNIST is complete, unchanged and read-only; any other file is refused with an explanation."""

import io
import pickle
import struct
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from cnnplay.data.datasets import MNIST_ARRAYS, MNIST_FILE, load_mnist, mnist
from cnnplay.errors import DataError


def test_mnist_has_the_published_counts_and_shapes():
    dataset = mnist()
    assert dataset.train.images.shape == (60_000, 28, 28, 1)
    assert dataset.test.images.shape == (10_000, 28, 28, 1)
    assert (len(dataset.train), len(dataset.test)) == (60_000, 10_000)
    for split in (dataset.train, dataset.test):
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert (split.images.min(), split.images.max()) == (0, 255)
    assert np.bincount(dataset.train.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(dataset.test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert dataset.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert round(float(dataset.train.images.mean()) / 255, 4) == 0.1307


def test_the_arrays_match_the_digests_in_the_note():
    dataset = mnist()
    for name, array in (
        ("x_train", dataset.train.images),
        ("y_train", dataset.train.labels),
        ("x_test", dataset.test.images),
        ("y_test", dataset.test.labels),
    ):
        assert sha256(array.tobytes()).hexdigest() == MNIST_ARRAYS[name][1]
        assert MNIST_ARRAYS[name][1] in (MNIST_FILE.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("part", ["images", "labels"])
def test_mnist_is_read_only(split, part):
    with pytest.raises(ValueError, match="read-only"):
        getattr(getattr(mnist(), split), part)[0] = 1


def test_mnist_is_loaded_once():
    assert mnist() is mnist()


@pytest.fixture(scope="module")
def arrays():
    with np.load(MNIST_FILE) as archive:
        return {name: archive[name] for name in archive.files}


@pytest.fixture
def file(tmp_path):
    """A path for a copy of MNIST, deleted after the test."""
    path = tmp_path / "copy.npz"
    yield path
    path.unlink(missing_ok=True)


def refusal(file):
    with pytest.raises(DataError) as caught:
        load_mnist(file)
    message = str(caught.value)
    assert "MNIST" in message
    assert file.name in message
    assert "git checkout" in message
    return message


def test_an_exact_copy_is_accepted(file, arrays):
    np.savez(file, **arrays)
    np.testing.assert_array_equal(load_mnist(file).test.images, mnist().test.images)


@pytest.mark.parametrize("name", MNIST_ARRAYS)
def test_one_changed_pixel_or_label_is_detected(file, arrays, name):
    changed = arrays[name].copy()
    changed.flat[changed.size // 2] ^= 1
    np.savez(file, **arrays | {name: changed})
    message = refusal(file)
    assert name in message
    assert "digest" in message


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9999])
def test_one_changed_byte_of_the_file_is_detected(file, share):
    content = bytearray(MNIST_FILE.read_bytes())
    content[int(share * len(content))] ^= 0xFF
    file.write_bytes(content)
    refusal(file)


def test_a_corrupt_compressed_array_is_refused(file):
    content = bytearray(MNIST_FILE.read_bytes())
    with ZipFile(MNIST_FILE) as archive:
        entry = archive.getinfo("x_train.npy")
    assert entry.compress_type == ZIP_DEFLATED
    name, extra = struct.unpack_from("<HH", content, entry.header_offset + 26)
    content[entry.header_offset + 30 + name + extra] = 0b111  # DEFLATE has no such block type
    file.write_bytes(content)
    assert "cannot be read" in refusal(file)


@pytest.mark.parametrize("share", [0, 0.00001, 0.5, 0.99999])
def test_a_truncated_file_is_refused(file, share):
    content = MNIST_FILE.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    assert "cannot be read" in refusal(file)


@pytest.mark.parametrize("name", MNIST_ARRAYS)
def test_a_missing_array_is_refused(file, arrays, name):
    np.savez(file, **{other: array[:1] for other, array in arrays.items() if other != name})
    assert "cannot be read" in refusal(file)


def test_a_missing_file_is_reported_as_missing(file):
    assert "missing" in refusal(file)


def test_a_folder_is_refused(tmp_path):
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("kind", "shape"), [(np.int64, (60_000,)), (np.float32, (60_000,)), (np.uint8, (59_999,)), (np.uint8, (60_000, 1))]
)
def test_a_wrong_type_or_shape_is_refused_and_named(file, arrays, kind, shape):
    labels = np.zeros(shape, kind)
    np.savez(file, **arrays | {"y_train": labels})
    message = refusal(file)
    assert np.dtype(kind).name in message
    assert "y_train" in message


class Payload:
    """An object that would run code when unpickled."""

    def __reduce__(self):
        return pytest.fail, ("the file's code was run",)


def test_opening_a_file_never_runs_its_code(file, arrays):
    objects = np.empty(1, object)
    objects[0] = Payload()
    np.savez(file, **arrays | {"y_test": objects})
    assert "cannot be read" in refusal(file)
    file.write_bytes(pickle.dumps(Payload()))
    assert "cannot be read" in refusal(file)


def test_a_file_with_a_single_array_is_refused(file, arrays):
    content = io.BytesIO()
    np.save(content, arrays["y_test"])
    file.write_bytes(content.getvalue())
    assert "cannot be read" in refusal(file)
