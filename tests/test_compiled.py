"""The compiled step: a batch in parts is the batch, and its images are the ones that were asked for."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from cnnplay.data.datasets import brightness
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights, largest_activation, with_weights
from cnnplay.network.presets import PRESETS
from cnnplay.ops.quick_jit import quick
from cnnplay.training.compiled import (
    CHUNK,
    EVALUATED,
    EVALUATION_MACS,
    PART_BYTES,
    evaluation_batch_size,
    initial_optimizer_state,
    part_size,
    train_program,
)
from cnnplay.training.config import OPTIMIZERS, TrainConfig
from cnnplay.training.trainer import Trainer, evaluate

NETWORKS = {
    "one product": "conv16k5same-relu-max2-flatten-dense10",
    "one product, strided": "conv24k3-relu-conv24k3s2-relu-mean2-flatten-dense10",
    "columns then rows": "conv16k5same-relu-max2-conv20k3same-relu-max3s2-flatten-dense10",
    "forward only": "conv40k3same-tanh-max2-conv8k3-relu-max2-flatten-dense10",
}


def whole_batch(architecture):
    """The function (weights, images, labels) -> (loss, scores) of all images at once."""

    def loss_and_scores(weights, images, labels):
        scores = with_weights(architecture, weights)(brightness(images))
        return optax.softmax_cross_entropy_with_integer_labels(scores, labels.astype(jnp.int32)).mean(), scores

    return loss_and_scores


@pytest.mark.parametrize("filled", [0, 40])
@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_a_batch_in_parts_is_the_batch(small, text, filled):
    """One step of plain gradient descent against the gradient of the whole batch; `filled` places hold no image."""
    architecture, batch, rate = Architecture.parse(text), 96, 0.1
    assert part_size(architecture, batch) < batch
    weights = initial_weights(architecture, 3)
    images, labels = small.train.images, small.train.labels
    order = np.full(3 * batch, -1, np.int32)
    order[: len(order) - filled] = np.random.default_rng(0).permutation(len(labels))[: len(order) - filled]
    rates = np.full(CHUNK, rate, np.float32)
    memory = OPTIMIZERS["sgd"].make().init(weights)
    number = np.int32
    (moved, _), (losses, accuracies) = train_program(architecture, TrainConfig("sgd").rule, batch)(
        (weights, memory), images, labels, order, rates, number(0), number(7), number(2), number(1)
    )
    real = order[2 * batch : len(order) - filled]  # the third batch of the epoch
    program = quick(jax.value_and_grad(whole_batch(architecture), has_aux=True))
    (loss, scores), gradient = jax.device_get(program(weights, images[real], labels[real]))
    np.testing.assert_allclose(losses[0], loss, rtol=1e-5)
    assert accuracies[0] == np.float32((scores.argmax(axis=1) == labels[real]).sum()) / np.float32(len(real))
    for name, array in moved.items():
        np.testing.assert_allclose(
            (weights[name] - np.asarray(array)) / rate,
            gradient[name],
            rtol=1e-3,
            atol=1e-5 + 1e-3 * np.abs(gradient[name]).max(),
        )


def test_programs_are_shared_by_settings_that_make_the_same_steps():
    network = Architecture.parse("flatten-dense10")

    def program(**settings):
        config = TrainConfig(**settings)
        return train_program(network, config.rule, config.batch_size)

    assert program() is program(beta1=0.9, seed=3, learning_rate=0.1, schedule="cosine")
    assert program(beta1=0) is program(beta1=0.0)
    assert len({program(), program(beta1=0.7), program(beta2=0.9), program(optimizer="adamw", beta1=0.7)}) == 4
    assert program(optimizer="sgd") is program(optimizer="sgd", beta1=0.7, beta2=0.9)


@pytest.mark.parametrize("text", [*NETWORKS.values(), *(preset.net for preset in PRESETS.values())])
def test_parts_fill_the_batch_and_stay_small(text):
    architecture = Architecture.parse(text)
    for batch in (8, 16, 20, 32, 64, 96, 100, 128, 256, 500, 512):
        part = part_size(architecture, batch)
        assert batch % part == 0
        assert part == batch or (16 <= part < 64 and 4 * largest_activation(architecture) * batch > PART_BYTES)


def test_a_batch_that_cannot_be_cut_evenly_is_computed_whole():
    assert part_size(Architecture.parse(NETWORKS["forward only"]), 97) == 97


@pytest.mark.parametrize("text", NETWORKS.values(), ids=NETWORKS)
def test_evaluating_in_parts_is_evaluating(small, text):
    architecture = Architecture.parse(text)
    weights = initial_weights(architecture, 5)
    evaluation = evaluate(architecture, weights, small.test)
    wanted, scores = jax.device_get(quick(whole_batch(architecture))(weights, small.test.images, small.test.labels))
    np.testing.assert_allclose(evaluation.loss, wanted, rtol=1e-4)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (small.test.labels, scores.argmax(axis=1)), 1)
    assert np.abs(evaluation.confusion - counts).sum() <= 2  # two scores may be as good as equal
    assert evaluation.confusion.sum() == len(small.test)


def test_one_call_of_the_evaluation_is_never_much_work():
    small, large = (
        Architecture.parse("flatten-dense10"),
        Architecture.parse("conv64k11same-conv64k11same-flatten-dense10"),
    )
    assert evaluation_batch_size(small) == 500
    assert evaluation_batch_size(large) * large.macs <= EVALUATION_MACS < 500 * large.macs
    assert all(10_000 % count == 0 for count in EVALUATED)


def test_a_cut_run_with_parts_and_dropout_is_the_same_run(small):
    architecture = Architecture.parse("conv16k5same-relu-max2-flatten-dropout20-dense10")
    config = TrainConfig(batch_size=96, epochs=1, train_images=1000, seed=4)
    assert part_size(architecture, config.batch_size) < config.batch_size
    whole, cut = (Trainer(architecture, config, small) for _ in range(2))
    whole.advance(whole.total_steps)
    for steps in (1, 3, 2):
        cut.advance(steps)
    cut = Trainer.restore(cut.snapshot(), small)
    cut.advance(cut.total_steps)
    np.testing.assert_array_equal(whole.history.loss, cut.history.loss)
    for name, array in whole.weights().items():
        np.testing.assert_array_equal(array, cut.weights()[name])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_first_state_of_an_optimizer_is_what_optax_makes_of_all_the_weights(name):
    config = TrainConfig(name)
    weights = initial_weights(Architecture.parse("conv3k3-relu-max2-flatten-dense10"))
    found, wanted = initial_optimizer_state(config.rule, weights), config.rule.make().init(weights)
    assert jax.tree.structure(found) == jax.tree.structure(wanted)
    for ours, theirs in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
