"""Sixteen numbers under a pooling window: every result can be checked by eye."""

import numpy as np
import streamlit as st

from ...labs import demonstrations
from ...ops.arithmetic import windows
from ...ops.registry import POOLS
from ...state.labs import PoolingByNumbers
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import slider
from ..lab_widgets import Try, tries
from ..session import state
from .kinds import Pooled, choose_kind, pooling_player, side_by_side

EXAMPLE = np.array([[1, 3, 2, 0], [4, 8, 1, 1], [0, 2, 5, 6], [1, 1, 7, 2]], float)  # every window has one largest
TRIES = {
    "The usual one": Try("2×2 with stride 2: four numbers become one.", (PoolingByNumbers(),)),
    "Overlap": Try(
        "Stride 1: the windows overlap, the 8 wins four times, and its gradient is four times as large.",
        (PoolingByNumbers("max", 2, 1),),
    ),
    "All of it": Try(
        "One window over everything: one number for the whole map. Its mean is *global average pooling*.",
        (PoolingByNumbers("mean", 4, 4),),
    ),
}


def by_numbers() -> None:
    tries("numbers_try", TRIES)
    kind_column, size_column, stride_column = st.columns(3, gap="medium")
    with kind_column:
        choose_kind(PoolingByNumbers)
    with size_column:
        slider("Window", PoolingByNumbers, "size", "Rows and columns of the window.")
    with stride_column:
        slider("Stride", PoolingByNumbers, "stride", "Equal to the window: no overlap.")
    now = state(PoolingByNumbers)
    pooled = Pooled(EXAMPLE, windows(now.size, now.stride))
    pooling_player(pooled, now.kind, PoolingByNumbers, "numbers_player")
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
                "caption": "how much the sum of all outputs changes with each input",
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
        "While a network learns, each output tells its inputs in which direction to move, and how much. **Max** tells "
        "the winner alone (winners that tie share it): the others did not matter. **Min** tells the smallest alone. "
        "**Mean** tells all of them, a little each."
    )
