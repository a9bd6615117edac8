"""The shape table: size calculation and parameters of each layer."""

import pandas as pd
import streamlit as st

from ...export.tables import to_csv, words
from ...network.architecture import Architecture

HOW_TO_READ = (
    "- **Size**: ⌊(n + padding before + padding after − kernel) / stride⌋ + 1. The brackets ⌊ ⌋ round down: where the "
    "stride leaves a remainder, no window reads the last pixels.\n"
    "- **Parameters** of a convolution: (rows · columns · channels below + 1 bias) · filters. The size of the image "
    "does not matter: the same weights are used everywhere. Batch normalization has 4 a channel: scale and shift are "
    "trained; the running mean and variance are not, but follow the batches.\n"
    "- **Multiply-adds**: how many multiplications one image costs.\n"
    "- **Receptive field**: the patch of pixels of the image that one value depends on. It grows with "
    "every window; a dense layer and a global average see everything."
)

# Where the table is wider than the screen.
ON_NARROW_SCREENS = "<style>@media (min-width: 1200px) { .st-key-scroll_hint { display: none; } }</style>"


def shape_table(network: Architecture) -> None:
    rows = network.table()
    st.subheader("The shape table", anchor=False)
    alt = "Shape, size calculation and parameters of each layer"
    st.html(ON_NARROW_SCREENS)
    with st.container(key="scroll_hint"):
        st.caption("Scroll the table sideways ⟷")
    st.table(pd.DataFrame(words(rows, network.input_shape)), hide_index=True, border="horizontal", alt=alt)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{_parameters(network)}, {network.macs:,} multiply-adds for one image")
        st.download_button(
            "Table as CSV",
            lambda: to_csv(rows),  # made when somebody asks for it
            "cnnplay-shapes.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    with st.expander("How to read it"):
        st.markdown(HOW_TO_READ)


def _parameters(network: Architecture) -> str:
    """How many parameters the network has; where some are not trained, how many of each, as Keras prints it."""
    total, fixed = network.parameter_count, network.non_trainable_count
    return f"**{total:,} parameters**" + f" ({total - fixed:,} trainable, {fixed:,} non-trainable)" * bool(fixed)
