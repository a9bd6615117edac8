"""What a network gets wrong: the confusion of digits, and the images in each of its cells."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ...data.datasets import mnist
from ...figures.training import confusion_figure
from ...inputs.digit_search import digit
from ...inspection.evaluation import accuracy_of, confusion_of, examples
from ...network.layers import CLASSES
from ...state.labs import Digit, InsideImage, Mistakes
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import picked, select
from ..session import save, state
from ..subject import Looked, probabilities_of
from ..widgets import a_digit, counted

MOST_SHOWN = 24
CELL = "mistake_cell"
EXAMPLES = "mistake_maps"


def mistakes(looked: Looked) -> None:
    probabilities, labels = probabilities_of(looked), mnist().test.labels
    confusion = confusion_of(probabilities, labels)
    truth, answer = _cell(confusion)
    grid, side = st.columns([3, 2], gap="medium")
    with grid:
        st.plotly_chart(
            confusion_figure(confusion, (truth, answer)),
            key=CELL,
            on_select=_take_cell,
            selection_mode="points",
            config={"displayModeBar": False},
            alt="How many images of each digit were read as each digit; the lists beside it choose a cell.",
        )
    with side:
        st.metric("Right", f"{accuracy_of(probabilities, labels):.2%}", help="Of all 10,000 test images.")
        st.caption("Click a number in the grid, or choose here.")
        select("The digit", Mistakes, "truth", options=range(CLASSES), value=truth)
        select("The answer", Mistakes, "answer", options=range(CLASSES), value=answer)
    _examples(probabilities, truth, answer)


def _cell(confusion: np.ndarray) -> tuple[int, int]:
    """The chosen cell (truth, answer); until one is chosen the largest off the diagonal."""
    off_diagonal = np.where(np.eye(CLASSES, dtype=bool), -1, confusion)
    truth, answer = map(int, np.unravel_index(off_diagonal.argmax(), confusion.shape))
    now = state(Mistakes)
    if now == Mistakes():
        return truth, answer
    cell = truth if now.truth is None else now.truth, answer if now.answer is None else now.answer
    save(Mistakes(*cell))  # who has chosen one of the two has seen the other
    return cell


def _examples(probabilities: np.ndarray, truth: int, answer: int) -> None:
    test = mnist().test
    found = examples(probabilities, test.labels, truth, answer)
    read = "read correctly" if truth == answer else f"read as {a_digit(answer)}"
    if not len(found):
        st.success(f"No {truth} was {read}.")
        return
    more = f"; these are the {MOST_SHOWN} most confident" if len(found) > MOST_SHOWN else ""
    pictures = [
        picture(
            f"test_{number}",
            f"{number:,}",
            digit(test, int(number)),
            scale="grey",
            caption=f"{probabilities[number, answer]:.0%} sure",
        )
        for number in found[:MOST_SHOWN]
    ]
    title = f"{counted(len(found), 'image')} of {a_digit(truth)} {read}{more}"
    maps(
        [{"title": title, "caption": "Choose one to open it above.", "joiner": "", "pictures": pictures}],
        alt=title,
        key=EXAMPLES,
        size=84,
        on_choose=partial(_open, {f"test_{number}": int(number) for number in found[:MOST_SHOWN]}),
    )


def _take_cell() -> None:
    if cell := clicked(st.session_state[CELL]):
        save(Mistakes(*cell))


def clicked(chart: Any) -> tuple[int, int] | None:
    """The cell (truth, answer) that was clicked on a chart; None where its browser names no cell."""
    try:
        point = chart["selection"]["points"][0]
        cell = point["y"], point["x"]
    except (KeyError, IndexError, TypeError):  # nothing is selected, or it is no selection at all
        return None
    return (int(cell[0]), int(cell[1])) if all(digit in range(CLASSES) for digit in cell) else None


def _open(numbers: Mapping[str, int]) -> None:
    """Show a test image above, on this page and on all others."""
    if (number := picked(EXAMPLES, numbers)) is not None:
        save(replace(state(InsideImage), kind="digit"), Digit(f"#{number}", number))
        st.toast(f"Test image {number:,} is open above.", icon=":material/arrow_upward:")
