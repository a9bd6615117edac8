"""The labs, driven as a script: what each control changes, and what bad input does not."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import mnist
from cnnplay.inputs.digit_search import digit, find_digit
from cnnplay.inputs.patterns import PATTERNS
from cnnplay.labs.kernels import KERNELS, KernelError
from cnnplay.ops import reference
from cnnplay.ui.filter_picker import read_edit

from .driving import control, drawn, opened, press, put, says, wait_for_run

TWO_BLOCKS = "conv4k3s2p1-tanh-max3s2-conv6k3same-relu-flatten-dense10"
NETS = ["flatten-dense10", "max2-conv3k3-relu-flatten-dense10", TWO_BLOCKS, "conv4k11-max6-conv4k11"]


def lab(page: str, part: str | None = None, **link: str) -> AppTest:
    """A lab's page, with the part of it open that a tab of that name has."""
    app = opened(f"{page}.py", **link)
    if part:
        app.session_state["conv_part" if page == "convolution" else "pool_part"] = part
        app.run()
    assert not app.exception
    return app


def slide(app: AppTest) -> dict[str, Any]:
    return drawn(app, "player")[0]["slide"]


def seven() -> np.ndarray:
    test = mnist().test
    return digit(test, find_digit(test, "a seven"))


def test_the_first_thing_seen_is_an_edge_filter_on_a_seven() -> None:
    shown = slide(lab("convolution"))
    kernel = KERNELS["vertical-edge"].array
    expected = reference.conv2d(seven()[None], kernel[..., None, None])[0, ..., 0]
    np.testing.assert_allclose(shown["outputs"][0]["values"], expected, atol=1e-5)
    np.testing.assert_allclose(shown["outputs"][1]["values"], np.maximum(expected, 0), atol=1e-5)
    place = shown["start"]
    assert abs(expected[place["row"], place["column"]]) == pytest.approx(np.abs(expected).max())


@pytest.mark.parametrize(
    ("name", "value", "settings"),
    [
        ("lab_stride", 3, {"stride": 3}),
        ("lab_padding", "same", {"padding": "same"}),
        ("lab_padding", "full", {"padding": "full"}),
        ("lab_padding", 4, {"padding": 4}),
        ("lab_dilation", 2, {"dilation": 2}),
    ],
)
def test_each_control_of_the_window_changes_the_map(name: str, value: Any, settings: dict[str, Any]) -> None:
    shown = slide(put(lab("convolution"), name, value))
    expected = reference.conv2d(seven()[None], KERNELS["vertical-edge"].array[..., None, None], **settings)
    np.testing.assert_allclose(shown["outputs"][0]["values"], expected[0, ..., 0], atol=1e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_each_kernel_of_the_table_can_be_chosen(name: str) -> None:
    shown = slide(put(lab("convolution"), "lab_kernel", name))
    np.testing.assert_allclose(shown["kernel"][0], KERNELS[name].array, atol=1e-6)


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_can_be_chosen(name: str) -> None:
    shown = slide(put(lab("convolution"), "lab_picture", name))
    np.testing.assert_allclose(shown["image"]["values"][0], PATTERNS[name].make(28)[..., 0], atol=1e-5)


def test_a_kernel_is_rotated_negated_resized_and_drawn_at_random() -> None:
    app, kernel = lab("convolution"), KERNELS["vertical-edge"].array
    np.testing.assert_allclose(slide(press(app, "Rotate"))["kernel"][0], np.rot90(kernel))
    np.testing.assert_allclose(slide(press(app, "Negate"))["kernel"][0], -np.rot90(kernel))
    larger = slide(put(app, "lab_size", 5))["kernel"][0]
    np.testing.assert_allclose(np.array(larger)[1:4, 1:4], -np.rot90(kernel))
    assert control(app, "lab_kernel").value == "own"
    first = slide(press(app, "Random"))["kernel"]
    assert first != slide(press(app, "Random"))["kernel"]


def test_the_activation_is_shown_beside_the_map_or_left_out() -> None:
    app = lab("convolution")
    assert [output["title"] for output in slide(app)["outputs"]] == ["Feature map", "After ReLU"]
    assert [output["title"] for output in slide(put(app, "lab_activation", "none"))["outputs"]] == ["Feature map"]


@pytest.mark.parametrize("wish", ["a four", "17", "another seven"])
def test_a_digit_is_found_by_number_or_by_word(wish: str) -> None:
    shown = slide(put(lab("convolution"), "lab_request", wish))
    test = mnist().test
    expected = digit(test, find_digit(test, wish, find_digit(test, "a seven")))
    np.testing.assert_allclose(shown["image"]["values"][0], expected[..., 0], atol=1e-5)


def test_a_wish_that_is_no_digit_is_said_and_the_picture_stays() -> None:
    app = put(lab("convolution"), "lab_request", "a cat")
    assert "cat" in says(app)
    np.testing.assert_allclose(slide(app)["image"]["values"][0], seven()[..., 0], atol=1e-5)
    before = slide(press(app, "Another"))["image"]["values"]
    assert before != slide(press(app, "Another"))["image"]["values"]


def picture_file(size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], len(mode)), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG")
    return file.getvalue()


