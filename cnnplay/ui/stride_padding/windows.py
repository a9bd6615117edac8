"""Stride and padding: where windows stand, what they read and what they leave out."""

from functools import partial
from math import prod
from typing import Any

import streamlit as st

from ...errors import ShapeError
from ...figures.sizes import sizes_figure
from ...network.layers import MNIST_SHAPE, Convolution
from ...ops.arithmetic import Window, output_shape
from ..components.payloads.slides import windows_slide
from ..components.player import player
from ..lab_state import begin, choose, chosen, select_args, slider_args
from ..lab_widgets import PADDING_SAYS, SLIDER, Tries, follow, give_to_block, reading, sources, tries
from ..widgets import counted, show_error

AXES = ("rows", "columns")
GUIDE, DILATED = "https://arxiv.org/abs/1603.07285", "https://arxiv.org/abs/1511.07122"
# control: (label, least, most, at first, help)
SLIDERS: dict[str, tuple[str, int, int, int, str]] = {
    "size": ("Input size", 3, 32, 8, "Pixels on a side."),
    "kernel": ("Kernel size", 1, 11, 3, "Weights on a side."),
    "stride": ("Stride", 1, 5, 2, "Pixels from one window to the next."),
    "dilation": ("Dilation", 1, 3, 1, "The weights stand so many pixels apart; 1: side by side."),
}
PADDINGS = ("valid", "same", "full", "pixels", "uneven")


def _setting(
    size: int, kernel: int, stride: int, padding: str = "valid", dilation: int = 1, **more: Any
) -> dict[str, Any]:
    chosen = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding, **more}
    return {"win_apart": False, "win_follow": False} | {f"win_rows_{name}": value for name, value in chosen.items()}


TRIES: Tries = {
    "4 of 16 centres": (
        "A 3×3 window in a 4×4 image: its centre can stand on 4 of the 16 pixels. A pixel at the border is never in "
        "the middle of a window.",
        _setting(4, 3, 1),
    ),
    "A remainder": (
        "28 pixels, 3×3, stride 2: the division leaves 1, and the last row and column are never read.",
        _setting(28, 3, 2),
    ),
    "The odd pixel of same": (
        "The same with *same*: 14 outputs need one pixel of padding, and it goes to the end.",
        _setting(28, 3, 2, "same"),
    ),
    "Holes": (
        "Dilation 2: a 3×3 kernel spans 5 pixels and reads every second one.",
        _setting(12, 3, 1, "same", 2),
    ),
}


def windows_on_a_grid() -> None:
    begin(win_apart=False, win_follow=False)
    for axis in AXES:
        begin(**{f"win_{axis}_{name}": control[3] for name, control in SLIDERS.items()})
        begin(
            **{f"win_{axis}_padding": "valid", f"win_{axis}_pixels": 1, f"win_{axis}_before": 0, f"win_{axis}_after": 1}
        )
    tries("win_try", TRIES)
    with st.container(horizontal=True, gap="large"):
        layer = follow("win_follow", Convolution, "kernel size, stride, padding and dilation")
        st.toggle(
            "Rows and columns apart",
            **slider_args("win_apart"),
            disabled=layer is not None,
            help="Another window for the columns.",
        )
    sizes, axes = (MNIST_SHAPE[:2], layer.axes) if layer else _controls()
    _windows(axes, sizes)
    if layer is None and (found := _as_layer(axes)):
        give_to_block(found, "win_give")
    _many_layers(axes[0], sizes[0])
    sources(
        "Every size in the playground comes from these lines: this page, the shape table, and the network itself.",
        Window.pads,
        Window.output_size,
        Window.positions,
    )
    reading(
        {
            "Dumoulin & Visin 2016, A guide to convolution arithmetic, chapters 2 and 5": GUIDE,
            "Yu & Koltun 2016, Multi-scale context aggregation by dilated convolutions": DILATED,
        }
    )


def _controls() -> tuple[tuple[int, int], tuple[Window, Window]]:
    """The sliders: one set for both axes, or one for each."""
    if not chosen().win_apart:
        size, axis = _axis("rows", "")
        return (size, size), (axis, axis)
    (height, rows), (width, columns) = (_axis(axis, f", {axis}") for axis in AXES)
    return (height, width), (rows, columns)


def _axis(axis: str, of: str) -> tuple[int, Window]:
    """The controls of an axis, and what they come to: its size and its window."""
    names = (*SLIDERS, "padding", "pixels", "before", "after")
    value = {name: getattr(chosen(), f"win_{axis}_{name}") for name in names}

    def slider(label: str, low: int, high: int, name: str, help_text: str = "") -> None:
        st.slider(label + of, low, high, **slider_args(f"win_{axis}_{name}"), help=help_text or None, width=SLIDER)

    padding: Any = value["padding"]
    with st.container(horizontal=True, gap="small"):
        for name, (label, least, most, _, help_text) in SLIDERS.items():
            slider(label, least, most, name, help_text)
        st.selectbox(
            f"Padding{of}", PADDINGS, **select_args(f"win_{axis}_padding", PADDINGS), help=PADDING_SAYS, width=SLIDER
        )
        if padding == "pixels":
            slider("Pixels", 1, 10, "pixels")
            padding = value["pixels"]
        elif padding == "uneven":
            slider("Before", 0, 10, "before")
            slider("After", 0, 10, "after")
            padding = (value["before"], value["after"])
    return value["size"], Window(value["kernel"], value["stride"], padding, value["dilation"])


