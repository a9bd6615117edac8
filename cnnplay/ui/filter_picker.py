"""Choosing a filter: a kernel with a name, one's own numbers, or a filter of the sidebar's network."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ..errors import PlaygroundError
from ..labs.kernels import (
    KERNELS,
    MOST_CHANNELS,
    KernelError,
    array_of,
    check_kernel,
    name_of,
    negated,
    numbers_of,
    random_kernel,
    resized,
    rotated,
)
from ..network.layers import Activation, Convolution
from ..state.labs import MOST_EDITED, FilterOnImage
from . import choice, runs, widget_values
from .controls import select, slider
from .lab_widgets import PADDING_HELP, SLIDER
from .session import save, state
from .widgets import activation_title, attempt, padding_title, plain, show_error

OWN = "own"
PLAYER = "slide_player"
NAME, SIZE = "kernel_name", "kernel_size"  # widgets that show a part of the kernel


@dataclass(frozen=True, eq=False)
class Filter:
    """A kernel [k k c] with what a layer does around it. `layer` has the window; its number of filters is unused."""

    kernel: np.ndarray
    layer: Convolution
    activation: str
    bias: float = 0.0
    editable: bool = False


def own_filter(below: DeltaGenerator) -> Filter:
    """A kernel by name or by numbers, and its window. The finer controls go below."""
    _take_changes()
    kernel = array_of(state(FilterOnImage).kernel)
    _named_kernel(kernel)
    _buttons()
    with below:
        _window(len(kernel))
    now, size = state(FilterOnImage), len(kernel)
    layer = Convolution(1, (size, size), (now.stride,) * 2, (now.dilation,) * 2, now.padding)
    return Filter(kernel, layer, now.activation, editable=True)


def _take_changes() -> None:
    changed = widget_values.changed_by_user()
    if changed.get(NAME) in KERNELS:
        set_kernel(KERNELS[changed[NAME]].array)
    if SIZE in changed:
        attempt(lambda: _change(partial(resized, size=changed[SIZE])))


def set_kernel(kernel: np.ndarray) -> None:
    """Take a kernel [k k] or [k k c]."""
    save(replace(state(FilterOnImage), kernel=numbers_of(kernel)))


def _named_kernel(kernel: np.ndarray) -> None:
    name = name_of(kernel) or OWN
    titles = {key: row.title for key, row in KERNELS.items()} | ({OWN: "Your own numbers"} if name == OWN else {})
    widget_values.show(NAME, name)
    st.selectbox("Kernel", list(titles), list(titles).index(name), key=NAME, format_func=titles.__getitem__)
    row = KERNELS.get(name)
    source = f" ({row.source})" if row and row.source else ""
    st.caption(plain(row.finds + source) if row else "Click a number of the kernel to change it.")


def _buttons() -> None:
    with st.container(horizontal=True, gap="small"):
        for label, icon, description, change in (
            ("Rotate", "rotate_left", "A quarter turn anticlockwise.", rotated),
            ("Negate", "exposure", "Every weight times −1: what lit up goes dark.", negated),
            ("Random", "casino", "Random weights whose sum is zero.", _random),
        ):
            st.button(
                label,
                key=f"kernel_{label.lower()}",
                icon=f":material/{icon}:",
                help=description,
                on_click=_change,
                args=(change,),
            )


def _change(change: Callable[[np.ndarray], np.ndarray]) -> None:
    set_kernel(change(array_of(state(FilterOnImage).kernel)))


def _random(kernel: np.ndarray) -> np.ndarray:
    draws = state(FilterOnImage).draws + 1
    save(replace(state(FilterOnImage), draws=draws))
    return random_kernel(len(kernel), draws)


def _window(size: int) -> None:
    widget_values.show(SIZE, size)
    with st.container(horizontal=True, gap="small"):
        help_text = "Rows and columns; the kernel's middle stays."
        st.slider("Kernel size", 1, MOST_EDITED, size, key=SIZE, help=help_text, width=SLIDER)
        slider("Stride", FilterOnImage, "stride", "Pixels to the next place.", width=SLIDER)
        apart = "How many pixels apart neighbouring weights are. 1: side by side."
        slider("Dilation", FilterOnImage, "dilation", apart, width=SLIDER)
        select("Padding", FilterOnImage, "padding", PADDING_HELP, titles=padding_title, width=SLIDER)
        function = "A function applied to each value of the feature map."
        select("Activation", FilterOnImage, "activation", function, titles=activation_title, width=SLIDER)


def block_filter(layer: Convolution) -> Filter | None:
    """A filter of the sidebar's first convolution, with its present weights. None, with a way out, where none fits."""
    try:
        network = choice.network()
    except PlaygroundError as error:
        show_error(error, "lab_fix")
        return None
    if not isinstance(network.layers[0], Convolution):
        st.caption(
            f"conv1 is not the first layer here: it reads what {network.names[0]} made of the picture. See *Depth*, or "
            "put the convolution first."
        )
        return None
    weights, origin = runs.weights(network)
    if layer.filters > 1:
        slider("Filter", FilterOnImage, "filter", high=layer.filters)
    number = min(state(FilterOnImage).filter, layer.filters)
    st.caption(f"Filter {number} of conv1, {layer.title}: {origin}.")
    after = network.layers[1]
    return Filter(
        np.asarray(weights["conv1/kernel"])[..., number - 1],
        layer,
        after.function if isinstance(after, Activation) else "none",
        float(weights["conv1/bias"][number - 1]),
    )


def take_edit() -> None:
    """The numbers that were typed into the player's kernel, [c][k][k]."""
    edit = st.session_state[PLAYER].kernel
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
