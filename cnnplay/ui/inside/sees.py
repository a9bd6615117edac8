"""What a network sees: its filters, and the maps that they make of an image."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ...inspection.activations import activations
from ...network.layers import Activation, BatchNormalization, Convolution, Dense, Pooling
from ..components.maps import maps
from ..components.payloads.pictures import atlas, map_pictures, picture, reach_of
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..lab_state import begin, choose, chosen, picked, segmented_args, slider_args
from ..subject import Looked, Shown

SEEN = "seen_maps"
SHEET = "atlas"  # the id of the picture of all slices


def what_it_sees(looked: Looked, shown: Shown) -> None:
    network = looked.architecture
    names = network.convolutions
    values = {n: v[0] for n, v in activations(network, looked.weights, shown.image[None]).items()}
    if names:
        begin(seen_layer=names[0], seen_filter=0)
        if chosen().seen_layer not in names:
            chosen().seen_layer = names[0]
        if len(names) > 1:
            st.segmented_control("Layer", names, **segmented_args("seen_layer", names), required=True)
        _convolution(looked, shown, chosen().seen_layer, values)
    _dense(looked)


def _convolution(looked: Looked, shown: Shown, name: str, values: dict[str, np.ndarray]) -> None:
    network, at = looked.architecture, looked.architecture.names.index(name)
    layer = network.layers[at]
    assert isinstance(layer, Convolution)
    kernels = np.asarray(looked.weights[f"{name}/kernel"])
    below = values[network.names[at - 1]] if at else shown.image
    index = min(chosen().seen_filter, layer.filters - 1)
    weight = reach_of(*(np.asarray(weights[f"{name}/kernel"]) for weights in looked.kept), kernels)
    batch = shown.image[None]
    reach = reach_of(values[name], *(activations(network, w, batch)[name] for w in looked.kept))
    rows = [_filters(kernels, weight), *_maps_after(looked, at, values, reach, index)]
    maps(
        rows,
        alt=f"The {layer.filters} filters of {name} and the maps that they make.",
        key=SEEN,
        size=72,
        on_choose=partial(_choose, _filter_of(rows)),
    )
    st.subheader(f"Filter {index + 1} of {name}, at work", anchor=False)
    st.caption("Choose a cell of the map: its sum is written out. Choose another map above for another filter.")
    made = {"Feature map": values[name][..., index]}
    after = network.layers[at + 1] if at + 1 < len(network.layers) else None
    if isinstance(after, Activation):
        made[f"After {after.title}"] = values[network.names[at + 1]][..., index]
    slide = convolution_slide(
        below, kernels[..., index], layer.axes, made, bias=float(looked.weights[f"{name}/bias"][index])
    )
    slide["outputs"] = [output | {"range": reach} for output in slide["outputs"]]
    slide |= {
        "kernel_range": weight,
        "image": slide["image"] | ({"scale": "signed", "range": reach_of(below)} if at else {}),
    }
    player(slide, alt=f"Filter {index + 1} of {name} slides over what comes in.", key="seen_player")


def _filters(kernels: np.ndarray, weight: float) -> dict[str, Any]:
    """The filters: each by itself where they have one slice, all slices in one picture where they have more."""
    channels, filters = kernels.shape[2:]
    if channels == 1:
        pictures = map_pictures("filter", kernels[:, :, 0], weight)
        return {"title": "Filters", "caption": "as they are in this epoch", "joiner": "", "pictures": pictures}
    slices = atlas(kernels)
    sheet = picture(SHEET, "", slices, reach=weight, size=min(820, 6 * max(slices.shape)))
    return {
        "title": f"Filters: {filters} rows, one for each; {channels} slices in a row, one for each input channel",
        "caption": "as they are in this epoch",
        "joiner": "",
        "pictures": [sheet],
    }


def _maps_after(
    looked: Looked, at: int, values: dict[str, np.ndarray], reach: float, index: int
) -> list[dict[str, Any]]:
    """The layer's maps, and those after its normalization, activation and pooling, on one scale."""
    rows, names, layers = [], looked.architecture.names, looked.architecture.layers
    for place in range(at, len(names)):
        if place > at and not isinstance(layers[place], Activation | BatchNormalization | Pooling):
            break
        rows.append(
            {
                "title": "Feature maps" if place == at else f"After {names[place]}",
                "caption": "choose one" if place == at else "",
                "joiner": "",
                "pictures": map_pictures(f"map_{place}", values[names[place]], reach, index),
            }
        )
    return rows


def _dense(looked: Looked) -> None:
    """The weights of the first dense layer as images, one for each channel of what was flattened."""
    network = looked.architecture
    at = next((i for i, layer in enumerate(network.layers) if isinstance(layer, Dense)), 0)
    shape, layer = network.shapes[at - 1], network.layers[at]
    if not isinstance(layer, Dense) or at == 0 or len(shape) != 3:
        return
    name, units = network.names[at], layer.units
    weights = np.asarray(looked.weights[f"{name}/kernel"]).reshape(*shape, units)
    begin(seen_unit=0)
    with st.expander(f"The weights of {name} as images", icon=":material/grid_view:"):
        chosen().seen_unit = min(chosen().seen_unit, units - 1)
        st.slider("Unit", 0, units - 1, **slider_args("seen_unit"), help="Of the last layer: the digit it stands for.")
        unit = chosen().seen_unit
        st.caption(
            "Orange: what it wants to be bright there. Blue: what speaks against it. One picture for each channel that "
            "was flattened."
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


def _filter_of(rows: list[dict[str, Any]]) -> dict[str, int]:
    """The filter that each picture belongs to, by its id; the sheet of all slices belongs to none."""
    return {one["id"]: index for row in rows for index, one in enumerate(row["pictures"]) if one["id"] != SHEET}


def _choose(filters: Mapping[str, int]) -> None:
    if (index := picked(SEEN, filters)) is not None:
        choose(seen_filter=index)
