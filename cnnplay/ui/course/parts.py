"""What the panels of an exercise and of a challenge share."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from ..controls import take_changes
from ..navigation import PAGES, go_to
from . import sitting


def head(place: str) -> None:
    """Where in the course one is, and the way out."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(place, width="content")
        st.button(
            "Leave",
            key="course_leave",
            icon=":material/close:",
            type="tertiary",
            on_click=sitting.leave,
            help="Back to the page Course. You get your own network back, as it was.",
        )


def way_back(page: str) -> None:
    """To the page where it takes place."""
    title = PAGES[page][0]
    st.button(
        f"To {title}",
        key="course_page",
        icon=":material/arrow_forward:",
        on_click=go_to,
        args=(page,),
        help=f"It takes place on the page {title}. What you have done there is still there.",
    )


def check_button(check: Callable[[], None]) -> None:
    st.button(
        "Check", key="course_check", icon=":material/check:", type="primary", on_click=partial(_after_changes, check)
    )


def _after_changes(check: Callable[[], None]) -> None:
    take_changes()  # what was typed or moved just before
    check()
