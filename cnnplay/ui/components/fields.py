"""Fields to set: sliders that send while they are dragged, lists, rows of buttons, switches, numbers and texts.

A browser numbers every change, Python answers with the number that it has taken, and the field shows the visitor's own
value until then. So an answer to something earlier never overwrites a newer change, and no change is lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from .component import component, ignore

_fields = component("fields")


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field as the browser shows it.

    value: a number, whether a switch is on, a text, the title of an option, None where none is chosen, or the titles of
    several.
    low, high, step: of a number and of a slider without options. options: the titles of all others.
    most: letters of a text.
    taken: the number of the visitor's last change that `value` includes.
    note: a line under it, for which two lines' height is kept. half: two of them share a line.
    """

    name: str
    kind: Literal["slider", "list", "buttons", "several", "switch", "number", "text"]
    label: str
    value: object
    help: str | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    options: Sequence[str] | None = None
    most: int | None = None
    taken: int | None = None
    placeholder: str | None = None
    note: str | None = None
    labelled: bool = True
    disabled: bool = False
    half: bool = False


def fields(shown: Sequence[Field], *, key: str, session: str, row: bool = False, width: str | int = "stretch") -> None:
    """Show fields, one under the other or in a row; `edits` reads what the visitor has changed in them.

    Args:
        shown: the fields, each name once.
        key: the Streamlit key.
        session: a text that no other session has: changes that a browser made in an earlier one do not count.
        row: side by side.
        width: pixels, or "stretch".
    """
    data = {"key": key, "session": session, "row": row, "fields": [_without_none(field) for field in shown]}
    _fields(data=data, key=key, width=width, on_edits_change=ignore)


def _without_none(field: Field) -> dict[str, Any]:
    """Without what the browser need not be told: `low` to `options` of another kind."""
    optional = ("low", "high", "step", "options", "most", "placeholder")
    return {name: value for name, value in asdict(field).items() if not (name in optional and value is None)}


class Edit(NamedTuple):
    """A visitor's change of a field. Numbers grow with time; `movement` is that of the first change of a movement."""

    number: int
    movement: int
    name: str
    value: object


def edits(state: object, session: str) -> Iterator[Edit]:
    """The changes in what a browser sent for a key, whatever that is."""
    sent = state.get("edits") if isinstance(state, Mapping) else None
    if not isinstance(sent, Mapping) or sent.get("session") != session:
        return
    made = sent.get("made")
    for name, edit in made.items() if isinstance(made, Mapping) else ():
        if isinstance(edit, Sequence) and len(edit) == 3 and type(edit[0]) is int and type(edit[2]) is int:
            yield Edit(edit[0], edit[2], name, edit[1])
