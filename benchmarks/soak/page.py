"""A simulated tab that knows what its page shows: all elements, the data of components, and the tabs of the page."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from ..load.tab import PATIENCE, Tab, TabError, edited, error_message
from .plan import FOLLOWS_WITHIN

COMPONENT = "bidi_component"


class Shown(NamedTuple):
    """An element of the page: its kind, its message, and the fragment and the run that drew it."""

    kind: str
    element: Any
    fragment: str
    run: str


class PageTab(Tab):
    """A tab that keeps all of its page.

    watch: is given every message as it came. exceptions: those that the page showed.
    """

    def __init__(self, socket: ClientConnection, watch: Callable[[bytes], None] = lambda _: None):
        super().__init__(socket)
        self.elements: dict[tuple[int, ...], Shown] = {}
        self.exceptions: list[str] = []
        self.sent: dict[str, int] = {}  # the number of the last edit of each field, by its whole name
        self._watch, self._changed = watch, asyncio.Event()
        self._responses: dict[str, asyncio.Future[Any]] = {}
        self._count = 0

    @classmethod
    async def visit(cls, port: int, page: str, query: str, watch: Callable[[bytes], None]) -> "PageTab":
        """Follow a link."""
        tab = await cls._connected(port, watch)
        tab.query = query
        await tab._ask_first(f"a link to {page!r}", page_name=page)
        return tab

    async def again(self, port: int) -> "PageTab":
        """The same tab after its line was cut: it goes on with its session, and sends what it may have sent before."""
        tab = await self._connected(port, self._watch, self.session)
        tab.query, tab.pages, tab.sent = self.query, self.pages, self.sent
        tab._page, tab._made, tab._states, tab._number = self._page, self._made, self._states, self._number
        await tab._ask_first("the same page")
        return tab

    @classmethod
    async def _connected(cls, port: int, watch: Callable[[bytes], None], session: str = "") -> "PageTab":
        names = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([session] if session else [])]
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        socket = await connect(address, subprotocols=names, ping_interval=None, max_size=None)  # type: ignore[arg-type]
        return cls(socket, watch)

    async def _ask_first(self, what: str, **request: Any) -> None:
        try:
            await self._ask(what, **request)
        except BaseException:
            await self.close()
            raise

    @property
    def path(self) -> str:
        """Of the page that is open: "training"; empty for the first."""
        return next((path for path, page in self.pages.items() if page == self._page), "")

    def data(self, component: str) -> Iterator[tuple[str, Any]]:
        """(widget's id, data) of each of the app's components of that name on the page."""
        for shown in list(self.elements.values()):
            if shown.kind == COMPONENT and shown.element.component_name == f"cnnplay_{component}":
                yield shown.element.id, json.loads(shown.element.json)[0]

    def fields(self) -> list[dict[str, Any]]:
        """All fields of the page as Python describes them."""
        return [field for _, data in self.data("fields") for field in data["fields"]]

    def of_kind(self, kind: str) -> list[Any]:
        return [shown.element for shown in self.elements.values() if shown.kind == kind]

    def red_boxes(self) -> list[str]:
        return [alert.body for alert in self.of_kind("alert") if alert.format == Alert.ERROR]

    def tab_rows(self) -> Iterator[tuple[str, list[str]]]:
        """(widget's id, titles) of each row of tabs that the page follows."""
        for place, shown in self.elements.items():
            if shown.kind == "tab_container" and shown.element.tab_container.id:
                titles = [
                    other.element.tab.label
                    for where, other in self.elements.items()
                    if other.kind == "tab" and where[:-1] == place
                ]
                yield shown.element.tab_container.id, titles

    def texts(self) -> list[str]:
        """What the progress, in a bar, and the chip say."""
        bars = [bar.text for bar in self.of_kind("progress")]
        return bars + [block.popover.label for block in self.of_kind("popover")]

    async def edit(self, field: Mapping[str, Any], value: object, *, wait: bool = True) -> None:
        """Set a field; where it need not wait, the next act may come before the page has answered."""
        widget = next(each for each in self.widgets.values() if each.fields and field["name"] in each.fields.names)
        assert widget.fields
        self._number = max(int(1000 * time.time()), self._number + 1)
        made = self._made.setdefault(f"{widget.fields.session} {widget.id}", {})
        made[field["name"]] = [self._number, value, self._number]
        self.sent[field["name"]] = self._number
        self._states[widget.id] = edited(widget.id, widget.fields.session, made)
        await (self._ask(field["name"]) if wait else self._send())

    async def trigger(self, widget: str, event: str, value: object) -> None:
        """Send an event of a component, as its script does."""
        name = f"$$STREAMLIT_INTERNAL_KEY_{widget}__events"
        payload = json.dumps([{"event": event, "value": value}])
        self._states[name] = WidgetState(id=name, json_trigger_value=payload)
        try:
            await self._ask(f"{event} of {widget}")
        finally:
            self._states.pop(name, None)

    async def press_id(self, widget: str) -> None:
        self._states[widget] = WidgetState(id=widget, trigger_value=True)
        await self._ask(f"the button {widget}")

    async def choose_tab(self, widget: str, title: str) -> None:
        self._states[widget] = WidgetState(id=widget, string_value=title)
        await self._ask(f"the tab {title!r}")

    async def set_state(self, state: WidgetState) -> None:
        self._states[state.id] = state
        await self._ask(state.id)

    async def request(self, **message: Any) -> Any:
        """Ask for something else than a rerun; the answer with the same id."""
        ((kind, asked),) = message.items()
        self._count += 1
        asked.request_id, asked.session_id = f"request {self._count}", self.session
        answer = self._responses[asked.request_id] = asyncio.get_running_loop().create_future()
        await self._socket.send(BackMsg(**{kind: asked}).SerializeToString())
        try:
            return await asyncio.wait_for(answer, PATIENCE)
        except TimeoutError:
            raise TabError(f"No answer to a {kind}.") from None

    async def until(self, holds: Callable[[], bool]) -> bool:
        """Wait, for a while, until the page is so; whether it is. Raises TabError where the line has ended."""
        deadline = time.monotonic() + FOLLOWS_WITHIN
        while not holds():
            if self._listener.done():
                raise TabError("The connection was closed.")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), deadline - time.monotonic())
            except TimeoutError:
                return holds()
        return True

    def _take(self, message: ForwardMsg) -> None:
        self._watch(message.SerializeToString())
        super()._take(message)
        if message.WhichOneof("type") == "file_urls_response":
            self._respond(message.file_urls_response.response_id, message.file_urls_response)
        elif message.WhichOneof("type") == "backend_operation_response":
            self._respond(message.backend_operation_response.request_id, message.backend_operation_response)

    def _respond(self, request: str, answer: Any) -> None:
        waiting = self._responses.pop(request, None)
        if waiting and not waiting.done():
            waiting.set_result(answer)

    def _take_delta(self, message: ForwardMsg) -> None:
        super()._take_delta(message)
        place, delta = tuple(message.metadata.delta_path), message.delta
        self.elements.pop(place, None)
        kind: str
        if delta.WhichOneof("type") == "new_element":
            kind = delta.new_element.WhichOneof("type") or ""
            shown: Any = getattr(delta.new_element, kind) if kind else None
            if kind == "exception":
                self.exceptions.append("\n".join([error_message(shown), *shown.stack_trace]))
        elif delta.WhichOneof("type") == "add_block":
            kind, shown = delta.add_block.WhichOneof("type") or "", delta.add_block
        else:
            return
        self.elements[place] = Shown(kind, shown, delta.fragment_id, self._drawing)

    def _finish(self, status: int, run: str, fragments: Iterable[str]) -> None:
        super()._finish(status, run, fragments)
        if status == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            here = set(fragments)
            self._keep(lambda shown: shown.fragment not in here or shown.run == run)
        elif status == ForwardMsg.FINISHED_SUCCESSFULLY and run == self._run:
            self._keep(lambda shown: shown.run == run)
        self._changed.set()

    def _keep(self, stays: Callable[[Shown], bool]) -> None:
        """Without the elements that this run has not drawn again."""
        gone = [place for place, shown in self.elements.items() if not stays(shown)]
        for place in gone:
            del self.elements[place]
            self.widgets.pop(place, None)
