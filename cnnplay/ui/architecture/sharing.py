"""What sharing weights saves: each convolution beside a dense layer with the same input and output."""

import streamlit as st

from ...figures.network import sharing_figure
from ...network.architecture import Architecture


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
