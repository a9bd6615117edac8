"""The path through the pages as a list of links, each with something to try."""

import streamlit as st

from ..navigation import PAGES, PATH, go_to, page_link

TITLE_WIDTH = 215  # pixels: the longest title with its number


def to_the_course() -> None:
    """The first button of the playground."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Take the course",
            key="to_course",
            icon=":material/school:",
            type="primary",
            on_click=go_to,
            args=("course",),
        )
        st.caption("Predict, try, understand: every question is checked by the network itself.", width="content")


def path() -> None:
    st.subheader("A path through the playground", anchor=False)
    for number, (page, to_do) in enumerate(PATH.items(), 1):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width=TITLE_WIDTH):
                page_link(page, f"{number}. {PAGES[page][0]}")
            st.markdown(to_do)
