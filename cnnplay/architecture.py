"""Architecture: a network as a list of layers, its text form, its shape table, and how to mend one that does not fit."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from math import prod
from types import MappingProxyType
from typing import Any

from .arithmetic import ReceptiveField, ShapeError
from .errors import Remedy, TextError
from .kinds import ACTIVATIONS, POOLS
from .layers import Convolution, Dense, Flatten, Layer, Pooling, Shape, read_layer

MNIST_SHAPE = (28, 28, 1)
CLASSES = 10
MOST_LETTERS, MOST_LAYERS = 600, 40
MOST_PARAMETERS, MOST_VALUES = 16_000_000, 1_000_000
DEFAULT = "conv6k2-relu-max2-flatten-dense10"


@dataclass(frozen=True)
class Row:
    """One row of the shape table. Shapes are of one image, as (height, width, channels) or (units,)."""

    layer: str
    kind: str
    title: str
    output_shape: Shape
    parameters: int
    formula: str
    parameter_formula: str
    macs: int
    receptive_field: tuple[int, int]
    unread: int | None  # pixels of the map below that no window reads; None where nothing slides


@dataclass(frozen=True)
class Architecture:
    """Layers on an input of (height, width, channels). Raises ShapeError, with remedies, where they do not fit."""

    layers: tuple[Layer, ...]
    input_shape: Shape = MNIST_SHAPE

    def __post_init__(self) -> None:
        misfit = _first_misfit(self.layers, self.input_shape)
        if misfit:
            index, error = misfit
            raise _explained(self, index, error)
        if self.parameter_count > MOST_PARAMETERS:
            raise _too_large(self)

    @classmethod
    def parse(cls, text: str, input_shape: Shape = MNIST_SHAPE) -> "Architecture":
        """The network of a text such as "conv6k2-relu-max2-flatten-dense10".

        Raises TextError where the text cannot be read, ShapeError where the layers do not fit.
        """
        return cls(read_layers(text), tuple(input_shape))

    def __str__(self) -> str:
        return write_layers(self.layers)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each layer, numbered by kind: conv1, relu1, max1, conv2, ..."""
        return layer_names(self.layers)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The input's shape and then each layer's."""
        return tuple(_shapes(self.layers, self.input_shape))

    @property
    def output_shape(self) -> Shape:
        return self.shapes[-1]

    @cached_property
    def parameter_count(self) -> int:
        """Weights and biases of all layers."""
        return sum(layer.parameters(shape) for layer, shape in zip(self.layers, self.shapes, strict=False))

    def table(self) -> list[Row]:
        """A row a layer, then the softmax that turns the last layer's numbers into probabilities."""
        field_rows = field_columns = ReceptiveField()
        rows = []
        for name, layer, shape in zip(self.names, self.layers, self.shapes, strict=False):
            if isinstance(layer, Convolution | Pooling):
                field_rows, field_columns = (
                    seen.through(axis) for seen, axis in zip((field_rows, field_columns), layer.axes, strict=True)
                )
            whole = len(layer.output_shape(shape)) == 1 and isinstance(layer, Dense)
            if whole:  # a dense unit sees all that its inputs see: the image
                field_rows, field_columns = (ReceptiveField(size) for size in self.input_shape[:2])
            rows.append(
                Row(
                    layer=name,
                    kind=layer.kind,
                    title=layer.title,
                    output_shape=layer.output_shape(shape),
                    parameters=layer.parameters(shape),
                    formula=layer.formula(shape),
                    parameter_formula=layer.parameter_formula(shape),
                    macs=layer.macs(shape),
                    receptive_field=(field_rows.size, field_columns.size),
                    unread=layer.unread(shape) if isinstance(layer, Convolution | Pooling) else None,
                )
            )
        if len(self.output_shape) == 1 and rows:
            rows.append(
                replace(
                    rows[-1],
                    layer="softmax",
                    kind="softmax",
                    title="scores to probabilities",
                    formula="eᶻ / (sum of all eᶻ)",
                    parameters=0,
                    parameter_formula="",
                    macs=0,
                    unread=None,
                )
            )
        return rows

    def sharing(self) -> list[tuple[str, int, int]]:
        """For each convolution (name, its parameters, those of a dense layer of the same input and output)."""
        return [
            (name, layer.parameters(before), (prod(before) + 1) * prod(after))
            for name, layer, before, after in zip(
                self.names, self.layers, self.shapes, self.shapes[1:], strict=False
            )
            if isinstance(layer, Convolution)
        ]

    def require_classes(self, classes: int = CLASSES) -> None:
        """Raises ShapeError, with the remedy, unless the network ends in a dense layer with a unit for each class."""
        last = self.layers[-1] if self.layers else None
        if isinstance(last, Dense) and last.units == classes:
            return
        kept = self.layers[:-1] if isinstance(last, Dense) else self.layers
        flat = () if len(_shapes_list(kept, self.input_shape)[-1]) == 1 else (Flatten(),)
        text = write_layers((*kept, *flat, Dense(classes)))
        ends = f"ends in {last}" if last else "is empty"
        raise ShapeError(
            f"To tell {classes} digits apart the network must end in dense{classes}, a score for each; this one {ends}.",
            [Remedy(f"End in dense{classes}", {"net": text})],
            layer=self.names[-1] if self.names else None,
        )


