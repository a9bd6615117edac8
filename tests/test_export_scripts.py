"""The generated scripts: the same numbers as ours in three frameworks, the same training, and nothing else."""

import ast
import inspect
import math
import os
import re
import runpy
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest
from flax import nnx
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from safetensors.numpy import save_file

import cnnplay
from cnnplay.data.datasets import MNIST_FILE, Dataset, Split, mnist
from cnnplay.errors import PlaygroundError, ShapeError, TextError
from cnnplay.export.frameworks import flax as flax_source
from cnnplay.export.frameworks import keras as keras_source
from cnnplay.export.frameworks import pytorch as pytorch_source
from cnnplay.export.scripts import FRAMEWORKS, requirements, script
from cnnplay.inspection.activations import activations
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import LAYERS, Activation, Convolution, Dense, Dropout, Flatten, Pooling
from cnnplay.network.model import PARTS, initial_weights
from cnnplay.network.parsing import DEFAULT, read_layer
from cnnplay.network.presets import PRESETS
from cnnplay.ops.registry import ACTIVATIONS, POOLS, ActivationKind, PoolKind
from cnnplay.training.config import OPTIMIZERS, SCHEDULES, Optimizer, OptimizerSpelling, TrainConfig
from cnnplay.training.trainer import Trainer, evaluate
from tests.oracles import NUMPY_ACTIVATIONS, numpy_activations, plain_loss, random_networks
from tests.pytorch import installed

pytestmark = pytest.mark.usefixtures("compiled_quickly")

SMALL = TrainConfig(train_images=300, epochs=1, batch_size=100)
RUNNING = list(installed(FRAMEWORKS))  # the frameworks whose code runs here; that of all of them is read

# What a framework does in another way, or not at all.
ODD = [
    "flatten-dense10",
    "conv4k3same-flatten-dense10",
    "conv4k4same-gelu-flatten-dense10",
    "conv3k3s2same-conv4k2s2same-flatten-dense10",
    "conv3k5x2full-sigmoid-flatten-dense10",
    "conv3k3p1.2-leakyrelu-conv2k2p0.3-flatten-dense10",
    "conv3k2x3s3x5-flatten-dense10",
    "conv3k3s2d2-flatten-dense10",
    "conv3k3x2s2x1d1x3same-conv4k3s3d2same-flatten-dense10",
    "conv3k4s3d2full-relu-conv2k2s2d3p3.1-flatten-dense10",
    "conv3k3d3same-relu-max2-flatten-dense10",
    "conv3k1s4-flatten-dense10",
    *(f"conv3k3-{pool}3s2{padding}-flatten-dense10" for pool in POOLS for padding in ("same", "p1", "p2", "p0.1")),
    "conv3k3-max2s3p1-min3x2s1x2-mean4x2s3p1.2-flatten-dense10",
    "mean1s2-max2s5-flatten-dense10",
    "conv5k28-relu-flatten-dense10",
    "min2-dropout25-flatten-dropout50-dense30-dropout10-tanh-flatten-dense10",
    "relu-gelu-flatten-relu-sigmoid-dense10-dense10",
    "conv4k3same-batchnorm-relu-max2-conv5k3-batchnorm-gelu-globalmean-dense10",
    "batchnorm-conv3k3-flatten-batchnorm-dense20-batchnorm-tanh-dense10-batchnorm-dense10",
    "conv3k3-globalmean-flatten-relu-dense10",
]


def fitting(texts):
    for text in texts:
        try:
            yield str(Architecture.parse(text))
        except ShapeError:
            continue


EACH = [*(f"conv2k5s3-{name}-flatten-dense10" for name in ACTIVATIONS), *(f"{name}3-flatten-dense10" for name in POOLS)]
RANDOM = list(fitting(random_networks(80, seed=7)))[:20]
NETWORKS = [*(preset.net for preset in PRESETS.values()), *ODD, *EACH, *RANDOM]


def sensible_weights(architecture):
    """Initial weights but for biases and statistics, so that the logits are of a usual size and each number shows."""
    generator = np.random.default_rng(11)
    drawn = {"bias": (0, 0.3), "gamma": (1, 0.2), "beta": (0, 0.3), "moving_mean": (0.2, 0.2)}
    weights = dict(initial_weights(architecture, 5))
    for name, array in weights.items():
        kind = name.rpartition("/")[2]
        if kind in drawn:
            weights[name] = generator.normal(*drawn[kind], array.shape).astype(np.float32)
        elif kind == "moving_variance":
            weights[name] = generator.uniform(0.3, 1.5, array.shape).astype(np.float32)
    return weights


@pytest.fixture(scope="module")
def digits():
    """100 test digits as float32 in 0..1."""
    return mnist().test.images[:100].astype(np.float32) / 255


@pytest.fixture
def load(tmp_path):
    """Runs the generated script without its `main`, with what a notebook has on top: name -> what it defines."""

    def load(framework, architecture, config=SMALL):
        file = tmp_path / FRAMEWORKS[framework].file
        file.write_text(script(framework, architecture, config), "utf-8")
        names = runpy.run_path(str(file))
        exec(FRAMEWORKS[framework].parts(architecture, config).inside, names)
        return names

    return load


@pytest.fixture
def weighted(load, tmp_path):
    """The script's names and its model with the given weights."""

    def weighted(framework, architecture, weights, config=SMALL):
        names = load(framework, architecture, config)
        save_file({**weights, "history/steps": np.zeros((3, 4), np.float32)}, tmp_path / "weights.safetensors")
        model = names["build_model"]()
        names["load_weights"](model, tmp_path / "weights.safetensors")
        return names, model

    return weighted


