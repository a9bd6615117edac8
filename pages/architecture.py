"""Architecture: the network as volumes, its shape table, what sharing weights saves, and its text."""

from collections.abc import Callable
from dataclasses import asdict

import pandas as pd
import streamlit as st

from cnnplay.architecture import MNIST_SHAPE, MOST_LETTERS, Architecture, Row
from cnnplay.errors import PlaygroundError, TextError
from cnnplay.figures.network import sharing_figure
from cnnplay.ui import state
from cnnplay.ui.app import enter
from cnnplay.ui.widgets import head, picture, shape_text, way_out

enter()

COLUMNS: dict[str, Callable[[Row], str]] = {
    "Layer": lambda row: row.layer,
    "What it is": lambda row: row.title,
    "Output shape": lambda row: shape_text(row.output_shape),
    "How its size is calculated": lambda row: unbroken(row.formula) if row.unread is not None else row.formula,
    "Parameters": lambda row: unbroken(row.parameter_formula) or "0",
    "Multiply-adds": lambda row: f"{row.macs:,}",
    "Sees of the image": lambda row: sees(row),
    "Never read": lambda row: "" if row.unread is None else f"{row.unread} px",
}


def sees(row: Row) -> str:
    """The receptive field; one that is larger than the image sees all of it."""
    height, width = row.receptive_field
    return "all of it" if height >= MNIST_SHAPE[0] and width >= MNIST_SHAPE[1] else f"{height}×{width}"


def unbroken(formula: str) -> str:
    """A formula that stays on one line; of two, for rows and for columns, each on its own."""
    return formula.replace(" ", "\u00a0").replace(";\u00a0", "; ")


def shown(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame([{title: text(row) for title, text in COLUMNS.items()} for row in rows])


def as_csv(rows: list[Row]) -> str:
    """The table with plain numbers, for a spreadsheet."""
    cells = [{**asdict(row), "output_shape": shape_text(row.output_shape)} for row in rows]
    cells = [
        {**cell, "receptive_field": shape_text(row.receptive_field)} for cell, row in zip(cells, rows, strict=True)
    ]
    return str(pd.DataFrame(cells).astype({"unread": "Int64"}).to_csv(index=False))


def shape_table(network: Architecture) -> None:
    rows = network.table()
    st.subheader("The shape table", anchor=False)
    says = "Shape, size calculation and parameters of each layer"
    st.table(shown(rows), hide_index=True, border="horizontal", alt=says)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{network.parameter_count:,} parameters**, {network.macs:,} multiply-adds for one image")
        st.download_button(
            "Table as CSV",
            lambda: as_csv(rows),  # made when it is asked for
            "cnnplay-shapes.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    with st.expander("How to read it"):
        st.markdown(
            "- **Size**: ⌊(n + padding before + padding after − kernel) / stride⌋ + 1. The brackets ⌊ ⌋ round down: "
            "where the stride leaves a remainder, the last pixels are **never read**.\n"
            "- **Parameters** of a convolution: (rows · columns · channels below + 1 bias) · filters. The size of the "
            "image does not matter: the same weights are used everywhere.\n"
            "- **Multiply-adds**: how many multiplications one image costs.\n"
            "- **Sees of the image**: the *receptive field*, the patch of pixels that one value depends on. It grows "
            "with every window; a dense layer sees everything."
        )


def sharing(network: Architecture) -> None:
    st.subheader("What sharing weights saves", anchor=False)
    if not network.sharing():
        st.info("This network has no convolution. Add one in the sidebar or in the text below.")
        return
    most = max(network.sharing(), key=lambda entry: entry.times)
    st.markdown(
        f"A dense layer in place of **{most.layer}**, with the same input and output, would need **{most.dense:,}** "
        f"parameters instead of **{most.shared:,}**: {most.times:,.0f} times as many. A convolution uses one small set "
        "of weights at every place; a dense layer has its own weight for every pair of an input and an output."
    )
    st.plotly_chart(
        sharing_figure(network.sharing()),
        config={"displayModeBar": False},
        alt="; ".join(f"{e.layer}: {e.shared:,} parameters, dense {e.dense:,}" for e in network.sharing()),
    )


def text_form() -> None:
    """The network's text as a field. A text that cannot be read stays in the field, and the network as it was."""
    st.subheader("The network as text", anchor=False)
    problem = st.session_state.get("text_problem")
    text = problem[0] if problem else state.net()
    state.show("net_text", text)
    st.text_input(
        "Layers, joined by hyphens",
        text,
        key="net_text",
        on_change=take_text,
        max_chars=MOST_LETTERS,
        help="conv6k2: 6 filters of 2×2. Add s2 for stride 2, d2 for dilation 2, same, full or p1 for padding. max2, "
        "mean3s2, min2; relu, leakyrelu, tanh, sigmoid, gelu; dropout25; flatten; dense10. Rectangles (k3x1), another "
        "order, more than three blocks, several hidden layers: the text can say what the sidebar cannot.",
    )
    if problem:
        way_out(problem[1], "text_mend")
        st.caption("The network is as it was.")


def take_text() -> None:
    st.session_state.text_problem = None
    try:
        state.choose_net(st.session_state.net_text)
    except TextError as error:
        st.session_state.text_problem = (st.session_state.net_text, error)


head("Architecture", "How large is each layer, and why? One formula gives every size; here it has your numbers.")
try:
    network = state.network()
except PlaygroundError as error:
    way_out(error, "architecture_mend")
else:
    picture(network)
    shape_table(network)
    sharing(network)
text_form()
