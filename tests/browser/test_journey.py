"""What a person does: choose a network, read its table, train it on all of MNIST, leave, come back, reload, pause."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import PATIENCE, served
from .driving import button, expect_net, last_step, main_progress, open_page, settle, slide, wait_for_step

PAGES = sorted(file.stem for file in (Path(__file__).parents[2] / "pages").glob("*.py"))


def test_the_whole_lesson(page: Page, app: str) -> None:
    open_page(page, f"{app}/architecture?epochs=50")  # so that it is still at it when it is paused
    table = page.get_by_test_id("stTable")
    expect(table).to_contain_text("27×27×6")
    expect(table).to_contain_text("⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27".replace(" ", "\u00a0"))

    # Filters and kernel size change, and the table, the picture and the link with them.
    slide(page, "Filters", "conv7k2-relu-max2-flatten-dense10")
    expect(table).to_contain_text("27×27×7")
    slide(page, "Kernel size", "conv7k3-relu-max2-flatten-dense10")
    expect(table).to_contain_text("26×26×7")
    expect(page.get_by_test_id("volumes").locator("[data-layer=conv1]")).to_have_attribute("data-shape", "26,26,7")

    # Back to the notebook's network by Undo, to the training page by the navigation: the choice comes along.
    button(page, "Undo").click()
    expect_net(page, "conv7k2-relu-max2-flatten-dense10")
    button(page, "Undo").click()
    expect_net(page, "conv6k2-relu-max2-flatten-dense10")
    expect(table).to_contain_text("27×27×6")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Training").click()
    expect(page.get_by_role("heading", level=1, name="Training")).to_be_visible()
    expect_net(page, "conv6k2-relu-max2-flatten-dense10")

    # Train, and see the curve advance.
    button(page, "Start").click()
    wait_for_step(page, 1)
    first = last_step(page)
    wait_for_step(page, first + 200)

    # Leave and come back: it went on meanwhile. Reload: it is still this run.
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Architecture").click()
    expect(page.get_by_role("heading", level=1, name="Architecture")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Training").click()
    wait_for_step(page, first + 250)
    expect(page).to_have_url(re.compile("[?&]run="))  # the navigation's link had none: the page puts it in
    before = last_step(page)
    page.reload()
    wait_for_step(page, before)

    # After an epoch of all 60,000 images, more than 90 % of the 10,000 test images are read correctly.
    wait_for_step(page, 1875)
    accuracy = page.get_by_test_id("stMetric").filter(has_text="Test accuracy now")
    expect(accuracy).to_be_visible(timeout=2 * PATIENCE)
    assert float(re.search(r"([\d.]+) %", accuracy.inner_text())[1]) > 90

    # Pause: it stands still.
    button(page, "Pause").click()
    expect(page.get_by_text("paused:")).to_be_visible()
    settle(page)
    stopped = last_step(page)
    expect(button(page, "Resume")).to_be_enabled()
    page.reload()
    wait_for_step(page, stopped)
    assert last_step(page) == stopped


def test_zoom_survives_while_the_curve_advances(page: Page, app: str) -> None:
    open_page(page, f"{app}/training?epochs=50&seed=5")
    button(page, "Start").click()
    wait_for_step(page, 50)
    curves = page.get_by_test_id("curves")
    box = page.get_by_test_id("curves-loss").bounding_box()
    curves.scroll_into_view_if_needed()
    box = page.get_by_test_id("curves-loss").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.up()
    expect(curves).to_have_attribute("data-zoomed", "true")
    curves.evaluate("node => { node.witness = 'the same node' }")
    wait_for_step(page, last_step(page) + 100)
    expect(curves).to_have_attribute("data-zoomed", "true")
    assert curves.evaluate("node => node.witness") == "the same node"
    button(page, "Pause").click()
    expect(page.get_by_text("paused:")).to_be_visible()


def test_steps_and_a_second_run_to_compare(page: Page, app: str) -> None:
    open_page(page, f"{app}/training?images=1000&epochs=2")
    button(page, "One step").click()
    wait_for_step(page, 1)
    expect(page.get_by_text("paused:")).to_be_visible()
    assert last_step(page) == 1
    button(page, "One epoch").click()
    wait_for_step(page, 32)
    expect(page.get_by_text("What it can do")).to_be_visible()
    assert last_step(page) == 32
    button(page, "Resume").click()
    expect(page.get_by_text("finished:")).to_be_visible()

    # Another number of filters: a second run, laid over the first, told apart by what differs; the first can go.
    slide(page, "Filters", "conv7k2-relu-max2-flatten-dense10")
    button(page, "Start").click()
    expect(page.get_by_text(re.compile(r"^7 filters, \d\d\.\d % finished:"))).to_be_visible()
    legend = page.get_by_test_id("curves")
    expect(legend).to_contain_text(re.compile(r"7 filters, \d\d\.\d %"))
    expect(legend).to_contain_text(re.compile(r"6 filters, \d\d\.\d %"))
    page.get_by_role("button", name=re.compile("^Remove 6 filters")).click()
    expect(legend).not_to_contain_text("6 filters")


def test_a_network_that_does_not_fit_is_mended_by_a_button(page: Page, app: str) -> None:
    open_page(page, f"{app}/architecture?net=conv6k11-relu-max6-conv4k11-relu-flatten-dense10")
    sentence = "conv2 (4 filters 11×11) does not fit on 3 × 3 × 6"
    expect(page.get_by_test_id("stSidebar").get_by_text(sentence)).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("button", name="Use a 3×3 window in conv2").click()
    expect(page.get_by_test_id("stTable").filter(has_text="1×1×4")).to_be_visible()
    expect(page.get_by_text("does not fit")).to_have_count(0)


def test_a_run_that_diverges_says_why_and_offers_a_smaller_rate(page: Page, app: str) -> None:
    net = "conv6k2-max2-flatten-dense10"
    open_page(page, f"{app}/training?net={net}&optimizer=momentum&rate=10&images=2000&epochs=2")
    button(page, "Start").click()
    expect(page.get_by_text(re.compile(r"At step \d+ the loss became"))).to_be_visible()
    page.get_by_role("button", name="Train again with learning rate 0.01").click()
    expect(page).to_have_url(re.compile("rate=0.01(&|$)"))
    expect(main_progress(page)).to_contain_text(re.compile("run 2|0.01"))


@pytest.mark.parametrize("name", PAGES)
def test_a_deep_link_opens_every_page_of_a_cold_process(name: str, chromium: Browser) -> None:
    with served() as address:
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/{name}?net=conv3k5same-relu-flatten-dense10")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_test_id("stSidebar").get_by_text("23,608 parameters")).to_be_visible()
        expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Training")).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.close()


def test_a_garbage_link_gives_a_sentence_and_the_default(page: Page, app: str) -> None:
    open_page(page, f"{app}/?net=%3Cscript%3Ealert(1)%3C/script%3E&rate=lots&batch=-7")
    expect(page.get_by_text("The link's network could not be read")).to_be_visible()
    expect(page.get_by_text("The link's rate could not be used")).to_be_visible()
    expect(page.get_by_text("10,180 parameters")).to_be_visible()
    button(page, "Understood").click()
    expect(page.get_by_text("The link's network could not be read")).to_have_count(0)


@pytest.mark.parametrize("name", ["architecture", "training"])
def test_a_held_key_moves_a_slider_all_the_way_and_loses_nothing(name: str, page: Page, app: str) -> None:
    """Thirty changes a second, each of which runs the page anew: the newest value wins, and the page lives."""
    open_page(page, f"{app}/{name}")
    thumb = page.get_by_test_id("stSidebar").get_by_role("slider", name="Hidden dense units")
    thumb.focus()
    for _ in range(60):
        page.keyboard.press("ArrowRight", delay=10)
        page.wait_for_timeout(20)
    expect(thumb).to_have_value("60")
    expect_net(page, "conv6k2-relu-max2-flatten-dense60-relu-dense10")
    expect(page.get_by_text("Connection error")).to_have_count(0)
    expect(thumb).to_have_value("60")
