"""The layers a network is made of: each knows its text, its shapes and its sums.

A shape is (height, width, channels), or (units,) once the network has been flattened.
"""

from dataclasses import dataclass
from math import prod
from typing import ClassVar, Protocol

from ..bounds import bounded, check_bounds
from ..errors import ShapeError, TextError
from ..ops.arithmetic import Padding, Window, windows
from ..ops.registry import ACTIVATIONS, POOLS

MNIST_SHAPE, CLASSES = (28, 28, 1), 10  # what the networks read, and tell apart

Shape = tuple[int, ...]
Pair = tuple[int, int]


class Layer(Protocol):
    """What every layer answers. All sizes are of one image; a batch is not counted."""

    @property
    def kind(self) -> str: ...  # the row of LAYERS it comes from
    @property
    def stem(self) -> str: ...  # its name but for the number: "conv" of "conv1"
    @property
    def title(self) -> str: ...  # what a learner reads: "6 filters 2×2"

    def __str__(self) -> str: ...
    def output_shape(self, shape: Shape) -> Shape: ...
    def parameters(self, shape: Shape) -> int: ...
    def macs(self, shape: Shape) -> int: ...
    def formula(self, shape: Shape) -> str: ...
    def parameter_formula(self, shape: Shape) -> str: ...


class _Quiet:
    """A layer without parameters or multiply-adds that leaves the shape alone."""

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0

    def macs(self, shape: Shape) -> int:
        return 0

    def formula(self, shape: Shape) -> str:
        return "same as before"

    def parameter_formula(self, shape: Shape) -> str:
        return ""


class _Sliding(_Quiet):
    """What convolution and pooling share: a window that slides over rows and columns."""

    @property
    def axes(self) -> tuple[Window, Window]:
        """The windows of the rows and of the columns."""
        raise TypeError("a layer that slides says how")

    def formula(self, shape: Shape) -> str:
        by_axis = [axis.formula(size) for axis, size in zip(self.axes, shape[:2], strict=True)]
        return by_axis[0] if by_axis[0] == by_axis[1] else f"rows {by_axis[0]}; columns {by_axis[1]}"

    def unread(self, shape: Shape) -> int:
        """How many of the height × width pixels below no window reads."""
        read = [sum(axis.read(size)) for axis, size in zip(self.axes, shape[:2], strict=True)]
        return prod(shape[:2]) - prod(read)

    def _needs_maps(self, shape: Shape) -> None:
        if len(shape) != 3:
            raise ShapeError(f"a window slides over rows and columns, and what arrives is flat: {shape[0]:,} values")


@dataclass(frozen=True)
class Convolution(_Sliding):
    """conv{filters}k{size}: `filters` kernels slide over all channels below; each makes one feature map."""

    filters: int = bounded(1, 512)
    kernel: Pair = bounded(1, 32)
    stride: Pair = bounded(1, 32, default=(1, 1))
    dilation: Pair = bounded(1, 8, default=(1, 1))
    padding: Padding = "valid"
    kind: ClassVar[str] = "convolution"
    stem: ClassVar[str] = "conv"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A convolution")
        _check_padding(self.padding)

    @property
    def axes(self) -> tuple[Window, Window]:
        return windows(self.kernel, self.stride, self.padding, self.dilation)

    @property
    def title(self) -> str:
        plural = "s" if self.filters > 1 else ""
        extras = [f"stride {_times(self.stride)}"] if self.stride != (1, 1) else []
        extras += [f"dilation {_times(self.dilation)}"] if self.dilation != (1, 1) else []
        extras += [f"padding {_padding_words(self.padding)}"] if self.padding != "valid" else []
        return ", ".join([f"{self.filters} filter{plural} {_times(self.kernel, always=True)}", *extras])

    def __str__(self) -> str:
        stride = f"s{_times(self.stride, 'x')}" if self.stride != (1, 1) else ""
        dilation = f"d{_times(self.dilation, 'x')}" if self.dilation != (1, 1) else ""
        return f"conv{self.filters}k{_times(self.kernel, 'x')}{stride}{dilation}{_padding_text(self.padding)}"

    def output_shape(self, shape: Shape) -> Shape:
        self._needs_maps(shape)
        rows, columns = (axis.output_size(size) for axis, size in zip(self.axes, shape[:2], strict=True))
        return rows, columns, self.filters

    def parameters(self, shape: Shape) -> int:
        return (prod(self.kernel) * shape[2] + 1) * self.filters

    def macs(self, shape: Shape) -> int:
        return prod(self.output_shape(shape)) * prod(self.kernel) * shape[2]

    def parameter_formula(self, shape: Shape) -> str:
        height, width = self.kernel
        return f"({height}·{width}·{shape[2]} + 1)·{self.filters} = {self.parameters(shape):,}"


