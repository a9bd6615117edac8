"""Design your own: networks with a shape, a size, a view and a price that are given."""

from typing import Any

import numpy as np

from ..network.architecture import Architecture
from ..network.parsing import DEFAULT
from ..training.config import TrainConfig
from .answers import Plan
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .inside import RUNNER_UP, SOFTMAX
from .notebook import ENDS_IN_TEN
from .training import FEW_EPOCHS, run_of, tested

ARCHITECTURE = Start("architecture", {"net": DEFAULT})


def _first_layer(numbers: Numbers) -> Architecture:
    return Architecture.parse("conv{filters}k{kernel}s{stride}same".format_map(numbers))


def _to_price(generator: np.random.Generator) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "filters": int(generator.choice([4, 5, 10])),
        "kernel": int(generator.choice([3, 5])),
        "stride": int(generator.choice([2, 4])),
    }
    return numbers | {"rows": _first_layer(numbers).output_shape[0]}


PRICE = Exercise(
    id="designing-price",
    concept="multiply-adds",
    kind="predict",
    title="What does a layer cost?",
    question="A network is paid for in **multiply-adds**: one for each weight, each time that it is used. **{filters} "
    "filters of {kernel}×{kernel}** read the grey image of 28×28 with stride {stride} and *same* padding, so their "
    "maps are {rows}×{rows}. How many multiply-adds does this layer take for one image?",
    start=ARCHITECTURE,
    draw=_to_price,
    solution=lambda n: _first_layer(n).macs,
    slips=(
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"],
            "Those are its weights. Each of them is used once for every one of the {rows}·{rows} windows.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"] * 28 * 28,
            "You have counted a window for each pixel of the image. With stride {stride} there are {rows}·{rows} "
            "windows.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["rows"] ** 2,
            "That is one filter. The layer has {filters} of them.",
        ),
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * n["filters"] * n["rows"] ** 2,
            "You have counted the biases as well. A bias is added, and nothing is multiplied with it.",
        ),
        Slip(
            lambda n: n["filters"] * n["rows"] ** 2,
            "That is how many numbers come out. Each of them takes {kernel}·{kernel} multiplications.",
        ),
    ),
    hints=(
        "How many numbers come out, and what does each of them cost?",
        "{rows}·{rows}·{filters} numbers come out. Each is a sum of {kernel}·{kernel} products.",
        "Multiply {rows}·{rows} by {filters}, and that by {kernel}·{kernel}.",
    ),
    explanation="{rows}·{rows}·{filters} numbers, each with {kernel}·{kernel} products: {answer:,}. Parameters say how "
    "much a network has to remember, multiply-adds how long it takes. The table shows both for every layer.",
    unit="multiply-add",
    needs=("notebook-convolution",),
)


def _parameters(kernel: int, layers: int, channels: int) -> int:
    text = "-".join([f"conv{channels}k{kernel}"] * layers)
    return Architecture.parse(text, (28, 28, channels)).parameter_count


DEEP = Exercise(
    id="designing-deep",
    concept="depth",
    kind="predict",
    title="Two small ones or a large one?",
    question="Two convolutions of 3×3, one behind the other, see as much of the image as one of 5×5. Every layer "
    "here reads **{channels}** maps and makes {channels}. How many **parameters fewer** do the two of 3×3 have "
    "together than the one of 5×5?",
    start=ARCHITECTURE,
    draw=lambda generator: {"channels": int(generator.integers(4, 11))},
    solution=lambda n: _parameters(5, 1, n["channels"]) - _parameters(3, 2, n["channels"]),
    slips=(
        Slip(
            lambda n: 7 * n["channels"] ** 2,
            "You have forgotten the biases: two layers have twice {channels} of them, one layer has {channels}.",
        ),
        Slip(
            lambda n: 7,
            "25 − 2·9 = 7 is for one map read and one map made. Here each filter reads {channels}, and there are "
            "{channels} filters.",
        ),
        Slip(
            lambda n: 7 * n["channels"],
            "You have counted one filter a layer, or one map below. It is {channels} filters, each on {channels} maps.",
        ),
        Slip(
            lambda n: _parameters(5, 1, n["channels"]) - _parameters(3, 1, n["channels"]),
            "You have compared with one layer of 3×3. There are two of them.",
        ),
    ),
    hints=(
        "Count the parameters of both: weights and biases.",
        "One of 5×5: (5·5·{channels} + 1)·{channels}. One of 3×3: (3·3·{channels} + 1)·{channels}.",
        "Take twice (9·{channels} + 1)·{channels} from (25·{channels} + 1)·{channels}.",
    ),
    explanation="(25·{channels} + 1)·{channels} − 2·(9·{channels} + 1)·{channels} = {answer:,}. Two small layers see "
    "as much, cost less, and have a bend between them. So most networks are deep, with small kernels.",
    unit="parameter",
    needs=("designing-price", "overfitting-bend"),
)

