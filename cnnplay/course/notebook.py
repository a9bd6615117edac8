"""The notebook's network: every shape and every parameter of a small network, calculated by hand."""

from typing import Any

import numpy as np

from ..network.architecture import Architecture, Row
from ..network.parsing import DEFAULT
from ..network.sliding_layers import Convolution, Pooling
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .goals import convolutions
from .padding import STACK, STRIDED

VARIANT = "conv{filters}k{kernel}-relu-max{window}-flatten-dense10"
SCORES, TEN_SCORES = 10, "10 scores"
LARGEST_KERNEL = 5  # of the exercise on the receptive field
ARCHITECTURE = Start("architecture", {"net": DEFAULT})


def _variant(generator: np.random.Generator, largest: int = 5, widest: int = 3) -> dict[str, Any]:
    """A network like the notebook's, with other numbers, which stay on paper."""
    while True:
        numbers = {
            "filters": int(generator.choice([3, 4, 5, 6, 8, 10])),
            "kernel": int(generator.integers(2, largest + 1)),
            "window": int(generator.integers(2, widest + 1)),
        }
        if VARIANT.format_map(numbers) != DEFAULT:
            return _with_sizes(numbers)


def _with_sizes(numbers: dict[str, Any]) -> dict[str, Any]:
    rows = _rows(numbers)
    maps, pooled, flat = (rows[name].output_shape for name in ("conv1", "max1", "flatten"))
    return numbers | {"maps": maps[0], "pooled": pooled[0], "flat": flat[0]}


def _rows(numbers: Numbers) -> dict[str, Row]:
    """The shape table of the variant, by the layers' names."""
    return {row.layer: row for row in Architecture.parse(VARIANT.format_map(numbers)).table()}


CONVOLUTION = Exercise(
    id="notebook-convolution",
    concept="parameters of a convolution",
    kind="predict",
    title="30 in the notebook, and here?",
    question="The notebook's convolution has 6 filters of 2×2 and **30** parameters. How many does a convolution with "
    "**{filters}** filters of **{kernel}×{kernel}** on the same grey image have?",
    start=ARCHITECTURE,
    draw=_variant,
    solution=lambda n: _rows(n)["conv1"].parameters,
    slips=(
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"],
            "You have forgotten the biases: each of the {filters} filters has one number more than its "
            "{kernel}·{kernel} weights.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"] + 1,
            "You have counted one bias for the whole layer. Each of the {filters} filters has its own.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 + 1,
            "That is one filter: {kernel}·{kernel} weights and a bias. The layer has {filters} of them.",
        ),
        Slip(
            lambda n: (n["kernel"] + 1) * n["filters"],
            "You have counted {kernel} weights for a filter. A window of {kernel}×{kernel} holds {kernel}·{kernel}.",
        ),
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * n["filters"] * n["maps"] ** 2,
            "You have counted new weights for each of the {maps}·{maps} places. A filter uses the same ones at every "
            "place.",
        ),
    ),
    hints=(
        "See how the shape table gets to 30. Which of its numbers change here?",
        "A filter has a weight for each pixel of its window, and one bias.",
        "Calculate {kernel}·{kernel} + 1 for one filter, and multiply by {filters}.",
    ),
    explanation="({kernel}·{kernel}·1 + 1)·{filters} = {answer:,}: weights for one channel and a bias, for each "
    "filter. The size of the image does not appear in it.",
    unit="parameter",
)