@lru_cache(4)
def ours(text):
    architecture = Architecture.parse(text)
    weights = sensible_weights(architecture)
    made = activations(architecture, weights, mnist().test.images[:100].astype(np.float32) / 255)
    made.pop("softmax")
    return architecture, weights, made


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("text", NETWORKS)
def test_the_script_computes_what_the_playground_computes(text, framework, weighted, digits):
    architecture, weights, made = ours(text)
    names, model = weighted(framework, architecture, weights)
    logits = names["scores"](model, digits)
    wanted = made[architecture.names[-1]]
    assert 0.1 < np.abs(wanted).max() < 100
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, wanted, atol=1e-4)
    maps = names["feature_maps"](model, digits)
    assert list(maps) == list(architecture.names)
    for name in architecture.names:
        np.testing.assert_allclose(maps[name], made[name], atol=1e-4, err_msg=name)
    kernels = names["kernels"](model)
    assert list(kernels) == architecture.convolutions
    for name in kernels:
        np.testing.assert_array_equal(kernels[name], weights[f"{name}/kernel"])


def test_the_networks_tried_have_all_that_there_is():
    layers = [layer for text in NETWORKS for layer in Architecture.parse(text).layers]
    poolings = [layer for layer in layers if isinstance(layer, Pooling)]
    assert {layer.function for layer in layers if isinstance(layer, Activation)} == set(ACTIVATIONS)
    assert {layer.pool for layer in poolings} == set(POOLS)
    assert {type(layer) for layer in layers} == set(LAYERS)
    paddings = {type(layer.padding) for layer in layers if isinstance(layer, Convolution)}
    assert paddings == {str, int, tuple}
    assert any(max(layer.stride) > 1 and max(layer.dilation) > 1 for layer in layers if isinstance(layer, Convolution))


def test_every_kind_of_layer_has_its_row_everywhere():
    for rows in (PARTS, keras_source.LAYERS, pytorch_source.LAYERS, {**flax_source.MODULES, **flax_source.FUNCTIONS}):
        assert set(rows) == set(LAYERS)
    assert len({layer.kind for layer in LAYERS}) == len(LAYERS)
    for layer in LAYERS:
        for example in layer.examples():
            assert type(read_layer(example)) is layer
            assert str(read_layer(example)) == example


@pytest.mark.parametrize("framework", RUNNING)
def test_loss_and_accuracy_are_those_of_the_playground(framework, weighted, small):
    architecture, weights, _ = ours(DEFAULT)
    names, model = weighted(framework, architecture, weights)
    loss, accuracy = names["evaluate"](model, small.test.images, small.test.labels)
    known = evaluate(architecture, weights, small.test)
    assert loss == pytest.approx(known.loss, abs=1e-4)
    assert accuracy == pytest.approx(known.accuracy)


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("change", [{"dense1/bias": None}, {"conv1/kernel": np.zeros((2, 2, 1, 7), np.float32)}])
def test_the_weights_of_another_network_are_not_taken(framework, change, load, tmp_path):
    architecture, weights, _ = ours(DEFAULT)
    others = {name: w for name, w in {**weights, **change}.items() if w is not None}
    save_file(others, tmp_path / "weights.safetensors")
    names = load(framework, architecture)
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        names["load_weights"](names["build_model"](), tmp_path / "weights.safetensors")


@pytest.mark.parametrize("framework", RUNNING)
def test_networks_begin_as_ours_do(framework, load):
    architecture = Architecture.parse("conv16k5-relu-max2-conv32k3x5-flatten-dense40-dense10")
    names = load(framework, architecture)
    first, again = (read_weights(names["build_model"]()) for _ in range(2))
    known = initial_weights(architecture)
    assert first.keys() == known.keys()
    for name, weights in first.items():
        np.testing.assert_array_equal(weights, again[name])
        assert weights.shape == known[name].shape
        if name.endswith("bias"):
            assert not weights.any()
        else:  # uniform in ± the same limit
            limit = np.abs(known[name]).max()
            assert np.abs(weights).max() == pytest.approx(limit, rel=0.03)
            assert weights.std() == pytest.approx(limit / 3**0.5, rel=0.1)
    other = read_weights(load(framework, architecture, TrainConfig(seed=1))["build_model"]())
    assert np.abs(other["conv1/kernel"] - first["conv1/kernel"]).max() > 0.01


TORCH_NORMALIZATION = {
    "weight": "gamma",
    "bias": "beta",
    "running_mean": "moving_mean",
    "running_var": "moving_variance",
}


def read_weights(model):
    """The weights of a model of any of the frameworks, with our names and our layout."""
    if isinstance(model, keras.Model):
        weighted = [layer for layer in model.layers if layer.weights]
        return {f"{layer.name}/{v.name}": np.asarray(v) for layer in weighted for v in layer.weights}
    if isinstance(model, nnx.Module):
        normalization = {"gamma": "scale", "beta": "bias", "moving_mean": "mean", "moving_variance": "var"}
        found = {}
        for name, layer in nnx.iter_children(model):
            if isinstance(layer, nnx.Conv | nnx.Linear | nnx.BatchNorm):
                kinds = normalization if isinstance(layer, nnx.BatchNorm) else {"kernel": "kernel", "bias": "bias"}
                found |= {f"{name}/{kind}": np.array(getattr(layer, own)) for kind, own in kinds.items()}
        return found
    found = {}
    for name, layer in model.named_children():
        for kind, value in layer.state_dict().items():
            array = value.numpy().copy()
            if type(layer).__name__.startswith("BatchNorm"):
                if kind in TORCH_NORMALIZATION:  # and not the number of batches seen
                    found[f"{name}/{TORCH_NORMALIZATION[kind]}"] = array
                continue
            array = array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T
            found[f"{name}/{'kernel' if kind == 'weight' else kind}"] = array
    return found


