"""Pictures that a visitor gives, checked: what every reader of a file makes, and what a dataset of one's own takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import DataError
from ..words import counted, printable
from .augmentation import Augmentation
from .resizing import resized, with_channels

GREY_SHAPE, COLOUR_SHAPE = (28, 28, 1), (32, 32, 3)  # of a picture: height, width, channels
MOST_CLASSES = 10
MOST_LETTERS = 30  # of the name of a class
MOST_TITLE_LETTERS = 60
MOST_IMAGE_BYTES = 64 * 2**20  # of all pictures of a dataset
MOST_FILE_BYTES = 38 * 2**20  # of an .npz file; Fashion-MNIST has 31 MB, and a tab may have 40 of uploads
USUAL_TITLE = "Your own pictures"


@dataclass(frozen=True, eq=False)
class Given:
    """Pictures with their classes.

    images: uint8 [n 28 28 1] or [n 32 32 3]. labels: uint8 [n]. held_out: bool [n], which of them no training may see,
    or None where the file does not say. skipped: a sentence for each kind of thing in the file that was left out.
    Raises DataError where the parts do not belong together.
    """

    classes: tuple[str, ...]
    images: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray | None = None
    title: str = USUAL_TITLE
    skipped: tuple[str, ...] = ()
    augmentation: Augmentation | None = None

    def __post_init__(self) -> None:
        check_classes(self.classes)
        check_pictures(self.images, self.labels, len(self.classes))
        if self.held_out is not None and self.held_out.shape != self.labels.shape:
            raise DataError(
                f"There are {len(self.labels):,} pictures, and {self.held_out.size:,} say where they belong."
            )

    @property
    def colour(self) -> bool:
        """Whether the pictures have three channels."""
        return self.images.shape[-1] == 3


def shape_of(colour: bool) -> tuple[int, int, int]:
    """Height, width and channels of every picture."""
    return COLOUR_SHAPE if colour else GREY_SHAPE


def fitted(images: np.ndarray, colour: bool) -> np.ndarray:
    """Images uint8 [n h w c] in the size and the colours of a dataset: uint8 [n 28 28 1] or [n 32 32 3]."""
    side, _, channels = shape_of(colour)
    return resized(with_channels(images, channels), side)


def clean_name(text: str, most: int = MOST_LETTERS) -> str:
    """A name from outside in one line of printable letters, shortened. Raises DataError where nothing is left."""
    name = printable(" ".join(text[: 10 * most].split()))
    if not name:
        raise DataError("A class in this file has no name. Give each class a name of at least one letter.")
    return name if len(name) <= most else f"{name[: most - 1]}…"


def clean_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Names of classes from a file. Raises DataError for too many, and for two that are the same once cleaned."""
    if len(texts) > MOST_CLASSES:
        raise DataError(
            f"This file has {len(texts):,} classes, and at most {MOST_CLASSES} can be told apart here. "
            "Leave some of them out."
        )
    names = tuple(clean_name(text) for text in texts)
    check_classes(names)
    return names


def check_classes(names: Sequence[str]) -> None:
    """Raises DataError unless these are names of classes: at most 10, each of 1 to 30 printable letters, and unique."""
    if len(names) > MOST_CLASSES:
        raise DataError(f"{len(names)} classes are too many: at most {MOST_CLASSES}. Remove one first.")
    for place, name in enumerate(names):
        if not isinstance(name, str) or not name or name != " ".join(name.split()):
            raise DataError("A class needs a name of at least one letter, with single spaces within it alone.")
        if len(name) > MOST_LETTERS:
            raise DataError(
                f"The name “{printable(name[:20])}…” has {len(name):,} letters, and at most {MOST_LETTERS} fit."
            )
        if not name.isprintable():
            raise DataError(f"The name “{printable(name)}” has letters that cannot be shown. Take others.")
        if name in names[:place]:
            raise DataError(f"Two classes are called “{name}”. Give one of them another name.")


def check_pictures(images: np.ndarray, labels: np.ndarray, classes: int) -> None:
    """Raises DataError unless images are of a dataset's size and labels name one of the classes for each of them."""
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] not in (GREY_SHAPE, COLOUR_SHAPE):
        sizes = " or ".join(" × ".join(map(str, shape)) for shape in (GREY_SHAPE, COLOUR_SHAPE))
        raise DataError(f"Pictures are arrays of bytes, {sizes} each, and not {images.dtype} {images.shape}.")
    check_count(len(images), images.shape[-1] == 3)
    if labels.dtype != np.uint8 or labels.shape != images.shape[:1]:
        raise DataError(f"There are {len(images):,} pictures and {labels.size:,} labels: each picture needs one label.")
    if labels.size and labels.max() >= classes:
        raise DataError(f"A picture has the label {labels.max()}, and the {classes} classes are counted from 0.")


def check_count(count: int, colour: bool) -> None:
    """Raises DataError for more pictures than a dataset can hold."""
    each = int(np.prod(shape_of(colour)))
    if count * each > MOST_IMAGE_BYTES:
        raise DataError(
            f"{counted(count, 'picture')} take {count * each / 2**20:,.0f} MB, and a dataset here has at most "
            f"{MOST_IMAGE_BYTES >> 20} MB, {MOST_IMAGE_BYTES // each:,} of them. Take fewer."
        )
