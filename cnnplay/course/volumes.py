"""Images are volumes: rows, columns and channels, and so is what a layer makes of them."""

from math import prod
from typing import Any

import numpy as np

from ..data.datasets import brightness
from ..network.architecture import Architecture
from .exercise import Chapter, Exercise, Goal, Slip, Start
from .goals import rows_of

NOTEBOOK = {"net": "conv6k2-relu-max2-flatten-dense10"}
SIZES = (8, 10, 12, 20, 28)
SHADES = (51, 85, 102, 153, 170, 204)  # of 255: a fifth, a third, ...


def _image(generator: np.random.Generator) -> dict[str, Any]:
    return {"rows": int(generator.choice(SIZES)), "columns": int(generator.choice((10, 20, 30)))}


COUNT = Exercise(
    id="volumes-count",
    concept="channels",
    kind="predict",
    title="How many numbers are in an image?",
    question="A **colour** image has **{rows}** rows and **{columns}** columns. How many numbers does a network read "
    "to see all of it?",
    start=Start("home"),
    draw=_image,
    solution=lambda n: Architecture.parse("flatten", (n["rows"], n["columns"], 3)).output_shape[0],
    slips=(
        Slip(
            lambda n: n["rows"] * n["columns"],
            "That many numbers are in a grey image. In colour every pixel has three: red, green and blue.",
        ),
        Slip(
            lambda n: n["rows"] * n["columns"] + 3,
            "You have added the three channels. Each of them is a whole table of {rows} × {columns} numbers: multiply.",
        ),
        Slip(
            lambda n: n["rows"] * n["columns"] * 256,
            "256 is how many values a number can have, from 0 to 255. Each pixel holds only three numbers.",
        ),
        Slip(
            lambda n: (n["rows"] + n["columns"]) * 3,
            "You have added rows and columns. Every row has {columns} pixels: multiply the two.",
        ),
    ),
    hints=(
        "Count the pixels first. Then ask how many numbers it takes to say the colour of one of them.",
        "There are {rows} × {columns} pixels. A grey pixel is one number, a colour pixel is one for each channel.",
        "Multiply {rows} by {columns}, then by 3 for red, green and blue.",
    ),
    explanation="{rows} rows × {columns} columns × 3 channels = {answer:,} numbers. The digits on this page are grey: "
    "28 × 28 × 1 = 784 numbers.",
    unit="number",
)

BRIGHTNESS = Exercise(
    id="volumes-brightness",
    concept="brightness",
    kind="predict",
    title="What does the network read?",
    question="A pixel of a grey image is stored as **{shade}**, on the scale from 0 (black) to 255 (white). Which "
    "number does the network read? Two decimals are enough.",
    start=Start("convolution", {"convolution.tab": "filter", "slide.image": "digit"}),
    draw=lambda generator: {"shade": int(generator.choice(SHADES))},
    solution=lambda n: float(brightness(np.array(n["shade"], np.uint8))),
    slips=(
        Slip(
            lambda n: n["shade"],
            "That is how the image is stored. The network gets it divided, so that white is 1.",
        ),
        Slip(
            lambda n: 1 - n["shade"] / 255,
            "You have measured from white. Black is 0 and white is 1, so a brighter pixel is a larger number.",
        ),
        Slip(
            lambda n: n["shade"] / 100,
            "You have divided by 100. The scale ends at 255, and 255 has to become 1.",
        ),
        Slip(
            lambda n: 255 / n["shade"],
            "You have divided the wrong way round: the result may not be larger than 1, which is white.",
        ),
    ),
    hints=(
        "255 becomes 1, and 0 stays 0. Everything else lies between them.",
        "Half of 255 becomes a half. Which share of 255 is {shade}?",
        "Divide {shade} by 255 and round to two decimals.",
    ),
    explanation="{shade} / 255 = {answer:.2f}. On the page, the products under the window are shown: each is a "
    "pixel from 0 to 1, times a weight.",
    shown="{answer:.2f}",
)

