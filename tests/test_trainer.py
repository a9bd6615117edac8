"""Training: one long run equals many short ones, and every step is the step of the textbook."""

import json
import logging
from dataclasses import replace
from math import ceil, cos, log, pi

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from cnnplay.bounds import bounds
from cnnplay.data.datasets import Dataset, Split, mnist
from cnnplay.errors import DivergedError, SettingsError, ShapeError
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.parsing import DEFAULT
from cnnplay.training.config import OPTIMIZERS, SCHEDULES, TrainConfig, what_differs
from cnnplay.training.history_files import to_json
from cnnplay.training.trainer import Trainer, check_size, evaluate
from tests.conftest import cut
from tests.oracles import numpy_activations, plain_loss, softmax

TINY = Architecture.parse("conv3k5s3-relu-max2-flatten-dropout20-dense10")
PLAIN = Architecture.parse("conv2k5-tanh-max2-flatten-dense10")
LINEAR = Architecture.parse("flatten-dense10")
NUMBERS = ["learning_rate", "batch_size", "epochs", "seed", "train_images", "beta1", "beta2"]
UNSTABLE = Architecture.parse("conv6k3-conv6k3-flatten-dense10")  # products of weights, and nothing that bounds them


def assert_same_run(one, other):
    assert one.step == other.step
    for name in ("loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(one.history, name), getattr(other.history, name), err_msg=name)
    assert [epoch.step for epoch in one.history.epochs] == [epoch.step for epoch in other.history.epochs]
    for ours, theirs in zip(one.history.epochs, other.history.epochs, strict=True):
        assert (ours.loss, ours.accuracy) == (theirs.loss, theirs.accuracy)
        assert ours.test.loss == theirs.test.loss
        np.testing.assert_array_equal(ours.test.confusion, theirs.test.confusion)
    assert list(one.epoch_weights) == list(other.epoch_weights)
    for epoch, weights in [*one.epoch_weights.items(), (None, one.weights())]:
        for name, weight in weights.items():
            theirs = other.weights() if epoch is None else other.epoch_weights[epoch]
            np.testing.assert_array_equal(weight, theirs[name], err_msg=f"{epoch} {name}")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_one_long_run_equals_many_short_ones_and_restored_ones(small, optimizer):
    config = TrainConfig(optimizer, 0.01, batch_size=64, epochs=3, seed=5, schedule="cosine")
    whole = Trainer(TINY, config, small)
    whole.advance(10_000)
    assert whole.finished
    generator = np.random.default_rng(1)
    pieces = Trainer(TINY, config, small)
    while not pieces.finished:
        pieces.advance(int(generator.integers(1, 20)))
    assert_same_run(whole, pieces)
    for at in (1, 32, 45):  # within an epoch of 32 steps, and where one ends
        first = Trainer(TINY, config, small)
        first.advance(at)
        snapshot = first.snapshot()
        first.advance(7)  # what goes on after a snapshot does not change it
        restored = Trainer.restore(snapshot, small)
        assert restored.step == at
        restored.advance(10_000)
        assert_same_run(whole, restored)


def test_the_seed_decides(small):
    runs = []
    for seed in (1, 1, 2):
        trainer = Trainer(TINY, TrainConfig(batch_size=64, epochs=1, seed=seed), small)
        trainer.advance(10)
        runs.append(trainer.history.loss)
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_a_run_that_is_asked_to_stop_goes_on_as_if_nothing_had_happened(small):
    config = TrainConfig(batch_size=64, epochs=2)
    whole, halting = Trainer(TINY, config, small), Trainer(TINY, config, small)
    whole.advance(64)
    for answers in range(200):
        remaining = iter([False] * (answers % 3))
        halting.advance(64, lambda remaining=remaining: next(remaining, True))
        if halting.finished:
            break
    assert_same_run(whole, halting)


@pytest.fixture(scope="module")
def lamps():
    """Image i is one bright pixel, the i-th: the row of the kernel that moves tells which image was seen."""
    count = 300
    images = np.zeros((count, 784), np.uint8)
    images[np.arange(count), np.arange(count)] = 255
    split = Split(images.reshape(count, 28, 28, 1), (np.arange(count) % 10).astype(np.uint8))
    return Dataset(split, split)


def moves(trainer, steps):
    """How far each pixel's row of the kernel moves in this many steps."""
    before = trainer.weights()["dense1/kernel"]
    trainer.advance(steps)
    return trainer.weights()["dense1/kernel"] - before


@pytest.mark.parametrize("train_images", [300, 203])
def test_every_image_is_seen_exactly_once_an_epoch(lamps, train_images):
    config = TrainConfig("sgd", 0.01, batch_size=8, epochs=2, train_images=train_images)
    trainer = Trainer(LINEAR, config, lamps)
    orders = []
    for _ in range(config.epochs):
        weights, total, order = trainer.weights(), np.zeros((784, 10)), []
        for step in range(ceil(train_images / 8)):
            moved = moves(trainer, 1)
            seen = np.flatnonzero(np.abs(moved).sum(axis=1))
            assert len(seen) == min(8, train_images - 8 * step)
            total += moved * len(seen)  # a mean over the images of the batch
            order.extend(seen)
        assert sorted(order) == list(range(train_images))
        orders.append(order)
        # One look at image i moves row i by -rate · (p - truth); two looks would move it twice as far.
        probabilities = softmax(weights["dense1/kernel"][:train_images] + weights["dense1/bias"])
        once = -0.01 * (probabilities - np.eye(10)[np.arange(train_images) % 10])
        np.testing.assert_allclose(total[:train_images], once, atol=1e-3)
        assert not total[train_images:].any()
    assert orders[0] != orders[1]


def test_validation_images_never_influence_training(small):
    generator = np.random.default_rng(3)
    noise = Split(generator.integers(0, 256, (77, 28, 28, 1), np.uint8), generator.integers(0, 10, 77).astype(np.uint8))
    runs = []
    for dataset in (small, Dataset(small.train, noise)):
        trainer = Trainer(TINY, TrainConfig(batch_size=64, epochs=2), dataset)
        trainer.advance(64)
        runs.append(trainer)
    for name, weight in runs[0].weights().items():
        np.testing.assert_array_equal(weight, runs[1].weights()[name])
    np.testing.assert_array_equal(runs[0].history.loss, runs[1].history.loss)
    assert runs[0].history.epochs[-1].test.loss != runs[1].history.epochs[-1].test.loss


def test_one_full_batch_of_sgd_is_one_step_down_the_gradient(small):
    dataset = cut(small, 256, 100)
    trainer = Trainer(LINEAR, TrainConfig("sgd", 0.5, batch_size=256, epochs=1), dataset)
    weights = trainer.weights()
    trainer.advance(1)
    pixels = dataset.train.images.reshape(256, 784).astype(np.float64) / 255
    gradient = softmax(pixels @ weights["dense1/kernel"] + weights["dense1/bias"]) - np.eye(10)[dataset.train.labels]
    after = trainer.weights()
    wanted = weights["dense1/kernel"] - 0.5 * pixels.T @ gradient / 256
    np.testing.assert_allclose(after["dense1/kernel"], wanted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(after["dense1/bias"], -0.5 * gradient.mean(axis=0), rtol=1e-4, atol=1e-6)


def test_a_last_batch_that_is_not_full_takes_the_mean_over_its_own_images(small):
    dataset = cut(small, 100, 100)
    config = TrainConfig("sgd", 0.1, batch_size=512, epochs=1)
    trainer = Trainer(PLAIN, config, dataset)
    weights = {name: jnp.asarray(weight) for name, weight in trainer.weights().items()}
    images, labels = dataset.train.images, dataset.train.labels.astype(np.int32)
    value, gradient = jax.value_and_grad(plain_loss)(weights, images, labels, jnp.tanh)
    trainer.advance(1)
    np.testing.assert_allclose(trainer.history.loss, [value], rtol=1e-5)
    for name, after in trainer.weights().items():
        np.testing.assert_allclose(after, weights[name] - 0.1 * gradient[name], rtol=1e-4, atol=1e-6, err_msg=name)


DIRECTLY = {
    "adam": optax.adam,
    "adamw": lambda rate: optax.adamw(rate, weight_decay=0.01),
    "sgd": optax.sgd,
    "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
    "rmsprop": optax.rmsprop,
    "adagrad": optax.adagrad,
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_twenty_steps_equal_optax_used_directly(small, optimizer):
    rate = 0.003
    dataset = cut(small, 128, 50)
    architecture = Architecture.parse("conv2k5-relu-max2-flatten-dense10")
    trainer = Trainer(architecture, TrainConfig(optimizer, rate, batch_size=128, epochs=20), dataset)
    weights = {name: jnp.asarray(weight) for name, weight in initial_weights(architecture).items()}
    rule = DIRECTLY[optimizer](rate)
    state, labels = rule.init(weights), dataset.train.labels.astype(np.int32)
    value_and_gradient = jax.jit(jax.value_and_grad(plain_loss))
    losses = []
    for _ in range(20):  # a batch is all images, so their order does not matter
        loss, gradient = value_and_gradient(weights, dataset.train.images, labels)
        change, state = rule.update(gradient, state, weights)
        weights = optax.apply_updates(weights, change)
        losses.append(float(loss))
    trainer.advance(20)
    np.testing.assert_allclose(trainer.history.loss, losses, rtol=2e-3)
    for name, weight in trainer.weights().items():
        np.testing.assert_allclose(weight, weights[name], rtol=1e-2, atol=1e-3, err_msg=name)
    assert losses[-1] < losses[0]


def adam_by_the_paper(weights, gradient_of, rate, beta1, beta2, decay, steps):
    """Algorithm 1 of Kingma & Ba 2015, with the decay of Loshchilov & Hutter 2019."""
    weights = {name: weight.astype(np.float64) for name, weight in weights.items()}
    m, v = ({name: np.zeros_like(weight) for name, weight in weights.items()} for _ in range(2))
    for t in range(1, steps + 1):
        for name, g in gradient_of(weights).items():
            m[name] = beta1 * m[name] + (1 - beta1) * g
            v[name] = beta2 * v[name] + (1 - beta2) * g**2
            m_hat, v_hat = m[name] / (1 - beta1**t), v[name] / (1 - beta2**t)
            weights[name] -= rate * (m_hat / (np.sqrt(v_hat) + 1e-8) + decay * weights[name])
    return weights


@pytest.mark.parametrize(("optimizer", "decay"), [("adam", 0), ("adamw", 0.01)])
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.7, 0.9), (0, 0), (0.99, 0.9999)])
def test_adam_takes_the_steps_of_its_paper(small, optimizer, decay, beta1, beta2):
    dataset = cut(small, 128, 50)
    pixels = np.maximum(dataset.train.images, 1).reshape(128, 784) / 255  # every weight has a gradient
    dataset = Dataset(Split(np.maximum(dataset.train.images, 1), dataset.train.labels), dataset.test)
    truth = np.eye(10)[dataset.train.labels]

    def gradient_of(weights):
        error = (softmax(pixels @ weights["dense1/kernel"] + weights["dense1/bias"]) - truth) / 128
        return {"dense1/kernel": pixels.T @ error, "dense1/bias": error.sum(axis=0)}

    config = TrainConfig(optimizer, 0.01, batch_size=128, epochs=8, beta1=beta1, beta2=beta2)
    trainer = Trainer(LINEAR, config, dataset)
    wanted = adam_by_the_paper(trainer.weights(), gradient_of, 0.01, beta1, beta2, decay, 8)
    trainer.advance(8)
    for name, weight in trainer.weights().items():
        # Where a mean of gradients is near zero, its sign and the length of the step hang on the last digits.
        assert np.quantile(np.abs(weight - wanted[name]), 0.999) < 1e-4, name
    other = adam_by_the_paper(trainer.epoch_weights[0], gradient_of, 0.01, 0.8, 0.99, decay, 8)
    assert np.abs(trainer.weights()["dense1/kernel"] - other["dense1/kernel"]).mean() > 1e-3


