"""What every function needs that draws with Plotly."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Figure = TypeVar("Figure")


def plotted(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """Have pandas loaded before Plotly draws.

    Plotly asks of its values whether they are pandas' own as soon as any thread has begun to load pandas, and fails
    where that has not ended.
    """

    @wraps(draw)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> Figure:
        import pandas  # noqa: F401 - here, so that a page without a chart does not load it

        return draw(*args, **kwargs)

    return drawn
