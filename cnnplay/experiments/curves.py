"""Curves of an experiment: of one run, and the band that the seeds of a group make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..training.history import Epoch, History

POINTS = 40  # of a loss curve: each is the mean over a fortieth of the run's steps

Curve = tuple[tuple[float, float], ...]  # (epochs trained, value)


def loss_curve(history: History, epochs: int) -> Curve:
    """The training loss of a run of that many epochs, up to now: each point is a mean over equally many steps, and
    stands in the middle of them."""
    if not history.epochs:
        return ()
    per_epoch = history.epochs[0].step
    ends = np.linspace(0, epochs * per_epoch, POINTS + 1)
    record = history.record
    part = np.minimum(np.searchsorted(ends, record.step) - 1, POINTS - 1)
    begins = np.concatenate([[0], record.step[:-1]])  # of the rows: each is a mean up to its step
    found = []
    for at in np.unique(part):
        if ends[at + 1] <= history.steps:
            rows = part == at
            middle = (begins[rows][0] + record.step[rows][-1]) / 2
            found.append((float(middle / per_epoch), float(record.loss[rows].mean(dtype=np.float64))))
    return tuple(found)


def accuracy_curve(epochs: Sequence[Epoch]) -> Curve:
    """The test accuracy after each epoch, 0 to 1."""
    return tuple((float(epoch.epoch), epoch.test.accuracy) for epoch in epochs)


@dataclass(frozen=True)
class Band:
    """The lowest, the median and the highest of several curves at each of their places."""

    low: Curve
    middle: Curve
    high: Curve


def band(curves: Iterable[Curve]) -> Band:
    """Of the longest curves: one of a run that is under way, or has ended early, would cut the others short.

    Of a single curve it is that curve three times.
    """
    curves = list(curves)
    longest = max(map(len, curves), default=0)
    if not longest:
        return Band((), (), ())
    complete = np.array([curve for curve in curves if len(curve) == longest])  # [curve, place, (epochs, value)]
    places, values = complete[0, :, 0].tolist(), complete[:, :, 1]
    low, middle, high = (
        tuple(zip(places, of(values, axis=0).tolist(), strict=True)) for of in (np.min, np.median, np.max)
    )
    return Band(low, middle, high)
