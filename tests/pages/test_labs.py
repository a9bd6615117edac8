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
from cnnplay.ops.registry import POOLS
from cnnplay.state.labs import ConvolutionTabs, Digit, Invariance, PoolingOnMaps, Rows, Windows
from cnnplay.ui.filter_picker import read_edit

from .driving import choose, control, drawn, opened, press, put, session_of, wait_for_run, words_of

TWO_BLOCKS = "conv4k3s2p1-tanh-max3s2-conv6k3same-relu-flatten-dense10"
NETS = ["flatten-dense10", "max2-conv3k3-relu-flatten-dense10", TWO_BLOCKS, "conv4k11-max6-conv4k11"]


def lab(page: str, tab: str | None = None, **link: str) -> AppTest:
    """A lab's page, with a tab of it in front."""
    app = opened(f"{page}.py", **({f"{page}.tab": tab} if tab else {}), **link)
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
        ("slide.stride", 3, {"stride": 3}),
        ("slide.padding", "same", {"padding": "same"}),
        ("slide.padding", "full", {"padding": "full"}),
        ("slide.padding", 4, {"padding": 4}),
        ("slide.dilation", 2, {"dilation": 2}),
    ],
)
def test_each_control_of_the_window_changes_the_map(name: str, value: Any, settings: dict[str, Any]) -> None:
    shown = slide(put(lab("convolution"), name, value))
    expected = reference.conv2d(seven()[None], KERNELS["vertical-edge"].array[..., None, None], **settings)
    np.testing.assert_allclose(shown["outputs"][0]["values"], expected[0, ..., 0], atol=1e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_each_kernel_of_the_table_can_be_chosen(name: str) -> None:
    shown = slide(put(lab("convolution"), "kernel_name", name))
    np.testing.assert_allclose(shown["kernel"][0], KERNELS[name].array, atol=1e-6)


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_can_be_chosen(name: str) -> None:
    shown = slide(put(lab("convolution"), "slide.image", name))
    np.testing.assert_allclose(shown["image"]["values"][0], PATTERNS[name].make(28)[..., 0], atol=1e-5)


def test_a_kernel_is_rotated_negated_resized_and_drawn_at_random() -> None:
    app, kernel = lab("convolution"), KERNELS["vertical-edge"].array
    np.testing.assert_allclose(slide(press(app, "Rotate"))["kernel"][0], np.rot90(kernel))
    np.testing.assert_allclose(slide(press(app, "Negate"))["kernel"][0], -np.rot90(kernel))
    larger = slide(put(app, "kernel_size", 5))["kernel"][0]
    np.testing.assert_allclose(np.array(larger)[1:4, 1:4], -np.rot90(kernel))
    assert control(app, "kernel_name").value == "own"
    first = slide(press(app, "Random"))["kernel"]
    assert first != slide(press(app, "Random"))["kernel"]


def test_the_activation_is_shown_beside_the_map_or_left_out() -> None:
    app = lab("convolution")
    assert [output["title"] for output in slide(app)["outputs"]] == ["Feature map", "After ReLU"]
    assert [output["title"] for output in slide(put(app, "slide.activation", "none"))["outputs"]] == ["Feature map"]


@pytest.mark.parametrize("request_text", ["a four", "17", "another seven"])
def test_a_digit_is_found_by_number_or_by_word(request_text: str) -> None:
    shown = slide(put(lab("convolution"), "digit.request", request_text))
    test = mnist().test
    expected = digit(test, find_digit(test, request_text, find_digit(test, "a seven")))
    np.testing.assert_allclose(shown["image"]["values"][0], expected[..., 0], atol=1e-5)


def test_a_request_for_no_digit_is_refused_and_the_picture_stays() -> None:
    app = put(lab("convolution"), "digit.request", "a cat")
    assert "cat" in words_of(app)
    np.testing.assert_allclose(slide(app)["image"]["values"][0], seven()[..., 0], atol=1e-5)
    before = slide(press(app, "Another"))["image"]["values"]
    assert before != slide(press(app, "Another"))["image"]["values"]


def picture_file(size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], len(mode)), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "PNG")
    return file.getvalue()


