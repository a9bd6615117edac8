"""The Flax network of an Architecture, running on our own conv2d and pool2d."""

from collections.abc import Callable, Mapping
from functools import partial
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import Array

from ..errors import ShapeError
from ..ops.convolution import conv2d
from ..ops.convolution_algorithms import Case, case_of, choose, identity
from ..ops.pooling import pool2d
from ..ops.registry import ACTIVATIONS
from .architecture import Architecture
from .layers import Activation, Convolution, Dense, Dropout, Flatten, Layer, Pooling, Shape

Weights = Mapping[str, Any]  # {"conv1/kernel": [kh kw c f], "conv1/bias": [f], ...}, NumPy or JAX arrays


class ConvolutionLayer(nnx.Module):
    """A kernel [kh kw c f] and a bias [f] around conv2d, for images of `shape` [h w c]."""

    def __init__(self, layer: Convolution, shape: Shape):
        self.kernel = nnx.Param(jnp.zeros((*layer.kernel, shape[2], layer.filters)))
        self.bias = nnx.Param(jnp.zeros(layer.filters))
        self.slide = partial(conv2d, stride=layer.stride, padding=layer.padding, dilation=layer.dilation)
        self.constrain_layout = choose(_case(layer, shape)).constrain_layout

    def __call__(self, images: Array) -> Array:
        return self.slide(images, self.kernel[...], bias=self.bias[...])


class Network(nnx.Module):
    """An Architecture with weights: `network(images)` gives a score (logit) for each class.

    `network.parts[name]` is the part of the layer of that name in `architecture.names`.
    """

    def __init__(self, architecture: Architecture):
        self.architecture = architecture
        parts = zip(architecture.names, architecture.layers, architecture.shapes, strict=False)
        self.parts = nnx.Dict({name: _part(layer, shape) for name, layer, shape in parts})

    def __call__(self, images: Array, dropout_key: Array | None = None) -> Array:
        """Scores [n classes] of images [n h w c], float32 from 0 to 1. With a key, dropout is at work (training).

        Raises ShapeError for images of another shape or type.
        """
        return self._through(images, dropout_key)[-1]

    def activations(self, images: Array) -> dict[str, Array]:
        """What every layer makes of the images, by the layer's name in the table, softmax and all."""
        values = dict(zip(self.architecture.names, self._through(images, None), strict=True))
        scores = values[self.architecture.names[-1]]
        return values | {"softmax": jax.nn.softmax(scores)} if scores.ndim == 2 else values

    def onward(self, layer: str, values: Array) -> Array:
        """The last layer's values, scores as a rule, from what `layer` has made [n ...]: the layers behind it alone."""
        return self._from(self.architecture.names.index(layer) + 1, values, None)[-1]

    def _through(self, images: Array, dropout_key: Array | None) -> list[Array]:
        self._check(images)
        return self._from(0, images, dropout_key)

    def _from(self, start: int, values: Array, dropout_key: Array | None) -> list[Array]:
        after = []
        constrain_layout: Callable[[Array], Array] = identity
        for index, name in enumerate(self.architecture.names[start:], start):
            part = self.parts[name]
            if isinstance(part, nnx.Dropout):
                key = None if dropout_key is None else jax.random.fold_in(dropout_key, index)
                values = part(values, deterministic=key is None, rngs=key)
            else:
                values = part(values)
            after.append(values)
            # What follows a convolution works in the order in memory that suits the convolution, up to the next one.
            constrain_layout = part.constrain_layout if isinstance(part, ConvolutionLayer) else constrain_layout
            values = constrain_layout(values) if values.ndim == 4 else values
        return after

    def _check(self, images: Array) -> None:
        if images.ndim != 4 or images.shape[1:] != self.architecture.input_shape:
            wanted = " × ".join(map(str, self.architecture.input_shape))
            raise ShapeError(f"The network takes images [n, {wanted}], not an array of shape {images.shape}.")
        if not jnp.issubdtype(images.dtype, jnp.floating):
            raise ShapeError(
                f"The network takes brightness from 0 to 1 as float32, not {images.dtype}: see model.brightness."
            )


