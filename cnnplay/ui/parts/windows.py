"""Stride and padding: where windows stand, what they read and what they leave out."""

from typing import Any

import streamlit as st

from ...arithmetic import Window
from ...errors import PlaygroundError
from ...figures.labs import sizes_figure, windows_slide
from ...layers import MNIST_SHAPE, Convolution
from ..components.player import player
from ..labs import Tries, begin, choose, chosen, follow, give_back, kept, reading, sources, tries
from ..widgets import way_out

AXES = ("rows", "columns")
# control: (label, least, most, at first, help)
SLIDERS: dict[str, tuple[str, int, int, int, str]] = {
    "size": ("Input size", 3, 32, 8, "Pixels on a side."),
    "kernel": ("Kernel size", 1, 11, 3, "Weights on a side."),
    "stride": ("Stride", 1, 5, 2, "Pixels from one window to the next."),
    "dilation": ("Dilation", 1, 3, 1, "The weights stand so many pixels apart; 1: side by side."),
}
PADDINGS = {
    "valid": "valid: none",
    "same": "same: ⌈size / stride⌉ outputs",
    "full": "full: every overlap",
    "pixels": "so many pixels",
    "uneven": "uneven: before and after",
}


def _setting(
    size: int, kernel: int, stride: int, padding: str = "valid", dilation: int = 1, **more: Any
) -> dict[str, Any]:
    chosen = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation, "padding": padding, **more}
    return {"win_apart": False, "win_follow": False} | {f"win_rows_{name}": value for name, value in chosen.items()}