def test_a_colour_picture_stays_three_channels_and_a_broken_one_takes_nothing_away() -> None:
    app = put(lab("convolution"), "slide.image", "upload")
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
    assert "damaged" in words_of(app)
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


def test_a_kernel_that_does_not_fit_is_explained_and_fixed_by_a_button() -> None:
    app = put(put(lab("stride_padding"), "rows.size", 4), "rows.kernel", 7)
    assert "a window of 7 does not fit into 4 pixels" in words_of(app)
    assert not drawn(app, "player")
    press(app, "make the window 4")
    assert len(slide(app)["rows"]["starts"]) == 1


def test_a_window_of_the_sidebar_that_does_not_fit_is_fixed_in_the_sidebar() -> None:
    app = lab("stride_padding", net="conv4k11d3-relu-flatten-dense10", **{"windows.follow": "on"})
    assert "a window of 11 spread over 31 does not fit into 28 pixels" in words_of(app)
    assert not [button for button in app.button if button.key and button.key.startswith("windows_fix")]
    press(app, "Conv1: take dilation 1")
    assert len(slide(app)["rows"]["starts"]) == 18


def test_block_1_is_followed_and_given_a_setting_back() -> None:
    app = put(lab("convolution", net=TWO_BLOCKS), "slide.follow", True)
    shown = slide(app)
    assert (shown["rows"]["before"], len(shown["rows"]["starts"]), len(shown["kernel"][0])) == (1, 14, 3)
    assert shown["outputs"][1]["title"] == "After tanh"
    assert not shown["editable"]
    app.slider(key="edit_0_kernel").set_value(5).run()
    assert len(slide(app)["kernel"][0]) == 5
    put(app, "slide.follow", False)
    put(put(app, "slide.stride", 2), "slide.padding", "same")
    press(app, "Give it to block 1")
    assert session_of(app).choice.net == TWO_BLOCKS.replace("conv4k5s2p1", "").replace("conv4k3s2p1", "conv4k3s2same")
    press(app, "Undo")
    assert "conv4k5s2p1" in session_of(app).choice.net


@pytest.mark.parametrize("part", ["functions", "lines", "depth"])
@pytest.mark.parametrize("net", NETS)
def test_each_part_opens_with_every_kind_of_network(part: str, net: str) -> None:
    lab("convolution", part, net=net)


@pytest.mark.parametrize("part", ["maps", "invariance"])
@pytest.mark.parametrize("net", NETS)
def test_each_part_of_pooling_opens_with_every_kind_of_network(part: str, net: str) -> None:
    lab("pooling", part, net=net)


def test_the_two_functions_are_those_chosen() -> None:
    app = put(put(lab("convolution", "functions"), "functions.f", "bell"), "functions.g", "wave")
    data = drawn(app, "overlap")[0]
    assert (data["f_title"], data["g_title"]) == ("bell", "wave")
    expected = data["step"] * np.convolve(data["f"], data["g"])
    np.testing.assert_allclose(data["results"]["convolution"], expected, atol=1e-4)


@pytest.mark.parametrize(("name", "value"), [("lines.count", 5), ("lines.size", 9)])
def test_the_bank_is_as_large_as_chosen(name: str, value: int) -> None:
    app = put(lab("convolution", "lines"), name, value)
    data = drawn(app, "orientations")[0]
    assert {"lines.count": len(data["filters"]), "lines.size": len(data["filters"][0]["kernel"])}[name] == value


def test_the_depth_of_the_second_layer_adds_up() -> None:
    app = lab("convolution", "depth", net=TWO_BLOCKS)
    put(app, "depth.layer", "conv2")
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
    choose(app, ConvolutionTabs("depth"))
    assert "trained: run 1 after epoch 1" in words_of(app)
    trained = drawn(app, "maps")[0]["rows"][0]["pictures"][0]["values"]
    assert trained != drawn(lab("convolution", "depth"), "maps")[0]["rows"][0]["pictures"][0]["values"]


