"""What a visitor sees of a training: the network at work, its epochs afterwards, and the buttons by keyboard."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import PATIENCE
from .driving import button, main_progress, open_page, settle, wait_until

MAP, BARS = ".pair .map", ".bars .value"


def pixels(network: Locator) -> str:
    """What the first feature map looks like."""
    return str(network.locator(MAP).first.evaluate("canvas => canvas.toDataURL()"))


def test_the_network_changes_while_it_trains_and_its_elements_stay(page: Page, app: str) -> None:
    open_page(page, f"{app}/training?epochs=50&batch=8&seed=3")
    network = page.get_by_test_id("live-network")
    expect(network.get_by_test_id("live-title")).to_have_text("The network before training")
    network.evaluate("node => { node.witness = 'the same node' }")
    button(page, "Start").click()
    seen, titles = {pixels(network)}, set()
    for _ in range(4):
        before, said = pixels(network), network.locator(BARS).all_inner_texts()
        wait_until(page, lambda before=before: pixels(network) != before)
        seen.add(pixels(network))
        titles.add(network.get_by_test_id("live-title").inner_text())
        assert len(said) == 10
    assert len(seen) >= 4
    assert all(re.fullmatch(r"The network after step [\d,]+", title) for title in titles), titles
    assert network.evaluate("node => node.witness") == "the same node"
    expect(network.get_by_test_id("live-picture")).to_have_attribute(
        "aria-label", re.compile(r"It answers \d \(.*6 filters")
    )
    button(page, "Pause").click()
    expect(page.get_by_text("paused:")).to_be_visible()


def test_the_epochs_are_walked_through_afterwards(page: Page, app: str) -> None:
    open_page(page, f"{app}/training?images=1000&epochs=3")
    button(page, "Start").click()
    expect(page.get_by_text("finished:")).to_be_visible()
    network = page.get_by_test_id("live-network")
    title = network.get_by_test_id("live-title")
    expect(title).to_have_text("The network after epoch 3")
    settle(page)
    last = pixels(network)
    scrub = network.get_by_test_id("live-scrub")
    scrub.press("Home")
    expect(title).to_have_text("The network before training")
    assert pixels(network) != last
    scrub.press("ArrowRight")
    expect(title).to_have_text("The network after epoch 1")
    expect(scrub).to_have_attribute("aria-valuetext", "after epoch 1")
    network.get_by_test_id("live-play").click()
    expect(title).to_have_text("The network after epoch 3")
    assert pixels(network) == last


def test_one_button_starts_pauses_and_resumes_by_keyboard(page: Page, app: str) -> None:
    open_page(page, f"{app}/training?epochs=50&batch=8&seed=4")
    button(page, "Start").focus()
    page.keyboard.press("Enter")
    expect(main_progress(page)).to_contain_text("training: epoch 1")
    expect(button(page, "Pause")).to_be_focused()
    page.keyboard.press("Enter")
    expect(main_progress(page)).to_contain_text("paused:")
    expect(button(page, "Resume")).to_be_focused()
    page.keyboard.press("Enter")
    expect(main_progress(page)).to_contain_text("training:")
    button(page, "Pause").click()
    expect(main_progress(page)).to_contain_text("paused:")


def test_the_bar_of_a_training_is_in_sight_on_other_pages_and_pauses_it(page: Page, app: str) -> None:
    open_page(page, f"{app}/training?epochs=50&batch=8&seed=6")
    button(page, "Start").click()
    expect(main_progress(page)).to_contain_text("training: epoch")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Pooling").click()
    bar = page.get_by_test_id("stSidebar").get_by_test_id("stProgress")
    expect(bar).to_contain_text(re.compile(r"6 filters 2×2, max 2: epoch \d+ of 50"))
    expect(bar).to_be_in_viewport()
    button(page, "Pause").click()
    expect(bar).to_have_count(0)


def test_start_is_in_the_first_screen_of_a_phone(chromium: Browser, app: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    open_page(page, f"{app}/training")
    expect(button(page, "Start")).to_be_in_viewport(ratio=1)
    context.close()
