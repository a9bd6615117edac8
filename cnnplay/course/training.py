"""Training: loss, batches, steps and the learning rate."""

from functools import cache
from math import log
from typing import Any

import numpy as np

from ..network.parsing import DEFAULT
from ..training.config import OPTIMIZERS, TrainConfig
from ..training.history import DIVERGING_STEPS, Epoch
from .answers import Plan, Trained
from .exercise import Chapter, CourseError, Exercise, Goal, Numbers, Slip, Start
from .pooling import SEES

GUESSING = log(10)  # the loss of a network that gives each of ten digits the same probability
HOPELESS = 1.1 * GUESSING  # above it, the page says that the run diverges
PAGE = Start("training", {"net": DEFAULT})
LOSSES = "−ln 0.5 = 0.69, −ln 0.25 = 1.39, −ln 0.2 = 1.61, −ln 0.1 = 2.30, −ln 0.05 = 3.00, −ln 0.01 = 4.61"


@cache
def _loss(*probabilities: float) -> float:
    """The mean loss of images whose true digits have these probabilities, by the function that training takes."""
    from optax import softmax_cross_entropy_with_integer_labels  # loads JAX

    logits = np.log([[own, 1 - own] for own in probabilities]).astype(np.float32)
    return float(softmax_cross_entropy_with_integer_labels(logits, np.zeros(len(probabilities), np.int32)).mean())


GUESS = Exercise(
    id="training-guess",
    concept="loss",
    kind="predict",
    title="The loss of guessing",
    question="The **loss** of an image is −ln p, where p is the probability that the network gives to the right "
    "answer. A network that has learned nothing sorts images into **{classes} classes**, and gives each of them the "
    "same probability. (" + LOSSES + ".) How large is its loss, to two decimals?",
    start=PAGE,
    draw=lambda generator: {"classes": int(generator.choice([4, 5, 20, 100]))},
    solution=lambda n: round(_loss(1 / n["classes"]), 4),
    slips=(
        Slip(
            lambda n: 1 / n["classes"],
            "That is the probability of each of the {classes} classes. The loss is −ln of it.",
        ),
        Slip(
            lambda n: 1 - 1 / n["classes"],
            "That is how often the guess is wrong. The loss is −ln of the probability 1/{classes}.",
        ),
        Slip(
            lambda n: float(np.log10(n["classes"])),
            "You have taken the logarithm to base 10. Here it is the natural one, ln.",
        ),
        Slip(lambda n: n["classes"], "That is the number of classes. The loss is −ln of the probability 1/{classes}."),
    ),
    hints=(
        "Which probability does each class get, if all are equal?",
        "The probabilities add up to 1, so each is 1/{classes}.",
        "Calculate 1/{classes} as a decimal, and find −ln of it in the list.",
    ),
    explanation="p = 1/{classes}, and −ln p = ln {classes} = {answer:.2f}. With ten digits it is 2.30: that is near "
    "where every curve on this page begins. A loss that stays there means that nothing has been learned.",
)

MEAN_LOSS = Exercise(
    id="training-loss",
    concept="loss",
    kind="predict",
    title="The loss of a batch",
    question="The network looks at a batch of three images. It gives their right digits the probabilities "
    "**{one:g}**, **{two:g}** and **{three:g}**. The loss of a batch is the mean of its images' losses, −ln p each. "
    "(" + LOSSES + ".) How large is it, to two decimals?",
    start=PAGE,
    draw=lambda generator: dict(
        zip(("one", "two", "three"), map(float, generator.permutation([0.5, 0.25, 0.1, 0.05, 0.01])[:3]), strict=True)
    ),
    solution=lambda n: round(_loss(n["one"], n["two"], n["three"]), 4),
    slips=(
        Slip(
            lambda n: round(sum(_loss(n[name]) for name in ("one", "two", "three")), 4),
            "That is the sum of the three losses. Divide by 3: else a larger batch would always have a larger loss.",
        ),
        Slip(
            lambda n: round(_loss((n["one"] + n["two"] + n["three"]) / 3), 4),
            "You have taken the mean of the probabilities first. Find the loss of each image, then the mean.",
        ),
        Slip(
            lambda n: (n["one"] + n["two"] + n["three"]) / 3,
            "That is the mean of the probabilities. A loss is −ln p: find it for each image.",
        ),
        Slip(
            lambda n: round(max(_loss(n[name]) for name in ("one", "two", "three")), 4),
            "That is the loss of the worst image. The mean counts the others as well.",
        ),
    ),
    hints=(
        "Find the loss of each of the three images in the list.",
        "Look up −ln {one:g}, −ln {two:g} and −ln {three:g}.",
        "Add the three losses, and divide by 3.",
    ),
    explanation="The mean of −ln {one:g}, −ln {two:g} and −ln {three:g} is {answer:.2f}. One image that is "
    "read wrongly, and with great certainty, weighs more than several good ones: that is what training improves first.",
    needs=("training-guess",),
)


