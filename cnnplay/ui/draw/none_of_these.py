"""Not one of these: below a probability that the visitor chooses, the answer to a drawing counts as none."""

from collections.abc import Sequence

import streamlit as st

from ...figures.percent import probability_text
from ...inspection.activations import Answer
from ...state.labs import NoneOfThese
from ..controls import slider

ABOUT = (
    "A network knows nothing but its classes: whatever it is shown, their probabilities add up to 1. A threshold "
    "is the simplest way to let it say *none of these*: an answer below it does not count. It catches drawings between "
    "two classes. It does not catch all others: a network can be sure of a drawing that is like nothing it has seen, "
    "and a high threshold also refuses good drawings. Try both."
)


def none_of_these(found: Answer, percent: int, headline: str, lines: Sequence[str]) -> tuple[str, list[str]]:
    """Headline and lines of an answer; where its probability is below the threshold, that it counts as none."""
    best = float(found.probabilities[found.best])
    if 100 * best >= percent:
        return headline, [*lines]
    below = f"{headline}, but is only {probability_text(best)} sure: less than the {percent} % that you ask for."
    return "Not one of these", [below, *lines[1:]]


def choose_threshold() -> None:
    """The threshold, and what it can do."""
    with st.popover("Not one of these?", icon=":material/help:"):
        slider("Least probability (%)", NoneOfThese, "percent", "Below it, the answer is: not one of these.")
        st.markdown(ABOUT)