TRAINED = Architecture.parse("conv3k9-relu-max2-flatten-dense10")
ONE_BATCH = {"batch_size": 64, "epochs": 5}  # all images in each step, so that their order says nothing


def noisy_digits():
    """64 digits on noise, so that no gradient is so small that the places of epsilons show."""
    split = mnist().train
    noise = np.random.default_rng(1).integers(0, 120, (64, 28, 28, 1), np.uint8)
    return Split(np.maximum(split.images[:64], noise), split.labels[:64])


def trained(weighted, framework, config, network=TRAINED):
    """The script's weights after training, a trainer of ours after the same training, and the script's history."""
    digits = noisy_digits()
    names, model = weighted(framework, network, initial_weights(network, config.seed), config)
    history = names["train"](model, (digits.images, digits.labels), (digits.images, digits.labels))
    trainer = Trainer(network, config, Dataset(digits, digits))
    trainer.advance(trainer.total_steps)
    return read_weights(model), trainer, history


def adam(step, b1=0.9, b2=0.999, make=optax.adam, **options):
    """Keras adds epsilon before it corrects the mean square for its start: in the first steps it weighs more."""
    return make(1e-3, b1, b2, eps=1e-8 / (1 - b2**step) ** 0.5, **options)


# Where a framework's own optimizer cannot be set to the very same steps: what it does, at step 1, 2, ...
OTHER_EPSILON = {
    ("pytorch", "rmsprop"): lambda step: optax.rmsprop(1e-3, decay=0.9, eps=1e-4, eps_in_sqrt=False),
    ("keras", "adam"): adam,
    ("keras", "adamw"): partial(adam, make=optax.adamw, weight_decay=0.01),
}


