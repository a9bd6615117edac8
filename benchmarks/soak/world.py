"""What all visitors share: the server and its observer, the weather, and what was seen."""

import asyncio
import json
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import psutil

from ..load.process import Server
from .invariants import Histories, Markers
from .plan import MOST_FAILURES
from .trace import Failure, Step

OWN_CODE = "/pages/", "/cnnplay/"
MOST_OF_STACKS = 6000  # characters


class Host:
    """The server's process, which can be held up, killed, and begun again on the same port."""

    def __init__(self, port: int):
        self.port, self.lives = port, 0
        self._lock = threading.Lock()
        self._log = NamedTemporaryFile()  # noqa: SIM115  it is read to the end of the soak
        self._reading: threading.Thread | None = None
        self.begin()

    def begin(self) -> None:
        """A new process, and wait until it is healthy. Its log comes through a pipe: a full disk must not end it."""
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as log:
            self._server = Server(["-m", "benchmarks.soak.server", str(self.port)], self.port, log, {})
        self._server.log = self._log
        self._reading = threading.Thread(target=self._keep_log, args=[reading], daemon=True)
        self._reading.start()
        self.lives += 1
        self._server.wait_until_healthy()

    def _keep_log(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as log:
            for line in log:
                self._log.write(line)
                self._log.flush()

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self._server.pid)

    def ask(self, command: str = "") -> dict[str, Any]:
        """The answer of the observer, after a command to it. Raises ServerError where the server has ended."""
        with self._lock:
            return self._server.ask_now(command)

    def kill(self) -> None:
        """As `kill -9` does; whoever waits for an answer of the observer gets a ServerError."""
        self.process.kill()
        with self._lock:
            self._server.kill()

    def end(self) -> None:
        self._server.end()

    def log_text(self) -> str:
        return Path(self._log.name).read_text(encoding="utf-8", errors="replace")


@dataclass
class Weather:
    """The fault that lasts, if any. interrupts: whether it stops visitors from acting. last: when each ended last."""

    name: str = ""
    interrupts: bool = False
    ended: float = -1e9
    last: dict[str, float] = field(default_factory=dict)

    @property
    def clear(self) -> bool:
        return not self.name

    def begin(self, name: str, interrupts: bool) -> None:
        self.name, self.interrupts = name, interrupts

    def end(self) -> None:
        self.last[self.name] = time.monotonic()
        if self.interrupts:
            self.ended = time.monotonic()
        self.name, self.interrupts = "", False

    def interrupted_since(self, moment: float) -> bool:
        """Whether a fault has kept visitors from acting at any time since then, or has just ended."""
        return self.interrupts or self.ended >= moment - 5.0

    def lasts_or_just_ended(self, name: str, within: float = 10.0) -> bool:
        """Whether this fault lasts, or ended within so many seconds."""
        return self.name == name or time.monotonic() - self.last.get(name, -1e9) < within

    async def until_clear(self) -> None:
        while self.interrupts:
            await asyncio.sleep(0.2)

    def wait_until_clear(self) -> None:
        """`until_clear` for a thread."""
        while self.interrupts:
            time.sleep(0.2)


@dataclass
class Sample:
    """Of the process at one time: seconds, its life, MB, threads, open files."""

    at: float
    life: int
    megabytes: float
    threads: int
    files: int


def _gist(failure: Failure) -> tuple[str, str]:
    """What failures of one kind have in common: how they begin, or of a traceback its exception."""
    lines = failure.message.splitlines()
    if "Traceback" in lines[0]:
        raised = (line for line in lines[1:] if line and not line.startswith(" "))
        return failure.kind, next(raised, failure.message)[:60]
    return failure.kind, failure.message[:60]


@dataclass
class World:
    """Shared by all visitors, of whom those in Chromium have threads of their own."""

    host: Host
    weather: Weather = field(default_factory=Weather)
    markers: Markers = field(default_factory=Markers)
    histories: Histories = field(default_factory=Histories)
    acts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    recent: deque[tuple[int, Step]] = field(default_factory=lambda: deque(maxlen=24))  # the last acts of all
    resets: Counter[str] = field(default_factory=Counter)  # runs that are reset just now, or were since the last look
    were_reset: list[str] = field(default_factory=list)  # of these, runs whose act has ended
    owners: dict[str, int] = field(default_factory=dict)  # visit: visitor
    lock: threading.Lock = field(default_factory=threading.Lock)  # is held for a moment only
    silent: bool = False  # whether failures are noted without a word
    observing: threading.Lock = field(default_factory=threading.Lock)  # is held for as long as the server takes

    async def observe(self) -> dict[str, Any]:
        return await asyncio.to_thread(self.observe_now)

    def observe_now(self) -> dict[str, Any]:
        """What the engine has, asked now; shrunken histories are failures, new ids become markers of their owners."""
        with self.observing:
            life, over = self.host.lives, list(self.were_reset)
            seen = self.host.ask()
            if life == self.host.lives:
                for run, lost in list(self.histories.shrunk(seen["runs"], +self.resets)):
                    owner = self.owners.get(seen["runs"][run]["visit"], -1)
                    self.fail(Failure(owner, "history", f"run {run}: {lost}"))
            with self.lock:
                self.resets.subtract(over)
                del self.were_reset[: len(over)]
        self._mark(seen)
        return seen

    def _mark(self, seen: Mapping[str, Any]) -> None:
        with self.lock:
            for run, entry in seen["runs"].items():
                if (owner := self.owners.get(entry["visit"])) is not None:
                    self.markers.add(owner, [run])

    def belongs(self, visitor: int, session: str, seen: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the server holds for a tab's session, which is this visitor's from now on."""
        held: dict[str, Any] | None = seen["visits"].get(session)
        if held:
            with self.lock:
                self.owners[held["visit"]] = visitor
                self.markers.add(visitor, [held["visit"], json.dumps({"session": held["token"]})[1:-1]])
        return held

    async def what_runs(self) -> str:
        """What the threads do that are in the app's own code, of a server that does not answer."""
        before = len(self.host.log_text())
        try:
            self.host.process.send_signal(signal.SIGUSR1)
        except psutil.NoSuchProcess:
            return f"The server's process has ended. The end of its log:\n{self.host.log_text()[-MOST_OF_STACKS:]}"
        await asyncio.sleep(1.0)
        threads = self.host.log_text()[before:].split("\n\n")
        return "\n\n".join(thread for thread in threads if any(place in thread for place in OWN_CODE))[:MOST_OF_STACKS]

    def fail(self, failure: Failure) -> None:
        """Note a failure, each kind with a message once."""
        with self.lock:
            if _gist(failure) not in map(_gist, self.failures):
                self.failures.append(failure)
                if not self.silent:
                    print(f"FAILED {failure.kind}, visitor {failure.visitor}: {failure.message[:8000]}", flush=True)

    @property
    def given_up(self) -> bool:
        return len(self.failures) >= MOST_FAILURES

    def sample(self) -> None:
        process = self.host.process
        with process.oneshot():
            self.samples.append(
                Sample(
                    time.monotonic(),
                    self.host.lives,
                    process.memory_info().rss / 1e6,
                    process.num_threads(),
                    process.num_fds(),
                )
            )
