"""Look inside and Draw, by hand: one visit that trains a network and then asks it everything."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from .conftest import PATIENCE, visitor
from .driving import button, go, open_page, open_tab, settle

Stroke = list[tuple[float, float]]  # places on the pad, from 0 to 1
ONE: list[Stroke] = [[(0.5, 0.2), (0.5, 0.8)]]
ZERO: list[Stroke] = [[(0.5 + 0.2 * np.sin(t), 0.5 - 0.3 * np.cos(t)) for t in np.linspace(0, 2 * np.pi, 25)]]


@pytest.fixture(scope="module")
def page(chromium: Browser, app: str) -> Iterator[Page]:
    """A visitor who has come to draw, found that nobody can read, and had a network trained there and then."""
    with visitor(chromium) as page:
        open_page(page, f"{app}/draw")
        expect(page.get_by_text("You have not trained a network yet")).to_be_visible()
        button(page, "Train Fast 99 % now").click()
        expect(page.get_by_text("after epoch 4")).to_be_visible(timeout=3 * PATIENCE)
        settle(page)
        yield page


def clear(page: Page) -> None:
    """An empty pad, whatever was on it."""
    clearing = page.get_by_test_id("pad-clear")
    if clearing.get_attribute("aria-disabled") != "true":
        clearing.click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()


def draw(page: Page, strokes: list[Stroke]) -> None:
    box = page.get_by_test_id("pad-paper").bounding_box()
    assert box
    for stroke in strokes:
        for index, (across, down) in enumerate(stroke):
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=3)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


@pytest.mark.parametrize(("strokes", "digit"), [(ONE, 1), (ZERO, 0)], ids=["1", "0"])
def test_a_digit_drawn_by_hand_is_read(page: Page, strokes: list[Stroke], digit: int) -> None:
    go(page, "Draw")
    clear(page)
    draw(page, strokes)
    expect(page.get_by_role("heading", name=f"It reads a {digit}")).to_be_visible()
    expect(page.get_by_test_id("map-strip_grey")).to_be_visible()
    page.get_by_test_id("pad-undo").click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    draw(page, strokes)
    expect(page.get_by_role("heading", name=f"It reads a {digit}")).to_be_visible()


def test_a_small_digit_in_a_corner_is_read_thanks_to_the_steps(page: Page) -> None:
    go(page, "Draw")
    clear(page)
    draw(page, [[(0.06 + 0.2 * (x - 0.5), 0.1 + 0.2 * (y - 0.5)) for x, y in stroke] for stroke in ZERO])
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()
    sure = page.get_by_test_id("stMain").get_by_text(re.compile("% sure"))
    with_all_steps = sure.inner_text()
    for step in ("Cropped", "Fitted", "Centred"):
        page.get_by_test_id("stMain").get_by_text(step, exact=True).first.click()
        expect(page.get_by_text(f"{step}: left out")).to_be_visible()
    expect(sure).not_to_have_text(with_all_steps)
    for step in ("Cropped", "Fitted", "Centred"):
        page.get_by_test_id("stMain").get_by_text(step, exact=True).first.click()
        expect(page.get_by_text(f"{step}: left out")).to_have_count(0)
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()
    expect(sure).to_have_text(with_all_steps)


def test_a_drawing_is_kept_and_what_is_drawn_outlives_a_change_of_page(page: Page) -> None:
    go(page, "Draw")
    clear(page)
    draw(page, ONE)
    expect(page.get_by_role("heading", name="It reads a 1")).to_be_visible()
    button(page, "Keep it").click()
    expect(page.get_by_test_id("map-own_1")).to_be_visible()
    go(page, "Training")
    go(page, "Draw")
    expect(page.get_by_role("heading", name="It reads a 1")).to_be_visible()
    go(page, "Look inside")
    page.get_by_test_id("stMain").get_by_text("A drawing of yours").click()
    expect(page.get_by_role("heading", name="It says 1")).to_be_visible()
    page.get_by_test_id("stMain").get_by_text("A test digit", exact=True).click()
    expect(page.get_by_role("heading", name="It says 7")).to_be_visible()


def test_a_broken_photo_is_a_sentence(page: Page) -> None:
    go(page, "Draw")
    page.get_by_text("A photo or a file instead").click()
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 60, 3), np.uint8)).save(file, "PNG")
    chooser = page.get_by_test_id("stFileUploader").locator("input[type=file]")
    chooser.set_input_files({"name": "digit.png", "mimeType": "image/png", "buffer": file.getvalue()[:400]})
    expect(page.get_by_text("damaged or cut short")).to_be_visible()


def test_the_epochs_are_scrubbed_from_the_initial_weights_on(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "Filters and maps")
    thumb = page.get_by_test_id("stMain").get_by_role("slider", name="Epoch")
    expect(page.get_by_role("heading", name="It says 7")).to_be_visible()
    sure = page.get_by_test_id("stMain").get_by_text(re.compile("% sure"))
    learned = sure.inner_text()
    for _ in range(4):
        thumb.press("ArrowLeft")
        settle(page)
    expect(sure).not_to_have_text(learned)
    thumb.press("End")
    settle(page)
    expect(sure).to_have_text(learned)


def test_a_filter_is_replaced_and_the_accuracy_moves(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "Change it")
    accuracy = page.get_by_test_id("stMetric").filter(has_text="Accuracy, all 10,000").get_by_test_id("stMetricValue")
    expect(accuracy).to_have_text(re.compile(r"9[89]\.\d\d%"))
    before = accuracy.inner_text()
    button(page, "Set it to zero").click()
    expect(accuracy).not_to_have_text(before)
    cell = page.get_by_test_id("kernel-0-2-2")
    expect(cell).to_have_value("0")
    cell.fill("3")
    cell.press("Enter")
    expect(page.get_by_text("your own numbers")).to_be_visible()
    button(page, "Back to what it learned").click()
    expect(accuracy).to_have_text(before)


def test_a_cell_of_the_confusion_shows_its_images(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "Mistakes")
    page.locator(".js-plotly-plot .textpoint text").filter(has_text=re.compile(r"^\d{3,4}$")).first.click(force=True)
    expect(page.get_by_text("images of a 0 read correctly")).to_be_visible()
    first = page.get_by_test_id("maps").last.locator("figure").first
    number = re.sub(r"\D", "", first.get_attribute("data-testid") or "")
    first.locator(".frame").click()
    expect(page.get_by_text(f"Test image {int(number):,}: a 0.")).to_be_visible()
    expect(page.get_by_role("heading", name="It says 0")).to_be_visible()


def test_what_it_wants_to_see_is_a_film(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "What it wants to see")
    film = page.get_by_test_id("film")
    page.get_by_test_id("film-scrub").press("Home")
    expect(film).to_have_attribute("data-frame", "0")
    page.get_by_test_id("film-play").click()
    page.wait_for_function("() => true")
    expect(film).not_to_have_attribute("data-frame", "0")
