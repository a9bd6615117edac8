"""The live part of the page: progress and curves, drawn again and again while a run trains."""

from collections.abc import Sequence

import streamlit as st

from ...engine.engine import shared_engine
from ...engine.run import RunView
from ...state.labs import Curves
from ...training.config import what_differs
from .. import runs, widget_values
from ..components.curves import live_curves
from ..components.payloads.training import curve
from ..controls import slider
from ..session import session, state
from .buttons import live_rate
from .progress import progress

PACE = {"queued": 2.0, "waiting": 0.15, "running": 0.5}  # seconds from one look at a run to the next
CURVES, RUN = "curves", "run_shown"


def live_part() -> None:
    """Progress and curves; they follow the run in view until it ends."""
    view, views = runs.run_view(), runs.run_views()
    st.fragment(_watch, run_every=PACE.get(view.status) if view else None)(_news(view, views))
    below = st.columns(3, gap="medium")
    with below[0]:
        slider(
            "Smoothing of the training curve",
            Curves,
            "smoothing",
            "Each point becomes an average of those before it, the newest counting most. 0 shows every step as it is.",
        )
    if view and not view.ended:
        with below[1]:
            live_rate(view)
    if view and len(views) > 1:
        with below[2]:
            _choose_run(view, views)


def _watch(shown: tuple[object, ...]) -> None:
    """Draw progress and curves; where the page shows something else than `shown` by now, all of it follows."""
    view, views = runs.run_view(), runs.run_views()
    if view:
        progress(view)
    labels = run_labels(views)
    live_curves(
        [
            {
                "id": str(each.number),
                "label": labels[each.id],
                "colour": (each.number - 1) % 8,
                "current": current,
                "epoch_steps": each.steps_per_epoch,
                **curve(each.history, state(Curves).smoothing, raw=current),
            }
            for each in views
            for current in [view is not None and each.id == view.id]
        ],
        total_steps=view.total_steps if view else 1,
        live=view is not None and view.live,
        key=CURVES,
        on_remove=_remove,
    )
    if _news(view, views) != shown:
        st.rerun()


def _news(view: RunView | None, views: Sequence[RunView]) -> tuple[object, ...]:
    """What changes the page outside the curves: a run began, paused, ended, was removed, finished an epoch."""
    return (len(views), view.status, len(view.history.epochs), view.history.diverging) if view else (len(views),)


def _remove() -> None:
    """The × of an earlier run in the legend."""
    views = {str(view.number): view for view in runs.run_views()}
    if unwanted := views.get(str(st.session_state[CURVES].remove)):
        shared_engine().remove(unwanted.id)


def run_labels(views: Sequence[RunView]) -> dict[str, str]:
    """The id of each run -> its number, what differs among the runs, and a learning rate that was changed."""
    differences = what_differs([(str(view.architecture), view.config) for view in views])
    return {view.id: _label(view, differs) for view, differs in zip(views, differences, strict=True)}


def _label(view: RunView, differs: str) -> str:
    changed = f"rate now {view.learning_rate:g}" if view.learning_rate != view.config.learning_rate else ""
    return " · ".join(filter(None, [f"Run {view.number}", differs, changed]))


def _choose_run(view: RunView, views: Sequence[RunView]) -> None:
    labels = run_labels(views)
    if (wanted := widget_values.changed_by_user().get(RUN)) in labels:
        session().run = session().shown[RUN] = wanted
        st.rerun()
    widget_values.show(RUN, view.id)
    st.selectbox(
        "Run in view",
        list(labels),
        widget_values.index_of(view.id, labels),
        key=RUN,
        format_func=labels.__getitem__,
        help="The others stay in the curves, fainter. The × beside a name removes one.",
    )
