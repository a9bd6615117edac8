"""The app's server in this process: a page of its own, and a tab that speaks its protocol."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

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
