"""The phases: starts from cold, the crowd, those who pass by, and the sessions that are freed afterwards."""

import asyncio
import platform
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from os import cpu_count
from random import Random
from typing import Any

from .plan import AT_A_TIME, SETTLED, Plan
from .process import Server, ServerError, served
from .tab import Tab
from .visits import Diary, look_around, pass_by, train

LOOK = 1.0  # seconds between looks at the server
SETTLE = 5.0  # seconds after the first page in which the app loads what it needs later
FREED_WITHIN, GRACE = 120.0, 30.0  # seconds from the end of a tab; how much longer is waited for it


def measure(plan: Plan) -> dict[str, Any]:
    """Everything, as plain JSON: see rows.py for what is made of it."""
    return asyncio.run(_measure(plan))


async def _measure(plan: Plan) -> dict[str, Any]:
    say(f"Starting {plan.starts} times from cold")
    starts = [await from_cold() for _ in range(plan.starts)]
    with served(observed=True) as server:
        await asyncio.to_thread(server.wait_until_healthy)
        await first_visit(server)
        async with watched(server) as watch:
            chance, diary = Random(plan.seed), Diary()
            say(f"{plan.visitors} visitors for {plan.seconds} s, {plan.training} of them train")
            shares = await crowd(server, plan, diary, chance)
            crowd_memory = watch.take_memory()
            say(f"{plan.passing} visitors who come and go")
            passing = Diary()
            passing_memory = await those_who_pass(server, plan, passing, chance)
            closed = diary.closed | passing.closed
            say("Waiting until the closed tabs are freed")
            await watch.until_freed(closed)
        log = server.words()
    freed = [watch.gone.get(session, float("inf")) - when for session, when in closed.items()]
    return {
        "machine": machine(),
        "plan": plan._asdict(),
        "starts": starts,
        "opened": diary.opened,
        "answered": diary.answered,
        "updates": diary.updates,
        "passing": {"opened": passing.opened, "answered": passing.answered, "updates": passing.updates},
        "problems": diary.problems + passing.problems + watch.problems,
        "tracebacks": log.count("Traceback (most recent call last)"),
        "log": log[-5000:] if "Traceback" in log else "",
        "trained": shares,
        "memory": {"crowd": crowd_memory, "passing": passing_memory, "afterwards": watch.take_memory()},
        "freed": [seconds for seconds in freed if seconds != float("inf")],
        "kept": freed.count(float("inf")),
    }


async def from_cold() -> dict[str, float]:
    """A new process and its first visitor: seconds until healthy and until the page; MB before anybody trains."""
    with served() as server:
        healthy = await asyncio.to_thread(server.wait_until_healthy)
        drawn, resident = await first_visit(server)
    return {"healthy": healthy, "drawn": drawn, "resident": resident}


async def first_visit(server: Server) -> tuple[float, float]:
    """Somebody opens the first page and looks at it; seconds from the server's start to the page, and most MB."""
    tab, _ = await Tab.open(server.port)
    drawn = time.perf_counter() - server.began
    resident = [server.resident()]
    for _ in range(int(SETTLE / LOOK)):
        await asyncio.sleep(LOOK)
        resident.append(server.resident())
    await tab.close()
    if tab.problems:
        raise ServerError(f"The first page has errors: {tab.problems}")
    return drawn, max(resident)


async def crowd(server: Server, plan: Plan, diary: Diary, chance: Random) -> list[dict[str, Any]]:
    """All visitors at the same time; the training seconds of each run while all of them trained."""
    until = time.monotonic() + plan.seconds
    chances = [Random(chance.random()) for _ in range(plan.visitors)]
    visits = [
        train(server.port, diary, own, until, number)
        if number < plan.training
        else look_around(server.port, diary, own, until)
        for number, own in enumerate(chances)
    ]
    visiting = asyncio.gather(*visits)
    await asyncio.sleep(SETTLED * plan.seconds)
    before = await server.ask()
    await asyncio.sleep(until - time.monotonic())
    after = await server.ask()
    await visiting
    earlier = {_run(run): run["seconds"] for run in before["trained"]}
    return [run | {"seconds": run["seconds"] - earlier.get(_run(run), 0)} for run in after["trained"]]


def _run(run: dict[str, Any]) -> tuple[Any, ...]:
    return run["network"], run["batch"], run["seed"]


async def those_who_pass(server: Server, plan: Plan, diary: Diary, chance: Random) -> list[float]:
    """Visitors who come and go, a few at a time; MB after each."""
    resident: list[float] = []
    a_few = asyncio.Semaphore(AT_A_TIME)
    chances = [Random(chance.random()) for _ in range(plan.passing)]

    async def visit(number: int) -> None:
        async with a_few:
            await pass_by(server.port, diary, chances[number], number)
            resident.append(server.resident())

    await asyncio.gather(*map(visit, range(plan.passing)))
    return resident


@dataclass
class Watch:
    """What is seen of the server from second to second: its memory, and when a session was last in it."""

    server: Server
    memory: list[float] = field(default_factory=list)  # MB
    seen: set[str] = field(default_factory=set)
    gone: dict[str, float] = field(default_factory=dict)  # session: when it was no longer there
    problems: list[str] = field(default_factory=list)

    def take_memory(self) -> list[float]:
        taken, self.memory = self.memory, []
        return taken

    async def look(self) -> None:
        while True:
            try:
                there = set((await self.server.ask())["sessions"])
            except ServerError as error:
                self.problems.append(str(error))
                return
            self.memory.append(self.server.resident())
            self.gone |= dict.fromkeys(self.seen - there - self.gone.keys(), time.monotonic())
            self.seen |= there
            await asyncio.sleep(LOOK)

    async def until_freed(self, closed: dict[str, float]) -> None:
        """Wait until no closed session is there any more, or the last should long be gone."""
        latest = max(closed.values(), default=0) + FREED_WITHIN + GRACE
        while closed.keys() - self.gone.keys() and time.monotonic() < latest and not self.problems:
            await asyncio.sleep(LOOK)


@asynccontextmanager
async def watched(server: Server) -> AsyncIterator[Watch]:
    watch = Watch(server)
    looking = asyncio.create_task(watch.look())
    try:
        yield watch
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def machine() -> str:
    versions = ", ".join(f"{name} {version(name.lower())}" for name in ("Streamlit", "JAX"))
    return (
        f"{cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {versions}"
    )


def say(line: str) -> None:
    print(line, flush=True)
