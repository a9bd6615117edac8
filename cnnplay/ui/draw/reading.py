"""The pad, the answer to the drawing, and the steps from the drawing to the network's input."""

from collections.abc import Sequence, Set

import numpy as np
import streamlit as st

from ...data.coloured_shapes import COLOURS
from ...data.datasets import MNIST, OWN, DataSource
from ...figures.percent import probability_text
from ...inputs.handwriting import GREY, INK, Preparation, Skippable, Step, input_of, preparation_for, strip
from ...inspection.activations import Answer, answer
from ...state.labs import NoneOfThese, Preprocessing
from .. import choice, subject
from ..components.answer import answer_strip
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import select, take_changes, toggle
from ..on_pad import OnPad, drawing_pad
from ..plain_text import plain
from ..reserved import reserved
from ..session import state
from ..toasts import toasts_in_fragment
from .none_of_these import choose_threshold, none_of_these
from .own_drawings import own_drawings
from .reader import trained

ANSWER = "draw_answer"
SURE = "**Sure is not correct.** The percentages only compare the scores with each other. "
OF_DIGITS = (
    "With all three steps switched off, the notebook's network reads a small 7 in the corner as a 1, and is 99 % sure: "
    "it has never seen such an image."
)
OF_OTHERS = "Draw something that is none of these classes, and see how sure the network is of one of them."
# On a phone the columns stand one below the other: the answer first, so that pad and answer are seen together.
ANSWER_FIRST = f"""<style>
@media (max-width: 640px) {{ [data-testid="stColumn"]:has(.st-key-{ANSWER}) {{ order: -1; }} }}
</style>"""


def what_it_sees() -> str:
    """The purpose of the page in a sentence."""
    data = choice.data()
    rows, columns, channels = data.input_shape
    start = "Let the network read your handwriting" if data.name == MNIST.name else "Draw, and see what it reads"
    numbers = "" if channels == 1 else f", each of {channels} numbers,"
    return f"{start}. It does not see your drawing, but {rows} × {columns} pixels{numbers} made from it."


@st.fragment
def draw_and_read() -> None:
    """The part that is made again after every stroke, and while one is drawn."""
    if take_changes():
        st.rerun()
    _draw_parts()


@toasts_in_fragment()
def _draw_parts() -> None:
    ink, data, now = state(OnPad).ink, subject.data(), state(Preprocessing)
    preparation = preparation_for(data, now.pen)
    skipped = now.skipped & set(preparation.steps)
    steps = [] if ink is None else strip(ink, skipped, preparation)
    received = input_of(steps) if steps else None
    st.html(ANSWER_FIRST)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        drawing_pad()
        if preparation.filled:
            select(
                "Colour",
                Preprocessing,
                "pen",
                "In which the network receives your drawing.",
                options=COLOURS,
                width=160,
            )
    found = _found(received)
    whole = _found(input_of(strip(ink, frozenset(), preparation))) if found and skipped and ink is not None else found
    with right, st.container(key=ANSWER):
        _answer(received, found, data)
    st.caption(SURE + (OF_DIGITS if data.name == MNIST.name else OF_OTHERS))
    _preprocessing(steps, preparation, found, whole)
    own_drawings(received)


def _blank(preparation: Preparation) -> list[Step]:
    """What stands in the place of the steps before there is a drawing, so that nothing moves when there is one."""
    field = np.zeros((preparation.field, preparation.field), np.float32)
    named = [(name, step.title) for name, step in preparation.steps.items()]
    return [
        Step("drawn", "Drawn", "", np.zeros(INK, np.float32)),
        *(Step(name, title, "", field) for name, title in [*named, ("grey", "Received")]),
    ]


def _found(received: np.ndarray | None) -> Answer | None:
    """What the network answers; None where nothing is drawn, or where it is not trained."""
    looked = trained()
    return None if received is None or looked is None else answer(looked.architecture, looked.weights, received)


