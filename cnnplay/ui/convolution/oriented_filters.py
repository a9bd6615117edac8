"""How a filter finds lines: a line to turn, a bank of filters, and the same bank on a digit."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import streamlit as st

from ...figures.lines import winners_figure
from ...labs import demonstrations, kernels
from ...state.fields import StateError
from ...state.labs import Digit, OrientedFilters
from ..components.maps import maps
from ..components.orientations import orientations
from ..components.payloads.labs import turning_data
from ..components.payloads.pictures import picture, reach_of
from ..controls import slider
from ..image_picker import choose_digit
from ..lab_widgets import Try, reading, sources, tries
from ..session import save, session, state

LINE = "orientations"
INK = 0.2  # brightness: where less is, no pen was
LEAST = 0.35  # of the largest answer: less than that is no line
TRIES = {
    "Only four filters": Try(
        "A line at 24°, between two of four filters: each of the two answers with less than half of what it says to a "
        "line of its own. Turn it, and see one after the other take over.",
        (OrientedFilters(count=4, size=7, angle=24),),
    ),
    "Longer filters": Try(
        "Twelve filters of 11×11 tell angles apart that eight short ones confuse. They also need more of the line.",
        (OrientedFilters(count=12, size=11, angle=60),),
    ),
    "Lines in a four": Try(
        "A four is made of three strokes: see which filter has won on each of them.",
        (Digit("a four"),),
    ),
}


def finding_lines() -> None:
    tries("lines_try", TRIES)
    left, right = st.columns(2, gap="medium")
    with left:
        slider("Filters in the bank", OrientedFilters, "count", "Evenly spread over half a turn.")
    with right:
        slider("Kernel size", OrientedFilters, "size", "Of every filter in the bank.")
    now = state(OrientedFilters)
    angles, bank = kernels.bank(now.count, now.size)
    turns, pictures = demonstrations.turning_line(now.size)
    orientations(
        turning_data(angles, bank, turns, pictures, demonstrations.responses(bank, pictures)),
        alt="A line that can be turned, a bank of filters for lines of several angles, and what each filter answers.",
        key=LINE,
        subject=str(session().tries),
        angle=now.angle,
        chosen=now.chosen,
        on_place=_take_place,
    )
    st.markdown(
        "A filter for lines is a **picture of a line**: positive along it, negative beside it. Where the image has "
        "that line, bright pixels meet positive weights, and the sum is large. Where it has another line, much of it "
        "falls on negative weights and is taken away again. The filter is a **template**, the sum tells how well the "
        "two **agree**."
    )
    st.subheader("The same filters on a digit", anchor=False)
    _on_a_digit(angles, bank)
    sources("The filters of the bank, and what they answer to the line.", kernels.oriented, demonstrations.responses)
    reading(
        {
            "Hubel & Wiesel 1962, Receptive fields … in the cat's visual cortex": "https://doi.org/10.1113/jphysiol.1962.sp006837",
            "Zeiler & Fergus 2014, Visualizing and understanding convolutional networks": "https://arxiv.org/abs/1311.2901",
        }
    )


def _take_place() -> None:
    """How the visitor has turned the line, and the filter laid on it: [angle, filter or None]."""
    place = st.session_state[LINE].place
    if isinstance(place, list) and len(place) == 2:
        with suppress(StateError):
            save(replace(state(OrientedFilters), angle=place[0], chosen=place[1]))


def _on_a_digit(angles: np.ndarray, bank: np.ndarray) -> None:
    choose, show = st.columns([1, 2], gap="medium")
    with choose:
        image = choose_digit()
        st.markdown(
            "At each pixel the filter that answers most has drawn its direction. Follow the stroke: the winner changes "
            "where the pen turned. Early layers of a network find lines in this way, with filters that they learn."
        )
    answers = demonstrations.response_maps(image, bank)
    winner = demonstrations.strongest_filters(answers, image[..., 0] > INK, LEAST)
    with show:
        st.plotly_chart(
            winners_figure(image[..., 0], angles, winner, answers.max(-1)),
            config={"displayModeBar": False},
            alt="The digit, and on it short strokes in the direction of the filter that answers most at that pixel.",
        )
    reach = reach_of(answers)
    won = [f"wins at {(winner == index).sum()} pixels" for index in range(len(angles))]
    pictures = [
        picture(f"bank{index}", f"{angle:g}°", answers[..., index], reach=reach, caption=won[index])
        for index, angle in enumerate(angles)
    ]
    maps(
        [{"title": "The feature map of each filter", "caption": "", "joiner": "", "pictures": pictures}],
        alt="; ".join(f"filter {angle:g}° {text}" for angle, text in zip(angles, won, strict=True)),
        key="bank_maps",
    )
