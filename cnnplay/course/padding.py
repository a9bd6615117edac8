"""Padding: zeros around the image, and how large a map becomes exactly."""

from typing import Any

import numpy as np

from ..network.architecture import Architecture
from ..network.layers import Convolution
from ..ops.arithmetic import Window
from .answers import WindowsOn
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .filters import EVEN, NEGATED
from .goals import SIZE_STAYS, rows_of, stays

MOST_LAYERS = 16  # that the page stacks


def _lab(**numbers: str) -> Start:
    """The lab of Stride and padding with the numbers of a task, valid padding and stride 1, unless told otherwise."""
    usual = {"size": "{size}", "kernel": "{kernel}", "stride": "1", "padding": "valid"}
    rows = {f"rows.{name}": text for name, text in (usual | numbers).items()}
    return Start("stride_padding", {"windows.follow": "off"} | rows)


def _line(generator: np.random.Generator) -> dict[str, Any]:
    kernel = int(generator.integers(3, 8))
    return {"size": int(generator.integers(8, 29)), "kernel": kernel, "less": kernel - 1}


FULL = Exercise(
    id="padding-full",
    concept="padding",
    kind="predict",
    title="Every window that touches",
    question="A window of **{kernel}** pixels slides over a line of **{size}**, one pixel at a time. The padding is "
    "*full*: a window counts as soon as it covers at least one pixel of the line. How many windows are there?",
    start=_lab(),
    draw=_line,
    solution=lambda n: Window(n["kernel"], padding="full").output_size(n["size"]),
    slips=(
        Slip(
            lambda n: n["size"],
            "That would be *same* padding, with a window for each pixel. *full* goes further out on both sides.",
        ),
        Slip(
            lambda n: n["size"] - n["kernel"] + 1,
            "That many windows lie inside, as with *valid*. Now windows may hang over both ends as well.",
        ),
        Slip(
            lambda n: n["size"] + n["kernel"],
            "You have counted one too many: one step further, the window would no longer touch the line.",
        ),
        Slip(
            lambda n: n["size"] + 2 * (n["kernel"] - 1),
            "That is the length of the line with its padding. On its last {less} places no window can begin.",
        ),
    ),
    hints=(
        "Where does the first window stand? Only its last pixel lies on the line.",
        "Padding adds {kernel} − 1 zeros before the line and as many after it.",
        "The padded line has {size} + 2·({kernel} − 1) places. Take the kernel away, and add 1.",
    ),
    explanation="({size} + 2·({kernel} − 1)) − {kernel} + 1 = {size} + {kernel} − 1 = {answer}. Choose *full* on "
    "the page and compare.",
    unit="window",
)

SIDES = Exercise(
    id="padding-sides",
    concept="same padding",
    kind="predict",
    title="Where the odd zero goes",
    question="A window of **{kernel}** pixels slides over a line of **{size}** at stride 1, with *same* padding. How "
    "many zeros stand **after** the end of the line?",
    start=_lab(kernel="{less}", padding="same"),
    draw=lambda generator: _even(generator),
    solution=lambda n: Window(n["kernel"], padding="same").pads(n["size"])[1],
    slips=(
        Slip(
            lambda n: Window(n["kernel"], padding="same").pads(n["size"])[0],
            "That is how many stand before the line. The zeros cannot be divided evenly, and the odd one goes to the "
            "end.",
        ),
        Slip(
            lambda n: sum(Window(n["kernel"], padding="same").pads(n["size"])),
            "That is how many zeros there are in all. Some of them stand before the line.",
        ),
        Slip(
            lambda n: n["kernel"],
            "That is the size of the window. To get {size} windows, {less} zeros are enough, on both sides together.",
        ),
    ),
    hints=(
        "*same* is to give {size} windows, one for each pixel. How many are missing without padding?",
        "Without padding there are {less} windows too few, so {less} zeros are needed in all.",
        "Divide the {less} zeros by two. The odd one goes to the end.",
    ),
    explanation="{kernel} − 1 = {less} zeros: {before} before the line and {answer} after it. With an odd kernel, as "
    "on the page, both sides are equal.",
    unit="zero",
)


def _even(generator: np.random.Generator) -> dict[str, Any]:
    kernel = int(generator.choice((4, 6, 8, 10)))
    size = int(generator.integers(12, 29))
    before, _ = Window(kernel, padding="same").pads(size)
    return {"size": size, "kernel": kernel, "less": kernel - 1, "before": before}


