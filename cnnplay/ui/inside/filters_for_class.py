"""Which filters of a layer speak for a class rather than another, and what the answer is without each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from ...inspection.ablation import logits_without_each
from ...inspection.activations import answer
from ...inspection.attribution import Question
from ...inspection.class_activation import ClassActivation
from ...state.labs import FilterEdit
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..controls import picked
from ..plain_text import plain
from ..session import state
from ..subject import Looked
from .answer import open_tab
from .changes import switch_off

FILTERS = "why_filters"
FIRST, LAST = 8, 4  # filters shown where there are more: those that speak most for the class, and most against it


def filters_for_class(before: Looked, question: Question, activation: ClassActivation) -> None:
    """before: the network without the visitor's changes, to which another change may come."""
    layer = question.layer
    assert layer is not None
    without = logits_without_each(question.architecture, question.weights, question.image, layer)
    scores = answer(question.architecture, question.weights, question.image).logits
    lead = _lead(scores, question)
    pushes = lead - np.array([_lead(one, question) for one in without])
    first = int(pushes.argmax())
    classes = before.data.classes
    said, then = classes[int(scores.argmax())], classes[int(without[first].argmax())]
    _strongest(before, question, pushes[first] > 0, first, plain(said), plain(then))
    _side_by_side(question, pushes, activation.of_filters, classes)


def _strongest(before: Looked, question: Question, pushing: bool, first: int, now: str, then: str) -> None:
    """The filter that speaks most for the target. now, then: what the network says, with it and without it."""
    layer = question.layer or ""
    if not pushing:
        st.markdown(f"No filter of {layer} adds to {plain(_what(question, before.data.classes))}.")
        return
    what = plain(_what(question, before.data.classes))
    st.markdown(
        f"**Filter {first + 1}** of {layer} adds most to {what}. Without it, the network "
        + (f"would still say {then}." if now == then else f"would say **{then}** instead of {now}.")
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            f"Switch off filter {first + 1}",
            on_click=_try,
            args=(before, layer, first),
            icon=":material/block:",
            help="Then see what becomes of this answer and of the accuracy on all test images. You can undo it.",
        )
        st.button(f"Change filter {first + 1}", on_click=_go, args=(layer, first), icon=":material/tune:")


def _side_by_side(question: Question, pushes: np.ndarray, parts: np.ndarray, classes: Sequence[str]) -> None:
    """pushes: what each filter adds in all, [filters]; parts: what it adds at each place, [h w filters]."""
    layer, order = question.layer or "", np.argsort(-pushes, kind="stable")
    shown = order if len(order) <= FIRST + LAST else np.concatenate([order[:FIRST], order[-LAST:]])
    added = {int(index): f"{pushes[index]:+.2f}".replace("-", "−") for index in shown}
    reach = reach_of(parts)
    pictures = [
        picture(f"push_{index}", f"filter {index + 1}", parts[..., index], reach=reach, caption=text)
        for index, text in added.items()
    ]
    other = "against it" if question.against is None else f"for {classes[question.against]}"
    maps(
        [
            {
                "title": f"What each filter of {layer} adds to {_what(question, classes)}",
                "caption": f"orange: for {classes[question.target]}; blue: {other}. Below each: what is lost without "
                "the filter. Click one to change it.",
                "joiner": "",
                "pictures": pictures,
            }
        ],
        alt="; ".join(f"filter {index + 1}: {text}" for index, text in added.items()),
        key=FILTERS,
        size=72,
        on_choose=partial(_open, layer, {f"push_{index}": index for index in added}),
    )


def _what(question: Question, classes: Sequence[str]) -> str:
    """What the filters add to, in words."""
    target = classes[question.target]
    return (
        f"the score of {target}"
        if question.against is None
        else f"the lead of {target} over {classes[question.against]}"
    )


def _lead(scores: np.ndarray, question: Question) -> float:
    """The score of the target, less that of the class to compare with."""
    return float(scores[question.target] - (0 if question.against is None else scores[question.against]))


def _open(layer: str, filters: Mapping[str, int]) -> None:
    if (index := picked(FILTERS, filters)) is not None:
        _go(layer, index)


def _go(layer: str, index: int) -> None:
    """Open a filter where it can be changed."""
    open_tab("change", replace(state(FilterEdit), layer=layer, filter=index + 1))


def _try(before: Looked, layer: str, index: int) -> None:
    switch_off(before, layer, index)
    _go(layer, index)
