"""cnnplay: `streamlit run streamlit_app.py`."""

from cnnplay.ui import state
from cnnplay.ui.app import navigation, run
from cnnplay.ui.sidebar import sidebar

state.begin()
page = navigation()
sidebar()
run(page)
state.write_link()
