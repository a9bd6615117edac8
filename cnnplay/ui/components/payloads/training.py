"""The curves of a run as points, for `live_curves`."""

import numpy as np

from ....training.history import History, Record, smoothed, thinned

RAW_POINTS, SMOOTH_POINTS = 500, 300


def curve(history: History, smoothing: float, *, raw: bool) -> dict[str, dict[str, list[list[float]]]]:
    """Loss and accuracy of a run as points [step, value] for `ui.components.curves`.

    raw: whether to give every step's value too, thinned so that each stretch keeps its lowest and highest.
    """
    record = history.record
    return {
        name: _curve(record, name, smoothing, raw, [(e.step, getattr(e.test, name)) for e in history.epochs])
        for name in ("loss", "accuracy")
    }


def _curve(
    record: Record, name: str, smoothing: float, raw: bool, test: list[tuple[int, float]]
) -> dict[str, list[list[float]]]:
    values = getattr(record, name)
    finite = np.isfinite(values)
    values, steps = values[finite], record.step[finite]
    smooth = smoothed(values, smoothing**record.every)
    shown = np.unique(np.linspace(0, len(values) - 1, min(len(values), SMOOTH_POINTS)).astype(int))
    return {
        "raw": _points(steps, values, thinned(values, RAW_POINTS)) if raw else [],
        "smooth": _points(steps, smooth, shown),
        "test": [[step, round(value, 6)] for step, value in test],
    }


def _points(steps: np.ndarray, values: np.ndarray, indices: np.ndarray) -> list[list[float]]:
    return [[int(steps[i]), round(float(values[i]), 6)] for i in indices]
