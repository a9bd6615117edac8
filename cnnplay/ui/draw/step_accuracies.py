"""Why the preprocessing matters: the accuracy on shifted and scaled test digits, with and without its steps."""

from dataclasses import dataclass

import streamlit as st

from ...data.datasets import MNIST, mnist
from ...figures.percent import share_text
from ...inspection.preprocessing_study import DIGITS, WAYS, preprocessing_accuracies
from .. import choice
from ..session import save, state
from .reader import trained


@dataclass(frozen=True)
class StepAccuracies:
    """Accuracy for each combination of steps, of the network with that key; None where it has yet to be computed."""

    network: tuple[str, str] | None = None
    accuracies: dict[str, float] | None = None


def why_the_steps_matter() -> None:
    looked = trained()
    if choice.config().dataset != MNIST.name:
        return
    st.subheader("Why the steps matter", anchor=False)
    st.markdown(
        "A network that learned from centred digits of one size has never seen a small one in a corner. Its feature "
        "maps move with the digit, but its dense layer has a weight for each place, and expects it there. Take test "
        "digits, shrink or enlarge each, put it anywhere on the paper, and read it with and without the steps."
    )
    if looked is None:
        return
    st.button(
        f"Try it on {DIGITS:,} test digits",
        icon=":material/science:",
        on_click=save,
        args=(StepAccuracies(looked.key),),
    )
    known = state(StepAccuracies)
    if known.network != looked.key:
        return
    if known.accuracies is None:
        with st.spinner(f"Putting {DIGITS:,} digits on paper, and reading them in {len(WAYS)} ways", show_time=True):
            found = preprocessing_accuracies(looked.architecture, looked.weights, mnist().test)
        known = StepAccuracies(looked.key, found)
        save(known)
    rows = [
        {"the network receives": title, "accuracy": share_text(share, 1)}
        for title, share in (known.accuracies or {}).items()
    ]
    st.table(
        rows,
        hide_index=True,
        border="horizontal",
        alt="Accuracy on shifted and scaled digits, with and without each step",
    )
