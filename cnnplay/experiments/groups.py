"""The runs of an experiment in groups: those of a group differ in their seed alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .execution import Run
from .settings import Value


@dataclass(frozen=True, eq=False)
class Group:
    """The runs with the same values, one a seed."""

    values: Mapping[str, Value]
    runs: Sequence[Run]

    @property
    def accuracies(self) -> dict[int, float]:
        """seed -> test accuracy after the last epoch, of the runs that got there."""
        return {run.trial.seed: run.accuracy for run in self.runs if run.accuracy is not None}

    @property
    def losses(self) -> dict[int, float]:
        """seed -> test loss after the last epoch."""
        return {run.trial.seed: run.epochs[-1].test.loss for run in self.runs if run.accuracy is not None}

    @property
    def median(self) -> float | None:
        """Of the accuracies."""
        return median(self.accuracies.values()) if self.accuracies else None

    @property
    def failed(self) -> list[Run]:
        return [run for run in self.runs if run.problem]

    @property
    def parameters(self) -> int:
        return self.runs[0].trial.architecture.parameter_count

    @property
    def seconds(self) -> float | None:
        """The median of what its finished runs took for training and testing, start-up and compilation left out."""
        took = [run.seconds for run in self.runs if run.accuracy is not None]
        return median(took) if took else None


def median(values: Iterable[float]) -> float:
    return float(np.median([*values]))


def groups_of(runs: Iterable[Run]) -> list[Group]:
    """One group for each combination of values, in the order of the experiment."""
    found: dict[tuple[Value, ...], list[Run]] = {}
    for run in runs:
        found.setdefault(tuple(run.trial.values.values()), []).append(run)
    return [Group(runs[0].trial.values, runs) for runs in found.values()]
