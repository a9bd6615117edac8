"""What can be chosen in each lab: a frozen dataclass a lab, with the bounds beside its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Self

from ..bounds import bounds
from ..data.datasets import COLOURS, MOST_CLASSES
from ..inputs.digit_search import LONGEST_REQUEST
from ..labs.kernels import KERNELS, MOST_CHANNELS, MOST_WEIGHT, KernelNumbers, numbers_of
from ..labs.signals import SIGNALS
from ..network.blocks import BLOCK_ACTIVATIONS, PADDINGS
from ..network.layers import Convolution
from ..ops.arithmetic import Padding, Window
from ..ops.registry import POOLS
from .fields import State, held, layer_name, one_of, place, switch, whole
from .kinds import Real, Text, Weights, Whole

MOST_EDITED = 7  # weights on a side: a larger grid of numbers cannot be read
MOST_FILTERS = bounds(Convolution, "filters")[1]
MOST_CELLS = 1023  # the last row or column of an output that a link may name
# What varies in an experiment: "kernel:2,3,5;pool:max,mean". `experiments.link` reads it.
VARY, VARY_LETTERS = r"([a-z0-9_]+:[a-z0-9.,-]*(;[a-z0-9_]+:[a-z0-9.,-]*)*)?", 300
REACH = 3  # pixels by which a digit is shifted at most
ITS_ANSWER, THE_TRUTH, NO_OTHER = "answer", "truth", "none"
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
    """A lab that shows block 1 of the sidebar's network until the visitor changes one of the lab's own controls.

    follow: whether it shows block 1.
    followed: the keys of the fields that block 1 sets; changing one of them ends the following.
    """

    followed: ClassVar[frozenset[str]] = frozenset()
    follow: bool = switch(True)

    @property
    def from_block(self) -> frozenset[str]:
        """The keys of the fields that are block 1's at present: links leave them out."""
        return self.followed if self.follow else frozenset()

    def following(self) -> Self:
        """The state in which the lab shows block 1 again."""
        return replace(self, follow=True)

    def changed(self, name: str, value: object) -> Self:
        changed = super().changed(name, value)
        return replace(changed, follow=False) if self.key(name) in self.followed else changed

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> tuple[Self, list[str]]:
        """A link that names a followed field and does not say whether to follow does not: it is older than following
        is the default, and opens as it was.
        """
        state, problems = super().from_parameters(parameters)
        if cls.key("follow") not in parameters and not cls.followed.isdisjoint(parameters):
            state = replace(state, follow=False)
        return state, problems