NEIGHBOURS = Exercise(
    id="volumes-neighbours",
    concept="neighbours",
    kind="predict",
    title="Where do neighbours go?",
    question="A grey image of **{rows}** rows and **{columns}** columns is written as one long row of numbers: first "
    "row 1 from left to right, then row 2, and so on. How many places after a pixel stands the pixel that was right "
    "**below** it?",
    start=Start("home"),
    draw=lambda generator: {"rows": int(generator.integers(6, 13)), "columns": int(generator.integers(6, 13))},
    solution=lambda n: _places_below(n["rows"], n["columns"]),
    slips=(
        Slip(
            lambda n: 1,
            "The next place holds the neighbour to the right. The one below comes a whole row later.",
        ),
        Slip(
            lambda n: n["rows"],
            "{rows} is the number of rows. What lies between the two pixels is one row, and a row has {columns} "
            "pixels.",
        ),
        Slip(
            lambda n: n["columns"] - 1,
            "That many pixels lie between the two. Count the last step as well.",
        ),
        Slip(
            lambda n: n["columns"] + 1,
            "That is the neighbour below and to the right, one place further.",
        ),
    ),
    hints=(
        "Take the first pixel of the image, and find the first pixel of row 2.",
        "Between them stands the rest of row 1. How many pixels does a row have?",
        "From one row to the same column of the next it is as many places as there are columns.",
    ),
    explanation="{answer} places: a whole row. In the long row these neighbours are far apart, and nothing tells that "
    "they belong together. That is why a convolution reads the image as a volume and not as a row.",
    unit="place",
    needs=("volumes-count",),
)


def _places_below(rows: int, columns: int) -> int:
    """How far apart a pixel and the one below it are after `flatten`, which writes an image as `reshape` does."""
    order = np.arange(rows * columns).reshape(rows, columns)
    return int(order[1, 0] - order[0, 0])


LAYER = Exercise(
    id="volumes-layer",
    concept="feature maps",
    kind="predict",
    title="What comes out of a layer?",
    question="A colour image of **{size} × {size}** pixels goes into a convolution with **{filters}** filters. Each "
    "filter makes one map with as many rows and columns as the image. How many numbers does the layer put out?",
    start=Start("architecture", NOTEBOOK),
    draw=lambda generator: {
        "size": int(generator.choice((8, 10, 12, 20))),
        "filters": int(generator.integers(4, 13)),
    },
    solution=lambda n: prod(Architecture.parse(f"conv{n['filters']}k3same", (n["size"], n["size"], 3)).output_shape),
    slips=(
        Slip(
            lambda n: n["size"] ** 2 * 3 * n["filters"],
            "You have multiplied by the three colours as well. A filter reads all three at once and makes one map.",
        ),
        Slip(
            lambda n: n["size"] ** 2,
            "That is one map. There is one for each of the {filters} filters.",
        ),
        Slip(
            lambda n: n["size"] ** 2 * 3,
            "That is what goes in: three channels. What comes out has a channel for each filter.",
        ),
        Slip(
            lambda n: n["size"] ** 2 + n["filters"],
            "You have added the filters. Each of them makes a whole map of {size} × {size} numbers: multiply.",
        ),
    ),
    hints=(
        "The output is a volume too: rows × columns × channels. How many channels does it have?",
        "A filter looks through all channels of the input and makes a single map. Count the filters, not the colours.",
        "Multiply {size} by {size}, then by the number of filters.",
    ),
    explanation="{size} × {size} × {filters} = {answer:,}: one channel for each filter, whatever the number of "
    "channels that went in.",
    unit="number",
    needs=("volumes-count",),
)

