"""Class activation maps: where a convolution's feature maps speak for a class, and when such a map can tell.

A cell is a place [i, j] of the layer's feature maps Aₖ; gₖ[i, j] = ∂score / ∂Aₖ[i, j]. The score is the logit of a
class, or its lead over the logit of another.
"""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
from jax import Array

from ..caching import program_cache
from ..network.architecture import Architecture
from ..network.layers import maps_of
from ..network.model import Weights, with_weights
from ..ops.quick_jit import MOST_PROGRAMS, quick
from .activations import one_class, one_convolution, one_image

LEAST_PLACE = 0.1  # of the gradient that its means must keep, for Grad-CAM to tell places apart
MOST_EMPTY = 0.5  # of what Grad-CAM paints may lie where the image is empty
SAME = 1e-6  # values nearer than this are alike, but for rounding


@dataclass(frozen=True, eq=False)
class ClassActivation:
    """A convolution's feature maps and the gradient of the score by them, both [h w c].

    sees_ink: whether any of a cell's maps has another value than for a black image, [h w].
    """

    maps: np.ndarray
    gradients: np.ndarray
    sees_ink: np.ndarray

    @property
    def weighted(self) -> np.ndarray:
        """Grad-CAM before its ReLU, [h w]."""
        return weighted_by_mean(self.maps, self.gradients)

    @property
    def grad_cam(self) -> np.ndarray:
        return np.maximum(self.weighted, 0)

    @property
    def of_filters(self) -> np.ndarray:
        """gₖ · Aₖ: what each filter adds to the score at each cell, to first order, [h w c]."""
        return self.gradients * self.maps

    @property
    def paints_nothing(self) -> bool:
        """Whether ReLU leaves nothing, because the weighted sum is nowhere positive."""
        return bool(self.weighted.max() <= SAME * max(np.abs(self.weighted).max(), SAME))

    @property
    def place_kept(self) -> float:
        """The share, 0..1, of the gradient that its means over all places keep: n · Σ αₖ² / Σ gₖ[i, j]².

        1 where every place of a map counts alike, as before a global mean; near 0 where a dense layer gives every place
        a weight of its own, whose signs differ.
        """
        total = float((self.gradients**2).sum())
        means = float((self.gradients.mean((0, 1)) ** 2).sum()) * self.gradients[..., 0].size
        return means / total if total else 0.0

    @property
    def painted_where_empty(self) -> float:
        """The share, 0..1, of what Grad-CAM paints that lies on cells which see no ink."""
        painted = self.grad_cam
        return float(painted[~self.sees_ink].sum() / painted.sum()) if painted.sum() else 0.0


def weighted_by_mean(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Σ over k of αₖ · Aₖ, αₖ = mean over i, j of gₖ: a weight for each map, whatever the place; [h w c] -> [h w]."""
    weights: np.ndarray = gradients.mean((0, 1))
    return np.asarray((weights * maps).sum(-1))


def class_activation(
    architecture: Architecture, weights: Weights, image: np.ndarray, target: int, layer: str, against: int | None = None
) -> ClassActivation:
    """A convolution's maps for an image [h w c] and the gradient of the target's logit by them.

    against: another class, whose logit is subtracted. The maps are those after the normalization and activation that
    follow the convolution, if there are any. Raises ShapeError for an unknown convolution or a wrong image,
    PlaygroundError for an unknown class.
    """
    direction = np.zeros(architecture.output_shape[0], np.float32)
    direction[one_class(architecture, target)] += 1
    if against is not None:
        direction[one_class(architecture, against)] -= 1
    batch = one_image(architecture, image)
    program = _class_activation(architecture, _name_of_maps(architecture, layer))
    maps, gradients, of_black = (np.asarray(found) for found in program(dict(weights), batch, direction))
    return ClassActivation(maps, gradients, (np.abs(maps - of_black) > SAME * np.abs(maps).max(initial=1)).any(-1))


def grad_cam(architecture: Architecture, weights: Weights, image: np.ndarray, target: int, layer: str) -> np.ndarray:
    """Where a convolution's maps raise the target's logit: [h w c] -> [h w] of that layer, from 0 up.

        map = ReLU(Σ over k of αₖ · Aₖ),   αₖ = mean over i, j of ∂logit(target) / ∂Aₖ[i, j]

    Aₖ: the layer's feature maps, after the activation that follows it, if there is one. layer: "conv1", ...
    Raises ShapeError for an unknown convolution or a wrong image, PlaygroundError for an unknown class.
    (Selvaraju, Cogswell, Das, Vedantam, Parikh & Batra 2017, "Grad-CAM", section 3.)
    """
    return class_activation(architecture, weights, image, target, layer).grad_cam


def hires_cam(architecture: Architecture, weights: Weights, image: np.ndarray, target: int, layer: str) -> np.ndarray:
    """What a convolution's maps add to the target's logit at each place: [h w c] -> [h w] of that layer, signed.

        map = Σ over k of gₖ · Aₖ,   gₖ[i, j] = ∂logit(target) / ∂Aₖ[i, j]

    Where max-pooling, ReLU and one dense layer follow, the map adds up to the logit less the dense layer's bias.
    Raises as `grad_cam` does. (Draelos & Carin 2020, "Use HiResCAM instead of Grad-CAM for faithful explanations of
    convolutional neural networks", section 3.)
    """
    return class_activation(architecture, weights, image, target, layer).of_filters.sum(-1)


@program_cache(MOST_PROGRAMS)
def _class_activation(architecture: Architecture, layer: str) -> Callable[..., tuple[Array, Array, Array]]:
    def program(weights: Weights, image: Array, direction: Array) -> tuple[Array, Array, Array]:
        network = with_weights(architecture, weights)
        maps = network.activations(image)[layer]
        gradients = jax.grad(lambda maps: network.onward(layer, maps)[0] @ direction)(maps)
        return maps[0], gradients[0], network.activations(0 * image)[layer][0]

    return quick(program)


def _name_of_maps(architecture: Architecture, layer: str) -> str:
    """The layer whose output are a convolution's feature maps. Raises ShapeError for an unknown convolution."""
    return architecture.names[maps_of(architecture.layers, one_convolution(architecture, layer))]