def assert_same_weights(found, wanted, tolerance=1e-4):
    assert found.keys() == wanted.keys()
    for name, weights in wanted.items():
        np.testing.assert_allclose(found[name], weights, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_takes_the_steps_of_ours(framework, optimizer, weighted):
    config = TrainConfig(optimizer=optimizer, learning_rate=OPTIMIZERS[optimizer].usual_rate, **ONE_BATCH)
    found, trainer, history = trained(weighted, framework, config)
    moved = max(np.abs(found[name] - w).max() for name, w in trainer.epoch_weights[0].items())
    assert moved > 1e-3
    if (framework, optimizer) not in OTHER_EPSILON:  # which the next test has
        assert_same_weights(found, trainer.weights())
    validation = [epoch.test for epoch in trainer.history.epochs]
    assert history.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert len(history["loss"]) == len(history["accuracy"]) == config.epochs
    np.testing.assert_allclose(history["val_loss"], [seen.loss for seen in validation], atol=0.01)
    np.testing.assert_allclose(history["val_accuracy"], [seen.accuracy for seen in validation], atol=0.02)


@pytest.mark.parametrize(("framework", "optimizer"), [key for key in OTHER_EPSILON if key[0] in RUNNING])
def test_what_remains_different_is_the_place_of_epsilon(framework, optimizer, weighted):
    config = TrainConfig(optimizer=optimizer, learning_rate=1e-3, **ONE_BATCH)
    found, trainer, _ = trained(weighted, framework, config)
    assert_same_weights(found, stepped(trainer, OTHER_EPSILON[framework, optimizer]))


def stepped(trainer, rule):
    """The trainer's first weights after as many steps as it has done, by a rule for each step."""
    digits, weights = noisy_digits(), {n: jnp.asarray(w) for n, w in trainer.epoch_weights[0].items()}
    memory = rule(1).init(weights)
    for step in range(1, trainer.step + 1):
        gradient = jax.grad(plain_loss)(weights, digits.images, digits.labels)
        moves, memory = rule(step).update(gradient, memory, weights)
        weights = optax.apply_updates(weights, moves)
    return weights


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("optimizer", [name for name, row in OPTIMIZERS.items() if row.settings])
def test_an_optimizer_with_other_decay_rates_takes_the_steps_of_ours(framework, optimizer, weighted):
    config = TrainConfig(optimizer=optimizer, learning_rate=1e-3, beta1=0.7, beta2=0.9, **ONE_BATCH)
    found, trainer, _ = trained(weighted, framework, config)
    rule = OTHER_EPSILON.get((framework, optimizer))
    assert_same_weights(found, stepped(trainer, partial(rule, b1=0.7, b2=0.9)) if rule else trainer.weights())
    usual = Trainer(TRAINED, replace(config, beta1=0.9, beta2=0.999), trainer.dataset)
    usual.advance(usual.total_steps)
    assert max(np.abs(found[name] - weights).max() for name, weights in usual.weights().items()) > 3e-4


WRITTEN = {
    "keras": {"beta1": "beta_1=0.7", "beta2": "beta_2=0.9", "both": "beta_1=0.7, beta_2=0.9"},
    "pytorch": {"beta1": "betas=(0.7, 0.999)", "beta2": "betas=(0.9, 0.9)", "both": "betas=(0.7, 0.9)"},
    "flax": {"beta1": "b1=0.7", "beta2": "b2=0.9", "both": "b1=0.7, b2=0.9"},
}
OTHERS = {"beta1": {"beta1": 0.7}, "beta2": {"beta2": 0.9}, "both": {"beta1": 0.7, "beta2": 0.9}}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_decay_rates_are_written_where_they_are_not_the_frameworks_own(framework):
    def made(**settings):
        return FRAMEWORKS[framework].parts(TRAINED, TrainConfig(**settings)).training

    assert not re.search(r"b(eta)?_?[12s]=", made())
    for which, betas in OTHERS.items():
        assert WRITTEN[framework][which] in made(**betas)
        assert made(optimizer="sgd", **betas) == made(optimizer="sgd")


@pytest.mark.parametrize("framework", RUNNING)
def test_the_defaults_of_an_argument_are_those_of_its_framework(framework):
    for row in (row for row in OPTIMIZERS.values() if row.arguments):
        name = {"keras": f"keras.optimizers.{row.title}", "pytorch": f"torch.optim.{row.title}"}.get(framework)
        module, _, function = (name or f"optax.{row.function}").rpartition(".")
        own = inspect.signature(getattr(import_module(module), function)).parameters
        spelled = row.spelling.get(framework)
        for argument in (spelled and spelled.arguments) or row.arguments:
            assert own[argument.name].default == argument.default == argument.value(TrainConfig())


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_each_schedule_trains_as_ours(framework, schedule, weighted):
    config = TrainConfig(optimizer="sgd", schedule=schedule, learning_rate=0.05, **ONE_BATCH)
    found, trainer, _ = trained(weighted, framework, config)
    assert_same_weights(found, trainer.weights())


@pytest.mark.parametrize("framework", RUNNING)
def test_batch_normalization_trains_as_ours_and_keeps_the_same_running_statistics(framework, weighted):
    network = Architecture.parse("conv4k9-batchnorm-relu-max2-conv5k3-batchnorm-relu-globalmean-dense10")
    config = TrainConfig(optimizer="sgd", learning_rate=0.1, **ONE_BATCH)
    found, trainer, history = trained(weighted, framework, config, network)
    wanted = trainer.weights()
    for name, before in trainer.epoch_weights[0].items():
        if not name.startswith("conv") or not name.endswith("bias"):  # a bias that the mean takes away again
            assert np.abs(wanted[name] - before).max() > 1e-3, name
    assert_same_weights(found, wanted)
    # The test images are seen with the running statistics, not with their own.
    validation = [epoch.test.loss for epoch in trainer.history.epochs]
    np.testing.assert_allclose(history["val_loss"], validation, atol=1e-3)
    np.testing.assert_allclose(history["loss"], trainer.history.loss, atol=1e-3)


def rates_of_steps(framework, names, steps):
    """The learning rate of every step of a run, as the script has it."""
    if framework == "pytorch":  # the rates that a real run takes: a step each for 100 images
        from torch.optim.optimizer import register_optimizer_step_pre_hook

        seen = []
        hook = register_optimizer_step_pre_hook(lambda optimizer, *_: seen.append(optimizer.param_groups[0]["lr"]))
        images = np.zeros((100 * steps, 28, 28, 1), np.uint8), np.zeros(100 * steps, np.uint8)
        names["train"](names["build_model"](), images, images)
        hook.remove()
        return seen
    schedule = names["learning_rate"](steps)
    return [float(schedule(step)) for step in range(steps)]


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("schedule", ["one-cycle", "cosine"])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 40])
def test_the_rate_of_every_step_is_ours(framework, schedule, steps, load):
    config = TrainConfig(schedule=schedule, learning_rate=0.5, batch_size=100, epochs=1)
    names = load(framework, Architecture.parse("flatten-dense10"), config)
    wanted = 0.5 * np.asarray(SCHEDULES[schedule].factor(steps))
    np.testing.assert_allclose(rates_of_steps(framework, names, steps), wanted, atol=1e-6)


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("percent", [0, 50])
def test_dropout_is_at_work_in_training_alone(framework, percent, load, small):
    architecture = Architecture.parse(f"flatten-dropout{percent}-dense10")
    names = load(framework, architecture, TrainConfig(learning_rate=1e-5, batch_size=300, epochs=1))
    model, data = names["build_model"](), (small.train.images[:300], small.train.labels[:300])
    loss, _ = names["evaluate"](model, *data)
    history = names["train"](model, data, data)  # its loss is of the weights before the only step
    assert (abs(history["loss"][0] - loss) > 0.01) == (percent == 50)


