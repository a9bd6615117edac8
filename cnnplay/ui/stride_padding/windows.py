"""Windows on a grid: where they stand, what they read and what they leave out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from ...errors import ShapeError
from ...network.layers import Convolution
from ...ops.arithmetic import Window, output_shape
from ...state.labs import Axis, Columns, Rows, Windows
from .. import choice
from ..components.payloads.slides import windows_slide
from ..components.player import player
from ..controls import cell_args, select, slider, together, toggle
from ..lab_widgets import (
    Try,
    as_far_as_held,
    follow_line,
    followed_layer,
    mirror,
    tries,
    was_moved,
)
from ..session import save, state
from ..widgets import show_error
from .arithmetic import axis_arithmetic, pixels_read
from .stacked import stacked_layers

PLAYER = "windows_player"
SLIDERS = {"size": "Input size", "kernel": "Kernel size", "stride": "Stride", "dilation": "Dilation"}
HELP = (
    "- **Input size**: pixels on a side.\n"
    "- **Kernel size**: weights on a side.\n"
    "- **Stride**: how many pixels the window moves from one place to the next.\n"
    "- **Dilation**: how many pixels lie from one weight to the next. 1: side by side.\n"
    "- **Padding**: zeros around the image. *valid*: none. *same*: ⌈size / stride⌉ outputs. *full*: every place where "
    "window and image overlap. *pixels*: as many at either end. *uneven*: some before and some after.\n"
    "- **Rows and columns apart**: the columns get a window of their own."
)
TRIES = {
    "4 of 16 centres": Try(
        "The centre of a 3×3 window on a 4×4 image can stand on only 4 of the 16 pixels, never on one at the border.",
        (Windows(), Rows(4, 3, 1)),
    ),
    "A remainder": Try(
        "28 pixels, a 3×3 window, stride 2: the division leaves 1, and no window reads the last row and column.",
        (Windows(), Rows(28, 3, 2)),
    ),
    "The odd pixel of same": Try(
        "With *same* padding this window makes 14 outputs. They need one pixel of padding, and it goes to the end.",
        (Windows(), Rows(28, 3, 2, padding="same")),
    ),
    "Holes": Try(
        "With dilation 2 a 3×3 kernel spans 5×5 pixels and reads every second one in each direction.",
        (Windows(), Rows(12, 3, 1, 2, "same")),
    ),
}


def windows_on_a_grid() -> None:
    tries("windows_try", TRIES)
    if was_moved(Rows, Columns):
        save(replace(state(Windows), follow=False))
    layer = followed_layer(Windows, Convolution)
    if layer:
        _mirror(layer)
    sizes, axes = _controls()
    if layer:
        sizes, axes = (choice.input_shape()[0], choice.input_shape()[1]), layer.axes
    follow_line(Windows, Convolution, layer or _as_layer(axes), Rows, Columns)
    _grid(axes, sizes, followed=layer is not None)
    stacked_layers(axes[0], sizes[0])


def _mirror(layer: Convolution) -> None:
    """Set the controls to block 1, as far as they go."""
    save(replace(state(Windows), apart=layer.axes[0] != layer.axes[1]))
    for lab, axis, size in zip((Rows, Columns), layer.axes, choice.input_shape(), strict=False):
        pixels = axis.padding if isinstance(axis.padding, int) and axis.padding else 1
        padding = axis.padding if isinstance(axis.padding, str) else "pixels" if axis.padding else "valid"
        window = {"kernel": axis.kernel, "stride": axis.stride, "dilation": axis.dilation}
        mirror(as_far_as_held(lab(), size=size, **window, padding=padding, pixels=pixels))


def _controls() -> tuple[tuple[int, int], tuple[Window, Window]]:
    """One set of controls for both axes, or one for each. Returns the sizes and the windows of rows and columns."""
    apart = state(Windows).apart
    for lab, of in ((Rows, ", rows"), (Columns, ", columns")) if apart else ((Rows, ""),):
        _axis(lab, of)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        toggle("Rows and columns apart", Windows, "apart")
        with st.popover("What these do", icon=":material/help:", type="tertiary"):
            st.markdown(HELP)
    rows = state(Rows)
    columns = state(Columns) if apart else rows
    return (rows.size, columns.size), (rows.window, columns.window)


def _axis(lab: type[Axis], of: str) -> None:
    """The controls of an axis; `of` ends their labels."""
    with together(f"axis_{lab.name}", row=True):
        for name, label in SLIDERS.items():
            slider(label + of, lab, name)
        select(f"Padding{of}", lab, "padding")
        if state(lab).padding == "pixels":
            slider(f"Pixels{of}", lab, "pixels")
        elif state(lab).padding == "uneven":
            slider(f"Before{of}", lab, "before")
            slider(f"After{of}", lab, "after")


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
    save(replace(state(lab), **change))  # which differs from block 1 now, where the lab followed it
