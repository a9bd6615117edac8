"""Toasts are shown once, whichever part of the page runs, and take no other element's place."""

from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from tests.in_process import Visitor, on_a_server, until

PAGE = """
import streamlit as st
from cnnplay.ui import toasts
from cnnplay.ui.session import Session

if "session" not in st.session_state:
    st.session_state.session = Session(choice=None, visit="")
st.html("<style>p { color: black }</style>")
toasts.show_toasts()
st.button("press", key="press", on_click=toasts.tell, args=("of the page",))
if st.session_state.get("press") and "again" not in st.session_state:
    st.session_state.again = True
    st.rerun()
st.html("<style>h1 { color: black }</style>")
st.write("presses 0")
st.slider("level", 0, 9)

@st.fragment(run_every=60)
@toasts.toasts_in_fragment()
def part():
    st.checkbox("tick", key="tick", on_change=toasts.tell, args=("of the fragment",), kwargs={"long": True})

part()
toasts.run_has_ended()
"""


def test_a_page_that_begins_anew_shows_a_toast_and_the_next_page_does_not() -> None:
    app = AppTest.from_string(PAGE).run()
    assert not app.toast
    app.button[0].click().run()
    assert [toast.value for toast in app.toast] == ["of the page"]
    assert not app.run().toast


def test_what_a_fragment_tells_takes_no_other_elements_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def act(visitor: Visitor) -> None:
        visitor.ask()
        await until(visitor.finished)
        (tick,) = {m.delta.new_element.checkbox.id for m in visitor.messages if m.delta.new_element.checkbox.id}
        places = {tuple(m.metadata.delta_path) for m in visitor.messages if m.delta.new_element.html.body}
        visitor.messages.clear()
        for ticked in (True, False):
            visitor.ask(WidgetState(id=tick, bool_value=ticked), fragment_id=visitor.fragment)
            await until(lambda: visitor.finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
            told = [m for m in visitor.messages if m.delta.new_element.toast.body]
            assert [m.delta.new_element.toast.body for m in told] == ["of the fragment"]
            assert tuple(told[0].metadata.delta_path) not in places
            visitor.messages.clear()

    script = tmp_path / "page.py"
    script.write_text(PAGE)
    on_a_server(script, act)
    assert "within a callback" not in caplog.text