TRIES: Tries = {
    "4 of 16 centres": (
        "A 3×3 window in a 4×4 image: its centre can stand on 4 of the 16 pixels. The border is only ever looked at "
        "from the side.",
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
    controls, stage = st.container(), st.container()
    with controls:
        with st.container(horizontal=True, gap="large"):
            layer = follow("win_follow", Convolution, "kernel size, stride, padding and dilation")
            st.toggle(
                "Rows and columns apart",
                key=kept("win_apart"),
                disabled=layer is not None,
                help="Another window for the columns.",
            )
        sizes, axes = (MNIST_SHAPE[:2], layer.axes) if layer else _controls()
    with stage:
        fits = _windows(axes, sizes)
    if layer is None and (found := _as_layer(axes)):
        give_back(found, "win_give")
    tries("win_try", TRIES)
    if fits:
        _many_layers(axes[0], sizes[0])
    sources(
        "Every size in the playground comes from these lines: this page, the shape table, and the network itself.",
        Window.pads,
        Window.output_size,
        Window.positions,
    )
    reading(
        {
            "Dumoulin & Visin, A guide to convolution arithmetic, sections 2 and 4": "https://arxiv.org/abs/1603.07285",
            "Yu & Koltun 2016, dilated convolutions": "https://arxiv.org/abs/1511.07122",
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
    now, columns = chosen(), st.columns(5)
    for column, (name, (label, least, most, _, says)) in zip(columns, SLIDERS.items(), strict=False):
        column.slider(label + of, least, most, key=kept(f"win_{axis}_{name}"), help=says)
    with columns[4]:
        st.selectbox(
            f"Padding{of}",
            list(PADDINGS),
            key=kept(f"win_{axis}_padding"),
            format_func=PADDINGS.__getitem__,
            help="Zeros put around the image.",
        )
        padding: Any = getattr(now, f"win_{axis}_padding")
        if padding == "pixels":
            padding = st.slider(f"Pixels{of}", 1, 10, key=kept(f"win_{axis}_pixels"))
        elif padding == "uneven":
            padding = tuple(
                st.slider(f"{side.capitalize()}{of}", 0, 10, key=kept(f"win_{axis}_{side}"))
                for side in ("before", "after")
            )
    kernel, stride, dilation = (getattr(now, f"win_{axis}_{name}") for name in ("kernel", "stride", "dilation"))
    return getattr(now, f"win_{axis}_size"), Window(kernel, stride, padding, dilation)


def _as_layer(axes: tuple[Window, Window]) -> Convolution | None:
    """The windows as a layer; None where rows and columns are padded differently, which no network's text can say."""
    rows, columns = axes
    if rows.padding != columns.padding:
        return None
    both = {name: (getattr(rows, name), getattr(columns, name)) for name in ("kernel", "stride", "dilation")}
    return Convolution(1, **both, padding=rows.padding)


def _windows(axes: tuple[Window, Window], sizes: tuple[int, int]) -> bool:
    """The grid and its arithmetic. False where no window fits, which is said."""
    try:
        out = tuple(axis.output_size(size) for axis, size in zip(axes, sizes, strict=True))
    except PlaygroundError as error:
        way_out(error, "win_mend", _mend)
        return False
    player(
        windows_slide(axes, sizes),
        alt=f"Windows on {sizes[0]}×{sizes[1]} pixels: {out[0]}×{out[1]} of them fit.",
        key="windows_player",
    )
    alike = axes[0] == axes[1] and sizes[0] == sizes[1]
    for name, axis, size in zip(AXES, axes, sizes, strict=True):
        if name == "rows" or not alike:
            _arithmetic("rows and columns" if alike else name, axis, size)
    down, across = (len(axis.centres(size)) for axis, size in zip(axes, sizes, strict=True))
    if down and across:
        st.markdown(
            f"The centre of the window stands on {down} × {across} = **{down * across} of the {sizes[0] * sizes[1]} "
            "pixels**."
        )
    return True


def _arithmetic(name: str, axis: Window, size: int) -> None:
    """The formula with its numbers, and what they mean."""
    before, after = axis.pads(size)
    rest, unread = axis.remainder(size), size - sum(axis.read(size))
    says = [f"**{name.capitalize()}**: &nbsp;`{axis.formula(size)}`"]
    if axis.dilation > 1:
        says.append(f"- With dilation {axis.dilation} the {axis.kernel} weights span {axis.span} pixels.")
    if before != after and axis.padding == "same":
        says.append(
            f"- *same* needs {before + after} pixels of padding, an odd number: {before} before and {after} after. "
            "The odd one goes to the end."
        )
    if rest:
        says.append(
            f"- The division leaves a remainder: {rest} {'cells stay' if rest > 1 else 'cell stays'} behind the last "
            "window. No error, no rounding up: what is there is not looked at."
        )
    if unread:
        says.append(
            f"- **{unread} of the {size} pixels** {'are' if unread > 1 else 'is'} read by no window (crossed out)."
        )
    st.markdown("\n".join(says).replace("\n-", "\n\n-", 1))


def _mend(change: dict[str, Any]) -> None:
    """Carry out what makes a window fit: for both axes, so that one click does."""
    for axis in AXES:
        choose(**{f"win_{axis}_{name}": value for name, value in change.items()})


def _many_layers(axis: Window, size: int) -> None:
    st.subheader("Why networks pad", anchor=False)
    begin(win_layers=8)
    show, say = st.columns([3, 2], gap="medium")
    with say:
        st.slider("Layers", 1, 16, key=kept("win_layers"), help="So many layers with this window, one after another.")
        st.markdown(
            f"The window above, {axis.kernel} weights wide with stride {axis.stride}, layer after layer. At stride 1 "
            f"**valid** loses {axis.span - 1} pixels a layer, until no window fits; **same** keeps the size, so that a "
            "network can be as deep as one likes; **full** grows. With a larger stride all of them shrink, and quickly."
        )
    stacks = {
        padding: Window(axis.kernel, axis.stride, padding, axis.dilation).stacked(size, chosen().win_layers)
        for padding in ("valid", "same", "full")
    }
    if axis.padding not in stacks:
        stacks["chosen above"] = axis.stacked(size, chosen().win_layers)
    with show:
        st.plotly_chart(
            sizes_figure(stacks),
            config={"displayModeBar": False},
            alt="; ".join(f"{name}: {', '.join(map(str, sizes))}" for name, sizes in stacks.items()),
        )
