"""Evaluation: predictions for whole sets of images, the confusion matrix, and the mistakes."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import jax
import numpy as np
from jax import Array, lax

from ..caching import program_cache
from ..data.datasets import brightness
from ..errors import ShapeError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights
from ..training.compiled import compiler_options, evaluation_batch_size, part_size
from ..training.config import PROGRAMS

T = TypeVar("T")


def predictions(architecture: Architecture, weights: Weights, images: np.ndarray) -> np.ndarray:
    """The probability of each class for many images: uint8 [n h w c] -> [n classes], 0..1.

    Computed in batches of one size, so that memory does not grow with n and another n compiles nothing.
    Raises ShapeError for images of another shape or type.
    """
    architecture.require_classes()
    program = _predictions(architecture)
    batches = padded_batches(architecture, images)
    parts = [np.asarray(program(dict(weights), batch))[:count] for batch, count, _ in batches]
    return np.concatenate([np.zeros((0, architecture.output_shape[0]), np.float32), *parts])


def accuracy_of(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The share of images, 0..1, whose class has the highest probability: [n classes], [n] -> a number."""
    return float((probabilities.argmax(1) == labels).mean())


def confusion_of(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The confusion matrix, rows truth, columns prediction: [n c], [n] -> counts [c c]."""
    classes = probabilities.shape[1]
    cells = labels.astype(np.int64) * classes + probabilities.argmax(1)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def examples(probabilities: np.ndarray, labels: np.ndarray, truth: int, predicted: int) -> np.ndarray:
    """The indices of the images in one cell of the confusion matrix, the most certain first."""
    return _most_certain_first(probabilities, (labels == truth) & (probabilities.argmax(1) == predicted))


def wrong(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The indices of the images that were classified wrongly, the most certain first."""
    return _most_certain_first(probabilities, probabilities.argmax(1) != labels)


def fixed_and_broken(before: np.ndarray, after: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which images are classified correctly only after a change, and which only before it: [n c], [n c], [n] -> [n]."""
    was, now = before.argmax(1) == labels, after.argmax(1) == labels
    return ~was & now, was & ~now


def _most_certain_first(probabilities: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    indices = np.flatnonzero(chosen)
    return indices[np.argsort(-probabilities[indices].max(1), kind="stable")]


def padded_batches(architecture: Architecture, images: np.ndarray) -> Iterator[tuple[np.ndarray, int, int]]:
    """Batches of one size, the last one padded with zeros: (batch, images in it, index of its first image)."""
    if images.dtype != np.uint8:
        raise ShapeError(f"Whole sets of images are uint8, 0 black to 255 white, not {images.dtype}.")
    size = evaluation_batch_size(architecture)
    for start in range(0, len(images), size):
        part = images[start : start + size]
        yield np.concatenate([part, np.zeros((size - len(part), *images.shape[1:]), images.dtype)]), len(part), start


@program_cache(PROGRAMS)
def _predictions(architecture: Architecture) -> Callable[..., Array]:
    @partial(jax.jit, compiler_options=compiler_options())
    def program(weights: Weights, images: Array) -> Array:
        def of_part(part: Array) -> Array:
            return jax.nn.softmax(with_weights(architecture, weights)(brightness(part)))

        return map_parts(architecture, of_part, images).reshape(len(images), -1)

    return program


def map_parts(architecture: Architecture, function: Callable[[T], Array], batch: T) -> Array:
    """The function of each part of a batch; a part fits into the processor's caches: [parts ...]."""
    size = part_size(architecture, len(jax.tree.leaves(batch)[0]))
    return lax.map(function, jax.tree.map(lambda values: values.reshape(-1, size, *values.shape[1:]), batch))
