"""What an experiment can vary, a row each: a number of a block, a part of the network, a setting of the training."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ..bounds import bounds
from ..errors import SettingsError
from ..network.blocks import BLOCK_ACTIVATIONS, BLOCK_POOLS, HEADS, MOST_BLOCKS, NONE, PADDINGS, Block, Blocks
from ..network.layers import Dense, Layer, write_layers
from ..ops.registry import ACTIVATIONS, POOLS
from ..training.config import OPTIMIZER_SETTINGS, OPTIMIZERS, SCHEDULES, TrainConfig

Value = str | int | float | bool
Layers = tuple[Layer, ...]
Change = Callable[[Any, Value], Any]  # of Blocks or TrainConfig


class ExperimentError(SettingsError):
    """An experiment that cannot be done."""


@dataclass(frozen=True)
class Setting:
    """A setting that can be varied.

    title: "kernel size", within a sentence. values: that are offered, in order. usual: that are proposed at first.
    written: how a value reads, "5×5". change: the blocks or the training settings with a value in place of theirs.
    """

    title: str
    values: tuple[Value, ...]
    usual: tuple[Value, ...]
    written: Callable[[Any], str]
    change: Change

    @property
    def is_ordered(self) -> bool:
        """Whether its values are numbers, so that a curve over them makes sense."""
        return all(map(_is_number, self.values))

    def takes(self, value: Value) -> bool:
        """Whether a value is of its kind: one of its names, or a number, perhaps out of bounds."""
        if self.is_ordered:
            return _is_number(value)
        return any(value == one and type(value) is type(one) for one in self.values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _square(size: int) -> str:
    return f"{size}×{size}"


def _padding(padding: str | int) -> str:
    return f"{padding} px" if isinstance(padding, int) else padding


def _units(units: int) -> str:
    return str(units) if units else "none"


def _grouped(number: int) -> str:
    return f"{number:,}"


def _activation(name: str) -> str:
    return ACTIVATIONS[name].title if name in ACTIVATIONS else "none"


def _pool(name: str) -> str:
    return POOLS[name].title.lower() if name in POOLS else "none"


def _head(name: str) -> str:
    return "global mean" if name == "globalmean" else name


def _yes_or_no(value: bool) -> str:
    return "with" if value else "without"


Row = tuple[str, tuple[Value, ...], tuple[Value, ...], Callable[[Any], str]]

# field of a block: (title, values, usual values, how a value reads)
BLOCK: Mapping[str, Row] = {
    "kernel": ("kernel size", tuple(range(1, 12)), (2, 3, 5), _square),
    "filters": ("number of filters", (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64), (2, 6, 16), str),
    "stride": ("stride", (1, 2, 3, 4), (1, 2), str),
    "padding": ("padding", tuple(p for p in PADDINGS if not isinstance(p, tuple)), ("valid", "same"), _padding),
    "pool": ("pooling", BLOCK_POOLS, ("max", "mean"), _pool),
    "pool_size": ("pool size", (1, 2, 3, 4, 5, 6), (2, 3), _square),
    "activation": ("activation", BLOCK_ACTIVATIONS, ("relu", NONE), _activation),
    "batchnorm": ("batch normalization", (False, True), (False, True), _yes_or_no),
}
# field of the blocks as a whole: the same
WHOLE: Mapping[str, Row] = {
    "head": ("way from maps to numbers", tuple(HEADS), tuple(HEADS), _head),
    "hidden": ("hidden units", (0, 16, 32, 64, 128, 256), (0, 64), _units),
    "dropout": ("dropout", (0, 10, 20, 30, 40, 50, 60, 70, 80), (0, 50), lambda percent: f"{percent} %"),
}
# field of the training settings: the same
TRAINING: Mapping[str, Row] = {
    "learning_rate": (
        "learning rate",
        (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0),
        (1e-4, 1e-3, 1e-2),
        "{:g}".format,
    ),
    "batch_size": ("batch size", (8, 16, 32, 64, 128, 256, 512), (8, 32, 128), str),
    "optimizer": ("optimizer", tuple(OPTIMIZERS), ("sgd", "adam"), lambda name: OPTIMIZERS[name].title),
    "beta1": (OPTIMIZER_SETTINGS["beta1"].title, (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99), (0.7, 0.9), "{:g}".format),
    "beta2": (OPTIMIZER_SETTINGS["beta2"].title, (0.9, 0.95, 0.99, 0.995, 0.999, 0.9999), (0.9, 0.999), "{:g}".format),
    "schedule": ("schedule", tuple(SCHEDULES), ("constant", "one-cycle"), lambda name: SCHEDULES[name].title),
    "epochs": ("number of epochs", (1, 2, 3, 5, 8), (1, 3), str),
    "train_images": (
        "number of training images",
        (100, 500, 1000, 5000, 10_000, 20_000, 60_000),
        (500, 5000),
        _grouped,
    ),
}


def _in_all_blocks(name: str) -> Change:
    """Set a field of all blocks. Filters keep their proportions: the value is that of the first block."""

    def change(blocks: Blocks, value: Value) -> Blocks:
        first, *others = blocks.blocks
        changed = [_changed(first, name, value)]
        for block in others:
            own = _in_proportion(value, block.filters / first.filters) if name == "filters" else value
            changed.append(_changed(block, name, own))
        return replace(blocks, blocks=tuple(changed))

    return change


def _in_one_block(name: str, number: int) -> Change:
    """Set a field of one block, counted from 1."""

    def change(blocks: Blocks, value: Value) -> Blocks:
        count = len(blocks.blocks)
        if number > count:
            has = "one block" if count == 1 else f"{count} blocks"
            raise ExperimentError(f"There is no {title_of(f'{name}_{number}')}: the network has {has}.")
        before, block, after = blocks.blocks[: number - 1], blocks.blocks[number - 1], blocks.blocks[number:]
        return replace(blocks, blocks=(*before, _changed(block, name, value), *after))

    return change


def _in_proportion(value: Any, factor: float) -> int:
    low, high = bounds(Block, "filters")
    return min(max(round(value * factor), low), high)


def _changed(block: Block, name: str, value: Any) -> Block:
    changes = {name: value}
    if name == "pool_size" and block.pool_stride == block.pool_size:  # windows that did not overlap go on not to
        changes["pool_stride"] = value
    return replace(block, **changes)


def _field(name: str) -> Callable[[Any, Value], Any]:
    return lambda owner, value: replace(owner, **{name: value})


def _block_settings() -> dict[str, Setting]:
    settings = {}
    for name, row in BLOCK.items():
        settings[name] = _setting(row, _in_all_blocks(name))
        for number in range(1, MOST_BLOCKS + 1):
            one = _setting(row, _in_one_block(name, number))
            settings[f"{name}_{number}"] = replace(one, title=f"{one.title} of block {number}")
    return settings


def _setting(row: Row, change: Change) -> Setting:
    title, values, usual, written = row
    return Setting(title, values, usual, written, change)


NETWORK_SETTINGS = {**_block_settings(), **{name: _setting(row, _field(name)) for name, row in WHOLE.items()}}
TRAINING_SETTINGS = {name: _setting(row, _field(name)) for name, row in TRAINING.items()}
SETTINGS: Mapping[str, Setting] = NETWORK_SETTINGS | TRAINING_SETTINGS


def _blocks_of(layers: Layers) -> Blocks | None:
    """The blocks of a network, for however many classes; None where blocks cannot express it."""
    last = layers[-1] if layers else None
    return Blocks.of(layers, last.units) if isinstance(last, Dense) else None


def offered(layers: Layers) -> dict[str, Setting]:
    """The settings that can be varied in a network: those of a single block once, of several for each and for all."""
    blocks = _blocks_of(layers)
    count = len(blocks.blocks) if blocks else 0
    found = {}
    for name, setting in NETWORK_SETTINGS.items() if blocks else ():
        of_block = _base(name)[1]
        if of_block is None and name in BLOCK and count > 1:
            found[name] = replace(setting, title=f"{setting.title} of all blocks")
        elif of_block is None or 1 < count >= of_block:
            found[name] = setting
    return found | TRAINING_SETTINGS


MOST = 1e12  # of a number that is given as a value
PLACE = r"\{([a-z][a-z_0-9]{0,19})\}"  # in a network's text, for a value
# Names that a place cannot have: the results have columns of these names.
MEASURED = ("loss", "accuracy", "test_loss", "test_accuracy", "seconds", "problem")
RESERVED = {"epoch", "parameters", "net", *MEASURED, *(entry.name for entry in fields(TrainConfig))}


def places(net: str) -> list[str]:
    """The names in braces in a network's text: ["kernel"] in "conv6k{kernel}-flatten-dense10"."""
    return list(dict.fromkeys(re.findall(PLACE, net)))


