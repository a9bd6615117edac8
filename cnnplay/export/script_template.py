"""What the generated scripts share: their pieces, the texts that are the same in all, and how a line is broken."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from textwrap import indent

from ..data.datasets import MNIST, DataSource
from ..errors import PlaygroundError
from ..network.architecture import Architecture
from ..network.layers import Convolution, Layer, Pair, Pooling, Shape, SlidingLayer
from ..ops.registry import ActivationKind
from ..training.config import OPTIMIZERS, Optimizer, OptimizerSpelling, TrainConfig
from ..words import printable
from .data_files import MNIST_ADDRESS, READ_MNIST, DataFile, data_file, quoted

WIDTH = 100  # letters in a line of generated code
INDENT = "    "
NO_PADDING = ((0, 0), (0, 0))
SAME = "# SAME: an odd pixel of padding comes at the end, at the bottom and on the right."

STANDARD = {"functools": "import functools\n", "math": "import math\n"}  # modules that not all scripts need

Pads = tuple[Pair, Pair]  # (before, after) of the rows and of the columns


@dataclass(frozen=True)
class Parts:
    """Pieces of a script, source text each, in their order; a notebook gives each a cell."""

    imports: str
    settings: str
    data: str
    model: str
    weights: str
    evaluation: str
    training: str
    inside: str  # for notebooks: a script has no use for it
    main: str  # for scripts


@dataclass(frozen=True)
class Framework:
    """A framework: the texts that are the same for all networks, and what writes the others.

    evaluation: with {shape} and {classes} in it. read_mnist, mnist_place: another way to have MNIST.
    """

    title: str
    file: str
    requirements: str  # a line for each package, with the versions tested
    differences: str
    imports: str
    helpers: Mapping[str, str]  # name: what the model may need on top of the framework
    build: Callable[[Architecture], str]  # the source of build_model
    weights: str
    evaluation: str
    train: Callable[[TrainConfig], str]
    inside: str
    read_mnist: str = READ_MNIST
    mnist_place: str = "in the same folder"

    def parts(self, architecture: Architecture, config: TrainConfig, data: DataSource = MNIST) -> Parts:
        """The pieces of a script.

        Raises PlaygroundError if no text describes the network, or it lacks a logit for each class of the data.
        """
        build, training = self.build(_checked(architecture, data)), self.train(config)
        model = joined(*used({"missing": MISSING, **self.helpers}, build, training), build)
        file = data_file(data)
        return Parts(
            imports="".join(used(STANDARD, model, training)) + self.imports + file.imports,
            settings=self._place(file) + _settings(config, data),
            data=joined(_classes(data), self._load(data, file)),
            model=model,
            weights=self.weights,
            evaluation=self.evaluation.format(shape=_spaced(data), classes=len(data.classes)),
            training=training,
            inside=self.inside,
            main=MAIN,
        )

    def _place(self, file: DataFile) -> str:
        """The constants that say where the data are."""
        if file.is_code:
            return ""
        place = "in the same folder" if file.channels else self.mnist_place
        address = "" if file.channels else f'DATA_URL = "{MNIST_ADDRESS}"\n'
        return f'DATA = "{file.name}"  # {place}\n{address}'

    def _load(self, data: DataSource, file: DataFile) -> str:
        read = file.read if file.channels else self.read_mnist
        return LOAD_DATA.format(
            what="Images" if file.channels else "Digits",
            shape=_spaced(data),
            reading=indent(read.strip("\n"), INDENT),
            train=":TRAIN_IMAGES" if file.channels else ":TRAIN_IMAGES, ..., None",
            test="" if file.channels else "[..., None]",
        )


def optimizer_call(spelling: OptimizerSpelling, config: TrainConfig, *arguments: str, **named: str) -> str:
    """The source that makes an optimizer, with the options of its row in OPTIMIZERS as well.

    Settings that it takes are written where the framework's own would be others.
    """
    row = OPTIMIZERS[config.optimizer]
    taken = {
        argument.name: (argument.value(config), argument.default) for argument in spelling.arguments or row.arguments
    }
    settings = {name: _numbers(value) for name, (value, default) in taken.items() if value != default}
    options = {name: number(value) for name, value in {**spelling.options, **dict(row.options)}.items()}
    return call(spelling.name, *arguments, **named, **settings, **options)


def _numbers(value: float | tuple[float, ...]) -> str:
    return f"({', '.join(map(number, value))})" if isinstance(value, tuple) else number(value)


def optimizer_note(spelling: OptimizerSpelling, schedule: str) -> str:
    """The note on an optimizer as a comment before its line, in a function; nothing where there is none."""
    note = spelling.note or (spelling.note_scheduled if schedule else "")
    return f"# {note}\n{INDENT}" if note else ""


def known_as(name: str, row: ActivationKind | Optimizer) -> str:
    """A framework's name for the function of a row; where the row holds a function without a name, the lack of it."""
    return name if isinstance(row.function, str) else f'missing("{row.title}")'


