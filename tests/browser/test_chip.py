"""The chip that names the network of all pages, by keyboard."""

from playwright.sync_api import Browser, Page, expect

from .conftest import PATIENCE
from .driving import button, chip, expect_net, go, open_page, settle

NOTEBOOK = "6 filters 2×2, max 2 · pretrained · 97.4 %"
FAST = "8 then 24 filters 5×5, max 2 · pretrained · 99.0 %"
FAST_NET = "conv8k5-relu-max2-conv24k5-relu-max2-flatten-dense10"


def test_another_network_is_switched_to_by_keyboard_and_undo_switches_back(page: Page, app: str) -> None:
    open_page(page, f"{app}/inside")
    expect(chip(page)).to_contain_text(NOTEBOOK)
    before = chip(page).bounding_box()
    chip(page).focus()
    page.keyboard.press("Enter")
    switch = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Fast 99 %")
    expect(switch).to_be_visible()
    switch.focus()
    page.keyboard.press("Enter")
    expect_net(page, FAST_NET)
    expect(chip(page)).to_contain_text(FAST)
    expect(switch).to_be_disabled()  # the popover stays open, and this is the one now
    page.keyboard.press("Escape")
    expect(switch).to_be_hidden()
    after = chip(page).bounding_box()
    assert before and after
    assert (after["y"], after["height"]) == (before["y"], before["height"])
    for title in ("Draw", "Take it home", "Pooling", "Training"):
        go(page, title)
        expect(chip(page)).to_contain_text(FAST)
    button(page, "Undo").click()
    expect(chip(page)).to_contain_text(NOTEBOOK)


def test_a_long_name_takes_one_line_also_on_a_phone(chromium: Browser, app: str) -> None:
    """Another name, however long, moves nothing below the chip."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    heights = []
    for net in ("flatten-dense10", "conv8k5s2-max2-conv24k3-mean3s2-conv5k2s2-flatten-dense200-relu-dense10"):
        open_page(page, f"{app}/architecture?net={net}")
        settle(page)
        box = chip(page).bounding_box()
        assert box
        heights.append(box["height"])
        assert box["x"] + box["width"] <= 390
    assert heights[0] == heights[1]
    context.close()
