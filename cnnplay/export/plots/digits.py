"""Images of a dataset, and their pixels as numbers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from .sheet import numbers, outline, sheet, tile, write


def draw_digits(figure: Figure, images: np.ndarray, labels: Sequence[object]) -> None:
    """Images [n h w c] with their labels [n]."""
    columns = min(len(images), 10)
    rows = -(-len(images) // columns)
    axes = sheet(figure, columns, 1.25 * rows, 0.95)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        left, top = index % columns, 1.25 * (index // columns)
        tile(axes, image, left + 0.05, top + 0.05, 0.9)
        write(axes, str(label), left + 0.5, top + 1.1, min(11, 100 / max(1, len(str(label)))))


def draw_pixels(figure: Figure, image: np.ndarray, top: int, left: int, size: int = 8, channel: int = 0) -> None:
    """An image [h w c] and, enlarged, a patch of one channel with its brightness from 0 to 255 written in."""
    axes = sheet(figure, 8.2, 4)
    pixel = tile(axes, image, 0.1, 0.4, 3.5)
    outline(axes, 0.1 + left * pixel, 0.4 + top * pixel, size * pixel, size * pixel)
    patch = image[top : top + size, left : left + size, channel]
    large = tile(axes, patch, 4.5, 0.4, 3.5)
    numbers(axes, 255 * patch, 4.5, 0.4, large, decimals=0, grey=True)
    outline(axes, 4.5, 0.4, 3.5, 3.5)
    write(axes, f"{image.shape[0]}×{image.shape[1]} pixels", 1.85, 0.2, 10)
    write(axes, f"rows {top} to {top + size - 1}, columns {left} to {left + size - 1}", 6.25, 0.2, 10)
