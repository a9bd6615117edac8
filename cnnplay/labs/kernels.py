"""Kernels: named ones and what each of them finds, generated ones, and checks for those from outside.

All are applied as in networks, by cross-correlation: output[i, j] = Σ image[i + u, j + v] · kernel[u, v]. The kernel is
not flipped first, as it would be in the convolution of mathematics: the weight at the top left multiplies the pixel at
the top left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..bounds import is_whole
from ..errors import PlaygroundError
from ..inputs.patterns import line

MOST_SIZE = 11
MOST_CHANNELS = 3
MOST_WEIGHT = 1000

Rows = tuple[tuple[float, ...], ...]

KernelNumbers = tuple[Rows, ...]  # [channel][row][column]


class KernelError(PlaygroundError):
    """A kernel that cannot be made or read."""


@dataclass(frozen=True)
class NamedKernel:
    """A kernel to try: its weights as rows of numbers, what it finds, and who described it."""

    title: str
    weights: Rows
    finds: str
    source: str = ""

    @property
    def array(self) -> np.ndarray:
        """A new array of the weights, float32 [k k]."""
        return np.array(self.weights, np.float32)


def _average(*counts: int) -> Rows:
    """The weights counts[u] · counts[v], divided so that their sum is 1."""
    return tuple(tuple(down * across / sum(counts) ** 2 for across in counts) for down in counts)


LINE_MASKS = "Gonzalez & Woods, Digital Image Processing, on line detection"
PREWITT = "Prewitt, Object enhancement and extraction, 1970"
SOBEL = "Sobel & Feldman, A 3×3 isotropic gradient operator for image processing, 1968"

KERNELS = {
    "identity": NamedKernel("Identity", ((0, 0, 0), (0, 1, 0), (0, 0, 0)), "Leaves the picture as it is."),
    "blur": NamedKernel("Blur", _average(1, 1, 1), "Averages 9 pixels: edges soften and fine detail fades."),
    "gauss": NamedKernel(
        "Gaussian blur",
        _average(1, 4, 6, 4, 1),
        "Averages 25 pixels, the near ones with more weight: a smooth blur.",
    ),
    "sharpen": NamedKernel(
        "Sharpen",
        ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
        "Exaggerates what differs from its neighbours; keeps flat areas.",
    ),
    "horizontal-line": NamedKernel(
        "Horizontal line",
        ((-1, -1, -1), (2, 2, 2), (-1, -1, -1)),
        "Positive on bright horizontal lines, negative just beside them.",
        LINE_MASKS,
    ),
    "vertical-line": NamedKernel(
        "Vertical line",
        ((-1, 2, -1), (-1, 2, -1), (-1, 2, -1)),
        "Positive on bright vertical lines, negative just beside them.",
        LINE_MASKS,
    ),
    "rising-line": NamedKernel(
        "Rising line",
        ((-1, -1, 2), (-1, 2, -1), (2, -1, -1)),
        "Positive on bright lines that rise like a slash /.",
        LINE_MASKS,
    ),
    "falling-line": NamedKernel(
        "Falling line",
        ((2, -1, -1), (-1, 2, -1), (-1, -1, 2)),
        "Positive on bright lines that fall like a backslash \\.",
        LINE_MASKS,
    ),
    "horizontal-edge": NamedKernel(
        "Horizontal edge",
        ((1, 1, 1), (0, 0, 0), (-1, -1, -1)),
        "Positive where the image gets darker from top to bottom.",
        PREWITT,
    ),
    "vertical-edge": NamedKernel(
        "Vertical edge",
        ((1, 0, -1), (1, 0, -1), (1, 0, -1)),
        "Positive where the image gets darker from left to right.",
        PREWITT,
    ),
    "rising-edge": NamedKernel(
        "Rising edge",
        ((1, 1, 0), (1, 0, -1), (0, -1, -1)),
        "Positive at edges like a slash / with the bright side above left.",
    ),
    "falling-edge": NamedKernel(
        "Falling edge",
        ((0, -1, -1), (1, 0, -1), (1, 1, 0)),
        "Positive at edges like a backslash \\ with the bright side below left.",
    ),
    "sobel-x": NamedKernel(
        "Sobel x",
        ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
        "Responds where the image gets brighter from left to right.",
        SOBEL,
    ),
    "sobel-y": NamedKernel(
        "Sobel y",
        ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
        "Responds where the image gets brighter from top to bottom.",
        SOBEL,
    ),
    "laplacian": NamedKernel(
        "Laplacian",
        ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
        "Finds edges of every direction: negative on their bright side.",
    ),
    "emboss": NamedKernel(
        "Emboss",
        ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
        "Makes a relief: edges that get brighter to the lower right light up.",
    ),
}


def name_of(kernel: np.ndarray) -> str | None:
    """The key in KERNELS of a kernel [k k] or [k k 1] with exactly these weights; None where there is none."""
    flat = kernel[..., 0] if kernel.ndim == 3 and kernel.shape[2] == 1 else kernel
    return next((name for name, row in KERNELS.items() if np.array_equal(row.array, np.float32(flat))), None)


def numbers_of(kernel: np.ndarray) -> KernelNumbers:
    """The weights of a kernel [k k] or [k k c] as numbers [channel][row][column], which can be compared and hashed."""
    channels = np.float32(kernel).reshape(*kernel.shape[:2], -1)
    return tuple(tuple(tuple(map(float, row)) for row in channel) for channel in np.moveaxis(channels, -1, 0))


def array_of(numbers: KernelNumbers) -> np.ndarray:
    """The inverse of `numbers_of`: a new array, float32 [k k c]."""
    return np.moveaxis(np.array(numbers, np.float32), 0, -1)


def rotated(kernel: np.ndarray) -> np.ndarray:
    """The kernel [k k] or [k k c] rotated by 90° anticlockwise: a detector of horizontal lines finds vertical ones."""
    return np.rot90(kernel).copy()


def negated(kernel: np.ndarray) -> np.ndarray:
    """Every weight times -1: bright and dark change places in the feature map."""
    return 0 - kernel  # no "-0"


def resized(kernel: np.ndarray, size: int) -> np.ndarray:
    """A kernel [k k] or [k k c] cropped or padded with zeros to [size size ...], about its middle.

    The weight at ⌊(k - 1)/2⌋, which with padding "same" lies on the pixel being computed, stays there: from an odd size
    to the next even one, 3 to 4, the new row is at the bottom and the new column on the right.
    Raises KernelError for a size that is not 1 to 11.
    """
    _check_size(size)
    old = len(kernel)
    shift = (size - 1) // 2 - (old - 1) // 2
    kept = slice(max(0, -shift), min(old, size - shift))
    placed = slice(kept.start + shift, kept.stop + shift)
    changed = np.zeros((size, size, *kernel.shape[2:]), kernel.dtype)
    changed[placed, placed] = kernel[kept, kept]
    return changed


def random_kernel(size: int, seed: int) -> np.ndarray:
    """Random weights, float32 [size size], with two decimals each and a sum of 0, so that flat areas give 0.

    Deterministic for a seed. A single weight need not be 0. Raises KernelError for a size that is not 1 to 11.
    """
    _check_size(size)
    hundredths = np.random.default_rng(seed).integers(-99, 100, size * size)
    if size > 1:
        hundredths -= hundredths.sum() // hundredths.size
        hundredths[: hundredths.sum()] -= 1  # the rest of that division
    return (hundredths / 100).astype(np.float32).reshape(size, size)


def oriented(angle: float, size: int) -> np.ndarray:
    """A detector of lines at `angle` degrees anticlockwise from horizontal: float32 [size size].

        kernel = (line - mean) / ‖line - mean‖

    where `line` is a picture of the line. The sum 0 ignores brightness, and the norm 1 makes angles comparable. Of all
    such kernels, none responds more to the line than its own picture (Cauchy-Schwarz inequality). The line is 1 pixel
    wide, and 1½ pixels from size 5 on. Raises KernelError for a size that is not 3 to 11.
    """
    _check_size(size, least=3)
    picture = line(angle, size, width=1 if size < 5 else 1.5).astype(np.float64)
    picture -= picture.mean()
    return (picture / np.linalg.norm(picture)).astype(np.float32)


def bank(count: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` line detectors spread over 180°: angles in degrees [count], kernels float32 [count size size]."""
    angles = np.arange(count) * 180 / count
    return angles, np.stack([oriented(angle, size) for angle in angles])