@pytest.fixture
def new_rows(monkeypatch):
    """Two pooling kinds and two activations that no framework is told about; an optimizer that Keras alone spells."""
    smooth = PoolKind("Smooth max", "logaddexp", -math.inf, False, "a soft maximum: is the feature there at all?")
    power = PoolKind("Power", "hypot", 0.0, True, "the root of the sum of squares, over the count: how much is there?")
    monkeypatch.setitem(POOLS, "smoothmax", smooth)
    monkeypatch.setitem(POOLS, "power", power)
    monkeypatch.setitem(ACTIVATIONS, "softplus", ActivationKind("Softplus", "softplus", "ln(1 + eˣ)"))
    monkeypatch.setitem(ACTIVATIONS, "silu", ActivationKind("SiLU", "silu", "x / (1 + e⁻ˣ)"))
    epsilon = OptimizerSpelling("keras.optimizers.Adamax", {"epsilon": 1e-8}, "Keras's own epsilon is 1e-7.")
    adamax = Optimizer("Adamax", "adamax", "Adam by the largest gradient", 2e-3, spelling={"keras": epsilon})
    monkeypatch.setitem(OPTIMIZERS, "adamax", adamax)
    monkeypatch.setitem(NUMPY_ACTIVATIONS, "softplus", lambda x: np.log1p(np.exp(x)))
    monkeypatch.setitem(NUMPY_ACTIVATIONS, "silu", lambda x: x / (1 + np.exp(-x)))


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize(
    "text",
    [
        "conv3k3-softplus-smoothmax2-conv4k3-silu-power3s2p1-flatten-dense10",
        "conv3k3-silu-smoothmax3x2s2x1same-power2same-flatten-dense10",
        "conv2k3-power4s3p2.1-smoothmax2s1p1-flatten-dense10",
    ],
)
def test_a_new_row_is_read_calculated_computed_and_exported(new_rows, text, framework, weighted, digits):
    architecture = Architecture.parse(text)
    assert str(architecture) == text
    assert any(row.layer == "power1" and row.title.startswith("Power of") for row in architecture.table())
    weights = sensible_weights(architecture)
    made = activations(architecture, weights, digits[:8])
    for name, values in numpy_activations(architecture, weights, digits[:8]).items():
        np.testing.assert_allclose(made[name], values, rtol=1e-3, atol=1e-4, err_msg=name)
    names, model = weighted(framework, architecture, weights)
    np.testing.assert_allclose(names["scores"](model, digits[:8]), made[architecture.names[-1]], atol=1e-4)


@pytest.mark.parametrize("framework", RUNNING)
def test_a_new_optimizer_takes_the_same_steps_everywhere(new_rows, framework, weighted):
    config = TrainConfig(optimizer="adamax", learning_rate=2e-3, **ONE_BATCH)
    found, trainer, _ = trained(weighted, framework, config)
    assert max(np.abs(found[name] - w).max() for name, w in trainer.epoch_weights[0].items()) > 1e-3
    assert_same_weights(found, trainer.weights())


def add_rows_with_functions(monkeypatch, sine, steepest):
    """An activation and an optimizer without a name in any framework, which the given ones alone can be told of."""
    monkeypatch.setitem(ACTIVATIONS, "sine", ActivationKind("Sine", jnp.sin, "sin x", sine))
    monkeypatch.setitem(NUMPY_ACTIVATIONS, "sine", np.sin)
    spelling = {framework: OptimizerSpelling(name) for framework, name in steepest.items()}
    steep = Optimizer("Steepest", lambda rate: optax.scale(-rate), "straight down", 0.05, spelling=spelling)
    monkeypatch.setitem(OPTIMIZERS, "steepest", steep)


SINE = "conv3k9-sine-max2-flatten-dense10"


@pytest.mark.parametrize("framework", ["keras", "flax"])
def test_a_row_may_hold_a_function(monkeypatch, framework, weighted):
    sine = {"keras": "layers.Activation(keras.ops.sin)", "flax": "jnp.sin"}
    add_rows_with_functions(monkeypatch, sine, {"keras": "keras.optimizers.SGD", "flax": "optax.sgd"})
    network = Architecture.parse(SINE)
    digits = mnist().test.images[:8].astype(np.float32) / 255
    weights = sensible_weights(network)
    wanted = numpy_activations(network, weights, digits)[network.names[-1]]
    np.testing.assert_allclose(activations(network, weights, digits)[network.names[-1]], wanted, rtol=1e-3, atol=1e-4)
    names, model = weighted(framework, network, weights)
    np.testing.assert_allclose(names["scores"](model, digits), wanted, rtol=1e-3, atol=1e-4)
    config = TrainConfig(optimizer="steepest", learning_rate=0.05, **ONE_BATCH)
    found, trainer, _ = trained(weighted, framework, config, network)
    assert_same_weights(found, trainer.weights())


@pytest.mark.parametrize("framework", [name for name in RUNNING if name != "keras"])
def test_the_code_for_a_framework_says_what_it_lacks(monkeypatch, framework, load, small):
    sine = {"keras": "layers.Activation(keras.ops.sin)"}
    add_rows_with_functions(monkeypatch, sine, {"keras": "keras.optimizers.SGD"})
    config = TrainConfig(optimizer="steepest", epochs=1)
    digits = small.test.images[:2].astype(np.float32) / 255
    with pytest.raises(NotImplementedError, match="This framework has no Sine: put your own in its place"):
        names = load(framework, Architecture.parse(SINE), config)
        names["scores"](names["build_model"](), digits)
    names = load(framework, TRAINED, config)
    with pytest.raises(NotImplementedError, match="no Steepest"):
        names["train"](names["build_model"](), (small.train.images, small.train.labels), None)


def test_a_misspelt_new_row_is_guessed_as_the_old_ones_are(new_rows):
    with pytest.raises(TextError, match="smoothmax2") as caught:
        Architecture.parse("conv3k3-smothmax3-flatten-dense10")
    assert caught.value.remedies[0].change == {"net": "conv3k3-smoothmax3-flatten-dense10"}