DEPTH = Exercise(
    id="volumes-depth",
    concept="feature maps",
    kind="predict",
    title="Two layers, one after the other",
    question="A grey image goes into a convolution with **{first}** filters, and what comes out goes into a second "
    "one with **{second}** filters. How many channels come out of the second?",
    start=Start("architecture", NOTEBOOK),
    draw=lambda generator: {"first": int(generator.integers(2, 9)), "second": int(generator.integers(3, 13))},
    solution=lambda n: Architecture.parse(f"conv{n['first']}k3same-relu-conv{n['second']}k3same").output_shape[2],
    slips=(
        Slip(
            lambda n: n["first"] * n["second"],
            "You have multiplied. A filter of the second layer does not make a map of each of the {first} maps: it "
            "reads all of them together and makes one.",
        ),
        Slip(
            lambda n: n["first"] + n["second"],
            "You have added the two. The {first} maps go into the second layer; they are not kept beside its own.",
        ),
        Slip(
            lambda n: n["first"],
            "{first} channels come out of the first layer. The second one makes maps of its own.",
        ),
    ),
    hints=(
        "Think of one filter of the second layer: what does it read, and how many maps does it make?",
        "Each filter reads all {first} channels below it, and makes one map.",
        "Count the filters of the last layer.",
    ),
    explanation="{answer} filters make {answer} maps. Type conv{first}k3-relu-conv{second}k3-flatten-dense10 into the "
    "field at the end of the page: the shape table shows both depths.",
    unit="channel",
    needs=("volumes-layer",),
)

TWICE = Exercise(
    id="volumes-twice",
    concept="feature maps",
    kind="build",
    title="A volume twice as large",
    question="The first layer of this network has **{filters}** filters and makes 28 × 28 × {filters} numbers. Change "
    "the network so that its first layer makes exactly **twice** as many, with 28 rows and 28 columns as before.",
    start=Start("architecture", {"net": "conv{filters}k3same-relu-max2-flatten-dense10"}),
    given="network",
    draw=lambda generator: {"filters": int(generator.integers(3, 17))},
    before=lambda n: _network(n["filters"]),
    solution=lambda n: _network(2 * n["filters"]),
    goals=(
        Goal(
            lambda net, n: rows_of(net)[0].kind,
            lambda value, n: value == "convolution",
            "The first layer is of the kind {value}.",
            "It has to be a convolution.",
        ),
        Goal(
            lambda net, n: rows_of(net)[0].output_shape,
            lambda value, n: value[:2] == (28, 28),
            "Its maps have {value[0]} rows and {value[1]} columns.",
            "They have to keep 28 rows and 28 columns: use *same* padding and stride 1.",
        ),
        Goal(
            lambda net, n: rows_of(net)[0].output_shape[2],
            lambda value, n: value == 2 * n["filters"],
            "It makes {value} channel{s}.",
            "Before, there were {filters}. Rows and columns stay, so the channels alone have to double.",
        ),
    ),
    hints=(
        "Rows and columns are to stay. Which number of the volume is left?",
        "Each filter makes one map of 28 × 28 numbers.",
        "Find *Filters* of block 1 in the sidebar, and double that number.",
    ),
    explanation="Twice the filters make twice the maps, so 28 × 28 × channels doubles. The box in the picture becomes "
    "twice as deep.",
    shown="a first layer with twice {filters} filters",
    needs=("volumes-layer",),
)


def _network(filters: int) -> str:
    return f"conv{filters}k3same-relu-max2-flatten-dense10"


CHAPTER = Chapter(
    id="volumes",
    title="Images are volumes",
    idea="You see a seven; a computer gets a table of numbers. Each **pixel** is stored as a number from 0 (black) to "
    "255 (white). A network divides it by 255, so that it reads **0 to 1**. A grey image has one such table, a colour "
    "image three: red, green and blue. These tables are its **channels**, and all together they are a **volume**: "
    "rows × columns × channels.\n\nWhat a layer makes of an image is a volume again. A convolution has **filters**, "
    "and each filter makes one channel, called a **feature map**.",
    minutes=7,
    exercises=(COUNT, BRIGHTNESS, NEIGHBOURS, LAYER, DEPTH, TWICE),
)
