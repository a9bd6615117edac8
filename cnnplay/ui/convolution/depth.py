"""Depth: several filters make several maps, and several input channels are summed."""

from collections.abc import Mapping, Sequence
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
from ...words import counted
from .. import subject
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import picked, select
from ..image_picker import choose_digit
from ..lab_widgets import Try, reading, sources, tries
from ..session import save, state
from ..widgets import show_error

RGB = ("red", "green", "blue")  # the channels of an image in colour
CHOSEN = "depth_maps"
TRIES = {
    "Several channels": Try(
        "The filters of the second convolution read all maps of the first: see how the channels add up. (This changed "
        "your network; Undo in the sidebar takes it back.)",
        (Depth("conv2"),),
        net="conv4k3-relu-max2-conv6k3-relu-max2-flatten-dense10",
    ),
    "More filters": Try(
        "Sixteen filters make an output sixteen channels deep. (This changed your network; Undo takes it back.)",
        (Depth("conv1"),),
        net="conv16k3-relu-max2-flatten-dense10",
    ),
    "A filter of one pixel": Try(
        "A 1×1 convolution reads no neighbours: it mixes the channels, pixel by pixel. (This changed your network; "
        "Undo takes it back.)",
        (Depth("conv2"),),
        net="conv4k3-relu-conv3k1-relu-max2-flatten-dense10",
    ),
}


def depth() -> None:
    tries("depth_try", TRIES)
    try:
        looked = subject.looked()
    except PlaygroundError as error:
        show_error(error, "depth_fix")
        return
    network, names = looked.architecture, looked.architecture.convolutions
    if not names:
        st.info("Your network has no convolution. Add a block in the sidebar, and this tab shows its filters.")
        return
    chosen = state(Depth).layer
    name = chosen if chosen in names else names[0]
    left, right = st.columns(2, gap="medium")
    with left:
        image = choose_digit()
    with right:
        select("Layer", Depth, "layer", options=names, value=name)
        st.caption(f"A convolution of your network; {looked.description}.")
    _layer(network, name, looked.weights, activations(network, looked.weights, image[None]), image)
    sources("What each channel adds: the same `conv2d`, one channel at a time.", demonstrations.channel_contributions)
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
                "caption": "Choose a map to see how it is computed.",
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
    titles = RGB if not at and channels == len(RGB) else [f"channel {c + 1}" for c in range(channels)]
    _sum_of_channels(below, kernel[..., index], shares, maps_made[..., index], float(bias[index]), index, titles)
    rows, columns = layer.kernel
    looks = f"{'all ' if channels > 1 else ''}{counted(channels, 'input channel')}"
    st.markdown(
        f"**Why the weights of a layer have four sizes.** Every filter of {name} reads {looks}, with a slice of "
        f"weights for each. So its kernel has {rows}×{columns}×{channels} weights, and there is one bias. The layer "
        f"has {counted(filters, 'filter')}: rows × columns × channels × filters = **{shape_text(kernel.shape)}** "
        f"weights. With the biases that makes {row.parameter_formula} parameters. The output has depth {filters}, "
        "whatever the depth of the input. (In code and in files, the kernels of all filters are one array, named "
        "*kernel*.)"
    )


def _sum_of_channels(
    below: np.ndarray,
    kernel: np.ndarray,
    shares: np.ndarray,
    made: np.ndarray,
    bias: float,
    index: int,
    titles: Sequence[str],
) -> None:
    """The channels under their slices of weights, what each adds, and the sum. titles: of the channels."""
    channels = range(below.shape[-1])
    bright, weight, reach = reach_of(below), reach_of(kernel), reach_of(shares, made)
    scale = "grey" if (len(channels) == 1 or titles is RGB) and below.min() >= 0 else "signed"
    alone = len(channels) == 1
    names = [("the input", "the kernel", "the sums")] if alone else [_names(title) for title in titles]
    incoming = [picture(f"in{c}", names[c][0], below[..., c], scale=scale, reach=bright) for c in channels]
    slices = [picture(f"slice{c}", names[c][1], kernel[..., c], reach=weight, numbers=True) for c in channels]
    added = [picture(f"share{c}", names[c][2], shares[c], reach=reach) for c in channels]
    whole = picture("sum", f"filter {index + 1}", made, reach=reach, size=168)
    slid = f"filter {index + 1} has a slice of weights for each of them"
    signed = f"{bias:+.3f}".replace("-", "−")
    if alone:
        rows = [
            (
                "The input has one channel",
                f"the kernel of filter {index + 1} slides over it",
                "→",
                [*incoming, *slices, *added],
            )
        ]
    else:
        rows = [
            (f"The input has {len(channels)} channels", slid, "", incoming),
            (f"× the slices of filter {index + 1}", "one for each channel", "", slices),
            ("= what each channel adds", "one map for each channel", "+", added),
        ]
    total = "The sums" if alone else "Their sum"
    rows.append((f"{total}, and the bias {signed}", "the feature map of this filter", "", [whole]))
    maps(
        [dict(zip(("title", "caption", "joiner", "pictures"), row, strict=True)) for row in rows],
        alt=f"Filter {index + 1}: {len(channels)} channels, each under its slice of weights, add up to one map.",
        key="depth_sum",
        size=84,
    )


def _names(channel: str) -> tuple[str, str, str]:
    """Of one of several channels: the input, the slice of the kernel, and what they add to the sum."""
    return channel, channel.replace("channel", "slice"), f"from {channel}"


def _choose(filters: Mapping[str, int]) -> None:
    if (index := picked(CHOSEN, filters)) is not None:
        save(replace(state(Depth), filter=index + 1))
