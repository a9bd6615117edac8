"""One function slides over another: the products and the sum of a window, and all the places where it stands."""

from typing import Any

import numpy as np

from ..ops.arithmetic import Window
from ..ops.reference import slide
from .answers import WindowsOn
from .exercise import Chapter, Exercise, Goal, Slip, Start
from .goals import NO_DILATION, NO_PADDING, SIZE_STAYS, stays
from .volumes import LAYER
from .writing import added, linked, listed, minus, products, table


def _sum(pixels: Any, weights: Any) -> int:
    """What a kernel makes of a window of its own size."""
    return round(float(slide(np.array(pixels), np.array(weights))[0, 0]))


def _drawn(generator: np.random.Generator, low: int, high: int, shape: tuple[int, int]) -> list[list[int]]:
    return [[int(value) for value in row] for row in generator.integers(low, high + 1, shape)]


def _window(generator: np.random.Generator) -> dict[str, Any]:
    pixels, weights = _drawn(generator, 0, 3, (3, 3)), _drawn(generator, -2, 2, (3, 3))
    return {
        "pixels": pixels,
        "weights": weights,
        "table": table(pixels=pixels, weights=weights),
        "link": linked(weights),
        "first_row": products(pixels[0], weights[0]),
        "rows": added(_sum([row], [line]) for row, line in zip(pixels, weights, strict=True)),
        "result": minus(_sum(pixels, weights)),
    }


WINDOW = Exercise(
    id="sliding-window",
    concept="weighted sum",
    kind="predict",
    title="One window, one number",
    question="A kernel lies on a window of an image, each weight on a pixel. (The pixels are whole numbers here, so "
    "that you can do it in your head.)\n\n{table}\n\nWhich number does the feature map get?",
    start=Start(
        "convolution",
        {"convolution.tab": "filter", "slide.follow": "off", "slide.image": "digit", "slide.kernel": "{link}"},
    ),
    draw=_window,
    solution=lambda n: _sum(n["pixels"], n["weights"]),
    slips=(
        Slip(
            lambda n: int(np.sum(n["pixels"])),
            "You have added up the pixels. Each of them counts as often as the weight on it says.",
        ),
        Slip(
            lambda n: _sum(n["pixels"], np.abs(n["weights"])),
            "You have left out the minus signs. A pixel under a negative weight is subtracted.",
        ),
        Slip(
            lambda n: _sum(n["pixels"], np.array(n["weights"])[::-1, ::-1]),
            "You have turned the kernel round. In a network the weight at the top left lies on the pixel at the top "
            "left.",
        ),
        Slip(
            lambda n: int(np.sum(n["pixels"]) + np.sum(n["weights"])),
            "You have added weights and pixels. Multiply each pixel by its weight first.",
        ),
    ),
    hints=(
        "Lay the right table on the left one. Each pixel gets the weight at the same place.",
        "Multiply pixel by weight, nine times. The first row gives {first_row}.",
        "Add up each row of products, then the three rows: {rows}.",
    ),
    explanation="Row by row: {rows} = {result}. The page shows this kernel on a digit: move the window, and read its "
    "nine products and their sum.",
)


def _map(generator: np.random.Generator) -> dict[str, Any]:
    sums = [int(value) for value in generator.integers(-6, 9, 4)]
    bias = int(generator.choice((-3, -2, -1, 1, 2, 3)))
    biased = [value + bias for value in sums]
    return {
        "sums": sums,
        "bias": bias,
        "biased": biased,
        "sums_text": listed(sums),
        "bias_text": minus(bias),
        "biased_text": listed(biased),
        "after_text": listed(_after(sums, bias)),
    }


def _after(sums: list[int], bias: int) -> list[int]:
    """The values of a map after the bias and ReLU."""
    return [max(0, value + bias) for value in sums]


