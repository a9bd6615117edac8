"""How far the run in view is, in a bar and in words."""

import streamlit as st

from ...engine.engine import shared_engine
from ...engine.run import RunView
from ...words import counted
from .. import runs
from ..training_bar import epoch_of

STATUS = {
    "queued": "waiting",
    "running": "training",
    "paused": "paused",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "ended by an error",
}
STATUS_BEFORE_THE_FIRST_STEP = STATUS | {
    "waiting": "is getting ready: the network is being compiled",
    "paused": "is ready, at its initial weights: press Start",
}


def progress(view: RunView | None) -> None:
    """The bar, and in words: epoch, step, speed, time left. It has its place before there is a run."""
    if view is None:
        st.progress(0.0, "No run yet")
        return
    done, run = view.step / view.total_steps, f"**{runs.title(view)}**"
    if view.queue_position:
        st.progress(done, f"{run} {queue_text(view)}")
    elif view.held_up:
        st.progress(done, f"{run} is held up: {view.held_up}")
    elif not view.step:
        st.progress(0.0, f"{run} {STATUS_BEFORE_THE_FIRST_STEP[view.status]}")
    else:
        status = STATUS[view.status] + ", because nobody was watching" * view.unwatched
        st.progress(done, f"{run} {status}: {_pace_text(view)}")


def where(view: RunView) -> str:
    """In words: at epoch 3, step 4,120."""
    return f"at epoch {epoch_of(view)}, step {view.step:,}"


def _pace_text(view: RunView) -> str:
    parts = [f"epoch {epoch_of(view)} of {view.config.epochs}", f"step {view.step:,} of {view.total_steps:,}"]
    if view.images_per_second:
        parts.append(f"{view.images_per_second:,.0f} images/s")
    if view.seconds_left is not None:
        parts.append(f"{view.seconds_left:,.0f} s left")
    return ", ".join(parts)


def queue_text(view: RunView) -> str:
    """Where it stands in the queue, and what it waits for."""
    limits, now, goes_on = shared_engine().limits, shared_engine().active_runs, "goes on" if view.step else "begins"
    training = [each for each in runs.run_views() if each.live and not each.queue_position]
    if len(training) >= limits.active_a_visit:
        own = f"{counted(limits.active_a_visit, 'run')} of one visitor"
        return f"waits: {own} may train at a time. It {goes_on} when one of yours ends or pauses"
    places = f"{counted(now, 'run')} {'is' if now == 1 else 'are'} training"
    if now < limits.active_runs:
        places += f" (up to {limits.active_runs} when the server is less busy)"
    place = ordinal(view.queue_position or 1)
    return f"is {place} in the queue: {places}, yours {goes_on} when one of them ends or pauses"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th; 11th, 12th, 13th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 % 10 != 1 else "th"
    return f"{number:,}{ending}"
