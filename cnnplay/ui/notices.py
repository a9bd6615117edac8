"""Notices from the engine, shown on whatever page the visitor is."""

import streamlit as st

from ..engine.engine import shared_engine
from ..engine.visitors import Notice
from ..experiments.keeper import shared_keeper
from . import runs
from .navigation import go_to
from .session import session
from .toasts import show_toasts, tell

BEAT = 25.0  # seconds


def heartbeat() -> None:
    """A regular heartbeat from the browser, as long as runs or the visitor's own data depend on it.

    Browsers slow the timers of hidden tabs down to one a minute: the engine waits longer than that.
    """
    needed = any(view.live or view.unwatched for view in runs.run_views()) or any(
        each.unwatched or each.execution.status == "running" for each in shared_keeper().of(session().visit)
    )
    needed = needed or shared_engine().data_of(session().visit) is not None
    st.fragment(_beat, run_every=min(BEAT, shared_engine().limits.silence / 3) if needed else None)()


def _beat() -> None:
    shared_engine().heartbeat(session().visit)
    shared_keeper().heartbeat(session().visit)
    if fetch_notices():
        st.rerun()  # the whole page shows them


def show_notices() -> None:
    """Show the engine's notices: passing ones once, the others until the visitor dismisses them."""
    fetch_notices()
    for notice in session().notices:
        if notice.passing:
            tell(notice.message, "info", long=True)
    session().notices = [notice for notice in session().notices if not notice.passing]
    show_toasts()
    for number, notice in enumerate(session().notices):
        st.warning(notice.message, icon=":material/info:")
        with st.container(horizontal=True, gap="small"):
            for label, act in (("Train it again", _train_again), ("Understood", _dismiss)):
                st.button(label, key=f"notice_{act.__name__}_{number}", on_click=act, args=(notice,))
    if page := session().next_page:
        session().next_page = None
        st.switch_page(f"pages/{page}.py")


def _train_again(notice: Notice) -> None:
    _dismiss(notice)
    go_to("training")
    runs.train_again(notice.net, notice.config, {})


def _dismiss(notice: Notice) -> None:
    session().notices = [other for other in session().notices if other != notice]


def fetch_notices() -> bool:
    """Fetch the engine's notices for this visit; returns whether there were new ones."""
    known = session().notices  # a notice about the link's run may be among them already
    new = [notice for notice in shared_engine().take_notices(session().visit) if notice not in known]
    session().notices = [*known, *new]
    return bool(new)
