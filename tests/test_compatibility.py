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
