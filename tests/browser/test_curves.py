"""What a visitor does with the live curves: read them by keys and by pointer, zoom, change the axes."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .driving import button, open_page


@pytest.fixture
def curves(page: Page, app: str) -> Locator:
    """The curves of a run that has finished: 32 steps of an epoch, twice."""
    open_page(page, f"{app}/training?images=1000&epochs=2")
    button(page, "Start").click()
    found = page.get_by_test_id("curves")
    expect(found).to_have_attribute("data-last-step", "64")
    return found


def test_curves_are_read_and_zoomed_by_keys(page: Page, curves: Locator) -> None:
    plot = curves.get_by_role("application").first
    expect(plot).to_have_attribute("aria-label", re.compile(r"^Loss at step 64: training \d.*test \d"))
    plot.press("End")
    expect(curves.get_by_role("status")).to_contain_text(re.compile(r"^step 64 · epoch 2\.00\. .*Loss \d\.\d+, test"))
    plot.press("Home")
    expect(curves.get_by_role("status")).to_contain_text("step 1 ·")
    plot.press("+")
    expect(curves).to_have_attribute("data-zoomed", "true")
    plot.press("0")
    expect(curves).to_have_attribute("data-zoomed", "false")
    plot.press("Escape")
    expect(curves.locator(".tooltip")).to_be_hidden()


def test_a_table_follows_the_pointer_and_the_axes_can_be_changed(page: Page, curves: Locator) -> None:
    panel = page.get_by_test_id("curves-accuracy").locator(".u-over")
    panel.hover()
    table = curves.locator(".tooltip")
    expect(table).to_contain_text(re.compile(r"step 3\d · epoch"))  # the middle of 64 steps
    expect(table).to_contain_text("%")
    curves.get_by_role("button", name="Steps", exact=True).click()
    expect(curves.get_by_role("button", name="Steps", exact=True)).to_have_attribute("aria-pressed", "true")
    before = curves.get_by_test_id("curves-loss").locator("canvas").evaluate("canvas => canvas.toDataURL()")
    curves.get_by_role("button", name="Log", exact=True).click()
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before",
        arg=[curves.get_by_test_id("curves-loss").locator("canvas").element_handle(), before],
    )
