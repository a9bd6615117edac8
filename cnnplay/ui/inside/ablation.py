"""Which filter matters most: the accuracy without each filter in turn."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ...figures.inside import worth_figure
from ...figures.percent import share_text
from ...inspection.ablation import ablate_each
from ...inspection.evaluation import accuracy_of
from ...words import counted
from ..changed_filters import changes_of
from ..session import save, state
from ..subject import Looked, probabilities_of

MOST_NAMED = 6  # filters in a sentence


@dataclass(frozen=True, eq=False)
class AblationResults:
    """The accuracy without each filter of a layer, of the network with that key; None where it has yet to be found."""

    network: tuple[str, str] | None = None
    layer: str = ""
    accuracies: np.ndarray | None = None


def which_filter_matters(looked: Looked, layer: str) -> None:
    """looked: the network without the visitor's changes."""
    st.subheader("Which filter matters most?", anchor=False)
    known = state(AblationResults)
    if (known.network, known.layer) != (looked.key, layer):
        asked = AblationResults(looked.key, layer)
        st.button("Leave each one out in turn", on_click=save, args=(asked,), icon=":material/search:")
        st.caption(f"This reads all {len(looked.test):,} test images once for each filter of {layer}.")
        return
    accuracies = _accuracies(looked, layer) if known.accuracies is None else known.accuracies
    accuracy = accuracy_of(probabilities_of(looked), looked.test.labels)
    subject = "Without your changes, the network" if changes_of(looked) else "The network"
    st.markdown(
        f"{subject} reads {share_text(accuracy, 2)} of the test images correctly. "
        f"{worth_in_words(accuracies, accuracy, layer)} Each filter is left out by itself; this does not show what two "
        "of them do together."
    )
    st.plotly_chart(
        worth_figure(accuracies, accuracy),
        config={"displayModeBar": False},
        alt="; ".join(f"without filter {i + 1}: {share_text(share, 2)}" for i, share in enumerate(accuracies)),
    )


def worth_in_words(accuracies: np.ndarray, accuracy: float, layer: str) -> str:
    """What the accuracies without each filter say: which one matters most, and which the network does better without.

    accuracies: [filters]; accuracy: with all of them.
    """
    worst, best, better = int(accuracies.argmin()), int(accuracies.argmax()), np.flatnonzero(accuracies > accuracy)
    most = f"**Filter {worst + 1}** of {layer} matters most: without it, it is {share_text(accuracies[worst], 2)}."
    without = f"without filter {best + 1} it is {share_text(accuracies[best], 2)}."
    if len(better) == len(accuracies):
        return f"None of the filters of {layer} helps: the network does better without any one of them; {without}"
    if not len(better):
        return most if accuracies[worst] < accuracy else f"Without any one of the filters of {layer} it stays the same."
    if accuracies[worst] == accuracy:
        return f"None of the filters of {layer} helps by itself, and some do harm: {without}"
    which = f"{counted(len(better), 'filter')} ({_listed(better)})" if len(better) > 1 else f"filter {best + 1}"
    return f"{most} The network does better without {which}: {without}"


def _listed(indices: np.ndarray) -> str:
    """Filters by their numbers, the first few of them."""
    more = ", …" if len(indices) > MOST_NAMED else ""
    return ", ".join(str(index + 1) for index in indices[:MOST_NAMED]) + more


def _accuracies(looked: Looked, layer: str) -> np.ndarray:
    bar = st.progress(0.0, "Leaving out one filter after the other")
    found = ablate_each(
        looked.architecture, looked.weights, layer, looked.test, lambda share: bar.progress(min(share, 1.0))
    )
    bar.empty()
    save(AblationResults(looked.key, layer, found))
    return found
