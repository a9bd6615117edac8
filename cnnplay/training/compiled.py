"""The compiled programs of training. They depend on their arguments and on nothing else."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array, lax

from ..caching import program_cache
from ..data.datasets import Dataset, Split, brightness
from ..network.architecture import Architecture
from ..network.model import Training, Weights, largest_activation, split_statistics, weights_of, with_weights
from .config import PROGRAMS, Rule

# Of XLA's two libraries for the CPU the newer (YNNPACK) is faster at matrix products and half as fast at convolutions
# as the older (Eigen): it keeps to the products.
# Level 1 compiles in less time than 3, which the first step waits for, and the programs are as fast.
COMPILER: dict[str, str | int] = {
    "xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT",
    "xla_backend_optimization_level": 1,
}
CHUNK = 512  # the most steps of one compiled call: how long its record is
EVALUATED = (500, 250, 100, 50, 25, 10, 5)  # images of one compiled call: fewer where each is much work
EVALUATION_MACS = 20_000_000_000  # the most multiply-adds of one, so that it can be stopped soon
PART, PART_BYTES = 32, 3_200_000  # images of a batch computed at a time, where the whole would not stay in the caches

State: TypeAlias = tuple[Weights, optax.OptState]
Total: TypeAlias = tuple[Weights, Array, Array]  # of gradients, losses and correct answers

# For as long as somebody has the split: a visitor's own images go with the visit.
_ON_DEVICE: WeakKeyDictionary[Split, tuple[Array, Array]] = WeakKeyDictionary()


def initial_optimizer_state(rule: Rule, weights: Weights) -> optax.OptState:
    """What the optimizer remembers before its first step, for the weights that are trained.

    An optimizer begins with the same numbers for every weight (Adam with zeros), so they are computed for one weight
    and repeated: a program for each network would be part of the wait for its first step. One that begins with a copy
    of the weights would need another way.
    """
    shapes, one = jax.eval_shape(rule.make().init, weights), _of_one_weight(rule)
    return jax.device_put(jax.tree.map(lambda leaf, value: np.full(leaf.shape, value, leaf.dtype), shapes, one))


@program_cache(PROGRAMS)
def _of_one_weight(rule: Rule) -> optax.OptState:
    """The state of an optimizer of one weight, a number a leaf."""
    state = jax.jit(rule.make().init)({"weight": np.zeros(1, np.float32)})
    return jax.tree.map(lambda leaf: np.asarray(leaf).item(), state)


@program_cache(PROGRAMS)
def train_program(architecture: Architecture, rule: Rule, batch_size: int) -> Callable[..., tuple[State, Array]]:
    """Up to CHUNK steps in one call: (state, images, labels, order, rates, seed, step, in_epoch, count).

    Gives the new state, and loss and accuracy of each step [2, CHUNK].
    """
    update = rule.make().update

    @partial(jax.jit, compiler_options=compiler_options())
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
    ) -> tuple[State, Array]:
        key = jax.random.key(seed, impl="rbg")  # what dropout drops: threefry takes longer

        def one_step(i: Array, carry: tuple[State, Array]) -> tuple[State, Array]:
            (weights, optimizer_state), record = carry
            batch = lax.dynamic_slice(order, ((in_epoch + i) * batch_size,), (batch_size,))
            gradient, statistics, loss, accuracy = _batch_gradient(
                architecture, weights, images, labels, batch, jax.random.fold_in(key, step + i)
            )
            trained, _ = split_statistics(weights)
            # The optimizers are made for a rate of 1; all of them are proportional to it.
            moves, optimizer_state = update(gradient, optimizer_state, trained)
            trained = optax.apply_updates(trained, jax.tree.map(lambda move: rates[i] * move, moves))
            return (trained | statistics, optimizer_state), record.at[:, i].set(jnp.stack([loss, accuracy]))

        # A loop with a count that is not compiled in: one program for every number of steps.
        state, record = lax.fori_loop(0, count, one_step, (state, jnp.zeros((2, CHUNK))))
        return state, record

    return train


def _batch_gradient(
    architecture: Architecture, weights: Weights, images: Array, labels: Array, order: Array, key: Array
) -> tuple[Weights, Weights, Array, Array]:
    """Gradient, new running statistics, mean loss and accuracy of one batch.

    order: its images' numbers, -1 for filling (the last batch).
    """
    part, real = training_part_size(architecture, order.size), (order >= 0).sum()
    trained, statistics = split_statistics(weights)

    def add_part(index: Array, total: tuple[Total, Weights]) -> tuple[Total, Weights]:
        own = lax.dynamic_slice(order, (index * part,), (part,))
        training = Training(jax.random.fold_in(key, index), (own >= 0) / real)
        values = images[own], labels[own].astype(jnp.int32), training
        gradient, new, loss, right = _part_gradient(architecture, trained, total[1], *values)
        return jax.tree.map(jnp.add, total[0], (gradient, loss, right)), new

    nothing = jax.tree.map(jnp.zeros_like, trained), jnp.zeros(()), jnp.zeros((), jnp.int32)
    (gradient, loss, right), statistics = lax.fori_loop(0, order.size // part, add_part, (nothing, statistics))
    return gradient, statistics, loss, right / real


def _part_gradient(
    architecture: Architecture,
    trained: Weights,
    statistics: Weights,
    images: Array,
    labels: Array,
    training: Training,
) -> tuple[Weights, Weights, Array, Array]:
    """A part's share of gradient and mean loss, the running statistics after it, and its correct answers."""

    def forward(trained: Weights) -> tuple[Array, Weights]:
        network = with_weights(architecture, {**trained, **statistics})
        logits = network(brightness(images), training)
        return logits, split_statistics(weights_of(network))[1]

    logits, back, statistics = jax.vjp(forward, trained, has_aux=True)
    share = training.shares
    truth, probabilities = jax.nn.one_hot(labels, logits.shape[1]), jax.nn.log_softmax(logits)
    loss = -jnp.where(share > 0, (truth * probabilities).sum(1) * share, 0).sum()
    right = (logits.argmax(axis=1) == labels) & (share > 0)
    # Cross-entropy after softmax: its gradient is the probabilities less the truth.
    (gradient,) = back((jnp.exp(probabilities) - truth) * share[:, None])
    return gradient, statistics, loss, right.sum()


