"""The lesson as a notebook: words, a framework's code, and each drawing function where it is first used."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import nbformat
from nbformat import NotebookNode

from ..data.datasets import MNIST, DataSource
from ..network.architecture import Architecture
from ..training.config import TrainConfig
from .lesson.cells import Cell, Code, Picture, Question, Table, Words
from .lesson.chapters import TITLE, lesson
from .lesson.subject import Subject
from .lesson.texts import checked_link, sources_of

FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # JupyterLab's word for it, and Colab's
ABOUT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(
    architecture: Architecture,
    config: TrainConfig,
    framework: str = "keras",
    link: str | None = None,
    data: DataSource = MNIST,
) -> str:
    """The lesson on a network as a notebook (nbformat 4.5, JSON) that runs from top to bottom; same input, same bytes.

    It trains, or takes the weights of a file weights.safetensors that lies beside it. framework: a row of FRAMEWORKS.
    link: an address that opens the network, left out where others could not open it. data: what the network is for.
    Raises PlaygroundError for an unknown framework, or a network that is not for these data.
    """
    subject = Subject(architecture, config, framework, link=checked_link(link), data=data)
    known: set[str] = set()
    cells = [_words(f"# {TITLE}")]
    for number, chapter in enumerate(lesson(subject), start=1):
        cells.append(_words(f"## {number}. {chapter.title}"))
        cells += [written for cell in chapter.cells for written in _written(cell, known)]
    cells = list(_joined(cells))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    made = nbformat.v4.new_notebook(cells=cells, metadata=ABOUT)  # type: ignore[no-untyped-call]
    nbformat.validate(made)
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _joined(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """The cells, with adjacent words joined into one cell."""
    for kind, run in groupby(cells, key=lambda cell: cell["cell_type"]):
        if kind == "markdown":
            yield _words("\n\n".join(cell["source"] for cell in run))
        else:
            yield from run


def _written(cell: Cell, known: set[str]) -> Iterator[NotebookNode]:
    match cell:
        case Words(text):
            yield _words(text)
        case Table(caption, text):
            yield _words(f"{caption}:\n\n{text}")
        case Code(source, folded, needs):
            yield from _drawing(needs, known)
            yield _code(source, folded)
        case Picture(draw, names, _, _, code):
            yield from _drawing(draw, known)
            yield _code(f"{code}\n{draw.__name__}(plt.figure(), {', '.join(names)})")
        case Question(text, answer, code):
            yield _words(f"{text}\n\n<details><summary>Answer</summary>\n\n{answer}\n\n</details>")
            if code:
                yield _code(code)


def _drawing(draw: Callable[..., None] | None, known: set[str]) -> Iterator[NotebookNode]:
    """The source of a drawing function in a folded cell, unless it was shown before."""
    if draw is not None and (source := sources_of(draw, known)):
        yield _code(f"# How it is drawn. Not part of the lesson: run it and go on.\n{source}", folded=True)


def _words(text: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(text.strip())  # type: ignore[no-untyped-call]


def _code(source: str, folded: bool = False) -> NotebookNode:
    metadata = dict(FOLDED) if folded else {}
    return nbformat.v4.new_code_cell(source.strip(), metadata=metadata)  # type: ignore[no-untyped-call]
