"""The results of a run: the confusion matrix, the accuracy for each class."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from .colours import BLUE
from .plotted import plotted

DIGITS = tuple("0123456789")
LONGEST_LABEL = 14  # letters


@plotted
def confusion_figure(
    confusion: np.ndarray,
    chosen: tuple[int, int] | None = None,
    classes: Sequence[str] = DIGITS,
    noun: str = "digit",
) -> go.Figure:
    """The confusion matrix [truth, answer] as a grid: correct answers grey, mistakes orange, the more the stronger.

    chosen: a cell (truth, answer) to outline. classes: their names. noun: what is classified.
    """
    figure, names = go.Figure(), [_short(name) for name in classes]
    _add_cells(figure, confusion, names)
    _add_counts(figure, confusion, names)
    if chosen is not None:
        _outline(figure, *chosen)
    ends = [-0.5, len(confusion) - 0.5]
    fixed: dict[str, Any] = {"showgrid": False, "zeroline": False, "fixedrange": True, **_named(names)}
    figure.update_xaxes(title="network's answer", range=ends, **fixed)
    figure.update_yaxes(title=f"true {noun}", range=ends[::-1], **fixed)
    figure.update_layout(height=430, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def _short(name: str) -> str:
    """A name as a label of an axis, with its marks escaped: Plotly reads some HTML."""
    return escape(name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…", quote=False)


def _named(names: Sequence[str]) -> dict[str, Any]:
    """The ticks of an axis that has a class at each whole number."""
    return {"tickmode": "array", "tickvals": [*range(len(names))], "ticktext": [*names]}


def _add_cells(figure: go.Figure, confusion: np.ndarray, names: Sequence[str]) -> None:
    classes, correct = np.arange(len(confusion)), np.eye(len(confusion), dtype=bool)
    for shown, faint, strong, answer in (
        (~correct & (confusion > 0), "rgba(224,138,60,0.08)", "rgba(224,138,60,0.6)", "read as %{customdata[1]}"),
        (correct, "rgba(128,140,152,0.22)", "rgba(128,140,152,0.22)", "read correctly"),
    ):
        figure.add_heatmap(
            z=np.where(shown, confusion, np.nan),
            x=classes,
            y=classes,
            customdata=[[(truth, answer) for answer in names] for truth in names],
            colorscale=[[0, faint], [1, strong]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate=f"%{{z}} images of %{{customdata[0]}} were {answer}<extra></extra>",
        )


def _add_counts(figure: go.Figure, confusion: np.ndarray, names: Sequence[str]) -> None:
    """The numbers in the theme's own text colour, since Plotly's contrast ignores what shows through a cell.

    A click finds their markers, which are invisible.
    """
    truths, answers = np.nonzero(confusion)
    figure.add_scatter(
        x=answers,
        y=truths,
        text=confusion[truths, answers],
        customdata=[
            (names[truth], "read correctly" if truth == answer else f"read as {names[answer]}")
            for truth, answer in zip(truths.tolist(), answers.tolist(), strict=True)
        ],
        mode="markers+text",
        marker={"size": 28, "opacity": 0, "symbol": "square"},
        unselected={"marker": {"opacity": 0}, "textfont": {"color": "#7A8591"}},
        selected={"marker": {"opacity": 0}, "textfont": {"color": "#7A8591"}},
        hovertemplate="%{text} images of %{customdata[0]} were %{customdata[1]}<extra></extra>",
        showlegend=False,
    )


def _outline(figure: go.Figure, truth: int, answer: int) -> None:
    line = {"color": BLUE, "width": 3}
    figure.add_shape(type="rect", x0=answer - 0.5, x1=answer + 0.5, y0=truth - 0.5, y1=truth + 0.5, line=line)


@plotted
def mistakes_figure(accuracy: np.ndarray, classes: Sequence[str] = DIGITS, noun: str = "digit") -> go.Figure:
    """The share of each class's images that were answered wrongly, as bars from 0; accuracy: 0..1 for each class."""
    wrong, names = 1 - accuracy, [_short(name) for name in classes]
    figure = go.Figure(
        go.Bar(
            x=np.arange(len(wrong)),
            y=100 * wrong,
            marker_color=BLUE,
            text=[f"{100 * value:.1f}" for value in wrong],
            textposition="outside",
            textangle=0,
            textfont_size=10,
            constraintext="none",
            cliponaxis=False,
            customdata=names,
            hovertemplate="of all images of %{customdata}, %{y:.2f} % got a wrong answer<extra></extra>",
        )
    )
    figure.update_xaxes(title=noun, showgrid=False, fixedrange=True, **_named(names))
    high = 110 * max(0.01, float(wrong.max()))
    figure.update_yaxes(title="answered wrongly", tickformat=".1f", ticksuffix=" %", range=[0, high], fixedrange=True)
    figure.update_layout(height=430, margin={"l": 8, "r": 8, "t": 28, "b": 8}, bargap=0.3)
    return figure
