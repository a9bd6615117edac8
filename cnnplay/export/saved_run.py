"""The weights file: a run as safetensors, with network, settings and history. Reading it never runs anything.

Its tensors are the weights by layer and name ("conv1/kernel"), and "history/..." (see `history_files.ARRAYS`). Its
metadata has one entry, JSON: the library writes several in no fixed order, and the same run gives the same bytes.
Version 2 says which data the weights were trained on; files of version 1 are all of MNIST. Version 3 has the settings
that some optimizers take alone; runs of earlier files have their defaults.
The format: https://github.com/huggingface/safetensors
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from ..data.datasets import DATASETS, MNIST, MOST_CLASSES, DataSource
from ..errors import DataError, PlaygroundError
from ..network.architecture import Architecture
from ..network.layers import Shape
from ..network.parsing import MOST_LETTERS
from ..training.config import OPTIMIZER_SETTINGS, TrainConfig
from ..training.history import History
from ..training.history_files import from_arrays, to_arrays
from ..words import printable

if TYPE_CHECKING:  # these load JAX: not before a run is checked
    import jax

    from ..network.model import Weights

ENTRY, VERSION, HISTORY = "cnnplay", 3, "history/"
SINCE = {"dataset": 2, **dict.fromkeys(OPTIMIZER_SETTINGS, 3)}  # the version that began to have a setting, where not 1
MOST_BYTES = 20_000_000
LIMIT = f"{MOST_BYTES / 1e6:.0f} MB"
MOST_HEADER = 65_536  # bytes; 40 layers take about 10,000
MOST_SIDE, LONGEST_NAME = 1024, 200  # pixels of the images that a file describes, and letters of a class's name
CHANNELS = 1, 3  # grey, or red, green and blue


@dataclass(frozen=True, eq=False)
class SavedRun:
    """A run as it is saved: `weights` are those after `epoch`, 0 being the initial ones; `history` may go on further.

    data: what it is trained on. The history is that of the moment, even where the run goes on. Raises PlaygroundError
    where the parts do not belong together, or make no run that this playground can have done.
    """

    architecture: Architecture
    config: TrainConfig
    weights: Mapping[str, np.ndarray]
    history: History
    epoch: int
    data: DataSource = MNIST

    def __post_init__(self) -> None:
        from ..training.trainer import check_size

        object.__setattr__(self, "history", self.history.copy())
        _check_data(self.architecture, self.config, self.data)
        self.architecture.require_classes()
        check_size(self.architecture, self.config)
        _check_weights(self.architecture, self.weights)
        _check_history(self.architecture, self.config, self.history)
        if not 0 <= self.epoch <= len(self.history.epochs):
            raise DataError(f"The weights are of epoch {self.epoch}, and the history has {len(self.history.epochs)}.")


def save(run: SavedRun) -> bytes:
    """The file of a run: the same run, the same bytes. Raises DataError where it would be too large to be read."""
    history = {HISTORY + name: array for name, array in to_arrays(run.history).items()}
    tensors = {name: np.ascontiguousarray(array) for name, array in (dict(run.weights) | history).items()}
    about = {
        "version": VERSION,
        "network": str(run.architecture),
        "settings": asdict(run.config),
        "epoch": run.epoch,
        "data": {
            "title": run.data.title,
            "classes": list(run.data.classes),
            "input_shape": list(run.data.input_shape),
        },
    }
    data = safetensors.numpy.save(tensors, {ENTRY: json.dumps(about, default=int)})  # int: of a NumPy integer
    if len(data) > MOST_BYTES:
        raise DataError(f"The file would have {len(data):,} bytes, more than the {LIMIT} that can be read again.")
    return data


class Parts(NamedTuple):
    """What a file holds, by the names of SavedRun, and what it says of its data.

    title, classes: texts from outside, which may have any letters.
    """

    architecture: Architecture
    config: TrainConfig
    weights: Mapping[str, np.ndarray]
    history: History
    epoch: int
    title: str = MNIST.title
    classes: tuple[str, ...] = tuple(MNIST.classes)
    input_shape: Shape = MNIST.input_shape


def load(data: bytes, own: DataSource | None = None) -> SavedRun:
    """The run of a file. own: the visitor's own data that are open; a run on other data of one's own needs them.

    Raises DataError, in one sentence, if `save` could not have made the file, or its data are not open.
    """
    with _explained():
        parts = read_parts(data)
    source = DATASETS.get(parts.config.dataset) or _opened(parts, own)
    with _explained():
        return SavedRun(parts.architecture, parts.config, parts.weights, parts.history, parts.epoch, source)


def _opened(parts: Parts, own: DataSource | None) -> DataSource:
    """The visitor's own data, if they are those of a file. Raises DataError where they are others."""
    if own and (tuple(own.input_shape), tuple(own.classes)) == (parts.input_shape, parts.classes):
        return own
    names = ", ".join(_shortened(name) for name in parts.classes[:10]) + ", …" * (len(parts.classes) > 10)
    raise DataError(
        f"This file's weights were trained on “{_shortened(parts.title)}” (classes {names}), which is not open here: "
        "open its data first."
    )