POOLED = Exercise(
    id="notebook-pooled",
    concept="shapes from layer to layer",
    kind="predict",
    title="27×27, then 13×13, and here?",
    question="The notebook's maps are 27×27 after the convolution and 13×13 after the pooling. Now the image of 28×28 "
    "meets filters of **{kernel}×{kernel}** (stride 1, no padding), then max pooling of **{window}×{window}** with "
    "stride {window}. How many rows do the pooled maps have?",
    start=ARCHITECTURE,
    draw=lambda generator: _variant(generator, largest=8, widest=4),
    solution=lambda n: _rows(n)["max1"].output_shape[0],
    slips=(
        Slip(
            lambda n: -(-n["maps"] // n["window"]),
            "You have rounded {maps} / {window} up. A window that hangs over the edge does not count, so round down.",
        ),
        Slip(
            lambda n: 28 // n["window"],
            "You have pooled the image itself. The convolution comes first, and leaves 28 − {kernel} + 1 rows.",
        ),
        Slip(lambda n: n["maps"], "That is the size after the convolution. The pooling divides it by {window}."),
        Slip(
            lambda n: n["maps"] - n["window"] + 1,
            "That is the number of windows at stride 1. The pooling moves {window} rows at a time.",
        ),
    ),
    hints=(
        "Go layer by layer: the convolution first.",
        "A window of {kernel} fits 28 − {kernel} + 1 times on 28 pixels.",
        "Calculate 28 − {kernel} + 1, divide by {window}, and round down.",
    ),
    explanation="28 − {kernel} + 1 = {maps} rows after the convolution; {maps} / {window}, rounded down, gives "
    "{answer} after the pooling.",
    unit="row",
    needs=("pooling-size",),
)

FLAT = Exercise(
    id="notebook-flatten",
    concept="flatten",
    kind="predict",
    title="1,014 in the notebook, and here?",
    question="**Flatten** writes all maps as one row of numbers: in the notebook 13×13×6 = 1,014. Here filters of "
    "**{kernel}×{kernel}** and pooling of **{window}×{window}** leave **{filters}** maps of **{pooled}×{pooled}**. "
    "How many numbers does flatten write?",
    start=ARCHITECTURE,
    draw=_variant,
    solution=lambda n: _rows(n)["flatten"].output_shape[0],
    slips=(
        Slip(
            lambda n: n["pooled"] ** 2,
            "That is one map. There are {filters} of them, and flatten writes down every number of each.",
        ),
        Slip(
            lambda n: n["pooled"] * n["filters"],
            "You have counted one row of each map. A map has {pooled} rows of {pooled} numbers.",
        ),
        Slip(
            lambda n: n["maps"] ** 2 * n["filters"],
            "Those are the numbers before the pooling, where the maps are {maps}×{maps}.",
        ),
        Slip(
            lambda n: n["pooled"] ** 2 + n["filters"],
            "You have added the number of maps. Each of the {filters} maps has {pooled}·{pooled} numbers: multiply.",
        ),
    ),
    hints=(
        "Flatten throws nothing away. How many numbers do the maps hold?",
        "One map has {pooled}·{pooled} numbers.",
        "Multiply {pooled}·{pooled} by the {filters} maps.",
    ),
    explanation="{pooled}·{pooled}·{filters} = {answer:,}. Flatten calculates nothing and has no parameters, but the "
    "length of this row decides how large the dense layer becomes.",
    unit="number",
    needs=("notebook-pooled",),
)

DENSE = Exercise(
    id="notebook-dense",
    concept="parameters of a dense layer",
    kind="predict",
    title="10,150 in the notebook, and here?",
    question="The notebook's dense layer reads 1,014 numbers, gives 10 scores and has **10,150** parameters. How many "
    "does a dense layer have that reads **{flat:,}** numbers and gives 10 scores?",
    start=ARCHITECTURE,
    draw=_variant,
    solution=lambda n: _rows(n)["dense1"].parameters,
    slips=(
        Slip(
            lambda n: n["flat"] * SCORES,
            "You have forgotten the biases: each of the 10 scores has one.",
        ),
        Slip(
            lambda n: n["flat"] * SCORES + 1,
            "You have counted one bias for the whole layer. Each of the 10 scores has its own.",
        ),
        Slip(
            lambda n: n["flat"] + 1,
            "That is what one score needs. The layer gives 10 of them, each with its own weights.",
        ),
        Slip(
            lambda n: n["flat"] + SCORES,
            "You have added inputs and outputs. Every score has a weight for every number: multiply.",
        ),
    ),
    hints=(
        "Every score is a weighted sum of all numbers, plus a bias.",
        "One score needs {flat:,} weights and 1 bias.",
        "Add 1 to {flat:,}, and multiply by the 10 scores.",
    ),
    explanation="({flat:,} + 1)·10 = {answer:,}. Nothing is shared here: each number has a weight of its own for each "
    "digit.",
    unit="parameter",
    needs=("notebook-flatten",),
)

TOTAL = Exercise(
    id="notebook-total",
    concept="parameters of a network",
    kind="predict",
    title="The whole network",
    question="The notebook's network has 30 + 0 + 0 + 10,150 = **10,180** parameters. How many does one have with "
    "**{filters}** filters of **{kernel}×{kernel}**, max pooling of **{window}×{window}**, flatten and 10 scores? Its "
    "pooled maps are {pooled}×{pooled}.",
    start=ARCHITECTURE,
    draw=_variant,
    solution=lambda n: Architecture.parse(VARIANT.format_map(n)).parameter_count,
    slips=(
        Slip(
            lambda n: _rows(n)["dense1"].parameters,
            "That is the dense layer. The convolution has {kernel}·{kernel} weights and a bias for each filter.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"] + n["flat"] * SCORES,
            "You have forgotten the biases: one for each of the {filters} filters, and one for each of the 10 scores.",
        ),
        Slip(
            lambda n: _rows(n)["conv1"].parameters + (n["pooled"] ** 2 + 1) * SCORES,
            "You have let the dense layer read one map. It reads all {filters} maps of {pooled}×{pooled}.",
        ),
        Slip(
            lambda n: _rows(n)["conv1"].parameters + _rows(n)["dense1"].parameters + n["window"] ** 2,
            "You have given the pooling {window}·{window} weights. It compares numbers and has none.",
        ),
    ),
    hints=(
        "Two of the layers have parameters. Which?",
        "The convolution has ({kernel}·{kernel} + 1)·{filters}; the dense layer reads {pooled}·{pooled}·{filters} "
        "numbers.",
        "Add ({kernel}·{kernel} + 1)·{filters} and ({pooled}·{pooled}·{filters} + 1)·10.",
    ),
    explanation="({kernel}·{kernel} + 1)·{filters} in the convolution, ({flat:,} + 1)·10 in the dense layer, nothing "
    "in ReLU, pooling and flatten: {answer:,} in all.",
    unit="parameter",
    needs=("notebook-convolution", "notebook-dense"),
)

