"""Where the server takes long, the page says so; what the visitor did meanwhile is not lost."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import served, visitor
from .driving import button, expect_net, open_page, settle, slide

FEW_SECONDS = 12_000  # milliseconds: LATE of late.js, and some


@contextmanager
def halted(address: str) -> Iterator[None]:
    """The server's process stands still meanwhile."""
    port = address.rpartition(":")[2]
    (server,) = [child for child in psutil.Process().children() if port in child.cmdline()]
    server.suspend()
    try:
        yield
    finally:
        server.resume()


@pytest.fixture
def own_server() -> Iterator[str]:
    with served() as address:
        yield address


def note(page: Page) -> Locator:
    return page.locator(".late")


def test_a_late_answer_is_announced_and_nothing_is_lost(own_server: str, chromium: Browser) -> None:
    with visitor(chromium) as page:
        open_page(page, f"{own_server}/architecture")
        slide(page, "Filters", "conv7k2-relu-max2-flatten-dense10")
        settle(page)
        expect(note(page)).to_be_empty()
        with halted(own_server):
            button(page, "Undo").click()
            expect(note(page)).to_have_text("The server is busy. What you did is on its way.", timeout=FEW_SECONDS)
        expect(note(page)).to_be_empty()
        settle(page)
        expect_net(page, "conv6k2-relu-max2-flatten-dense10")
