"""What is inside a network, as data for the components and as figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from .colours import BLUE, ORANGE
from .labs import picture
from .plotted import plotted

GAP = 1  # cells between the slices of an atlas


def atlas(kernels: np.ndarray) -> np.ndarray:
    """All slices of all filters side by side: [k k c f] -> one picture, a row of channels for each filter."""
    rows, columns, channels, filters = kernels.shape
    sheet = np.zeros((filters, rows + GAP, channels, columns + GAP))
    sheet[:, :rows, :, :columns] = kernels.transpose(3, 0, 2, 1)
    return sheet.reshape(filters * (rows + GAP), channels * (columns + GAP))[:-GAP, :-GAP]


def map_pictures(name: str, maps: np.ndarray, reach: float, chosen: int | None = None) -> list[dict[str, Any]]:
    """A layer's maps [h w f] as pictures for `maps`."""
    return [
        picture(f"{name}_{index}", f"{index + 1}", maps[..., index], reach=reach, chosen=index == chosen)
        for index in range(maps.shape[-1])
    ]


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


def film_frames(frames: np.ndarray, scores: Sequence[float], steps: int) -> list[dict[str, Any]]:
    """The frames [n h w] of an activation maximization with their scores [n], for the component `film`."""
    last = max(len(frames) - 1, 1)
    return [
        {
            "title": f"step {round(index * steps / last)}",
            "caption": f"score {score:.2f}",
            "values": frame,
            "value": float(score),
        }
        for index, (frame, score) in enumerate(zip(frames, scores, strict=True))
    ]
