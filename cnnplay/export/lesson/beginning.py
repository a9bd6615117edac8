"""The beginning of the lesson: the network, and its input."""

import numpy as np

from ...labs.kernels import KERNELS
from ...ops.reference import slide
from ...words import capital, counted
from ..data_files import MNIST_ADDRESS, data_file, escaped
from ..plots.digits import draw_digits, draw_pixels
from ..plots.layers import draw_network
from ..tables import shape_text
from .cells import Cell, Chapter, Code, Picture, Words
from .subject import COLOURS, DIGIT, SHOWN, Subject
from .texts import listed, literal

CORNER = (7, 14)  # row and column of the patch whose numbers are shown: where the seven turns
PATCH = 8  # rows and columns of it
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
(train_images, train_labels), (test_images, test_labels) = load_data()
print(f"{{len(train_images):,}} {noun}s to train on, {{len(test_images):,}} to test with")"""


def start(subject: Subject) -> Chapter:
    """What the lesson shows, the network in a line, and the settings."""
    network, kind = subject.architecture, "notebook" if subject.is_notebook else "page"
    chain = " → ".join([f"{shape_text(network.input_shape)}", *(_step(*entry) for entry in subject.layers)])
    cells: list[Cell] = [
        Words(
            f"This {kind} takes a small network apart. {_task(subject)} You will see\n\n"
            f"- how a **filter** works, number by number, on a real {subject.noun};\n"
            "- how large every layer is, and why;\n"
            f"- {_promise(subject)}.\n\n"
            "All the mathematics you need is multiplying and adding."
        ),
        Words(
            f"The network, layer by layer:\n\n> {chain}\n\nA picture goes in on the left; on the right "
            f"{network.output_shape[0]} scores come out, one for each {subject.kind}. On the way there are "
            f"**{network.parameter_count - network.non_trainable_count:,} numbers that are learned**, and one picture "
            f"costs {network.macs:,} multiplications."
        ),
        *(_setting_up(subject) if subject.is_notebook else []),
        _picture_of(subject),
    ]
    if subject.link:
        cells.insert(1, Words(f"You can change this network and watch it train [in the playground]({subject.link})."))
    return Chapter("What you are about to do", cells)


def _task(subject: Subject) -> str:
    """What the network reads, and what it says."""
    if subject.is_mnist:
        return "The network reads pictures of handwritten digits and says which digit each one is."
    return (
        f"The network reads {_what(subject)} and says to which of {len(subject.data.classes)} classes each one "
        f"belongs: {subject.class_list}."
    )


def _what(subject: Subject) -> str:
    """The data within a sentence, as Markdown."""
    file = data_file(subject.data)
    return file.subject if file.is_code else f"the pictures of “{escaped(subject.data.title)}”"


def _promise(subject: Subject) -> str:
    if subject.is_notebook or subject.trained:
        return "how the network **learns** its weights, what it has learned, and where it goes wrong"
    return (
        f"how the network **learns** its weights, and what it makes of a {subject.noun} before it has learned anything"
    )


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
            f"**Before you begin**: {_bring(subject)} Then run the cells from top to bottom. If a "
            "package is missing, delete the first `#` of the next cell and run it."
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


def _bring(subject: Subject) -> str:
    """What has to lie beside the notebook."""
    file = data_file(subject.data)
    if subject.is_mnist:
        return (
            f"put the file `{file.name}`, the digits, beside this notebook; it is in the zip, or you can download it "
            f"[here]({MNIST_ADDRESS}).{FETCHES.get(subject.framework, '')}"
        )
    task = "which draws the pictures" if file.is_code else "the pictures and their classes"
    return f"put the file `{file.name}`, {task}, beside this notebook; it is in the zip."


def pictures(subject: Subject) -> Chapter:
    """The images: a pixel is a number."""
    one, (row, column), size = subject.one, _corner(subject), min(PATCH, *subject.plane.shape)
    where = f"rows {row} to {row + size - 1}, columns {column} to {column + size - 1}"
    cells: list[Cell] = [
        Words(_collection(subject)),
        *([Code(f"{subject.parts.data}\n\n{TAKE.format(noun=subject.noun)}")] if subject.is_notebook else []),
        Picture(
            draw_digits,
            (f"{one}s", f"[{subject.names}[label] for label in test_labels[:{SHOWN}]]"),
            lambda: (subject.images, [subject.class_names[label] for label in subject.labels]),
            f"{len(subject.labels)} {'handwritten digits' if subject.is_mnist else f'{subject.noun}s'}: "
            f"{', '.join(subject.class_names[label] for label in subject.labels)}.",
            code=f"{subject.naming}{one}s = brightness(test_images[:{SHOWN}])\n{one} = {one}s[{DIGIT}]",
        ),
        Words(_numbers(subject)),
        Picture(
            draw_pixels,
            (one, str(row), str(column), str(size), str(subject.channel)),
            lambda: (subject.image, row, column, size, subject.channel),
            f"{capital(subject.a)}, and the brightness of {size} by {size} of its pixels{subject.of_channel}, {where}: "
            f"{_numbers_of(subject, row, column, size)}.",
        ),
        Words(
            "This is all that the network gets. Nothing tells it which pixels are neighbours, or what "
            f"{'a stroke' if subject.is_mnist else 'an edge'} is. A convolution is a way to look at neighbours."
        ),
    ]
    return Chapter("A picture is a table of numbers", cells)


def _collection(subject: Subject) -> str:
    """What the data are, and which of them are shown."""
    train, test = subject.data.images
    if subject.is_mnist:
        begins = f"MNIST is a collection of digits that people wrote by hand: {train:,} to learn from, and"
    else:
        begins = f"The data, “{escaped(subject.data.title)}”, are {counted(train, 'picture')} to learn from, and"
    return (
        f"{begins} {test:,} that are kept apart for testing. A network that has only learned its examples by heart "
        f"fails on those. Here are the first {len(subject.labels)} of the test {subject.noun}s."
    )


def _numbers(subject: Subject) -> str:
    """How many numbers an image is, in a table or in three."""
    height, width, _ = subject.data.input_shape
    pixels = f"{height} rows of {width} pixels"
    if not subject.in_colour:
        return (
            f"To a computer a picture is a table of numbers, one for each pixel: 0 is black, 255 is white. Each "
            f"{subject.noun} is {pixels}, {height * width:,} numbers. Before they go into the network they are divided "
            "by 255, so that **brightness goes from 0 to 1**."
        )
    return (
        f"To a computer a picture is a table of numbers, one for each pixel. A picture in colour is **{len(COLOURS)} "
        f"tables**: how much {listed(COLOURS)} each pixel has, from 0, none of it, to 255. The tables are the "
        f"**channels** of the picture. Each {subject.noun} is {pixels} in {len(COLOURS)} channels, "
        f"{height * width * len(COLOURS):,} numbers. Before they go into the network they are divided by 255, so that "
        f"**brightness goes from 0 to 1**. Below are numbers of the {COLOURS[subject.channel]} channel, where this "
        "picture has the strongest contrast."
    )


def _corner(subject: Subject) -> tuple[int, int]:
    """Row and column of the patch whose numbers are shown: of other images than the seven, around a horizontal edge."""
    if subject.is_mnist:
        return CORNER
    answer = slide(subject.plane, KERNELS["horizontal-edge"].array)
    strongest = np.unravel_index(answer.argmax(), answer.shape)
    room = [max(0, side - PATCH) for side in subject.plane.shape]
    row, column = (int(np.clip(at - PATCH // 2 + 1, 0, most)) for at, most in zip(strongest, room, strict=True))
    return row, column


def _numbers_of(subject: Subject, row: int, column: int, size: int) -> str:
    patch = np.rint(255 * subject.plane[row : row + size, column : column + size]).astype(int)
    return "; ".join(" ".join(map(str, line)) for line in patch)