def test_a_colour_picture_stays_three_channels_and_a_broken_one_takes_nothing_away() -> None:
    app = put(lab("convolution"), "lab_picture", "upload")
    assert not drawn(app, "player")
    assert "Choose a file below" in "".join(info.value for info in app.info)
    app.file_uploader[0].upload("mine.png", picture_file(), "image/png").run()
    assert slide(app)["image"]["channels"] == ["red", "green", "blue"]
    image = np.moveaxis(slide(app)["image"]["values"], 0, -1)
    kernel = np.moveaxis(slide(app)["kernel"], 0, -1)
    expected = reference.conv2d(image[None], kernel[..., None])[0, ..., 0]
    np.testing.assert_allclose(slide(app)["outputs"][0]["values"], expected, atol=1e-4)
    app.file_uploader[0].upload("broken.png", picture_file()[:200], "image/png").run()
    assert not app.exception
    assert "damaged" in says(app)
    np.testing.assert_allclose(np.moveaxis(slide(app)["image"]["values"], 0, -1), image)


@pytest.mark.parametrize(
    "forged",
    [None, "x", [], [[1, 2], [3]], [[["1", 2], [3, 4]]], [[[float("nan")]]], [[[1e9]]], [[[1] * 12] * 12], [[[1]]] * 7],
)
def test_a_forged_kernel_is_refused_in_a_sentence(forged: Any) -> None:
    with pytest.raises(KernelError, match=r"\.$"):
        read_edit(forged)


def test_an_edited_kernel_comes_back_as_it_was_typed() -> None:
    typed = [[[1, 0.5], [-2, 0]], [[0, 0], [0, 1]], [[3, 3], [3, 3]]]
    np.testing.assert_allclose(np.moveaxis(read_edit(typed), -1, 0), typed)


def test_a_kernel_that_does_not_fit_is_said_and_mended_by_a_button() -> None:
    app = put(put(lab("stride_padding"), "win_rows_size", 4), "win_rows_kernel", 7)
    assert "a window of 7 does not fit into 4 pixels" in says(app)
    assert not drawn(app, "player")
    press(app, "make the window 4")
    assert len(slide(app)["rows"]["starts"]) == 1


def test_block_1_is_followed_and_given_a_setting_back() -> None:
    app = put(lab("convolution", net=TWO_BLOCKS), "conv_follow", True)
    shown = slide(app)
    assert (shown["rows"]["before"], len(shown["rows"]["starts"]), len(shown["kernel"][0])) == (1, 14, 3)
    assert shown["outputs"][1]["title"] == "After tanh"
    assert not shown["editable"]
    app.slider(key="edit_0_kernel").set_value(5).run()
    assert len(slide(app)["kernel"][0]) == 5
    put(app, "conv_follow", False)
    put(put(app, "lab_stride", 2), "lab_padding", "same")
    press(app, "Give it to block 1")
    assert app.session_state.net == TWO_BLOCKS.replace("conv4k5s2p1", "").replace("conv4k3s2p1", "conv4k3s2same")
    press(app, "Undo")
    assert "conv4k5s2p1" in app.session_state.net


