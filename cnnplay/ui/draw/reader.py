"""Which network reads the drawings; where none has been trained, a button that trains one."""

import streamlit as st

from ...network.architecture import Architecture
from ...network.presets import PRESETS
from ...training.config import TrainConfig
from .. import runs
from ..session import session
from ..subject import trained
from ..widgets import show_error

PACE = 0.5  # seconds from one look at a run to the next
QUICK = "fast99"  # the preset that the button trains


def network_that_reads() -> None:
    with st.container():  # keeps the pad below in its place on the page, and with it what is drawn there
        looked, view = trained(), runs.run_view()
        training = view is not None and view.live
        if looked:
            st.caption(f"It is read by {looked.description}: `{looked.architecture}`. Choose another on *Look inside*.")
        elif not training:
            title = PRESETS[QUICK].title
            st.info(
                f"You have not trained a network yet, so there is none that can read. **{title}** takes about a "
                "quarter of a minute; your network in the sidebar stays as it is.",
                icon=":material/school:",
            )
            st.button(f"Train {title} now", type="primary", icon=":material/play_arrow:", on_click=_train)
        if training:
            st.fragment(_progress, run_every=PACE)(_seen())
        if problem := session().take_problem():
            show_error(problem, "draw_fix")


def _train() -> None:
    preset = PRESETS[QUICK]
    runs.start_run(architecture=Architecture.parse(preset.net), settings=TrainConfig(**preset.settings))


def _seen() -> tuple[object, ...]:
    """What the rest of the page shows of the run in view."""
    view = runs.run_view()
    return (view.id, len(view.history.epochs), view.live) if view else ()


def _progress(shown: tuple[object, ...]) -> None:
    """How far the run is; the page follows where an epoch has ended."""
    if view := runs.run_view():
        epoch = min(len(view.history.epochs) + 1, view.config.epochs)
        st.progress(view.step / view.total_steps, f"Run {view.number}: epoch {epoch} of {view.config.epochs}")
    if _seen() != shown:
        st.rerun()
