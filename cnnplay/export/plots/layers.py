"""The layers of a network: their shapes, and their outputs for an image."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...figures.colours import BLUE
from .sheet import PALE, numbers, reach_of, sheet, tile, write


def draw_network(figure: Figure, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """The shapes of a network's layers, by title: maps as a stack of squares, a row of numbers as a column."""
    in_a_row = min(len(shapes), 6)
    rows = -(-len(shapes) // in_a_row)
    axes = sheet(figure, 1.7 * in_a_row, 2.1 * rows)
    largest = max(side for shape in shapes.values() if len(shape) == 3 for side in shape[:2])
    for index, (title, shape) in enumerate(shapes.items()):
        middle, floor = 1.7 * (index % in_a_row) + 0.8, 2.1 * (index // in_a_row) + 1.5
        if len(shape) == 3:
            height, width = (max(0.06, 1.1 * side / largest) for side in shape[:2])
            stack = min(shape[2], 5)
            for level in reversed(range(stack)):
                shift = 0.05 * (level - (stack - 1) / 2)
                corner = (middle - width / 2 + shift, floor - height - shift - 0.1)
                axes.add_patch(Rectangle(corner, width, height, facecolor="#dfeaf3", edgecolor=BLUE, linewidth=1))
        else:
            height = 0.3 + 0.25 * np.log10(shape[0])
            corner = (middle - 0.05, floor - height)
            axes.add_patch(Rectangle(corner, 0.1, height, facecolor="#dfeaf3", edgecolor=BLUE, linewidth=1))
        write(axes, title, middle, floor + 0.18, 10)
        write(axes, "×".join(f"{n:,}" for n in shape), middle, floor + 0.38, 9)
        if index + 1 < len(shapes):
            write(axes, "→", middle + 0.85, floor - 0.6, 14, colour=PALE)


def draw_layers(figure: Figure, image: np.ndarray, layers: Mapping[str, np.ndarray], most: int = 8) -> None:
    """The output of each layer, by name, for an image [h w c]: the first maps of [h w c], or values [n] as a strip."""
    axes = sheet(figure, 1.15 * most + 1.5, 1.15 * (len(layers) + 1), 0.8)
    tile(axes, image, 1.5, 0.05, 1.05)
    write(axes, "input", 0.1, 0.6, 10, "left")
    for row, (name, values) in enumerate(layers.items(), start=1):
        top, reach = 1.15 * row, reach_of(values)
        write(axes, f"{name}\n{'×'.join(f'{n:,}' for n in values.shape)}", 0.1, top + 0.6, 10, "left")
        if values.ndim == 1:
            strip(axes, values, 1.5, top + 0.25, 1.15 * most - 0.1)
            continue
        for index in range(min(values.shape[2], most)):
            tile(axes, values[..., index], 1.5 + 1.15 * index, top + 0.05, 1.05, reach=reach)


def strip(axes: Axes, values: np.ndarray, left: float, top: float, width: float) -> None:
    """A row of numbers [n]: up to 10 with their values written in; more than 200 in eight rows."""
    if len(values) <= 10:
        pixel = tile(axes, values[None], left, top + 0.15, 0.6 * len(values), reach=reach_of(values))
        decimals = max(1, 1 - int(np.floor(np.log10(reach_of(values)))))  # two digits of the largest
        numbers(axes, values[None], left, top + 0.15, pixel, decimals)
        for index in range(len(values)):
            write(axes, str(index), left + (index + 0.5) * pixel, top, 8)
        return
    rows = 8 if len(values) > 200 else 1
    filled = np.append(values, np.zeros(-len(values) % rows)).reshape(rows, -1)
    tile(axes, filled, left, top, min(width, 0.08 * filled.shape[1]), reach=reach_of(values))


def draw_maps(figure: Figure, maps: np.ndarray, first: int = 1, most: int = 10) -> None:
    """Maps [h w n] on one scale, numbered from `first`; the first of them where there are many."""
    shown = maps[..., :most]
    columns = min(shown.shape[2], 5)
    rows = -(-shown.shape[2] // columns)
    axes = sheet(figure, 1.9 * columns, 2.1 * rows)
    for index in range(shown.shape[2]):
        left, top = 1.9 * (index % columns) + 0.05, 2.1 * (index // columns)
        tile(axes, shown[..., index], left, top + 0.25, 1.8, reach=reach_of(shown))
        write(axes, str(first + index), left + 0.9, top + 0.13, 10)
