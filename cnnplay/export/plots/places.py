"""Where windows stand, and how a map changes when an image is moved."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .sheet import PALE, reach_of, sheet, tile, write

MOST_WINDOWS = 10  # drawn of one line


def draw_windows(figure: Figure, lines: Mapping[str, tuple[int, int, int, Sequence[Sequence[int]]]]) -> None:
    """Windows on lines of pixels. By title: (size, padding before, after, the pixels that each window reads)."""
    wide = [size + before + after + 2 for size, before, after, _ in lines.values()]
    tall = [0.7 * min(len(windows), MOST_WINDOWS) + 3.5 for _, _, _, windows in lines.values()]
    side_by_side = sum(wide) <= 48
    extent = (sum(wide), max(tall)) if side_by_side else (max(wide), sum(tall))
    axes = sheet(figure, *extent, inches=min(0.32, 10.5 / extent[0]))
    left = top = 0.0
    for width, height, (title, line) in zip(wide, tall, lines.items(), strict=True):
        write(axes, title, left + 1, top + 0.8, 10, "left")
        staircase(axes, left + 1, top + 1.5, *line)
        left, top = (left + width, top) if side_by_side else (left, top + height)


def staircase(
    axes: Axes, left: float, top: float, size: int, before: int, after: int, windows: Sequence[Sequence[int]]
) -> None:
    """A line of pixels with its padding, and a row for each window. Pixels that no window reads are crossed out."""
    read = {pixel for window in windows for pixel in window}
    for pixel in range(-before, size + after):
        x, inside = left + before + pixel, 0 <= pixel < size
        colour, edge, style = ("#d7dde2", "white", "-") if inside else ("white", PALE, ":")
        axes.add_patch(Rectangle((x + 0.05, top), 0.9, 0.9, facecolor=colour, edgecolor=edge, linestyle=style))
        if inside and pixel not in read:
            write(axes, "✕", x + 0.5, top + 0.45, 9)
    shown = [*windows] if len(windows) <= MOST_WINDOWS else [*windows[: MOST_WINDOWS - 2], None, windows[-1]]
    for row, window in enumerate(shown):
        y = top + 1.1 + 0.7 * row
        if window is None:
            write(axes, f"… {len(windows) - MOST_WINDOWS + 1} more", left + before + size / 2, y + 0.3)
            continue
        for pixel in window:
            corner, colour = (left + before + pixel + 0.05, y), "#5d6b78" if row % 2 else "#96a3ae"
            axes.add_patch(Rectangle(corner, 0.9, 0.55, facecolor=colour))


def draw_shift(figure: Figure, rows: Mapping[str, tuple[np.ndarray, np.ndarray, float]]) -> None:
    """By title: a map [h w], the same map of the moved image, and the share (0..1) of its values that stayed."""
    axes = sheet(figure, 8.3, 2.5 * len(rows) + 0.3, 0.9)
    for title, left in (("the picture", 2.8), ("moved by one pixel", 5.1), ("the difference", 7.4)):
        write(axes, title, left - 0.25, 0.2, 10)
    for index, (title, (before, after, stayed)) in enumerate(rows.items()):
        top, reach = 2.5 * index + 0.4, reach_of(before, after)
        write(axes, f"{title}\n{before.shape[0]}×{before.shape[1]}\n\n{100 * stayed:.0f} % stayed", 0.75, top + 1.1, 10)
        for column, values in enumerate((before, after, after - before)):
            tile(axes, values, 1.45 + 2.3 * column, top, 2.2, reach=reach)
