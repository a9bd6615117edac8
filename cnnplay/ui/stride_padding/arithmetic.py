"""The size calculation with the lab's numbers, and which pixels the windows read."""

from math import prod

import streamlit as st

from ...ops.arithmetic import Window
from ...words import counted


def axis_arithmetic(name: str, axis: Window, size: int) -> None:
    """The formula with its numbers, and what they mean."""
    before, after = axis.pads(size)
    rest, line = axis.remainder(size), "line" if name == "rows and columns" else name[:-1]
    sentences = [f"**{name.capitalize()}**: &nbsp;`{axis.formula(size)}`\n"]
    if axis.dilation > 1:
        sentences.append(f"- With dilation {axis.dilation} the {axis.kernel} weights span {axis.span} pixels.")
    if before != after and axis.padding == "same":
        sentences.append(
            f"- *same* needs {counted(before + after, 'pixel')} of padding, an odd number: {before} before and {after} "
            "after. The extra pixel goes to the end."
        )
    if rest:
        sentences.append(
            f"- The division leaves a remainder: {counted(rest, line)} behind the last window. This is no error: the "
            f"size is rounded down, and no window reads {'it' if rest == 1 else 'them'}."
        )
    st.markdown("\n".join(sentences))


def pixels_read(axes: tuple[Window, Window], sizes: tuple[int, int]) -> None:
    """How many pixels no window reads, and on how many the centre of a window stands."""
    pixels = sizes[0] * sizes[1]
    unread = pixels - prod(sum(axis.read(size)) for axis, size in zip(axes, sizes, strict=True))
    down, across = (len(axis.centres(size)) for axis, size in zip(axes, sizes, strict=True))
    sentences = [
        f"No window reads **{unread} of the {pixels} pixels** (crossed out)."
        if unread
        else f"The windows read every one of the {pixels} pixels."
    ]
    if all(axis.kernel % 2 for axis in axes):
        stands = f"{down} × {across} = **{down * across} of the {pixels} pixels**"
        sentences.append(f"The centre of the window stands on {stands}.")
    else:
        sentences.append("A window of even size has no pixel in its centre.")
    st.markdown(" ".join(sentences))
