"""Change a trained network's filters, and see what becomes of its answer and of its accuracy."""

from functools import partial

import numpy as np
import streamlit as st

from ...data.datasets import mnist
from ...inspection.activations import activations, answer
from ...inspection.evaluation import accuracy_of
from ...labs import demonstrations
from ...labs.kernels import KERNELS, check_filter
from ...network.layers import Convolution
from ...state.labs import FilterEdit
from ..components.payloads.pictures import reach_of
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..controls import cell_args, select, slider
from ..session import state
from ..subject import Looked, probabilities_of
from ..widgets import attempt, plain
from .ablation import which_filter_matters
from .changes import change_filter, changes_of, undo_change
from .image import Shown

PLAYER = "change_player"


def edit_filters(before: Looked, after: Looked, shown: Shown) -> None:
    """before, after: the network without and with the changes that were made."""
    if not before.architecture.convolutions:
        st.info("This network has no convolution, so there is no filter to change.")
        return
    _effect(before, after, shown)
    layer, index = _choose_filter(after)
    _buttons(before, after, layer, index)
    _at_work(before, after, shown, layer, index)
    which_filter_matters(before, layer)


def _effect(before: Looked, after: Looked, shown: Shown) -> None:
    """Accuracy on all test images, and the answer to this one, with and without the changes."""
    labels, made = mnist().test.labels, changes_of(before)
    accuracies = [accuracy_of(probabilities_of(looked), labels) for looked in (before, after)]
    answers = [answer(looked.architecture, looked.weights, shown.image) for looked in (before, after)]
    accuracy, reading, undo = st.columns([2, 2, 3], gap="medium", vertical_alignment="center")
    points = f"{100 * (accuracies[1] - accuracies[0]):+.2f} points" if made else None
    accuracy.metric("Accuracy, all 10,000 test images", f"{accuracies[1]:.2%}", points)
    old, new = (f"{found.best}, {found.probabilities[found.best]:.0%}" for found in answers)
    was = f"was {old}" if made else None
    reading.metric("Its answer", new, was, delta_color="off", delta_arrow="off")
    with undo:
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Undo the change", on_click=undo_change, args=(before,), disabled=not made, icon=":material/undo:"
            )
            st.button("Back to what it learned", on_click=made.clear, disabled=not made, icon=":material/restart_alt:")
        st.caption("; ".join(plain(change.description) for change in made[-3:]) or "Nothing is changed yet.")


def _choose_filter(looked: Looked) -> tuple[str, int]:
    """A layer, and a filter of it, counted from 0."""
    names, now = looked.architecture.convolutions, state(FilterEdit)
    layer = now.layer if now.layer in names and now.layer is not None else names[0]
    filters = len(looked.weights[f"{layer}/bias"])
    layer_column, filter_column = st.columns(2, gap="medium")
    with layer_column:
        select("Layer", FilterEdit, "layer", options=names, value=layer)
    with filter_column:
        if filters > 1:
            slider("Filter", FilterEdit, "filter", high=filters)
    return layer, min(now.filter, filters) - 1


def _buttons(before: Looked, after: Looked, layer: str, index: int) -> None:
    kernel = np.asarray(after.weights[f"{layer}/kernel"])[..., index]
    titles = {name: row.title for name, row in KERNELS.items()}
    name = state(FilterEdit).kernel
    change = partial(change_filter, before, layer, index)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        select("A kernel with a name", FilterEdit, "kernel", titles=titles, width=220)
        st.button(
            "Put it in",
            on_click=change,
            args=(_named(name, kernel), titles[name]),
            icon=":material/input:",
            help="Replaces this filter with the kernel, scaled to the same strength.",
        )
        st.button("Set it to zero", on_click=change, args=(None, "zero"), icon=":material/block:")


def _named(name: str, old: np.ndarray) -> np.ndarray:
    """A named kernel in the shape of a filter [kh kw c], spread over its channels, of the same strength."""
    return demonstrations.as_strong_as(demonstrations.in_shape(KERNELS[name].array, old.shape), old)


def _at_work(before: Looked, after: Looked, shown: Shown, layer: str, index: int) -> None:
    """The filter slides over what reaches its layer; its numbers can be typed over."""
    network, at = after.architecture, after.architecture.names.index(layer)
    values = activations(network, after.weights, shown.image[None])
    below = values[network.names[at - 1]][0] if at else shown.image
    convolution, kernel = network.layers[at], np.asarray(after.weights[f"{layer}/kernel"])[..., index]
    assert isinstance(convolution, Convolution)
    slide = convolution_slide(
        below,
        kernel,
        convolution.axes,
        {"Feature map": values[layer][0, ..., index]},
        bias=float(after.weights[f"{layer}/bias"][index]),
        editable=True,
    )
    slide["outputs"][0]["range"] = reach_of(values[layer])
    if at:
        slide["image"] |= {"scale": "signed", "range": reach_of(below)}
    st.caption("Or change its numbers yourself: click one in the kernel.")
    player(
        slide,
        alt=f"Filter {index + 1} of {layer} at work.",
        key=PLAYER,
        on_kernel=partial(_take_edit, before, layer, index, np.shape(kernel)),
        **cell_args(FilterEdit, PLAYER, layer),
    )


def _take_edit(before: Looked, layer: str, index: int, shape: tuple[int, int, int]) -> None:
    edit = st.session_state[PLAYER].kernel
    attempt(lambda: change_filter(before, layer, index, check_filter(edit, shape), "your own numbers"))
