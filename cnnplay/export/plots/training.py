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


def draw_confusion(figure: Figure, confusion: np.ndarray, names: Sequence[str] = ()) -> None:
    """The confusion matrix, counts [truth, answer]; the more mistakes, the stronger the colour.

    names: of the classes; without them they are numbered.
    """
    count = len(confusion)
    names = names or [str(label) for label in range(count)]
    letters = max(map(len, names))
    edge = 1.1 + 0.2 * (letters - 1)  # where the matrix begins, behind the longest name
    axes = sheet(figure, count + edge + 0.1, count + edge + 0.1, 0.55)
    mistakes = np.where(np.eye(count, dtype=bool), 0, confusion)
    tile(axes, mistakes, edge, edge, count, reach=reach_of(mistakes) * 1.4)
    for (truth, answer), number in np.ndenumerate(confusion):
        if truth == answer:
            axes.add_patch(Rectangle((answer + edge, truth + edge), 1, 1, color="#e4e8ec"))
        if number:
            write(axes, str(number), answer + edge + 0.5, truth + edge + 0.5)
    middle = (edge + 0.5) / 2
    for label, name in enumerate(names):
        write(axes, name, label + edge + 0.5, middle, 10, turn=90 * (letters > 2))
        write(axes, name, middle, label + edge + 0.5, 10)
    write(axes, "read as", edge + count / 2, 0.25, 10)
    write(axes, "is", 0.25, edge + count / 2, 10, turn=90)


def draw_mistakes(
    figure: Figure,
    images: np.ndarray,
    truths: Sequence[object],
    answers: Sequence[object],
    probabilities: Sequence[float] | np.ndarray,
) -> None:
    """Images [n h w c] that were classified wrongly, with label [n], answer [n] and its probability [n], 0..1."""
    columns = 5
    axes = sheet(figure, 1.8 * columns, 2.2 * -(-len(images) // columns))
    for index, (truth, answer, probability) in enumerate(zip(truths, answers, probabilities, strict=True)):
        left, top = 1.8 * (index % columns), 2.2 * (index // columns)
        tile(axes, images[index], left + 0.1, top + 0.5, 1.6)
        text = f"is {truth}, read as {answer}"
        write(axes, text, left + 0.9, top + 0.15, min(10, 210 / len(text)))
        write(axes, f"{100 * probability:.1f} % sure", left + 0.9, top + 0.36, 9)