def _epoch(generator: np.random.Generator) -> dict[str, Any]:
    while True:
        images = int(generator.choice([200, 500, 1000, 2000, 5000]))
        batch, epochs = int(generator.choice([16, 32, 64, 128])), int(generator.integers(3, 9))
        if images % batch and images > 3 * batch:
            return {"images": images, "batch": batch, "epochs": epochs, "last": images % batch}


def _steps(numbers: Numbers) -> int:
    return TrainConfig(batch_size=numbers["batch"]).steps_per_epoch(numbers["images"])


BATCHES = Exercise(
    id="training-batches",
    concept="batch and epoch",
    kind="predict",
    title="How many batches make an epoch?",
    question="One **epoch** shows the network every training image once, **{batch}** at a time. That is a **batch**, "
    "and the last one may be smaller. How many batches does an epoch have with **{images:,}** images?",
    start=PAGE,
    draw=_epoch,
    solution=_steps,
    slips=(
        Slip(
            lambda n: n["images"] // n["batch"],
            "You have rounded down. {last} of the images are left over, and make a last, smaller batch.",
        ),
        Slip(
            lambda n: n["images"],
            "You have counted one batch for each image. A batch holds {batch} of them.",
        ),
        Slip(
            lambda n: n["last"],
            "That is how many images the last batch holds. The question is how many batches there are.",
        ),
    ),
    hints=(
        "How often do {batch} images fit into {images:,}?",
        "Divide {images:,} by {batch}. If images are left over, they make one more batch.",
        "Calculate {images:,} / {batch}, and round up.",
    ),
    explanation="⌈{images:,} / {batch}⌉ = {answer}: the brackets ⌈ ⌉ round up, and the last batch has {last} images. "
    "Each batch is one step: the network reads it, and changes all its weights a little.",
    needs=("training-loss",),
)

