"""What a network answers, and what each filter is worth, as figures."""

import numpy as np
import plotly.graph_objects as go

from .colours import BLUE, ORANGE
from .plotted import plotted


@plotted
def answer_figure(probabilities: np.ndarray, label: int | None) -> go.Figure:
    """The ten probabilities as bars; the highest is orange, the correct one has a tick."""
    best = int(probabilities.argmax())
    names = [f"{digit} ✓" if digit == label else str(digit) for digit in range(len(probabilities))]
    figure = go.Figure(
        go.Bar(
            x=probabilities,
            y=names,
            orientation="h",
            marker_color=[ORANGE if digit == best else BLUE for digit in range(len(probabilities))],
            text=[f"{probability:.1%}" for probability in probabilities],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.4%}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 1.15], tickformat=".0%", fixedrange=True, showgrid=False, visible=False)
    figure.update_yaxes(autorange="reversed", fixedrange=True, type="category")
    figure.update_layout(height=300, margin={"l": 8, "r": 8, "t": 8, "b": 8}, bargap=0.25)
    return figure


@plotted
def worth_figure(accuracies: np.ndarray, whole: float) -> go.Figure:
    """The accuracy lost without each filter, in percentage points."""
    lost = 100 * (whole - accuracies)
    figure = go.Figure(
        go.Bar(
            x=[str(index + 1) for index in range(len(lost))],
            y=lost,
            marker_color=[ORANGE if index == int(lost.argmax()) else BLUE for index in range(len(lost))],
            hovertemplate="without filter %{x}: %{y:.2f} points less<extra></extra>",
        )
    )
    figure.update_xaxes(title="filter", fixedrange=True, type="category")
    figure.update_yaxes(title="points of accuracy lost", fixedrange=True)
    figure.update_layout(height=280, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure
