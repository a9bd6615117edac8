"""Why layers need a bend, what dropout does, and the gap of a network that overfits."""

from functools import cache
from typing import Any

import numpy as np

from ..network.parsing import DEFAULT
from ..ops.reference import conv2d
from ..training.config import TrainConfig
from ..training.history import Epoch, Evaluation
from .answers import Plan
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .pooling import GRADIENT
from .training import PAGE, last_epoch, run_of, tested


def _layers(numbers: Numbers, value: float, bend: bool) -> float:
    """Two layers of one number each, with ReLU between them or not."""
    for weight, bias in ((numbers["a"], numbers["b"]), (numbers["c"], numbers["d"])):
        made = conv2d(np.full((1, 1, 1, 1), float(value)), np.full((1, 1, 1, 1), float(weight))).item() + bias
        value = max(0.0, made) if bend and (weight, bias) == (numbers["a"], numbers["b"]) else made
    return value


def _two_layers(generator: np.random.Generator) -> dict[str, Any]:
    a, c = (int(generator.integers(2, 6)) for _ in range(2))
    b, d = (int(generator.integers(1, 10)) for _ in range(2))
    return {"a": a, "b": b, "c": c, "d": d, "x": int(generator.integers(3, 7))}


BEND_NONE = Exercise(
    id="overfitting-no-bend",
    concept="why ReLU",
    kind="predict",
    title="Two layers that are one",
    question="Two layers follow one another with nothing between them. The first makes y = {a}·x + {b} of its input x, "
    "the second z = {c}·y + {d} of y. One layer alone can do the same for every x: z = m·x + **n**. How large is "
    "**n**?",
    start=PAGE,
    draw=_two_layers,
    solution=lambda n: _layers(n, 0, bend=False),
    slips=(
        Slip(
            lambda n: n["b"] + n["d"],
            "You have added the two biases. The second layer multiplies the first bias, {b}, by {c} as well.",
        ),
        Slip(lambda n: n["a"] * n["c"], "That is m, the weight of x. The question is what stays when x is 0."),
        Slip(lambda n: n["b"] * n["c"], "You have forgotten the bias of the second layer: add {d}."),
        Slip(lambda n: n["d"], "You have forgotten the first bias. It passes through the second layer too."),
    ),
    hints=(
        "Put x = 0 into the first layer, and what comes out into the second.",
        "For x = 0 the first layer gives {b}.",
        "Calculate {c}·{b} + {d}.",
    ),
    explanation="z = {c}·({a}·x + {b}) + {d}, and so n = {c}·{b} + {d} = {answer:g}. Without something between them, "
    "two layers compute no more than one, and ten layers no more than one either.",
    needs=("training-step",),
)

BEND = Exercise(
    id="overfitting-bend",
    concept="why ReLU",
    kind="predict",
    title="The bend",
    question="**ReLU** stands between two layers: it turns everything below 0 into 0 and leaves the rest. The "
    "first layer makes y = {a}·x + {b}, ReLU follows, then z = {c}·y + {d}. What is z for **x = −{x}**?",
    start=PAGE,
    draw=_two_layers,
    solution=lambda n: _layers(n, -n["x"], bend=True),
    slips=(
        Slip(
            lambda n: _layers(n, -n["x"], bend=False),
            "You have left out ReLU. The first layer gives a number below 0, which becomes 0.",
        ),
        Slip(lambda n: 0, "ReLU makes y equal to 0, but the second layer still adds its bias, {d}."),
        Slip(
            lambda n: 2 * n["d"] - _layers(n, -n["x"], bend=False),
            "You have dropped the minus sign of y. ReLU turns a number below 0 into 0, not into a positive one.",
        ),
        Slip(lambda n: _layers(n, n["x"], bend=True), "You have put in x = {x}. Here x is −{x}."),
    ),
    hints=(
        "What does the first layer make of −{x}, and what does ReLU make of that?",
        "{a}·(−{x}) + {b} is below 0, so y becomes 0.",
        "Put y = 0 into the second layer: {c}·0 + {d}.",
    ),
    explanation="{a}·(−{x}) + {b} is below 0, ReLU makes it 0, and {c}·0 + {d} = {answer:g}. For every x far enough "
    "below 0 the result is the same, and above it grows: a line with a bend, which no single layer can draw. Out of "
    "many bends a network makes any shape.",
    needs=("overfitting-no-bend",),
)


@cache
def _kept(percent: int, value: float) -> float:
    """What dropout makes in training of a value that it does not set to 0, by the layer that trains."""
    import jax
    from flax import nnx

    dropped = nnx.Dropout(percent / 100)(np.full(200, value, np.float32), deterministic=False, rngs=jax.random.key(0))
    return round(float(dropped.max()), 4)


