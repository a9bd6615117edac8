"""A visitor's own data, one immutable value with all its changes: classes, their pictures, and which are held out.

Every change gives a new value; a value and its arrays never change.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from threading import Lock
from typing import NamedTuple

import numpy as np

from ..errors import DataError
from . import own_counts
from .augmentation import Augmentation, augmented
from .datasets import OWN, Dataset, DataSource, Split, aligned
from .given import (
    MOST_FILE_BYTES,
    MOST_IMAGE_BYTES,
    MOST_LETTERS,
    MOST_TITLE_LETTERS,
    USUAL_TITLE,
    Given,
    check_classes,
    check_count,
    check_pictures,
    fitted,
    shape_of,
)
from .npz import npz
from .own_counts import EVERY, Count

VERSION = 1  # of the file
SEED = 0  # of the variants, and of the order of the training images
NOTE = "Made in this visit, and gone with it unless it is saved as a file."
BUILDING = Lock()  # one dataset at a time in the process: it costs seconds, and must not be built twice


class Training(NamedTuple):
    """What is trained on: images uint8 [m h w c], labels uint8 [m], both read-only and aligned for JAX.

    originals: the place among them of each picture that is not held out, in the order of the pictures; all other images
    are variants of these.
    """

    images: np.ndarray
    labels: np.ndarray
    originals: np.ndarray


@dataclass(frozen=True, eq=False)
class OwnData:
    """Pictures of up to ten classes, in the order in which they came. All arrays are read-only.

    images: uint8 [n 28 28 1], or [n 32 32 3] in colour. labels: uint8 [n]. held_out: bool [n], the pictures that no
    training sees. numbers: of each picture, int64 [n]; the number of a picture that is gone is never used again.
    ids: of each class, which keeps its own when it is renamed.
    Raises DataError where the parts do not belong together or are more than a visit may have.
    """

    title: str = USUAL_TITLE
    classes: tuple[str, ...] = ()
    colour: bool = False
    images: np.ndarray = field(default_factory=partial(np.empty, 0, np.uint8), repr=False)
    labels: np.ndarray = field(default_factory=partial(np.empty, 0, np.uint8), repr=False)
    held_out: np.ndarray = field(default_factory=partial(np.empty, 0, np.bool_), repr=False)
    numbers: np.ndarray = field(default_factory=partial(np.empty, 0, np.int64), repr=False)
    augmentation: Augmentation = field(default_factory=Augmentation)
    next_number: int = 0
    ids: tuple[int, ...] = ()
    next_id: int = 0

    def __post_init__(self) -> None:
        new = len(self.classes) - len(self.ids)  # classes that have none yet are the last ones
        object.__setattr__(self, "ids", (*self.ids, *range(self.next_id, self.next_id + new)))
        object.__setattr__(self, "next_id", self.next_id + max(new, 0))
        if self.images.ndim == 1 and not self.images.size:
            object.__setattr__(self, "images", np.empty((0, *shape_of(self.colour)), np.uint8))
        for name in ("images", "labels", "held_out", "numbers"):
            array = getattr(self, name)
            object.__setattr__(self, name, _read_only(array.copy() if array.flags.writeable else array))
        check_classes(self.classes)
        check_pictures(self.images, self.labels, len(self.classes))
        if self.images.shape[1:] != shape_of(self.colour):
            raise DataError(f"These pictures are {self.images.shape[1:]}, and those here {shape_of(self.colour)}.")
        if not len(self.held_out) == len(self.numbers) == len(self.labels):
            raise DataError(f"{len(self.labels):,} pictures need as many numbers and marks of what is held out.")
        if not (self.title.isprintable() and 1 <= len(self.title) <= MOST_TITLE_LETTERS):
            raise DataError(f"A title has between 1 and {MOST_TITLE_LETTERS} letters, not {len(self.title):,}.")
        self._check_size()

    def titled(self, title: str) -> "OwnData":
        """With another title. Raises DataError for an empty or long one."""
        return replace(self, title=" ".join(title.split()))

    def with_class(self, name: str) -> "OwnData":
        """With one more class. Raises DataError where there are ten, and for a name that is none or taken."""
        return replace(self, classes=(*self.classes, " ".join(name.split())))

    def renamed(self, label: int, name: str) -> "OwnData":
        """With another name for a class. Raises DataError for a name that is none or taken."""
        self._check_label(label)
        names = list(self.classes)
        names[label] = " ".join(name.split())
        return replace(self, classes=tuple(names))

    def without_class(self, label: int) -> "OwnData":
        """Without a class and its pictures; the labels of the later classes move down by one."""
        self._check_label(label)
        kept = self._chosen(self.labels != label)
        labels = kept.labels - (kept.labels > label).astype(np.uint8)
        ids = self.ids[:label] + self.ids[label + 1 :]
        return replace(kept, classes=self.classes[:label] + self.classes[label + 1 :], ids=ids, labels=labels)

    def added(self, label: int, images: np.ndarray) -> "OwnData":
        """With more pictures of a class, uint8 [n h w c]: after every three for training, one is held out.

        Raises DataError for pictures of another size, and for more than fit.
        """
        self._check_label(label)
        return self._joined(images, np.full(len(images), label, np.uint8), None)

    def without(self, number: int) -> "OwnData":
        """Without the picture of this number; where it is gone already, the same."""
        keep = self.numbers != number
        return self if keep.all() else self._chosen(keep)

    def in_colour(self, colour: bool) -> "OwnData":
        """With all pictures in colour, 32 × 32 × 3, or in grey, 28 × 28 × 1. The change back does not undo it."""
        return self if colour == self.colour else replace(self, colour=colour, images=fitted(self.images, colour))

    def with_augmentation(self, augmentation: Augmentation) -> "OwnData":
        """With other variants."""
        return replace(self, augmentation=augmentation)

    def taking(self, given: Given) -> "OwnData":
        """With the pictures of a file as well, scaled to the size here; a class of the same name takes them in.

        What the file does not say is held out as in `added`. Raises DataError for more classes or pictures than fit.
        """
        names = (*self.classes, *(name for name in given.classes if name not in self.classes))
        places = np.array([names.index(name) for name in given.classes], np.uint8)
        return replace(self, classes=names)._joined(
            fitted(given.images, self.colour), places[given.labels], given.held_out
        )

    def replaced(self, given: Given) -> "OwnData":
        """The data of a file in place of these; their numbers go on after those used so far."""
        empty = OwnData(
            given.title,
            given.classes,
            given.colour,
            augmentation=given.augmentation or self.augmentation,
            next_number=self.next_number,
            next_id=self.next_id,
        )
        return empty.taking(given)

    @property
    def counts(self) -> tuple[Count, ...]:
        """Of each class: how many pictures to train on, and how many held out."""
        held = np.bincount(self.labels[self.held_out], minlength=len(self.classes))
        both = np.bincount(self.labels, minlength=len(self.classes))
        return tuple(Count(int(of - out), int(out)) for of, out in zip(both, held, strict=True))

    @property
    def nbytes(self) -> int:
        """Bytes of the pictures and of the dataset made of them, whether or not it has been made yet."""
        here = sum(array.nbytes for array in (self.images, self.labels, self.held_out, self.numbers))
        train, test = self.sizes
        return here + (train + test) * (int(np.prod(shape_of(self.colour))) + 1)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many images the dataset has to train on, variants included, and to test with."""
        held = int(self.held_out.sum())
        return len(self.labels) - held + self._variants, held

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each thing that is missing before a network can learn from these data."""
        return own_counts.problems(self.classes, self.counts)

    def check(self) -> None:
        """Raises DataError, with all that is missing, where no network can learn from these data yet."""
        if self.problems:
            raise DataError(" ".join(self.problems))

    @property
    def uneven(self) -> str:
        """A sentence where the largest class has more than twice as many pictures as the smallest, or ""."""
        return own_counts.uneven(self.classes, self.counts)

    @property
    def few(self) -> str:
        """A sentence on how little an accuracy means where a class has fewer than ten pictures held out, or ""."""
        return own_counts.few(self.classes, self.counts)

    def source(self) -> DataSource:
        """These data as a row beside MNIST; `load` raises DataError while something is missing."""
        return DataSource(
            name=OWN,
            title=self.title,
            noun="picture",
            shows="pictures of your own",
            note=NOTE,
            input_shape=shape_of(self.colour),
            images=self.sizes,
            classes=self.classes,
            ids=self.ids,
            load=self.dataset,
            file=self.to_npz,
        )

    def dataset(self) -> Dataset:
        """To train on: the pictures and their variants, in mixed order. To test with: those held out, unchanged.

        The same object at each call. Raises DataError while something is missing.
        """
        self.check()
        with BUILDING:
            return self._dataset

    def training(self) -> Training:
        """What is trained on, also while classes or pictures are missing. The same object at each call."""
        with BUILDING:
            return self._training

    def to_npz(self) -> bytes:
        """A file for scripts and for here: the same data, the same bytes.

        x_train, y_train, x_test, y_test (uint8) and classes are what a network trains on and is tested with. The rest
        says which of them are pictures of the visitor's: originals, their places in x_train; held_out, a mark for each
        picture in the order in which they came, x_test being those held out; about, JSON with title and augmentation.
        Raises DataError where the file would be too large to be opened here again.
        """
        train, augmentation = self.training(), asdict(self.augmentation)
        about = {"version": VERSION, "title": self.title, "augmentation": augmentation}
        data = npz(
            {
                "x_train": train.images,
                "y_train": train.labels,
                "x_test": self.images[self.held_out],
                "y_test": self.labels[self.held_out],
                "classes": np.array(self.classes, f"<U{MOST_LETTERS}"),
                "originals": train.originals.astype(np.int32),
                "held_out": self.held_out,
                "about": np.array(json.dumps(about)),
            }
        )
        if len(data) > MOST_FILE_BYTES:
            raise DataError(
                f"The file would have {len(data) / 2**20:,.1f} MB, and at most {MOST_FILE_BYTES >> 20} MB can be "
                "opened here again. Take fewer pictures."
            )
        return data

    @cached_property
    def _dataset(self) -> Dataset:
        train = self._training
        test = Split(aligned(self.images[self.held_out]), aligned(self.labels[self.held_out]))
        return Dataset(Split(train.images, train.labels), test, self.classes)

    @cached_property
    def _training(self) -> Training:
        images, labels = self.images[~self.held_out], self.labels[~self.held_out]
        variants = augmented(images, self.augmentation, self._variants, SEED)
        all_labels = np.concatenate([labels, labels[np.arange(len(variants)) % max(len(labels), 1)]])
        order = np.random.default_rng(SEED).permutation(len(all_labels))
        places = np.argsort(order)[: len(labels)]
        return Training(aligned(np.concatenate([images, variants])[order]), aligned(all_labels[order]), places)

    @property
    def _variants(self) -> int:
        """How many variants there are beside the pictures."""
        originals = len(self.labels) - int(self.held_out.sum())
        if not originals or not self.augmentation.on or not self.augmentation.changes(3 if self.colour else 1):
            return 0
        return max(0, self.augmentation.count - originals)

    def _joined(self, images: np.ndarray, labels: np.ndarray, held_out: np.ndarray | None) -> "OwnData":
        check_pictures(images, labels, len(self.classes))
        if images.shape[1:] != self.images.shape[1:]:
            raise DataError(f"Pictures here are {self.images.shape[1:]}, and these are {images.shape[1:]}.")
        check_count(len(self.labels) + len(images), self.colour)  # before anything is copied
        last = self.next_number + len(images)
        held_out = self._sides(labels) if held_out is None else held_out
        return replace(
            self,
            images=_read_only(self.images, images),
            labels=_read_only(self.labels, labels),
            held_out=_read_only(self.held_out, held_out),
            numbers=_read_only(self.numbers, np.arange(self.next_number, last)),
            next_number=last,
        )

    def _sides(self, labels: np.ndarray) -> np.ndarray:
        """Which of these further pictures are held out: in each class, one after every three for training."""
        held = np.zeros(len(labels), np.bool_)
        for label in np.unique(labels):
            before = self.held_out[self.labels == label][1 - EVERY :][::-1]  # the last three, the latest first
            since = int(np.argmax(before)) if before.any() else len(before)
            mine = np.flatnonzero(labels == label)
            held[mine] = (since + np.arange(len(mine))) % EVERY == EVERY - 1
        return held

    def _chosen(self, keep: np.ndarray) -> "OwnData":
        return replace(
            self,
            images=_read_only(self.images[keep]),
            labels=_read_only(self.labels[keep]),
            held_out=_read_only(self.held_out[keep]),
            numbers=_read_only(self.numbers[keep]),
        )

    def _check_label(self, label: int) -> None:
        if not 0 <= label < len(self.classes):
            raise DataError(f"There is no class {label}: there are {len(self.classes)}, counted from 0.")

    def _check_size(self) -> None:
        """Raises DataError where the dataset made of these pictures would be too large."""
        size = sum(self.sizes) * int(np.prod(shape_of(self.colour)))
        if size > MOST_IMAGE_BYTES:
            raise DataError(
                f"The pictures and their variants take {size / 2**20:,.1f} MB, and a dataset here has at most "
                f"{MOST_IMAGE_BYTES >> 20} MB. Take fewer pictures, or fewer variants."
            )


def _read_only(*parts: np.ndarray) -> np.ndarray:
    """These arrays, nobody else's, as one that is read-only: it is not copied again."""
    joined = np.concatenate(parts) if len(parts) > 1 else parts[0]
    joined.flags.writeable = False
    return joined


def own_data(given: Given) -> OwnData:
    """The data of a file as a dataset of one's own."""
    return OwnData().replaced(given)
