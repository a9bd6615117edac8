"""Choosing a filter: one of block 1, a kernel with a name, or one's own numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import streamlit as st

from ..errors import PlaygroundError
from ..labs.demonstrations import in_shape
from ..labs.kernels import (
    KERNELS,
    MOST_CHANNELS,
    MOST_SIZE,
    KernelError,
    KernelNumbers,
    array_of,
    check_kernel,
    name_of,
    negated,
    numbers_of,
    random_kernel,
    resized,
    rotated,
)
from ..network.layers import Activation, BatchNormalization, Convolution, maps_of
from ..state.fields import State, held
from ..state.kinds import OneOf, Whole
from ..state.labs import MOST_EDITED, FilterOnImage
from . import choice, subject
from .controls import select, slider, together
from .lab_widgets import Mirrored, as_far_as_held, first_layer, followed_layer, mirror, square, was_moved
from .plain_text import plain
from .session import reported, save, state
from .widgets import activation_title, attempt, padding_title

OWN, BLOCK = "own", "block"
PLAYER = "slide_player"
HELP = (
    "- **Kernel size**: rows and columns of weights. A kernel that grows or shrinks keeps its middle.\n"
    "- **Stride**: how many pixels the window moves from one place to the next.\n"
    "- **Dilation**: how many pixels lie from one weight to the next. 1: side by side.\n"
    "- **Padding**: zeros around the image. *valid*: none. *same*: ⌈size / stride⌉ outputs. *full*: every place where "
    "window and image overlap.\n"
    "- **Activation**: a function of each value of the feature map.\n"
    "- **Rotate** turns the kernel by a quarter anticlockwise; **Negate** multiplies every weight by −1; **Random** "
    "draws weights that add up to zero."
)


@dataclass(frozen=True)
class KernelControls(State):
    """What the controls of the kernel show: its name, and its rows and columns. Its numbers are in FilterOnImage."""

    name: ClassVar[str] = "kernel"
    which: str = held(OneOf((BLOCK, OWN, *KERNELS)), OWN, linked=False)
    size: int = held(Whole(1, MOST_SIZE), 3, linked=False)


@dataclass(frozen=True)
class Resizing:
    """The kernel before its size was changed, and after. While a slider passes small sizes, no weight is lost."""

    before: KernelNumbers = ()
    after: KernelNumbers = ()


@dataclass(frozen=True, eq=False)
class Filter:
    """A kernel [k k c] with what a layer does around it. `layer` has the window; its number of filters is unused.

    origin: where its weights come from, in a sentence; None where they are the lab's own.
    """

    kernel: np.ndarray
    layer: Convolution
    activation: str
    bias: float = 0.0
    editable: bool = True
    origin: str | None = None


def choose_filter() -> Filter:
    """The list of kernels, and the filter that is chosen in it."""
    _take_changes()
    chosen = _shown_filter()
    which = BLOCK if chosen.origin else name_of(chosen.kernel) or OWN
    mirror(KernelControls(which, min(len(chosen.kernel), MOST_SIZE)))
    count = _filters()
    with together("kernel_controls", row=True):
        select("Kernel", KernelControls, "which", options=_options(which), titles=_title)
        slider("Filter", FilterOnImage, "filter", high=max(2, count), disabled=chosen.origin is None or count < 2)
    free = "" if state(FilterOnImage).follow else "**Free play.** "
    source = KERNELS[which].source if which in KERNELS else ""
    st.caption(free + _description(which, chosen), help=plain(source) or None)
    return chosen


def _take_changes() -> None:
    """What the visitor has done to the list and to the size since they were shown."""
    if not was_moved(KernelControls):
        return
    shown, wanted = state(Mirrored).states[KernelControls], state(KernelControls)
    if wanted.which == BLOCK:
        save(state(FilterOnImage).following())
    elif wanted.which in KERNELS:
        set_kernel(KERNELS[wanted.which].array, bias=0.0)
    if wanted.size != getattr(shown, "size", wanted.size):
        attempt(lambda: set_kernel(own_kernel(wanted.size)))


def _filters() -> int:
    """How many filters block 1 has."""
    at = first_layer(Convolution)
    layer = None if at is None else choice.layers()[at]
    return layer.filters if isinstance(layer, Convolution) else 0


def _options(which: str) -> list[str]:
    return [*([BLOCK] if _filters() else []), *KERNELS, *([OWN] if which == OWN else [])]


def _title(which: str) -> str:
    if which in KERNELS:
        return KERNELS[which].title
    return "Your own numbers" if which == OWN else "Filter of block 1"


def _description(which: str, chosen: Filter) -> str:
    if which in KERNELS:
        return plain(KERNELS[which].finds)
    return chosen.origin or "Click a number of the kernel to change it."


def _shown_filter() -> Filter:
    """The filter of block 1 where the lab follows it, else the lab's own. Mirrors what the controls can show of it."""
    layer = followed_layer(FilterOnImage, Convolution)
    if layer is None:
        now = state(FilterOnImage)
        kernel = array_of(now.kernel)
        size = len(kernel), len(kernel)
        own = Convolution(1, size, (now.stride,) * 2, (now.dilation,) * 2, now.padding)
        return Filter(kernel, own, now.activation, now.bias)
    shown = _filter_of_block(layer)
    numbers = numbers_of(shown.kernel)
    now = as_far_as_held(
        state(FilterOnImage),
        stride=square(layer.stride),
        padding=layer.padding,
        dilation=square(layer.dilation),
        activation=shown.activation,
        bias=shown.bias,
        kernel=numbers,
    )
    save(now)
    return replace(shown, editable=now.kernel == numbers)


