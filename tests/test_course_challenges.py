"""The challenges: their ladders can be climbed, and their rules hold."""

import subprocess
import sys

import numpy as np
import pytest

from cnnplay.course.answers import Trained
from cnnplay.course.challenges import CHALLENGES, flipped, grade, places_of
from cnnplay.data.datasets import brightness, mnist
from cnnplay.errors import PlaygroundError
from cnnplay.labs.kernels import KERNELS
from cnnplay.network.architecture import Architecture
from cnnplay.state import labs
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import Evaluation, History

VIEW = "conv8k3same-relu-max2-conv8k3same-relu-max2-conv8k3same-relu-max2"
SMALL = "conv4k3-relu-max2-conv6k3-relu-max2-conv8k3-relu-flatten-dense10"


def step_edge(size):
    half = size // 2
    return np.tile(np.array([1.0] * half + [0.0] * (size % 2) + [-1.0] * half), (size, 1))


def run(net, accuracies, images=60_000):
    network, history = Architecture.parse(net), History(10 * len(accuracies))
    for accuracy in accuracies:
        history.extend(*(np.zeros(10) for _ in range(3)))
        history.end_epoch(10, Evaluation(0.1, accuracy, np.zeros((10, 10), int)))
    newest = history.epochs[-1].test if accuracies else None
    return Trained(network, TrainConfig(epochs=50, train_images=images), history, newest)


REACHED = [
    ("widest-view", "conv8k3-relu-max2-conv8k5-relu-max2-globalmean-dense10", "bronze", 14),
    ("widest-view", f"{VIEW}-flatten-dense10", "silver", 22),
    ("widest-view", f"{VIEW}-conv8k3same-relu-globalmean-dense10", "gold", 28),
    ("edge-under-noise", KERNELS["vertical-edge"].array, "bronze", None),
    ("edge-under-noise", step_edge(5), "silver", None),
    ("edge-under-noise", step_edge(7), "gold", None),
    ("five-pixels", "14,14; 23,8; 3,18; 0,0; 0,1", "bronze", 5),
    ("five-pixels", [(14, 14), (23, 8), (3, 18), (0, 0)], "silver", 4),
    ("five-pixels", "14,14; 23,8; 3,18", "gold", 3),
    ("fewest-parameters", run("conv6k5-relu-max2-conv12k5-relu-max2-flatten-dense10", [0.97, 0.98]), "bronze", 3898),
    ("fewest-parameters", run(SMALL, [0.985]), "silver", 1432),
    ("soonest-99", run(SMALL, [0.97] * 4 + [0.99, 0.98]), "bronze", 300_000),
    ("soonest-99", run(SMALL, [0.97] * 3 + [0.992]), "silver", 240_000),
    ("soonest-99", run(SMALL, [0.97, 0.9901]), "gold", 120_000),
]


@pytest.mark.parametrize(("id", "answer", "medal", "score"), REACHED)
def test_a_medal_is_reached(id, answer, medal, score):
    found = grade(CHALLENGES[id], answer)
    assert found.medal == medal, found
    assert score is None or found.score == score
    assert f"That is {medal}." in found.sentence


@pytest.mark.parametrize("challenge", CHALLENGES.values(), ids=CHALLENGES)
def test_the_ladder_goes_one_way(challenge):
    ladder = [challenge.bronze, challenge.silver, challenge.gold]
    assert ladder == sorted(ladder, reverse=challenge.better == "less") and len(set(ladder)) == 3
    for medal, needed in zip(("bronze", "silver", "gold"), ladder, strict=True):
        assert challenge.reaches(needed, medal)


BROKEN = [
    ("widest-view", "conv8k3-relu-flatten-dense10", "parameters"),
    ("widest-view", "conv4k3-relu-globalmean-dense10", "8 filters"),
    ("widest-view", "conv8k3d2-relu-globalmean-dense10", "Dilation"),
    ("widest-view", "conv8k3-relu-max3-globalmean-dense10", "2×2"),
    ("widest-view", "max2-max2-globalmean-dense10", "more poolings"),
    ("widest-view", "conv8k3-relu-globalmean-dense9", "10 scores"),
    ("widest-view", "conv", "not a layer"),
    ("edge-under-noise", np.zeros((3, 3)), "All its weights are 0"),
    ("edge-under-noise", None, "list"),
    ("edge-under-noise", np.ones((3, 3, 3)), "grey"),
    ("five-pixels", "1,1; 2,2; 3,3; 4,4; 5,5; 6,6", "at most 5"),
    ("five-pixels", "28,1", "Row 28 is outside: rows and columns go from 0 to 27."),
    ("five-pixels", "3,4; 2,300", "Column 300 is outside"),
    ("five-pixels", "", "from 0 to 27"),
    ("five-pixels", [], "from 0 to 27"),
    ("five-pixels", "0,0", "still reads 7"),
    ("fewest-parameters", None, "No run"),
    ("fewest-parameters", run(SMALL, []), "getting ready"),
    ("fewest-parameters", run(SMALL, [0.99, 0.97]), "97.00 %"),
    ("soonest-99", run(SMALL, [0.98]), "98.00 %"),
]


@pytest.mark.parametrize(("id", "answer", "why"), BROKEN)
def test_a_rule_that_is_broken_is_named(id, answer, why):
    found = grade(CHALLENGES[id], answer)
    assert found.score is None and found.medal is None and why in found.sentence, found


def test_sobel_is_the_measure_and_blur_is_worse():
    assert grade(CHALLENGES["edge-under-noise"], KERNELS["sobel-x"].array).score == 1
    assert grade(CHALLENGES["edge-under-noise"], -KERNELS["sobel-x"].array).score == 1
    blurred = grade(CHALLENGES["edge-under-noise"], KERNELS["blur"].array)
    assert blurred.medal is None and "no medal" in blurred.sentence
    assert grade(CHALLENGES["edge-under-noise"], KERNELS["vertical-edge"].array[..., None]).medal == "bronze"


def test_only_the_named_pixels_are_turned():
    before = brightness(mnist().test.images[0])
    changed = np.argwhere(flipped(places_of("14,14; 23,8")) != before)[:, :2]
    assert changed.tolist() == [[14, 14], [23, 8]]


@pytest.mark.parametrize("challenge", CHALLENGES.values(), ids=CHALLENGES)
def test_the_start_can_be_opened_and_earns_no_gold(challenge):
    _, problems = labs.from_parameters(challenge.start.parameters)
    assert problems == []
    assert challenge.question.endswith(".")
    for answer in (None, "", "no answer", float("nan"), 10**40, object()):
        try:
            assert grade(challenge, answer).score is None
        except PlaygroundError:  # pragma: no cover
            pytest.fail("a grade raises nothing")


def test_jax_is_not_loaded_with_the_challenges():
    code = "import sys, cnnplay.course.challenges; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
