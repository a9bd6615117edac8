"""What the engine has to tell its visitor, on whatever page they are."""

import streamlit as st

from ..engine.engine import shared_engine
from ..engine.visitors import Notice
from . import runs

BEAT = 25.0  # seconds


def heartbeat() -> None:
    """A sign of life from the browser from time to time, as long as runs depend on it.

    Browsers slow the timers of hidden tabs down to one a minute: the engine's patience is longer.
    """
    needed = any(view.live or view.unwatched for view in runs.run_views())
    st.fragment(_beat, run_every=min(BEAT, shared_engine().limits.silence / 3) if needed else None)()


def _beat() -> None:
    shared_engine().heartbeat(st.session_state.visit)
    if hear():
        st.rerun()  # so that it is told


def tell() -> None:
    """What the engine has to say to its visitor, on whatever page they are: once, or until it is understood."""
    hear()
    passing = [notice for notice in st.session_state.notices if notice.passing]
    st.session_state.notices = [notice for notice in st.session_state.notices if not notice.passing]
    for notice in passing:
        st.toast(notice.message, icon=":material/info:", duration="long")
    for number, notice in enumerate(st.session_state.notices):
        st.warning(notice.message, icon=":material/info:")
        with st.container(horizontal=True, gap="small"):
            for label, act in (("Train it again", _train_again), ("Understood", _understood)):
                st.button(label, key=f"notice_{act.__name__}_{number}", on_click=act, args=(notice,))
    if st.session_state.pop("to_training", False):
        st.switch_page("pages/training.py")


def _train_again(notice: Notice) -> None:
    _understood(notice)
    st.session_state.to_training = True
    runs.train_again(notice.net, notice.config, {})


def _understood(notice: Notice) -> None:
    st.session_state.notices = [other for other in st.session_state.notices if other != notice]


def hear() -> bool:
    """Take what the engine has to say to this visit; whether there was anything."""
    known = st.session_state.notices  # a run of the link that was dropped is told from the link already
    heard = [notice for notice in shared_engine().take_notices(st.session_state.visit) if notice not in known]
    st.session_state.notices = [*known, *heard]
    return bool(heard)
