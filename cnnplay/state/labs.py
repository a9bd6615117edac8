"""What can be chosen in each lab: a frozen dataclass a lab, with the bounds beside its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from ..bounds import bounds
from ..inputs.digit_search import LONGEST_REQUEST
from ..labs.kernels import KERNELS, MOST_CHANNELS, MOST_WEIGHT, KernelNumbers, numbers_of
from ..labs.signals import SIGNALS
from ..network.blocks import BLOCK_ACTIVATIONS, PADDINGS
from ..network.layers import CLASSES, Convolution
from ..ops.arithmetic import Padding, Window
from ..ops.registry import POOLS
from .fields import State, held, layer_name, one_of, place, switch, whole
from .kinds import Real, Text, Weights, Whole

MOST_EDITED = 7  # weights on a side: a larger grid of numbers cannot be read
MOST_FILTERS = bounds(Convolution, "filters")[1]
MOST_CELLS = 1023  # the last row or column of an output that a link may name
REACH = 3  # pixels by which a digit is shifted at most
ITS_ANSWER = "answer"
ONE_CLASS = "class"
NAMED = {name: numbers_of(row.array) for name, row in KERNELS.items()}
LAB_PADDINGS: tuple[Padding, ...] = ("valid", "same", "full", *(p for p in PADDINGS if isinstance(p, int)))
POOL_PADDINGS: tuple[Padding, ...] = ("valid", "same", 1, 2)


@dataclass(frozen=True, kw_only=True)
class WithCell(State):
    """A lab with a player. cell: of its output, (row, column); None stands for the one that the player begins with."""

    cell: tuple[int, int] | None = place(0, MOST_CELLS)


@dataclass(frozen=True, kw_only=True)
class Following(State):
    """A lab that can take its window from block 1 of the sidebar's network. follow: whether it does."""

    follow: bool = switch()


@dataclass(frozen=True)
class Digit(State):
    """The test digit that all pages share: the words that ask for it, and the number of the image found for them.

    number: None until it has been looked up.
    previous: the image before, from which "another seven" goes on.
    """

    name: ClassVar[str] = "digit"
    pages: ClassVar[tuple[str, ...]] = ("home", "convolution", "pooling", "inside")
    request: str = held(Text(LONGEST_REQUEST), "a seven")
    number: int | None = whole(0, 9999, None)
    previous: int | None = held(Whole(0, 9999), None, linked=False, optional=True)

    def changed(self, name: str, value: object) -> Self:
        """Another request asks for an image that has yet to be looked up."""
        changed = super().changed(name, value)
        if name != "request":
            return changed
        previous = self.previous if self.number is None else self.number
        return replace(changed, number=None, previous=previous)

    def to_parameters(self) -> dict[str, str]:
        """Without a drawing, which is not there for whoever opens the link."""
        return {} if self.request.strip().lower().startswith("drawing") else super().to_parameters()


@dataclass(frozen=True)
class Tabs(State):
    """Which tab of a page is in front."""

    tab: str = held(Text(20), "")


@dataclass(frozen=True)
class ConvolutionTabs(Tabs):
    name: ClassVar[str] = "convolution"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    tab: str = one_of(("filter", "functions", "lines", "depth"))


@dataclass(frozen=True)
class FilterOnImage(Following, WithCell):
    """A filter that slides over an image.

    image: "digit", "upload", a pattern's name, or "drawing-1" for a kept drawing.
    kernel: [channel][row][column].
    filter: of block 1, counted from 1, where the lab follows it.
    draws: how many random kernels have been drawn.
    """

    name: ClassVar[str] = "slide"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    image: str = held(Text(30, "[a-z0-9-]+", "drawing-1"), "digit")
    kernel: KernelNumbers = held(Weights(NAMED, MOST_EDITED, MOST_CHANNELS, MOST_WEIGHT), NAMED["vertical-edge"])
    stride: int = whole(1, 5, 1)
    padding: Padding = one_of(LAB_PADDINGS)
    dilation: int = whole(1, 3, 1)
    activation: str = one_of(BLOCK_ACTIVATIONS, "relu")
    filter: int = whole(1, MOST_FILTERS, 1)
    draws: int = held(Whole(0, 10**9), 0, linked=False)

    def to_parameters(self) -> dict[str, str]:
        """Without an image of one's own, which is not there for whoever opens the link."""
        parameters = super().to_parameters()
        if self.image == "upload" or self.image.startswith("drawing-"):
            del parameters[self.key("image")]
        return parameters