def build(architecture: Architecture, seed: int = 0) -> Network:
    """The network with its initial weights, which are a function of the seed alone."""
    return with_weights(architecture, initial_weights(architecture, seed))


def initial_weights(architecture: Architecture, seed: int = 0) -> dict[str, np.ndarray]:
    """Biases of zero, kernels uniform in ±√(6 / (fan in + fan out)), as Keras begins (Glorot & Bengio 2010, 4.2.1).

    By NumPy, because a generator that JAX compiles first would be half of the wait for the first step.
    """
    generator = np.random.default_rng(seed)
    weights = {}
    for name, parameter in _parameters(_blank(architecture)).items():
        if name.endswith("bias"):
            weights[name] = np.zeros(parameter.shape, np.float32)
        else:
            *window, fan_in, fan_out = parameter.shape
            limit = np.sqrt(6 / (prod(window) * (fan_in + fan_out)))
            weights[name] = generator.uniform(-limit, limit, parameter.shape).astype(np.float32)
    return weights


def weights_of(network: Network) -> dict[str, Array]:
    """The weights by layer and name, in the order of the layers: "conv1/kernel", "conv1/bias", ..."""
    return {name: parameter[...] for name, parameter in _parameters(network).items()}


def with_weights(architecture: Architecture, weights: Weights) -> Network:
    """The network with the given weights. Raises ShapeError where they belong to another network."""
    network = _blank(architecture)
    parameters = _parameters(network)
    if {name: p.shape for name, p in parameters.items()} != {name: np.shape(w) for name, w in weights.items()}:
        raise ShapeError(f"These weights do not belong to the network {architecture}: other layers, or other shapes.")
    for name, parameter in parameters.items():
        parameter.set_value(jnp.asarray(weights[name], jnp.float32))
    return network


def _parameters(network: Network) -> dict[str, nnx.Param]:
    """The parameters of the network itself, not copies, in the order of its layers, kernel before bias."""
    parts = ((name, network.parts[name]) for name in network.architecture.names)
    return {
        f"{name}/{kind}": getattr(part, kind)
        for name, part in parts
        for kind in ("kernel", "bias")
        if isinstance(part, ConvolutionLayer | nnx.Linear)
    }


def _blank(architecture: Architecture) -> Network:
    """The network with shapes in place of weights: it costs nothing and compiles nothing."""
    return nnx.eval_shape(lambda: Network(architecture))


def workspace(architecture: Architecture) -> list[int]:
    """For each convolution, the numbers of one image that it lays out to compute (see lowering)."""
    layers = zip(architecture.layers, architecture.shapes, strict=False)
    cases = [_case(layer, shape) for layer, shape in layers if isinstance(layer, Convolution)]
    return [choose(case).workspace(case) for case in cases]


def largest_activation(architecture: Architecture) -> int:
    """The most numbers that one image is anywhere in the network, those that a convolution lays out included."""
    return max(*(prod(shape) for shape in architecture.shapes), *workspace(architecture))


def _case(layer: Convolution, shape: Shape) -> Case:
    return case_of(layer.axes, shape, (*layer.kernel, shape[2], layer.filters))


def _flatten(values: Array) -> Array:
    return values.reshape(values.shape[0], -1)


def _part(layer: Layer, shape: Shape) -> Any:
    match layer:
        case Convolution():
            return ConvolutionLayer(layer, shape)
        case Pooling():
            return partial(pool2d, kind=layer.pool, window=layer.window, stride=layer.stride, padding=layer.padding)
        case Activation():
            return getattr(jax.nn, ACTIVATIONS[layer.function].function)
        case Dropout():
            return nnx.Dropout(layer.percent / 100)
        case Flatten():
            return _flatten
        case Dense():
            return nnx.Linear(shape[0], layer.units, rngs=nnx.Rngs(0))
    raise TypeError(f"no part for {layer!r}")
