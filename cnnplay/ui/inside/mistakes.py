"""What a network gets wrong: the confusion of digits, and the images in each of its cells."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from ...data.datasets import mnist
from ...figures.training import confusion_figure
from ...inputs.digit_search import digit
from ...inspection.evaluation import accuracy_of, confusion_of, examples
from ...network.layers import CLASSES
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..lab_state import begin, choose, chosen, picked, select_args
from ..subject import Looked, probabilities_of
from ..widgets import a_digit, counted

SHOWN = 24
CELL = "mistake_cell"
EXAMPLES = "mistake_maps"


def mistakes(looked: Looked) -> None:
    probabilities, labels = probabilities_of(looked), mnist().test.labels
    confusion = confusion_of(probabilities, labels)
    begin(mistake_truth=None, mistake_said=None)
    if chosen().mistake_truth is None:
        worst = max(
            ((t, s) for t in range(CLASSES) for s in range(CLASSES) if t != s), key=lambda cell: confusion[cell]
        )
        chosen().mistake_truth, chosen().mistake_said = worst
    grid, side = st.columns([3, 2], gap="medium")
    with grid:
        st.plotly_chart(
            confusion_figure(confusion, (chosen().mistake_truth, chosen().mistake_said)),
            key=CELL,
            on_select=_take_cell,
            selection_mode="points",
            config={"displayModeBar": False},
            alt="How many images of each digit were read as each digit; the lists beside it choose a cell.",
        )
    with side:
        st.metric("Right", f"{accuracy_of(probabilities, labels):.2%}", help="Of all 10,000 test images.")
        st.caption("Click a number of the grid, or choose here.")
        st.selectbox("What it is", range(CLASSES), **select_args("mistake_truth", range(CLASSES)))
        st.selectbox("What it was read as", range(CLASSES), **select_args("mistake_said", range(CLASSES)))
    _examples(looked, probabilities)


def _examples(looked: Looked, probabilities: Any) -> None:
    test, truth, said = mnist().test, chosen().mistake_truth, chosen().mistake_said
    found = examples(probabilities, test.labels, truth, said)
    read = "read rightly" if truth == said else f"read as {a_digit(said)}"
    if not len(found):
        st.success(f"No {truth} was {read}.")
        return
    more = f", the {SHOWN} that it is most certain of" if len(found) > SHOWN else ""
    pictures = [
        picture(
            f"test_{number}",
            f"{number:,}",
            digit(test, int(number)),
            scale="grey",
            caption=f"{probabilities[number, said]:.0%} sure",
        )
        for number in found[:SHOWN]
    ]
    title = f"{counted(len(found), 'image')} of {a_digit(truth)} {read}{more}"
    maps(
        [{"title": title, "caption": "Choose one to open it above.", "joiner": "", "pictures": pictures}],
        alt=title,
        key=EXAMPLES,
        size=84,
        on_choose=partial(_open, {f"test_{number}": int(number) for number in found[:SHOWN]}),
    )


def _take_cell() -> None:
    if cell := clicked(st.session_state[CELL]):
        choose(mistake_truth=cell[0], mistake_said=cell[1])


def clicked(chart: Any) -> tuple[int, int] | None:
    """The cell (truth, answer) that was clicked on the chart, of what its browser says; None where it says no cell."""
    try:
        point = chart["selection"]["points"][0]
        cell = point["y"], point["x"]
    except (KeyError, IndexError, TypeError):  # nothing is selected, or it is no selection at all
        return None
    return (int(cell[0]), int(cell[1])) if all(digit in range(CLASSES) for digit in cell) else None


def _open(numbers: Mapping[str, int]) -> None:
    """Show a test image above, on this page and on all others."""
    if (number := picked(EXAMPLES, numbers)) is not None:
        choose(inside_image="digit", lab_request=str(number))
        st.toast(f"Test image {number:,} is open above.", icon=":material/arrow_upward:")
