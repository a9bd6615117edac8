"""The filters of each network that a visitor has replaced on Look inside, and what other pages say about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from .plain_text import plain
from .session import state
from .subject import Looked

MOST_NAMED = 3  # changes in a sentence


@dataclass(frozen=True, eq=False)
class Change:
    """A filter that was replaced: kernel [kh kw c], None for zeros; bias, None for its own; and in words how."""

    layer: str
    index: int
    kernel: np.ndarray | None
    bias: float | None
    description: str


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes of each network that has any, by its key: each epoch of each run has its own."""

    by_network: dict[tuple[str, str], Sequence[Change]] = field(default_factory=dict)


def changes_of(looked: Looked) -> Sequence[Change]:
    """The changes that were made to a network as it was trained, the newest last."""
    kept = state(Changes).by_network
    return kept.get(looked.key, ()) if kept else ()


def keep_changes(looked: Looked, changes: Sequence[Change]) -> None:
    """From now on these are the changes of a network as it was trained."""
    kept = state(Changes).by_network
    kept.pop(looked.key, None)
    if changes:
        kept[looked.key] = changes


def named(changes: Sequence[Change]) -> str:
    """The newest changes in words, in Markdown."""
    more = "…; " if len(changes) > MOST_NAMED else ""
    return more + "; ".join(plain(change.description) for change in changes[-MOST_NAMED:])


def without_changes(looked: Looked) -> None:
    """A line for a page that shows a network as it was trained, where the visitor has changed its filters."""
    if changes := changes_of(looked):
        yours = "change" if len(changes) == 1 else f"{len(changes)} changes"
        st.caption(
            f"This page shows the network without your {yours} ({named(changes)}). *Look inside* shows the changed one."
        )
