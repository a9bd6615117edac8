"""Filters and what they find: kernels to write, and what their weights tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from ..inputs.patterns import PATTERNS, line
from ..labs.kernels import KERNELS, KernelNumbers, array_of, numbers_of
from ..network.architecture import Architecture
from ..ops.reference import conv2d, slide
from .exercise import Chapter, Exercise, Goal, Numbers, Slip, Start
from .sharing import IN_COLOUR
from .writing import added, in_line, linked, minus, table

SIDE = 13  # pixels of a test picture
SHIFTS = (-3, 0, 2)  # of its line or edge from the middle, pixels
NOISE = 0.05  # standard deviation of what is added to its brightness
EDGE_TIMES, LINE_TIMES = 3, 2  # as strong has a response to be as to anything else
GREYS = (0.25, 0.5, 1.0)  # of uniform areas
MOST_KEPT = 64  # kernels whose test is remembered: a check is asked for more than once

# The lab that slides a filter over an image, with its own kernel.
LAB = {"convolution.tab": "filter", "slide.follow": "off", "slide.padding": "same"}


@dataclass(frozen=True)
class Contrast:
    """The weakest of the strongest responses to what a kernel is to find, and the strongest to all the rest."""

    wanted: float
    others: float

    def clear(self, times: int) -> bool:
        return self.wanted > 0 and self.wanted >= times * self.others


def responses(kernel: KernelNumbers, pictures: np.ndarray, padding: str = "valid") -> np.ndarray:
    """The feature maps of a kernel that stands on the page, its channels added up as for grey: [n h w] -> [n oh ow]."""
    weights = array_of(kernel).astype(np.float64).sum(-1)[..., None, None]
    return conv2d(pictures[..., None], weights, padding=padding)[..., 0]


def strongest(kernel: KernelNumbers, *pictures: np.ndarray) -> list[np.ndarray]:
    """The largest number of the feature map of each picture, several sets [n h w] at once: [n] for each."""
    largest = responses(kernel, np.concatenate(pictures)).max((1, 2))
    return np.split(largest, np.cumsum([len(each) for each in pictures])[:-1])


def _cut(picture: np.ndarray, down: int, right: int) -> np.ndarray:
    """[SIDE SIDE] of a larger picture, from its middle and so many pixels further."""
    middle = (len(picture) - SIDE) // 2
    return picture[middle + down : middle + down + SIDE, middle + right : middle + right + SIDE]


def _noisy(pictures: Sequence[np.ndarray], seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, NOISE, (len(pictures), SIDE, SIDE))
    return np.clip(np.stack(pictures) + noise, 0, 1)


@cache
def lines(angle: int) -> np.ndarray:
    """Lines at an angle, some pixels from the middle, without noise and with it: [n SIDE SIDE]."""
    shifted = [_cut(line(angle, SIDE + 8, width=1), shift, shift * (angle in (90, 45))) for shift in SHIFTS]
    return np.concatenate([np.stack(shifted), _noisy(shifted, angle)])


@cache
def edges(name: str) -> np.ndarray:
    """Edges of a pattern's direction, the bright half on one side and on the other, without noise and with it."""
    pattern = PATTERNS[name].make(SIDE + 8)[..., 0]
    shifted = [_cut(picture, shift, shift) for picture in (pattern, 1 - pattern) for shift in SHIFTS]
    return np.concatenate([np.stack(shifted), _noisy(shifted, 0)])


@cache
def _scene() -> np.ndarray:
    """A picture without any symmetry: [1 SIDE SIDE]."""
    return np.random.default_rng(0).uniform(0, 1, (1, SIDE, SIDE))


MOVES = {
    (0, 0): "as it was",
    (0, 1): "moved one pixel to the right",
    (0, -1): "moved one pixel to the left",
    (1, 0): "moved one pixel down",
    (-1, 0): "moved one pixel up",
    (1, 1): "moved one pixel down and one to the right",
    (1, -1): "moved one pixel down and one to the left",
    (-1, 1): "moved one pixel up and one to the right",
    (-1, -1): "moved one pixel up and one to the left",
}
CHANGED = "changed, not only moved"


@lru_cache(MOST_KEPT)
def moved(kernel: KernelNumbers) -> str:
    """How a kernel moves an image, in words of MOVES, or CHANGED. Pixels at the border do not count."""
    made, scene = responses(kernel, _scene(), "same")[0], _scene()[0]
    inside = (slice(2, -2),) * 2
    for move, words in MOVES.items():
        if np.allclose(made[inside], np.roll(scene, move, (0, 1))[inside], atol=0.01):
            return words
    return CHANGED