def _strided(generator: np.random.Generator) -> dict[str, Any]:
    return {
        "size": int(generator.integers(9, 29)),
        "kernel": int(generator.integers(3, 6)),
        "stride": int(generator.integers(2, 5)),
    }


STRIDED = Exercise(
    id="padding-strided",
    concept="same padding",
    kind="predict",
    title="Same, but with larger steps",
    question="A line of **{size}** pixels, a window of **{kernel}**, stride **{stride}**, *same* padding. How many "
    "windows are there?",
    start=_lab(padding="same"),
    draw=_strided,
    solution=lambda n: Window(n["kernel"], n["stride"], "same").output_size(n["size"]),
    slips=(
        Slip(
            lambda n: n["size"] // n["stride"],
            "You have rounded down. *same* adds zeros until the last window fits, so it rounds up.",
        ),
        Slip(
            lambda n: n["size"],
            "As many windows as pixels: that is *same* at stride 1. Here the window moves {stride} pixels at a time.",
        ),
        Slip(
            lambda n: Window(n["kernel"], n["stride"]).output_size(n["size"]),
            "That is *valid*, without padding: ⌊({size} − {kernel}) / {stride}⌋ + 1.",
        ),
    ),
    hints=(
        "With *same* padding the kernel size plays no part.",
        "At stride 1 there is a window for each of the {size} pixels. At stride {stride} one out of {stride} is left, "
        "beginning with the first.",
        "Divide {size} by {stride}, and round up.",
    ),
    explanation="⌈{size} / {stride}⌉ = {answer}: the brackets round up. Set the stride on the page to {stride}, then "
    "change the kernel: the number of windows stays.",
    unit="window",
    needs=("padding-sides",),
)


def _reads(kernel: int, size: int, pixel: int) -> int:
    """How many windows on an image read the pixel at this row and column, with padding "same"."""
    window = Window(kernel, padding="same")
    return window.reads(size)[window.pads(size)[0] + pixel] ** 2


