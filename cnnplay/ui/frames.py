"""A bound on the messages of a browser, while they arrive.

Streamlit has one bound for what it sends to a page and for what it takes of a browser: 50 MB. What pages of ours send
is small, so here it is a smaller one. A connection that exceeds it is closed with code 1009 (RFC 6455, section 7.4.1).
It needs details of uvicorn and websockets, which are below Streamlit: see `FRAMES` in `streamlit_details.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..caching import once
from ..engine.limits import MEGABYTE
from .streamlit_details import replace

MOST_BYTES = 4 * MEGABYTE  # of a message, all its fragments together


@once
def bound_frames() -> None:
    """Hold all connections of this process to the bound, of those that begin from now on."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    replace(WebSocketsSansIOProtocol, "__init__", _bounded)


def _bounded(begin: Callable[..., None]) -> Callable[..., None]:
    @wraps(begin)
    def wrapped(connection: Any, *arguments: Any, **named: Any) -> None:
        begin(connection, *arguments, **named)
        connection.conn.max_message_size = MOST_BYTES

    return wrapped
