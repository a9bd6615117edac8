"""What goes wrong around the app: a row for each fault."""

import asyncio
import resource
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import NamedTuple

from .plan import FAULT_EVERY, FULL_FOR, KILLED_IN, SLOW_FOR, STOPPED
from .proxy import Line
from .world import World

RATE, DELAY = 1e6, 0.1  # bits a second, and seconds each way
JUMPS = (86_400.0, 3_600.0, -3_600.0, -60.0)  # seconds
FULL_DISK = "full disk"
NO_ROOM = ("File too large", "No space left on device")  # what may stand in the log while the disk is full


class Fault(NamedTuple):
    """A row: its name, whether it keeps visitors from acting, and what it does."""

    name: str
    interrupts: bool
    do: Callable[[World, Sequence[Line], Random], Awaitable[None]]


async def stop(world: World, lines: Sequence[Line], chance: Random) -> None:
    """The process is held up, as a machine is that goes to sleep."""
    world.host.process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(STOPPED)
    finally:
        world.host.process.send_signal(signal.SIGCONT)


async def slow(world: World, lines: Sequence[Line], chance: Random) -> None:
    for line in lines:
        line.slow_down(RATE, DELAY)
    await asyncio.sleep(SLOW_FOR)
    for line in lines:
        line.slow_down(None, 0.0)


async def full_disk(world: World, lines: Sequence[Line], chance: Random) -> None:
    """No file of the process can grow: every write fails, as on a full disk, with another error number."""
    pid = world.host.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        await asyncio.sleep(FULL_FOR)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


async def move_clock(world: World, lines: Sequence[Line], chance: Random) -> None:
    """The wall clock alone: no system lets the monotonic one jump."""
    await asyncio.to_thread(world.host.ask, f"clock {chance.choice(JUMPS)}")


async def kill(world: World, lines: Sequence[Line], chance: Random) -> None:
    await asyncio.to_thread(world.host.kill)
    await asyncio.sleep(chance.uniform(0.5, 5.0))
    world.histories.forget()
    await asyncio.to_thread(world.host.begin)


ROWS = [
    Fault("stop for a minute", True, stop),
    Fault("slow line", False, slow),
    Fault(FULL_DISK, False, full_disk),
    Fault("clock jump", False, move_clock),
    Fault("kill -9", True, kill),
]


def possible() -> list[Fault]:
    """Those that this system has the means for."""
    return [row for row in ROWS if row.do is not full_disk or hasattr(resource, "prlimit")]


def impossible() -> list[str]:
    """The names of all others."""
    return [row.name for row in ROWS if row not in possible()]


async def weather(world: World, lines: Sequence[Line], chance: Random, seconds: float) -> None:
    """One fault after another, each once before any comes again, in a soak of so many seconds.

    The server is killed first, and never late.
    """
    bag: list[Fault] = []
    last_kill = time.monotonic() + KILLED_IN * seconds
    while True:
        await asyncio.sleep(chance.uniform(*FAULT_EVERY))
        if not bag:
            bag = possible()
            chance.shuffle(bag)
            if not world.faults:
                bag.sort(key=lambda fault: fault.do is kill)
        fault = bag.pop()
        if fault.do is kill and time.monotonic() > last_kill:
            continue
        world.faults.append(fault.name)
        print(f"Fault: {fault.name}", flush=True)
        world.weather.begin(fault.name, fault.interrupts)
        try:
            await fault.do(world, lines, chance)
        finally:
            world.weather.end()
