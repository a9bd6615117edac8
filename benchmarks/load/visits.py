"""What visitors do in their tabs: look around, train, or pay a short visit."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException

from cnnplay.bounds import bounds
from cnnplay.training.config import TrainConfig

from .plan import (
    ACTIONS,
    PAGE_CHANGES,
    PAGES,
    PAUSE,
    SHORT_PAUSE,
    SLIDERS,
    TRAIN_EVERY,
    TRAINED,
    WATCH_SECONDS,
    unseen_network,
)
from .tab import Tab, TabError

SMOOTHING = "curves.smoothing"  # the slider that is there while a network trains


@dataclass
class Diary:
    """The experience of visitors: seconds of waiting, problems, and when each session closed."""

    opened: list[float] = field(default_factory=list)
    answered: dict[str, list[float]] = field(default_factory=dict)  # action (a slider's key or a page): seconds
    updates: list[float] = field(default_factory=list)  # of live curves
    problems: list[str] = field(default_factory=list)
    closed: dict[str, float] = field(default_factory=dict)  # session: when

    def note(self, action: str, seconds: float) -> None:
        self.answered.setdefault(action, []).append(seconds)


async def visit(port: int, diary: Diary, actions: Callable[[Tab], Awaitable[None]], page: str, **link: object) -> None:
    """Open a tab by a link, act in it, close it. The diary notes what goes wrong."""
    tab = None
    try:
        tab, seconds = await Tab.open(port, page, urlencode(link))
        diary.opened.append(seconds)
        await actions(tab)
    except (TabError, WebSocketException, OSError) as error:
        diary.problems.append(f"{type(error).__name__}: {error}")
    finally:
        if tab:
            await tab.close()
            diary.closed[tab.session] = time.monotonic()
            diary.updates += tab.updates
            diary.problems += tab.problems


async def look_around(port: int, diary: Diary, generator: Random, until: float) -> None:
    """Move sliders and change pages, with pauses, until the time `until`."""

    async def actions(tab: Tab) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(generator.uniform(*PAUSE))
            await do_something(tab, diary, generator)

    await asyncio.sleep(generator.uniform(*PAUSE))
    await visit(port, diary, actions, generator.choice(PAGES))


async def do_something(tab: Tab, diary: Diary, generator: Random) -> None:
    here = sorted(SLIDERS.keys() & set(tab.keys()))
    if not here or generator.random() < PAGE_CHANGES:
        page = generator.choice(PAGES)
        diary.note(f"to {page or 'home'}", await tab.go(page))
    else:
        slider = generator.choice(here)
        diary.note(slider, await tab.move(slider, generator.choice(SLIDERS[slider])))


async def train(port: int, diary: Diary, generator: Random, until: float, number: int) -> None:
    """Train a network with its own seed and watch, moving the smoothing slider, until the time `until`."""

    async def actions(tab: Tab) -> None:
        diary.note("run_start", await tab.press("run_start"))
        while time.monotonic() < until:
            await asyncio.sleep(generator.uniform(*PAUSE))
            diary.note(SMOOTHING, await tab.move(SMOOTHING, generator.choice(SLIDERS[SMOOTHING])))

    network, batch = TRAINED[number % len(TRAINED)]
    longest = bounds(TrainConfig, "epochs")[1]
    await visit(port, diary, actions, "training", net=network, batch=batch, seed=number + 1, epochs=longest)


async def short_visit(port: int, diary: Diary, generator: Random, number: int) -> None:
    """Act a few times and leave; every fourth visitor trains a new network and leaves during training."""

    async def look(tab: Tab) -> None:
        for _ in range(generator.randint(*ACTIONS)):
            await asyncio.sleep(generator.uniform(*SHORT_PAUSE))
            await do_something(tab, diary, generator)

    async def start(tab: Tab) -> None:
        await asyncio.sleep(generator.uniform(*SHORT_PAUSE))
        diary.note("to training", await tab.go("training"))
        diary.note("run_start", await tab.press("run_start"))
        await asyncio.sleep(WATCH_SECONDS)

    if number % TRAIN_EVERY == 0:
        await visit(port, diary, start, generator.choice(PAGES), net=unseen_network(number // TRAIN_EVERY))
    else:
        await visit(port, diary, look, generator.choice(PAGES))
