"""The record of a run: every step, every epoch; and what the curves show of it."""

import csv
import io
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from typing import Any

import numpy as np

from ..errors import DataError

MOST_ROWS = 50_000  # of a history: 600 kB
DIVERGING_STEPS = 100  # over which the loss is averaged to tell whether a run is hopeless
COLUMNS = ("step", "steps", "loss", "accuracy", "learning_rate", "epoch", "validation_loss", "validation_accuracy")

_VALUES = ("loss", "accuracy", "learning_rate")  # of a row, in the order in which they are recorded

# A history as arrays: the type of each, and what it has a number for.
ARRAYS: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "step": (np.int32, ("row",)),  # the last that a row stands for, the first of all being 1
    "loss": (np.float32, ("row",)),
    "accuracy": (np.float32, ("row",)),
    "learning_rate": (np.float32, ("row",)),
    "epoch_step": (np.int32, ("epoch",)),  # the last of each
    "epoch_loss": (np.float64, ("epoch",)),
    "epoch_accuracy": (np.float64, ("epoch",)),
    "validation_loss": (np.float64, ("epoch",)),
    "validation_accuracy": (np.float64, ("epoch",)),
    "confusion": (np.int32, ("epoch", "class", "class")),
}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Mean loss, share of right answers (0..1) and confusion [truth, answer], counts, over a set of images."""

    loss: float
    accuracy: float
    confusion: np.ndarray

    @property
    def mistakes(self) -> int:
        """How many images were not recognised."""
        return int(self.confusion.sum() - np.trace(self.confusion))

    def accuracy_by_class(self) -> np.ndarray:
        """For each class the share of its images that were recognised: [classes], 0..1."""
        return np.diag(self.confusion) / np.maximum(self.confusion.sum(axis=1), 1)


@dataclass(frozen=True)
class Epoch:
    """One epoch: training loss and accuracy as means over its steps, validation as of its end."""

    epoch: int
    step: int
    loss: float
    accuracy: float
    validation: Evaluation

    @property
    def gap(self) -> float:
        """Training minus validation accuracy: far above zero, the network learns the training images by heart."""
        return self.accuracy - self.validation.accuracy


@dataclass(frozen=True, eq=False)
class Record:
    """Loss, accuracy (0..1) and learning rate as rows, each the mean of `every` steps; the last may be of fewer.

    step: [rows], the last step that a row stands for, counted from 1. All arrays are read-only.
    """

    every: int
    step: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    learning_rate: np.ndarray


@dataclass(frozen=True, eq=False)
class _Rows:
    """What has been recorded at one moment: `count` rows of `table` [3, capacity], and steps too few for a row."""

    table: np.ndarray
    count: int
    every: int
    rest: np.ndarray

    @classmethod
    def of(cls, steps: np.ndarray, values: np.ndarray) -> "_Rows":
        """Rows [3, n] whose last steps are `steps` [n], as a record has them; the last row may be of fewer steps."""
        every = int(steps[0]) if len(steps) else 1
        partial = len(steps) and int(steps[-1]) % every
        whole = values[:, : len(steps) - bool(partial)].astype(np.float32)
        return cls(whole, whole.shape[1], every, np.repeat(values[:, -1:], partial, axis=1))

    def with_steps(self, values: np.ndarray) -> "_Rows":
        """With further steps [3, n]. Where the table is full, neighbouring rows become one, in a table of its own."""
        table, count, every, rest = self.table, self.count, self.every, np.concatenate([self.rest, values], axis=1)
        while rest.shape[1] >= every:
            if count == table.shape[1]:
                halves = table.reshape(3, count // 2, 2).mean(axis=2, dtype=np.float64)
                table, count, every = np.zeros_like(table), count // 2, 2 * every
                table[:, :count] = halves
                continue
            made = min(table.shape[1] - count, rest.shape[1] // every)
            whole = rest[:, : made * every].reshape(3, made, every)
            table[:, count : count + made] = whole.mean(axis=2, dtype=np.float64)
            count, rest = count + made, rest[:, made * every :]
        return _Rows(table, count, every, rest)

    def record(self) -> Record:
        values, last = self.table[:, : self.count], self.count * self.every + self.rest.shape[1]
        if self.rest.size:
            values = np.concatenate([values, self.rest.mean(axis=1, keepdims=True, dtype=np.float64)], axis=1)
        steps = np.minimum(np.arange(1, values.shape[1] + 1) * self.every, last)
        rows = [*values.astype(np.float32, copy=False)]
        for row in (steps, *rows):
            row.flags.writeable = False
        return Record(self.every, steps, *rows)


class History:
    """Every step's loss, accuracy and learning rate, and every epoch.

    Beyond `most_rows` (even) steps its rows stand for two steps each, then for four: means that do not depend on how
    the steps came in. Another thread may read it while a run goes on: what has been handed out does not change.
    """

    def __init__(self, total_steps: int, most_rows: int = MOST_ROWS):
        self.steps = 0
        self.epochs: tuple[Epoch, ...] = ()
        nothing = np.zeros((3, 0), np.float32)
        self._rows = _Rows(np.zeros((3, min(total_steps, most_rows)), np.float32), 0, 1, nothing)
        self._epoch = nothing  # the steps of the epoch that has not ended
        self._last = nothing[0]  # the losses of the last steps

    @property
    def record(self) -> Record:
        """All rows as of now."""
        return self._rows.record()

    @property
    def loss(self) -> np.ndarray:
        return self.record.loss

    @property
    def accuracy(self) -> np.ndarray:
        return self.record.accuracy

    @property
    def learning_rate(self) -> np.ndarray:
        return self.record.learning_rate

    @property
    def nbytes(self) -> int:
        """Bytes that it holds, but for the epochs' few."""
        return self._rows.table.nbytes + self._epoch.nbytes

    def extend(self, losses: np.ndarray, accuracies: np.ndarray, rates: np.ndarray) -> None:
        values = np.stack([losses, accuracies, rates]).astype(np.float32, copy=False)
        self._epoch = np.concatenate([self._epoch, values], axis=1)
        self._last = np.concatenate([self._last, values[0]])[-DIVERGING_STEPS:]
        self._rows = self._rows.with_steps(values)
        self.steps += values.shape[1]

    def end_epoch(self, steps: int, evaluation: Evaluation) -> None:
        """Close the epoch of the last `steps` steps."""
        loss, accuracy, _ = self._epoch[:, -steps:].mean(axis=1, dtype=np.float64)
        self._epoch = self._epoch[:, :0].copy()
        epoch = Epoch(len(self.epochs) + 1, self.steps, float(loss), float(accuracy), evaluation)
        self.epochs = (*self.epochs, epoch)

    def copy(self) -> "History":
        twin = copy(self)
        twin._rows = replace(self._rows, table=self._rows.table.copy())
        return twin

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Rows and epochs as the arrays of ARRAYS: copies."""
        now = self.copy()  # it may grow meanwhile
        record, epochs = now.record, now.epochs
        columns: dict[str, Any] = {
            "step": record.step,
            "loss": record.loss,
            "accuracy": record.accuracy,
            "learning_rate": record.learning_rate,
            "epoch_step": [e.step for e in epochs],
            "epoch_loss": [e.loss for e in epochs],
            "epoch_accuracy": [e.accuracy for e in epochs],
            "validation_loss": [e.validation.loss for e in epochs],
            "validation_accuracy": [e.validation.accuracy for e in epochs],
            "confusion": [e.validation.confusion for e in epochs] or np.zeros((0, 0, 0)),
        }
        return {name: np.array(columns[name], dtype) for name, (dtype, _) in ARRAYS.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "History":
        """The history that `to_arrays` gave these of, row for row. Raises DataError where they can be of none."""
        _check_arrays(arrays)
        history = cls(0)
        history._rows = _Rows.of(arrays["step"], np.stack([arrays[name] for name in _VALUES]))
        history.steps = int(arrays["step"].max(initial=0))
        history._last = np.repeat(arrays["loss"], history._rows.every)[-DIVERGING_STEPS:]
        columns = [arrays[name].tolist() for name, (_, axes) in ARRAYS.items() if axes == ("epoch",)]
        rows = zip(*columns, arrays["confusion"].astype(np.int64), strict=True)
        history.epochs = tuple(
            Epoch(number, step, loss, accuracy, Evaluation(validation_loss, validation_accuracy, confusion))
            for number, (step, loss, accuracy, validation_loss, validation_accuracy, confusion) in enumerate(rows, 1)
        )
        return history

    def by_epoch(self) -> dict[str, list[float]]:
        """The curves of the epochs, as Keras names them: "loss", "accuracy", "val_loss", "val_accuracy"."""
        return {
            "loss": [epoch.loss for epoch in self.epochs],
            "accuracy": [epoch.accuracy for epoch in self.epochs],
            "val_loss": [epoch.validation.loss for epoch in self.epochs],
            "val_accuracy": [epoch.validation.accuracy for epoch in self.epochs],
        }

    @property
    def best(self) -> Epoch:
        """The epoch of the highest validation accuracy, the earliest of equals. Raises ValueError before the first."""
        return max(self.epochs, key=lambda epoch: epoch.validation.accuracy)

    @property
    def diverging(self) -> bool:
        """Whether the mean loss of the last hundred steps is above that of guessing among ten classes, ln 10."""
        return len(self._last) == DIVERGING_STEPS and float(self._last.mean()) > 1.1 * log(10)

    def step_rows(self) -> list[dict[str, Any]]:
        """A row of the record each: means of `steps` steps up to `step`; an epoch's validation where it ended."""
        record = self.record
        ends = {-(-epoch.step // record.every): epoch for epoch in self.epochs}
        counts = np.diff(record.step, prepend=0)
        columns = (record.step, counts, record.loss, record.accuracy, record.learning_rate)
        return [
            {
                "step": int(step),
                "steps": int(steps),
                "loss": float(loss),
                "accuracy": float(accuracy),
                "learning_rate": float(rate),
                "epoch": ends[row].epoch if row in ends else None,
                "validation_loss": ends[row].validation.loss if row in ends else None,
                "validation_accuracy": ends[row].validation.accuracy if row in ends else None,
            }
            for row, (step, steps, loss, accuracy, rate) in enumerate(zip(*columns, strict=True), start=1)
        ]

    def to_csv(self) -> str:
        """`step_rows` as CSV."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.step_rows())
        return text.getvalue()

    def to_json(self, **about: Any) -> str:
        """What `about` says of the run, its steps and its epochs, as JSON."""
        epochs = [
            {
                "epoch": e.epoch,
                "step": e.step,
                "loss": e.loss,
                "accuracy": e.accuracy,
                "validation_loss": e.validation.loss,
                "validation_accuracy": e.validation.accuracy,
                "confusion": e.validation.confusion.tolist(),
            }
            for e in self.epochs
        ]
        return json.dumps({**about, "steps": self.step_rows(), "epochs": epochs}, allow_nan=False)


def smoothed(values: np.ndarray, weight: float) -> np.ndarray:
    """Exponential moving average, debiased: Σ wⁱ·x[t-i] / Σ wⁱ, so that it does not begin at zero.

    weight: 0 (nothing) to 0.999. What TensorBoard calls smoothing.
    """
    import pandas as pd  # it comes with Streamlit, and does this in C

    return pd.Series(np.asarray(values, np.float64)).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()


def thinned(values: np.ndarray, points: int) -> np.ndarray:
    """Indices of at most `points` values that keep the look of a curve: of each stretch the lowest and the highest."""
    if len(values) <= points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), max(1, points // 2 - 1) + 1).astype(int)  # both ends are kept as well
    kept = {0, len(values) - 1}
    for start, end in pairwise(edges):
        kept |= {start + int(np.argmin(values[start:end])), start + int(np.argmax(values[start:end]))}
    return np.array(sorted(kept))


def _check_arrays(arrays: Mapping[str, np.ndarray]) -> None:
    """Raises DataError unless each array is as ARRAYS says and they agree with each other."""
    if wrong := set(ARRAYS) ^ set(arrays):
        name = min(wrong)
        raise DataError(f"The history's {name[:40]!r} is {'missing' if name in ARRAYS else 'not known here'}.")
    sizes: dict[str, int] = {}
    for name, (dtype, axes) in ARRAYS.items():
        array = arrays[name]
        fits = array.ndim == len(axes) and array.shape == tuple(map(sizes.setdefault, axes, array.shape))
        if not fits or array.dtype != dtype:
            given, wanted = (" × ".join(map(str, shape)) for shape in (array.shape, [sizes.get(a, a) for a in axes]))
            raise DataError(f"The history's {name} is {array.dtype} [{given[:40]}], not {np.dtype(dtype)} [{wanted}].")
        if bad := array.size - int(np.isfinite(array).sum()):
            raise DataError(f"The history's {name} has {bad:,} numbers that are infinite or not a number.")
        if "accuracy" in name and array.size and not 0 <= array.min() <= array.max() <= 1:
            raise DataError(f"The history's {name} goes from {array.min():g} to {array.max():g}, not from 0 to 1.")
    _check_rows(arrays["step"])
    _check_epochs(arrays["epoch_step"].tolist(), int(arrays["step"].max(initial=0)))
    _check_confusions(arrays["confusion"].astype(np.int64), arrays["validation_accuracy"])


def _check_rows(steps: np.ndarray) -> None:
    """Raises DataError unless all rows but the last stand for equally many steps, and the last for no more."""
    every = int(steps[0]) if len(steps) else 1
    wanted = np.arange(1, len(steps) + 1, dtype=np.int64) * every
    whole, last = wanted[:-1], steps[-1:]
    if every < 1 or (steps[:-1] != whole).any() or (last > wanted[-1:]).any() or (last <= wanted[-1:] - every).any():
        raise DataError(f"The history's {len(steps):,} rows do not stand for steps one after another.")


def _check_epochs(ends: list[int], steps: int) -> None:
    if ends and not (ends[0] > 0 and ends[-1] <= steps and ends == [ends[0] * (k + 1) for k in range(len(ends))]):
        last = f"the last up to step {ends[-1]:,}"
        raise DataError(f"The history's {len(ends)} epochs, {last}, are not all of one length within {steps:,} steps.")


def _check_confusions(confusions: np.ndarray, accuracies: np.ndarray) -> None:
    """Raises DataError unless all count the same number of images, and as many right ones as the accuracy says."""
    images, right = confusions.sum(axis=(1, 2)), np.trace(confusions, axis1=1, axis2=2)
    if (confusions < 0).any() or (images < 1).any() or (images != images[:1]).any():
        raise DataError("The history's confusions do not count the same images, 1 or more, after each epoch.")
    if not np.allclose(right / images, accuracies, rtol=0, atol=1e-9):
        raise DataError("The history's confusions count another share of right answers than its validation_accuracy.")
