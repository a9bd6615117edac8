"""An experiment: every run as a point, and the curves of each group of seeds as a band."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from ...figures.colours import CATEGORICAL
from .sheet import INK

Points = Sequence[tuple[float, float]]


def draw_seeds(
    figure: Figure,
    labels: Sequence[str],
    accuracies: Sequence[Sequence[float]],
    bands: Sequence[tuple[Points, Points, Points]],
) -> None:
    """accuracies: of each group, a number a seed, 0 to 1. bands: of each group the lowest, median and highest loss,
    as (epochs, loss) pairs.
    """
    figure.set_size_inches(11, 0.4 * len(labels) + 2.8)
    dots, curves = figure.add_axes((0.27, 0.16, 0.3, 0.74)), figure.add_axes((0.65, 0.16, 0.32, 0.74))
    for at, (found, (low, middle, high)) in enumerate(zip(accuracies, bands, strict=True)):
        colour = CATEGORICAL[at % len(CATEGORICAL)]
        percent = [100 * accuracy for accuracy in found]
        dots.plot(percent, [at] * len(percent), "o", color=colour, alpha=0.7)
        if percent:
            dots.plot([np.median(percent)] * 2, [at - 0.3, at + 0.3], color=colour, linewidth=3)
        if middle:
            epochs = [place for place, _ in middle]
            curves.fill_between(epochs, [y for _, y in low], [y for _, y in high], color=colour, alpha=0.15)
            curves.plot(epochs, [y for _, y in middle], color=colour, label=labels[at])
    dots.set_yticks(range(len(labels)), labels)
    dots.invert_yaxis()
    dots.set_xlabel("test accuracy (%), a point a run, a line the median", color=INK)
    curves.set_yscale("log")
    curves.set_xlabel("epochs", color=INK)
    curves.set_title("training loss, a band over all seeds", fontsize=11, color=INK, loc="left")
    for axes in (dots, curves):
        axes.grid(color="#e6e9ec")
        axes.spines[["top", "right"]].set_visible(False)
