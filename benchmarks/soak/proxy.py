"""The line between one visitor and the server: it can be slow, and it can be cut."""

import asyncio
import time
from contextlib import suppress

CHUNK = 8192  # bytes


class Line:
    """A local port that leads to the server's, from `open` until `close`.

    rate: bits a second in each direction, None for as many as there are. delay: seconds, each way.
    """

    def __init__(self, server_port: int):
        self.server_port = server_port
        self.port = 0
        self.rate: float | None = None
        self.delay = 0.0
        self._is_cut = False
        self._listening: asyncio.Server | None = None
        self._pairs: set[asyncio.Task[None]] = set()

    async def open(self) -> "Line":
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        if self._listening:
            self._listening.close()
        self.cut()
        await asyncio.gather(*self._pairs, return_exceptions=True)

    def cut(self) -> None:
        """End all connections, and take no new ones until `mend`."""
        self._is_cut = True
        for pair in self._pairs:
            pair.cancel()

    def mend(self) -> None:
        self._is_cut = False

    def slow_down(self, rate: float | None, delay: float) -> None:
        """From the next chunk on."""
        self.rate, self.delay = rate, delay

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._pairs.add(task)
        with suppress(OSError, asyncio.CancelledError):
            if not self._is_cut:
                await self._connect(reader, writer)
        await _end(writer)
        self._pairs.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.server_port)
        ways = [asyncio.create_task(self._carry(*way)) for way in ((reader, back), (there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _end(back)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Bytes of one direction: each chunk arrives when the line has had the time for it, and `delay` later."""
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        sending = asyncio.create_task(_deliver(queue, target))
        free = time.monotonic()
        try:
            while data := await source.read(CHUNK):
                now = time.monotonic()
                free = max(free, now) + (8 * len(data) / self.rate if self.rate else 0)
                await queue.put((free + self.delay, data))
            await queue.join()
            target.write_eof()
        finally:
            sending.cancel()


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _deliver(queue: "asyncio.Queue[tuple[float, bytes]]", target: asyncio.StreamWriter) -> None:
    while True:
        due, data = await queue.get()
        try:
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            target.write(data)
            await target.drain()
        finally:
            queue.task_done()
