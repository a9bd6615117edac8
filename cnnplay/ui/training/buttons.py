"""The buttons that steer the run in view, what they do now in a sentence, and its learning rate."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st

from ...engine.engine import shared_engine
from ...engine.run import RunView
from .. import choice, runs
from ..controls import option_control, take_changes
from ..session import save, session, state
from .progress import where
from .settings import RATE, RATES, scale_options


@dataclass(frozen=True)
class PausedRun:
    """The run that paused because another began, by its id."""

    id: str | None = None


class Action(NamedTuple):
    """What a button does at present. run: the id of the run that it does it to; None where it begins one.

    help: always one, because Streamlit makes a button with a help text anew when it loses it, and the focus is gone.
    """

    label: str
    icon: str
    act: Callable[[], None]
    help: str
    run: str | None


Offer = Callable[[RunView | None], Action | None]  # what a button does with that run in view, if anything


class Meaning(NamedTuple):
    """What a button meant when it was drawn: for the run then in view, by its id."""

    view: str | None
    label: str
    run: str | None


def buttons(view: RunView | None, *, trainable: bool) -> None:
    """Start, pause or resume; one step; one epoch; reset; a new run. And in a sentence what happens now."""
    can_step = trainable if view is None or not view.resumable else True
    active = view is not None and (view.live or view.resumable)
    with st.container(horizontal=True, gap="small", key="run_buttons"):
        primary = not (active and view and not view.live and trainable and _differs(view))
        _button("start", _main_action, view, trainable or active, primary=primary)
        _button("one_step", _one_step, view, can_step)
        _button("one_epoch", _one_epoch, view, can_step)
        _button("reset", _reset, view, view is not None)
        if active and view and view.step:
            _button("new", _new, view, trainable, primary=not primary)
        if paused := _paused_run(view):
            _back(paused)
    st.caption(_what_happens(view, trainable=trainable))


def _main_action(view: RunView | None) -> Action:
    """Start, pause and resume share one button: the focus stays on it, and Enter pauses what Enter has started."""
    engine = shared_engine()
    if view and view.live:
        return Action("Pause", "pause", lambda: engine.pause(view.id), "It keeps what it has learned.", view.id)
    if view and view.resumable and (view.step or not _differs(view)):
        label = "Resume" if view.step else "Start"
        return Action(label, "play_arrow", lambda: engine.resume(view.id), "Train to the end.", view.id)
    help = "Train the sidebar's network with these settings, from random weights."
    return Action("Start", "play_arrow", lambda: _start(view), help, None)


def _one_step(view: RunView | None) -> Action:
    help = "One batch of images, one change of weights."
    return Action("One step", "skip_next", lambda: _advance(view, 1), help, _run_that_goes_on(view))


def _one_epoch(view: RunView | None) -> Action:
    help = "To the end of the epoch: every image once, then the test."
    return Action("One epoch", "fast_forward", lambda: _advance(view, None), help, _run_that_goes_on(view))


def _reset(view: RunView | None) -> Action:
    def act() -> None:
        if view:
            shared_engine().reset(view.id)

    return Action("Reset", "restart_alt", act, "Back to the same initial weights.", view.id if view else None)


def _new(view: RunView | None) -> Action | None:
    if view is None:
        return None
    help = f"Train the sidebar's network with these settings, from random weights. {runs.title(view)} pauses and stays."
    return Action("New run", "add", lambda: _start(view), help, None)


def _back(paused: RunView) -> None:
    """To the run that paused for the one in view; also where that is gone meanwhile."""
    st.button(
        f"Go on with {runs.title(paused)}",
        key="run_back",
        icon=":material/undo:",
        on_click=_while_it_exists,
        args=(partial(_go_back, paused.id),),
        help="The run in view pauses.",
    )


def _button(name: str, offer: Offer, view: RunView | None, enabled: bool, *, primary: bool = False) -> None:
    if not (action := offer(view)):
        return
    st.button(
        action.label,
        key=f"run_{name}",
        icon=f":material/{action.icon}:",
        on_click=_press,
        args=(offer, _meaning(view, action)),
        disabled=not enabled,
        help=action.help,
        type="primary" if primary and enabled else "secondary",
    )


def _meaning(view: RunView | None, action: Action) -> Meaning:
    return Meaning(view.id if view else None, action.label, action.run)


def _press(offer: Offer, meant: Meaning) -> None:
    """Do what the button said, if it says so still.

    A change of a control that comes together with the press was made before it. Runs go on after the page was drawn:
    one that has ended does not pause, and a second click on Start begins nothing.
    """
    take_changes()
    view = runs.run_view()
    if (action := offer(view)) and _meaning(view, action) == meant:
        _while_it_exists(action.act)


def _while_it_exists(act: Callable[[], None]) -> None:
    """A run may be removed at any time: then there is nothing to do."""
    with suppress(KeyError):
        act()


def _start(before: RunView | None, steps: int | None = None) -> None:
    """Train the chosen network. The run before pauses, and can be gone on with; one without a step makes room."""
    engine, run = shared_engine(), session().run
    runs.start_run(steps)
    if before is None or session().run == run:
        return
    if not before.step and not before.live:
        engine.remove(before.id)
    elif before.live or before.resumable:
        save(PausedRun(before.id))


def _go_back(paused: str) -> None:
    """Pause the run in view and go on with the one that paused for it."""
    engine, now = shared_engine(), session().run
    engine.resume(paused)
    session().run = paused
    if now and now != paused:
        save(PausedRun(now))
        _while_it_exists(lambda: engine.pause(now))


def _paused_run(view: RunView | None) -> RunView | None:
    """The run that paused for another, as long as it can go on."""
    wanted = state(PausedRun).id
    found = next((each for each in runs.run_views() if each.id == wanted), None)
    return found if found and view and found.id != view.id and found.resumable else None


def _differs(view: RunView) -> bool:
    """Whether the sidebar's network or the settings are others than those of the run."""
    return (str(view.architecture), view.config.canonical()) != (choice.net(), choice.config().canonical())


