"""What the generated scripts share: their pieces, the texts that are the same in all, and how a line is broken."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from textwrap import indent

from ..errors import PlaygroundError
from ..network.architecture import Architecture
from ..network.layers import MNIST_SHAPE, Convolution, Layer, Pair, Pooling, Shape, SlidingLayer
from ..ops.registry import ActivationKind
from ..training.config import OPTIMIZERS, Optimizer, OptimizerSpelling, TrainConfig

WIDTH = 100  # letters in a line of generated code
INDENT = "    "
NO_PADDING = ((0, 0), (0, 0))
SAME = "# SAME: an odd pixel of padding comes at the end, at the bottom and on the right."

STANDARD = {"functools": "import functools\n", "math": "import math\n"}  # modules that not all scripts need

Pads = tuple[Pair, Pair]  # (before, after) of the rows and of the columns

MNIST_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
READ_MNIST = """\
file = (folder / DATA).absolute()
if not file.exists():
    raise FileNotFoundError(f"There is no {file}: get it at {DATA_URL} and put it there.")
with np.load(file, allow_pickle=False) as arrays:
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = (arrays[name] for name in names)
"""


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
    """A framework: the texts that are the same for all networks, and what writes the others."""

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
    read: str = READ_MNIST
    place: str = "in the same folder"  # where the data may be

    def parts(self, architecture: Architecture, config: TrainConfig) -> Parts:
        """The pieces of a script. Raises PlaygroundError if no text describes the network, or it lacks 10 logits."""
        build, training = self.build(_checked(architecture)), self.train(config)
        model = joined(*used({"missing": MISSING, **self.helpers}, build, training), build)
        return Parts(
            imports="".join(used(STANDARD, model, training)) + self.imports,
            settings=_settings(config, self.place),
            data=LOAD_MNIST.format(reading=indent(self.read.strip("\n"), INDENT)),
            model=model,
            weights=self.weights,
            evaluation=self.evaluation,
            training=training,
            inside=self.inside,
            main=MAIN,
        )


def optimizer_call(spelling: OptimizerSpelling, optimizer: str, *arguments: str, **named: str) -> str:
    """The source that makes an optimizer, with the options of its row in OPTIMIZERS as well."""
    options = {**spelling.options, **dict(OPTIMIZERS[optimizer].options)}
    return call(spelling.name, *arguments, **named, **{name: number(value) for name, value in options.items()})


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


def _settings(config: TrainConfig, place: str) -> str:
    """The data's place and the numbers of the settings, as constants."""
    rows = {
        "SEED": int(config.seed),
        "TRAIN_IMAGES": int(config.train_images),
        "EPOCHS": int(config.epochs),
        "BATCH_SIZE": int(config.batch_size),
        "LEARNING_RATE": float(config.learning_rate),
    }
    numbers = "".join(f"{name} = {number(value)}\n" for name, value in rows.items())
    return f'DATA = "mnist.npz"  # {place}\nDATA_URL = "{MNIST_ADDRESS}"\n{numbers}'


def training(text: str, schedules: Mapping[str, str], spelling: OptimizerSpelling, config: TrainConfig) -> str:
    """The source of `train` from its text, for frameworks whose optimizers take a schedule in place of a rate."""
    schedule = schedules[config.schedule]
    optimizer = optimizer_call(spelling, config.optimizer, "learning_rate(steps)" if schedule else "LEARNING_RATE")
    steps = STEPS if schedule else ""
    return joined(schedule, text.format(steps=steps, note=optimizer_note(spelling, schedule), optimizer=optimizer))


def float_source(value: float, module: str = "np") -> str:
    """A float as source text, infinities too: "0.0", "-np.inf"."""
    return repr(value) if math.isfinite(value) else f"{'-' * (value < 0)}{module}.inf"


def number(value: int | float) -> str:
    """A number as one writes it: 60_000, 0.001, 1e-8."""
    return f"{value:_}" if isinstance(value, int) and value >= 10_000 else repr(value).replace("e-0", "e-")


LOAD_MNIST = '''\
def load_mnist(folder=Path()):
    """Digits and labels to train on, digits and labels to test on: uint8 [n 28 28 1] and [n]."""
{reading}
    training = x_train[:TRAIN_IMAGES, ..., None], y_train[:TRAIN_IMAGES]
    return training, (x_test[..., None], y_test)


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
        training, test = load_mnist(folder)
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


if __name__ == "__main__":
    main()
'''


def _checked(architecture: Architecture) -> Architecture:
    """The network read again from its text, so that only what a text can express reaches the code."""
    read = Architecture.parse(str(architecture))
    if read != architecture:
        size = " × ".join(map(str, MNIST_SHAPE))
        raise PlaygroundError(f"Code is written for networks that a text can express, on images of {size}.")
    read.require_classes()
    return read