STEPS = Exercise(
    id="training-steps",
    concept="batch and epoch",
    kind="predict",
    title="How many steps does a run take?",
    question="A run has **{epochs} epochs** of **{images:,}** images in batches of **{batch}** (an epoch ends "
    "with a smaller batch if it must). Each batch is one step. How many steps does the run take?",
    start=PAGE,
    draw=_epoch,
    solution=lambda n: n["epochs"] * _steps(n),
    slips=(
        Slip(_steps, "That is one epoch. The run has {epochs} of them."),
        Slip(
            lambda n: n["epochs"] * (n["images"] // n["batch"]),
            "You have forgotten the last batch of each epoch, which has {last} images.",
        ),
        Slip(
            lambda n: -(-n["epochs"] * n["images"] // n["batch"]),
            "You have put all {epochs} epochs in one row. Each epoch ends with a smaller batch of its own, so round up "
            "in each.",
        ),
        Slip(
            lambda n: n["epochs"] * n["images"],
            "That is how many images it reads. A step reads {batch} of them at once.",
        ),
    ),
    hints=(
        "Count the steps of one epoch first.",
        "One epoch takes {images:,} / {batch} steps, rounded up.",
        "Round {images:,} / {batch} up, and multiply by {epochs}.",
    ),
    explanation="{epochs}·⌈{images:,} / {batch}⌉ = {answer:,}. Smaller batches mean more steps in each epoch, each "
    "based on fewer images and so less reliable.",
    unit="step",
    needs=("training-batches",),
)


@cache
def _after_step(weight: float, gradient: float, rate: float) -> float:
    """A weight after one step of SGD, by the optimizer that trains."""
    optimizer = OPTIMIZERS["sgd"].make()
    weights, gradients = np.full(1, weight, np.float32), np.full(1, gradient, np.float32)
    update, _ = optimizer.update(gradients, optimizer.init(weights))
    return round(float((weights + rate * update)[0]), 5)


STEP = Exercise(
    id="training-step",
    concept="learning rate",
    kind="predict",
    title="One step downhill",
    question="The **gradient** of a weight says how much the loss grows when the weight grows. The simplest optimizer, "
    "SGD, takes from each weight the **learning rate** times its gradient. A weight is **{weight:g}**, its gradient is "
    "**{gradient}**, and the learning rate is **{rate:g}**. What is the weight after the step?",
    start=PAGE,
    draw=lambda generator: {
        "weight": int(generator.integers(4, 13)) / 4,
        "gradient": int(generator.integers(2, 9)),
        "rate": float(generator.choice([0.1, 0.05, 0.01])),
    },
    solution=lambda n: _after_step(n["weight"], n["gradient"], n["rate"]),
    slips=(
        Slip(
            lambda n: n["weight"] + n["rate"] * n["gradient"],
            "That goes uphill. The loss grows with the weight, so the weight has to shrink: subtract.",
        ),
        Slip(
            lambda n: n["weight"] - n["gradient"],
            "You have taken the whole gradient away. The learning rate {rate:g} makes the step small.",
        ),
        Slip(
            lambda n: n["rate"] * n["gradient"],
            "That is the length of the step. Take it from the weight, {weight:g}.",
        ),
        Slip(
            lambda n: n["weight"] - n["rate"],
            "You have taken the learning rate alone. Multiply it by the gradient, {gradient}.",
        ),
    ),
    hints=(
        "A positive gradient: the loss grows with the weight. Which way should the weight go?",
        "The step is {rate:g}·{gradient} long.",
        "Take {rate:g}·{gradient} from {weight:g}.",
    ),
    explanation="{weight:g} − {rate:g}·{gradient} = {answer:g}. A learning rate that is too small needs many steps; "
    "one that is too large jumps over the valley and up the other side.",
    needs=("training-batches",),
)


def run_of(answer: Any) -> Trained:
    """The run. Raises CourseError where there is none with a step."""
    if isinstance(answer, Trained) and not answer.history.steps:
        raise CourseError("The run is still getting ready. Check again in a moment.")
    if not isinstance(answer, Trained):
        raise CourseError("No run has begun yet. Press Start, and check again when it has ended.")
    return answer


def last_epoch(answer: Any) -> Epoch:
    """The newest epoch of a run. Raises CourseError before the first has ended."""
    run = run_of(answer)
    if not run.history.epochs or run.evaluation is None:
        raise CourseError("The run has not ended an epoch yet, so it has not been tested. Wait, and check again.")
    return run.history.epochs[-1]


def tested(answer: Any) -> float:
    """The accuracy of the newest test, 0..1. Raises CourseError before the first."""
    return last_epoch(answer).test.accuracy


DIVERGE = Exercise(
    id="training-diverge",
    concept="learning rate",
    kind="train",
    title="Too fast",
    question="How large may a learning rate be? Find one at which the training **diverges**: the loss stays clearly "
    "above 2.30, the loss of pure guessing (above 2.53), so that the page warns of it. Train for at least {steps} "
    "steps.",
    start=Start("training", {"net": DEFAULT, "images": "5000", "epochs": "1", "rate": "0.001"}),
    given="training",
    draw=lambda generator: {"steps": DIVERGING_STEPS},
    solution=lambda n: Plan(DEFAULT, TrainConfig(train_images=5000, epochs=1, learning_rate=10.0)),
    goals=(
        Goal(
            lambda answer, n: run_of(answer).history.steps,
            lambda value, n: value >= n["steps"],
            "The run has taken {value:,} step{s}.",
            "That is too few to judge. Let it go on to {steps} steps.",
        ),
        Goal(
            lambda answer, n: float(run_of(answer).history.loss[-DIVERGING_STEPS:].mean()),
            lambda value, n: value > HOPELESS,
            "The mean loss of its newest steps is {value:.2f}.",
            "That is not hopeless yet. Multiply the learning rate by 10, press *Start*, or *New run* where a run is in "
            "view, and look again.",
        ),
    ),
    hints=(
        "The slider has a logarithmic scale: each few steps on it multiply the rate by 10.",
        "Try 0.01, 0.1 and so on, and compare how the curves begin.",
        "Go to the right end of the slider, and start a new run.",
    ),
    explanation="The steps are so long that each one overshoots the valley that it aims at, and lands where the loss "
    "is higher. The way out is a much smaller rate; the button on the page suggests one.",
    shown="learning rate {answer.config.learning_rate:g}",
    needs=("training-step", "training-guess"),
)


FEW_EPOCHS = Goal(
    lambda answer, n: last_epoch(answer).epoch,
    lambda value, n: value <= n["epochs"],
    "The run has taken {value} epoch{s}.",
    "Only {epochs} are allowed. A learning rate that is larger at first and falls later learns more in each.",
)

SMALL = Exercise(
    id="training-98",
    concept="training well",
    kind="train",
    title="98 % with at most 5,000 parameters",
    question="The notebook's network needs 10,180 parameters for about 97 %. Train a network with **at most {most:,} "
    "parameters** that reads **98 %** of the test images correctly after **at most {epochs} epochs**.",
    start=Start("training", {"net": DEFAULT, "epochs": "3"}),
    given="training",
    draw=lambda generator: {"most": 5000, "epochs": 3},
    solution=lambda n: Plan(
        "conv6k5-relu-max2-conv12k5-relu-max2-flatten-dense10",
        TrainConfig("adamw", 1e-2, 64, epochs=3, train_images=25_000, schedule="one-cycle"),
    ),
    goals=(
        Goal(
            lambda answer, n: run_of(answer).network.parameter_count,
            lambda value, n: value <= n["most"],
            "The network has {value:,} parameters.",
            "That is more than {most:,}. Most are in the dense layer: pool twice, so that fewer numbers reach it.",
        ),
        FEW_EPOCHS,
        Goal(
            lambda answer, n: 100 * tested(answer),
            lambda value, n: value >= 98,
            "It reads {value:.2f} % of the test images correctly.",
            "That is less than 98 %. Try two convolutions of 5×5, a learning rate of 0.01, and under More settings the "
            "schedule “one cycle”, in which the rate rises at first and then falls.",
        ),
    ),
    hints=(
        "Two small convolutions, each with pooling, leave few numbers for the dense layer.",
        "A second block with 12 filters of 5×5 sees whole strokes. With the schedule “one cycle”, in which the "
        "learning rate rises at first and then falls, it may be as large as 0.01.",
        "Take 6 filters of 5×5, pooling, 12 filters of 5×5, pooling. Train with the optimizer AdamW, which "
        "fits the steps to each weight, learning rate 0.01, one cycle, batch 64, three epochs.",
    ),
    explanation="For example, take two convolutions: the second one combines what the first one finds, and shares its "
    "weights over the whole map. So a network with less than half the parameters reads better than the notebook's.",
    shown="{answer.net} with AdamW, one cycle, learning rate {answer.config.learning_rate:g}, batch "
    "{answer.config.batch_size}, {answer.config.epochs} epochs",
    needs=("training-steps", "training-diverge"),
)

CHAPTER = Chapter(
    id="training",
    title="Training: how the weights are found",
    idea="Nobody writes the weights of a network. They begin at random, and **training** changes them in small steps. "
    "In each step the network reads a **batch** of images, the **loss** says how bad its answers are, and every weight "
    "moves a little in the direction that makes the loss smaller. The **learning rate** decides how far.\n\n"
    "The loss of an image is −ln p, where p is the probability of the right digit: 0 where the network is sure and "
    "right, 0.69 for p = 0.5, 2.30 for p = 0.1. After each **epoch**, when it has seen all training images once, it "
    "is tested on 10,000 images that it never trains on.",
    minutes=10,
    exercises=(
        GUESS,
        MEAN_LOSS,
        BATCHES,
        STEPS,
        STEP,
        DIVERGE,
        SMALL,
    ),
    again=(SEES,),
)
