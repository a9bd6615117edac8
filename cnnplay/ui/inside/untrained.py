"""What the page says where the weights are random: that its pictures mean nothing yet."""

import streamlit as st

from .. import subject
from ..chip import ways_to_trained_weights
from ..choice import Subject
from ..session import save
from ..subject import Looked

MEANS_NOTHING = (
    "**The weights of this network are random: it has learned nothing.** The pictures below look as convincing as "
    "those of a trained network, but they mean nothing yet: they show what chance makes of the image. Look at them "
    "again after the training."
)


def what_it_means_untrained(looked: Looked) -> None:
    """Takes its place also where it says nothing: what follows is not mounted anew."""
    with st.container():
        if looked.epoch:
            return
        st.warning(MEANS_NOTHING, icon=":material/casino:")
        if subject.source() is None:
            ways_to_trained_weights("untrained")
        else:
            st.button("Look at the trained weights", key="untrained_newest", on_click=save, args=(Subject(),))
