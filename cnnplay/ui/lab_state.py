"""What is chosen in the labs, for as long as a visit lasts."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import streamlit as st

from . import choice, widget_values


def begin(**defaults: Any) -> None:
    """First line of a part: take what the visitor has changed, and give each control its value where it has none yet.

    The values are kept apart from the widgets, which forget theirs when one goes to another page. What a browser sends
    for a list is taken only where the list had it: Streamlit looks at it when the list is drawn again, which is later.
    """
    now, ending = vars(chosen()), widget_key("")
    for key in widget_values.changed_by_user():
        name, value = key.removesuffix(ending), st.session_state[key]
        if key.endswith(ending) and name in now and value in _offered().get(key, [value]):
            now[name] = value
    for key, value in defaults.items():
        now.setdefault(key, value)


def chosen() -> SimpleNamespace:
    """What is chosen in the labs, for as long as the visit lasts: by the names of the controls."""
    values: SimpleNamespace = st.session_state.setdefault("labs", SimpleNamespace())
    return values


def choose(**values: Any) -> None:
    """Give controls other values, as if by hand; "net" is the sidebar's network, and Undo takes it back."""
    if "net" in values:
        choice.choose_net(values.pop("net"))
    vars(chosen()).update(values)


def slider_args(name: str) -> dict[str, Any]:
    """Key and value of a widget that shows what is chosen under that name."""
    return {"key": _shown(name), "value": getattr(chosen(), name)}


def select_args(name: str, options: Iterable[Any]) -> dict[str, Any]:
    """`slider_args` for a list of options."""
    offered = _offered()[widget_key(name)] = list(options)
    return {"key": _shown(name), "index": widget_values.index_of(getattr(chosen(), name), offered)}


def segmented_args(name: str, options: Iterable[Any]) -> dict[str, Any]:
    """`slider_args` for a row of buttons."""
    _offered()[widget_key(name)] = list(options)
    return {"key": _shown(name), "default": getattr(chosen(), name)}


def _offered() -> dict[str, list[Any]]:
    """The options that each list last had, by its key."""
    options: dict[str, list[Any]] = st.session_state.setdefault("offered", {})
    return options


def picked(key: str, pictures: Mapping[str, Any]) -> Any:
    """What the picture stands for that was chosen of the maps of that key, None where these had none of that id."""
    picture = st.session_state[key].choose
    return pictures.get(picture) if isinstance(picture, str) else None


def _shown(name: str) -> str:
    widget_values.show(widget_key(name), getattr(chosen(), name))
    return widget_key(name)


def widget_key(name: str) -> str:
    """One for each page: a widget that begins on a second page under the same key would begin empty."""
    return f"{name}@{st.session_state.page}"
