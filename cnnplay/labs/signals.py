"""Functions of one variable to slide over one another: the rows of SIGNALS."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

STEP = 0.05
GRID = np.linspace(-4, 4, 161)  # the places of the samples, STEP apart, with one at 0


@dataclass(frozen=True)
class Signal:
    """A function on [-4, 4]: `of` takes places [n] and gives its values [n]."""

    title: str
    of: Callable[[np.ndarray], np.ndarray]

    @property
    def samples(self) -> np.ndarray:
        """Its values on GRID, [161]."""
        return self.of(GRID)


SIGNALS = {
    "box": Signal("Box", lambda t: np.where(np.abs(t) <= 1, 1.0, 0.0)),
    "ramp": Signal("Ramp", lambda t: np.where(np.abs(t) <= 1, (t + 1) / 2, 0.0)),
    "triangle": Signal("Triangle", lambda t: np.maximum(0, 1 - np.abs(t))),
    "bell": Signal("Bell", lambda t: np.exp(-2 * t**2)),
    "long": Signal("Long box", lambda t: np.where((t >= 0) & (t <= 3), 1.0, 0.0)),
    "two": Signal("Two boxes", lambda t: np.where(np.abs(np.abs(t) - 1.5) <= 0.5, 1.0, 0.0)),
    "difference": Signal("Minus and plus", lambda t: np.where(np.abs(t) <= 0.25, np.sign(t), 0.0)),
    "wave": Signal("Wave", lambda t: np.where(np.abs(t) <= 3, np.sin(2 * np.pi * t / 2), 0.0)),
}