def _filter_of_block(layer: Convolution) -> Filter:
    """A filter of the sidebar's first convolution with its present weights; where it has none, one's own kernel."""
    now, layers = state(FilterOnImage), choice.layers()
    at = layers.index(layer)
    after = layers[maps_of(layers, at)]
    activation = after.function if isinstance(after, Activation) else "none"
    own = _fitted(layer.kernel)
    try:
        looked = subject.looked()
    except PlaygroundError:  # the sidebar says why, with the ways out
        return Filter(own, layer, activation, now.bias)
    if now.own or looked.architecture.layers[0] != layer:
        return Filter(own, layer, activation, now.bias)
    weights = looked.weights
    number = min(now.filter, layer.filters)
    kernel = np.asarray(weights["conv1/kernel"])[..., number - 1]
    bias = float(weights["conv1/bias"][number - 1])
    beyond = ", without its batch normalization" * isinstance(layers[at + 1], BatchNormalization)
    origin = f"Filter {number} of conv1{beyond}; {looked.description}."
    return Filter(kernel, layer, activation, bias, origin=origin)


def _fitted(window: tuple[int, int]) -> np.ndarray:
    """One's own kernel [k k c] in block 1's window."""
    size, kernel = square(window), array_of(state(FilterOnImage).kernel)
    if size and size <= MOST_SIZE:
        return own_kernel(size)
    return in_shape(kernel.sum(-1), (*window, 1))


def own_kernel(size: int) -> np.ndarray:
    """One's own kernel [k k c] in a size, with the weights that it had before its size was changed."""
    now, kept = state(FilterOnImage).kernel, state(Resizing)
    before = kept.before if kept.after == now else now
    kernel = resized(array_of(before), size)
    save(Resizing(before, numbers_of(kernel)))
    return kernel


def set_kernel(kernel: np.ndarray, bias: float | None = None) -> None:
    """Take a kernel [k k] or [k k c] as the lab's own. One of another size than block 1's ends the following."""
    now = state(FilterOnImage)
    follow = now.follow and len(kernel) == len(now.kernel[0])
    bias = now.bias if bias is None else bias
    save(replace(now, kernel=numbers_of(kernel), bias=bias, own=True, follow=follow))


def window_controls() -> None:
    """The window of the filter, and what is done to its map."""
    with together("window_controls", row=True):
        shown = state(KernelControls).size
        slider("Kernel size", KernelControls, "size", high=max(MOST_EDITED, shown))
        slider("Stride", FilterOnImage, "stride")
        slider("Dilation", FilterOnImage, "dilation")
        select("Padding", FilterOnImage, "padding", titles=padding_title)
        select("Activation", FilterOnImage, "activation", titles=activation_title)


def kernel_buttons(chosen: Filter) -> None:
    """What can be done to all weights of the kernel at once."""
    with st.container(horizontal=True, gap="small"):
        for label, icon, change in (
            ("Rotate", "rotate_left", rotated),
            ("Negate", "exposure", negated),
            ("Random", "casino", _random),
        ):
            st.button(
                label,
                key=f"kernel_{label.lower()}",
                icon=f":material/{icon}:",
                on_click=_change,
                args=(change,),
                disabled=not chosen.editable,
            )
        with st.popover("What these do", icon=":material/help:", type="tertiary"):
            st.markdown(HELP)


def _change(change: Callable[[np.ndarray], np.ndarray]) -> None:
    set_kernel(change(array_of(state(FilterOnImage).kernel)))


def _random(kernel: np.ndarray) -> np.ndarray:
    draws = state(FilterOnImage).draws + 1
    save(replace(state(FilterOnImage), draws=draws))
    return random_kernel(len(kernel), draws)


def take_edit() -> None:
    """The numbers that were typed into the player's kernel, [c][k][k]."""
    if (edit := reported(PLAYER, "kernel")) is not None:
        attempt(lambda: set_kernel(read_edit(edit)))


def read_edit(channels: object) -> np.ndarray:
    """A kernel [k k c] of [c][k][k] as a browser sends it. Raises KernelError for anything else."""
    if not isinstance(channels, list) or not 1 <= len(channels) <= MOST_CHANNELS:
        raise KernelError(f"A kernel has 1 to {MOST_CHANNELS} channels of numbers.")
    slices = [check_kernel(channel) for channel in channels]
    if any(one.shape != slices[0].shape or one.ndim != 2 for one in slices):
        raise KernelError("The channels of a kernel are of one size.")
    if len(slices[0]) > MOST_EDITED:
        raise KernelError(
            f"A kernel here has at most {MOST_EDITED} × {MOST_EDITED} weights, not {len(slices[0])} rows."
        )
    return np.stack(slices, -1)