# --- the text form ---


def read_layers(text: str) -> tuple[Layer, ...]:
    """The layers of a text, whether they fit or not. Raises TextError, with remedies, where it cannot be read."""
    to_default = Remedy("Use the notebook's network", {"net": DEFAULT})
    if not isinstance(text, str) or not text.strip():
        raise TextError("The network's text is empty.", [to_default])
    if len(text) > MOST_LETTERS:
        raise TextError(
            f"The network's text has {len(text):,} letters; at most {MOST_LETTERS} are read.", [to_default]
        )
    tokens = re.sub(r"\s+", "", text).lower().strip("-").split("-")
    if len(tokens) > MOST_LAYERS:
        raise TextError(f"The network has {len(tokens)} layers; at most {MOST_LAYERS} are read.", [to_default])
    layers = []
    for index, token in enumerate(tokens):
        try:
            layer = read_layer(token)
        except TextError as error:
            rest = [*tokens[:index], *tokens[index + 1 :]]
            raise TextError(
                f"Layer {index + 1}, “{token}”: {str(error)[0].lower()}{str(error)[1:]}",
                [*_readable("-".join(rest), f"Leave out {token}"), to_default],
            ) from error
        if layer is None:
            raise _unreadable(tokens, index, to_default)
        layers.append(layer)
    return tuple(layers)


def write_layers(layers: tuple[Layer, ...]) -> str:
    """The text of layers: the inverse of `read_layers`."""
    return "-".join(map(str, layers))


def _unreadable(tokens: list[str], index: int, to_default: Remedy) -> TextError:
    token = tokens[index]
    guess = get_close_matches(token, [*ACTIVATIONS, "flatten", *_stems_with_numbers(token)], 1)
    swaps = [(f"Read it as {guess[0]}", [*tokens[:index], guess[0], *tokens[index + 1 :]])] if guess else []
    swaps.append((f"Leave out {token or 'the empty place'}", [*tokens[:index], *tokens[index + 1 :]]))
    remedies = [remedy for label, swap in swaps for remedy in _readable("-".join(swap), label)]
    return TextError(
        f"Layer {index + 1}, “{token[:40]}”, is not a layer. Layers look like conv6k3, conv6k3s2same, max2, mean3s2, "
        f"{', '.join(ACTIVATIONS)}, dropout25, flatten and dense10.",
        [*remedies, to_default],
    )


def _stems_with_numbers(token: str) -> Iterator[str]:
    """The layer names with the token's own numbers put in, to guess what a misspelt token meant."""
    numbers = re.findall("[0-9]+", token)
    if numbers:
        yield from (f"{stem}{numbers[0]}" for stem in (*POOLS, "dense", "dropout"))
        yield f"conv{numbers[0]}k{numbers[1] if len(numbers) > 1 else 3}"