@pytest.fixture
def run(tmp_path):
    """Runs the script in another folder than its own: (exit status, all that it said)."""

    def run(framework, *arguments, **environment):
        file = tmp_path / FRAMEWORKS[framework].file
        command = [sys.executable, str(file), *arguments]
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        told = os.environ | {"KERAS_BACKEND": "jax"} | environment
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path / "elsewhere", env=told)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize("framework", RUNNING)
def test_the_script_runs_by_itself(framework, run, tmp_path):
    architecture, weights, _ = ours(DEFAULT)
    (tmp_path / FRAMEWORKS[framework].file).write_text(script(framework, architecture, SMALL), "utf-8")
    shutil.copy(MNIST_FILE, tmp_path / "mnist.npz")
    status, said = run(framework)
    assert status == 0, said
    assert "Training on 300 images" in said
    assert re.search(r"Test images: loss \d\.\d{4}, accuracy \d+\.\d\d%", said)
    save_file(weights, tmp_path / "weights.safetensors")
    status, said = run(framework)
    assert status == 0, said
    known = evaluate(architecture, weights, mnist().test)
    assert "Weights of weights.safetensors" in said
    assert f"loss {known.loss:.4f}, accuracy {known.accuracy:.2%}" in said


def called(framework, folder, monkeypatch, *arguments):
    """The script run as a program in this process."""
    file = folder / FRAMEWORKS[framework].file
    file.write_text(script(framework, Architecture.parse("flatten-dense10"), SMALL), "utf-8")
    monkeypatch.setattr(sys, "argv", [str(file), *arguments])
    runpy.run_path(str(file), run_name="__main__")


@pytest.mark.parametrize("framework", RUNNING)
def test_train_trains_even_where_there_are_weights(framework, tmp_path, monkeypatch, capsys):
    shutil.copy(MNIST_FILE, tmp_path / "mnist.npz")
    (tmp_path / "weights.safetensors").write_bytes(b"never read")
    called(framework, tmp_path, monkeypatch, "--train")
    assert "Training on 300 images" in capsys.readouterr().out


@pytest.mark.parametrize("framework", RUNNING)
def test_without_its_data_the_script_says_what_to_do(framework, tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"There is no .*mnist\.npz: get it at https://.* and put it there"):
        called(framework, tmp_path, monkeypatch)


@pytest.mark.parametrize("framework", RUNNING)
def test_without_its_data_a_notebook_is_told_where_they_belong(framework, load, tmp_path, monkeypatch):
    names = load(framework, Architecture.parse(DEFAULT))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=re.escape(f"There is no {tmp_path / 'mnist.npz'}: get it at https:")):
        names["load_data"]()


def test_the_digits_come_from_keras_as_well(load, monkeypatch):
    names = load("keras", Architecture.parse(DEFAULT), TrainConfig(train_images=500))
    data = mnist()
    arrays = [(split.images[..., 0], split.labels) for split in (data.train, data.test)]
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: arrays)
    names["load_data"].__globals__["DATA"] = "keras"
    (images, labels), (test_images, test_labels) = names["load_data"]()
    np.testing.assert_array_equal(images, data.train.images[:500])
    np.testing.assert_array_equal(labels, data.train.labels[:500])
    np.testing.assert_array_equal(test_images, data.test.images)
    np.testing.assert_array_equal(test_labels, data.test.labels)


@pytest.mark.parametrize("backend", installed({"numpy": "numpy", "pytorch": "torch"}).values())
def test_keras_computes_the_same_with_another_backend(backend, run, tmp_path, digits):
    architecture, weights, made = ours("conv3k3x2s2x1d1x3same-relu-mean3s2same-min2s1p1-max3s2same-flatten-dense10")
    save_file(weights, tmp_path / "weights.safetensors")
    np.save(tmp_path / "digits.npy", digits)
    (tmp_path / "network.py").write_text(script("keras", architecture, SMALL), "utf-8")
    (tmp_path / FRAMEWORKS["keras"].file).write_text(
        "import numpy as np, network as n\n"
        "from pathlib import Path\n"
        "here, model = Path(__file__).parent, n.build_model()\n"
        "n.load_weights(model, here / 'weights.safetensors')\n"
        "np.save(here / 'logits.npy', n.scores(model, np.load(here / 'digits.npy')))\n"
        "print(n.keras.backend.backend())\n"
    )
    status, said = run("keras", KERAS_BACKEND=backend)
    assert (status, said.split()[-1]) == (0, backend), said
    np.testing.assert_allclose(np.load(tmp_path / "logits.npy"), made["dense1"], atol=1e-4)


BETAS = [{"beta1": 0.7}, {"beta2": 0.9}, {"beta1": 0.123456789, "beta2": 1e-5}]
CONFIGS = [
    TrainConfig(optimizer=o, schedule=s, **betas) for o in OPTIMIZERS for s in SCHEDULES for betas in ({}, *BETAS)
]
LONG = [
    "conv100k19x18s31x32d8x7p64.63-gelu-conv60k31x32s31x32p20.21-mean32x31s31x32p15.16-flatten-dense1000-dense10",
    "-".join(["relu"] * 38 + ["flatten", "dense10"]),
    *(f"conv3k3-{pool}32x31s31x32p15.16-flatten-dense10" for pool in POOLS),
]


