"""Changing the filters of a network, and what the page says about it."""

from dataclasses import replace

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...inspection.ablation import with_filter
from ...inspection.evaluation import accuracy_of
from ...words import counted
from ..changed_filters import Change, changes_of, keep_changes, named
from ..plain_text import plain
from ..runs import accuracy_text
from ..subject import Looked, probabilities_of
from ..toasts import tell

MOST_CHANGES = 50


def with_changes(looked: Looked) -> Looked:
    """The network with the changes that were made to it."""
    changes, weights, fitting = changes_of(looked), looked.weights, []
    for change in changes:
        try:
            weights = with_filter(weights, change.layer, change.index, change.kernel, change.bias)
            fitting.append(change)
        except PlaygroundError as error:  # numbers that a browser sent for a filter of another shape
            st.toast(plain(str(error)), icon=":material/error:")
    if len(fitting) < len(changes):
        keep_changes(looked, fitting)
    return replace(looked, weights=weights)


def change_filter(
    looked: Looked, layer: str, index: int, kernel: np.ndarray | None, how: str, bias: float | None = None
) -> None:
    changes = changes_of(looked)
    if len(changes) >= MOST_CHANGES:
        tell(f"At most {MOST_CHANGES} changes are kept. Undo some first.")
        return
    keep_changes(looked, [*changes, Change(layer, index, kernel, bias, f"filter {index + 1} of {layer}: {how}")])


def switch_off(looked: Looked, layer: str, index: int) -> None:
    change_filter(looked, layer, index, None, "off")


def undo_change(looked: Looked) -> None:
    keep_changes(looked, changes_of(looked)[:-1])


def undo_all(looked: Looked) -> None:
    keep_changes(looked, ())


def changed_here(before: Looked, after: Looked) -> None:
    """A line on what the network has become on this page; it keeps its place where nothing is changed.

    before, after: the network without and with the changes that were made.
    """
    if not before.architecture.convolutions:
        return
    changes = changes_of(before)
    if not changes:
        st.caption("No filter is changed.")
        return
    was, now = (accuracy_text(accuracy_of(probabilities_of(looked), looked.test.labels)) for looked in (before, after))
    count = counted(len(changes), "change")
    st.caption(f"With your {count} ({named(changes)}), it reads {now} of the test images correctly instead of {was}.")