def varied(net: str, config: TrainConfig, values: Mapping[str, Value]) -> tuple[str, TrainConfig]:
    """A network's text and settings with these values: in braces in the text, or of SETTINGS.

    The network can be read but need not fit. Raises PlaygroundError.
    """
    from ..network.parsing import read_layers

    named = places(net)
    layers = read_layers(re.sub(PLACE, lambda match: _piece(match[1], values), net))
    others = {name: value for name, value in values.items() if name not in named}
    if unknown := others.keys() - SETTINGS.keys():
        name = min(unknown)[:40]
        raise ExperimentError(
            f"There is no setting {name!r} to vary. Take one of {', '.join(offered(layers))}, or write {{kernel}}, "
            "for example, in place of a number in the network's text, and vary that."
        )
    for name in TRAINING_SETTINGS.keys() & others.keys():
        config = TRAINING_SETTINGS[name].change(config, others[name])
    # In the order of the table, whatever that of the values: a kind of pooling before its size, all blocks before one.
    of_network = {name: others[name] for name in NETWORK_SETTINGS if name in others}
    return write_layers(_with(layers, of_network) if of_network else layers), config


def _piece(name: str, values: Mapping[str, Value]) -> str:
    if name not in values:
        raise ExperimentError(f"The network's text has {{{name}}}, and no values are given for it.")
    if name in RESERVED:
        raise ExperimentError(f"A place in the network's text cannot be named {name!r}: the results use that name.")
    text = str(values[name])
    if not re.fullmatch("[a-z0-9.-]{0,40}", text):
        raise ExperimentError(f"The value {text[:40]!r} of {name} cannot stand in a network's text.")
    return text


