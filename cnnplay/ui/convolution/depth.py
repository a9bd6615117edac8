"""Depth: several filters make several maps, and several input channels are summed."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...export.tables import shape_text
from ...inspection.activations import activations
from ...labs import demonstrations
from ...network.architecture import Architecture
from ...network.layers import Convolution
from ...network.model import Weights
from ...state.labs import Depth
from .. import choice, runs
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import picked, select
from ..image_picker import choose_digit
from ..lab_widgets import Try, reading, sources, tries
from ..session import save, state
from ..widgets import counted, show_error

CHOSEN = "depth_maps"
TRIES = {
    "Several channels": Try(
        "A second convolution: its filters read all maps of the first one. See how the channels add up. (The network "
        "in the sidebar is another one now; Undo, there, takes it back.)",
        (Depth("conv2"),),
        net="conv4k3-relu-max2-conv6k3-relu-max2-flatten-dense10",
    ),
    "More filters": Try(
        "Sixteen filters: the volume that comes out is sixteen deep. (The network in the sidebar has changed with it.)",
        (Depth("conv1"),),
        net="conv16k3-relu-max2-flatten-dense10",
    ),
    "A filter of one pixel": Try(
        "A 1×1 convolution looks at no neighbours at all: it mixes the channels, pixel by pixel. (See the sidebar.)",
        (Depth("conv2"),),
        net="conv4k3-relu-conv3k1-relu-max2-flatten-dense10",
    ),
}


def depth() -> None:
    tries("depth_try", TRIES)
    try:
        network = choice.network()
    except PlaygroundError as error:
        show_error(error, "depth_fix")
        return
    names = network.convolutions
    if not names:
        st.info("The sidebar's network has no convolution. Choose one there, and its filters are shown here.")
        return
    chosen = state(Depth).layer
    name = chosen if chosen in names else names[0]
    left, right = st.columns(2, gap="medium")
    with left:
        image = choose_digit()
    with right:
        select("Layer", Depth, "layer", "The convolutions of the sidebar's network.", options=names, value=name)
        weights, origin = runs.weights(network)
        st.caption(f"Its filters at present; {origin}.")
    _layer(network, name, weights, activations(network, weights, image[None]), image)
    sources("What each channel adds: the same `conv2d`, a channel at a time.", demonstrations.channel_contributions)
    reading({"Lee et al. 2009, Convolutional deep belief networks …": "https://doi.org/10.1145/1553374.1553453"})


def _layer(
    network: Architecture, name: str, weights: Weights, values: dict[str, np.ndarray], image: np.ndarray
) -> None:
    at = network.names.index(name)
    layer, below = network.layers[at], values[network.names[at - 1]][0] if at else image
    assert isinstance(layer, Convolution)
    row = next(row for row in network.table() if row.layer == name)
    kernel, bias, maps_made = np.asarray(weights[f"{name}/kernel"]), weights[f"{name}/bias"], values[name][0]
    filters, channels = layer.filters, below.shape[-1]
    index = min(state(Depth).filter, filters) - 1
    reach = reach_of(maps_made)
    made = [
        picture(f"map{f}", f"filter {f + 1}", maps_made[..., f], reach=reach, chosen=f == index) for f in range(filters)
    ]
    maps(
        [
            {
                "title": f"{name} makes {filters} map{'s' if filters > 1 else ''}, one for each filter",
                "caption": "Choose one to see what it is made of.",
                "joiner": "",
                "pictures": made,
            }
        ],
        alt=f"{filters} feature maps of {name}.",
        key=CHOSEN,
        size=84,
        on_choose=partial(_choose, {f"map{f}": f for f in range(filters)}),
    )
    shares = demonstrations.channel_contributions(below, kernel[..., index], layer.axes)
    _sum_of_channels(below, kernel[..., index], shares, maps_made[..., index], float(bias[index]), index)
    rows, columns = layer.kernel
    looks = f"{'all ' if channels > 1 else ''}{counted(channels, 'input channel')} at once"
    st.markdown(
        f"**Why a kernel has four sizes.** Every filter of {name} looks at {looks}, with a slice of weights for each: "
        f"{rows}×{columns}×{channels} weights, and one bias. There are {filters} filters. So the kernel is rows × "
        f"columns × channels × filters = **{shape_text(kernel.shape)}**, and with the biases {row.parameter_formula} "
        f"parameters. What comes out has depth {filters}, whatever the depth of what went in."
    )


def _sum_of_channels(
    below: np.ndarray, kernel: np.ndarray, shares: np.ndarray, made: np.ndarray, bias: float, index: int
) -> None:
    """The channels under their slices of weights, what each adds, and the sum."""
    channels = range(below.shape[-1])
    bright, weight, reach = reach_of(below), reach_of(kernel), reach_of(shares, made)
    scale = "grey" if len(channels) == 1 and below.min() >= 0 else "signed"
    incoming = [picture(f"in{c}", f"channel {c + 1}", below[..., c], scale=scale, reach=bright) for c in channels]
    slices = [picture(f"slice{c}", f"slice {c + 1}", kernel[..., c], reach=weight, numbers=True) for c in channels]
    added = [picture(f"share{c}", f"channel {c + 1}", shares[c], reach=reach) for c in channels]
    whole = picture("sum", f"filter {index + 1}", made, reach=reach, size=168)
    slid = f"under filter {index + 1}, a slice of weights for each channel"
    if len(channels) == 1:
        rows = [
            (
                "One channel comes in",
                f"its slice of filter {index + 1} slides over it",
                "→",
                [*incoming, *slices, *added],
            )
        ]
    else:
        rows = [
            (f"{len(channels)} channels come in", slid, "", incoming),
            (f"× the slices of filter {index + 1}", "one for each channel", "", slices),
            ("= what each channel adds", "its slice, slid over it", "+", added),
        ]
    rows.append((f"All added up, and the bias {bias:+.3f}", "the feature map of this filter", "", [whole]))
    maps(
        [dict(zip(("title", "caption", "joiner", "pictures"), row, strict=True)) for row in rows],
        alt=f"Filter {index + 1}: {len(channels)} channels, each under its slice of weights, add up to one map.",
        key="depth_sum",
        size=84,
    )


def _choose(filters: Mapping[str, int]) -> None:
    if (index := picked(CHOSEN, filters)) is not None:
        save(replace(state(Depth), filter=index + 1))
