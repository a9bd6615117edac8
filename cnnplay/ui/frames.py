"""What a tab and the server send each other over the tab's connection: compressed, and bounded before it is unpacked.

`.streamlit/config.toml` has messages compressed. A browser may then compress its own, and a few kilobytes could unpack
to as much as Streamlit sends to a page, 50 MB. What pages of ours send is small, so the bound here is a smaller one.
It needs details of uvicorn, which is below Streamlit: see `FRAMES` in `streamlit_details.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..caching import once
from .intake import MOST_BYTES
from .streamlit_details import replace

MOST_UNPACKED = 2 * MOST_BYTES  # of a message; a connection that sends more is closed, at MOST_BYTES it is only dropped


@once
def bound_frames() -> None:
    """Hold all connections of this process to the bound, of those that begin from now on."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    replace(WebSocketsSansIOProtocol, "__init__", _bounded)


def _bounded(begin: Callable[..., None]) -> Callable[..., None]:
    @wraps(begin)
    def wrapped(connection: Any, *arguments: Any, **named: Any) -> None:
        begin(connection, *arguments, **named)
        connection.conn.max_message_size = MOST_UNPACKED

    return wrapped
