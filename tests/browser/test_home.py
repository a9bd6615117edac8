"""Home by hand: a digit drawn and read, the way into the network and back, and the path through all pages."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser.observe import Shift, describe, settled, shifts, watch
from cnnplay.ui.navigation import PAGES, PATH

from .driving import button, go, open_page, settle, wait_until

NET = "conv4k3s2-relu-max2-conv3k3same-batchnorm-tanh-flatten-dropout20-dense10"
WAY = ["softmax", "dense1", "dropout1", "flatten", "tanh1", "batchnorm1", "conv2", "max1", "relu1", "conv1", "input"]


def zoom(page: Page) -> Locator:
    found = page.get_by_test_id("zoom")
    expect(page.get_by_test_id("zoom-answer")).to_contain_text("It reads")
    settle(page)
    return found


def click_face(page: Page, layer: str, across: float = 0.5, down: float = 0.4) -> None:
    """Click a pixel of the front of a volume."""
    face = zoom(page).locator(f"[data-layer={layer}] image").bounding_box()
    assert face
    page.mouse.click(face["x"] + across * face["width"], face["y"] + down * face["height"])


def expect_step(page: Page, depth: int, layer: str) -> None:
    """Until a step has arrived: its sentence is there, and its layer is where one is."""
    expect(page.get_by_test_id("zoom")).to_have_attribute("data-depth", str(depth))
    expect(page.get_by_test_id("zoom")).to_have_attribute("data-layer", layer)


def by_key(page: Page) -> None:
    page.get_by_test_id("zoom-bench").press("Enter")


def by_mouse(page: Page) -> None:
    """Click the value that the cursor is on, as soon as it has come to rest."""
    place = page.get_by_test_id("zoom").evaluate_handle("node => node")
    page.wait_for_function("node => node.dataset.cursor", arg=place)
    x, y = (float(part) for part in (page.get_by_test_id("zoom").get_attribute("data-cursor") or "").split())
    stage = page.get_by_test_id("zoom-stage").bounding_box()
    assert stage
    page.mouse.click(stage["x"] + x, stage["y"] + y)


@pytest.mark.parametrize("enter", [by_key, by_mouse])
def test_the_way_from_the_answer_to_the_image_and_back(page: Page, app: str, enter: Callable[[Page], None]) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, f"{app}?net={NET}")
    click_face(page, "softmax", down=0.75)
    for depth, layer in enumerate(WAY, 1):
        expect_step(page, depth, layer)
        expect(page.get_by_test_id("zoom-sentence")).to_contain_text(layer)
        if layer != "input":
            enter(page)
    expect(page.get_by_test_id("zoom-sentence")).to_contain_text("This is where it begins")
    for depth, layer in reversed(list(enumerate(WAY[:-1], 1))):
        page.get_by_test_id("zoom-bench").press("Escape")
        expect_step(page, depth, layer)
    page.get_by_test_id("zoom-back").click()
    expect_step(page, 0, "")


def test_the_keys_choose_a_pixel_of_the_network(page: Page, app: str) -> None:
    open_page(page, app)
    layers = zoom(page)
    layers.locator("[data-layer=input]").press("ArrowRight")
    conv = layers.locator("[data-layer=conv1]")
    expect(conv).to_be_focused()
    conv.press("Enter")
    for key in ("Home", "PageDown", "ArrowRight", "ArrowRight"):
        conv.press(key)
    readout = page.get_by_test_id("zoom-readout")
    expect(readout).to_contain_text(re.compile(r"conv1, map \d, row \d+, column 3: "))
    conv.press("Enter")
    expect_step(page, 1, "conv1")
    expect(page.get_by_test_id("zoom-sentence")).to_contain_text("The sum of 4 products is")
    expect(page.get_by_test_id("zoom-bench")).to_be_focused()
    page.keyboard.press("Escape")
    expect_step(page, 0, "")
    expect(conv).to_be_focused()


def test_the_sum_that_is_shown_is_the_value_that_the_layer_has(page: Page, app: str) -> None:
    open_page(page, app)
    zoom(page)
    click_face(page, "conv1")
    sentence = page.get_by_test_id("zoom-sentence")
    expect(sentence).to_contain_text("The sum of 4 products")
    title, result = re.search(r": (−?[\d.]+)\. The.* = (−?[\d.]+)\.$", sentence.inner_text()).groups()  # type: ignore[union-attr]
    assert title == result


def test_a_crumb_leads_back_over_several_steps_and_another_pixel_begins_anew(page: Page, app: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, app)
    click_face(page, "max1")
    for depth, layer in enumerate(("max1", "relu1", "conv1"), 1):
        expect_step(page, depth, layer)
        by_key(page)
    expect_step(page, 4, "input")
    page.get_by_role("group", name="The way here").get_by_role("button").nth(1).click()
    expect_step(page, 1, "max1")
    click_face(page, "conv1")
    expect_step(page, 1, "conv1")


def draw_one(page: Page) -> None:
    paper = page.get_by_test_id("pad-paper").bounding_box()
    assert paper
    middle = paper["x"] + paper["width"] / 2
    page.mouse.move(middle, paper["y"] + 0.2 * paper["height"])
    page.mouse.down()
    page.mouse.move(middle, paper["y"] + 0.8 * paper["height"], steps=8)
    page.mouse.up()


def test_a_drawing_is_read_at_once_and_a_test_digit_takes_its_place(page: Page, app: str) -> None:
    open_page(page, app)
    picture = zoom(page).locator("[data-layer=input] image")
    of_test_digit = picture.get_attribute("href") or ""
    answer = page.get_by_test_id("zoom-answer").inner_text()
    draw_one(page)
    expect(picture).not_to_have_attribute("href", of_test_digit)
    expect(page.get_by_test_id("zoom-answer")).not_to_have_text(answer)
    page.get_by_test_id("pad-clear").click()
    expect(picture).to_have_attribute("href", of_test_digit)
    draw_one(page)
    expect(picture).not_to_have_attribute("href", of_test_digit)
    settle(page)
    page.get_by_test_id("stMain").get_by_role("button", name="Another", exact=True).click()
    expect(page.get_by_text("Test image 17: a 7.")).to_be_visible()
    expect(page.get_by_test_id("pad")).to_have_attribute("data-strokes", "0")
    expect(picture).not_to_have_attribute("href", of_test_digit)


def test_only_a_digit_takes_the_drawing_from_the_pad_and_undo_brings_it_back(page: Page, app: str) -> None:
    open_page(page, app)
    picture = zoom(page).locator("[data-layer=input] image")
    pad, digit = page.get_by_test_id("pad"), page.get_by_test_id("stMain").get_by_role("textbox", name="Digit")
    of_seven = picture.get_attribute("href") or ""
    draw_one(page)
    expect(digit).to_have_value("your drawing")
    ask(digit, "blorp")
    expect(page.get_by_test_id("stMain")).to_contain_text("No image is called")
    expect(pad).to_have_attribute("data-strokes", "1")
    expect(picture).not_to_have_attribute("href", of_seven)
    ask(digit, "7")
    expect(pad).to_have_attribute("data-strokes", "0")
    expect(picture).to_have_attribute("href", of_seven)
    page.get_by_test_id("pad-undo").click()
    expect(picture).not_to_have_attribute("href", of_seven)
    expect(digit).to_have_value("your drawing")
    page.get_by_test_id("pad-redo").click()
    expect(picture).to_have_attribute("href", of_seven)
    expect(digit).to_have_value("7")


def ask(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")


def test_the_drawing_goes_along_to_look_inside_and_to_draw(page: Page, app: str) -> None:
    open_page(page, app)
    zoom(page)
    draw_one(page)
    button(page, "Look inside with it").click()
    expect(page.get_by_role("heading", level=1, name="Look inside", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="It says 1")).to_be_visible()
    go(page, "Draw")
    expect(page.get_by_role("heading", name="It reads a 1")).to_be_visible()
    page.get_by_test_id("pad-clear").click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()


def test_each_of_ten_scores_is_large_enough_to_be_hit(page: Page, app: str) -> None:
    open_page(page, app)
    for layer in ("dense1", "softmax"):
        face = zoom(page).locator(f"[data-layer={layer}] image").bounding_box()
        assert face
        assert min(face["width"], face["height"] / 10) >= 14


def test_names_in_the_small_network_do_not_overlap(page: Page, app: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page(page, app)
    click_face(page, "softmax", down=0.75)
    expect_step(page, 1, "softmax")
    names = page.get_by_test_id("zoom").locator(".layer:not(.unnamed) text.name")
    found = names.evaluate_all("names => names.map((name) => name.getBoundingClientRect().toJSON())")
    boxes = [box for box in found if box["width"]]
    boxes.sort(key=lambda box: box["x"])
    assert len(boxes) >= 4
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"]
    expect(page.get_by_test_id("zoom").locator("[data-layer=softmax]")).not_to_have_class(re.compile("unnamed"))


def test_a_step_stays_while_another_digit_comes(page: Page, app: str) -> None:
    open_page(page, app)
    zoom(page)
    click_face(page, "conv1")
    expect_step(page, 1, "conv1")
    before = page.get_by_test_id("zoom-sentence").inner_text()
    draw_one(page)
    wait_until(page, lambda: page.get_by_test_id("zoom-sentence").inner_text() != before)
    expect_step(page, 1, "conv1")


def test_where_a_layer_does_not_fit_the_picture_goes_that_far(page: Page, app: str) -> None:
    open_page(page, f"{app}?net=conv4k3-max6-conv8k9-flatten-dense10")
    layers = page.get_by_test_id("zoom")
    expect(layers.locator("[data-layer=conv2]")).to_contain_text("does not fit")
    expect(layers.locator("[data-layer=max1] image")).to_have_attribute("href", re.compile("^data:image/png"))
    expect(page.get_by_test_id("stMain")).to_contain_text("conv2 (8 filters 9×9) does not fit on 4 × 4 × 4")


def test_next_leads_through_all_pages_in_their_order(page: Page, app: str) -> None:
    open_page(page, app)
    for number, name in enumerate(PATH, 1):
        title = PAGES[name][0]
        page.get_by_test_id("stMain").get_by_role("link", name=re.compile(rf"Next: {title}")).click()
        expect(page).to_have_url(re.compile(rf"/{name}(\?|$)"))
        expect(page.get_by_test_id("stMain")).to_contain_text(f"{number} of {len(PATH)} on the path")
        settle(page)
    page.get_by_role("link", name=re.compile("Back to Home")).click()
    expect(page.get_by_role("heading", level=1, name="cnnplay")).to_be_visible()


def is_inside(place: Locator, shift: Shift) -> bool:
    """Whether all that moved is part of a place, where a picture opens: it is meant to move."""
    box = place.bounding_box()
    assert box
    return all(
        box["y"] <= y and y + height <= box["y"] + box["height"]
        for source in shift.sources
        for _, y, _, height in [source["after"]]
    )


def test_home_stands_still_while_one_draws_and_opens_a_pixel(page: Page, app: str) -> None:
    watch(page.context)
    open_page(page, app)
    zoom(page)
    settled(page)
    before = len(shifts(page))
    draw_one(page)
    expect(page.get_by_test_id("pad")).to_have_attribute("data-strokes", "1")
    settle(page)
    click_face(page, "conv1")
    expect_step(page, 1, "conv1")
    moved = [shift for shift in shifts(page)[before:] if not is_inside(page.get_by_test_id("zoom-stage"), shift)]
    assert sum(shift.value for shift in moved) <= 0.01, describe(moved)
