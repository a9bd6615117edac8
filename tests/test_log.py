"""The server's log leaves out what looks like an error and is none."""

import asyncio
import logging
import subprocess
import sys
from pathlib import Path

from starlette.websockets import WebSocket

from cnnplay.ui.log import is_news

ROOT = Path(__file__).parents[1]
SCRIPT = """
import logging
from cnnplay.ui.log import log_to_console
from tests.test_log import raised_by_a_closed_socket
log_to_console()
for error in (raised_by_a_closed_socket(), RuntimeError("of another kind")):
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=error)
"""


async def _nothing(*_: object) -> dict[str, str]:
    return {}


def raised_by_a_closed_socket() -> RuntimeError:
    """What Starlette raises for the use of a connection that is not open."""
    socket = WebSocket({"type": "websocket"}, _nothing, _nothing)
    try:
        asyncio.run(socket.receive_bytes())
    except RuntimeError as error:
        return error
    raise AssertionError("the socket is open")


def record(error: BaseException | None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "an error", (), info)


def test_a_connection_that_was_closed_already_is_no_news() -> None:
    assert not is_news(record(raised_by_a_closed_socket()))


def test_every_other_error_is_news() -> None:
    for error in (RuntimeError("closed"), ValueError(), ConnectionResetError(), None):
        assert is_news(record(error))


def test_the_log_of_a_server_has_the_one_and_not_the_other() -> None:
    made = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stderr.count("Exception in ASGI application") == 1
    assert "of another kind" in made.stderr
    assert "WebSocket" not in made.stderr
