"""Why a network gave its answer: which pixels and which filters speak for a class, or for it rather than another."""

import streamlit as st

from ...data.datasets import DataSource
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
from ...state.labs import ITS_ANSWER, NO_OTHER, THE_TRUTH, Why
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import select, slider
from ..lab_widgets import sources
from ..plain_text import plain
from ..session import state
from ..subject import Looked
from .answer import softmax
from .filters_for_class import filters_for_class
from .image import Shown


def why(before: Looked, after: Looked, shown: Shown) -> None:
    """before, after: the network without and with the changes that were made."""
    layer, now = _controls(after), state(Why)
    found = answer(after.architecture, after.weights, shown.image)
    target, against = _classes(found.best, shown.label, len(after.data.classes))
    _lead(found, target, against, after.data)
    question = Question(after.architecture, after.weights, shown.image, target, now.patch, now.stride, layer, against)
    _pixels(question, after.data)
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
    softmax(found, after.data)
    sources("Each method is a short function.", METHODS["saliency"].function, weighted_by_mean)


def _controls(looked: Looked) -> str | None:
    """The layer whose maps and filters are asked; None where the network has no convolution."""
    names = looked.architecture.convolutions
    layer = state(Why).layer
    if layer not in names:
        layer = names[-1] if names else None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        named: dict[str | int, str] = dict(enumerate(looked.data.classes))
        targets = {ITS_ANSWER: "its answer", **named}
        others = {THE_TRUTH: "the truth (if it is wrong)", NO_OTHER: "nothing else", **named}
        now = state(Why)
        target = now.target if now.target in targets else ITS_ANSWER
        against = now.against if now.against in others else THE_TRUTH
        select("Explain", Why, "target", options=targets, value=target, titles=targets, width=180)
        select("compared with", Why, "against", options=others, value=against, titles=others, width=240)
        if names:
            select("in the maps of", Why, "layer", options=names, value=layer, width=150)
        with st.popover("Occlusion", icon=":material/tune:"):
            slider("Patch", Why, "patch", "The side, in pixels, of the square that occlusion paints black.")
            slider("Step of the patch", Why, "stride", "A smaller step gives a finer picture and takes longer.")
    return layer


def _classes(best: int, label: int | None, classes: int) -> tuple[int, int | None]:
    """The class that is asked about, and the one to compare it with, if any."""
    now = state(Why)
    target = now.target if isinstance(now.target, int) and now.target < classes else best
    against = label if now.against == THE_TRUTH else None
    if isinstance(now.against, int) and now.against < classes:
        against = now.against
    return target, None if against == target else against


def _lead(found: Answer, target: int, against: int | None, data: DataSource) -> None:
    """The scores that are to be explained."""
    scores, this = found.logits, plain(data.classes[target])
    if against is None:
        st.markdown(f"The score of **{this}** is {scores[target]:.2f}. What in the image makes it so high or so low?")
        return
    lead, that = scores[target] - scores[against], plain(data.classes[against])
    st.markdown(
        f"The score of **{this}** is {scores[target]:.2f}, that of **{that}** is {scores[against]:.2f}: {this} "
        f"{'leads' if lead > 0 else 'trails'} by **{abs(lead):.2f}**. What in the image speaks for {this}, and what "
        f"for {that}?"
    )


def _pixels(question: Question, data: DataSource) -> None:
    """How much each pixel speaks for the target, by every method, side by side."""
    target, layer = data.classes[question.target], question.layer
    against = None if question.against is None else data.classes[question.against]
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