def _rows(weights: Any) -> KernelNumbers:
    return numbers_of(np.array(weights, np.float32))


@lru_cache(MOST_KEPT)
def _on_edges(kernel: KernelNumbers) -> Contrast:
    """Vertical edges with either side bright: the side that the kernel finds better counts."""
    vertical, horizontal = strongest(kernel, edges("vertical-edge"), edges("horizontal-edge"))
    sides = np.arange(len(vertical)) // len(SHIFTS) % 2  # bright left, then bright right
    return Contrast(max(float(vertical[sides == side].min()) for side in (0, 1)), float(horizontal.max()))


@lru_cache(MOST_KEPT)
def _on_lines(kernel: KernelNumbers) -> Contrast:
    falling, *others = strongest(kernel, *map(lines, (135, 0, 45, 90)))
    return Contrast(float(falling.min()), float(max(each.max() for each in others)))


IDENTITY = Exercise(
    id="filters-identity",
    concept="kernels",
    kind="kernel",
    title="Leave the image as it is",
    question="The kernel on the page blurs the digit. Write nine weights that leave **every image exactly as it is**.",
    start=Start("convolution", LAB | {"slide.image": "digit", "slide.kernel": "blur"}),
    given="kernel",
    before=lambda n: _rows(KERNELS["blur"].weights),
    solution=lambda n: _rows(KERNELS["identity"].weights),
    goals=(
        Goal(
            lambda kernel, n: moved(kernel),
            lambda value, n: value == MOVES[0, 0],
            "The image comes out {value}.",
            "Each number of the map has to be the pixel under the middle of the window, and nothing else. Which of the "
            "nine products may still count?",
        ),
    ),
    hints=(
        "The window covers nine pixels. Only one of them is wanted.",
        "A pixel that is not wanted gets the weight 0.",
        "The pixel in the middle is to come out unchanged. By which number do you multiply to change nothing?",
    ),
    explanation="The middle weight is 1 and all others are 0, so the sum is the middle pixel itself. Blurring takes a "
    "ninth of each of the nine pixels instead.",
    shown="1 in the middle, and 0 everywhere else",
)

SHIFT = Exercise(
    id="filters-shift",
    concept="kernels",
    kind="kernel",
    title="Move the image by a pixel",
    question="The kernel on the page leaves the digit as it is. Write nine weights after which the whole image is "
    "**{wanted}**.",
    start=Start("convolution", LAB | {"slide.image": "digit", "slide.kernel": "identity"}),
    given="kernel",
    draw=lambda generator: _shift(generator),
    before=lambda n: _rows(KERNELS["identity"].weights),
    solution=lambda n: _rows(n["weights"]),
    goals=(
        Goal(
            lambda kernel, n: moved(kernel),
            lambda value, n: value == n["wanted"],
            "The image comes out {value}.",
            "It has to be {wanted}. Which of the nine pixels under the window has to come out in the middle then?",
        ),
    ),
    hints=(
        "A single weight of 1 is enough, but not in the middle.",
        "If the image moves {way}, each place shows the pixel that stood {origin}.",
        "Try the 1 in one place beside the middle, and look which way the digit moves.",
    ),
    explanation="The 1 is {side} the middle, so every place of the map takes the pixel {side} it: the image is "
    "{wanted}.",
    shown="1 {side} the middle, and 0 everywhere else",
    needs=("filters-identity",),
)


def _shift(generator: np.random.Generator) -> dict[str, Any]:
    moves = {
        (0, 1): ("left of", "to the right", "to its left"),
        (0, -1): ("right of", "to the left", "to its right"),
        (1, 0): ("above", "down", "above it"),
        (-1, 0): ("below", "up", "below it"),
    }
    (down, right), (side, way, origin) = list(moves.items())[generator.integers(len(moves))]
    weights = [[float((row, column) == (1 - down, 1 - right)) for column in range(3)] for row in range(3)]
    return {"wanted": MOVES[down, right], "side": side, "way": way, "origin": origin, "weights": weights}