@contextmanager
def _explained() -> Iterator[None]:
    """Errors within are those of a file: they become one sentence that says so."""
    try:
        yield
    except PlaygroundError as error:
        # Another module's error goes on with advice for another place, and quotes a number whole, however long.
        reason = re.sub(r"[\d,]{41,}", lambda digits: digits[0][:40] + "…", str(error).partition(". ")[0].rstrip("."))
        raise DataError(
            f"This file cannot be used: {reason[0].lower()}{reason[1:]}; take a file that this playground has saved."
        ) from error


def read_parts(data: bytes) -> Parts:
    """The parts of a file, each by itself possible, but not yet checked against each other. Does not load JAX.

    Raises PlaygroundError where one of them cannot be read.
    """
    tensors, header = _tensors(data), _header(data)
    metadata = header.get("__metadata__")
    note = metadata.get(ENTRY) if isinstance(metadata, dict) else None
    about = _object(note, "the note on network and settings")
    version = about.get("version")
    if type(version) is not int or not 1 <= version <= VERSION:
        raise DataError(f"It is of version {_quoted(version)}, and versions 1 to {VERSION} are what can be read here.")
    if wrong := set(about) ^ {"version", "network", "settings", "epoch", *(["data"] if version > 1 else [])}:
        raise DataError(f"Its note on network and settings is wrong about {_quoted(min(wrong))}.")
    config = _settings(about["settings"], version)
    title, classes, shape = _described(about["data"], config) if version > 1 else _known(MNIST)
    history = {name.removeprefix(HISTORY): tensors.pop(name) for name in list(tensors) if name.startswith(HISTORY)}
    if type(about["epoch"]) is not int:
        raise DataError(f"Its epoch is {_quoted(about['epoch'])}, which is no whole number.")
    return Parts(
        architecture=_network(about["network"], shape, len(classes)),
        config=config,
        weights=tensors,
        history=from_arrays(history),
        epoch=about["epoch"],
        title=title,
        classes=classes,
        input_shape=shape,
    )


def _tensors(data: bytes) -> dict[str, np.ndarray]:
    """All tensors, read-only. The sizes are checked first: a forged header costs neither time nor memory."""
    if len(data) > MOST_BYTES:
        raise DataError(f"It has {len(data):,} bytes, more than the {LIMIT} that are read.")
    if _header_bytes(data) > MOST_HEADER:
        raise DataError("It does not begin as a safetensors file does, or is of a network far too large for here.")
    try:
        tensors = safetensors.numpy.load(data)
    except SafetensorError as error:
        raise DataError(f"It is no safetensors file, or damaged, or cut off after {len(data):,} bytes.") from error
    except (KeyError, ValueError) as error:  # a type that NumPy lacks, a shape that it does not take
        raise DataError(f"It has a tensor whose type or shape is not used here: {_quoted(error.args[0])}.") from error
    for tensor in tensors.values():
        tensor.flags.writeable = False
    return tensors


