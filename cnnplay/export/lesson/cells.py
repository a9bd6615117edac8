"""The parts of a lesson: words, code, pictures, questions and tables, in chapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """Markdown, for notebook and page."""

    text: str


@dataclass(frozen=True)
class Code:
    """Source, for the notebook alone.

    folded: hidden until it is asked for; it is no part of the lesson. needs: a drawing function that it calls.
    """

    source: str
    folded: bool = False
    needs: Callable[..., None] | None = None


@dataclass(frozen=True)
class Picture:
    """A picture, drawn by `draw(figure, *values)`, and its text alternative.

    The notebook runs `code` and passes the expressions `names` to `draw`; the page passes what `values` returns. Both
    have the same values.
    """

    draw: Callable[..., None]
    names: tuple[str, ...]
    values: Callable[[], Sequence[object]]
    alt: str
    code: str = ""


@dataclass(frozen=True)
class Question:
    """A question in Markdown, and its answer, hidden until it is asked for. `code`: a cell to try it in."""

    text: str
    answer: str
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table in Markdown, with a caption."""

    caption: str
    text: str


Cell = Words | Code | Picture | Question | Table


@dataclass(frozen=True)
class Chapter:
    """A title and cells."""

    title: str
    cells: Sequence[Cell] = field(default_factory=tuple)
