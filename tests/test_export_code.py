"""The generated scripts: the same numbers as ours in three frameworks, the same training, and nothing else."""

import ast
import os
import re
import runpy
import shutil
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest
import torch
from flax import nnx
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from safetensors.numpy import save_file

import cnnplay
from cnnplay.architecture import DEFAULT, PRESETS, Architecture
from cnnplay.data import MNIST_FILE, Dataset, Split, mnist
from cnnplay.errors import PlaygroundError, ShapeError, TextError
from cnnplay.export.code import FRAMEWORKS, requirements, script
from cnnplay.inspection import activations
from cnnplay.kinds import ACTIVATIONS, POOLS
from cnnplay.layers import Activation, Convolution, Dense, Dropout, Flatten, Pooling
from cnnplay.model import initial_weights
from cnnplay.settings import OPTIMIZERS, SCHEDULES, TrainConfig
from cnnplay.training import Trainer, evaluate
from tests.conftest import cut
from tests.oracles import random_networks

SMALL = TrainConfig(train_images=300, epochs=1, batch_size=100)

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
]


def fitting(texts):
    for text in texts:
        try:
            yield str(Architecture.parse(text))
        except ShapeError:
            continue


NETWORKS = [*(preset.net for preset in PRESETS.values()), *ODD, *list(fitting(random_networks(80, seed=7)))[:32]]


def sensible_weights(architecture):
    """Initial weights with biases that are not zero, so that the logits are of a usual size and each bias shows."""
    generator = np.random.default_rng(11)
    weights = initial_weights(architecture, 5)
    return {
        name: generator.normal(0, 0.3, w.shape).astype(np.float32) if name.endswith("bias") else w
        for name, w in weights.items()
    }


@pytest.fixture(scope="module", autouse=True)
def compiled_quickly():
    """Hundreds of small programs are compiled here and each is used once."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


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


# --- the same numbers ---


@lru_cache(4)
def ours(text):
    architecture = Architecture.parse(text)
    weights = sensible_weights(architecture)
    made = activations(architecture, weights, mnist().test.images[:100].astype(np.float32) / 255)
    made.pop("softmax")
    return architecture, weights, made


@pytest.mark.parametrize("framework", FRAMEWORKS)
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
    paddings = {type(layer.padding) for layer in layers if isinstance(layer, Convolution)}
    assert paddings == {str, int, tuple}
    assert any(max(layer.stride) > 1 and max(layer.dilation) > 1 for layer in layers if isinstance(layer, Convolution))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_loss_and_accuracy_are_those_of_the_playground(framework, weighted, small):
    architecture, weights, _ = ours(DEFAULT)
    names, model = weighted(framework, architecture, weights)
    loss, accuracy = names["evaluate"](model, small.test.images, small.test.labels)
    known = evaluate(architecture, weights, small.test)
    assert loss == pytest.approx(known.loss, abs=1e-4)
    assert accuracy == pytest.approx(known.accuracy)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("change", [{"dense1/bias": None}, {"conv1/kernel": np.zeros((2, 2, 1, 7), np.float32)}])
def test_the_weights_of_another_network_are_not_taken(framework, change, load, tmp_path):
    architecture, weights, _ = ours(DEFAULT)
    others = {name: w for name, w in {**weights, **change}.items() if w is not None}
    save_file(others, tmp_path / "weights.safetensors")
    names = load(framework, architecture)
    with pytest.raises((KeyError, ValueError, RuntimeError)):
        names["load_weights"](names["build_model"](), tmp_path / "weights.safetensors")


@pytest.mark.parametrize("framework", FRAMEWORKS)
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


def read_weights(model):
    """The weights of a model of any of the frameworks, with our names and our layout."""
    if isinstance(model, keras.Model):
        weighted = [layer for layer in model.layers if layer.weights]
        return {f"{layer.name}/{v.name}": np.asarray(v) for layer in weighted for v in layer.weights}
    if isinstance(model, nnx.Module):
        weighted = [(name, layer) for name, layer in model.layers() if isinstance(layer, nnx.Conv | nnx.Linear)]
        return {f"{n}/{kind}": np.array(getattr(layer, kind)) for n, layer in weighted for kind in ("kernel", "bias")}
    found = {}
    for name, value in model.state_dict().items():
        array = value.numpy().copy()
        layer, kind = name.split(".")
        array = array.transpose(2, 3, 1, 0) if array.ndim == 4 else array.T
        found[f"{layer}/{'kernel' if kind == 'weight' else kind}"] = array
    return found


# --- the same training ---


TRAINED = Architecture.parse("conv3k3-relu-max2-flatten-dense10")
ONE_BATCH = {"batch_size": 64, "epochs": 5}  # all images in each step, so that their order says nothing


def trained(weighted, framework, config, images=64):
    """(the script's weights, ours) after the same training from the same weights, and the script's history."""
    dataset = cut(mnist(), images, 64)
    names, model = weighted(framework, TRAINED, initial_weights(TRAINED, config.seed), config)
    history = names["train"](model, *((split.images, split.labels) for split in (dataset.train, dataset.test)))
    trainer = Trainer(TRAINED, config, dataset)
    trainer.advance(trainer.total_steps)
    return read_weights(model), trainer, history


def assert_same_weights(found, wanted, tolerance=1e-4):
    assert found.keys() == wanted.keys()
    for name, weights in wanted.items():
        np.testing.assert_allclose(found[name], weights, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_takes_the_steps_of_ours(framework, optimizer, weighted):
    config = TrainConfig(optimizer=optimizer, learning_rate=OPTIMIZERS[optimizer].usual_rate, **ONE_BATCH)
    found, trainer, history = trained(weighted, framework, config)
    moved = max(np.abs(found[name] - w).max() for name, w in trainer.epoch_weights[0].items())
    assert moved > 1e-3
    # PyTorch has no root over RMSprop's epsilon: what its script says, and what the next test holds.
    assert_same_weights(found, trainer.weights(), 2e-3 if (framework, optimizer) == ("pytorch", "rmsprop") else 1e-4)
    epochs = trainer.history.epochs
    assert history.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    np.testing.assert_allclose(history["val_loss"], [epoch.evaluation.loss for epoch in epochs], atol=1e-3)
    np.testing.assert_allclose(history["val_accuracy"], [epoch.evaluation.accuracy for epoch in epochs], atol=0.02)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_each_schedule_trains_as_ours(framework, schedule, weighted):
    config = TrainConfig(schedule=schedule, learning_rate=0.01, **ONE_BATCH)
    found, trainer, _ = trained(weighted, framework, config)
    assert_same_weights(found, trainer.weights())
