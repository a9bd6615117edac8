"""The beginning of the lesson: the network, and its input."""

import numpy as np

from ..plots.digits import draw_digits, draw_pixels
from ..plots.layers import draw_network
from ..script_template import MNIST_ADDRESS
from ..tables import shape_text
from .cells import Cell, Chapter, Code, Picture, Words
from .subject import DIGIT, SHOWN, Subject
from .texts import literal

CORNER = (7, 14)  # row and column of the patch whose numbers are shown: where the seven turns
DRAWS = "matplotlib>=3.11.2,<4"  # what the notebook needs beside its framework, as tested
CHOICE = """\
WEIGHTS = Path("weights.safetensors")
TRAIN = not WEIGHTS.exists()  # loads weights that lie beside this notebook; TRAIN = True trains anew"""
DRAWING_IMPORTS = """\
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator"""
FETCHES = {"keras": ' Or write `DATA = "keras"` among the choices below, and Keras downloads them.'}
TAKE = """\
(train_images, train_labels), (test_images, test_labels) = load_mnist()
print(f"{len(train_images):,} digits to train on, {len(test_images):,} to test with")"""


def start(subject: Subject) -> Chapter:
    """What the lesson shows, the network in a line, and the settings."""
    network, kind = subject.architecture, "notebook" if subject.is_notebook else "page"
    chain = " → ".join([f"{shape_text(network.input_shape)}", *(_step(*entry) for entry in subject.layers)])
    cells: list[Cell] = [
        Words(
            f"This {kind} takes a small network apart. The network reads pictures of handwritten digits and says which "
            "digit each one is. You will see\n\n"
            "- how a **filter** works, number by number, on a real digit;\n"
            "- how large every layer is, and why;\n"
            f"- {_promise(subject)}.\n\n"
            "All the mathematics you need is multiplying and adding."
        ),
        Words(
            f"The network, layer by layer:\n\n> {chain}\n\nA picture goes in on the left; on the right "
            f"{network.output_shape[0]} scores come out, one for each digit. On the way there are "
            f"**{network.parameter_count - network.non_trainable_count:,} numbers that are learned**, and one picture "
            f"costs {network.macs:,} multiplications."
        ),
        *(_setting_up(subject) if subject.is_notebook else []),
        _picture_of(subject),
    ]
    if subject.link:
        cells.insert(1, Words(f"You can change this network and watch it train [in the playground]({subject.link})."))
    return Chapter("What you are about to do", cells)


def _promise(subject: Subject) -> str:
    if subject.is_notebook or subject.trained:
        return "how the network **learns** its weights, what it has learned, and where it goes wrong"
    return "how the network **learns** its weights, and what it makes of a digit before it has learned anything"


def _step(name: str, layer: object, shape: tuple[int, ...]) -> str:
    out = layer.output_shape(shape)  # type: ignore[attr-defined]
    return f"**{name}** {shape_text(out)}" if out != shape else name


def _picture_of(subject: Subject) -> Picture:
    changing = [(name, layer.output_shape(shape)) for name, layer, shape in subject.layers]
    shapes = {"input": subject.architecture.input_shape}
    for name, shape in changing:
        if shape != list(shapes.values())[-1] or name == changing[-1][0]:
            shapes[name] = shape
    return Picture(
        draw_network,
        ("shapes",),
        lambda: (shapes,),
        "The layers as boxes, each as large as its shape: "
        + ", then ".join(f"{name} {shape_text(shape)}" for name, shape in shapes.items()),
        code=f"shapes = {literal(shapes)}",
    )


def _setting_up(subject: Subject) -> list[Cell]:
    """What to install, where the digits come from, and the settings."""
    framework = subject.written
    packages = [*framework.requirements.split(), DRAWS]
    return [
        Words(
            f"The code is written with {framework.title}. {framework.differences}\n\n"
            "**Before you begin**: put the file `mnist.npz`, the digits, beside this notebook; "
            f"it is in the zip, or you can download it [here]({MNIST_ADDRESS}).{FETCHES.get(subject.framework, '')} "
            "Then run the cells from top to bottom. If a package is missing, delete the first `#` of the next cell "
            "and run it."
        ),
        Code(f"# %pip install {' '.join(map(repr, packages))}"),
        Code(subject.parts.imports),
        Code(f"# For the pictures. Not part of the lesson: run it and go on.\n{DRAWING_IMPORTS}", folded=True),
        Words(
            "The choices. Change a number, run everything again, and see what changes. If weights are loaded "
            "from a file, nothing is trained: set `TRAIN = True` to see a change."
        ),
        Code(f"{subject.parts.settings}{CHOICE}"),
    ]


def pictures(subject: Subject) -> Chapter:
    """The digits: a pixel is a number."""
    row, column = CORNER
    cells: list[Cell] = [
        Words(
            "MNIST is a collection of digits that people wrote by hand: 60,000 to learn from, and 10,000 that are kept "
            "apart for testing. A network that has only learned its examples by heart fails on those. Here are the "
            f"first {SHOWN} of the test digits."
        ),
        *([Code(f"{subject.parts.data}\n\n{TAKE}")] if subject.is_notebook else []),
        Picture(
            draw_digits,
            ("digits", f"test_labels[:{SHOWN}]"),
            lambda: (subject.digits, subject.labels),
            f"{SHOWN} handwritten digits: {', '.join(map(str, subject.labels))}.",
            code=f"digits = brightness(test_images[:{SHOWN}])\ndigit = digits[{DIGIT}]",
        ),
        Words(
            "To a computer a picture is a table of numbers, one for each pixel: 0 is black, 255 is white. Each "
            "digit is 28 rows of 28 pixels, 784 numbers. Before they go into the network they are divided by 255, "
            "so that **brightness goes from 0 to 1**."
        ),
        Picture(
            draw_pixels,
            ("digit", str(row), str(column)),
            lambda: (subject.digit, row, column),
            f"A seven, and the brightness of 8 by 8 of its pixels, rows {row} to {row + 7}, columns {column} to "
            f"{column + 7}: {_numbers_of(subject, row, column)}.",
        ),
        Words(
            "This is all that the network gets. Nothing tells it which pixels are neighbours, or what a stroke "
            "is. A convolution is a way to look at neighbours."
        ),
    ]
    return Chapter("A picture is a table of numbers", cells)


def _numbers_of(subject: Subject, row: int, column: int) -> str:
    patch = np.rint(255 * subject.digit[row : row + 8, column : column + 8, 0]).astype(int)
    return "; ".join(" ".join(map(str, line)) for line in patch)
