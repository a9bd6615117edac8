"""Pooling: one number of each window, what that saves and what it forgets."""

from itertools import pairwise
from typing import Any

import numpy as np

from ..network.architecture import Architecture
from ..network.parsing import DEFAULT
from ..ops.arithmetic import Window
from ..ops.reference import combine_of, pool
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .goals import convolutions
from .stride import COUNT

BY_NUMBERS = {"pooling.tab": "numbers", "numbers.kind": "max", "numbers.size": "2", "numbers.follow": "off"}
PLACES = {"upper right": (0, 1), "lower left": (1, 0), "lower right": (1, 1)}
NUDGE = 0.01  # smaller than any difference of whole numbers


def _pooled(values: Any, kind: str, window: int, stride: int) -> np.ndarray:
    return pool(np.array(values, float), combine_of(kind), (window, window), (stride, stride))


def _block(values: np.ndarray) -> str:
    """The numbers in rows and columns, as a block of Markdown."""
    return "```text\n" + "\n".join("  ".join(f"{number:d}" for number in row) for row in values) + "\n```"


def _sixteen(generator: np.random.Generator) -> dict[str, Any]:
    values = generator.integers(0, 10, (4, 4))
    place = str(generator.choice(list(PLACES)))
    row, column = PLACES[place]
    own = values[2 * row : 2 * row + 2, 2 * column : 2 * column + 2].ravel()
    return {
        "values": values.tolist(),
        "block": _block(values),
        "place": place,
        "own": own.tolist(),
        "four": ", ".join(map(str, own[:-1])) + f" and {own[-1]}",
        "total": int(own.sum()),
    }


def _at_place(numbers: Numbers, kind: str) -> float:
    return float(_pooled(numbers["values"], kind, 2, 2)[PLACES[numbers["place"]]])


LARGEST = Exercise(
    id="pooling-max",
    concept="max pooling",
    kind="predict",
    title="The largest of each window",
    question="**Max** pooling with a window of 2×2 and stride 2 turns these 16 numbers into four:\n\n{block}\n\nWhich "
    "number stands at the **{place}** of the four?",
    start=Start("pooling", BY_NUMBERS | {"numbers.stride": "2"}),
    draw=_sixteen,
    solution=lambda n: _at_place(n, "max"),
    slips=(
        Slip(lambda n: _at_place(n, "mean"), "That is the mean of {four}. Max pooling keeps the largest number."),
        Slip(lambda n: n["total"], "You have added {four}. Max pooling adds nothing: it keeps the largest number."),
        Slip(lambda n: min(n["own"]), "That is the smallest of {four}. Max pooling keeps the largest."),
        Slip(
            lambda n: float(np.max(n["values"])),
            "That is the largest of all 16 numbers. The window at the {place} sees {four} only.",
        ),
    ),
    hints=(
        "Cut the 16 numbers into four squares of 2×2.",
        "The window at the {place} holds {four}.",
        "Compare {four}, and keep the largest of them.",
    ),
    explanation="The window at the {place} holds {four}. The largest of them is {answer:g}; the others are forgotten.",
)

MEAN = Exercise(
    id="pooling-mean",
    concept="mean pooling",
    kind="predict",
    title="The mean of each window",
    question="**Mean** pooling with a window of 2×2 and stride 2 turns these 16 numbers into four:\n\n{block}\n\nWhich "
    "number stands at the **{place}** of the four?",
    start=Start("pooling", BY_NUMBERS | {"numbers.stride": "2", "numbers.kind": "mean"}),
    draw=_sixteen,
    solution=lambda n: _at_place(n, "mean"),
    slips=(
        Slip(lambda n: n["total"], "That is the sum of {four}. Divide it by how many numbers the window holds."),
        Slip(lambda n: n["total"] / 2, "You have divided {total} by 2, the side of the window. It holds four numbers."),
        Slip(lambda n: _at_place(n, "max"), "That is the largest of {four}, as max pooling has it. Add, and divide."),
        Slip(
            lambda n: float(np.mean(n["values"])),
            "That is the mean of all 16 numbers. The window at the {place} sees {four} only.",
        ),
    ),
    hints=(
        "How many numbers share the window at the {place}?",
        "The window holds {four}. Their sum is {total}.",
        "Divide {total} by 4.",
    ),
    explanation="The numbers {four} add up to {total}, and {total} / 4 = {answer:g}.",
    needs=("pooling-max",),
)

