"""Reading a table of pictures: a row is a label and the pixels of one, row by row, red, green and blue for each."""

import csv
import io
from collections.abc import Iterator, Sequence
from math import isfinite, isqrt

import numpy as np

from ..data.given import MOST_CLASSES, Given, check_count, clean_names, fitted
from ..errors import DataError
from ..words import printable
from .pixels import as_bytes
from .zipped import check_size

MOST_BYTES = 20 * 2**20
MOST_SIDE = 256  # pixels
FORM = "A row is a label and the pixels of a square picture: 784 numbers for 28 × 28 in grey, 3,072 for 32 × 32 × 3."
HEADINGS = {"label", "labels", "class", "target", "y"}
SEPARATORS = ",;\t"
MOST_LETTERS = 2**21  # of a row


def read_csv(data: bytes) -> Given:
    """The pictures in a CSV file. The first row may be a heading; labels are numbers or names.

    Raises DataError, with the number of the row, for a row of another length and for what is no brightness.
    """
    check_size(data, MOST_BYTES)
    labels: list[str] = []
    rows: list[np.ndarray] = []
    for number, (label, *pixels) in _rows(data):
        if rows and len(pixels) != len(rows[0]):
            raise DataError(f"Row {number:,} has {len(pixels):,} pixels, and those before it {len(rows[0]):,}. {FORM}")
        if not rows:
            _shape(len(pixels), number)
        labels.append(_label(label, number))
        rows.append(_pixels(pixels, number))
        check_count(len(rows), _shape(len(pixels), number)[-1] == 3)
    if not rows:
        raise DataError(f"There is no picture in this file. {FORM}")
    names = _names(labels)
    images = np.stack(rows).reshape(-1, *_shape(len(rows[0]), 1))
    (pixels_as_bytes,) = as_bytes([images], "This file")
    return Given(
        classes=clean_names(names),
        images=fitted(pixels_as_bytes, images.shape[-1] == 3),
        labels=np.array([names.index(label) for label in labels], np.uint8),
    )


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that are neither empty nor a heading, with the numbers of their lines, from 1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"Byte {error.start:,} of this file is no text in UTF-8. Save it as CSV in UTF-8.") from None
    separator = max(SEPARATORS, key=text[:1000].partition("\n")[0].count)
    is_first = True
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > MOST_LETTERS:
            raise DataError(f"Row {number:,} has {len(line):,} letters, too many for a picture. {FORM}")
        try:
            row = next(csv.reader([line.rstrip("\n")], delimiter=separator), [])
        except csv.Error as error:
            raise DataError(f"Row {number:,} of this file cannot be read: {error}. {FORM}") from error
        if not any(cell.strip() for cell in row):
            continue
        if not (is_first and _is_heading(row)):
            yield number, row
        is_first = False


def _is_heading(row: Sequence[str]) -> bool:
    return row[0].strip().casefold() in HEADINGS or not any(map(_is_number, row[1:]))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _shape(count: int, number: int) -> tuple[int, int, int]:
    """Height, width and channels of a picture of so many numbers. Raises DataError where it is no square."""
    for channels in (1, 3):
        side = isqrt(count // channels)
        if side * side * channels == count and 2 <= side <= MOST_SIDE:
            return side, side, channels
    raise DataError(f"Row {number:,} has {count:,} pixels, which make no square of at most {MOST_SIDE} pixels. {FORM}")


def _label(text: str, number: int) -> str:
    if not text.strip():
        raise DataError(f"Row {number:,} has no label. {FORM}")
    label = text.strip()
    return str(int(float(label))) if _is_number(label) and float(label).is_integer() else label


def _pixels(cells: Sequence[str], number: int) -> np.ndarray:
    """The pixels of a row, float32. Raises DataError for what is no number from 0 to 255."""
    try:
        pixels = np.fromiter(map(float, cells), np.float32, len(cells))
    except ValueError:
        wrong = next(cell for cell in cells if not _is_number(cell))
        raise DataError(f"Row {number:,} has “{printable(wrong[:20])}” where a pixel should be. {FORM}") from None
    if not (np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 255):
        wrong = next(cell for cell in cells if not (isfinite(float(cell)) and 0 <= float(cell) <= 255))
        raise DataError(f"Row {number:,} has the pixel {printable(wrong[:20])}, and brightness goes from 0 to 255.")
    return pixels


def _names(labels: Sequence[str]) -> list[str]:
    """The different labels: numbers by their size, names in the order of the alphabet."""
    different = sorted(set(labels))
    if len(different) > MOST_CLASSES:
        raise DataError(
            f"This file has {len(different):,} different labels, and at most {MOST_CLASSES} classes can be told apart "
            "here. The label is the first number of a row."
        )
    return sorted(different, key=int) if all(_is_whole(label) for label in different) else different


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()
