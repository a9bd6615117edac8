"""The results of a run: the confusion matrix, the accuracy for each digit."""

import numpy as np
import plotly.graph_objects as go

from .colours import BLUE
from .plotted import plotted


@plotted
def confusion_figure(confusion: np.ndarray, chosen: tuple[int, int] | None = None) -> go.Figure:
    """The confusion matrix [truth, answer] as a grid: correct answers grey, mistakes orange, the more the stronger.

    chosen: a cell (truth, answer) to outline.
    """
    figure = go.Figure()
    _add_cells(figure, confusion)
    _add_counts(figure, confusion)
    if chosen is not None:
        _outline(figure, *chosen)
    ends = [-0.5, len(confusion) - 0.5]
    figure.update_xaxes(title="network's answer", dtick=1, range=ends, showgrid=False, zeroline=False, fixedrange=True)
    figure.update_yaxes(title="true digit", dtick=1, range=ends[::-1], showgrid=False, zeroline=False, fixedrange=True)
    figure.update_layout(height=430, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def _add_cells(figure: go.Figure, confusion: np.ndarray) -> None:
    classes, correct = np.arange(len(confusion)), np.eye(len(confusion), dtype=bool)
    for shown, faint, strong, answer in (
        (~correct & (confusion > 0), "rgba(224,138,60,0.08)", "rgba(224,138,60,0.6)", "read as a %{x}"),
        (correct, "rgba(128,140,152,0.22)", "rgba(128,140,152,0.22)", "read correctly"),
    ):
        figure.add_heatmap(
            z=np.where(shown, confusion, np.nan),
            x=classes,
            y=classes,
            colorscale=[[0, faint], [1, strong]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate=f"%{{z}} images of a %{{y}} were {answer}<extra></extra>",
        )


def _add_counts(figure: go.Figure, confusion: np.ndarray) -> None:
    """The numbers in the theme's own text colour, since Plotly's contrast ignores what shows through a cell.

    A click finds their markers, which are invisible.
    """
    truths, answers = np.nonzero(confusion)
    figure.add_scatter(
        x=answers,
        y=truths,
        text=confusion[truths, answers],
        customdata=np.where(truths == answers, "read correctly", [f"read as a {answer}" for answer in answers]),
        mode="markers+text",
        marker={"size": 28, "opacity": 0, "symbol": "square"},
        unselected={"marker": {"opacity": 0}, "textfont": {"color": "#7A8591"}},
        selected={"marker": {"opacity": 0}, "textfont": {"color": "#7A8591"}},
        hovertemplate="%{text} images of a %{y} were %{customdata}<extra></extra>",
        showlegend=False,
    )


def _outline(figure: go.Figure, truth: int, answer: int) -> None:
    line = {"color": BLUE, "width": 3}
    figure.add_shape(type="rect", x0=answer - 0.5, x1=answer + 0.5, y0=truth - 0.5, y1=truth + 0.5, line=line)


@plotted
def mistakes_figure(accuracy: np.ndarray) -> go.Figure:
    """The share of each digit's images that were answered wrongly, as bars from 0; accuracy: 0..1 for each digit."""
    wrong = 1 - accuracy
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
            hovertemplate="of all images of a %{x}, %{y:.2f} % got a wrong answer<extra></extra>",
        )
    )
    figure.update_xaxes(title="digit", dtick=1, showgrid=False, fixedrange=True)
    high = 110 * max(0.01, float(wrong.max()))
    figure.update_yaxes(title="answered wrongly", tickformat=".1f", ticksuffix=" %", range=[0, high], fixedrange=True)
    figure.update_layout(height=430, margin={"l": 8, "r": 8, "t": 28, "b": 8}, bargap=0.3)
    return figure
