"""Results to words: the table, and what has to be said with it."""

from typing import Any

from .machine import in_words
from .settings import Scale

# The share of the machine that others may take: beyond it PyTorch, whose threads spin, takes many times as long.
BUSY = 0.05


def table(results: Any) -> str:
    """The rows as a table in Markdown, padded so that it reads well as it stands."""
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
    """What has to be said of other processes: nothing where they took little."""
    most = max(results["others"].values())
    return f"Other processes took up to {100 * most:.0f} % of the machine: measure again." if most > BUSY else ""


def conditions(results: Any) -> str:
    """Machine, versions, repetitions, spread."""
    scale = Scale(*results["scale"].values())
    place, versions = in_words(results["machine"])
    return (
        f"Measured on {place}; {versions}. Figures are medians, in brackets the spread, (largest − smallest) / median. "
        f"Repetitions: whole trainings {scale.job_rounds}; a step {scale.rounds}, of about {scale.seconds:g} s each, "
        f"the frameworks taking turns; the first step {scale.starts}; Fast 99 % {scale.seeds}, a seed each (accuracy: "
        "the mean); memory 1. Means over settings are geometric, their spread is the median of the settings' "
        "spreads. Compilation counts in whole trainings and first steps; imports and loading the images do not."
        f" {disturbance(results)}"
    ).rstrip()
