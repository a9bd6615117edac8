"""Where a script's images come from: a file beside it, and the code that reads it or draws them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..data import coloured_shapes
from ..data.datasets import MNIST, DataSource
from ..source import text_of
from ..words import printable

MNIST_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
OWN_FILE, SHAPES_FILE = "own_data.npz", "coloured_shapes.py"

_TAKE_ARRAYS = """\
with np.load(file, allow_pickle=False) as arrays:
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = (arrays[name] for name in names)
"""
READ_MNIST = f"""\
file = (folder / DATA).absolute()
if not file.exists():
    raise FileNotFoundError(f"There is no {{file}}: get it at {{DATA_URL}} and put it there.")
{_TAKE_ARRAYS}"""
READ_OWN = f"""\
file = (folder / DATA).absolute()
if not file.exists():
    raise FileNotFoundError(f"There is no {{file}}: it is in the zip; put it there.")
{_TAKE_ARRAYS}"""
DRAW_SHAPES = """\
count = coloured_shapes.TRAIN
images, forms, colours = coloured_shapes.coloured_shapes(
    count + coloured_shapes.TEST, coloured_shapes.SEED
)
labels = {labels}
(x_train, x_test), (y_train, y_test) = np.split(images, [count]), np.split(labels, [count])
"""
# The label of a coloured shape, by the name of the dataset.
SHAPE_LABELS: Mapping[str, str] = {
    "forms": "forms",
    "colours": "colours",
    "coloured-forms": "forms * len(coloured_shapes.COLOURS) + colours",
}


@dataclass(frozen=True)
class DataFile:
    """What lies beside a script so that it has its images, and how it takes them from there.

    name: of the file. description: for a list of files, Markdown. make: its bytes; None where nobody has them. read:
    the source that makes x_train, y_train, x_test and y_test of it, uint8. imports: what that source needs. channels:
    whether x has an axis of channels. subject: what the images show, as in "A network that reads ...".
    """

    name: str
    description: str
    make: Callable[[], bytes] | None
    read: str
    subject: str
    imports: str = ""
    channels: bool = True

    @property
    def is_code(self) -> bool:
        """Whether the file draws the images, rather than holds them: it is small."""
        return self.name.endswith(".py")


def data_file(data: DataSource) -> DataFile:
    """What a script on these data needs beside it."""
    train, test = (f"{count:,}" for count in data.images)
    if data.name == MNIST.name:
        description = f"MNIST: {train} images to train on and {test} to test with"
        return DataFile("mnist.npz", description, data.file, READ_MNIST, data.shows, channels=False)
    if data.name in SHAPE_LABELS:
        return DataFile(
            SHAPES_FILE,
            f"Draws the coloured shapes: {train} to train on and {test} to test with",
            lambda: text_of(coloured_shapes).encode(),
            DRAW_SHAPES.format(labels=SHAPE_LABELS[data.name]),
            data.shows,
            imports="\nimport coloured_shapes\n",
        )
    description = f"{escaped(data.title)}: {train} images to train on and {test} to test with"
    return DataFile(OWN_FILE, description, data.file, READ_OWN, f"“{printable(data.title)}”")


def escaped(text: str) -> str:
    """A text from outside within Markdown, which shows it and reads no mark in it, and neither does HTML.

    A notebook looks for TeX in what Markdown has made, when marks are letters again: a dollar sign becomes a wide one,
    and a backslash does not touch what follows.
    """
    kept = printable(text).replace("$", "＄").replace("\\", "\\\u2060")
    return "".join(
        f"&#{ord(letter)};" if letter.isascii() and not (letter.isalnum() or letter in " ,:?()'") else letter
        for letter in kept
    )


def quoted(text: str) -> str:
    """A text as a Python literal, in double quotes where it has none itself."""
    literal = repr(text)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal


def inside_docstring(text: str) -> str:
    """A text from outside within a triple-quoted docstring of a script, which argparse may format."""
    return printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("%(", "% (")