def _readable(text: str, label: str) -> list[Remedy]:
    """The remedy, if its text is a network. It is not parsed: an error would look for remedies in turn, without end."""
    try:
        layers = [read_layer(token) for token in text.split("-")]
    except TextError:
        return []
    known = tuple(layer for layer in layers if layer)
    return [Remedy(label, {"net": text})] if len(known) == len(layers) and _fits(known, MNIST_SHAPE) else []


def _fits(layers: tuple[Layer, ...], shape: Shape) -> bool:
    if _first_misfit(layers, shape):
        return False
    shapes = _shapes_list(layers, shape)
    return sum(layer.parameters(below) for layer, below in zip(layers, shapes, strict=False)) <= MOST_PARAMETERS


def layer_names(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Names numbered by kind; flatten, of which there is one, keeps its plain name."""
    seen: dict[str, int] = {}
    names = []
    for layer in layers:
        seen[layer.stem] = seen.get(layer.stem, 0) + 1
        plain = isinstance(layer, Flatten) and seen[layer.stem] == 1
        names.append(layer.stem if plain else f"{layer.stem}{seen[layer.stem]}")
    return tuple(names)


# --- what does not fit, and what mends it ---


def _shapes(layers: tuple[Layer, ...], shape: Shape) -> Iterator[Shape]:
    yield shape
    for layer in layers:
        shape = layer.output_shape(shape)
        yield shape


def _shapes_list(layers: tuple[Layer, ...], shape: Shape) -> list[Shape]:
    return list(_shapes(layers, shape))


def _first_misfit(layers: tuple[Layer, ...], shape: Shape) -> tuple[int, ShapeError] | None:
    for index, layer in enumerate(layers):
        try:
            shape = layer.output_shape(shape)
            if prod(shape) > MOST_VALUES:
                raise ShapeError(f"it would make {prod(shape):,} values of an image, and at most {MOST_VALUES:,} go")
        except ShapeError as error:
            return index, error
    return None


def _explained(architecture: Architecture, index: int, error: ShapeError) -> ShapeError:
    layers, name = architecture.layers, layer_names(architecture.layers)[index]
    shape = _shapes_list(layers[:index], architecture.input_shape)[-1]
    arriving = " × ".join(f"{n:,}" for n in shape)
    return ShapeError(
        f"{name} ({layers[index].title}) does not fit on {arriving}: {error}.",
        list(_mending(layers, architecture.input_shape)),
        layer=name,
    )


def _mending(layers: tuple[Layer, ...], shape: Shape, most: int = 4) -> Iterator[Remedy]:
    """Changes after which the whole network fits, each tried before it is offered."""
    offered = set()
    for label, changed in _changes(layers, shape):
        labels = [label]
        # What mends this layer may leave a later one without room: go on with the first change that helps there.
        while (again := _first_misfit(changed, shape)) and len(labels) < 6:
            further = next(
                ((more, after) for more, after in _changes(changed, shape) if _further(after, shape, again[0])), None
            )
            if further is None:
                break
            labels.append(further[0])
            changed = further[1]
        text = write_layers(changed)
        if again is None and changed and _fits(changed, shape) and text not in offered and len(offered) < most:
            offered.add(text)
            said = ", ".join(labels)
            yield Remedy(said[0].upper() + said[1:], {"net": text})


def _further(layers: tuple[Layer, ...], shape: Shape, than: int) -> bool:
    misfit = _first_misfit(layers, shape)
    return misfit is None or misfit[0] > than


def _changes(layers: tuple[Layer, ...], shape: Shape) -> Iterator[tuple[str, tuple[Layer, ...]]]:
    """Single changes that may mend the first layer that does not fit: (what to say, the layers then)."""
    misfit = _first_misfit(layers, shape)
    if misfit is None:
        return
    index, error = misfit
    layer, name = layers[index], layer_names(layers)[index]
    before, after = layers[:index], layers[index + 1 :]
    for remedy in error.remedies:
        if isinstance(layer, Convolution | Pooling) and (changed := _with(layer, remedy.change)):
            yield f"{name}: {remedy.label}", (*before, changed, *after)
    if isinstance(layer, Dense):
        yield f"flatten before {name}", (*before, Flatten(), layer, *after)
    yield f"leave out {name}", (*before, *after)
    padded = tuple(
        replace(earlier, padding="same") if isinstance(earlier, Convolution) and earlier.padding == "valid" else earlier
        for earlier in before
    )
    if padded != before:
        yield "padding same in the convolutions before", (*padded, layer, *after)


def _with(layer: Convolution | Pooling, change: Mapping[str, Any]) -> Layer | None:
    """The layer with what a window's remedy proposes; a proposed size is for both axes, and never grows one."""
    fields = dict(change)
    size = fields.pop("kernel", None)
    try:
        if isinstance(layer, Convolution):
            if size:
                fields["kernel"] = tuple(min(size, own) for own in layer.kernel)
            if "dilation" in fields:
                fields["dilation"] = (fields["dilation"],) * 2
            return replace(layer, **fields)
        if size:
            fields["window"] = tuple(min(size, own) for own in layer.window)
        return replace(layer, **fields)
    except (TextError, ShapeError):
        return None


def _too_large(architecture: Architecture) -> ShapeError:
    layers = architecture.layers
    counts = [layer.parameters(shape) for layer, shape in zip(layers, architecture.shapes, strict=False)]
    widest = counts.index(max(counts))
    candidates: list[tuple[str, tuple[Layer, ...]]] = []
    if Flatten() in layers:
        at = layers.index(Flatten())
        for window in (2, 4):
            candidates.append((f"max{window} before flatten", (*layers[:at], read_layer(f"max{window}"), *layers[at:])))
    widest_layer = layers[widest]
    if isinstance(widest_layer, Dense) and widest < len(layers) - 1:
        smaller = (*layers[:widest], Dense(min(32, widest_layer.units)), *layers[widest + 1 :])
        candidates.append((f"{architecture.names[widest]}: 32 units", smaller))
    return ShapeError(
        f"The network would have {architecture.parameter_count:,} parameters, {max(counts):,} of them in "
        f"{architecture.names[widest]}; at most {MOST_PARAMETERS:,} train here.",
        [
            remedy
            for label, changed in candidates
            for remedy in _readable(write_layers(changed), label[0].upper() + label[1:])
        ],
        layer=architecture.names[widest],
    )


# --- networks to begin with ---


@dataclass(frozen=True)
class Preset:
    """A network to begin with, and the training settings that belong to it where they are not the usual ones."""

    title: str
    net: str
    says: str
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), hash=False)


