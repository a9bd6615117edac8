"""How long a visitor waits while another abuses the server: `make abuse`.

Each row has a server of its own, and takes half a minute. Whoever abuses it is another process on the same machine, so
a part of the waiting is the machine's. The exit code is 1 if a bound is exceeded.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median
from typing import NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from websockets.asyncio.client import ClientConnection, connect

from .process import served
from .tab import Tab

SECONDS = 20.0  # of abuse
PAUSE = 1.0  # seconds between the actions of the visitor who waits
SOCKETS = 200
KERNEL = "edit_0_kernel"
# Bounds, whatever the others do: seconds that the visitor waits, MB that the server takes more, lines of its log.
MOST_MEDIAN, MOST_WAIT, MOST_MEMORY, MOST_LINES = 0.5, 2.5, 400, 2000
ABOUT = {
    None: "nothing",
    "presses": "Start, a thousand times",
    "values": "a thousand forged values a second",
    "sockets": "200 tabs that ask five times a second",
}


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
            await tab.press(name, wait=False)
        await asyncio.sleep(seconds / 1000)
    await tab.close()


async def values(port: int, seconds: float) -> None:
    """Send 1,000 forged values of a component a second."""
    tab, _ = await Tab.open(port, "pooling")
    began = time.monotonic()
    for number in range(int(1000 * seconds)):
        await tab.move(KERNEL, 2 + number % 3, wait=False)
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


class Measured(NamedTuple):
    """Of a visitor beside an abuse: the sorted seconds waited; of the server: MB more than before, lines of its log."""

    kind: str | None
    waited: list[float]
    memory: float
    lines: int

    @property
    def is_bounded(self) -> bool:
        return (
            median(self.waited) <= MOST_MEDIAN
            and self.waited[-1] <= MOST_WAIT
            and self.memory <= MOST_MEMORY
            and self.lines <= MOST_LINES
        )

    def row(self) -> str:
        waited = f"{median(self.waited):.2f}", f"{self.waited[-1]:.2f}"
        return line(ABOUT[self.kind], *waited, f"{self.memory:+.0f}", self.lines, "yes" if self.is_bounded else "no")


def line(*cells: object) -> str:
    """Of the table."""
    return "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(map(str, cells), WIDTHS, strict=True)) + " |"


WIDTHS = 37, 9, 10, 10, 12, 7
HEAD = "\n".join(
    [
        line("meanwhile, another visitor sends", "median, s", "longest, s", "memory, MB", "lines of log", "bounded"),
        line(*("-" * width for width in WIDTHS)),
        line("bounds", MOST_MEDIAN, MOST_WAIT, f"{MOST_MEMORY:+}", MOST_LINES, ""),
    ]
)


def measured(kind: str | None) -> Measured:
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
        return Measured(kind, sorted(found), server.resident() - before, server.log_text().count("\n"))


def main(arguments: list[str]) -> int:
    if len(arguments) == 2:
        asyncio.run(ABUSES[arguments[0]](int(arguments[1]), SECONDS))
        return 0
    print(HEAD)
    rows = []
    for kind in arguments or (None, *ABUSES):
        rows.append(measured(kind))
        print(rows[-1].row(), flush=True)
    return not all(row.is_bounded for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