SIZE = Exercise(
    id="pooling-size",
    concept="size after pooling",
    kind="predict",
    title="How small is the map afterwards?",
    question="Pooling counts its windows as a convolution does. The network has maps of **{size}×{size}**, and max "
    "pooling has a window of **{window}×{window}** that moves by **{stride}**. How many rows does the map have "
    "afterwards?",
    start=Start("pooling", {"pooling.tab": "maps", "maps.size": "2", "maps.stride": "2", "maps.follow": "off"}),
    draw=lambda generator: {
        "size": int(generator.integers(11, 28)),
        "window": int(generator.integers(2, 5)),
        "stride": int(generator.integers(2, 4)),
    },
    solution=lambda n: Window(n["window"], n["stride"]).output_size(n["size"]),
    slips=(
        Slip(
            lambda n: -(-(n["size"] - n["window"]) // n["stride"]) + 1,
            "You have rounded up: the last of these windows hangs over the edge, and pooling drops it.",
        ),
        Slip(
            lambda n: (n["size"] - n["window"]) // n["stride"],
            "You have counted the moves. There is a window before the first move: add 1.",
        ),
        Slip(
            lambda n: n["size"] - n["window"] + 1,
            "That many windows fit at stride 1. This one moves {stride} pixels at a time.",
        ),
    ),
    hints=(
        "It is the arithmetic of the chapter on stride, without padding.",
        "The window can move {size} − {window} rows down, {stride} at a time.",
        "Divide {size} − {window} by {stride}, round down, and add 1.",
    ),
    explanation="⌊({size} − {window}) / {stride}⌋ + 1 = {answer}. Where window and stride are equal, the windows do "
    "not overlap; a smaller stride makes them share rows and columns.",
    unit="row",
    needs=("pooling-max",),
)

PARAMETERS = Exercise(
    id="pooling-parameters",
    concept="pooling has no parameters",
    kind="predict",
    title="What does pooling have to learn?",
    question="A network begins with **{filters} filters of {kernel}×{kernel}** on the grey image, each with a bias. "
    "Max pooling of **{window}×{window}** follows. How many parameters do the two layers have together?",
    start=Start("architecture", {"net": DEFAULT}),
    draw=lambda generator: {
        "filters": int(generator.choice([4, 5, 8, 10])),
        "kernel": int(generator.integers(3, 6)),
        "window": int(generator.integers(2, 4)),
    },
    solution=lambda n: Architecture.parse("conv{filters}k{kernel}-max{window}".format_map(n)).parameter_count,
    slips=(
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * n["filters"] + n["window"] ** 2,
            "You have given the pooling window {window}·{window} weights. It compares numbers and multiplies none: it "
            "has no weights.",
        ),
        Slip(
            lambda n: (n["kernel"] ** 2 + 1 + n["window"] ** 2) * n["filters"],
            "You have given pooling {window}·{window} weights for each of the {filters} maps. It only picks the "
            "largest number and has nothing to learn.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"],
            "You have forgotten the biases of the convolution: each of the {filters} filters has one.",
        ),
    ),
    hints=(
        "A parameter is a number that training changes. Is there one in “take the largest”?",
        "Only the filters have parameters: {kernel}·{kernel} weights and a bias each.",
        "Calculate ({kernel}·{kernel} + 1)·{filters}, and add nothing for the pooling.",
    ),
    explanation="({kernel}·{kernel} + 1)·{filters} = {answer:,} in the convolution, and 0 in the pooling: taking the "
    "largest number needs no weights.",
    unit="parameter",
    needs=("pooling-max",),
)


def _unmoved(numbers: Numbers) -> int:
    """From how many pixels a bright one can move to the next without a change of the pooled line."""
    size, window = numbers["size"], numbers["window"]
    lines = [pool(row[None], np.max, (1, window), (1, window)) for row in np.eye(size)]
    return sum(np.array_equal(here, there) for here, there in pairwise(lines))


