"""Before the start: how many runs, which are left out and why, how long; and the button that starts them."""

from collections.abc import Sequence

import streamlit as st

from ...errors import PlaygroundError
from ...experiments.estimate import estimate
from ...experiments.executors import shared_place
from ...experiments.experiment import Experiment, LeftOut
from ...words import duration_text
from ..controls import take_changes
from ..plain_text import plain
from ..widgets import show_error
from . import asked, opened

MOST_NAMED = 12  # combinations that do not fit


def plan() -> None:
    """What would start now, and what is under way."""
    experiment: Experiment | None = None
    with st.container():  # is there with and without an error: what follows is not mounted anew
        try:
            wanted = asked.experiment()
            st.markdown(_in_words(wanted))  # raises PlaygroundError where the environment names no place to train
        except PlaygroundError as error:
            show_error(error, "experiment_fix")
        else:
            experiment = wanted
            _left_out(experiment.left_out)
        if problem := opened.take_problem():
            st.error(plain(str(problem)), icon=":material/error:")
    _button(experiment)


def _in_words(experiment: Experiment) -> str:
    runs, fitting = len(experiment.trials), len(experiment.combinations) - len(experiment.left_out)
    networks = " × ".join(f"{len(values)} value{'s' * (len(values) != 1)}" for values in experiment.vary.values())
    if experiment.left_out:
        networks = f"{fitting} of {len(experiment.combinations)} combinations"
    of = " × ".join(filter(None, [networks, _seeds(experiment)]))
    epochs = f"{experiment.epochs:,} epoch{'s' * (experiment.epochs != 1)} in all"
    needs = estimate(experiment, shared_place())
    return (
        f"**{runs} run{'s' * (runs != 1)}**: {of}, {epochs}. About **{duration_text(max(needs.seconds, 1))}** and "
        f"{needs.bytes / 1e6:,.0f} MB of memory, on {shared_place().description}."
    )


def _seeds(experiment: Experiment) -> str:
    first, count = experiment.settings.seed, experiment.seeds
    return f"seed {first}" if count == 1 else f"{count} seeds ({first} to {first + count - 1})"


def _left_out(left: Sequence[LeftOut]) -> None:
    if not left:
        return
    with st.expander(
        f"{len(left)} of the combinations {'is' if len(left) == 1 else 'are'} left out", icon=":material/block:"
    ):
        st.markdown("\n".join(f"- {plain(str(each))}" for each in left[:MOST_NAMED]))
        if len(left) > MOST_NAMED:
            st.markdown(f"And {len(left) - MOST_NAMED} more.")


def _button(experiment: Experiment | None) -> None:
    st.button(
        "Start",
        key="experiment_start",
        icon=":material/play_arrow:",
        on_click=_start,
        help="Train all runs of this question. Another experiment that is under way pauses, and stays.",
        type="primary",
        disabled=experiment is None,
    )


def _start() -> None:
    """A change of a control that comes together with the press was made before it."""
    take_changes()
    try:
        asked_for = asked.experiment()
    except PlaygroundError:  # the page says why
        return
    opened.start(asked_for)