def test_decay_rates_change_the_steps_of_the_optimizers_that_take_them_and_of_no_other(small):
    for optimizer in OPTIMIZERS:
        usual, other = (
            Trainer(LINEAR, TrainConfig(optimizer, 0.01, 64, epochs=1, train_images=300, **betas), small)
            for betas in ({}, {"beta1": 0.5, "beta2": 0.8})
        )
        for trainer in (usual, other):
            trainer.advance(5)
        same = np.array_equal(usual.weights()["dense1/kernel"], other.weights()["dense1/kernel"])
        assert same == (optimizer not in ("adam", "adamw")), optimizer


def test_a_run_is_told_from_others_by_the_settings_that_it_takes():
    adam, sgd = TrainConfig(beta1=0.7), TrainConfig("sgd", beta1=0.7, beta2=0.9)
    assert what_differs([adam, TrainConfig(), sgd]) == [["Adam", "β₁ 0.7"], ["Adam", "β₁ 0.9"], ["SGD"]]
    assert what_differs([adam, sgd]) == [["Adam"], ["SGD"]]
    assert what_differs([sgd, TrainConfig("sgd")]) == [[], []]
    assert sgd.canonical() == TrainConfig("sgd") and adam.canonical() == adam


def test_a_new_learning_rate_takes_effect_without_compiling_again(small, caplog):
    architecture = Architecture.parse("conv3k4s4-tanh-flatten-dense10")  # no other test has compiled it
    trainer = Trainer(architecture, TrainConfig("sgd", 0.1, batch_size=64, epochs=4), small)

    def compiled(steps):
        caplog.clear()
        with caplog.at_level(logging.WARNING), jax.log_compiles():
            trainer.advance(steps)
        return [record for record in caplog.messages if "Compiling" in record and "train" in record]

    assert compiled(32)
    before = trainer.weights()
    trainer.set_learning_rate(1e-5)
    assert not compiled(7)
    assert not compiled(1)
    assert max(np.abs(trainer.weights()[name] - before[name]).max() for name in before) < 1e-3
    trainer.set_learning_rate(0.2)
    assert not compiled(20)
    assert max(np.abs(trainer.weights()[name] - before[name]).max() for name in before) > 1e-2
    np.testing.assert_allclose(trainer.history.learning_rate, [0.1] * 32 + [1e-5] * 8 + [0.2] * 20, rtol=1e-6)
    with pytest.raises(SettingsError, match="learning rate"):
        trainer.set_learning_rate(11)
    assert trainer.learning_rate == 0.2


