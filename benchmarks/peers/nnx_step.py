"""Plain Flax: nnx.Conv and JAX's automatic gradients, in the same compiled loop as cnnplay."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from jax import Array, lax

from cnnplay.data.datasets import mnist
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Activation, Convolution, Dense, Dropout, Flatten, Layer, Pooling, Shape
from cnnplay.training.compiled import CHUNK, on_device

from . import check


class Plain(nnx.Module):
    """The layers one after the other."""

    def __init__(self, architecture: Architecture):
        rngs = nnx.Rngs(0)
        layers = zip(architecture.layers, architecture.shapes, strict=False)
        self.parts = nnx.List([_part(layer, shape, rngs) for layer, shape in layers])

    def __call__(self, images: Array, key: Array) -> Array:
        return self.through(images, key)[-1]

    def through(self, images: Array, key: Array) -> list[Array]:
        """The output of every layer."""
        values, after = images, []
        for part in self.parts:
            values = part(values, rngs=key) if isinstance(part, nnx.Dropout) else part(values)
            after.append(values)
        return after


def prepare(network: str, batch: int) -> Callable[[int], float]:
    architecture = Architecture.parse(network)
    graph, weights = nnx.split(Plain(architecture))
    after = jax.eval_shape(Plain(architecture).through, jnp.zeros((1, 28, 28, 1)), jax.random.key(0))
    check(architecture, [values.shape[1:] for values in after], sum(w.size for w in jax.tree.leaves(weights)))
    adam = optax.adam(1e-3)
    train = _training(graph, adam, batch)
    images, labels = on_device(mnist().train)
    order = jnp.asarray(np.random.default_rng(0).permutation(60_000).astype(np.int32))
    state = weights, adam.init(weights)

    def run(steps: int) -> float:
        nonlocal state
        began = time.perf_counter()
        while steps:
            count = min(steps, CHUNK, 60_000 // batch)
            state, *record = train(state, images, labels, order, np.int32(count))
            jax.block_until_ready(record)
            steps -= count
        return time.perf_counter() - began

    run(1)
    return run


def _training(graph: Any, adam: optax.GradientTransformation, batch: int) -> Callable[..., Any]:
    """The compiled loop of up to CHUNK steps."""

    def batch_loss(weights: Any, images: Array, labels: Array, key: Array) -> tuple[Array, Array]:
        logits = nnx.merge(graph, weights)(images.astype(jnp.float32) / 255, key)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean(), (logits.argmax(axis=1) == labels).mean()

    @jax.jit
    def train(state: Any, images: Array, labels: Array, order: Array, count: Array) -> Any:
        def one_step(i: Array, carry: Any) -> Any:
            (weights, optimizer_state), losses, accuracies = carry
            chosen = lax.dynamic_slice(order, (i * batch,), (batch,))
            values = images[chosen], labels[chosen].astype(jnp.int32), jax.random.fold_in(jax.random.key(0), i)
            (loss, accuracy), gradient = jax.value_and_grad(batch_loss, has_aux=True)(weights, *values)
            updates, optimizer_state = adam.update(gradient, optimizer_state, weights)
            weights = optax.apply_updates(weights, updates)
            return (weights, optimizer_state), losses.at[i].set(loss), accuracies.at[i].set(accuracy)

        empty = jnp.zeros(CHUNK)
        return lax.fori_loop(0, count, one_step, (state, empty, empty))

    return train


def _part(layer: Layer, shape: Shape, rngs: nnx.Rngs) -> Any:
    match layer:
        case Convolution():
            pads = [axis.pads(size) for axis, size in zip(layer.axes, shape, strict=False)]
            conv = partial(nnx.Conv, shape[2], layer.filters, layer.kernel, layer.stride)
            return conv(padding=pads, kernel_dilation=layer.dilation, rngs=rngs)
        case Pooling(pool="max", padding="valid"):
            return partial(nnx.max_pool, window_shape=layer.window, strides=layer.stride or layer.window)
        case Pooling(pool="mean", padding="valid"):
            return partial(nnx.avg_pool, window_shape=layer.window, strides=layer.stride or layer.window)
        case Activation(function="relu"):
            return nnx.relu
        case Dropout():
            return nnx.Dropout(layer.percent / 100)
        case Flatten():
            return lambda values: values.reshape(len(values), -1)
        case Dense():
            return nnx.Linear(shape[0], layer.units, rngs=rngs)
    raise ValueError(f"the benchmark has no nnx layer for {layer}")
