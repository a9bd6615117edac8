"""Every download and upload is answered: two corrections of how Streamlit 1.67 keeps files and their answers.

1. Streamlit deletes a file that no page refers to when the next script has run, or the one after that: any script, of
   any visitor. A file that is made when its button is pressed is referred to by no page, and a page that is drawn again
   refers to new makers of its files. With many visitors a download was deleted before the browser could ask for it, and
   a button that had just been drawn anew found no maker (`MediaFileManager.remove_orphaned_files`).
2. The answers to a press on a download button, and to a request to upload a file, wait for the server's event loop in
   the same queue as the page. Where the whole page is drawn anew before they have gone, Streamlit drops them with it:
   the browser waited for a file for ever (`ForwardMsgQueue.clear`).
"""

import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.media_file_manager import MediaFileManager

from ..caching import once
from .streamlit_details import replace

HELD = 60.0  # seconds that a browser has to ask for a file: a slow line, a busy machine
ANSWERS = ("backend_operation_response", "file_urls_response")

_unused_since: WeakKeyDictionary[MediaFileManager, dict[str, float]] = WeakKeyDictionary()


@once
def keep_downloads() -> None:
    """Correct both, for all sessions of this process."""
    replace(MediaFileManager, "_get_inactive_file_ids", _long_unused)
    replace(MediaFileManager, "_remove_orphaned_deferred_callables", lambda _: _remove_makers)
    replace(ForwardMsgQueue, "clear", _but_answers)


def _long_unused(find: Callable[[MediaFileManager], set[str]]) -> Callable[[MediaFileManager], set[str]]:
    """Of the files that no page refers to, those that none has referred to for a while."""

    @wraps(find)
    def wrapped(manager: MediaFileManager) -> set[str]:
        return _held_long_enough(manager, "file ", find(manager))

    return wrapped


def _remove_makers(manager: MediaFileManager) -> None:
    """The same for what makes a file when its button is pressed."""
    used = {id for files in manager._files_by_session_and_coord.values() for id in files.values()}
    for id in _held_long_enough(manager, "maker ", manager._deferred_callables.keys() - used):
        manager._drop_deferred_id(id)


def _held_long_enough(manager: MediaFileManager, kind: str, unused: Collection[str]) -> set[str]:
    """Those that have been unused for HELD seconds; the others are noted. The manager's lock guards it."""
    since, now = _unused_since.setdefault(manager, {}), time.monotonic()
    for key in [key for key in since if key.startswith(kind) and key.removeprefix(kind) not in unused]:
        del since[key]
    return {id for id in unused if now - since.setdefault(kind + id, now) >= HELD}


def _but_answers(clear: Callable[..., None]) -> Callable[..., None]:
    """Answers stay in the queue where a script run clears it for its page."""

    @wraps(clear)
    def wrapped(queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, *arguments: Any, **named: Any) -> None:
        answers = [message for message in queue._queue if message.WhichOneof("type") in ANSWERS]
        clear(queue, retain_lifecycle_msgs, *arguments, **named)
        if retain_lifecycle_msgs:
            there = {id(message) for message in queue._queue}
            queue._queue += [answer for answer in answers if id(answer) not in there]

    return wrapped
