"""Messages travel compressed, and none unpacks to more than a bound: its connection is closed, and no other."""

import asyncio

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.load.process import Server, served
from benchmarks.load.tab import Tab
from cnnplay.engine.limits import MEGABYTE
from cnnplay.ui.frames import MOST_UNPACKED

TOO_BIG = 1009  # RFC 6455, section 7.4.1
BOMBS = 20


def asking(size: int) -> bytes:
    """A request with a link of that many letters."""
    return BackMsg(rerun_script=ClientState(query_string="x" * size)).SerializeToString()


async def opened(port: int, *, compressed: bool) -> ClientConnection:
    address, kind = f"ws://127.0.0.1:{port}/_stcore/stream", "deflate" if compressed else None
    return await connect(address, subprotocols=["streamlit"], compression=kind, max_size=None)  # type: ignore[list-item]


async def closing_code(port: int, size: int, *, compressed: bool) -> int:
    """That of the connection after a message of this size; 0 where the next message is answered."""
    socket = await opened(port, compressed=compressed)
    try:
        await socket.send(asking(size))
        await socket.send(asking(1))
        await asyncio.wait_for(socket.recv(), 60)
        return 0
    except ConnectionClosed as error:
        return error.rcvd.code if error.rcvd else -1
    finally:
        await socket.close()


async def check(server: Server) -> None:
    first, _ = await Tab.open(server.port)
    assert first._socket.protocol.extensions, "messages are not compressed"
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    for compressed in (True, False):
        assert await closing_code(server.port, MOST_UNPACKED - 1000, compressed=compressed) == 0
        assert await closing_code(server.port, MOST_UNPACKED + 1000, compressed=compressed) == TOO_BIG
    bombs = [closing_code(server.port, 40 * MEGABYTE, compressed=True) for _ in range(BOMBS)]
    assert set(await asyncio.gather(*bombs)) == {TOO_BIG}
    assert process.memory_info().rss - before < BOMBS * 40 * MEGABYTE / 4
    await first.go("pooling")
    assert not first.problems
    await first.close()


def test_a_message_is_bounded_before_it_is_unpacked_and_other_tabs_go_on() -> None:
    with served() as server:
        server.wait_until_healthy()
        asyncio.run(check(server))
        assert "Traceback" not in server.log_text()
