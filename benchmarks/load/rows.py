"""Results to rows: what is wanted, what came out, and the table."""

from collections.abc import Callable, Sequence
from itertools import chain
from statistics import median, quantiles
from typing import Any, NamedTuple

from ..rows import Target


class Row(NamedTuple):
    """A figure, its bound, and how it comes out of the results; None where there is nothing to measure it by."""

    what: str
    target: Target
    figure: Callable[[Any], float | None]


def errors(results: Any) -> float:
    """Errors that a visitor saw, visits that failed, and tracebacks in the server's log."""
    return len(results["problems"]) + results["tracebacks"]


def waited(share: float) -> Callable[[Any], float | None]:
    """Within how many seconds that share of all deeds of the crowd was answered."""
    return lambda results: percentile(list(chain(*results["answered"].values())), share)


def unevenness(results: Any) -> float | None:
    """By how many percent the largest share of training time is above the smallest."""
    seconds = [run["seconds"] for run in results["trained"]]
    if len(seconds) < results["plan"]["training"] or not seconds:
        return None  # some had no turn at all
    return 100 * (max(seconds) / min(seconds) - 1) if min(seconds) > 0 else None


def peak(results: Any) -> float:
    return max(chain(*results["memory"].values()))


def growth(results: Any) -> float | None:
    """By how many percent the memory of the last quarter of passers-by is above that of the second."""
    resident = results["memory"]["passing"]
    quarter = len(resident) // 4
    if not quarter:
        return None
    return 100 * (median(resident[-quarter:]) / median(resident[quarter : 2 * quarter]) - 1)


def last_freed(results: Any) -> float | None:
    """Seconds until the last of all closed tabs was freed; None where one never was."""
    return None if results["kept"] else max(results["freed"], default=None)


def from_cold(name: str) -> Callable[[Any], float]:
    """The median of the starts."""
    return lambda results: median(start[name] for start in results["starts"])


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that so large a share of all values does not exceed."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]


ROWS = (
    Row("Errors that a visitor sees, tracebacks", Target("≤", 0, ""), errors),
    Row("A slider moved, a page changed: half within", Target("≤", 0.5, "s"), waited(0.5)),
    Row("A slider moved, a page changed: 95 of 100 within", Target("≤", 1.5, "s"), waited(0.95)),
    Row("Training time: the largest share above the smallest", Target("≤", 20, "%"), unevenness),
    Row("Memory, most", Target("≤", 1500, "MB"), peak),
    Row("Memory, growth over those who come and go", Target("≤", 5, "%"), growth),
    Row("A closed tab is freed, the last of all after", Target("≤", 120, "s"), last_freed),
    Row("From a start until the server is healthy", Target("≤", 2.5, "s"), from_cold("healthy")),
    Row("From a start until the first page is there", Target("≤", 4, "s"), from_cold("drawn")),
    Row("Memory before anybody trains", Target("≤", 350, "MB"), from_cold("resident")),
)


def rows(results: Any) -> list[dict[str, Any]]:
    """The rows as JSON."""
    found = []
    for row in ROWS:
        value = row.figure(results)
        shown = (
            "not reached"
            if value is None
            else f"{value:.3g} {row.target.unit}"
            if value < 100
            else f"{value:,.0f} {row.target.unit}"
        )
        found.append(
            {
                "what": row.what,
                "target": str(row.target).rstrip(),
                "value": value,
                "measured": shown.rstrip(),
                "reached": row.target.reached(value),
            }
        )
    return found


def table(results: Any) -> str:
    """The rows as a table in Markdown, padded so that it reads well as it stands."""
    cells = [["figure", "target", "measured", "reached"]]
    for row in results["rows"]:
        cells.append([row["what"], row["target"], row["measured"], "yes" if row["reached"] else "no"])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


def conditions(results: Any) -> str:
    """In words: how large the load was, and on what."""
    plan = results["plan"]
    return (
        f"{plan['visitors']} visitors for {plan['seconds']} s, {plan['training']} of them training, the others moving "
        f"sliders and changing pages every few seconds; then {plan['passing']} who come and go. The server has "
        "drawn one page before. "
        f"Figures from a start are medians of {plan['starts']}. {results['machine']}."
    )


def details(results: Any) -> str:
    """What took how long, and what was trained how long: for whoever looks for the reason of a figure."""
    lines = [
        f"{what:20} {len(seconds):4} times  median {median(seconds):6.2f} s  most {max(seconds):6.2f} s"
        for what, seconds in sorted(
            {"a link opened": results["opened"], "live curves": results["updates"], **results["answered"]}.items()
        )
        if seconds
    ]
    lines += [f"{run['seconds']:6.1f} s  {run['network']}, batch {run['batch']}" for run in results["trained"]]
    return "\n".join(lines + [f"  {problem}" for problem in dict.fromkeys(results["problems"])])
