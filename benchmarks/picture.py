"""Results -> the picture: the speed of cnnplay relative to PyTorch, setting by setting."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .machine import describe
from .rows import geometric_mean, ratio

FASTER, SLOWER, INK = (
    "#0072B2",
    "#D55E00",
    "#222222",
)  # blue and vermilion of Okabe & Ito: colour-blind safe
TICKS = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)


def draw(results: Any, file: Path) -> None:
    """A bar for each setting from 1 × to its ratio, on a logarithmic axis, the largest on top."""
    grid = sorted(results["measured"]["grid"], key=lambda setting: ratio(setting, "pytorch"))
    ratios = [ratio(setting, "pytorch") for setting in grid]
    names = [f"{setting['network'].removesuffix('-flatten-dense10')}  ·  {setting['batch']}" for setting in grid]
    mean, (place, versions) = geometric_mean(ratios), describe(results["machine"])
    figure = Figure(figsize=(11, 1.9 + 0.27 * len(grid)), layout="constrained")
    axes = figure.subplots()
    colours = [FASTER if value >= 1 else SLOWER for value in ratios]
    axes.barh(names, [value - 1 for value in ratios], left=1, height=0.7, color=colours)
    for row, value in enumerate(ratios):
        side = 1 if value >= 1 else -1
        axes.annotate(
            f"{value:.2f}",
            (value, row),
            (4 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=8.5,
            color=INK,
            bbox={"color": "white", "pad": 1},
        )
    axes.axvline(1, color=INK, linewidth=1)
    axes.axvline(mean, color=INK, linewidth=1, linestyle="--", zorder=0)
    axes.set_xscale("log")
    low, high = min(0.8, min(ratios) / 1.2), max(ratios) * 1.2
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g} ×" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(low, high)
    axes.set_ylim(-0.6, len(grid) - 0.4)
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(f"times as fast as PyTorch eager; dashed: the geometric mean, {mean:.2f} ×")
    title = "A training step of cnnplay and of PyTorch: network (before flatten-dense10) · batch size"
    figure.suptitle(f"{title}\n{place}\n{versions}", x=0.01, ha="left", fontsize=10)
    figure.savefig(file, dpi=110, facecolor="white", metadata={"Software": None})
