"""The pictures of the lesson: a function each, which takes a matplotlib figure and arrays, and draws.

One home for two readers: the notebook shows and runs this source, the page calls it. So a function here knows NumPy,
matplotlib and its neighbours in this file, nothing else of the package but two colours. Images are grey, 0 black to
1 white; other numbers are blue below zero, white at zero and orange above.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from ..figures.colours import BLUE, ORANGE

SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "white", ORANGE])
INK, PALE = "#2b2f33", "#b9bfc5"
MOST_WINDOWS = 10  # of a line that are drawn


def sheet(figure: Figure, width: float, height: float, inches: float = 1.0) -> Axes:
    """Axes without a frame over the whole figure: width × height units of so many inches, (0, 0) at the top left."""
    figure.set_size_inches(width * inches, height * inches)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return axes


def reach_of(*arrays: np.ndarray) -> float:
    """The largest size of a number in any of them: the end of a symmetric scale."""
    return max(float(np.abs(values).max(initial=0)) for values in arrays) or 1.0


def tile(axes: Axes, values: np.ndarray, left: float, top: float, size: float = 1.0, *, reach: float = 0) -> float:
    """A picture [h w] at a place, its longer side `size`: grey, or signed up to ±reach. Returns a pixel's size."""
    height, width = values.shape
    pixel = size / max(height, width)
    place = (left, left + width * pixel, top + height * pixel, top)
    colours, low, high = (SIGNED, -reach, reach) if reach else ("gray", 0, 1)
    axes.imshow(values, colours, vmin=low, vmax=high, extent=place, interpolation="nearest", aspect="auto")
    axes.add_patch(Rectangle((left, top), width * pixel, height * pixel, fill=False, color=PALE, linewidth=0.8))
    return pixel


def unit_of(axes: Axes) -> float:
    """Inches of a unit of a sheet."""
    return float(axes.bbox.width / axes.figure.dpi / axes.get_xlim()[1])


def write(axes: Axes, text: str, x: float, y: float, size: float = 9, align: str = "center", colour: str = INK) -> None:
    """A text whose middle is at y."""
    axes.text(x, y, text, fontsize=size, ha=align, va="center", color=colour)


def outline(axes: Axes, left: float, top: float, width: float, height: float, colour: str = ORANGE) -> None:
    """An empty rectangle: where a window stands."""
    axes.add_patch(Rectangle((left, top), width, height, fill=False, color=colour, linewidth=2))


def numbers(
    axes: Axes, values: np.ndarray, left: float, top: float, pixel: float, decimals: int = 2, *, grey: bool = False
) -> None:
    """The numbers of a picture in its pixels; on a `grey` one with a light border, which is readable on black too."""
    size = 20 * pixel * unit_of(axes)
    effects = [withStroke(linewidth=size / 5, foreground="white")] if grey else []
    for (row, column), value in np.ndenumerate(np.round(values, decimals) + 0.0):  # + 0.0: no "-0"
        x, y = left + (column + 0.5) * pixel, top + (row + 0.5) * pixel
        text = f"{value:.4g}".replace("-", "−")
        axes.text(x, y, text, color="black", ha="center", va="center", fontsize=size, path_effects=effects)


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


