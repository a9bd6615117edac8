"""Architecture: a network as a list of layers that fit, and its shape table."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

from ..errors import Remedy, ShapeError
from ..ops.arithmetic import ReceptiveField
from .layers import (
    CLASSES,
    MNIST_SHAPE,
    Convolution,
    Dense,
    Flatten,
    Layer,
    Shape,
    SlidingLayer,
    layer_names,
    write_layers,
)
from .parsing import MOST_LAYERS, read_layers
from .validation import check_fit, fits, parameters_of, shapes_of

COLOURS = 3  # channels of a colour image: red, green, blue


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
    non_trainable: int = 0  # those of the parameters that no gradient changes


@dataclass(frozen=True)
class Sharing:
    """The parameters of a convolution, and of a dense layer of the same input and output."""

    layer: str
    shared: int
    dense: int

    @property
    def times(self) -> float:
        return self.dense / self.shared


@dataclass(frozen=True)
class Growth:
    """How a sliding layer makes the receptive field grow, along the rows and along the columns."""

    layer: str
    formulas: tuple[str, str]
    after: tuple[ReceptiveField, ReceptiveField]


@dataclass(frozen=True)
class Architecture:
    """Layers on an input of (height, width, channels), to tell so many classes apart.

    Raises ShapeError, with remedies, where the layers do not fit.
    """

    layers: tuple[Layer, ...]
    input_shape: Shape = MNIST_SHAPE
    classes: int = CLASSES

    def __post_init__(self) -> None:
        check_fit(self.layers, self.input_shape)

    @classmethod
    def parse(cls, text: str, input_shape: Shape = MNIST_SHAPE, classes: int = CLASSES) -> "Architecture":
        """The network of a text such as "conv6k2-relu-max2-flatten-dense10".

        Raises TextError where the text cannot be read, ShapeError where the layers do not fit.
        """
        return cls(read_layers(text), tuple(input_shape), classes)

    def __str__(self) -> str:
        return write_layers(self.layers)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each layer, numbered by kind: conv1, relu1, max1, conv2, ..."""
        return layer_names(self.layers)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The input's shape and then each layer's."""
        return tuple(shapes_of(self.layers, self.input_shape))

    @property
    def output_shape(self) -> Shape:
        return self.shapes[-1]

    @cached_property
    def parameter_count(self) -> int:
        """The parameters of all layers, trained or not."""
        return sum(parameters_of(self.layers, self.input_shape))

    @cached_property
    def non_trainable_count(self) -> int:
        """Those of the parameters that no gradient changes: the running statistics of batch normalization."""
        return sum(layer.non_trainable(shape) for layer, shape in zip(self.layers, self.shapes, strict=False))

    @property
    def couples_images(self) -> bool:
        """Whether in training what the network makes of an image depends on the other images of the batch."""
        return any(layer.couples_images for layer in self.layers)

    def table(self) -> list[Row]:
        """A row a layer, then the softmax that turns the logits into probabilities."""
        seen = ReceptiveField(), ReceptiveField()
        rows = []
        for name, layer, shape in zip(self.names, self.layers, self.shapes, strict=False):
            seen = layer.receptive_field(seen, self.input_shape)
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
                    receptive_field=(seen[0].size, seen[1].size),
                    unread=layer.unread(shape),
                    non_trainable=layer.non_trainable(shape),
                )
            )
        return [*rows, _softmax(rows[-1])] if rows and len(self.output_shape) == 1 else rows

    @property
    def largest(self) -> Row | None:
        """The row of the layer with the most parameters, the first of equals; None where no layer has any."""
        row = max(self.table(), key=lambda row: row.parameters, default=None)
        return row if row and row.parameters else None

    def growth(self) -> list[Growth]:
        """How the receptive field grows from one sliding layer to the next."""
        seen, steps = (ReceptiveField(), ReceptiveField()), []
        for name, layer in zip(self.names, self.layers, strict=True):
            if not isinstance(layer, SlidingLayer):
                continue
            rows, columns = layer.axes
            formulas = seen[0].formula(rows), seen[1].formula(columns)
            seen = layer.receptive_field(seen, self.input_shape)
            steps.append(Growth(name, formulas, seen))
        return steps

    @property
    def in_colour(self) -> "Architecture":
        """The same layers on an image with three channels. Raises ShapeError where that makes too many parameters."""
        return replace(self, input_shape=(*self.input_shape[:2], COLOURS))

    @property
    def values(self) -> int:
        """Values of the input and of all layers, for one image."""
        return sum(prod(shape) for shape in self.shapes)

    @property
    def macs(self) -> int:
        """Multiply-adds of all layers, for one image."""
        return sum(layer.macs(shape) for layer, shape in zip(self.layers, self.shapes, strict=False))

    @property
    def convolutions(self) -> list[str]:
        """The names of the convolutions, from the image on."""
        return [n for n, layer in zip(self.names, self.layers, strict=True) if isinstance(layer, Convolution)]

    def sharing(self) -> list[Sharing]:
        """What each convolution saves by using the same weights everywhere."""
        layers = zip(self.names, self.layers, self.shapes, self.shapes[1:], strict=False)
        return [
            Sharing(name, layer.parameters(before), (prod(before) + 1) * prod(after))
            for name, layer, before, after in layers
            if isinstance(layer, Convolution)
        ]

    def require_classes(self) -> None:
        """Raises ShapeError, with the remedy, unless the network ends in a dense layer with a unit for each class."""
        classes = self.classes
        last = self.layers[-1] if self.layers else None
        if isinstance(last, Dense) and last.units == classes:
            return
        body = self.layers[:-1] if isinstance(last, Dense) else self.layers
        flat = () if len(shapes_of(body, self.input_shape)[-1]) == 1 else (Flatten(),)
        fixed = (*body, *flat, Dense(classes))
        readable = len(fixed) <= MOST_LAYERS and fits(fixed, self.input_shape)
        ends = f"ends in {last}" if last else "is empty"
        raise ShapeError(
            f"To tell {classes} classes apart the network must end in dense{classes}, a score for each; it {ends}.",
            [Remedy(f"End in dense{classes}", {"net": write_layers(fixed)})] if readable else [],
            layer=self.names[-1] if self.names else None,
        )


def _softmax(last: Row) -> Row:
    """The row behind the network's last one, if that is flat."""
    return replace(
        last,
        layer="softmax",
        kind="softmax",
        title="scores to probabilities",
        formula="eᶻ / (sum of all eᶻ)",
        parameters=0,
        parameter_formula="",
        macs=0,
        unread=None,
        non_trainable=0,
    )