def _as_layer(axes: tuple[Window, Window]) -> Convolution | None:
    """The windows as a layer; None where rows and columns are padded differently, which no network's text can say."""
    rows, columns = axes
    if rows.padding != columns.padding:
        return None
    both = {name: (getattr(rows, name), getattr(columns, name)) for name in ("kernel", "stride", "dilation")}
    return Convolution(1, **both, padding=rows.padding)


def _windows(axes: tuple[Window, Window], sizes: tuple[int, int]) -> None:
    """The grid and its arithmetic; where no window fits, that is said."""
    try:
        out = output_shape(axes, sizes)
    except ShapeError as error:
        show_error(error, "win_fix", partial(_apply_remedy, error.layer))
        return
    player(
        windows_slide(axes, sizes) | {"subject": str(chosen().tried)},
        alt=f"Windows on {sizes[0]}×{sizes[1]} pixels: {out[0]}×{out[1]} of them fit.",
        key="windows_player",
    )
    alike = axes[0] == axes[1] and sizes[0] == sizes[1]
    for name, axis, size in zip(AXES, axes, sizes, strict=True):
        if name == "rows" or not alike:
            _arithmetic("rows and columns" if alike else name, axis, size)
    _pixels(axes, sizes)


def _arithmetic(name: str, axis: Window, size: int) -> None:
    """The formula with its numbers, and what they mean."""
    before, after = axis.pads(size)
    rest, line = axis.remainder(size), "line" if name == "rows and columns" else name[:-1]
    sentences = [f"**{name.capitalize()}**: &nbsp;`{axis.formula(size)}`\n"]
    if axis.dilation > 1:
        sentences.append(f"- With dilation {axis.dilation} the {axis.kernel} weights span {axis.span} pixels.")
    if before != after and axis.padding == "same":
        sentences.append(
            f"- *same* needs {counted(before + after, 'pixel')} of padding, an odd number: {before} before and {after} "
            "after. The odd one goes to the end."
        )
    if rest:
        sentences.append(
            f"- The division leaves a remainder: {counted(rest, line)} behind the last window. It is no error and "
            "nothing is rounded up: what is there is not looked at."
        )
    st.markdown("\n".join(sentences))


def _pixels(axes: tuple[Window, Window], sizes: tuple[int, int]) -> None:
    """Of all pixels, those that no window reads, and those on which its centre stands."""
    pixels = sizes[0] * sizes[1]
    unread = pixels - prod(sum(axis.read(size)) for axis, size in zip(axes, sizes, strict=True))
    down, across = (len(axis.centres(size)) for axis, size in zip(axes, sizes, strict=True))
    sentences = [
        f"**{unread} of the {pixels} pixels** are read by no window (crossed out)."
        if unread
        else f"Every one of the {pixels} pixels is read by a window."
    ]
    if all(axis.kernel % 2 for axis in axes):
        stands = f"{down} × {across} = **{down * across} of the {pixels} pixels**"
        sentences.append(f"The centre of the window stands on {stands}.")
    else:
        sentences.append("A window of an even size has no middle pixel.")
    st.markdown(" ".join(sentences))


def _apply_remedy(axis: str | None, change: dict[str, Any]) -> None:
    """Carry out what makes a window fit, for the axis concerned."""
    axis = axis if chosen().win_apart and axis else "rows"
    choose(**{f"win_{axis}_{name}": value for name, value in change.items()})


def _many_layers(axis: Window, size: int) -> None:
    st.subheader("Why networks pad", anchor=False)
    begin(win_layers=8, win_each=1)
    show, say = st.columns([3, 2], gap="medium")
    with say:
        st.slider(
            "Layers", 1, 16, **slider_args("win_layers"), help="So many layers with this window, one after another."
        )
        st.slider("Stride of each", 1, 3, **slider_args("win_each"))
        st.markdown(
            f"A window of {axis.kernel}, layer after layer. At stride 1 **valid** loses {axis.span - 1} pixels a "
            "layer, until no window fits; **same** keeps the size, so that a network can be as deep as one likes; "
            "**full** grows."
        )
    layer = {name: Window(axis.kernel, chosen().win_each, name, axis.dilation) for name in ("valid", "same", "full")}
    stacks = {name: window.stacked(size, chosen().win_layers) for name, window in layer.items()}
    with show:
        st.plotly_chart(
            sizes_figure(stacks),
            config={"displayModeBar": False},
            alt="; ".join(f"{name}: {', '.join(map(str, sizes))}" for name, sizes in stacks.items()),
        )
