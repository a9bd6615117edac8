"""A session: it begins with a link, and keeps the page's address in step."""

import secrets
from typing import TYPE_CHECKING

import streamlit as st

from ..engine.engine import shared_engine
from ..engine.visitors import Notice
from ..link import from_parameters
from .runs import run_view

if TYPE_CHECKING:
    pass

from .choice import config, net, parameters


def begin() -> None:
    """Once a session: read the link. Whatever in it cannot be read is told on the page."""
    if "net" in st.session_state:
        return
    parameters = st.query_params.to_dict()
    net, config, problems = from_parameters(parameters)
    st.session_state.net, st.session_state.config = net, config
    st.session_state.link_problems, st.session_state.past = problems, []
    st.session_state.shown = {}  # widget's key: the value it was last made to show
    # The run's id in the link brings back the run and its visit, whatever became of the browser tab. Whoever has that
    # id has the run: nobody can guess one, and the link to share leaves it out.
    run = parameters.get("run", "")
    visit = shared_engine().visit_of(run)
    st.session_state.visit = visit or secrets.token_urlsafe(16)
    st.session_state.run = run if visit else None
    st.session_state.notices = [_lost(run)] if run and run_view() is None else []


def _lost(run: str) -> Notice:
    """What became of a run of the link that is not here."""
    return shared_engine().eviction_notice(run) or Notice(
        "The run of this link is not here any more: it ended with the server, which was started anew, or it was "
        "removed long ago. Its network and settings came with the link.",
        net(),
        config(),
        passing=False,
    )


def write_link() -> None:
    """Keep the address in step with the choice, so that a reload or a bookmark brings all of it back."""
    wanted = parameters() | ({"run": st.session_state.run} if st.session_state.run else {})
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
