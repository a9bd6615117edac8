"""Pictures of a visitor's own: the steps from a photo to what the network receives, and a zip with a folder a class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from zipfile import ZipInfo

import numpy as np

from ..data.datasets import stored
from ..data.given import MOST_IMAGE_BYTES, Given, clean_names, shape_of
from ..data.resizing import scaled, with_channels
from ..errors import DataError, PictureError
from ..words import counted
from .handwriting import Step, in_levels
from .uploads import MOST_PIXELS, picture_size, read_picture
from .zipped import Archive, check_decoded, opened, shown

MOST_BYTES = 20 * 2**20  # of a zip, and of a single picture
MOST_PICTURES = 5_000
MOST_PIXELS_TOGETHER = 16 * MOST_PIXELS  # of all pictures in a zip: decoding them takes some seconds
LONGER_SIDE = 128  # pixels of a picture, as the steps begin with it: many are read together
TEST_FOLDERS = {"test", "testing", "validation", "valid", "val"}
SYSTEM_FILES = {"__macosx", "thumbs.db", "desktop.ini"}
FORM = "A zip for here has a folder for each class, with its pictures inside."


def picture_steps(picture: np.ndarray, colour: bool) -> list[Step]:
    """A picture [h w c] from 0 to 1, step by step: taken, square, scaled and, for a dataset in grey, grey.

    The images are [h w], or [h w 3] in colour. The last is what the network receives, in 256 levels.
    """
    height, width, _ = picture.shape
    square = _middle(picture)
    side, _, channels = shape_of(colour)
    small = np.clip(scaled(square[None], side)[0], 0, 1)
    last = in_levels(with_channels(small, channels))
    size = f"{side} × {side} pixels"
    steps = [
        Step("taken", "Taken", f"The picture, {height} × {width} pixels.", _flat(picture)),
        Step("square", "Square", "The middle is cut out: the input is a square.", _flat(square), height != width),
    ]
    if colour:
        is_scaled = "in red, green and blue: all that the network receives."
        return [*steps, Step("scaled", "Scaled", f"{size}, each the mean of the area it covers, {is_scaled}", last)]
    return [
        *steps,
        Step("scaled", "Scaled", f"{size}, each the mean of the area that it covers.", _flat(small)),
        Step("grey", "Grey", "Brightness alone: all that the network receives.", _flat(last), picture.shape[2] == 3),
    ]


def received(picture: np.ndarray, colour: bool) -> np.ndarray:
    """What the network receives of a picture [h w c] from 0 to 1: uint8 [28 28 1], or [32 32 3] in colour."""
    last = picture_steps(picture, colour)[-1].image
    return stored(last).reshape(shape_of(colour))


def _middle(picture: np.ndarray) -> np.ndarray:
    """The largest square in the middle."""
    height, width, _ = picture.shape
    side = min(height, width)
    down, right = (height - side) // 2, (width - side) // 2
    return picture[down : down + side, right : right + side]


def _flat(picture: np.ndarray) -> np.ndarray:
    """Without its axis of channels where it has one channel."""
    return picture[..., 0] if picture.shape[-1] == 1 else picture


@dataclass
class _Found:
    """The pictures read so far, in both forms, and what was left out."""

    grey: list[np.ndarray] = field(default_factory=list)
    colour: list[np.ndarray] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    held_out: list[bool] = field(default_factory=list)
    has_colour: bool = False
    left_out: list[tuple[str, str]] = field(default_factory=list)  # name, why
    pixels: int = 0


def read_zip(data: bytes, colour: bool | None = None) -> Given:
    """The pictures in a zip file, whose classes are the names of their folders.

    A folder "test" or "validation" above those holds its pictures out. Files that are no pictures are left out. colour:
    whether the pictures become coloured or grey; where it is None they are grey unless one of them has colours.
    Raises DataError for more than 20 MB, 5,000 pictures or ten classes, and for damaged, encrypted and huge entries.
    """
    archive = opened(data, MOST_BYTES)
    entries = [entry for entry in archive.entries if not _is_hidden(_parts(entry))]
    if len(entries) > MOST_PICTURES:
        raise DataError(
            f"This zip file has {len(entries):,} files, and at most {MOST_PICTURES:,} are read. Take fewer."
        )
    check_decoded(tuple(entries), MOST_IMAGE_BYTES)
    found = _Found()
    for entry in entries:
        _take(archive, entry, found)
    if not found.folders:
        raise DataError(f"There is no picture in a folder in this file. {FORM}{_reason(found.left_out)}")
    folders = sorted(set(found.folders))
    names = clean_names(folders)
    in_colour = found.has_colour if colour is None else colour
    return Given(
        classes=names,
        images=np.stack(found.colour if in_colour else found.grey),
        labels=np.array([folders.index(folder) for folder in found.folders], np.uint8),
        held_out=np.array(found.held_out) if any(found.held_out) else None,
        skipped=tuple(_left_out(found.left_out)),
    )


def _take(archive: Archive, entry: ZipInfo, found: _Found) -> None:
    """Reads a picture, or notes why not."""
    *above, name = _parts(entry)
    data = archive.read(entry, MOST_BYTES + 1)
    try:
        width, height = picture_size(data, MOST_BYTES)
        if not above:
            raise PictureError("It lies in no folder, whose name would be its class.")
        found.pixels += width * height
        if found.pixels > MOST_PIXELS_TOGETHER:
            raise DataError(
                f"The pictures in this file have more than {MOST_PIXELS_TOGETHER / 1e6:,.0f} million pixels together. "
                "Save them smaller."
            )
        picture = read_picture(data, LONGER_SIDE, MOST_BYTES)
    except PictureError as error:
        found.left_out.append((name, str(error)))
        return
    found.has_colour |= picture.shape[-1] == 3
    found.grey.append(received(picture, colour=False))
    found.colour.append(received(picture, colour=True))
    found.folders.append(above[-1])
    found.held_out.append(any(folder.casefold() in TEST_FOLDERS for folder in above[:-1]))


def _parts(entry: ZipInfo) -> list[str]:
    """The folders and the name in a path. Nothing is written anywhere: ".." leads nowhere."""
    parts = [part.strip() for part in entry.filename.replace("\\", "/").split("/")]
    return [part for part in parts if part not in ("", ".", "..")] or ["?"]


def _is_hidden(parts: Sequence[str]) -> bool:
    return any(part.startswith(".") or part.casefold() in SYSTEM_FILES for part in parts)


def _left_out(files: Sequence[tuple[str, str]]) -> Iterator[str]:
    if files:
        names = ", ".join(shown(name) for name, _ in files[:3])
        more = f" and {len(files) - 3:,} more" if len(files) > 3 else ""
        were = "was" if len(files) == 1 else "were"
        yield f"{counted(len(files), 'file')} {were} left out: {names}{more}.{_reason(files)}"


def _reason(files: Sequence[tuple[str, str]]) -> str:
    """Why the first of these files was left out."""
    return f" {shown(files[0][0])}: {files[0][1]}" if files else ""