SHIFT = Exercise(
    id="pooling-shift",
    concept="what pooling forgets",
    kind="predict",
    title="A shift that nobody notices",
    question="On a line of **{size}** pixels one pixel is bright. Max pooling with a window of **{window}** and stride "
    "{window} follows. The bright pixel moves **one pixel to the right**. It may begin at any of the first {places} "
    "pixels: from how many of them does the pooled line stay exactly the same?",
    start=Start("pooling", {"pooling.tab": "invariance", "invariance.size": "{window}", "invariance.follow": "off"}),
    draw=lambda generator: {
        "window": (window := int(generator.integers(2, 5))),
        "windows": (windows := int(generator.integers(3, 7))),
        "size": window * windows,
        "places": window * windows - 1,
    },
    solution=_unmoved,
    slips=(
        Slip(
            lambda n: n["places"],
            "You say that pooling hides every shift. It does so inside a window only: from the last pixel of one, the "
            "bright pixel moves into the next.",
        ),
        Slip(
            lambda n: 0,
            "You say that every shift shows. While the bright pixel stays inside its window, the largest number there "
            "is the same.",
        ),
        Slip(
            lambda n: n["windows"] - 1,
            "That is how often it crosses from one window into the next. In all other cases the pooled line stays the "
            "same.",
        ),
        Slip(
            lambda n: n["windows"],
            "That is the number of windows. Count the pixels from which a step to the right stays in the same window.",
        ),
    ),
    hints=(
        "Mark the windows on the line. When does the bright pixel leave its window?",
        "In each window of {window} pixels, only the last one leads out of it.",
        "There are {windows} windows. Count the pixels of each, leave out its last one, and add up.",
    ),
    explanation="{windows} windows × ({window} − 1) pixels = {answer}. Pooling forgets where in its window a feature "
    "is. A feature that crosses into another window still changes the map. Drag the digit on the page to see both.",
    unit="pixel",
    needs=("pooling-max",),
)


def _nine(generator: np.random.Generator) -> dict[str, Any]:
    """Nine different numbers; the middle one is the largest of some of the four windows, but not of two of them."""
    while True:
        values = generator.permutation(np.arange(1, 10)).reshape(3, 3)
        if _risen({"values": values}) in (1, 3):
            return {"values": values.tolist(), "block": _block(values), "middle": int(values[1, 1])}


def _risen(numbers: Numbers) -> int:
    """How many pooled numbers rise when the middle one does."""
    raised = np.array(numbers["values"], float)
    raised[1, 1] += NUDGE
    return int((_pooled(raised, "max", 2, 1) > _pooled(numbers["values"], "max", 2, 1)).sum())


GRADIENT = Exercise(
    id="pooling-gradient",
    concept="where the gradient goes",
    kind="predict",
    title="Which outputs feel a change?",
    question="While a network learns, the **gradient** says how the outputs change when an input changes a little. Max "
    "pooling with a window of 2×2 and **stride 1** makes four numbers of these nine:\n\n{block}\n\nThe **{middle}** in "
    "the middle becomes a little larger. How many of the four outputs become larger?",
    start=Start("pooling", BY_NUMBERS | {"numbers.stride": "1"}),
    draw=_nine,
    solution=_risen,
    slips=(
        Slip(
            lambda n: 4,
            "All four windows hold the {middle}. But where a larger number stands beside it, that one is the output, "
            "and the {middle} makes no difference.",
        ),
        Slip(
            lambda n: 4 - _risen(n),
            "That is how many outputs stay the same. The question is how many of the four become larger.",
        ),
        Slip(
            lambda n: 0,
            "The {middle} need not be the largest of all nine. It is enough to be the largest in one of the windows.",
        ),
    ),
    hints=(
        "The windows overlap, and each of them holds the number in the middle.",
        "In which of the four windows is {middle} the largest number?",
        "Go through the windows at the upper left, upper right, lower left and lower right. Count those without a "
        "number above {middle}.",
    ),
    explanation="{middle} is the largest number in {answer} of the four windows. So if all four outputs are added up, "
    "a rise of 1 in the {middle} raises the sum by {answer}: that is its gradient. Numbers that win nowhere get the "
    "gradient 0: the step of training does not change what made them. Mean pooling would give each number of a window "
    "a quarter.",
    needs=("pooling-max",),
)

SEES = Exercise(
    id="pooling-receptive-field",
    concept="receptive field",
    kind="predict",
    title="Pooling widens the view",
    question="A network has a convolution of **{first}×{first}**, max pooling of **{window}×{window}** with stride "
    "{window}, and a convolution of **{second}×{second}**. How many pixels of the image, from left to right, does one "
    "number of the last map depend on?",
    start=Start("architecture", {"net": DEFAULT}),
    draw=lambda generator: {
        "first": int(generator.integers(2, 6)),
        "window": int(generator.integers(2, 4)),
        "second": int(generator.integers(2, 5)),
    },
    solution=lambda n: (
        Architecture.parse("conv4k{first}-max{window}-conv4k{second}".format_map(n)).table()[-1].receptive_field[1]
    ),
    slips=(
        Slip(
            lambda n: n["first"] + n["second"] - 1,
            "That is right without the pooling. With it, neighbours in the pooled map lie {window} pixels of the image "
            "apart.",
        ),
        Slip(
            lambda n: n["first"] + n["window"] + n["second"] - 2,
            "You have let the second convolution go on by 1 pixel for each of its columns. After the pooling each "
            "column stands for {window} pixels.",
        ),
        Slip(
            lambda n: n["first"] * n["window"] * n["second"],
            "You have multiplied the windows. Neighbouring windows overlap in the image, so the view grows by less.",
        ),
        Slip(lambda n: n["second"], "That is how many columns of the pooled map it reads. Each sees several pixels."),
    ),
    hints=(
        "Go from the image to the last map, and note after each layer how wide the view is.",
        "A number of the first map sees {first} pixels. The pooled one sees {window} neighbours, 1 pixel apart: "
        "{first} + {window} − 1.",
        "Each further column of the second convolution adds {window} pixels: add ({second} − 1)·{window}.",
    ),
    explanation="{first} + ({window} − 1)·1 + ({second} − 1)·{window} = {answer}. After the pooling a step of one "
    "column is a step of {window} pixels in the image, so the next layer sees more. The shape table on this page "
    "calculates it for your own network.",
    unit="pixel",
    needs=("pooling-size",),
)


