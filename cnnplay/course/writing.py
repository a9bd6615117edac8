"""How numbers and small tables are written in an exercise's sentences and in its link."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


def minus(number: float) -> str:
    """A number as printed in a book, with a true minus sign: "−2"."""
    return f"{number:g}".replace("-", "−")


def listed(numbers: Iterable[float]) -> str:
    """ "1, −2, 0" """
    return ", ".join(map(minus, numbers))


def added(numbers: Iterable[float]) -> str:
    """ "1 + (−2) + 0" """
    return " + ".join(f"({minus(number)})" if number < 0 else minus(number) for number in numbers)


def products(left: Any, right: Any) -> str:
    """ "1·2 + 0·(−1)", of two arrays of the same shape, row by row."""
    pairs = zip(np.ravel(left), np.ravel(right), strict=True)
    return " + ".join("·".join(f"({minus(n)})" if n < 0 else minus(n) for n in pair) for pair in pairs)


def table(**grids: Sequence[Sequence[float]]) -> str:
    """Grids of as many rows side by side, each under its name, as a block of Markdown in which columns stay aligned."""
    columns = []
    for name, grid in grids.items():
        cells = [[minus(value) for value in row] for row in grid]
        width = max(len(cell) for row in cells for cell in row)
        lines = ["  ".join(cell.rjust(width) for cell in row) for row in cells]
        wide = max(len(name), *map(len, lines))
        columns.append([each.ljust(wide) for each in (name, *lines)])
    return "\n".join(["```", *("     ".join(parts).rstrip() for parts in zip(*columns, strict=True)), "```"])


def linked(kernel: Sequence[Sequence[float]]) -> str:
    """A kernel as a link writes it: "1,0,-1;2,0,-2"."""
    return ";".join(",".join(f"{weight:g}" for weight in row) for row in kernel)


def in_line(kernel: Sequence[Sequence[float]]) -> str:
    """A kernel in a sentence, row by row: "`1 0 −1` / `2 0 −2`"."""
    return " / ".join(f"`{' '.join(map(minus, row))}`" for row in kernel)
