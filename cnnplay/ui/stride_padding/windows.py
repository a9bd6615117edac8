"""Windows on a grid: where they stand, what they read and what they leave out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from ...errors import ShapeError
from ...network.layers import MNIST_SHAPE, Convolution
from ...ops.arithmetic import Window, output_shape
from ...state.labs import Axis, Columns, Rows, Windows
from ..components.payloads.slides import windows_slide
from ..components.player import player
from ..controls import cell_args, select, slider, toggle
from ..lab_widgets import PADDING_HELP, SLIDER, Try, follow, give_to_block, tries
from ..session import save, state
from ..widgets import show_error
from .arithmetic import axis_arithmetic, pixels_read
from .stacked import stacked_layers

PLAYER = "windows_player"
SLIDERS = {
    "size": ("Input size", "Pixels on a side."),
    "kernel": ("Kernel size", "Weights on a side."),
    "stride": ("Stride", "Pixels from one window to the next."),
    "dilation": ("Dilation", "Pixels from one weight to the next; 1: side by side."),
}
TRIES = {
    "4 of 16 centres": Try(
        "A 3×3 window in a 4×4 image: its centre can stand on 4 of the 16 pixels. A pixel at the border is never in "
        "the middle of a window.",
        (Windows(), Rows(4, 3, 1)),
    ),
    "A remainder": Try(
        "28 pixels, 3×3, stride 2: the division leaves 1, and no window reads the last row and column.",
        (Windows(), Rows(28, 3, 2)),
    ),
    "The odd pixel of same": Try(
        "The same window with *same* padding: 14 outputs need one pixel of padding, and it goes to the end.",
        (Windows(), Rows(28, 3, 2, padding="same")),
    ),
    "Holes": Try(
        "Dilation 2: a 3×3 kernel spans 5×5 pixels, of which it reads every second one in each direction.",
        (Windows(), Rows(12, 3, 1, 2, "same")),
    ),
}


def windows_on_a_grid() -> None:
    tries("windows_try", TRIES)
    with st.container(horizontal=True, gap="large"):
        layer = follow(Windows, Convolution, "kernel size, stride, padding and dilation")
        toggle(
            "Rows and columns apart", Windows, "apart", "Another window for the columns.", disabled=layer is not None
        )
    sizes, axes = (MNIST_SHAPE[:2], layer.axes) if layer else _controls()
    _grid(axes, sizes, followed=layer is not None)
    if layer is None and (found := _as_layer(axes)):
        give_to_block(found, "windows_give")
    stacked_layers(axes[0], sizes[0])


def _controls() -> tuple[tuple[int, int], tuple[Window, Window]]:
    """One set of sliders for both axes, or one for each. Returns the sizes and the windows of rows and columns."""
    if state(Windows).apart:
        _axis(Rows, ", rows")
        _axis(Columns, ", columns")
        rows, columns = state(Rows), state(Columns)
        return (rows.size, columns.size), (rows.window, columns.window)
    _axis(Rows, "")
    both = state(Rows)
    return (both.size, both.size), (both.window, both.window)


def _axis(lab: type[Axis], of: str) -> None:
    """The controls of an axis; `of` ends their labels."""
    with st.container(horizontal=True, gap="small"):
        for name, (label, help) in SLIDERS.items():
            slider(label + of, lab, name, help, width=SLIDER)
        select(f"Padding{of}", lab, "padding", PADDING_HELP, width=SLIDER)
        if state(lab).padding == "pixels":
            slider(f"Pixels{of}", lab, "pixels", "Zeros at either end.", width=SLIDER)
        elif state(lab).padding == "uneven":
            slider(f"Before{of}", lab, "before", "Zeros before the first pixel.", width=SLIDER)
            slider(f"After{of}", lab, "after", "Zeros after the last pixel.", width=SLIDER)


def _as_layer(axes: tuple[Window, Window]) -> Convolution | None:
    """The windows as a layer; None where rows and columns are padded differently, which no network's text can say."""
    rows, columns = axes
    if rows.padding != columns.padding:
        return None
    both = {name: (getattr(rows, name), getattr(columns, name)) for name in ("kernel", "stride", "dilation")}
    return Convolution(1, **both, padding=rows.padding)


def _grid(axes: tuple[Window, Window], sizes: tuple[int, int], *, followed: bool) -> None:
    """The grid and its arithmetic; where no window fits, the error instead.

    followed: the windows are those of the sidebar's network, which has the remedies in the sidebar.
    """
    try:
        out = output_shape(axes, sizes)
    except ShapeError as error:
        problem = ShapeError(str(error)) if followed else error
        show_error(problem, "windows_fix", partial(_apply_remedy, error.layer))
        return
    player(
        windows_slide(axes, sizes),
        alt=f"Windows on {sizes[0]}×{sizes[1]} pixels: {out[0]}×{out[1]} of them fit.",
        key=PLAYER,
        **cell_args(Windows, PLAYER),
    )
    if axes[0] == axes[1] and sizes[0] == sizes[1]:
        axis_arithmetic("rows and columns", axes[0], sizes[0])
    else:
        for name, axis, size in zip(("rows", "columns"), axes, sizes, strict=True):
            axis_arithmetic(name, axis, size)
    pixels_read(axes, sizes)


def _apply_remedy(axis: str | None, change: Mapping[str, Any]) -> None:
    """Carry out a remedy for the axis that it concerns."""
    lab = Columns if state(Windows).apart and axis == "columns" else Rows
    save(replace(state(lab), **change))
