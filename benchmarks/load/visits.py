"""What visitors do with their tabs: those who look around, those who train, those who pass by."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException

from cnnplay.bounds import bounds
from cnnplay.training.config import TrainConfig

from .plan import DEEDS, PAGE_CHANGES, PAGES, PAUSE, SHORT_PAUSE, SLIDERS, TRAINED, TRAINS, WATCHES, own_network
from .tab import Tab, TabError


@dataclass
class Diary:
    """What visitors have met with: seconds that they waited, problems, and when which session was closed."""

    opened: list[float] = field(default_factory=list)
    answered: dict[str, list[float]] = field(default_factory=dict)  # by what was done: a slider's key, a page
    updates: list[float] = field(default_factory=list)  # of live curves
    problems: list[str] = field(default_factory=list)
    closed: dict[str, float] = field(default_factory=dict)  # session: when

    def note(self, deed: str, seconds: float) -> None:
        self.answered.setdefault(deed, []).append(seconds)


async def visit(port: int, diary: Diary, deeds: Callable[[Tab], Awaitable[None]], page: str, **link: object) -> None:
    """Open a tab by a link, do something in it, close it. What goes wrong comes into the diary."""
    tab = None
    try:
        tab, seconds = await Tab.open(port, page, urlencode(link))
        diary.opened.append(seconds)
        await deeds(tab)
    except (TabError, WebSocketException, OSError) as error:
        diary.problems.append(f"{type(error).__name__}: {error}")
    finally:
        if tab:
            await tab.close()
            diary.closed[tab.session] = time.monotonic()
            diary.updates += tab.updates
            diary.problems += tab.problems


async def look_around(port: int, diary: Diary, chance: Random, until: float) -> None:
    """Move sliders and change pages, with pauses, until a time."""

    async def deeds(tab: Tab) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(*PAUSE))
            await do_something(tab, diary, chance)

    await asyncio.sleep(chance.uniform(*PAUSE))
    await visit(port, diary, deeds, chance.choice(PAGES))


async def do_something(tab: Tab, diary: Diary, chance: Random) -> None:
    here = sorted(SLIDERS.keys() & set(tab.keys()))
    if not here or chance.random() < PAGE_CHANGES:
        page = chance.choice(PAGES)
        diary.note(f"to {page or 'home'}", await tab.go(page))
    else:
        slider = chance.choice(here)
        diary.note(slider, await tab.move(slider, chance.choice(SLIDERS[slider])))


async def train(port: int, diary: Diary, chance: Random, until: float, number: int) -> None:
    """Train a network with a seed of one's own and watch, smoothing its curve now and then, until a time."""

    async def deeds(tab: Tab) -> None:
        diary.note("run_start", await tab.press("run_start"))
        while time.monotonic() < until:
            await asyncio.sleep(chance.uniform(*PAUSE))
            diary.note("smoothing", await tab.move("smoothing", chance.choice(SLIDERS["smoothing"])))

    network, batch = TRAINED[number % len(TRAINED)]
    longest = bounds(TrainConfig, "epochs")[1]
    await visit(port, diary, deeds, "training", net=network, batch=batch, seed=number + 1, epochs=longest)


async def pass_by(port: int, diary: Diary, chance: Random, number: int) -> None:
    """Come, do a few things, go; some train a network that nobody had, and leave while it does."""

    async def look(tab: Tab) -> None:
        for _ in range(chance.randint(*DEEDS)):
            await asyncio.sleep(chance.uniform(*SHORT_PAUSE))
            await do_something(tab, diary, chance)

    async def start(tab: Tab) -> None:
        await asyncio.sleep(chance.uniform(*SHORT_PAUSE))
        diary.note("to training", await tab.go("training"))
        diary.note("run_start", await tab.press("run_start"))
        await asyncio.sleep(WATCHES)

    if number % TRAINS == 0:
        await visit(port, diary, start, chance.choice(PAGES), net=own_network(number // TRAINS))
    else:
        await visit(port, diary, look, chance.choice(PAGES))
