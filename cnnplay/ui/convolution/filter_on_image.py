"""A filter on an image: the player, with a picture and a kernel of one's choice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...labs import demonstrations
from ...labs.kernels import array_of, resized
from ...network.layers import Convolution
from ...ops import reference
from ...ops.convolution import conv2d
from ...ops.registry import ACTIVATIONS
from ...state.labs import NAMED, Digit, FilterOnImage
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..controls import cell_args
from ..filter_picker import PLAYER, Filter, block_filter, own_filter, set_kernel, take_edit
from ..image_picker import choose_picture
from ..lab_widgets import Try, follow, give_to_block, reading, sources, tries
from ..session import save, state
from ..widgets import show_error

TRIES = {
    "Find the upright strokes": Try(
        "A *vertical edge* kernel on a seven: orange where it gets darker to the right, blue where it gets brighter. "
        "ReLU keeps the orange alone.",
        (FilterOnImage(kernel=NAMED["vertical-edge"]), Digit("a seven")),
    ),
    "See the kernel itself": Try(
        "A single white pixel under an *emboss* kernel: the feature map shows the kernel, turned by half a turn.",
        (FilterOnImage(image="dot", kernel=NAMED["emboss"]),),
    ),
    "Skip every second pixel": Try(
        "Edges of the same digit with stride 2: a quarter of the cells, and most of what the map shows is still there.",
        (FilterOnImage(kernel=NAMED["sobel-x"], stride=2, padding="same"),),
    ),
}


def filter_on_an_image() -> None:
    tries("filter_try", TRIES)
    stage = st.container()
    left, right = st.columns(2, gap="medium")
    below = st.container()
    with left:
        image = choose_picture()
        layer = follow(FilterOnImage, Convolution, "window, filters and activation")
    with right:
        chosen_filter = own_filter(below) if layer is None else block_filter(layer)
    with stage:
        if image is None:
            st.info("Choose a file below: PNG, JPEG, WebP, GIF or BMP, at most 2 MB.", icon=":material/upload:")
        elif chosen_filter:
            _slide(image, chosen_filter)
    if chosen_filter and layer is None:
        with below:
            give_to_block(chosen_filter.layer, "filter_give")
    st.markdown(
        "A **filter** lies on a patch of the image; its numbers are the **kernel**. Each weight is multiplied with the "
        "pixel under it, and the products are added up: one number, one cell of the **feature map**. Then the filter "
        "moves on by the **stride**. What lies outside the image is **padding** and counts as zero. A value far above "
        "zero says: here the image looks like the kernel. Far below zero: here it looks like the kernel's opposite."
    )
    sources(
        "`conv2d` is what the networks train with; how it is computed depends on the shapes. The plain loops under it "
        "compute the same slowly, and the tests check that both agree.",
        conv2d,
        reference.convolve,
    )
    reading({"Dumoulin & Visin, A guide to convolution arithmetic": "https://arxiv.org/abs/1603.07285"})


def _slide(image: np.ndarray, what: Filter) -> None:
    kernel, axes = demonstrations.for_channels(what.kernel, image.shape[2]), what.layer.axes
    try:
        feature_map, active = demonstrations.feature_map(image, kernel, axes, what.bias, what.activation)
    except PlaygroundError as error:
        show_error(error, "slide_fix", _apply_remedy)
        return
    maps = {"Feature map": feature_map}
    if what.activation in ACTIVATIONS:
        maps[f"After {ACTIVATIONS[what.activation].title}"] = active
    sizes = " and ".join(f"{values.shape[0]}×{values.shape[1]}" for values in (kernel, feature_map))
    player(
        convolution_slide(image, kernel, axes, maps, bias=what.bias, editable=what.editable),
        alt=f"A kernel slides over a picture of {image.shape[0]}×{image.shape[1]} pixels and makes a feature map; "
        f"kernel and map are {sizes}.",
        key=PLAYER,
        on_kernel=take_edit,
        **cell_args(FilterOnImage, PLAYER, state(FilterOnImage).image, state(Digit).number),
    )


def _apply_remedy(change: Mapping[str, Any]) -> None:
    """Carry out what makes a window fit."""
    window = dict(change)
    if "kernel" in window:
        set_kernel(resized(array_of(state(FilterOnImage).kernel), window.pop("kernel")))
    save(replace(state(FilterOnImage), **{name: window[name] for name in ("padding", "dilation") if name in window}))