BIAS_AND_RELU = Exercise(
    id="sliding-relu",
    concept="bias and ReLU",
    kind="predict",
    title="After the sum: bias and ReLU",
    question="At four places a filter has the sums **{sums_text}**. Its bias is **{bias_text}**, and ReLU follows. "
    "Which four numbers are in the map then? To answer, give their **total**.",
    start=Start(
        "convolution",
        {"convolution.tab": "filter", "slide.follow": "off", "slide.kernel": "vertical-edge", "slide.image": "digit"},
    ),
    draw=_map,
    solution=lambda n: sum(_after(n["sums"], n["bias"])),
    slips=(
        Slip(
            lambda n: sum(_after(n["sums"], 0)),
            "You have forgotten the bias, {bias_text}. It is added to every sum, before ReLU.",
        ),
        Slip(
            lambda n: sum(n["biased"]),
            "You have forgotten ReLU: after the bias it makes every negative number 0.",
        ),
        Slip(
            lambda n: sum(_after(n["sums"], 0)) + 4 * n["bias"],
            "You have used ReLU first and the bias after it. The bias belongs to the sum; ReLU comes last.",
        ),
        Slip(
            lambda n: sum(map(abs, n["biased"])),
            "ReLU does not drop the sign of a negative number: it makes the whole number 0.",
        ),
    ),
    hints=(
        "Two steps for each of the four numbers: first the bias, then ReLU.",
        "The sums with the bias are {biased_text}.",
        "ReLU keeps the positive ones of {biased_text} and makes the others 0. Add up what is left.",
    ),
    explanation="With the bias: {biased_text}. After ReLU: {after_text}. Their total is {answer}. On the page, "
    "compare the feature map with the map after ReLU: all that is blue, below zero, has gone.",
    needs=("sliding-window",),
)


def _size_and_kernel(generator: np.random.Generator) -> dict[str, Any]:
    kernel = int(generator.integers(2, 6))
    size = int(generator.integers(kernel + 3, 13))
    return {"size": size, "kernel": kernel, "other": kernel + 1, "side": Window(kernel).output_size(size)}


