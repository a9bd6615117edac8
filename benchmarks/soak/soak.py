"""The soak: all visitors at once, the faults among them, and what was seen of the process."""

import asyncio
import re
import socket
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from cnnplay.ui.log import INDENT

from . import faults
from .acts import ACTS
from .chromium import surfer
from .clicks import CLICKS
from .plan import MOST_MEGABYTES, Plan
from .proxy import Line
from .trace import Failure, Step
from .visitor import Visitor, first_link
from .world import Host, World

LOOK_EVERY = 1.0  # seconds
TRACEBACK = "Traceback (most recent call last)"
CHAINED = "another exception occurred:\n\n", "the following exception:\n\n"  # what follows belongs to what is before
# A traceback within a group of exceptions is indented, and belongs to the group.
BEGINNING = re.compile(
    "".join(f"(?<!{text})" for text in CHAINED) + rf"(?m:^)(?=(?:  \+ Exception Group )?{re.escape(TRACEBACK)})"
)
MOST_OF_TRACEBACK = 4000  # characters


async def soak(plan: Plan) -> World:
    """Everything; the world as it is at the end."""
    until = time.monotonic() + 60 * plan.minutes
    # A thread for each browser, and enough for all who ask the server.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * (plan.tabs + plan.browsers)))
    async with world_of(plan.tabs + plan.browsers) as (world, lines):
        watching = [asyncio.create_task(to_its_end(world, "the look at the process", watch(world)))]
        if plan.faults:
            chance = Random(f"{plan.seed} faults")
            weather = faults.weather(world, lines, chance, 60 * plan.minutes)
            watching.append(asyncio.create_task(to_its_end(world, "the faults", weather)))
        visits = [
            Visitor(number, world, lines[number]).live(ACTS, Random(f"{plan.seed} {number}"), until)
            for number in range(plan.tabs)
        ]
        in_browsers = [
            in_browser(world, number, lines[number], Random(f"{plan.seed} {number}"), until)
            for number in range(plan.tabs, plan.tabs + plan.browsers)
        ]
        everybody = enumerate([*visits, *in_browsers])
        await asyncio.gather(*(to_its_end(world, f"visitor {number}", visit) for number, visit in everybody))
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    return world


async def to_its_end(world: World, who: str, work: Awaitable[None]) -> None:
    """Where it ends too early, that is a failure like others, and everybody else goes on."""
    try:
        await work
    except Exception as error:
        world.fail(Failure(-1, "soak", f"{who} ended: {''.join(traceback.format_exception(error))}"))


async def in_browser(world: World, number: int, line: Line, chance: Random, until: float) -> None:
    """A visit in Chromium, in a thread."""

    def visit(hold_line: Callable[[bool], None]) -> None:
        with surfer(world, number, line.port, hold_line) as visitor:
            visitor.live(CLICKS, chance, until)

    await asyncio.to_thread(visit, holder_of(line))


def holder_of(line: Line) -> Callable[[bool], None]:
    """Cuts the line, or mends it, for another thread than that of the line."""
    loop = asyncio.get_running_loop()

    def hold(is_cut: bool) -> None:
        loop.call_soon_threadsafe(line.cut if is_cut else line.mend)

    return hold


@asynccontextmanager
async def world_of(visitors: int) -> AsyncIterator[tuple[World, Sequence[Line]]]:
    """A server of its own, and a line to it for each visitor."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host = await asyncio.to_thread(Host, port)
    async with AsyncExitStack() as stack:
        stack.callback(host.end)
        lines = [await Line(port).open() for _ in range(visitors)]
        for line in lines:
            stack.push_async_callback(line.close)
        yield World(host), lines


async def watch(world: World) -> None:
    """The process once a second: memory, threads, files, and its log."""
    read = 0
    while True:
        if not world.weather.interrupts:
            world.sample()
            if world.samples[-1].megabytes > MOST_MEGABYTES:
                world.fail(Failure(-1, "memory", f"{world.samples[-1].megabytes:.0f} MB"))
        await asyncio.sleep(LOOK_EVERY)
        if TRACEBACK in world.host.log_text()[read:]:
            await asyncio.sleep(LOOK_EVERY)  # until it is written to its end
        new = world.host.log_text()[read:]
        read += len(new)
        if (found := traceback_in(new, world.weather.lasts_or_just_ended(faults.FULL_DISK))) is not None:
            world.fail(Failure(-1, "traceback", found))


def traceback_in(log: str, disk_is_full: bool) -> str | None:
    """The first traceback, but for those of a full disk where it is full, and what follows it until the next."""
    expected = faults.NO_ROOM if disk_is_full else ()
    found = BEGINNING.split(log.replace(f"\n{INDENT}", "\n"))[1:]
    return next((each[:MOST_OF_TRACEBACK] for each in found if not any(why in each for why in expected)), None)


async def replay(number: int, steps: Sequence[Step], in_chromium: bool) -> Sequence[Failure]:
    """The steps of a visitor alone on a server of its own; what failed."""
    async with world_of(1) as (world, (line,)):
        world.silent = True
        if in_chromium:
            await asyncio.to_thread(_replay_in_browser, world, number, line.port, holder_of(line), steps)
            return world.failures
        visitor = Visitor(number, world, line)
        await visitor.open(*first_link(number))
        for step in steps:
            await visitor.act(step, ACTS)
            if world.failures:
                break
        await visitor.tab.close()
    return world.failures


def _replay_in_browser(
    world: World, number: int, port: int, hold_line: Callable[[bool], None], steps: Sequence[Step]
) -> None:
    with surfer(world, number, port, hold_line) as visitor:
        visitor.begin()
        for step in steps:
            if world.failures:
                return
            if CLICKS[step.act].applies(visitor):
                visitor.act(step, CLICKS)
