"""Small things that several pages show: an error with its way out, the chain of shapes, a page's head."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ..errors import PlaygroundError, Remedy
from ..export.tables import shape_text
from ..figures import percent
from ..network.architecture import Architecture
from ..network.layers import Layer, layer_names
from ..ops.arithmetic import Padding
from ..ops.registry import ACTIVATIONS, POOLS
from ..state.labs import Tabs
from . import choice, subject, widget_values
from .chip import chip
from .components.payloads.network import volume_layers
from .components.volumes import volumes
from .plain_text import plain
from .session import save, session, state
from .toasts import tell


def head(title: str, purpose: str) -> None:
    """A page's title, its purpose in a sentence, the network it shows, and what was wrong with the link."""
    st.title(title, anchor=False)
    st.markdown(purpose)
    chip()
    if problems := session().link_problems:
        st.warning("\n\n".join(map(plain, problems)), icon=":material/link_off:")
        st.button("Understood", on_click=problems.clear, key="link_problems_seen")


def looked_at(key: str) -> subject.Looked | None:
    """The network that is looked at; None, with the reason and ways out, where it does not fit."""
    try:
        return subject.looked()
    except PlaygroundError as error:
        show_error(error, key)
        return None


def tabs(parts: Mapping[str, tuple[str, Callable[[], None]]], lab: type[Tabs]) -> None:
    """Parts of a page by their name in `lab.tab`, each with its title; only the one in front is made."""
    key, titles = f"{lab.name}_tab", {name: title for name, (title, _) in parts.items()}
    names = {title: name for name, title in titles.items()}
    if (chosen := widget_values.changed_by_user().get(key)) in names:
        save(replace(state(lab), tab=names[chosen]))
    front = titles.get(state(lab).tab) or next(iter(names))
    widget_values.show(key, front)
    drawn = st.tabs(list(names), key=key, default=front, on_change="rerun")
    for tab, (_, part) in zip(drawn, parts.values(), strict=True):
        if tab.open:
            with tab:
                part()


def show_error(error: PlaygroundError, key: str, act: Callable[[Mapping[str, Any]], None] = choice.apply) -> None:
    """The sentence of an error, and a button for each way out; `act` carries out the chosen change."""
    st.error(plain(str(error)), icon=":material/error:")
    ways_out(error.remedies, key, act)


def ways_out(remedies: Sequence[Remedy], key: str, act: Callable[[Mapping[str, Any]], None] = choice.apply) -> None:
    """A button for each remedy; `act` carries out the chosen change."""
    if not remedies:
        return
    with st.container(horizontal=True, gap="small"):
        for index, remedy in enumerate(remedies):
            st.button(
                plain(remedy.label),
                key=f"{key}_{index}",
                on_click=_carry_out,
                args=(act, dict(remedy.change)),
                icon=":material/build:",
            )


def _carry_out(act: Callable[[Mapping[str, Any]], None], change: Mapping[str, Any]) -> None:
    attempt(lambda: act(change))


def attempt(act: Callable[[], None]) -> None:
    """Do what was asked for; where it cannot be done, say why."""
    try:
        act()
    except PlaygroundError as error:
        tell(plain(str(error)))


def probability_text(probability: float) -> str:
    """A probability in Markdown, where its < or > would be read as HTML or, at the beginning of a line, a quotation."""
    return re.sub("([<>])", r"\\\1", percent.probability_text(probability))


def padding_title(padding: Padding) -> str:
    return f"{padding} px" if isinstance(padding, int) else str(padding)


def pool_title(name: str) -> str:
    return POOLS[name].title if name in POOLS else "none"


def activation_title(name: str) -> str:
    return ACTIVATIONS[name].title if name in ACTIVATIONS else "none"


def chain(layers: tuple[Layer, ...], shapes: Sequence[tuple[int, ...]]) -> str:
    """The shapes from layer to layer in a line, as far as they go; layers that leave the shape alone are left out."""
    parts = [shape_text(shapes[0])]
    for name, before, shape in zip(layer_names(layers), shapes, shapes[1:], strict=False):
        if shape != before or name.startswith("conv"):
            parts.append(f"{name}&nbsp;**{shape_text(shape)}**")
    if len(shapes) <= len(layers):
        parts.append(f"{layer_names(layers)[len(shapes) - 1]}&nbsp;**?**")
    return " → ".join(parts)


def chain_alt(layers: tuple[Layer, ...], shapes: Sequence[tuple[int, ...]]) -> str:
    """`chain` as plain text, for those who do not see the picture."""
    return chain(layers, shapes).replace("*", "").replace("&nbsp;", " ")


def picture(architecture: Architecture, image: np.ndarray | None = None) -> None:
    """The network drawn as volumes. image: what is drawn on the input, [h w c] from 0 to 1."""
    alt = f"The network as boxes: {chain_alt(architecture.layers, architecture.shapes)}"
    volumes(volume_layers(architecture, image), alt=alt)
