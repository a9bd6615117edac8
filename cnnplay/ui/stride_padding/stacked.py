"""Why networks pad: the size after many layers with the same window, for each padding."""

import streamlit as st

from ...figures.sizes import sizes_figure
from ...ops.arithmetic import Window
from ...state.labs import Windows
from ..controls import slider
from ..session import state


def stacked_layers(axis: Window, size: int) -> None:
    st.subheader("Why networks pad", anchor=False)
    figure_column, text_column = st.columns([3, 2], gap="medium")
    with text_column:
        slider("Layers", Windows, "layers", "How many layers with this window are stacked.")
        slider("Stride of each", Windows, "each_stride")
        st.markdown(
            f"A window of {axis.kernel}, layer after layer. At stride 1, **valid** loses {axis.span - 1} pixels a "
            "layer until no window fits, **full** gains as many, and **same** keeps the size, so a network can have "
            "any number of layers."
        )
    now = state(Windows)
    sizes = {
        padding: Window(axis.kernel, now.each_stride, padding, axis.dilation).stacked(size, now.layers)
        for padding in ("valid", "same", "full")
    }
    with figure_column:
        st.plotly_chart(
            sizes_figure(sizes),
            config={"displayModeBar": False},
            alt="; ".join(f"{padding}: {', '.join(map(str, after))}" for padding, after in sizes.items()),
        )
