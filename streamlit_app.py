"""cnnplay: `streamlit run streamlit_app.py`."""

from cnnplay.ui import session
from cnnplay.ui.navigation import log_to_console, navigation, page_rendering, run
from cnnplay.ui.notices import heartbeat, tell
from cnnplay.ui.session_cleanup import track_session
from cnnplay.ui.sidebar import sidebar

log_to_console()
track_session()
session.begin()
page = navigation()
with page_rendering():
    sidebar()
    heartbeat()
    tell()
    run(page)
session.write_link()