TWO = "conv{filters}k{kernel}-relu-max2-conv{second}k{kernel}-relu-max2-flatten-dense10"


def _two_convolutions(generator: np.random.Generator) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "filters": int(generator.integers(4, 11)),
        "kernel": int(generator.choice([3, 5])),
        "second": int(generator.choice([8, 10, 16, 20, 24])),
    }
    rows = {row.layer: row for row in Architecture.parse(TWO.format_map(numbers)).table()}
    weights = {name: rows[name].parameters for name in ("conv1", "conv2", "dense1")}
    most = max(weights, key=lambda name: weights[name])
    return numbers | weights | {"flat": rows["flatten"].output_shape[0], "most": most}


MOST = Exercise(
    id="notebook-most",
    concept="where the parameters are",
    kind="predict",
    title="Which layer is the largest?",
    question="A network has two convolutions: **{filters}** filters of {kernel}×{kernel} on the grey image, then "
    "**{second}** filters of {kernel}×{kernel} on the {filters} maps. After the pooling **{flat:,}** numbers reach a "
    "dense layer with 10 scores. Which layer has the most parameters?",
    start=ARCHITECTURE,
    given="choice",
    options=lambda n: ("conv1", "conv2", "dense1"),
    draw=_two_convolutions,
    solution=lambda n: n["most"],
    slips=(
        Slip(
            lambda n: "conv1",
            "conv1 reads one channel: ({kernel}·{kernel}·1 + 1)·{filters} = {conv1:,}. The others read far more.",
        ),
        Slip(
            lambda n: "dense1" if n["most"] == "conv2" else "conv2",
            "Calculate both: conv2 has ({kernel}·{kernel}·{filters} + 1)·{second} = {conv2:,} parameters, dense1 has "
            "({flat:,} + 1)·10 = {dense1:,}.",
        ),
    ),
    hints=(
        "Write down how many weights one filter or one score needs, and how many of them there are.",
        "A filter of conv2 has {kernel}·{kernel} weights for each of the {filters} maps below.",
        "Compare ({kernel}·{kernel} + 1)·{filters}, ({kernel}·{kernel}·{filters} + 1)·{second} and ({flat:,} + 1)·10.",
    ),
    explanation="conv1 has {conv1:,} parameters, conv2 {conv2:,} and dense1 {dense1:,}. Two things make a layer large: "
    "how much one filter or score reads, and how many of them there are.",
    needs=("notebook-convolution", "notebook-dense"),
)


