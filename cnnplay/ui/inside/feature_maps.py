"""What a network sees: its filters, and the maps that they make of an image."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ...inspection.activations import activations
from ...network.layers import Activation, BatchNormalization, Convolution, Pooling
from ...state.labs import FeatureMaps
from ..components.maps import maps
from ..components.payloads.pictures import atlas, map_pictures, picture, reach_of
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..controls import cell_args, picked, segmented
from ..session import save, state
from ..subject import Looked
from .dense_weights import dense_weights
from .image import Shown

SEEN, PLAYER = "seen_maps", "seen_player"
SHEET = "atlas"  # the id of the picture of all slices
COLOURS = "orange: positive weights; blue: negative ones"


def feature_maps(looked: Looked, shown: Shown) -> None:
    names, layer = looked.architecture.convolutions, state(FeatureMaps).layer
    if names:
        if layer not in names:
            layer = names[0]
        if len(names) > 1:
            segmented("Layer", FeatureMaps, "layer", options=names, value=layer)
        _convolution(looked, shown, layer)
    dense_weights(looked)


def _convolution(looked: Looked, shown: Shown, name: str) -> None:
    """The filters of a layer and all their maps, and one of the filters at work."""
    network, batch = looked.architecture, shown.image[None]
    values = {layer: value[0] for layer, value in activations(network, looked.weights, batch).items()}
    kernels = np.asarray(looked.weights[f"{name}/kernel"])
    filters = kernels.shape[-1]
    index = min(state(FeatureMaps).filter, filters) - 1
    weight = reach_of(*(np.asarray(weights[f"{name}/kernel"]) for weights in looked.kept), kernels)
    reach = reach_of(values[name], *(activations(network, w, batch)[name] for w in looked.kept))
    rows = [_filters(kernels, weight), *_maps_after(looked, name, values, reach, index)]
    maps(
        rows,
        alt=f"The {filters} filters of {name} and the maps that they make.",
        key=SEEN,
        size=72,
        on_choose=partial(_choose, _filter_of(rows)),
    )
    st.subheader(f"Filter {index + 1} of {name}, at work", anchor=False)
    st.caption("Click a cell of the map to see its sum. Click another map above to see another filter.")
    _at_work(looked, shown, name, index, values, weight, reach)


def _at_work(
    looked: Looked, shown: Shown, name: str, index: int, values: dict[str, np.ndarray], weight: float, reach: float
) -> None:
    """weight, reach: the largest of the layer's weights and of its maps, over all epochs that the page can show."""
    network, at = looked.architecture, looked.architecture.names.index(name)
    layer = network.layers[at]
    assert isinstance(layer, Convolution)
    below = values[network.names[at - 1]] if at else shown.image
    made = {"Feature map": values[name][..., index]}
    after = network.layers[at + 1] if at + 1 < len(network.layers) else None
    if isinstance(after, Activation):
        made[f"After {after.title}"] = values[network.names[at + 1]][..., index]
    kernel, bias = np.asarray(looked.weights[f"{name}/kernel"])[..., index], looked.weights[f"{name}/bias"][index]
    slide = convolution_slide(below, kernel, layer.axes, made, bias=float(bias))
    slide["outputs"] = [output | {"range": reach} for output in slide["outputs"]]
    slide["kernel_range"] = weight
    if at:
        slide["image"] |= {"scale": "signed", "range": reach_of(below)}
    player(
        slide,
        alt=f"Filter {index + 1} of {name} slides over its input.",
        key=PLAYER,
        **cell_args(FeatureMaps, PLAYER, name),
    )


def _filters(kernels: np.ndarray, weight: float) -> dict[str, Any]:
    """The filters: each by itself where they have one slice, all slices in one picture where they have more."""
    channels, filters = kernels.shape[2:]
    if channels == 1:
        pictures = map_pictures("filter", kernels[:, :, 0], weight)
        return {"title": "Filters", "caption": COLOURS, "joiner": "", "pictures": pictures}
    slices = atlas(kernels)
    sheet = picture(SHEET, "", slices, reach=weight, size=min(820, 6 * max(slices.shape)))
    return {
        "title": f"{filters} filters, one in each row, with {channels} slices, one for each input channel",
        "caption": COLOURS,
        "joiner": "",
        "pictures": [sheet],
    }


def _maps_after(
    looked: Looked, name: str, values: dict[str, np.ndarray], reach: float, index: int
) -> list[dict[str, Any]]:
    """The layer's maps, and those after its normalization, activation and pooling, on one scale."""
    rows, names, layers = [], looked.architecture.names, looked.architecture.layers
    first = names.index(name)
    for place in range(first, len(names)):
        if place > first and not isinstance(layers[place], Activation | BatchNormalization | Pooling):
            break
        rows.append(
            {
                "title": "Feature maps" if place == first else f"After {names[place]}",
                "caption": "click one" if place == first else "",
                "joiner": "",
                "pictures": map_pictures(f"map_{place}", values[names[place]], reach, index),
            }
        )
    return rows


def _filter_of(rows: list[dict[str, Any]]) -> dict[str, int]:
    """The filter that each picture belongs to, by its id; the sheet of all slices belongs to none."""
    return {one["id"]: index for row in rows for index, one in enumerate(row["pictures"]) if one["id"] != SHEET}


def _choose(filters: Mapping[str, int]) -> None:
    if (index := picked(SEEN, filters)) is not None:
        save(replace(state(FeatureMaps), filter=index + 1))
