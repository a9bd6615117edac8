"""Nothing moves under a visitor's hand: neither while a page comes nor while a control of the sidebar is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.browser.observe import Shift, describe, settled, shifts, watch

from .conftest import PATIENCE
from .driving import button, open_page, settle, turn_to_scheme, wait_frames, wait_until

PAGES = sorted(file.stem for file in (Path(__file__).parents[2] / "pages").glob("*.py"))
SCREENS = {"laptop": (1280, 900), "phone": (390, 844)}
MOST = 0.05  # of the browser's measure: the share of the screen that moved times how far, of the screen's longer side


@contextmanager
def watched(chromium: Browser, screen: str) -> Iterator[Page]:
    """A fresh visitor whose pages are watched."""
    width, height = SCREENS[screen]
    phone = screen == "phone"
    context = chromium.new_context(viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone)
    context.set_default_timeout(PATIENCE)
    watch(context)
    yield context.new_page()
    context.close()


@pytest.fixture(autouse=True, scope="module")
def warm(app: str, chromium: Browser) -> None:
    """The server has imported what its pages need: the first page after a start takes longer, and is measured apart."""
    with watched(chromium, "laptop") as page:
        for name in ("stride_padding", "inside"):
            page.goto(f"{app}/{name}")
            settled(page)


class Came(NamedTuple):
    """A page that has come: what moved meanwhile, and what it asked for in vain."""

    page: Page
    moved: list[Shift]
    missing: list[str]


@contextmanager
def come(name: str, screen: str, app: str, chromium: Browser) -> Iterator[Came]:
    with watched(chromium, screen) as page:
        missing: list[str] = []
        page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
        page.goto(f"{app}/{'' if name == 'home' else name}", wait_until="commit")
        settled(page)
        yield Came(page, [shift for shift in shifts(page) if not shift.recent], missing)


@pytest.fixture(scope="module", params=PAGES)
def laptop(request: pytest.FixtureRequest, app: str, chromium: Browser) -> Iterator[Came]:
    with come(request.param, "laptop", app, chromium) as came:
        yield came


@pytest.fixture(scope="module", params=PAGES)
def phone(request: pytest.FixtureRequest, app: str, chromium: Browser) -> Iterator[Came]:
    with come(request.param, "phone", app, chromium) as came:
        yield came


def test_a_page_comes_without_moving_on_a_laptop(laptop: Came) -> None:
    assert sum(shift.value for shift in laptop.moved) <= MOST, describe(laptop.moved)


def test_a_deep_link_asks_for_nothing_that_is_not_there(laptop: Came) -> None:
    assert laptop.missing == []


def test_a_slider_of_the_sidebar_moves_nothing_but_itself(laptop: Came) -> None:
    """Kernel sizes 3 to 5: the preset's network becomes one of the visitor's own at the first."""
    page = laptop.page
    slider = page.get_by_test_id("stSidebar").get_by_role("slider", name="Kernel size")
    slider.focus()
    place, before = slider.bounding_box(), len(shifts(page))
    for kernel in (3, 4, 5):
        slider.press("ArrowRight")
        wait_until(page, lambda kernel=kernel: f"net=conv6k{kernel}-" in page.url)
        settle(page)
        now = slider.bounding_box()
        assert now and place and now["y"] == place["y"]
    settled(page)
    moved = shifts(page)[before:]
    assert sum(shift.value for shift in moved) <= MOST, describe(moved)


def test_a_page_comes_without_moving_on_a_phone(phone: Came) -> None:
    assert sum(shift.value for shift in phone.moved) <= MOST, describe(phone.moved)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_down_and_never_sideways(phone: Came, scheme: str) -> None:
    turn_to_scheme(phone.page, scheme)
    settle(phone.page)
    wait_frames(phone.page, 3)
    assert phone.page.get_by_test_id("stMain").evaluate("node => node.scrollWidth <= node.clientWidth")


def test_nothing_moves_while_the_kernel_of_the_convolution_grows(app: str, chromium: Browser) -> None:
    """From 2 to 7: neither the slider, nor the picture, nor Play, nor what is below the sum."""
    with watched(chromium, "laptop") as page:
        page.goto(f"{app}/convolution", wait_until="commit")
        settled(page)
        slider = page.get_by_test_id("stMain").get_by_role("slider", name="Kernel size")
        still = [slider, *map(page.get_by_test_id, ("player-input", "player-play")), button(page, "Rotate")]
        before = [one.bounding_box() for one in still]
        slider.focus()
        for kernel in range(3, 8):
            slider.press("ArrowRight")
            expect(page.get_by_test_id("player-kernel")).to_contain_text(f"{kernel} × {kernel}")
            settle(page)
            now = [one.bounding_box() for one in still]
            assert [place and place["y"] for place in now] == [place and place["y"] for place in before], kernel


def test_the_picture_and_play_are_on_the_first_screen_of_a_laptop(app: str, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    open_page(page, f"{app}/convolution")
    expect(page.get_by_test_id("player-play")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("player-input")).to_be_in_viewport(ratio=1)
    another, field = button(page, "Another").bounding_box(), page.get_by_label("Digit", exact=True).bounding_box()
    assert another and field and another["x"] > field["x"] and abs(another["y"] - field["y"]) < field["height"]
    page.close()
