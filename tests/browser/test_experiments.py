"""An experiment in a browser: asked, trained while one watches, read by keyboard, opened, and there after a reload."""

import re

from playwright.sync_api import Page, expect

from .driving import button, chip, open_page, settle

QUESTION = "experiment.vary=kernel:2,5&experiment.seeds=2&experiment.epochs=1&experiment.images=500"
PATIENCE = 240_000  # milliseconds, for the process that trains to start on a busy machine


def test_a_question_is_answered_and_a_run_of_it_opened(page: Page, app: str) -> None:
    open_page(page, f"{app}/experiments?{QUESTION}")
    expect(page.get_by_text("4 runs")).to_be_visible()
    values = page.locator("[data-field=experiment_values_0]")
    for size in ("3×3", "3×3"):  # one more value, and away again
        values.get_by_text(size, exact=True).click()
    button(page, "Start").press("Enter")
    expect(button(page, "Pause")).to_be_visible()
    expect(button(page, "Start")).to_be_focused()
    dots = page.get_by_role("group", name="Runs").get_by_role("button")
    expect(dots.first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("All 4 runs are done")).to_be_visible(timeout=PATIENCE)
    expect(dots).to_have_count(4)
    expect(page.get_by_text(re.compile("Kernel size")).first).to_be_visible()
    settle(page)
    page.get_by_text("Test loss", exact=True).click()
    expect(page.get_by_role("heading", name="Test loss of every run, by kernel size")).to_be_visible()
    page.locator("[data-field*=points]").get_by_text("Test accuracy", exact=True).click()
    expect(page.get_by_role("heading", name="Test accuracy of every run, by kernel size")).to_be_visible()
    settle(page)

    dots.first.focus()
    page.keyboard.press("ArrowRight")
    expect(dots.nth(1)).to_be_focused()
    expect(dots.nth(1)).to_have_attribute("aria-label", re.compile(r"^kernel 2×2, seed 1: \d+\.\d\d %$"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=experiment_run] select")).to_have_value(re.compile("^kernel 2×2, seed 1: "))

    page.reload()
    expect(page.get_by_text("All 4 runs are done")).to_be_visible()
    settle(page)
    runs = page.locator("[data-field=experiment_run] select")
    runs.select_option(runs.locator("option", has_text="kernel 5×5, seed 0").inner_text())
    settle(page)
    button(page, "Look inside").click()
    expect(page.get_by_role("heading", level=1, name="Look inside")).to_be_visible()
    expect(chip(page)).to_contain_text("6 filters 5×5, max 2 · run 1, epoch 1 of 1")
