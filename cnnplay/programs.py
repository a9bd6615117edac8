"""The compiled programs of training: what they depend on are their arguments, and nothing else."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax import Array, lax

from .architecture import Architecture
from .data import Dataset, Split
from .model import brightness, with_weights
from .settings import OPTIMIZERS

CHUNK = 512  # the most steps of one compiled call: how long its record is
EVALUATION_BATCH = 500  # the most images of one compiled call
EVALUATION_BYTES = 300_000_000
BYTES_A_VALUE = 8  # a value and its gradient
PROGRAMS = 8  # networks that stay compiled

State = tuple[Any, Any]  # weights, optimizer's memory


@lru_cache(PROGRAMS)
def train_program(architecture: Architecture, optimizer: str, batch_size: int) -> Callable[..., Any]:
    """Up to CHUNK steps in one call: (state, images, labels, order, rates, seed, step, in_epoch, count)."""
    update = OPTIMIZERS[optimizer].make().update

    def batch_loss(weights: Any, images: Array, labels: Array, real: Array, key: Array) -> tuple[Array, Array]:
        scores = with_weights(architecture, weights)(brightness(images), dropout_key=key)
        losses = optax.softmax_cross_entropy_with_integer_labels(scores, labels)
        right = (scores.argmax(axis=1) == labels) & real
        # The mean over the real images: the last batch of an epoch may be filled up.
        return jnp.where(real, losses, 0).sum() / real.sum(), right.sum() / real.sum()

    @jax.jit
    def train(
        state: State,
        images: Array,
        labels: Array,
        order: Array,
        rates: Array,
        seed: Array,
        step: Array,
        in_epoch: Array,
        count: Array,
    ) -> tuple[State, tuple[Array, Array]]:
        key = jax.random.key(seed)

        def one_step(i: Array, carry: Any) -> Any:
            (weights, memory), losses, accuracies = carry
            chosen = lax.dynamic_slice(order, ((in_epoch + i) * batch_size,), (batch_size,))
            batch = images[chosen], labels[chosen].astype(jnp.int32), chosen >= 0, jax.random.fold_in(key, step + i)
            (loss, accuracy), slope = jax.value_and_grad(batch_loss, has_aux=True)(weights, *batch)
            # The optimizers are made for a rate of 1; all of them are proportional to it.
            moves, memory = update(slope, memory, weights)
            weights = optax.apply_updates(weights, jax.tree.map(lambda move: rates[i] * move, moves))
            return (weights, memory), losses.at[i].set(loss), accuracies.at[i].set(accuracy)

        # A loop with a count that is not compiled in: one program for every number of steps.
        empty = jnp.zeros(CHUNK)
        state, *record = lax.fori_loop(0, count, one_step, (state, empty, empty))
        return state, tuple(record)

    return train


@lru_cache(PROGRAMS)
def evaluation_program(architecture: Architecture) -> Callable[..., Any]:
    """Summed loss and confusion of the images from `start` on: (weights, images, labels, start)."""
    classes = architecture.output_shape[0]

    @jax.jit
    def measure(weights: Any, images: Array, labels: Array, start: Array) -> tuple[Array, Array]:
        chosen = start + jnp.arange(evaluation_batch(architecture))
        real = chosen < images.shape[0]
        truth = labels[chosen].astype(jnp.int32)
        scores = with_weights(architecture, weights)(brightness(images[chosen]))
        losses = optax.softmax_cross_entropy_with_integer_labels(scores, truth)
        confusion = jnp.zeros((classes, classes), jnp.int32).at[truth, scores.argmax(axis=1)].add(real)
        return jnp.where(real, losses, 0).sum(), confusion

    return measure


def evaluation_batch(architecture: Architecture) -> int:
    """Images of one call of the evaluation program: fewer of a network with many values."""
    return max(1, min(EVALUATION_BATCH, EVALUATION_BYTES // (BYTES_A_VALUE * architecture.values)))


def load(dataset: Dataset) -> None:
    """Bring the images to where they are trained on, so that the first step need not wait for them."""
    on_device(dataset.train), on_device(dataset.test)


@lru_cache(4)
def on_device(split: Split) -> tuple[Array, Array]:
    """Images and labels where they are computed with."""
    return jnp.asarray(split.images), jnp.asarray(split.labels)
