"""The Training page's widgets: the settings, and the buttons that steer the run in view."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ..engine import shared_engine
from ..layers import bounds
from ..runs import RunView
from ..settings import OPTIMIZERS, SCHEDULES, TrainConfig
from . import state

# Steps of a slider on a logarithmic scale; a value from a link that is none of them joins them.
RATES = (*(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 1.5, 2, 3, 4, 6, 8)), 10.0)
BATCHES = (8, 16, 32, 64, 128, 256, 512)
IMAGES = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000)


def settings() -> None:
    """Optimizer, learning rate, schedule, batch size, epochs, images, seed: for the next run."""
    config = state.config()
    first, second = st.columns(4), st.columns(4)
    with first[0]:
        _choice("Optimizer", "optimizer", OPTIMIZERS, lambda n: OPTIMIZERS[n].title, OPTIMIZERS[config.optimizer].says)
    with first[1]:
        _scale("Learning rate", "learning_rate", RATES, "{:g}".format, "How far a step goes. The scale is logarithmic.")
    with first[2]:
        _choice("Schedule", "schedule", SCHEDULES, lambda n: SCHEDULES[n].title, SCHEDULES[config.schedule].says)
    with first[3]:
        _scale("Batch size", "batch_size", BATCHES, str, "Images that are looked at for one step.")
    with second[0]:
        _set("epochs")
        low, high = bounds(TrainConfig, "epochs")
        st.slider(
            "Epochs",
            low,
            high,
            key="train_epochs",
            on_change=_chosen,
            args=("epochs",),
            help="How often every image is seen.",
        )
    with second[1]:
        _scale(
            "Training images",
            "train_images",
            IMAGES,
            "{:,}".format,
            "The first so many of 60,000. The test is always on all 10,000.",
        )
    with second[2]:
        _set("seed")
        low, high = bounds(TrainConfig, "seed")
        st.number_input(
            "Seed",
            low,
            high,
            key="train_seed",
            on_change=_chosen,
            args=("seed",),
            help="Same seed, same numbers: weights to begin with and order of images.",
        )


def _set(name: str) -> None:
    st.session_state[f"train_{name}"] = getattr(state.config(), name)


def _chosen(name: str) -> None:
    value = st.session_state[f"train_{name}"]
    if value is not None:
        state.choose_config(**{name: value})


def _choice(label: str, name: str, table: Any, title: Callable[[str], str], says: str) -> None:
    _set(name)
    st.selectbox(label, list(table), key=f"train_{name}", format_func=title, on_change=_chosen, args=(name,), help=says)


def _scale(label: str, name: str, steps: tuple[Any, ...], title: Callable[[Any], str], says: str) -> None:
    _set(name)
    options = sorted({*steps, getattr(state.config(), name)})
    st.select_slider(label, options, key=f"train_{name}", format_func=title, on_change=_chosen, args=(name,), help=says)


def buttons(view: RunView | None, *, trainable: bool) -> None:
    """Start; pause or resume; one step; one epoch; stop; reset. Always in the same places."""
    engine, run = shared_engine(), view.id if view else ""
    active = view is not None and not view.ended
    can_step = active or trainable
    with st.container(horizontal=True, gap="small", key="run_buttons"):
        says = "Train the sidebar's network with these settings, from new weights."
        _button("Start", "play_arrow", state.start_run, trainable, says, primary=not active)
        if view and view.live:
            _button("Pause", "pause", lambda: engine.pause(run), True, "Hold it where it is.", primary=True)
        else:
            _button("Resume", "resume", lambda: engine.resume(run), active, "Go on to the end.", primary=True)
        says = "One batch of images, one change of the weights."
        _button("One step", "skip_next", lambda: _advance(view, 1), can_step, says)
        says = "To the end of the epoch: every image once, then the test."
        _button("One epoch", "fast_forward", lambda: _advance(view, None), can_step, says)
        _button("Stop", "stop", lambda: engine.stop(run), active, "End this run. What it learned stays.")
        says = "Back to the same initial weights."
        _button("Reset", "restart_alt", lambda: engine.reset(run), view is not None, says)


def _button(label: str, icon: str, act: Callable[[], None], enabled: bool, says: str, *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"run_{label.lower().replace(' ', '_')}",
        icon=f":material/{icon}:",
        on_click=_while_it_exists,
        args=(act,),
        disabled=not enabled,
        help=says,
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
        state.start_run(steps=steps or 1)
        if steps is None and st.session_state.run:
            engine.finish_epoch(st.session_state.run)
    elif steps is None:
        engine.finish_epoch(view.id)
    else:
        engine.advance(view.id, steps)


def live_rate(view: RunView) -> None:
    """The learning rate of the run in view, from now on."""
    options = sorted({*RATES, view.learning_rate})
    st.session_state.live_rate = view.learning_rate
    st.select_slider(
        "Learning rate of this run, from now on",
        options,
        key="live_rate",
        format_func="{:g}".format,
        on_change=lambda: _while_it_exists(
            lambda: shared_engine().set_learning_rate(view.id, st.session_state.live_rate)
        ),
        help="Changes while it trains, without a new start. A reset brings back the rate it began with.",
    )
