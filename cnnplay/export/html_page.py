"""The lesson as one HTML page, for readers without Python: it has no script and loads nothing."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

from markdown_it import MarkdownIt
from matplotlib.figure import Figure

from ..data.datasets import MNIST, DataSource
from ..network.architecture import Architecture
from ..network.model import Weights
from ..training.config import TrainConfig
from ..training.history import History
from .lesson.cells import Cell, Chapter, Code, Picture, Question, Table, Words
from .lesson.chapters import TITLE, lesson
from .lesson.subject import Subject
from .lesson.texts import checked_link
from .report_figures import to_png

DOTS = 130  # per inch of a picture
WIDE = 5.0  # inches: more than a phone shows at once
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")

STYLE = """\
:root { color-scheme: light dark;
  --ink: #23282d; --soft: #5b6670; --ground: #fbfbfa; --line: #dfe3e6; --accent: #2f7ab3 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --soft: #a3adb6; --ground: #16191c; --line: #343a40; --accent: #7cb8e2 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.06rem/1.65 system-ui, sans-serif }
main, header, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.1rem }
header { padding-top: 2.5rem }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .6rem }
h2 { font-size: 1.45rem; line-height: 1.3; margin: 3.2rem 0 .8rem;
  padding-top: 1.2rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.15rem; margin: 2.2rem 0 .6rem }
a { color: var(--accent) }
nav ol { padding-left: 1.4rem; columns: 2 16rem; color: var(--soft) }
blockquote { margin: 1rem 0; padding: .2rem 0 .2rem 1rem; border-left: 3px solid var(--accent);
  overflow-wrap: anywhere }
code { font-size: .92em; overflow-wrap: anywhere }
figure { margin: 1.4rem 0; padding: .7rem; background: #fff; border: 1px solid var(--line); border-radius: .6rem;
  overflow-x: auto }
figure img { display: block; height: auto; margin: 0 auto;
  width: min(100%, calc(var(--inches) * 92px)); min-width: min(34rem, calc(var(--inches) * 62px)) }
@media (max-width: 40rem) {
  figure.wide::after { content: "Swipe to see all of it"; position: sticky; left: 0; color: #5b6670; font-size: .8rem }
}
.table { overflow-x: auto; margin: 1.4rem 0 }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.4 }
td:nth-child(2) { min-width: 8rem }
td:nth-child(4) { min-width: 17rem }
td:nth-child(5) { min-width: 11rem }
@media (min-width: 74rem) { .table { margin-left: -12rem; margin-right: -12rem } .table table { margin: 0 auto } }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line) }
details { margin: .4rem 0 1.4rem; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: .6rem }
summary { cursor: pointer; color: var(--accent) }
footer { color: var(--soft); padding-top: 2rem; padding-bottom: 3rem; font-size: .9rem }
"""


def webpage(
    architecture: Architecture,
    config: TrainConfig,
    weights: Weights,
    history: History | None = None,
    link: str | None = None,
    epoch: int | None = None,
    data: DataSource = MNIST,
) -> str:
    """The lesson on a network with these weights as one self-contained HTML page.

    history: of the training, if there is one. epoch: the epoch after which the weights were taken, 0 for the initial
    ones; None means the last. link: an address that opens the network, left out where others could not open it.
    data: what the network is for. Raises PlaygroundError for an epoch that the history does not have, ShapeError for
    weights of another network or a network that is not for these data.
    """
    subject = Subject(
        architecture, config, weights=weights, history=history, link=checked_link(link), epoch=epoch, data=data
    )
    return _page(str(architecture), list(lesson(subject)))


def _page(network: str, chapters: Sequence[Chapter]) -> str:
    """The page around the chapters."""
    body = "\n".join(_chapter(number, chapter) for number, chapter in enumerate(chapters, start=1))
    contents = "\n".join(f'<li><a href="#{_anchor(chapter)}">{escape(chapter.title)}</a></li>' for chapter in chapters)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{TITLE}</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<h1>{TITLE}</h1>
<p>A lesson on the network <code>{escape(network)}</code></p>
<nav aria-label="Chapters">
<ol>
{contents}
</ol>
</nav>
</header>
<main>
{body}
</main>
</body>
</html>
"""


def _chapter(number: int, chapter: Chapter) -> str:
    cells = "\n".join(html for cell in chapter.cells for html in _written(cell))
    return f'<section id="{_anchor(chapter)}">\n<h2>{number}. {escape(chapter.title)}</h2>\n{cells}\n</section>'


def _anchor(chapter: Chapter) -> str:
    return re.sub("[^a-z]+", "-", chapter.title.lower()).strip("-")


def _written(cell: Cell) -> Iterator[str]:
    match cell:
        case Words(text):
            yield _markdown(text)
        case Table(caption, text):
            table = _markdown(text).replace("<table>", f"<table><caption>{escape(caption)}</caption>")
            yield f'<div class="table">{table}</div>'
        case Picture():
            yield _figure(cell)
        case Question(text, answer):
            yield f"{_markdown(text)}<details><summary>Answer</summary>{_markdown(answer)}</details>"
        case Code():
            pass  # for those who run it


def _markdown(text: str) -> str:
    html: str = MARKDOWN.render(text)
    return html


def _figure(picture: Picture) -> str:
    """The picture inside the page, at most as wide as it was drawn."""
    figure = Figure()
    picture.draw(figure, *picture.values())
    address = f"data:image/png;base64,{b64encode(to_png(figure, DOTS)).decode()}"
    inches = figure.get_figwidth()
    kind = ' class="wide"' if inches > WIDE else ""
    style = f"--inches: {inches:.2f}"
    return f'<figure{kind}><img style="{style}" src="{address}" alt="{escape(picture.alt)}"></figure>'
