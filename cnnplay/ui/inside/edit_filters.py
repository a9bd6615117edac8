"""Change a trained network's filters, and see what becomes of its answer and of its accuracy."""

from functools import partial

import numpy as np
import streamlit as st

from ...figures.percent import probability_text, share_text
from ...inspection.activations import activations, answer
from ...inspection.evaluation import accuracy_of
from ...labs import demonstrations
from ...labs.kernels import KERNELS, check_filter
from ...network.layers import Convolution
from ...state.labs import FilterEdit
from ..changed_filters import changes_of, named
from ..components.payloads.pictures import reach_of
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..controls import cell_args, select, slider
from ..plain_text import plain
from ..session import reported, state
from ..subject import Looked, probabilities_of
from ..widgets import attempt
from .ablation import which_filter_matters
from .changes import change_filter, switch_off, undo_all, undo_change
from .image import Shown
from .remedies import remedies

PLAYER = "change_player"
SCALINGS = (
    ("Halve it", 0.5, "keyboard_double_arrow_down"),
    ("Double it", 2, "keyboard_double_arrow_up"),
    ("Flip its sign", -1, "exposure"),
)


def edit_filters(before: Looked, after: Looked, shown: Shown) -> None:
    """before, after: the network without and with the changes that were made."""
    if not before.architecture.convolutions:
        st.info("This network has no convolution, so there is no filter to change.")
        return
    _effect(before, after, shown)
    layer, index = _choose_filter(after)
    _buttons(before, after, layer, index)
    _named_kernels(before, after, layer, index)
    _at_work(before, after, shown, layer, index)
    which_filter_matters(before, layer)


def _effect(before: Looked, after: Looked, shown: Shown) -> None:
    """Accuracy on all test images, and the answer to this one, with and without the changes, and what else they do."""
    labels, made = before.test.labels, changes_of(before)
    accuracies = [accuracy_of(probabilities_of(looked), labels) for looked in (before, after)]
    answers = [answer(looked.architecture, looked.weights, shown.image) for looked in (before, after)]
    accuracy, reading, undo = st.columns([2, 2, 3], gap="medium", vertical_alignment="center")
    was, now = (share_text(share, 2) for share in accuracies)
    points = f"{100 * (accuracies[1] - accuracies[0]):+.2f}".replace("-", "−")
    worse = accuracies[1] < accuracies[0]
    accuracy.metric(
        f"Accuracy, all {len(labels):,} test images",
        now,
        f"{points} points, was {was}" if made else "not changed",
        # Streamlit knows a loss by a hyphen alone.
        delta_color="off" if not made else "red" if worse else "green",
        delta_arrow="off" if not made else "down" if worse else "up",
    )
    old, new = (
        f"{before.data.classes[found.best]}, {probability_text(found.probabilities[found.best])}" for found in answers
    )
    reading.metric(
        "Its answer", plain(new), plain(f"was {old}" if made else "not changed"), delta_color="off", delta_arrow="off"
    )
    with undo:
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Undo the change", on_click=undo_change, args=(before,), disabled=not made, icon=":material/undo:"
            )
            st.button("Undo all", on_click=undo_all, args=(before,), disabled=not made, icon=":material/restart_alt:")
        st.caption(named(made) or "Nothing is changed yet.")
    remedies(before, after, shown, *answers)


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
    """What can be done to a filter and its bias with one click."""
    kernel, bias = (
        np.asarray(after.weights[f"{layer}/kernel"])[..., index],
        float(after.weights[f"{layer}/bias"][index]),
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Switch it off",
            on_click=switch_off,
            args=(before, layer, index),
            icon=":material/block:",
            help="Sets its weights and its bias to 0: its map is 0 everywhere.",
        )
        for title, factor, icon in SCALINGS:
            st.button(
                title,
                on_click=change_filter,
                args=(before, layer, index, factor * kernel, f"times {factor:g}", factor * bias),
                icon=f":material/{icon}:",
                help=f"Multiplies its weights and its bias by {factor:g}.",
            )


def _named_kernels(before: Looked, after: Looked, layer: str, index: int) -> None:
    """The kernels that are no larger than the filter, to put in its place."""
    kernel = np.asarray(after.weights[f"{layer}/kernel"])[..., index]
    sides = " × ".join(map(str, kernel.shape[:2]))
    titles = {name: row.title for name, row in KERNELS.items() if len(row.array) <= min(kernel.shape[:2])}
    if not titles:
        smallest = min(len(row.array) for row in KERNELS.values())
        st.caption(
            f"The ready-made kernels (Sobel and others) are {smallest} × {smallest} or larger: too big for this "
            f"{sides} filter. Click a number of the kernel below to type your own."
        )
        return
    name = state(FilterEdit).kernel if state(FilterEdit).kernel in titles else next(iter(titles))
    side = len(KERNELS[name].array)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        select("A ready-made kernel", FilterEdit, "kernel", options=titles, value=name, titles=titles, width=220)
        st.button(
            "Put it in",
            on_click=change_filter,
            args=(before, layer, index, _named(name, kernel), titles[name]),
            icon=":material/input:",
            help="Puts the kernel in the place of this filter, scaled to the same strength.",
        )
    around = "" if (side, side) == kernel.shape[:2] else f"Its {side} × {side} weights go into the middle of {sides}. "
    shared = f"Each of the {kernel.shape[2]} input channels gets an equal share. " if kernel.shape[2] > 1 else ""
    st.caption(f"{around}{shared}Or click a number of the kernel below to type your own.")


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
    player(
        slide,
        alt=f"Filter {index + 1} of {layer} at work.",
        key=PLAYER,
        on_kernel=partial(_take_edit, before, layer, index, np.shape(kernel)),
        **cell_args(FilterEdit, PLAYER, layer),
    )


def _take_edit(before: Looked, layer: str, index: int, shape: tuple[int, int, int]) -> None:
    if (edit := reported(PLAYER, "kernel")) is not None:
        attempt(lambda: change_filter(before, layer, index, check_filter(edit, shape), "your own numbers"))
