"""Your handwriting: what happens to a drawing before the network reads it, and why that matters."""

from collections.abc import Set
from typing import Any, NamedTuple

import numpy as np

from ..data.datasets import brightness, mnist
from ..export.pretrained import pretrained
from ..figures.percent import probability_text
from ..inputs.handwriting import BOX, FIELD, INK, STEPS, centred_by_mass, drawn_like, received, strip
from ..network.architecture import Architecture
from ..network.parsing import DEFAULT
from ..ops.arithmetic import ReceptiveField
from .answers import Drawn
from .exercise import Chapter, CourseError, Exercise, Goal, Numbers, Slip, Start
from .training import GUESS
from .training import STEPS as RUN_STEPS

PAPER = INK[0]
EVERY_STEP: frozenset[str] = frozenset()
NO_STEP = frozenset(STEPS)
SURE = 80  # percent
CORNER = 8  # pixels of the paper from its middle to the middle of a drawing in a corner, at least


def _page(*off: str) -> Start:
    return Start("draw", {"net": DEFAULT} | {f"draw.{name}": "off" for name in off})


def _boxed(numbers: Numbers) -> np.ndarray:
    """A drawing whose ink fills a box: `height` rows from `top` on, `width` columns from `left` on."""
    ink = np.zeros(INK, np.float32)
    top, left = numbers["top"], numbers["left"]
    ink[top : top + numbers["height"], left : left + numbers["width"]] = 1
    return ink


def _after(numbers: Numbers, step: str, skip: Set[str] = EVERY_STEP) -> tuple[int, int]:
    """Rows and columns of that drawing after a step."""
    rows, columns = next(each.image.shape for each in strip(_boxed(numbers), skip) if each.name == step)
    return rows, columns


def _box(generator: np.random.Generator) -> dict[str, Any]:
    """A box that is higher than wide, and both sides still whole when the longer one has 20 pixels."""
    height = int(generator.choice([30, 40, 50, 60]))
    width = int(generator.choice([side for side in range(10, height - 5) if side * BOX % height == 0]))
    top, left = int(generator.integers(5, PAPER - height - 4)), int(generator.integers(5, PAPER - width - 4))
    known = {"height": height, "width": width, "top": top, "left": left, "paper": PAPER}
    return known | {"bottom": top + height - 1, "right": left + width - 1}


CROP = Exercise(
    id="handwriting-crop",
    concept="crop",
    kind="predict",
    title="Cut the paper away",
    question="The paper has {paper}×{paper} pixels. The ink of a drawing lies in the rows **{top}** to **{bottom}** "
    "and in the columns {left} to {right}. The first step, *Cropped*, keeps the smallest box that holds all the ink. "
    "How many rows does it keep?",
    start=_page(),
    draw=_box,
    solution=lambda n: _after(n, "crop")[0],
    slips=(
        Slip(
            lambda n: n["bottom"] - n["top"],
            "You have taken the difference. Both the row {top} and the row {bottom} belong to the box: add 1.",
        ),
        Slip(lambda n: n["width"], "Those are the columns that it keeps. The question is about the rows."),
        Slip(lambda n: n["bottom"], "You have counted the empty rows above the ink as well. *Cropped* cuts them away."),
        Slip(lambda n: n["paper"], "That is the whole paper. *Cropped* cuts away what is empty."),
    ),
    hints=(
        "Which is the first row with ink, and which the last?",
        "From row {top} to row {bottom}, both included.",
        "Take {top} from {bottom}, and add 1.",
    ),
    explanation="{bottom} − {top} + 1 = {answer} rows. Where on the paper the digit stood is forgotten with this step.",
    unit="row",
)

