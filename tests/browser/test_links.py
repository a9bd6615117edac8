"""A link opens a page exactly as it was when the link was copied: by the address bar, and by Share."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from cnnplay.ui.navigation import PAGES

from .conftest import visitor
from .driving import (
    button,
    choose,
    expect_in_link,
    expect_net,
    go,
    move_slider,
    open_page,
    open_tab,
    parts_of,
    settle,
    wait_frames,
    wait_until,
)
from .test_labs import choose_cell, expect_moved, expect_place, expect_size, shift_of, sum_and_value, weight, write

NET = "conv4k3-relu-max2-flatten-dense10"


def shared(page: Page) -> str:
    """The link that Share offers."""
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("button", name="Share").click()
    text = page.get_by_test_id("copy-text").last
    expect(text).to_be_visible()
    expect(text).not_to_have_value("")
    address = text.input_value()
    page.keyboard.press("Escape")
    return address


@pytest.mark.parametrize("name", PAGES)
def test_share_offers_the_address_of_the_page(page: Page, app: str, name: str) -> None:
    title, path = PAGES[name][0], "" if name == "home" else name
    open_page(page, f"{app}/{path}?net={NET}")
    settle(page)
    assert shared(page).startswith(f"{app}/")
    assert parts_of(shared(page)) == parts_of(page.url) == (f"/{path}".rstrip("/"), parts_of(page.url)[1])
    go(page, "Architecture" if name == "training" else "Training")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    wait_until(page, lambda: parts_of(page.url)[0] == f"/{path}".rstrip("/"))
    expect_net(page, NET)
    assert parts_of(shared(page)) == parts_of(page.url)


def test_share_has_what_the_page_itself_changes(page: Page, app: str) -> None:
    """The tab, the name of a kernel and the number of a digit are changed while the page is drawn."""
    open_page(page, f"{app}/convolution")
    choose(page, "Kernel", "Emboss")
    expect_in_link(page, "slide.kernel", "emboss")
    page.get_by_test_id("stMain").get_by_role("textbox", name="Digit").fill("a nine")
    page.keyboard.press("Enter")
    expect(page.get_by_text(": a 9.")).to_be_visible()
    settle(page)
    assert parts_of(shared(page)) == parts_of(page.url)
    open_tab(page, "Depth")
    expect_in_link(page, "convolution.tab", "depth")
    assert parts_of(shared(page)) == parts_of(page.url)


def test_a_copied_link_opens_the_player_in_the_state_that_it_was_copied_in(
    page: Page, app: str, chromium: Browser
) -> None:
    open_page(page, f"{app}/convolution")
    choose(page, "Kernel", "Emboss")
    move_slider(page, "Stride", "ArrowRight")
    expect_size(page, 13)
    choose_cell(page, 4, 8)
    page.get_by_test_id("player-output-0").press("ArrowRight")
    expect_in_link(page, "slide.cell", "4,9")
    before = sum_and_value(page)
    write(weight(page, 0, 1), "3")
    wait_until(page, lambda: sum_and_value(page) != before and "slide.kernel=" in page.url and "%3B" in page.url)
    settle(page)
    wanted = sum_and_value(page)
    with visitor(chromium) as other:
        open_page(other, page.url)
        expect_size(other, 13)
        expect_place(other, 4, 9)
        expect(weight(other, 0, 1)).to_have_value("3")
        assert sum_and_value(other) == pytest.approx(wanted)
        expect(other.get_by_role("combobox", name="Kernel")).to_have_value("Your own numbers")


def test_what_was_moved_by_hand_comes_back_with_its_tab_and_with_its_link(
    page: Page, app: str, chromium: Browser
) -> None:
    """Also where one goes elsewhere at once: the place is told when the pointer goes down on the other tab."""
    open_page(page, f"{app}/convolution?convolution.tab=functions")
    page.get_by_test_id("overlap-shift").press("End")
    page.get_by_test_id("overlap-flip").press("Space")
    wait_frames(page, 2)
    shift = shift_of(page)
    open_tab(page, "Finding lines")
    page.get_by_test_id("orientation-angle").press("End")
    page.get_by_test_id("orientation-filter-2").click()
    open_tab(page, "Depth")
    expect_in_link(page, "convolution.tab", "depth")
    open_tab(page, "Finding lines")
    expect_in_link(page, "convolution.tab", "lines")
    expect_in_link(page, "lines.chosen", "2")
    expect_in_link(page, "functions.flipped", "on")
    with visitor(chromium) as other:
        open_page(other, page.url)
        for one in (page, other):
            lines = one.get_by_test_id("orientations")
            expect(lines).to_have_attribute("data-angle", "177")
            expect(lines).to_have_attribute("data-selected", "2")
        open_tab(other, "Two functions")
        expect(other.get_by_test_id("overlap")).to_have_attribute("data-flipped", "true")
        assert shift_of(other) == pytest.approx(shift)


def test_a_copied_link_opens_the_digit_where_it_was_dragged(page: Page, app: str, chromium: Browser) -> None:
    open_page(page, f"{app}/pooling?pooling.tab=invariance")
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft"):
        page.get_by_test_id("shift-image").press(key)
    expect_in_link(page, "invariance.shift", "2,-1")
    with visitor(chromium) as other:
        open_page(other, page.url)
        expect_moved(other, 2, -1)
        button(other, "A wider window").click()
        expect_moved(other, 0, 0)


def test_the_steps_that_are_left_out_on_draw_are_in_its_link(page: Page, app: str) -> None:
    open_page(page, f"{app}/draw")
    page.get_by_test_id("stMain").get_by_role("switch", name="Cropped").click()
    expect_in_link(page, "draw.crop", "off")
    assert parts_of(shared(page)) == parts_of(page.url)


@pytest.mark.parametrize("text", ["www.example.org", "https://example.org/x", "a@example.org", ":streamlit:", "**b**"])
def test_a_page_quotes_a_link_letter_for_letter(page: Page, app: str, text: str) -> None:
    """No address becomes a link, no shortcode a picture: Streamlit looks for them behind the escapes of Markdown."""
    open_page(page, f"{app}/architecture?net={quote(text)}")
    quoting = page.get_by_test_id("stAlert").get_by_test_id("stMarkdownContainer").first
    expect(quoting).to_be_visible()
    assert text in quoting.inner_text().replace("\u2060", "")
    assert not quoting.locator("a, img, strong, [role=img]").count()
