"""Small things that several pages show: an error with its way out, the chain of shapes, a page's head."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ..architecture import Architecture
from ..errors import PlaygroundError
from ..figures import volume_layers
from . import state
from .components.volumes import volumes


def head(title: str, purpose: str) -> None:
    """A page's title, its purpose in a sentence, and what was wrong with the link that led here."""
    st.title(title, anchor=False)
    st.markdown(purpose)
    problems = st.session_state.get("link_problems", [])
    if problems:
        with st.container(border=True, key="link_problems_box"):
            for problem in problems:
                st.warning(problem, icon=":material/link_off:")
            st.button("Understood", on_click=st.session_state.link_problems.clear, key="link_problems_seen")


def way_out(error: PlaygroundError, key: str, act: Callable[[dict[str, Any]], None] = state.apply) -> None:
    """The sentence of an error, and a button for each way out; `act` carries out the chosen change."""
    st.error(str(error), icon=":material/error:")
    if not error.remedies:
        return
    with st.container(horizontal=True, gap="small"):
        for index, remedy in enumerate(error.remedies):
            st.button(
                remedy.label,
                key=f"{key}_{index}",
                on_click=act,
                args=(dict(remedy.change),),
                icon=":material/build:",
            )


def shape_text(shape: tuple[int, ...]) -> str:
    return "×".join(f"{size:,}" for size in shape)


def chain(architecture: Architecture) -> str:
    """The shapes from layer to layer in a line: layers that leave the shape alone are left out."""
    parts, before = [shape_text(architecture.input_shape)], architecture.input_shape
    for name, shape in zip(architecture.names, architecture.shapes[1:], strict=True):
        if shape != before or name.startswith("conv"):
            parts.append(f"{name}&nbsp;**{shape_text(shape)}**")
        before = shape
    return " → ".join(parts)


def picture(architecture: Architecture) -> None:
    """The network drawn as volumes."""
    plain = chain(architecture).replace("*", "").replace("&nbsp;", " ")
    volumes(volume_layers(architecture), alt=f"The network as boxes: {plain}")
