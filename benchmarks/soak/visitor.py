"""A visitor on a simulated tab: acts one after another, and what must hold after each."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode

from websockets.exceptions import WebSocketException

from cnnplay.ui.navigation import PAGES as ALL_PAGES

from ..load.process import ServerError
from ..load.tab import TabError
from . import invariants
from .choices import Act, Weighted, next_step
from .deserved import is_deserved
from .hands import Hands
from .page import PageTab
from .plan import FOLLOWS_WITHIN, MOST_LETTERS, PAUSE, network_of, seeds_of
from .proxy import Line
from .trace import Step
from .world import World

INTERRUPTED = (TabError, WebSocketException, OSError, ServerError)
PAGES = ["" if name == "home" else name for name in ALL_PAGES]


def first_link(number: int) -> tuple[str, str]:
    """Where a visitor begins: a page, and a network and a seed of its own."""
    settings = {"net": network_of(number), "seed": seeds_of(number)[0], "images": 2000, "batch": 64, "epochs": 10}
    return "training", urlencode(settings)


class Visitor(Hands):
    """One of the nine. tab: what is open, since which life of the server; line: its connection."""

    def __init__(self, number: int, world: World, line: Line):
        super().__init__(number, world)
        self.line, self.life = line, 0
        self.tab: PageTab

    async def open(self, page: str, query: str) -> None:
        life = self.world.host.lives
        self.tab = await PageTab.visit(self.line.port, page, query, self.watch)
        self.life = life  # not before: where the visit fails, the tab is still that of the server before
        self._recognise(await self.world.observe())

    async def reload(self) -> None:
        """Close the tab and open it again by its own address."""
        page, query = self.tab.path, self.tab.query
        await self.tab.close()
        await self.open(page, query)

    def _recognise(self, seen: dict[str, Any]) -> dict[str, Any] | None:
        return self.world.belongs(self.number, self.tab.session, seen)

    async def act(self, step: Step, rows: "Mapping[str, VisitorAct]") -> bool:
        """Carry out a step and check; False where it does not apply here."""
        row, began = rows[step.act], time.monotonic()
        if not row.applies(self):
            return False
        with self.carrying_out(step, step.act):
            try:
                await row.do(self, Random(step.seed))
                await self.check()
            except INTERRUPTED as error:
                # Where the server has begun anew since the tab was opened, its connection is that of the one before.
                if self.life == self.world.host.lives and not self.world.weather.interrupted_since(began):
                    busy = await self.world.what_runs()
                    self.fail("answer", f"{step.act}: {type(error).__name__}: {str(error)[:MOST_LETTERS]}\n{busy}")
                await self.come_back()
        return True

    async def come_back(self) -> None:
        """After a fault, however many attempts it takes."""
        for _ in range(20):
            try:
                await self.resume()
                return
            except INTERRUPTED:
                await asyncio.sleep(1.0)
        self.fail("answer", "the visitor could not come back within 20 attempts")

    async def resume(self) -> None:
        """Mend the line, and go on with the session; with a new server, by the link."""
        await self.world.weather.until_clear()
        self.line.mend()
        with suppress(*INTERRUPTED):
            await self.tab.close()
        if self.life == self.world.host.lives:
            self.tab = await self.tab.again(self.line.port)
        else:
            await self.open(self.tab.path, self.tab.query)

    async def check(self) -> None:
        """All that must hold after an act."""
        tab = self.tab
        for message in tab.exceptions:
            self.fail("exception", message)
        tab.exceptions.clear()
        for problem in tab.problems:
            if problem.startswith(("page_not_found", "session_event", "the page's script")):
                self.fail("page", problem)
        tab.problems.clear()
        if not await self.follows(lambda: not self._undeserved()):  # one of an edit before goes with the next answer
            for body in self._undeserved():
                self.fail("red box", f"{body} (at {tab.path}?{tab.query})")
        if not await self.follows(lambda: not invariants.lost_edits(tab.sent, tab.fields())):
            self.fail("edit lost", f"{invariants.lost_edits(tab.sent, tab.fields())} at {tab.path}?{tab.query}")
        await self._check_numbers()
        self.check_foreign()

    def _undeserved(self) -> list[str]:
        return [body for body in self.tab.red_boxes() if not is_deserved(body, self.tab.query, self.files)]

    async def follows(self, holds: Callable[[], bool]) -> bool:
        """Whether the page becomes so; the time of a fault does not count."""
        while True:
            began = time.monotonic()
            if await self.tab.until(holds):
                return True
            if not self.world.weather.interrupted_since(began):
                return False
            await self.world.weather.until_clear()

    async def _check_numbers(self) -> None:
        """The page against the engine, and the address against the server's choice."""
        tab = self.tab
        curves = next((data for _, data in tab.data("curves")), None)
        texts = tab.texts()
        seen = await self.world.observe()
        held = self._recognise(seen)
        if not held:
            return
        runs = [run for run in seen["runs"].values() if run["visit"] == held["visit"]]
        for wrong in invariants.disagreements(curves, texts, runs):
            self.fail("numbers", wrong)
        current = seen["runs"].get(held["run"])
        for text in texts if current and tab.path == "training" else ():
            if wrong_text := invariants.wrong_progress(text, current):
                self.fail("numbers", f"{wrong_text}: {text}")
        await self._check_address()

    async def _check_address(self) -> None:
        """It follows what the server holds, after as long as a slow line takes."""
        deadline = time.monotonic() + FOLLOWS_WITHIN
        while True:
            held = self._recognise(await self.world.observe())
            net = parse_qs(self.tab.query).get("net")
            if not held or not net or net == [held["net"]]:
                return
            if self.world.weather.interrupted_since(deadline - FOLLOWS_WITHIN):
                deadline = time.monotonic() + FOLLOWS_WITHIN
            if time.monotonic() > deadline:
                self.fail("address", f"it says {net}, and the server holds {held['net']}")
                return
            await asyncio.sleep(0.5)

    async def live(self, rows: "Mapping[str, VisitorAct]", chance: Random, until: float) -> None:
        """Act until then, with pauses; where a promise was broken, begin anew."""
        await self._begin()
        while time.monotonic() < until and not self.world.given_up:
            await self.world.weather.until_clear() if chance.random() < 0.5 else None
            here = [Weighted(row.name, row.weight) for row in rows.values() if row.applies(self)]
            await self.act(next_step(here, chance), rows)
            if self.failed:
                self.failed = False
                await self._begin()
            await asyncio.sleep(chance.uniform(*PAUSE))
        with suppress(*INTERRUPTED):
            await self.tab.close()

    async def _begin(self) -> None:
        self.trace.clear()
        for _ in range(30):
            try:
                with suppress(AttributeError, *INTERRUPTED):
                    await self.tab.close()
                await self.open(*first_link(self.number))
                return
            except INTERRUPTED:
                await asyncio.sleep(1.0)
        self.fail("answer", "the visitor could not begin")


VisitorAct = Act[Visitor, Awaitable[None]]
