"""Look inside and Draw, by hand: one visit that trains a network and then asks it everything."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import visitor
from .driving import button, chip, go, open_page, open_tab, settle

Stroke = list[tuple[float, float]]  # places on the pad, from 0 to 1
ONE: list[Stroke] = [[(0.5, 0.2), (0.5, 0.8)]]
ZERO: list[Stroke] = [[(0.5 + 0.2 * np.sin(t), 0.5 - 0.3 * np.cos(t)) for t in np.linspace(0, 2 * np.pi, 25)]]


@pytest.fixture(scope="module")
def page(chromium: Browser, app: str) -> Iterator[Page]:
    """A visitor who has come to draw with a network that cannot read, and went back to one that can."""
    with visitor(chromium) as page:
        open_page(page, f"{app}/draw?net=conv3k3-relu-flatten-dense10")
        expect(page.get_by_text("This network is not trained")).to_be_visible()
        button(page, "Back to Fast 99 %, comes with cnnplay, 99.0 %").click()
        expect(chip(page)).to_contain_text("pretrained · 99.0 %")
        settle(page)
        yield page


def clear(page: Page) -> None:
    """An empty pad, whatever was on it."""
    clearing = page.get_by_test_id("pad-clear")
    if clearing.get_attribute("aria-disabled") != "true":
        clearing.click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()


def draw(page: Page, strokes: list[Stroke]) -> None:
    paper = page.get_by_test_id("pad-paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box
    for stroke in strokes:
        for index, (across, down) in enumerate(stroke):
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=3)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


def sureness(page: Page) -> Locator:
    """How sure the network is of its answer, in words."""
    return page.get_by_test_id("answer").locator(".lines p").first


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
    def use_steps(used: bool) -> None:
        for step in ("Cropped", "Fitted", "Centred"):
            page.get_by_test_id("stMain").get_by_role("switch", name=step).click()
            # Drawn after the answer, which is then that of this step and of the whole drawing.
            expect(page.get_by_text(f"{step}: left out")).to_have_count(0 if used else 1)

    go(page, "Draw")
    clear(page)
    draw(page, [[(0.06 + 0.2 * (x - 0.5), 0.1 + 0.2 * (y - 0.5)) for x, y in stroke] for stroke in ZERO])
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()
    sure = sureness(page)
    use_steps(False)
    without = sure.inner_text()
    use_steps(True)
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()
    expect(sure).not_to_have_text(without)
    with_all_steps = sure.inner_text()
    use_steps(False)
    expect(sure).to_have_text(without)
    use_steps(True)
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
    expect(page.get_by_role("heading", name="It says 7")).to_be_visible()
    sure = sureness(page)
    learned = sure.inner_text()
    chip(page).click()
    thumb = page.get_by_test_id("stPopoverBody").get_by_role("slider", name="Epoch")
    thumb.press("ArrowLeft")
    expect(chip(page)).to_contain_text("initial weights · not trained")
    expect(sure).not_to_have_text(learned)
    thumb.press("End")
    expect(sure).to_have_text(learned)
    page.keyboard.press("Escape")
    expect(thumb).to_be_hidden()


def test_a_filter_is_replaced_and_the_accuracy_moves(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "Change the filters")
    accuracy = page.get_by_test_id("stMetric").filter(has_text="Accuracy, all 10,000").get_by_test_id("stMetricValue")
    expect(accuracy).to_have_text(re.compile(r"9[89]\.\d\d %"))
    before = accuracy.inner_text()
    button(page, "Switch it off").click()
    expect(accuracy).not_to_have_text(before)
    expect(page.get_by_test_id("answer")).to_contain_text("Before your 1 change")
    cell = page.get_by_test_id("kernel-0-2-2")
    expect(cell).to_have_value("0")
    cell.fill("3")
    cell.press("Enter")
    expect(page.get_by_text("your own numbers").last).to_be_visible()
    button(page, "Undo all").click()
    expect(accuracy).to_have_text(before)


def test_a_cell_of_the_confusion_shows_its_images(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "Mistakes")
    page.locator(".js-plotly-plot .textpoint text").filter(has_text=re.compile(r"^\d{3,4}$")).first.click(force=True)
    expect(page.get_by_text("images of a 0 read correctly")).to_be_visible()
    first = page.get_by_test_id("maps").last.locator("figure").first
    number = re.sub(r"\D", "", first.get_attribute("data-testid") or "")
    first.locator(".frame").click()
    expect(page.get_by_text(f"Test image {int(number):,}: a 0.")).to_be_attached()
    expect(page.get_by_role("heading", name="It says 0")).to_be_in_viewport()


def cell_of(page: Page, truth: int, answer: int) -> tuple[float, float]:
    """Where a cell of the confusion matrix lies on the screen."""
    place = page.evaluate(
        """([truth, answer]) => {
            const charts = [...document.querySelectorAll(".js-plotly-plot")];
            const chart = charts.find((one) => one.data[0].type === "heatmap");
            chart.scrollIntoView({ block: "center" });
            const { left, top } = chart.getBoundingClientRect();
            const { xaxis, yaxis } = chart._fullLayout;
            return [left + xaxis._offset + xaxis.d2p(answer), top + yaxis._offset + yaxis.d2p(truth)];
        }""",
        [truth, answer],
    )
    return place[0], place[1]


def most_confused(page: Page) -> tuple[int, int]:
    """The cell off the diagonal with the most images."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('.js-plotly-plot')].some(one => one._fullData?.[0]?.type === 'heatmap')"
    )
    truth, answer = page.evaluate(
        """() => {
            const charts = [...document.querySelectorAll(".js-plotly-plot")];
            const chart = charts.find((one) => one.data[0].type === "heatmap");
            const { x, y, text } = chart._fullData[2];
            const mistakes = [...text.keys()].filter((at) => x[at] !== y[at]);
            const most = mistakes.reduce((one, other) => (text[other] > text[one] ? other : one));
            return [y[most], x[most]];
        }"""
    )
    return truth, answer