def _what_happens(view: RunView | None, *, trainable: bool) -> str:
    """Always one sentence, so that nothing jumps."""
    if paused := _paused_run(view):
        return f"**{runs.title(paused)}** paused {where(paused)}. It keeps what it has learned."
    if view and (view.live or view.resumable) and trainable and _differs(view):
        new = "New run" if view.step else "Start"
        keeps = f"**{runs.title(view)}** keeps the network and settings that it began with."
        return f"{keeps} **{new}** trains the changed ones."
    if not trainable:
        return "This network cannot train as it is: take one of the ways out above, or change it in the sidebar."
    if view is None:
        return "Start trains the network in the sidebar, from random weights, with these settings."
    if view.ended and not view.resumable and view.history.overfits:
        return f"**{runs.title(view)}** has ended, and **overfits**: what helps is below the curves."
    if view.ended and not view.resumable:
        return f"**{runs.title(view)}** has ended. **Start** begins another; the curves show both."
    return f"**{runs.title(view)}** trains the network in the sidebar with these settings."


def _run_that_goes_on(view: RunView | None) -> str | None:
    """The run in view, by its id, where a step is one of it; None where a step begins a new run."""
    if view is None or not (view.live or view.resumable) or (not view.step and not view.live and _differs(view)):
        return None
    return view.id


def _advance(view: RunView | None, steps: int | None) -> None:
    """One step or, with None, one epoch, of the run in view or else of a new one."""
    engine, goes_on = shared_engine(), _run_that_goes_on(view)
    if goes_on is None:
        _start(view, steps=steps or 1)
        if steps is None and (run := session().run):
            engine.finish_epoch(run)
    elif steps is None:
        engine.finish_epoch(goes_on)
    else:
        engine.advance(goes_on, steps)


def live_rate(view: RunView) -> None:
    """The learning rate of the run in view, from now on."""

    def change(rate: float) -> None:
        _while_it_exists(lambda: shared_engine().set_learning_rate(view.id, rate))

    rate = view.learning_rate
    option_control(
        "live_rate",
        "Learning rate of this run, from now on",
        rate,
        change,
        "Changes while it trains, without a new start. A reset brings back the rate it began with.",
        options=scale_options(RATES, rate, RATE),
        titles=RATE.format,
        kind="slider",
        linked=False,
    )
