"""What networks learn from, a row of DATASETS each: MNIST, which is checked, and shapes drawn from a seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812

import numpy as np

from ..caching import once
from ..errors import DataError, Remedy
from . import coloured_shapes

if TYPE_CHECKING:
    from jax import Array

Pixels = TypeVar("Pixels", np.ndarray, "Array")
MNIST_FILE = Path(__file__).with_name("mnist.npz")
ALIGNMENT = 64  # bytes: JAX uses an array that begins at a multiple of it in place, without a copy

# name: (shape, SHA-256 of the array's bytes in C order), as in README.md beside this file
MNIST_ARRAYS = {
    "x_train": ((60000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    "y_train": ((60000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    "x_test": ((10000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    "y_test": ((10000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
}


@dataclass(frozen=True, eq=False)
class Split:
    """Images uint8 [n h w c], from 0 (black) to 255 (white), and labels uint8 [n]; both read-only."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def digest(self) -> bytes:
        """Tells its images apart from all others."""
        return blake2b(self.images.tobytes(), digest_size=16).digest()


DIGITS = tuple("0123456789")


@dataclass(frozen=True, eq=False)
class Dataset:
    """A training split, and a test split that no training sees. classes: the name of each label."""

    train: Split
    test: Split
    classes: Sequence[str] = DIGITS

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(height, width, channels) of every image."""
        return self.train.images.shape[1:]


@dataclass(frozen=True)
class DataSource:
    """A dataset that can be had by its name, and what is known of it before it is loaded.

    noun: what a page calls one of its images. shows: what all of them are, as in "handwritten digits". note: where they
    come from, and who may use them.
    input_shape: of an image (height, width, channels). images: how many there are to train on, and to test with.
    phrases: each class within a sentence, as in "a 7"; where there are none, its name in quotation marks.
    ids: what tells classes apart that may be renamed. load: gives the dataset, the same at each call. Raises DataError
    where it cannot be had. file: its bytes, for those who take it home.
    """

    name: str
    title: str
    noun: str
    shows: str
    note: str
    input_shape: tuple[int, int, int]
    images: tuple[int, int]
    classes: Sequence[str]
    load: Callable[[], Dataset] = field(compare=False)
    phrases: Sequence[str] = ()
    ids: tuple[int, ...] = ()
    file: Callable[[], bytes] | None = field(default=None, compare=False)

    def has_classes_of(self, other: "DataSource") -> bool:
        """Whether it is the same dataset with the same classes, whatever their pictures and names by now."""
        same = self.name == other.name and tuple(self.input_shape) == tuple(other.input_shape)
        named_alike = tuple(self.classes) == tuple(other.classes)
        return same and (named_alike or (bool(self.ids) and self.ids == other.ids))

    def phrase(self, label: int) -> str:
        """The class of a label within a sentence: "a 7", "a circle", “hearts”."""
        return self.phrases[label] if self.phrases else f"“{self.classes[label]}”"


@once
def mnist() -> Dataset:
    """MNIST (LeCun, Cortes & Burges), loaded and checked once a process.

    Raises DataError if the file is missing, unreadable or not the original.
    """
    return load_mnist(MNIST_FILE)


def load_mnist(file: Path) -> Dataset:
    """MNIST from an .npz file. Raises DataError unless every array has the original shape, type and digest."""
    advice = f"Put the original file back: git checkout -- cnnplay/data/{MNIST_FILE.name}"
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in MNIST_ARRAYS}
    except FileNotFoundError:
        raise DataError(f"MNIST is missing: there is no file {file.name}. {advice}") from None
    except (OSError, ValueError, KeyError, BadZipFile, EOFError, TypeError, ZlibError) as error:
        raise DataError(f"The MNIST file {file.name} cannot be read ({type(error).__name__}). {advice}") from error
    for name, (shape, digest) in MNIST_ARRAYS.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != np.uint8:
            raise DataError(
                f"MNIST's {name} is {array.dtype} {array.shape} in {file.name}, not uint8 {shape}. {advice}"
            )
        if sha256(np.ascontiguousarray(array).data).hexdigest() != digest:
            raise DataError(f"MNIST's {name} in {file.name} is not the original data: its digest differs. {advice}")
        arrays[name] = aligned(arrays.pop(name))
    train = Split(arrays["x_train"][..., None], arrays["y_train"])
    return Dataset(train, Split(arrays["x_test"][..., None], arrays["y_test"]))


def brightness(images: Pixels) -> Pixels:
    """uint8 0 .. 255 -> float32 0 .. 1, of NumPy or JAX."""
    return images.astype(np.float32) / 255


def stored(images: np.ndarray) -> np.ndarray:
    """Brightness 0 .. 1 -> uint8 0 .. 255, the nearest: the inverse of `brightness`."""
    return np.rint(255 * images).astype(np.uint8)


def aligned(array: np.ndarray) -> np.ndarray:
    """A read-only copy of a uint8 array that begins at a multiple of ALIGNMENT in memory."""
    room = np.empty(array.nbytes + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    copy = room[start : start + array.nbytes].reshape(array.shape)
    copy[...] = array
    copy.flags.writeable = False
    return copy


@once
def _coloured_shapes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All of them, read-only: those to train on and then those to test with."""
    drawn = coloured_shapes.coloured_shapes(coloured_shapes.TRAIN + coloured_shapes.TEST, coloured_shapes.SEED)
    images, forms, colours = (aligned(each) for each in drawn)
    return images, forms, colours


