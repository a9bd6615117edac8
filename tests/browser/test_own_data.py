"""Teach it your own, in a browser: draw three classes by hand, train, and see the network answer."""

import math
import random
import re

from playwright.sync_api import Dialog, Locator, Page, expect

from .driving import go, open_page

SIZES = 0.22, 0.36  # of the paper, from the middle of a drawing to its edge
PLACES = 0.42, 0.58


def circle(side: float) -> list[tuple[float, float]]:
    return [(side * math.cos(turn * math.pi / 8), side * math.sin(turn * math.pi / 8)) for turn in range(17)]


def square(side: float) -> list[tuple[float, float]]:
    return [(-side, -side), (side, -side), (side, side), (-side, side), (-side, -side)]


def cross(side: float) -> list[tuple[float, float]]:
    return [(-side, -side), (side, side), (0, 0), (side, -side), (-side, side)]


FORMS = {"circle": circle, "square": square, "cross": cross}


def draw(page: Page, paper: Locator, points: list[tuple[float, float]], middle: tuple[float, float]) -> None:
    """One stroke through points about the middle, all in parts of the paper."""
    box = paper.bounding_box()
    assert box
    at = [(box["x"] + (middle[0] + x) * box["width"], box["y"] + (middle[1] + y) * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def draw_some(page: Page, name: str, count: int, seed: int) -> None:
    """Choose a class, and draw examples of it one after the other, each as soon as the one before is off the paper."""
    pad, chance = page.get_by_test_id("quick-pad"), random.Random(seed)
    option = pad.get_by_role("radio", name=re.compile(rf"^{name}\b"))
    option.click()
    expect(option).to_be_checked()
    paper = pad.locator("canvas").first
    for number in range(1, count + 1):
        middle = chance.uniform(*PLACES), chance.uniform(*PLACES)
        draw(page, paper, FORMS[name](chance.uniform(*SIZES)), middle)
        expect(option).to_have_accessible_name(re.compile(rf"\b{number}\b"))


def begin(page: Page, app: str) -> None:
    open_page(page, f"{app}/data")
    page.get_by_role("button", name="Circle or square").click()
    field = page.get_by_label("Add a class")
    field.fill("cross")
    field.press("Enter")
    expect(page.get_by_role("radio", name=re.compile("^cross"))).to_be_visible()


def test_three_classes_are_drawn_fast_learned_and_read(page: Page, app: str) -> None:
    begin(page, app)
    for seed, name in enumerate(FORMS):
        draw_some(page, name, 12, seed)
    expect(page.get_by_text("held out", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Train a small network on it").click()
    expect(page.get_by_text(re.compile("finished: epoch 8 of 8"))).to_be_visible()
    value = page.get_by_test_id("stMetric").filter(has_text="Test accuracy now").get_by_test_id("stMetricValue")
    expect(value).to_have_text(re.compile(r"^(9\d\.\d\d|100\.00) %$"))  # of nine held out
    go(page, "Draw")
    paper = page.get_by_test_id("pad").locator("canvas").first
    for name in ("cross", "circle"):
        if name == "circle":
            page.get_by_test_id("pad-clear").click()
        draw(page, paper, FORMS[name](0.3), (0.5, 0.5))
        expect(page.get_by_test_id("answer-headline")).to_have_text(f"It reads “{name}”")


def test_a_drawing_is_deleted_by_a_click_and_a_reload_keeps_the_others(page: Page, app: str) -> None:
    begin(page, app)
    draw_some(page, "circle", 3, seed=1)
    strip = page.get_by_test_id("quick-pad").locator("[data-number]")
    expect(strip).to_have_count(3)
    strip.first.click()
    expect(strip).to_have_count(2)
    expect(page.get_by_role("radio", name=re.compile(r"^circle\b.*\b2\b"))).to_be_visible()
    expect(page.locator("[data-unanswered='0']")).to_be_visible()  # what is on its way is not with the server yet
    page.reload()
    expect(page.get_by_role("radio", name=re.compile(r"^circle\b.*\b2\b"))).to_be_visible()
    expect(page.get_by_test_id("quick-pad").locator("[data-number]")).to_have_count(2)


def test_a_reload_asks_first_while_a_drawing_is_not_kept(page: Page, app: str) -> None:
    begin(page, app)
    pad, asked = page.get_by_test_id("quick-pad"), []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    pad.get_by_label("Keep by itself").uncheck()
    draw(page, pad.locator("canvas").first, FORMS["circle"](0.3), (0.5, 0.5))
    page.evaluate("location.reload()")
    page.get_by_test_id("quick-pad-keep").click()
    expect(page.get_by_role("radio", name=re.compile(r"^circle\b.*\b1\b"))).to_be_visible()
    assert asked == ["beforeunload"]


def test_a_name_that_is_taken_is_refused_in_a_sentence_and_stays_in_the_field(page: Page, app: str) -> None:
    begin(page, app)
    field = page.get_by_label("Add a class")
    for name in ("cross", "square", "circle"):
        field.fill(name)
        field.press("Enter")
        expect(page.get_by_test_id("stToast").filter(has_text=f"Two classes are called “{name}”")).to_be_visible()
        expect(field).to_have_value(name)


def test_a_dataset_is_chosen_in_the_sidebar_and_its_pictures_have_colours(page: Page, app: str) -> None:
    open_page(page, app)
    page.get_by_label("Data", exact=True).select_option(label="Coloured shapes: which form?")
    expect(page.get_by_text("32×32×3, 4 classes: circle, square, triangle, star.")).to_be_visible()
    expect(page.get_by_text(re.compile("^It reads a (circle|square|triangle|star): "))).to_be_visible()