def rates_of(schedule, small, rate=0.02):
    trainer = Trainer(LINEAR, TrainConfig("sgd", rate, batch_size=64, epochs=4, schedule=schedule), small)
    trainer.advance(10_000)
    assert len(trainer.history.learning_rate) == trainer.total_steps == 4 * 32
    return trainer.history.learning_rate


def test_schedules(small):
    np.testing.assert_allclose(rates_of("constant", small), 0.02, rtol=1e-6)
    half_a_cosine = [0.01 * (1 + cos(pi * step / 128)) for step in range(128)]
    np.testing.assert_allclose(rates_of("cosine", small), half_a_cosine, rtol=1e-4, atol=1e-8)
    cycle = rates_of("one-cycle", small)
    peak = int(cycle.argmax())
    assert abs(peak - 0.3 * 128) <= 1
    np.testing.assert_allclose([cycle[0], cycle[peak]], [0.02 / 25, 0.02], rtol=1e-2)
    assert (np.diff(cycle[: peak + 1]) > 0).all()
    assert (np.diff(cycle[peak:]) < 0).all()
    assert cycle[-1] < 0.02 / 500
    assert set(SCHEDULES) == {"constant", "cosine", "one-cycle"}


@pytest.mark.parametrize("count", [500, 37, 501])
def test_evaluation_is_what_numpy_computes(count):
    split = cut(mnist(), 1, count).test
    weights = initial_weights(PLAIN, 2)
    scores = numpy_activations(PLAIN, weights, split.images / 255)["dense1"]
    confusion = np.zeros((10, 10), int)
    for truth, answer in zip(split.labels, scores.argmax(axis=1), strict=True):
        confusion[truth, answer] += 1
    evaluation = evaluate(PLAIN, weights, split)
    probabilities = softmax(scores)[np.arange(count), split.labels]
    np.testing.assert_allclose(evaluation.loss, -np.log(probabilities).mean(), rtol=1e-5)
    np.testing.assert_array_equal(evaluation.confusion, confusion)
    assert evaluation.confusion.sum() == count
    assert evaluation.accuracy == (scores.argmax(axis=1) == split.labels).mean()
    own = np.diag(confusion) / np.maximum(np.bincount(split.labels, minlength=10), 1)
    np.testing.assert_allclose(evaluation.accuracy_by_class(), own)


