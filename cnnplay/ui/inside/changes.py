"""The filters of a network that a visitor has replaced."""

from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from ...errors import PlaygroundError
from ...inspection.ablation import with_filter
from ..session import state
from ..subject import Looked
from ..widgets import counted, plain

MOST_CHANGES = 50


@dataclass(frozen=True, eq=False)
class Change:
    """A filter that was replaced: kernel [kh kw c], None for zeros; and in words how."""

    layer: str
    index: int
    kernel: np.ndarray | None
    description: str


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes of each network that was looked at, by its key: each epoch of each run has its own."""

    by_network: dict[tuple[str, str], list[Change]] = field(default_factory=dict)


def changes_of(looked: Looked) -> list[Change]:
    """The changes of a network as it was trained; the list itself, to add to and take from."""
    return state(Changes).by_network.setdefault(looked.key, [])


def with_changes(looked: Looked) -> Looked:
    """The network with the changes that were made to it."""
    changes, weights = changes_of(looked), looked.weights
    for change in list(changes):
        try:
            weights = with_filter(weights, change.layer, change.index, change.kernel)
        except PlaygroundError as error:  # numbers that a browser sent for a filter of another shape
            changes.remove(change)
            st.toast(plain(str(error)), icon=":material/error:")
    return replace(looked, weights=weights)


def change_filter(looked: Looked, layer: str, index: int, kernel: np.ndarray | None, how: str) -> None:
    changes = changes_of(looked)
    if len(changes) >= MOST_CHANGES:
        st.toast(f"At most {MOST_CHANGES} changes are kept. Undo some first.", icon=":material/error:")
        return
    changes.append(Change(layer, index, kernel, f"filter {index + 1} of {layer}: {how}"))


def undo_change(looked: Looked) -> None:
    if made := changes_of(looked):
        made.pop()


def changed_warning(looked: Looked) -> None:
    """Say, above all tabs, that this is no longer the network that was trained."""
    if made := changes_of(looked):
        st.warning(f"You have made {counted(len(made), 'change')} to the filters. This page shows the changed network.")
