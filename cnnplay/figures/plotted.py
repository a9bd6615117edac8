"""A decorator for every function that draws with Plotly."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Figure = TypeVar("Figure")


def plotted(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """Load pandas before a function draws with Plotly.

    Plotly checks its values against pandas' types as soon as any thread has begun to import pandas, and fails while
    that import is under way.
    """

    @wraps(draw)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> Figure:
        import pandas  # noqa: F401 - here, so that a page without a chart does not load it

        return draw(*args, **kwargs)

    return drawn
