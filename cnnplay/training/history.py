"""The history of a run: loss, accuracy and learning rate of every step, and the evaluation of every epoch.

Its file formats are in history_files.py.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from typing import Self

import numpy as np

MOST_ROWS = 50_000  # of a history: 600 kB
DIVERGING_STEPS = 100  # over which the loss is averaged to detect divergence
LARGE_GAP = 0.05  # of training above test accuracy
RISE = 1.2  # of the test loss above its lowest
LEAST_RISE = 0.02  # of the test loss: between losses near 0 a fifth is nothing


def cross_entropy(probability: float) -> float:
    """The loss of one image: −ln p, where p is the probability that the network gives to the right class."""
    return -log(probability)


def guessing_loss(classes: int) -> float:
    """The loss of a network that gives all classes the same probability: ln n, as in ln 10 = 2.30."""
    return cross_entropy(1 / classes)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Mean loss, accuracy (0..1) and confusion matrix, counts [truth, answer], over a set of images."""

    loss: float
    accuracy: float
    confusion: np.ndarray

    @property
    def mistakes(self) -> int:
        """How many images were classified wrongly."""
        return int(self.confusion.sum() - np.trace(self.confusion))

    def accuracy_by_class(self) -> np.ndarray:
        """For each class, the share of its images that were classified correctly (recall): [classes], 0..1."""
        return np.diag(self.confusion) / np.maximum(self.confusion.sum(axis=1), 1)


@dataclass(frozen=True)
class Epoch:
    """One epoch: training loss and accuracy as means over its steps, and the test at its end."""

    epoch: int
    step: int
    loss: float
    accuracy: float
    test: Evaluation

    @property
    def gap(self) -> float:
        """Training minus test accuracy."""
        return self.accuracy - self.test.accuracy


@dataclass(frozen=True, eq=False)
class Record:
    """Loss, accuracy (0..1) and learning rate in rows, each the mean of `every` steps, the last one of fewer perhaps.

    step: [rows], the last step of each row, counted from 1. All arrays are read-only.
    """

    every: int
    step: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    learning_rate: np.ndarray


