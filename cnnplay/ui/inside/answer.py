"""The answer of a network, and how its scores become probabilities."""

import streamlit as st

from ...figures.inside import answer_figure
from ...inspection.activations import Answer, answer
from ..components.maps import maps
from ..components.payloads.pictures import picture
from ..subject import Looked
from ..widgets import a_digit, probability_text
from .image import Shown


def the_answer(looked: Looked, shown: Shown) -> None:
    found = answer(looked.architecture, looked.weights, shown.image)
    left, middle, right = st.columns([2, 3, 4], gap="medium")
    with left:
        maps(
            [{"title": "", "caption": "", "joiner": "", "pictures": [picture("asked", "", shown.image, scale="grey")]}],
            alt="The image that the network is asked about.",
            key="asked_maps",
            size=170,
        )
    with middle:
        verdict = ""
        if shown.label is not None:
            verdict = "Right." if found.best == shown.label else f"It is {a_digit(shown.label)}."
        st.markdown(f"### It says {found.best}\n{probability_text(found.probabilities[found.best])} sure. {verdict}")
        st.markdown(f"Second guess: **{found.second}**, {probability_text(found.probabilities[found.second])}.")
    with right:
        st.plotly_chart(
            answer_figure(found.probabilities, shown.label),
            config={"displayModeBar": False},
            alt="; ".join(f"{digit}: {probability:.1%}" for digit, probability in enumerate(found.probabilities)),
        )
    with st.expander("From scores to probabilities, with the numbers", icon=":material/calculate:"):
        _softmax(found)


def _softmax(found: Answer) -> None:
    powers, best = found.exponentials, found.best
    rows = [
        {"digit": digit, "score z": f"{score:.3f}", "eᶻ": f"{power:,.4g}", "eᶻ / sum": f"{probability:.2%}"}
        for digit, (score, power, probability) in enumerate(zip(found.logits, powers, found.probabilities, strict=True))
    ]
    st.table(rows, hide_index=True, border="horizontal", alt="Score, its exponential and its share, for each digit")
    st.markdown(
        f"The last layer gives ten **scores** (logits). **Softmax** makes them positive and has them add up to 1: "
        f"e^{found.logits[best]:.2f} / {powers.sum():,.4g} = {powers[best]:,.4g} / {powers.sum():,.4g} = "
        f"**{found.probabilities[best]:.2%}** for {best}."
    )