def test_the_record_of_a_run(small):
    trainer = Trainer(TINY, TrainConfig(batch_size=64, epochs=2), small)
    with pytest.raises(ValueError):
        _ = trainer.history.best
    trainer.advance(40)
    assert (trainer.epoch, trainer.history.steps, len(trainer.history.epochs)) == (1, 40, 1)
    trainer.advance(40)
    assert trainer.finished
    assert [(epoch.epoch, epoch.step) for epoch in trainer.history.epochs] == [(1, 32), (2, 64)]
    for epoch in trainer.history.epochs:
        steps = slice(epoch.step - 32, epoch.step)
        np.testing.assert_allclose(epoch.loss, trainer.history.loss[steps].mean(dtype=float), rtol=1e-6)
        np.testing.assert_allclose(epoch.accuracy, trainer.history.accuracy[steps].mean(dtype=float), rtol=1e-6)
        assert epoch.test.confusion.sum() == 500
    assert trainer.history.best.test.accuracy == max(e.test.accuracy for e in trainer.history.epochs)
    evaluation = trainer.evaluate()
    assert evaluation.loss == trainer.history.epochs[-1].test.loss
    assert list(trainer.epoch_weights) == [0, 1, 2]
    assert abs(trainer.history.loss[0] - log(10)) < 1.5
    with pytest.raises(ValueError, match="read-only"):
        trainer.history.loss[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        trainer.epoch_weights[1]["conv1/bias"][0] = 0


def test_a_run_that_flies_apart_says_at_which_step_and_keeps_its_history(small):
    trainer = Trainer(UNSTABLE, TrainConfig("momentum", 10, batch_size=64, epochs=2), small)
    with pytest.raises(DivergedError, match="learning rate of 10") as caught:
        trainer.advance(64)
    error = caught.value
    assert error.step == trainer.step + 1 == trainer.history.steps + 1
    assert f"step {error.step}" in str(error)
    assert np.isfinite(trainer.history.loss).all()
    json.loads(to_json(trainer.history))
    # The remedy that it offers helps.
    calm = Trainer(UNSTABLE, replace(trainer.config, **error.remedies[0].change), small)
    calm.advance(64)
    assert calm.finished
    assert not calm.history.diverging(UNSTABLE.classes)


@pytest.mark.parametrize("name", NUMBERS)
def test_settings_keep_their_bounds_and_offer_the_nearest(name):
    low, high = bounds(TrainConfig, name)
    assert getattr(TrainConfig(**{name: low}), name) == low
    assert getattr(TrainConfig(**{name: high}), name) == high
    for beyond, near in ((low / 2 if name == "learning_rate" else low - 1, low), (high + 1, high)):
        with pytest.raises(SettingsError, match=name.replace("_", " ")) as caught:
            TrainConfig(**{name: beyond})
        assert caught.value.remedies[0].change == {name: near}
        replace(TrainConfig(), **caught.value.remedies[0].change)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), "32", None, True, 10**400], ids=lambda v: str(v)[:10])
