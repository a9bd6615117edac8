"""What the browser tests do to a page of the app: open it, move its controls, and wait until it has answered."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from .conftest import PATIENCE


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)


def settle(page: Page) -> None:
    """Until the script has run to its end, the browser has the code for all that it shows, and shows it."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.locator("html.arriving")).to_have_count(0)  # see cnnplay/ui/first_document.js


def expect_net(page: Page, net: str) -> None:
    expect(page).to_have_url(re.compile(rf"[?&]net={net}(&|$)"))
    settle(page)


def slide(page: Page, label: str, net: str) -> None:
    """Move a slider of the sidebar a step to the right by the keyboard; the link then has this network."""
    page.get_by_test_id("stSidebar").get_by_role("slider", name=label).press("ArrowRight")
    expect_net(page, net)


def button(page: Page, name: str) -> Locator:
    """A button of ours: while a script runs, Streamlit's own header has a Stop of another kind."""
    ours = page.locator("[data-testid=stMain], [data-testid=stSidebar]")
    return ours.get_by_role("button", name=name, exact=True)


def chip(page: Page) -> Locator:
    """What the page says which network it looks at; opened, it has the switch."""
    return page.locator(".st-key-chip").get_by_test_id("stPopoverButton")


def main_progress(page: Page) -> Locator:
    """The bar of the page Training; the sidebar has one as well while a run trains."""
    return page.get_by_test_id("stMain").get_by_test_id("stProgress")


def last_step(page: Page) -> int:
    return int(page.get_by_test_id("curves").get_attribute("data-last-step") or 0)


def wait_for_step(page: Page, step: int) -> None:
    """Until the curve has reached a step."""
    page.wait_for_function(
        """step => {
            const find = root => {
                for (const element of root.querySelectorAll('*')) {
                    if (element.dataset?.testid === 'curves') return element
                    const inside = element.shadowRoot && find(element.shadowRoot)
                    if (inside) return inside
                }
            }
            return Number(find(document)?.dataset.lastStep ?? 0) >= step
        }""",
        arg=step,
        timeout=2 * PATIENCE,
    )


def go(page: Page, title: str) -> None:
    """To a page of the navigation, where one is not there already."""
    heading = page.get_by_role("heading", level=1, name=title, exact=True)
    if not heading.is_visible():
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    expect(heading).to_be_visible()
    settle(page)


def open_tab(page: Page, name: str) -> None:
    tab = page.get_by_test_id("stTabs").get_by_role("tab", name=name, exact=True)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    settle(page)


def move_slider(page: Page, label: str, *keys: str) -> None:
    """Press keys on a slider of the page itself; those of the sidebar may have the same names."""
    slider = page.get_by_test_id("stMain").get_by_role("slider", name=label)
    for key in keys:
        slider.press(key)


def choose(page: Page, label: str, option: str) -> None:
    """Take another option of a list of the page itself."""
    box = page.get_by_test_id("stMain").get_by_role("combobox", name=label)
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(option)
        return
    box.scroll_into_view_if_needed()
    wait_frames(page, 3)  # a list that has just been opened closes where the page scrolls
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Until a condition holds that no single attribute tells."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < deadline, "the condition was waited for in vain"
        page.wait_for_timeout(20)


def wait_frames(page: Page, count: int) -> None:
    """Let the browser draw this many frames: what has not moved by then stands still."""
    page.evaluate(
        """left => new Promise(done => {
            const next = () => { left -= 1; left < 0 ? done() : requestAnimationFrame(next) }
            next()
        })""",
        count,
    )


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 5) -> None:
    """With the mouse, from one point of the screen to another."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)
    page.mouse.up()


BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 21, 27)"}  # of .streamlit/config.toml


def turn_to_scheme(page: Page, scheme: Any) -> None:
    """Have the browser want a light or a dark page, which comes at once."""
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", BACKGROUNDS[scheme])


def parts_of(address: str) -> tuple[str, dict[str, list[str]]]:
    """Path and parameters of an address, without the visitor's own run."""
    split = urlsplit(address)
    return split.path.rstrip("/"), {name: values for name, values in parse_qs(split.query).items() if name != "run"}


def expect_in_link(page: Page, name: str, value: str) -> None:
    """Until the address has this parameter, and the page has been drawn with it."""
    wait_until(page, lambda: parts_of(page.url)[1].get(name) == [value])
    settle(page)
