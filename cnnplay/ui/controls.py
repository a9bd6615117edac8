"""Controls: what a visitor sets, each with the value that it shows and what a change of it does."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, Literal, TypeVar

import streamlit as st

from ..errors import PlaygroundError
from ..state.fields import State, StateError, is_linked, kind_of
from ..state.kinds import Kind, OneOf, Real, Text, Whole
from ..state.labs import WithCell
from .components.fields import Field, edits, fields
from .session import Control, reported, save, session, state

Lab = type[State]
T = TypeVar("T")  # an option of a list
Titles = Mapping[T, str] | Callable[[T], str]


def take_changes() -> bool:
    """First thing of a script run, or of a fragment's: carry out what the visitor has changed, in that order.

    Returns whether that is part of links. Then a fragment leaves the rest to a run of the whole script, which writes it
    into the address.

    A change is taken once, and whatever page it was made on; none is taken after a later one of the same control. What
    is no control's, or not among its values, which only a browser that was tampered with sends, changes nothing.
    """
    now, linked = session(), False
    sent = (edit for key in now.mounted for edit in edits(st.session_state.get(key), now.token))
    for edit in sorted({edit[:3]: edit for edit in sent}.values(), key=lambda edit: edit.number):
        if edit.name not in now.controls or edit.number <= now.taken.get(edit.name, -1):
            continue
        now.taken[edit.name] = edit.number
        now.goes_on, now.movement = edit.movement == now.movement, edit.movement
        linked |= _take(edit.name, edit.value)
    now.goes_on = False
    return linked


def _take(name: str, value: object) -> bool:
    """Carry out a change; whether it is part of links."""
    control = session().controls[name]
    with suppress(ValueError, PlaygroundError):
        control.change(control.read(value))
        return control.linked
    return False


@contextmanager
def together(key: str, *, row: bool = False) -> Iterator[None]:
    """The controls made within are one element of the page: one under the other, or in a row."""
    now = session()
    before, now.gathered = now.gathered, []
    try:
        yield
        gathered = now.gathered
    finally:
        now.gathered = before
    _mount(key, gathered, row=row)


def control(
    field: Field,
    read: Callable[[object], T],
    change: Callable[[T], object],
    *,
    linked: bool = True,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """Show a field. What the visitor makes of it goes through `read`, which raises ValueError, and to `change`."""
    now = session()
    now.controls[field.name] = Control(read, change, linked)
    help = None if field.help is None else _plain(field.help)
    field = replace(field, taken=now.taken.get(field.name), help=help)
    if now.gathered is None:
        _mount(f"fields_{field.name}", [field], width=width)
    else:
        now.gathered.append(field)


def _mount(key: str, shown: Sequence[Field], *, row: bool = False, width: int | Literal["stretch"] = "stretch") -> None:
    session().mounted.add(key)
    fields(shown, key=key, session=session().token, row=row, width=width)


def _plain(markdown: str) -> str:
    """Without the marks of bold and italic letters; the items of a list with a bullet."""
    return re.sub(r"(?m)^- ", "• ", re.sub(r"\*+", "", markdown))


def number_control(
    name: str,
    label: str,
    value: float,
    change: Callable[[Any], object],
    help: str | None = None,
    *,
    low: float,
    high: float,
    step: float | None = None,
    kind: Literal["slider", "number"] = "slider",
    **more: Any,
) -> None:
    """A slider over the numbers from `low` to `high`, or a field to type one into; whole where `low` is whole."""
    bounds = Whole(low, int(high)) if isinstance(low, int) else Real(low, high)
    step = step or (1 if isinstance(bounds, Whole) else 0.01)
    value = min(max(value, low), high)
    how, field = _split(more)
    shown = Field(name=name, kind=kind, label=label, value=value, help=help, low=low, high=high, step=step, **field)
    control(shown, partial(_number, bounds), change, **how)


def _number(bounds: Kind, value: object) -> object:
    if not bounds.holds(value):
        raise ValueError(f"not {bounds}")
    return value


def switch_control(
    name: str, label: str, value: bool, change: Callable[[bool], object], help: str | None = None, **more: Any
) -> None:
    how, field = _split(more)
    control(Field(name=name, kind="switch", label=label, value=value, help=help, **field), _on_or_off, change, **how)


def _on_or_off(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither on nor off")
    return value


def option_control(
    name: str,
    label: str,
    value: object,
    change: Callable[[Any], object],
    help: str | None = None,
    *,
    options: Iterable[T],
    titles: Titles[T] = str,
    kind: Literal["list", "buttons", "slider"] = "list",
    **more: Any,
) -> None:
    """One of some options: as a list, a row of buttons, or a slider where they are in order.

    titles: how each option reads, no two alike: a browser tells the title.
    """
    title = titles if callable(titles) else titles.__getitem__
    by_title = {title(option): option for option in options}
    chosen = next((text for text, option in by_title.items() if option == value and type(option) is type(value)), None)
    how, field = _split(more)
    shown = Field(name=name, kind=kind, label=label, value=chosen, help=help, options=list(by_title), **field)
    control(shown, partial(_option, by_title), change, **how)


def _option(by_title: Mapping[str, object], title: object) -> object:
    if not isinstance(title, str) or title not in by_title:
        raise ValueError("none of the options")
    return by_title[title]


def several_control(
    name: str,
    label: str,
    values: Sequence[object],
    change: Callable[[list[Any]], object],
    help: str | None = None,
    *,
    options: Iterable[T],
    titles: Titles[T] = str,
    **more: Any,
) -> None:
    """Some of the options, as a row of buttons; they come in the order of the options.

    titles: how each option reads, no two alike.
    """
    title = titles if callable(titles) else titles.__getitem__
    by_title = {title(option): option for option in options}
    chosen = [text for text, option in by_title.items() if option in values]
    how, field = _split(more)
    shown = Field(name=name, kind="several", label=label, value=chosen, help=help, options=list(by_title), **field)
    control(shown, partial(_options, by_title), change, **how)


def _options(by_title: Mapping[str, object], titles: object) -> list[object]:
    if not isinstance(titles, list) or not all(isinstance(title, str) and title in by_title for title in titles):
        raise ValueError("not of the options")
    return [option for title, option in by_title.items() if title in titles]


def _split(more: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments of `control`, and the other fields of a Field."""
    how: dict[str, Any] = {name: more.pop(name) for name in ("linked", "width") if name in more}
    if more.pop("label_visibility", "visible") == "collapsed":
        more["labelled"] = False
    return how, more