def draw_digits(figure: Figure, images: np.ndarray, labels: np.ndarray) -> None:
    """Digits [n h w 1] with what each of them is [n]."""
    columns = min(len(images), 10)
    rows = -(-len(images) // columns)
    axes = sheet(figure, columns, 1.25 * rows, 0.95)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        left, top = index % columns, 1.25 * (index // columns)
        tile(axes, image[..., 0], left + 0.05, top + 0.05, 0.9)
        write(axes, str(label), left + 0.5, top + 1.1, 11)


def draw_pixels(figure: Figure, image: np.ndarray, top: int, left: int, size: int = 8) -> None:
    """A digit [h w 1] and, enlarged, a patch of it with its brightness from 0 to 255 written in."""
    axes = sheet(figure, 8.2, 4)
    pixel = tile(axes, image[..., 0], 0.1, 0.4, 3.5)
    outline(axes, 0.1 + left * pixel, 0.4 + top * pixel, size * pixel, size * pixel)
    patch = image[top : top + size, left : left + size, 0]
    large = tile(axes, patch, 4.5, 0.4, 3.5)
    numbers(axes, 255 * patch, 4.5, 0.4, large, decimals=0, grey=True)
    outline(axes, 4.5, 0.4, 3.5, 3.5)
    write(axes, f"{image.shape[0]}×{image.shape[1]} pixels", 1.85, 0.2, 10)
    write(axes, f"rows {top} to {top + size - 1}, columns {left} to {left + size - 1}", 6.25, 0.2, 10)


def draw_window(figure: Figure, patch: np.ndarray, kernel: np.ndarray) -> None:
    """One window: brightness [k k] times weights [k k] gives products, and their sum is one number."""
    axes = sheet(figure, 9.6, 2.3)
    products = patch * kernel
    for index, (title, values) in enumerate({"brightness": patch, "weights": kernel, "products": products}.items()):
        left = 0.1 + 2.6 * index
        pixel = tile(axes, values, left, 0.4, 1.8, reach=reach_of(values) if index else 0)
        numbers(axes, values, left, 0.4, pixel, grey=index == 0)
        write(axes, title, left + 0.9, 0.2, 10)
        write(axes, ("×", "=", "")[index], left + 2.2, 1.3, 18)
    write(axes, "sum →", 7.55, 1.3, 12)
    write(axes, f"{products.sum():.2f}".replace("-", "−"), 8.6, 1.3, 22)


def draw_slide(
    figure: Figure, image: np.ndarray, kernel: np.ndarray, feature_map: np.ndarray, row: int, column: int
) -> None:
    """A digit [h w 1], a kernel [kh kw] and its feature map [oh ow]: the window that makes the value at row, column."""
    axes = sheet(figure, 8.6, 3.7)
    pixel = tile(axes, image[..., 0], 0.1, 0.4, 3.2)
    outline(axes, 0.1 + column * pixel, 0.4 + row * pixel, kernel.shape[1] * pixel, kernel.shape[0] * pixel)
    cell = tile(axes, kernel, 3.75, 1.45, 1.1, reach=reach_of(kernel))
    numbers(axes, kernel, 3.75, 1.45, cell)
    unit = tile(axes, feature_map, 5.3, 0.4, 3.2, reach=reach_of(feature_map))
    outline(axes, 5.3 + column * unit, 0.4 + row * unit, unit, unit, INK)
    titles = {
        "digit": (image.shape, 1.7, 0.2),
        "kernel": (kernel.shape, 4.3, 1.25),
        "map": (feature_map.shape, 6.9, 0.2),
    }
    for title, (shape, x, y) in titles.items():
        write(axes, f"{title} {shape[0]}×{shape[1]}", x, y, 10)


def draw_answers(
    figure: Figure, image: np.ndarray, kernels: Mapping[str, np.ndarray], maps: Mapping[str, np.ndarray]
) -> None:
    """What kernels [kh kw], by title, make of a digit [h w 1]: under each its feature map [oh ow]."""
    columns = min(len(kernels), 4)
    rows = -(-len(kernels) // columns)
    axes = sheet(figure, 2.3 + 2.1 * columns, 3.3 * rows, 0.8)
    tile(axes, image[..., 0], 0.1, 1.35, 1.8)
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


def draw_windows(figure: Figure, lines: Mapping[str, tuple[int, int, int, Sequence[int], Sequence[int]]]) -> None:
    """Where windows stand on lines of pixels. By title: (size, padding before, after, first pixel of each, taps)."""
    wide = [size + before + after + 2 for size, before, after, _, _ in lines.values()]
    tall = [0.7 * min(len(starts), MOST_WINDOWS) + 3.5 for _, _, _, starts, _ in lines.values()]
    side_by_side = sum(wide) <= 48
    extent = (sum(wide), max(tall)) if side_by_side else (max(wide), sum(tall))
    axes = sheet(figure, *extent, inches=min(0.32, 10.5 / extent[0]))
    left = top = 0.0
    for width, height, (title, line) in zip(wide, tall, lines.items(), strict=True):
        write(axes, title, left + 1, top + 0.8, 10, "left")
        staircase(axes, left + 1, top + 1.5, *line)
        left, top = (left + width, top) if side_by_side else (left, top + height)


def staircase(
    axes: Axes, left: float, top: float, size: int, before: int, after: int, starts: Sequence[int], taps: Sequence[int]
) -> None:
    """A line of pixels with its padding, and below a row for each window. What no window reads is crossed out."""
    read = {start + tap for start in starts for tap in taps}
    for pixel in range(-before, size + after):
        x, inside = left + before + pixel, 0 <= pixel < size
        colour, edge, style = ("#d7dde2", "white", "-") if inside else ("white", PALE, ":")
        axes.add_patch(Rectangle((x + 0.05, top), 0.9, 0.9, facecolor=colour, edgecolor=edge, linestyle=style))
        if inside and pixel not in read:
            write(axes, "✕", x + 0.5, top + 0.45, 9)
    shown = [*starts] if len(starts) <= MOST_WINDOWS else [*starts[: MOST_WINDOWS - 2], None, starts[-1]]
    for row, start in enumerate(shown):
        y = top + 1.1 + 0.7 * row
        if start is None:
            write(axes, f"… {len(starts) - MOST_WINDOWS + 1} more", left + before + size / 2, y + 0.3)
            continue
        for tap in taps:
            corner, colour = (left + before + start + tap + 0.05, y), "#5d6b78" if row % 2 else "#96a3ae"
            axes.add_patch(Rectangle(corner, 0.9, 0.55, facecolor=colour))


def draw_shift(figure: Figure, rows: Mapping[str, tuple[np.ndarray, np.ndarray, float]]) -> None:
    """By title: a map [h w], the same of a moved digit, and which share (0..1) of it stayed as it was."""
    axes = sheet(figure, 8.3, 2.5 * len(rows) + 0.3, 0.9)
    for title, left in (("the digit", 2.8), ("moved by one pixel", 5.1), ("the difference", 7.4)):
        write(axes, title, left - 0.25, 0.2, 10)
    for index, (title, (before, after, stayed)) in enumerate(rows.items()):
        top, reach = 2.5 * index + 0.4, reach_of(before, after)
        write(axes, f"{title}\n{before.shape[0]}×{before.shape[1]}\n\n{stayed:.0%} stayed", 0.75, top + 1.1, 10)
        for column, values in enumerate((before, after, after - before)):
            tile(axes, values, 1.45 + 2.3 * column, top, 2.2, reach=reach)


def draw_curves(figure: Figure, history: Mapping[str, Sequence[float]]) -> None:
    """Loss and accuracy of every epoch, on the images trained on and on those never seen."""
    figure.set_size_inches(9, 3.4)
    epochs = range(1, len(history["loss"]) + 1)
    for place, name in enumerate(("loss", "accuracy")):
        axes = figure.add_axes((0.08 + 0.5 * place, 0.17, 0.4, 0.7))
        axes.plot(epochs, history[name], color=BLUE, marker="o", label="training images")
        axes.plot(epochs, history[f"val_{name}"], color=ORANGE, marker="s", linestyle="--", label="test images")
        axes.set_title(name, fontsize=11, color=INK, loc="left")
        axes.set_xlabel("epoch", color=INK)
        axes.set_xlim(0.7, len(epochs) + 0.3)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(axis="y", color="#e6e9ec")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)


def draw_filters(figure: Figure, kernel: np.ndarray, most: int = 16, channels: int = 6) -> None:
    """Filters [kh kw c f], a column each and a row a channel; the first of them where there are many."""
    shown = kernel[:, :, :channels, :most]
    rows, columns = shown.shape[2:]
    scale = 0.62 if columns > 8 else 1.0
    margin, reach = 0.9 / scale, reach_of(shown)
    axes = sheet(figure, max(columns, 3) + margin, rows + 0.4, scale)
    for c in range(rows):
        write(axes, f"channel {c + 1}", 0.1, c + 0.85, align="left")
        for f in range(columns):
            pixel = tile(axes, shown[:, :, c, f], margin + f, c + 0.4, 0.9, reach=reach)
            if pixel * scale > 0.25:
                numbers(axes, shown[:, :, c, f], margin + f, c + 0.4, pixel)
    for f in range(columns):
        write(axes, f"filter {f + 1}" if columns <= 8 else str(f + 1), margin + f + 0.45, 0.2)


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


def draw_layers(figure: Figure, image: np.ndarray, layers: Mapping[str, np.ndarray], most: int = 8) -> None:
    """What each layer, by name, makes of a digit [h w 1]: its first maps of [h w c], or its numbers [n] as a strip."""
    axes = sheet(figure, 1.15 * most + 1.5, 1.15 * (len(layers) + 1), 0.8)
    tile(axes, image[..., 0], 1.5, 0.05, 1.05)
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
    """A row of numbers [n]: a few written in, counted from 0; very many in eight rows, one below the other."""
    if len(values) <= 10:
        pixel = tile(axes, values[None], left, top + 0.15, 0.6 * len(values), reach=reach_of(values))
        numbers(axes, values[None], left, top + 0.15, pixel, decimals=1)
        for index in range(len(values)):
            write(axes, str(index), left + (index + 0.5) * pixel, top, 8)
        return
    rows = 8 if len(values) > 200 else 1
    filled = np.append(values, np.zeros(-len(values) % rows)).reshape(rows, -1)
    tile(axes, filled, left, top, min(width, 0.08 * filled.shape[1]), reach=reach_of(values))


def draw_confusion(figure: Figure, confusion: np.ndarray) -> None:
    """How many images of each digit (row) were read as each digit (column); mistakes are the stronger the more."""
    count = len(confusion)
    axes = sheet(figure, count + 1.2, count + 1.2, 0.55)
    mistakes = np.where(np.eye(count, dtype=bool), 0, confusion)
    tile(axes, mistakes, 1.1, 1.1, count, reach=reach_of(mistakes) * 1.4)
    for (truth, answer), number in np.ndenumerate(confusion):
        if truth == answer:
            axes.add_patch(Rectangle((answer + 1.1, truth + 1.1), 1, 1, color="#e4e8ec"))
        if number:
            write(axes, str(number), answer + 1.6, truth + 1.6)
    for digit in range(count):
        write(axes, str(digit), digit + 1.6, 0.8, 10)
        write(axes, str(digit), 0.8, digit + 1.6, 10)
    write(axes, "read as", 1.1 + count / 2, 0.35, 10)
    axes.text(0.35, 1.1 + count / 2, "is", fontsize=10, color=INK, ha="center", va="center", rotation=90)


def draw_mistakes(
    figure: Figure, images: np.ndarray, truths: np.ndarray, answers: np.ndarray, chances: np.ndarray
) -> None:
    """Digits [n h w 1] that were read wrongly: what each is [n], what was said [n], and how surely [n], 0..1."""
    columns = 5
    axes = sheet(figure, 1.8 * columns, 2.2 * -(-len(images) // columns))
    for index, (truth, answer, chance) in enumerate(zip(truths, answers, chances, strict=True)):
        left, top = 1.8 * (index % columns), 2.2 * (index // columns)
        tile(axes, images[index, ..., 0], left + 0.1, top + 0.5, 1.6)
        write(axes, f"is {truth}, read as {answer}", left + 0.9, top + 0.15, 10)
        write(axes, f"{chance:.1%} sure", left + 0.9, top + 0.36, 9)
