"""The answer of a network in a strip that stays in sight, and how its scores become probabilities."""

from dataclasses import dataclass, replace

import streamlit as st

from ...data.datasets import DataSource
from ...figures.percent import probability_text
from ...inspection.activations import Answer, answer
from ...state.fields import State
from ...state.labs import ITS_ANSWER, THE_TRUTH, InsideTabs, Why
from ...words import counted
from ..changed_filters import changes_of
from ..components.answer import answer_strip
from ..plain_text import plain
from ..session import reported, save, state
from ..subject import Looked
from ..widgets import probability_text as in_markdown
from .image import Shown

ANSWER, STRIP = "answer", "answer_strip"
# Streamlit puts a keyed container into a wrapper of its own: that one sticks, below the app's own bar of 3.75rem.
STICKY = f"""<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-{STRIP}) {{ position: sticky; top: 3.75rem; z-index: 90; }}
[data-testid="stTabs"] {{ scroll-margin-top: 12.5rem; }}
</style>"""


@dataclass(frozen=True)
class Turns:
    """How often a button has opened a tab."""

    count: int = 0


def open_tab(name: str, *states: State) -> None:
    """Open a tab of the page, with these states of its labs, and bring it into sight."""
    save(replace(state(InsideTabs), tab=name), Turns(state(Turns).count + 1), *states)


def the_answer(before: Looked, after: Looked, shown: Shown) -> None:
    """before, after: the network without and with the changes that were made."""
    data, found = after.data, answer(after.architecture, after.weights, shown.image)
    with st.container(key=STRIP):
        st.html(STICKY)
        answer_strip(
            shown.image,
            f"It says {data.classes[found.best]}",
            [_verdict(found, shown.label, data), _beside(before, found, shown)],
            found.probabilities,
            key=ANSWER,
            label=shown.label,
            ask=question(data, found.best, shown.label),
            on_ask=_ask_why,
            turn=state(Turns).count,
            classes=data.classes,
        )


def _verdict(found: Answer, label: int | None, data: DataSource) -> str:
    sure = f"{probability_text(found.probabilities[found.best])} sure."
    if label is None:
        return sure
    return f"{sure} That is right." if found.best == label else f"{sure} Wrong: it is {data.phrase(label)}."


def _beside(before: Looked, found: Answer, shown: Shown) -> str:
    """The second guess; of a changed network what it said before, which is always in sight beside what it says now."""
    if not (made := changes_of(before)):
        return (
            f"Second guess: {before.data.classes[found.second]}, {probability_text(found.probabilities[found.second])}."
        )
    old = answer(before.architecture, before.weights, shown.image)
    said = f"{before.data.classes[old.best]}, {probability_text(old.probabilities[old.best])}"
    return f"Before your {counted(len(made), 'change')}: {said}."


def question(data: DataSource, best: int, label: int | None) -> str:
    """What a visitor may ask about an answer: "Why 7 and not 1?"."""
    why = f"Why {data.classes[best]}"
    return f"{why}?" if label is None or best == label else f"{why} and not {data.classes[label]}?"


def _ask_why() -> None:
    """Open the tab that explains the answer to the image."""
    if reported(ANSWER, "ask") != "why":
        return
    open_tab("why", replace(state(Why), target=ITS_ANSWER, against=THE_TRUTH))


def softmax(found: Answer, data: DataSource) -> None:
    with st.expander("From scores to probabilities, with the numbers", icon=":material/calculate:"):
        powers, best = found.exponentials, found.best
        rows = [
            {
                data.noun: plain(data.classes[digit]),
                "score z": f"{score:.3f}",
                "eᶻ": f"{power:,.4g}",
                "eᶻ / sum": in_markdown(share),
            }
            for digit, (score, power, share) in enumerate(zip(found.logits, powers, found.probabilities, strict=True))
        ]
        st.table(rows, hide_index=True, border="horizontal", alt="Score, its exponential and its share, for each class")
        st.markdown(
            f"The last layer gives {len(powers)} **scores** (logits). **Softmax** makes them positive and has them "
            "add up to 1: "
            f"e^{found.logits[best]:.2f} / {powers.sum():,.4g} = {powers[best]:,.4g} / {powers.sum():,.4g} = "
            f"**{in_markdown(found.probabilities[best])}** for {plain(data.classes[best])}."
        )
