"""Pooling: the 4×4 with numbers, pooling of real feature maps, and what it buys and costs."""

from typing import Any

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...inspection.activations import activations
from ...labs import demonstrations
from ...labs.kernels import KERNELS
from ...network.layers import Activation, Pooling
from ...ops import reference
from ...ops.arithmetic import Axes, windows
from ...ops.pooling import pool2d
from ...ops.registry import POOLS
from .. import choice, runs
from ..components.maps import maps
from ..components.payloads.labs import shift_data
from ..components.payloads.pictures import picture, reach_of
from ..components.payloads.slides import pooling_slide
from ..components.player import player
from ..components.shift import shift
from ..image_picker import choose_digit
from ..lab_state import begin, choose, chosen, segmented_args, select_args, slider_args
from ..lab_widgets import SLIDER, Tries, follow, give_to_block, padding_title, reading, sources, tries
from ..widgets import show_error

EXAMPLE = np.array([[1, 3, 2, 0], [4, 8, 1, 1], [0, 2, 5, 6], [1, 1, 7, 2]], float)  # every window has one largest
KINDS = list(POOLS)
SIZES, STRIDES, PADDINGS = (1, 6), (1, 6), ("valid", "same", 1, 2)
REACH = 3  # pixels by which the digit is moved
CHANGED = 0.1  # of the largest value: what differs by less has stayed the same
SHIFT_ANALYSIS = "https://arxiv.org/abs/1904.11486"
EVALUATION = "https://doi.org/10.1007/978-3-642-15825-4_10"

TRIES: Tries = {
    "The usual one": (
        "2×2 with stride 2: four numbers become one.",
        {"pool4_kind": "max", "pool4_size": 2, "pool4_stride": 2},
    ),
    "Overlap": (
        "Stride 1: the windows overlap, the 8 wins four times, and its gradient is four times as large.",
        {"pool4_kind": "max", "pool4_size": 2, "pool4_stride": 1},
    ),
    "All of it": (
        "One window over everything: one number for the whole map. Its mean is *global average pooling*.",
        {"pool4_kind": "mean", "pool4_size": 4, "pool4_stride": 4},
    ),
}
MAP_TRIES: Tries = {
    "Overlapping windows": (
        "3×3 with stride 2, as AlexNet had it: neighbouring windows share a row or a column.",
        {"pool_kind": "max", "pool_size": 3, "pool_stride": 2, "pool_padding": "valid", "pool_follow": False},
    ),
    "Far too much": (
        "6×6: a few values are left of the digit. Could you still read it?",
        {"pool_kind": "max", "pool_size": 6, "pool_stride": 6, "pool_padding": "valid", "pool_follow": False},
    ),
    "As many as before": (
        "3×3 mean with stride 1 and *same*: as many numbers come out as go in, and all are softened.",
        {"pool_kind": "mean", "pool_size": 3, "pool_stride": 1, "pool_padding": "same", "pool_follow": False},
    ),
}
SHIFT_TRIES: Tries = {
    "A wider window": (
        "4×4 on the seven: drag it by one pixel, and about half of the pooled map stays; of the map without pooling "
        "about a seventh does.",
        {"lab_request": "a seven", "shift_kind": "max", "shift_size": 4},
    ),
    "Mean instead": (
        "At 2×2 the mean keeps no more than no pooling does: every move changes it a little. Compare it with Max.",
        {"lab_request": "a seven", "shift_kind": "mean", "shift_size": 2},
    ),
    "Another digit": (
        "A one is a single stroke: move it sideways, then up and down. Which matters more, and why?",
        {"lab_request": "a one", "shift_kind": "max", "shift_size": 2},
    ),
}


def four_by_four() -> None:
    """Sixteen numbers under a window: every sum can be checked by eye."""
    tries("pool4_try", TRIES)
    begin(pool4_kind="max", pool4_size=2, pool4_stride=2)
    kind, size, stride = st.columns(3, gap="medium")
    with kind:
        _kind("pool4_kind")
    size.slider("Window", 1, 4, **slider_args("pool4_size"), help="Rows and columns of the window.")
    stride.slider("Stride", 1, 4, **slider_args("pool4_stride"), help="Equal to the window: no overlap.")
    now = chosen()
    axes = windows(now.pool4_size, now.pool4_stride)
    _player(EXAMPLE, axes, now.pool4_kind, "pool4_player", scale="signed")
    _side_by_side(EXAMPLE, axes, "pool4_maps", numbers=True, size=132)
    _where_gradients_go(EXAMPLE, axes)


