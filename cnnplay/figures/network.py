"""What sharing weights saves, as a picture."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from .colours import BLUE, ORANGE
from .plotted import plotted


@plotted
def sharing_figure(layers: Sequence[str], shared: Sequence[int], dense: Sequence[int]) -> go.Figure:
    """Parameters of each convolution beside those of a dense layer of the same input and output; a log axis."""
    figure = go.Figure()
    for label, colour, pattern, counts in (
        ("convolution", BLUE, "", shared),
        ("dense in its place", ORANGE, "/", dense),
    ):
        figure.add_bar(
            name=label,
            y=layers,
            x=counts,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"{count:,}" for count in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}, " + label + ": %{x:,} parameters<extra></extra>",
        )
    top = np.log10(max(dense)) + 1.5  # with room for the number beside the longest bar
    figure.update_xaxes(
        type="log", range=[0, top], title="parameters (each line is ten times more)", dtick=1, fixedrange=True
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(
        height=130 + 90 * len(layers),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        bargap=0.35,
    )
    return figure
