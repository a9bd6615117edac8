"""Choosing a filter: a kernel with a name, one's own numbers, or a filter of the sidebar's network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ..bounds import bounds
from ..errors import PlaygroundError
from ..labs.kernels import (
    KERNELS,
    MOST_CHANNELS,
    KernelError,
    check_kernel,
    name_of,
    negated,
    random_kernel,
    resized,
    rotated,
)
from ..network.blocks import BLOCK_ACTIVATIONS, PADDINGS, Block
from ..network.layers import Activation, Convolution
from ..ops.registry import ACTIVATIONS
from . import choice, runs, widget_values
from .lab_state import begin, chosen, select_args, slider_args
from .lab_widgets import PADDING_SAYS, SLIDER, padding_title
from .widgets import plain, show_error

OWN = "own"
MOST_EDITED = 7  # weights on a side: a larger grid of numbers cannot be read
PLAYER = "slide_player"
LAB_PADDINGS = ("valid", "same", "full", *(pixels for pixels in PADDINGS if isinstance(pixels, int)))


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
    begin(
        lab_weights=KERNELS["vertical-edge"].array[..., None],
        lab_draws=0,
        lab_stride=1,
        lab_padding="valid",
        lab_dilation=1,
        lab_activation="relu",
    )
    _take_changes()
    kernel: np.ndarray = chosen().lab_weights
    name = name_of(kernel) or OWN
    titles = {key: row.title for key, row in KERNELS.items()} | ({OWN: "Your own numbers"} if name == OWN else {})
    widget_values.show("lab_kernel", name)
    st.selectbox("Kernel", list(titles), list(titles).index(name), key="lab_kernel", format_func=titles.__getitem__)
    row = KERNELS.get(name)
    source = f" ({row.source})" if row and row.source else ""
    st.caption(plain(row.finds + source) if row else "Click a number of the kernel to change it.")
    _buttons(kernel)
    with below:
        _window(kernel)
    size, now = len(kernel), chosen()
    layer = Convolution(1, (size, size), (now.lab_stride,) * 2, (now.lab_dilation,) * 2, now.lab_padding)
    return Filter(kernel, layer, now.lab_activation, editable=True)


def _buttons(kernel: np.ndarray) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, icon, help_text, change in (
            ("Rotate", "rotate_left", "A quarter turn anticlockwise.", lambda: rotated(kernel)),
            ("Negate", "exposure", "Every weight times −1: what lit up goes dark.", lambda: negated(kernel)),
            ("Random", "casino", "Random weights whose sum is zero.", lambda: _random(len(kernel))),
        ):
            st.button(
                label,
                key=f"lab_{label}",
                icon=f":material/{icon}:",
                help=help_text,
                on_click=_change,
                args=(change,),
            )


def _window(kernel: np.ndarray) -> None:
    widget_values.show("lab_size", len(kernel))
    with st.container(horizontal=True, gap="small"):
        help_text = "Rows and columns; the kernel's middle stays."
        st.slider("Kernel size", 1, MOST_EDITED, len(kernel), key="lab_size", help=help_text, width=SLIDER)
        st.slider(
            "Stride",
            *bounds(Block, "stride"),
            **slider_args("lab_stride"),
            help="Pixels to the next place.",
            width=SLIDER,
        )
        apart = "The weights stand so many pixels apart."
        st.slider("Dilation", 1, 3, **slider_args("lab_dilation"), help=apart, width=SLIDER)
        st.selectbox(
            "Padding",
            LAB_PADDINGS,
            **select_args("lab_padding", LAB_PADDINGS),
            format_func=padding_title,
            help=PADDING_SAYS,
            width=SLIDER,
        )
        st.selectbox(
            "Activation",
            BLOCK_ACTIVATIONS,
            **select_args("lab_activation", BLOCK_ACTIVATIONS),
            format_func=lambda name: ACTIVATIONS[name].title if name in ACTIVATIONS else "none",
            help="A function applied to each value of the feature map.",
            width=SLIDER,
        )


def block_filter(layer: Convolution) -> Filter | None:
    """A filter of the sidebar's first convolution, as it is by now. None, with a way out, where nothing fits."""
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
    weights, help_text = runs.weights(network)
    begin(lab_filter=1)
    if layer.filters > 1:
        chosen().lab_filter = min(chosen().lab_filter, layer.filters)
        st.slider("Filter", 1, layer.filters, **slider_args("lab_filter"))
    index = chosen().lab_filter - 1 if layer.filters > 1 else 0
    st.caption(f"Filter {index + 1} of conv1, {layer.title}: {help_text}.")
    after = network.layers[1]
    return Filter(
        np.asarray(weights["conv1/kernel"])[..., index],
        layer,
        after.function if isinstance(after, Activation) else "none",
        float(weights["conv1/bias"][index]),
    )


def take_edit() -> None:
    """The numbers that were typed into the player's kernel, [c][k][k]."""
    try:
        chosen().lab_weights = read_edit(st.session_state[PLAYER].kernel)
    except PlaygroundError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def read_edit(channels: Any) -> np.ndarray:
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


def _take_changes() -> None:
    shown = st.session_state
    for key in widget_values.changed_by_user():
        if key == "lab_kernel" and shown.lab_kernel in KERNELS:
            chosen().lab_weights = KERNELS[shown.lab_kernel].array[..., None]
        elif key == "lab_size":
            chosen().lab_weights = resized(chosen().lab_weights, shown.lab_size)


def _random(size: int) -> np.ndarray:
    chosen().lab_draws += 1
    return random_kernel(size, chosen().lab_draws)[..., None]


def _change(change: Callable[[], np.ndarray]) -> None:
    chosen().lab_weights = change()
