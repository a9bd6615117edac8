"""A visitor in a real Chromium: acts one after another, and what must hold after each."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Error, Page, WebSocket, expect, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.driving import chip, last_step, settle, wait_until
from tests.browser.find_chromium import find_chromium

from ..load.process import ServerError
from . import invariants
from .choices import Act, Weighted, next_step
from .deserved import is_deserved
from .hands import Hands
from .plan import MOST_LETTERS, PAUSE
from .trace import Step
from .visitor import first_link
from .world import World

INTERRUPTED = (Error, AssertionError, OSError, ServerError)
PATIENCE = 60_000  # milliseconds


class Surfer(Hands):
    """One of three. page: its tab; hold_line: cuts or mends its line."""

    def __init__(self, number: int, world: World, port: int, browser: Browser, hold_line: Callable[[bool], None]):
        super().__init__(number, world)
        self.port, self.browser, self.hold_line = port, browser, hold_line
        self.page: Page
        self._errors: list[str] = []

    def begin(self) -> None:
        """A new visitor, who follows the first link."""
        self.trace.clear()
        self.failed = False
        for context in self.browser.contexts:
            context.close()
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        page, query = first_link(self.number)
        self.open(f"http://127.0.0.1:{self.port}/{page}?{query}")

    def open(self, address: str) -> None:
        """In a new tab, in place of the one before."""
        (context,) = self.browser.contexts
        for page in context.pages:
            page.close()
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self._errors.append(f"pageerror: {error}"))
        self.page.on("request", self._is_from_here)
        self.page.on("websocket", self._listen)
        self.page.goto(address)
        self.settle()

    def settle(self) -> None:
        expect(self.page.get_by_role("heading", level=1).first).to_be_visible()
        settle(self.page)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self.watch(data if isinstance(data, bytes) else data.encode()))

    def _is_from_here(self, request: Any) -> None:
        if not request.url.startswith(
            (f"http://127.0.0.1:{self.port}", f"ws://127.0.0.1:{self.port}", "data:", "blob:")
        ):
            self._errors.append(f"a request to elsewhere: {request.url}")

    @property
    def query(self) -> str:
        return urlsplit(self.page.url).query

    def act(self, step: Step, rows: "Mapping[str, Click]") -> None:
        """Carry out a step and check."""
        began = time.monotonic()
        with self.carrying_out(step, f"{step.act} (Chromium)"):
            try:
                rows[step.act].do(self, Random(step.seed))
                self.settle()
                self.check(began)
            except INTERRUPTED as error:
                if not self.world.weather.interrupted_since(began):
                    found = f"{type(error).__name__}: {str(error)[:MOST_LETTERS]}"
                    self.fail("answer", f"{step.act} at {self.page.url}: {found}")
                self.come_back()

    def come_back(self) -> None:
        """After a fault, by the link."""
        self.world.weather.wait_until_clear()
        self.hold_line(False)
        for _ in range(10):
            with suppress(*INTERRUPTED):
                self.open(self.page.url)
                break
            time.sleep(1.0)
            self.world.weather.wait_until_clear()
        else:
            self.fail("answer", "the browser could not come back within 10 attempts")
        self._errors.clear()

    def check(self, began: float) -> None:
        """All that must hold after an act, which began then."""
        for text in self.page.get_by_test_id("stException").all_text_contents():
            self.fail("exception", text)
        followed = self._becomes(lambda: not self._undeserved())  # one of an edit before goes with the next answer
        if not followed and not self.world.weather.interrupted_since(began):
            for text in self._undeserved():
                self.fail("red box", f"{text} (at {self.page.url})")
        for error in self._errors if not self.world.weather.interrupted_since(began) else ():
            self.fail("browser", f"{error} (at {self.page.url})")
        self.check_foreign()
        self._errors.clear()
        self._check_numbers()

    def _check_numbers(self) -> None:
        """The chip, and on the page Training the curve, against the engine."""
        texts = [chip(self.page).inner_text()] if chip(self.page).count() else []
        drawn = 0
        if "/training" in self.page.url:
            expect(self.page.get_by_test_id("curves")).to_have_count(1)  # none is left of the page before
            drawn = last_step(self.page)
        seen, (run, *_) = self.world.observe_now(), parse_qs(self.query).get("run", [""])
        if run not in seen["runs"]:
            return
        visit = seen["runs"][run]["visit"]
        with self.world.lock:
            self.world.owners[visit] = self.number
        runs = [each for each in seen["runs"].values() if each["visit"] == visit]
        for wrong in invariants.disagreements(None, texts, runs):
            self.fail("numbers", wrong)
        step = seen["runs"][run]["step"]
        # What was reset is drawn a frame later.
        if drawn > step and not self._becomes(lambda: self._is_drawn(lambda last: last <= step)):
            self.fail("numbers", f"the curve is drawn up to step {drawn}, and the run is at {step}")
        if "/training" in self.page.url and seen["runs"][run]["status"] in ("paused", "finished"):
            wait_until(self.page, lambda: self._is_drawn(lambda last: last == step))

    def _is_drawn(self, holds: Callable[[int], bool]) -> bool:
        """Whether this holds for the last step of the curves. A page that is drawn anew can have two of them."""
        return self.page.get_by_test_id("curves").count() == 1 and holds(last_step(self.page))

    def _undeserved(self) -> list[str]:
        boxes = self.page.get_by_test_id("stAlertContentError").all_text_contents()
        return [text for text in boxes if not is_deserved(text, self.query, self.files)]

    def _becomes(self, holds: Callable[[], bool]) -> bool:
        """Whether the page becomes so, within the browser's patience."""
        try:
            wait_until(self.page, holds)
        except AssertionError:
            return False
        return True

    def live(self, rows: "Mapping[str, Click]", chance: Random, until: float) -> None:
        """Act until then; where a promise was broken, begin anew."""
        self._begin()
        while time.monotonic() < until and not self.world.given_up:
            with suppress(*INTERRUPTED):
                here = [Weighted(row.name, row.weight) for row in rows.values() if row.applies(self)]
                self.act(next_step(here, chance), rows)
            if self.failed:
                self._begin()
            time.sleep(chance.uniform(*PAUSE) / 2)

    def _begin(self) -> None:
        for _ in range(10):
            with suppress(*INTERRUPTED):
                self.begin()
                return
            time.sleep(1.0)
            self.world.weather.wait_until_clear()
        self.fail("answer", "the browser could not begin")


Click = Act[Surfer, None]


@contextmanager
def surfer(world: World, number: int, port: int, hold_line: Callable[[bool], None]) -> Iterator[Surfer]:
    """A visitor with a Chromium of its own, in the thread that calls."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=FLAGS)
        try:
            yield Surfer(number, world, port, browser, hold_line)
        finally:
            browser.close()
