"""Stride: how far the window moves, and what it leaves out."""

from typing import Any

import numpy as np

from ..network.architecture import Architecture
from ..ops.arithmetic import Window
from .answers import WindowsOn
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .goals import NO_DILATION, NO_PADDING, SIZE_STAYS, rows_of, stays
from .sliding import BIAS_AND_RELU, WINDOW

# The lab of Stride and padding with the numbers of a task.
LAB = {
    "rows.size": "{size}",
    "rows.kernel": "{kernel}",
    "rows.stride": "{stride}",
    "rows.padding": "valid",
    "windows.follow": "off",
}


def _numbers(generator: np.random.Generator) -> dict[str, Any]:
    return {
        "kernel": int(generator.integers(2, 6)),
        "size": int(generator.integers(10, 25)),
        "stride": int(generator.integers(2, 5)),
    }


def _window(numbers: Numbers) -> Window:
    return Window(numbers["kernel"], numbers["stride"])


COUNT = Exercise(
    id="stride-count",
    concept="stride",
    kind="predict",
    title="How many windows fit?",
    question="A window of **{kernel}** pixels moves over a line of **{size}** pixels, **{stride}** at a time, without "
    "padding. How many windows are there?",
    start=Start("stride_padding", LAB | {"rows.stride": "1"}),
    draw=_numbers,
    solution=lambda n: _window(n).output_size(n["size"]),
    slips=(
        Slip(
            lambda n: -(-(n["size"] - n["kernel"]) // n["stride"]) + 1,
            "You have rounded up: the last of these windows hangs over the edge. Without padding it does not count.",
        ),
        Slip(
            lambda n: (n["size"] - n["kernel"]) // n["stride"],
            "You have counted the moves. There is a window before the first move: add 1.",
        ),
        Slip(
            lambda n: n["size"] - n["kernel"] + 1,
            "That many windows fit at stride 1. With stride {stride} the window skips some of those places.",
        ),
        Slip(
            lambda n: n["size"] // n["stride"],
            "You have divided all {size} pixels by the stride. The first window takes {kernel} of them.",
        ),
    ),
    hints=(
        "How far can the window move before its last pixel leaves the line?",
        "It can move {size} − {kernel} pixels. Each move takes {stride} of them; a remainder is too short for a move.",
        "Divide {size} − {kernel} by {stride}, round down, and add 1 for the window at the beginning.",
    ),
    explanation="⌊({size} − {kernel}) / {stride}⌋ + 1 = {answer}: all the moves that fit, and one window "
    "before them. The brackets ⌊ ⌋ round down.",
    unit="window",
)

UNREAD = Exercise(
    id="stride-unread",
    concept="stride",
    kind="predict",
    title="Pixels that no window reads",
    question="A window of **{kernel}** pixels moves by **{stride}** over a line of **{size}** pixels, without "
    "padding. How many pixels at the end of the line does no window read?",
    start=Start("stride_padding", LAB | {"rows.stride": "1"}),
    draw=_numbers,
    solution=lambda n: _window(n).remainder(n["size"]),
    slips=(
        Slip(
            lambda n: n["stride"] - _window(n).remainder(n["size"]),
            "That is how many pixels are missing for one more move. The question is how many are left over.",
        ),
        Slip(
            lambda n: _window(n).output_size(n["size"]),
            "That is the number of windows. The remainder of the division is what is left over.",
        ),
        Slip(
            lambda n: n["size"] % n["stride"],
            "You have divided {size} by the stride. Take away the {kernel} pixels of the first window before.",
        ),
    ),
    hints=(
        "Find the last pixel of the last window.",
        "The window moves over {size} − {kernel} pixels, {stride} at a time. What is too short for a move stays "
        "unread.",
        "It is what remains when {size} − {kernel} is divided by {stride}.",
    ),
    explanation="{size} − {kernel} divided by {stride} leaves {answer}: that is the number of pixels that the network "
    "never sees.",
    unit="pixel",
    needs=("stride-count",),
)

READ_ALL = Exercise(
    id="stride-read-all",
    concept="stride",
    kind="build",
    title="Leave no pixel unread",
    question="The lab shows **{size}** pixels and a window of **{kernel}** with stride **{stride}**. Change the "
    "kernel size until the windows read every pixel. Keep the size of the input, the stride and the padding (*valid*: "
    "no zeros around the line).",
    start=Start("stride_padding", LAB),
    given="windows",
    draw=lambda generator: {
        "kernel": int(generator.integers(3, 6)),
        "size": int(generator.integers(12, 25)),
        "stride": int(generator.integers(2, 4)),
    },
    before=lambda n: WindowsOn(n["size"], _window(n)),
    solution=lambda n: WindowsOn(n["size"], Window(n["stride"] + n["size"] % n["stride"], n["stride"])),
    goals=(
        SIZE_STAYS,
        stays("stride"),
        NO_PADDING,
        Goal(
            lambda answer, n: answer.window.read(answer.size).count(False),
            lambda value, n: value == 0,
            "The windows leave {value} pixel{s} unread.",
            "What remains when the size minus the kernel is divided by {stride} stays unread: try a kernel one larger.",
        ),
    ),
    hints=(
        "Watch the pixels at the end of the line while you change the kernel size.",
        "The kernel moves over {size} minus its own size. That has to be a multiple of {stride}.",
        "Try kernels of {stride} pixels and more, one after the other, and divide {size} minus the kernel by {stride}.",
    ),
    explanation="{size} minus the kernel is now a multiple of {stride}, so the last window ends at the last pixel.",
    shown="a kernel of {answer.window.kernel}",
    needs=("stride-unread",),
)


def _costs(generator: np.random.Generator) -> dict[str, Any]:
    filters, kernel = int(generator.choice((2, 4, 5, 10))), int(generator.integers(2, 6))
    stride = int(generator.choice((2, 4)))
    return {
        "filters": filters,
        "kernel": kernel,
        "stride": stride,
        "before": _cost(filters, kernel, 1),
        "side": 28 // stride,
        "share": "quarter" if stride == 2 else "sixteenth",
        "squared": stride**2,
    }


def _cost(filters: int, kernel: int, stride: int) -> int:
    """The multiply-adds of a convolution with padding "same" on a digit."""
    return Architecture.parse(f"conv{filters}k{kernel}s{stride}same").macs


COST = Exercise(
    id="stride-cost",
    concept="cost",
    kind="predict",
    title="What does stride save?",
    question="A **multiply-add** is one weight used once. A convolution with {filters} filters of {kernel} × {kernel} "
    "reads a digit of 28 × 28 pixels and keeps 28 × 28 numbers in each map. For that it takes **{before:,}** "
    "multiply-adds. How many does it take with stride **{stride}**, when each map has {side} × {side} numbers?",
    start=Start("architecture", {"net": "conv{filters}k{kernel}same-relu-max2-flatten-dense10"}),
    draw=_costs,
    solution=lambda n: _cost(n["filters"], n["kernel"], n["stride"]),
    slips=(
        Slip(
            lambda n: n["before"] // n["stride"],
            "You have divided by {stride} once. The window takes larger steps in both directions: fewer columns, and "
            "fewer rows as well.",
        ),
        Slip(
            lambda n: n["before"],
            "The weights stay as they are, but every number of a map has to be computed, and there are fewer of them.",
        ),
        Slip(
            lambda n: n["before"] - _cost(n["filters"], n["kernel"], n["stride"]),
            "That is what the stride saves. The question is what is left.",
        ),
    ),
    hints=(
        "Every number of a map costs the same. How many fewer numbers are there?",
        "Of 28 rows {side} are left, and of 28 columns {side}.",
        "Divide {before:,} by {stride} for the rows, and by {stride} again for the columns.",
    ),
    explanation="{before:,} / {squared} = {answer:,}: a {share}, because {side}·{side} is a {share} of 28·28. Set "
    "the stride of block 1 to {stride} in the sidebar, and find this number in the shape table, under *Multiply-adds*.",
    unit="multiply-add",
    needs=("stride-count",),
)


def _aimed(generator: np.random.Generator) -> dict[str, Any]:
    numbers = {"size": int(generator.integers(14, 29)), "kernel": int(generator.integers(2, 6)), "stride": 1}
    right = int(generator.integers(2, 5))
    wanted = Window(numbers["kernel"], right).output_size(numbers["size"])
    return numbers | {"right": right, "wanted": wanted, "before": _window(numbers).output_size(numbers["size"])}


AIM = Exercise(
    id="stride-aim",
    concept="output size",
    kind="build",
    title="A smaller map by larger steps",
    question="The lab shows **{size}** pixels on a side and a window of **{kernel}** with stride 1: {before} windows "
    "on a side. Change the **stride** until there are **{wanted}**. Leave the rest as it is.",
    start=Start("stride_padding", LAB),
    given="windows",
    draw=_aimed,
    before=lambda n: WindowsOn(n["size"], _window(n)),
    solution=lambda n: WindowsOn(n["size"], Window(n["kernel"], n["right"])),
    goals=(
        SIZE_STAYS,
        stays("kernel"),
        NO_PADDING,
        NO_DILATION,
        Goal(
            lambda answer, n: answer.window.output_size(answer.size),
            lambda value, n: value == n["wanted"],
            "You have {value} window{s} on a side.",
            "There have to be {wanted}. The window can move over {size} − {kernel} pixels; a larger stride means "
            "fewer moves.",
        ),
    ),
    hints=(
        "How often does the window have to move, so that {wanted} windows stand side by side?",
        "There is one move fewer than there are windows, and {size} − {kernel} pixels are left for all of them.",
        "Divide {size} − {kernel} by the number of moves, {wanted} − 1, and round down.",
    ),
    explanation="⌊({size} − {kernel}) / {right}⌋ + 1 = {wanted}.",
    shown="a stride of {right}",
    needs=("stride-count",),
)


def _fields(generator: np.random.Generator) -> dict[str, Any]:
    return {
        "first": int(generator.integers(2, 6)),
        "second": int(generator.integers(2, 6)),
        "stride": int(generator.integers(2, 4)),
    }


def _field(first: int, stride: int, second: int) -> int:
    """The pixels, on a side, that a value of the second of two convolutions depends on."""
    rows = rows_of(f"conv4k{first}s{stride}-relu-conv8k{second}")
    return next(row.receptive_field[0] for row in rows if row.layer == "conv2")


FIELD = Exercise(
    id="stride-field",
    concept="receptive field",
    kind="predict",
    title="How far does the second layer see?",
    question="The first convolution has a window of **{first}** pixels on a side and stride **{stride}**. The second "
    "one has a window of **{second}** and stride 1. A number of the second map depends on a square of the image, its "
    "*receptive field*. How many pixels wide is it?",
    start=Start("architecture", {"net": "conv4k{first}-relu-conv8k{second}-relu-max2-flatten-dense10"}),
    draw=_fields,
    solution=lambda n: _field(n["first"], n["stride"], n["second"]),
    slips=(
        Slip(
            lambda n: _field(n["first"], 1, n["second"]),
            "That is right for stride 1. With stride {stride}, neighbouring numbers of the first map stand {stride} "
            "pixels apart.",
        ),
        Slip(
            lambda n: n["first"] + n["second"] * n["stride"],
            "You have gone one step too far: from the first to the last of {second} numbers there is one step less.",
        ),
        Slip(
            lambda n: n["first"] * n["second"],
            "You have multiplied the windows. Those of the first layer overlap or have gaps: what counts is how far "
            "apart the first and the last of them stand.",
        ),
        Slip(
            lambda n: n["second"],
            "That is how many numbers of the first map it reads. Each of them has read {first} pixels of its own.",
        ),
    ),
    hints=(
        "The second window reads {second} numbers of the first map side by side. Where in the image do their windows "
        "stand?",
        "From one of these {second} windows to the next it is {stride} pixels. The last one is {first} pixels wide.",
        "Take {stride} pixels for each step from the first to the last of {second} windows, and add {first}.",
    ),
    explanation="{first} + ({second} − 1)·{stride} = {answer}. The shape table on the page shows the receptive "
    "field with stride 1. Set the stride of block 1 to {stride} in the sidebar, and watch it grow.",
    unit="pixel",
    needs=("stride-count",),
)

CHAPTER = Chapter(
    id="stride",
    title="Stride: larger steps, smaller maps",
    idea="The window need not stop at every pixel. The **stride** is how many pixels it moves at a time, down as well "
    "as to the right. With stride 2 the map has about half as many rows and half as many columns, so that everything "
    "after it costs about a quarter.\n\nThe price: where the moves do not come out even, the last pixels are read by "
    "no window at all.",
    minutes=9,
    exercises=(COUNT, UNREAD, READ_ALL, COST, AIM, FIELD),
    again=(WINDOW, BIAS_AND_RELU),
)