@pytest.mark.parametrize(
    ("name", "value", "changes"),
    [
        ("rows.size", 13, "size"),
        ("rows.kernel", 5, "taps"),
        ("rows.stride", 3, "starts"),
        ("rows.dilation", 2, "taps"),
        ("rows.padding", "same", "after"),
        ("rows.padding", "full", "before"),
        ("rows.padding", "pixels", "before"),
        ("rows.padding", "uneven", "after"),
    ],
)
def test_each_control_of_the_grid_changes_it(name: str, value: Any, changes: str) -> None:
    app = lab("stride_padding")
    before = slide(app)
    after = slide(put(app, name, value))
    assert before["rows"][changes] != after["rows"][changes]
    assert after["rows"] == after["columns"]
    apart = slide(put(put(app, "windows.apart", True), "columns.size", 11))
    assert apart["columns"]["size"] == 11
    assert apart["rows"] == after["rows"]


def test_the_arithmetic_is_said_with_the_numbers() -> None:
    app = press(lab("stride_padding"), "A remainder")
    assert "⌊(28 + 0 + 0 − 3) / 2⌋ + 1 = 13" in words_of(app)
    assert "No window reads **55 of the 784 pixels**" in words_of(app)
    press(app, "The odd pixel of same")
    assert "0 before and 1 after" in words_of(app)
    press(app, "4 of 16 centres")
    assert "2 × 2 = **4 of the 16 pixels**" in words_of(app)


def test_pooling_by_numbers_shows_each_kind_and_where_gradients_go() -> None:
    app = lab("pooling")
    assert slide(app)["outputs"][0]["values"] == [[8, 2], [2, 7]]
    assert slide(put(app, "numbers.kind", "mean"))["outputs"][0]["values"] == [[4, 1], [1, 5]]
    assert slide(put(app, "numbers.kind", "min"))["outputs"][0]["values"] == [[1, 0], [0, 2]]
    kinds, gradients = (row["rows"][0]["pictures"] for row in drawn(app, "maps"))
    assert [picture["title"] for picture in kinds] == [row.title for row in POOLS.values()]
    assert np.sum(gradients[0]["values"]) == np.sum(gradients[1]["values"]) == 4
    press(app, "Overlap")
    assert np.shape(slide(app)["outputs"][0]["values"]) == (3, 3)
    assert drawn(app, "maps")[1]["rows"][0]["pictures"][0]["values"][1][1] == 4


def test_the_digit_that_moves_keeps_more_of_a_pooled_map() -> None:
    data = drawn(lab("pooling", "invariance"), "shift")[0]
    plain, pooled = data["stages"]
    assert np.shape(plain["values"]["0,0"]) == (26, 26)
    assert np.shape(pooled["values"]["0,0"]) == (13, 13)
    single = ["0,1", "0,-1", "1,0", "-1,0"]
    assert np.mean([pooled["unchanged"][at] for at in single]) > np.mean([plain["unchanged"][at] for at in single])


def test_a_request_that_was_typed_before_one_left_its_tab_is_looked_up() -> None:
    app = lab("convolution")
    control(app, "digit.request").set_value("a nine")
    choose(app, ConvolutionTabs("functions"))
    choose(app, ConvolutionTabs("filter"))
    assert f"Test image {find_digit(mnist().test, 'a nine')}: a 9." in words_of(app)


def test_a_pasted_tab_is_read_as_a_space() -> None:
    app = put(lab("convolution"), "digit.request", "a\tnine")
    assert control(app, "digit.request").value == "a nine"
    assert ": a 9." in words_of(app)


def test_another_image_takes_the_place_of_a_request_for_none() -> None:
    app = put(lab("convolution"), "digit.request", "a cat")
    press(app, "Another")
    assert not app.error
    assert control(app, "digit.request").value == f"#{session_of(app).states[Digit].number}"


def test_the_player_begins_with_the_cell_that_a_link_opens_until_one_is_chosen() -> None:
    app = put(lab("convolution"), "slide.stride", 2)
    again = lab("convolution", **app.query_params)
    assert not slide(app)["chosen"]
    assert slide(app)["start"] == slide(again)["start"]


