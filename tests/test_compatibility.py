"""A weights file and a link of an earlier version still open, as what they were.

tests/data/run.safetensors was saved by the code before the modules moved into packages, and run.json has what that code
measured. `small` is the dataset that the run was trained on.
"""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from cnnplay.export.saved_run import load
from cnnplay.link import from_parameters
from cnnplay.network.parsing import read_layers
from cnnplay.state import labs
from cnnplay.state.labs import NAMED, FilterOnImage, Invariance, PoolingByNumbers, PoolingOnMaps, Windows
from cnnplay.training.trainer import evaluate

DATA = Path(__file__).with_name("data")


@pytest.fixture(scope="module")
def run():
    return load((DATA / "run.safetensors").read_bytes())


@pytest.fixture(scope="module")
def measured():
    return json.loads((DATA / "run.json").read_text("utf-8"))


def test_an_old_weights_file_opens_and_evaluates_as_it_did(run, measured, small):
    evaluation = evaluate(run.architecture, run.weights, small.test)
    assert evaluation.accuracy == measured["accuracy"]
    assert evaluation.loss == pytest.approx(measured["loss"], rel=1e-5)
    np.testing.assert_array_equal(evaluation.confusion, measured["confusion"])


def test_an_old_weights_file_has_its_history(run, measured):
    assert (run.epoch, run.history.steps) == (measured["epoch"], measured["steps"])
    validation = run.history.epochs[run.epoch - 1].test
    assert (validation.loss, validation.accuracy) == (measured["loss"], measured["accuracy"])
    np.testing.assert_array_equal(validation.confusion, measured["confusion"])


def test_an_old_link_opens_the_network_and_the_settings_that_the_file_has(run, measured):
    net, config, problems = from_parameters(dict(parse_qsl(urlsplit(measured["link"]).query)))
    assert problems == []
    assert read_layers(net) == run.architecture.layers
    assert config == run.config


@pytest.mark.parametrize(
    ("link", "lab", "state"),
    [
        ("slide.stride=2", FilterOnImage, FilterOnImage(stride=2, follow=False)),
        ("slide.kernel=sobel-x", FilterOnImage, FilterOnImage(kernel=NAMED["sobel-x"], follow=False)),
        ("slide.follow=on", FilterOnImage, FilterOnImage()),
        ("slide.follow=on&slide.stride=2&slide.filter=3", FilterOnImage, FilterOnImage(stride=2, filter=3)),
        ("rows.kernel=5&windows.cell=2,1", Windows, Windows(cell=(2, 1), follow=False)),
        ("windows.apart=on&columns.stride=3", Windows, Windows(apart=True, follow=False)),
        ("windows.follow=on&rows.kernel=5", Windows, Windows()),
        ("numbers.kind=mean", PoolingByNumbers, PoolingByNumbers("mean", follow=False)),
        ("maps.size=3&maps.stride=1", PoolingOnMaps, PoolingOnMaps(size=3, stride=1, follow=False)),
        ("invariance.size=4", Invariance, Invariance(size=4, follow=False)),
    ],
)
def test_a_link_from_before_the_labs_followed_block_1_by_default_opens_as_it_was(link, lab, state):
    states, problems = labs.from_parameters(dict(parse_qsl(link)))
    assert problems == []
    assert states[lab] == state