def _even(generator: np.random.Generator) -> dict[str, Any]:
    weights = [[int(value) for value in row] for row in generator.integers(-2, 5, (3, 3))]
    brightness = float(generator.choice((0.1, 0.2, 0.5)))
    return {
        "weights": weights,
        "table": table(weights=weights),
        "link": linked(weights),
        "brightness": brightness,
        "sum": minus(int(np.sum(weights))),
        "rows": added(int(sum(row)) for row in weights),
        "result": minus(round(_on_even_area(weights, brightness), 6)),
    }


def _on_even_area(weights: Any, brightness: float) -> float:
    return float(slide(np.full((3, 3), brightness), np.array(weights))[0, 0])


EVEN = Exercise(
    id="filters-even",
    concept="sum of the weights",
    kind="predict",
    title="A uniform area",
    question="A filter without bias has these weights:\n\n{table}\n\nIt lies on a uniform grey area, where every pixel "
    "is **{brightness}**. What does it give?",
    start=Start("convolution", LAB | {"slide.image": "gradient", "slide.kernel": "vertical-edge"}),
    draw=_even,
    solution=lambda n: round(_on_even_area(n["weights"], n["brightness"]), 6),
    slips=(
        Slip(
            lambda n: int(np.sum(n["weights"])),
            "That is the sum of the weights. Every weight is multiplied by a pixel of {brightness}.",
        ),
        Slip(
            lambda n: round(n["weights"][1][1] * n["brightness"], 6),
            "You have taken the middle weight only. All nine pixels of the window count.",
        ),
        Slip(
            lambda n: round(float(np.abs(n["weights"]).sum()) * n["brightness"], 6),
            "You have left out the minus signs. A negative weight takes its pixel away.",
        ),
        Slip(
            lambda n: round(9 * n["brightness"], 6),
            "You have added up the nine pixels. Multiply each of them by its weight first.",
        ),
    ),
    hints=(
        "All nine pixels are equal, so you need not multiply nine times.",
        "Add up the weights first, row by row: {rows}.",
        "Multiply the sum of the weights by {brightness}.",
    ),
    explanation="The weights add up to {sum}, and {sum} times {brightness} is {result}. If they added up to 0, every "
    "uniform area would give 0, whether it is black, grey or white: such a filter sees differences only.",
    shown="{result}",
)


def _unbalanced(generator: np.random.Generator) -> dict[str, Any]:
    weights = [[int(value) for value in row] for row in generator.integers(-2, 4, (3, 3))]
    weights[1][1] += 2 * (sum(map(sum, weights)) == 0)
    total = int(sum(map(sum, weights)))
    balanced = [list(row) for row in weights]
    balanced[1][1] -= total
    return {
        "weights": weights,
        "table": table(weights=weights),
        "link": linked(weights),
        "sum": minus(total),
        "balanced": balanced,
        "shown_kernel": in_line(balanced),
    }


def _differences(kernel: KernelNumbers, n: Numbers) -> int:
    """How many weights are others than those of the task; 9 for a kernel of another shape."""
    weights, before = array_of(kernel).sum(-1), np.array(n["weights"])
    return int((weights != before).sum()) if weights.shape == before.shape else before.size


def _on_even_areas(kernel: KernelNumbers) -> float:
    """The response to a uniform area that is furthest from 0: to white, as a kernel has no bias."""
    size = len(kernel[0])
    areas = np.stack([np.full((size, size), grey) for grey in GREYS])
    return float(max(responses(kernel, areas).flat, key=abs))


BALANCE = Exercise(
    id="filters-balance",
    concept="sum of the weights",
    kind="kernel",
    title="Blind to brightness",
    question="The kernel on the page has these weights:\n\n{table}\n\nChange **one** of them so that the filter gives "
    "0 on every uniform area, be it black, grey or white.",
    start=Start("convolution", LAB | {"slide.image": "digit", "slide.kernel": "{link}"}),
    given="kernel",
    draw=_unbalanced,
    before=lambda n: _rows(n["weights"]),
    solution=lambda n: _rows(n["balanced"]),
    goals=(
        Goal(
            lambda kernel, n: _differences(kernel, n),
            lambda value, n: value <= 1,
            "You have changed {value} weight{s}.",
            "One is enough. Put the others back.",
        ),
        Goal(
            lambda kernel, n: _on_even_areas(kernel),
            lambda value, n: abs(value) < 0.001,
            "On a white area it gives {value:.3g}.",
            "On a white area every pixel is 1, so the filter gives the sum of its weights. That sum has to be 0.",
        ),
    ),
    hints=(
        "What does the filter give on a white area, where every pixel is 1?",
        "It gives the sum of its nine weights. Add them up.",
        "The weights add up to {sum}. Choose one of them, and take that number away from it.",
    ),
    explanation="The weights now add up to 0. On a uniform area the products are the brightness times that sum, so "
    "always 0: the filter sees differences only.",
    shown="for example {shown_kernel}",
    needs=("filters-even",),
)

