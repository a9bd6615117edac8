"""File formats of a history: rows, CSV and JSON for other programs, arrays for the weights file."""

import json
from collections.abc import Mapping

import numpy as np

from .. import csv_text
from ..errors import DataError
from .history import Epoch, Evaluation, History

Cell = int | float | None

VALUES = ("loss", "accuracy", "learning_rate")  # of a row, in the order of a history's table
COLUMNS = ("step", "steps", "loss", "accuracy", "learning_rate", "epoch", "test_loss", "test_accuracy")

# A history as arrays. name: (type, axes). Files of earlier versions call the test "validation", and so all of them do.
ARRAYS: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "step": (np.int32, ("row",)),  # the last of each row, counted from 1
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


def step_rows(history: History) -> list[dict[str, Cell]]:
    """The record as rows with the keys COLUMNS: means of `steps` steps up to `step`; an epoch in the row of its end."""
    record = history.record
    ends = {-(-epoch.step // record.every): epoch for epoch in history.epochs}
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
            "test_loss": ends[row].test.loss if row in ends else None,
            "test_accuracy": ends[row].test.accuracy if row in ends else None,
        }
        for row, (step, steps, loss, accuracy, rate) in enumerate(zip(*columns, strict=True), start=1)
    ]


def to_csv(history: History) -> str:
    """`step_rows` as CSV."""
    return csv_text.to_csv(COLUMNS, step_rows(history))


def to_json(history: History, **metadata: object) -> str:
    """A JSON object of the metadata, the `steps` as `step_rows` has them, and the `epochs` with their confusions."""
    epochs = [
        {
            "epoch": epoch.epoch,
            "step": epoch.step,
            "loss": epoch.loss,
            "accuracy": epoch.accuracy,
            "test_loss": epoch.test.loss,
            "test_accuracy": epoch.test.accuracy,
            "confusion": epoch.test.confusion.tolist(),
        }
        for epoch in history.epochs
    ]
    return json.dumps({**metadata, "steps": step_rows(history), "epochs": epochs}, allow_nan=False)


def to_arrays(history: History) -> dict[str, np.ndarray]:
    """Copies of rows and epochs as the arrays of ARRAYS."""
    history = history.copy()  # a run may record meanwhile
    record, epochs = history.record, history.epochs
    columns = {
        "step": record.step,
        "loss": record.loss,
        "accuracy": record.accuracy,
        "learning_rate": record.learning_rate,
        "epoch_step": [epoch.step for epoch in epochs],
        "epoch_loss": [epoch.loss for epoch in epochs],
        "epoch_accuracy": [epoch.accuracy for epoch in epochs],
        "validation_loss": [epoch.test.loss for epoch in epochs],
        "validation_accuracy": [epoch.test.accuracy for epoch in epochs],
        "confusion": [epoch.test.confusion for epoch in epochs] or np.zeros((0, 0, 0)),
    }
    return {name: np.array(columns[name], dtype) for name, (dtype, _) in ARRAYS.items()}


def from_arrays(arrays: Mapping[str, np.ndarray]) -> History:
    """The history that `to_arrays` was given, row for row. Raises DataError for arrays of no possible history."""
    _check_arrays(arrays)
    return History.restored(arrays["step"], np.stack([arrays[name] for name in VALUES]), epochs_of(arrays))


def epochs_of(arrays: Mapping[str, np.ndarray]) -> list[Epoch]:
    """The epochs that `to_arrays` was given."""
    columns = [arrays[name].tolist() for name, (_, axes) in ARRAYS.items() if axes == ("epoch",)]
    rows = zip(*columns, arrays["confusion"].astype(np.int64), strict=True)
    return [
        Epoch(number, step, loss, accuracy, Evaluation(test_loss, test_accuracy, confusion))
        for number, (step, loss, accuracy, test_loss, test_accuracy, confusion) in enumerate(rows, 1)
    ]


def _check_arrays(arrays: Mapping[str, np.ndarray]) -> None:
    """Raises DataError unless each array is as ARRAYS has it and they agree with each other."""
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
    """Raises DataError unless all rows are of equally many steps, the last one of fewer perhaps."""
    every = int(steps[0]) if len(steps) else 1
    wanted = np.arange(1, len(steps) + 1, dtype=np.int64) * every
    whole, last = wanted[:-1], steps[-1:]
    if every < 1 or (steps[:-1] != whole).any() or (last > wanted[-1:]).any() or (last <= wanted[-1:] - every).any():
        raise DataError(f"The history's {len(steps):,} rows do not stand for steps one after another.")


def _check_epochs(ends: list[int], steps: int) -> None:
    """Raises DataError unless all epochs have equally many steps, within those of the rows."""
    if ends and not (ends[0] > 0 and ends[-1] <= steps and ends == [ends[0] * (k + 1) for k in range(len(ends))]):
        last = f"the last up to step {ends[-1]:,}"
        raise DataError(f"The history's {len(ends)} epochs, {last}, are not all of one length within {steps:,} steps.")


def _check_confusions(confusions: np.ndarray, accuracies: np.ndarray) -> None:
    """Raises DataError unless all count equally many images, and as many correct ones as the accuracy has."""
    images, right = confusions.sum(axis=(1, 2)), np.trace(confusions, axis1=1, axis2=2)
    if (confusions < 0).any() or (images < 1).any() or (images != images[:1]).any():
        raise DataError("The history's confusions do not count the same images, 1 or more, after each epoch.")
    if not np.allclose(right / images, accuracies, rtol=0, atol=1e-9):
        raise DataError("The history's confusions count another share of right answers than its validation_accuracy.")
