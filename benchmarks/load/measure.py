"""The phases: cold starts, the crowd, short visits, and the wait until closed sessions are freed."""

import asyncio
import platform
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from os import cpu_count
from random import Random
from typing import Any

from .cluster import cluster
from .plan import AT_A_TIME, Plan
from .process import Server, ServerError, served
from .slow import slowed
from .tab import Tab
from .visits import Diary, look_around, short_visit, train

POLL = 1.0  # seconds between queries to the server
SETTLE = 5.0  # seconds after the first page in which the app loads the rest
FREED_WITHIN, GRACE = 120.0, 30.0  # seconds from the end of a tab; how much longer to wait for it


def measure(plan: Plan, on_cluster: bool = False) -> dict[str, Any]:
    """All results, as JSON: rows.py calculates the figures. on_cluster: whether the runs train on a Dask cluster."""
    with cluster(on_cluster) as environment, slowed(plan.slow):
        return asyncio.run(_measure(plan, environment))


async def _measure(plan: Plan, environment: Mapping[str, str]) -> dict[str, Any]:
    report(f"{plan.starts} cold starts")
    starts = [await cold_start() for _ in range(plan.starts)]
    with served(observed=True, environment=environment) as server:
        await asyncio.to_thread(server.wait_until_healthy)
        await first_visit(server)
        async with watched(server) as watch:
            generator, diary = Random(plan.seed), Diary()
            report(f"{plan.visitors} visitors for {plan.seconds} s, {plan.training} of them train")
            used = server.page_seconds()
            shares = await crowd(server, plan, diary, generator)
            used = server.page_seconds() - used
            crowd_memory = watch.take_memory()
            report(f"{plan.passing} short visits")
            passing = Diary()
            passing_memory = await short_visits(server, plan, passing, generator)
            closed = diary.closed | passing.closed
            await first_visit(server)  # Streamlit's own loop holds the session that it served last
            report("Waiting until all closed tabs are freed")
            await watch.until_freed(closed)
        log = server.log_text()
    freed = [watch.gone.get(session, float("inf")) - when for session, when in closed.items()]
    return {
        "machine": machine(),
        "plan": plan._asdict(),
        "starts": starts,
        "opened": diary.opened,
        "answered": diary.answered,
        "updates": diary.updates,
        "cluster": bool(environment),
        "page_seconds": used,
        "passing": {"opened": passing.opened, "answered": passing.answered, "updates": passing.updates},
        "problems": diary.problems + passing.problems + watch.problems,
        "tracebacks": log.count("Traceback (most recent call last)"),
        "log": log[-5000:] if "Traceback" in log else "",
        "trained": shares,
        "memory": {"crowd": crowd_memory, "passing": passing_memory, "afterwards": watch.take_memory()},
        "freed": [seconds for seconds in freed if seconds != float("inf")],
        "kept": freed.count(float("inf")),
    }


async def cold_start() -> dict[str, float]:
    """A new process and its first visitor: seconds until healthy, seconds until the page; MB before any training."""
    with served() as server:
        healthy = await asyncio.to_thread(server.wait_until_healthy)
        drawn, resident = await first_visit(server)
    return {"healthy": healthy, "drawn": drawn, "resident": resident}


async def first_visit(server: Server) -> tuple[float, float]:
    """Open the first page and stay a moment; seconds from the server's start to the page, and peak MB."""
    tab, _ = await Tab.open(server.port)
    drawn = time.perf_counter() - server.began
    resident = [server.resident()]
    for _ in range(int(SETTLE / POLL)):
        await asyncio.sleep(POLL)
        resident.append(server.resident())
    await tab.close()
    if tab.problems:
        raise ServerError(f"The first page has errors: {tab.problems}")
    return drawn, max(resident)


async def crowd(server: Server, plan: Plan, diary: Diary, generator: Random) -> list[dict[str, Any]]:
    """All visitors at the same time; of each run the seconds of training, and those in which it had a place to train.

    Programs that are compiled in its turn count as training: others wait for them as well. So a run is followed from
    its beginning; one that has compiled has shorter turns for a while.
    """
    until = time.monotonic() + plan.seconds
    generators = [Random(generator.random()) for _ in range(plan.visitors)]
    visits = [
        train(server.port, diary, own, until, number)
        if number < plan.training
        else look_around(server.port, diary, own, until)
        for number, own in enumerate(generators)
    ]
    visiting = asyncio.gather(*visits)
    active: dict[tuple[Any, ...], float] = {}
    asked = time.monotonic()
    while (left := until - asked) > 0:
        await asyncio.sleep(min(POLL, left))
        before, asked = asked, time.monotonic()
        trained = (await server.ask())["trained"]
        for run in trained:
            if run["status"] == "running":
                active[_run(run)] = active.get(_run(run), 0.0) + asked - before
    await visiting
    return [run | {"active": active.get(_run(run), 0.0)} for run in trained]


def _run(run: dict[str, Any]) -> tuple[Any, ...]:
    return run["network"], run["batch"], run["seed"]


async def short_visits(server: Server, plan: Plan, diary: Diary, generator: Random) -> list[float]:
    """Short visits, AT_A_TIME at once; MB after each."""
    resident: list[float] = []
    turns = asyncio.Semaphore(AT_A_TIME)
    generators = [Random(generator.random()) for _ in range(plan.passing)]

    async def visit(number: int) -> None:
        async with turns:
            await short_visit(server.port, diary, generators[number], number)
            resident.append(server.resident())

    await asyncio.gather(*map(visit, range(plan.passing)))
    return resident


@dataclass
class Watch:
    """Observations of the server, once a second: its memory, and when a session has left it."""

    server: Server
    memory: list[float] = field(default_factory=list)  # MB
    seen: set[str] = field(default_factory=set)
    gone: dict[str, float] = field(default_factory=dict)  # session: when it was first missing
    problems: list[str] = field(default_factory=list)

    def take_memory(self) -> list[float]:
        taken, self.memory = self.memory, []
        return taken

    async def poll(self) -> None:
        while True:
            try:
                there = set((await self.server.ask())["sessions"])
            except ServerError as error:
                self.problems.append(str(error))
                return
            self.memory.append(self.server.resident())
            self.gone |= dict.fromkeys(self.seen - there - self.gone.keys(), time.monotonic())
            self.seen |= there
            await asyncio.sleep(POLL)

    async def until_freed(self, closed: dict[str, float]) -> None:
        """Wait until the server has freed all closed sessions, or the last is long overdue."""
        latest = max(closed.values(), default=0) + FREED_WITHIN + GRACE
        while closed.keys() - self.gone.keys() and time.monotonic() < latest and not self.problems:
            await asyncio.sleep(POLL)


@asynccontextmanager
async def watched(server: Server) -> AsyncIterator[Watch]:
    watch = Watch(server)
    looking = asyncio.create_task(watch.poll())
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


def report(line: str) -> None:
    print(line, flush=True)
