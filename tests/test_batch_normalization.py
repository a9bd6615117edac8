"""Batch normalization: the slow twin's numbers, Keras's and PyTorch's training, and the same run however it is cut."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from cnnplay.data.datasets import Dataset, Split, brightness
from cnnplay.errors import DataError, SettingsError
from cnnplay.export.saved_run import SavedRun, load, save
from cnnplay.inspection.ablation import ablate_each, with_filter
from cnnplay.inspection.activations import activations
from cnnplay.inspection.attribution import grad_cam, saliency
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import (
    Training,
    initial_weights,
    split_statistics,
    weights_of,
    with_weights,
)
from cnnplay.ops import reference
from cnnplay.ops.normalization import batch_norm, batch_statistics, global_mean, moving_average
from cnnplay.training.compiled import part_size, training_part_size
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer, check_size, evaluate
from tests.conftest import cut
from tests.oracles import NORMALIZED, NORMALIZED_TRAININGS, keras_network

WIDE = "conv16k5same-batchnorm-relu-max2-dropout20-flatten-dense10"  # a batch of it would be computed in parts


def numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(1, 2, shape).astype(np.float32)


@pytest.mark.parametrize("shape", [(4, 5, 3, 2), (6, 7)], ids=["maps", "units"])
def test_training_and_afterwards_are_those_of_plain_loops(shape):
    values, channels = numbers(shape), shape[-1]
    gamma, beta, mean = (numbers(channels, seed) for seed in (1, 2, 3))
    variance = np.abs(numbers(channels, 4))
    slow, slow_mean, slow_variance = reference.batch_norm(values, gamma, beta, mean, variance, training=True)
    shares = jnp.full(shape[0], 1 / shape[0])
    own_mean, own_variance = batch_statistics(values, shares)
    np.testing.assert_allclose(batch_norm(values, own_mean, own_variance, gamma, beta), slow, atol=1e-4)
    np.testing.assert_allclose(moving_average(mean, own_mean), slow_mean, atol=1e-5)
    np.testing.assert_allclose(moving_average(variance, own_variance), slow_variance, atol=1e-5)
    after, same_mean, same_variance = reference.batch_norm(values, gamma, beta, mean, variance)
    np.testing.assert_allclose(batch_norm(values, mean, variance, gamma, beta), after, atol=1e-4)
    np.testing.assert_array_equal((same_mean, same_variance), (mean, variance))
    # With γ = 1 and β = 0 a batch has mean 0 and variance 1, less the part that epsilon takes.
    plain = np.asarray(batch_norm(values, own_mean, own_variance, np.ones(channels), np.zeros(channels)))
    axes = tuple(range(values.ndim - 1))
    np.testing.assert_allclose(plain.mean(axes), 0, atol=1e-5)
    np.testing.assert_allclose(plain.var(axes), own_variance / (own_variance + 0.001), rtol=1e-4)


def test_images_that_only_fill_the_batch_count_in_nothing():
    values = numbers((5, 4, 4, 3))
    shares = np.array([0.5, 0, 0.5, 0, 0], np.float32)
    mean, variance = batch_statistics(values, shares)
    np.testing.assert_allclose(mean, values[[0, 2]].mean((0, 1, 2)), rtol=1e-4)
    np.testing.assert_allclose(variance, values[[0, 2]].var((0, 1, 2)), rtol=1e-4)


def test_the_global_mean_is_that_of_plain_loops_and_of_numpy():
    maps = numbers((3, 5, 4, 2))
    np.testing.assert_allclose(global_mean(maps), reference.global_mean(maps), rtol=1e-5)
    np.testing.assert_allclose(reference.global_mean(maps), maps.mean((1, 2)), rtol=1e-5)


def epochs_of(split, config):
    """The batches of a run, as its trainer takes them: images as float32, labels; the last of an epoch is smaller."""
    for epoch in range(config.epochs):
        order = np.random.default_rng([config.seed, epoch]).permutation(len(split))
        for start in range(0, len(split), config.batch_size):
            batch = order[start : start + config.batch_size]
            yield split.images[batch].astype(np.float32) / 255, split.labels[batch].astype(np.int64)


@pytest.fixture(scope="module")
def uneven(small):
    """A run of two epochs of batches of 128, 128 and 44 images, and a trainer that has done it."""
    split = Split(small.train.images[:300], small.train.labels[:300])
    config = TrainConfig(optimizer="sgd", learning_rate=0.2, batch_size=128, epochs=2, train_images=300)
    trainer = Trainer(Architecture.parse(NORMALIZED), config, Dataset(split, small.test))
    trainer.advance(trainer.total_steps)
    return split, config, trainer


# PyTorch's running variance is that of a sample, n / (n - 1) of ours: of 44 to 128 units, up to 2.3 % of a hundredth at
# each of the six steps.
SAMPLE = {("pytorch", "moving_variance"): 6 * 0.01 * 0.024}


@pytest.mark.parametrize("framework", NORMALIZED_TRAININGS)
def test_a_training_with_an_incomplete_batch_is_that_of(framework, uneven):
    split, config, trainer = uneven
    initial, ours = initial_weights(trainer.architecture, config.seed), trainer.weights()
    theirs = NORMALIZED_TRAININGS[framework](initial, epochs_of(split, config), config.learning_rate)
    assert any(np.abs(ours[name] - w).max() > 0.01 for name, w in initial.items() if "moving" in name)
    assert {name for name in ours if "batchnorm" in name} <= theirs.keys() <= ours.keys()
    for name, weights in theirs.items():
        sample = SAMPLE.get((framework, name.partition("/")[2]), 0) * float(ours[name].max())
        np.testing.assert_allclose(ours[name], weights, atol=2e-4 + sample, err_msg=name)


def test_the_scores_of_the_trained_network_are_kerass(uneven):
    split, _, trainer = uneven
    model, _ = keras_network(NORMALIZED)
    model.set_weights([np.array(each) for each in weights_of(trainer.network()).values()])
    digits = split.images[:20].astype(np.float32) / 255
    np.testing.assert_allclose(trainer.network()(digits), model.predict(digits, verbose=0), atol=2e-3)


def test_a_run_cut_paused_and_restored_is_bit_for_bit_the_same(small):
    architecture, config = Architecture.parse(WIDE), TrainConfig(batch_size=96, epochs=2, train_images=500, seed=4)
    whole, cut = (Trainer(architecture, config, small) for _ in range(2))
    whole.advance(whole.total_steps)
    for steps in (1, 3, 2):
        cut.advance(steps)
    cut = Trainer.restore(cut.snapshot(), small)
    cut.advance(cut.total_steps)
    np.testing.assert_array_equal(whole.history.loss, cut.history.loss)
    for name, array in whole.weights().items():
        np.testing.assert_array_equal(array, cut.weights()[name], err_msg=name)
    assert [epoch.test.loss for epoch in whole.history.epochs] == [epoch.test.loss for epoch in cut.history.epochs]


def test_a_batch_is_normalized_whole_and_its_memory_is_counted_so():
    with_norm, without = Architecture.parse(WIDE), Architecture.parse(WIDE.replace("batchnorm-", ""))
    assert training_part_size(without, 96) == part_size(without, 96) < 96
    assert training_part_size(with_norm, 96) == 96
    assert part_size(with_norm, 96) < 96  # evaluating, each image is by itself
    large = "conv64k5same-relu-conv64k5same-relu-max2-flatten-dense10"
    config = TrainConfig(batch_size=512)
    with pytest.raises(SettingsError, match="GB") as caught:
        check_size(Architecture.parse(large.replace("relu", "batchnorm-relu")), config)
    for remedy in caught.value.remedies:
        check_size(Architecture.parse(large), TrainConfig(**remedy.change))


def test_statistics_are_those_of_the_whole_batch(small):
    """Of a batch that is computed in parts where nothing is normalized."""
    architecture, images = Architecture.parse(WIDE), 128
    assert part_size(architecture, images) < images
    trainer = Trainer(architecture, TrainConfig(batch_size=images, train_images=images), cut(small, images, 10))
    before = trainer.weights()
    trainer.advance(1)
    digits = np.asarray(brightness(small.train.images[:images]))
    maps = reference.conv2d(digits, before["conv1/kernel"], padding="same") + before["conv1/bias"]
    after, axes = trainer.weights(), (0, 1, 2)
    np.testing.assert_allclose(after["batchnorm1/moving_mean"], 0.01 * maps.mean(axes), rtol=1e-4)
    np.testing.assert_allclose(after["batchnorm1/moving_variance"], 0.99 + 0.01 * maps.var(axes), rtol=1e-4)


def test_statistics_are_no_part_of_what_the_optimizer_moves(small):
    trainer = Trainer(Architecture.parse(NORMALIZED), TrainConfig(optimizer="adamw", batch_size=100), small)
    trained, statistics = split_statistics(trainer.weights())
    assert {name.partition("/")[2] for name in statistics} == {"moving_mean", "moving_variance"}
    assert sum(array.size for array in statistics.values()) == trainer.architecture.non_trainable_count
    optimizer_state = jax.tree.leaves(trainer._state[1])
    sizes = {leaf.size for leaf in optimizer_state if leaf.ndim}
    assert sizes == {sum(array.size for array in trained.values())}


@pytest.fixture(scope="module")
def trained(uneven):
    return uneven[2]


def test_what_an_image_gives_does_not_depend_on_its_neighbours(trained, small):
    architecture, weights = trained.architecture, trained.weights()
    images = np.asarray(brightness(small.test.images[:6]))
    together = activations(architecture, weights, images)
    alone = activations(architecture, weights, images[2:3])
    for name, values in alone.items():
        np.testing.assert_allclose(values[0], together[name][2], atol=1e-5, err_msg=name)
    in_training = with_weights(architecture, weights)(images, Training(jax.random.key(0), jnp.full(6, 1 / 6)))
    assert np.abs(in_training - together["dense2"]).max() > 0.01


def test_evaluating_uses_the_running_statistics(trained, small):
    evaluation = evaluate(trained.architecture, trained.weights(), small.test)
    probabilities = activations(trained.architecture, trained.weights(), np.asarray(brightness(small.test.images)))[
        "softmax"
    ]
    losses = -np.log(probabilities[np.arange(len(small.test)), small.test.labels])
    np.testing.assert_allclose(evaluation.loss, losses.mean(), rtol=1e-3)


def test_a_filter_left_out_goes_through_the_running_statistics_as_a_map_of_zeros(trained, small):
    architecture, weights = trained.architecture, trained.weights()
    split = Split(small.test.images[:200], small.test.labels[:200])
    accuracies = ablate_each(architecture, weights, "conv1", split)
    for index, accuracy in enumerate(accuracies):
        assert accuracy == pytest.approx(evaluate(architecture, with_filter(weights, "conv1", index), split).accuracy)


def test_saliency_is_the_gradient_of_the_logit_with_the_running_statistics(trained, small):
    image = np.asarray(brightness(small.test.images[:1]))
    network = trained.network()
    gradient = jax.grad(lambda image: network(image)[0, 3])(jnp.asarray(image))
    found = saliency(trained.architecture, trained.weights(), image[0], 3)
    np.testing.assert_allclose(found, gradient[0, ..., 0], atol=1e-5)


def test_grad_cam_weighs_the_maps_behind_normalization_and_activation(trained, small):
    image = np.asarray(brightness(small.test.images[:1]))
    network = trained.network()
    maps = network.activations(jnp.asarray(image))["relu2"]
    gradient = jax.grad(lambda maps: network.onward("relu2", maps)[0, 3])(maps)
    wanted = np.maximum((gradient.mean((1, 2), keepdims=True) * maps).sum(-1)[0], 0)
    np.testing.assert_allclose(
        grad_cam(trained.architecture, trained.weights(), image[0], 3, "conv2"), wanted, atol=1e-5
    )


def test_a_saved_run_has_its_statistics(trained):
    weights = trained.epoch_weights[2]
    run = SavedRun(trained.architecture, trained.config, weights, trained.history, 2)
    loaded = load(save(run))
    assert set(loaded.weights) == set(weights)
    for name, array in weights.items():
        np.testing.assert_array_equal(loaded.weights[name], array)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"batchnorm1/moving_variance": np.full(4, -1, np.float32)}, "below 0"),
        ({"batchnorm1/moving_variance": np.full(4, np.nan, np.float32)}, "not a number"),
        ({"batchnorm1/moving_mean": np.zeros(5, np.float32)}, "moving_mean"),
        ({"batchnorm4/gamma": np.zeros(4, np.float32)}, "batchnorm4/gamma"),
    ],
)
def test_statistics_that_cannot_be_are_refused(trained, change, words):
    weights = {**trained.epoch_weights[2], **change}
    with pytest.raises(DataError, match=words):
        SavedRun(trained.architecture, trained.config, weights, trained.history, 2)