@dataclass(frozen=True)
class Digit(State):
    """The test digit that all pages share: the words that ask for it, and the number of the image found for them.

    number: None until it has been looked up.
    previous: the image before, from which "another seven" goes on.
    """

    name: ClassVar[str] = "digit"
    pages: ClassVar[tuple[str, ...]] = ("home", "convolution", "pooling", "training", "inside")
    request: str = held(Text(LONGEST_REQUEST), "a seven")
    number: int | None = whole(0, 59_999, None)
    previous: int | None = held(Whole(0, 59_999), None, linked=False, optional=True)

    def for_other_data(self) -> Self:
        return type(self)()

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
    own: whether the lab keeps its own kernel while it follows block 1 in all else.
    filter: of block 1, counted from 1, where the lab shows it.
    draws: how many random kernels have been drawn.
    """

    name: ClassVar[str] = "slide"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    followed: ClassVar[frozenset[str]] = frozenset(
        f"slide.{field}" for field in ("kernel", "bias", "stride", "padding", "dilation", "activation")
    )
    image: str = held(Text(30, "[a-z0-9-]+", "drawing-1"), "digit")
    kernel: KernelNumbers = held(Weights(NAMED, MOST_EDITED, MOST_CHANNELS, MOST_WEIGHT), NAMED["vertical-edge"])
    bias: float = held(Real(-MOST_WEIGHT, MOST_WEIGHT), 0.0)
    own: bool = switch()
    stride: int = whole(1, 5, 1)
    padding: Padding = one_of(LAB_PADDINGS)
    dilation: int = whole(1, 3, 1)
    activation: str = one_of(BLOCK_ACTIVATIONS, "relu")
    filter: int = whole(1, MOST_FILTERS, 1)
    draws: int = held(Whole(0, 10**9), 0, linked=False)

    @property
    def from_block(self) -> frozenset[str]:
        return super().from_block - {"slide.kernel", "slide.bias"} if self.own else super().from_block

    def following(self) -> Self:
        return replace(super().following(), own=False)

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
    """A bank of filters for lines, and what they are laid on.

    on: a line that can be turned, or a digit.
    angle: of the line, in degrees. chosen: the filter that lies on it, counted from 0.
    """

    name: ClassVar[str] = "lines"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    count: int = whole(4, 12, 8)
    size: int = held(Whole(5, 11, step=2), 7)
    angle: float = held(Real(0, 180), 42)
    chosen: int | None = whole(0, 11, None)
    on: str = one_of(("line", "digit"))


@dataclass(frozen=True)
class Depth(State):
    """A filter of a layer, counted from 1."""

    name: ClassVar[str] = "depth"
    pages: ClassVar[tuple[str, ...]] = ("convolution",)
    layer: str | None = layer_name()
    filter: int = whole(1, MOST_FILTERS, 1)


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
class Windows(Following, WithCell):
    """Windows on a grid. apart: the columns have a window of their own."""

    name: ClassVar[str] = "windows"
    pages: ClassVar[tuple[str, ...]] = ("stride_padding",)
    followed: ClassVar[frozenset[str]] = frozenset(
        {"windows.apart"} | {f"{lab}.{field.name}" for lab in ("rows", "columns") for field in fields(Axis)}
    )
    apart: bool = switch()
    layers: int = whole(1, 16, 8)
    each_stride: int = whole(1, 3, 1)


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
class PoolingByNumbers(Following, WithCell):
    name: ClassVar[str] = "numbers"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    followed: ClassVar[frozenset[str]] = frozenset({"numbers.kind", "numbers.size", "numbers.stride"})
    kind: str = one_of(tuple(POOLS))
    size: int = whole(1, 4, 2)
    stride: int = whole(1, 4, 2)


@dataclass(frozen=True)
class PoolingOnMaps(Following, WithCell):
    """map: of the first convolution, counted from 1."""

    name: ClassVar[str] = "maps"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    followed: ClassVar[frozenset[str]] = frozenset({"maps.kind", "maps.size", "maps.stride", "maps.padding"})
    kind: str = one_of(tuple(POOLS))
    size: int = whole(1, 6, 2)
    stride: int = whole(1, 6, 2)
    padding: Padding = one_of(POOL_PADDINGS)
    map: int = whole(1, MOST_FILTERS, 1)


@dataclass(frozen=True)
class Invariance(Following):
    """shift: of the digit, pixels (down, right)."""

    name: ClassVar[str] = "invariance"
    pages: ClassVar[tuple[str, ...]] = ("pooling",)
    followed: ClassVar[frozenset[str]] = frozenset({"invariance.kind", "invariance.size"})
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
class LiveLayer(State):
    """The convolution whose filters and maps are shown while it trains."""

    name: ClassVar[str] = "live"
    pages: ClassVar[tuple[str, ...]] = ("training",)
    layer: str | None = layer_name()


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
    mistake: int = whole(1, 60_000, 1)
    drawing: int = held(Whole(0, 10**9), 0, linked=False)

    def for_other_data(self) -> Self:
        return replace(self, mistake=1)


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
    """What speaks for a class: of the pixels, and of a layer's filters.

    target: the class, or the network's answer. against: a class to compare with, or the true one where the target is
    another, or none. patch, stride: of occlusion, pixels.
    """

    name: ClassVar[str] = "why"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    target: str | int = one_of((ITS_ANSWER, *range(MOST_CLASSES)))
    patch: int = whole(1, 14, 5)
    stride: int = whole(1, 5, 2)
    layer: str | None = layer_name()
    against: str | int = one_of((THE_TRUTH, NO_OTHER, *range(MOST_CLASSES)))

    def for_other_data(self) -> Self:
        return replace(self, target=ITS_ANSWER, against=THE_TRUTH)


@dataclass(frozen=True)
class Maximization(State):
    """What an image is made to maximize: the score of a class, or a map of a layer (filter counted from 1)."""

    name: ClassVar[str] = "maximize"
    pages: ClassVar[tuple[str, ...]] = ("inside",)
    of: str = held(Text(12, "[a-z]+[0-9]*", "conv2"), ONE_CLASS)
    digit: int = whole(0, MOST_CLASSES - 1, 3)
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
    truth: int | None = whole(0, MOST_CLASSES - 1, None)
    answer: int | None = whole(0, MOST_CLASSES - 1, None)

    def for_other_data(self) -> Self:
        return type(self)()


@dataclass(frozen=True)
class Preprocessing(State):
    """Which steps from paper to 28 × 28 pixels are on. pen: its colour, for networks that see colours."""

    name: ClassVar[str] = "draw"
    pages: ClassVar[tuple[str, ...]] = ("draw",)
    fill: bool = switch(True)
    crop: bool = switch(True)
    fit: bool = switch(True)
    centre: bool = switch(True)
    pen: str = one_of(tuple(COLOURS), "red")

    @property
    def skipped(self) -> frozenset[str]:
        return frozenset(name for name, on in vars(self).items() if on is False)


@dataclass(frozen=True)
class DataTabs(Tabs):
    name: ClassVar[str] = "data"
    pages: ClassVar[tuple[str, ...]] = ("data",)
    tab: str = one_of(("draw", "camera", "photos", "file"))


@dataclass(frozen=True)
class NoneOfThese(State):
    """From which probability on an answer to a drawing counts, in percent; below it, it is none of the classes."""

    name: ClassVar[str] = "none"
    pages: ClassVar[tuple[str, ...]] = ("draw",)
    percent: int = whole(0, 99, 60)


@dataclass(frozen=True)
class Experiments(State):
    """A question to several runs: what varies, how many seeds, and how long each run is; images: to train on.

    points: what the point of a run shows. curves: what its curve shows.
    """

    name: ClassVar[str] = "experiment"
    pages: ClassVar[tuple[str, ...]] = ("experiments",)
    vary: str = held(Text(VARY_LETTERS, VARY, "kernel:2,3,5"), "kernel:2,3,5,7")
    seeds: int = whole(1, 10, 5)
    epochs: int = whole(1, 10, 2)
    images: int = one_of((500, 1000, 2000, 5000, 10_000, 20_000, 60_000), 10_000)
    points: str = one_of(("accuracy", "loss"))
    curves: str = one_of(("loss", "accuracy"))


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


@dataclass(frozen=True)
class CourseTabs(Tabs):
    name: ClassVar[str] = "course"
    pages: ClassVar[tuple[str, ...]] = ("course",)
    tab: str = one_of(("chapters", "challenges", "progress", "teachers"))


@dataclass(frozen=True)
class CourseStep(State):
    """Where a learner is in the course, on whatever page.

    id: of the step that is open; None where none is.
    seed: from which its numbers come; None until the course has begun.
    only: the ids of the steps that a teacher has chosen, in their order, with commas between; empty for all.
    own: the learner's own network and settings, put aside meanwhile, as the parameters of a link.
    """

    name: ClassVar[str] = "step"
    pages: ClassVar[tuple[str, ...]] = (
        *("home", "course", "convolution", "stride_padding", "pooling", "architecture", "training", "inside", "draw"),
        *("data", "experiments", "export"),
    )
    id: str | None = held(Text(60, "[a-z0-9-]+~?", "stride-count"), None, optional=True)
    seed: int | None = whole(0, 10**6, None)
    only: str = held(Text(4000, "([a-z0-9-]+~?(,[a-z0-9-]+~?)*)?", "stride-count,stride-unread"), "")
    own: str = held(Text(1000), "")


LABS: tuple[type[State], ...] = (
    CourseTabs,
    CourseStep,
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
    LiveLayer,
    InsideTabs,
    InsideImage,
    FeatureMaps,
    Why,
    Maximization,
    FilterEdit,
    Mistakes,
    Preprocessing,
    DataTabs,
    NoneOfThese,
    Experiments,
    Export,
)


def to_parameters(states: Mapping[type[State], State], page: str) -> dict[str, str]:
    """The parameters of a link that opens a page with its labs as they are in `states`."""
    shown = [states[lab] for lab in LABS if page in lab.pages and lab in states]
    parameters = {name: text for state in shown for name, text in state.to_parameters().items()}
    for state in shown:
        if isinstance(state, Following) and state.follow:
            parameters = {name: text for name, text in parameters.items() if name not in state.from_block}
            if not state.followed.isdisjoint(parameters):  # without it, the link would be taken for an older one
                parameters[state.key("follow")] = "on"
    return parameters


def from_parameters(parameters: Mapping[str, str]) -> tuple[dict[type[State], State], list[str]]:
    """The labs that a link holds, and a sentence for each part that could not be used and is now the default."""
    read = {lab: lab.from_parameters(parameters) for lab in LABS}
    return {lab: state for lab, (state, _) in read.items()}, [p for _, problems in read.values() for p in problems]
