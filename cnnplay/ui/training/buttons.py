"""The buttons that steer the run in view, and its learning rate."""

from collections.abc import Callable

import streamlit as st

from ...engine.engine import shared_engine
from ...engine.run import RunView
from .. import runs, widget_values
from ..session import session
from .settings import RATES

RATE = "live_rate"


def buttons(view: RunView | None, *, trainable: bool) -> None:
    """Start; pause or resume; one step; one epoch; stop; reset. Always in the same places."""
    engine, run = shared_engine(), view.id if view else ""
    active = view is not None and not view.ended
    can_step = active or trainable
    with st.container(horizontal=True, gap="small", key="run_buttons"):
        help = "Train the sidebar's network with these settings, from new weights."
        _button("Start", "play_arrow", runs.start_run, trainable, help, primary=not active)
        if view and view.live:
            _button("Pause", "pause", lambda: engine.pause(run), True, "Pause it where it is.", primary=True)
        else:
            _button("Resume", "resume", lambda: engine.resume(run), active, "Go on to the end.", primary=True)
        help = "One batch of images, one change of the weights."
        _button("One step", "skip_next", lambda: _advance(view, 1), can_step, help)
        help = "To the end of the epoch: every image once, then the test."
        _button("One epoch", "fast_forward", lambda: _advance(view, None), can_step, help)
        _button("Stop", "stop", lambda: engine.stop(run), active, "End this run. What it has learned stays.")
        help = "Back to the same initial weights."
        _button("Reset", "restart_alt", lambda: engine.reset(run), view is not None, help)


def _button(label: str, icon: str, act: Callable[[], None], enabled: bool, help: str, *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"run_{label.lower().replace(' ', '_')}",
        icon=f":material/{icon}:",
        on_click=_while_it_exists,
        args=(act,),
        disabled=not enabled,
        help=help,
        type="primary" if primary and enabled else "secondary",
    )


def _while_it_exists(act: Callable[[], None]) -> None:
    """A run may have been removed since the page was drawn: then there is nothing to do."""
    try:
        act()
    except KeyError:
        session().run = None


def _advance(view: RunView | None, steps: int | None) -> None:
    """One step or, with None, one epoch, of the run in view or else of a new one."""
    engine = shared_engine()
    if view is None or view.ended:
        runs.start_run(steps=steps or 1)
        if steps is None and (run := session().run):
            engine.finish_epoch(run)
    elif steps is None:
        engine.finish_epoch(view.id)
    else:
        engine.advance(view.id, steps)


def live_rate(view: RunView) -> None:
    """The learning rate of the run in view, from now on."""
    rate = view.learning_rate
    if (wanted := widget_values.changed_by_user().get(RATE)) is not None:
        rate = wanted
        _while_it_exists(lambda: shared_engine().set_learning_rate(view.id, rate))
    widget_values.show(RATE, rate)
    st.select_slider(
        "Learning rate of this run, from now on",
        sorted({*RATES, rate}),
        rate,
        key=RATE,
        format_func="{:g}".format,
        help="Changes while it trains, without a new start. A reset brings back the rate it began with.",
    )