@program_cache(PROGRAMS)
def evaluation_program(architecture: Architecture) -> Callable[..., tuple[Array, Array]]:
    """Summed loss and confusion of `evaluation_batch_size` images from `start` on: (weights, images, labels, start)."""
    classes = architecture.output_shape[0]
    count = evaluation_batch_size(architecture)
    part = part_size(architecture, count)

    @partial(jax.jit, compiler_options=compiler_options())
    def measure(weights: Weights, images: Array, labels: Array, start: Array) -> tuple[Array, Array]:
        def add_part(index: Array, total: tuple[Array, Array]) -> tuple[Array, Array]:
            chosen = start + index * part + jnp.arange(part)
            real = chosen < images.shape[0]
            truth = labels[chosen].astype(jnp.int32)
            logits = with_weights(architecture, weights)(brightness(images[chosen]))
            losses = optax.softmax_cross_entropy_with_integer_labels(logits, truth)
            loss, confusion = total
            return loss + jnp.where(real, losses, 0).sum(), confusion.at[truth, logits.argmax(axis=1)].add(real)

        nothing = jnp.zeros(()), jnp.zeros((classes, classes), jnp.int32)
        return lax.fori_loop(0, count // part, add_part, nothing)

    return measure


def evaluation_batch_size(architecture: Architecture) -> int:
    """Images of one call of the evaluation program."""
    return next((count for count in EVALUATED if count * architecture.macs <= EVALUATION_MACS), 1)


def part_size(architecture: Architecture, batch: int) -> int:
    """How many images of a batch are computed at a time: all, or about PART where all would leave a CPU's caches."""
    if jax.default_backend() != "cpu" or 4 * largest_activation(architecture) * batch <= PART_BYTES:
        return batch
    sizes = [size for size in range(PART // 2, 2 * PART) if batch % size == 0]
    return min(sizes, key=lambda size: abs(size - PART), default=batch)


def training_part_size(architecture: Architecture, batch: int) -> int:
    """`part_size` of a training step; a network whose layers couple the images of a batch takes it whole.

    Batch normalization needs mean and variance of all images of the batch before any of them goes on, and its gradient
    once more: parts would each be normalized by themselves, and the result would depend on how the batch is cut.
    """
    return batch if architecture.couples_images else part_size(architecture, batch)


def compiler_options() -> dict[str, str | int]:
    return COMPILER if jax.default_backend() == "cpu" else {}


def load(dataset: Dataset) -> None:
    """Move the images to the device that trains, so that the first step need not wait for them."""
    on_device(dataset.train)
    on_device(dataset.test)


def on_device(split: Split) -> tuple[Array, Array]:
    """Images and labels on the device that computes: on a CPU the arrays themselves, if they are read-only."""
    if (known := _ON_DEVICE.get(split)) is None:
        images, labels = (jax.device_put(a, may_alias=not a.flags.writeable) for a in (split.images, split.labels))
        known = _ON_DEVICE[split] = images, labels
    return known