@dataclass(frozen=True)
class TwoFunctions(State):
    """f stands still, g is moved over it; `shift` says how far."""

    name: ClassVar[str] = "functions"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    f: str = one_of(tuple(SIGNALS), "box")
    g: str = one_of(tuple(SIGNALS), "ramp")
    shift: float | None = held(Real(-20, 20), None, optional=True)
    flipped: bool = switch()


@dataclass(frozen=True)
class OrientedFilters(State):
    """A bank of filters for lines, the angle of a line in degrees, and the filter that lies on it, counted from 0."""

    name: ClassVar[str] = "lines"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    count: int = whole(4, 12, 8)
    size: int = held(Whole(5, 11, step=2), 7)
    angle: float = held(Real(0, 180), 42)
    chosen: int | None = whole(0, 11, None)


@dataclass(frozen=True)
class Depth(State):
    """A filter of a layer, counted from 1."""

    name: ClassVar[str] = "depth"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    layer: str | None = layer_name()
    filter: int = whole(1, MOST_FILTERS, 1)


@dataclass(frozen=True)
class Windows(Following, WithCell):
    """Windows on a grid. apart: the columns have a window of their own."""

    name: ClassVar[str] = "windows"
    pages: ClassVar[tuple[str, ...]] = ("stride_padding",)
    apart: bool = switch()
    layers: int = whole(1, 16, 8)
    each_stride: int = whole(1, 3, 1)


@dataclass(frozen=True)
class Axis(State):
    """The size of an axis and the window on it. pixels, before, after: of the paddings "pixels" and "uneven"."""

    pages: ClassVar[tuple[str, ...]] = ("stride_padding",)
    size: int = whole(3, 32, 8)
    kernel: int = whole(1, 11, 3)
    stride: int = whole(1, 5, 2)
    dilation: int = whole(1, 3, 1)
    padding: str = one_of(("valid", "same", "full", "pixels", "uneven"))
    pixels: int = whole(1, 10, 1)
    before: int = whole(0, 10, 0)
    after: int = whole(0, 10, 1)

    @property
    def window(self) -> Window:
        """The window with these numbers. The bounds of the fields allow no impossible one."""
        amounts: dict[str, Padding] = {"pixels": self.pixels, "uneven": (self.before, self.after)}
        return Window(self.kernel, self.stride, amounts.get(self.padding, self.padding), self.dilation)


@dataclass(frozen=True)
class Rows(Axis):
    """The rows, and where they are not apart the columns as well."""

    name: ClassVar[str] = "rows"


@dataclass(frozen=True)
class Columns(Axis):
    name: ClassVar[str] = "columns"


@dataclass(frozen=True)
class PoolingTabs(Tabs):
    name: ClassVar[str] = "pooling"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    tab: str = one_of(("numbers", "maps", "invariance"))


@dataclass(frozen=True)
class PoolingByNumbers(WithCell):
    name: ClassVar[str] = "numbers"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    kind: str = one_of(tuple(POOLS))
    size: int = whole(1, 4, 2)
    stride: int = whole(1, 4, 2)


@dataclass(frozen=True)
class PoolingOnMaps(Following, WithCell):
    """map: of the first convolution, counted from 1."""

    name: ClassVar[str] = "maps"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    kind: str = one_of(tuple(POOLS))
    size: int = whole(1, 6, 2)
    stride: int = whole(1, 6, 2)
    padding: Padding = one_of(POOL_PADDINGS)
    map: int = whole(1, MOST_FILTERS, 1)


@dataclass(frozen=True)
class Invariance(State):
    """shift: of the digit, pixels (down, right)."""

    name: ClassVar[str] = "invariance"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    kind: str = one_of(tuple(POOLS))
    size: int = whole(2, 6, 2)
    shift: tuple[int, int] | None = place(-REACH, REACH)


@dataclass(frozen=True)
class Curves(State):
    """smoothing: the weight of all earlier points in the exponential moving average of a training curve."""

    name: ClassVar[str] = "curves"
    pages: ClassVar[tuple[str, ...]] = ("training",)
    smoothing: float = held(Real(0, 0.99), 0.95)


@dataclass(frozen=True)
class InsideTabs(Tabs):
    name: ClassVar[str] = "inside"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    tab: str = one_of(("maps", "why", "maximization", "change", "mistakes"))