FIT = Exercise(
    id="handwriting-fit",
    concept="fit",
    kind="predict",
    title="As large as the others",
    question="After cropping, a digit has **{height} rows** and **{width} columns**. The next step, *Fitted*, scales "
    "it until its longer side has 20 pixels, and keeps its proportions. How many **columns** does it have then?",
    start=_page(),
    draw=_box,
    solution=lambda n: _after(n, "fit")[1],
    slips=(
        Slip(lambda n: BOX, "Then it would be stretched. Only the longer side, {height}, becomes 20."),
        Slip(
            lambda n: n["width"] * FIELD / n["height"],
            "You have scaled the longer side to 28, the whole field. The digit gets 20, with a margin around it.",
        ),
        Slip(lambda n: n["width"], "It is scaled in both directions by the same factor, 20/{height}."),
        Slip(
            lambda n: n["width"] - (n["height"] - BOX),
            "You have subtracted the same number of pixels from both sides. Multiply both by 20/{height} instead.",
        ),
    ),
    hints=(
        "Both sides are multiplied by the same number.",
        "{height} rows become 20: the factor is 20/{height}.",
        "Multiply {width} by 20, and divide by {height}.",
    ),
    explanation="{width}·20/{height} = {answer}. So every digit arrives at the same size, however large it was drawn. "
    "The same was done to all digits of MNIST, the collection of digits that this network learned from.",
    unit="column",
    needs=("handwriting-crop",),
)

UNFITTED = Exercise(
    id="handwriting-without-fit",
    concept="fit",
    kind="predict",
    title="Without the fitting",
    question="Switch *Fitted* off, and the cropped digit is scaled as if the whole paper of {paper}×{paper} pixels "
    "became 28×28. How many rows does a digit of **{height} rows** and {width} columns have then?",
    start=_page("fit"),
    draw=lambda generator: (
        _box(generator)
        | {
            "height": (height := int(generator.choice([12, 15, 18, 21, 24, 27]))),
            "width": height - 6,
            "top": 20,
            "left": 20,
        }
    ),
    solution=lambda n: _after(n, "fit", {"fit"})[0],
    slips=(
        Slip(lambda n: BOX, "That is what *Fitted* makes of it. Without it the digit stays as small as it was drawn."),
        Slip(lambda n: FIELD, "The whole paper becomes 28 pixels high. The digit is only a part of it."),
        Slip(lambda n: n["height"], "The paper shrinks from {paper} to 28 pixels, and the digit with it."),
        Slip(
            lambda n: (n["height"] - 6) // 3,
            "Those are its columns. The question is about its {height} rows.",
        ),
    ),
    hints=(
        "By which factor does the paper shrink?",
        "{paper} pixels become 28: three become one.",
        "Divide {height} by 3.",
    ),
    explanation="{height}·28/{paper} = {answer} rows, where the digits of MNIST have up to 20. The strokes are as thin "
    "as the digit is small, and the filters have never seen such strokes.",
    unit="row",
    needs=("handwriting-fit",),
)


def _moved(numbers: Numbers) -> int:
    """By how many columns centring moves two strokes to the right."""
    field = np.zeros((FIELD, FIELD), np.float32)
    field[4 : 4 + numbers["long"], numbers["one"]] = 1
    field[4 : 4 + numbers["short"], numbers["other"]] = 1
    return int(np.flatnonzero(centred_by_mass(field).any(0))[0]) - min(numbers["one"], numbers["other"])


def _strokes(generator: np.random.Generator) -> dict[str, Any]:
    """Two upright strokes, one three times as long: their centre of mass is a quarter of the way to the short one."""
    one, apart = int(generator.integers(4, 9)), 4 * int(generator.integers(1, 3))
    short = int(generator.integers(2, 6))
    centre = one + apart // 4
    return {"one": one, "other": one + apart, "short": short, "long": 3 * short, "centre": centre}


CENTRE = Exercise(
    id="handwriting-centre",
    concept="centre",
    kind="predict",
    title="The middle of the ink",
    question="The last step, *Centred*, moves the digit by whole pixels until the centre of its ink lies in the "
    "middle, at column **14**, counted from 0. A digit has {long} pixels of ink in column **{one}** and {short} in "
    "column **{other}**. The centre of the ink is the mean of the columns of all its pixels. By how many columns is it "
    "moved to the right?",
    start=_page(),
    draw=_strokes,
    solution=_moved,
    slips=(
        Slip(
            lambda n: 14 - (n["one"] + n["other"]) // 2,
            "You have centred the box, half-way between the strokes. Each pixel of ink counts, and column {one} has "
            "three times as many.",
        ),
        Slip(lambda n: 14 - n["one"], "You have centred column {one} alone. The ink in column {other} pulls as well."),
        Slip(lambda n: n["centre"], "That is the column of the centre of the ink. How far is it from there to 14?"),
        Slip(lambda n: 14 - n["other"], "You have centred column {other} alone, where the least ink is."),
    ),
    hints=(
        "Find the mean column first. Three of four pixels of ink lie in column {one}.",
        "The centre lies a quarter of the way from column {one} to column {other}.",
        "Calculate ({long}·{one} + {short}·{other}) / ({long} + {short}), and take it from 14.",
    ),
    explanation="({long}·{one} + {short}·{other}) / ({long} + {short}) = {centre}, and 14 − {centre} = {answer}. The "
    "digits of MNIST were centred by their ink as well, not by their box.",
    unit="column",
    needs=("handwriting-fit",),
)


