"""Sparse connections and shared weights: what a convolution saves compared with a dense layer."""

from math import prod
from typing import Any

import numpy as np

from ..network.architecture import Architecture
from .exercise import Chapter, Exercise, Goal, Slip, Start
from .goals import rows_of

COLOUR = (28, 28, 3)
NOTEBOOK = {"net": "conv6k2-relu-max2-flatten-dense10"}


def _layer(generator: np.random.Generator) -> dict[str, Any]:
    """Filters and a kernel, but not those of the notebook's network, which the page shows."""
    return {"filters": int(generator.choice((3, 4, 5, 8, 10, 20))), "kernel": int(generator.integers(2, 6))}


def _connections(n: Any) -> int:
    """Multiply-adds for one value of the map: one for each number that it reads."""
    row = Architecture.parse(f"conv1k{n['kernel']}", COLOUR).table()[0]
    return row.macs // prod(row.output_shape)


CONNECTIONS = Exercise(
    id="sharing-connections",
    concept="sparse connections",
    kind="predict",
    title="How much does one neuron read?",
    question="A neuron of a convolution has a window of **{kernel} × {kernel}** pixels on a **colour** image of 28 × "
    "28 pixels. How many numbers does this one neuron read?",
    start=Start("home", NOTEBOOK),
    draw=lambda generator: {"kernel": int(generator.integers(3, 8))},
    solution=_connections,
    slips=(
        Slip(
            lambda n: n["kernel"] ** 2,
            "You have counted one channel only. The window reaches through all three: red, green and blue.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * 3 + 1,
            "You have counted the bias too. It is added to the sum, but it is not read from the image.",
        ),
        Slip(
            lambda n: 28 * 28 * 3,
            "That many numbers does a neuron of a dense layer read: the whole image. This one reads its window only.",
        ),
        Slip(
            lambda n: 2 * n["kernel"] * 3,
            "You have added {kernel} and {kernel}. The window has {kernel} rows of {kernel} pixels: multiply.",
        ),
    ),
    hints=(
        "The size of the image does not matter here. Which pixels lie in the window, and how many numbers is each?",
        "There are {kernel} × {kernel} pixels in the window, and each of them has one number for every channel.",
        "Multiply {kernel} by {kernel}, then by 3.",
    ),
    explanation="{kernel} × {kernel} × 3 = {answer}. A dense neuron reads all 28 × 28 × 3 = 2,352 numbers. Move the "
    "pointer over *What one neuron sees* on this page to compare the two on a grey digit.",
    unit="number",
)

DENSE = Exercise(
    id="sharing-dense",
    concept="parameters",
    kind="predict",
    title="The parameters of a dense layer",
    question="A dense layer with **{units}** neurons reads a grey digit of 28 × 28 = 784 pixels. How many parameters "
    "does the layer have?",
    start=Start("architecture", NOTEBOOK),
    draw=lambda generator: {"units": int(generator.choice((2, 3, 5, 10, 20, 50, 100)))},
    solution=lambda n: Architecture.parse(f"flatten-dense{n['units']}").parameter_count,
    slips=(
        Slip(
            lambda n: 784 * n["units"],
            "You have forgotten the biases: each of the {units} neurons has one more number.",
        ),
        Slip(
            lambda n: 784 * n["units"] + 1,
            "You have given the whole layer one bias. Every neuron has its own.",
        ),
        Slip(
            lambda n: 784 + n["units"],
            "You have added. Each of the {units} neurons has a weight of its own for each of the 784 pixels: multiply.",
        ),
        Slip(
            lambda n: 785,
            "That is one neuron. The layer has {units}, and they share nothing.",
        ),
    ),
    hints=(
        "Count the weights of one neuron first.",
        "One neuron has 784 weights, one for each pixel, and a bias.",
        "Multiply 784 + 1 by the number of neurons.",
    ),
    explanation="(784 + 1)·{units} = {answer:,}. Type flatten-dense{units} into the field at the end of the page, "
    "and the shape table shows the same.",
    unit="parameter",
    needs=("sharing-connections",),
)

PARAMETERS = Exercise(
    id="sharing-parameters",
    concept="parameters",
    kind="predict",
    title="The parameters of a convolution",
    question="A convolution with **{filters}** filters of **{kernel} × {kernel}** reads a grey digit of 28 × 28 "
    "pixels. How many parameters does the layer have?",
    start=Start("architecture", NOTEBOOK),
    draw=_layer,
    solution=lambda n: Architecture.parse(f"conv{n['filters']}k{n['kernel']}").parameter_count,
    slips=(
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"],
            "You have forgotten the biases: each of the {filters} filters has one more number.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["filters"] + 1,
            "You have given the whole layer one bias. Every filter has its own.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 + 1,
            "That is one filter with its bias. The layer has {filters} filters.",
        ),
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * 784,
            "You have counted weights for every pixel. A filter uses the same weights at every place.",
        ),
    ),
    hints=(
        "Count the numbers of one filter first. It uses the same ones at every place of the image.",
        "One filter has {kernel} × {kernel} weights and a bias.",
        "Multiply {kernel}·{kernel} + 1 by the number of filters.",
    ),
    explanation="({kernel}·{kernel} + 1)·{filters} = {answer}. The number of pixels, 784, does not occur in it.",
    unit="parameter",
    needs=("sharing-dense",),
)