def _shrinkable(generator: np.random.Generator) -> dict[str, Any]:
    filters, kernel = int(generator.integers(4, 9)), int(generator.choice([3, 5]))
    window = int(generator.choice([2, 3, 4])) if kernel == 5 else 2
    rows = Window(window, window).output_size(Window(kernel).output_size(28))
    return {"filters": filters, "kernel": kernel, "window": window, "most": rows * rows * filters}


def _received(network: Architecture) -> int:
    """How many numbers reach the last layer."""
    return int(np.prod(network.shapes[-2]))


SHRINK = Exercise(
    id="pooling-build",
    concept="pooling saves parameters",
    kind="build",
    title="Pool until it is small enough",
    question="The network in the sidebar has no pooling: all numbers of its maps reach the dense layer. Add pooling "
    "so that **at most {most:,} numbers** reach it and no pixel of the map stays unread. Keep the convolution.",
    start=Start("architecture", {"net": "conv{filters}k{kernel}-relu-flatten-dense10"}),
    given="network",
    draw=_shrinkable,
    before=lambda n: "conv{filters}k{kernel}-relu-flatten-dense10".format_map(n),
    solution=lambda n: "conv{filters}k{kernel}-relu-max{window}-flatten-dense10".format_map(n),
    goals=(
        Goal(
            lambda answer, n: convolutions(Architecture.parse(answer)),
            lambda value, n: value == "{filters} filters of {kernel}×{kernel}".format_map(n),
            "The convolution has {value}.",
            "Keep {filters} filters of {kernel}×{kernel}, with stride 1 and without padding.",
        ),
        Goal(
            lambda answer, n: Architecture.parse(answer).output_shape[-1],
            lambda value, n: value == 10,
            "The network ends in {value:,} number{s}.",
            "It has to end in 10 scores, one for each digit.",
        ),
        Goal(
            lambda answer, n: _received(Architecture.parse(answer)),
            lambda value, n: value <= n["most"],
            "The dense layer receives {value:,} number{s}.",
            "That is more than {most:,}. A window of 2×2 leaves about a quarter of them, a larger one fewer.",
        ),
        Goal(
            lambda answer, n: sum(row.unread or 0 for row in Architecture.parse(answer).table()),
            lambda value, n: value == 0,
            "The windows leave {value:,} pixel{s} of the maps unread.",
            "Choose a pooling window that divides the rows of the map without a remainder.",
        ),
    ),
    hints=(
        "Choose a kind of pooling in block 1, and watch what flatten makes of it in the shape table.",
        "The maps have 28 − {kernel} + 1 rows. Which windows divide them without a remainder?",
        "After pooling, rows·columns·{filters} has to be at most {most:,}. Try the windows that divide 28 − "
        "{kernel} + 1, from 2 on.",
    ),
    explanation="A pooling window of 2×2 leaves a quarter of the numbers, one of 3×3 a ninth. The dense layer needs "
    "a weight for each number and each digit, so it shrinks as much.",
    shown="max pooling of {window}×{window}: {answer}",
    needs=("pooling-size", "pooling-parameters"),
)

CHAPTER = Chapter(
    id="pooling",
    title="Pooling: keep one number of each window",
    idea="A feature map says *where* a filter has found something. Whether the stroke is one pixel further left often "
    "does not matter. **Pooling** keeps one number of each window: the largest (**max**), which asks “is the feature "
    "there?”, or the average (**mean**), which asks “how much of it?”. Window and stride are usually equal, so that "
    "the windows stand side by side.\n\nThe map becomes smaller, everything after it cheaper, and small shifts fade. "
    "The price: the exact place is forgotten.",
    minutes=10,
    exercises=(LARGEST, MEAN, SIZE, PARAMETERS, SHIFT, GRADIENT, SEES, SHRINK),
    again=(COUNT,),
)