DROPOUT = Exercise(
    id="overfitting-dropout",
    concept="dropout",
    kind="predict",
    title="What dropout does to the others",
    question="**Dropout** sets {percent} % of the values to 0 in each step of training, chosen at random, so that the "
    "network cannot rely on a single one. The others are scaled up, so that the sum stays the same on average. A value "
    "is **{value}**, and it is *not* dropped. What does it become?",
    start=PAGE,
    draw=lambda generator: {
        "percent": (percent := int(generator.choice([20, 50, 75]))),
        "keeps": 100 - percent,
        "value": int(generator.integers(1, 5)) * {20: 4, 50: 2, 75: 1}[percent],
    },
    solution=lambda n: _kept(n["percent"], n["value"]),
    slips=(
        Slip(
            lambda n: n["value"],
            "It would stay {value} when the network is tested. In training it has to make up for those that are "
            "dropped.",
        ),
        Slip(
            lambda n: n["value"] * n["keeps"] / 100,
            "That makes it smaller. The sum has lost {percent} % of its values, so the others have to grow.",
        ),
        Slip(
            lambda n: n["value"] * (1 + n["percent"] / 100),
            "You have added {percent} % of the value. But only {keeps} % of the values are left: divide by that share.",
        ),
    ),
    hints=(
        "Which share of the values is left? By how much must each grow so that the sum stays the same?",
        "{keeps} % of the values are left.",
        "Divide {value} by {keeps} / 100.",
    ),
    explanation="{value} / ({keeps} / 100) = {answer:g}. In each step other values are dropped. At test time none is, "
    "and nothing is scaled.",
    needs=("training-batches",),
)

NOTHING = "nothing: it lets all values through"
DROPOUT_TEST = Exercise(
    id="overfitting-dropout-test",
    concept="dropout",
    kind="predict",
    title="Dropout in the test",
    question="A network has dropout with {percent} % before its dense layer. Training is over, and it reads the test "
    "images. What does dropout do now?",
    start=Start("training", {"net": "conv6k2-relu-max2-flatten-dropout{percent}-dense10"}),
    given="choice",
    draw=lambda generator: {"percent": int(generator.choice([20, 25, 40, 50]))},
    options=lambda n: (
        "it drops {percent} % of the values, others for each image".format_map(n),
        "it drops the same {percent} % of the values for all images".format_map(n),
        NOTHING,
        "it scales all values down by {percent} %".format_map(n),
    ),
    solution=lambda n: NOTHING,
    slips=(
        Slip(
            lambda n: "it drops {percent} % of the values, others for each image".format_map(n),
            "Then the same image would be read differently each time. Chance is for training; a test is to be repeated "
            "with the same result.",
        ),
        Slip(
            lambda n: "it drops the same {percent} % of the values for all images".format_map(n),
            "Then these values would be useless for good. Dropout makes the network learn with all of them, so all are "
            "used in the test.",
        ),
        Slip(
            lambda n: "it scales all values down by {percent} %".format_map(n),
            "That was one way to do it. Here the values that stay are scaled up in training, so the test needs no "
            "scaling.",
        ),
    ),
    hints=(
        "What is dropout for, and is that still needed when nothing is learned any more?",
        "The same image has to give the same answer, each time that it is read.",
        "In training the values that stay are scaled up. So their sum is already right without dropout.",
    ),
    explanation="In a test nothing is dropped and nothing scaled: the whole network answers. That is also why the test "
    "accuracy of a network with much dropout can lie above its training accuracy.",
    needs=("overfitting-dropout",),
)


def _gap(numbers: Numbers) -> float:
    """The gap of an epoch with these accuracies, in points."""
    test = Evaluation(0.0, numbers["test"] / 100, np.zeros((10, 10), int))
    return round(100 * Epoch(1, 1, 0.0, numbers["training"] / 100, test).gap, 2)


GAP = Exercise(
    id="overfitting-gap",
    concept="overfitting",
    kind="predict",
    title="Learned by heart?",
    question="After its last epoch a network reads **{training} %** of its training images correctly, and **{test} %** "
    "of the test images, which it has never seen. How large is the gap, training minus test, in percentage points?",
    start=PAGE,
    draw=lambda generator: {
        "training": int(generator.integers(970, 1000)) / 10,
        "test": int(generator.integers(700, 940)) / 10,
    },
    solution=_gap,
    slips=(
        Slip(
            lambda n: 100 - n["test"],
            "That is how many test images it gets wrong, in percent. Compare with the training accuracy instead.",
        ),
        Slip(
            lambda n: 100 - n["training"],
            "That is how many training images it gets wrong, in percent. Compare the two accuracies.",
        ),
        Slip(lambda n: -_gap(n), "That is test minus training. Take the test accuracy from the training accuracy."),
    ),
    hints=(
        "The gap is a difference of two accuracies.",
        "It knows {training} % of what it has practised, and {test} % of what is new.",
        "Take {test} from {training}.",
    ),
    explanation="{training} − {test} = {answer:g} points. A network that does far better on what it has practised "
    "than on what is new **overfits**: it has learned some images by heart in place of what digits have in common. The "
    "page shows the gap as “Training minus test”.",
    unit="point",
    needs=("training-loss",),
)

