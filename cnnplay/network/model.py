"""The Flax network of an Architecture, running on our own conv2d and pool2d."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, ClassVar, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import Array

from ..errors import ShapeError
from ..ops.convolution import conv2d
from ..ops.convolution_algorithms import Case, case_of, choose, identity
from ..ops.normalization import batch_norm, batch_statistics, global_mean, moving_average
from ..ops.pooling import pool2d
from ..ops.registry import ACTIVATIONS, POOLS, activation
from .architecture import Architecture
from .layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GlobalMean,
    Layer,
    Pooling,
    Shape,
)

Weights = Mapping[str, np.ndarray | Array]  # {"conv1/kernel": [kh kw c f], "conv1/bias": [f], ...}
T = TypeVar("T")


@dataclass(frozen=True)
class Training:
    """What layers that act differently in training need to know of a batch; without it, a network is not in training.

    dropout_key: what dropout is drawn from. shares: [n], what each image counts in the batch, 1 / images, and 0 for
    one that only fills it up.
    """

    dropout_key: Array
    shares: Array


class Part(nnx.Module):
    """The working half of a layer: its parameters, and values [n ...] -> values [n ...].

    constrain_layout: keeps the values in the order in memory that suits the layers after it.
    """

    parameters: ClassVar[tuple[str, ...]] = ()  # the attributes that are its parameters, in their order
    constrain_layout: Callable[[Array], Array] = staticmethod(identity)

    def __call__(self, values: Array, training: Training | None = None) -> Array:
        return self.constrain_layout(self.compute(values, training))

    def compute(self, values: Array, training: Training | None) -> Array:
        raise NotImplementedError


class ConvolutionPart(Part):
    """A kernel [kh kw c f] and a bias [f] around conv2d, for images of `shape` [h w c]."""

    parameters = ("kernel", "bias")

    def __init__(self, layer: Convolution, shape: Shape):
        self.kernel = nnx.Param(jnp.zeros((*layer.kernel, shape[2], layer.filters)))
        self.bias = nnx.Param(jnp.zeros(layer.filters))
        self.slide = partial(conv2d, stride=layer.stride, padding=layer.padding, dilation=layer.dilation)

    def compute(self, values: Array, training: Training | None) -> Array:
        return self.slide(values, self.kernel[...], bias=self.bias[...])


class DensePart(Part):
    """A kernel [values units] and a bias [units]."""

    parameters = ("kernel", "bias")

    def __init__(self, layer: Dense, shape: Shape):
        self.kernel = nnx.Param(jnp.zeros((shape[0], layer.units)))
        self.bias = nnx.Param(jnp.zeros(layer.units))

    def compute(self, values: Array, training: Training | None) -> Array:
        return values @ self.kernel[...] + self.bias[...]


class BatchNormalizationPart(Part):
    """gamma and beta, which are trained, and the running mean and variance, which a training step moves: [c] each."""

    parameters = ("gamma", "beta", "moving_mean", "moving_variance")

    def __init__(self, layer: BatchNormalization, shape: Shape):
        self.gamma, self.beta = (nnx.Param(jnp.zeros(shape[-1])) for _ in range(2))
        self.moving_mean, self.moving_variance = (nnx.BatchStat(jnp.zeros(shape[-1])) for _ in range(2))

    def compute(self, values: Array, training: Training | None) -> Array:
        mean, variance = self.moving_mean[...], self.moving_variance[...]
        if training:
            running = mean, variance
            mean, variance = batch_statistics(values, training.shares)
            self.moving_mean.set_value(moving_average(running[0], mean))
            self.moving_variance.set_value(moving_average(running[1], variance))
        return batch_norm(values, mean, variance, self.gamma[...], self.beta[...])


class DropoutPart(Part):
    """Dropout; `place`, where in the network it stands, makes two of them drop other values."""

    def __init__(self, layer: Dropout, place: int):
        self.place, self.dropout = place, nnx.Dropout(layer.percent / 100)

    def compute(self, values: Array, training: Training | None) -> Array:
        key = jax.random.fold_in(training.dropout_key, self.place) if training else None
        return self.dropout(values, deterministic=key is None, rngs=key)


class FunctionPart(Part):
    """A function without parameters, the same in training."""

    def __init__(self, function: Callable[[Array], Array]):
        self.function = function

    def compute(self, values: Array, training: Training | None) -> Array:
        return self.function(values)


# The part of each kind of layer: (layer, shape of what arrives, place in the network) -> Part.
PARTS: Mapping[type[Layer], Callable[[Any, Shape, int], Part]] = {
    Convolution: lambda layer, shape, place: ConvolutionPart(layer, shape),
    Pooling: lambda layer, shape, place: FunctionPart(
        partial(pool2d, kind=layer.pool, window=layer.window, stride=layer.stride, padding=layer.padding)
    ),
    GlobalMean: lambda layer, shape, place: FunctionPart(global_mean),
    BatchNormalization: lambda layer, shape, place: BatchNormalizationPart(layer, shape),
    Activation: lambda layer, shape, place: FunctionPart(activation(layer.function)),
    Dropout: lambda layer, shape, place: DropoutPart(layer, place),
    Flatten: lambda layer, shape, place: FunctionPart(_flatten),
    Dense: lambda layer, shape, place: DensePart(layer, shape),
}


class Network(nnx.Module):
    """An Architecture with weights: `network(images)` gives a logit ("score") for each class.

    `network.parts[name]` is the part of the layer of that name in `architecture.names`.
    """

    def __init__(self, architecture: Architecture):
        self.architecture = architecture
        layers = zip(architecture.layers, architecture.shapes, strict=False)
        parts = [PARTS[type(layer)](layer, shape, place) for place, (layer, shape) in enumerate(layers)]
        for part, constrain_layout in zip(parts, _layouts(architecture), strict=True):
            part.constrain_layout = constrain_layout
        self.parts = nnx.Dict(dict(zip(architecture.names, parts, strict=True)))

    def __call__(self, images: Array, training: Training | None = None) -> Array:
        """Logits [n classes] of images [n h w c], float32 from 0 to 1.

        Raises ShapeError for images of another shape or type.
        """
        self._check(images)
        values = images
        for name in quickest_order(self.architecture):
            values = self.parts[name](values, training)
        return values

    def forward(self, images: Array, training: Training | None = None) -> dict[str, Array]:
        """The output of every layer, by its name: [n h w c] -> [n ...] each. Raises as `__call__` does."""
        self._check(images)
        values, made = images, {}
        for name in self.architecture.names:
            values = self.parts[name](values, training)
            made[name] = values
        return made

    def onward(self, layer: str, values: Array) -> Array:
        """The last layer's values, usually logits, from the values of `layer` [n ...]: the layers after it alone."""
        for name in self.architecture.names[self.architecture.names.index(layer) + 1 :]:
            values = self.parts[name](values)
        return values

    def activations(self, images: Array) -> dict[str, Array]:
        """The output of every layer for the images, by the layer's name in the table, softmax included."""
        values = self.forward(images)
        logits = values[self.architecture.names[-1]]
        return values | {"softmax": jax.nn.softmax(logits)} if logits.ndim == 2 else values

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


