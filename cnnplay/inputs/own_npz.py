"""Reading an .npz file, in Keras's form or saved here: hostile bytes until checked, and nothing is ever unpickled.

Keras's form: x_train [n h w], [n h w 1] or [n h w 3] and y_train [n] or [n 1]; x_test and y_test, if any, are held out;
classes, if any, has the names.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np

from ..data.augmentation import Augmentation
from ..data.given import (
    MOST_CLASSES,
    MOST_FILE_BYTES,
    MOST_IMAGE_BYTES,
    MOST_TITLE_LETTERS,
    USUAL_TITLE,
    Given,
    check_count,
    clean_name,
    clean_names,
    fitted,
)
from ..data.own import VERSION
from ..errors import DataError, PlaygroundError
from ..words import printable
from .npz_arrays import read_array
from .pixels import as_bytes
from .zipped import check_decoded, opened

MOST_SIDE = 256  # pixels
MOST_SMALL_BYTES = 2**20  # of each array that has no images
IMAGES = ("x_train", "x_test")
SMALL = ("y_train", "y_test", "classes", "originals", "held_out", "about")
ANOTHER_COPY = "Take another copy of it."
FORM = "An .npz file for here has x_train, images [n h w], [n h w 1] or [n h w 3], and y_train, a label for each."


def read_npz(data: bytes) -> Given:
    """The pictures in an .npz file. One that `OwnData.to_npz` made gives the same data, without the variants.

    Raises DataError for a file of more than 40 MB, of images that take more than 64 MB, more than 10 classes, images
    larger than 256 × 256, values that are no brightness, and all that is damaged or in another form.
    """
    archive = opened(data, MOST_FILE_BYTES)
    known = {f"{name}.npy": name for name in (*IMAGES, *SMALL)}
    entries = {known[entry.filename]: entry for entry in archive.entries if entry.filename in known}
    if "x_train" not in entries or "y_train" not in entries:
        missing = next(name for name in ("x_train", "y_train") if name not in entries)
        names = ", ".join(printable(entry.filename[:20].removesuffix(".npy")) for entry in archive.entries[:4])
        raise DataError(f"This file has no {missing}{names and f', only {names}'}. {FORM}")
    if ("x_test" in entries) != ("y_test" in entries):
        raise DataError("This file has only one of x_test and y_test. It needs both, or neither.")
    check_decoded(tuple(entries.values()), MOST_IMAGE_BYTES + len(SMALL) * MOST_SMALL_BYTES)
    arrays = {
        name: read_array(archive, entry, MOST_IMAGE_BYTES if name in IMAGES else MOST_SMALL_BYTES)
        for name, entry in entries.items()
    }
    return _saved_here(arrays) if "about" in arrays else _of_keras(arrays)


def _of_keras(arrays: Mapping[str, np.ndarray]) -> Given:
    parts = [part for part in ("train", "test") if f"x_{part}" in arrays]
    images = [_images(arrays[f"x_{part}"], f"x_{part}") for part in parts]
    if len({each.shape[1:] for each in images}) > 1:
        raise DataError(f"x_train has images {images[0].shape[1:]} and x_test {images[1].shape[1:]}: make them alike.")
    labels = [_labels(arrays[f"y_{part}"], f"y_{part}", len(each)) for part, each in zip(parts, images, strict=True)]
    together = np.concatenate(labels)
    names, used = _classes(arrays.get("classes"), together)
    colour = images[0].shape[-1] == 3
    check_count(len(together), colour)
    pixels = as_bytes(images, "x_train" if len(parts) == 1 else "x_train and x_test")
    sides = np.repeat([False, True], [len(each) for each in labels]) if len(parts) == 2 else None
    return Given(
        classes=names,
        images=np.concatenate([fitted(each, colour) for each in pixels]),
        labels=np.searchsorted(used, together).astype(np.uint8),
        held_out=sides,
    )


def _images(array: np.ndarray, name: str) -> np.ndarray:
    """Images of a file as [n h w c]."""
    images = array[..., None] if array.ndim == 3 else array
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or images.dtype.kind not in "buif":
        raise DataError(f"{name} in this file is {array.dtype} {array.shape}. {FORM}")
    height, width = images.shape[1:3]
    if not (1 <= height <= MOST_SIDE and 1 <= width <= MOST_SIDE):
        raise DataError(
            f"The images in {name} are {height:,} × {width:,} pixels, and between 1 and {MOST_SIDE} on a side are read."
        )
    if not len(images) and name == "x_train":
        raise DataError(f"There are no images in {name}. {FORM}")
    return images


def _labels(array: np.ndarray, name: str, count: int) -> np.ndarray:
    """Labels of a file as int64 [n]; also those that are written as numbers with a point, or one-hot."""
    array = _whole(_not_one_hot(array))
    if array.dtype.kind not in "ui" or array.shape not in ((count,), (count, 1)):
        raise DataError(f"{name} in this file is {array.dtype} {array.shape}, and {count:,} whole numbers are needed.")
    if array.size and int(array.max()) >= 2**31:
        raise DataError(f"{name} has the label {int(array.max()):,}, which is far too large. Count classes from 0.")
    return array.reshape(-1).astype(np.int64)


def _not_one_hot(array: np.ndarray) -> np.ndarray:
    """Of rows with a single 1, all else 0, where it stands; other arrays as they are. Keras calls it one-hot."""
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "buif":
        return array
    is_one_hot = ((array == 0) | (array == 1)).all() and (array.sum(1) == 1).all()
    return array.argmax(1) if is_one_hot else array


def _whole(array: np.ndarray) -> np.ndarray:
    """Whole numbers that are written with a point as whole numbers; other arrays as they are."""
    if array.dtype.kind != "f" or not np.isfinite(array).all() or (array % 1).any() or (np.abs(array) > 2**31).any():
        return array
    return array.astype(np.int64)


def _classes(names: np.ndarray | None, labels: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """The names of the classes, and the label in the file of each."""
    used = np.unique(labels)
    if names is None:
        if len(used) > MOST_CLASSES:
            raise DataError(
                f"This file has {len(used):,} classes, and at most {MOST_CLASSES} can be told apart here. "
                "Leave some of them out."
            )
        return clean_names([str(label) for label in used]), used
    cleaned = clean_names(_texts(names))
    if len(used) and not 0 <= used[0] <= used[-1] < len(cleaned):
        wrong = used[0] if used[0] < 0 else used[-1]
        raise DataError(f"A picture has the label {wrong:,}, and there are names for 0 to {len(cleaned) - 1} only.")
    return cleaned, np.arange(len(cleaned))


def _texts(array: np.ndarray) -> Sequence[str]:
    if array.ndim != 1 or array.dtype.kind not in "US" or not len(array):
        raise DataError(f"classes in this file is {array.dtype} {array.shape}, and a list of names is needed.")
    if len(array) > MOST_CLASSES:
        raise DataError(f"This file has {len(array):,} classes, and at most {MOST_CLASSES} can be told apart here.")
    try:
        return [text.decode() if isinstance(text, bytes) else str(text) for text in array.tolist()]
    except ValueError as error:
        raise DataError("The names in classes are no text. Save them as NumPy's strings.") from error


def _saved_here(arrays: Mapping[str, np.ndarray]) -> Given:
    """The pictures of a file that `OwnData.to_npz` made. Raises DataError where it could not have made it."""
    if missing := {*IMAGES, *SMALL} - arrays.keys():
        raise DataError(f"This file was saved here, but has lost its {min(missing)}. {ANOTHER_COPY}")
    title, augmentation = _about(arrays["about"])
    train, test = (_images(arrays[name], name) for name in IMAGES)
    train_labels = _labels(arrays["y_train"], "y_train", len(train))
    test_labels = _labels(arrays["y_test"], "y_test", len(test))
    held_out, places = arrays["held_out"], arrays["originals"]
    if not _fit(train, test, held_out, places):
        raise DataError(f"This file was saved here, but its arrays do not fit each other. {ANOTHER_COPY}")
    names, _ = _classes(arrays["classes"], np.concatenate([train_labels, test_labels]))
    images = np.empty((len(held_out), *train.shape[1:]), np.uint8)
    images[held_out], images[~held_out] = test, train[places]
    labels = np.empty(len(held_out), np.uint8)
    labels[held_out], labels[~held_out] = test_labels, train_labels[places]
    return Given(names, images, labels, held_out, title, augmentation=augmentation)


def _fit(train: np.ndarray, test: np.ndarray, held_out: np.ndarray, places: np.ndarray) -> bool:
    """Whether all pictures can be put together: each is at a place of its own in `train`, or held out in `test`."""
    if not (train.dtype == test.dtype == np.uint8 and train.shape[1:] == test.shape[1:]):
        return False
    if held_out.dtype != np.bool_ or places.dtype.kind not in "ui" or not held_out.ndim == places.ndim == 1:
        return False
    if len(test) != held_out.sum() or len(places) != (~held_out).sum() or len(np.unique(places)) != len(places):
        return False
    return not len(places) or 0 <= int(places.min()) <= int(places.max()) < len(train)


def _about(array: np.ndarray) -> tuple[str, Augmentation]:
    """Title and augmentation."""
    try:
        about = json.loads(str(array)) if array.ndim == 0 and array.dtype.kind == "U" else None
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or not isinstance(about.get("title"), str):
        raise DataError(f"This file was saved here, but its note about itself is damaged. {ANOTHER_COPY}")
    if (version := about.get("version")) != VERSION:
        shown = printable(str(version)[:20]) if isinstance(version, int | float | str) else "unknown"
        raise DataError(f"This file is of version {shown}, and version {VERSION} is read here. Save it here again.")
    given = about.get("augmentation")
    settings = {entry.name for entry in fields(Augmentation)}
    if not isinstance(given, dict) or set(given) != settings or not all(map(_is_setting, given.values())):
        raise DataError(f"This file was saved here, but its augmentation is damaged. {ANOTHER_COPY}")
    try:
        augmentation = Augmentation(**given)
    except PlaygroundError as error:
        raise DataError(f"This file was saved here, but: {error}") from error
    return clean_name(about["title"], MOST_TITLE_LETTERS) if about["title"].strip() else USUAL_TITLE, augmentation


def _is_setting(value: object) -> bool:
    return isinstance(value, int | float)
