"""What the newest evaluation of a run found, and its history to download."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

import streamlit as st

from ...data import own_counts
from ...data.datasets import OWN
from ...engine.run import RunView
from ...errors import PlaygroundError
from ...figures.percent import share_text
from ...figures.training import confusion_figure, mistakes_figure
from ...training.config import smaller_rate
from ...training.history import guessing_loss
from ...training.history_files import to_csv, to_json
from .. import runs
from ..plain_text import plain
from ..widgets import show_error
from .overfitting import overfitting

ON_THE_TEST = (
    "The best epoch is the one with the highest test accuracy. It is chosen on the very images that it is measured on, "
    "so its number flatters a little. In real work a third set of images, the **validation set**, chooses the epoch "
    "and the settings; the test set is used once, at the end."
)


def troubles(view: RunView) -> None:
    """Why the run ended by itself, or why its loss is hopeless, with a way out."""
    if trouble := view.error or diverging(view):
        show_error(trouble, "run_fix", partial(runs.train_again, str(view.architecture), view.config))
    if view.ended_because:
        st.info(view.ended_because, icon=":material/timer_off:")


def diverging(view: RunView) -> PlaygroundError | None:
    """A run whose loss is still a number, but a hopeless one."""
    classes = len(view.data.classes)
    if not view.history.diverging(classes):
        return None
    return PlaygroundError(
        f"The loss is above {guessing_loss(classes):.2f}, the loss of pure guessing. With a learning rate of "
        f"{view.learning_rate:g} the steps are so long that they overshoot.",
        [smaller_rate(view.config.optimizer, view.learning_rate)],
    )


def results(view: RunView) -> None:
    """Accuracy now and at its best, and the mistakes and confusion of each class."""
    tested = view.history.epochs[-1].test
    st.subheader("What it can do", anchor=False)
    _metrics(view)
    st.caption(ON_THE_TEST)
    if few := how_little_it_says(view):
        st.caption(plain(few))
    overfitting(view)
    left, right = st.columns(2, gap="large")
    by_class, noun, classes = tested.accuracy_by_class(), view.data.noun, view.data.classes
    with left:
        st.markdown("**Mistakes of each digit**" if noun == "digit" else "**Mistakes of each class**")
        st.plotly_chart(
            mistakes_figure(by_class, classes, noun),
            config={"displayModeBar": False},
            alt=", ".join(
                f"{name}: {share_text(1 - share, 1)} wrong" for name, share in zip(classes, by_class, strict=True)
            ),
        )
    with right:
        st.markdown(f"**Which {noun}s it confuses** (a row is the {noun}, a column the answer)")
        st.plotly_chart(
            confusion_figure(tested.confusion, classes=classes, noun=noun),
            config={"displayModeBar": False},
            alt=f"Confusion matrix, rows truth, columns answer: {tested.confusion.tolist()}",
        )


def how_little_it_says(view: RunView) -> str:
    """How little an accuracy says where a visitor has few pictures to test with; "" for other data."""
    if view.data.name != OWN:
        return ""
    held_out = view.history.epochs[-1].test.confusion.sum(axis=1).tolist()
    return own_counts.few(view.data.classes, [own_counts.Count(0, count) for count in held_out])


def _metrics(view: RunView) -> None:
    best, last = view.history.best, view.history.epochs[-1]
    tested, images = last.test, f"{last.test.confusion.sum():,}"
    now, top, wrong, gap = st.columns(4)
    now.metric("Test accuracy now", share_text(tested.accuracy, 2), help=f"On all {images} test images.")
    top.metric("Best epoch", f"{best.epoch}", share_text(best.test.accuracy, 2), delta_arrow="off", delta_color="off")
    wrong.metric("Mistakes", f"{tested.mistakes:,}", help=f"Of {images} test images.")
    overfits = view.history.overfits
    gap.metric(
        "Training minus test",
        f"{100 * last.gap:+.2f}",
        "points: it overfits" if overfits else "points",
        delta_arrow="off",
        delta_color="inverse" if overfits else "off",
        help="Training accuracy is the mean over the epoch, so it lags at first. If it is far above the test accuracy "
        "later, the network learns the training images by heart.",
    )


def downloads(view: RunView) -> None:
    about = {"network": str(view.architecture), "settings": asdict(view.config)}
    makers: dict[str, Callable[[], str]] = {
        "CSV": lambda: to_csv(view.history),
        "JSON": lambda: to_json(view.history, **about),
    }
    with st.container(horizontal=True):
        for kind, make in makers.items():
            st.download_button(
                f"History as {kind}",
                make,
                f"cnnplay-run-{view.number}.{kind.lower()}",
                icon=":material/download:",
                on_click="ignore",
                help="Every step's loss, accuracy and learning rate, and every epoch's test.",
            )
