"""A path through the pages: what to try on each, and a button that goes there with the controls set."""

from typing import Any, NamedTuple

import streamlit as st

from ...labs.kernels import KERNELS
from ..lab_state import choose
from ..navigation import PAGES


class Stop(NamedTuple):
    """What to try on a page, and the values that its controls have when one arrives."""

    description: str
    values: dict[str, Any]


PATH = {
    "convolution": Stop(
        "Press *Play* and watch a filter slide. Then click a number of its kernel and change it.",
        {
            "conv_follow": False,
            "lab_picture": "digit",
            "lab_weights": KERNELS["vertical-edge"].array[..., None],
            "lab_stride": 1,
            "lab_padding": "valid",
            "lab_dilation": 1,
        },
    ),
    "stride_padding": Stop(
        "28 pixels, a window of 3, stride 2: which pixels are never read? Then choose *same*.",
        {
            "win_follow": False,
            "win_apart": False,
            "win_rows_size": 28,
            "win_rows_kernel": 3,
            "win_rows_stride": 2,
            "win_rows_dilation": 1,
            "win_rows_padding": "valid",
        },
    ),
    "pooling": Stop(
        "Sixteen numbers become four. Then, in the third tab, drag the digit by a pixel.",
        {"pool4_kind": "max", "pool4_size": 2, "pool4_stride": 2},
    ),
    "architecture": Stop("Which layer has the most parameters? Is it the convolution?", {}),
    "training": Stop("Press *Start*. Then take twice the filters, press *Start* again, and compare the curves.", {}),
}


def path() -> None:
    st.subheader("A path through the playground", anchor=False)
    for number, (page, stop) in enumerate(PATH.items(), 1):
        title, icon, _ = PAGES[page]
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            going = st.button(f"{number}. {title}", key=f"path_{page}", icon=f":material/{icon}:", width=230)
            st.markdown(stop.description)
        if going:
            choose(**stop.values)
            st.switch_page(f"pages/{page}.py")
