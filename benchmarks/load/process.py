"""The server's process: start, query, end."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import IO, Any

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds for a start, and for an end


class ServerError(Exception):
    """The server did not start, or ended by itself. The message ends with its log."""


class Server:
    """A running server on `port`, started at `began` (of time.perf_counter)."""

    def __init__(
        self,
        command: list[str],
        port: int,
        log: IO[bytes],
        environment: Mapping[str, str],
        before: Callable[[], None] | None = None,
    ):
        self.port, self.log, self.began = port, log, time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **environment},
            preexec_fn=before,
        )
        self._asking = threading.Lock()  # an answer is read by who asked

    def wait_until_healthy(self) -> float:
        """Seconds from the start until the server is healthy. Raises ServerError if it never is."""
        address = f"http://127.0.0.1:{self.port}/_stcore/health"
        while time.perf_counter() < self.began + PATIENCE and self._process.poll() is None:
            try:
                with urllib.request.urlopen(address, timeout=2):
                    return time.perf_counter() - self.began
            except OSError:
                time.sleep(0.02)
        raise ServerError(f"The server did not start:\n{self.log_text()[-2000:]}")

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self) -> dict[str, Any]:
        """The answer of the observer: see server.py. Raises ServerError if the server has ended."""
        return await asyncio.to_thread(self.ask_now)

    def ask_now(self, command: str = "") -> dict[str, Any]:
        """`ask`, after a command to the observer, for callers that may wait."""
        assert self._process.stdin and self._process.stdout
        try:
            with self._asking:
                self._process.stdin.write(f"{command}\n".encode())
                self._process.stdin.flush()
                return json.loads(self._process.stdout.readline())
        except (BrokenPipeError, ValueError):
            raise ServerError(f"The server ended:\n{self.log_text()[-2000:]}") from None

    def page_seconds(self) -> float:
        """Processor time of all but the threads that train, which have a lower priority."""
        folder = Path(f"/proc/{self._process.pid}")
        ticks = sum(_ticks(folder / "stat")[:2])
        for thread in (folder / "task").iterdir():
            with suppress(OSError):  # it has ended meanwhile
                user, system, niceness = _ticks(thread / "stat")
                ticks -= (user + system) * (niceness > 0)
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident(self) -> float:
        """Resident memory in MB."""
        return psutil.Process(self._process.pid).memory_info().rss / 1e6

    def log_text(self) -> str:
        """The server's log."""
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


def _ticks(stat: Path) -> tuple[int, int, int]:
    """User time, system time and niceness of a process or thread (proc(5))."""
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[11]), int(fields[12]), int(fields[16])


@contextmanager
def served(
    observed: bool = False,
    environment: Mapping[str, str] = MappingProxyType({}),
    before: Callable[[], None] | None = None,
) -> Iterator[Server]:
    """The app as `streamlit run` serves it, or the same with an observer, on a free local port.

    environment: variables on top of this process's own. before: what the server's process does first.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = [word for name, value in options(port).items() for word in (f"--{name}", str(value))]
    plain = ["-m", "streamlit", "run", "streamlit_app.py", *flags]
    with NamedTemporaryFile() as log:
        command = ["-m", "benchmarks.load.server", str(port)] if observed else plain
        server = Server(command, port, log, environment, before)
        try:
            yield server
        finally:
            server.end()


def serve_app(port: int) -> None:
    """Serve the app in this process, as `streamlit run` does, until it ends."""
    from streamlit.web import bootstrap  # here, so that a caller can replace the clock before

    flags = {name.replace(".", "_"): value for name, value in options(port).items()}
    bootstrap.load_config_options(flag_options=flags)
    bootstrap.run_asgi_app(str(ROOT / "streamlit_app.py"), "streamlit_app:app", [], flags)


def options(port: int) -> dict[str, Any]:
    details = {"client.showErrorDetails": "full"}  # to tell errors apart
    return {"server.port": port, "server.address": "127.0.0.1", "server.headless": True, **details}