def call(function: str, *arguments: str, **named: str) -> str:
    """A call in one line. Arguments are source text."""
    return f"{function}({', '.join([*arguments, *(f'{name}={value}' for name, value in named.items())])})"


def broken(line: str, margin: int) -> str:
    """A call or tuple, its arguments in lines of their own where it is too long, as ruff and black break it."""
    if margin + len(line) <= WIDTH:
        return line
    start, inside, end = re.fullmatch(r"([^(]*\()(.*)(\),?)", line).groups()  # type: ignore[union-attr]
    space = " " * margin
    if margin + len(INDENT) + len(inside) <= WIDTH and not inside.endswith(","):
        return f"{start}\n{space}{INDENT}{inside}\n{space}{end}"
    each = "".join(f"{space}{INDENT}{argument},\n" for argument in _arguments(inside))
    return f"{start}\n{each}{space}{end}"


def _arguments(text: str) -> list[str]:
    """The arguments of a call, split at the commas outside inner brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def rows(architecture: Architecture) -> list[tuple[str, Layer, Shape]]:
    """(name, layer, shape of what arrives) for each layer."""
    return list(zip(architecture.names, architecture.layers, architecture.shapes, strict=False))


def lines(write: Callable[..., Iterable[str]], rows: Iterable[tuple[object, ...]], margin: int, end: str = ",") -> str:
    """The lines that `write` gives for each row. An equal comment appears once, before the first row that needs it."""
    once = dict.fromkeys(line for row in rows for line in write(*row))  # lines of code differ, by their names
    return "\n".join(" " * margin + (each if each[0] == "#" else broken(each + end, margin)) for each in once)


def joined(*definitions: str) -> str:
    """Classes and functions, separated by blank lines; empty ones are left out."""
    return "\n\n".join(filter(None, definitions))


def single(pair: tuple[object, object]) -> str:
    """A pair as frameworks take it: one number where both are the same."""
    return repr(pair[0] if pair[0] == pair[1] else pair)


def used(rows: Mapping[str, str], *texts: str) -> list[str]:
    """The rows (name: source) whose names the texts call, pass on or look into, in their order."""
    return [row for name, row in rows.items() if any(re.search(rf"\b{name}(\.\w|[(),])", text) for text in texts)]


def slides(layer: SlidingLayer, shape: Shape) -> tuple[Pair, Pair, Pair, Pads]:
    """(window, strides, dilations, padding) of a layer on maps of a shape, each for rows and columns."""
    rows, columns = layer.axes
    pads = rows.pads(shape[0]), columns.pads(shape[1])
    return (
        (rows.kernel, columns.kernel),
        (rows.stride, columns.stride),
        (rows.dilation, columns.dilation),
        pads,
    )


def even(pads: Pads) -> bool:
    """Whether as much is added before as after."""
    return all(before == after for before, after in pads)


def same(layer: Convolution | Pooling, pads: Pads) -> list[str]:
    """The comment on SAME, where it adds more after than before."""
    return [SAME] if layer.padding == "same" and not even(pads) else []


def _settings(config: TrainConfig, data: DataSource) -> str:
    """The numbers of the settings, as constants."""
    rows = {
        "SEED": int(config.seed),
        "TRAIN_IMAGES": int(config.images_of(data.images[0])),
        "EPOCHS": int(config.epochs),
        "BATCH_SIZE": int(config.batch_size),
        "LEARNING_RATE": float(config.learning_rate),
    }
    return "".join(f"{name} = {number(value)}\n" for name, value in rows.items())


def _classes(data: DataSource) -> str:
    """The names of the classes as a constant, broken as ruff and black break it."""
    names = [quoted(printable(name)) for name in data.classes]
    inside = ", ".join(names)
    if len(line := f"CLASSES = ({inside})") <= WIDTH:
        return f"{line}\n"
    if len(INDENT) + len(inside) <= WIDTH:
        return f"CLASSES = (\n{INDENT}{inside}\n)\n"
    return "".join(["CLASSES = (\n", *(f"{INDENT}{name},\n" for name in names), ")\n"])


def _spaced(data: DataSource) -> str:
    """The shape of an image as docstrings have it: "28 28 1"."""
    return " ".join(map(str, data.input_shape))


def training(
    text: str, schedules: Mapping[str, str], spelling: OptimizerSpelling, config: TrainConfig, name: str = "optimizer"
) -> str:
    """The source of `train` from its text, for frameworks whose optimizers take a schedule in place of a rate.

    name: of the variable that holds the optimizer.
    """
    schedule = schedules[config.schedule]
    made = optimizer_call(spelling, config, "learning_rate(steps)" if schedule else "LEARNING_RATE")
    optimizer = broken(f"{name} = {made}", len(INDENT))
    steps = STEPS if schedule else ""
    return joined(schedule, text.format(steps=steps, note=optimizer_note(spelling, schedule), optimizer=optimizer))


def float_source(value: float, module: str = "np") -> str:
    """A float as source text, infinities too: "0.0", "-np.inf"."""
    return repr(value) if math.isfinite(value) else f"{'-' * (value < 0)}{module}.inf"


def number(value: int | float) -> str:
    """A number as one writes it: 60_000, 0.001, 1e-8."""
    return f"{value:_}" if isinstance(value, int) and value >= 10_000 else repr(value).replace("e-0", "e-")


LOAD_DATA = '''\
def load_data(folder=Path()):
    """{what} and labels to train on, and to test on: uint8 [n {shape}] and [n]."""
{reading}
    training = x_train[{train}], y_train[:TRAIN_IMAGES]
    return training, (x_test{test}, y_test)


def brightness(images):
    """Pixels from 0 to 255 as float32 from 0 to 1."""
    return images.astype(np.float32) / 255
'''

MISSING = '''\
def missing(name):
    """Stands for what this framework lacks, until you put your own in its place."""
    raise NotImplementedError(f"This framework has no {name}: put your own in its place.")
'''

STEPS = "    steps = EPOCHS * math.ceil(len(training[0]) / BATCH_SIZE)\n"

MAIN = '''\
def main():
    """Load the weights beside this file, or train, and say how good the network is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="train, even where there are weights")
    folder = Path(__file__).parent
    weights = folder / "weights.safetensors"
    train_again = parser.parse_args().train or not weights.exists()
    try:
        training, test = load_data(folder)
    except FileNotFoundError as missing:
        raise SystemExit(missing) from None
    model = build_model()
    if train_again:
        print(f"Training on {len(training[0]):,} images")
        train(model, training, test)
    else:
        print(f"Weights of {weights.name}; --train trains anew")
        load_weights(model, weights)
    loss, accuracy = evaluate(model, *test)
    print(f"Test images: loss {loss:.4f}, accuracy {accuracy:.2%}")
    right = scores(model, brightness(test[0])).argmax(axis=1) == test[1]
    for label, name in enumerate(CLASSES):
        of_class = right[test[1] == label]
        print(f"    {name}: {of_class.sum():,} of {len(of_class):,}")


if __name__ == "__main__":
    main()
'''


def _checked(architecture: Architecture, data: DataSource) -> Architecture:
    """The network read again from its text, so that only what a text can express reaches the code."""
    read = Architecture.parse(str(architecture), data.input_shape, len(data.classes))
    if read != architecture:
        size = " × ".join(map(str, data.input_shape))
        raise PlaygroundError(
            f"Code is written for networks that a text can express, on images of {size} in {len(data.classes)} "
            f"classes; this network is for images of {' × '.join(map(str, architecture.input_shape))} in "
            f"{architecture.classes}."
        )
    read.require_classes()
    return read