def check_kernel(values: object) -> np.ndarray:
    """A kernel float32 [k k] or [k k c] from rows of weights, or of weights per channel.

    Raises KernelError for anything else: uneven rows, a size that is not 1 to 11, more than 3 channels, and
    weights that are not numbers from -1000 to 1000.
    """
    given = values.tolist() if isinstance(values, np.ndarray) else values
    rows = [
        _listed(row, "A row of a kernel", "weights", MOST_SIZE) for row in _listed(given, "A kernel", "rows", MOST_SIZE)
    ]
    size = len(rows)
    for row in rows:
        if len(row) != size:
            raise KernelError(f"A kernel is square: with {size} rows, none of them can have {len(row)} weights.")
    cells = [cell for row in rows for cell in row]
    if not isinstance(cells[0], list | tuple):
        return np.array([_weight(cell) for cell in cells], np.float32).reshape(size, size)
    pixels = [_listed(cell, "A pixel of a kernel", "channels", MOST_CHANNELS) for cell in cells]
    channels = len(pixels[0])
    for pixel in pixels:
        if len(pixel) != channels:
            raise KernelError(
                f"All pixels of a kernel have as many channels: not {channels} here and {len(pixel)} there."
            )
    return np.array([[_weight(value) for value in pixel] for pixel in pixels], np.float32).reshape(size, size, channels)


