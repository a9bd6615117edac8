"""Results -> rows of the table: each figure with its target, in a column for each Python."""

from collections.abc import Callable, Sequence
from math import prod
from statistics import mean, median
from typing import Any, NamedTuple

from .conduct import name_in
from .settings import COLUMNS, GRID, KERAS_CONVNET, RATES, TITLES, Scale


class Target(NamedTuple):
    """A lower (≥) or upper (≤) bound, in a unit."""

    sign: str
    bound: float
    unit: str

    def reached(self, value: float | None) -> bool:
        if value is None:
            return False
        return value >= self.bound if self.sign == "≥" else value <= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g} {self.unit}"


class Outcome(NamedTuple):
    """The figure of a row, which has a target, and the texts of what it was calculated from.

    peer: whom cnnplay is compared with; note: what the figure belongs to, where that differs from column to column.
    """

    value: float | None
    ours: str = ""
    peer: str = ""
    theirs: str = ""
    note: str = ""


class Row(NamedTuple):
    """A row of the table: the name of its measurement, its title, its unit, a target for each of COLUMNS, its outcome.

    outcome: from the measurement and the column; KeyError where the column was not measured.
    """

    measurement: str
    what: str
    unit: str
    targets: tuple[Target | None, ...]
    outcome: Callable[[Any, str], Outcome]


def at_least(measurement: str, what: str, bounds: Sequence[float], unit: str, outcome: Any) -> Row:
    """A row; where there are fewer bounds than columns, the last columns have no target."""
    return _row("≥", measurement, what, bounds, unit, outcome)


def at_most(measurement: str, what: str, bounds: Sequence[float], unit: str, outcome: Any) -> Row:
    return _row("≤", measurement, what, bounds, unit, outcome)


def _row(sign: str, measurement: str, what: str, bounds: Sequence[float], unit: str, outcome: Any) -> Row:
    targets = [Target(sign, bound, unit) for bound in bounds] + [None] * (len(COLUMNS) - len(bounds))
    return Row(measurement, what, unit, tuple(targets), outcome)


def job_against(name: str) -> Callable[[Any, str], Outcome]:
    def outcome(job: Any, column: str) -> Outcome:
        seconds = {n: [trained["seconds"] for trained in rounds] for n, rounds in job["frameworks"].items()}
        return _ratio(seconds, name, column)

    return outcome


def setting_against(name: str, index: int) -> Callable[[Any, str], Outcome]:
    def outcome(grid: Any, column: str) -> Outcome:
        frameworks = next(s["frameworks"] for s in grid if (s["network"], s["batch"]) == GRID[index])
        return _ratio(frameworks, name, column)

    return outcome


def mean_against(name: str) -> Callable[[Any, str], Outcome]:
    def outcome(grid: Any, column: str) -> Outcome:
        names = name_in("cnnplay", column), name_in(name, column)
        rounds = [[setting["frameworks"][n] for setting in grid] for n in names]
        ours, theirs = (geometric_mean(list(map(median, settings))) for settings in rounds)
        texts = (
            _text(seconds, median(spread(r) or 0 for r in settings))
            for seconds, settings in zip((ours, theirs), rounds, strict=True)
        )
        return Outcome(theirs / ours, next(texts), TITLES[name], next(texts))

    return outcome


def slowest_against(name: str) -> Callable[[Any, str], Outcome]:
    def outcome(grid: Any, column: str) -> Outcome:
        slowest = min(grid, key=lambda setting: ratio(setting, name, column))
        of = f"{slowest['network']}, batch {slowest['batch']}"
        return _ratio(slowest["frameworks"], name, column)._replace(note=of)

    return outcome


def preset_accuracy(runs: Any, column: str) -> Outcome:
    accuracies = [run["accuracies"] for run in runs[name_in("cnnplay", column)]]
    last = [100 * epochs[-1] for epochs in accuracies]
    by_epoch = ", ".join(f"{100 * mean(epoch):.1f}" for epoch in zip(*accuracies, strict=True))
    return Outcome(mean(last), f"{min(last):.2f} to {max(last):.2f} %", note=f"{by_epoch} % after each epoch")


def duration(runs: Any, column: str) -> Outcome:
    seconds = [run["seconds"] for run in runs[name_in("cnnplay", column)]]
    return Outcome(median(seconds), _text(median(seconds), spread(seconds)))


def memory_peak(memory: Any, column: str) -> Outcome:
    return Outcome(memory[name_in("cnnplay", column)][0]["peak"])


def memory_growth(memory: Any, column: str) -> Outcome:
    """MB of each network of the later half: the first ones also load what all of them use."""
    resident = memory[name_in("cnnplay", column)][0]["resident"]
    networks = len(resident) - 1
    half = networks // 2
    growth = (resident[-1] - resident[half]) / (networks - half)
    return Outcome(growth, f"{resident[half]:.0f} MB, then {resident[-1]:.0f} MB")