def _with(layers: Layers, values: Mapping[str, Value]) -> Layers:
    blocks = _blocks_of(layers)
    if blocks is None:
        raise ExperimentError(
            f"The {title_of(next(iter(values)))} cannot be varied: the network {write_layers(layers)[:80]} is not made "
            "of the sidebar's blocks. Write a name in braces at its place in the text, as in conv6k{kernel}."
        )
    for name, value in values.items():
        blocks = SETTINGS[name].change(blocks, value)
    return blocks.layers()


def written(name: str, value: Value) -> str:
    """How a value of a setting reads: "5×5"."""
    if name in SETTINGS and SETTINGS[name].takes(value):
        return SETTINGS[name].written(value)
    return str(value) or "nothing"


def title_of(name: str) -> str:
    """A setting within a sentence: "kernel size"."""
    return SETTINGS[name].title if name in SETTINGS else name.replace("_", " ")


def sentence(values: Mapping[str, Value]) -> str:
    """Values as one speaks of them: "kernel 5×5, mean pooling in block 2"."""
    return ", ".join(_spoken(name, value) for name, value in values.items())


def _spoken(name: str, value: Value) -> str:
    base, block = _base(name)
    if base in SPOKEN and SETTINGS[base].takes(value):
        read = SPOKEN[base](value)
    else:
        read = f"{title_of(base)} {written(name, value)}"
    return read if block is None else f"{read} in block {block}"


def _counted(thing: str) -> Callable[[Any], str]:
    return lambda number: f"{number:,} {thing}{'' if number == 1 else 's'}" if number else f"no {thing}s"


def _or_none(thing: str, read: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: f"no {thing}" if value in (NONE, 0) else read(value)


# How one speaks of a value, where that is not the title and the value.
SPOKEN: Mapping[str, Callable[[Any], str]] = {
    "kernel": lambda size: f"kernel {_square(size)}",
    "filters": _counted("filter"),
    "pool": _or_none("pooling", lambda name: f"{_pool(name)} pooling"),
    "activation": _or_none("activation", _activation),
    "batchnorm": lambda on: f"{'' if on else 'no '}batch normalization",
    "head": _head,
    "hidden": _counted("hidden unit"),
    "dropout": _or_none("dropout", lambda percent: f"dropout {percent} %"),
    "optimizer": lambda name: OPTIMIZERS[name].title,
    "schedule": lambda name: f"{SCHEDULES[name].title} schedule",
    "epochs": _counted("epoch"),
    "train_images": _counted("training image"),
}


def _base(name: str) -> tuple[str, int | None]:
    """("kernel", 2) of "kernel_2"; no block where it is of all of them."""
    numbered = re.fullmatch(r"(.+)_(\d)", name) if name in SETTINGS else None
    return (numbered[1], int(numbered[2])) if numbered else (name, None)


def checked(net: str, name: str, values: Sequence[Value]) -> tuple[Value, ...]:
    """The values of one setting, each once. Raises ExperimentError."""
    if isinstance(values, str | bytes) or not isinstance(values, Sequence) or not values:
        raise ExperimentError(f"The values of a setting are a list of some, as in [2, 3, 5], not {str(values)[:40]!r}.")
    setting = None if not isinstance(net, str) or name in places(net) else SETTINGS.get(name)
    for value in values:
        if not isinstance(value, str | int | float) or (not isinstance(value, str) and not -MOST <= value <= MOST):
            raise ExperimentError(f"A setting takes numbers and names, not {str(value)[:40]!r}.")
        if setting and not setting.takes(value):
            are = "numbers" if setting.is_ordered else ", ".join(map(str, setting.values))
            raise ExperimentError(f"The values of the {setting.title} are {are}; {str(value)[:40]!r} is none.")
    return tuple(dict.fromkeys(values))