def test_a_link_opens_a_lab_as_it_was_copied() -> None:
    link = {"maps.kind": "mean", "maps.size": "3", "maps.stride": "1", "maps.map": "5", "maps.cell": "4,7"}
    app = lab("pooling", "maps", **link)
    assert session_of(app).states[PoolingOnMaps] == PoolingOnMaps("mean", 3, 1, map=5, cell=(4, 7))
    assert slide(app)["start"] == {"row": 4, "column": 7}
    assert len(slide(app)["rows"]["taps"]) == 3
    assert {name: app.query_params[name] for name in link} == link


def test_a_link_opens_the_grid_as_it_was_copied() -> None:
    link = {"rows.size": "12", "rows.padding": "uneven", "rows.after": "3", "windows.cell": "2,1"}
    app = lab("stride_padding", **link)
    states = session_of(app).states
    assert states[Rows] == Rows(12, padding="uneven", after=3)
    assert states[Windows] == Windows(cell=(2, 1))
    assert slide(app)["start"] == {"row": 2, "column": 1}
    assert (slide(app)["rows"]["before"], slide(app)["rows"]["after"]) == (0, 3)
    assert control(app, "rows.after").value == 3


def test_a_link_opens_the_digit_where_it_was_shifted_to() -> None:
    app = lab("pooling", "invariance", **{"invariance.kind": "mean", "invariance.shift": "2,-1"})
    assert session_of(app).states[Invariance] == Invariance("mean", shift=(2, -1))
    assert drawn(app, "shift")[0]["start"] == [2, -1]
    press(app, "A wider window")
    assert drawn(app, "shift")[0]["start"] == [0, 0]


@pytest.mark.parametrize(
    ("page", "tab", "cell"), [("pooling", "maps", "maps.cell"), ("stride_padding", None, "windows.cell")]
)
def test_a_cell_beyond_the_map_is_kept_and_shown_as_its_last(page: str, tab: str | None, cell: str) -> None:
    app = lab(page, tab, **{cell: "200,0"})
    assert slide(app)["start"] == {"row": len(slide(app)["rows"]["starts"]) - 1, "column": 0}
    assert app.query_params[cell] == "200,0"


def test_a_map_that_the_network_lacks_is_shown_as_its_last_and_comes_back() -> None:
    app = lab("pooling", "maps", **{"maps.map": "12"})
    assert control(app, "maps.map").value == 6
    assert slide(app)["image"] == slide(lab("pooling", "maps", **{"maps.map": "6"}))["image"]
    put(app, "maps.size", 3)
    assert session_of(app).states[PoolingOnMaps] == PoolingOnMaps(size=3, map=12)
    assert app.query_params["maps.map"] == "12"
    app.slider(key="edit_0_filters").set_value(16).run()
    assert control(app, "maps.map").value == 12


def test_home_reads_the_digit_with_the_network_of_the_sidebar() -> None:
    app = opened()
    layers = drawn(app, "volumes")[-1]["layers"]
    assert all(layer["picture"].startswith("data:image/png;base64,") for layer in layers)
    assert "It reads a" in words_of(app)
    before = layers[0]["picture"]
    put(app, "digit.request", "a three")
    assert drawn(app, "volumes")[-1]["layers"][0]["picture"] != before
    assert drawn(app, "connections")[0]["convolution"]["weights_each"] == 4


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [("convolution", "slide.stride", 3), ("pooling", "numbers.size", 3), ("stride_padding", "rows.size", 12)],
)
def test_what_is_chosen_in_a_lab_is_there_when_one_comes_back(page: str, name: str, value: int) -> None:
    app = put(lab(page), name, value)
    app.switch_page("pages/architecture.py").run()
    app.switch_page(f"pages/{page}.py").run()
    assert control(app, name).value == value


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ("convolution", "filter"),
        ("convolution", "functions"),
        ("convolution", "lines"),
        ("convolution", "depth"),
        ("pooling", "numbers"),
        ("pooling", "maps"),
        ("pooling", "invariance"),
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
