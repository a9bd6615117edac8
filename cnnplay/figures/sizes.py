"""How a picture shrinks from layer to layer."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from .colours import BLUE, ORANGE
from .plotted import plotted


@plotted
def sizes_figure(sizes: Mapping[str, Sequence[int]]) -> go.Figure:
    """Size after each layer, one line for each padding; a line ends where no window fits any more."""
    figure = go.Figure()
    styles = [(BLUE, "solid", "circle"), (ORANGE, "dash", "diamond"), ("#2FA37C", "dot", "square")]
    for (title, values), (colour, dash, symbol) in zip(sizes.items(), styles, strict=True):
        figure.add_scatter(
            x=list(range(len(values))),
            y=list(values),
            name=title,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            marker={"symbol": symbol, "size": 8},
            hovertemplate=f"{title}: %{{y}} pixels after %{{x}} layers<extra></extra>",
        )
    figure.update_xaxes(title="layers", dtick=1, fixedrange=True, showgrid=False)
    figure.update_yaxes(title="pixels on a side", rangemode="tozero", fixedrange=True)
    figure.update_layout(
        height=320,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
        hovermode="x unified",
    )
    return figure