def check_filter(values: object, shape: tuple[int, int, int]) -> np.ndarray:
    """A filter float32 of this shape (kh, kw, c) from numbers [c][kh][kw]. Raises KernelError for anything else."""
    rows, columns, channels = shape
    wanted = f"This filter has {channels} × {rows} × {columns} weights: channels, rows and columns."

    def part(numbers: object, count: int) -> list[object]:
        if not isinstance(numbers, list) or len(numbers) != count:
            raise KernelError(wanted)
        return numbers

    cells = [part(row, columns) for channel in part(values, channels) for row in part(channel, rows)]
    weights = np.array([_weight(cell) for row in cells for cell in row], np.float32)
    return np.moveaxis(weights.reshape(channels, rows, columns), 0, -1)


def _listed(values: object, what: str, things: str, most: int) -> Sequence[object]:
    if not isinstance(values, list | tuple):
        raise KernelError(f"{what} is a list of 1 to {most} {things}, not {_shown(values)}.")
    if not 1 <= len(values) <= most:
        raise KernelError(f"{what} has 1 to {most} {things}, not {len(values)}.")
    return values


def _weight(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_WEIGHT:  # NaN is not
        return float(value)
    raise KernelError(f"A weight is a number from -{MOST_WEIGHT} to {MOST_WEIGHT}, not {_shown(value)}.")


def _shown(value: object) -> str:
    """A value from outside, short enough for a sentence."""
    if isinstance(value, str | float | bool | None):
        return repr(value[:20] if isinstance(value, str) else value)
    return "a whole number far beyond" if isinstance(value, int) else f"a {type(value).__name__}"


def _check_size(size: object, least: int = 1) -> None:
    if not is_whole(size) or not least <= size <= MOST_SIZE:
        raise KernelError(f"A kernel is {least} to {MOST_SIZE} weights wide, not {size!r}.")
