"""Activation maximization: an image that raises the score of a class or a feature map as far as it can."""

import streamlit as st

from ...inspection.activation_maximization import Goal, maximize
from ...state.labs import ONE_CLASS, Maximization
from ..components.film import film
from ..components.payloads.pictures import film_frames
from ..controls import number, select, slider
from ..session import state
from ..subject import Looked

STEPS = 60


def maximization(looked: Looked) -> None:
    goal = _goal(looked)
    made = maximize(looked.architecture, looked.weights, goal, steps=STEPS, seed=state(Maximization).seed)
    film(
        film_frames(made.frames, made.scores.tolist(), STEPS),
        alt="From noise to an image with an ever higher score.",
        key="maximize_film",
        scale="colour" if looked.architecture.input_shape[-1] == 3 else "grey",
        note="Each step moves every pixel a little in the direction that raises the score.",
    )
    st.markdown(
        "This is **gradient ascent on the image**: the weights stay as they are, and the pixels change. Each step also "
        "dims the image a little, and some steps blur it; without that, the result would be noise that happens to "
        "score high. The image shows what the network looks for. If it does not look like the class, you have learned "
        "that the network looks for something else."
    )


def _goal(looked: Looked) -> Goal:
    """What to maximize: the score of a class, or a map of a layer."""
    names, now = (ONE_CLASS, *looked.architecture.convolutions), state(Maximization)
    of = now.of if now.of in names else ONE_CLASS
    titles = {name: "The score of a class" if name == ONE_CLASS else f"A map of {name}" for name in names}
    of_column, which_column, seed_column = st.columns(3, gap="medium")
    with of_column:
        select("Maximize", Maximization, "of", options=names, value=of, titles=titles)
    with seed_column:
        number("Random seed", Maximization, "seed", "The image starts as noise. Another seed gives other noise.")
    with which_column:
        if of == ONE_CLASS:
            classes = dict(enumerate(looked.data.classes))
            label = min(now.digit, len(classes) - 1)
            select("Class", Maximization, "digit", options=classes, value=label, titles=classes)
            return label
        filters = len(looked.weights[f"{of}/bias"])
        if filters > 1:
            slider("Filter", Maximization, "filter", high=filters)
        return of, min(now.filter, filters) - 1
