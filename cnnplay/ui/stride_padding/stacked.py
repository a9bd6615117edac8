"""Why networks pad: the size after many layers with the same window, for each padding."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ...figures.colours import BLUE
from ...ops.arithmetic import Window
from ...state.labs import Windows
from ...words import counted
from ..controls import slider
from ..session import state

# Drawn as plain HTML: it follows a slider that is dragged, and a plot takes the browser a tenth of a second.
STYLE = f"""<style>
    .stacked {{ width: 100%; table-layout: fixed; border-collapse: collapse; font-variant-numeric: tabular-nums; }}
    .stacked :is(th, td) {{ padding: 0.15rem 1px; text-align: center; vertical-align: bottom; font-size: 0.8rem; }}
    .stacked th[scope="row"] {{ width: 3rem; text-align: left; font-size: inherit; }}
    .stacked thead :is(th, td) {{ font-weight: normal; opacity: 0.75; }}
    .stacked tbody tr :is(th, td) {{ padding-top: 0.8rem; }}
    .stacked div {{ margin: 0 auto 0.2rem; min-width: 1px; aspect-ratio: 1; background: {BLUE}; border-radius: 1px; }}
    @media (max-width: 767px) {{ .stacked :is(th, td) {{ font-size: 0.65rem; }} }}
</style>"""


def stacked_layers(axis: Window, size: int) -> None:
    st.subheader("Why networks pad", anchor=False)
    figure_column, text_column = st.columns([3, 2], gap="medium")
    with text_column:
        slider("Layers", Windows, "layers")
        slider("Stride of each", Windows, "each_stride")
        st.markdown(
            f"The same window of {axis.kernel}, layer after layer. At stride 1 **valid** loses "
            f"{counted(axis.span - 1, 'pixel')} a layer until no window fits, **full** gains as many, and **same** "
            "keeps the size, so a network can have any number of layers."
        )
    now = state(Windows)
    sizes = {
        padding: Window(axis.kernel, now.each_stride, padding, axis.dilation).stacked(size, now.layers)
        for padding in ("valid", "same", "full")
    }
    with figure_column:
        st.html(STYLE + _squares(sizes, now.layers))
        st.caption("Pixels on a side after so many layers, to scale. A row ends where no window fits any more.")


def _squares(sizes: Mapping[str, Sequence[int]], layers: int) -> str:
    largest = max(max(row) for row in sizes.values())
    after = "".join(f'<th scope="col">{layer}</th>' for layer in range(layers + 1))
    lines = []
    for padding, row in sizes.items():
        squares = (f'<td><div style="width: {100 * size / largest:.1f}%"></div>{size}</td>' for size in row)
        lines.append(
            f'<tr><th scope="row">{padding}</th>{"".join(squares)}{"<td></td>" * (layers + 1 - len(row))}</tr>'
        )
    head = f'<thead><tr><th scope="row">layers</th>{after}</tr></thead>'
    return f'<table class="stacked">{head}<tbody>{"".join(lines)}</tbody></table>'
