"""Attribution: which pixels an answer depends on, by five methods, the rows of METHODS."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from ..caching import program_cache
from ..errors import PlaygroundError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights, workspace
from ..ops.arithmetic import Window, windows
from ..ops.quick_jit import MOST_PROGRAMS, quick, quickly_compiled
from ..training.config import BYTES_PER_VALUE
from .activations import one_class, one_image
from .class_activation import class_activation, grad_cam, hires_cam

MOST_SAMPLES, MOST_NOISE = 256, 1.0  # of SmoothGrad
BATCH, BATCH_BYTES = 16, 64_000_000  # images of one compiled call: fewer where each takes much memory


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How much the target's probability falls when a patch is covered: [rows columns], one number a position.

    axes: the windows of the rows and of the columns, which say where each patch stands.
    """

    drop: np.ndarray
    axes: tuple[Window, Window]


def saliency(architecture: Architecture, weights: Weights, image: np.ndarray, target: int) -> np.ndarray:
    """The gradient of the target's logit with respect to each pixel: [h w c] -> [h w], signed.

        w = ∂logit(target) / ∂image, summed over the channels

    image: float32 from 0 to 1. Raises ShapeError for a wrong image, PlaygroundError for an unknown class.
    (Simonyan, Vedaldi & Zisserman 2014, "Deep inside convolutional networks", section 3; they draw |w|.)
    """
    number, batch = one_class(architecture, target), one_image(architecture, image)
    return np.asarray(_gradients(architecture)(dict(weights), batch, number)[0])


def smooth_grad(
    architecture: Architecture,
    weights: Weights,
    image: np.ndarray,
    target: int,
    samples: int = 32,
    noise: float = 0.15,
    seed: int = 0,
) -> np.ndarray:
    """The mean saliency of noisy copies of the image: [h w c] -> [h w], signed; deterministic for a seed.

        mean over n of saliency(image + noise · N(0, 1)ₙ)

    noise: as a share of the range of brightness, 0..1. Raises as `saliency` does, and PlaygroundError for samples or
    noise out of bounds. (Smilkov, Thorat, Kim, Viégas & Wattenberg 2017, "SmoothGrad", section 2,
    "Smoothing noisy gradients".)
    """
    if not (1 <= samples <= MOST_SAMPLES and 0 <= noise <= MOST_NOISE):
        raise PlaygroundError(
            f"SmoothGrad takes 1 to {MOST_SAMPLES} samples with noise from 0 to {MOST_NOISE:g}, "
            f"not {samples} with {noise:g}."
        )
    number = one_class(architecture, target)
    drawn = np.random.default_rng(seed).standard_normal((samples, *architecture.input_shape), np.float32)
    copies = one_image(architecture, image) + np.float32(noise) * drawn
    program = _gradients(architecture)
    gradients = [np.asarray(program(dict(weights), part, number)) for part in _parts(architecture, copies)]
    return np.concatenate(gradients)[:samples].mean(0)


def occlusion(
    architecture: Architecture, weights: Weights, image: np.ndarray, target: int, patch: int = 5, stride: int = 2
) -> Occlusion:
    """How much the target's probability falls when a patch of the image is set to black: [h w c] -> Occlusion.

        drop[i, j] = probability(image) - probability(image, its pixels i·s .. i·s + k - 1, j·s .. j·s + k - 1 set to 0)

    Every patch lies wholly in the image. Raises ShapeError for a patch that does not fit or a wrong image,
    PlaygroundError for an unknown class. (Zeiler & Fergus 2014, "Visualizing and understanding convolutional
    networks", section 4.2; their patch is grey, MNIST's background is black.)
    """
    number, batch = one_class(architecture, target), one_image(architecture, image)
    axes = windows(patch, stride)
    height, width = architecture.input_shape[:2]
    rows, columns = axes[0].output_size(height), axes[1].output_size(width)
    corners = [(top, left) for top in axes[0].positions(height) for left in axes[1].positions(width)]
    # A patch below the image covers nothing: its probability is the baseline.
    places = np.array([(height, width), *corners], np.int32)
    size = np.array([axis.kernel for axis in axes], np.int32)
    program = _covered(architecture)
    probabilities = np.concatenate(
        [np.asarray(program(dict(weights), batch, part, size, number)) for part in _parts(architecture, places)]
    )
    drop = probabilities[0] - probabilities[1 : len(places)]
    return Occlusion(drop.reshape(rows, columns), axes)


def spread_over(occlusion: Occlusion, shape: tuple[int, int]) -> np.ndarray:
    """The mean drop over the patches that cover each pixel, 0 where none does: -> [h w], for drawing."""
    total, patches = np.zeros((2, *shape))
    starts = (axis.positions(size) for axis, size in zip(occlusion.axes, shape, strict=True))
    tops, lefts = (list(positions) for positions in starts)
    for (row, column), drop in np.ndenumerate(occlusion.drop):
        here = (
            slice(tops[row], tops[row] + occlusion.axes[0].span),
            slice(lefts[column], lefts[column] + occlusion.axes[1].span),
        )
        total[here] += drop
        patches[here] += 1
    return (total / np.maximum(patches, 1)).astype(np.float32)


