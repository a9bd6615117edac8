"""What the labs share: suggestions, the source that runs, and how they follow block 1 of the sidebar's network."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, NamedTuple, TypeVar

import streamlit as st

from .. import source
from ..errors import PlaygroundError
from ..network.blocks import Blocks
from ..network.layers import Convolution, Layer, Pooling, write_layers
from ..network.parsing import read_layers
from ..state.fields import State, kind_of
from ..state.labs import Following
from . import choice
from .plain_text import plain
from .session import save, session, state
from .toasts import tell

Sliding = TypeVar("Sliding", Convolution, Pooling)
T = TypeVar("T", bound=State)

# Fields that a suggestion leaves to the visitor: places in a picture, which one looks at, and another exhibit's.
LEFT = frozenset(
    {"cell", "angle", "chosen", "shift", "flipped", "filter", "map", "draws", "number", "previous"}
    | {"layers", "each_stride"}
)


class Try(NamedTuple):
    """What to look for, and the states that a click brings; `net` becomes the sidebar's network."""

    look_for: str
    states: tuple[State, ...]
    net: str | None = None

    @property
    def brought(self) -> tuple[State, ...]:
        """The states, none of which follows block 1: the suggestion sets the controls."""
        return tuple(replace(s, follow=False) if isinstance(s, Following) else s for s in self.states)

    def holds(self) -> bool:
        """Whether the controls still stand as the suggestion has set them."""
        net = self.net is None or choice.net() == write_layers(read_layers(self.net))
        return net and all(_controls_of(state(type(wanted))) == _controls_of(wanted) for wanted in self.brought)


def _controls_of(one: State) -> dict[str, Any]:
    return {entry.name: getattr(one, entry.name) for entry in fields(one) if entry.name not in LEFT}


def tries(key: str, suggestions: Mapping[str, Try]) -> None:
    """Buttons that set the controls. Below, what to look for, until a control is moved away from the suggestion."""
    tried = session().tried.get(key, "")
    if tried and not (tried in suggestions and suggestions[tried].holds()):
        tried = session().tried[key] = ""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        help = "Each button sets the controls and says what to look for."
        st.markdown("**Try**", width="content", help=help)
        for index, (label, suggestion) in enumerate(suggestions.items()):
            st.button(
                label,
                key=f"{key}_{index}",
                on_click=_try,
                args=(key, label, suggestion),
                icon=":material/task_alt:" if tried == label else ":material/science:",
            )
    # Once there is a line it stays, so that nothing moves while a control is dragged away from the suggestion.
    if tried:
        st.caption(f":material/visibility: :blue[**{tried}.**] {suggestions[tried].look_for}")
    elif key in session().tried:
        st.caption(":material/science: You have changed the controls since.")


def _try(key: str, label: str, suggestion: Try) -> None:
    if suggestion.net:
        choice.choose_net(choice.for_data(suggestion.net, choice.data()))
    save(*suggestion.brought)
    session().tried[key] = label
    session().tries += 1


def sources(explanation: str, *functions: Callable[..., Any]) -> None:
    """The code that runs, as it runs."""
    with st.expander("The code that runs", icon=":material/code:"):
        st.markdown(explanation)
        for function in functions:
            st.code(source_of(function), language="python")


@cache
def source_of(function: Callable[..., Any]) -> str:
    """The source of a function as it runs, without its docstring."""
    text = textwrap.dedent(source.text_of(inspect.unwrap(function)))
    lines, definition = text.rstrip().splitlines(), source.parse(text).body[0]
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


@dataclass
class Mirrored:
    """Per session: the states that show block 1, as they were last set; one that differs now was moved by hand.

    before: for each lab, the states of its controls when the visitor last went back to block 1.
    """

    states: dict[type[State], State] = field(default_factory=dict)
    before: dict[type[State], tuple[State, ...]] = field(default_factory=dict)


