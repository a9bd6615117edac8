"""The pad, the answer to the drawing, and the steps from the drawing to the network's input."""

from collections.abc import Sequence, Set

import numpy as np
import streamlit as st

from ...figures.percent import probability_text
from ...inputs.handwriting import FIELD, INK, STEPS, Step, strip
from ...inspection.activations import Answer, answer
from ...state.labs import Preprocessing
from .. import subject
from ..components.answer import answer_strip
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import take_changes, toggle
from ..on_pad import OnPad, drawing_pad
from ..reserved import reserved
from ..session import state
from ..widgets import a_digit
from .own_drawings import own_drawings
from .reader import trained

ANSWER = "draw_answer"
# What stands in the place of the steps before there is a drawing, so that nothing moves when there is one.
BLANK = [
    Step("drawn", "Drawn", "", np.zeros(INK, np.float32)),
    *(Step(name, step.title, "", np.zeros((FIELD, FIELD), np.float32)) for name, step in STEPS.items()),
    Step("grey", "Received", "", np.zeros((FIELD, FIELD), np.float32)),
]
SURE = (
    "**Sure is not correct.** The percentages only compare the ten scores with each other. With all three steps "
    "switched off, the notebook's network reads a small 7 in the corner as a 1, and is 99 % sure: it has never seen "
    "such an image."
)
# On a phone the columns stand one below the other: the answer first, so that pad and answer are seen together.
ANSWER_FIRST = f"""<style>
@media (max-width: 640px) {{ [data-testid="stColumn"]:has(.st-key-{ANSWER}) {{ order: -1; }} }}
</style>"""


@st.fragment
def draw_and_read() -> None:
    """The part that is made again after every stroke, and while one is drawn."""
    if take_changes():
        st.rerun()
    ink = state(OnPad).ink
    steps = [] if ink is None else strip(ink, state(Preprocessing).skipped)
    received = _received(steps) if steps else None
    st.html(ANSWER_FIRST)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        drawing_pad()
    found = _found(received)
    skipped = state(Preprocessing).skipped
    whole = _found(_received(strip(ink))) if found and skipped and ink is not None else found
    with right, st.container(key=ANSWER):
        _answer(received, found)
    st.caption(SURE)
    _preprocessing(steps, found, whole)
    own_drawings(received)


def _received(steps: list[Step]) -> np.ndarray:
    return steps[-1].image[..., None]


def _found(received: np.ndarray | None) -> Answer | None:
    """What the network answers; None where nothing is drawn, or where it is not trained."""
    looked = trained()
    return None if received is None or looked is None else answer(looked.architecture, looked.weights, received)


def _answer(received: np.ndarray | None, found: Answer | None) -> None:
    """received: the network's input [28 28 1], None where nothing is drawn."""
    if received is None:
        headline, lines, probabilities = "Draw a digit", ["From 0 to 9, as large as you like, anywhere."], None
    elif found is None:
        headline, lines, probabilities = "This network cannot read yet", [_why_not()], None
    else:
        best, second = (probability_text(found.probabilities[digit]) for digit in (found.best, found.second))
        headline, probabilities = f"It reads {a_digit(found.best)}", found.probabilities
        lines = [f"{best} sure.{_verdict(found)}", f"Second guess: {found.second}, {second}."]
    answer_strip(received, headline, lines, probabilities, key="reading", tall=True)


def _verdict(found: Answer) -> str:
    """Whether that is the digit that was meant, where somebody said which."""
    meant = state(OnPad).label
    if meant is None:
        return ""
    return " That is right." if found.best == meant else f" Wrong: you meant {a_digit(meant)}."


def _why_not() -> str:
    if subject.first_epoch():
        return "It is in its first epoch, and can read as soon as that has ended."
    return "Train one first, with the button below."


def left_out(skipped: Set[str], found: Answer | None, whole: Answer | None, meant: int | None = None) -> str:
    """Which steps are switched off, and what that does to this drawing.

    found, whole: the answer without these steps and with all of them, None where there is none. meant: the digit that
    was drawn, where somebody said which.
    """
    names = [name for name in STEPS if name in skipped]
    if not names:
        return "All steps are on. Switch one off, and see what the network then makes of your drawing."
    off = f"**Switched off: {', '.join(STEPS[name].title for name in names)}.** "
    if found is None or whole is None:
        return off + _without(names)
    if found.best == whole.best:
        return f"{off}The network reads {a_digit(found.best)} all the same, as with all steps."
    misread = found.best != meant if meant is not None else True
    blame = _without(names) if misread else ""
    return f"{off}With all steps it reads **{a_digit(whole.best)}**, and now {a_digit(found.best)}. {blame}".rstrip()


def _without(names: Sequence[str]) -> str:
    """What goes wrong without these steps; where there are several, each by its name."""
    if len(names) == 1:
        return STEPS[names[0]].without
    return " ".join(STEPS[name].without.replace("Without it", f"Without *{STEPS[name].title}*", 1) for name in names)


def _preprocessing(steps: list[Step], found: Answer | None, whole: Answer | None) -> None:
    """found, whole: the answer to the drawing without the steps that are switched off, and with all of them."""
    st.subheader("What the network receives", anchor=False)
    with st.container(horizontal=True, gap="large"):
        for name, step in STEPS.items():
            toggle(step.title, Preprocessing, name, f"{step.description} {step.without}")
    with reserved("left_out", 64, 168):
        st.caption(left_out(state(Preprocessing).skipped, found, whole, state(OnPad).label))
    steps = steps or BLANK
    pictures = [
        picture(
            f"strip_{step.name}",
            step.title if step.on else f"{step.title}: left out",
            step.image,
            scale="grey",
            caption=f"{step.image.shape[0]}×{step.image.shape[1]}" if steps is not BLANK else "",
        )
        for step in steps
    ]
    maps(
        [{"title": "", "caption": "", "joiner": "→", "pictures": pictures}],
        alt="The drawing, step by step: " + ", ".join(part["title"] for part in pictures),
        key="strip_maps",
        size=112,
    )
