"""What each filter is worth, as a figure."""

import numpy as np
import plotly.graph_objects as go

from .colours import BLUE, ORANGE
from .plotted import plotted


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
