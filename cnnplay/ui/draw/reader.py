"""What the page says where the network above it is not trained: a sentence, and the ways to one that is."""

import streamlit as st

from .. import subject
from ..changed_filters import without_changes
from ..chip import not_trained, ways_to_trained_weights
from ..subject import Looked


def network_that_reads() -> None:
    """Takes its place also where it says nothing: the pad below stays in its own, and with it what is drawn there."""
    with st.container():
        if subject.source() is None:
            st.info(f"{not_trained()} So it cannot read.", icon=":material/school:")
            ways_to_trained_weights("draw")
        else:
            without_changes(subject.looked())


def trained() -> Looked | None:
    """The network above, where it is trained."""
    return subject.looked() if subject.source() else None
