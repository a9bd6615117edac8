"""What the labs of the page share: the list of kinds, the player of a pooling window, and the kinds side by side."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ...errors import ShapeError
from ...labs import demonstrations
from ...network.layers import Pooling
from ...ops.arithmetic import Axes
from ...ops.registry import POOLS
from ...state.fields import State
from ...state.labs import WithCell
from ..components.maps import maps
from ..components.payloads.pictures import picture, reach_of
from ..components.payloads.slides import pooling_slide
from ..components.player import player
from ..controls import cell_args, segmented


@dataclass(frozen=True, eq=False)
class Pooled:
    """A map [h w] under a pooling window."""

    values: np.ndarray
    axes: Axes

    def after(self, kind: str) -> np.ndarray:
        """[oh ow]. Raises ShapeError where no window fits."""
        return self.of_each_kind()[kind]

    def of_each_kind(self) -> dict[str, np.ndarray]:
        made = demonstrations.pooled(self.values[None, ..., None], self.axes)
        return {kind: values[0, ..., 0] for kind, values in made.items()}


def fits(layer: Pooling, values: np.ndarray) -> bool:
    """Whether a window of the layer fits into a map [h w]."""
    try:
        layer.output_shape((*values.shape, 1))
    except ShapeError:
        return False
    return True


def choose_kind(lab: type[State]) -> None:
    """Selector of a lab's field `kind`; the help describes every kind."""
    help = "\n".join(f"- **{row.title}**: {row.description}" for row in POOLS.values())
    segmented("Kind", lab, "kind", help, titles={kind: row.title for kind, row in POOLS.items()})


def pooling_player(pooled: Pooled, kind: str, lab: type[WithCell], key: str, *subject: object) -> None:
    """The window slides over the map. Raises ShapeError where no window fits.

    lab: whose field `cell` has the place.
    key: of the player.
    subject: which map it is.
    """
    values, axes, made = pooled.values, pooled.axes, pooled.after(kind)
    title = f"After {POOLS[kind].title.lower()} pooling"
    player(
        pooling_slide(values, axes, kind, title, made, scale="signed", reach=reach_of(values)),
        alt=f"A pooling window of {axes[0].kernel}×{axes[1].kernel} makes {made.shape[0]}×{made.shape[1]} values of "
        f"{values.shape[0]}×{values.shape[1]}.",
        key=key,
        **cell_args(lab, key, *subject),
    )
    st.caption(f"{values.size:,} numbers in, {made.size:,} out.")


def side_by_side(pooled: Pooled, key: str, *, numbers: bool, size: int) -> None:
    """The same map, pooled by each kind."""
    reach = reach_of(pooled.values)
    pictures = [
        picture(
            f"{key}_{kind}",
            POOLS[kind].title,
            made,
            reach=reach,
            numbers=numbers,
            caption=POOLS[kind].description,
        )
        for kind, made in pooled.of_each_kind().items()
    ]
    maps(
        [
            {
                "title": "The kinds side by side",
                "caption": "the same map, the same window",
                "joiner": "",
                "pictures": pictures,
            }
        ],
        alt=f"The map after pooling of each kind: {', '.join(row.title for row in POOLS.values())}.",
        key=key,
        size=size,
    )
