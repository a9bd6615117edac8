"""How training went: curves, the confusion matrix, and mistakes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from ...figures.colours import BLUE, ORANGE
from .sheet import INK, reach_of, sheet, tile, write


def draw_curves(figure: Figure, history: Mapping[str, Sequence[float]], taken: int | None = None) -> None:
    """Loss and accuracy of every epoch, on training and test images.

    taken: the epoch after which the weights were taken; a line marks it unless it is the last.
    """
    figure.set_size_inches(9, 3.4)
    epochs = range(1, len(history["loss"]) + 1)
    marked = [] if taken is None or taken >= len(epochs) else [taken]
    for place, name in enumerate(("loss", "accuracy")):
        axes = figure.add_axes((0.08 + 0.5 * place, 0.17, 0.4, 0.7))
        axes.plot(epochs, history[name], color=BLUE, marker="o", label="training images")
        axes.plot(epochs, history[f"val_{name}"], color=ORANGE, marker="s", linestyle="--", label="test images")
        axes.set_title(name, fontsize=11, color=INK, loc="left")
        axes.set_xlabel("epoch", color=INK)
        axes.set_xlim(min([1, *marked]) - 0.3, len(epochs) + 0.3)
        for epoch in marked:
            axes.axvline(epoch, color=INK, linewidth=0.8, linestyle=":", label="these weights")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(axis="y", color="#e6e9ec")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)


def draw_confusion(figure: Figure, confusion: np.ndarray) -> None:
    """The confusion matrix, counts [truth, answer]; the more mistakes, the stronger the colour."""
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
    figure: Figure, images: np.ndarray, truths: np.ndarray, answers: np.ndarray, probabilities: np.ndarray
) -> None:
    """Digits [n h w 1] that were classified wrongly, with label [n], answer [n] and its probability [n], 0..1."""
    columns = 5
    axes = sheet(figure, 1.8 * columns, 2.2 * -(-len(images) // columns))
    for index, (truth, answer, probability) in enumerate(zip(truths, answers, probabilities, strict=True)):
        left, top = 1.8 * (index % columns), 2.2 * (index // columns)
        tile(axes, images[index, ..., 0], left + 0.1, top + 0.5, 1.6)
        write(axes, f"is {truth}, read as {answer}", left + 0.9, top + 0.15, 10)
        write(axes, f"{100 * probability:.1f} % sure", left + 0.9, top + 0.36, 9)
