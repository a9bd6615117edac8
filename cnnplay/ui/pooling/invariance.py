"""What pooling buys and costs: shift the digit by a pixel, and see what changes with pooling, and what without."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import streamlit as st

from ...inputs.photo import in_grey
from ...labs import demonstrations
from ...labs.kernels import KERNELS
from ...network.layers import Pooling
from ...ops.arithmetic import windows
from ...ops.registry import POOLS
from ...state.fields import StateError
from ...state.labs import REACH, Digit, Invariance
from ..components.payloads.labs import shift_data
from ..components.shift import shift
from ..controls import slider, together
from ..image_picker import choose_digit
from ..lab_widgets import Try, as_far_as_held, follow_line, followed_layer, square, tries
from ..session import reported, save, session, state
from .kinds import choose_kind

SHIFT = "shift"
CHANGED = 0.1  # of the largest value: what differs by less has stayed the same
TRIES = {
    "A wider window": Try(
        "4×4 on the seven: drag the digit by one pixel. About half of the pooled map stays the same, but less than a "
        "quarter of the map without pooling.",
        (Digit("a seven"), Invariance("max", 4)),
    ),
    "Mean instead": Try(
        "Mean pooling of 2×2 keeps little more of the map than no pooling: a shift by one pixel changes most means a "
        "little. Compare it with Max.",
        (Digit("a seven"), Invariance("mean", 2)),
    ),
    "Another digit": Try(
        "A one is a single stroke. Move it sideways, then up and down: which changes more, and why?",
        (Digit("a one"), Invariance("max", 2)),
    ),
}


def invariance() -> None:
    tries("invariance_try", TRIES)
    followed = followed_layer(Invariance, Pooling)
    if followed:
        save(as_far_as_held(state(Invariance), kind=followed.pool, size=square(followed.window)))
    digit_column, window_column = st.columns(2, gap="medium")
    with digit_column:
        image = in_grey(choose_digit())
    with window_column, together("invariance_controls", row=True):
        choose_kind(Invariance)
        slider("Window", Invariance, "size", "In free play the stride is as large: no overlap.")
    now = state(Invariance)
    layer = followed or Pooling(now.kind, (now.size,) * 2, (now.size,) * 2)
    follow_line(Invariance, Pooling, layer)
    images = demonstrations.shifted(image, REACH)
    shift(
        shift_data(REACH, images, _stages(images, layer), CHANGED),
        alt="The digit can be shifted by up to three pixels; a bar under each map shows how much of it stays the same.",
        key=SHIFT,
        subject=str(session().tries),
        place=state(Invariance).shift,
        on_place=_take_place,
    )
    st.markdown(
        "Both maps come from a fixed *vertical edge* filter with ReLU, so they show only upright strokes. The "
        "percentage counts the values that stay the same, give or take a tenth of the largest value, and ignores those "
        "near zero before and after the shift.\n\n"
        "**What you gain.** A feature can move by a pixel inside its window, and the maximum stays the same: the next "
        "layers see no change, and they have fewer values to read. **What you lose.** The exact position of the "
        "feature. And pooling is no magic: a feature that leaves its window still changes the map, only less often."
    )


def _stages(images: dict[tuple[int, int], np.ndarray], layer: Pooling) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Title of each stage -> its map for every shift [n h w], and the share of it that stays the same [n]."""
    batch = np.stack(list(images.values()))
    edges = KERNELS["vertical-edge"].array[..., None, None]
    made = demonstrations.feature_maps(batch, edges, windows(3), activation="relu")[1]
    pooled = demonstrations.pooled(made, layer.axes)[layer.pool]
    title = f"After {POOLS[layer.pool].title.lower()} pooling {layer.window[0]}×{layer.window[1]}"
    middle = list(images).index((0, 0))
    return {
        name: (values[..., 0], demonstrations.share_kept(values[middle, ..., 0], values[..., 0], CHANGED))
        for name, values in {"Feature map, not pooled": made, title: pooled}.items()
    }


def _take_place() -> None:
    """Where the visitor has dragged the digit: [down, right]."""
    place = reported(SHIFT, "place")
    if isinstance(place, list):
        with suppress(StateError):
            save(replace(state(Invariance), shift=tuple(place)))
