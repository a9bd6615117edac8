"""cnnplay: `streamlit run streamlit_app.py`.

Streamlit imports this file once, for its server, and runs it as a script for every answer to a visitor.
"""

from streamlit.starlette import App

from cnnplay.ui import first_document, server

if __name__ == "__main__":
    from cnnplay.ui import address, crowd, notices, toasts, widget_values
    from cnnplay.ui.controls import take_changes
    from cnnplay.ui.course.panel import panel
    from cnnplay.ui.log import log_to_console
    from cnnplay.ui.navigation import foot, navigation, page_rendering, run
    from cnnplay.ui.session_cleanup import track_session
    from cnnplay.ui.sidebar import share, sidebar

    log_to_console()
    track_session()
    crowd.turn_away()
    address.begin()
    page = navigation()
    with page_rendering():
        take_changes()
        place = sidebar()
        notices.heartbeat()
        crowd.tell()
        notices.show_notices()
        panel()
        run(page)
        foot()
        share(place)
    address.write()
    toasts.run_has_ended()
    widget_values.run_has_ended()
else:
    app = App(__file__, lifespan=server.lifespan, routes=first_document.routes())
