"""What the labs share: things to try, the source that runs, and the way to and from the sidebar's network."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from ..errors import PlaygroundError
from ..network.blocks import Blocks
from ..network.layers import Convolution, Layer, Pooling, write_layers
from ..network.parsing import read_layers
from ..ops.arithmetic import Padding
from . import choice
from .lab_state import begin, choose, chosen, slider_args
from .widgets import plain

Tries = Mapping[str, tuple[str, dict[str, Any]]]  # label: what to look for, the values that a click gives to controls

SLIDER = 144  # pixels wide: five in a row on a laptop, two on a phone

PADDING_SAYS = "Zeros put around the image. valid: none; same: ⌈size / stride⌉ outputs; full: every overlap counts."


def tries(key: str, things: Tries) -> None:
    """Buttons that set the controls, and for the one that was pressed what to look for."""
    begin(**{key: None, "tried": 0})
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Try**", width="content")
        for index, (label, (help_text, values)) in enumerate(things.items()):
            st.button(
                label,
                key=f"{key}_{index}",
                on_click=_try,
                args=(key, label, values),
                icon=":material/task_alt:" if getattr(chosen(), key) == label else ":material/science:",
                help=help_text,
            )
    if getattr(chosen(), key) in things:
        st.info(things[getattr(chosen(), key)][0], icon=":material/visibility:")


def _try(key: str, label: str, values: dict[str, Any]) -> None:
    choose(**values, **{key: label, "tried": chosen().tried + 1})


def sources(help_text: str, *functions: Callable[..., Any]) -> None:
    """The code that runs, as it runs."""
    with st.expander("The code that runs", icon=":material/code:"):
        st.markdown(help_text)
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
    """Where to read on: title -> address."""
    st.caption("To read on: " + " · ".join(f"[{title}]({address})" for title, address in links.items()))


def padding_title(padding: Padding) -> str:
    return f"{padding} px" if isinstance(padding, int) else str(padding)


def first_layer(kind: type[Layer]) -> int | None:
    """Where block 1 has its layer of a kind: the first convolution, or the first pooling after it; None if nowhere."""
    layers = read_layers(choice.net())
    start = next((at for at, layer in enumerate(layers) if isinstance(layer, Convolution)), len(layers))
    return next((at for at in range(start, len(layers)) if isinstance(layers[at], kind)), None)


def follow(key: str, kind: type[Layer], what: str) -> Any:
    """A switch: take the lab's setting from the sidebar's first layer of a kind. That layer, None where it is off."""
    begin(**{key: False})
    st.toggle(
        "Use block 1",
        **slider_args(key),
        help=f"Takes {what} from the first block of the sidebar's network, and follows it.",
    )
    if not getattr(chosen(), key):
        return None
    at = first_layer(kind)
    if at is None:
        st.caption(f"The sidebar's network has no {'convolution' if kind is Convolution else 'pooling'} to follow.")
        return None
    return read_layers(choice.net())[at]


def give_to_block(layer: Convolution | Pooling, key: str) -> None:
    """A button: put the setting found here into the sidebar's network, in place of its first layer of this kind."""
    st.button(
        "Give it to block 1",
        key=key,
        on_click=_put,
        args=(layer,),
        icon=":material/output:",
        disabled=first_layer(type(layer)) is None,
        help="Puts this window into the network in the sidebar. Undo, there, takes it back.",
    )


def _put(found: Convolution | Pooling) -> None:
    layers, at = list(read_layers(choice.net())), first_layer(type(found))
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
    beyond = "" if Blocks.of(tuple(layers)) else " It is more than sliders can say: the sidebar shows it as text."
    st.toast(f"Block 1 of the network has this window now.{beyond}", icon=":material/output:")
