"""A link that opens the same network and settings, on a page of one's choice."""

import streamlit as st

from ...state.labs import Export
from ..components.copy import copy
from ..controls import select
from ..navigation import PAGES
from ..session import state
from .files import Taken


def share(taken: Taken) -> None:
    st.markdown(
        "The link has the network and the training settings, all but the weights. Whoever opens it gets the same "
        "initial weights, too: they come from the seed."
    )
    page = state(Export).opens
    if page not in PAGES:
        page = "home"
    titles = {name: title for name, (title, _, _) in PAGES.items()}
    select("It opens the page", Export, "opens", options=PAGES, value=page, titles=titles)
    address = taken.link_to(page)
    copy(address, label="The link", key="take_link")
    st.link_button("Open it in another tab", address, icon=":material/open_in_new:")