VERTICAL = Exercise(
    id="filters-vertical",
    concept="edges",
    kind="kernel",
    title="Vertical edges only",
    question="The kernel on the page finds horizontal edges. Write one that responds to **vertical** edges, where "
    "bright and dark lie side by side, at least three times as strongly as to horizontal ones. It is tested on "
    "shifted and noisy edges, with the bright side left, right, above and below.",
    start=Start("convolution", LAB | {"slide.image": "vertical-edge", "slide.kernel": "horizontal-edge"}),
    given="kernel",
    before=lambda n: _rows(KERNELS["horizontal-edge"].weights),
    solution=lambda n: _rows(KERNELS["vertical-edge"].weights),
    goals=(
        Goal(
            lambda kernel, n: _on_edges(kernel),
            lambda value, n: value.clear(EDGE_TIMES),
            "The strongest response to a vertical edge is {value.wanted:.2f} at least, to a horizontal one "
            "{value.others:.2f} at most.",
            "It has to be at least three times as strong on vertical edges. On a horizontal edge, rows are equally "
            "bright from left to right: make the three weights of each row add up to 0.",
        ),
    ),
    hints=(
        "Across a vertical edge the brightness changes from left to right. Compare the left of the window with the "
        "right.",
        "Give one outer column positive weights and the other one negative weights.",
        "Every row has to add up to 0, so that a horizontal edge, where a row is uniform, gives 0.",
    ),
    explanation="Your weights compare left with right. Along a row of a horizontal edge nothing changes, and weights "
    "that add up to 0 see nothing there. A filter whose sign does not fit the edge gives a negative number; ReLU then "
    "makes it 0.",
    shown=in_line(KERNELS["vertical-edge"].weights),
    needs=("filters-balance",),
)


FALLING = Exercise(
    id="filters-falling",
    concept="lines",
    kind="kernel",
    title="Falling diagonals only",
    question="Write nine weights that find only lines that **fall** like a backslash \\\\: from the top left to the "
    "bottom right. The response has to be at least twice as strong as to any horizontal, vertical or rising line. The "
    "lines are thin, shifted and noisy.",
    start=Start("convolution", LAB | {"slide.image": "circle", "slide.kernel": "vertical-line"}),
    given="kernel",
    before=lambda n: _rows(KERNELS["vertical-line"].weights),
    solution=lambda n: _rows(KERNELS["falling-line"].weights),
    goals=(
        Goal(
            lambda kernel, n: _on_even_areas(kernel),
            lambda value, n: abs(value) < 0.1,
            "On a uniform white area it gives {value:.3g}.",
            "There is no line in a uniform area, so it has to give 0: make the weights add up to 0.",
        ),
        Goal(
            lambda kernel, n: _on_lines(kernel),
            lambda value, n: value.clear(LINE_TIMES),
            "The strongest response to a falling line is {value.wanted:.2f} at least, to any other line "
            "{value.others:.2f} at most.",
            "The first has to be at least twice the second. Lay a row, a column and the other diagonal on your "
            "weights: where the weights under them add up to much, the filter finds those lines as well.",
        ),
    ),
    hints=(
        "The pattern of the weights is the pattern that the filter finds. Where does a falling line lie in the window?",
        "Give the three weights under the line a positive number, and those beside it a negative one.",
        "Make all nine add up to 0. With 2 on the diagonal, which number do the six others need?",
    ),
    explanation="The weights are positive under a falling line and negative beside it. Any other line covers only one "
    "of the positive weights, and the negative ones take it away again. The circle on the page lights up most in the "
    "two places where it falls.",
    shown=in_line(KERNELS["falling-line"].weights),
    needs=("filters-balance",),
)


# What a kernel of three rows can find: the name of a line, and the row of KERNELS for it.
DIRECTIONS = {
    "horizontal lines": "horizontal-line",
    "vertical lines": "vertical-line",
    "rising lines (like a slash)": "rising-line",
    "falling lines (like a backslash)": "falling-line",
}
ANGLES = dict(zip(DIRECTIONS, (0, 90, 45, 135), strict=True))


