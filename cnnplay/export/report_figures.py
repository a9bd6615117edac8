"""The figures of a run for a report, drawn as in the lesson, as PNG and SVG files."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ..data.datasets import MNIST, DataSource, brightness
from ..inspection.activations import activations
from .lesson.subject import DIGIT, channel_names
from .lesson.texts import shown
from .plots.filters import draw_filters
from .plots.layers import draw_layers, draw_network
from .plots.training import draw_confusion, draw_curves
from .saved_run import SavedRun

DOTS = 160  # per inch, of a PNG

# Set for the process: settings for one figure alone would also apply to figures of other threads meanwhile.
matplotlib.rcParams["svg.hashsalt"] = "cnnplay"  # the same figure, the same bytes
matplotlib.rcParams["svg.fonttype"] = "none"  # text stays text: it can be searched, read aloud and edited


@dataclass(frozen=True)
class Drawn:
    """A figure of a run.

    description: of a run on MNIST. needs: whether a run has anything to draw. otherwise: the description of a run on
    other data, where it is another.
    """

    description: str
    draw: Callable[[Figure, SavedRun], None]
    needs: Callable[[SavedRun], bool] = lambda run: True
    otherwise: str = ""

    def describes(self, data: DataSource) -> str:
        """The description of the figure of a run on these data."""
        return self.description if data.name == MNIST.name else self.otherwise or self.description


def _network(figure: Figure, run: SavedRun) -> None:
    rows = [row for row in run.architecture.table() if row.kind != "softmax"]
    draw_network(figure, {"input": run.architecture.input_shape} | {row.layer: row.output_shape for row in rows})


def _filters(figure: Figure, run: SavedRun) -> None:
    kernel = np.asarray(run.weights[f"{run.architecture.convolutions[0]}/kernel"])
    draw_filters(figure, kernel, channels=channel_names(run.architecture, run.architecture.convolutions[0]))


def _layers(figure: Figure, run: SavedRun) -> None:
    image = brightness(run.data.load().test.images[DIGIT])
    maps = activations(run.architecture, run.weights, image[None])
    draw_layers(figure, image, {name: values[0] for name, values in maps.items()})


def _curves(figure: Figure, run: SavedRun) -> None:
    draw_curves(figure, run.history.by_epoch(), run.epoch)


def _confusion(figure: Figure, run: SavedRun) -> None:
    draw_confusion(figure, run.history.epochs[run.epoch - 1].test.confusion, [*map(shown, run.data.classes)])


def _tested(run: SavedRun) -> bool:
    return run.epoch > 0


FIGURES = {
    "network": Drawn("The network, layer by layer, with the shapes", _network),
    "filters": Drawn("The filters of the first convolution", _filters, lambda run: bool(run.architecture.convolutions)),
    "feature-maps": Drawn(
        "What every layer makes of a seven", _layers, otherwise="What every layer makes of a test image"
    ),
    "curves": Drawn("Loss and accuracy, epoch by epoch", _curves, _tested),
    "confusion": Drawn("Which digit was taken for which", _confusion, _tested, "Which class was taken for which"),
}


def drawn(name: str, run: SavedRun) -> Figure:
    """The figure of a row of FIGURES."""
    figure = Figure()
    FIGURES[name].draw(figure, run)
    return figure


def to_png(figure: Figure, dots: int = DOTS) -> bytes:
    """The figure as PNG, with `dots` dots per inch."""
    return _saved(figure, "png", dpi=dots, metadata={"Software": None})


def to_svg(figure: Figure) -> bytes:
    """The figure as SVG."""
    return _saved(figure, "svg", metadata={"Date": None})


def _saved(figure: Figure, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=form, facecolor="white", **options)  # type: ignore[arg-type]
    return file.getvalue()