@pytest.mark.parametrize("part", ["Two functions make a third", "How a filter finds lines", "Depth"])
@pytest.mark.parametrize("net", NETS)
def test_each_part_opens_with_every_kind_of_network(part: str, net: str) -> None:
    lab("convolution", part, net=net)


@pytest.mark.parametrize("part", ["On feature maps", "What it buys and costs"])
@pytest.mark.parametrize("net", NETS)
def test_each_part_of_pooling_opens_with_every_kind_of_network(part: str, net: str) -> None:
    lab("pooling", part, net=net)


def test_the_two_functions_are_those_chosen() -> None:
    app = put(put(lab("convolution", "Two functions make a third"), "over_f", "bell"), "over_g", "wave")
    data = drawn(app, "overlap")[0]
    assert (data["f_title"], data["g_title"]) == ("bell", "wave")
    expected = data["step"] * np.convolve(data["f"], data["g"])
    np.testing.assert_allclose(data["results"]["convolution"], expected, atol=1e-4)


@pytest.mark.parametrize(("name", "value"), [("lines_count", 5), ("lines_size", 9)])
def test_the_bank_is_as_large_as_chosen(name: str, value: int) -> None:
    app = put(lab("convolution", "How a filter finds lines"), name, value)
    data = drawn(app, "orientations")[0]
    assert {"lines_count": len(data["filters"]), "lines_size": len(data["filters"][0]["kernel"])}[name] == value


def test_the_depth_of_the_second_layer_adds_up() -> None:
    app = lab("convolution", "Depth", net=TWO_BLOCKS)
    put(app, "depth_layer", "conv2")
    made, parts = drawn(app, "maps")
    assert len(made["rows"][0]["pictures"]) == 6
    incoming, slices, shares, whole = (row["pictures"] for row in parts["rows"])
    assert len(incoming) == len(slices) == len(shares) == 4
    total = sum(np.array(picture["values"]) for picture in shares)
    np.testing.assert_allclose(total, whole[0]["values"], atol=1e-4)
    np.testing.assert_allclose(whole[0]["values"], made["rows"][0]["pictures"][0]["values"], atol=1e-4)


def test_depth_shows_the_filters_that_were_trained() -> None:
    app = opened("training.py", images="500", epochs="1")
    press(app, "Start")
    wait_for_run(app)
    app.switch_page("pages/convolution.py").run()
    app.session_state["conv_part"] = "Depth"
    app.run()
    assert "trained: run 1 after epoch 1" in says(app)
    trained = drawn(app, "maps")[0]["rows"][0]["pictures"][0]["values"]
    assert trained != drawn(lab("convolution", "Depth"), "maps")[0]["rows"][0]["pictures"][0]["values"]


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("win_rows_size", 13, "size"),
        ("win_rows_kernel", 5, "taps"),
        ("win_rows_stride", 3, "starts"),
        ("win_rows_dilation", 2, "taps"),
        ("win_rows_padding", "same", "after"),
        ("win_rows_padding", "full", "before"),
        ("win_rows_padding", "pixels", "before"),
        ("win_rows_padding", "uneven", "after"),
    ],
)
def test_each_control_of_the_grid_changes_it(name: str, value: Any, changes: str) -> None:
    app = lab("stride_padding")
    before = slide(app)
    after = slide(put(app, name, value))
    assert before["rows"][changes] != after["rows"][changes]
    assert after["rows"] == after["columns"]
    apart = slide(put(put(app, "win_apart", True), "win_columns_size", 11))
    assert apart["columns"]["size"] == 11
    assert apart["rows"] == after["rows"]


