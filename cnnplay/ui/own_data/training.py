"""From the visitor's data to a network that learns them."""

import streamlit as st

from ...data.datasets import OWN
from ...data.own import OwnData
from ...network.presets import PRESETS
from ...training.config import TrainConfig
from .. import choice, runs
from ..navigation import go_to, page_link
from ..plain_text import plain

PRESET = "pictures"  # the network that is proposed


def train(own: OwnData) -> None:
    """What is missing, what is uneven, and the buttons that train."""
    for sentence in own.problems:
        st.caption(f":material/pending: {plain(sentence)}")
    for sentence in filter(None, () if own.problems else (own.uneven, own.few)):
        st.caption(f":material/info: {plain(sentence)}")
    chosen = choice.config().dataset == OWN
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Train a small network on it",
            key="own_train",
            icon=":material/play_arrow:",
            type="primary",
            disabled=bool(own.problems),
            on_click=_train,
            help="Takes a network that fits into the sidebar, and starts. It takes a few seconds. Undo brings your own "
            "network back.",
        )
        st.button(
            "The sidebar's network has it" if chosen else "Give it to the sidebar's network",
            key="own_choose",
            icon=":material/check:" if chosen else ":material/arrow_forward:",
            disabled=chosen or bool(own.problems),
            on_click=choice.choose_data,
            args=(OWN,),
            help="The network stays as it is, with a score for each of your classes. Nothing is trained yet.",
        )
        if chosen and not own.problems:
            page_link("draw", "Draw, and see it answer")


def _train() -> None:
    own = choice.own_data()
    if own.problems:
        return
    preset = PRESETS[PRESET]
    config = TrainConfig(**preset.settings, seed=choice.config().seed, dataset=OWN)
    choice.choose_both(choice.for_data(preset.net, own.source()), config)
    go_to("training")
    runs.start_run()
