"""The record of a run: every step, every epoch; and what the curves show of it."""

import csv
import io
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

import numpy as np

from .errors import DataError

# A history as arrays: the type of each, and what it has a number for.
ARRAYS: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "loss": (np.float32, ("step",)),
    "accuracy": (np.float32, ("step",)),
    "learning_rate": (np.float32, ("step",)),
    "epoch_step": (np.int32, ("epoch",)),  # the last step of an epoch, the first of all being 1
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


class History:
    """Every step's loss, accuracy (0..1) and learning rate as arrays [steps], and every epoch.

    It only grows, and what has been written does not change, so another thread may read it while a run goes on.
    """

    def __init__(self, total_steps: int):
        self.steps = 0
        self.epochs: tuple[Epoch, ...] = ()
        self._record = np.zeros((3, total_steps), np.float32)

    @property
    def loss(self) -> np.ndarray:
        return self._row(0)

    @property
    def accuracy(self) -> np.ndarray:
        return self._row(1)

    @property
    def learning_rate(self) -> np.ndarray:
        return self._row(2)

    def _row(self, index: int) -> np.ndarray:
        row = self._record[index, : self.steps]
        row.flags.writeable = False
        return row

    def extend(self, losses: np.ndarray, accuracies: np.ndarray, rates: np.ndarray) -> None:
        end = self.steps + len(losses)
        self._record[:, self.steps : end] = losses, accuracies, rates
        self.steps = end

    def end_epoch(self, steps: int, evaluation: Evaluation) -> None:
        """Close the epoch of the last `steps` steps."""
        loss, accuracy, _ = self._record[:, self.steps - steps : self.steps].mean(axis=1, dtype=np.float64)
        epoch = Epoch(len(self.epochs) + 1, self.steps, float(loss), float(accuracy), evaluation)
        self.epochs = (*self.epochs, epoch)

    def copy(self) -> "History":
        twin = copy(self)
        twin._record = self._record.copy()
        return twin

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Steps and epochs as the arrays of ARRAYS: copies."""
        now = self.copy()  # it may grow meanwhile
        epochs = now.epochs
        columns: dict[str, Any] = {
            "loss": now.loss,
            "accuracy": now.accuracy,
            "learning_rate": now.learning_rate,
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
        """The history that `to_arrays` gave these of, bit for bit. Raises DataError where they can be of none."""
        _check_arrays(arrays)
        history = cls(len(arrays["loss"]))
        history.extend(arrays["loss"], arrays["accuracy"], arrays["learning_rate"])
        columns = [arrays[name].tolist() for name, (_, axes) in ARRAYS.items() if axes == ("epoch",)]
        rows = zip(*columns, arrays["confusion"].astype(np.int64), strict=True)
        history.epochs = tuple(
            Epoch(number, step, loss, accuracy, Evaluation(validation_loss, validation_accuracy, confusion))
            for number, (step, loss, accuracy, validation_loss, validation_accuracy, confusion) in enumerate(rows, 1)
        )
        return history

    @property
    def best(self) -> Epoch:
        """The epoch of the highest validation accuracy, the earliest of equals. Raises ValueError before the first."""
        return max(self.epochs, key=lambda epoch: epoch.validation.accuracy)

    @property
    def astray(self) -> bool:
        """Whether the mean loss of the last hundred steps is above that of guessing among ten classes, ln 10."""
        last = self.loss[-100:]
        return len(last) == 100 and float(last.mean()) > 1.1 * log(10)

    def step_rows(self) -> list[dict[str, Any]]:
        """A row a step, with the validation of an epoch on its last step."""
        ends = {epoch.step: epoch for epoch in self.epochs}
        return [
            {
                "step": step,
                "loss": float(loss),
                "accuracy": float(accuracy),
                "learning_rate": float(rate),
                "epoch": ends[step].epoch if step in ends else None,
                "validation_loss": ends[step].validation.loss if step in ends else None,
                "validation_accuracy": ends[step].validation.accuracy if step in ends else None,
            }
            for step, (loss, accuracy, rate) in enumerate(zip(*self._record[:, : self.steps], strict=True), start=1)
        ]

    def to_csv(self) -> str:
        """`step_rows` as CSV."""
        text = io.StringIO()
        names = ("step", "loss", "accuracy", "learning_rate", "epoch", "validation_loss", "validation_accuracy")
        writer = csv.DictWriter(text, names, lineterminator="\n")
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
    _check_epochs(arrays["epoch_step"].tolist(), sizes["step"])
    _check_confusions(arrays["confusion"].astype(np.int64), arrays["validation_accuracy"])


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
