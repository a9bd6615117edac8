"""CSV that spreadsheets only show: they carry out a cell that begins as a formula does."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from .words import printable

# What makes a spreadsheet calculate, behind spaces as well; the wide forms of = + - @ too. The mark itself is in it, so
# that reading what was written gives the same text.
FORMULA = re.compile(r" *['=+\-@＝＋－＠]")
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
MARK = "'"  # spreadsheets take what follows as text


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """A table as CSV; texts that a spreadsheet would calculate begin with an apostrophe."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writerow({name: shown(name) for name in columns})
    writer.writerows({name: shown(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def shown(value: object) -> object:
    """A cell as it is written: numbers as they are; texts in one line, with the mark where they need it."""
    if not isinstance(value, str):
        return value
    line = printable(value)
    return MARK + line if FORMULA.match(line) and not NUMBER.fullmatch(line) else line


def meant(cell: str) -> str:
    """The text of a cell that `shown` wrote."""
    return cell[1:] if cell.startswith(MARK) and FORMULA.match(cell[1:]) else cell
