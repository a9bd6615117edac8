"""Every detail of Streamlit that the app leans on and that is not its documented API, a row each.

A release of Streamlit may change any of them. The tests ask every row of the installed release, and so does the server
when it starts: what does not hold is logged, with what a visitor loses, and the app runs without it where it can.
"""

import inspect
import logging
import re
from collections.abc import Callable, Collection
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import streamlit

from ..source import text_of, uninterrupted

TESTED = (1, 67), (1, 67)  # the oldest and the newest minor release with which all tests have passed

ENTRYPOINT = Path(__file__).parents[2] / "streamlit_app.py"
SESSION, THREAD = "runtime.app_session:AppSession", "runtime.scriptrunner.script_runner:ScriptRunner"
MANAGER = "runtime.websocket_session_manager:WebsocketSessionManager"
SERVER = "web.server.starlette.starlette_websocket"
UPLOADS = "runtime.memory_uploaded_file_manager:MemoryUploadedFileManager"
MEDIA, QUEUE = "runtime.media_file_manager:MediaFileManager", "runtime.forward_msg_queue:ForwardMsgQueue"
STATIC = Path(streamlit.__file__).parent / "static"
SCRIPTS = STATIC / "static" / "js"

# What our styles and scripts find in Streamlit's pages: values of data-testid, classes, and attributes.
TEST_IDS = (
    "stApp",
    "stColumn",
    "stExpanderDetails",
    "stLayoutWrapper",
    "stMainBlockContainer",
    "stSidebarContent",
    "stSidebarUserContent",
    "stSkeleton",
    "stTabs",
)
CLASSES = ("stAppViewContainer", "stBidiComponent", "stElementContainer", "stMainBlockContainer", "stSidebar")
ATTRIBUTES = ("data-test-script-state", "data-test-connection-state", "data-stale")

log = logging.getLogger(__name__)


# What is missed where rows below do not hold.
LOST_ANSWERS = "an answer is lost where a request comes between the end of a run and its last messages"
LOST_PRESSES = "a press is lost where the next request comes while it is carried out"
UNLIMITED = "one tab that sends without end takes memory and time of all others"
PILED_UP = "on a slow line the answers of a page that follows a training pile up"
UNBOUNDED = "one tab that asks without end slows all others down"
LOST_FILES = "a download is lost where the page is drawn again before the browser has asked for the file"
CLOSED_TABS = "the memory of closed tabs is freed only where another tab is closed"


class Detail(NamedTuple):
    """what: the detail. without: what is missed where it does not hold. holds: asks the installed release."""

    what: str
    without: str
    holds: Callable[[], bool]


def found(path: str) -> Any:
    """What a path like "runtime.app_session:AppSession" leads to. Raises ImportError or AttributeError."""
    module, _, names = path.partition(":")
    thing: Any = import_module(f"streamlit.{module}")
    for name in filter(None, names.split(".")):
        thing = getattr(thing, name)
    return thing


def has(path: str, *names: str) -> Callable[[], bool]:
    """Whether what a path leads to has attributes."""
    return lambda: set(names) <= set(dir(found(path)))


def mentions(path: str, *texts: str) -> Callable[[], bool]:
    """Whether the source of a function has texts."""
    return lambda: all(text in text_of(found(path)) for text in texts)


def in_scripts(*texts: str) -> Callable[[], bool]:
    """Whether Streamlit's own scripts have texts, which no further letter follows."""
    patterns = [re.compile(re.escape(text) + "(?![A-Za-z])") for text in texts]
    return lambda: all(any(pattern.search(script) for script in _scripts()) for pattern in patterns)


def _fields(message: str) -> Collection[str]:
    """Those of a kind of message."""
    names: Collection[str] = found(message).DESCRIPTOR.fields_by_name
    return names


def _connection() -> Any:
    return import_module("uvicorn.protocols.websockets.websockets_sansio_impl").WebSocketsSansIOProtocol


def _is_asgi_app(entrypoint: Path) -> bool:
    with uninterrupted():
        return bool(found("web.server.app_discovery:discover_asgi_app")(entrypoint).is_asgi_app)


@cache
def _scripts() -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8", errors="replace") for file in SCRIPTS.glob("*.js"))