CORNER = Exercise(
    id="padding-corner",
    concept="borders",
    kind="predict",
    title="How often is a corner read?",
    question="A window of **{kernel} × {kernel}** slides over **{size} × {size}** pixels at stride 1, with *same* "
    "padding. How many windows read the pixel in the **corner** of the image?",
    start=_lab(kernel="2"),
    draw=lambda generator: _read_at_the_corner(generator),
    solution=lambda n: _reads(n["kernel"], n["size"], 0),
    slips=(
        Slip(
            lambda n: _reads(n["kernel"], n["size"], n["size"] // 2),
            "That is right for a pixel in the middle: it has been under each of the weights once. A corner has not.",
        ),
        Slip(
            lambda n: (n["kernel"] + 1) // 2,
            "That is right along one side. The window moves down as well as to the right: multiply.",
        ),
        Slip(
            lambda n: 1,
            "That is right without padding. Here windows also stand partly outside, and they read the corner too.",
        ),
    ),
    hints=(
        "Take a single line first: how many windows of {kernel} read its first pixel?",
        "With *same* padding, ({kernel} − 1) / 2 zeros stand before the line. So windows begin on the first pixel and "
        "on each of these zeros, and all of them read the first pixel.",
        "Add 1 to ({kernel} − 1) / 2. Rows and columns are alike: multiply this by itself.",
    ),
    explanation="{side} windows in each direction, so {side}·{side} = {answer}. A pixel in the middle is read "
    "{middle} times. What lies at the border enters fewer sums.",
    unit="window",
    needs=("padding-sides",),
)


def _read_at_the_corner(generator: np.random.Generator) -> dict[str, Any]:
    kernel, size = int(generator.choice((3, 5, 7, 9))), int(generator.integers(12, 21))
    window = Window(kernel, padding="same")
    side = window.reads(size)[window.pads(size)[0]]
    return {"kernel": kernel, "size": size, "side": side, "middle": _reads(kernel, size, size // 2)}


def _layers(n: Numbers) -> int:
    """How many layers with valid padding fit one after the other."""
    return len(Window(n["kernel"]).stacked(n["size"], MOST_LAYERS)) - 1


STACK = Exercise(
    id="padding-stack",
    concept="stacked layers",
    kind="predict",
    title="How many layers fit?",
    question="An image has **{size} × {size}** pixels. Each layer slides a window of **{kernel} × {kernel}** over "
    "what the layer before it has made, at stride 1 and **without** padding. How many layers fit, until the window is "
    "larger than the map?",
    start=Start("stride_padding", {**_lab(kernel="2").parameters, "windows.layers": str(MOST_LAYERS)}),
    draw=lambda generator: _stacked(generator),
    solution=_layers,
    slips=(
        Slip(
            lambda n: n["size"] // n["kernel"],
            "You have divided by the kernel. Each layer takes only {less} pixels, one less than its window has.",
        ),
        Slip(
            lambda n: _layers(n) + 1,
            "One too many: for that layer the window is larger than the map that is left.",
        ),
        Slip(
            lambda n: n["size"] - n["kernel"] + 1,
            "That is the size of the map after the first layer. Go on from there.",
        ),
    ),
    hints=(
        "How many rows does a single layer take away?",
        "With each layer the map loses {less} rows and {less} columns. A window fits as long as {kernel} are left.",
        "Write down the sizes: {size}, then {less} less each time. Stop below {kernel}, and count the steps.",
    ),
    explanation="The sizes are {sizes}; the next window does not fit. Set the kernel size to {kernel} and look at "
    "*Why networks pad* on the page: *same* padding keeps {size}, however many layers there are.",
    unit="layer",
)


def _stacked(generator: np.random.Generator) -> dict[str, Any]:
    numbers = {"size": int(generator.integers(10, 33)), "kernel": int(generator.integers(3, 8))}
    sizes = Window(numbers["kernel"]).stacked(numbers["size"], MOST_LAYERS)
    return numbers | {"less": numbers["kernel"] - 1, "sizes": ", ".join(map(str, sizes))}


SPAN = Exercise(
    id="padding-dilation",
    concept="dilation",
    kind="predict",
    title="Weights with gaps",
    question="A window has **{kernel}** weights on a side. With **dilation {dilation}**, each weight lies {dilation} "
    "pixels after the one before, with gaps in between. How many pixels is it from the first weight to the last, both "
    "included?",
    start=_lab(size="24"),
    draw=lambda generator: {"kernel": int(generator.integers(3, 9)), "dilation": int(generator.integers(2, 4))},
    solution=lambda n: Window(n["kernel"], dilation=n["dilation"]).span,
    slips=(
        Slip(
            lambda n: n["kernel"] * n["dilation"],
            "You have counted a gap after the last weight too. There are only {kernel} − 1 steps between {kernel} "
            "weights.",
        ),
        Slip(
            lambda n: (n["kernel"] - 1) * n["dilation"],
            "Those are the steps. Count the pixel of the first weight as well: add 1.",
        ),
        Slip(
            lambda n: n["kernel"],
            "That is right without gaps, with dilation 1.",
        ),
        Slip(
            lambda n: n["kernel"] + n["dilation"],
            "You have added the dilation once. There is a gap after every weight but the last.",
        ),
    ),
    hints=(
        "Draw the weights as crosses on squared paper, {dilation} squares from one to the next.",
        "From the first weight to the last there are {kernel} − 1 steps of {dilation} pixels.",
        "Multiply {kernel} − 1 by {dilation}, and add 1 for the first weight.",
    ),
    explanation="{dilation}·({kernel} − 1) + 1 = {answer}. Set the dilation on the page to {dilation}: the window "
    "sees further with as many weights.",
    unit="pixel",
)

KEEP = Exercise(
    id="padding-keep",
    concept="same padding",
    kind="build",
    title="Keep 28 pixels",
    question="The lab shows **28** pixels on a side and a window of **{kernel}** without padding: its map has "
    "{before} on a side. Choose the padding *pixels*, and find the number of pixels with which the map keeps **28**. "
    "Leave the rest as it is.",
    start=_lab(),
    given="windows",
    draw=lambda generator: _kept(int(generator.choice((3, 5, 7, 9)))),
    before=lambda n: WindowsOn(28, Window(n["kernel"])),
    solution=lambda n: WindowsOn(28, Window(n["kernel"], padding=n["pixels"])),
    goals=(
        SIZE_STAYS,
        stays("kernel"),
        stays("stride"),
        stays("dilation"),
        Goal(
            lambda answer, n: answer.window.output_size(answer.size),
            lambda value, n: value == 28,
            "The map has {value} on a side.",
            "It has to have 28. Every pixel of padding on both sides makes the map two larger.",
        ),
        Goal(
            lambda answer, n: answer.window.padding,
            lambda value, n: isinstance(value, int),
            "You have chosen the padding *{value}*.",
            "That does it. Now find the number yourself: choose the padding *pixels*.",
        ),
    ),
    hints=(
        "How many pixels does the map lose without padding?",
        "A window of {kernel} takes {less} pixels away. Padding on both sides has to give them back.",
        "Each side has to give half of these {less} pixels.",
    ),
    explanation="(28 + {pixels} + {pixels}) − {kernel} + 1 = 28: half of the {less} lost pixels on each side. *same* "
    "padding does exactly this.",
    shown="the padding pixels, with {pixels} on each side",
    needs=("padding-sides",),
)


def _kept(kernel: int) -> dict[str, Any]:
    pixels, _ = Window(kernel, padding="same").pads(28)
    before = Window(kernel).output_size(28)
    window = {"kernel": kernel, "stride": 1, "dilation": 1}
    return window | {"size": 28, "less": kernel - 1, "pixels": pixels, "before": before}


DEEP = Exercise(
    id="padding-deep",
    concept="stacked layers",
    kind="build",
    title="Three layers that keep the size",
    question="Three convolutions with windows of **{kernel} × {kernel}** follow one another, without padding: the "
    "maps of the third have only {before} × {before} numbers. Change the padding until they have **28 × 28**. Keep "
    "three convolutions with these windows.",
    start=Start("architecture", {"net": "{net}"}),
    given="network",
    draw=lambda generator: _three(int(generator.integers(3, 7))),
    before=lambda n: n["net"],
    solution=lambda n: n["padded"],
    goals=(
        Goal(
            lambda net, n: len(Architecture.parse(net).convolutions),
            lambda value, n: value == 3,
            "The network has {value} convolution{s}.",
            "There have to be three.",
        ),
        Goal(
            lambda net, n: _sizes(net),
            lambda value, n: value == str(n["kernel"]),
            "Their windows have {value} rows and columns.",
            "All of them have to stay {kernel} × {kernel}: a window of one pixel would keep the size, but sees "
            "nothing beside it.",
        ),
        Goal(
            lambda net, n: next(row for row in rows_of(net) if row.layer == "conv3").output_shape[:2],
            lambda value, n: value == (28, 28),
            "The third has maps of {value[0]} × {value[1]}.",
            "They have to be 28 × 28. Look in the table where rows get lost, and use *same* padding there.",
        ),
    ),
    hints=(
        "Each layer without padding takes {less} rows and {less} columns. None of the three may do so.",
        "Which padding gives a window for every pixel at stride 1?",
        "Set the padding of all three blocks in the sidebar to *same*.",
    ),
    explanation="With *same* padding each layer hands on as many rows and columns as it got. Only a stride or a "
    "pooling makes maps smaller then, where you want it.",
    shown="*same* padding in all three convolutions",
    needs=("padding-stack",),
)


def _sizes(net: str) -> str:
    """The rows and columns of the windows of all convolutions, each number once."""
    layers = (layer for layer in Architecture.parse(net).layers if isinstance(layer, Convolution))
    return ", ".join(map(str, sorted({axis.kernel for layer in layers for axis in layer.axes})))


def _three(kernel: int) -> dict[str, Any]:
    net, padded = (
        "-relu-".join(f"conv{filters}k{kernel}{padding}" for filters in (4, 8, 8)) + "-relu-max2-flatten-dense10"
        for padding in ("", "same")
    )
    before = next(row for row in rows_of(net) if row.layer == "conv3").output_shape[0]
    return {"kernel": kernel, "less": kernel - 1, "net": net, "padded": padded, "before": before}


CHAPTER = Chapter(
    id="padding",
    title="Padding and exact sizes",
    idea="A window that has to lie inside the image makes every map a little smaller than what it reads. **Padding** "
    "adds zeros around the image: *valid* adds none; *same* adds as many as it takes to get a window for each pixel "
    "at stride 1, or for every second pixel at stride 2, half of them before and half after, an odd one at the end; "
    "*full* lets a window stand wherever it covers at least one pixel.\n\nOne formula gives every size, for rows and "
    "for columns: ⌊(size + padding before + padding after − kernel) / stride⌋ + 1. With **dilation** the weights lie "
    "apart, and the kernel counts with its gaps.",
    minutes=10,
    exercises=(FULL, SIDES, STRIDED, CORNER, STACK, SPAN, KEEP, DEEP),
    again=(EVEN, NEGATED),
)
