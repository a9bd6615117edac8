"""A simulated browser tab: Streamlit's protocol over a websocket.

It sends what Streamlit's frontend and the app's own fields send: reruns with the changes of all fields, a page change
with those of the sidebar alone, and the timed reruns of a fragment, even if the last one is not answered yet.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Exception_pb2 import Exception as ExceptionElement
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 60.0  # seconds to wait for an answer


class Widget(NamedTuple):
    """A widget on the page: its id, the script and run that drew it, and the fields that it consists of, if any."""

    id: str
    script: str
    run: str
    fields: "Fields | None" = None

    def names(self) -> Iterator[str]:
        """The keys of its fields, or its own."""
        yield from map(without_page, self.fields.names) if self.fields else [key_of(self.id)]


class Fields(NamedTuple):
    """The data of the app's component `fields`: the names of its fields, and the session that changes are sent for."""

    session: str
    names: tuple[str, ...]


class TabError(Exception):
    """The server did not answer, or a widget is not on the page."""


class Tab:
    """A browser tab, open from `await Tab.open(...)` until `await tab.close()`.

    problems: errors shown on a page. updates: seconds of each timed rerun of a fragment.
    Raises TabError if an answer does not come.
    """

    def __init__(self, socket: ClientConnection):
        self.session = self.query = ""
        self.pages: dict[str, str] = {}  # path: hash of its script
        self.widgets: dict[tuple[int, ...], Widget] = {}  # by their place on the page
        self.problems: list[str] = []
        self.updates: list[float] = []
        self._socket, self._states = socket, dict[str, WidgetState]()
        self._made: dict[str, dict[str, list[Any]]] = {}  # widget: name of a field: number, value, movement
        self._number = 0  # of the last change
        self._page = self._main = ""
        self._run = self._drawing = ""  # the last run of the whole page; the last run, fragments included
        self._timers: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._asked: dict[str, float] = {}  # fragment: when its rerun was requested
        self._answer: asyncio.Future[None] | None = None
        self._trail: deque[str] = deque(maxlen=20)  # messages since the last request, without deltas
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, port: int, page: str = "", query: str = "") -> tuple["Tab", float]:
        """Follow a link; the tab, and the seconds until its page was drawn."""
        began = time.perf_counter()
        # A browser sends no pings, and takes messages of any size.
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        socket = await connect(address, subprotocols=["streamlit"], ping_interval=None, max_size=None)  # type: ignore[list-item]
        tab = cls(socket)
        tab.query = query
        try:
            await tab._ask(f"a link to {page!r}", page_name=page)
        except TabError:
            await tab.close()
            raise
        return tab, time.perf_counter() - began

    async def close(self) -> None:
        self._stop_timers(list(self._timers))
        await self._socket.close()
        await self._listener

    async def move(self, key: str, value: float, *, wait: bool = True) -> float:
        """Move a slider; the seconds until the page was drawn, where one waits for that."""
        widget = self._widget(key)
        if not widget.fields:
            raise TabError(f"{key} is no slider.")
        name = next(name for name in widget.fields.names if without_page(name) == key)
        self._number = max(int(1000 * time.time()), self._number + 1)
        made = self._made.setdefault(widget.id, {})
        made[name] = [self._number, value, self._number]
        self._states[widget.id] = edited(widget.id, widget.fields.session, made)
        return await self._request(key, wait)

    async def press(self, key: str, *, wait: bool = True) -> float:
        """Press a button; the seconds until the page was drawn, where one waits for that."""
        widget = self._widget(key).id
        self._states[widget] = WidgetState(id=widget, trigger_value=True)
        return await self._request(key, wait)

    async def go(self, page: str) -> float:
        """Open another page from the sidebar; the seconds until it was drawn."""
        self._stop_timers(list(self._timers))
        self.widgets = {place: widget for place, widget in self.widgets.items() if widget.script == self._main}
        self._forget_states()
        self.query, self._page = "", self.pages[page]
        return await self._ask(f"the page {page!r}")

    def keys(self) -> list[str]:
        """The keys of the widgets and fields on the page."""
        return [key for widget in self.widgets.values() for key in widget.names()]

    def _widget(self, key: str) -> Widget:
        found = next((widget for widget in self.widgets.values() if key in widget.names()), None)
        if found is None:
            raise TabError(f"There is no {key} on the page.")
        return found

    async def _request(self, what: str, wait: bool) -> float:
        if wait:
            return await self._ask(what)
        await self._send()
        return 0.0

    async def _ask(self, what: str, **request: Any) -> float:
        """Request a rerun, and wait for the end of the run that starts after the request."""
        began = time.perf_counter()
        self._answer, self._run = asyncio.get_running_loop().create_future(), ""
        self._trail.clear()
        try:
            await self._send(**request)
            await asyncio.wait_for(self._answer, PATIENCE)
        except TimeoutError:
            trail = ", ".join(self._trail)
            raise TabError(f"No answer within {PATIENCE:g} seconds to {what}. Last messages: {trail}.") from None
        except ConnectionClosed as error:
            raise TabError(f"The connection was closed: {error}") from None
        finally:
            self._answer = None
        return time.perf_counter() - began

    async def _send(self, **request: Any) -> None:
        state = ClientState(
            query_string=self.query,
            widget_states=WidgetStates(widgets=self._states.values()),
            page_script_hash=self._page,
            **request,
        )
        # A press is sent once, even if other requests precede its answer.
        self._states = {widget: state for widget, state in self._states.items() if not state.trigger_value}
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())

    async def _listen(self) -> None:
        closed = "by the server"
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                self._take(ForwardMsg.FromString(data))
        except ConnectionClosed as error:
            closed = str(error)
        if self._answer and not self._answer.done():
            self._answer.set_exception(TabError(f"The connection was closed: {closed}."))

    def _take(self, message: ForwardMsg) -> None:
        run = message.metadata.run
        if (kind := message.WhichOneof("type")) not in ("delta", None):
            self._trail.append(f"{kind} {message.script_finished or ''}{' of a fragment' * bool(run.fragment_ids)}")
        match kind:
            case "new_session":
                self._drawing = run.script_run_id
                if not run.fragment_ids:
                    self._stop_timers(list(self._timers))
                    self.session = message.new_session.initialize.session_id
                    self._main, self._run = message.new_session.main_script_hash, run.script_run_id
            case "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
                self._page = message.navigation.page_script_hash
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "delta":
                self._take_delta(message)
            case "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                self._stop_timers(message.stop_auto_rerun.fragment_ids)
            case "script_finished":
                self._finish(message.script_finished, run.script_run_id, run.fragment_ids)
            case "page_not_found" | "session_event" as kind:
                self.problems.append(f"{kind}: {getattr(message, kind)}")

    def _take_delta(self, message: ForwardMsg) -> None:
        metadata, delta = message.metadata, message.delta
        place = tuple(metadata.delta_path)
        self.widgets.pop(place, None)
        if delta.WhichOneof("type") != "new_element":
            return
        shown: Any = getattr(delta.new_element, delta.new_element.WhichOneof("type") or "", None)
        if found := error_message(shown):
            self.problems.append(found)
        if getattr(shown, "id", ""):
            self.widgets[place] = Widget(shown.id, metadata.active_script_hash, self._drawing, fields_of(shown))
        if isinstance(shown, BidiComponent) and shown.component_name == "cnnplay_address":
            self.query = json.loads(shown.json)[0]["query"]

    def _finish(self, status: int, run: str, fragments: Iterable[str]) -> None:
        if status == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            for fragment in fragments:
                if asked := self._asked.pop(fragment, None):
                    self.updates.append(time.perf_counter() - asked)
        elif status == ForwardMsg.FINISHED_SUCCESSFULLY and run == self._run:
            # Widgets that this run has not drawn are no longer on the page.
            self.widgets = {place: widget for place, widget in self.widgets.items() if widget.run == run}
            self._forget_states()
            if self._answer and not self._answer.done():
                self._answer.set_result(None)
        elif status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.problems.append("the page's script does not compile")

    def _forget_states(self) -> None:
        here = {widget.id for widget in self.widgets.values()}
        self._states = {widget: state for widget, state in self._states.items() if widget in here}

    def _start_timer(self, fragment: str, interval: float) -> None:
        if fragment in self._timers and self._timers[fragment][0] == interval:
            return
        self._stop_timers([fragment])
        self._timers[fragment] = interval, asyncio.create_task(self._rerun(fragment, interval))

    def _stop_timers(self, fragments: Iterable[str]) -> None:
        for fragment in fragments:
            if timer := self._timers.pop(fragment, None):
                timer[1].cancel()
            self._asked.pop(fragment, None)

    async def _rerun(self, fragment: str, interval: float) -> None:
        with suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(interval)
                self._asked.setdefault(fragment, time.perf_counter())
                await self._send(fragment_id=fragment, is_auto_rerun=True)


def error_message(shown: Any) -> str:
    """The message of an element that is an error; empty for any other element."""
    if isinstance(shown, ExceptionElement):
        return f"exception: {shown.message}"
    return f"error: {shown.body}" if isinstance(shown, Alert) and shown.format == Alert.ERROR else ""


def fields_of(shown: Any) -> Fields | None:
    """The fields that an element consists of; None for any other element."""
    if not (isinstance(shown, BidiComponent) and shown.component_name == "cnnplay_fields"):
        return None
    (data,) = json.loads(shown.json)
    return Fields(data["session"], tuple(field["name"] for field in data["fields"]))


def edited(widget: str, session: str, made: Mapping[str, Any]) -> WidgetState:
    """The state of a component `fields` after these changes: name: number, value, movement."""
    return WidgetState(id=widget, json_value=json.dumps({"edits": {"session": session, "made": made}}))


def key_of(widget: str) -> str:
    """The app's key of a widget: "$$ID-hash-run_start" -> "run_start"."""
    return without_page(widget.split("-", 2)[-1])


def without_page(name: str) -> str:
    """Without the page that labs append: "maps.size@pooling" -> "maps.size"."""
    return name.split("@")[0]
