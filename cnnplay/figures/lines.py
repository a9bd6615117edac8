"""Which oriented filter responds most where, as short strokes over a digit."""

import numpy as np
import plotly.graph_objects as go

from .plotted import plotted

# The direction of a stroke shows its filter; the colours only help.
COLOURS = ("#3E8FC9", "#2FA37C", "#9AA53A", "#D9A21B", "#E08A3C", "#D8625E", "#C0629F", "#7F78C8")
LENGTH = 0.9  # pixels, of the stroke at the largest response


@plotted
def winners_figure(image: np.ndarray, angles: np.ndarray, winner: np.ndarray, strength: np.ndarray) -> go.Figure:
    """A stroke in the winner's direction at each pixel that has one (not -1), the longer the stronger: [h w] each."""
    figure = go.Figure(
        go.Heatmap(z=image, colorscale=[[0, "#000"], [1, "#8a939c"]], zmin=0, zmax=1, showscale=False, hoverinfo="skip")
    )
    for index, angle in enumerate(angles):
        rows, columns = np.nonzero(winner == index)
        half = LENGTH / 2 * np.clip(strength[rows, columns] / (strength.max() or 1), 0.35, 1)
        across, up = np.cos(np.radians(angle)) * half, np.sin(np.radians(angle)) * half
        gap = np.full(len(rows), np.nan)
        figure.add_scatter(
            x=np.stack([columns - across, columns + across, gap], 1).ravel(),
            y=np.stack([rows + up, rows - up, gap], 1).ravel(),
            mode="lines",
            line={"color": COLOURS[index % len(COLOURS)], "width": 4},
            name=f"{angle:g}°",
            hoverinfo="skip",
        )
    inked = np.argwhere(image > 0) if image.any() else np.argwhere(image == 0)
    (top, left), (bottom, right) = inked.min(0) - 1.5, inked.max(0) + 1.5  # the digit, and a pixel around it
    figure.update_xaxes(visible=False, fixedrange=True, constrain="domain", range=[left, right])
    figure.update_yaxes(visible=False, fixedrange=True, range=[bottom, top], scaleanchor="x", constrain="domain")
    figure.update_layout(height=420, margin={"l": 0, "r": 0, "t": 0, "b": 0}, plot_bgcolor="#000")
    return figure
