"""A sheet to draw pictures, numbers and texts on. Images are grey or in colour, other arrays blue and orange."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from ...figures.colours import BLUE, ORANGE

SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
INK, PALE = "#2b2f33", "#b9bfc5"


def sheet(figure: Figure, width: float, height: float, inches: float = 1.0) -> Axes:
    """Axes without a frame over the whole figure: width × height units, (0, 0) at the top left. inches: of a unit."""
    figure.set_size_inches(width * inches, height * inches)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return axes


def reach_of(*arrays: np.ndarray) -> float:
    """The largest absolute value in the arrays, 1 if all are 0: the end of a symmetric scale."""
    return max(float(np.abs(values).max(initial=0)) for values in arrays) or 1.0


def tile(axes: Axes, values: np.ndarray, left: float, top: float, size: float = 1.0, *, reach: float = 0) -> float:
    """A picture [h w] at a place, its longer side `size`: grey, or signed up to ±reach. Returns a pixel's size.

    An image may have its channels with it: [h w 1], or [h w 3], red, green and blue.
    """
    values = values[..., 0] if values.ndim == 3 and values.shape[2] != 3 else values
    height, width = values.shape[:2]
    pixel = size / max(height, width)
    place = (left, left + width * pixel, top + height * pixel, top)
    colours, low, high = (SIGNED, -reach, reach) if reach else ("gray", 0, 1)
    axes.imshow(values, colours, vmin=low, vmax=high, extent=place, interpolation="nearest", aspect="auto")
    axes.add_patch(Rectangle((left, top), width * pixel, height * pixel, fill=False, color=PALE, linewidth=0.8))
    return pixel


def unit_of(axes: Axes) -> float:
    """Inches of a unit of a sheet."""
    return float(axes.bbox.width / axes.figure.dpi / axes.get_xlim()[1])


def write(
    axes: Axes,
    text: str,
    x: float,
    y: float,
    size: float = 9,
    align: str = "center",
    colour: str = INK,
    *,
    turn: float = 0,
) -> None:
    """A text whose middle is at y, turned by some degrees; a dollar sign in it begins no formula."""
    axes.text(x, y, text, fontsize=size, ha=align, va="center", color=colour, rotation=turn, parse_math=False)


def outline(axes: Axes, left: float, top: float, width: float, height: float, colour: str = ORANGE) -> None:
    """An empty rectangle: where a window stands."""
    axes.add_patch(Rectangle((left, top), width, height, fill=False, color=colour, linewidth=2))


def numbers(
    axes: Axes, values: np.ndarray, left: float, top: float, pixel: float, decimals: int = 2, *, grey: bool = False
) -> None:
    """The values of a picture, written into its pixels; on a `grey` one with a light outline, readable on black too."""
    rounded = np.round(values, decimals) + 0.0  # no "-0"
    texts = [f"{value:.4g}".replace("-", "−") for value in rounded.flat]
    size = min(20, 104 / max(map(len, texts))) * pixel * unit_of(axes)  # the longest fits into a pixel
    effects = [withStroke(linewidth=size / 5, foreground="white")] if grey else []
    for (row, column), text in zip(np.ndindex(rounded.shape), texts, strict=True):
        x, y = left + (column + 0.5) * pixel, top + (row + 0.5) * pixel
        axes.text(x, y, text, color="black", ha="center", va="center", fontsize=size, path_effects=effects)
