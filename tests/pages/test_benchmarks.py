"""The load test and the latency of pages move controls that the pages have, with values that these take."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates

from benchmarks.load import tab
from benchmarks.load.plan import PAGES, SLIDERS
from benchmarks.load.visits import SMOOTHING
from benchmarks.pages import MOVES, opened_at

from .driving import control, controls, opened, session_of


def elements(app):
    """What a page sends to a browser, of the components."""
    return [element.proto for element in app.get("bidi_component")]


def test_visitors_move_sliders_that_there_are():
    """Each on one of the pages that they open, with values that it takes."""
    found = {}
    for page in (*PAGES, "training"):
        app = opened(f"{page or 'home'}.py")
        found[page] = {one.key.split("@")[0]: one for one in controls(app)}
        seen = {
            tab.without_page(name) for shown in elements(app) for name in getattr(tab.fields_of(shown), "names", ())
        }
        assert seen == found[page].keys(), "a tab sees what a browser does"
    there = {name: one for page in found.values() for name, one in page.items()}
    assert SLIDERS.keys() <= there.keys()
    for name, values in SLIDERS.items():
        assert [there[name].read(value) for value in values] == list(values)
    assert SMOOTHING in found["training"], "there before there is a run"


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.page}-{move.slider}")
def test_latency_is_measured_on_sliders_that_there_are(move):
    slider = control(opened_at(move), move.slider)
    assert [slider.read(value) for value in move.values] == list(move.values)


def test_the_app_takes_the_change_that_a_tab_sends():
    app = opened()
    (sidebar,) = (shown for shown in elements(app) if "edit_0_filters" in getattr(tab.fields_of(shown), "names", ()))
    session = tab.fields_of(sidebar).session
    app._run(WidgetStates(widgets=[tab.edited(sidebar.id, session, {"edit_0_filters": [1, 9, 1]})]))
    assert control(app, "edit_0_filters").value == 9
    assert "conv9k2" in str(session_of(app).choice)