def test_from_a_mistake_to_a_changed_answer_by_clicks_alone(page: Page) -> None:
    """Why is this digit taken for another, and what fixes it? A cell, an image, the question, the filter."""
    go(page, "Look inside")
    open_tab(page, "Mistakes")
    truth, answer = most_confused(page)
    page.mouse.click(*cell_of(page, truth, answer))
    an = "an" if answer == 8 else "a"
    expect(page.get_by_text(re.compile(f"of an? {truth} read as {an} {answer}"))).to_be_visible()
    settle(page)
    page.get_by_test_id("maps").last.locator("figure .frame").first.click()
    expect(page.get_by_role("heading", name=f"It says {answer}")).to_be_in_viewport()
    expect(page.get_by_role("radio", name="One it gets wrong")).to_be_checked()
    expect(page.get_by_test_id("maps").last.locator("figure").first).to_have_attribute("data-chosen", "true")
    expect(page.get_by_test_id("stMain").locator("[aria-label^=Delete]")).to_have_count(0)
    ask = page.get_by_test_id("answer-ask")
    expect(ask).to_have_text(f"Why {answer} and not {truth}?")
    ask.click()
    expect(page.get_by_text(f"What speaks for {answer} rather than {truth}")).to_be_in_viewport()
    settle(page)
    page.get_by_role("button", name=re.compile(r"^Switch off filter \d+$")).click()
    undo = button(page, "Undo the change")
    expect(undo).to_be_in_viewport()
    expect(page.get_by_test_id("answer")).to_contain_text(f"Before your 1 change: {answer}")
    accuracy = page.get_by_test_id("stMetric").filter(has_text="Accuracy, all 10,000")
    expect(accuracy).to_contain_text(re.compile(r"[+−]\d+\.\d\d points, was 9[89]\.\d\d %"))
    undo.click()
    expect(page.get_by_role("heading", name=f"It says {answer}")).to_be_in_viewport()
    expect(accuracy).to_contain_text("not changed")


