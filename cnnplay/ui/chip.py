"""The chip under a page's title: which network all pages look at, with whose weights, and the switch to another."""

import time

import streamlit as st

from ..engine.engine import shared_engine
from ..engine.run import RunView
from ..errors import PlaygroundError
from ..network.wording import in_words
from . import choice, runs, subject
from .choice import Subject
from .controls import scale
from .navigation import go_to
from .plain_text import plain
from .session import save, session, state
from .subject import NOT_TRAINED, Source

PACE = 1.0  # seconds from one look at a run that trains to the next


def chip() -> None:
    """One line that says what is looked at; opened, it has the epochs, the other trained networks, and ways to them."""
    found = subject.source()
    if found:
        session().trained = found.id
        if state(Subject).epoch == found.epochs[-1]:
            save(Subject())  # the newest one is followed
    if run := followed(found):
        st.fragment(_follow, run_every=PACE)(run.id, _seen(run.id))
    icon = "check_circle" if found and found.epoch else "radio_button_unchecked"
    with st.popover(label(found), key="chip", icon=f":material/{icon}:", wrap=False):
        _subject(found)
        _others(found)


def label(found: Source | None) -> str:
    """ "12 filters 2×2, max 2 · run 2, epoch 3 of 10 · 94.8 %"."""
    return f"{in_words(choice.layers())} · {found.summary(found.epoch) if found else _why_not_trained()}"


def _why_not_trained() -> str:
    if view := subject.first_epoch():
        return f"run {view.number}, epoch 1 of {view.config.epochs} · {NOT_TRAINED} yet"
    if choice.incomplete():
        return "your data lack something yet"
    return NOT_TRAINED if _fits() else "does not fit"


def _fits() -> bool:
    try:
        choice.network()
    except PlaygroundError:
        return False
    return True


def not_trained() -> str:
    """A sentence on a network without trained weights, and what it must wait for."""
    if view := subject.first_epoch():
        return f"This network is not trained yet: run {view.number} is in its first epoch."
    if problems := choice.incomplete():
        return f"This network has nothing to learn from yet. {plain(problems)}"
    return "This network is not trained: its weights are random." if _fits() else "This network does not fit."


def _subject(found: Source | None) -> None:
    """What the network is, at which epoch; or that it is not trained, and what to do."""
    st.markdown(f"**{in_words(choice.layers())}** &nbsp; `{choice.net()}`")
    if found is None:
        st.markdown(not_trained())
        ways_to_trained_weights("chip")
        return
    accuracy = found.accuracy(found.epoch)
    st.markdown(
        "These are its initial weights: random ones."
        if accuracy is None
        else f"It reads **{runs.accuracy_text(accuracy)}** of the {found.data.images[1]:,} test images correctly."
    )
    scale(
        "Epoch",
        Subject,
        "epoch",
        "The weights after each epoch, from the initial ones on. Every page shows the network with them.",
        options=found.epochs,
        value=found.epoch,
        titles=lambda epoch: f"epoch {epoch}" if epoch else "initial",
    )


def ways_to_trained_weights(key: str) -> None:
    """Buttons: back to the trained network that was looked at last, or train the chosen one."""
    found = subject.sources()
    named, last = subject.names(found), session().trained
    alike = [id for id, one in found.items() if one.data.has_classes_of(choice.data())]
    back = last if last in named else next(reversed(alike), None)
    with st.container(horizontal=True, gap="small"):
        if back is not None:
            st.button(
                f"Back to {_inside_a_sentence(named[back])}",
                key=f"{key}_back",
                icon=":material/undo:",
                on_click=subject.switch,
                args=(back,),
            )
        st.button(
            "Train this one",
            key=f"{key}_train",
            icon=":material/play_arrow:",
            type="primary",
            on_click=_train,
            disabled=not _fits() or subject.first_epoch() is not None,
            help="Starts the training and opens the page Training.",
        )


def _inside_a_sentence(name: str) -> str:
    return name[0].lower() + name[1:] if name.startswith("The ") else name


def _train() -> None:
    go_to("training")
    runs.start_run()


def _others(found: Source | None) -> None:
    """All trained networks; choosing one takes every page there."""
    st.markdown("**Trained networks**")
    sources = subject.sources()
    for id, name in subject.names(sources).items():
        view = sources[id].view
        current = found is not None and id == found.id
        st.button(
            name,
            key=f"chip_to_{view.number if view else id}",
            icon=":material/check:" if current else ":material/arrow_forward:",
            on_click=subject.switch,
            args=(id,),
            disabled=current,
            width="stretch",
        )
    st.caption("Choose one, and its network and settings come into the sidebar. All pages show it. Undo takes it back.")


def followed(found: Source | None) -> RunView | None:
    """The run in training whose next epoch changes what the page shows. Training follows the run in view by itself."""
    if session().page == "training" or state(Subject).epoch is not None:
        return None
    of_found = found.view if found else None
    chosen = found is not None and found.id == session().choice.source
    run = of_found if chosen else subject.first_epoch() or of_found
    return run if run and run.live else None


def _seen(run: str) -> tuple[int, bool] | None:
    """What pages show of a run; None where it has been removed."""
    try:
        view = shared_engine().view(run)
    except KeyError:
        return None
    return len(view.history.epochs), view.live


def _follow(run: str, shown: tuple[int, bool] | None) -> None:
    """The page follows a run: where an epoch has ended, it is drawn again.

    A page that takes longer than an epoch would never be at rest: it rests for as long as it took to draw.
    """
    if time.monotonic() >= session().rests_until and _seen(run) != shown:
        st.rerun()