def test_settings_that_are_no_numbers_of_use_are_refused(name, value):
    with pytest.raises(SettingsError, match=name.replace("_", " ")) as caught:
        TrainConfig(**{name: value})
    TrainConfig(**caught.value.remedies[0].change)


@pytest.mark.parametrize("name", ["batch_size", "epochs", "seed", "train_images"])
def test_counts_are_whole_numbers(name):
    for value in (200.5, 32.0):
        with pytest.raises(SettingsError, match="whole number"):
            TrainConfig(**{name: value})


@pytest.mark.parametrize("name", ["optimizer", "schedule"])
def test_an_unknown_row_is_refused_with_the_rows_there_are(name):
    with pytest.raises(SettingsError, match="sophia") as caught:
        TrainConfig(**{name: "sophia"})
    for row in {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}[name]:
        assert row in str(caught.value)


def test_a_step_too_large_for_the_machine_is_refused_with_a_batch_that_fits(small):
    architecture = Architecture.parse("-".join(["conv64k1-relu"] * 9) + "-flatten-dense10")
    check_size(architecture, TrainConfig(batch_size=512))  # computed in parts, which fit
    with pytest.raises(SettingsError, match="GB") as caught:
        Trainer(architecture, TrainConfig(batch_size=509), small)  # a prime: it cannot be cut evenly
    (remedy,) = caught.value.remedies
    assert remedy.change["batch_size"] < 512
    check_size(architecture, TrainConfig(**remedy.change))


