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
from tests.test_log import raised_by
log_to_console()
for error in (raised_by(opened=True), raised_by(opened=False)):
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=error)
"""


async def _connects() -> dict[str, str]:
    return {"type": "websocket.connect"}


async def _sends(message: object) -> None:
    pass


def raised_by(*, opened: bool) -> RuntimeError:
    """What Starlette raises for a connection that is closed twice, and for one that is used and was never open."""

    async def act() -> None:
        socket = WebSocket({"type": "websocket"}, _connects, _sends)
        if not opened:
            await socket.receive_bytes()
        await socket.accept()
        await socket.close()
        await socket.close()

    try:
        asyncio.run(act())
    except RuntimeError as error:
        return error
    raise AssertionError("nothing was raised")


def record(error: BaseException | None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "an error", (), info)


def test_a_connection_that_is_closed_twice_is_no_news() -> None:
    assert not is_news(record(raised_by(opened=True)))


def test_every_other_error_is_news() -> None:
    for error in (raised_by(opened=False), RuntimeError("closed"), ValueError(), ConnectionResetError(), None):
        assert is_news(record(error))


def test_the_log_of_a_server_has_the_one_and_not_the_other() -> None:
    made = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert made.stderr.count("Exception in ASGI application") == 1
    assert "accept" in made.stderr
    assert "close message" not in made.stderr
