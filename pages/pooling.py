"""Pooling: by numbers, on feature maps, and what it buys and costs."""

import streamlit as st

from cnnplay.ui.app import enter
from cnnplay.ui.parts.pooling import buys_and_costs, four_by_four, on_a_digit, source_and_links
from cnnplay.ui.widgets import head

enter()

PARTS = {
    "By numbers": four_by_four,
    "On feature maps": on_a_digit,
    "What it buys and costs": buys_and_costs,
}

head("Pooling", "One number for each window: the largest, the mean or the smallest. What is kept, and what is lost?")
for tab, part in zip(st.tabs(list(PARTS), key="pool_part", on_change="rerun"), PARTS.values(), strict=True):
    if tab.open:
        with tab:
            part()
source_and_links()