@pytest.fixture(scope="module")
def all_scripts(tmp_path_factory):
    """The scripts of all networks and all settings, and the pieces for notebooks, as files: {file: framework}."""
    folder = tmp_path_factory.mktemp("scripts")
    cases = [*((text, SMALL) for text in [*NETWORKS, *LONG]), *((DEFAULT, config) for config in CONFIGS)]
    files = {}
    for framework, row in FRAMEWORKS.items():
        for number, (text, config) in enumerate(cases):
            file = folder / f"{framework}_{number}.py"
            file.write_text(script(framework, Architecture.parse(text), config), "utf-8")
            files[file] = framework
        file = folder / f"{framework}_inside.py"
        pieces = row.parts(Architecture.parse(DEFAULT), SMALL)
        file.write_text(f"{pieces.imports}\n\n{pieces.inside}", "utf-8")
    return files


def ruff(folder, *arguments):
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--line-length", "100", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scripts_are_tidy(all_scripts):
    folder = next(iter(all_scripts)).parent
    ruff(folder, "format", "--check")
    rules = "E,W,F,I,B,C4,UP,RET,SIM"
    # E402: Keras has to be told its backend before it is imported. B905: both sides come from one list.
    # B008: a Path is not changed. F401, F821: the notebook's pieces lean on those before.
    ruff(
        folder,
        "check",
        "--select",
        rules,
        "--ignore",
        "E402,B905,B008",
        "--per-file-ignores",
        "*_inside.py:F401,*_inside.py:F821",
    )


def test_the_scripts_import_what_is_to_be_installed_and_nothing_else(all_scripts):
    for file, framework in all_scripts.items():
        found = set()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
        packages = {Requirement(line).name for line in requirements(framework).splitlines()}
        computing = {"keras": {"jax"}}.get(framework, set())  # what Keras computes with
        assert found - set(sys.stdlib_module_names) | computing == packages


@pytest.mark.parametrize("framework", RUNNING)
def test_the_versions_asked_for_are_those_tested(framework):
    app = (Path(cnnplay.__file__).parents[1] / "requirements.txt").read_text("utf-8")
    known = {r.name: r for r in map(Requirement, re.findall(r"^[^#\s]+", app, re.MULTILINE))}
    for line in requirements(framework).splitlines():
        asked = Requirement(line)
        assert asked.specifier.contains(version(asked.name)), line
        assert asked == known.get(asked.name, asked)  # where the app needs it too


def words(source):
    """All names and texts of a program but for its first words, numbers in them made alike."""
    tree = ast.parse(source)
    assert isinstance(tree.body[0], ast.Expr)  # the first words
    for node in ast.walk(ast.Module(tree.body[1:], [])):
        for field, value in ast.iter_fields(node):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    yield field, re.sub(r"\d+", "0", text)


@pytest.fixture(scope="module")
def vocabulary(all_scripts):
    return {word for file in all_scripts for word in words(file.read_text("utf-8"))}


def assert_known_words_only(framework, architecture, config, vocabulary):
    source = script(framework, architecture, config)
    assert set(words(source)) <= vocabulary
    first = ast.get_docstring(ast.parse(source))
    assert "".join(first.split()).count(str(architecture)) == 1


layer_texts = st.sampled_from([layer for text in NETWORKS for layer in text.split("-")])
networks = st.lists(layer_texts, max_size=6).map(lambda layers: "-".join([*layers, "flatten", "dense10"]))
configs = st.builds(
    TrainConfig,
    optimizer=st.sampled_from(list(OPTIMIZERS)),
    learning_rate=st.floats(1e-5, 10) | st.integers(1, 10) | st.floats(1e-5, 10).map(np.float64),
    batch_size=st.integers(8, 512) | st.integers(8, 512).map(np.int64),
    epochs=st.integers(1, 50),
    seed=st.integers(0, 2**31 - 1),
    train_images=st.integers(100, 60_000),
    schedule=st.sampled_from(list(SCHEDULES)),
    beta1=st.just(0.9) | st.floats(0, 0.99) | st.just(0) | st.floats(0, 0.99).map(np.float64),
    beta2=st.just(0.999) | st.floats(0, 0.9999),
)


@settings(deadline=None, max_examples=150)
@given(text=networks | st.text(max_size=60), config=configs, framework=st.sampled_from(list(FRAMEWORKS)))
def test_networks_differ_in_numbers_and_known_words_alone(text, config, framework, vocabulary):
    try:
        architecture = Architecture.parse(text)
        architecture.require_classes()
    except PlaygroundError:
        return
    assert_known_words_only(framework, architecture, config, vocabulary)


@settings(deadline=None, max_examples=50)
@given(config=configs, framework=st.sampled_from(list(FRAMEWORKS)))
def test_the_settings_are_those_of_the_run(config, framework):
    names = {}
    exec(FRAMEWORKS[framework].parts(Architecture.parse(DEFAULT), config).settings, names)
    assert names["LEARNING_RATE"] == config.learning_rate
    assert names["SEED"] == config.seed
    assert names["TRAIN_IMAGES"] == config.train_images
    assert names["EPOCHS"] == config.epochs
    assert names["BATCH_SIZE"] == config.batch_size


def changed(layer, **values):
    """A layer with values that its own checks would not let through."""
    for name, value in values.items():
        object.__setattr__(layer, name, value)
    return layer


