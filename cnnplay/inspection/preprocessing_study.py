"""What the preprocessing of drawings is worth: accuracy with all steps, and without one or all of them."""

import numpy as np

from ..data.datasets import Split, brightness, stored
from ..inputs.handwriting import BOX, FIELD, INK, STEPS, drawn_like, received
from ..network.architecture import Architecture
from ..network.model import Weights
from .evaluation import accuracy_of, predictions

DIGITS, SMALLEST, LARGEST = 1000, 0.4, 1.4
WAYS = {
    "all steps": frozenset[str](),
    **{f"without “{step.title.lower()}”": frozenset({name}) for name, step in STEPS.items()},
    "no step: the paper shrunk to 28 × 28": frozenset(STEPS),
}


def preprocessing_accuracies(
    architecture: Architecture, weights: Weights, split: Split, count: int = DIGITS, seed: int = 0
) -> dict[str, float]:
    """The accuracy on digits that are scaled and shifted at random on the paper, for each of WAYS.

    The scale goes from 0.4 to 1.4; at 1, the 28 pixels fill the paper. The ink, a box of 20 pixels, stays on the paper.
    """
    digits = brightness(split.images[:count])
    inks = [_somewhere(image, np.random.default_rng((seed, number))) for number, image in enumerate(digits)]
    accuracies = {}
    for title, skip in WAYS.items():
        images = np.stack([received(ink, skip) for ink in inks])
        probabilities = predictions(architecture, weights, stored(images))
        accuracies[title] = accuracy_of(probabilities, split.labels[:count])
    return accuracies


def _somewhere(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A digit [28 28 1] at a random scale and place on the paper."""
    scale = generator.uniform(SMALLEST, LARGEST)
    room = INK[0] * (1 - scale * BOX / FIELD) / 2  # none at the largest
    down, right = generator.uniform(-room, room, 2)
    return drawn_like(image, scale, down, right)
