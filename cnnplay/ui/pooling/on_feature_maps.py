"""Pooling of the feature maps of the sidebar's first convolution."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...inspection.activations import activations
from ...network.layers import Pooling, maps_of
from ...state.labs import Digit, PoolingOnMaps
from .. import subject
from ..controls import select, slider, together
from ..image_picker import choose_digit
from ..lab_widgets import Try, as_far_as_held, follow_line, followed_layer, square, tries
from ..session import save, state
from ..widgets import padding_title, show_error
from .kinds import Pooled, choose_kind, pooling_player, side_by_side

TRIES = {
    "Overlapping windows": Try(
        "3×3 with stride 2, as in AlexNet: neighbouring windows share a row or a column.",
        (PoolingOnMaps("max", 3, 2),),
    ),
    "Far too much": Try(
        "6×6 leaves only a few values of the digit. Could you still read it?", (PoolingOnMaps("max", 6, 6),)
    ),
    "As many as before": Try(
        "3×3 mean with stride 1 and *same* keeps the size of the map: every value becomes the mean of its neighbours "
        "and itself.",
        (PoolingOnMaps("mean", 3, 1, "same"),),
    ),
}


def on_feature_maps() -> None:
    tries("maps_try", TRIES)
    left, right = st.columns(2, gap="medium")
    with left:
        image = choose_digit()
    with right:
        values = _one_map(image)
    followed = followed_layer(PoolingOnMaps, Pooling)
    if followed:
        save(
            as_far_as_held(
                state(PoolingOnMaps),
                kind=followed.pool,
                size=square(followed.window),
                stride=square((followed.axes[0].stride, followed.axes[1].stride)),
                padding=followed.padding,
            )
        )
    layer = followed or _own_pooling()
    _controls()
    follow_line(PoolingOnMaps, Pooling, layer)
    if values is None:
        return
    pooled = Pooled(values, layer.axes)
    try:
        which = state(Digit).number, state(PoolingOnMaps).map
        pooling_player(pooled, layer.pool, PoolingOnMaps, "maps_player", *which)
    except PlaygroundError as error:
        # What would make this lab's own pooling fit does not change the sidebar's.
        show_error(PlaygroundError(str(error)) if followed else error, "maps_fix", _apply_remedy)
        return
    side_by_side(pooled, "pooled_maps", numbers=False, size=150)


def _controls() -> None:
    with together("maps_controls", row=True):
        choose_kind(PoolingOnMaps)
        slider("Window", PoolingOnMaps, "size")
        slider("Stride", PoolingOnMaps, "stride")
        help = "Padding never counts: a mean is taken over the real values in its window."
        select("Padding", PoolingOnMaps, "padding", help, titles=padding_title)


def _own_pooling() -> Pooling:
    """The pooling that the controls set."""
    now = state(PoolingOnMaps)
    return Pooling(now.kind, (now.size,) * 2, (now.stride,) * 2, now.padding)


def _apply_remedy(change: Mapping[str, Any]) -> None:
    """Carry out a remedy."""
    names = {"kernel": "size", "padding": "padding"}
    changes = {names[name]: value for name, value in change.items() if name in names}
    save(replace(state(PoolingOnMaps), **changes))


def _one_map(image: np.ndarray) -> np.ndarray | None:
    """One of the maps [h w] that the sidebar's first convolution makes of a digit, after its activation."""
    try:
        looked = subject.looked()
    except PlaygroundError as error:
        show_error(error, "maps_network_fix")
        return None
    network, names = looked.architecture, looked.architecture.convolutions
    if not names:
        st.info("Your network has no convolution. Add a block in the sidebar, and this tab pools its feature maps.")
        return None
    weights, origin = looked.weights, looked.description
    active = network.names[maps_of(network.layers, network.names.index(names[0]))]
    maps_made = activations(network, weights, image[None])[active][0]
    count = maps_made.shape[-1]
    if count > 1:
        slider("Feature map", PoolingOnMaps, "map", high=count)
    st.caption(f"A map of {active} in your network, {origin}.")
    return maps_made[..., min(state(PoolingOnMaps).map, count) - 1]