@dataclass(frozen=True, eq=False)
class _Rows:
    """`count` full rows of `table` [3, capacity], and `rest` [3, n], the steps after them, too few for a row."""

    table: np.ndarray
    count: int
    every: int
    rest: np.ndarray

    @classmethod
    def of(cls, steps: np.ndarray, values: np.ndarray) -> "_Rows":
        """The rows of a record: `values` [3, n] whose last steps are `steps` [n]."""
        every = int(steps[0]) if len(steps) else 1
        partial = len(steps) and int(steps[-1]) % every
        whole = values[:, : len(steps) - bool(partial)].astype(np.float32)
        return cls(whole, whole.shape[1], every, np.repeat(values[:, -1:], partial, axis=1))

    def with_steps(self, values: np.ndarray) -> "_Rows":
        """With further steps [3, n]. When the table is full, a new table holds the means of neighbouring rows."""
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
    """Records loss, accuracy and learning rate of every step, and every epoch.

    Beyond `most_rows` (even) steps, each row is the mean of two steps, then of four, ...; the rows do not depend on the
    sizes in which the steps are added. Another thread may read while a run trains: arrays once returned do not change.
    """

    def __init__(self, total_steps: int, most_rows: int = MOST_ROWS):
        self.steps = 0
        self.epochs: tuple[Epoch, ...] = ()
        nothing = np.zeros((3, 0), np.float32)
        self._rows = _Rows(np.zeros((3, min(total_steps, most_rows)), np.float32), 0, 1, nothing)
        self._epoch = nothing  # the steps of the current epoch
        self._last = nothing[0]  # the losses of the last DIVERGING_STEPS steps

    @property
    def record(self) -> Record:
        """All rows as of now, read-only."""
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
        """Bytes of its rows; those of its epochs are few."""
        return self._rows.table.nbytes + self._epoch.nbytes

    def extend(self, losses: np.ndarray, accuracies: np.ndarray, rates: np.ndarray) -> None:
        values = np.stack([losses, accuracies, rates]).astype(np.float32, copy=False)
        self._epoch = np.concatenate([self._epoch, values], axis=1)
        self._last = np.concatenate([self._last, values[0]])[-DIVERGING_STEPS:]
        self._rows = self._rows.with_steps(values)
        self.steps += values.shape[1]

    def end_epoch(self, steps: int, evaluation: Evaluation) -> None:
        """End the epoch of the last `steps` steps, with its evaluation."""
        loss, accuracy, _ = self._epoch[:, -steps:].mean(axis=1, dtype=np.float64)
        self._epoch = self._epoch[:, :0].copy()
        epoch = Epoch(len(self.epochs) + 1, self.steps, float(loss), float(accuracy), evaluation)
        self.epochs = (*self.epochs, epoch)

    @classmethod
    def restored(cls, steps: np.ndarray, values: np.ndarray, epochs: Sequence[Epoch]) -> "History":
        """The history whose record has the last steps `steps` [n] and the rows `values` [3, n]. It records no more."""
        history = cls(0)
        history._rows = _Rows.of(steps, values)
        history.steps = int(steps.max(initial=0))
        history._last = np.repeat(values[0], history._rows.every)[-DIVERGING_STEPS:]
        history.epochs = tuple(epochs)
        return history

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, int]]:
        """(arrays, numbers) from which `from_state` makes a history that records on as this one does.

        The epochs are not in them: `history_files.to_arrays` has those.
        """
        rows = self._rows
        arrays = {"rows": rows.table[:, : rows.count], "rest": rows.rest, "open": self._epoch, "last": self._last}
        return arrays, {"steps": self.steps, "every": rows.every, "capacity": rows.table.shape[1]}

    @classmethod
    def from_state(cls, arrays: Mapping[str, np.ndarray], numbers: Mapping[str, int], epochs: Sequence[Epoch]) -> Self:
        """The history of `state` and of its epochs."""
        history = cls(0)
        table = np.zeros((3, numbers["capacity"]), np.float32)
        count = arrays["rows"].shape[1]
        table[:, :count] = arrays["rows"]
        history.steps, history.epochs = numbers["steps"], tuple(epochs)
        history._rows = _Rows(table, count, numbers["every"], arrays["rest"])
        history._epoch, history._last = arrays["open"], arrays["last"]
        return history

    def copy(self) -> "History":
        """An independent copy."""
        twin = copy(self)
        twin._rows = replace(self._rows, table=self._rows.table.copy())
        return twin

    def by_epoch(self) -> dict[str, list[float]]:
        """One value an epoch, under the names of Keras: "loss", "accuracy", "val_loss", "val_accuracy"."""
        return {
            "loss": [epoch.loss for epoch in self.epochs],
            "accuracy": [epoch.accuracy for epoch in self.epochs],
            "val_loss": [epoch.test.loss for epoch in self.epochs],
            "val_accuracy": [epoch.test.accuracy for epoch in self.epochs],
        }

    @property
    def best(self) -> Epoch:
        """The epoch with the highest test accuracy, the first of equals. Raises ValueError without one."""
        return max(self.epochs, key=lambda epoch: epoch.test.accuracy)

    @property
    def lowest(self) -> Epoch:
        """The epoch with the lowest test loss, the first of equals. Raises ValueError without one."""
        return min(self.epochs, key=lambda epoch: epoch.test.loss)

    def diverging(self, classes: int) -> bool:
        """Whether the mean loss of the last 100 steps is more than 1.1 ln n, where ln n is that of guessing."""
        return len(self._last) == DIVERGING_STEPS and float(self._last.mean()) > 1.1 * guessing_loss(classes)

    @property
    def test_loss_rises(self) -> bool:
        """Whether the test loss is a fifth and 0.02 above its lowest, while the training loss went on falling."""
        if not self.epochs:
            return False
        lowest, last = self.lowest, self.epochs[-1]
        least = max(RISE * lowest.test.loss, lowest.test.loss + LEAST_RISE)
        return last.test.loss > least and last.loss < lowest.loss

    @property
    def overfits(self) -> bool:
        """Whether the network learns its training images by heart.

        Then the training accuracy is more than 5 points above the test accuracy, or the test loss rises.
        """
        return bool(self.epochs) and (self.epochs[-1].gap > LARGE_GAP or self.test_loss_rises)


def smoothed(values: np.ndarray, weight: float) -> np.ndarray:
    """Exponential moving average with bias correction, [n] -> [n]: Σ wⁱ·x[t-i] / Σ wⁱ over i from 0 to t.

    weight: w, 0 (no smoothing) to 0.999, as TensorBoard's "smoothing".
    """
    import pandas as pd  # it comes with Streamlit, and does this in C

    return pd.Series(np.asarray(values, np.float64)).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()


def thinned(values: np.ndarray, points: int) -> np.ndarray:
    """Indices of at most `points` values that preserve the look of a curve: the extremes of each stretch."""
    if len(values) <= points:
        return np.arange(len(values))
    edges = np.linspace(0, len(values), max(1, points // 2 - 1) + 1).astype(int)  # two points are the ends
    kept = {0, len(values) - 1}
    for start, end in pairwise(edges):
        kept |= {start + int(np.argmin(values[start:end])), start + int(np.argmax(values[start:end]))}
    return np.array(sorted(kept))
