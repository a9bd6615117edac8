"""A path through the pages: what to try on each, and a button that goes there with the controls set."""

from typing import NamedTuple

import streamlit as st

from ...state.fields import State
from ...state.labs import (
    ConvolutionTabs,
    FilterOnImage,
    PoolingByNumbers,
    PoolingTabs,
    Rows,
    Windows,
)
from ..navigation import PAGES
from ..session import save


class Stop(NamedTuple):
    """What to try on a page, and the states of its labs on arrival."""

    description: str
    states: tuple[State, ...] = ()


PATH = {
    "convolution": Stop(
        "Press *Play* and watch a filter slide. Then click a number of its kernel and change it.",
        (ConvolutionTabs(), FilterOnImage()),
    ),
    "stride_padding": Stop(
        "28 pixels, a window of 3, stride 2: which pixels are never read? Then choose *same*.",
        (Windows(), Rows(size=28)),
    ),
    "pooling": Stop(
        "Sixteen numbers become four. Then, in the third tab, drag the digit by a pixel.",
        (PoolingTabs(), PoolingByNumbers()),
    ),
    "architecture": Stop("Which layer has the most parameters? Is it the convolution?"),
    "training": Stop("Press *Start*. Then take twice the filters, press *Start* again, and compare the curves."),
}


def path() -> None:
    st.subheader("A path through the playground", anchor=False)
    for number, (page, stop) in enumerate(PATH.items(), 1):
        title, icon, _ = PAGES[page]
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            going = st.button(f"{number}. {title}", key=f"path_{page}", icon=f":material/{icon}:", width=230)
            st.markdown(stop.description)
        if going:
            save(*stop.states)
            st.switch_page(f"pages/{page}.py")
