"""What a teacher would claim of Home and the labs, done by mouse, finger and keyboard."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from cnnplay.data.datasets import mnist
from cnnplay.inputs import digit_search, uploads
from cnnplay.labs import kernels
from cnnplay.labs.signals import GRID, SIGNALS, STEP
from cnnplay.ops import reference

from .conftest import PATIENCE
from .driving import (
    button,
    choose,
    drag,
    expect_in_link,
    expect_net,
    move_slider,
    open_page,
    open_tab,
    settle,
    slide,
    turn_to_scheme,
    wait_frames,
    wait_until,
)

EDGE = 4  # pixels around the cells of a board of the player
NEAR = 1e-4  # the page's numbers are rounded to what can be seen
# page: its tabs ("" where it has none), and the last of the drawings that each of them shows
TABS = {
    "": {"": "connections"},
    "convolution": {
        "A filter on an image": "player",
        "Two functions": "overlap",
        "Finding lines": "orientations",
        "Depth": "maps",
    },
    "stride_padding": {"": "player"},
    "pooling": {"By numbers": "maps", "On feature maps": "maps", "Gains and losses": "shift"},
}


def seven() -> np.ndarray:
    """The digit that the labs begin with."""
    test = mnist().test
    return digit_search.digit(test, digit_search.find_digit(test, "a seven"))


def feature_map(image: np.ndarray, kernel: np.ndarray, **window: Any) -> np.ndarray:
    """What one kernel [k k] makes of a picture [h w 1], by the plain loops."""
    return reference.conv2d(image[None], kernel[..., None, None], **window)[0, ..., 0]


def place(page: Page) -> tuple[int, int]:
    data = page.get_by_test_id("player").evaluate("node => [Number(node.dataset.row), Number(node.dataset.column)]")
    return data[0], data[1]


def expect_place(page: Page, row: int, column: int) -> None:
    player = page.get_by_test_id("player")
    expect(player).to_have_attribute("data-row", str(row))
    expect(player).to_have_attribute("data-column", str(column))


def expect_size(page: Page, height: int, width: int | None = None) -> None:
    """The number of windows that the player walks through."""
    player = page.get_by_test_id("player")
    expect(player).to_have_attribute("data-height", str(height))
    expect(player).to_have_attribute("data-width", str(width or height))
    settle(page)


def point_of(board: Locator, row: int, column: int, columns: int) -> dict[str, float]:
    """Where on a board of the player a cell lies."""
    cell = (board.bounding_box()["width"] - 2 * EDGE) / columns
    return {"x": EDGE + (column + 0.5) * cell, "y": EDGE + (row + 0.5) * cell}


def choose_cell(page: Page, row: int, column: int, touch: bool = False) -> None:
    """By a click or a tap on the feature map."""
    board, player = page.get_by_test_id("player-output-0"), page.get_by_test_id("player")
    expect(board).to_be_visible()
    settle(page)
    wait_frames(page, 2)  # in which it takes the width that there is
    position = point_of(board, row, column, int(player.get_attribute("data-width")))
    if touch:
        board.tap(position=position)
    else:
        board.click(position=position)
        page.mouse.move(0, 0)  # a page that moves under a resting mouse would have it choose another cell
    expect_place(page, row, column)


def sum_and_value(page: Page) -> tuple[float, float]:
    """The sum of the products that are written out, and the map's number."""
    data = page.get_by_test_id("player-sum").evaluate("({ dataset }) => [Number(dataset.sum), Number(dataset.value)]")
    return data[0], data[1]


def expect_sum(page: Page, wanted: float) -> None:
    """The products add up to the map's number, and both are the wanted one."""
    wait_until(page, lambda: sum_and_value(page) == pytest.approx((wanted, wanted), abs=NEAR))


@pytest.fixture
def traffic(page: Page) -> list[Any]:
    """Everything that the page and the server have said to each other."""
    said: list[Any] = []

    def note(words: Any) -> None:
        said.append(words)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)
        socket.on("framereceived", note)

    page.on("request", note)
    page.on("websocket", listen)
    return said


