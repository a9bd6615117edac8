"""The page Your data: classes, a quick pad, photos, files, variants, and the way to a network that learns them."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from ...data.own import OwnData
from ...state.labs import DataTabs
from .. import choice
from ..controls import take_changes
from ..toasts import toasts_in_fragment
from ..widgets import tabs
from .classes import classes, first_classes
from .drawing import draw_examples
from .files import camera, open_file, photos, take_home
from .training import train
from .variants import held_out, variants

Outline = tuple[object, ...]


def own_data() -> None:
    """All of the page below its head."""
    _parts(_outline(choice.own_data()))


def _outline(own: OwnData) -> Outline:
    """What the sidebar shows of the data: with another, the whole page is drawn again."""
    return own.title, own.classes, own.colour, choice.config().dataset, bool(own.problems)


@st.fragment
def _parts(drawn: Outline) -> None:
    """drawn: the outline of the data when the whole page was drawn."""
    if take_changes() or _outline(choice.own_data()) != drawn:
        st.rerun()
    _draw_parts(choice.own_data())


@toasts_in_fragment()
def _draw_parts(own: OwnData) -> None:
    with st.container():  # always there: else the field below would be made anew, and lose what is being typed
        if not own.classes:
            first_classes()
    classes(own)
    # All of them from the beginning: a browser that has not been told yet that there are further tabs would go on to
    # say that the one it knows is in front, and that would look like a click.
    parts = {
        "draw": ("Draw", partial(_with_a_class, draw_examples, own)),
        "camera": ("Camera", partial(_with_a_class, camera, own)),
        "photos": ("Photos", partial(_with_a_class, photos, own)),
        "file": ("Open a file", partial(open_file, own)),
    }
    tabs(parts, DataTabs)
    if own.classes:
        train(own)
    if len(own.labels):
        take_home(own)
        variants(own)
        held_out(own)


def _with_a_class(part: Callable[[OwnData], None], own: OwnData) -> None:
    """A part that adds pictures to a class, where there is one."""
    if own.classes:
        part(own)
    else:
        st.caption("First name a class, in the field above or with one of the buttons.")
