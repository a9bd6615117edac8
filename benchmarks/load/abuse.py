"""How long a visitor waits while another abuses the server: `python -m benchmarks.load.abuse`.

Each row has a server of its own, and takes half a minute. Whoever abuses it is another process on the same machine, so
a part of the waiting is the machine's.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect

from .process import served
from .tab import Tab, edited

SECONDS = 20.0  # of abuse
PAUSE = 1.0  # seconds between the actions of the visitor who waits
SOCKETS = 200
KERNEL = "edit_0_kernel"


async def waits(port: int, seconds: float) -> list[float]:
    """The seconds until each change of a slider was answered, on a page with numbers and pictures."""
    tab, opened = await Tab.open(port, "pooling")
    found, until = [opened], time.monotonic() + seconds
    for turn in count():
        if time.monotonic() > until:
            break
        found.append(await tab.move(KERNEL, 2 + turn % 3))
        await asyncio.sleep(PAUSE)
    assert not tab.problems, tab.problems
    await tab.close()
    return found


async def presses(port: int, seconds: float) -> None:
    """Press Start a thousand times, and New run where that is there, without waiting for answers."""
    tab, _ = await Tab.open(port, "training")
    for _ in range(1000):
        keys = tab.keys()
        if name := next((name for name in ("run_new", "run_start") if name in keys), None):
            widget = tab._widget(name).id
            tab._states[widget] = WidgetState(id=widget, trigger_value=True)
            await tab._send()
        await asyncio.sleep(seconds / 1000)
    await tab.close()


async def values(port: int, seconds: float) -> None:
    """Send 1,000 forged values of a component a second."""
    tab, _ = await Tab.open(port, "pooling")
    widget = tab._widget(KERNEL)
    assert widget.fields
    began = time.monotonic()
    for number in range(int(1000 * seconds)):
        made = {KERNEL: [number, 2 + number % 3, number]}
        tab._states[widget.id] = edited(widget.id, widget.fields.session, made)
        await tab._send()
        await asyncio.sleep(max(0.0, began + number / 1000 - time.monotonic()))
    await tab.close()


async def sockets(port: int, seconds: float) -> None:
    """Open 200 pages at once, and ask each for five answers a second."""
    await asyncio.gather(*(_asking(port, seconds) for _ in range(SOCKETS)))


async def _asking(port: int, seconds: float) -> None:
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], ping_interval=None, max_size=None) as socket:  # type: ignore[list-item]
        reading = asyncio.create_task(_read(socket))
        for _ in range(int(5 * seconds)):
            state = ClientState(page_name="pooling", widget_states=WidgetStates())
            await socket.send(BackMsg(rerun_script=state).SerializeToString())
            await asyncio.sleep(0.2)
        reading.cancel()


async def _read(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


ABUSES: dict[str, Callable[[int, float], Awaitable[None]]] = {
    "presses": presses,
    "values": values,
    "sockets": sockets,
}


@contextmanager
def abused(kind: str, port: int) -> Iterator[None]:
    """Somebody abuses the server meanwhile."""
    command = [sys.executable, "-m", "benchmarks.load.abuse", kind, str(port)]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def measured(kind: str | None) -> str:
    """A row: the visitor's waits, and what the server needs in memory and writes into its log meanwhile."""
    with served() as server:
        server.wait_until_healthy()
        asyncio.run(waits(server.port, 5))  # the first visit pays for what is loaded once
        before = server.resident()
        if kind is None:
            found = asyncio.run(waits(server.port, SECONDS))
        else:
            with abused(kind, server.port):
                time.sleep(2)
                found = asyncio.run(waits(server.port, SECONDS - 4))
        memory = server.resident() - before
        lines = server.log_text().count("\n")
    found.sort()
    return (
        f"{kind or 'nobody':10} {len(found):3} answers, median {median(found):6.2f} s, "
        f"longest {found[-1]:6.2f} s, {memory:+6.0f} MB, {lines} lines of log"
    )


def main(arguments: list[str]) -> None:
    if len(arguments) == 2:
        asyncio.run(ABUSES[arguments[0]](int(arguments[1]), SECONDS))
        return
    for kind in arguments or (None, *ABUSES):
        print(measured(kind), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
