"""Results -> the picture: the speed of cnnplay relative to PyTorch, setting by setting, a dot for each Python."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .machine import describe, short_name
from .rows import geometric_mean, ratio
from .settings import COLUMNS

# Colour and marker: blue and vermilion of Okabe & Ito are safe for the colour-blind, and the shapes differ too.
DOTS = dict(zip(COLUMNS, (("#0072B2", "o"), ("#D55E00", "D")), strict=True))
INK, GREY = "#222222", "#bbbbbb"
TICKS = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)


def draw(results: Any, file: Path) -> None:
    """A row for each setting, the largest ratio on top, on a logarithmic axis; a dot and its number for each column."""
    columns = results["machine"]["versions"]
    grid = sorted(results["measured"]["grid"], key=lambda setting: ratio(setting, "pytorch", COLUMNS[0]))
    names = [f"{setting['network'].removesuffix('-flatten-dense10')}  ·  {setting['batch']}" for setting in grid]
    ratios = {column: [ratio(setting, "pytorch", column) for setting in grid] for column in columns}
    place, versions = describe(results["machine"])
    figure = Figure(figsize=(11, 2.1 + 0.27 * len(grid)), layout="constrained")
    axes = figure.subplots()
    for row, values in enumerate(zip(*ratios.values(), strict=True)):
        axes.plot([min(values), max(values)], [row, row], color=GREY, linewidth=3, zorder=1)
        _number(axes, min(values), row, "right" if len(values) > 1 else "left")
        if len(values) > 1:
            _number(axes, max(values), row, "left")
    for column, values in ratios.items():
        colour, marker = DOTS[column]
        mean = geometric_mean(values)
        label = f"{short_name(columns[column])}: {mean:.2f} × in the geometric mean (dashed)"
        axes.scatter(values, range(len(grid)), s=32, color=colour, marker=marker, label=label, zorder=2)
        axes.axvline(mean, color=colour, linewidth=1, linestyle="--", zorder=0)
    axes.axvline(1, color=INK, linewidth=1, zorder=0)
    axes.set_xscale("log")
    everything = [value for values in ratios.values() for value in values]
    low, high = min(0.8, min(everything)) / 1.2, max(everything) * 1.2
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g} ×" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(low, high)
    axes.set_yticks(range(len(grid)), names)
    axes.set_ylim(-0.6, len(grid) - 0.4)
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel("times as fast as PyTorch eager")
    figure.legend(loc="outside lower right", fontsize=8.5, frameon=False)
    title = "A training step of cnnplay and of PyTorch: network (before flatten-dense10) · batch size"
    figure.suptitle(f"{title}\n{place}\n{versions}", x=0.01, ha="left", fontsize=10)
    figure.savefig(file, dpi=110, facecolor="white", metadata={"Software": None})


def _number(axes: Any, value: float, row: int, side: str) -> None:
    """The value beside its dot, on the side away from the other dot."""
    axes.annotate(
        f"{value:.2f}",
        (value, row),
        (7 if side == "left" else -7, 0),
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=8,
        color=INK,
        bbox={"color": "white", "pad": 0.5},
        zorder=1,
    )
