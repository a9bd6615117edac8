"""A link holds the whole choice, and whatever a link holds, the app opens."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnplay.bounds import bounds
from cnnplay.link import PARAMETERS, from_parameters, to_parameters
from cnnplay.network.parsing import DEFAULT, read_layers
from cnnplay.training.config import OPTIMIZERS, SCHEDULES, TrainConfig
from tests.oracles import random_networks


def random_config(seed):
    generator = np.random.default_rng(seed)
    chosen = {"optimizer": str(generator.choice(list(OPTIMIZERS))), "schedule": str(generator.choice(list(SCHEDULES)))}
    for name in ("batch_size", "epochs", "seed", "train_images"):
        low, high = bounds(TrainConfig, name)
        chosen[name] = int(generator.integers(low, high + 1))
    for name in ("beta1", "beta2"):
        chosen[name] = float(generator.uniform(*bounds(TrainConfig, name)))
    low, high = np.log(bounds(TrainConfig, "learning_rate"))
    return TrainConfig(**chosen, learning_rate=float(np.exp(generator.uniform(low, high))))


@pytest.mark.parametrize(("seed", "net"), list(enumerate(random_networks(40, seed=3))))
def test_a_link_opens_the_choice_it_was_made_of(seed, net):
    config = random_config(seed)
    parameters = to_parameters(net, config)
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in parameters.items())
    opened, same, problems = from_parameters(parameters)
    assert (read_layers(opened), same, problems) == (read_layers(net), config, [])


def test_usual_settings_are_left_out_of_the_link():
    assert to_parameters(DEFAULT, TrainConfig()) == {"net": DEFAULT}
    assert to_parameters(DEFAULT, TrainConfig(epochs=3, learning_rate=0.02)) == {
        "net": DEFAULT,
        "rate": "0.02",
        "epochs": "3",
    }


def test_the_decay_rates_of_adam_are_kept_in_the_link():
    config = TrainConfig(beta1=0.7, beta2=0.0)
    assert to_parameters(DEFAULT, config) == {"net": DEFAULT, "beta1": "0.7", "beta2": "0"}
    assert from_parameters({"beta1": "0.7", "beta2": "0"}) == (DEFAULT, config, [])


def test_every_setting_has_its_parameter():
    assert {name for name, _ in PARAMETERS.values()} == {entry.name for entry in fields(TrainConfig)}


def test_an_empty_link_is_the_notebooks_choice():
    assert from_parameters({}) == (DEFAULT, TrainConfig(), [])


def test_a_network_that_can_be_read_but_does_not_fit_is_kept_for_the_page_to_fix():
    assert from_parameters({"net": "max32-max32"}) == ("max32-max32", TrainConfig(), [])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("net", ""),
        ("net", "hello"),
        ("net", "relu-" * 500),
        ("net", "-".join(["dens10"] * 40)),
        ("net", "dense99999999"),
        ("optimizer", "sophia"),
        ("optimizer", ""),
        ("schedule", "warm"),
        ("rate", "fast"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("rate", "-0.1"),
        ("rate", "1e999"),
        ("rate", "9" * 5000),
        ("batch", "7"),
        ("batch", "32.5"),
        ("batch", ""),
        ("epochs", "0"),
        ("epochs", "9" * 400),
        ("epochs", "9" * 5000),
        ("seed", "-1"),
        ("seed", "2147483648"),
        ("beta1", "1"),
        ("beta1", "-0.1"),
        ("beta1", "nan"),
        ("beta1", ""),
        ("beta1", "0.9,0.999"),
        ("beta2", "0.99999"),
        ("beta2", "1e999"),
        ("beta2", "9" * 5000),
        ("images", "60001"),
        ("images", "0x99"),
    ],
    ids=lambda text: text[:20],
)
def test_what_cannot_be_used_is_the_default_and_is_said(key, value):
    net, config, problems = from_parameters({key: value})
    assert (net, config) == (DEFAULT, TrainConfig())
    assert len(problems) == 1
    assert ("network" if key == "net" else key) in problems[0]
    assert len(problems[0]) < 1500


def test_one_bad_parameter_leaves_the_others_alone():
    net, config, problems = from_parameters({"net": "flatten-dense10", "epochs": "many", "batch": "64", "x": "y"})
    assert (net, config) == ("flatten-dense10", TrainConfig(batch_size=64))
    assert len(problems) == 1


ANYTHING = st.one_of(st.text(max_size=30), st.integers().map(str), st.floats().map(str))


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(["net", *PARAMETERS]), ANYTHING))
def test_any_link_opens(parameters):
    net, config, problems = from_parameters(parameters)
    read_layers(net)
    assert isinstance(config, TrainConfig)
    assert len(problems) <= len(parameters)
    # What was opened can be linked to, and that link says the same without complaint.
    assert from_parameters(to_parameters(net, config)) == (net, config, [])