PLACES = Exercise(
    id="sliding-places",
    concept="output size",
    kind="predict",
    title="How many places are there?",
    question="A window of **{kernel} × {kernel}** pixels slides over an image of **{size} × {size}**, one pixel at a "
    "time, and always lies inside the image. How many numbers does its feature map have?",
    start=Start(
        "stride_padding",
        {
            "windows.follow": "off",
            "rows.size": "{size}",
            "rows.kernel": "{other}",
            "rows.stride": "1",
            "rows.padding": "valid",
        },
    ),
    draw=_size_and_kernel,
    solution=lambda n: Window(n["kernel"]).output_size(n["size"]) ** 2,
    slips=(
        Slip(
            lambda n: Window(n["kernel"]).output_size(n["size"]),
            "You have counted the places in one row. There are as many rows of places: multiply.",
        ),
        Slip(
            lambda n: (n["size"] - n["kernel"]) ** 2,
            "You have counted the moves, {size} − {kernel} in each direction. There is a place before the first move: "
            "add 1.",
        ),
        Slip(
            lambda n: n["size"] ** 2,
            "That is how many pixels there are. At the last ones of a row the window would hang over the edge.",
        ),
        Slip(
            lambda n: (n["size"] // n["kernel"]) ** 2,
            "You have laid windows side by side. They overlap: each starts one pixel after the one before.",
        ),
    ),
    hints=(
        "Look at one row first. On which pixels can the left edge of the window stand?",
        "Its left edge can stand on pixel 1, 2, 3 and so on, as long as {kernel} pixels are left for the window.",
        "In one direction there are {size} − {kernel} + 1 places. Rows and columns are alike: multiply this by itself.",
    ),
    explanation="In each direction {size} − {kernel} + 1 = {side} places, so {side} × {side} = {answer}. On the page, "
    "set the kernel size to {kernel} and watch the output.",
    unit="number",
)


ROW_KERNELS = ((-1, 0, 1), (1, 0, -1), (-1, -1, 2), (2, -1, -1), (-1, 1, 1), (1, 1, -1), (0, -1, 2), (2, -1, 0))


def _row_of_pixels(generator: np.random.Generator) -> dict[str, Any]:
    """Pixels and a kernel of which every place that an answer may be is the only one of its kind."""
    weights = list(ROW_KERNELS[generator.integers(len(ROW_KERNELS))])
    while True:
        pixels = [int(value) for value in generator.integers(0, 6, 8)]
        others = ([1, 1, 1], weights[::-1], [-weight for weight in weights])
        if all(_strongest(pixels, kernel) for kernel in (weights, *others)):
            break
    return {
        "pixels": pixels,
        "weights": weights,
        "table": table(pixels=[pixels], weights=[weights]),
        "pixels_text": listed(pixels),
        "sums": listed(_sums(pixels, weights)),
        "first_sum": products(pixels[:3], weights),
    }


def _sums(pixels: list[int], weights: list[int]) -> list[float]:
    return [float(value) for value in slide(np.array([pixels]), np.array([weights]))[0]]


def _strongest(pixels: list[int], weights: list[int]) -> int:
    """The place of the largest sum, counted from 1; 0 where two are equally large."""
    sums = _sums(pixels, weights)
    return sums.index(max(sums)) + 1 if sums.count(max(sums)) == 1 else 0


STRONGEST = Exercise(
    id="sliding-strongest",
    concept="feature maps",
    kind="predict",
    title="Where is the sum largest?",
    question="A kernel of three weights slides over a row of eight pixels:\n\n{table}\n\nPlace 1 is where it lies on "
    "the first three pixels; there are six places. At which place is the sum **largest**?",
    start=Start("convolution", {"convolution.tab": "functions", "functions.f": "two", "functions.g": "difference"}),
    draw=_row_of_pixels,
    solution=lambda n: _strongest(n["pixels"], n["weights"]),
    slips=(
        Slip(
            lambda n: _strongest(n["pixels"], [1, 1, 1]),
            "There the three pixels are brightest. But a bright pixel under a negative weight makes the sum smaller.",
        ),
        Slip(
            lambda n: _strongest(n["pixels"], n["weights"][::-1]),
            "You have flipped the kernel. Its left weight lies on the left pixel.",
        ),
        Slip(
            lambda n: _strongest(n["pixels"], [-weight for weight in n["weights"]]),
            "There the sum is smallest: the pixels are bright where the weights are negative.",
        ),
    ),
    hints=(
        "The sum is large where the pixels are bright under positive weights and dark under negative ones.",
        "At place 1 the sum is {first_sum}. Do the same one pixel further on.",
        "Work out all six sums in this way and find the largest.",
    ),
    explanation="The sums are {sums}: the largest is at place {answer}. There bright pixels lie under positive "
    "weights and dark ones under negative weights. On the page a whole function slides: move it to where the curve is "
    "highest.",
    needs=("sliding-window",),
)


def _dot(generator: np.random.Generator) -> dict[str, Any]:
    weights = [int(value) for value in generator.choice((-3, -2, -1, 1, 2, 3, 4, 5), 3, replace=False)]
    return {
        "weights": weights,
        "kernel": listed(weights),
        "table": table(pixels=[[0, 0, 1, 0, 0]], weights=[weights]),
        "map": listed(_sums([0, 0, 1, 0, 0], weights)),
    }


DOT = Exercise(
    id="sliding-dot",
    concept="flipping",
    kind="predict",
    title="A single white pixel",
    question="A kernel of three weights slides over a row with one white pixel:\n\n{table}\n\nThe map has three "
    "numbers. What is the **first** of them?",
    start=Start(
        "convolution",
        {"convolution.tab": "filter", "slide.follow": "off", "slide.image": "dot", "slide.kernel": "identity"},
    ),
    draw=_dot,
    solution=lambda n: round(_sums([0, 0, 1, 0, 0], n["weights"])[0]),
    slips=(
        Slip(
            lambda n: n["weights"][0],
            "That is the first weight. At the first place it lies on a black pixel: which weight lies on the white "
            "one?",
        ),
        Slip(
            lambda n: n["weights"][1],
            "The middle weight is on the white pixel at the second place, not at the first.",
        ),
        Slip(
            lambda n: 0,
            "At the first place the window covers the first three pixels, and the third of them is white.",
        ),
        Slip(
            lambda n: sum(n["weights"]),
            "You have added up the weights. Only one of them lies on the white pixel; the others are multiplied by 0.",
        ),
    ),
    hints=(
        "Lay the kernel on the first three pixels.",
        "Two of its weights lie on black pixels and count nothing.",
        "The white pixel is the third. Which weight lies on it?",
    ),
    explanation="The map is {map}: the kernel {kernel}, flipped. It moves to the right, so its last weight meets the "
    "white pixel first. Choose the kernel *Emboss* on the page: on the dot, its map shows the kernel turned by half a "
    "turn.",
    needs=("sliding-window",),
)


def _to_flip(generator: np.random.Generator) -> dict[str, Any]:
    pixels, weights = _drawn(generator, 0, 4, (1, 3)), _drawn(generator, -2, 3, (1, 3))
    flipped = [weights[0][::-1]]
    return {
        "pixels": pixels,
        "weights": weights,
        "flipped": flipped,
        "table": table(pixels=pixels, weights=weights),
        "network": minus(_sum(pixels, weights)),
        "flipped_text": listed(flipped[0]),
        "products": products(pixels, flipped),
        "result": minus(_sum(pixels, flipped)),
    }


FLIPPED = Exercise(
    id="sliding-flipped",
    concept="flipping",
    kind="predict",
    title="What mathematicians do",
    question="In mathematics, a convolution **flips** the kernel before it slides. A network leaves it as it "
    "is.\n\n{table}\n\nAt this place a network computes {network}. What does the convolution of mathematics give?",
    start=Start("convolution", {"convolution.tab": "functions", "functions.f": "long", "functions.g": "ramp"}),
    draw=_to_flip,
    solution=lambda n: _sum(n["pixels"], n["flipped"]),
    slips=(
        Slip(
            lambda n: _sum(n["pixels"], n["weights"]),
            "That is what the network computes. Write the weights in the opposite order first.",
        ),
        Slip(
            lambda n: -_sum(n["pixels"], n["weights"]),
            "You have changed the sign. Flipping changes the order of the weights: the last one comes first.",
        ),
        Slip(
            lambda n: sum(n["pixels"][0]),
            "You have added up the pixels. Multiply each of them by its weight of the flipped kernel.",
        ),
    ),
    hints=(
        "The pixels stay where they are. Only the kernel is written the other way round.",
        "Flipped, the weights are {flipped_text}.",
        "Now multiply and add: {products}.",
    ),
    explanation="{products} = {result}. The two differ, but a network loses nothing: it learns its weights, and would "
    "learn them flipped. Use *Flip g* on the page to see when it changes the curve.",
    needs=("sliding-dot",),
)


def _wanted(generator: np.random.Generator) -> dict[str, Any]:
    size = int(generator.integers(10, 29))
    solution = int(generator.integers(2, min(11, size - 3)))
    before = int(generator.integers(2, 8))
    return {
        "size": size,
        "kernel": before,
        "stride": 1,
        "larger": solution,
        "wanted": Window(solution).output_size(size),
        "before": Window(before).output_size(size),
    }


SHRINK = Exercise(
    id="sliding-shrink",
    concept="output size",
    kind="build",
    title="A map of the size you want",
    question="The lab shows **{size}** pixels on a side and a window of {kernel}: its map has {before} numbers on a "
    "side. Change the **kernel size** until the map has **{wanted}** on a side. Leave the rest as it is.",
    start=Start(
        "stride_padding",
        {
            "windows.follow": "off",
            "rows.size": "{size}",
            "rows.kernel": "{kernel}",
            "rows.stride": "1",
            "rows.padding": "valid",
        },
    ),
    given="windows",
    draw=_wanted,
    before=lambda n: WindowsOn(n["size"], Window(n["kernel"])),
    solution=lambda n: WindowsOn(n["size"], Window(n["larger"])),
    goals=(
        SIZE_STAYS,
        stays("stride"),
        NO_PADDING,
        NO_DILATION,
        Goal(
            lambda answer, n: answer.window.output_size(answer.size),
            lambda value, n: value == n["wanted"],
            "The map has {value} on a side.",
            "It has to have {wanted}. A window one pixel larger has one place less in each direction.",
        ),
    ),
    hints=(
        "Does a larger window have more places, or fewer?",
        "There are {size} − kernel + 1 places in each direction.",
        "{size} − kernel + 1 has to be {wanted}. Solve this for the kernel.",
    ),
    explanation="{size} − {larger} + 1 = {wanted}: the larger the window, the fewer places it has.",
    shown="a kernel size of {larger}",
    needs=("sliding-places",),
)

CHAPTER = Chapter(
    id="sliding",
    title="One function slides over another",
    idea="A filter has a small table of weights, its **kernel**. Lay it on the image, where it covers a **window** of "
    "its own size: multiply each pixel by the weight on it, and add up the products. That sum is one number of the "
    "feature map. Move the window on by one pixel, and do it again, row by row.\n\nTo every sum the filter adds its "
    "**bias**. Then usually comes **ReLU**, which keeps positive numbers and makes all negative ones 0.",
    minutes=9,
    exercises=(WINDOW, BIAS_AND_RELU, PLACES, STRONGEST, DOT, FLIPPED, SHRINK),
    again=(LAYER,),
)
