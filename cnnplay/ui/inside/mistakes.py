"""What a network gets wrong: the confusion of classes, and the images in each of its cells."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ...bounds import is_whole
from ...figures.percent import probability_text, share_text
from ...figures.training import confusion_figure
from ...inputs.digit_search import digit
from ...inspection.evaluation import accuracy_of, confusion_of, examples, wrong
from ...state.labs import Digit, InsideImage, Mistakes
from ...words import counted
from .. import choice
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..controls import picked, select
from ..plain_text import plain
from ..session import save, state
from ..subject import Looked, probabilities_of
from .answer import question
from .image import Shown

MOST_SHOWN = 24
CELL = "mistake_cell"
EXAMPLES = "mistake_maps"
# Once a cell is clicked, Plotly makes the numbers of all others pale.
READABLE = f"<style>.st-key-{CELL} .textpoint text {{ fill: currentColor !important; opacity: 1 !important; }}</style>"


def mistakes(before: Looked, after: Looked, shown: Shown) -> None:
    """before, after: the network without and with the changes that were made: the latter's mistakes are shown."""
    probabilities, labels = probabilities_of(after), after.test.labels
    data = after.data
    confusion = confusion_of(probabilities, labels)
    truth, answer = _cell(confusion)
    grid, side = st.columns([1, 1], gap="medium")
    with grid:
        st.html(READABLE)
        st.markdown(
            f"It reads **{share_text(accuracy_of(probabilities, labels), 2)}** of the {len(labels):,} test images "
            "correctly. Click a number to see its images."
        )
        st.plotly_chart(
            confusion_figure(confusion, (truth, answer), data.classes, data.noun),
            key=CELL,
            on_select=_take_cell,
            selection_mode="points",
            config={"displayModeBar": False},
            alt="How many images of each class were read as each class; the lists below choose a cell.",
        )
        with st.container(horizontal=True, gap="small"):
            titles = dict(enumerate(data.classes))
            select(f"The {data.noun}", Mistakes, "truth", options=titles, titles=titles, value=truth, width=150)
            select("The answer", Mistakes, "answer", options=titles, titles=titles, value=answer, width=150)
    with side:
        _examples(before, probabilities, (truth, answer), shown)


def _cell(confusion: np.ndarray) -> tuple[int, int]:
    """The chosen cell (truth, answer); until one is chosen the largest off the diagonal."""
    off_diagonal = np.where(np.eye(len(confusion), dtype=bool), -1, confusion)
    truth, answer = map(int, np.unravel_index(off_diagonal.argmax(), confusion.shape))
    now = state(Mistakes)
    if now == Mistakes() or max(now.truth or 0, now.answer or 0) >= len(confusion):
        return truth, answer
    cell = truth if now.truth is None else now.truth, answer if now.answer is None else now.answer
    save(Mistakes(*cell))  # whoever has chosen one of the two has seen the other
    return cell


def _examples(before: Looked, probabilities: np.ndarray, cell: tuple[int, int], shown: Shown) -> None:
    test, data, (truth, answer) = before.test, before.data, cell
    found = examples(probabilities, test.labels, truth, answer)
    read = "read correctly" if truth == answer else f"read as {plain(data.phrase(answer))}"
    as_text = "read correctly" if truth == answer else f"read as {data.phrase(answer)}"
    if not len(found):
        st.success(f"No {plain(data.classes[truth])} was {read}.")
        return
    more = f"; these are the {MOST_SHOWN} most confident" if len(found) > MOST_SHOWN else ""
    pictures = [
        picture(
            f"test_{number}",
            f"{number:,}",
            digit(test, int(number)),
            scale="grey",
            caption=probability_text(probabilities[number, answer]),
            chosen=int(number) == shown.number,
        )
        for number in found[:MOST_SHOWN]
    ]
    title = f"{counted(len(found), 'image')} of {data.phrase(truth)} {as_text}{more}"
    why = question(data, answer, truth)
    caption = (
        f"Click an image: it comes to the top of the page, and “{why}” beside it explains the answer. Below each: its "
        f"number, and how sure the network is of {data.classes[answer]}."
    )
    maps(
        [{"title": title, "caption": caption, "joiner": "", "pictures": pictures}],
        alt=title,
        key=EXAMPLES,
        size=72,
        on_choose=partial(_open, before, {f"test_{number}": int(number) for number in found[:MOST_SHOWN]}),
    )


def _take_cell() -> None:
    if cell := clicked(st.session_state.get(CELL), len(choice.data().classes)):
        save(Mistakes(*cell))


def clicked(chart: Any, classes: int) -> tuple[int, int] | None:
    """The cell (truth, answer) that was clicked on a chart; None where its browser names no cell of so many classes."""
    try:
        point = chart["selection"]["points"][0]
        cell = point["y"], point["x"]
    except (KeyError, IndexError, TypeError):  # nothing is selected, or it is no selection at all
        return None
    return (int(cell[0]), int(cell[1])) if all(is_whole(place) and place in range(classes) for place in cell) else None


def _open(before: Looked, numbers: Mapping[str, int]) -> None:
    """Make a test image the one of this page and of all others; here it is chosen as a mistake, if it is one."""
    if (number := picked(EXAMPLES, numbers)) is None:
        return
    mistakes = wrong(probabilities_of(before), before.test.labels)
    save(with_image(state(InsideImage), number, mistakes), Digit(f"#{number}", number))


def with_image(now: InsideImage, number: int, mistakes: np.ndarray) -> InsideImage:
    """A test image as it is chosen: by its place among these mistakes [n], or as a digit where it is none of them."""
    place = np.flatnonzero(mistakes == number)
    return replace(now, kind="wrong", mistake=int(place[0]) + 1) if len(place) else replace(now, kind="digit")