def _places(n: Any) -> int:
    return prod(Architecture.parse(f"conv{n['filters']}k{n['kernel']}").output_shape[:2])


PLACES = Exercise(
    id="sharing-places",
    concept="shared weights",
    kind="predict",
    title="How many neurons share?",
    question="A convolution with **{filters}** filters of {kernel} × {kernel} reads a grey digit of 28 × 28 pixels. "
    "Its output is a volume of **{side} × {side} × {filters}** numbers, each made by one neuron. How many neurons use "
    "the weights of the **first** filter?",
    start=Start("home", NOTEBOOK),
    draw=lambda generator: _with_side(_layer(generator)),
    solution=_places,
    slips=(
        Slip(
            lambda n: _places(n) * n["filters"],
            "Those are all neurons of the layer. Each of the {filters} maps has a filter of its own; neurons of other "
            "maps use other weights.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2,
            "That is how many weights the filter has. The question is how many neurons use them.",
        ),
        Slip(
            lambda n: 784,
            "There are 784 pixels, but the window does not fit at every one of them: the map has {side} × {side} "
            "numbers.",
        ),
        Slip(
            lambda n: n["filters"],
            "That is the number of maps. Count the neurons of one map.",
        ),
    ),
    hints=(
        "One filter makes one map. Each number of the map is made by one neuron, at its own place.",
        "The first map is a table of {side} rows and {side} columns.",
        "Multiply {side} by {side}.",
    ),
    explanation="{side} × {side} = {answer} neurons share {weights} weights and one bias. A stroke that the filter "
    "finds at one place it finds at all of them.",
    unit="neuron",
    needs=("sharing-parameters",),
)


def _with_side(n: dict[str, Any]) -> dict[str, Any]:
    side = Architecture.parse(f"conv{n['filters']}k{n['kernel']}").output_shape[0]
    return n | {"side": side, "weights": n["kernel"] ** 2}


# What a learner can choose: how many times as many parameters (a convolution, a dense layer) needs.
GROWTHS = {
    (1, 1): "as many as before for both",
    (4, 4): "about four times as many for both",
    (1, 4): "as many as before for the convolution, about four times as many for the dense layer",
    (1, 2): "as many as before for the convolution, about twice as many for the dense layer",
}


def _growth(n: Any) -> str:
    """The option that is true: parameters on an image of twice as many rows and columns, over those on the smaller."""
    layers = (f"conv{n['filters']}k{n['kernel']}", f"flatten-dense{n['units']}")
    small, large = (
        [Architecture.parse(layer, (side, side, 1)).parameter_count for layer in layers] for side in (28, 56)
    )
    convolution, dense = (round(after / before) for before, after in zip(small, large, strict=True))
    return GROWTHS[convolution, dense]


IMAGE_SIZE = Exercise(
    id="sharing-image-size",
    concept="shared weights",
    kind="predict",
    title="A larger image",
    question="The images become larger: **56 × 56** pixels instead of 28 × 28. How many parameters do a convolution "
    "with {filters} filters of {kernel} × {kernel} and a dense layer with {units} neurons need, if each of them reads "
    "the image?",
    start=Start("architecture", NOTEBOOK),
    given="choice",
    options=lambda n: tuple(GROWTHS.values()),
    draw=lambda generator: _layer(generator) | {"units": int(generator.choice((5, 10, 20)))},
    solution=_growth,
    slips=(
        Slip(
            lambda n: GROWTHS[4, 4],
            "The dense layer does. But the filters of the convolution stay {kernel} × {kernel}: they only slide over "
            "more places.",
        ),
        Slip(
            lambda n: GROWTHS[1, 2],
            "Twice as many rows with twice as many columns are four times as many pixels, and a dense neuron has a "
            "weight for each of them.",
        ),
        Slip(
            lambda n: GROWTHS[1, 1],
            "The convolution does keep its number. But a dense neuron has a weight for each pixel, and there are more "
            "pixels now.",
        ),
    ),
    hints=(
        "Look at the two formulas for the parameters: in which of them does the number of pixels occur?",
        "A convolution has ({kernel}·{kernel} + 1)·{filters} parameters, a dense layer (pixels + 1)·{units}.",
        "28·28 = 784 and 56·56 = 3,136. Put both into the formulas.",
    ),
    explanation="The convolution has ({kernel}·{kernel} + 1)·{filters} parameters on any image. The dense layer has "
    "(784 + 1)·{units} on the small one and (3,136 + 1)·{units} on the large one, and 3,136 is four times 784.",
    needs=("sharing-parameters", "sharing-dense"),
)