def against_a_loop(way: str) -> Callable[[Any, str], Outcome]:
    def outcome(experiment: Any, column: str) -> Outcome:
        seconds = experiment[name_in("cnnplay", column)]
        loop, ours = seconds["loop"], seconds[way]
        return Outcome(loop / ours, _text(ours, None), "a loop of Trainer", _text(loop, None))

    return outcome


def _ratio(frameworks: Any, name: str, column: str) -> Outcome:
    seconds = [frameworks[name_in(n, column)] for n in ("cnnplay", name)]
    (ours, our_spread), (theirs, their_spread) = ((median(rounds), spread(rounds)) for rounds in seconds)
    return Outcome(theirs / ours, _text(ours, our_spread), TITLES[name], _text(theirs, their_spread))


def _text(seconds: float, spread: float | None) -> str:
    text = f"{seconds:.2f} s" if seconds >= 0.5 else f"{1e3 * seconds:.2f} ms"
    return text if spread is None else f"{text} ({100 * spread:.0f} %)"


def spread(values: Sequence[float]) -> float | None:
    """(largest - smallest) / median; None for a single value."""
    return None if len(values) == 1 else (max(values) - min(values)) / median(values)


def geometric_mean(values: Sequence[float]) -> float:
    return prod(value ** (1 / len(values)) for value in values)


def ratio(setting: Any, name: str, column: str) -> float:
    """The time of a framework divided by that of cnnplay, for a setting of the grid."""
    ours, theirs = (median(setting["frameworks"][name_in(n, column)]) for n in ("cnnplay", name))
    return theirs / ours


JOB = "Training the notebook's network, {epochs} epochs"
MEAN, SLOWEST = "A training step, mean of {settings} settings", "The slowest of these settings"
CONVNET = "A step of Keras's MNIST convnet"
PRESSED = ", while another process copies arrays"
EXPERIMENT = "{runs} runs of an epoch as an experiment, "

ROWS = (
    at_least("job", JOB, (3.5, 4.5), "×", job_against("pytorch")),
    at_least("job", JOB, (6, 8), "×", job_against("keras")),
    at_least("grid", MEAN, (2.2, 2.5), "×", mean_against("pytorch")),
    at_least("grid", SLOWEST, (0.95, 1), "×", slowest_against("pytorch")),
    at_least("grid", CONVNET, (2, 2.2), "×", setting_against("pytorch", KERAS_CONVNET)),
    at_least("grid", CONVNET, (1, 1.2), "×", setting_against("keras", KERAS_CONVNET)),
    at_least("grid", MEAN, (8,), "×", mean_against("nnx")),
    at_least("pressure", MEAN + PRESSED, (1.9, 2.1), "×", mean_against("pytorch")),
    at_least("pressure", SLOWEST + PRESSED, (0.85, 0.9), "×", slowest_against("pytorch")),
    at_least("fast99", "Fast 99 %: test accuracy", (99, 99), "%", preset_accuracy),
    at_most("fast99", "Fast 99 %: training and compiling", (7, 6), "s", duration),
    at_most("first_step", "First step of the notebook's network", (0.8, 0.8), "s", duration),
    at_most("seen_before", "First step of a network seen before", (0.3, 0.3), "s", duration),
    at_most("memory", "Memory for each further network", (4, 4), "MB", memory_growth),
    at_most("memory", "Peak memory of an epoch", (600,), "MB", memory_peak),
    at_least("evaluation", "Evaluation of 10,000 images, mean of 2 networks", (2, 2), "×", mean_against("pytorch")),
    at_least("experiment", EXPERIMENT + "one worker", (0.9,), "×", against_a_loop("one worker")),
    at_least("experiment", EXPERIMENT + "two workers", (1,), "×", against_a_loop("two workers")),
)


def rows(results: Any) -> list[dict[str, Any]]:
    """The rows of what was asked for, as JSON: {"what", "columns": {column: {"value", ..., "target", "reached"}}}.

    A value is None if the measurement failed; target and reached are None where there is no target.
    """
    scale = Scale(**results["scale"])
    facts = {
        "epochs": scale.epochs,
        "settings": len(scale.settings),
        "runs": len(RATES) * scale.experiment_seeds,
    }
    found = []
    for row in ROWS:
        if row.measurement in results["asked"]:
            targets = dict(zip(COLUMNS, row.targets, strict=True))
            columns = {
                column: _cell(row, results, column, targets[column]) for column in results["machine"]["versions"]
            }
            found.append({"what": row.what.format(**facts), "columns": columns})
    return found


def _cell(row: Row, results: Any, column: str, target: Target | None) -> dict[str, Any]:
    measured = results["measured"].get(row.measurement)
    outcome = row.outcome(measured, column) if measured else Outcome(None)
    return {
        **outcome._asdict(),
        "unit": row.unit,
        "target": target and str(target),
        "reached": target and target.reached(outcome.value),
    }
