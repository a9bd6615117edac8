"""Pooling of the feature maps of the sidebar's first convolution."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...inspection.activations import activations
from ...network.layers import Activation, Pooling
from ...state.labs import Digit, PoolingOnMaps
from .. import choice, runs
from ..controls import select, slider
from ..image_picker import choose_digit
from ..lab_widgets import SLIDER, Try, follow, give_to_block, tries
from ..session import save, state
from ..widgets import padding_title, show_error
from .kinds import Pooled, choose_kind, pooling_player, side_by_side

TRIES = {
    "Overlapping windows": Try(
        "3×3 with stride 2, as in AlexNet: neighbouring windows share a row or a column.",
        (PoolingOnMaps("max", 3, 2),),
    ),
    "Far too much": Try(
        "6×6: a few values are left of the digit. Could you still read it?", (PoolingOnMaps("max", 6, 6),)
    ),
    "As many as before": Try(
        "3×3 mean with stride 1 and *same*: the map keeps its size, and every value becomes the mean of its "
        "neighbourhood.",
        (PoolingOnMaps("mean", 3, 1, "same"),),
    ),
}


def on_feature_maps() -> None:
    tries("maps_try", TRIES)
    left, right = st.columns(2, gap="medium")
    stage, below = st.container(), st.container()
    with left:
        image = choose_digit()
    with right:
        values = _one_map(image)
    with below:
        followed = follow(PoolingOnMaps, Pooling, "kind, window, stride and padding of the pooling")
        layer = followed or _own_pooling()
        if followed:
            st.caption(f"Block 1 has: {followed.title}.")
    if values is None:
        return
    pooled = Pooled(values, layer.axes)
    with stage:
        try:
            which = state(Digit).number, state(PoolingOnMaps).map
            pooling_player(pooled, layer.pool, PoolingOnMaps, "maps_player", *which)
        except PlaygroundError as error:
            # What would make this lab's own pooling fit does not change the sidebar's.
            show_error(PlaygroundError(str(error)) if followed else error, "maps_fix", _apply_remedy)
            return
    side_by_side(pooled, "pooled_maps", numbers=False, size=150)


def _own_pooling() -> Pooling:
    """The pooling that the controls set."""
    with st.container(horizontal=True, gap="small"):
        choose_kind(PoolingOnMaps)
        slider("Window", PoolingOnMaps, "size", "Rows and columns of the window.", width=SLIDER)
        slider("Stride", PoolingOnMaps, "stride", "Smaller than the window: overlap.", width=SLIDER)
        help = "Padding never counts: a mean is taken over the real values in its window."
        select("Padding", PoolingOnMaps, "padding", help, titles=padding_title, width=SLIDER)
    now = state(PoolingOnMaps)
    layer = Pooling(now.kind, (now.size,) * 2, (now.stride,) * 2, now.padding)
    give_to_block(layer, "maps_give")
    return layer


def _apply_remedy(change: Mapping[str, Any]) -> None:
    """Carry out a remedy."""
    names = {"kernel": "size", "padding": "padding"}
    changes = {names[name]: value for name, value in change.items() if name in names}
    save(replace(state(PoolingOnMaps), **changes))


def _one_map(image: np.ndarray) -> np.ndarray | None:
    """One of the maps [h w] that the sidebar's first convolution makes of a digit, after its activation."""
    try:
        network = choice.network()
    except PlaygroundError as error:
        show_error(error, "maps_network_fix")
        return None
    names = network.convolutions
    if not names:
        st.info("The sidebar's network has no convolution. Add one there, and this tab pools its feature maps.")
        return None
    weights, origin = runs.weights(network)
    after = network.names.index(names[0]) + 1
    active = network.names[after] if isinstance(network.layers[after], Activation) else names[0]
    maps_made = activations(network, weights, image[None])[active][0]
    count = maps_made.shape[-1]
    if count > 1:
        slider("Feature map", PoolingOnMaps, "map", "Of the sidebar's first convolution.", high=count)
    st.caption(f"A map of {active}; {origin}.")
    return maps_made[..., min(state(PoolingOnMaps).map, count) - 1]
