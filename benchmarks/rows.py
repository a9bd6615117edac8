"""Results -> rows of the table: each figure with its target."""

from collections.abc import Callable, Sequence
from math import prod
from statistics import mean, median
from typing import Any, NamedTuple

from .settings import GRID, KERAS_CONVNET, RATES, TITLES, Scale


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
    """The figure of a row, which has a target, and the texts of what it was calculated from."""

    value: float | None
    ours: str = ""
    theirs: str = ""
    note: str = ""


class Row(NamedTuple):
    """A row of the table: the name of its measurement, its title, its target, and its outcome from the measurement."""

    measurement: str
    what: str
    target: Target
    outcome: Callable[[Any], Outcome]


def job_against(name: str) -> Callable[[Any], Outcome]:
    def outcome(job: Any) -> Outcome:
        ours, theirs = ([r["seconds"] for r in job["frameworks"][n]] for n in ("cnnplay", name))
        return _ratio(ours, theirs, name)

    return outcome


def setting_against(name: str, index: int) -> Callable[[Any], Outcome]:
    def outcome(grid: Any) -> Outcome:
        frameworks = next(s["frameworks"] for s in grid if (s["network"], s["batch"]) == GRID[index])
        return _ratio(frameworks["cnnplay"], frameworks[name], name)

    return outcome


def grid_against(name: str) -> Callable[[Any], Outcome]:
    def outcome(grid: Any) -> Outcome:
        rounds = {n: [setting["frameworks"][n] for setting in grid] for n in ("cnnplay", name)}
        means = {n: geometric_mean(list(map(median, settings))) for n, settings in rounds.items()}
        texts = {n: _text(means[n], median(spread(r) or 0 for r in settings)) for n, settings in rounds.items()}
        return Outcome(means[name] / means["cnnplay"], texts["cnnplay"], f"{TITLES[name]} {texts[name]}")

    return outcome


def slowest_against(name: str) -> Callable[[Any], Outcome]:
    def outcome(grid: Any) -> Outcome:
        slowest = min(grid, key=lambda setting: ratio(setting, name))
        frameworks = slowest["frameworks"]
        of = f"{slowest['network']}, batch {slowest['batch']}"
        return _ratio(frameworks["cnnplay"], frameworks[name], name)._replace(note=of)

    return outcome


def preset_accuracy(runs: Any) -> Outcome:
    last = [100 * run["accuracies"][-1] for run in runs]
    by_epoch = ", ".join(f"{100 * mean(epoch):.1f}" for epoch in zip(*(run["accuracies"] for run in runs), strict=True))
    return Outcome(mean(last), f"{min(last):.2f} to {max(last):.2f} %", note=f"after each epoch: {by_epoch} %")


def preset_seconds(runs: Any) -> Outcome:
    return duration([run["seconds"] for run in runs])


def memory_peak(memory: Any) -> Outcome:
    return Outcome(memory["peak"], f"{memory['peak']:.0f} MB")


def memory_growth(memory: Any) -> Outcome:
    first, *_, last = resident = memory["resident"]
    networks = len(resident) - 1
    half = networks // 2
    later = (last - resident[half]) / (networks - half)
    note = f"{networks} networks; the second half alone: {later:.1f} MB"
    return Outcome((last - first) / networks, f"{first:.0f} MB, then {last:.0f} MB", note=note)


def against_a_loop(workers: str) -> Callable[[Any], Outcome]:
    def outcome(experiment: Any) -> Outcome:
        loop, ours = experiment["seconds"]["loop"], experiment["seconds"][workers]
        return Outcome(loop / ours, _text(ours, None), f"a loop of Trainer {_text(loop, None)}", workers)

    return outcome


def duration(seconds: Sequence[float]) -> Outcome:
    return Outcome(median(seconds), _text(median(seconds), spread(seconds)))


def _ratio(ours: Sequence[float], theirs: Sequence[float], name: str) -> Outcome:
    mine, other = ((median(seconds), spread(seconds)) for seconds in (ours, theirs))
    return Outcome(other[0] / mine[0], _text(*mine), f"{TITLES[name]} {_text(*other)}")


def _text(seconds: float, spread: float | None) -> str:
    text = f"{seconds:.2f} s" if seconds >= 0.5 else f"{1e3 * seconds:.2f} ms"
    return text if spread is None else f"{text} ({100 * spread:.0f} %)"


def spread(values: Sequence[float]) -> float | None:
    """(largest - smallest) / median; None for a single value."""
    return None if len(values) == 1 else (max(values) - min(values)) / median(values)


def geometric_mean(values: Sequence[float]) -> float:
    return prod(value ** (1 / len(values)) for value in values)


def ratio(setting: Any, name: str) -> float:
    """The time of a framework divided by that of cnnplay, for a setting of the grid."""
    return median(setting["frameworks"][name]) / median(setting["frameworks"]["cnnplay"])


ROWS = (
    Row("job", "Training the notebook's network, {epochs} epochs", Target("≥", 3, "×"), job_against("pytorch")),
    Row("job", "Training the notebook's network, {epochs} epochs", Target("≥", 8, "×"), job_against("keras")),
    Row("grid", "A training step, mean of {settings} settings", Target("≥", 1.5, "×"), grid_against("pytorch")),
    Row("grid", "The slowest of these settings against PyTorch", Target("≥", 0.9, "×"), slowest_against("pytorch")),
    Row("grid", "A training step, mean of {settings} settings", Target("≥", 8, "×"), grid_against("nnx")),
    Row("grid", "A step of Keras's MNIST convnet", Target("≥", 1.8, "×"), setting_against("pytorch", KERAS_CONVNET)),
    Row("grid", "A step of Keras's MNIST convnet", Target("≥", 1.8, "×"), setting_against("keras", KERAS_CONVNET)),
    Row("fast99", "Fast 99 %: test accuracy", Target("≥", 99, "%"), preset_accuracy),
    Row("fast99", "Fast 99 %: seconds from Start to the end", Target("≤", 10, "s"), preset_seconds),
    Row("first_step", "The first step of the notebook's network", Target("≤", 0.8, "s"), duration),
    Row("memory", "Peak memory of an epoch", Target("≤", 600, "MB"), memory_peak),
    Row("memory", "Memory for each further network", Target("≤", 5, "MB"), memory_growth),
    Row("experiment", "{runs} runs of an epoch as an experiment", Target("≥", 0.9, "×"), against_a_loop("one worker")),
    Row("experiment", "{runs} runs of an epoch as an experiment", Target("≥", 1, "×"), against_a_loop("two workers")),
)


def rows(results: Any) -> list[dict[str, Any]]:
    """The rows as JSON; the value is None if a measurement failed."""
    scale = Scale(*results["scale"].values())
    found = []
    for row in ROWS:
        measured = results["measured"].get(row.measurement)
        outcome = row.outcome(measured) if measured else Outcome(None, note="not measured")
        found.append(
            {
                "what": row.what.format(
                    epochs=scale.epochs, settings=len(scale.settings), runs=len(RATES) * scale.experiment_seeds
                ),
                **outcome._asdict(),
                "unit": row.target.unit,
                "target": str(row.target),
                "reached": row.target.reached(outcome.value),
            }
        )
    return found