def _with_labels(labels: np.ndarray, classes: Sequence[str]) -> Dataset:
    images, trained = _coloured_shapes()[0], coloured_shapes.TRAIN
    labels = aligned(labels)
    return Dataset(Split(images[:trained], labels[:trained]), Split(images[trained:], labels[trained:]), classes)


FORMS, COLOURS = tuple(coloured_shapes.FORMS), tuple(coloured_shapes.COLOURS)
COLOURED_FORMS = tuple(f"{colour} {form}" for form in FORMS for colour in COLOURS)


@once
def _by_form() -> Dataset:
    return _with_labels(_coloured_shapes()[1], FORMS)


@once
def _by_colour() -> Dataset:
    return _with_labels(_coloured_shapes()[2], COLOURS)


@once
def _by_both() -> Dataset:
    _, forms, colours = _coloured_shapes()
    return _with_labels(forms * np.uint8(len(COLOURS)) + colours, COLOURED_FORMS)


def _phrases(names: Sequence[str]) -> tuple[str, ...]:
    """Each of these names with its article: "a 7", "an 8"."""
    return tuple(f"an {name}" if name == "8" else f"a {name}" for name in names)


def _drawn(name: str, question: str, classes: Sequence[str], load: Callable[[], Dataset], noun: str = "") -> DataSource:
    """A row for the coloured shapes. noun: what follows the name of a class in a sentence."""
    return DataSource(
        name=name,
        title=f"Coloured shapes: {question}",
        noun="shape",
        shows="coloured shapes",
        note="Drawn by cnnplay when they are first asked for: circles, squares, triangles and stars in four colours.",
        input_shape=(coloured_shapes.SIDE, coloured_shapes.SIDE, 3),
        images=(coloured_shapes.TRAIN, coloured_shapes.TEST),
        classes=classes,
        load=load,
        phrases=_phrases([f"{each} {noun}".rstrip() for each in classes]),
    )


MNIST = DataSource(
    name="mnist",
    title="Handwritten digits (MNIST)",
    noun="digit",
    shows="handwritten digits",
    note="Collected by NIST, prepared by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; CC BY-SA 3.0.",
    input_shape=(28, 28, 1),
    images=(60_000, 10_000),
    classes=DIGITS,
    load=mnist,
    phrases=_phrases(DIGITS),
    file=MNIST_FILE.read_bytes,
)

# Those that everybody can have, by their names; the first is the default.
DATASETS: Mapping[str, DataSource] = {
    row.name: row
    for row in (
        MNIST,
        _drawn("forms", "which form?", FORMS, _by_form),
        _drawn("colours", "which colour?", COLOURS, _by_colour, "shape"),
        _drawn("coloured-forms", "form and colour", COLOURED_FORMS, _by_both),
    )
}
MOST_CLASSES = 16  # of any dataset
TO_MNIST = Remedy(f"Take {MNIST.title}", {"dataset": MNIST.name})  # the way out where another dataset will not do
OWN = "own"  # the name of the dataset that a visitor has made: another for each visit
