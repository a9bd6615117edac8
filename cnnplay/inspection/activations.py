"""The activations of every layer for an image, and the answer at the end."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jax import Array

from ..caching import program_cache
from ..errors import PlaygroundError, ShapeError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights
from ..ops.quick_jit import MOST_PROGRAMS, quick


@dataclass(frozen=True, eq=False)
class Answer:
    """The logits and the probabilities [classes] of one image; the probabilities are 0..1 and add up to 1.

    Logits are the scores of the last layer, before softmax.
    """

    logits: np.ndarray
    probabilities: np.ndarray

    @property
    def exponentials(self) -> np.ndarray:
        """e^logit of each class, [classes]; a probability is its share of their sum. Infinite for a logit above 709."""
        with np.errstate(over="ignore"):
            return np.exp(self.logits.astype(np.float64))

    @property
    def best(self) -> int:
        """The class of the highest logit."""
        return int(self.logits.argmax())

    @property
    def second(self) -> int:
        """The class of the second highest logit."""
        return int(np.argsort(-self.logits, kind="stable")[1])


def activations(architecture: Architecture, weights: Weights, images: np.ndarray) -> dict[str, np.ndarray]:
    """The output of every layer, by its name in the table, softmax included: [n h w c] -> [n ...] each.

    images: float32 from 0 to 1. Raises ShapeError for weights or images of another network.
    """
    values = _activations(architecture)(dict(weights), np.asarray(images, np.float32))
    in_order = (*architecture.names, "softmax")  # JAX returns dictionaries in alphabetical order
    return {name: np.asarray(values[name]) for name in in_order if name in values}


def answer(architecture: Architecture, weights: Weights, image: np.ndarray) -> Answer:
    """The network's answer: probability of class c = e^(logit c) / Σ over k of e^(logit k). [h w c] -> Answer.

    image: float32 from 0 to 1. Raises ShapeError for weights or an image of another network, and for a network that
    does not end in a logit for each class. (Goodfellow, Bengio & Courville 2016, "Deep learning", section 6.2.2.3.)
    """
    architecture.require_classes()
    values = activations(architecture, weights, one_image(architecture, image))
    return Answer(values[architecture.names[-1]][0], values["softmax"][0])


def one_image(architecture: Architecture, image: np.ndarray) -> np.ndarray:
    """The image as a batch of one: [h w c] -> [1 h w c]. Raises ShapeError for another shape or type."""
    if np.shape(image) != architecture.input_shape or not np.issubdtype(np.asarray(image).dtype, np.floating):
        wanted = " × ".join(map(str, architecture.input_shape))
        raise ShapeError(
            f"The network takes one image of {wanted} with brightness from 0 to 1, "
            f"not {np.asarray(image).dtype} of shape {np.shape(image)}."
        )
    return np.asarray(image, np.float32)[None]


def one_class(architecture: Architecture, target: int) -> np.int32:
    """The number of a class, checked. Raises PlaygroundError for a class that the network does not have."""
    architecture.require_classes()
    classes = architecture.output_shape[0]
    if not (isinstance(target, int | np.integer) and 0 <= target < classes):
        raise PlaygroundError(f"The classes of this network go from 0 to {classes - 1}; there is no {target!r}.")
    return np.int32(target)


def one_convolution(architecture: Architecture, layer: str) -> int:
    """The index of a convolution among the layers. Raises ShapeError where there is none of that name."""
    names = architecture.convolutions
    if layer not in names:
        there = f"its convolutions are {', '.join(names)}" if names else "it has no convolution at all"
        raise ShapeError(f"This network has no convolution {layer!r}: {there}.")
    return architecture.names.index(layer)


@program_cache(MOST_PROGRAMS)
def _activations(architecture: Architecture) -> Callable[..., dict[str, Array]]:
    return quick(lambda weights, images: with_weights(architecture, weights).activations(images))
