"""cnnplay: `streamlit run streamlit_app.py`."""

from cnnplay.ui import address
from cnnplay.ui.controls import take_changes
from cnnplay.ui.navigation import log_to_console, navigation, page_rendering, run
from cnnplay.ui.notices import heartbeat, show_notices
from cnnplay.ui.session_cleanup import track_session
from cnnplay.ui.sidebar import share, sidebar
from cnnplay.ui.widget_values import run_has_ended

log_to_console()
track_session()
address.begin()
page = navigation()
with page_rendering():
    take_changes()
    place = sidebar()
    heartbeat()
    show_notices()
    run(page)
    share(place)
address.write()
run_has_ended()
