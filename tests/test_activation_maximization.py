"""Activation maximization: the score rises, the image stays an image, and the same seed gives the same one."""

import numpy as np
import pytest

from cnnplay.errors import PlaygroundError, ShapeError
from cnnplay.inspection import activation_maximization
from cnnplay.inspection.activation_maximization import maximize
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer
from tests.oracles import numpy_activations


@pytest.fixture(scope="module")
def trained(small):
    architecture = Architecture.parse(PRESETS["fast99"].net)
    trainer = Trainer(architecture, TrainConfig(epochs=1, learning_rate=3e-3), small)
    trainer.advance(trainer.total_steps)
    assert trainer.history.best.test.accuracy > 0.75
    return architecture, trainer.weights()


def assert_is_a_way_up(result):
    assert result.frames.shape == (activation_maximization.FRAMES + 1, 28, 28)
    assert result.scores.shape == (activation_maximization.FRAMES + 1,)
    assert result.frames.min() >= 0 and result.frames.max() <= 1
    assert result.scores[-1] > result.scores[0]


@pytest.mark.parametrize("target", range(10))
def test_the_score_of_each_class_rises(trained, target):
    architecture, weights = trained
    result = maximize(architecture, weights, target)
    assert_is_a_way_up(result)
    scores = numpy_activations(architecture, weights, result.frames[[0, 7, -1], ..., None])["dense1"]
    np.testing.assert_allclose(result.scores[[0, 7, -1]], scores[:, target], atol=1e-3)
    assert scores[-1].argmax() == target  # the network takes it for what it was asked for
    assert scores[-1, target] > scores[0, target] + 3


@pytest.mark.parametrize("target", range(0, 10, 3))
def test_the_score_of_an_untrained_network_rises_as_well(target):
    architecture = Architecture.parse("conv4k3s2same-tanh-mean2-flatten-dense10")
    assert_is_a_way_up(maximize(architecture, initial_weights(architecture, 1), target))


@pytest.mark.parametrize("goal", [("conv1", 0), ("conv1", 7), ("conv2", 0), ("conv2", 23)])
def test_the_activation_of_a_filter_rises(trained, goal):
    architecture, weights = trained
    result = maximize(architecture, weights, goal)
    assert_is_a_way_up(result)
    maps = numpy_activations(architecture, weights, result.frames[[0, -1], ..., None])[goal[0]][..., goal[1]]
    np.testing.assert_allclose(result.scores[[0, -1]], np.log1p(np.exp(10 * maps)).mean((1, 2)) / 10, atol=1e-4)
    assert np.maximum(maps[1], 0).mean() > np.maximum(maps[0], 0).mean()


def test_a_silent_filter_becomes_active():
    architecture = Architecture.parse("conv1k3-relu-flatten-dense10")
    weights = initial_weights(architecture)
    edge = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], np.float32)[..., None, None]
    weights |= {"conv1/kernel": edge, "conv1/bias": np.array([-0.5], np.float32)}
    result = maximize(architecture, weights, ("conv1", 0))
    first, last = numpy_activations(architecture, weights, result.frames[[0, -1], ..., None])["relu1"]
    assert first.max() == 0
    assert last.max() > 1


def test_the_same_seed_gives_the_same_image(trained):
    architecture, weights = trained
    one, again, other = (maximize(architecture, weights, 3, seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.frames, again.frames)
    assert np.abs(one.frames[0] - other.frames[0]).max() > 0.01


def test_more_steps_continue_the_same_ascent(trained):
    """The steps do not depend on where the frames are taken: 20 steps are the first third of 60."""
    architecture, weights = trained
    short, long = (maximize(architecture, weights, 3, steps=steps) for steps in (20, 60))
    np.testing.assert_allclose(short.frames[::3], long.frames[:7], atol=2e-2)
    np.testing.assert_array_equal(maximize(architecture, weights, 3, steps=41).frames, long.frames)


def test_an_image_without_a_gradient_fades():
    architecture = Architecture.parse("flatten-dense10")
    weights = {name: np.zeros_like(array) for name, array in initial_weights(architecture).items()}
    result = maximize(architecture, weights, 0, steps=20, decay=0.1, blur=0)
    faded = result.frames[0] * 0.9 ** np.arange(21)[:, None, None]
    np.testing.assert_allclose(result.frames, faded, rtol=1e-5)


def test_blurring_keeps_an_even_image_and_spreads_a_dot():
    even, dot = np.ones((1, 28, 28, 1), np.float32), np.zeros((1, 28, 28, 1), np.float32)
    dot[0, 14, 14] = 1
    np.testing.assert_allclose(activation_maximization._blurred(even, 1.5), even, rtol=1e-5)
    spread = np.asarray(activation_maximization._blurred(dot, 1.5))[0, ..., 0]
    far = np.hypot(*np.indices((28, 28)) - 14)
    np.testing.assert_allclose(spread, np.exp(-(far**2) / 4.5) / (2 * np.pi * 2.25), atol=1e-5)


@pytest.mark.parametrize(
    ("goal", "settings", "error", "says"),
    [
        (10, {}, PlaygroundError, "go from 0 to 9"),
        (("conv1", 8), {}, ShapeError, "filters of conv1 go from 0 to 7"),
        (("conv3", 0), {}, ShapeError, "its convolutions are conv1, conv2"),
        (0, {"steps": 0}, PlaygroundError, "1 to 1000 steps"),
        (0, {"decay": 1.0}, PlaygroundError, "a decay from 0"),
        (0, {"rate": 0.0}, PlaygroundError, "a rate above 0"),
    ],
)
def test_an_unknown_goal_or_setting_is_refused(goal, settings, error, says):
    architecture = Architecture.parse(PRESETS["fast99"].net)
    with pytest.raises(error, match=says):
        maximize(architecture, initial_weights(architecture), goal, **settings)