def test_playing_needs_no_server_and_one_can_pause_and_scrub(page: Page, app: str, traffic: list[Any]) -> None:
    open_page(page, f"{app}/convolution?slide.follow=off")
    player, play = page.get_by_test_id("player"), page.get_by_test_id("player-play")
    map_of_cells = page.get_by_test_id("player-output-0")
    choose_cell(page, 1, 0)
    expect_in_link(page, "slide.cell", "1,0")
    assert traffic, "the counter does not count"
    map_of_cells.press("Control+Home")
    expect_in_link(page, "slide.cell", "0,0")
    traffic.clear()

    play.click()
    expect(player).to_have_attribute("data-playing", "true")
    wait_until(page, lambda: place(page) > (0, 5))
    assert traffic == []
    play.click()
    expect(player).to_have_attribute("data-playing", "false")
    held = place(page)
    wait_frames(page, 30)
    assert place(page) == held

    page.get_by_test_id("player-scrub").press("End")
    expect_place(page, 25, 25)
    expect(page.get_by_test_id("player-where")).to_have_text("output row 26, column 26 of 26 × 26")

    map_of_cells.press("ArrowUp")
    map_of_cells.press("ArrowLeft")
    map_of_cells.press("ArrowLeft")
    expect_place(page, 24, 23)
    map_of_cells.press("ArrowDown")
    map_of_cells.press("ArrowRight")
    expect_place(page, 25, 24)
    map_of_cells.press("Control+Home")
    expect_place(page, 0, 0)

    map_of_cells.press("Space")
    expect(player).to_have_attribute("data-playing", "true")
    wait_until(page, lambda: place(page) > (0, 2))
    map_of_cells.press("Space")
    expect(player).to_have_attribute("data-playing", "false")


def test_a_pass_plays_to_its_end_and_then_from_the_start(page: Page, app: str) -> None:
    open_page(page, f"{app}/pooling")
    player, play = page.get_by_test_id("player"), page.get_by_test_id("player-play")
    expect_size(page, 2)
    play.click()
    expect_place(page, 1, 1)
    expect(player).to_have_attribute("data-playing", "false")
    row = play.evaluate("node => { node.click(); return node.closest('.player').dataset.row }")
    assert row == "0"
    expect_place(page, 1, 1)
    expect(player).to_have_attribute("data-playing", "false")


def test_the_sum_under_a_cell_is_the_convolution(page: Page, app: str) -> None:
    kernel = kernels.KERNELS["vertical-edge"].array
    open_page(page, f"{app}/convolution?slide.follow=off")
    expect_size(page, 26)
    plain = feature_map(seven(), kernel)
    for row, column in [(9, 7), (0, 0), (25, 25), np.unravel_index(plain.argmin(), plain.shape)]:
        choose_cell(page, int(row), int(column))
        expect_sum(page, plain[row, column])

    # Every second place, padded, the weights two pixels apart.
    move_slider(page, "Dilation", "ArrowRight")
    expect_size(page, 24)
    move_slider(page, "Stride", "ArrowRight")
    expect_size(page, 12)
    choose(page, "Padding", "same")
    expect_size(page, 14)
    strided = feature_map(seven(), kernel, stride=2, padding="same", dilation=2)
    for row, column in [(4, 4), (0, 0), (13, 13), np.unravel_index(strided.argmax(), strided.shape)]:
        choose_cell(page, int(row), int(column))
        expect_sum(page, strided[row, column])
    choose_cell(page, 0, 0)
    expect(page.get_by_test_id("player-sum")).to_contain_text("of the 9 pixels are padding, which is 0.")


def weight(page: Page, row: int, column: int) -> Locator:
    return page.get_by_test_id(f"kernel-0-{row}-{column}")


def write(cell: Locator, text: str) -> None:
    cell.fill(text)
    cell.press("Enter")


