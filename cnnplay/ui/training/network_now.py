"""The network in view at work on the chosen digit: while it trains as it is, afterwards epoch by epoch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any
from weakref import ref

import numpy as np
import streamlit as st

from ...engine.engine import shared_engine
from ...engine.run import RunView
from ...errors import PlaygroundError
from ...inputs.digit_search import digit
from ...network.architecture import Architecture
from ...state.labs import LiveLayer
from .. import choice, subject
from ..components.live_network import Moment, live_network, pictures_of
from ..controls import segmented
from ..image_picker import choose_digit, digit_shown, label_shown
from ..plain_text import plain
from ..session import save, state

MOST_SHOWN = 16  # filters of a layer
MOST_MOMENTS = 24  # of a run that has more epochs, some are left out
STEPS = (1, 1.5, 2, 3, 5, 7, 10)  # the ends of scales, times a power of ten

Weights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Scales:
    """Where the scales of filters and maps end, so that they grow with the numbers and never shrink under the eye.

    subject: the run, layer and image that they are for.
    """

    subject: tuple[object, ...] = ()
    filters: float = 0.0
    maps: float = 0.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """The pictures that were drawn last, and of what: a page is drawn again for many reasons that leave them alone."""

    of: tuple[object, ...] = ()
    pictures: Mapping[str, Any] | None = None


def network_now(view: RunView | None) -> None:
    """Filters, feature maps and probabilities. Nothing where the network doesn't fit or the images can't be read."""
    try:
        network, stages = _stages(view)
        image, truth = _image_of(view)
    except PlaygroundError:  # the page says why
        st.caption("The network at work appears here.")
        return
    pictures = _pictures(view, network, stages, image)
    live_network(
        pictures,
        truth=truth,
        live=view is not None and view.live,
        classes=(view.data if view else choice.data()).classes,
    )


def _image_of(view: RunView | None) -> tuple[np.ndarray, int | None]:
    """The chosen image and its class; of a run on other data than those that are chosen its first test image."""
    if view is None or view.data == subject.data():
        return digit_shown(), label_shown()
    test = view.data.load().test
    return digit(test, 0), int(test.labels[0])


def _pictures(
    view: RunView | None, network: Architecture, stages: Sequence[tuple[str, Weights]], image: np.ndarray
) -> Mapping[str, Any]:
    """The filters and maps of the stages, computed once as long as these, the layer and the image stay the same."""
    layer = _layer(network)
    subject = (view.id if view else choice.config().seed, str(network), layer, image.tobytes())
    # Of a run the step tells the weights, until a reset: that gives it another history.
    of = (subject, view and ref(view.history), [title for title, _ in stages])
    drawn = state(Drawn)
    if drawn.pictures is not None and drawn.of == of:
        return drawn.pictures
    moments = [_moment(network, weights, layer, image, title) for title, weights in stages]
    filters = np.shape(stages[0][1][f"{layer}/kernel"])[-1] if layer else 0
    reaches = _reaches(subject, moments)
    pictures = pictures_of(
        moments, image=image if image.shape[-1] == 3 else image[..., 0], layer=layer, filters=filters, reaches=reaches
    )
    save(Drawn(of, pictures))
    return pictures


def choose_what_it_sees(view: RunView | None) -> None:
    """The image, and the layer where there are several."""
    try:
        network = view.architecture if view else choice.network()
        (view.data if view else choice.data()).load()
    except PlaygroundError:  # the page says why
        return
    if view and view.data != subject.data():
        st.caption(plain(f"This run is on other data than those in the sidebar now ({view.data.title})."))
    else:
        choose_digit()
    if len(network.convolutions) > 1:
        segmented("Layer", LiveLayer, "layer", options=network.convolutions, value=_layer(network))


def _layer(network: Architecture) -> str | None:
    """The chosen convolution, or else the first."""
    names, chosen = network.convolutions, state(LiveLayer).layer
    return chosen if chosen in names else next(iter(names), None)


def _stages(view: RunView | None) -> tuple[Architecture, list[tuple[str, Weights]]]:
    """The network, and its weights at one time or several, each with a title.

    Raises PlaygroundError where nobody has trained and the sidebar's network doesn't fit or is too large.
    """
    from ...network.model import initial_weights  # loads JAX: not before somebody looks

    if view is None:
        network = choice.network()
        choice.check_size(network)
        return network, [("before training", initial_weights(network, choice.config().seed))]
    network = view.architecture
    try:
        live, kept = shared_engine().live_weights(view.id), shared_engine().epoch_weights(view.id)
    except KeyError:  # the run was removed since the page was drawn
        live, kept = None, {}
    if not kept:
        kept = {0: initial_weights(network, view.config.seed)}
    newest = live if live and live.step > max(kept) * view.steps_per_epoch and view.error is None else None
    if view.live:
        title, weights = (f"after step {newest.step:,}", newest.weights) if newest else _of_epoch(kept, max(kept))
        return network, [(title, weights)]
    stages = [_of_epoch(kept, epoch) for epoch in _spread(sorted(kept))]
    if newest:
        stages.append((f"after step {newest.step:,}", newest.weights))
    return network, stages


def _of_epoch(kept: Mapping[int, Weights], epoch: int) -> tuple[str, Weights]:
    return f"after epoch {epoch}" if epoch else "before training", kept[epoch]


def _spread(epochs: Sequence[int]) -> Iterator[int]:
    """All of them, or where these are too many, an even choice with the first and the last."""
    places = np.linspace(0, len(epochs) - 1, min(len(epochs), MOST_MOMENTS))
    return (epochs[round(place)] for place in places.tolist())


def _moment(network: Architecture, weights: Weights, layer: str | None, image: np.ndarray, title: str) -> Moment:
    from ...inspection.activations import activations

    values = activations(network, weights, image[None])
    probabilities = values["softmax"][0]
    if layer is None:
        nothing = np.zeros((0, 1, 1), np.float32)
        return Moment(title, nothing, nothing, probabilities)
    maps = np.moveaxis(values[layer][0], -1, 0)[:MOST_SHOWN]
    return Moment(title, _slices(np.asarray(weights[f"{layer}/kernel"])[..., :MOST_SHOWN]), maps, probabilities)


def _slices(kernels: np.ndarray) -> np.ndarray:
    """Filters [k k c n] as pictures [n h w]: the slices of each in a grid, with NaN between them."""
    rows, columns, channels, filters = kernels.shape
    across = ceil(channels**0.5)
    down = ceil(channels / across)
    grid = np.full((filters, down, rows + 1, across, columns + 1), np.nan, np.float32)
    for channel in range(channels):
        grid[:, channel // across, :rows, channel % across, :columns] = np.moveaxis(kernels[:, :, channel], -1, 0)
    return grid.reshape(filters, down * (rows + 1), across * (columns + 1))[:, :-1, :-1]


def _reaches(subject: tuple[object, ...], moments: Sequence[Moment]) -> tuple[float, float]:
    """Where the scales of filters and maps end."""
    before = state(Scales)
    if before.subject != subject:
        before = Scales(subject)
    filters = max(_largest(moment.filters) for moment in moments)
    maps = max(_largest(moment.maps) for moment in moments)
    now = Scales(subject, max(before.filters, filters), max(before.maps, maps))
    save(now)
    return round_up(now.filters), round_up(now.maps)


def _largest(values: np.ndarray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0))


def round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 and 10 times a power of ten; 1 for 0."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(step for step in STEPS if step * power >= value * (1 - 1e-9)) * power
