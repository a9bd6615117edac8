"""What a network makes of an image, as arrays."""

from functools import lru_cache
from typing import Any

import numpy as np

from .architecture import Architecture
from .lessons import MOST_PROGRAMS, quick
from .model import Weights, with_weights


def activations(architecture: Architecture, weights: Weights, images: np.ndarray) -> dict[str, np.ndarray]:
    """What every layer makes of the images, by its name in the table, softmax and all: [n h w c] -> [n ...] each.

    images: float32 from 0 to 1. Raises ShapeError where weights or images are another network's.
    """
    values = _activations(architecture)(dict(weights), np.asarray(images, np.float32))
    return {name: np.asarray(value) for name, value in values.items()}


@lru_cache(MOST_PROGRAMS)
def _activations(architecture: Architecture) -> Any:
    return quick(lambda weights, images: with_weights(architecture, weights).activations(images))
