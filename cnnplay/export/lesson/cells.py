"""What a lesson is made of: words, code, pictures and questions, in chapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Words:
    """Markdown, for both readers."""

    text: str


@dataclass(frozen=True)
class Code:
    """Source for the notebook alone.

    folded: shown on request, where it is no part of the lesson. needs: a drawing function that it calls.
    """

    source: str
    folded: bool = False
    needs: Callable[..., None] | None = None


@dataclass(frozen=True)
class Picture:
    """What `draw` makes of a figure and values, and a text that says the same.

    The notebook runs `code` and gives `draw` the expressions `names`; the page gives it what `values` returns, which
    is the same.
    """

    draw: Callable[..., None]
    names: tuple[str, ...]
    values: Callable[[], Sequence[Any]]
    alt: str
    code: str = ""


@dataclass(frozen=True)
class Question:
    """Markdown, and the answer, hidden until it is asked for. `code`: a cell of the notebook to try it in."""

    text: str
    answer: str
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table in Markdown, and what it says in a few words."""

    caption: str
    text: str


Cell = Words | Code | Picture | Question | Table


@dataclass(frozen=True)
class Chapter:
    title: str
    cells: Sequence[Cell] = field(default_factory=tuple)
