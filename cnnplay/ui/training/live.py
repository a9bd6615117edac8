"""The live part of the page: progress, curves and the network at work, drawn again and again while a run trains."""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

import streamlit as st

from ...engine.engine import shared_engine
from ...engine.run import RunView
from ...state.labs import Curves
from .. import runs, subject
from ..components.curves import live_curves
from ..components.payloads.training import curve
from ..controls import option_control, slider
from ..session import reported, state
from .buttons import live_rate
from .network_now import choose_what_it_sees, network_now
from .progress import progress

PACE = {"queued": 2.0, "waiting": 0.15, "running": 0.4}  # seconds from one look at a run to the next
RESULTS_EVERY = 3.0  # seconds at least from one drawing of the results to the next while it trains
SHARES = (3, 2)  # of the width: the curves, and the network at work
# Until a component's script has come it is 0 high, and what is below would jump. And while a script runs, Streamlit
# fades what it has not drawn again yet: curves and network would flicker at the end of every epoch. On a phone the
# network at work comes first: one sees it learn beside the button.
STYLE = """<style>
    .st-key-curves_place { min-height: 620px; }
    .st-key-network_place { min-height: 520px; }
    :is(.st-key-curves_place, .st-key-network_place) [data-stale="true"] { opacity: 1 !important; }
    @media (max-width: 640px) { [data-testid="stColumn"]:has(.st-key-network_place) { order: -1; } }
</style>"""
CURVES = "curves"


def live_part(view: RunView | None, *, trainable: bool) -> None:
    """Progress, curves and the network at work; they follow the run in view until it ends.

    view: the run as the rest of the page shows it. Where it has ended since, all of the page is drawn again.
    """
    views = runs.run_views()
    st.html(STYLE)
    st.fragment(_watch, run_every=PACE.get(view.status) if view else None)(_page_of(view, views), trainable)
    curves, network = st.columns(SHARES, gap="large")
    with curves:
        slider(
            "Smoothing of the training curve",
            Curves,
            "smoothing",
            "Each point becomes an average of those before it, the newest counting most. 0 shows every step as it is.",
        )
        if view and not view.ended:
            live_rate(view)
        if view and len(views) > 1:
            _choose_run(view, views)
    with network:
        choose_what_it_sees(view)


def _watch(shown: "Page", trainable: bool) -> None:
    """Draw what is live; where the page shows something else than `shown` by now, all of it follows."""
    view, views = runs.run_view(), runs.run_views()
    progress(view)
    curves, network = st.columns(SHARES, gap="large")
    with curves, st.container(key="curves_place"):
        _curves(view, views, trainable)
    with network, st.container(key="network_place"):
        network_now(view)
    if shown.is_old(_page_of(view, views)):
        st.rerun()


def _curves(view: RunView | None, views: Sequence[RunView], trainable: bool) -> None:
    labels = runs.titles(views)
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
        waiting=_waiting(view, trainable),
        key=CURVES,
        on_remove=_remove,
    )


def _waiting(view: RunView | None, trainable: bool) -> str:
    """What to say where no curve can be drawn yet."""
    if view and view.live:
        return "Waiting for the first step"
    return "Press Start: the curves appear here" if trainable else "The curves appear here"


class Page(NamedTuple):
    """What the page outside the live part shows of the runs, and when it was drawn.

    state: of the run in view, and how many runs there are: a run began, paused, ended, was removed.
    """

    state: tuple[object, ...]
    epochs: int
    drawn: float

    def is_old(self, now: "Page") -> bool:
        """Whether to draw it again. While the page is drawn the training waits: not after each of many short epochs."""
        return now.state != self.state or (now.epochs != self.epochs and now.drawn - self.drawn >= RESULTS_EVERY)


def _page_of(view: RunView | None, views: Sequence[RunView]) -> Page:
    if view is None:
        return Page((len(views),), 0, monotonic())
    return Page(
        (len(views), view.status, view.history.diverging(len(view.data.classes))), len(view.history.epochs), monotonic()
    )


def _remove() -> None:
    """The × of an earlier run in the legend."""
    views = {str(view.number): view for view in runs.run_views()}
    if unwanted := views.get(str(reported(CURVES, "remove"))):
        shared_engine().remove(unwanted.id)


def _choose_run(view: RunView, views: Sequence[RunView]) -> None:
    names = runs.titles(views)
    option_control(
        "run_shown",
        "Run in view",
        view.id,
        subject.switch,
        "The others stay in the curves, fainter. The × beside a name removes one.",
        options=names,
        titles=names,
    )