def test_a_step_that_nobody_could_stop_is_refused_with_a_batch_that_fits(small):
    architecture = Architecture.parse("-".join(["conv64k11same-relu"] * 3) + "-flatten-dense10")
    with pytest.raises(SettingsError, match="billion multiply-adds") as caught:
        Trainer(architecture, TrainConfig(batch_size=64), small)
    check_size(architecture, TrainConfig(**caught.value.remedies[0].change))


def test_weights_that_are_no_numbers_after_an_epochs_last_step_end_the_run_there(small):
    """The last step's own loss is still a number; only the evaluation shows what became of the weights."""
    architecture = Architecture.parse("conv4k3-flatten-dense32-dense10")
    config = TrainConfig(optimizer="sgd", learning_rate=10.0, batch_size=128, train_images=100, epochs=10)
    trainer = Trainer(architecture, config, small)
    assert trainer.steps_per_epoch == 1
    with pytest.raises(DivergedError) as caught:
        trainer.advance(trainer.total_steps)
    assert caught.value.step == trainer.step == trainer.history.steps
    assert len(trainer.history.epochs) == trainer.step - 1
    assert np.isfinite([epoch.test.loss for epoch in trainer.history.epochs]).all()
    assert len(json.loads(to_json(trainer.history))["steps"]) == trainer.step


def test_a_call_that_is_told_to_stop_meanwhile_leaves_everything_as_it_was(small):
    """Told while the steps are computed: the numbers on the screen when Stop was pressed are the run's numbers."""
    trainer, plain = (Trainer(TINY, TrainConfig(batch_size=64, epochs=2), small) for _ in range(2))
    trainer.advance(5)
    answers = iter([False, True, True])  # asked before the call, after it, and before the next
    trainer.advance(5, lambda: next(answers))
    assert trainer.step == trainer.history.steps == 5
    trainer.advance(trainer.total_steps)
    plain.advance(plain.total_steps)
    assert np.array_equal(trainer.history.loss, plain.history.loss)


def test_a_network_without_ten_scores_does_not_train(small):
    with pytest.raises(ShapeError, match="dense10"):
        Trainer(Architecture.parse("flatten-dense9"), TrainConfig(), small)


def test_the_notebooks_network_learns_mnist():
    """60,000 images, batches of 32, Adam, ten epochs: at least 96.5 % of the 10,000 test images."""
    trainer = Trainer(Architecture.parse(DEFAULT), TrainConfig(), mnist())
    trainer.advance(trainer.total_steps)
    assert trainer.finished
    assert trainer.step == 18_750
    last = trainer.history.epochs[-1].test
    assert last.confusion.sum() == 10_000
    assert last.accuracy >= 0.965