def _under(weights: Any, name: str) -> float:
    """The sum of the weights under a thin line through the middle of the window."""
    picture = np.rint(line(ANGLES[name], 3, width=1))
    return float(slide(picture, np.array(weights))[0, 0])


def _to_read(generator: np.random.Generator) -> dict[str, Any]:
    names = list(DIRECTIONS)
    found = names[generator.integers(len(names))]
    factor = int(generator.choice((1, 2, 3)))
    weights = [[factor * int(weight) for weight in row] for row in KERNELS[DIRECTIONS[found]].weights]
    others = [name for name in names if name != found]
    under = {f"under{at}": minus(_under(weights, name)) for at, name in enumerate(others)}
    return {
        "weights": weights,
        "table": table(weights=weights),
        "others": others,
        "found": found,
        "best": minus(_under(weights, found)),
        **{f"other{at}": name for at, name in enumerate(others)},
        **under,
    }


def _reading(at: int) -> Slip:
    return Slip(
        lambda n: n["others"][at],
        f"Lay one of the {{other{at}}} on the weights, through the middle: those under it add up to {{under{at}}}. "
        "Look for the line that collects the largest sum.",
    )


READ = Exercise(
    id="filters-read",
    concept="lines",
    kind="predict",
    title="Read a kernel",
    question="A filter has these weights:\n\n{table}\n\nTo which lines, bright on dark, does it respond most?",
    start=Start("convolution", {"convolution.tab": "lines", "lines.count": "4", "lines.size": "7"}),
    given="choice",
    options=lambda n: tuple(DIRECTIONS),
    draw=_to_read,
    solution=lambda n: max(DIRECTIONS, key=lambda name: _under(n["weights"], name)),
    slips=(_reading(0), _reading(1), _reading(2)),
    hints=(
        "Where are the weights positive? There the filter wants the image to be bright.",
        "Imagine a thin line through the middle of the window, and add up the three weights under it.",
        "Do this for all four directions and compare the four sums.",
    ),
    explanation="A thin line of this kind lies on weights that add up to {best}, any other on less. On the page, turn "
    "the line and see which filter of four responds most.",
)


def _sign(generator: np.random.Generator) -> dict[str, Any]:
    pixels, weights = generator.integers(0, 3, (2, 2)), generator.integers(-3, 4, (2, 2))
    bias = int(generator.choice((-3, -2, -1, 1, 2, 3)))
    total, turned = (round(float(slide(pixels, signed)[0, 0])) for signed in (weights, -weights))
    return {
        "bias": bias,
        "sum": total,
        "turned": turned,
        "value": total + bias,
        "value_text": minus(total + bias),
        "bias_text": minus(bias),
        "signed": f"+ {bias}" if bias > 0 else f"− {-bias}",
        "sum_text": minus(total),
        "turned_text": minus(turned),
        "result": minus(turned + bias),
    }


NEGATED = Exercise(
    id="filters-negated",
    concept="sign",
    kind="predict",
    title="All signs reversed",
    question="With a bias of **{bias_text}** a filter gives **{value_text}** at some place, before ReLU. Now every "
    "weight is multiplied by −1, and the bias stays. What does the filter give there?",
    start=Start("convolution", LAB | {"slide.image": "digit", "slide.kernel": "vertical-edge"}),
    draw=_sign,
    solution=lambda n: n["turned"] + n["bias"],
    slips=(
        Slip(
            lambda n: -n["value"],
            "You have reversed the sign of the bias as well. It is no weight: it stays {bias_text}.",
        ),
        Slip(
            lambda n: n["value"],
            "That is the number from before. The products change their signs, and so does their sum.",
        ),
        Slip(
            lambda n: n["turned"],
            "That is the sum without the bias. Add {bias_text} again.",
        ),
    ),
    hints=(
        "The number has two parts: the sum of the products, and the bias. Which of them changes?",
        "Take the bias {bias_text} away from {value_text}: that is the sum of the products.",
        "The sum of the products is {sum_text}. Reverse its sign, then add the bias {bias_text}.",
    ),
    explanation="The products add up to {sum_text}, with reversed signs to {turned_text}, and {turned_text} {signed} "
    "is {result}. Press *Negate* on the page: orange and blue change places, and the filter finds dark where it found "
    "bright.",
    needs=("filters-even",),
)


