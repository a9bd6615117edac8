"""Which filter matters most: the accuracy without each filter in turn."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from ...data.datasets import mnist
from ...figures.inside import worth_figure
from ...inspection.ablation import ablate_each
from ...inspection.evaluation import accuracy_of
from ..session import save, state
from ..subject import Looked, probabilities_of
from .changes import changes_of


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
        st.button("Find it: leave each one out in turn", on_click=save, args=(asked,), icon=":material/search:")
        st.caption(f"Reads all 10,000 test images once for each filter of {layer}.")
        return
    accuracies = _accuracies(looked, layer) if known.accuracies is None else known.accuracies
    accuracy, most = accuracy_of(probabilities_of(looked), mnist().test.labels), int(accuracies.argmin())
    st.markdown(
        f"In the network {'without your changes' if changes_of(looked) else 'as it is'}, **filter {most + 1}** of "
        f"{layer} matters most: if it is left out, the network reads {accuracies[most]:.2%} of the test images "
        f"correctly instead of {accuracy:.2%}. Each filter is left out by itself; this does not tell what two of them "
        "do together."
    )
    st.plotly_chart(
        worth_figure(accuracies, accuracy),
        config={"displayModeBar": False},
        alt="; ".join(f"without filter {i + 1}: {share:.2%}" for i, share in enumerate(accuracies)),
    )


def _accuracies(looked: Looked, layer: str) -> np.ndarray:
    bar = st.progress(0.0, "Leaving out one filter after the other")
    found = ablate_each(
        looked.architecture, looked.weights, layer, mnist().test, lambda share: bar.progress(min(share, 1.0))
    )
    bar.empty()
    save(AblationResults(looked.key, layer, found))
    return found