def _kind(name: str) -> None:
    st.segmented_control(
        "Kind",
        KINDS,
        **segmented_args(name, KINDS),
        required=True,
        format_func=lambda kind: POOLS[kind].title,
        help="\n".join(f"- **{row.title}**: {row.description}" for row in POOLS.values()),
    )


def _player(values: np.ndarray, axes: Axes, kind: str, key: str, *, scale: str) -> None:
    made = demonstrations.pooled(values[None, ..., None], axes)[kind][0, ..., 0]
    reach = reach_of(values)
    player(
        pooling_slide(values, axes, kind, f"After {POOLS[kind].title.lower()} pooling", made, scale=scale, reach=reach)
        | {"subject": f"{chosen().tried} {vars(chosen()).get('lab_number')} {vars(chosen()).get('pool_map')}"},
        alt=f"A pooling window of {axes[0].kernel}×{axes[1].kernel} makes {made.shape[0]}×{made.shape[1]} values of "
        f"{values.shape[0]}×{values.shape[1]}.",
        key=key,
    )
    st.caption(f"{values.size:,} numbers go in, {made.size:,} come out.")


def _side_by_side(values: np.ndarray, axes: Axes, key: str, *, numbers: bool, size: int) -> None:
    """All kinds of the same map."""
    reach = reach_of(values)
    made = {kind: made[0, ..., 0] for kind, made in demonstrations.pooled(values[None, ..., None], axes).items()}
    maps(
        [
            {
                "title": "The kinds side by side",
                "caption": "the same map, the same window",
                "joiner": "",
                "pictures": [
                    picture(
                        f"{key}_{kind}",
                        POOLS[kind].title,
                        pooled,
                        reach=reach,
                        numbers=numbers,
                        caption=POOLS[kind].description,
                    )
                    for kind, pooled in made.items()
                ],
            }
        ],
        alt=f"The map after pooling of each kind: {', '.join(row.title for row in POOLS.values())}.",
        key=key,
        size=size,
    )


def _where_gradients_go(values: np.ndarray, axes: Axes) -> None:
    gradients = demonstrations.pooling_gradients(values, axes)
    reach = reach_of(*gradients.values())
    maps(
        [
            {
                "title": "Where the gradient goes",
                "caption": "how much the sum of all that comes out changes with each number that goes in",
                "joiner": "",
                "pictures": [
                    picture(f"gradient_{kind}", POOLS[kind].title, gradient, reach=reach, numbers=True)
                    for kind, gradient in gradients.items()
                ],
            }
        ],
        alt="The gradient of max pooling goes to the largest number of each window, that of mean pooling to all alike.",
        key="gradient_maps",
        size=132,
    )
    st.markdown(
        "While a network learns, each output tells its inputs in which direction to move, and how much. **Max** tells "
        "the winner alone (winners that tie share it): the others did not matter. **Min** tells the smallest alone. "
        "**Mean** tells all of them, a little each."
    )


def on_a_digit() -> None:
    """Pooling of the feature maps of the sidebar's first convolution."""
    tries("pool_try", MAP_TRIES)
    begin(pool_kind="max", pool_size=2, pool_stride=2, pool_padding="valid", pool_map=1)
    left, right = st.columns(2, gap="medium")
    stage, below, now = st.container(), st.container(), chosen()
    with left:
        image = choose_digit()
    with right:
        values = _one_map(image)
    with below:
        followed = follow("pool_follow", Pooling, "kind, window, stride and padding of the pooling")
        if followed:
            st.caption(f"Block 1 has: {followed.title}.")
        kind, axes = (followed.pool, followed.axes) if followed else _controls()
        if not followed:
            found = Pooling(now.pool_kind, (now.pool_size,) * 2, (now.pool_stride,) * 2, now.pool_padding)
            give_to_block(found, "pool_give")
    if values is None:
        return
    with stage:
        try:
            _player(values, axes, kind, "pool_player", scale="signed")
        except PlaygroundError as error:
            show_error(error, "pool_fix", _apply_remedy)
            return
    _side_by_side(values, axes, "pool_maps", numbers=False, size=150)


