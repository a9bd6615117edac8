"""What the server takes in of one tab: no message that no page sends, none of unusual size, and files up to a bound.

What no page of ours sends is dropped. More than a page normally sends is refused with a sentence.
It needs details of Streamlit that are not its documented API: see `INTAKE` in `streamlit_details.py`.
"""

import time
from asyncio import Semaphore
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from ..caching import once
from ..engine.limits import LIMITS, MEGABYTE
from .crowd import asking_of
from .shares import asking
from .streamlit_details import replace

MOST_BYTES = 2 * MEGABYTE  # of a message: what a page sends has some kilobytes, files come another way
MOST_FILES = 300  # chosen at once: a teacher may choose those of a whole year
MOST_TASKS = 10  # downloads of a tab that are being made or wait
AT_ONCE = 2  # of these, how many are made at a time: the server has six threads for those of all tabs
LEAST = 100_000  # bytes that an uploaded file counts at least: a tab could keep any number of empty ones
TABS = 4  # tabs among which the memory for uploads is divided, where all of them use it

# What only the menu of a developer sends. To clear the caches would clear those of all visitors.
UNUSED = ("clear_cache", "set_run_on_save", "load_git_info")
PRESSED = ("file_urls_request", "backend_operation_request")  # what a hand sends, beside requests to draw a page

_makers: WeakKeyDictionary[AppSession, Semaphore] = WeakKeyDictionary()


@once
def bound_intake() -> None:
    """Hold all tabs of this process to the bounds. To be called after `shares.keep_shares`."""
    replace(AppSession, "handle_backmsg", _usual)
    replace(AppSession, "_handle_backend_operation_request", _few_at_once)
    replace(MemoryUploadedFileManager, "add_file", _bounded)


def _usual(handle: Callable[[AppSession, BackMsg], None]) -> Callable[[AppSession, BackMsg], None]:
    @wraps(handle)
    def wrapped(session: AppSession, message: BackMsg) -> None:
        kind = message.WhichOneof("type")
        if kind in UNUSED or message.ByteSize() > MOST_BYTES:
            return
        if kind in PRESSED and (refusal := _refusal(session, message)):
            session._enqueue_forward_msg(_answer(message, refusal))
        else:
            handle(session, message)

    return wrapped


def _refusal(session: AppSession, message: BackMsg) -> str:
    """Why what a hand has asked for is too much; nothing where it is not."""
    if asking(session).bucket.seconds_to_wait(time.monotonic()):
        return f"This tab asks for more than {LIMITS.asks_a_second:g} things a second. Try again in a moment."
    if (files := len(message.file_urls_request.file_names)) > MOST_FILES:
        return f"{files:,} files at once are too many: choose at most {MOST_FILES}."
    if message.HasField("backend_operation_request") and len(session._background_tasks) >= MOST_TASKS:
        return f"{MOST_TASKS} downloads are being made for this page. Press again when one of them has come."
    return ""


def _answer(message: BackMsg, refusal: str) -> ForwardMsg:
    """Beside the files, or in place of the download, the browser shows it."""
    answer = ForwardMsg()
    if message.HasField("file_urls_request"):
        answer.file_urls_response.response_id = message.file_urls_request.request_id
        answer.file_urls_response.error_msg = refusal
    else:
        answer.backend_operation_response.request_id = message.backend_operation_request.request_id
        answer.backend_operation_response.error_msg = refusal
    return answer


def _few_at_once(make: Callable[[AppSession, Any], Awaitable[None]]) -> Callable[[AppSession, Any], Awaitable[None]]:
    """Of the downloads of a tab, the others wait."""

    @wraps(make)
    async def wrapped(session: AppSession, request: Any) -> None:
        async with _makers.setdefault(session, Semaphore(AT_ONCE)):
            await make(session, request)

    return wrapped


def _bounded(add: Callable[..., None]) -> Callable[..., None]:
    """Where a tab has uploaded too much, its oldest files go; where all tabs together have, those of the largest."""

    @wraps(add)
    def wrapped(files: MemoryUploadedFileManager, session_id: str, file: Any) -> None:
        add(files, session_id, file)
        most = LIMITS.uploaded_megabytes * MEGABYTE
        while _sizes(files).get(session_id, 0) > most / TABS and _remove_oldest(files, session_id):
            _tell(session_id, f"more than {most / TABS / MEGABYTE:.0f} MB of files were uploaded in this tab")
        while sum((sizes := _sizes(files)).values()) > most:
            largest = max(sizes, key=lambda session: sizes[session])
            _remove_oldest(files, largest)
            _tell(largest, "many files are open on this server")

    return wrapped


def _tell(session: str, why: str) -> None:
    """Have the next page of a tab say that a file of it is gone."""
    sentence = f"Your oldest uploaded files were deleted: {why}. Upload again what you still need."
    if (known := asking_of.get(session)) and sentence not in known.news:
        known.news.append(sentence)


def _sizes(files: MemoryUploadedFileManager) -> dict[str, int]:
    """Bytes that the files of each tab count."""
    with files._lock:
        return {
            session: sum(max(len(file.data), LEAST) for file in kept.values())
            for session, kept in files.file_storage.items()
        }


def _remove_oldest(files: MemoryUploadedFileManager, session: str) -> bool:
    """Whether there was one."""
    with files._lock:
        oldest = next(iter(files.file_storage.get(session, ())), None)
    if oldest is not None:
        files.remove_file(session, oldest)
    return oldest is not None
