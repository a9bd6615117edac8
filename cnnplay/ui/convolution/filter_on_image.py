"""A filter on an image: the player, with a picture and a kernel of one's choice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...labs import demonstrations
from ...network.layers import Convolution
from ...ops import reference
from ...ops.convolution import conv2d
from ...ops.registry import ACTIVATIONS
from ...state.labs import NAMED, Digit, FilterOnImage
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..controls import cell_args
from ..filter_picker import (
    PLAYER,
    Filter,
    choose_filter,
    kernel_buttons,
    own_kernel,
    set_kernel,
    take_edit,
    window_controls,
)
from ..image_picker import choose_picture
from ..lab_widgets import Try, follow_line, reading, sources, tries
from ..session import save, state
from ..widgets import show_error

TRIES = {
    "Find the upright strokes": Try(
        "A *vertical edge* kernel gives orange where the image gets darker to the right, blue where it gets brighter. "
        "ReLU keeps only the orange.",
        (FilterOnImage(kernel=NAMED["vertical-edge"]), Digit("a seven")),
    ),
    "See the kernel itself": Try(
        "On a single white pixel, the feature map of *emboss* shows the kernel itself, rotated by 180°.",
        (FilterOnImage(image="dot", kernel=NAMED["emboss"]),),
    ),
    "Skip every second pixel": Try(
        "With stride 2 the map has a quarter of the cells, and still shows most of the edges.",
        (FilterOnImage(kernel=NAMED["sobel-x"], stride=2, padding="same"),),
    ),
}


def filter_on_an_image() -> None:
    tries("filter_try", TRIES)
    left, right = st.columns(2, gap="medium")
    with left:
        image = choose_picture()
    with right:
        chosen = choose_filter()
    window_controls()
    if image is None:
        st.info("Choose a file above: PNG, JPEG, WebP, GIF or BMP, at most 2 MB.", icon=":material/upload:")
    else:
        _slide(image, chosen)
    kernel_buttons(chosen)
    follow_line(FilterOnImage, Convolution, chosen.layer)
    st.markdown(
        "The filter moves on by its **stride**. Pixels outside the image are **padding** and count as zero. A value "
        "far above zero means: here the image looks like the kernel. A value far below zero means: here it looks like "
        "the kernel's opposite."
    )
    sources(
        "`conv2d` is the function that the networks train with; the shapes decide how it computes. The plain loops "
        "below it give the same numbers, slowly, and the tests compare the two.",
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
        set_kernel(own_kernel(window.pop("kernel")))
    changes = {name: window[name] for name in ("padding", "dilation") if name in window}
    save(replace(state(FilterOnImage), follow=False, **changes))
