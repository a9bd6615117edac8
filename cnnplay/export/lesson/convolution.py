"""What a filter computes: one window, multiplied and added; then all of them."""

import numpy as np

from ...labs.kernels import KERNELS, NamedKernel
from ...ops.arithmetic import Window
from ...ops.reference import slide
from ...words import capital, counted
from ..plots.filters import draw_slide, draw_window
from .cells import Cell, Chapter, Code, Picture, Question, Words
from .subject import COLOURS, Subject
from .texts import minus, source_of

FIRST = "horizontal-edge"  # the kernel whose sum is written out
MIDDLE = Window(3)
DECIMALS = 3  # with which the written products of that sum add up to it


def convolution(subject: Subject) -> Chapter:
    """One window, multiplied and added; then all of them."""
    kernel = KERNELS[FIRST].array
    feature_map = slide(subject.plane, kernel)
    strongest = np.unravel_index(feature_map.argmax(), feature_map.shape)
    row, column = int(strongest[0]), int(strongest[1])
    cells = [
        *_one_window(subject, kernel, row, column),
        *_all_windows(subject, kernel, feature_map, row, column),
        *_own_first(subject),
    ]
    return Chapter("What a convolution is", cells)


def _one_window(subject: Subject, kernel: np.ndarray, row: int, column: int) -> list[Cell]:
    """The products and the sum of the window at (row, column)."""
    patch = subject.plane[row : row + 3, column : column + 3]
    return [
        Words(
            "A **filter** is a small table of numbers, its **weights**; the table is also called a **kernel**. It "
            f"is placed on {_one_table(subject)}, where it covers a **window** of its own size. Each brightness is "
            "multiplied by the weight on top of it, and the products are added up. Nine pixels become one number."
        ),
        Picture(
            draw_window,
            ("window", "kernel", str(DECIMALS)),
            lambda: (patch, kernel, DECIMALS),
            f"Nine pixels times nine weights: {_sum(patch, kernel)}.",
            code=f"kernel = {kernel_source(KERNELS[FIRST])}\n"
            f"row, column = {row}, {column}\n"
            f"window = {subject.one}[row : row + 3, column : column + 3, {subject.channel}]\n"
            f'print("the sum:", round(float((window * kernel).sum()), {DECIMALS}))',
        ),
        Words(
            f"Written out, line by line: {_sum(patch, kernel)}.\n\nIs that a lot? This kernel has 1 in its upper row "
            "and −1 in its lower row. The largest sum it can give is 3: three white pixels above, three black ones "
            f"below. So it asks a question of the window: **is it bright above and dark below?** {_answer(subject)}"
        ),
    ]


def _all_windows(subject: Subject, kernel: np.ndarray, feature_map: np.ndarray, row: int, column: int) -> list[Cell]:
    """The feature map, with the window at (row, column) outlined."""
    rows, places = subject.plane.shape[0], feature_map.shape[0]
    return [
        Words(
            "Now the window moves on by one pixel, and again, row by row, over the whole picture. Each sum is written "
            "where its window stood. Together they are a new picture: the **feature map**. In it, orange is above "
            "zero, blue is below zero, and white is zero."
        ),
        Code(source_of(slide)),
        Picture(
            draw_slide,
            (subject.one, "kernel", "feature_map", "row", "column"),
            lambda: (subject.image, kernel, feature_map, row, column),
            f"{capital(subject.it)}, the kernel, and its feature map: {_edges(subject)}",
            code=f"feature_map = slide({subject.plane_source}, kernel)\nprint(feature_map.shape)",
        ),
        Question(
            f"**Question.** The picture has {rows} rows, the map has {places}. Where are the other two?",
            f"A window of 3 pixels can begin at row 0, 1, ... {places - 1}. At row {places} it would hang over the "
            f"border. That is {rows} − 3 + 1 = {places} places. The rule for all sizes gives the same: "
            f"{MIDDLE.formula(rows)}.",
        ),
    ]


def _one_table(subject: Subject) -> str:
    """What the filters of the first chapters are placed on."""
    return f"the {COLOURS[subject.channel]} channel of the picture" if subject.in_colour else "the picture"


def _answer(subject: Subject) -> str:
    """The answer of the window whose sum is written out."""
    if subject.is_mnist:
        return "Here the answer is a clear yes: it is the lower edge of the seven's bar."
    return "Of all windows of the picture, this is where the answer is the clearest yes."


def _edges(subject: Subject) -> str:
    """What the feature map shows."""
    if subject.is_mnist:
        return "the lower edges of the strokes are orange, the upper edges blue, everything else is white."
    return "where it is bright above and dark below the map is orange, where it is the other way round, blue."


def _own_first(subject: Subject) -> list[Cell]:
    """How the network's first convolution differs from the example."""
    if not subject.convolutions:
        return [
            Words(
                "The network of this lesson has **no convolution** at all. To know what it does without, see "
                f"in this chapter and the next what a convolution makes of the same {subject.one}."
            )
        ]
    name, layer, shape = subject.convolutions[0]
    height, width = layer.kernel
    weights, inputs = height * width * shape[2], f", over {shape[2]} channels" if shape[2] > 1 else ""
    products = counted(weights, "product") + " instead of nine" * (weights != MIDDLE.kernel**2)
    kernels = f"{layer.filters} such kernels" if layer.filters > 1 else "one such kernel"
    return [
        Words(
            f"The network's first convolution, **{name}**, does just this with windows of {height}×{width}{inputs}: "
            f"{products}, one more number added at the end (the "
            f"**bias**), and {kernels}. Nobody chooses the weights: they are **learned**.\n\n*A word about "
            "words*: mathematicians rotate the kernel by half a turn before they slide it, and call what "
            "networks do a cross-correlation. In a network it makes no difference, since the weights are learned "
            "anyway."
        )
    ]


def _sum(patch: np.ndarray, kernel: np.ndarray) -> str:
    """ "(1·0.996 + …) + … = 2.988", all products, with decimals enough that they add up as written."""
    products = [
        f"{brightness:.{DECIMALS}f}·{minus(f'{weight:g}')}"
        for brightness, weight in zip(patch.flat, kernel.flat, strict=True)
    ]
    lines = [" + ".join(products[start : start + 3]) for start in range(0, 9, 3)]
    return f"({') + ('.join(lines)}) = **{(patch * kernel).sum():.{DECIMALS}f}**".replace("·−1", "·(−1)")


def kernel_source(kernel: NamedKernel) -> str:
    ninths = np.allclose(kernel.array, 1 / 9)
    return "np.full((3, 3), 1 / 9)" if ninths else f"np.array({kernel.array.astype(int).tolist()})"