def _header_bytes(data: bytes) -> int:
    return int.from_bytes(data[:8], "little")


def _header(data: bytes) -> dict[str, object]:
    """The header of a file that the library has read; it gives the metadata only of files on disk."""
    return _object(data[8 : 8 + _header_bytes(data)].decode(), "the header")


def _object(text: object, what: str) -> dict[str, object]:
    """What a JSON object says. Raises DataError where it is none, says a thing twice, or has no number for a number."""
    if not isinstance(text, str):
        raise DataError(f"It lacks {what}: it was not made here, even if its weights are good.")
    try:
        value = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise DataError(f"Its text cannot be read: {what} is no JSON, or not all of it makes sense.") from error
    if not isinstance(value, dict):
        raise DataError(f"Its text cannot be read: {what} is {_quoted(value)}, not a list of names and values.")
    return value


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name that comes twice")
    return found


def _no_number(text: str) -> float:
    raise ValueError(text)


def _whole(text: str) -> int:
    if len(text) > 20:  # a number of 64 bits has at most 20 digits
        raise ValueError("no number that a file needs")
    return int(text)


def _known(data: DataSource) -> tuple[str, tuple[str, ...], Shape]:
    return data.title, tuple(data.classes), tuple(data.input_shape)


def _described(given: object, config: TrainConfig) -> tuple[str, tuple[str, ...], Shape]:
    """(title, classes, input shape) of the data of a file. Raises DataError where they are not those of its dataset."""
    if not isinstance(given, dict) or set(given) != {"title", "classes", "input_shape"}:
        raise DataError(
            f"What it says of its data is {_quoted(given)}, not a title, classes and the shape of an image."
        )
    title, classes, shape = given["title"], given["classes"], given["input_shape"]
    if not isinstance(title, str) or len(title) > LONGEST_NAME:
        raise DataError(f"The title of its data is {_quoted(title)}, no text of at most {LONGEST_NAME} letters.")
    found = title, _class_names(classes), _image_shape(shape)
    row = DATASETS.get(config.dataset)
    if row and found[1:] != _known(row)[1:]:
        raise DataError(
            f"It says that the images of {row.name} are {_sizes(found[2])} in {len(found[1])} classes, and they are "
            f"{_sizes(row.input_shape)} in {len(row.classes)}, or the classes have other names."
        )
    return found


def _class_names(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not 2 <= len(given) <= MOST_CLASSES:
        raise DataError(f"The classes of its data are {_quoted(given)}, not a list of 2 to {MOST_CLASSES} names.")
    for name in given:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            raise DataError(f"The name of a class is {_quoted(name)}, no text of 1 to {LONGEST_NAME} letters.")
    return tuple(given)


def _image_shape(given: object) -> Shape:
    if not isinstance(given, list) or len(given) != 3 or any(type(size) is not int for size in given):
        raise DataError(f"The shape of its images is {_quoted(given)}, not a height, a width and a number of channels.")
    height, width, channels = given
    if not (1 <= height <= MOST_SIDE and 1 <= width <= MOST_SIDE and channels in CHANNELS):
        raise DataError(
            f"Its images are {_sizes(given)[:60]}, not 1 to {MOST_SIDE:,} pixels a side in 1 or 3 channels."
        )
    return height, width, channels


def _sizes(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))


def _network(text: object, input_shape: Shape, classes: int) -> Architecture:
    if not (isinstance(text, str) and re.fullmatch(rf"[a-z0-9.-]{{1,{MOST_LETTERS}}}", text)):
        raise DataError(f"Its network is {_quoted(text)}, which is not how a network is written here.")
    return Architecture.parse(text, input_shape, classes)


