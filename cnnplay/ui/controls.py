"""Widgets that show a field of a lab's state, with the bounds and options that the field has."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from ..state.fields import State, StateError, is_linked, kind_of
from ..state.kinds import OneOf, Real, Text, Whole
from ..state.labs import WithCell
from . import widget_values
from .session import save, session, state

Lab = type[State]
T = TypeVar("T")  # an option of a list


def take_changes() -> bool:
    """First thing of a script run, or of a fragment's: what the visitor has changed becomes the state.

    Returns whether that is part of links. Then a fragment leaves the rest to a run of the whole script, which writes it
    into the address.

    The states are kept apart from the widgets, which lose theirs when the visitor changes pages. What a browser sends
    for a list is accepted only if the list offered it: Streamlit checks it only when the list is drawn again.
    """
    states, linked = {lab.name: lab for lab in session().states if issubclass(lab, State)}, False
    for key, value in widget_values.changed_by_user().items():
        name, _, page = key.partition("@")
        lab_name, _, field_name = name.partition(".")
        lab = states.get(lab_name)
        if lab and page == session().page and value in session().offered.get(key, [value]):
            kind = kind_of(lab, field_name)
            if isinstance(kind, Text) and isinstance(value, str):
                value = kind.cleaned(value)
            with suppress(StateError):  # only a browser that was tampered with sends what a field cannot hold
                save(state(lab).changed(field_name, value))
                linked |= is_linked(lab, field_name)
                session().shown[key] = st.session_state[key]  # it is taken once
    return linked


def widget_key(lab: Lab, name: str) -> str:
    """One for each page: a widget that begins on a second page under the same key would begin empty."""
    return f"{lab.key(name)}@{session().page}"


def slider(label: str, lab: Lab, name: str, help: str | None = None, *, high: int | None = None, **more: Any) -> None:
    """A slider over the bounds of a field, or up to `high`, which then also bounds the value that is shown."""
    kind = kind_of(lab, name)
    if isinstance(kind, Real):
        st.slider(label, float(kind.low), float(kind.high), **_bound(lab, name), help=help, **more)
        return
    assert isinstance(kind, Whole)
    high = kind.high if high is None else high
    st.slider(label, kind.low, high, **_bound(lab, name, high), step=kind.step, help=help, **more)


def number(label: str, lab: Lab, name: str, help: str | None = None, *, high: int | None = None) -> None:
    """`slider`, as a field to type into."""
    kind = kind_of(lab, name)
    assert isinstance(kind, Whole)
    high = kind.high if high is None else high
    st.number_input(label, kind.low, high, **_bound(lab, name, high), help=help)


def toggle(label: str, lab: Lab, name: str, help: str | None = None, **more: Any) -> None:
    st.toggle(label, **_bound(lab, name), help=help, **more)


def text(label: str, lab: Lab, name: str, help: str | None = None) -> None:
    """A field to type into, as long as the text may be."""
    kind = kind_of(lab, name)
    assert isinstance(kind, Text)
    st.text_input(label, **_bound(lab, name), max_chars=kind.most, help=help)


def select(
    label: str,
    lab: Lab,
    name: str,
    help: str | None = None,
    *,
    options: Iterable[T] | None = None,
    value: T | None = None,
    titles: Mapping[T, str] | Callable[[T], str] = str,
    **more: Any,
) -> None:
    """A list of a field's options, or of others.

    value: what it shows where that is not the state, as for a layer that this network lacks.
    titles: how each option reads.
    """
    key, chosen, offered = _offer(lab, name, options, value)
    index = widget_values.index_of(chosen, offered)
    st.selectbox(label, offered, index, key=key, format_func=_titles(titles), help=help, **more)


def segmented(
    label: str,
    lab: Lab,
    name: str,
    help: str | None = None,
    *,
    options: Iterable[T] | None = None,
    value: T | None = None,
    titles: Mapping[T, str] | Callable[[T], str] = str,
    **more: Any,
) -> None:
    """`select`, as a row of buttons."""
    key, chosen, offered = _offer(lab, name, options, value)
    st.segmented_control(
        label, offered, default=chosen, key=key, format_func=_titles(titles), required=True, help=help, **more
    )


def scale(
    label: str,
    lab: Lab,
    name: str,
    help: str | None = None,
    *,
    options: Iterable[T],
    value: T,
    titles: Mapping[T, str] | Callable[[T], str] = str,
) -> None:
    """`select`, as a slider over options that are in order."""
    key, chosen, offered = _offer(lab, name, options, value)
    st.select_slider(label, offered, chosen, key=key, format_func=_titles(titles), help=help)


def _bound(lab: Lab, name: str, high: int | None = None) -> dict[str, Any]:
    """Key and value of a widget that shows a field."""
    key, value = widget_key(lab, name), getattr(state(lab), name)
    if high is not None and value is not None:
        value = min(value, high)
    widget_values.show(key, value)
    return {"key": key, "value": value}


def _offer(lab: Lab, name: str, options: Iterable[object] | None, value: object) -> tuple[str, Any, list[Any]]:
    """Key, value and options of a list, which are remembered: `take_changes` takes nothing else."""
    key, kind = widget_key(lab, name), kind_of(lab, name)
    if options is None:
        assert isinstance(kind, OneOf)
        options = kind.options
    value = getattr(state(lab), name) if value is None else value
    offered = session().offered[key] = list(options)
    widget_values.show(key, value)
    return key, value, offered


def _titles(titles: Mapping[T, str] | Callable[[T], str]) -> Callable[[T], str]:
    return titles if callable(titles) else titles.__getitem__


def cell_args(lab: type[WithCell], key: str, *subject: object) -> dict[str, Any]:
    """What a player of that key needs to keep its cell in the state of a lab.

    subject: what is shown. Where it is another than before, the cell means nothing any more.
    """
    subjects, shown = session().subjects, " ".join(map(str, (session().tries, *subject)))
    if subjects.setdefault(key, shown) != shown:
        subjects[key] = shown
        save(replace(state(lab), cell=None))
    return {"cell": state(lab).cell, "subject": shown, "on_cell": partial(_take_cell, lab, key)}


def _take_cell(lab: type[WithCell], key: str) -> None:
    cell = st.session_state[key].cell
    with suppress(StateError):
        save(replace(state(lab), cell=tuple(cell) if isinstance(cell, list) else None))


def picked(key: str, pictures: Mapping[str, Any]) -> Any:
    """What the chosen picture of the maps with that key stands for; None if these have no picture of its id."""
    picture = st.session_state[key].choose
    return pictures.get(picture) if isinstance(picture, str) else None
