"""Why a network gave its answer: which pixels speak for a class, by several methods side by side."""

import numpy as np
import streamlit as st

from ...inspection.activations import answer
from ...inspection.attribution import METHODS, Question
from ...network.layers import CLASSES
from ...state.labs import ITS_ANSWER, Why
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import select, slider
from ..lab_widgets import sources
from ..session import state
from ..subject import Looked
from .image import Shown

TITLES: dict[str | int, str] = {ITS_ANSWER: "its answer", **{digit: str(digit) for digit in range(CLASSES)}}


def why(looked: Looked, shown: Shown) -> None:
    layer, now = _controls(looked), state(Why)
    best = answer(looked.architecture, looked.weights, shown.image).best
    target = best if now.target == ITS_ANSWER else int(now.target)
    question = Question(looked.architecture, looked.weights, shown.image, target, now.patch, now.stride, layer)
    methods = {name: method for name, method in METHODS.items() if layer or not method.needs_convolution}
    _side_by_side(shown, target, {name: method.attribute(question) for name, method in methods.items()})
    for method in methods.values():
        st.markdown(
            f"**{method.title}** shows: {_begin_small(method.shows)} It does not show: "
            f"{_begin_small(method.limitation)} :gray[{method.paper}]"
        )
    sources("Each method is a short function.", METHODS["saliency"].function, METHODS["grad_cam"].function)


def _controls(looked: Looked) -> str | None:
    """The layer for Grad-CAM; None where the network has no convolution."""
    names = looked.architecture.convolutions
    layer = state(Why).layer
    if layer not in names:
        layer = names[-1] if names else None
    target_column, layer_column, patch_column, stride_column = st.columns(4, gap="medium")
    with target_column:
        select("Why this digit?", Why, "target", titles=TITLES)
    with layer_column:
        if names:
            select("Layer for Grad-CAM", Why, "layer", options=names, value=layer)
    with patch_column:
        slider("Patch", Why, "patch", "The side, in pixels, of the square that occlusion paints black.")
    with stride_column:
        slider("Step of the patch", Why, "stride", "Smaller is finer and slower.")
    return layer


def _side_by_side(shown: Shown, target: int, attributions: dict[str, np.ndarray]) -> None:
    """attributions: name of a method -> how much each pixel speaks for the target, [28 28]."""
    pictures = [picture("why_image", "The image", shown.image, scale="grey")]
    for name, values in attributions.items():
        reach = reach_of(values)
        caption = f"to ±{reach:.2g} {METHODS[name].unit}"
        pictures.append(picture(f"why_{name}", METHODS[name].title, values, reach=reach, caption=caption))
    maps(
        [
            {
                "title": f"What speaks for {target}",
                "caption": "orange: for it; blue: against it; each picture on its own scale",
                "joiner": "",
                "pictures": pictures,
            }
        ],
        alt=f"{len(attributions)} methods show which pixels speak for {target}.",
        key="why_maps",
        size=144,
    )


def _begin_small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