PRESETS = {
    "notebook": Preset("The notebook's network", DEFAULT, "The smallest network that does the job: about 97 %."),
    "fast99": Preset(
        "Fast 99 %",
        "conv8k5same-relu-max2-conv16k5same-relu-max2-flatten-dense10",
        "Small, with a learning rate that rises and falls: about 99 % after a few epochs.",
        MappingProxyType(
            {"optimizer": "adamw", "learning_rate": 6e-3, "schedule": "one-cycle", "batch_size": 64, "epochs": 4}
        ),
    ),
    "lenet5": Preset(
        "LeNet-5",
        "conv6k5p2-tanh-mean2-conv16k5-tanh-mean2-flatten-dense120-tanh-dense84-tanh-dense10",
        "Read cheques in the 1990s (LeCun, Bottou, Bengio & Haffner 1998), with plain mean pooling.",
    ),
    "keras": Preset(
        "Keras's MNIST convnet",
        "conv32k3-relu-max2-conv64k3-relu-max2-flatten-dropout50-dense10",
        "The example of the Keras documentation: 34,826 parameters, about 99 %.",
        MappingProxyType({"batch_size": 128, "epochs": 15}),
    ),
    "convnetjs": Preset(
        "ConvNetJS's MNIST net",
        "conv8k5p2-relu-max2-conv16k5p2-relu-max3-flatten-dense10",
        "The network of the first in-browser demo (Karpathy), with Adam in place of Adadelta.",
        MappingProxyType({"batch_size": 20}),
    ),
}