def _two_layers(generator: np.random.Generator) -> dict[str, Any]:
    return {
        "first": int(generator.integers(3, 11)),
        "second": int(generator.choice((2, 4, 5, 8, 10))),
        "kernel": int(generator.integers(2, 6)),
    }


def _second_layer(n: Numbers) -> int:
    """The parameters of the second of two convolutions."""
    network = Architecture.parse(f"conv{n['first']}k3-relu-conv{n['second']}k{n['kernel']}")
    return next(row.parameters for row in network.table() if row.layer == "conv2")


DEEPER = {
    "net": "conv2k3-relu-max2-conv3k3-relu-max2-flatten-dense10",
    "convolution.tab": "depth",
    "depth.layer": "conv2",
}

SLICES = Exercise(
    id="filters-slices",
    concept="channels",
    kind="predict",
    title="A filter of the second layer",
    question="The first convolution has **{first}** filters, the second one **{second}** filters of **{kernel} × "
    "{kernel}**. How many weights does **one** filter of the second convolution have? Leave the bias out.",
    start=Start("convolution", DEEPER),
    draw=_two_layers,
    solution=lambda n: _second_layer(n) // n["second"] - 1,
    slips=(
        Slip(
            lambda n: n["kernel"] ** 2,
            "That is one slice. A filter of the second layer has one for each of the {first} maps that it reads.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["second"],
            "You have multiplied by the number of its own filters. What counts is how many maps it reads: {first}.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["first"] * n["second"],
            "Those are the weights of all {second} filters together. The question is about one.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 + n["first"],
            "You have added. Each of the {first} maps has a slice of {kernel} × {kernel} weights: multiply.",
        ),
    ),
    hints=(
        "What goes into the second layer is a volume. How many channels does it have?",
        "The filter has a slice of {kernel} × {kernel} weights for every map of the first layer.",
        "Multiply {kernel} by {kernel}, then by the number of maps that the filter reads.",
    ),
    explanation="{kernel} × {kernel} × {first} = {answer}: a slice for each map of the first layer. The page shows "
    "the slices of another network, and how they add up to one map.",
    unit="weight",
)

SECOND = Exercise(
    id="filters-second",
    concept="parameters",
    kind="predict",
    title="The parameters of the second layer",
    question="Two convolutions follow one another: **{first}** filters of 3 × 3, then **{second}** filters of "
    "**{kernel} × {kernel}**. How many parameters does the **second** one have, biases included?",
    start=Start("convolution", DEEPER),
    draw=_two_layers,
    solution=_second_layer,
    slips=(
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * n["second"],
            "You have counted one channel only. Each filter has a slice of weights for each of the {first} maps below.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["first"] * n["second"],
            "You have forgotten the biases: each of the {second} filters has one.",
        ),
        Slip(
            lambda n: (n["kernel"] ** 2 + 1) * n["first"] * n["second"],
            "You have given every slice a bias. A filter adds up all its slices, then adds a single bias.",
        ),
        Slip(
            lambda n: n["kernel"] ** 2 * n["first"] + 1,
            "That is one filter with its bias. The layer has {second} of them.",
        ),
    ),
    hints=(
        "Count one filter first. It reads all maps of the first layer.",
        "One filter has {kernel} × {kernel} × {first} weights, and one bias.",
        "Multiply {kernel}·{kernel}·{first} + 1 by the number of filters of the second layer.",
    ),
    explanation="({kernel}·{kernel}·{first} + 1)·{second} = {answer}. Under the picture, the page works this out for "
    "its own network.",
    unit="parameter",
    needs=("filters-slices",),
)

CHAPTER = Chapter(
    id="filters",
    title="Filters and what they find",
    idea="A sum is large where the image looks like the kernel: bright where the weights are positive, dark where "
    "they are negative. So **the pattern of the weights is the pattern that the filter finds**. In a trained network "
    "nobody has chosen the weights; here you write them yourself, to see what they do. Click a number of the kernel "
    "on the page to change it.\n\nA filter of a later layer reads all maps of the layer before it: it has a *slice* "
    "of weights for each of them, adds up what the slices give, and so makes one map.",
    minutes=10,
    exercises=(IDENTITY, SHIFT, EVEN, BALANCE, VERTICAL, FALLING, READ, NEGATED, SLICES, SECOND),
    again=(IN_COLOUR,),
)