def ends_in(answer: str) -> str:
    """What a network ends in, in words."""
    *rows, units = Architecture.parse(answer).output_shape
    return f"maps of {'×'.join(map(str, (*rows, units)))}" if rows else f"{units:,} score{'s' * (units != 1)}"


ENDS_IN_TEN = Goal(
    lambda answer, n: ends_in(answer),
    lambda value, n: value == TEN_SCORES,
    "It ends in {value}.",
    "The network has to end in 10 scores, one for each digit.",
)


def _half(numbers: Numbers) -> int:
    return Architecture.parse(VARIANT.format_map({**numbers, "window": 2})).parameter_count // 2


def _halved(numbers: Numbers) -> str:
    texts = (VARIANT.format_map({**numbers, "window": window}) for window in range(3, 7))
    return next(text for text in texts if Architecture.parse(text).parameter_count <= numbers["most"])


def _to_halve(generator: np.random.Generator) -> dict[str, Any]:
    numbers = {"filters": int(generator.integers(4, 11)), "kernel": int(generator.integers(2, 5)), "window": 2}
    return _with_sizes(numbers) | {"most": _half(numbers)}


HALF = Exercise(
    id="notebook-half",
    concept="how to shrink a network",
    kind="build",
    title="Half the parameters",
    question="The sidebar has {filters} filters of {kernel}×{kernel} and max pooling of 2×2. Bring the network down to "
    "**at most {most:,} parameters**, half of what it has. Keep the convolution as it is.",
    start=Start("architecture", {"net": VARIANT}),
    given="network",
    draw=_to_halve,
    before=lambda n: VARIANT.format_map(n),
    solution=_halved,
    goals=(
        Goal(
            lambda answer, n: convolutions(Architecture.parse(answer)),
            lambda value, n: value == "{filters} filters of {kernel}×{kernel}".format_map(n),
            "The convolution has {value}.",
            "Keep {filters} filters of {kernel}×{kernel}, with stride 1 and without padding. The convolution is small "
            "anyway: look where the parameters are.",
        ),
        ENDS_IN_TEN,
        Goal(
            lambda answer, n: Architecture.parse(answer).parameter_count,
            lambda value, n: value <= n["most"],
            "It has {value:,} parameters.",
            "That is more than {most:,}. Nearly all of them are in the dense layer, so send it fewer numbers.",
        ),
    ),
    hints=(
        "Which layer has nearly all the parameters, and what decides how many?",
        "The dense layer has 10 weights for each number that flatten writes. Make the maps smaller.",
        "Try a larger pooling window, and watch the total below the shape table.",
    ),
    explanation="The dense layer needs 10 weights for each number of the pooled maps. With larger pooling windows "
    "(or a global average, which makes one number of each map) fewer numbers reach it. The convolution never was the "
    "expensive part.",
    shown="max pooling of a larger window: {answer}",
    needs=("notebook-total",),
)


def _wished(generator: np.random.Generator) -> dict[str, Any]:
    numbers = _variant(generator)
    while numbers["filters"] == 6:  # so that the filters have to be changed as well
        numbers = _variant(generator)
    return numbers


def _before_flatten(answer: str) -> tuple[int, ...]:
    """The shape of the maps that flatten or the dense layer receives."""
    network = Architecture.parse(answer)
    maps = [shape for shape in network.shapes if len(shape) == 3]
    return maps[-1]


SHAPE = Exercise(
    id="notebook-shape",
    concept="shapes from layer to layer",
    kind="build",
    title="Maps of a given shape",
    question="Change the network until **{filters} maps of {pooled}×{pooled}** reach flatten, and let it end in 10 "
    "scores. You may change kernel, stride, padding and pooling.",
    start=ARCHITECTURE,
    given="network",
    draw=_wished,
    before=lambda n: DEFAULT,
    solution=lambda n: VARIANT.format_map(n),
    goals=(
        Goal(
            lambda answer, n: _before_flatten(answer)[2],
            lambda value, n: value == n["filters"],
            "It sends {value} map{s} to flatten.",
            "It should be {filters}. Each filter of the last convolution makes one map.",
        ),
        Goal(
            lambda answer, n: "{}×{}".format(*_before_flatten(answer)),
            lambda value, n: value == "{pooled}×{pooled}".format_map(n),
            "The maps are {value}.",
            "They should be {pooled}×{pooled}. The kernel takes a few rows away; the pooling divides what is left.",
        ),
        ENDS_IN_TEN,
    ),
    hints=(
        "Set the number of filters first: it is the depth of the maps.",
        "Without pooling, a kernel of k leaves 28 − k + 1 rows. Which pooling window brings you near {pooled}?",
        "{pooled} rows after a pooling of {window}×{window} come from {window}·{pooled} rows or a few more. Choose the "
        "kernel so that the convolution leaves as many.",
    ),
    explanation="Filters decide the depth, kernel and padding how many rows the convolution leaves, and pooling "
    "divides them, rounding down. Several networks have this shape; yours is one of them.",
    shown="{answer}",
    needs=("notebook-pooled",),
)


