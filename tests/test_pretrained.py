"""The trained networks that come with cnnplay are what their files say."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnnplay.data.datasets import MNIST, mnist
from cnnplay.export.pretrained import MOST_ROWS, PRETRAINED, file_of, pretrained, shortened
from cnnplay.export.saved_run import load, read_parts, save
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import Evaluation, History
from cnnplay.training.trainer import evaluate

VERSION_1 = Path(__file__).parent / "data" / "version_1.safetensors"
LEAST = {"notebook": 0.965, "fast99": 0.99}  # of the test images


@pytest.fixture(scope="module", params=PRETRAINED)
def name(request):
    return request.param


def test_the_files_are_small():
    assert sum(file_of(name).stat().st_size for name in PRETRAINED) < 100_000


def test_a_file_is_a_run_of_its_preset_to_the_end(name):
    data, preset = file_of(name).read_bytes(), PRESETS[name]
    run = load(data)  # which checks all of it
    assert str(run.architecture) == preset.net
    assert run.config == TrainConfig(**preset.settings, seed=0)
    assert run.epoch == len(run.history.epochs) == run.config.epochs
    assert run.history.steps == run.config.epochs * run.config.steps_per_epoch(60_000)
    assert data == save(run)
    assert (run.data, run.config.dataset) == (MNIST, "mnist")


def test_a_file_of_version_1_which_names_no_dataset_still_opens():
    """It is the notebook's network, as it first came with cnnplay."""
    data = VERSION_1.read_bytes()
    about = json.loads(json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]["cnnplay"])
    assert about["version"] == 1 and "data" not in about and "dataset" not in about["settings"]
    parts = read_parts(data)
    assert parts.config == pretrained("notebook").config
    assert evaluate(parts.architecture, parts.weights, mnist().test).accuracy >= LEAST["notebook"]
    assert (parts.title, parts.classes, parts.input_shape) == (MNIST.title, tuple("0123456789"), (28, 28, 1))


def test_it_reads_as_many_test_images_as_its_history_says(name):
    parts = pretrained(name)
    found = evaluate(parts.architecture, parts.weights, mnist().test)
    assert found.confusion.sum() == 10_000
    assert found.accuracy == pytest.approx(parts.history.epochs[-1].test.accuracy, abs=2e-4)  # another processor
    assert found.accuracy >= LEAST[name]


def test_its_weights_cannot_be_changed_by_who_gets_them(name):
    assert pretrained(name) is pretrained(name)
    assert not [array for array in pretrained(name).weights.values() if array.flags.writeable]


def test_a_history_is_shortened_to_means_and_keeps_its_epochs():
    history = History(5000)
    values = np.random.default_rng(0).random((3, 5000), np.float32)
    for start in (0, 2500):
        history.extend(*values[:, start : start + 2500])
        history.end_epoch(2500, Evaluation(0.1, 1.0, np.eye(10, dtype=np.int64)))
    short = shortened(history)
    every = short.record.every
    assert len(short.loss) <= MOST_ROWS + 1
    assert short.steps == 5000 and short.epochs == history.epochs
    np.testing.assert_allclose(short.loss[0], values[0, :every].mean(), rtol=1e-5)
    np.testing.assert_allclose(short.accuracy[-1], values[1, every * (len(short.loss) - 1) :].mean(), rtol=1e-5)
