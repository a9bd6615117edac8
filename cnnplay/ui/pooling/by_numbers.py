"""Sixteen numbers under a pooling window: every result can be checked by eye."""

import numpy as np
import streamlit as st

from ...labs import demonstrations
from ...network.layers import Pooling
from ...ops.registry import POOLS
from ...state.labs import PoolingByNumbers
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import slider, together
from ..lab_widgets import Try, as_far_as_held, follow_line, followed_layer, square, tries
from ..session import save, state
from .kinds import Pooled, choose_kind, fits, pooling_player, side_by_side

EXAMPLE = np.array([[1, 3, 2, 0], [4, 8, 1, 1], [0, 2, 5, 6], [1, 1, 7, 2]], float)  # every window has one largest
TRIES = {
    "The usual one": Try("2×2 with stride 2: four numbers become one.", (PoolingByNumbers(),)),
    "Overlap": Try(
        "With stride 1 the windows overlap: the 8 wins four times, and its gradient is four times as large.",
        (PoolingByNumbers("max", 2, 1),),
    ),
    "All of it": Try(
        "One window over everything gives one number for the whole map. The mean is *global average pooling*.",
        (PoolingByNumbers("mean", 4, 4),),
    ),
}


def by_numbers() -> None:
    tries("numbers_try", TRIES)
    layer = followed_layer(PoolingByNumbers, Pooling)
    shown = layer if layer and fits(layer, EXAMPLE) else None
    if shown:
        size, stride = square(shown.window), square((shown.axes[0].stride, shown.axes[1].stride))
        save(as_far_as_held(state(PoolingByNumbers), kind=shown.pool, size=size, stride=stride))
    with together("numbers_controls", row=True):
        choose_kind(PoolingByNumbers)
        slider("Window", PoolingByNumbers, "size")
        slider("Stride", PoolingByNumbers, "stride")
    now = state(PoolingByNumbers)
    misfit = layer is not None and shown is None
    shown = shown or Pooling(now.kind, (now.size,) * 2, (now.stride,) * 2)
    follow_line(PoolingByNumbers, Pooling, shown)
    if misfit:
        st.caption("The window of block 1 does not fit into these 16 numbers, so here is a smaller one.")
    pooled = Pooled(EXAMPLE, shown.axes)
    pooling_player(pooled, shown.pool, PoolingByNumbers, "numbers_player")
    side_by_side(pooled, "numbers_maps", numbers=True, size=132)
    _gradients(pooled)


def _gradients(pooled: Pooled) -> None:
    """Where the gradient goes, for each kind."""
    gradients = demonstrations.pooling_gradients(pooled.values, pooled.axes)
    reach = reach_of(*gradients.values())
    maps(
        [
            {
                "title": "Where the gradient goes",
                "caption": "how much the sum of all outputs changes when an input changes",
                "joiner": "",
                "pictures": [
                    picture(f"gradient_{kind}", POOLS[kind].title, gradient, reach=reach, numbers=True)
                    for kind, gradient in gradients.items()
                ],
            }
        ],
        alt="The gradient of max pooling goes to the largest number of each window, that of mean pooling to all alike.",
        key="gradient_maps",
        size=132,
    )
    st.markdown(
        "While a network learns, the gradient says how each input should change. **Max** passes it to the largest "
        "number alone (equal ones share it), because the others made no difference. **Min** passes it to the smallest. "
        "**Mean** divides it among all."
    )
