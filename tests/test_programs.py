"""The compiled step: a batch in parts is the batch, and its images are the ones that were asked for."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from cnnplay.architecture import PRESETS, Architecture
from cnnplay.model import brightness, initial_weights, widest, with_weights
from cnnplay.programs import CHUNK, PART_BYTES, evaluation_program, initial_memory, part_size, train_program
from cnnplay.settings import OPTIMIZERS
from cnnplay.training import evaluate

NETWORKS = {
    "one product": "conv16k5same-relu-max2-flatten-dense10",
    "one product, strided": "conv24k3-relu-conv24k3s2-relu-mean2-flatten-dense10",
    "columns then rows": "conv16k5same-relu-max2-conv20k3same-relu-max3s2-flatten-dense10",
    "forward only": "conv40k3same-tanh-max2-conv8k3-relu-max2-flatten-dense10",
}


def whole_batch_loss(architecture, weights, images, labels):
    scores = with_weights(architecture, weights)(brightness(images))
    return optax.softmax_cross_entropy_with_integer_labels(scores, labels.astype(jnp.int32)).mean()


@pytest.mark.parametrize("filled", [0, 40])
@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_a_batch_in_parts_is_the_batch(small, text, filled):
    """One step of plain gradient descent against the gradient of the whole batch; `filled` places hold no image."""
    architecture, batch, rate = Architecture.parse(text), 96, 0.1
    assert part_size(architecture, batch) < batch
    weights = {name: jnp.asarray(array) for name, array in initial_weights(architecture, 3).items()}
    images, labels = jnp.asarray(small.train.images), jnp.asarray(small.train.labels)
    order = np.full(3 * batch, -1, np.int32)
    order[: len(order) - filled] = np.random.default_rng(0).permutation(len(labels))[: len(order) - filled]
    rates = np.full(CHUNK, rate, np.float32)
    memory = OPTIMIZERS["sgd"].make().init(weights)
    number = np.int32
    (moved, _), (losses, _) = train_program(architecture, "sgd", batch)(
        (weights, memory), images, labels, order, rates, number(0), number(7), number(2), number(1)
    )
    real = order[2 * batch : len(order) - filled]  # the third batch of the epoch
    loss, slope = jax.value_and_grad(whole_batch_loss, argnums=1)(architecture, weights, images[real], labels[real])
    np.testing.assert_allclose(losses[0], loss, rtol=1e-5)
    for name, array in moved.items():
        np.testing.assert_allclose(
            (weights[name] - array) / rate, slope[name], rtol=1e-3, atol=1e-5 + 1e-3 * float(jnp.abs(slope[name]).max())
        )


@pytest.mark.parametrize("text", [*NETWORKS.values(), *(preset.net for preset in PRESETS.values())])
def test_parts_fill_the_batch_and_stay_small(text):
    architecture = Architecture.parse(text)
    for batch in (8, 16, 20, 32, 64, 96, 100, 128, 256, 500, 512):
        part = part_size(architecture, batch)
        assert batch % part == 0
        assert part == batch or (16 <= part < 64 and 4 * widest(architecture) * batch > PART_BYTES)


def test_a_batch_that_cannot_be_cut_evenly_is_computed_whole():
    assert part_size(Architecture.parse(NETWORKS["forward only"]), 97) == 97


@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_evaluating_in_parts_is_evaluating(small, text):
    architecture = Architecture.parse(text)
    weights = initial_weights(architecture, 5)
    evaluation = evaluate(architecture, weights, small.test)
    scores = with_weights(architecture, weights)(brightness(small.test.images))
    wanted = optax.softmax_cross_entropy_with_integer_labels(scores, small.test.labels.astype(np.int32)).mean()
    np.testing.assert_allclose(evaluation.loss, wanted, rtol=1e-4)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (small.test.labels, np.asarray(scores.argmax(axis=1))), 1)
    assert np.abs(evaluation.confusion - counts).sum() <= 2  # two scores may be as good as equal
    assert evaluation.confusion.sum() == len(small.test)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_first_memory_of_an_optimizer_is_its_own(optimizer):
    weights = {
        name: jnp.asarray(array) for name, array in initial_weights(Architecture.parse("flatten-dense10")).items()
    }
    ours, theirs = initial_memory(optimizer, weights), OPTIMIZERS[optimizer].make().init(weights)
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for one, other in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_both_programs_compile_with_the_options_of_this_release(small):
    """A release of JAX that no longer knows the compiler option fails here, not in front of a learner."""
    architecture = Architecture.parse("conv2k3-relu-flatten-dense10")
    images, labels = jnp.asarray(small.test.images), jnp.asarray(small.test.labels)
    loss, _ = evaluation_program(architecture)(initial_weights(architecture), images, labels, np.int32(0))
    assert np.isfinite(loss)