@pytest.mark.parametrize(("width", "height", "most", "tabs_by"), [(1440, 900, 0.2, 900), (390, 844, 0.3, 970)])
def test_the_answer_stays_in_sight_and_leaves_room(
    page: Page, width: int, height: int, most: float, tabs_by: int
) -> None:
    go(page, "Look inside")
    open_tab(page, "Filters and maps")
    page.set_viewport_size({"width": width, "height": height})
    try:
        strip, main = page.get_by_test_id("answer"), page.get_by_test_id("stMain")
        main.evaluate("element => element.scrollTo(0, 0)")
        tabs = page.get_by_test_id("stTabs").get_by_role("tab").first.bounding_box()
        assert tabs
        assert tabs["y"] + tabs["height"] < tabs_by
        for down in (300, 900, 1500):
            main.evaluate("(element, down) => element.scrollTo(0, down)", down)
            expect(strip).to_be_in_viewport(ratio=0.95)
            header, box = page.get_by_test_id("stHeader").bounding_box(), strip.bounding_box()
            assert header and box
            assert box["y"] >= header["y"] + header["height"] - 1  # below the app's own bar, not under it
            assert box["height"] < most * height
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def test_on_a_phone_the_tab_of_a_link_is_in_sight(chromium: Browser, app: str) -> None:
    with visitor(chromium) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        open_page(page, f"{app}/inside?inside.tab=mistakes")
        tabs = page.get_by_test_id("stTabs")
        chosen = tabs.get_by_role("tab", name="Mistakes")
        expect(chosen).to_have_attribute("aria-selected", "true")
        place = chosen.bounding_box()
        assert place
        assert place["x"] >= 48  # clear of the arrows over both ends
        assert place["x"] + place["width"] <= 390 - 48


def place_of(page: Page, part: str) -> tuple[float, float]:
    box = page.get_by_test_id(part).bounding_box()
    assert box
    return box["x"], box["y"] + page.get_by_test_id("stMain").evaluate("element => element.scrollTop")


def test_the_answer_follows_the_pen_and_the_pad_stays_where_it_is(page: Page) -> None:
    go(page, "Draw")
    clear(page)
    page.get_by_test_id("pad-paper").scroll_into_view_if_needed()
    before = place_of(page, "pad")
    box = page.get_by_test_id("pad-paper").bounding_box()
    assert box
    for index, (across, down) in enumerate(ZERO[0]):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=3)
        if index == 0:
            page.mouse.down()
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()  # the pen is still down
    assert place_of(page, "pad") == before
    page.mouse.up()
    expect(page.get_by_test_id("pad")).to_have_attribute("data-strokes", "1")
    settle(page)
    assert place_of(page, "pad") == before
    own = page.locator("[data-testid^=map-own_]")
    kept = own.count()
    button(page, "Keep it").click()
    expect(own).to_have_count(kept + 1)
    settle(page)
    assert place_of(page, "pad") == before
    clear(page)
    settle(page)
    assert place_of(page, "pad") == before


def test_a_kept_drawing_comes_back_to_the_pad_in_sight_and_can_be_deleted_and_brought_back(page: Page) -> None:
    go(page, "Draw")
    clear(page)
    draw(page, ZERO)
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()
    settle(page)
    button(page, "Keep it").click()
    expect(page.get_by_text("read as 0").last).to_be_visible()
    clear(page)
    kept = page.get_by_test_id("maps").last.locator("figure").last
    kept.scroll_into_view_if_needed()
    kept.locator(".frame").click()
    expect(page.get_by_role("heading", name="It reads a 0")).to_be_visible()
    expect(page.get_by_test_id("pad-paper")).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_test_id("pad-paper")).to_be_focused()
    settle(page)
    name = (kept.get_attribute("data-testid") or "").removeprefix("map-own_")
    kept.get_by_role("button", name=f"Delete Drawing {name}").click()
    expect(page.get_by_test_id(f"map-own_{name}")).to_have_count(0)
    button(page, f"Bring back drawing {name}").click()
    expect(page.get_by_test_id(f"map-own_{name}")).to_be_visible()


def test_on_a_phone_the_answer_and_the_pad_are_seen_together(page: Page) -> None:
    go(page, "Draw")
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        settle(page)
        page.get_by_test_id("stMain").evaluate("element => element.scrollTo(0, 0)")
        page.get_by_test_id("pad-paper").scroll_into_view_if_needed()
        expect(page.get_by_test_id("answer")).to_be_in_viewport(ratio=0.95)
        expect(page.get_by_test_id("pad-paper")).to_be_in_viewport(ratio=0.95)
        assert place_of(page, "answer")[1] < place_of(page, "pad")[1]
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def test_what_it_looks_for_is_a_film(page: Page) -> None:
    go(page, "Look inside")
    open_tab(page, "What it looks for")
    film = page.get_by_test_id("film")
    page.get_by_test_id("film-scrub").press("Home")
    expect(film).to_have_attribute("data-frame", "0")
    page.get_by_test_id("film-play").click()
    page.wait_for_function("() => true")
    expect(film).not_to_have_attribute("data-frame", "0")
