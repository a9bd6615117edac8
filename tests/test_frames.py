"""A message of a browser is bounded while it arrives: above the bound its connection is closed, and no other."""

import asyncio
from collections.abc import Sequence

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.load.process import Server, served
from benchmarks.load.tab import Tab
from cnnplay.ui.frames import MOST_BYTES

TOO_BIG = 1009  # RFC 6455, section 7.4.1
PART = 500_000  # bytes of a fragment


def asking(size: int) -> bytes:
    """A request with a link of that many letters."""
    return BackMsg(rerun_script=ClientState(query_string="x" * size)).SerializeToString()


def in_parts(message: bytes) -> Sequence[bytes]:
    return [message[at : at + PART] for at in range(0, len(message), PART)]


async def closing_code(port: int, message: bytes | Sequence[bytes]) -> int:
    """That of the connection after this message; 0 where the next message is answered."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"]) as socket:  # type: ignore[list-item]
        try:
            await socket.send(message)
            await socket.send(asking(1))
            await asyncio.wait_for(socket.recv(), 60)
            return 0
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else -1


async def check(server: Server) -> None:
    first, _ = await Tab.open(server.port)
    assert not first._socket.protocol.extensions, "what is compressed unpacks to a thousand times as much"
    small, large = asking(MOST_BYTES - 1000), asking(MOST_BYTES + 1000)
    for below, above in ((small, large), (in_parts(small), in_parts(large))):
        assert await closing_code(server.port, below) == 0
        assert await closing_code(server.port, above) == TOO_BIG
    await first.go("pooling")
    assert not first.problems
    await first.close()


def test_a_message_is_bounded_while_it_arrives_and_other_tabs_go_on() -> None:
    with served() as server:
        server.wait_until_healthy()
        asyncio.run(check(server))
        assert "Traceback" not in server.log_text()