def _controls() -> tuple[str, Axes]:
    with st.container(horizontal=True, gap="small"):
        _kind("pool_kind")
        st.slider("Window", *SIZES, **slider_args("pool_size"), help="Rows and columns of the window.", width=SLIDER)
        st.slider(
            "Stride", *STRIDES, **slider_args("pool_stride"), help="Smaller than the window: overlap.", width=SLIDER
        )
        st.selectbox(
            "Padding",
            PADDINGS,
            **select_args("pool_padding", PADDINGS),
            format_func=padding_title,
            help="Padding never counts: a mean divides by the real values in its window.",
            width=SLIDER,
        )
    now = chosen()
    return now.pool_kind, windows(now.pool_size, now.pool_stride, now.pool_padding)


def _apply_remedy(change: dict[str, Any]) -> None:
    names = {"kernel": "pool_size", "padding": "pool_padding"}
    choose(**{names[name]: value for name, value in change.items() if name in names})


def _one_map(image: np.ndarray) -> np.ndarray | None:
    """One of the maps [h w] that the sidebar's first convolution makes of a digit, after its activation."""
    try:
        network = choice.network()
    except PlaygroundError as error:
        show_error(error, "pool_network_fix")
        return None
    names = network.convolutions
    if not names:
        st.info("The sidebar's network has no convolution. Choose one there, and its feature maps are pooled here.")
        return None
    weights, origin = runs.weights(network)
    after = network.names.index(names[0]) + 1
    active = network.names[after] if isinstance(network.layers[after], Activation) else names[0]
    maps_made = activations(network, weights, image[None])[active][0]
    count = maps_made.shape[-1]
    if count > 1:
        chosen().pool_map = min(chosen().pool_map, count)
        st.slider("Feature map", 1, count, **slider_args("pool_map"), help="Of the sidebar's first convolution.")
    st.caption(f"A map of {active}; {origin}.")
    return maps_made[..., chosen().pool_map - 1 if count > 1 else 0]


def buys_and_costs() -> None:
    """The digit is moved by a pixel: what changes with pooling, and what without."""
    tries("shift_try", SHIFT_TRIES)
    begin(shift_kind="max", shift_size=2)
    digit_choice, kind, size = st.columns([2, 1, 1], gap="medium")
    with digit_choice:
        image = choose_digit()
    with kind:
        _kind("shift_kind")
    size.slider("Window", 2, 6, **slider_args("shift_size"), help="The stride is the same: no overlap.")
    now = chosen()
    axes = windows(now.shift_size, now.shift_size)
    edges = KERNELS["vertical-edge"].array[..., None]
    images = demonstrations.shifted(image, REACH)
    made = demonstrations.feature_maps(
        np.stack(list(images.values())), edges[..., None], windows(3), activation="relu"
    )[1]
    pooled = demonstrations.pooled(made, axes)[now.shift_kind]
    title = f"After {POOLS[now.shift_kind].title.lower()} pooling {now.shift_size}×{now.shift_size}"
    middle = list(images).index((0, 0))
    stages = {
        name: (values[..., 0], demonstrations.share_kept(values[middle, ..., 0], values[..., 0], CHANGED))
        for name, values in {"Feature map, not pooled": made, title: pooled}.items()
    }
    shift(
        shift_data(REACH, images, stages, CHANGED),
        alt="The digit can be moved by up to three pixels; a bar under each map says how much of it stays the same.",
        key="shift",
    )
    st.markdown(
        "The maps are those of a fixed *vertical edge* filter with ReLU, so that only upright strokes are seen. Of the "
        "values that matter, the number says how many stay what they were, up to a tenth of the largest.\n\n"
        "**What it buys.** A feature may move by a pixel inside its window and the maximum stays: the layers above see "
        "the same, and there are fewer values for them to read. **What it costs.** Where exactly the feature was is "
        "gone. And it is not magic: a feature that leaves its window changes the map all the same, only less often."
    )


def source_and_links() -> None:
    sources(
        "`pool2d` is what the networks train with: along the rows, then along the columns. Then the plain loops.",
        pool2d,
        reference.pool,
    )
    reading(
        {
            "Scherer, Müller & Behnke 2010, Evaluation of pooling operations …": EVALUATION,
            "Zhang 2019, Making convolutional networks shift-invariant again": SHIFT_ANALYSIS,
        }
    )
