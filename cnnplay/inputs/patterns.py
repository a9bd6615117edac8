"""Patterns to slide a filter over, float32 [h w 1] from 0 (black) to 1 (white): the rows of PATTERNS."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..bounds import is_whole
from ..errors import PictureError

MOST_SIZE = 256  # pixels


def line(angle: float, size: int, width: float = 1.5) -> np.ndarray:
    """A white line on black through the middle, `angle` degrees anticlockwise from horizontal: float32 [size size].

    A pixel at distance d from the line has the brightness ½ + width/2 - |d|, cut to 0..1: smooth at every angle.
    Raises PictureError for a size that is not 1 to 256.
    """
    x, y = _from_middle(size)
    turn = math.radians(angle)
    return _stroke(x * math.sin(turn) + y * math.cos(turn), width)


def _from_middle(size: int) -> tuple[np.ndarray, np.ndarray]:
    """For each pixel, its distance to the right of the middle and below it: [size size] each."""
    if not is_whole(size) or not 1 <= size <= MOST_SIZE:
        raise PictureError(f"A picture is 1 to {MOST_SIZE} pixels wide, not {size!r}.")
    steps = np.arange(size) - (size - 1) / 2
    return steps[None, :] + 0 * steps[:, None], steps[:, None] + 0 * steps[None, :]


def _stroke(distance: np.ndarray, width: float) -> np.ndarray:
    return np.clip(0.5 + width / 2 - np.abs(distance), 0, 1).astype(np.float32)


def _bright_line(angle: float) -> Callable[[int], np.ndarray]:
    """A line two pixels wide: it is white whether its middle lies on a row of pixels or between two."""
    return lambda size: line(angle, size, width=2)


def _cross(size: int) -> np.ndarray:
    return np.maximum(line(0, size, width=2), line(90, size, width=2))


def _circle(size: int) -> np.ndarray:
    return _stroke(np.hypot(*_from_middle(size)) - 0.35 * size, width=2)


def _edge(size: int) -> np.ndarray:
    _, y = _from_middle(size)
    return (y < 0).astype(np.float32)


def _checkerboard(size: int) -> np.ndarray:
    x, y = _from_middle(size)
    field = max(1, size // 7)
    return ((x - x.min()) // field + (y - y.min()) // field).astype(np.float32) % 2


def _gradient(size: int) -> np.ndarray:
    x, _ = _from_middle(size)
    return (0.5 + x / max(size - 1, 1)).astype(np.float32)


def _dot(size: int) -> np.ndarray:
    x, y = _from_middle(size)
    middle = (size - 1) // 2
    return ((x - x.min() == middle) & (y - y.min() == middle)).astype(np.float32)


def _stripes(size: int) -> np.ndarray:
    """½ + ½ cos(2π ∫ f), where the frequency f grows from 0 to ½ per pixel, the highest that pixels can show."""
    x, _ = _from_middle(size)
    column = x - x.min()
    return (0.5 + 0.5 * np.cos(np.pi * column**2 / (2 * max(size - 1, 1)))).astype(np.float32)


@dataclass(frozen=True)
class Pattern:
    """A picture drawn at any size.

    description: what it shows. draw: its brightness [size size] for a size. size: at which a lab shows it.
    """

    title: str
    description: str
    draw: Callable[[int], np.ndarray]
    size: int = 28

    def make(self, size: int) -> np.ndarray:
        """float32 [size size 1], 0 black to 1 white. Raises PictureError for a size that is not 1 to 256."""
        return self.draw(size)[..., None]


PATTERNS = {
    "horizontal-line": Pattern("Horizontal line", "a line from left to right", _bright_line(0)),
    "vertical-line": Pattern("Vertical line", "a line from top to bottom", _bright_line(90)),
    "rising-line": Pattern("Rising line", "a line at 45°, like a slash /", _bright_line(45)),
    "falling-line": Pattern("Falling line", "a line at 135°, like a backslash \\", _bright_line(135)),
    "cross": Pattern("Cross", "a horizontal and a vertical line: which of them does a filter see?", _cross),
    "circle": Pattern("Circle", "a line of every direction: a filter lights up where its own is", _circle),
    "horizontal-edge": Pattern("Horizontal edge", "bright above, dark below", _edge),
    "vertical-edge": Pattern(
        "Vertical edge", "bright on the left, dark on the right", lambda size: _edge(size).T.copy()
    ),
    "checkerboard": Pattern("Checkerboard", "edges and corners at even distances", _checkerboard),
    "gradient": Pattern("Gradient", "black on the left to white on the right: no edge anywhere", _gradient),
    "stripes": Pattern("Stripes", "broad to fine: a blur loses the fine ones first", _stripes),
    "dot": Pattern("Dot", "one white pixel: the feature map shows the kernel itself, rotated by 180°", _dot, size=9),
}
