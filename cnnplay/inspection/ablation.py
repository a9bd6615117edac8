"""Ablation: replace a filter, or zero each filter in turn and measure the accuracy or the scores of one image."""

from collections.abc import Callable, Mapping
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..caching import program_cache
from ..data.datasets import Split, brightness
from ..errors import ShapeError
from ..network.architecture import Architecture
from ..network.model import Weights, with_weights
from ..ops.quick_jit import MOST_PROGRAMS, quick
from ..training.compiled import compiler_options
from ..training.config import PROGRAMS
from .activations import one_convolution, one_image
from .evaluation import map_parts, padded_batches


def with_filter(
    weights: Mapping[str, np.ndarray],
    layer: str,
    index: int,
    kernel: np.ndarray | None = None,
    bias: float | None = None,
) -> dict[str, np.ndarray]:
    """A copy of the weights with one filter of a convolution replaced.

    kernel: [kh kw c], or None for zeros, with a bias of 0 unless one is given. bias: None keeps the filter's own.
    Raises ShapeError for an unknown filter or a kernel of another shape.
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


def ablate_each(
    architecture: Architecture,
    weights: Weights,
    layer: str,
    split: Split,
    on_progress: Callable[[float], object] | None = None,
) -> np.ndarray:
    """The accuracy on all images of `split` with each filter of a convolution zeroed in turn: -> [filters], 0..1.

    A filter of zeros makes a map of zeros, so the layers up to the convolution are computed once, and those after it
    once for each filter, with its map set to 0. on_progress: called with the share done, 0..1; an exception in it ends
    the computation. Raises ShapeError for an unknown convolution. (Ablation: Morcos, Barrett, Rabinowitz & Botvinick
    2018, "On the importance of single directions for generalization", section 2.2.)
    """
    architecture.require_classes()
    one_convolution(architecture, layer)
    program = _ablate_each(architecture, layer)
    correct = np.zeros(np.shape(weights[f"{layer}/bias"])[0], np.int64)
    for filled, count, start in padded_batches(architecture, split.images):
        labels = np.full(len(filled), -1, np.int32)  # -1: padding of the batch
        labels[:count] = split.labels[start : start + count]
        correct += np.asarray(program(dict(weights), filled, labels))
        if on_progress:
            on_progress((start + count) / len(split))
    return correct / len(split)


def logits_without_each(architecture: Architecture, weights: Weights, image: np.ndarray, layer: str) -> np.ndarray:
    """The logits for one image with each filter of a convolution zeroed in turn: [h w c] -> [filters classes].

    Raises ShapeError for an unknown convolution or a wrong image.
    """
    architecture.require_classes()
    one_convolution(architecture, layer)
    program = _logits_without_each(architecture, layer)
    return np.asarray(program(dict(weights), one_image(architecture, image)))


def _filters(weights: Weights, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """Copies of a convolution's kernels [kh kw c f] and biases [f]."""
    kernels = weights.get(f"{layer}/kernel")
    if kernels is None or np.ndim(kernels) != 4:
        raise ShapeError(f"These weights have no convolution {layer!r}.")
    return np.array(kernels, np.float32), np.array(weights[f"{layer}/bias"], np.float32)


@program_cache(PROGRAMS)
def _ablate_each(architecture: Architecture, layer: str) -> Callable[..., Array]:
    @partial(jax.jit, compiler_options=compiler_options())
    def program(weights: Weights, images: Array, labels: Array) -> Array:
        network = with_weights(architecture, weights)

        def of_part(part: tuple[Array, Array]) -> Array:
            maps = network.activations(brightness(part[0]))[layer]

            def correct_without(index: Array) -> Array:
                blanked = jnp.where(jnp.arange(maps.shape[-1]) == index, 0, maps)
                return (network.onward(layer, blanked).argmax(1) == part[1]).sum()

            return lax.map(correct_without, jnp.arange(maps.shape[-1]))

        return map_parts(architecture, of_part, (images, labels)).sum(0)

    return program


@program_cache(MOST_PROGRAMS)
def _logits_without_each(architecture: Architecture, layer: str) -> Callable[..., Array]:
    def program(weights: Weights, image: Array) -> Array:
        network = with_weights(architecture, weights)
        maps = network.activations(image)[layer]
        others = 1 - jnp.eye(maps.shape[-1], dtype=maps.dtype)
        return network.onward(layer, maps * others[:, None, None, :])

    return quick(program)
