"""What it gets right and wrong on whole sets of images, and what each filter is worth to it."""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from ..architecture import Architecture
from ..data import Split
from ..errors import ShapeError
from ..model import Weights, brightness, with_weights
from ..programs import PROGRAMS, compiler_options, evaluated, part_size
from .activations import one_convolution


def predictions(architecture: Architecture, weights: Weights, images: np.ndarray) -> np.ndarray:
    """The chances that the network gives each class for many images: uint8 [n h w c] -> [n classes], 0..1.

    In compiled calls of as many images as an evaluation has, the last one filled up, so memory does not grow with n
    and no other n compiles anything. Raises ShapeError for images of another shape or type.
    """
    architecture.require_classes()
    program = _predictions(architecture)
    parts = [np.asarray(program(dict(weights), filled))[:count] for filled, count, _ in _filled(architecture, images)]
    return np.concatenate([np.zeros((0, architecture.output_shape[0]), np.float32), *parts])


def accuracy_of(chances: np.ndarray, labels: np.ndarray) -> float:
    """The share of images, 0..1, whose class has the highest chance: [n classes], [n] -> a number."""
    return float((chances.argmax(1) == labels).mean())


def confusion_of(chances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How many images of each class (row) were taken for each class (column): [n c], [n] -> counts [c c]."""
    classes = chances.shape[1]
    cells = labels.astype(np.int64) * classes + chances.argmax(1)
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


def examples(chances: np.ndarray, labels: np.ndarray, truth: int, said: int) -> np.ndarray:
    """The numbers of the images of one cell of the confusion, those that the network is most certain of first."""
    return _most_certain_first(chances, (labels == truth) & (chances.argmax(1) == said))


def wrong(chances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The numbers of the images that were not recognised, those that the network is most certain of first."""
    return _most_certain_first(chances, chances.argmax(1) != labels)


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


def _most_certain_first(chances: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    numbers = np.flatnonzero(chosen)
    return numbers[np.argsort(-chances[numbers].max(1), kind="stable")]


def _filled(architecture: Architecture, images: np.ndarray) -> Iterator[tuple[np.ndarray, int, int]]:
    """As many images at a time as a compiled call takes: (batch, how many of it are real, the first one's number)."""
    if images.dtype != np.uint8:
        raise ShapeError(f"Whole sets of images are uint8, 0 black to 255 white, not {images.dtype}.")
    size = evaluated(architecture)
    for start in range(0, len(images), size):
        part = images[start : start + size]
        yield np.concatenate([part, np.zeros((size - len(part), *images.shape[1:]), images.dtype)]), len(part), start


@lru_cache(PROGRAMS)
def _predictions(architecture: Architecture) -> Any:
    @partial(jax.jit, compiler_options=compiler_options())
    def program(weights: Any, images: Array) -> Array:
        def of_part(part: Array) -> Array:
            return jax.nn.softmax(with_weights(architecture, weights)(brightness(part)))

        return _in_parts(architecture, of_part, images).reshape(len(images), -1)

    return program


@lru_cache(PROGRAMS)
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


def _in_parts(architecture: Architecture, function: Callable[[Any], Array], batch: Any) -> Array:
    """What the function makes of the batch, a part that stays in the caches at a time: [parts ...]."""
    size = part_size(architecture, len(jax.tree.leaves(batch)[0]))
    return lax.map(function, jax.tree.map(lambda values: values.reshape(-1, size, *values.shape[1:]), batch))
