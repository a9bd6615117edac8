"""Why a network gave its answer: which pixels and which filters speak for a class, or for it rather than another."""

import streamlit as st

from ...figures.percent import share_text
from ...inspection.activations import Answer, answer
from ...inspection.attribution import METHODS, Question
from ...inspection.class_activation import (
    LEAST_PLACE,
    MOST_EMPTY,
    ClassActivation,
    class_activation,
    weighted_by_mean,
)
from ...network.layers import CLASSES
from ...state.labs import ITS_ANSWER, NO_OTHER, THE_TRUTH, Why
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import select, slider
from ..lab_widgets import sources
from ..session import state
from ..subject import Looked
from .answer import softmax
from .filters_for_class import filters_for_class
from .image import Shown

DIGITS: dict[str | int, str] = {digit: str(digit) for digit in range(CLASSES)}
TARGETS: dict[str | int, str] = {ITS_ANSWER: "its answer", **DIGITS}
OTHERS: dict[str | int, str] = {THE_TRUTH: "the true digit (if wrong)", NO_OTHER: "no other digit", **DIGITS}


def why(before: Looked, after: Looked, shown: Shown) -> None:
    """before, after: the network without and with the changes that were made."""
    layer, now = _controls(after), state(Why)
    found = answer(after.architecture, after.weights, shown.image)
    target, against = _classes(found.best, shown.label)
    _lead(found, target, against)
    question = Question(after.architecture, after.weights, shown.image, target, now.patch, now.stride, layer, against)
    _pixels(question)
    if layer:
        activation = class_activation(*question[:4], layer, against)
        st.caption(grad_cam_in_words(activation, layer))
        filters_for_class(before, question, activation)
    with st.expander("What each method shows, and what it does not show", icon=":material/menu_book:"):
        for method in METHODS.values():
            if layer or not method.needs_convolution:
                st.markdown(
                    f"**{method.title}** shows: {_begin_small(method.shows)} It does not show: "
                    f"{_begin_small(method.limitation)} :gray[{method.paper}]"
                )
    softmax(found)
    sources("Each method is a short function.", METHODS["saliency"].function, weighted_by_mean)


def _controls(looked: Looked) -> str | None:
    """The layer whose maps and filters are asked; None where the network has no convolution."""
    names = looked.architecture.convolutions
    layer = state(Why).layer
    if layer not in names:
        layer = names[-1] if names else None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        select("Explain", Why, "target", titles=TARGETS, width=150)
        select("compared with", Why, "against", titles=OTHERS, width=240)
        if names:
            select("in the maps of", Why, "layer", options=names, value=layer, width=150)
        with st.popover("Occlusion", icon=":material/tune:"):
            slider("Patch", Why, "patch", "The side, in pixels, of the square that occlusion paints black.")
            slider("Step of the patch", Why, "stride", "A smaller step gives a finer picture and takes longer.")
    return layer


def _classes(best: int, label: int | None) -> tuple[int, int | None]:
    """The class that is asked about, and the one to compare it with, if any."""
    now = state(Why)
    target = best if now.target == ITS_ANSWER else int(now.target)
    against = label if now.against == THE_TRUTH else None if now.against == NO_OTHER else int(now.against)
    return target, None if against == target else against


def _lead(found: Answer, target: int, against: int | None) -> None:
    """The scores that are to be explained."""
    scores = found.logits
    if against is None:
        st.markdown(f"The score of **{target}** is {scores[target]:.2f}. What in the image makes it so high or so low?")
        return
    lead = scores[target] - scores[against]
    st.markdown(
        f"The score of **{target}** is {scores[target]:.2f}, that of **{against}** is {scores[against]:.2f}: {target} "
        f"{'leads' if lead > 0 else 'trails'} by **{abs(lead):.2f}**. What in the image speaks for {target}, and what "
        f"for {against}?"
    )


def _pixels(question: Question) -> None:
    """How much each pixel speaks for the target, by every method, side by side."""
    target, against, layer = question.target, question.against, question.layer
    pictures = [picture("why_image", "The image", question.image, scale="grey")]
    for name, method in METHODS.items():
        if layer or not method.needs_convolution:
            values = method.attribute(question)
            reach = reach_of(values)
            caption = f"to ±{reach:.2g} {method.unit}"
            pictures.append(picture(f"why_{name}", method.title, values, reach=reach, caption=caption))
    other = "against it" if against is None else f"for {against}"
    rather = "" if against is None else f" rather than {against}"
    maps(
        [
            {
                "title": f"What speaks for {target}{rather}",
                "caption": f"orange: for {target}; blue: {other}; each picture on its own scale",
                "joiner": "",
                "pictures": pictures,
            }
        ],
        alt=f"{len(pictures) - 1} methods show which pixels speak for {target}{rather}.",
        key="why_maps",
        size=140,
    )


def grad_cam_in_words(found: ClassActivation, layer: str) -> str:
    """What Grad-CAM can tell here, from what it is made of."""
    beside = "HiResCAM, which weights every place separately, is shown beside it."
    if found.paints_nothing:
        return (
            f"Grad-CAM paints nothing here: the weighted sum of the maps of {layer} is nowhere above 0, and its ReLU "
            f"turns everything below 0 into 0. {beside}"
        )
    if found.painted_where_empty > MOST_EMPTY:
        return (
            f"{share_text(found.painted_where_empty)} of what Grad-CAM paints lies where the image is empty. There, "
            f"the maps of {layer} hold the value that a black patch produces, and because Grad-CAM uses one weight "
            f"per map, it colours that too. {beside}"
        )
    if found.place_kept < LEAST_PLACE:
        return (
            "Grad-CAM gives each map one weight, the mean of the gradient over all places, and here these means keep "
            f"only {share_text(found.place_kept, 1)} of the gradient: what follows {layer} treats each place "
            f"differently. So it says little about where. {beside}"
        )
    return (
        "Grad-CAM gives each map one weight, the mean of the gradient over all places. Here these means keep "
        f"{share_text(found.place_kept)} of the gradient, so its map can be trusted to show where."
    )


def _begin_small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
