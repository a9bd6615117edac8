"""The question as controls: what varies and its values, how many seeds, how long each run is."""

from functools import partial

import streamlit as st

from ...experiments.experiment import MOST_VARIED
from ...state.labs import Experiments
from ..controls import option_control, scale, several_control, slider, together
from ..plain_text import plain
from . import asked

NOTHING = "nothing"
PLACES = ("Vary", "and vary", "and vary")
SEEDS_HELP = (
    "How many times each network is trained, each time from other initial weights and with the images in another "
    "order. The more seeds, the surer the answer."
)


def builder() -> None:
    """Up to three settings, and the length of a run."""
    if problem := asked.problem():
        st.warning(plain(problem), icon=":material/help:")
    varying = list(asked.vary().items())
    for at in range(min(len(varying) + 1, MOST_VARIED)):
        name, values = varying[at] if at < len(varying) else (None, ())
        _row(at, name, values)
    with together("experiment_length", row=True):
        slider("Seeds", Experiments, "seeds", SEEDS_HELP)
        taken = asked.vary()
        if "epochs" not in taken:
            slider(
                "Epochs of each run", Experiments, "epochs", "How many times a run goes through its training images."
            )
        if "train_images" not in taken:
            scale(
                "Training images",
                Experiments,
                "images",
                "With fewer, a run is shorter, and chance plays a larger part. The test always uses all 10,000 images.",
                titles="{:,}".format,
            )
    st.caption("Everything else is the network in the sidebar, with the settings of the page *Training*.")


def _row(at: int, name: str | None, values: tuple[object, ...]) -> None:
    can, others = asked.settings(), set(asked.vary()) - {name}
    options = [None, *(other for other in can if other not in others)]
    with together(f"experiment_row_{at}", row=True):
        option_control(
            f"experiment_setting_{at}",
            PLACES[at],
            name,
            partial(asked.change_setting, at),
            "Everything else stays the same in all runs." if at == 0 else "All combinations are trained.",
            options=options,
            titles=lambda option: NOTHING if option is None else can[option].title,
        )
        if name is not None:
            several_control(
                f"experiment_values_{at}",
                f"Values of the {can[name].title}",
                values,
                partial(asked.change_values, name),
                options=can[name].values,
                titles=can[name].written,
            )
