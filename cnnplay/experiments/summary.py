"""What an experiment shows, in words, and how sure it is: a rank test over seeds, never a claim from one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from math import comb

from ..words import capital, counted
from .comparison import Cells, best_of, by_value, compared, comparisons, have_ended, points
from .execution import Run
from .experiment import Experiment
from .groups import Group, groups_of, median
from .ranks import SURE
from .settings import Value, sentence, title_of, written

MOST_NAMED = 6  # medians in a sentence


def summary(experiment: Experiment, runs: Sequence[Run], final: bool = False) -> list[str]:
    """Sentences: what was varied, what happened, how sure that is.

    final: no more runs will come, as after a cancellation. Until all have ended it gives medians, and no answer.
    """
    groups, is_over = groups_of(runs), have_ended(experiment, runs, final)
    said = [_varied(experiment), *_missing(experiment, runs, groups, is_over)]
    finished = [group for group in groups if group.accuracies]
    if not finished:
        return said
    if not is_over:
        return [*said, _so_far(finished)]
    if len(groups) == 1:
        return [*said, _luck(groups[0])]
    said.append(_extremes(finished) if len(finished) > 1 else f"Only {_median(finished[0])} is left.")
    return [*said, *map(str, comparisons(experiment, runs, final)), *_depends(experiment, groups)]


def _varied(experiment: Experiment) -> str:
    seeds = counted(experiment.seeds, "seed")
    trained = {name: dict.fromkeys(trial.values[name] for trial in experiment.trials) for name in experiment.vary}
    parts = [
        f"{title_of(name)} ({', '.join(written(name, value) for value in values)})"
        for name, values in trained.items()
        if len(values) > 1
    ]
    if not parts:
        return f"The same network was trained with {seeds}; nothing else changed."
    verb = "was" if len(parts) == 1 else "were"
    return f"{capital(' and '.join(parts))} {verb} varied, with {seeds} each; everything else stayed the same."


def _missing(experiment: Experiment, runs: Sequence[Run], groups: Sequence[Group], is_over: bool) -> list[str]:
    """What was left out, is not done yet, or ended early."""
    said = []
    if left_out := experiment.left_out:
        were = "was" if len(left_out) == 1 else "were"
        said.append(f"{counted(len(left_out), 'combination')} {were} left out. {left_out[0]}")
    done = sum(run.finished for run in runs)
    if not done:
        return [*said, "No run has finished." if is_over else "No run has finished yet."]
    if not is_over:
        by_seed = Counter(run.trial.seed for run in runs if run.finished)
        seeds = sum(number == len(experiment.trials) // experiment.seeds for number in by_seed.values())
        said.append(f"So far {seeds} of {counted(experiment.seeds, 'seed')}; the answer comes with the last run.")
    elif done < len(experiment.trials):
        said.append(f"{done} of {len(experiment.trials)} runs are done; what follows is of those.")
    for group in groups:
        if group.failed:
            of = f" with {sentence(group.values)}" if group.values else ""
            number = f"{len(group.failed)} of {counted(len(group.runs), 'run')}{of}"
            said.append(f"{number} ended early and {'does' if len(group.failed) == 1 else 'do'} not count.")
    return said


def _luck(group: Group) -> str:
    found = sorted(group.accuracies.values())
    if len(found) < 2:
        return f"One seed: {_percent(found[0])} test accuracy. Others show how much of that is luck."
    (spread,) = points(100 * (found[-1] - found[0]))
    return (
        f"From {_percent(found[0])} to {_percent(found[-1])} test accuracy, the median "
        f"{_percent(median(found))}: {spread} points between the luckiest and the unluckiest seed. "
        "Where two single runs differ by less, the difference says nothing."
    )


def _extremes(groups: Sequence[Group]) -> str:
    best, *_, worst = _from_the_highest(groups)
    if median(best.accuracies.values()) == median(worst.accuracies.values()):
        return f"All medians are equal: {_percent(median(best.accuracies.values()))} test accuracy."
    if min(len(group.accuracies) for group in (best, worst)) == 1:
        return f"Highest was {_median(best)}; lowest was {_median(worst)}. With a single seed that may be luck."
    return f"The highest median has {_median(best)}; the lowest {_median(worst)}."


def _so_far(groups: Sequence[Group]) -> str:
    shown = [
        " ".join(filter(None, [sentence(group.values), _percent(median(group.accuracies.values()))]))
        for group in groups
    ]
    if len(shown) > MOST_NAMED:
        best, *_, worst = _from_the_highest(groups)
        return f"The highest median so far has {_median(best)}; the lowest {_median(worst)}."
    return f"Median test accuracy so far: {'; '.join(shown)}."


def _from_the_highest(groups: Sequence[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: median(group.accuracies.values()), reverse=True)


def _depends(experiment: Experiment, groups: Sequence[Group]) -> list[str]:
    """Whether the best value of a setting is another one depending on what else varies."""
    said = []
    for setting, other in permutations(experiment.vary, 2):
        levels = {
            level: by_value([group for group in groups if group.values[other] == level], setting)
            for level in experiment.vary[other]
        }
        best = {
            level: value
            for level, accuracies in levels.items()
            if len(accuracies) > 1 and (value := best_of(accuracies)) is not None
        }
        if len(set(best.values())) < 2:
            continue
        where = ", ".join(
            f"{sentence({setting: value})} with {sentence({other: level})}" for level, value in best.items()
        )
        if any(_sure_to_differ(setting, levels, best, *pair) for pair in combinations(best, 2)):
            said.append(f"Which {title_of(setting)} did best depends on the {title_of(other)}: {where}.")
        else:
            said.append(
                f"The {title_of(setting)} that did best was not the same everywhere ({where}), but that may be luck: "
                f"{counted(experiment.seeds, 'seed')} {'does' if experiment.seeds == 1 else 'do'} not tell."
            )
    return said


def _sure_to_differ(
    setting: str, levels: Mapping[Value, Mapping[Value, Cells]], best: Mapping[Value, Value], one: Value, other: Value
) -> bool:
    """Whether at each of two levels its own best is surely above that of the other, whichever levels one picks."""
    tests = sum(comb(len(accuracies), 2) for accuracies in levels.values())
    for level, rival in ((one, best[other]), (other, best[one])):
        if best[level] == rival or rival not in levels[level]:
            return False
        pair = compared(setting, best[level], rival, levels[level])
        if pair is None or pair.p_value is None or pair.better != best[level] or pair.p_value * tests > SURE:
            return False
    return True


def _median(group: Group) -> str:
    """ "kernel 5×5, 94.9 % test accuracy (94.5 % to 95.3 %)"."""
    found = sorted(group.accuracies.values())
    shown = f"{sentence(group.values)}, {_percent(median(found))} test accuracy"
    return shown if len(found) == 1 else f"{shown} ({_percent(found[0])} to {_percent(found[-1])})"


def _percent(accuracy: float) -> str:
    return f"{100 * accuracy:.1f} %"
