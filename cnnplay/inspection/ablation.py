"""What a filter is worth: replace one, or leave each out in turn."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..caching import program_cache
from ..data.datasets import Split, brightness
from ..errors import ShapeError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights
from ..training.compiled import PROGRAMS, compiler_options
from .activations import one_convolution
from .evaluation import _filled, _in_parts


def with_filter(
    weights: Weights, layer: str, index: int, kernel: np.ndarray | None = None, bias: float | None = None
) -> dict[str, Any]:
    """The weights with one filter of a convolution replaced; those given stay as they are.

    kernel: [kh kw c], or None for a filter of zeros, whose bias is then 0 too. bias: None leaves it as it is.
    Raises ShapeError where there is no such filter, or where the kernel has another shape.
    """
    kernels, biases = _filters(weights, layer)
    if not 0 <= index < len(biases):
        raise ShapeError(f"The filters of {layer} go from 0 to {len(biases) - 1}; there is no {index}.", layer=layer)
    if kernel is None:
        kernel, bias = np.zeros(kernels.shape[:3]), 0.0 if bias is None else bias
    if np.shape(kernel) != kernels.shape[:3]:
        wanted, given = (" × ".join(map(str, shape)) for shape in (kernels.shape[:3], np.shape(kernel)))
        raise ShapeError(f"A kernel of {layer} has {wanted} numbers, not {given}.", layer=layer)
    kernels[..., index] = kernel
    biases[index] = biases[index] if bias is None else bias
    return {**weights, f"{layer}/kernel": kernels, f"{layer}/bias": biases}


def without_each(
    architecture: Architecture,
    weights: Weights,
    layer: str,
    split: Split,
    on_progress: Callable[[float], object] | None = None,
) -> np.ndarray:
    """The accuracy on all images of `split` with each filter of a convolution zeroed in turn: -> [filters], 0..1.

    A filter of zeros makes a map of zeros. So the images go up to the layer once, and on from there once for each
    filter, with its map blanked. on_progress: told the share done, 0..1, now and then; what it raises ends the work.
    Raises ShapeError where the network has no such convolution. (Ablation: Morcos, Barrett, Rabinowitz & Botvinick
    2018, "On the importance of single directions for generalization", section 2.2.)
    """
    architecture.require_classes()
    one_convolution(architecture, layer)
    program = _without_each(architecture, layer)
    right = np.zeros(np.shape(weights[f"{layer}/bias"])[0], np.int64)
    for filled, count, start in _filled(architecture, split.images):
        labels = np.full(len(filled), -1, np.int32)  # -1: an image that only fills up
        labels[:count] = split.labels[start : start + count]
        right += np.asarray(program(dict(weights), filled, labels))
        if on_progress:
            on_progress((start + count) / len(split))
    return right / len(split)


def _filters(weights: Weights, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """Copies of a convolution's kernels [kh kw c f] and biases [f]."""
    kernels = weights.get(f"{layer}/kernel")
    if kernels is None or np.ndim(kernels) != 4:
        raise ShapeError(f"These weights have no convolution {layer!r}.")
    return np.array(kernels, np.float32), np.array(weights[f"{layer}/bias"], np.float32)


@program_cache(PROGRAMS)
def _without_each(architecture: Architecture, layer: str) -> Any:
    @partial(jax.jit, compiler_options=compiler_options())
    def program(weights: Any, images: Array, labels: Array) -> Array:
        network = with_weights(architecture, weights)

        def of_part(part: tuple[Array, Array]) -> Array:
            maps = network.activations(brightness(part[0]))[layer]

            def right_without(index: Array) -> Array:
                blanked = jnp.where(jnp.arange(maps.shape[-1]) == index, 0, maps)
                return (network.onward(layer, blanked).argmax(1) == part[1]).sum()

            return lax.map(right_without, jnp.arange(maps.shape[-1]))

        return _in_parts(architecture, of_part, (images, labels)).sum(0)

    return program