@dataclass(frozen=True)
class Pooling(_Sliding):
    """{max|mean|min}{size}: one number for each window of each feature map; stride None means the window's size."""

    pool: str
    window: Pair = bounded(1, 32)
    stride: Pair | None = bounded(1, 32, default=None)
    padding: Padding = "valid"
    kind: ClassVar[str] = "pooling"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A pooling")
        _check_padding(self.padding)
        if self.stride == self.window:  # one spelling for one thing
            object.__setattr__(self, "stride", None)

    @property
    def axes(self) -> tuple[Window, Window]:
        return windows(self.window, self.stride or self.window, self.padding)

    @property
    def stem(self) -> str:
        return self.pool

    @property
    def title(self) -> str:
        extras = [f"stride {_times(self.stride)}"] if self.stride else []
        extras += [f"padding {_padding_words(self.padding)}"] if self.padding != "valid" else []
        return ", ".join([f"{POOLS[self.pool].title} of {_times(self.window, always=True)}", *extras])

    def __str__(self) -> str:
        stride = f"s{_times(self.stride, 'x')}" if self.stride else ""
        return f"{self.pool}{_times(self.window, 'x')}{stride}{_padding_text(self.padding)}"

    def output_shape(self, shape: Shape) -> Shape:
        self._needs_maps(shape)
        rows, columns = (axis.pooled_size(size) for axis, size in zip(self.axes, shape[:2], strict=True))
        return rows, columns, shape[2]


@dataclass(frozen=True)
class Activation(_Quiet):
    """A row of ACTIVATIONS, by its name: a function of every number by itself."""

    function: str
    kind: ClassVar[str] = "activation"

    @property
    def stem(self) -> str:
        return self.function

    @property
    def title(self) -> str:
        return ACTIVATIONS[self.function].title

    def __str__(self) -> str:
        return self.function

    def formula(self, shape: Shape) -> str:
        return ACTIVATIONS[self.function].formula


@dataclass(frozen=True)
class Dropout(_Quiet):
    """dropout{percent}: while training, sets so many of a hundred values to 0 and scales up the others."""

    percent: int = bounded(0, 95)
    kind: ClassVar[str] = "dropout"
    stem: ClassVar[str] = "dropout"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "Dropout")

    @property
    def title(self) -> str:
        return f"{self.percent} % of the values, while training"

    def __str__(self) -> str:
        return f"dropout{self.percent}"


@dataclass(frozen=True)
class Flatten(_Quiet):
    """flatten: the maps laid out as one row of numbers, pixel by pixel, the channels of a pixel together."""

    kind: ClassVar[str] = "flatten"
    stem: ClassVar[str] = "flatten"
    title: ClassVar[str] = "maps to one row of numbers"

    def __str__(self) -> str:
        return "flatten"

    def output_shape(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def formula(self, shape: Shape) -> str:
        return f"{' · '.join(f'{n:,}' for n in shape)} = {prod(shape):,}"


@dataclass(frozen=True)
class Dense(_Quiet):
    """dense{units}: every unit is connected to every value below."""

    units: int = bounded(1, 4096)
    kind: ClassVar[str] = "dense"
    stem: ClassVar[str] = "dense"

    def __post_init__(self) -> None:
        check_bounds(self, TextError, "A dense layer")

    @property
    def title(self) -> str:
        return f"{self.units:,} unit{'s' if self.units > 1 else ''}"

    def __str__(self) -> str:
        return f"dense{self.units}"

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ShapeError(f"a dense layer takes one row of numbers, and what arrives is {_times(shape)} maps")
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        return (shape[0] + 1) * self.units

    def macs(self, shape: Shape) -> int:
        return shape[0] * self.units

    def formula(self, shape: Shape) -> str:
        return f"one value a unit = {self.units:,}"

    def parameter_formula(self, shape: Shape) -> str:
        return f"({shape[0]:,} + 1)·{self.units:,} = {self.parameters(shape):,}"


def _padding_text(padding: Padding) -> str:
    if isinstance(padding, tuple):
        return f"p{padding[0]}.{padding[1]}"
    return f"p{padding}" if isinstance(padding, int) else "" if padding == "valid" else padding


def _padding_words(padding: Padding) -> str:
    return f"{padding[0]} before, {padding[1]} after" if isinstance(padding, tuple) else str(padding)


def _check_padding(padding: Padding) -> None:
    pixels = padding if isinstance(padding, tuple) else (padding,)
    if any(isinstance(side, int) and side > 64 for side in pixels):
        raise TextError(f"Padding goes from 0 to 64 pixels, not {_padding_words(padding)}.")


def _times(numbers: tuple[int, ...], sign: str = "×", *, always: bool = False) -> str:
    """ "2" for (2, 2), "2×3" for (2, 3); "2×2" where `always`."""
    if len(numbers) == 2 and numbers[0] == numbers[1] and not always:
        return str(numbers[0])
    return sign.join(f"{n:,}" if sign == "×" else str(n) for n in numbers)


def write_layers(layers: tuple[Layer, ...]) -> str:
    """The text of layers: what `text.read_layers` reads."""
    return "-".join(map(str, layers))


def layer_names(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Names numbered by kind; the first flatten keeps its plain name."""
    seen: dict[str, int] = {}
    names = []
    for layer in layers:
        seen[layer.stem] = seen.get(layer.stem, 0) + 1
        plain = isinstance(layer, Flatten) and seen[layer.stem] == 1
        names.append(layer.stem if plain else f"{layer.stem}{seen[layer.stem]}")
    return tuple(names)