@program_cache(MOST_PROGRAMS)
def _gradients(architecture: Architecture) -> Callable[..., Array]:
    def program(weights: Weights, images: Array, target: Array) -> Array:
        network = with_weights(architecture, weights)
        # The images of a batch are independent: the gradient of the sum holds the gradient of each.
        return jax.grad(lambda images: network(images)[:, target].sum())(images).sum(-1)

    return quick(program)


@program_cache(MOST_PROGRAMS)
def _covered(architecture: Architecture) -> Callable[..., Array]:
    def program(weights: Weights, image: Array, places: Array, size: Array, target: Array) -> Array:
        def covered(axis: int) -> Array:
            from_start = jnp.arange(image.shape[1 + axis]) - places[:, axis, None]
            return (from_start >= 0) & (from_start < size[axis])

        patch = covered(0)[:, :, None, None] & covered(1)[:, None, :, None]
        scores = with_weights(architecture, weights)(jnp.where(patch, 0, image))
        return jax.nn.softmax(scores)[:, target]

    return quickly_compiled(program)


def _parts(architecture: Architecture, items: np.ndarray) -> list[np.ndarray]:
    """Batches as large as a compiled call takes, the last one filled with copies of its last item: [n ...] each."""
    image_bytes = BYTES_PER_VALUE * (architecture.values + sum(workspace(architecture)))
    size = max(1, min(BATCH, BATCH_BYTES // image_bytes))
    filled = np.concatenate([items, np.repeat(items[-1:], -len(items) % size, axis=0)])
    return list(filled.reshape(-1, size, *items.shape[1:]))


class Question(NamedTuple):
    """Which pixels of `image` [h w c] speak for class `target`? And what single methods need to know.

    patch, stride: of occlusion, in pixels. layer: a convolution, for the class activation maps; None in a network
    without one. against: a class to compare with: which pixels speak for the target rather than for that class?
    """

    architecture: Architecture
    weights: Weights
    image: np.ndarray
    target: int
    patch: int = 5
    stride: int = 2
    layer: str | None = None
    against: int | None = None


@dataclass(frozen=True)
class Method:
    """An attribution method, with what a learner should read beside its picture.

    of_class: how much each pixel speaks for the target alone, [h w]. unit: of its values.
    """

    title: str
    function: Callable[..., np.ndarray | Occlusion]
    of_class: Callable[[Question], np.ndarray]
    unit: str
    shows: str
    limitation: str
    paper: str
    needs_convolution: bool = False

    def attribute(self, question: Question) -> np.ndarray:
        """How much each pixel speaks for the target, [h w]; with a class to compare with, the difference of both."""
        alone = self.of_class(question)
        if question.against is None or self.function is grad_cam:  # which compares before its ReLU
            return alone
        return alone - self.of_class(question._replace(target=question.against, against=None))


METHODS = {
    "saliency": Method(
        "Gradient saliency",
        saliency,
        lambda question: saliency(*question[:4]),
        "a pixel",
        "Which pixels would raise or lower the score if they were a little brighter.",
        "What happens when a pixel changes a lot; and neighbouring pixels often disagree, so it looks like noise.",
        "Simonyan, Vedaldi & Zisserman 2014, arXiv 1312.6034",
    ),
    "smooth_grad": Method(
        "SmoothGrad",
        smooth_grad,
        lambda question: smooth_grad(*question[:4]),
        "a pixel",
        "Which pixels matter on average for this image and for noisy copies of it, so that chance cancels out.",
        "Anything about the image alone: the noisy copies are images that the network never learned from.",
        "Smilkov, Thorat, Kim, Viégas & Wattenberg 2017, arXiv 1706.03825",
    ),
    "occlusion": Method(
        "Occlusion",
        occlusion,
        lambda question: spread_over(
            occlusion(*question[:4], patch=question.patch, stride=question.stride), question.image.shape[:2]
        ),
        "of the probability",
        "How much the probability of the answer really falls when a part of the image is hidden.",
        "What several parts do together: where either of two strokes is enough, hiding one changes nothing.",
        "Zeiler & Fergus 2014, arXiv 1311.2901",
    ),
    "grad_cam": Method(
        "Grad-CAM",
        grad_cam,
        lambda question: class_activation(*question[:4], question.layer or "", question.against).grad_cam,
        "of the score",
        "In which region of the image a convolution's feature maps speak for the class.",
        "Single pixels: the map is as coarse as the layer, and what speaks against the class is left out.",
        "Selvaraju, Cogswell, Das, Vedantam, Parikh & Batra 2017, arXiv 1610.02391",
        needs_convolution=True,
    ),
    "hires_cam": Method(
        "HiResCAM",
        hires_cam,
        lambda question: hires_cam(*question[:4], question.layer or ""),
        "of the score",
        "What the feature maps add to the score at each place, or take from it; here every place has its own weight.",
        "What would happen if a map changed a lot: later layers may answer differently then.",
        "Draelos & Carin 2020, arXiv 2011.08891",
        needs_convolution=True,
    ),
}
