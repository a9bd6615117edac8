"""What an experiment has found: a table, a row a run and epoch, as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any

import numpy as np

from .. import csv_text
from ..errors import DataError
from ..training.config import OPTIMIZER_SETTINGS, TrainConfig
from ..training.history import Epoch, Evaluation
from ..words import printable
from .execution import Run
from .experiment import Experiment, LeftOut, Trial
from .groups import Group, groups_of
from .settings import MEASURED
from .summary import summary

SETTINGS = [entry.name for entry in fields(TrainConfig) if entry.name != "seed"]
# Columns that tables of earlier versions lack: all their runs had the default.
ADDED = {entry.name: str(entry.default) for entry in fields(TrainConfig) if entry.name in OPTIMIZER_SETTINGS}
MOST_PROBLEM = 1500  # letters


@dataclass(frozen=True, eq=False)
class Results:
    """An experiment and its runs, finished or not."""

    experiment: Experiment
    runs: Sequence[Run]

    @property
    def groups(self) -> list[Group]:
        """One for each combination of values that was trained, in the order of the experiment."""
        return groups_of(self.runs)

    @property
    def left_out(self) -> Sequence[LeftOut]:
        return self.experiment.left_out

    def table(self) -> list[dict[str, Any]]:
        """A row for each run and epoch: what varies, seed, epoch, what was measured, network and all settings.

        "loss" and "accuracy" are means over the steps of the epoch, "test_loss" and "test_accuracy" of its end. A run
        that ended early has one more row, with the reason under "problem". The last row of a run has its seconds.
        """
        return [row for run in self.runs for row in _rows(run)]

    def to_csv(self) -> str:
        return csv_text.to_csv(columns(self.experiment), self.table())

    def to_json(self) -> str:
        """The experiment, and the table's rows."""
        return json.dumps({**json.loads(self.experiment.to_json()), "rows": self.table()}, allow_nan=False, indent=1)

    def summary(self, final: bool = False) -> str:
        """What was varied, what happened, and how sure that is, in sentences. final: no more runs will come."""
        return " ".join(summary(self.experiment, self.runs, final))


def columns(experiment: Experiment) -> list[str]:
    """The table's columns, in order."""
    return [*experiment.vary, "seed", "epoch", *MEASURED, "parameters", "net", *_own_settings(experiment)]


def _own_settings(experiment: Experiment) -> list[str]:
    return [name for name in SETTINGS if name not in experiment.vary]


def _rows(run: Run) -> list[dict[str, Any]]:
    trial = run.trial
    settings = {name: value for name, value in asdict(trial.config).items() if name not in trial.values}
    same = {**trial.values, **settings, "parameters": trial.architecture.parameter_count, "net": trial.net}
    rows = [{**same, **_measured(epoch), "seconds": None, "problem": None} for epoch in run.epochs]
    if run.problem:
        rows.append({**same, "epoch": len(run.epochs) + 1, **dict.fromkeys(MEASURED), "problem": run.problem})
    if rows and run.finished:
        rows[-1]["seconds"] = round(run.seconds, 3)
    return rows


def _measured(epoch: Epoch) -> dict[str, float]:
    return {
        "epoch": epoch.epoch,
        "loss": epoch.loss,
        "accuracy": epoch.accuracy,
        "test_loss": epoch.test.loss,
        "test_accuracy": epoch.test.accuracy,
    }


def read_csv(text: str, experiment: Experiment) -> list[Run]:
    """The finished runs of a table that `Results.to_csv` wrote, for the same experiment to go on from.

    Raises DataError where the table is of another experiment, or damaged.
    """
    try:
        first, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except (csv.Error, ValueError) as error:
        raise DataError("The table cannot be read: it is empty or damaged.") from error
    wanted_columns = columns(experiment)
    if first not in (wanted_columns, [name for name in wanted_columns if name in experiment.vary or name not in ADDED]):
        raise DataError("The table has other columns than this experiment writes: it is of another one.")
    wanted = {_identity_of(trial, experiment): Run(trial) for trial in experiment.trials}
    for number, cells in enumerate(rows, start=1):
        row = ADDED | dict(zip(first, map(csv_text.meant, cells), strict=False))
        run = wanted.get(tuple(row.get(name, "") for name in _identity(experiment)))
        if run is None:
            raise DataError(f"Row {number} of the table is no run of this experiment: it is of another one.")
        try:
            _take(run, row)
        except (KeyError, ValueError) as error:
            raise DataError(f"Row {number} of the table is damaged ({printable(str(error)[:80])}).") from error
    return [run for run in wanted.values() if run.finished]


def _identity(experiment: Experiment) -> list[str]:
    """The columns that tell runs apart."""
    return [*experiment.vary, "seed", "net", *_own_settings(experiment)]


def _identity_of(trial: Trial, experiment: Experiment) -> tuple[str, ...]:
    written = {**asdict(trial.config), **trial.values, "net": trial.net}
    return tuple(str(written[name]) for name in _identity(experiment))


def _take(run: Run, row: Mapping[str, str]) -> None:
    """Add a row to its run. Raises ValueError or KeyError where it is none of the next epoch."""
    epoch, problem = len(run.epochs) + 1, row["problem"]
    if run.finished or row["epoch"] != str(epoch):
        raise ValueError(f"epoch {row['epoch'][:20]} after epoch {len(run.epochs)} of {run.trial.config.epochs}")
    run.seconds = _number(row["seconds"] or "0")
    if problem:
        if not problem.isprintable() or len(problem) > MOST_PROBLEM:
            raise ValueError("its problem is no sentence")
        run.problem = problem
        return
    loss, accuracy, test_loss, test_accuracy = (_number(row[name]) for name in MEASURED[:4])
    if max(accuracy, test_accuracy) > 1:
        raise ValueError("an accuracy above 1")
    test = Evaluation(test_loss, test_accuracy, np.zeros((0, 0), np.int64))
    run.epochs = (*run.epochs, Epoch(epoch, epoch * run.trial.steps_per_epoch, loss, accuracy, test))


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number) or number < 0:
        raise ValueError(f"{text[:20]} is no measurement")
    return number
