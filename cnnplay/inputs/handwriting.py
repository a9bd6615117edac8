"""Handwriting: the steps that preprocess a drawing into a picture like those of MNIST.

MNIST's digits were scaled to fit into 20 × 20 pixels, with their proportions kept and their edges smoothed, and shifted
until their centre of mass was in the middle of 28 × 28 (LeCun, Bottou, Bengio & Haffner, "Gradient-based learning
applied to document recognition", 1998, section III-A). A network trained on them expects the same.

A network that was trained on other pictures expects what those are like: a row of Preparation for each kind.

Ink is an array [h w] from 0 (paper) to 1 (ink), in float32.
"""

from base64 import b64decode
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from ..data import coloured_shapes
from ..data.datasets import DATASETS, DataSource, brightness, stored
from ..errors import PlaygroundError

INK = (84, 84)  # of a drawing: rows, columns
INK_LETTERS = -(-INK[0] * INK[1] // 3) * 4  # of a drawing in base64; a longer text is not decoded
FIELD, BOX = 28, 20  # pixels: the side of the network's input, and of the box that the digit is fitted into
COLOUR_FIELD, COLOUR_BOX = 32, 23  # the same of colour pictures
SHAPE_BOX = 13  # about as large as the coloured shapes, whose circles are 9 to 16 pixels wide

Colour = tuple[float, float, float]  # red, green and blue, 0 to 1


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


FILL = Skippable(
    "Filled",
    "What is enclosed by a line is filled.",
    "Without it the network receives an outline, and it has only ever seen shapes that are filled.",
)


@dataclass(frozen=True)
class Preparation:
    """What the pictures are like that a network was trained on.

    field: the side of its input, in pixels. box: of the box that a drawing is fitted into. filled: whether outlines
    are. ink, paper: their colours; None for a network that receives grey pictures, white on black.
    """

    field: int = FIELD
    box: int = BOX
    filled: bool = False
    ink: Colour | None = None
    paper: Colour = (0.0, 0.0, 0.0)

    @property
    def steps(self) -> dict[str, Skippable]:
        """The steps that can be left out, in their order."""
        box = replace(STEPS["fit"], description=STEPS["fit"].description.replace(f"{BOX} pixels", f"{self.box} pixels"))
        return {**({"fill": FILL} if self.filled else {}), **STEPS, "fit": box}


GREY = Preparation()


def _rgb(colour: Colour) -> Colour:
    red, green, blue = (value / 255 for value in colour)
    return red, green, blue


def preparation_for(data: DataSource, pen: str = "red") -> Preparation:
    """How a drawing becomes a picture like those of a dataset. pen: one of the colours of the coloured shapes."""
    if data.input_shape[2] == 1:
        return GREY
    if data.name in DATASETS:
        middle = sum(coloured_shapes.GROUND) / 2
        colour = coloured_shapes.COLOURS[pen]
        return Preparation(COLOUR_FIELD, SHAPE_BOX, True, _rgb(colour), _rgb((middle, middle, middle)))
    return Preparation(COLOUR_FIELD, COLOUR_BOX, ink=(1.0, 1.0, 1.0))


@dataclass(frozen=True, eq=False)
class Step:
    """The picture after a preprocessing step: float32 [h w] or, in colour, [h w 3], 0 to 1.

    `on` is False where the step was left out.
    """

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


def received(ink: np.ndarray, skip: Set[str] = frozenset(), preparation: Preparation = GREY) -> np.ndarray:
    """The network's input for a drawing [h w]: float32 [28 28 1], or [32 32 3]. Raises InkError for an empty one."""
    return input_of(strip(ink, skip, preparation))


def input_of(steps: Sequence[Step]) -> np.ndarray:
    """The network's input, from the steps that lead to it: float32 [h w c]."""
    image = steps[-1].image
    return image if image.ndim == 3 else image[..., None]


def strip(ink: np.ndarray, skip: Set[str] = frozenset(), preparation: Preparation = GREY) -> list[Step]:
    """The preprocessing of a drawing [h w], step by step: drawn, crop, fit, centre, grey; the last is float32 [28 28].

    A preparation may fill the drawing before it is cropped, and colour it at the end: [32 32 3].

    Steps in `skip` are left out: without "crop" the whole paper is used; without "fit" the digit is scaled as if the
    paper filled the 28 × 28 pixels; without "centre" the middle of its box is centred. Without all three, the paper is
    scaled to 28 × 28. A digit of MNIST whose box is 20 pixels long stays the same.
    Raises InkError for an empty drawing.
    """
    _check_ink(ink)
    field = preparation.field
    filled = _filled(ink) if preparation.filled and "fill" not in skip else ink
    cropped = filled if "crop" in skip else filled[_box(ink)]
    scale = field / max(ink.shape) if "fit" in skip else preparation.box / max(cropped.shape)
    fitted = _scaled(cropped, scale)
    if "fit" not in skip:
        fitted = _brightened(fitted)
    middle = _in_the_middle(fitted, field)
    centred = middle if "centre" in skip else centred_by_mass(middle)
    pictures = {"fill": filled, "crop": cropped, "fit": fitted, "centre": centred}
    return [
        Step("drawn", "Drawn", "The paper, unchanged.", ink),
        *(
            Step(name, step.title, step.description, pictures[name], name not in skip)
            for name, step in preparation.steps.items()
        ),
        _last_step(centred, preparation),
    ]


def _last_step(centred: np.ndarray, preparation: Preparation) -> Step:
    size = f"{preparation.field} × {preparation.field} pixels"
    if preparation.ink is None:
        text = f"{size} in 256 greys: all that the network receives."
        return Step("grey", "Received", text, in_levels(centred))
    paper, colour = (np.array(each, np.float32) for each in (preparation.paper, preparation.ink))
    coloured = paper + centred[..., None] * (colour - paper)
    text = f"{size} with three numbers each, red, green and blue: all that the network receives."
    return Step("grey", "Received", text, in_levels(coloured))


def _filled(ink: np.ndarray) -> np.ndarray:
    """The drawing with all that its lines enclose."""
    from scipy.ndimage import binary_fill_holes

    return np.maximum(ink, binary_fill_holes(ink > 0.5).astype(np.float32))


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


def _in_the_middle(image: np.ndarray, side: int) -> np.ndarray:
    """The picture in the middle of a square; an odd margin is one pixel larger above and on the left."""
    field = np.zeros((side, side), np.float32)
    down, right = ((side - of + 1) // 2 for of in image.shape)
    field[down : down + image.shape[0], right : right + image.shape[1]] = image
    return field


def centred_by_mass(field: np.ndarray) -> np.ndarray:
    """Shifted by whole pixels until the centre of mass is in [s/2 - ½, s/2 + ½); all ink stays in the field.

    centre = Σ i · ink[i] / Σ ink[i],   pixels counted from 0; s: the side, with 28 as in MNIST
    """
    shifts, side = [], len(field)
    for axis, box in zip((1, 0), _box(field), strict=True):
        mass = field.sum(axis, dtype=np.float64)
        centre = (np.arange(side) * mass).sum() / mass.sum()
        shifts.append(int(np.clip(np.ceil(side / 2 - 0.5 - centre), -box.start, side - box.stop)))
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
    return in_levels(np.clip(rows @ image[..., 0] @ columns.T, 0, 1))


def in_levels(image: np.ndarray) -> np.ndarray:
    """Rounded to the 256 greys of a stored picture; rounding errors beside the ink become 0 again."""
    return brightness(stored(image))


def on_paper(ink: np.ndarray) -> np.ndarray:
    """Ink [h w] scaled to fit the paper of a drawing, and centred on it: float32 [84 84]."""
    fitted = _scaled(ink, min(side / of for side, of in zip(INK, ink.shape, strict=True)))
    paper = np.zeros(INK, np.float32)
    down, right = ((side - of) // 2 for side, of in zip(INK, fitted.shape, strict=True))
    paper[down : down + fitted.shape[0], right : right + fitted.shape[1]] = fitted
    return in_levels(np.clip(paper, 0, 1))
