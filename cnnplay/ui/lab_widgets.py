"""What the labs share: suggestions, the source that runs, and the way to and from the sidebar's network."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import streamlit as st

from ..errors import PlaygroundError
from ..network.blocks import Blocks
from ..network.layers import Convolution, Layer, Pooling, write_layers
from ..state.fields import State
from ..state.labs import Following
from . import choice
from .controls import toggle
from .session import save, session, state
from .widgets import plain

SLIDER = 144  # pixels wide: five in a row on a laptop, two on a phone

PADDING_HELP = "Zeros put around the image. valid: none; same: ⌈size / stride⌉ outputs; full: every overlap counts."

Sliding = TypeVar("Sliding", Convolution, Pooling)


class Try(NamedTuple):
    """What to look for, and the states that a click brings; `net` becomes the sidebar's network."""

    look_for: str
    states: tuple[State, ...]
    net: str | None = None


def tries(key: str, suggestions: Mapping[str, Try]) -> None:
    """Buttons that set the controls, and what to look for after the one that was pressed."""
    tried = session().tried.get(key)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Try**", width="content")
        for index, (label, suggestion) in enumerate(suggestions.items()):
            st.button(
                label,
                key=f"{key}_{index}",
                on_click=_try,
                args=(key, label, suggestion),
                icon=":material/task_alt:" if tried == label else ":material/science:",
                help=suggestion.look_for,
            )
    if tried and tried in suggestions:
        st.info(suggestions[tried].look_for, icon=":material/visibility:")


def _try(key: str, label: str, suggestion: Try) -> None:
    if suggestion.net:
        choice.choose_net(suggestion.net)
    save(*suggestion.states)
    session().tried[key] = label
    session().tries += 1


def sources(explanation: str, *functions: Callable[..., Any]) -> None:
    """The code that runs, as it runs."""
    with st.expander("The code that runs", icon=":material/code:"):
        st.markdown(explanation)
        for function in functions:
            st.code(source_of(function), language="python")


def source_of(function: Callable[..., Any]) -> str:
    """The source of a function as it runs, without its docstring."""
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
    lines, definition = source.rstrip().splitlines(), ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    if ast.get_docstring(definition):
        del lines[definition.body[0].lineno - 1 : definition.body[0].end_lineno]
    return "\n".join(lines)


def reading(links: Mapping[str, str]) -> None:
    """Further reading: title -> address."""
    st.caption("Further reading: " + " · ".join(f"[{title}]({address})" for title, address in links.items()))


def first_layer(kind: type[Layer]) -> int | None:
    """Where block 1 has its layer of a kind: the first convolution, or the first pooling after it; None if nowhere."""
    layers = choice.layers()
    start = next((at for at, layer in enumerate(layers) if isinstance(layer, Convolution)), len(layers))
    return next((at for at in range(start, len(layers)) if isinstance(layers[at], kind)), None)


def follow(lab: type[Following], kind: type[Sliding], what: str) -> Sliding | None:
    """The lab's switch that takes its setting from the sidebar's first layer of a kind: that layer, None if off."""
    toggle("Use block 1", lab, "follow", f"Takes {what} from the first block of the sidebar's network, and follows it.")
    if not state(lab).follow:
        return None
    at = first_layer(kind)
    if at is None:
        name = "convolution" if kind is Convolution else "pooling"
        st.caption(f"The sidebar's network has no {name} to follow.")
        return None
    layer = choice.layers()[at]
    assert isinstance(layer, kind)
    return layer


def give_to_block(layer: Convolution | Pooling, key: str) -> None:
    """A button: put the setting found here into the sidebar's network, in place of its first layer of this kind."""
    st.button(
        "Give it to block 1",
        key=key,
        on_click=_put,
        args=(layer,),
        icon=":material/output:",
        disabled=first_layer(type(layer)) is None,
        help="Puts this window into the network in the sidebar. Undo there takes it back.",
    )


def _put(found: Convolution | Pooling) -> None:
    layers, at = list(choice.layers()), first_layer(type(found))
    assert at is not None
    old = layers[at]
    if isinstance(found, Convolution) and isinstance(old, Convolution):
        found = replace(found, filters=old.filters)
    layers[at] = found
    try:
        choice.choose_net(write_layers(tuple(layers)))
    except PlaygroundError as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    beyond = "" if Blocks.of(tuple(layers)) else " Sliders cannot express it: the sidebar shows the network as text."
    st.toast(f"Block 1 of the network has this window now.{beyond}", icon=":material/output:")
