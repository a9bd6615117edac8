"""The bar of a running training or experiment, in the sidebar of every page but its own."""

import streamlit as st

from ..engine.engine import shared_engine
from ..engine.run import RunView
from ..experiments.keeper import Kept, shared_keeper
from ..network.wording import in_words
from . import runs
from .navigation import page_link
from .session import session

LOOK_EVERY = 1.0  # seconds
BAR = "training_bar"
# It lies at the foot of the sidebar, in sight wherever that is scrolled to, and moves nothing when it comes or goes.
STICKY = f"""<style>
    :has(> .st-key-{BAR}) {{ position: sticky; bottom: 0; z-index: 1; background: Canvas; border-radius: 0.6rem; }}
    .st-key-{BAR} {{ padding: 0.6rem; }}
</style>"""


def epoch_of(view: RunView) -> int:
    """The epoch that it is in, from 1."""
    return min(-(-view.step // view.steps_per_epoch) or 1, view.config.epochs)


def training_bar() -> None:
    """How far the run in training is, and a button that pauses it; nothing while no run trains."""
    view = _training()
    if view and session().page != "training":
        st.html(STICKY)
        with st.container(key=BAR, gap="small"):
            st.fragment(_bar, run_every=LOOK_EVERY)(view.id)


def experiment_bar() -> None:
    """How far an experiment is that trains; nothing while none does."""
    kept = _experiment()
    if kept and session().page != "experiments":
        with st.container(key="experiment_bar", gap="small"):
            st.fragment(_experiments_progress, run_every=LOOK_EVERY)(kept.id)


def _experiment() -> Kept | None:
    kept = shared_keeper().of(session().visit)
    return next((each for each in kept if each.execution.status == "running"), None)


def _experiments_progress(id: str) -> None:
    kept = _experiment()
    if kept is None or kept.id != id:
        st.rerun()
    progress = kept.execution.progress()
    st.progress(progress.share, f"Experiment: {progress.finished_runs} of {progress.runs} runs")
    page_link("experiments", "See what it has found")


def _training() -> RunView | None:
    """The run in view if it trains, else the newest other that does."""
    views = [runs.run_view(), *reversed(runs.run_views())]
    return next((view for view in views if view and view.live), None)


def _bar(run: str) -> None:
    view = _training()
    if view is None or view.id != run:
        st.rerun()
    st.progress(view.step / view.total_steps, f"{in_words(view.architecture.layers)}: {_state(view)}")
    st.button(
        "Pause",
        key="bar_pause",
        icon=":material/pause:",
        on_click=_pause,
        args=(run,),
        width="stretch",
        help="Go on with it on the page *Training*.",
    )


def _state(view: RunView) -> str:
    if view.status == "running":
        return f"epoch {epoch_of(view)} of {view.config.epochs}"
    return "in the queue" if view.status == "queued" else "getting ready"


def _pause(run: str) -> None:
    try:
        shared_engine().pause(run)
    except KeyError:  # it was removed since the page was drawn
        return