def _pooled_shift(numbers: Numbers) -> int:
    """By how many columns of the pooled maps a digit moves."""
    field = ReceptiveField()
    for layer in Architecture.parse("conv6k{kernel}-max{window}".format_map(numbers)).layers:
        _, field = layer.receptive_field((field, field), (FIELD, FIELD, 1))
    return int(numbers["shift"] // field.jump)


SHIFTED = Exercise(
    id="handwriting-shift",
    concept="what moves with the digit",
    kind="predict",
    title="The maps move along",
    question="A digit stands **{shift} pixels** further to the right. The network has filters of {kernel}×{kernel} "
    "with stride 1, and then max pooling of **{window}×{window}** with stride {window}. By how many columns does the "
    "digit move in the **pooled** maps?",
    start=Start("pooling", {"pooling.tab": "invariance", "invariance.size": "{window}", "invariance.follow": "off"}),
    draw=lambda generator: {
        "kernel": int(generator.integers(2, 6)),
        "window": (window := int(generator.integers(2, 4))),
        "shift": window * int(generator.integers(2, 4)),
    },
    solution=_pooled_shift,
    slips=(
        Slip(
            lambda n: n["shift"],
            "That is its shift in the maps of the convolution. A column of the pooled maps stands for {window} of "
            "those.",
        ),
        Slip(
            lambda n: 0,
            "Pooling hides a shift inside a window only. {shift} pixels lead into other windows.",
        ),
        Slip(
            lambda n: n["shift"] * n["window"],
            "The pooled maps are smaller than the image, so the shift becomes smaller too: divide.",
        ),
    ),
    hints=(
        "A filter at stride 1 finds the same strokes, {shift} columns further on.",
        "Each column of the pooled maps stands for {window} columns below.",
        "Divide {shift} by {window}.",
    ),
    explanation="{shift}/{window} = {answer}. Filters and pooling treat all places alike: the same numbers come out, "
    "only elsewhere. What comes after them does not.",
    unit="column",
    needs=("pooling-shift",),
)

PLACES = "the dense layer has other weights for each place of the maps"
WHY = Exercise(
    id="handwriting-why-corner",
    concept="what does not move",
    kind="predict",
    title="Why is a corner a problem?",
    question="A {digit} in the corner is misread when all three steps are off, though the filters find its strokes "
    "there as well. Why?",
    start=_page(*STEPS),
    given="choice",
    draw=lambda generator: {"digit": str(generator.choice(["seven", "two", "four", "six"]))},
    options=lambda n: (
        "filters work only in the middle of the image",
        PLACES,
        "pooling loses what is in the corner",
        "the network has seen too few images of a {digit}".format_map(n),
    ),
    solution=lambda n: PLACES,
    slips=(
        Slip(
            lambda n: "filters work only in the middle of the image",
            "A filter slides over the whole image with the same weights. In the corner it finds the same strokes.",
        ),
        Slip(
            lambda n: "pooling loses what is in the corner",
            "Pooling treats every window alike, also in the corner: the largest number of each is passed on.",
        ),
        Slip(
            lambda n: "the network has seen too few images of a {digit}".format_map(n),
            "It has seen about 6,000 of them, and reads nearly all such test images. But all stood in the middle.",
        ),
    ),
    hints=(
        "Which layers use the same weights at every place, and which does not?",
        "Flatten writes the maps in one row. A stroke elsewhere stands at another place of that row.",
        "Ask of convolution, pooling and dense: would this layer give the same numbers, only moved?",
    ),
    explanation="The dense layer has learned what a stroke *in the middle* means: each place of the maps has weights "
    "of its own. A digit elsewhere meets weights that were never trained for it, so the answer means little, "
    "however sure it sounds.",
    needs=("handwriting-shift", "notebook-dense"),
)


def drawing_of(answer: Any) -> Drawn:
    """The drawing. Raises CourseError where the pad is empty."""
    if not isinstance(answer, Drawn) or not (np.asarray(answer.ink) > 0).any():
        raise CourseError("The pad is empty. Draw a digit.")
    return answer


class Reading(NamedTuple):
    """The digit that the network reads, how sure it is in percent, and that in words."""

    digit: int
    percent: float
    sure: str


def _reading(answer: Any, skip: Set[str]) -> Reading:
    """What the network reads with these steps switched off."""
    from ..inspection.activations import answer as read

    drawn = drawing_of(answer)
    found = read(drawn.network, drawn.weights, received(drawn.ink, skip))
    sure = float(found.probabilities.max())
    return Reading(found.best, 100 * sure, probability_text(sure))


def _both(answer: Any, skip: Set[str]) -> tuple[Reading, Reading]:
    """What it reads with all steps, and with these switched off."""
    return _reading(answer, EVERY_STEP), _reading(answer, skip)


def _switched_off(answer: Any) -> str:
    """The steps that are off, as the page calls them."""
    return " and ".join(f"*{row.title}*" for step, row in STEPS.items() if step in drawing_of(answer).skip) or "nothing"


def _off_middle(answer: Any) -> float:
    """How far the middle of the ink's box is from that of the paper, in the direction in which it is nearer."""
    ink = drawing_of(answer).ink
    places = (np.flatnonzero((ink > 0).any(axis)) for axis in (1, 0))
    return min(abs((at[0] + at[-1]) / 2 - (side - 1) / 2) for at, side in zip(places, ink.shape, strict=True))


def drawn_digit(number: int, scale: float, down: float, right: float, skip: Set[str]) -> Drawn:
    """A test digit as if drawn, for the notebook's network as it comes with the playground."""
    trained = pretrained("notebook")
    ink = drawn_like(brightness(mnist().test.images[number]), scale, down, right)
    return Drawn(ink, skip, trained.architecture, trained.weights)


READ_WITH_ALL = Goal(
    lambda answer, n: _reading(answer, EVERY_STEP),
    lambda value, n: value.percent >= n["sure"],
    "With all steps it reads {value.digit}, {value.sure} sure.",
    "Draw the digit more clearly first: with all steps on, the network should be {sure} % sure of it.",
)

STEPS_HELP = Exercise(
    id="handwriting-steps",
    concept="preprocessing",
    kind="draw",
    title="Read with the steps, misread without",
    question="All three steps are switched off: the paper is only shrunk to 28×28. Draw a digit that the network "
    "reads with the steps, at least {sure} % sure, but **misreads without them**. Keep the steps switched off.",
    start=_page(*STEPS),
    given="drawing",
    draw=lambda generator: {"sure": SURE},
    solution=lambda n: drawn_digit(0, 0.45, 0, 0, NO_STEP),
    goals=(
        READ_WITH_ALL,
        Goal(
            lambda answer, n: len(drawing_of(answer).skip),
            lambda value, n: value == len(STEPS),
            "You have switched off {value} step{s}.",
            "Switch all three off, so that you see what the network makes of the drawing itself.",
        ),
        Goal(
            lambda answer, n: _both(answer, NO_STEP),
            lambda value, n: value[0].digit != value[1].digit,
            "Without the steps it reads {value[1].digit}, {value[1].sure} sure.",
            "It reads the same without them. Draw the digit smaller, or further from the middle.",
        ),
    ),
    hints=(
        "What do the three steps make equal for all drawings?",
        "Size and place. Draw a digit that differs in one of them.",
        "Draw a clear seven, about a third as high as the pad.",
    ),
    explanation="The network knows digits of one size in the middle. The steps bring yours there. Without them it "
    "meets something that it was never trained for, and still names a digit, often with great certainty.",
    shown="a small, clear digit, for example a 7 a third as high as the pad",
    needs=("handwriting-fit", "handwriting-centre"),
)

SMALL = Exercise(
    id="handwriting-small",
    concept="fit",
    kind="draw",
    title="Too small without the fitting",
    question="Only *Fitted* is switched off. Draw a digit that the network **misreads without this step** and reads, "
    "at least {sure} % sure, as soon as it is on. Leave *Cropped* and *Centred* on.",
    start=_page("fit"),
    given="drawing",
    draw=lambda generator: {"sure": SURE},
    solution=lambda n: drawn_digit(0, 0.45, 0, 0, {"fit"}),
    goals=(
        READ_WITH_ALL,
        Goal(
            lambda answer, n: _switched_off(answer),
            lambda value, n: value == "*Fitted*",
            "You have switched off {value}.",
            "Switch off *Fitted* alone, so that you see what this one step does.",
        ),
        Goal(
            lambda answer, n: _both(answer, {"fit"}),
            lambda value, n: value[0].digit != value[1].digit,
            "Without *Fitted* it reads {value[1].digit}, {value[1].sure} sure.",
            "It reads the same without it: the digit is about as large as those of MNIST. Draw it much smaller, or "
            "much larger.",
        ),
    ),
    hints=(
        "Without *Fitted* the digit arrives as large as it was drawn.",
        "The digits of MNIST are about 20 of 28 pixels high: more than two thirds of the pad.",
        "Draw a digit a third as high as the pad or less, with all its strokes.",
    ),
    explanation="Without this step a small digit stays small: its strokes lie close together, where the dense "
    "layer expects others. With it, the size of the drawing does not matter.",
    shown="a digit about a third as high as the pad",
    needs=("handwriting-without-fit",),
)

CORNER_DRAWN = Exercise(
    id="handwriting-corner",
    concept="centre",
    kind="draw",
    title="Into the corner",
    question="All three steps are off. Draw a digit of **usual size near a corner**. It has to be misread now, and "
    "read correctly once you switch on *Centred* alone. Leave *Cropped* and *Fitted* off.",
    start=_page(*STEPS),
    given="drawing",
    draw=lambda generator: {"sure": SURE, "corner": CORNER},
    solution=lambda n: drawn_digit(0, 0.75, -16, -16, NO_STEP),
    goals=(
        READ_WITH_ALL,
        Goal(
            lambda answer, n: len({"crop", "fit"} & set(drawing_of(answer).skip)),
            lambda value, n: value == 2,
            "Of *Cropped* and *Fitted*, you have switched off {value}.",
            "Switch both off: they would move the digit to the middle by themselves.",
        ),
        Goal(
            lambda answer, n: _off_middle(answer),
            lambda value, n: value >= n["corner"],
            "Across and down, the drawing is at least {value:.0f} pixels of the paper off the middle.",
            "For a corner it should be {corner} or more, a tenth of the pad, both across and down.",
        ),
        Goal(
            lambda answer, n: _both(answer, NO_STEP),
            lambda value, n: value[0].digit != value[1].digit,
            "Without the steps it reads {value[1].digit}, {value[1].sure} sure.",
            "It reads the same without them. Move the digit further into the corner.",
        ),
        Goal(
            lambda answer, n: _both(answer, {"crop", "fit"}),
            lambda value, n: value[0].digit == value[1].digit,
            "With *Centred* alone it reads {value[1].digit}, {value[1].sure} sure.",
            "*Centred* moves the digit, but does not change its size. Draw it larger, about half as high as the pad.",
        ),
    ),
    hints=(
        "The digit should be about half as high as the pad, so that its size is nearly right.",
        "Draw into the upper left corner, and leave the right and the lower third of the pad empty.",
        "Draw a 7 half as high as the pad at the upper left. Switch *Centred* on and off, and compare.",
    ),
    explanation="The strokes are the same, only elsewhere: the maps move with them, the dense layer does not. Centring "
    "brings them to the places that its weights were trained for.",
    shown="a 7 half as high as the pad, in the upper left corner",
    needs=("handwriting-why-corner", "handwriting-steps"),
)

CHAPTER = Chapter(
    id="handwriting",
    title="Your handwriting",
    idea="The network has learned from **MNIST**, a collection of digits that were all made alike: scaled to fit into "
    "20×20 pixels, and moved until the centre of their ink was in the middle of 28×28. Your drawing has another size "
    "and another place. So three steps come before the network: *Cropped* cuts the empty paper away, *Fitted* scales "
    "the digit, *Centred* moves it.\n\nEach step can be switched off on the page Draw. Then you see what a network "
    "does with something that it has never seen: it answers all the same.",
    minutes=9,
    exercises=(CROP, FIT, UNFITTED, CENTRE, SHIFTED, WHY, STEPS_HELP, SMALL, CORNER_DRAWN),
    again=(GUESS, RUN_STEPS),
)
