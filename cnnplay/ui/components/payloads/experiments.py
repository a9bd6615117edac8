"""The runs of an experiment as the component `seeds` receives them."""

from collections.abc import Sequence
from typing import Any

from ....experiments.curves import Curve, accuracy_curve, band
from ....experiments.execution import Run
from ....experiments.experiment import Experiment
from ....experiments.groups import Group, groups_of, median
from ....experiments.settings import sentence, title_of, written

POINTS = {"accuracy": "Test accuracy", "loss": "Test loss"}
CURVES = {"loss": "Training loss", "accuracy": "Test accuracy"}


def groups_payload(experiment: Experiment, runs: Sequence[Run], points: str, curves: str) -> list[dict[str, Any]]:
    """points, curves: names of POINTS and CURVES. A run's id is its number within the experiment."""
    number = {id(run): str(at) for at, run in enumerate(runs)}
    groups = enumerate(groups_of(runs))
    return [{"letter": letter(at), **_group(experiment, group, number, points, curves)} for at, group in groups]


def letter(at: int) -> str:
    """Names a group where colour alone would have to: A to Z, then A2."""
    return chr(ord("A") + at % 26) + (str(at // 26 + 1) if at >= 26 else "")


def across(experiment: Experiment) -> str:
    """What the places of the dots are values of."""
    return title_of(next(iter(experiment.vary))) if experiment.vary else ""


def _group(experiment: Experiment, group: Group, number: dict[int, str], points: str, show: str) -> dict[str, Any]:
    curves = [_curve(run, show) for run in group.runs]
    found = group.accuracies if points == "accuracy" else group.losses
    first = next(iter(experiment.vary), None)
    of_all = band(curves)
    return {
        "label": sentence(group.values),
        "place": "" if first is None else written(first, group.values[first]),
        "median": median(found.values()) if found else None,
        "band": {"low": of_all.low, "middle": of_all.middle, "high": of_all.high},
        "runs": [
            {
                "id": number[id(run)],
                "words": words_of(run),
                "value": found.get(run.trial.seed),
                "problem": run.problem,
                "curve": curve,
            }
            for run, curve in zip(group.runs, curves, strict=True)
        ],
    }


def words_of(run: Run) -> str:
    """ "kernel size 5×5, seed 3"."""
    return ", ".join(filter(None, [sentence(run.trial.values), f"seed {run.trial.seed}"]))


def _curve(run: Run, show: str) -> Curve:
    return run.losses if show == "loss" else accuracy_curve(run.epochs)