def followed_layer(lab: type[Following], kind: type[Sliding]) -> Sliding | None:
    """The sidebar's first layer of a kind; None where the lab does not follow it, or there is none."""
    at = first_layer(kind) if state(lab).follow else None
    if at is None:
        return None
    layer = choice.layers()[at]
    assert isinstance(layer, kind)
    return layer


def mirror(*states: State) -> None:
    """Keep states that show block 1, so that `was_moved` tells when the visitor changes one."""
    save(*states)
    state(Mirrored).states |= {type(one): one for one in states}


def was_moved(*labs: type[State]) -> bool:
    """Whether the visitor has changed one of the states since it was mirrored."""
    mirrored = state(Mirrored).states
    return any(lab in mirrored and state(lab) != mirrored[lab] for lab in labs)


def as_far_as_held(one: T, **values: object) -> T:
    """A state with those of the values that its fields can hold: a network's text allows more than a lab."""
    return replace(one, **{name: value for name, value in values.items() if kind_of(one, name).holds(value)})


def square(pair: tuple[int, int]) -> int | None:
    """The side of a window; None where it is not square."""
    return pair[0] if pair[0] == pair[1] else None


def follow_line(
    lab: type[Following], kind: type[Layer], layer: Convolution | Pooling | None, *controls: type[State]
) -> None:
    """Says whether the lab shows block 1 or something of its own, with the way there and back.

    layer: what the lab shows, None where no network's text can say it. controls: the states of the lab's controls,
    where they are not fields of `lab`.
    """
    at, key = first_layer(kind), f"{lab.name}_follow"
    block, now, before = (None if at is None else choice.layers()[at]), state(lab), state(Mirrored).before.get(lab)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(_follow_text(kind, layer, block, follows=now.follow), width="stretch")
        if now.follow and before:
            st.button(
                "Back to free play",
                key=key,
                on_click=_return,
                args=(lab, before),
                icon=":material/undo:",
                type="tertiary",
            )
        else:
            st.button(
                "Back to block 1",
                key=key,
                on_click=_back,
                args=(lab, *controls),
                icon=":material/link:",
                disabled=now.follow or block is None,
                type="tertiary" if now.follow else "secondary",
            )
        st.button(
            "Use it in block 1",
            key=f"{lab.name}_give",
            on_click=_put,
            args=(layer,),
            icon=":material/output:",
            disabled=now.follow or block is None or layer is None,
            type="tertiary" if now.follow else "secondary",
            help="Puts this window into your network, in place of block 1's. Undo in the sidebar takes it back.",
        )


def _follow_text(kind: type[Layer], layer: Layer | None, block: Layer | None, *, follows: bool) -> str:
    if block is None:
        return f"Your network has no {kind.kind}, so this lab has settings of its own."
    if follows:
        return f"**Block 1 of your network:** {block.title}. Change anything here to play freely."
    if layer is not None and _without_filters(layer) == _without_filters(block):
        return "**Free play**, with the window of block 1 of your network."
    return f"**Free play:** this window differs from block 1 of your network ({block.title})."


def _without_filters(layer: Layer) -> Layer:
    return replace(layer, filters=1) if isinstance(layer, Convolution) else layer


def _back(lab: type[Following], *controls: type[State]) -> None:
    """Show block 1 again; what was set by hand can be brought back."""
    mirrored = state(Mirrored)
    mirrored.before[lab] = tuple(state(one) for one in (lab, *controls))
    for one in controls:
        mirrored.states.pop(one, None)
    save(state(lab).following())


def _return(lab: type[Following], states: tuple[State, ...]) -> None:
    save(*states)
    del state(Mirrored).before[lab]


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
        tell(plain(str(error)))
        return
    beyond = (
        ""
        if Blocks.of(tuple(layers), len(choice.data().classes))
        else " Sliders cannot express it: the sidebar shows the network as text."
    )
    tell(f"Block 1 of the network has this window now.{beyond}", "output")
