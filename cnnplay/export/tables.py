"""The shape table as text: for the page, as CSV, as Markdown."""

from collections.abc import Callable
from dataclasses import asdict

from .. import csv_text
from ..network.architecture import Row
from ..network.layers import MNIST_SHAPE, Shape

NO_BREAK = "\u00a0"


def shape_text(shape: Shape) -> str:
    """ "27×27×6" for (27, 27, 6)."""
    return "×".join(f"{size:,}" for size in shape)


def _sees(row: Row, image: Shape) -> str:
    """The receptive field; "all of it" where it is at least as large as the image."""
    height, width = row.receptive_field
    return "all of it" if height >= image[0] and width >= image[1] else f"{height}×{width}"


def _unbroken(formula: str) -> str:
    """A formula that does not wrap, but for a break between that of the rows and that of the columns."""
    return formula.replace(" ", NO_BREAK).replace(f";{NO_BREAK}", "; ")


# What is written of a row in the table of a network on images of a shape.
COLUMNS: dict[str, Callable[[Row, Shape], str]] = {
    "Layer": lambda row, image: row.layer,
    "What it is": lambda row, image: row.title,
    "Output shape": lambda row, image: shape_text(row.output_shape),
    "How its size is calculated": lambda row, image: _unbroken(row.formula) if row.unread is not None else row.formula,
    "Parameters": lambda row, image: _unbroken(row.parameter_formula) or "0",
    "Multiply-adds": lambda row, image: f"{row.macs:,}",
    "Receptive field": _sees,
    "Never read": lambda row, image: "" if row.unread is None else f"{row.unread} px",
}


def words(rows: list[Row], input_shape: Shape = MNIST_SHAPE) -> list[dict[str, str]]:
    """The rows with the text of each cell by the title of its column. input_shape: of the network."""
    return [{title: text(row, input_shape) for title, text in COLUMNS.items()} for row in rows]


def to_csv(rows: list[Row]) -> str:
    """The table as CSV, with plain numbers: no thousands separators; a shape is "27×27×6"."""
    cells = [
        asdict(row) | {name: "×".join(map(str, getattr(row, name))) for name in ("output_shape", "receptive_field")}
        for row in rows
    ]
    return csv_text.to_csv(list(cells[0]), cells)


def to_markdown(rows: list[Row], input_shape: Shape = MNIST_SHAPE) -> str:
    """The table as Markdown, with its columns aligned. input_shape: of the network."""
    cells = [list(COLUMNS), *(list(row.values()) for row in words(rows, input_shape))]
    cells = [[cell.replace(NO_BREAK, " ").replace("|", "\\|") for cell in row] for row in cells]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"