IN_COLOUR = Exercise(
    id="sharing-colour",
    concept="channels",
    kind="predict",
    title="Filters for colour",
    question="A convolution with **{filters}** filters of **{kernel} × {kernel}** reads a **colour** image. How many "
    "parameters does it have?",
    start=Start(
        "convolution",
        {
            "net": "conv3k3same-relu-conv6k2-relu-max2-flatten-dense10",
            "convolution.tab": "depth",
            "depth.layer": "conv2",
        },
    ),
    draw=_layer,
    solution=lambda n: Architecture.parse(f"conv{n['filters']}k{n['kernel']}", COLOUR).parameter_count,
    slips=(
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * n["filters"],
            "You have counted one channel only. A filter has weights of its own for red, for green and for blue.",
        ),
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * 3 * n["filters"],
            "You have given each channel a bias. A filter adds up all three channels, then adds one bias.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * 3 * n["filters"],
            "You have forgotten the biases: each of the {filters} filters has one.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * 3 + 1,
            "That is one filter with its bias. The layer has {filters} filters.",
        ),
    ),
    hints=(
        "Each filter has a slice of weights for every channel that it reads.",
        "One filter has {kernel} × {kernel} × 3 weights, and one bias.",
        "Multiply {kernel}·{kernel}·3 + 1 by the number of filters.",
    ),
    explanation="({kernel}·{kernel}·3 + 1)·{filters} = {answer}. The page shows a layer that reads three channels as "
    "well, the maps of the layer before: its 6 filters of 2 × 2 have (2·2·3 + 1)·6 = 78 parameters.",
    unit="parameter",
    needs=("sharing-parameters",),
)

EXACTLY = Exercise(
    id="sharing-exactly",
    concept="parameters",
    kind="build",
    title="Fewer weights, as many filters",
    question="The first layer of this network has {filters} filters of {kernel} × {kernel}: {before} parameters. Give "
    "it exactly **{wanted}** parameters, and keep its **{filters}** filters.",
    start=Start("architecture", {"net": "conv{filters}k{kernel}-relu-max2-flatten-dense10"}),
    given="network",
    draw=lambda generator: _smaller(generator),
    before=lambda n: f"conv{n['filters']}k{n['kernel']}-relu-max2-flatten-dense10",
    solution=lambda n: f"conv{n['filters']}k{n['smaller']}-relu-max2-flatten-dense10",
    goals=(
        Goal(
            lambda net, n: rows_of(net)[0].kind,
            lambda value, n: value == "convolution",
            "The first layer is of the kind {value}.",
            "It has to be a convolution.",
        ),
        Goal(
            lambda net, n: rows_of(net)[0].output_shape[2],
            lambda value, n: value == n["filters"],
            "It has {value} filter{s}.",
            "There have to be {filters}, as before.",
        ),
        Goal(
            lambda net, n: rows_of(net)[0].parameters,
            lambda value, n: value == n["wanted"],
            "The layer has {value:,} parameter{s}.",
            "They have to be {wanted}. Divide {wanted} by {filters}: that is one filter, with its bias.",
        ),
    ),
    hints=(
        "The filters stay. What else can make a layer smaller?",
        "Each filter has {wanted} / {filters} parameters in the end. One of them is the bias.",
        "Take the bias away from {wanted} / {filters}. Which number, times itself, gives the rest?",
    ),
    explanation="({smaller}·{smaller} + 1)·{filters} = {wanted}: a smaller window has fewer weights in every filter.",
    shown="a kernel size of {smaller} in the first layer",
    needs=("sharing-parameters",),
)


def _smaller(generator: np.random.Generator) -> dict[str, Any]:
    filters, kernel = int(generator.integers(4, 13)), int(generator.integers(4, 8))
    smaller = int(generator.integers(2, kernel))
    before, wanted = (Architecture.parse(f"conv{filters}k{size}").parameter_count for size in (kernel, smaller))
    return {"filters": filters, "kernel": kernel, "smaller": smaller, "before": before, "wanted": wanted}


CHAPTER = Chapter(
    id="sharing",
    title="Sparse connections, shared weights",
    idea="A layer consists of **neurons**, also called units. Each of them multiplies what it reads by **weights**, "
    "adds the products, adds one more number, its **bias**, and so makes one number. In a **dense** layer every "
    "neuron reads everything and has weights of its own. A neuron of a **convolution** reads a small window of "
    "neighbouring pixels only (*sparse connections*), and all neurons of a feature map use the same weights and the "
    "same bias, those of one filter (*shared weights*).\n\nWeights and biases together are the **parameters** of a "
    "layer: all that training has to find.",
    minutes=8,
    exercises=(CONNECTIONS, DENSE, PARAMETERS, PLACES, IMAGE_SIZE, IN_COLOUR, EXACTLY),
)
