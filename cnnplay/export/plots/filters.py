"""What filters compute: one window, a whole map, several channels; and filters as they are."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from .sheet import INK, numbers, outline, reach_of, sheet, tile, write


def draw_window(figure: Figure, patch: np.ndarray, kernel: np.ndarray, decimals: int = 3) -> None:
    """One window: brightness [k k] times weights [k k] gives products, and their sum is one number."""
    axes = sheet(figure, 9.6, 2.3)
    products = patch * kernel
    for index, (title, values) in enumerate({"brightness": patch, "weights": kernel, "products": products}.items()):
        left = 0.1 + 2.6 * index
        pixel = tile(axes, values, left, 0.4, 1.8, reach=reach_of(values) if index else 0)
        numbers(axes, values, left, 0.4, pixel, decimals, grey=index == 0)
        write(axes, title, left + 0.9, 0.2, 10)
        write(axes, ("×", "=", "")[index], left + 2.2, 1.3, 18)
    write(axes, "sum →", 7.55, 1.3, 12)
    write(axes, f"{products.sum():.{decimals}f}".replace("-", "−"), 8.6, 1.3, 22)


def draw_slide(
    figure: Figure, image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray, row: int, column: int
) -> None:
    """An image [h w c], a kernel [kh kw], its feature map [oh ow]: the window that makes the value at row, column."""
    axes = sheet(figure, 8.6, 3.7)
    pixel = tile(axes, image, 0.1, 0.4, 3.2)
    outline(axes, 0.1 + column * pixel, 0.4 + row * pixel, kernel.shape[1] * pixel, kernel.shape[0] * pixel)
    cell = tile(axes, kernel, 3.75, 1.45, 1.1, reach=reach_of(kernel))
    numbers(axes, kernel, 3.75, 1.45, cell)
    unit = tile(axes, feature_map, 5.3, 0.4, 3.2, reach=reach_of(feature_map))
    outline(axes, 5.3 + column * unit, 0.4 + row * unit, unit, unit, INK)
    titles = {
        "picture": (image.shape, 1.7, 0.2),
        "kernel": (kernel.shape, 4.3, 1.25),
        "map": (feature_map.shape, 6.9, 0.2),
    }
    for title, (shape, x, y) in titles.items():
        write(axes, f"{title} {shape[0]}×{shape[1]}", x, y, 10)


def draw_answers(
    figure: Figure, image: np.ndarray, kernels: Mapping[str, np.ndarray], maps: Mapping[str, np.ndarray]
) -> None:
    """What kernels [kh kw], by title, make of an image [h w c]: under each its feature map [oh ow]."""
    columns = min(len(kernels), 4)
    rows = -(-len(kernels) // columns)
    axes = sheet(figure, 2.3 + 2.1 * columns, 3.3 * rows, 0.8)
    tile(axes, image, 0.1, 1.35, 1.8)
    for index, (title, kernel) in enumerate(kernels.items()):
        left, top = 2.3 + 2.1 * (index % columns), 3.3 * (index // columns)
        write(axes, title, left + 0.95, top + 0.15)
        cell = tile(axes, kernel, left + 0.45, top + 0.3, 0.95, reach=reach_of(kernel))
        if max(kernel.shape) <= 3:
            numbers(axes, kernel, left + 0.45, top + 0.3, cell, decimals=1)
        tile(axes, maps[title], left, top + 1.35, 1.9, reach=reach_of(maps[title]))


def draw_row(figure: Figure, pictures: Mapping[str, np.ndarray], reach: float = 0) -> None:
    """Maps [h w] side by side, by title, all on one scale."""
    axes = sheet(figure, 2.4 * len(pictures), 2.8)
    reach = reach or reach_of(*pictures.values())
    for index, (title, values) in enumerate(pictures.items()):
        tile(axes, values, 2.4 * index + 0.1, 0.4, 2.2, reach=reach)
        write(axes, title, 2.4 * index + 1.2, 0.2, 10)


def draw_channels(
    figure: Figure, channels: Mapping[str, np.ndarray], kernel: np.ndarray, bias: float, shares: Sequence[np.ndarray]
) -> None:
    """A filter [kh kw c] on several channels [h w], by title: what each adds [oh ow], the sum, and ReLU(sum + bias)."""
    axes = sheet(figure, 10.4, 2.3 * len(channels) + 0.1, 0.82)
    total = np.sum(shares, axis=0)
    for index, (title, values) in enumerate(channels.items()):
        top, weights = 2.3 * index + 0.3, kernel[..., index]
        tile(axes, values, 0.1, top, 1.9, reach=reach_of(values))
        write(axes, title, 1.05, top - 0.15)
        numbers(axes, weights, 2.3, top + 0.5, tile(axes, weights, 2.3, top + 0.5, 0.9, reach=reach_of(kernel)))
        tile(axes, shares[index], 3.5, top, 1.9, reach=reach_of(total))
        write(axes, "what it adds", 4.45, top - 0.15)
    top, active = 1.15 * len(channels) - 0.85, np.maximum(total + bias, 0)
    for left, title, values in ((6.0, "the sum", total), (8.4, f"ReLU(sum {bias:+g})".replace("-", "− "), active)):
        tile(axes, values, left, top, 1.9, reach=reach_of(values))
        write(axes, title, left + 0.95, top - 0.15)
        write(axes, "→", left - 0.25, top + 0.95, 14)


def draw_filters(
    figure: Figure, kernel: np.ndarray, most: int = 16, most_channels: int = 6, channels: Sequence[str] = ()
) -> None:
    """Filters [kh kw c f], a column each and a row a channel; the first of them where there are many.

    channels: the names of the channels, where they have some.
    """
    shown = kernel[:, :, :most_channels, :most]
    rows, columns = shown.shape[2:]
    scale = 0.62 if columns > 8 else 1.0
    margin, reach = 0.9 / scale, reach_of(shown)
    axes = sheet(figure, max(columns, 3) + margin, rows + 0.4, scale)
    for c in range(rows):
        write(axes, channels[c] if channels else f"channel {c + 1}", 0.1, c + 0.85, align="left")
        for f in range(columns):
            pixel = tile(axes, shown[:, :, c, f], margin + f, c + 0.4, 0.9, reach=reach)
            if pixel * scale > 0.25:
                numbers(axes, shown[:, :, c, f], margin + f, c + 0.4, pixel)
    for f in range(columns):
        write(axes, f"filter {f + 1}" if columns <= 8 else str(f + 1), margin + f + 0.45, 0.2)