def test_a_kernel_is_edited_by_typing(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution?slide.follow=off")
    kernel = kernels.KERNELS["vertical-edge"].array
    choose_cell(page, 9, 7)
    expect_sum(page, feature_map(seven(), kernel)[9, 7])

    write(weight(page, 1, 1), "2.5")
    kernel[1, 1] = 2.5
    expect_sum(page, feature_map(seven(), kernel)[9, 7])
    chosen = page.get_by_role("combobox", name="Kernel")
    expect(chosen).to_have_value("Your own numbers")

    write(weight(page, 0, 2), "−1/4")  # as a German keyboard or a copied text has it
    kernel[0, 2] = -0.25
    expect_sum(page, feature_map(seven(), kernel)[9, 7])

    write(weight(page, 0, 0), "much")
    expect(page.get_by_role("alert").filter(has_text="“much” is not a number, so the old one stays.")).to_be_visible()
    expect(weight(page, 0, 0)).to_have_value("1")
    expect_sum(page, feature_map(seven(), kernel)[9, 7])

    choose(page, "Kernel", "Sharpen")
    expect(weight(page, 1, 1)).to_have_value("5")
    expect_sum(page, feature_map(seven(), kernels.KERNELS["sharpen"].array)[9, 7])


def test_a_kernel_that_is_turned_has_another_name(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution?slide.follow=off")
    row, column = 7, 14  # where each of the three kernels has another sum, so that each answer is waited for
    upright = kernels.KERNELS["vertical-edge"].array
    choose_cell(page, row, column)
    expect_sum(page, feature_map(seven(), upright)[row, column])
    button(page, "Rotate").click()
    expect_sum(page, feature_map(seven(), np.rot90(upright))[row, column])
    button(page, "Negate").click()
    expect_sum(page, feature_map(seven(), -np.rot90(upright))[row, column])
    expect(page.get_by_role("combobox", name="Kernel")).to_have_value("Horizontal edge")


def upload(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "image/png", "buffer": content}
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)


def colour_png(height: int, width: int) -> bytes:
    down, across = np.mgrid[0:height, 0:width] / max(height, width)
    pixels = np.stack([down, across, down * across], -1)
    file = BytesIO()
    Image.fromarray((255 * pixels).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_a_colour_picture_is_uploaded_and_a_broken_one_takes_nothing_away(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution?slide.follow=off")
    choose(page, "Picture", "Your own picture")
    expect(page.get_by_text(re.compile("^Choose a file .* at most 2 MB"))).to_be_visible()
    picture = colour_png(30, 40)
    upload(page, "rainbow.png", picture)
    expect_size(page, 28, 38)
    for index, colour in enumerate(["red", "green", "blue"]):
        expect(page.get_by_test_id(f"kernel-tab-{index}")).to_have_text(colour)
    page.get_by_test_id("kernel-tab-2").click()
    expect(page.get_by_test_id("kernel-2-0-0")).to_be_visible()
    choose_cell(page, 11, 30)
    # A kernel that has no colours of its own reads the mean of the picture's.
    grey = uploads.read_picture(picture).mean(-1, keepdims=True)
    found = feature_map(grey, kernels.KERNELS["vertical-edge"].array)[11, 30]
    expect_sum(page, found)

    upload(page, "half.png", picture[: len(picture) // 2])
    expect(page.get_by_text("This picture is damaged or cut short.")).to_be_visible()
    expect_size(page, 28, 38)
    expect_place(page, 11, 30)

    upload(page, "letter.png", b"Dear network, I am no picture.")
    expect(page.get_by_text("This file is not a picture that can be read here.")).to_be_visible()
    expect_size(page, 28, 38)
    expect(page.get_by_test_id("kernel-tab-2")).to_be_visible()
    expect_sum(page, found)

    upload(page, "small.png", colour_png(12, 9))
    expect_size(page, 10, 7)


def area_and_value(page: Page) -> tuple[float, float]:
    """What is under the product as it is drawn, and the height of the curve."""
    data = page.get_by_test_id("overlap").evaluate("({ dataset }) => [Number(dataset.area), Number(dataset.value)]")
    return data[0], data[1]


def area(f: str, g: str, shift: float, flipped: bool) -> float:
    """Of f(t)·g(t − s), or of f(t)·g(s − t), by summing it up."""
    moved = np.round(shift - GRID if flipped else GRID - shift, 9)
    return float((SIGNALS[f].of(GRID) * SIGNALS[g].of(moved)).sum() * STEP)


def shift_of(page: Page) -> float:
    return float(page.get_by_test_id("overlap").get_attribute("data-shift"))


def expect_areas(page: Page, f: str, g: str, flipped: bool) -> None:
    """At several shifts, reached by the keyboard, area and value are one number, and the right one."""
    by_hand = page.get_by_test_id("overlap-shift")
    by_hand.press("Home")
    for keys in (["PageUp"] * 4, ["ArrowRight"] * 3, ["PageUp"], ["ArrowLeft"] * 2, ["PageUp"]):
        for key in keys:
            by_hand.press(key)
        shift = float(by_hand.input_value())
        wait_until(page, lambda at=shift: shift_of(page) == pytest.approx(at))
        wanted = area(f, g, shift, flipped)
        wait_until(page, lambda area=wanted: area_and_value(page) == pytest.approx((area, area), abs=0.02))


def test_the_area_under_the_product_is_the_value_of_the_third_function(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution")
    open_tab(page, "Two functions")
    overlap, flip = page.get_by_test_id("overlap"), page.get_by_test_id("overlap-flip")
    expect_areas(page, "box", "ramp", flipped=False)

    # A ramp is not its own mirror image: flipped, it has another area at the same shift.
    straight = area_and_value(page)[1]
    flip.press("Space")
    expect(overlap).to_have_attribute("data-flipped", "true")
    turned = area("box", "ramp", shift_of(page), flipped=True)
    assert abs(turned - straight) > 0.1
    wait_until(page, lambda: area_and_value(page)[1] == pytest.approx(turned, abs=0.02))
    expect_areas(page, "box", "ramp", flipped=True)

    # A bell is its own: it does not care.
    choose(page, "g, which moves", "Bell")
    expect(overlap).to_contain_text("g is its own mirror image")
    settle(page)
    expect_areas(page, "box", "bell", flipped=True)
    before = area_and_value(page)[1]
    flip.press("Space")
    expect(overlap).to_have_attribute("data-flipped", "false")
    wait_frames(page, 3)
    assert area_and_value(page)[1] == pytest.approx(before, abs=1e-3)


def apart(angle: float, other: float) -> float:
    """Degrees between two lines: a line at 179° lies beside one at 0°."""
    return min((angle - other) % 180, (other - angle) % 180)


def expect_nearest_wins(page: Page, angle: float, bank: np.ndarray) -> int:
    """The winner at an angle is the filter that is nearest to it; between two, either of them."""
    node = page.get_by_test_id("orientations")
    expect(node).to_have_attribute("data-angle", f"{angle:g}")
    winner = int(node.get_attribute("data-winner"))
    assert apart(bank[winner], angle) == pytest.approx(min(apart(own, angle) for own in bank), abs=1e-6)
    expect(page.get_by_test_id(f"orientation-filter-{winner}")).to_contain_text("wins")
    return winner


def test_a_line_is_answered_by_the_filter_of_its_direction(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution")
    open_tab(page, "Finding lines")
    bank, turn = kernels.bank(8, 7)[0], page.get_by_test_id("orientation-angle")
    turn.press("Home")
    winners = [expect_nearest_wins(page, 0, bank)]
    for angle in range(15, 180, 15):
        for _ in range(5):
            turn.press("ArrowRight")
        winners.append(expect_nearest_wins(page, angle, bank))
    assert set(winners) == set(range(8)), "each filter has its angles"
    for _ in range(5):  # round and round
        turn.press("ArrowRight")
    expect_nearest_wins(page, 0, bank)


def test_the_line_is_turned_by_hand(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution")
    open_tab(page, "Finding lines")
    bank, dial = kernels.bank(8, 7)[0], page.get_by_test_id("orientations").locator(".dial")
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    middle, reach = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), box["width"] * 0.4

    def at(angle: float) -> tuple[float, float]:
        turn = np.radians(angle)
        return float(middle[0] + reach * np.cos(turn)), float(middle[1] - reach * np.sin(turn))

    drag(page, at(0), at(66))
    upright = expect_nearest_wins(page, 66, bank)
    drag(page, at(66), at(159))
    assert expect_nearest_wins(page, 159, bank) != upright


def test_each_map_of_a_layer_is_taken_apart_into_its_channels(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution?net=conv4k3-relu-max2-conv6k3-relu-max2-flatten-dense10")
    open_tab(page, "Depth")
    choose(page, "Layer", "conv2")
    main = page.get_by_test_id("stMain")
    expect(page.get_by_test_id("map-map5")).to_be_visible()
    expect(main).to_contain_text("The input has 4 channels")
    expect(main).to_contain_text("× the slices of filter 1")
    expect(main).to_contain_text("3×3×4×6")
    for index in range(4):
        expect(page.get_by_test_id(f"map-slice{index}")).to_have_attribute("data-shape", "3x3")

    page.get_by_test_id("map-map2").click()
    expect(main).to_contain_text("× the slices of filter 3")
    expect(page.get_by_test_id("map-map2")).to_have_attribute("data-chosen", "true")
    expect(page.get_by_test_id("map-map0")).to_have_attribute("data-chosen", "false")
    settle(page)

    page.get_by_test_id("map-map4").get_by_role("application").press("Enter")
    expect(main).to_contain_text("× the slices of filter 5")
    expect(page.get_by_test_id("map-map4")).to_have_attribute("data-chosen", "true")


def test_a_kernel_that_does_not_fit_is_mended_by_a_button(page: Page, app: str) -> None:
    open_page(page, f"{app}/stride_padding?windows.follow=off")
    move_slider(page, "Input size", "Home")
    expect_size(page, 1)
    move_slider(page, "Kernel size", "ArrowRight", "ArrowRight")
    expect(page.get_by_text("a window of 5 does not fit into 3 pixels")).to_be_visible()
    expect(page.get_by_test_id("player")).to_have_count(0)
    expect(button(page, "Use same padding")).to_be_visible()
    button(page, "Use a window of 3").click()
    expect_size(page, 1)
    expect(page.get_by_text("does not fit")).to_have_count(0)

    move_slider(page, "Dilation", "ArrowRight")
    expect(page.get_by_text("a window of 3 spread over 5 does not fit into 3 pixels")).to_be_visible()
    expect(button(page, "Use dilation 1")).to_be_visible()
    button(page, "Use same padding").click()
    expect_size(page, 2)


def test_pixels_that_no_window_reads_are_told(page: Page, app: str) -> None:
    open_page(page, f"{app}/stride_padding")
    main = page.get_by_test_id("stMain")
    button(page, "A remainder").click()
    expect_size(page, 13)
    expect(main).to_contain_text("⌊(28 + 0 + 0 − 3) / 2⌋ + 1 = 13".replace(" ", "\u00a0"))
    expect(main).to_contain_text("The division leaves a remainder: 1 line behind the last window.")
    expect(main).to_contain_text("No window reads 55 of the 784 pixels")
    expect(page.get_by_test_id("player")).to_contain_text("none")

    button(page, "The odd pixel of same").click()
    expect_size(page, 14)
    expect(main).to_contain_text("0 before and 1 after")
    expect(main).to_contain_text("The windows read every one of the 784 pixels.")

    button(page, "4 of 16 centres").click()
    expect_size(page, 2)
    expect(main).to_contain_text("4 of the 16 pixels")


def test_rows_and_columns_have_windows_of_their_own(page: Page, app: str) -> None:
    open_page(page, f"{app}/stride_padding?windows.follow=off")
    page.get_by_text("Rows and columns apart").click()
    expect(page.get_by_role("slider", name="Stride, columns")).to_be_visible()
    settle(page)
    move_slider(page, "Stride, columns", "ArrowLeft")
    expect_size(page, 3, 6)


def unchanged(page: Page, stage: int) -> float:
    """The share of a stage that stayed the same."""
    return float(page.get_by_test_id(f"shift-stage-{stage}").get_attribute("data-unchanged"))


def expect_moved(page: Page, down: int, right: int) -> None:
    expect(page.get_by_test_id("shift")).to_have_attribute("data-down", str(down))
    expect(page.get_by_test_id("shift")).to_have_attribute("data-right", str(right))


def test_pooling_keeps_more_of_a_digit_that_is_moved(page: Page, app: str) -> None:
    open_page(page, f"{app}/pooling")
    open_tab(page, "Gains and losses")
    image = page.get_by_test_id("shift-image")
    expect_moved(page, 0, 0)
    assert unchanged(page, 0) == unchanged(page, 1) == 1

    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    start, pixel = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), box["width"] / 28
    drag(page, start, (start[0] + pixel, start[1]))
    expect_moved(page, 0, 1)
    assert unchanged(page, 0) < unchanged(page, 1) < 1

    drag(page, start, (start[0], start[1] - 20 * pixel))  # no further than three pixels
    expect_moved(page, -3, 1)
    image.press("ArrowDown")
    expect_moved(page, -2, 1)
    image.press("Home")
    expect_moved(page, 0, 0)
    assert unchanged(page, 0) == unchanged(page, 1) == 1


def test_pooling_by_numbers(page: Page, app: str) -> None:
    open_page(page, f"{app}/pooling")
    expect_size(page, 2)
    choose_cell(page, 0, 0)
    assert sum_and_value(page) == (8, 8)
    page.get_by_role("radio", name="Mean").press("Space")
    expect_sum(page, 4)
    button(page, "Overlap").click()
    expect_size(page, 3)
    expect_sum(page, 8)
    expect(page.get_by_test_id("map-gradient_max")).to_have_attribute("data-shape", "4x4")


def place_on_page(page: Page, locator: Locator) -> float:
    """How far below the page's title it stands, however the page is scrolled."""
    return locator.bounding_box()["y"] - page.get_by_role("heading", level=1).bounding_box()["y"]


def test_a_lab_follows_block_1_until_it_is_played_with_freely(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution")
    main, player = page.get_by_test_id("stMain"), page.get_by_test_id("player")
    expect(main).to_contain_text("Block 1 of your network: 6 filters 2×2")
    expect_size(page, 27)
    slide(page, "Kernel size", "conv6k3-relu-max2-flatten-dense10")
    expect(weight(page, 2, 2)).to_be_visible()
    expect_size(page, 26)
    wait_frames(page, 2)
    before = place_on_page(page, player)

    move_slider(page, "Stride", "ArrowRight")
    expect_size(page, 13)
    expect(main).to_contain_text("Free play: this window differs from block 1 of your network")
    wait_frames(page, 2)
    assert place_on_page(page, player) == pytest.approx(before, abs=1), "nothing moves"
    slide(page, "Kernel size", "conv6k4-relu-max2-flatten-dense10")
    expect_size(page, 13)
    button(page, "Use it in block 1").click()
    expect_net(page, "conv6k3s2-relu-max2-flatten-dense10")
    expect(main).to_contain_text("Free play, with the window of block 1 of your network")
    button(page, "Undo").click()
    expect_net(page, "conv6k4-relu-max2-flatten-dense10")

    button(page, "Back to block 1").click()
    expect(weight(page, 3, 3)).to_be_visible()
    expect_size(page, 25)
    assert place_on_page(page, player) == pytest.approx(before, abs=1)


# Notes [column, products that have appeared, cells that are written] whenever the number that has appeared changes.
NOTE_PRODUCTS = """player => {
    const noted = []
    const sum = player.querySelector('[data-testid=player-sum]')
    const written = () => [...sum.querySelectorAll('.product b')].filter(cell => cell.textContent).length
    const note = () => {
        const { appeared, column } = player.dataset
        if (appeared) noted.push([column, Number(appeared), written()])
    }
    new MutationObserver(note).observe(player, { attributeFilter: ['data-appeared'] })
    return noted
}"""


def test_a_pass_at_slow_shows_the_products_one_by_one_and_fills_the_map(page: Page, app: str) -> None:
    open_page(page, f"{app}/convolution?slide.follow=off")
    player, play = page.get_by_test_id("player"), page.get_by_test_id("player-play")
    expect_place(page, 0, 0)
    expect(player).to_have_attribute("data-seen", "")  # before anybody plays, the map is complete
    page.get_by_test_id("player-speed-slow").click()
    noted = player.evaluate_handle(NOTE_PRODUCTS)
    play.click()
    expect(player).to_have_attribute("data-row", "0")
    wait_until(page, lambda: place(page) >= (0, 2))
    expect(player).to_have_attribute("data-playing", "true")
    first = [count for cell, count, _ in noted.json_value() if cell == "0"]
    assert first == sorted(first), "one after the other"
    assert len(set(first)) >= 4, "a page draws at least a frame in a tenth of a second"
    assert all(written == count for _, count, written in noted.json_value()), "no product is written before its turn"
    assert int(player.get_attribute("data-seen")) >= 2

    page.get_by_test_id("player-speed-fast").click()
    wait_until(page, lambda: place(page) > (2, 0))
    assert int(player.get_attribute("data-seen")) >= 52
    move_slider(page, "Stride", "ArrowRight")  # while it plays
    expect_size(page, 13)
    expect(player).to_have_attribute("data-playing", "true")
    choose_cell(page, 5, 5)
    expect(player).to_have_attribute("data-playing", "false")
    expect(player).to_have_attribute("data-seen", "")
    expect_sum(page, feature_map(seven(), kernels.KERNELS["vertical-edge"].array, stride=2)[5, 5])


def test_the_speeds_are_the_same_in_every_lab_that_moves(page: Page, app: str) -> None:
    names = ["Slow", "Normal", "Fast"]
    for link in (
        "convolution",
        "convolution?convolution.tab=functions",
        "convolution?convolution.tab=lines",
        "pooling",
    ):
        open_page(page, f"{app}/{link}")
        speeds = page.get_by_role("group", name="Speed")
        expect(speeds.get_by_role("button")).to_have_text(names)


def test_what_was_typed_wrong_goes_with_another(page: Page, app: str) -> None:
    open_page(page, f"{app}/pooling?pooling.tab=maps")
    field = page.get_by_test_id("stMain").get_by_role("textbox", name="Digit")
    field.fill("a cat")
    button(page, "Another").click()  # which also takes the text: the field loses the focus
    expect(page.get_by_text("Test image 17: a 7.")).to_be_visible()
    settle(page)
    expect(page.get_by_text("No image is called")).to_have_count(0)
    expect(field).not_to_have_value("a cat")
    field.fill("7")
    field.press("Enter")
    expect(page.get_by_text("Test image 0: a 7.")).to_be_visible()


def test_a_neuron_of_a_convolution_sees_a_few_neighbours(page: Page, app: str) -> None:
    open_page(page, app)
    both, neuron = page.get_by_test_id("connections"), page.get_by_test_id("connections-convolution")
    expect(both).to_contain_text("784")
    neuron.press("Home")  # it wanders until it is touched
    expect(both).to_have_attribute("data-playing", "false")
    neuron.press("PageUp")
    neuron.press("ArrowRight")
    neuron.press("ArrowRight")
    neuron.press("ArrowDown")
    expect(both).to_have_attribute("data-row", "1")
    expect(both).to_have_attribute("data-column", "2")
    expect(both).to_contain_text("Row 2, column 3: reads 4 pixels")


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield page
    tracebacks = page.get_by_test_id("stException").all_inner_texts()
    context.close()
    assert tracebacks == []


@pytest.mark.parametrize("name", TABS)
def test_no_tab_scrolls_sideways_on_a_phone(name: str, phone: Page, app: str) -> None:
    open_page(phone, f"{app}/{name}")
    for tab, drawing in TABS[name].items():
        if tab:
            open_tab(phone, tab)
        for scheme in ("light", "dark"):
            turn_to_scheme(phone, scheme)
            expect(phone.get_by_test_id(drawing).last).to_be_visible()
            settle(phone)
            wait_frames(phone, 3)
            narrow = phone.get_by_test_id("stMain").evaluate("node => node.scrollWidth <= node.clientWidth")
            assert narrow, (tab, scheme)


def test_a_finger_chooses_a_cell(phone: Page, app: str) -> None:
    open_page(phone, f"{app}/convolution?slide.follow=off")
    wanted = feature_map(seven(), kernels.KERNELS["vertical-edge"].array)
    for row, column in [(9, 7), (20, 12)]:
        choose_cell(phone, row, column, touch=True)
        expect_sum(phone, wanted[row, column])
