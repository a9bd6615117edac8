"""The values of a setting compared, two at a time, over the same seeds and the same of whatever else varies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from .execution import Run
from .experiment import Experiment
from .groups import Group, groups_of, median
from .ranks import SURE, after_holm, enough_seeds, rank_test
from .settings import Value, sentence, title_of

DIGITS = 10  # of accuracies: means of the same numbers in another order are equal
# (seed, what else varies) -> accuracy.
Cells = dict[tuple[int, tuple[Value, ...]], float]


@dataclass(frozen=True)
class Comparison:
    """Two values of a setting, the one with the higher median first.

    differences: for each seed, accuracy of `better` minus that of `worse`, in percentage points, as a mean over what
    else varies. overlap: whether a seed of `worse` reached at least what a seed of `better` did.
    p_value: how often seeds alone would separate them so clearly, after Holm; None with one seed. among: the number of
    comparisons that it allows for. gap: between the medians, in percentage points. others: the settings over whose
    values it is a mean.
    """

    setting: str
    better: Value
    worse: Value
    differences: tuple[float, ...]
    overlap: bool
    p_value: float | None
    among: int = 1
    gap: float = 0.0
    others: tuple[str, ...] = ()

    @property
    def wins(self) -> int:
        return sum(difference > 0 for difference in self.differences)

    @property
    def is_sure(self) -> bool:
        return self.p_value is not None and self.p_value <= SURE

    def __str__(self) -> str:
        averaged = f", on average over {' and '.join(f'the {title_of(name)}' for name in self.others)}"
        said = f"{self._difference()}{averaged if self.others else ''}."
        return f"{said} {self._verdict()}" if any(self.differences) else said

    def _difference(self) -> str:
        better, worse = (sentence({self.setting: value}) for value in (self.better, self.worse))
        seeds, low, high = len(self.differences), *points(min(self.differences), max(self.differences))
        by = f"by {low} points" if low == high else f"by {low} to {high} points"
        go_from = f"the differences go from {low} to {high} points"
        if not any(self.differences):
            return f"The two did equally well: {better} and {worse}"
        if 2 * self.wins <= seeds:
            medians = f"The medians with {better} and with {worse} {'differ' if self.gap else 'are equal'}"
            return f"{medians}, but the first is higher in only {self.wins} of {seeds} seeds; {go_from}"
        higher = f"With {better}, the accuracy was higher than with {worse}"
        if seeds == 1:
            return f"{higher} with the only seed, {by}"
        return f"{higher} in {self.wins} of {seeds} seeds{f', {by}' if self.wins == seeds else f'; {go_from}'}"

    def _verdict(self) -> str:
        seeds = len(self.differences)
        more = f"With {enough_seeds(self.among)} seeds or more it could tell, if the ranges stay apart."
        if self.p_value is None:
            return f"One seed does not tell: it may be luck. {more}"
        if self.is_sure:
            return (
                f"That is hardly luck: if the {title_of(self.setting)} made no difference, a gap this clear would "
                f"appear in about 1 of {round(1 / self.p_value)} such experiments."
            )
        if self.overlap:
            return (
                f"Their ranges overlap: {seeds} seeds do not tell whether that is more than luck. More seeds would "
                "show whether that stays so."
            )
        return f"Their ranges do not overlap, but {seeds} seeds are too few to rule out luck. {more}"


def have_ended(experiment: Experiment, runs: Iterable[Run], final: bool = False) -> bool:
    """Whether an answer may be given. Before the last run it may not: whoever looks again and again, and stops at the
    first clear difference, finds one by luck."""
    return final or sum(run.finished for run in runs) >= len(experiment.trials)


def comparisons(experiment: Experiment, runs: Sequence[Run], final: bool = False) -> list[Comparison]:
    """For each setting its best value against every other, the closest first; none while runs are missing.

    final: no more runs will come, as after a cancellation. The p-values allow for all comparisons of the experiment.
    """
    if not have_ended(experiment, runs, final):
        return []
    groups, found = groups_of(runs), []
    settings = {setting: by_value(groups, setting) for setting in experiment.vary}
    pairs = _allowing_for_all(
        compared(setting, one, other, accuracies)
        for setting, accuracies in settings.items()
        for one, other in combinations(accuracies, 2)
    )
    for setting, accuracies in settings.items():
        best = best_of(accuracies)
        others = tuple(name for name, values in settings.items() if name != setting and len(values) > 1)
        of_setting = [replace(pair, others=others) for pair in pairs if pair.setting == setting]
        with_best = [pair for pair in of_setting if best in (pair.better, pair.worse)]
        found += sorted(with_best, key=lambda pair: median(pair.differences))
    return found


def by_value(groups: Iterable[Group], setting: str) -> dict[Value, Cells]:
    """For each value of a setting the accuracies of its runs, by what else varies and by seed."""
    found: dict[Value, Cells] = {}
    for group in groups:
        others = tuple(value for name, value in group.values.items() if name != setting)
        for seed, accuracy in group.accuracies.items():
            found.setdefault(group.values[setting], {})[seed, others] = accuracy
    return found


def best_of(accuracies: Mapping[Value, Cells]) -> Value | None:
    """The value with the highest median, the first of equals."""
    medians = {value: median(_by_seed(cells).values()) for value, cells in accuracies.items()}
    return max(medians, key=medians.__getitem__, default=None)


def compared(setting: str, one: Value, other: Value, accuracies: Mapping[Value, Cells]) -> Comparison | None:
    """Two values over the seeds and the combinations that both have; None where there are none."""
    both = _complete(accuracies[one].keys() & accuracies[other].keys())
    if not both:
        return None
    first, second = (_by_seed({cell: accuracies[value][cell] for cell in both}) for value in (one, other))
    if median(first.values()) < median(second.values()):
        one, other, first, second = other, one, second, first
    differences = tuple(round(100 * (first[seed] - second[seed]), DIGITS) for seed in sorted(first))
    gap = round(100 * (median(first.values()) - median(second.values())), DIGITS)
    overlap = max(second.values()) >= min(first.values())
    p_value = rank_test([*first.values()], [*second.values()]) if len(first) > 1 else None
    return Comparison(setting, one, other, differences, overlap, p_value, gap=gap)


def _complete(cells: Iterable[tuple[int, tuple[Value, ...]]]) -> set[tuple[int, tuple[Value, ...]]]:
    """Those of the seeds for which most of what else varies is there: a mean over less would be of something else."""
    others: dict[int, set[tuple[Value, ...]]] = {}
    for seed, other in cells:
        others.setdefault(seed, set()).add(other)
    most = max(others.values(), key=len, default=set())
    return {(seed, other) for seed, found in others.items() if found >= most for other in most}


def _by_seed(cells: Cells) -> dict[int, float]:
    """seed -> the mean over what else varies."""
    seeds = sorted({seed for seed, _ in cells})
    means = {seed: float(np.mean([value for (of, _), value in cells.items() if of == seed])) for seed in seeds}
    return {seed: round(mean, DIGITS) for seed, mean in means.items()}


def _allowing_for_all(pairs: Iterable[Comparison | None]) -> list[Comparison]:
    """The comparisons with p-values that allow for their number."""
    found = [pair for pair in pairs if pair is not None]
    adjusted = iter(after_holm([pair.p_value for pair in found if pair.p_value is not None]))
    return [replace(pair, p_value=None if pair.p_value is None else next(adjusted), among=len(found)) for pair in found]


def points(*differences: float) -> list[str]:
    """Percentage points with one digit, or with two where one would hide that there is something."""
    digits = 1 if max(map(abs, differences)) >= 0.1 else 2
    return [f"{round(difference, digits) + 0.0:.{digits}f}".replace("-", "−") for difference in differences]
