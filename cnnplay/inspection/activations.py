"""What every layer makes of an image, and the answer at the end."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..caching import program_cache
from ..errors import PlaygroundError, ShapeError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights
from ..ops.quick_jit import MOST_PROGRAMS, quick


@dataclass(frozen=True, eq=False)
class Answer:
    """Scores (logits) and probabilities [classes] of one image; the probabilities are 0..1 and add up to 1."""

    scores: np.ndarray
    probabilities: np.ndarray

    @property
    def powers(self) -> np.ndarray:
        """e^score of each class, [classes]: the probabilities are their shares. Infinite where a score is above 709."""
        with np.errstate(over="ignore"):
            return np.exp(self.scores.astype(np.float64))

    @property
    def best(self) -> int:
        """The class of the highest score."""
        return int(self.scores.argmax())

    @property
    def second(self) -> int:
        """The second guess: the class of the highest score but one."""
        return int(np.argsort(-self.scores, kind="stable")[1])


def activations(architecture: Architecture, weights: Weights, images: np.ndarray) -> dict[str, np.ndarray]:
    """What every layer makes of the images, softmax and all: [n h w c] -> [n ...] each, by name, as in the table.

    images: float32 from 0 to 1. Raises ShapeError where weights or images are another network's.
    """
    values = _activations(architecture)(dict(weights), np.asarray(images, np.float32))
    in_order = (*architecture.names, "softmax")  # JAX gives back a dictionary in the order of the alphabet
    return {name: np.asarray(values[name]) for name in in_order if name in values}


def answer(architecture: Architecture, weights: Weights, image: np.ndarray) -> Answer:
    """The network's answer: probability of class c = e^(logit c) / Σ over k of e^(logit k). [h w c] -> Answer.

    image: float32 from 0 to 1. Raises ShapeError where weights or image are another network's, or where the network
    does not end in a score for each class. (Goodfellow, Bengio & Courville 2016, "Deep learning", section 6.2.2.3.)
    """
    architecture.require_classes()
    values = activations(architecture, weights, one_image(architecture, image))
    return Answer(values[architecture.names[-1]][0], values["softmax"][0])


def one_image(architecture: Architecture, image: np.ndarray) -> np.ndarray:
    """The image as a batch of one: [h w c] -> [1 h w c]. Raises ShapeError where the network takes none such."""
    if np.shape(image) != architecture.input_shape or not np.issubdtype(np.asarray(image).dtype, np.floating):
        wanted = " × ".join(map(str, architecture.input_shape))
        raise ShapeError(
            f"The network takes one image of {wanted} with brightness from 0 to 1, "
            f"not {np.asarray(image).dtype} of shape {np.shape(image)}."
        )
    return np.asarray(image, np.float32)[None]


def one_class(architecture: Architecture, target: int) -> np.int32:
    """The number of a class. Raises PlaygroundError where the network has none of that number, or no classes."""
    architecture.require_classes()
    classes = architecture.output_shape[0]
    if not (isinstance(target, int | np.integer) and 0 <= target < classes):
        raise PlaygroundError(f"The classes of this network go from 0 to {classes - 1}; there is no {target!r}.")
    return np.int32(target)


def one_convolution(architecture: Architecture, layer: str) -> int:
    """Which of the layers that convolution is. Raises ShapeError where the network has none of that name."""
    names = architecture.convolutions
    if layer not in names:
        there = f"its convolutions are {', '.join(names)}" if names else "it has no convolution at all"
        raise ShapeError(f"This network has no convolution {layer!r}: {there}.")
    return architecture.names.index(layer)


@program_cache(MOST_PROGRAMS)
def _activations(architecture: Architecture) -> Any:
    return quick(lambda weights, images: with_weights(architecture, weights).activations(images))