@dataclass(frozen=True)
class InsideImage(State):
    """Which image the network is asked about: a test digit, a mistake (counted from 1) or a drawing, by its number."""

    name: ClassVar[str] = "image"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    kind: str = one_of(("digit", "wrong", "drawing"))
    mistake: int = whole(1, 10_000, 1)
    drawing: int = held(Whole(0, 10**9), 0, linked=False)


@dataclass(frozen=True)
class FeatureMaps(WithCell):
    """A filter of a layer, counted from 1, and a unit of the first dense layer, counted from 0 as digits are."""

    name: ClassVar[str] = "filters"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    layer: str | None = layer_name()
    filter: int = whole(1, MOST_FILTERS, 1)
    unit: int = whole(0, 4095, 0)


@dataclass(frozen=True)
class Why(State):
    """target: a class, or the network's answer. layer: for Grad-CAM. patch, stride: of occlusion, pixels."""

    name: ClassVar[str] = "why"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    target: str | int = one_of((ITS_ANSWER, *range(CLASSES)))
    patch: int = whole(1, 14, 5)
    stride: int = whole(1, 5, 2)
    layer: str | None = layer_name()


@dataclass(frozen=True)
class Maximization(State):
    """What an image is made to maximize: the score of a class, or a map of a layer (filter counted from 1)."""

    name: ClassVar[str] = "maximize"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    of: str = held(Text(12, "[a-z]+[0-9]*", "conv2"), ONE_CLASS)
    digit: int = whole(0, CLASSES - 1, 3)
    filter: int = whole(1, MOST_FILTERS, 1)
    seed: int = whole(0, 999, 0)


@dataclass(frozen=True)
class FilterEdit(WithCell):
    """The filter to change (counted from 1), and the named kernel to put in its place."""

    name: ClassVar[str] = "edit"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    layer: str | None = layer_name()
    filter: int = whole(1, MOST_FILTERS, 1)
    kernel: str = one_of(tuple(KERNELS), "sobel-x")


@dataclass(frozen=True)
class Mistakes(State):
    """A cell of the confusion matrix; None stands for the largest off the diagonal."""

    name: ClassVar[str] = "mistakes"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    truth: int | None = whole(0, CLASSES - 1, None)
    answer: int | None = whole(0, CLASSES - 1, None)


@dataclass(frozen=True)
class Preprocessing(State):
    """Which steps from paper to 28 × 28 pixels are on."""

    name: ClassVar[str] = "draw"
    pages: ClassVar[tuple[str, ...]] = ("draw",)
    crop: bool = switch(True)
    fit: bool = switch(True)
    centre: bool = switch(True)

    @property
    def skipped(self) -> frozenset[str]:
        return frozenset(name for name, on in vars(self).items() if not on)


@dataclass(frozen=True)
class Export(Tabs):
    """data: the zip holds all of MNIST. opens: the page that the shared link opens. read: the lesson is shown."""

    name: ClassVar[str] = "export"
    pages: ClassVar[tuple[str, ...]] = ("export",)
    tab: str = one_of(("lesson", "code", "weights", "figures", "link"))
    framework: str = one_of(("keras", "pytorch", "flax"))
    data: bool = switch(True)
    read: bool = switch()
    opens: str = held(Text(20, "[a-z_]+", "training"), "home")


LABS: tuple[type[State], ...] = (
    Digit,
    ConvolutionTabs,
    FilterOnImage,
    TwoFunctions,
    OrientedFilters,
    Depth,
    Windows,
    Rows,
    Columns,
    PoolingTabs,
    PoolingByNumbers,
    PoolingOnMaps,
    Invariance,
    Curves,
    InsideTabs,
    InsideImage,
    FeatureMaps,
    Why,
    Maximization,
    FilterEdit,
    Mistakes,
    Preprocessing,
    Export,
)


def to_parameters(states: Mapping[type[State], State], page: str) -> dict[str, str]:
    """The parameters of a link that opens a page with its labs as they are in `states`."""
    shown = [states[lab] for lab in LABS if page in lab.pages and lab in states]
    return {name: text for state in shown for name, text in state.to_parameters().items()}


def from_parameters(parameters: Mapping[str, str]) -> tuple[dict[type[State], State], list[str]]:
    """The labs that a link holds, and a sentence for each part that could not be used and is now the default."""
    read = {lab: lab.from_parameters(parameters) for lab in LABS}
    return {lab: state for lab, (state, _) in read.items()}, [p for _, problems in read.values() for p in problems]
