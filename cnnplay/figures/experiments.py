"""Experiments in which three settings vary: every run as a line through its values to its accuracy."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from .colours import BLUE, ORANGE
from .plotted import plotted


@plotted
def parallel_figure(settings: Mapping[str, Sequence[str]], accuracies: Sequence[float]) -> go.Figure:
    """Parallel coordinates: an axis a setting, and one for the test accuracy, 0 to 1.

    settings: title -> the value of each run, as it reads; they stand on the axis in the order in which they come.
    """
    dimensions: list[dict[str, object]] = []
    for title, values in settings.items():
        steps = {value: at for at, value in enumerate(dict.fromkeys(values))}
        places = [steps[value] for value in values]
        dimensions.append({"label": title, "values": places, "tickvals": [*steps.values()], "ticktext": [*steps]})
    percent = [100 * accuracy for accuracy in accuracies]
    dimensions.append({"label": "test accuracy (%)", "values": percent})
    line = {"color": percent, "colorscale": [[0, BLUE], [1, ORANGE]]}
    figure = go.Figure(go.Parcoords(line=line, dimensions=dimensions))
    figure.update_layout(height=340, margin={"l": 60, "r": 60, "t": 50, "b": 20})
    return figure