def _answer(received: np.ndarray | None, found: Answer | None, data: DataSource) -> None:
    """received: the network's input [h w c], None where nothing is drawn."""
    if received is None:
        headline, lines, probabilities = _invitation(data), [_what(data)], None
    elif found is None:
        headline, lines, probabilities = "This network cannot read yet", [_why_not()], None
    else:
        best, second = (probability_text(found.probabilities[label]) for label in (found.best, found.second))
        headline, probabilities = f"It reads {data.phrase(found.best)}", found.probabilities
        lines = [f"{best} sure.{_verdict(found, data)}", f"Second guess: {data.classes[found.second]}, {second}."]
        if data.name == OWN:
            headline, lines = none_of_these(found, state(NoneOfThese).percent, headline, lines)
    answer_strip(received, headline, lines, probabilities, key="reading", tall=True, classes=data.classes)
    if data.name == OWN and found is not None:
        choose_threshold()


def _invitation(data: DataSource) -> str:
    return "Draw a digit" if data.name == MNIST.name else f"Draw {data.phrase(0)}, or another"


def _what(data: DataSource) -> str:
    """What the network can read, and that size and place are free."""
    if data.name == MNIST.name:
        return "From 0 to 9, as large as you like, anywhere."
    return f"It knows {', '.join(data.classes)}. As large as you like, anywhere."


def _verdict(found: Answer, data: DataSource) -> str:
    """Whether that is the class that was meant, where somebody said which."""
    meant = state(OnPad).label
    if meant is None or meant >= len(data.classes):
        return ""
    return " That is right." if found.best == meant else f" Wrong: you meant {data.phrase(meant)}."


def _why_not() -> str:
    if subject.first_epoch():
        return "It is in its first epoch, and can read as soon as that has ended."
    return "Train one first, with the button below."


def left_out(
    skipped: Set[str],
    found: Answer | None,
    whole: Answer | None,
    meant: int | None = None,
    preparation: Preparation = GREY,
    data: DataSource = MNIST,
) -> str:
    """Which steps are switched off, and what that does to this drawing.

    found, whole: the answer without these steps and with all of them, None where there is none. meant: the class that
    was drawn, where somebody said which.
    """
    steps = [step for name, step in preparation.steps.items() if name in skipped]
    if not steps:
        return "All steps are on. Switch one off, and see what the network then makes of your drawing."
    off = f"**Switched off: {', '.join(step.title for step in steps)}.** "
    if found is None or whole is None:
        return off + _without(steps)
    now, before = (plain(data.phrase(each.best)) for each in (found, whole))
    if found.best == whole.best:
        return f"{off}The network reads {now} all the same, as with all steps."
    misread = found.best != meant if meant is not None else True
    blame = _without(steps) if misread else ""
    return f"{off}With all steps it reads **{before}**, and now {now}. {blame}".rstrip()


def _without(steps: Sequence[Skippable]) -> str:
    """What goes wrong without these steps; where there are several, each by its name."""
    if len(steps) == 1:
        return steps[0].without
    return " ".join(step.without.replace("Without it", f"Without *{step.title}*", 1) for step in steps)


def _preprocessing(steps: list[Step], preparation: Preparation, found: Answer | None, whole: Answer | None) -> None:
    """found, whole: the answer to the drawing without the steps that are switched off, and with all of them."""
    st.subheader("What the network receives", anchor=False)
    with st.container(horizontal=True, gap="large"):
        for name, step in preparation.steps.items():
            toggle(step.title, Preprocessing, name, f"{step.description} {step.without}")
    with reserved("left_out", 64, 168):
        meant = state(OnPad).label
        st.caption(left_out(state(Preprocessing).skipped, found, whole, meant, preparation, subject.data()))
    blank = not steps
    steps = steps or _blank(preparation)
    pictures = [
        picture(
            f"strip_{step.name}",
            step.title if step.on else f"{step.title}: left out",
            step.image,
            scale="grey",
            caption=f"{step.image.shape[0]}×{step.image.shape[1]}" if not blank else "",
        )
        for step in steps
    ]
    maps(
        [{"title": "", "caption": "", "joiner": "→", "pictures": pictures}],
        alt="The drawing, step by step: " + ", ".join(part["title"] for part in pictures),
        key="strip_maps",
        size=112,
    )