# How a parameter begins, by its name; all others are kernels.
INITIAL: Mapping[str, float] = {"bias": 0, "gamma": 1, "beta": 0, "moving_mean": 0, "moving_variance": 1}


def initial_weights(architecture: Architecture, seed: int = 0) -> dict[str, np.ndarray]:
    """Kernels uniform in ±√(6 / (fan in + fan out)), as Keras begins (Glorot & Bengio 2010, 4.2.1); INITIAL.

    By NumPy, because a generator that JAX compiles first would be half of the wait for the first step.
    """
    generator = np.random.default_rng(seed)
    weights = {}
    for name, parameter in _parameters(_blank(architecture)).items():
        kind = name.rpartition("/")[2]
        if kind in INITIAL:
            weights[name] = np.full(parameter.shape, INITIAL[kind], np.float32)
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


def split_statistics(weights: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    """(the weights that are trained, the running statistics of batch normalization), by the same names."""
    statistics = {name for name in weights if name.endswith(("/moving_mean", "/moving_variance"))}
    trained = {name: weight for name, weight in weights.items() if name not in statistics}
    return trained, {name: weights[name] for name in weights if name in statistics}


def _parameters(network: Network) -> dict[str, nnx.Variable[Array]]:
    """The parameters of the network itself, not copies, in the order of its layers and of `Part.parameters`."""
    return {
        f"{name}/{parameter}": getattr(network.parts[name], parameter)
        for name in network.architecture.names
        for parameter in network.parts[name].parameters
    }


def _blank(architecture: Architecture) -> Network:
    """The network with shapes in place of weights: it costs nothing and compiles nothing."""
    return nnx.eval_shape(lambda: Network(architecture))


def workspace(architecture: Architecture) -> list[int]:
    """For each convolution, the numbers of its workspace for one image (see `ops.convolution_algorithms`)."""
    layers = zip(architecture.layers, architecture.shapes, strict=False)
    cases = [_case(layer, shape) for layer, shape in layers if isinstance(layer, Convolution)]
    return [choose(case).workspace(case) for case in cases]


def largest_activation(architecture: Architecture) -> int:
    """The size of the largest activation of one image, the workspace of a convolution included."""
    return max(*(prod(shape) for shape in architecture.shapes), *workspace(architecture))


def quickest_order(architecture: Architecture) -> list[str]:
    """The names of the layers, with each maximum or minimum moved in front of the activation before it.

    The result is the same, because a rising function never changes which number of a window is the largest, and the
    function then has only one number of each window to compute.
    """
    order = list(zip(architecture.names, architecture.layers, strict=True))
    for at in range(1, len(order)):
        match order[at - 1][1], order[at][1]:
            case Activation(function=function), Pooling(pool=pool) if (
                ACTIVATIONS[function].rising and POOLS[pool].picks
            ):
                order[at - 1], order[at] = order[at], order[at - 1]
    return [name for name, _ in order]


def _layouts(architecture: Architecture) -> Iterator[Callable[[Array], Array]]:
    """What keeps each layer's values in the order in memory that suits the last convolution, while they are maps."""
    constrain_layout: Callable[[Array], Array] = identity
    for layer, before, after in zip(architecture.layers, architecture.shapes, architecture.shapes[1:], strict=False):
        if isinstance(layer, Convolution):
            constrain_layout = choose(_case(layer, before)).constrain_layout
        yield constrain_layout if len(after) == 3 else identity


def _case(layer: Convolution, shape: Shape) -> Case:
    return case_of(layer.axes, shape, (*layer.kernel, shape[2], layer.filters))


def _flatten(values: Array) -> Array:
    return values.reshape(values.shape[0], -1)
