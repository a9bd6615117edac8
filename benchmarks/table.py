"""Results -> text: the table, its notes and its caption."""

from typing import Any

from .machine import describe, short_name
from .settings import COLUMNS, Scale

# The share of the machine that other processes may use: above it PyTorch, whose threads spin, is many times slower.
TOLERATED = 0.05


def table(results: Any) -> str:
    """The rows as a Markdown table, its columns padded, and a list of what belongs to single figures."""
    versions = results["machine"]["versions"]
    heads = [head for column in versions for head in (short_name(versions[column]), "target", "reached")]
    cells = [["", "compared with", *heads]]
    for row in results["rows"]:
        figures = [text for cell in row["columns"].values() for text in _figures(cell)]
        cells.append([row["what"], _compared_with(row), *figures])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells)
    lines = "\n".join(f"| {' | '.join(row)} |" for row in padded)
    notes = [f"- {row['what']}: {note}." for row in results["rows"] if (note := _note(row, versions))]
    return "\n".join([lines, "", *notes]) if notes else lines


def _figures(cell: Any) -> list[str]:
    """Result, target and reached: "3.50 ×: 10.05 s (11 %)", "≥ 3.5 ×", "yes"."""
    if cell["value"] is None:
        result = "not measured"
    elif cell["unit"] == "s":  # the text has the figure, and its spread
        result = cell["ours"]
    else:
        result = ": ".join(filter(None, [f"{cell['value']:.2f} {cell['unit']}", cell["ours"]]))
    return [result, cell["target"] or "", {True: "yes", False: "no", None: ""}[cell["reached"]]]


def _compared_with(row: Any) -> str:
    """ "PyTorch 35.18 s (33 %)"; where the columns differ, one after the other."""
    cells = row["columns"].values()
    peer, figures = (list(dict.fromkeys(cell[key] for cell in cells if cell[key])) for key in ("peer", "theirs"))
    return " ".join([*peer, "; ".join(figures)]).strip()


def _note(row: Any, versions: Any) -> str:
    """What the figures of a row belong to, with the column where the columns differ."""
    notes = {column: cell["note"] for column, cell in row["columns"].items() if cell["note"]}
    if len(set(notes.values())) <= 1:
        return next(iter(notes.values()), "")
    return "; ".join(f"{note} ({short_name(versions[column])})" for column, note in notes.items())


def disturbance(results: Any) -> str:
    """A warning if other processes used too much of the machine, else an empty text."""
    most = max(results["others"].values())
    return f"Other processes used up to {100 * most:.0f} % of the machine: measure again." if most > TOLERATED else ""


def conditions(results: Any) -> str:
    """The caption: machine, versions, repetitions, and what the figures mean."""
    scale = Scale(**results["scale"])
    place, versions = describe(results["machine"])
    two = set(COLUMNS) <= set(results["machine"]["versions"])
    second = (
        "the peers run on the first Python only, and both columns are compared with the same figures"
        if two
        else "no newer Python was found for a second column"
    )
    batches = sorted({network["batch"] for network in results["measured"].get("evaluation") or []})
    calls = f", {' and '.join(f'{batch:,}' for batch in batches)} a call, which is fastest for it" if batches else ""
    return (
        f"Measured on {place}; {versions}; {second}. Figures are medians, with the spread, (largest − smallest) / "
        f"median, in brackets. Repetitions: {scale.job_rounds} whole trainings; {scale.rounds} rounds of steps and of "
        f"evaluations, each of about {scale.seconds:g} s, the frameworks in turn; {scale.pressure_rounds} rounds while "
        f"another process copies arrays of 100 MB without pause; {scale.starts} first steps; Fast 99 % with "
        f"{scale.seeds} seeds (accuracy: the mean); memory, the mean of the later half of {scale.networks} networks, "
        "and experiments once. Means over settings are geometric; their spread is the median of the settings' spreads. "
        "Whole trainings, first steps and experiments include compilation, but not imports or loading the images; only "
        "networks seen before find compiled programs on the disk. PyTorch evaluates images that lie in memory as "
        f"float32 already{calls}. {disturbance(results)}"
    ).rstrip()
