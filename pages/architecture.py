"""Architecture: the network as volumes, its shape table, what sharing weights saves, and its text."""

import pandas as pd
import streamlit as st

from cnnplay.errors import PlaygroundError, TextError
from cnnplay.export.tables import to_csv, words
from cnnplay.figures.network import sharing_figure
from cnnplay.network.architecture import Architecture
from cnnplay.network.parsing import MOST_LETTERS
from cnnplay.ui import choice, widget_values
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, picture, show_error

enter()


def shape_table(network: Architecture) -> None:
    rows = network.table()
    st.subheader("The shape table", anchor=False)
    says = "Shape, size calculation and parameters of each layer"
    st.table(pd.DataFrame(words(rows)), hide_index=True, border="horizontal", alt=says)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{counted_parameters(network)}, {network.macs:,} multiply-adds for one image")
        st.download_button(
            "Table as CSV",
            lambda: to_csv(rows),  # made when it is asked for
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
            "image does not matter: the same weights are used everywhere. Batch normalization has 4 a channel: "
            "scale and shift are trained; the running mean and variance are not, but follow the batches.\n"
            "- **Multiply-adds**: how many multiplications one image costs.\n"
            "- **Sees of the image**: the *receptive field*, the patch of pixels that one value depends on. It grows "
            "with every window; a dense layer and a global average see everything."
        )


def counted_parameters(network: Architecture) -> str:
    """How many parameters the network has; where some are not trained, how many of each, as Keras prints it."""
    total, fixed = network.parameter_count, network.non_trainable_count
    return f"**{total:,} parameters**" + f" ({total - fixed:,} trainable, {fixed:,} non-trainable)" * bool(fixed)


def sharing(network: Architecture) -> None:
    st.subheader("What sharing weights saves", anchor=False)
    rows = network.sharing()
    if not rows:
        st.info("This network has no convolution. Add one in the sidebar or in the text below.")
        return
    most = max(rows, key=lambda entry: entry.times)
    st.markdown(
        f"A dense layer in place of **{most.layer}**, with the same input and output, would need **{most.dense:,}** "
        f"parameters instead of **{most.shared:,}**: {most.times:,.0f} times as many. A convolution uses one small set "
        "of weights at every place; a dense layer has its own weight for every pair of an input and an output."
    )
    st.plotly_chart(
        sharing_figure([e.layer for e in rows], [e.shared for e in rows], [e.dense for e in rows]),
        config={"displayModeBar": False},
        alt="; ".join(f"{e.layer}: {e.shared:,} parameters, dense {e.dense:,}" for e in rows),
    )


def text_form() -> None:
    """The network's text as a field. A text that cannot be read stays in the field, and the network as it was."""
    st.subheader("The network as text", anchor=False)
    problem = st.session_state.get("text_problem")
    text = problem[0] if problem else choice.net()
    widget_values.show("net_text", text)
    st.text_input(
        "Layers, joined by hyphens",
        text,
        key="net_text",
        on_change=take_text,
        max_chars=MOST_LETTERS,
        help="conv6k2: 6 filters of 2×2. Add s2 for stride 2, d2 for dilation 2, same, full or p1 for padding. max2, "
        "mean3s2, min2; relu, leakyrelu, tanh, sigmoid, gelu; batchnorm; dropout25; flatten or globalmean; dense10. "
        "Rectangles (k3x1), another order, more than three blocks, several hidden layers: the text can say what the "
        "sidebar cannot.",
    )
    if problem:
        show_error(problem[1], "text_fix")
        st.caption("The network is as it was.")


def take_text() -> None:
    st.session_state.text_problem = None
    try:
        choice.choose_net(st.session_state.net_text)
    except TextError as error:
        st.session_state.text_problem = (st.session_state.net_text, error)


head("Architecture", "How large is each layer, and why? One formula gives every size; here it has your numbers.")
try:
    network = choice.network()
except PlaygroundError as error:
    show_error(error, "architecture_fix")
else:
    picture(network)
    shape_table(network)
    sharing(network)
text_form()