def _settings(given: object, version: int) -> TrainConfig:
    names = {entry.name for entry in fields(TrainConfig) if SINCE.get(entry.name, 1) <= version}
    if not isinstance(given, dict):
        raise DataError(f"Its training settings are {_quoted(given)}, not names with values.")
    if wrong := names ^ set(given):
        name = min(wrong)
        raise DataError(f"Its training setting {_quoted(name)} is {'missing' if name in names else 'not known here'}.")
    for name, value in given.items():
        if not isinstance(value, str | int | float):
            raise DataError(f"Its training setting {name} is {_quoted(value)}, neither a number nor a name.")
    return TrainConfig(**given)


def _check_data(architecture: Architecture, config: TrainConfig, data: DataSource) -> None:
    """Raises DataError unless the network is one that a text can express, for these data, and so are the settings."""
    if config.dataset != data.name:
        raise DataError(f"The settings are for the data {_quoted(config.dataset)}, not for {_quoted(data.name)}.")
    shape, classes = tuple(data.input_shape), len(data.classes)
    if (tuple(architecture.input_shape), architecture.classes) != (shape, classes):
        raise DataError(
            f"The network is for images {architecture.input_shape} in {architecture.classes} classes, and the data are "
            f"images {shape} in {classes}."
        )
    if Architecture.parse(str(architecture), shape, classes) != architecture:
        raise DataError(f"A file has networks that a text can express, and {architecture} says another one.")


def _check_weights(architecture: Architecture, weights: "Weights") -> None:
    import jax

    from ..network.model import Network, weights_of

    wanted = jax.eval_shape(lambda: weights_of(Network(architecture)))  # shapes alone: nothing is allocated
    if wrong := set(wanted) ^ set(weights):
        name = min(wrong)
        raise DataError(f"The weights {_quoted(name)} are {'missing' if name in wanted else 'not the network’s'}.")
    for name, like in wanted.items():
        array = np.asarray(weights[name])
        if (array.shape, array.dtype) != (like.shape, like.dtype):
            raise DataError(f"The weights {name} are {_measure(array)}, and those of the network are {_measure(like)}.")
        if bad := array.size - int(np.isfinite(array).sum()):
            raise DataError(f"Of the {array.size:,} weights {name}, {bad:,} are infinite or not a number.")
        if name.endswith("/moving_variance") and array.min() < 0:
            raise DataError(f"Of the {array.size:,} variances {name}, {int((array < 0).sum()):,} are below 0.")


def _check_history(architecture: Architecture, config: TrainConfig, history: History) -> None:
    """Raises DataError unless a run of these settings can have done these steps, and has classes as the network has.

    The settings say how many training images at most: a smaller dataset has shorter epochs.
    """
    most = config.steps_per_epoch(config.train_images)
    each = history.epochs[0].step if history.epochs else most
    done = len(history.epochs)
    if each > most or history.steps > min(done + 1, config.epochs) * each:
        raise DataError(
            f"The history's {history.steps:,} steps and {done} epochs are no part of a run of "
            f"{config.epochs} × {most:,} steps, as the settings have it."
        )
    for epoch in history.epochs:
        if epoch.test.confusion.shape != 2 * architecture.output_shape:
            shape = " × ".join(map(str, epoch.test.confusion.shape))
            raise DataError(f"The confusion of epoch {epoch.epoch} is {shape}, not one row and column for each class.")


def _measure(array: "np.ndarray | jax.ShapeDtypeStruct") -> str:
    return f"{array.dtype} [{' × '.join(map(str, array.shape))[:40]}]"


def _shortened(text: str) -> str:
    """A text from a file, as a message can show it without quotation marks."""
    return printable(text if len(text) <= 40 else text[:40] + "…")


def _quoted(value: object) -> str:
    """A value from a file, as a message can quote it; a list may be nested deeper than Python can print."""
    if isinstance(value, list | dict):
        return f"a {type(value).__name__}"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "…")
