"""Training: settings, the run, its live curves, and what came of it."""

from dataclasses import asdict
from functools import partial

import streamlit as st

from cnnplay.data.datasets import mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.engine.run import RunView
from cnnplay.errors import PlaygroundError
from cnnplay.figures.training import confusion_figure, digits_figure
from cnnplay.training.config import smaller_rate, what_differs
from cnnplay.training.history_files import to_csv, to_json
from cnnplay.ui import choice, runs, widget_values
from cnnplay.ui.components.curves import live_curves
from cnnplay.ui.components.payloads.training import curve
from cnnplay.ui.navigation import enter
from cnnplay.ui.training.controls import buttons, live_rate, settings
from cnnplay.ui.widgets import counted, head, show_error

enter()

SAYS = {
    "queued": "waiting",
    "running": "training",
    "paused": "paused",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "ended by an error",
}
PACE = {"queued": 2.0, "waiting": 0.15, "running": 0.5}  # seconds from one look at a run to the next
SAYS_AT_THE_START = {
    "waiting": "is getting ready: the network is being compiled",
    "paused": "is ready, at its initial weights: press Resume",
}


def label(view: RunView, differs: str) -> str:
    changed = f"rate now {view.learning_rate:g}" if view.learning_rate != view.config.learning_rate else ""
    return " · ".join(filter(None, [f"Run {view.number}", differs, changed]))


def labelled(views: list[RunView]) -> dict[str, str]:
    """A label for each run, of what differs among them, by id."""
    parts = what_differs([(str(view.architecture), view.config) for view in views])
    return {view.id: label(view, differs) for view, differs in zip(views, parts, strict=True)}


def choose_run(view: RunView | None, views: list[RunView]) -> None:
    names = labelled(views)
    if "run_shown" in widget_values.changed_by_user() and st.session_state.run_shown in names:
        st.session_state.run = st.session_state.shown["run_shown"] = st.session_state.run_shown
        st.rerun()
    widget_values.show("run_shown", view.id if view else None)
    st.selectbox(
        "Run in view",
        list(names),
        widget_values.index_of(view.id if view else None, names),
        key="run_shown",
        format_func=lambda run: names[run],
        help="The others stay in the curves, fainter. The × beside a name removes one.",
    )


def remove() -> None:
    """The × of an earlier run in the legend."""
    views = {str(view.number): view for view in runs.run_views()}
    chosen = views.get(str(st.session_state.curves.remove))
    if chosen:
        shared_engine().remove(chosen.id)


def news(view: RunView | None, views: list[RunView]) -> tuple[object, ...]:
    """What changes the page outside the curves: a run began, paused, ended, was removed, finished an epoch."""
    return (len(views), view.status, len(view.history.epochs), view.history.diverging) if view else (len(views),)


def diverging(view: RunView) -> PlaygroundError | None:
    """A run whose loss is still a number, but a hopeless one."""
    if not view.history.diverging:
        return None
    return PlaygroundError(
        "The loss is above 2.30, which mere guessing would give: with a learning rate of "
        f"{view.learning_rate:g} the steps are so long that they overshoot.",
        [smaller_rate(view.config.optimizer, view.learning_rate)],
    )


def watch() -> None:
    """The part that is drawn again while a run goes on: how far it is, and its curves."""
    view, views = runs.run_view(), runs.run_views()
    names = labelled(views)
    if view:
        progress(view)
    live_curves(
        [
            {
                "id": str(each.number),
                "label": names[each.id],
                "colour": (each.number - 1) % 8,
                "current": view is not None and each.id == view.id,
                "epoch_steps": each.steps_per_epoch,
                **curve(each.history, st.session_state.smoothing, raw=view is not None and each.id == view.id),
            }
            for each in views
        ],
        total_steps=view.total_steps if view else 1,
        live=view is not None and view.live,
        on_remove=remove,
    )
    if news(view, views) != st.session_state.news:
        st.rerun()  # the rest of the page follows


