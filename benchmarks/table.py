"""Results -> text: the table and its caption."""

from typing import Any

from .machine import describe
from .settings import Scale

# The share of the machine that other processes may use: above it PyTorch, whose threads spin, is many times slower.
TOLERATED = 0.05


def table(results: Any) -> str:
    """The rows as a Markdown table, its columns padded."""
    cells = [["", "cnnplay", "compared with", "result", "target", "reached"]]
    for row in results["rows"]:
        what = f"{row['what']} ({row['note']})" if row["note"] else row["what"]
        value = "–" if row["value"] is None else f"{row['value']:.2f} {row['unit']}"
        cells.append([what, row["ours"], row["theirs"], value, row["target"], "yes" if row["reached"] else "no"])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


def disturbance(results: Any) -> str:
    """A warning if other processes used too much of the machine, else an empty text."""
    most = max(results["others"].values())
    return f"Other processes used up to {100 * most:.0f} % of the machine: measure again." if most > TOLERATED else ""


def conditions(results: Any) -> str:
    """The caption: machine, versions, repetitions, and what the figures mean."""
    scale = Scale(*results["scale"].values())
    place, versions = describe(results["machine"])
    return (
        f"Measured on {place}; {versions}. Figures are medians, with the spread, (largest − smallest) / median, in "
        f"brackets. Repetitions: {scale.job_rounds} whole trainings; {scale.rounds} rounds of steps, each of about "
        f"{scale.seconds:g} s, the frameworks in turn; {scale.starts} first steps; Fast 99 % with {scale.seeds} seeds "
        "(accuracy: the mean); memory and experiments once. Means over settings are geometric; their spread is the "
        "median of the settings' spreads. Whole trainings, first steps and experiments include compilation, but not "
        "imports or loading the images."
        f" {disturbance(results)}"
    ).rstrip()
