"""cnnplay: `streamlit run streamlit_app.py`."""

from cnnplay.ui import state
from cnnplay.ui.app import attended, heartbeat, log_to_console, navigation, run, tell
from cnnplay.ui.sessions import attend
from cnnplay.ui.sidebar import sidebar

log_to_console()
attend()
state.begin()
page = navigation()
with attended():
    sidebar()
    heartbeat()
    tell()
    run(page)
state.write_link()