TRICK = "1); import os; os.abort("


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(
    "layers",
    [
        (Activation(TRICK), Flatten(), Dense(10)),
        (Activation('relu")\nimport os'), Flatten(), Dense(10)),
        (Activation("softmax"), Flatten(), Dense(10)),
        (changed(Dropout(5), percent=TRICK), Flatten(), Dense(10)),
        (changed(Dropout(5), percent=5.5), Flatten(), Dense(10)),
        (Flatten(), changed(Dense(10), units=True), Dense(10)),
        (changed(Pooling("max", (2, 2)), pool="__import__"), Flatten(), Dense(10)),
        (Convolution(3, (3, 3), padding=("same", 0)), Flatten(), Dense(10)),
        (*[Activation("relu")] * 100, Flatten(), Dense(10)),
    ],
)
def test_what_no_text_says_gets_no_code(framework, layers):
    architecture = Architecture.parse(DEFAULT)
    object.__setattr__(architecture, "layers", layers)
    with pytest.raises(PlaygroundError):
        script(framework, architecture, SMALL)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_code_is_for_ten_digits_on_images_of_mnist(framework):
    with pytest.raises(ShapeError, match="dense10"):
        script(framework, Architecture.parse("flatten-dense9"), SMALL)
    with pytest.raises(PlaygroundError, match="28 × 28 × 1"):
        script(framework, Architecture.parse(DEFAULT, (28, 28, 3)), SMALL)


@pytest.mark.parametrize("call", [lambda name: script(name, Architecture.parse(DEFAULT), SMALL), requirements])
def test_an_unknown_framework_is_refused_with_those_there_are(call):
    with pytest.raises(PlaygroundError, match="keras, pytorch, flax") as caught:
        call("theano" * 100)
    assert len(str(caught.value)) < 120
    assert {remedy.change["framework"] for remedy in caught.value.remedies} == set(FRAMEWORKS)


def test_simple_networks_have_simple_code():
    lenet = Architecture.parse("conv6k5p2-relu-max2-conv16k3same-mean2-flatten-dense10")
    keras_code, torch_code, flax_code = (FRAMEWORKS[name].parts(lenet, SMALL).model for name in FRAMEWORKS)
    assert "class " not in keras_code
    assert re.findall(r"class (\w+)", flax_code) == ["Network"]
    assert re.findall(r"class (\w+)", torch_code) == ["FlattenPixels"]
    assert 'layers.Conv2D(16, 3, padding="same", name="conv2")' in keras_code
    assert "nn.Conv2d(1, 6, 5, padding=2)" in torch_code
    assert "nn.Conv2d(6, 16, 3, padding=1)" in torch_code
    assert 'self.conv2 = nnx.Conv(6, 16, (3, 3), padding="SAME", kernel_init=glorot, rngs=rngs)' in flax_code
    assert 'maps["max1"] = nnx.max_pool(maps["relu1"], (2, 2), strides=(2, 2))' in flax_code
    assert "#" not in torch_code


SAME = "odd pixel of padding comes at the end"
COMMENTS = [  # network, words of a comment, which line it stands before in each framework that needs it
    ("conv3k3-conv3k2same-conv3k4same", SAME, {"keras": "conv2", "pytorch": "conv2_padding", "flax": "conv2"}),
    ("conv3k2-max3s2same-conv3k3same", SAME, {}),  # 27 pixels take one on either side
    ("max3s2same-min3s2same", SAME, {"keras": "max1", "pytorch": "max1_padding", "flax": "max1"}),
    ("mean3s2same-relu", SAME, {"keras": "mean1", "pytorch": "mean1", "flax": "mean1"}),
    ("conv3k3same-relu-max2same", SAME, {}),
    ("conv3k3p0.1-conv3k3p0.1", SAME, {}),
    ("relu-conv3k3p0.1", "(left, right, top, bottom)", {"pytorch": "conv1_padding"}),
    ("relu-conv3k3p0.1", "((top, bottom), (left, right))", {"keras": "conv1_padding"}),
    ("max2p0.1-max2p0.1", "inf is never the max", {"keras": "max1_padding", "pytorch": "max1_padding"}),
    ("min3s2p2", "inf is never the min", {"keras": "min1_padding", "pytorch": "min1_padding"}),
    ("min3s2p1", "inf is never the min", {"keras": "min1_padding"}),
    ("relu-dropout5-dropout20", "model.fit", {"keras": "dropout1"}),
    ("relu-dropout5-dropout20", "model.eval()", {"pytorch": "dropout1", "flax": "dropout1"}),
    ("relu-dropout5-dropout20", "rngs", {"flax": "dropout1"}),
    ("conv3k5-batchnorm-relu", "running averages", dict.fromkeys(FRAMEWORKS, "batchnorm1")),
    ("conv3k5-batchnorm-relu", "1 - Keras's", {"pytorch": "batchnorm1"}),
    ("conv3k5-relu-max2", "ropout", {}),
]


@pytest.mark.parametrize(("layers", "words", "where"), COMMENTS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_differs_is_said_once_where_a_network_needs_it(framework, layers, words, where):
    code = FRAMEWORKS[framework].parts(Architecture.parse(f"{layers}-flatten-dense10"), SMALL).model
    lines = code.splitlines()
    said = [number for number, line in enumerate(lines) if line.strip().startswith("#") and words in line]
    assert len(said) == (framework in where)
    for number in said:
        begins = next(n for n, line in enumerate(lines) if n > number and not line.strip().startswith("#"))
        ends = next(n for n in range(begins, len(lines)) if lines[n].endswith(("),", ")")))  # a long call has several
        assert re.search(rf"\b{where[framework]}\b", "".join(lines[begins : ends + 1]))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_name_is_hidden_by_another(framework):
    tree = ast.parse(script(framework, Architecture.parse(DEFAULT), SMALL))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    taken = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    taken |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert "train" in functions
    assert not functions & taken
