"""cnnplay: `streamlit run streamlit_app.py`."""

from cnnplay.ui import state
from cnnplay.ui.app import attended, heartbeat, navigation, run, tell
from cnnplay.ui.sidebar import sidebar

state.begin()
page = navigation()
with attended():
    sidebar()
    heartbeat()
    tell()
    run(page)
state.write_link()
