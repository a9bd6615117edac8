"""The network and its training as a script in the chosen framework, to read and to download."""

import streamlit as st

from ...export.archive import WEIGHTS_FILE
from ...export.scripts import FRAMEWORKS
from ..plain_text import plain
from .files import Taken, choose_framework, offer, offer_companions


def code(taken: Taken) -> None:
    name, files = choose_framework(), taken.files
    row = FRAMEWORKS[name]
    st.markdown(plain(row.differences))
    with st.container(horizontal=True):
        offer(files, row.file, row.file, primary=True)
        offer_companions(taken, name)
    st.caption(
        f"It loads the weights if {WEIGHTS_FILE} lies beside it, and trains if not. Then it reads the "
        f"{taken.run.data.images[1]:,} test images. With the same weights it gives the same scores as this playground."
    )
    script = files[row.file][1]()
    assert isinstance(script, str)
    st.code(script, language="python", line_numbers=True)
