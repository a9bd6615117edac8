"""Change a trained network's filters, and see what becomes of its answer and of its accuracy."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from ...data.datasets import mnist
from ...errors import PlaygroundError
from ...figures.inside import worth_figure
from ...inspection.ablation import ablate_each, with_filter
from ...inspection.activations import activations, answer
from ...inspection.evaluation import accuracy_of
from ...labs import demonstrations
from ...labs.kernels import KERNELS, check_filter
from ...network.layers import Convolution
from ..components.payloads.pictures import reach_of
from ..components.payloads.slides import convolution_slide
from ..components.player import player
from ..lab_state import begin, choose, chosen, select_args, slider_args
from ..subject import Looked, Shown, probabilities_of
from ..widgets import counted, plain

PLAYER = "change_player"
MOST_CHANGES = 50


@dataclass(frozen=True, eq=False)
class Change:
    """A filter that was replaced: kernel [kh kw c], None for zeros; and in words how."""

    layer: str
    index: int
    kernel: np.ndarray | None
    description: str


def changed(looked: Looked) -> Looked:
    """The network with the changes that were made to it; each epoch of each run has its own."""
    begin(changes=[], changes_by={})
    chosen().changes = chosen().changes_by.setdefault(looked.key, [])
    weights = looked.weights
    for change in list(chosen().changes):
        try:
            weights = with_filter(weights, change.layer, change.index, change.kernel)
        except PlaygroundError as error:  # numbers that a browser sent for a filter of another shape
            chosen().changes.remove(change)
            st.toast(plain(str(error)), icon=":material/error:")
    return replace(looked, weights=weights)


def say_what_is_changed() -> None:
    """On every tab: that this is not the network that was trained any more."""
    if made := chosen().changes:
        st.warning(f"{counted(len(made), 'change')} of filters: all on this page is of the changed network.")


def change_it(before: Looked, after: Looked, shown: Shown) -> None:
    network = before.architecture
    names = network.convolutions
    if not names:
        st.info("This network has no convolution, so there is no filter to change.")
        return
    begin(change_layer=names[0], change_filter=1, change_to="sobel-x")
    if chosen().change_layer not in names:
        chosen().change_layer = names[0]
    _what_it_does(before, after, shown)
    which, filter_choice = st.columns(2, gap="medium")
    which.selectbox("Layer", names, **select_args("change_layer", names))
    layer = chosen().change_layer
    filters = len(after.weights[f"{layer}/bias"])
    chosen().change_filter = min(chosen().change_filter, filters)
    if filters > 1:
        filter_choice.slider("Filter", 1, filters, **slider_args("change_filter"))
    index = chosen().change_filter - 1 if filters > 1 else 0
    _buttons(after, layer, index)
    _at_work(after, shown, layer, index)
    _worth(before, layer)


def _what_it_does(before: Looked, after: Looked, shown: Shown) -> None:
    """Accuracy on all test images, and the answer to this one, with and without the changes."""
    labels, made = mnist().test.labels, chosen().changes
    accuracies = [accuracy_of(probabilities_of(looked), labels) for looked in (before, after)]
    answers = [answer(looked.architecture, looked.weights, shown.image) for looked in (before, after)]
    whole, one, undo = st.columns([2, 2, 3], gap="medium", vertical_alignment="center")
    points = f"{100 * (accuracies[1] - accuracies[0]):+.2f} points" if made else None
    whole.metric("Accuracy, all 10,000 test images", f"{accuracies[1]:.2%}", points)
    was = f"was {answers[0].best}, {answers[0].probabilities[answers[0].best]:.0%}" if made else None
    best = answers[1].best
    one.metric("Its answer", f"{best}, {answers[1].probabilities[best]:.0%}", was, delta_color="off", delta_arrow="off")
    with undo:
        with st.container(horizontal=True, gap="small"):
            st.button("Undo the change", on_click=made.pop if made else None, disabled=not made, icon=":material/undo:")
            st.button("Back to what it learned", on_click=made.clear, disabled=not made, icon=":material/restart_alt:")
        st.caption("; ".join(plain(change.description) for change in made[-3:]) or "Nothing is changed yet.")


def _buttons(after: Looked, layer: str, index: int) -> None:
    kernel = np.asarray(after.weights[f"{layer}/kernel"])[..., index]
    titles = {name: row.title for name, row in KERNELS.items()}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.selectbox(
            "A kernel with a name",
            list(titles),
            **select_args("change_to", list(titles)),
            format_func=titles.__getitem__,
            width=220,
        )
        st.button(
            "Put it in",
            on_click=_make,
            args=(layer, index, _named(chosen().change_to, kernel), titles[chosen().change_to]),
            icon=":material/input:",
            help="In place of this filter, scaled to be as strong as it is.",
        )
        st.button("Set it to zero", on_click=_make, args=(layer, index, None, "zero"), icon=":material/block:")


def _named(name: str, old: np.ndarray) -> np.ndarray:
    """A named kernel in the shape of a filter [kh kw c], spread over its channels, of the same strength."""
    return demonstrations.as_strong_as(demonstrations.in_shape(KERNELS[name].array, old.shape), old)


def _make(layer: str, index: int, kernel: np.ndarray | None, how: str) -> None:
    if len(chosen().changes) >= MOST_CHANGES:
        st.toast(f"At most {MOST_CHANGES} changes are kept. Undo some first.", icon=":material/error:")
        return
    chosen().changes.append(Change(layer, index, kernel, f"filter {index + 1} of {layer}: {how}"))


def _at_work(after: Looked, shown: Shown, layer: str, index: int) -> None:
    """The filter slides over what reaches its layer; its numbers can be typed over."""
    network, at = after.architecture, after.architecture.names.index(layer)
    values = activations(network, after.weights, shown.image[None])
    below = values[network.names[at - 1]][0] if at else shown.image
    row, kernel = network.layers[at], np.asarray(after.weights[f"{layer}/kernel"])[..., index]
    assert isinstance(row, Convolution)
    choose(change_shape=kernel.shape)
    slide = convolution_slide(
        below,
        kernel,
        row.axes,
        {"Feature map": values[layer][0, ..., index]},
        bias=float(after.weights[f"{layer}/bias"][index]),
        editable=True,
    )
    slide["outputs"][0]["range"] = reach_of(values[layer])
    if at:
        slide["image"] |= {"scale": "signed", "range": reach_of(below)}
    st.caption("Or type over its numbers: click one of the kernel.")
    player(slide, alt=f"Filter {index + 1} of {layer} at work.", key=PLAYER, on_kernel=_take_edit)


def _take_edit() -> None:
    now = chosen()
    try:
        kernel = check_filter(st.session_state[PLAYER].kernel, now.change_shape)
    except PlaygroundError as error:
        st.toast(plain(str(error)), icon=":material/error:")
        return
    _make(now.change_layer, now.change_filter - 1, kernel, "your own numbers")


def _worth(before: Looked, layer: str) -> None:
    """Accuracy without each filter in turn."""
    st.subheader("Which filter matters most?", anchor=False)
    begin(worth={})
    key = (before.key, layer)
    if key not in chosen().worth:
        st.button("Find it: leave each one out in turn", on_click=_ask_for, args=(key,), icon=":material/search:")
        st.caption(f"Reads all 10,000 test images once for each filter of {layer}.")
        return
    if chosen().worth[key] is None:
        bar = st.progress(0.0, "Leaving out one filter after the other")
        chosen().worth[key] = ablate_each(
            before.architecture, before.weights, layer, mnist().test, lambda share: bar.progress(min(share, 1.0))
        )
        bar.empty()
    accuracies = chosen().worth[key]
    whole = accuracy_of(probabilities_of(before), mnist().test.labels)
    most = int(accuracies.argmin())
    st.markdown(
        f"Of the network as it learned, **filter {most + 1}** of {layer} matters most: without it "
        f"{accuracies[most]:.2%} of the test images are read "
        f"rightly instead of {whole:.2%}. Each is left out by itself; what two do together this does not tell."
    )
    st.plotly_chart(
        worth_figure(accuracies, whole),
        config={"displayModeBar": False},
        alt="; ".join(f"without filter {i + 1}: {accuracy:.2%}" for i, accuracy in enumerate(accuracies)),
    )


def _ask_for(key: tuple[tuple[str, str], str]) -> None:
    chosen().worth = {key: None}