def test_the_arithmetic_is_said_with_the_numbers() -> None:
    app = press(lab("stride_padding"), "A remainder")
    assert "⌊(28 + 0 + 0 − 3) / 2⌋ + 1 = 13" in says(app)
    assert "**55 of the 784 pixels** are read by no window" in says(app)
    press(app, "The odd pixel of same")
    assert "0 before and 1 after" in says(app)
    press(app, "4 of 16 centres")
    assert "2 × 2 = **4 of the 16 pixels**" in says(app)


def test_pooling_by_numbers_shows_each_kind_and_where_gradients_go() -> None:
    app = lab("pooling")
    assert slide(app)["outputs"][0]["values"] == [[8, 2], [2, 7]]
    assert slide(put(app, "pool4_kind", "mean"))["outputs"][0]["values"] == [[4, 1], [1, 5]]
    assert slide(put(app, "pool4_kind", "min"))["outputs"][0]["values"] == [[1, 0], [0, 2]]
    kinds, gradients = (row["rows"][0]["pictures"] for row in drawn(app, "maps"))
    assert [picture["title"] for picture in kinds] == ["Max", "Mean", "Min"]
    assert np.sum(gradients[0]["values"]) == np.sum(gradients[1]["values"]) == 4
    press(app, "Overlap")
    assert np.shape(slide(app)["outputs"][0]["values"]) == (3, 3)
    assert drawn(app, "maps")[1]["rows"][0]["pictures"][0]["values"][1][1] == 4


def test_the_digit_that_moves_keeps_more_of_a_pooled_map() -> None:
    data = drawn(lab("pooling", "What it buys and costs"), "shift")[0]
    plain, pooled = data["stages"]
    assert np.shape(plain["values"]["0,0"]) == (26, 26)
    assert np.shape(pooled["values"]["0,0"]) == (13, 13)
    single = ["0,1", "0,-1", "1,0", "-1,0"]
    assert np.mean([pooled["unchanged"][at] for at in single]) > np.mean([plain["unchanged"][at] for at in single])


def test_home_reads_the_digit_with_the_network_of_the_sidebar() -> None:
    app = opened()
    layers = drawn(app, "volumes")[-1]["layers"]
    assert all(layer["picture"].startswith("data:image/png;base64,") for layer in layers)
    assert "It reads a" in says(app)
    before = layers[0]["picture"]
    put(app, "lab_request", "a three")
    assert drawn(app, "volumes")[-1]["layers"][0]["picture"] != before
    assert drawn(app, "connections")[0]["convolution"]["weights_each"] == 4


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [("convolution", "lab_stride", 3), ("pooling", "pool4_size", 3), ("stride_padding", "win_rows_size", 12)],
)
def test_what_is_chosen_in_a_lab_is_there_when_one_comes_back(page: str, name: str, value: int) -> None:
    app = put(lab(page), name, value)
    app.switch_page("pages/architecture.py").run()
    app.switch_page(f"pages/{page}.py").run()
    assert control(app, name).value == value


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("convolution", "A filter on an image"),
        ("convolution", "Two functions make a third"),
        ("convolution", "How a filter finds lines"),
        ("convolution", "Depth"),
        ("pooling", "By numbers"),
        ("pooling", "On feature maps"),
        ("pooling", "What it buys and costs"),
        ("stride_padding", None),
    ],
)
def test_every_part_has_things_to_try_that_set_the_controls_and_shows_the_code_that_runs(page: str, part: str) -> None:
    app = lab(page, part)
    tries = [button.key for button in app.button if button.key and "_try_" in button.key]
    assert 2 <= len(tries) <= 4
    for key in tries:
        app = lab(page, part)
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
    code = [block.value for block in app.code if "def " in block.value]
    assert code
    assert all(len(block.splitlines()) <= 25 for block in code)
