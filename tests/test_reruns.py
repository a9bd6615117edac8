"""Every press counts and is answered, also where the server is so slow that requests overtake answers.

The server's event loop, and the threads that run scripts, are held up on purpose where that matters.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from cnnplay.ui.reruns import correct_streamlit

PATIENCE = 20.0  # seconds
PAGE = """
import time
import streamlit as st

def press():
    time.sleep({callback})
    st.session_state.presses = st.session_state.get("presses", 0) + 1

st.button("press", key="press", on_click=press)
st.write(f"presses {{st.session_state.get('presses', 0)}}")
st.write(f"level {{st.slider('level', 0, 9, key='level')}}")

@st.fragment(run_every=1)
def polled():
    st.write("polled")

polled()
"""


class Visitor:
    """A tab of the page, connected in this process; it has seen the page once."""

    def __init__(self, runtime: Runtime):
        self.messages: list[ForwardMsg] = []
        self._values: list[WidgetState] = []
        self._runtime = runtime
        self._session = runtime.connect_session(self, {})  # type: ignore[arg-type]
        self.fragment = self.button = self.slider = ""

    def write_forward_msg(self, message: ForwardMsg) -> None:
        self.messages.append(message)

    def ask(self, *pressed: WidgetState, **request: object) -> None:
        """A request has the values of all widgets in it, as a browser's has."""
        states = WidgetStates(widgets=[*self._values, *pressed])
        self._runtime.handle_backmsg(self._session, BackMsg(rerun_script=ClientState(widget_states=states, **request)))

    def poll(self) -> None:
        self.ask(fragment_id=self.fragment, is_auto_rerun=True)

    def press(self) -> None:
        self.ask(WidgetState(id=self.button, trigger_value=True))

    def set_level(self, level: int) -> None:
        self._values = [WidgetState(id=self.slider, double_array_value={"data": [level]})]
        self.ask()

    async def open(self) -> None:
        self.ask()
        await until(lambda: self.shows("presses 0") and self.finished())
        (self.fragment,) = [m.auto_rerun.fragment_id for m in self.messages if m.WhichOneof("type") == "auto_rerun"]
        (self.button,) = [m.delta.new_element.button.id for m in self.messages if m.delta.new_element.button.id]
        (self.slider,) = [m.delta.new_element.slider.id for m in self.messages if m.delta.new_element.slider.id]
        await until(lambda: not script_threads())

    async def close(self) -> None:
        await until(lambda: not script_threads())
        self._runtime.close_session(self._session)
        await until(lambda: not self._runtime.is_active_session(self._session))

    def shows(self, text: str) -> bool:
        return any(m.delta.new_element.markdown.body == text for m in self.messages)

    def finished(self, status: int = ForwardMsg.FINISHED_SUCCESSFULLY) -> bool:
        """Whether a run of the whole page, or one with another status, was seen to end."""
        return any(m.WhichOneof("type") == "script_finished" and m.script_finished == status for m in self.messages)


async def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.005)


def script_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "ScriptRunner.scriptThread"]


def hold_up_until(holds: Callable[[], object]) -> None:
    """The event loop does nothing else meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.002)


def on_a_server(script: Path, act: Callable[[Visitor], Coroutine[None, None, None]]) -> None:
    async def serve() -> None:
        media, uploads = MemoryMediaFileStorage("/media"), MemoryUploadedFileManager("/uploads")
        runtime = Runtime(RuntimeConfig(str(script), media, uploads))
        await runtime.start()
        visitor = Visitor(runtime)
        try:
            await visitor.open()
            visitor.messages.clear()
            await act(visitor)
        finally:
            await visitor.close()
            runtime.stop()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(runtime.stopped, PATIENCE)

    correct_streamlit()
    fast = config.get_option("runner.fastReruns")
    config.set_option("runner.fastReruns", False)  # as the app's own settings have it
    try:
        asyncio.run(serve())
    finally:
        config.set_option("runner.fastReruns", fast)
        Runtime._instance = None


@pytest.fixture
def page(tmp_path: Path) -> Path:
    script = tmp_path / "page.py"
    script.write_text(PAGE.format(callback=0))
    return script


@pytest.fixture
def slow_page(tmp_path: Path) -> Path:
    """A page whose button takes a moment."""
    script = tmp_path / "page.py"
    script.write_text(PAGE.format(callback=0.3))
    return script


def test_the_app_is_served_without_fast_reruns():
    settings = (Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "\nfastReruns = false\n" in settings


def test_an_answer_is_drawn_where_a_fragment_asks_before_its_last_messages_are_sent(page: Path):
    async def act(visitor: Visitor) -> None:
        visitor.press()
        hold_up_until(lambda: not script_threads())
        visitor.poll()
        await until(visitor.finished)
        assert visitor.shows("presses 1")
        await until(lambda: visitor.finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))

    on_a_server(page, act)


def test_requests_that_wait_keep_their_order(page: Path):
    async def act(visitor: Visitor) -> None:
        visitor.press()
        hold_up_until(lambda: not script_threads())
        for level in (1, 2, 3):
            visitor.poll()
            visitor.set_level(level)
        await until(lambda: visitor.shows("level 3"))
        await until(lambda: not script_threads())
        assert [m.delta.new_element.markdown.body for m in visitor.messages if "level" in str(m.delta)][-1] == "level 3"

    on_a_server(page, act)


def test_a_press_counts_where_the_page_is_asked_for_again_before_its_thread_has_begun(page: Path):
    async def act(visitor: Visitor) -> None:
        before = sys.getswitchinterval()
        sys.setswitchinterval(5)  # the new thread does not get far
        visitor.press()
        visitor.ask()
        sys.setswitchinterval(before)
        await until(lambda: visitor.finished() and visitor.shows("presses 1"))

    for _ in range(5):
        on_a_server(page, act)


def test_a_press_is_carried_out_to_its_end_where_the_page_is_asked_for_again_meanwhile(slow_page: Path):
    async def act(visitor: Visitor) -> None:
        visitor.press()
        await asyncio.sleep(0.1)  # it is being carried out
        visitor.ask()
        await until(lambda: visitor.finished() and visitor.shows("presses 1"))

    on_a_server(slow_page, act)
