"""Handwriting: the steps that preprocess a drawing into a picture like those of MNIST.

MNIST's digits were scaled to fit into 20 × 20 pixels, with their proportions kept and their edges smoothed, and shifted
until their centre of mass was in the middle of 28 × 28 (LeCun, Bottou, Bengio & Haffner, "Gradient-based learning
applied to document recognition", 1998, section III-A). A network trained on them expects the same.

Ink is an array [h w] from 0 (paper) to 1 (ink), in float32.
"""

from base64 import b64decode
from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from ..data.datasets import brightness
from ..errors import PlaygroundError

INK = (84, 84)  # of a drawing: rows, columns
INK_LETTERS = -(-INK[0] * INK[1] // 3) * 4  # of a drawing in base64; a longer text is not decoded
FIELD, BOX = 28, 20  # pixels: the side of the network's input, and of the box that the digit is fitted into


class InkError(PlaygroundError):
    """A drawing that cannot be read, or is empty."""


@dataclass(frozen=True)
class Skippable:
    """A preprocessing step that can be left out: what it does, and what goes wrong without it."""

    title: str
    description: str
    without: str


STEPS = {
    "crop": Skippable(
        "Cropped",
        "Empty paper is cut away: what is left is the smallest box that holds all the ink.",
        "Without it the empty paper counts as part of the digit, which ends up as small as it was drawn.",
    ),
    "fit": Skippable(
        "Fitted",
        f"The box is scaled until its longer side has {BOX} pixels, its proportions kept: digits of every size become "
        "equally large. Thin strokes are brightened.",
        "Without it a small digit stays small and a large one large, with strokes of a width that the filters have "
        "never seen.",
    ),
    "centre": Skippable(
        "Centred",
        "The digit is moved by whole pixels until its centre of mass is in the middle.",
        "Without it the strokes are not where the dense layer has learned to expect them.",
    ),
}


@dataclass(frozen=True, eq=False)
class Step:
    """The picture after a preprocessing step: float32 [h w], 0 to 1. `on` is False where the step was left out."""

    name: str
    title: str
    description: str
    image: np.ndarray
    on: bool = True


def read_ink(text: object) -> np.ndarray:
    """A drawing from a browser: float32 [84 84]. Raises InkError for anything else and for an empty drawing.

    text: base64 of 84 · 84 bytes, row by row, 0 for paper to 255 for ink.
    """
    rows, columns = INK
    try:
        data = b64decode(text, validate=True) if isinstance(text, str) and len(text) <= INK_LETTERS else b""
    except ValueError:
        data = b""
    if len(data) != rows * columns:
        raise InkError(f"This is not a drawing of {rows} × {columns} pixels. Clear the paper and draw again.")
    ink = brightness(np.frombuffer(data, np.uint8).reshape(INK))
    _check_ink(ink)
    return ink


def _check_ink(ink: np.ndarray) -> None:
    if not (ink > 0).any():
        raise InkError("Nothing is drawn yet. Draw a digit from 0 to 9.")


def received(ink: np.ndarray, skip: Set[str] = frozenset()) -> np.ndarray:
    """The network's input for a drawing [h w]: float32 [28 28 1]. Raises InkError for an empty drawing."""
    return strip(ink, skip)[-1].image[..., None]


def strip(ink: np.ndarray, skip: Set[str] = frozenset()) -> list[Step]:
    """The preprocessing of a drawing [h w], step by step: drawn, crop, fit, centre, grey; the last is float32 [28 28].

    Steps in `skip` are left out: without "crop" the whole paper is used; without "fit" the digit is scaled as if the
    paper filled the 28 × 28 pixels; without "centre" the middle of its box is centred. Without all three, the paper is
    scaled to 28 × 28. A digit of MNIST whose box is 20 pixels long stays the same.
    Raises InkError for an empty drawing.
    """
    _check_ink(ink)
    cropped = ink if "crop" in skip else ink[_box(ink)]
    scale = FIELD / max(ink.shape) if "fit" in skip else BOX / max(cropped.shape)
    fitted = _scaled(cropped, scale)
    if "fit" not in skip:
        fitted = _brightened(fitted)
    middle = _in_the_middle(fitted)
    centred = middle if "centre" in skip else centred_by_mass(middle)
    pictures = {"crop": cropped, "fit": fitted, "centre": centred}
    return [
        Step("drawn", "Drawn", "The paper, unchanged.", ink),
        *(
            Step(name, STEPS[name].title, STEPS[name].description, picture, name not in skip)
            for name, picture in pictures.items()
        ),
        Step("grey", "Received", "28 × 28 pixels in 256 greys: all that the network receives.", _in_greys(centred)),
    ]


def _box(ink: np.ndarray) -> tuple[slice, slice]:
    """The bounding box of the ink."""
    rows, columns = (np.flatnonzero((ink > 0).any(axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _scaled(image: np.ndarray, scale: float) -> np.ndarray:
    """The picture at another size; each pixel is the mean of the area under it, at least one pixel of `image`.

    scaled = A · image · Bᵀ, each row of A and B sampling along one side.
    """
    rows, columns = (max(1, round(side * scale)) for side in image.shape)
    height, width = image.shape
    scaled = _sampling(rows, height, rows / height) @ image @ _sampling(columns, width, columns / width).T
    return np.clip(scaled, 0, 1)  # rounding errors


def _brightened(image: np.ndarray) -> np.ndarray:
    """Brightened until its brightest pixel is white: in MNIST, that pixel of every digit has at least 254 of 255.

    Averaging turns a line thinner than a pixel of the box grey.
    """
    most = image.max()
    return image / most if most < 0.996 else image


def _sampling(count: int, size: int, scale: float, start: float = 0.0, least: float = 1.0) -> np.ndarray:
    """The weight of each of `size` pixels in each of `count` pixels at another scale: float32 [count size].

    Pixel i averages over an interval of length max(1/scale, least) about (i + ½ - start)/scale. The weight of pixel j
    is the overlap of that interval with [j, j + 1], divided by the length.
    """
    length = max(1 / scale, least)
    first = ((np.arange(count) + 0.5 - start) / scale - length / 2)[:, None]
    pixel = np.arange(size)[None, :]
    overlap = np.minimum(first + length, pixel + 1) - np.maximum(first, pixel)
    return (np.clip(overlap, 0, None) / length).astype(np.float32)


def _in_the_middle(image: np.ndarray) -> np.ndarray:
    """The picture in the middle of 28 × 28 pixels; an odd margin is one pixel larger above and on the left."""
    field = np.zeros((FIELD, FIELD), np.float32)
    down, right = ((FIELD - side + 1) // 2 for side in image.shape)
    field[down : down + image.shape[0], right : right + image.shape[1]] = image
    return field


def centred_by_mass(field: np.ndarray) -> np.ndarray:
    """Shifted by whole pixels until the centre of mass is in [13.5, 14.5), as in MNIST; all ink stays in the field.

    centre = Σ i · ink[i] / Σ ink[i],   pixels counted from 0
    """
    shifts = []
    for axis, box in zip((1, 0), _box(field), strict=True):
        mass = field.sum(axis, dtype=np.float64)
        centre = (np.arange(FIELD) * mass).sum() / mass.sum()
        shifts.append(int(np.clip(np.ceil(13.5 - centre), -box.start, FIELD - box.stop)))
    return np.roll(field, shifts, (0, 1))


def drawn_like(
    image: np.ndarray, scale: float = 1, down: float = 0, right: float = 0, paper: int = INK[0]
) -> np.ndarray:
    """A digit [28 28 1] as if drawn on paper: float32 [paper paper] in 256 greys.

    At scale 1 its 28 pixels fill the paper; `down` and `right` shift it, in pixels of the paper.
    """
    zoom = scale * paper / FIELD
    sides = ((paper - zoom * FIELD) / 2 + shift for shift in (down, right))
    rows, columns = (_sampling(paper, FIELD, zoom, start, least=0) for start in sides)
    return _in_greys(np.clip(rows @ image[..., 0] @ columns.T, 0, 1))


def _in_greys(image: np.ndarray) -> np.ndarray:
    """Rounded to the 256 greys of a stored picture; rounding errors beside the ink become 0 again."""
    return brightness(np.round(image * 255).astype(np.uint8))


def on_paper(ink: np.ndarray) -> np.ndarray:
    """Ink [h w] scaled to fit the paper of a drawing, and centred on it: float32 [84 84]."""
    fitted = _scaled(ink, min(side / of for side, of in zip(INK, ink.shape, strict=True)))
    paper = np.zeros(INK, np.float32)
    down, right = ((side - of) // 2 for side, of in zip(INK, fitted.shape, strict=True))
    paper[down : down + fitted.shape[0], right : right + fitted.shape[1]] = fitted
    return _in_greys(np.clip(paper, 0, 1))