DEAR = "conv{filters}k{kernel}same-relu-max2-flatten-dense10"


def _dear(numbers: Numbers) -> Architecture:
    return Architecture.parse(DEAR.format_map(numbers))


def _to_save(generator: np.random.Generator) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "filters": int(generator.integers(4, 13)),
        "kernel": int(generator.choice([3, 5])),
    }
    network = _dear(numbers)
    return numbers | {"parameters": network.parameter_count, "macs": network.macs, "most": network.macs // 2}


CHEAPER = Exercise(
    id="designing-cheaper",
    concept="multiply-adds",
    kind="build",
    title="Half the price, the same size",
    question="The network in the sidebar takes {macs:,} multiply-adds for an image. Bring it down to **at most "
    "{most:,}**, and keep its number of parameters: **exactly {parameters:,}**.",
    start=Start("architecture", {"net": DEAR}),
    given="network",
    draw=_to_save,
    before=lambda n: DEAR.format_map(n),
    solution=lambda n: "conv{filters}k{kernel}s2same-relu-flatten-dense10".format_map(n),
    goals=(
        ENDS_IN_TEN,
        Goal(
            lambda answer, n: Architecture.parse(answer).macs,
            lambda value, n: value <= n["most"],
            "It takes {value:,} multiply-adds.",
            "That is more than {most:,}. The windows of the convolution cost most: let there be fewer of them.",
        ),
        Goal(
            lambda answer, n: Architecture.parse(answer).parameter_count,
            lambda value, n: value == n["parameters"],
            "It has {value:,} parameters.",
            "It should be {parameters:,} still: keep filters and kernel, and let as many numbers reach flatten.",
        ),
    ),
    hints=(
        "Which layer costs most, and for how many of its numbers does the pooling throw the work away?",
        "Pooling of 2×2 keeps one of four numbers. A convolution need not compute the other three.",
        "Give the convolution stride 2, and leave out the pooling.",
    ),
    explanation="For example, with stride 2 the convolution computes a quarter of the windows, and the maps are as "
    "small as they were after the pooling. The price: the largest of four is no longer chosen; three of them are never "
    "computed.",
    shown="stride 2 in place of the pooling: {answer}",
    needs=("designing-price",),
)

TWO_BLOCKS = "conv6k{first}-relu-max2-conv{filters}k{then}-relu-max2-flatten-dense10"
EVEN = ((5, 3), (5, 5), (3, 4), (3, 2))  # kernels whose maps can be halved twice without a rest


def _two_blocks(generator: np.random.Generator) -> dict[str, Any]:
    first, then = EVEN[generator.integers(len(EVEN))]
    numbers = {"first": first, "then": then, "filters": int(generator.choice([8, 10, 12, 16]))}
    return numbers | {"rows": Architecture.parse(TWO_BLOCKS.format_map(numbers)).shapes[-3][0]}


def _last_maps(answer: str) -> str:
    shapes = [shape for shape in Architecture.parse(answer).shapes if len(shape) == 3]
    return "×".join(map(str, shapes[-1]))


SHAPE = Exercise(
    id="designing-shape",
    concept="shapes from layer to layer",
    kind="build",
    title="To measure",
    question="Design a network in which maps of exactly **{rows}×{rows}×{filters}** reach flatten, with **at least "
    "two convolutions**, and in which **no pixel** of any map stays unread.",
    start=ARCHITECTURE,
    given="network",
    draw=_two_blocks,
    before=lambda n: DEFAULT,
    solution=lambda n: TWO_BLOCKS.format_map(n),
    goals=(
        ENDS_IN_TEN,
        Goal(
            lambda answer, n: len(Architecture.parse(answer).convolutions),
            lambda value, n: value >= 2,
            "It has {value} convolution{s}.",
            "Add a block, so that there are two.",
        ),
        Goal(
            lambda answer, n: _last_maps(answer),
            lambda value, n: value == "{rows}×{rows}×{filters}".format_map(n),
            "Maps of {value} reach flatten.",
            "They should be {rows}×{rows}×{filters}. Set the filters of the last convolution first, then kernels and "
            "pooling.",
        ),
        Goal(
            lambda answer, n: sum(row.unread or 0 for row in Architecture.parse(answer).table()),
            lambda value, n: value == 0,
            "It leaves {value} pixel{s} of its maps unread.",
            "A pooling of 2×2 reads all of a map with an even number of rows. Change the kernel before it by one.",
        ),
    ),
    hints=(
        "Work backwards from {rows} rows: how many are there before the last pooling?",
        "Before a pooling of 2×2 there are 2·{rows} rows; before the convolution as many, and its kernel less 1 more.",
        "Take {first}×{first} and pooling of 2×2 first. Then find the kernel that leaves 2·{rows} rows, and pool.",
    ),
    explanation="Every convolution takes its kernel less 1 away, and every pooling halves what is left. Where the "
    "halves come out even, nothing stays unread.",
    shown="{answer}",
    needs=("notebook-shape",),
)

VIEW = "conv{filters}k3-relu-max2-conv{filters}k{then}-relu-max2-flatten-dense10"


def _view(answer: str) -> int:
    """How many pixels of the image, from left to right, a number of the last maps sees."""
    rows = [row for row in Architecture.parse(answer).table() if len(row.output_shape) == 3]
    return rows[-1].receptive_field[1] if rows else 1


def _budget(generator: np.random.Generator) -> dict[str, Any]:
    numbers = {"filters": int(generator.integers(4, 8)), "then": int(generator.integers(4, 7))}
    text = VIEW.format_map(numbers)
    most = -(-Architecture.parse(text).parameter_count // 100) * 100
    return numbers | {"field": _view(text), "most": most}


BUDGET = Exercise(
    id="designing-budget",
    concept="receptive field",
    kind="build",
    title="A wide view on a budget",
    question="Design a network in which one number that reaches flatten sees **at least {field}×{field}** pixels of "
    "the image, and which has **at most {most:,} parameters**. Every convolution needs **at least {filters} filters**.",
    start=ARCHITECTURE,
    given="network",
    draw=_budget,
    before=lambda n: DEFAULT,
    solution=lambda n: VIEW.format_map(n),
    goals=(
        ENDS_IN_TEN,
        Goal(
            lambda answer, n: min(
                (
                    shape[2]
                    for name, shape in zip(
                        Architecture.parse(answer).names, Architecture.parse(answer).shapes[1:], strict=True
                    )
                    if name.startswith("conv")
                ),
                default=0,
            ),
            lambda value, n: value >= n["filters"],
            "Its smallest convolution has {value} filter{s}.",
            "Each needs at least {filters}: fewer would find too little.",
        ),
        Goal(
            lambda answer, n: _view(answer),
            lambda value, n: value >= n["field"],
            "One number of the last maps sees {value} pixels from left to right.",
            "It should be {field} or more. Add a convolution behind the pooling: there each column counts twice.",
        ),
        Goal(
            lambda answer, n: Architecture.parse(answer).parameter_count,
            lambda value, n: value <= n["most"],
            "It has {value:,} parameters.",
            "That is more than {most:,}. Pool before flatten, so that fewer numbers reach the dense layer.",
        ),
    ),
    hints=(
        "Two blocks see much further than one, and leave smaller maps.",
        "Behind a pooling of 2×2, a kernel of k adds 2·(k − 1) pixels, and a second pooling 2 more.",
        "Take {filters} filters of 3×3, pooling, {filters} filters with a larger kernel, and pooling. Enlarge the "
        "second kernel until the view is {field}.",
    ),
    explanation="3 + 1 + 2·({then} − 1) + 2 = {field} in one such network. Pooling widens the view of everything "
    "behind it, and leaves fewer numbers for the dense layer: it helps twice.",
    shown="{answer}",
    needs=("notebook-receptive-field",),
)

FRUGAL = Exercise(
    id="designing-train",
    concept="training well",
    kind="train",
    title="94 % for half the price",
    question="The notebook's network takes 27,636 multiply-adds for an image. Design one that takes **at most half of "
    "that, {most:,}**, and train it: it should read **{least} %** of the test images correctly after at most "
    "**{epochs} epochs**.",
    start=Start("training", {"net": DEFAULT, "epochs": "3"}),
    given="training",
    draw=lambda generator: {"most": Architecture.parse(DEFAULT).macs // 2, "least": 94, "epochs": 3},
    solution=lambda n: Plan(
        "conv4k5s3-relu-conv8k3s2-relu-flatten-dense10",
        TrainConfig("adamw", 1e-2, 64, epochs=3, train_images=20_000, schedule="one-cycle"),
    ),
    goals=(
        Goal(
            lambda answer, n: run_of(answer).network.macs,
            lambda value, n: value <= n["most"],
            "The network takes {value:,} multiply-adds.",
            "That is more than {most:,}. A larger stride leaves fewer windows to compute.",
        ),
        FEW_EPOCHS,
        Goal(
            lambda answer, n: 100 * tested(answer),
            lambda value, n: value >= n["least"],
            "It reads {value:.2f} % of the test images correctly.",
            "That is less than {least} %. Try two convolutions with a stride, a learning rate of 0.01, and under More "
            "settings the schedule “one cycle”, in which the rate rises at first and then falls.",
        ),
    ),
    hints=(
        "What costs most is the first convolution: it has the most windows.",
        "Stride 3 leaves a ninth of the windows. A second convolution with stride 2 then costs little.",
        "Take 4 filters of 5×5 with stride 3, ReLU, 8 filters of 3×3 with stride 2, ReLU, no pooling. Train with "
        "the optimizer AdamW, which fits the steps to each weight, learning rate 0.01, batch 64, and the schedule “one "
        "cycle”, in which the rate rises at first and then falls.",
    ),
    explanation="For example, two convolutions with a stride cost less than half of the notebook's network. What a "
    "network costs and how well it reads depend on where the work is done, not on how much of it there is.",
    shown="{answer.net} with AdamW, one cycle, learning rate {answer.config.learning_rate:g}, batch "
    "{answer.config.batch_size}, {answer.config.epochs} epochs",
    needs=("designing-cheaper", "training-98"),
)

CHAPTER = Chapter(
    id="designing",
    title="Design your own",
    idea="Now you decide. A design has a **shape** (which maps reach the dense layer), a **size** (its parameters), a "
    "**view** (how much of the image one number sees) and a **price** (multiply-adds for each image). They pull "
    "against one another, and there is no best network, only one that fits its task.\n\nThe shape table "
    "shows all four while you change blocks in the sidebar. The text form can do more: longer chains, rectangles, "
    "other orders.",
    minutes=10,
    exercises=(PRICE, DEEP, CHEAPER, SHAPE, BUDGET, FRUGAL),
    again=(RUNNER_UP, SOFTMAX),
)