def _wide(numbers: Numbers) -> str:
    return "conv6k{first}-relu-max2-conv6k{then}-relu-flatten-dense10".format_map(numbers)


def _seen(answer: str) -> int:
    """How many pixels of the image, from left to right, a number of the last maps sees."""
    network = Architecture.parse(answer)
    rows = [row for row in network.table() if len(row.output_shape) == 3]
    return rows[-1].receptive_field[1]


def _to_widen(generator: np.random.Generator) -> dict[str, Any]:
    numbers = {"first": int(generator.integers(3, 6)), "then": int(generator.integers(3, 6))}
    return numbers | {"field": _seen(_wide(numbers))}


WIDE = Exercise(
    id="notebook-receptive-field",
    concept="receptive field",
    kind="build",
    title="See more of the image",
    question="One number of the notebook's pooled maps sees 3×3 pixels of the image: hardly a stroke. Build a network "
    "in which one number that reaches flatten sees **{field}×{field}** pixels, with no kernel or pooling window larger "
    "than 5×5.",
    start=ARCHITECTURE,
    given="network",
    draw=_to_widen,
    before=lambda n: DEFAULT,
    solution=_wide,
    goals=(
        Goal(
            lambda answer, n: max(
                [
                    max(layer.size)
                    for layer in Architecture.parse(answer).layers
                    if isinstance(layer, Convolution | Pooling)
                ],
                default=1,
            ),
            lambda value, n: value <= LARGEST_KERNEL,
            "The largest window is {value}×{value}.",
            "Windows up to 5×5 are allowed. Put a second convolution behind the first instead.",
        ),
        Goal(
            lambda answer, n: _seen(answer),
            lambda value, n: value == n["field"],
            "One number of the last maps sees {value} pixels from left to right.",
            "It should be {field}. A layer behind a pooling of 2×2 adds 2 pixels for each further column of its "
            "window.",
        ),
        ENDS_IN_TEN,
    ),
    hints=(
        "Add a block. The column “receptive field” of the shape table shows how the view grows.",
        "A kernel of k widens the view by k − 1 at first, and by twice as much behind a pooling of 2×2. The pooling "
        "itself adds 1.",
        "Take a convolution, pooling of 2×2 and a second convolution without pooling. With kernels a and b it sees "
        "a + 1 + 2·(b − 1) pixels: find a and b for {field}.",
    ),
    explanation="{first} pixels, 1 more through the pooling, then 2·({then} − 1): that makes {field}, and other ways "
    "lead there as well. Depth and pooling widen the view more cheaply than one huge kernel would.",
    shown="{answer}",
    needs=("pooling-receptive-field",),
)

CHAPTER = Chapter(
    id="notebook",
    title="The notebook's network",
    idea="One small network comes with this playground. It was first built in a notebook, so it is called *the "
    "notebook's network*: **6 filters of 2×2** without padding, ReLU, **max pooling of "
    "2×2**, flatten, and a **dense** layer with 10 scores, one for each digit. Its shapes are 27×27×6, 13×13×6, 1,014 "
    "and 10; its parameters 30, 0, 0 and 10,150, **10,180** in all.\n\nThe shape table calculates them. After this "
    "chapter you can do so on paper, for any network of this kind, and you will know which layer to change when one is "
    "too large.",
    minutes=10,
    exercises=(CONVOLUTION, POOLED, FLAT, DENSE, TOTAL, MOST, HALF, SHAPE, WIDE),
    again=(STRIDED, STACK),
)
