"""The weights of the first dense layer as images, one for each channel of what was flattened."""

import numpy as np
import streamlit as st

from ...network.layers import Dense, Flatten
from ...state.labs import FeatureMaps
from ..components.maps import maps
from ..components.payloads.pictures import map_pictures, reach_of
from ..controls import slider
from ..session import state
from ..subject import Looked


def dense_weights(looked: Looked) -> None:
    """Nothing where no maps were flattened before the layer."""
    network = looked.architecture
    at = next((i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)), 0)
    shape, layer = network.shapes[at - 1], network.layers[at]
    if not (isinstance(layer, Dense) and at and isinstance(network.layers[at - 1], Flatten) and len(shape) == 3):
        return
    name, last = network.names[at], layer.units - 1
    weights = np.asarray(looked.weights[f"{name}/kernel"]).reshape(*shape, layer.units)
    with st.expander(f"The weights of {name} as images", icon=":material/grid_view:"):
        slider("Unit", FeatureMaps, "unit", "Each unit of the last layer stands for a class.", high=last)
        unit = min(state(FeatureMaps).unit, last)
        st.caption(
            "Where a weight is orange, a positive input raises the unit's sum; where it is blue, it lowers it. There "
            "is a picture for each channel that was flattened."
        )
        maps(
            [
                {
                    "title": f"Unit {unit}",
                    "caption": "",
                    "joiner": "",
                    "pictures": map_pictures("dense", weights[..., unit], reach_of(weights)),
                }
            ],
            alt=f"The weights of unit {unit} of {name}.",
            key="dense_maps",
            size=72,
        )
