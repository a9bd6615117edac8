"""Why a network gave its answer: which pixels speak for a class, by several methods side by side."""

import numpy as np
import streamlit as st

from ...inspection.activations import answer
from ...inspection.attribution import METHODS, grad_cam, occlusion, saliency, smooth_grad, spread_over
from ...network.layers import CLASSES
from ...state.labs import ITS_ANSWER, Why
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import select, slider
from ..lab_widgets import sources
from ..session import state
from ..subject import Looked
from .image import Shown

UNITS = {"saliency": "a pixel", "smooth_grad": "a pixel", "occlusion": "of the probability", "grad_cam": "of the score"}
TITLES: dict[str | int, str] = {ITS_ANSWER: "its answer", **{digit: str(digit) for digit in range(CLASSES)}}


def why(looked: Looked, shown: Shown) -> None:
    layer = _controls(looked)
    target = state(Why).target
    if target == ITS_ANSWER:
        target = answer(looked.architecture, looked.weights, shown.image).best
    attributions = _attributions(looked, shown, int(target), layer)
    _side_by_side(shown, int(target), attributions)
    for name in attributions:
        method = METHODS[name]
        st.markdown(
            f"**{method.title}** tells: {_begin_small(method.tells)} It does not tell: "
            f"{_begin_small(method.does_not_tell)} :gray[{method.paper}]"
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


def _attributions(looked: Looked, shown: Shown, target: int, layer: str | None) -> dict[str, np.ndarray]:
    """Name of a method -> how much each pixel speaks for the target, [28 28]."""
    question = (looked.architecture, looked.weights, shown.image, target)
    hidden = occlusion(*question, patch=state(Why).patch, stride=state(Why).stride)
    found = {
        "saliency": saliency(*question),
        "smooth_grad": smooth_grad(*question),
        "occlusion": spread_over(hidden, shown.image.shape[:2]),
    }
    return found | ({"grad_cam": grad_cam(*question, layer)} if layer else {})


def _side_by_side(shown: Shown, target: int, attributions: dict[str, np.ndarray]) -> None:
    pictures = [picture("why_image", "The image", shown.image, scale="grey")]
    for name, values in attributions.items():
        reach = reach_of(values)
        caption = f"to ±{reach:.2g} {UNITS[name]}"
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
