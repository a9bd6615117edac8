"""The picture of an experiment."""

from io import BytesIO

from matplotlib.figure import Figure

from ..experiments.curves import band
from ..experiments.results import Results
from ..experiments.settings import sentence
from .plots.experiment import draw_seeds


def draw_experiment(figure: Figure, results: Results) -> None:
    """Draw the runs of an experiment into an empty figure."""
    groups = results.groups
    bands = [band(run.losses for run in group.runs) for group in groups]
    draw_seeds(
        figure,
        [sentence(group.values) or "this network" for group in groups],
        [[*group.accuracies.values()] for group in groups],
        [(each.low, each.middle, each.high) for each in bands],
    )


def experiment_picture(results: Results, kind: str) -> bytes:
    """kind: "png" or "svg"."""
    figure, file = Figure(), BytesIO()
    draw_experiment(figure, results)
    figure.savefig(file, format=kind, dpi=150)
    return file.getvalue()