def progress(view: RunView) -> None:
    """The bar, and in words: epoch, step, speed, time left."""
    epoch = min(-(-view.step // view.steps_per_epoch) or 1, view.config.epochs)
    if view.queue_position:
        st.progress(view.step / view.total_steps, f"**Run {view.number}** {queue_says(view)}")
        return
    if not view.step:
        st.progress(0.0, f"**Run {view.number}** {(SAYS | SAYS_AT_THE_START)[view.status]}")
        return
    parts = [f"epoch {epoch} of {view.config.epochs}", f"step {view.step:,} of {view.total_steps:,}"]
    if view.images_per_second:
        parts.append(f"{view.images_per_second:,.0f} images/s")
    if view.seconds_left is not None:
        parts.append(f"{view.seconds_left:,.0f} s left")
    says = SAYS[view.status] + ", for nobody was watching" * view.unwatched
    st.progress(view.step / view.total_steps, f"**Run {view.number}** {says}: " + ", ".join(parts))


def queue_says(view: RunView) -> str:
    """Where it stands in the queue, and what it waits for."""
    limits, goes_on = shared_engine().limits, "goes on" if view.step else "begins"
    training = [each for each in runs.run_views() if each.live and not each.queue_position]
    if len(training) >= limits.active_a_visit:
        own = f"{counted(limits.active_a_visit, 'run')} of one visitor"
        return f"waits: {own} may train at a time. It {goes_on} when one of yours ends or pauses"
    places = f"{counted(limits.active_runs, 'run')} {'is' if limits.active_runs == 1 else 'are'} training"
    return f"is {nth(view.queue_position or 1)} in the queue: {places}, yours {goes_on} when one of them ends or pauses"


def nth(number: int) -> str:
    """1st, 2nd, 3rd, 4th; 11th, 12th, 13th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number // 10 % 10 != 1 else "th"
    return f"{number:,}{ending}"


def results(view: RunView) -> None:
    """What the newest evaluation says: best epoch, each digit, the confusion of digits."""
    best, last = view.history.best, view.history.epochs[-1]
    tested, images = last.validation, f"{last.validation.confusion.sum():,}"
    st.subheader("What it can do", anchor=False)
    now, top, wrong, gap = st.columns(4)
    now.metric("Test accuracy now", f"{tested.accuracy:.2%}", help=f"On all {images} test images.")
    top.metric("Best epoch", f"{best.epoch}", f"{best.validation.accuracy:.2%}", delta_arrow="off", delta_color="off")
    wrong.metric("Mistakes", f"{tested.mistakes:,}", help=f"Of {images} test images.")
    gap.metric(
        "Training minus test",
        f"{100 * last.gap:+.2f} points",
        help="Training accuracy is the mean over the epoch, so it lags at first. Far above zero later: the network "
        "learns the training images by heart.",
    )
    left, right = st.columns(2, gap="large")
    by_class = tested.accuracy_by_class()
    with left:
        st.markdown("**Accuracy of each digit**")
        st.plotly_chart(
            digits_figure(by_class),
            config={"displayModeBar": False},
            alt=", ".join(f"{digit}: {share:.1%}" for digit, share in enumerate(by_class)),
        )
    with right:
        st.markdown("**Which digits it confuses** (a row is what it is, a column what was answered)")
        st.plotly_chart(
            confusion_figure(tested.confusion),
            config={"displayModeBar": False},
            alt=f"Confusion matrix, rows truth, columns answer: {tested.confusion.tolist()}",
        )


def downloads(view: RunView) -> None:
    about = {"network": str(view.architecture), "settings": asdict(view.config)}
    with st.container(horizontal=True):
        for kind, make in (("CSV", lambda: to_csv(view.history)), ("JSON", lambda: to_json(view.history, **about))):
            st.download_button(
                f"History as {kind}",
                make,
                f"cnnplay-run-{view.number}.{kind.lower()}",
                icon=":material/download:",
                on_click="ignore",
                help="Every step's loss, accuracy and learning rate, and every epoch's validation.",
            )


head("Training", "Watch the network in the sidebar learn to read 60,000 handwritten digits, one batch at a time.")

trainable = True
try:
    choice.network()
    mnist()
except PlaygroundError as error:
    trainable = False
    show_error(error, "training_fix")

with st.container(border=True):
    settings()
view, views = runs.run_view(), runs.run_views()
buttons(view, trainable=trainable)
if problem := st.session_state.pop("problem", None):
    show_error(problem, "start_fix")

if view and (trouble := view.error or diverging(view)):
    show_error(trouble, "run_fix", partial(runs.train_again, str(view.architecture), view.config))
if view and view.ended_because:
    st.info(view.ended_because, icon=":material/timer_off:")
st.session_state.setdefault("smoothing", 0.95)
st.session_state.news = news(view, views)
pace = PACE.get(view.status) if view else None
st.fragment(watch, run_every=pace)()

below = st.columns(3, gap="medium")
with below[0]:
    st.slider(
        "Smoothing of the training curve",
        0.0,
        0.99,
        key="smoothing",
        persist_state="session",
        help="Each point becomes an average of those before it, the newest counting most. 0 shows every step as it is.",
    )
if view and not view.ended:
    with below[1]:
        live_rate(view)
if len(views) > 1:
    with below[2]:
        choose_run(view, views)

if view and view.history.epochs:
    results(view)
if view and view.step:
    downloads(view)
