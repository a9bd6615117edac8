"""The classes: their names, one more, one less, and data to begin with.

The data are no part of links, so a refused name does not draw the whole page again: a run that begins at once would
take its sentence away before the browser has it.
"""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from ...data.given import MOST_LETTERS
from ...data.own import OwnData
from ...words import counted
from .. import choice
from ..controls import option_control, text_control
from ..plain_text import plain
from ..session import save, state
from .keeping import Earlier, change, undo

# Classes to begin with, by what the button says.
BEGINNINGS = {
    "Circle or square": ("circle", "square"),
    "Tick or cross": ("tick", "cross"),
    "Smile or frown": ("smile", "frown"),
    "Sun, moon, star": ("sun", "moon", "star"),
}
GREY, COLOUR = "grey, 28 × 28", "colour, 32 × 32"


@dataclass(frozen=True)
class Typed:
    """A name that was typed for one more class and could not be taken."""

    name: str = ""


def first_classes() -> None:
    """What to do where there is nothing yet."""
    st.info(
        "What do you want a network to tell apart? Start with one of these, type names of your own, or open a file "
        "below. It takes at least two classes, and at most ten.",
        icon=":material/category:",
    )
    with st.container(horizontal=True, gap="small"):
        for title, names in BEGINNINGS.items():
            st.button(title, key=f"begin_{names[0]}", on_click=_begin, args=(names,), icon=":material/draw:")


def _begin(names: tuple[str, ...]) -> None:
    def with_classes(own: OwnData) -> OwnData:
        for name in names:
            own = own.with_class(name)
        return own

    change(with_classes)


def classes(own: OwnData) -> None:
    """A field for one more class, and a place to change those that are there."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text_control(
            "own_class",
            "Add a class",
            state(Typed).name,
            _add,
            "The name of one more thing to tell apart. Enter adds it.",
            most=MOST_LETTERS,
            linked=False,
        )
        if own.classes:
            with st.popover("Classes", icon=":material/edit:"):
                _edit(own)
        st.button(
            "Undo change",
            key="own_undo",
            icon=":material/undo:",
            on_click=undo,
            disabled=not state(Earlier).states,
            help="Take back the last change of your data: a drawing, a file, a name, a class.",
        )


def _add(name: str) -> None:
    """Add a class; a name that cannot be one stays in the field."""
    before = choice.own_data()
    if name.strip():
        change(lambda own: own.with_class(name))
    save(Typed(name if choice.own_data() is before else ""))


def _edit(own: OwnData) -> None:
    text_control("own_title", "Name of the data", own.title, _rename_data, most=60, linked=False)
    for label, (name, count) in enumerate(zip(own.classes, own.counts, strict=True)):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            rename = partial(_rename, label)
            text_control(f"own_name_{label}", f"Class {label + 1}", name, rename, most=MOST_LETTERS, linked=False)
            st.button(
                "Delete",
                key=f"own_delete_{label}",
                icon=":material/delete:",
                on_click=_delete,
                args=(label, name),
                help=f"Deletes {plain(name)} with its {counted(count.both, 'picture')}. Undo brings them back.",
            )
    option_control(
        "own_colour",
        "Pictures in",
        COLOUR if own.colour else GREY,
        lambda kind: change(lambda own: own.in_colour(kind == COLOUR)),
        "What the network receives. In colour, each pixel is three numbers. Pictures that are here are converted.",
        options=(GREY, COLOUR),
        kind="buttons",
        linked=False,
    )
    st.button("Start over", key="own_empty", icon=":material/restart_alt:", on_click=_start_over)


def _rename_data(title: str) -> None:
    if title.strip():
        change(lambda own: own.titled(title))


def _rename(label: int, name: str) -> None:
    if label < len(choice.own_data().classes) and name.strip():
        change(lambda own: own.renamed(label, name))


def _delete(label: int, name: str) -> None:
    if choice.own_data().classes[label : label + 1] == (name,):
        change(lambda own: own.without_class(label))


def _start_over() -> None:
    change(lambda own: OwnData(next_number=own.next_number, next_id=own.next_id))
