"""The Training page's widgets: the settings, and the buttons that steer the run in view."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from ...bounds import bounds
from ...engine.engine import shared_engine
from ...engine.run import RunView
from ...training.config import OPTIMIZERS, SCHEDULES, TrainConfig
from .. import choice, runs, widget_values
from ..widgets import attempt

# Steps of a slider on a logarithmic scale; a value from a link that is none of them joins them.
RATES = (*(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 1.5, 2, 3, 4, 6, 8)), 10.0)
BATCHES = (8, 16, 32, 64, 128, 256, 512)
IMAGES = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000)


def settings() -> None:
    """The settings of the next run, in two rows."""
    for key in widget_values.changed_by_user():
        if (name := key.removeprefix("train_")) in CONTROLS and st.session_state[key] is not None:
            attempt(partial(choice.choose_config, **{name: st.session_state[key]}))
    first, second = st.columns(4), st.columns(4)
    for column, (name, control) in zip(first + second, CONTROLS.items(), strict=False):
        widget_values.show(f"train_{name}", getattr(choice.config(), name))
        with column:
            control(name, key=f"train_{name}")


def _list(label: str, table: Mapping[str, Any], help_text: str) -> Callable[..., Any]:
    """Choose a row of a table; the help lists what every row is."""
    rows = "\n".join(f"- **{row.title}**: {row.description}" for row in table.values())

    def draw(name: str, **widget: Any) -> None:
        index = widget_values.index_of(getattr(choice.config(), name), table)
        explained = f"{help_text}\n{rows}"
        st.selectbox(label, list(table), index, format_func=lambda row: table[row].title, help=explained, **widget)

    return draw


def _scale(label: str, steps: tuple[Any, ...], title: str, help_text: str) -> Callable[..., Any]:
    """Choose a step of a scale that is not even."""

    def draw(name: str, **widget: Any) -> None:
        value = getattr(choice.config(), name)
        st.select_slider(label, sorted({*steps, value}), value, format_func=title.format, help=help_text, **widget)

    return draw


def _count(label: str, widget_type: Callable[..., Any], help_text: str) -> Callable[..., Any]:
    """Choose a whole number between the setting's own bounds."""

    def draw(name: str, **widget: Any) -> None:
        low, high = bounds(TrainConfig, name)
        widget_type(label, low, high, getattr(choice.config(), name), help=help_text, **widget)

    return draw


# Field of TrainConfig: how it is chosen.
CONTROLS = {
    "optimizer": _list("Optimizer", OPTIMIZERS, "What is made of the gradient.\n"),
    "learning_rate": _scale("Learning rate", RATES, "{:g}", "How far a step goes. The scale is logarithmic."),
    "schedule": _list("Schedule", SCHEDULES, "How the learning rate changes over the run.\n"),
    "batch_size": _scale("Batch size", BATCHES, "{}", "Images that are looked at for one step."),
    "epochs": _count("Epochs", st.slider, "How often every image is seen."),
    "train_images": _scale(
        "Training images", IMAGES, "{:,}", "The first so many of 60,000. The test is always on all 10,000."
    ),
    "seed": _count("Seed", st.number_input, "Same seed, same numbers: first weights, order of images, dropout."),
}


def buttons(view: RunView | None, *, trainable: bool) -> None:
    """Start; pause or resume; one step; one epoch; stop; reset. Always in the same places."""
    engine, run = shared_engine(), view.id if view else ""
    active = view is not None and not view.ended
    can_step = active or trainable
    with st.container(horizontal=True, gap="small", key="run_buttons"):
        help_text = "Train the sidebar's network with these settings, from new weights."
        _button("Start", "play_arrow", runs.start_run, trainable, help_text, primary=not active)
        if view and view.live:
            _button("Pause", "pause", lambda: engine.pause(run), True, "Hold it where it is.", primary=True)
        else:
            _button("Resume", "resume", lambda: engine.resume(run), active, "Go on to the end.", primary=True)
        help_text = "One batch of images, one change of the weights."
        _button("One step", "skip_next", lambda: _advance(view, 1), can_step, help_text)
        help_text = "To the end of the epoch: every image once, then the test."
        _button("One epoch", "fast_forward", lambda: _advance(view, None), can_step, help_text)
        _button("Stop", "stop", lambda: engine.stop(run), active, "End this run. What it learned stays.")
        help_text = "Back to the same initial weights."
        _button("Reset", "restart_alt", lambda: engine.reset(run), view is not None, help_text)


def _button(
    label: str, icon: str, act: Callable[[], None], enabled: bool, help_text: str, *, primary: bool = False
) -> None:
    st.button(
        label,
        key=f"run_{label.lower().replace(' ', '_')}",
        icon=f":material/{icon}:",
        on_click=_while_it_exists,
        args=(act,),
        disabled=not enabled,
        help=help_text,
        type="primary" if primary and enabled else "secondary",
    )


def _while_it_exists(act: Callable[[], None]) -> None:
    """A run may have been removed since the page was drawn: then there is nothing to do."""
    try:
        act()
    except KeyError:
        st.session_state.run = None


def _advance(view: RunView | None, steps: int | None) -> None:
    """One step or, with None, one epoch, of the run in view or else of a new one."""
    engine = shared_engine()
    if view is None or view.ended:
        runs.start_run(steps=steps or 1)
        if steps is None and st.session_state.run:
            engine.finish_epoch(st.session_state.run)
    elif steps is None:
        engine.finish_epoch(view.id)
    else:
        engine.advance(view.id, steps)


def live_rate(view: RunView) -> None:
    """The learning rate of the run in view, from now on."""
    rate = view.learning_rate
    if "live_rate" in widget_values.changed_by_user():
        rate = st.session_state.live_rate
        _while_it_exists(lambda: shared_engine().set_learning_rate(view.id, rate))
    widget_values.show("live_rate", rate)
    st.select_slider(
        "Learning rate of this run, from now on",
        sorted({*RATES, rate}),
        rate,
        key="live_rate",
        format_func="{:g}".format,
        help="Changes while it trains, without a new start. A reset brings back the rate it began with.",
    )