def widget_key(lab: Lab, name: str) -> str:
    """One for each page: a widget that begins on a second page under the same key would begin empty."""
    return f"{lab.key(name)}@{session().page}"


def slider(label: str, lab: Lab, name: str, help: str | None = None, *, high: int | None = None, **more: Any) -> None:
    """A slider over the bounds of a field, or up to `high`, which then also bounds the value that is shown."""
    _of_field("slider", label, lab, name, help, high, **more)


def number(label: str, lab: Lab, name: str, help: str | None = None, *, high: int | None = None) -> None:
    """`slider`, as a field to type into."""
    _of_field("number", label, lab, name, help, high)


def _of_field(
    kind: Literal["slider", "number"],
    label: str,
    lab: Lab,
    name: str,
    help: str | None,
    high: int | None,
    **more: Any,
) -> None:
    bounds = kind_of(lab, name)
    assert isinstance(bounds, Whole | Real)
    if isinstance(bounds, Whole):
        more = {"step": bounds.step, **more}
    number_control(
        widget_key(lab, name),
        label,
        getattr(state(lab), name),
        partial(_change, lab, name),
        help,
        low=bounds.low if isinstance(bounds, Whole) else float(bounds.low),
        high=bounds.high if high is None else high,
        kind=kind,
        linked=is_linked(lab, name),
        **more,
    )


def toggle(label: str, lab: Lab, name: str, help: str | None = None, **more: Any) -> None:
    value, change = getattr(state(lab), name), partial(_change, lab, name)
    switch_control(widget_key(lab, name), label, value, change, help, linked=is_linked(lab, name), **more)


def select(
    label: str,
    lab: Lab,
    name: str,
    help: str | None = None,
    *,
    options: Iterable[T] | None = None,
    value: T | None = None,
    titles: Titles[T] = str,
    kind: Literal["list", "buttons", "slider"] = "list",
    **more: Any,
) -> None:
    """A list of a field's options, or of others.

    value: what it shows where that is not the state, as for a layer that this network lacks.
    titles: how each option reads.
    """
    value = getattr(state(lab), name) if value is None else value
    option_control(
        widget_key(lab, name),
        label,
        value,
        partial(_change, lab, name),
        help,
        options=_options_of(lab, name) if options is None else options,
        titles=titles,
        kind=kind,
        linked=is_linked(lab, name),
        **more,
    )


def _options_of(lab: Lab, name: str) -> Iterable[Any]:
    kind = kind_of(lab, name)
    assert isinstance(kind, OneOf)
    return kind.options


segmented = partial(select, kind="buttons")
scale = partial(select, kind="slider")


def _change(lab: Lab, name: str, value: object) -> None:
    save(state(lab).changed(name, value))


def text(label: str, lab: Lab, name: str, help: str | None = None, *, value: str | None = None) -> None:
    """A field to type into, as long as the text may be. It is sent with Enter, or when the visitor leaves it.

    value: what it shows where that is not the state.
    """
    kind, change = kind_of(lab, name), partial(_change, lab, name)
    assert isinstance(kind, Text)
    value = getattr(state(lab), name) if value is None else value
    text_control(widget_key(lab, name), label, value, change, help, most=kind.most, linked=is_linked(lab, name))


def text_control(
    name: str,
    label: str,
    value: str,
    change: Callable[[str], object],
    help: str | None = None,
    *,
    most: int,
    linked: bool = True,
) -> None:
    """A text of at most `most` characters; control characters become spaces."""
    shown = Field(name=name, kind="text", label=label, value=value, help=help, most=most)
    control(shown, partial(_text, Text(most)), change, linked=linked)


def _text(kind: Text, value: object) -> str:
    if not isinstance(value, str) or not kind.holds(cleaned := kind.cleaned(value)):
        raise ValueError(f"not {kind}")
    return cleaned


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
    cell = reported(key, "cell")
    with suppress(StateError):
        save(replace(state(lab), cell=tuple(cell) if isinstance(cell, list) else None))


def picked(key: str, pictures: Mapping[str, Any]) -> Any:
    """What the chosen picture of the maps with that key stands for; None if these have no picture of its id."""
    picture = reported(key, "choose")
    return pictures.get(picture) if isinstance(picture, str) else None
