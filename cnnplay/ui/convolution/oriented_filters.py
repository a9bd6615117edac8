"""How a filter finds lines: a line to turn, a bank of filters, and the same bank on a digit."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import streamlit as st

from ...figures.lines import winners_figure
from ...inputs.photo import in_grey
from ...labs import demonstrations, kernels
from ...state.fields import StateError
from ...state.labs import Digit, OrientedFilters
from .. import subject
from ..components.maps import maps
from ..components.orientations import orientations
from ..components.payloads.labs import turning_data
from ..components.payloads.pictures import picture, reach_of
from ..controls import segmented, slider, together
from ..image_picker import choose_digit
from ..lab_widgets import Try, reading, sources, tries
from ..session import reported, save, session, state

LINE = "orientations"
INK = 0.2  # brightness: where less is, no pen was
LEAST = 0.35  # of the largest response: less than that is no line
TRIES = {
    "Only four filters": Try(
        "A line at 24°, between two of four filters: neither responds half as strongly as to a line at its own angle. "
        "Turn the line and see which filter takes over.",
        (OrientedFilters(count=4, size=7, angle=24),),
    ),
    "Longer filters": Try(
        "Twelve filters of 11×11 tell angles apart that eight short ones confuse. But they need a longer line.",
        (OrientedFilters(count=12, size=11, angle=60),),
    ),
    "Lines in a four": Try(
        "A four has three strokes: see which filter wins on each of them.",
        (Digit("a four"), OrientedFilters(on="digit")),
    ),
}


def finding_lines() -> None:
    tries("lines_try", TRIES)
    titles = {"line": "A line", "digit": f"A {subject.data().noun}"}
    with together("lines_controls", row=True):
        segmented("Show the filters on", OrientedFilters, "on", titles=titles)
        slider("Number of filters", OrientedFilters, "count")
        slider("Kernel size", OrientedFilters, "size")
    now = state(OrientedFilters)
    angles, bank = kernels.bank(now.count, now.size)
    if now.on == "line":
        _on_a_line(angles, bank)
    else:
        _on_a_digit(angles, bank)
    sources("The filters, and their response to the line.", kernels.oriented, demonstrations.responses)
    reading(
        {
            "Hubel & Wiesel 1962, Receptive fields … in the cat's visual cortex": "https://doi.org/10.1113/jphysiol.1962.sp006837",
            "Zeiler & Fergus 2014, Visualizing and understanding convolutional networks": "https://arxiv.org/abs/1311.2901",
        }
    )


def _on_a_line(angles: np.ndarray, bank: np.ndarray) -> None:
    now = state(OrientedFilters)
    turns, pictures = demonstrations.turning_line(now.size)
    orientations(
        turning_data(angles, bank, turns, pictures, demonstrations.responses(bank, pictures)),
        alt="A line that can be turned, filters for lines at several angles, and the response of each filter.",
        key=LINE,
        subject=str(session().tries),
        angle=now.angle,
        chosen=now.chosen,
        on_place=_take_place,
    )
    st.markdown(
        "A filter for lines is a **picture of a line**: positive along the line, negative beside it. If the image has "
        "a line at that angle, its bright pixels meet positive weights, and the sum is large. A line at another angle "
        "crosses the negative weights as well, and they reduce the sum. The filter is a **template**, and the sum "
        "measures how well the image **matches** it."
    )


def _take_place() -> None:
    """How the visitor has turned the line, and the filter laid on it: [angle, filter or None]."""
    place = reported(LINE, "place")
    if isinstance(place, list) and len(place) == 2:
        with suppress(StateError):
            save(replace(state(OrientedFilters), angle=place[0], chosen=place[1]))


def _on_a_digit(angles: np.ndarray, bank: np.ndarray) -> None:
    choose, show = st.columns([1, 2], gap="medium")
    with choose:
        image = in_grey(choose_digit())
        st.markdown(
            "Each short line has the direction of the filter that responds most at that pixel. Follow the stroke: "
            "where the pen turned, another filter wins. The early layers of a network find lines in this way, with "
            "filters that they have learned."
        )
    answers = demonstrations.response_maps(image, bank)
    winner = demonstrations.strongest_filters(answers, image[..., 0] > INK, LEAST)
    with show:
        st.plotly_chart(
            winners_figure(image[..., 0], angles, winner, answers.max(-1)),
            config={"displayModeBar": False},
            alt="The digit, and on it short lines in the direction of the filter that responds most at that pixel.",
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
