"""Results -> rows with their targets -> the table."""

from collections.abc import Callable, Sequence
from itertools import chain
from statistics import median, quantiles
from typing import Any, NamedTuple

from ..rows import Target


class Row(NamedTuple):
    """A title, its target, and its figure from the results; None if it cannot be measured.

    slow: the target where the machine is made half as fast, if it is another.
    """

    what: str
    target: Target
    figure: Callable[[Any], float | None]
    slow: Target | None = None

    def target_of(self, results: Any) -> Target:
        return self.slow if self.slow and results["plan"].get("slow", 1) > 1 else self.target


def errors(results: Any) -> float:
    """Errors shown to a visitor, failed visits, and tracebacks in the server's log."""
    return len(results["problems"]) + results["tracebacks"]


def response_time(share: float) -> Callable[[Any], float | None]:
    """A quantile of the seconds in which the actions of the crowd were answered."""
    return lambda results: percentile(list(chain(*results["answered"].values())), share)


def unevenness(results: Any) -> float | None:
    """By how many percent the largest share of training time exceeds the smallest; None if some run never trained.

    A share: the seconds of training, of those in which the run had a place among the runs that train.
    """
    shares = [run["seconds"] / run["active"] for run in results["trained"] if run["seconds"] and run["active"]]
    return 100 * (max(shares) / min(shares) - 1) if shares and len(shares) == results["plan"]["training"] else None


def peak(results: Any) -> float:
    return max(chain(*results["memory"].values()))


def growth(results: Any) -> float | None:
    """By how many percent the median memory of the last quarter of short visits exceeds that of the second."""
    resident = results["memory"]["passing"]
    quarter = len(resident) // 4
    if not quarter:
        return None
    return 100 * (median(resident[-quarter:]) / median(resident[quarter : 2 * quarter]) - 1)


def last_freed(results: Any) -> float | None:
    """Seconds until the last closed tab was freed; None if one never was."""
    return None if results["kept"] else max(results["freed"], default=None)


def cold_start(name: str) -> Callable[[Any], float]:
    """The median of the cold starts."""
    return lambda results: median(start[name] for start in results["starts"])


def percentile(values: Sequence[float], share: float) -> float | None:
    """The quantile of the values at `share`, from 0 to 1."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]


ROWS = (
    Row("Errors shown to visitors, and tracebacks", Target("≤", 0, ""), errors),
    Row("Answer to a slider or a new page, median", Target("≤", 0.5, "s"), response_time(0.5)),
    Row(
        "Answer to a slider or a new page, 95th percentile",
        Target("≤", 1.5, "s"),
        response_time(0.95),
        slow=Target("≤", 2.5, "s"),
    ),
    Row("Training time, largest share above the smallest", Target("≤", 20, "%"), unevenness),
    Row("Peak memory", Target("≤", 1500, "MB"), peak),
    Row("Memory growth over the short visits", Target("≤", 5, "%"), growth),
    Row("Until the last closed tab is freed", Target("≤", 120, "s"), last_freed),
    Row("Cold start until the server is healthy", Target("≤", 2.5, "s"), cold_start("healthy")),
    Row(
        "Cold start until the first page is drawn",
        Target("≤", 4, "s"),
        cold_start("drawn"),
        slow=Target("≤", 6, "s"),
    ),
    Row("Memory before any training", Target("≤", 350, "MB"), cold_start("resident")),
)


def rows(results: Any) -> list[dict[str, Any]]:
    """The rows as JSON."""
    found = []
    for row in ROWS:
        value, target = row.figure(results), row.target_of(results)
        shown = (
            "not reached"
            if value is None
            else f"{value:.3g} {target.unit}"
            if value < 100
            else f"{value:,.0f} {target.unit}"
        )
        found.append(
            {
                "what": row.what,
                "target": str(target).rstrip(),
                "value": value,
                "measured": shown.rstrip(),
                "reached": target.reached(value),
            }
        )
    return found


def table(results: Any) -> str:
    """The rows as a Markdown table, its columns padded."""
    cells = [["figure", "target", "measured", "reached"]]
    for row in results["rows"]:
        cells.append([row["what"], row["target"], row["measured"], "yes" if row["reached"] else "no"])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in cells)
    return "\n".join(f"| {' | '.join(row)} |" for row in padded)


def conditions(results: Any) -> str:
    """The caption: the size of the load, and the machine."""
    plan = results["plan"]
    where = " The runs train on a cluster of two workers, on the same cores." if results.get("cluster") else ""
    if (slow := plan.get("slow", 1)) > 1:
        where += f" Other processes make the machine {slow:g} times as slow."
    return (
        f"{plan['visitors']} visitors stay for {plan['seconds']} s: {plan['training']} of them train, the others move "
        f"a slider or change the page every few seconds. {plan['passing']} short visits follow. The server has drawn "
        f"one page before. Figures of a cold start are medians of {plan['starts']}.{where} {results['machine']}."
    )


def details(results: Any) -> str:
    """The times of each action and of each run, to explain a figure."""
    lines = [
        f"{what:20} {len(seconds):4} times  median {median(seconds):6.2f} s  max {max(seconds):6.2f} s"
        for what, seconds in sorted(
            {"opening a link": results["opened"], "live curves": results["updates"], **results["answered"]}.items()
        )
        if seconds
    ]
    answers = sum(map(len, results["answered"].values())) + len(results["updates"])
    if answers and "page_seconds" in results:
        lines.append(f"{1000 * results['page_seconds'] / answers:6.1f} ms of the processor an answer, of {answers:,}")
    lines += [
        f"{run['seconds']:6.1f} of {run['active']:.0f} s  {run['network']}, batch {run['batch']}"
        for run in results["trained"]
    ]
    return "\n".join(lines + [f"  {problem}" for problem in dict.fromkeys(results["problems"])])