# What reruns.py needs.
ORDER = (
    Detail(
        "AppSession creates a script thread where none takes its request",
        LOST_ANSWERS,
        lambda: "initial_rerun_data" in inspect.signature(found(f"{SESSION}._create_scriptrunner")).parameters,
    ),
    Detail(
        "a session knows its thread, its event loop and its state",
        LOST_ANSWERS,
        mentions(f"{SESSION}.__init__", "self._scriptrunner", "self._event_loop", "self._state"),
    ),
    Detail(
        "a session that is shut down says so",
        LOST_ANSWERS,
        has("runtime.app_session:AppSessionState", "SHUTDOWN_REQUESTED"),
    ),
    Detail(
        "a script thread tells whether it takes a request",
        LOST_ANSWERS,
        lambda: inspect.signature(found(f"{THREAD}.request_rerun")).return_annotation in (bool, "bool"),
    ),
    Detail(
        "a script thread looks for the next request in one method",
        LOST_PRESSES,
        has(THREAD, "_maybe_handle_execution_control_request"),
    ),
    Detail(
        "a script's state carries out callbacks in one method",
        LOST_PRESSES,
        has("runtime.state.safe_session_state:SafeSessionState", "on_script_will_rerun"),
    ),
)
# What shares.py needs.
SHARES = (
    Detail("a tab asks for a script run in one method", UNBOUNDED, has(SESSION, "request_rerun")),
    Detail("a script thread runs the script in one method", UNBOUNDED, has(THREAD, "_run_script")),
    Detail(
        "presses of two requests can be put together",
        UNBOUNDED,
        has("runtime.scriptrunner_utils.script_requests", "_coalesce_widget_states"),
    ),
    Detail(
        "the runtime knows a session and its client",
        UNBOUNDED,
        lambda: (
            has("runtime:Runtime", "is_active_session")()
            and has(MANAGER, "get_active_session_info")()
            and mentions("runtime:Runtime.__init__", "self._session_mgr")()
        ),
    ),
    Detail(
        "a request says whether a timer sent it, and for which part of the page",
        UNBOUNDED,
        lambda: {"is_auto_rerun", "fragment_id"} <= set(_fields("proto.ClientState_pb2:ClientState")),
    ),
    Detail("a session tells whether it has a fragment", UNBOUNDED, has(SESSION, "has_fragment")),
    Detail(
        "a client knows where its browser is",
        UNBOUNDED,
        lambda: (
            has(f"{SERVER}:StarletteSessionClient", "client_context")()
            and has(f"{SERVER}:StarletteClientContext", "remote_ip")()
        ),
    ),
)
# What intake.py needs.
INTAKE = (
    Detail("a session takes every message in one method", UNLIMITED, has(SESSION, "handle_backmsg")),
    Detail(
        "a session makes a download in a task of its own",
        UNLIMITED,
        lambda: (
            inspect.iscoroutinefunction(found(f"{SESSION}._handle_backend_operation_request"))
            and mentions(f"{SESSION}.__init__", "self._background_tasks")()
        ),
    ),
    Detail(
        "a session sends an answer in one method, and answers to files have a place for what went wrong",
        UNLIMITED,
        lambda: (
            has(SESSION, "_enqueue_forward_msg")()
            and "error_msg" in _fields("proto.Common_pb2:FileURLsResponse")
            and "error_msg" in _fields("proto.ForwardMsg_pb2:BackendOperationResponse")
        ),
    ),
    Detail(
        "uploaded files are kept by session and by id, behind a lock",
        UNLIMITED,
        lambda: (
            mentions(f"{UPLOADS}.__init__", "self.file_storage: dict[str, dict[str", "self._lock = ")()
            and has(UPLOADS, "add_file", "remove_file")()
        ),
    ),
)
# What downloads.py needs.
FILES = (
    Detail(
        "a manager keeps files, and what makes them, by session",
        LOST_FILES,
        lambda: (
            {"_get_inactive_file_ids", "_remove_orphaned_deferred_callables", "_drop_deferred_id"}
            <= set(dir(found(MEDIA)))
            and mentions(f"{MEDIA}.__init__", "self._files_by_session_and_coord", "self._deferred_callables")()
        ),
    ),
    Detail(
        "messages wait in a queue that a script run clears",
        LOST_FILES,
        lambda: (
            "retain_lifecycle_msgs" in inspect.signature(found(f"{QUEUE}.clear")).parameters
            and mentions(f"{QUEUE}.__init__", "self._queue")()
        ),
    ),
)
# What frames.py needs.
FRAMES = (
    Detail(
        "each connection has a protocol of websockets, with a bound on the messages that it takes",
        "a browser can send messages of 50 MB",
        lambda: (
            found("web.server.starlette.starlette_server:_get_websocket_protocol")() == "websockets-sansio"
            and "self.conn = ServerProtocol(" in text_of(_connection().__init__)
            and "self.max_message_size - self.current_size"
            in text_of(import_module("websockets.protocol").Protocol.parse)
        ),
    ),
)
# What corrects Streamlit, module and function, in this order; and what each needs.
CORRECTIONS = {
    ("reruns", "correct_streamlit"): ORDER,
    ("shares", "keep_shares"): (*ORDER, *SHARES),
    ("intake", "bound_intake"): (*ORDER, *SHARES, *INTAKE),
    ("frames", "bound_frames"): FRAMES,
    ("downloads", "keep_downloads"): FILES,
}
# What session_cleanup.py needs.
SESSIONS = (
    Detail(
        "the runtime tells whether a tab is open, and lets a session without one go",
        CLOSED_TABS,
        has("runtime:Runtime", "is_active_session", "clear_user_info_for_session"),
    ),
    Detail(
        "a script knows the id of its session",
        CLOSED_TABS,
        lambda: "session_id" in inspect.signature(found("runtime.scriptrunner:ScriptRunContext")).parameters,
    ),
)
DETAILS = (
    *ORDER,
    *SHARES,
    *INTAKE,
    *FRAMES,
    *FILES,
    *SESSIONS,
    Detail(
        "messages wait for a tab's line in a queue",
        PILED_UP,
        mentions(
            f"{SERVER}:StarletteSessionClient.__init__",
            "self._send_queue: asyncio.Queue",
        ),
    ),
    Detail(
        "`streamlit run` serves an App that the entrypoint defines",
        "the first visitor waits for what the server makes ready, pages appear part by part, and components travel "
        "with every message about them",
        lambda: _is_asgi_app(ENTRYPOINT),
    ),
    Detail(
        "Streamlit's document is a file that begins a module",
        "pages appear part by part",
        lambda: '<script type="module"' in (STATIC / "index.html").read_text(encoding="utf-8"),
    ),
    Detail(
        "the page asks the server that window.__streamlit names",
        "two requests of every visit fail",
        in_scripts("BACKEND_BASE_URL"),
    ),
    Detail(
        "the page opens a connection with the browser's own WebSocket",
        "no note says that the server is busy",
        in_scripts("new WebSocket"),
    ),
    Detail(
        "the page says whether a script runs, and which elements are old",
        "pages appear part by part, and no note says that the server is busy",
        in_scripts(*ATTRIBUTES),
    ),
    Detail("elements have their test ids", "styles miss their places", in_scripts(*TEST_IDS)),
    Detail("elements have their classes", "styles miss their places", in_scripts(*CLASSES)),
    Detail("a container's key is a class", "styles miss their places", in_scripts("st-key-")),
)


def replace(kind: type, method: str, wrap: Callable[[Any], Any]) -> None:
    """Put a method of ours, made of Streamlit's own, in its place for all sessions of this process."""
    setattr(kind, method, wrap(getattr(kind, method)))


def holds(detail: Detail) -> bool:
    try:
        return detail.holds()
    except Exception:
        return False


def version() -> tuple[int, ...]:
    """Streamlit's major and minor release."""
    return tuple(int(part) for part in streamlit.__version__.split(".")[:2] if part.isdecimal())


def report() -> None:
    """Log what is untested, or is not so, in the installed release."""
    if not TESTED[0] <= version() <= TESTED[1]:
        tested = " to ".join(dict.fromkeys(".".join(map(str, release)) for release in TESTED))
        log.warning("Streamlit %s is untested here; the tests have passed with %s", streamlit.__version__, tested)
    for detail in DETAILS:
        if not holds(detail):
            log.warning(
                "Not so in Streamlit %s: %s. Without it, %s", streamlit.__version__, detail.what, detail.without
            )
    _scripts.cache_clear()  # they have 10 MB