OVERFIT = Exercise(
    id="overfitting-happens",
    concept="overfitting",
    kind="train",
    title="Make it overfit",
    question="Train the network so that it **overfits**: it reads at least {training} % of its training images "
    "correctly, but the test accuracy is at least {gap} points lower. Choose the settings yourself; the number of "
    "training images is under *More settings*.",
    start=Start("training", {"net": DEFAULT, "images": "5000", "epochs": "12", "rate": "0.01"}),
    given="training",
    draw=lambda generator: {"training": 99, "gap": int(generator.choice([12, 14, 16]))},
    solution=lambda n: Plan(DEFAULT, TrainConfig(train_images=200, epochs=12, learning_rate=0.01)),
    goals=(
        Goal(
            lambda answer, n: 100 * last_epoch(answer).accuracy,
            lambda value, n: value >= n["training"],
            "In its newest epoch it reads {value:.2f} % of the training images correctly.",
            "It does not know them by heart yet. Fewer images are easier to remember; more epochs help as well.",
        ),
        Goal(
            lambda answer, n: 100 * last_epoch(answer).gap,
            lambda value, n: value >= n["gap"],
            "Training minus test is {value:.2f} points.",
            "That is less than {gap} points: what it has learned still fits new images. Show it fewer of them.",
        ),
    ),
    hints=(
        "When is it easier to learn by heart: with many images or with few?",
        "Open More settings, and take only a few hundred training images.",
        "With 200 images an epoch has only 7 steps: give it a dozen epochs and a learning rate of 0.01.",
    ),
    explanation="With few images it is easier to remember each of them than to find what all sevens have in common. "
    "The training curve looks perfect; only the test shows what is missing.",
    shown="{answer.config.train_images} training images, {answer.config.epochs} epochs, learning rate "
    "{answer.config.learning_rate:g}",
    needs=("overfitting-gap",),
)

CLOSE_GAP = Exercise(
    id="overfitting-close-gap",
    concept="overfitting",
    kind="train",
    title="Close the gap",
    question="With 200 images this network overfits. Keep the network, and change the settings until the gap is **at "
    "most {gap} points** and the test accuracy **at least {test} %**.",
    start=Start("training", {"net": DEFAULT, "images": "200", "epochs": "4", "rate": "0.003"}),
    given="training",
    draw=lambda generator: {"gap": 3, "test": int(generator.choice([91, 92, 93]))},
    solution=lambda n: Plan(DEFAULT, TrainConfig(train_images=10_000, epochs=3, learning_rate=0.003)),
    goals=(
        Goal(
            lambda answer, n: str(run_of(answer).network),
            lambda value, n: value == DEFAULT,
            "You have trained the network {value}.",
            "This time keep the network of the start, and change the settings alone.",
        ),
        Goal(
            lambda answer, n: 100 * tested(answer),
            lambda value, n: value >= n["test"],
            "It reads {value:.2f} % of the test images correctly.",
            "That is less than {test} %. More training images show it more ways to write a digit.",
        ),
        Goal(
            lambda answer, n: 100 * last_epoch(answer).gap,
            lambda value, n: value <= n["gap"],
            "Training minus test is {value:.2f} points.",
            "That is more than {gap} points: it still learns by heart. Give it more images, or fewer epochs.",
        ),
    ),
    hints=(
        "What did you change to make a network overfit? Do the opposite.",
        "Open More settings, and give it thousands of training images.",
        "Take 10,000 images or more, and train for three epochs.",
    ),
    explanation="More images are the surest remedy: they cannot all be learned by heart, so the network has to find "
    "what they have in common. Dropout and fewer weights help where there are no more images.",
    shown="{answer.config.train_images:,} training images, {answer.config.epochs} epochs, learning rate "
    "{answer.config.learning_rate:g}",
    needs=("overfitting-happens",),
)

CHAPTER = Chapter(
    id="overfitting",
    title="Learning, not learning by heart",
    idea="Two things decide what a network can learn. The first is the **bend** between its layers: without one, two "
    "layers could do no more than a single one. ReLU is such a bend.\n\nThe second is whether it learns the digits or "
    "only its examples. A network that reads its training images much better than new ones **overfits**: it has "
    "learned them by heart. The difference between training and test accuracy is the **gap**. More images make it "
    "smaller; so do fewer weights, and **dropout**, which switches off some values at random in every training step.",
    minutes=10,
    exercises=(BEND_NONE, BEND, DROPOUT, DROPOUT_TEST, GAP, OVERFIT, CLOSE_GAP),
    again=(GRADIENT,),
)
