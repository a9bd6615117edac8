"""The labs, driven as a script: what each control changes, and what bad input does not."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.export.pretrained import pretrained
from cnnplay.inputs.digit_search import digit, find_digit
from cnnplay.inputs.patterns import PATTERNS
from cnnplay.labs.kernels import KERNELS, KernelError
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Convolution
from cnnplay.network.parsing import read_layers
from cnnplay.ops import reference
from cnnplay.ops.registry import POOLS
from cnnplay.state.labs import ConvolutionTabs, Digit, Invariance, PoolingOnMaps, Rows, Windows
from cnnplay.ui.filter_picker import read_edit

from .driving import (
    choose,
    control,
    drawn,
    label_of_chip,
    link_of,
    opened,
    press,
    put,
    session_of,
    wait_for_run,
    words_of,
)

TWO_BLOCKS = "conv4k3s2p1-tanh-max3s2-conv6k3same-relu-flatten-dense10"
NETS = ["flatten-dense10", "max2-conv3k3-relu-flatten-dense10", TWO_BLOCKS, "conv4k11-max6-conv4k11"]


def lab(page: str, tab: str | None = None, **link: str) -> AppTest:
    """A lab's page, with a tab of it in front."""
    app = opened(f"{page}.py", **({f"{page}.tab": tab} if tab else {}), **link)
    assert not app.exception
    return app


def free(**link: str) -> AppTest:
    """The first lab, with a kernel of its own: the vertical edge."""
    return lab("convolution", **{"slide.follow": "off", **link})


def slide(app: AppTest) -> dict[str, Any]:
    return drawn(app, "player")[0]["slide"]


def seven() -> np.ndarray:
    test = mnist().test
    return digit(test, find_digit(test, "a seven"))


def test_the_first_thing_seen_is_a_filter_of_block_1_on_a_seven() -> None:
    app = lab("convolution")
    shown, network = slide(app), Architecture.parse(session_of(app).choice.net)
    trained = pretrained("notebook")
    assert trained.architecture == network
    kernel, bias = trained.weights["conv1/kernel"][..., :1], trained.weights["conv1/bias"][0]
    expected = reference.conv2d(seven()[None], kernel)[0, ..., 0] + bias
    np.testing.assert_allclose(shown["outputs"][0]["values"], expected, atol=1e-5)
    np.testing.assert_allclose(shown["outputs"][1]["values"], np.maximum(expected, 0), atol=1e-5)
    assert shown["start"] == {"row": 0, "column": 0}
    assert "**Block 1 of your network:** 6 filters 2×2" in words_of(app)


def test_a_kernel_of_ones_own_is_an_edge_filter_at_first() -> None:
    shown = slide(free())
    kernel = KERNELS["vertical-edge"].array
    expected = reference.conv2d(seven()[None], kernel[..., None, None])[0, ..., 0]
    np.testing.assert_allclose(shown["outputs"][0]["values"], expected, atol=1e-5)
    assert shown["outputs"][0]["range"] == pytest.approx(np.abs(expected).max(), abs=1e-5)


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
    shown = slide(put(free(), name, value))
    expected = reference.conv2d(seven()[None], KERNELS["vertical-edge"].array[..., None, None], **settings)
    np.testing.assert_allclose(shown["outputs"][0]["values"], expected[0, ..., 0], atol=1e-5)


@pytest.mark.parametrize("name", KERNELS)
def test_each_kernel_of_the_table_can_be_chosen(name: str) -> None:
    shown = slide(put(lab("convolution"), "kernel.which", name))
    np.testing.assert_allclose(shown["kernel"][0], KERNELS[name].array, atol=1e-6)


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_can_be_chosen(name: str) -> None:
    shown = slide(put(lab("convolution"), "slide.image", name))
    np.testing.assert_allclose(shown["image"]["values"][0], PATTERNS[name].make(PATTERNS[name].size)[..., 0], atol=1e-5)


def test_a_kernel_is_rotated_negated_resized_and_drawn_at_random() -> None:
    app, kernel = free(), KERNELS["vertical-edge"].array
    np.testing.assert_allclose(slide(press(app, "Rotate"))["kernel"][0], np.rot90(kernel))
    np.testing.assert_allclose(slide(press(app, "Negate"))["kernel"][0], -np.rot90(kernel))
    larger = slide(put(app, "kernel.size", 5))["kernel"][0]
    np.testing.assert_allclose(np.array(larger)[1:4, 1:4], -np.rot90(kernel))
    assert control(app, "kernel.which").value == "own"
    first = slide(press(app, "Random"))["kernel"]
    assert first != slide(press(app, "Random"))["kernel"]


def test_a_slider_that_passes_small_sizes_loses_no_weight() -> None:
    app = free()
    for size in (2, 1, 2, 5, 3):
        put(app, "kernel.size", size)
    np.testing.assert_allclose(slide(app)["kernel"][0], KERNELS["vertical-edge"].array)
    followed = put(lab("convolution", net=TWO_BLOCKS), "kernel.which", "sobel-x")
    for size in (2, 1, 3):
        control(followed, "edit_0_kernel").set_value(size).run()
    np.testing.assert_allclose(slide(followed)["kernel"][0], KERNELS["sobel-x"].array)


def test_the_activation_is_shown_beside_the_map_or_left_out() -> None:
    app = free()
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
    assert "Choose a file above" in "".join(info.value for info in app.info)
    app.file_uploader[0].upload("mine.png", picture_file(), "image/png").run()
    assert slide(app)["image"]["channels"] == ["red", "green", "blue"]
    image = np.moveaxis(slide(app)["image"]["values"], 0, -1)
    kernel = np.moveaxis(slide(app)["kernel"], 0, -1)
    expected = reference.conv2d(image[None], kernel[..., None])[0, ..., 0] + slide(app)["bias"]
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
    press(app, "Use a window of 4")
    assert len(slide(app)["rows"]["starts"]) == 1


def test_a_window_of_the_sidebar_that_does_not_fit_is_fixed_in_the_sidebar() -> None:
    app = lab("stride_padding", net="conv4k11d3-relu-flatten-dense10", **{"windows.follow": "on"})
    assert "a window of 11 spread over 31 does not fit into 28 pixels" in words_of(app)
    assert not [button for button in app.button if button.key and button.key.startswith("windows_fix")]
    press(app, "Use dilation 1 in conv1")
    assert len(slide(app)["rows"]["starts"]) == 18


def test_block_1_is_followed_from_the_start_and_left_by_the_first_change() -> None:
    app = lab("convolution", net=TWO_BLOCKS)
    shown = slide(app)
    assert (shown["rows"]["before"], len(shown["rows"]["starts"]), len(shown["kernel"][0])) == (1, 14, 3)
    assert shown["outputs"][1]["title"] == "After tanh"
    assert [control(app, f"slide.{name}").value for name in ("stride", "padding", "activation")] == [2, 1, "tanh"]
    control(app, "edit_0_kernel").set_value(5).run()
    assert len(slide(app)["kernel"][0]) == control(app, "kernel.size").value == 5
    kernel = slide(app)["kernel"]

    put(app, "slide.stride", 3)
    assert "**Free play:** this window differs from block 1" in words_of(app)
    assert slide(app)["kernel"] == kernel
    assert slide(app)["rows"]["before"] == 1
    control(app, "edit_0_stride").set_value(4).run()
    assert control(app, "slide.stride").value == 3

    put(app, "slide.padding", "same")
    press(app, "Use it in block 1")
    assert session_of(app).choice.net == TWO_BLOCKS.replace("conv4k3s2p1", "conv4k5s3same")
    assert "with the window of block 1" in words_of(app)
    press(app, "Undo")
    assert "conv4k5s4p1" in session_of(app).choice.net

    press(app, "Back to block 1")
    assert control(app, "slide.stride").value == 4
    assert slide(app)["kernel"] == kernel
    press(app, "Back to free play")
    assert (control(app, "slide.stride").value, control(app, "slide.padding").value) == (3, "same")


def test_a_named_kernel_of_the_size_of_block_1_keeps_following_and_another_does_not() -> None:
    app = put(lab("convolution", net=TWO_BLOCKS), "kernel.which", "sobel-x")
    np.testing.assert_allclose(slide(app)["kernel"][0], KERNELS["sobel-x"].array)
    assert "Free play" not in words_of(app)
    again = lab("convolution", **link_of(app))
    assert slide(again)["kernel"] == slide(app)["kernel"]
    control(app, "edit_0_stride").set_value(3).run()
    assert control(app, "slide.stride").value == 3
    np.testing.assert_allclose(slide(app)["kernel"][0], KERNELS["sobel-x"].array)
    put(app, "kernel.which", "block")
    assert slide(app)["kernel"] != slide(again)["kernel"]
    put(app, "kernel.which", "gauss")
    assert "Free play" in words_of(app)


def test_the_filter_that_is_followed_can_be_chosen_and_edited() -> None:
    app = lab("convolution", net=TWO_BLOCKS)
    first = slide(app)["kernel"]
    second = slide(put(app, "slide.filter", 2))["kernel"]
    assert first != second
    assert slide(press(app, "Negate"))["kernel"] == [[[-w for w in row] for row in plane] for plane in second]
    assert control(app, "kernel.which").value == "own"
    assert "Free play" not in words_of(app)


@pytest.mark.parametrize(
    ("page", "tab", "change", "shown"),
    [
        ("stride_padding", None, ("rows.kernel", 4), {"rows.size": 28, "rows.stride": 2, "rows.padding": "pixels"}),
        ("stride_padding", None, ("windows.apart", True), {"rows.kernel": 3, "columns.kernel": 3}),
        ("pooling", "numbers", ("numbers.stride", 1), {"numbers.size": 3, "numbers.kind": "mean"}),
        ("pooling", "maps", ("maps.kind", "min"), {"maps.size": 3, "maps.stride": 2, "maps.padding": "same"}),
        ("pooling", "invariance", ("invariance.size", 4), {"invariance.kind": "mean"}),
    ],
)
def test_each_lab_follows_block_1_until_one_of_its_controls_is_moved(
    page: str, tab: str | None, change: tuple[str, Any], shown: dict[str, Any]
) -> None:
    app = lab(page, tab, net="conv4k3s2p1-relu-mean3s2same-flatten-dense10")
    assert "**Block 1 of your network:**" in words_of(app)
    name, value = change
    followed = {key: control(app, key).value for key in shown if not key.startswith("columns")}
    assert followed == {key: value for key, value in shown.items() if not key.startswith("columns")}
    put(app, name, value)
    assert "**Free play:**" in words_of(app) or "with the window of block 1" in words_of(app)
    assert control(app, name).value == value
    assert {key: control(app, key).value for key in shown} == shown  # all else stays as it was
    link = {key: text for key, text in link_of(app).items() if key != "run"}
    again = lab(page, **link)
    assert control(again, name).value == value
    press(app, "Back to block 1")
    assert control(app, name).value != value
    assert "**Block 1 of your network:**" in words_of(app)


@pytest.mark.parametrize(
    "net", ["conv4k3x1-relu-flatten-dense10", "conv4k11-flatten-dense10", "conv4k3s7-flatten-dense10"]
)
def test_a_block_1_that_the_controls_cannot_show_is_followed_all_the_same(net: str) -> None:
    layer = read_layers(net)[0]
    assert isinstance(layer, Convolution)
    for page in ("convolution", "stride_padding"):
        shown = slide(lab(page, net=net))
        assert [len(shown[axis]["starts"]) for axis in ("rows", "columns")] == list(layer.output_shape((28, 28, 1))[:2])


@pytest.mark.parametrize("value", [2000.0, float("nan")])
def test_weights_that_no_control_can_hold_are_shown_and_cannot_be_edited(value: float) -> None:
    app, known = lab("convolution"), pretrained("notebook")
    weights = {name: np.full_like(array, value) for name, array in known.weights.items()}
    kept = {0: known.weights, known.epoch: weights}
    run = shared_engine().adopt(known.architecture, known.config, known.history, kept, session_of(app).visit)
    session_of(app).run = run
    app.run()
    assert not app.exception
    assert app.button(key="kernel_rotate").disabled
    assert "run 1" in label_of_chip(app)
    shared_engine().remove(run)


NORMALIZED = "conv4k3-batchnorm-relu-max2-flatten-dense10"


def test_the_maps_of_a_convolution_with_batch_normalization_are_those_after_its_activation() -> None:
    assert "A map of relu1 in your network" in words_of(lab("pooling", "maps", net=NORMALIZED))
    app = lab("convolution", net=NORMALIZED)
    assert control(app, "slide.activation").value == "relu"
    assert "without its batch normalization" in words_of(app)


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
    app = lab("stride_padding", **{"windows.follow": "off"})
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


def test_another_image_takes_the_place_of_a_text_that_was_typed_just_before() -> None:
    app = lab("convolution")
    control(app, "digit.request").set_value("a cat")
    press(app, "Another")  # the browser sends both at once
    assert not app.error
    assert control(app, "digit.request").value == f"#{session_of(app).states[Digit].number}"


@pytest.mark.parametrize(("request_text", "number"), [("7", 0), ("#7", 7), ("image 7", 7)])
def test_7_is_a_seven_and_image_7_has_a_sign_or_a_word(request_text: str, number: int) -> None:
    app = put(lab("convolution"), "digit.request", request_text)
    assert f"Test image {number}: a {mnist().test.labels[number]}." in words_of(app)


def test_a_wrong_text_is_told_what_can_be_typed() -> None:
    words = words_of(put(lab("convolution"), "digit.request", "a cat"))
    assert all(example in words for example in ("“a cat”", "digit (7)", "number (#17)"))


@pytest.mark.parametrize(
    ("page", "tab", "label", "stays", "goes"),
    [
        ("convolution", "lines", "Only four filters", None, ("lines.count", 6)),
        ("convolution", "filter", "Skip every second pixel", None, ("slide.stride", 3)),
        ("stride_padding", None, "A remainder", ("windows.layers", 5), ("rows.size", 27)),
        ("pooling", "maps", "Overlapping windows", ("maps.map", 2), ("maps.stride", 1)),
    ],
)
def test_a_suggestion_stays_until_a_control_is_moved_away_from_it(
    page: str, tab: str | None, label: str, stays: tuple[str, Any] | None, goes: tuple[str, Any]
) -> None:
    app = press(lab(page, tab), label)
    assert f"**{label}.**" in words_of(app)
    if stays:
        assert f"**{label}.**" in words_of(put(app, *stays))
    before = len(app.caption)
    assert f"**{label}.**" not in words_of(put(app, *goes))
    assert len(app.caption) == before  # its line is kept, so that nothing moves


def test_the_lines_of_a_digit_are_shown_in_place_of_the_line_that_turns() -> None:
    app = lab("convolution", "lines")
    assert drawn(app, "orientations")
    press(app, "Lines in a four")
    assert not drawn(app, "orientations")
    assert "Test image 4: a 4." in words_of(app)
    assert len(drawn(app, "maps")[0]["rows"][0]["pictures"]) == 8
    put(app, "lines.on", "line")
    assert drawn(app, "orientations")


def test_the_kernel_itself_is_seen_large_and_at_full_strength() -> None:
    shown = slide(press(lab("convolution"), "See the kernel itself"))
    feature_map = np.array(shown["outputs"][0]["values"])
    np.testing.assert_allclose(feature_map[2:5, 2:5], np.rot90(KERNELS["emboss"].array, 2), atol=1e-5)
    assert feature_map.shape == (7, 7)
    assert np.abs(feature_map).max() == pytest.approx(shown["outputs"][0]["range"])


def test_the_player_begins_with_the_cell_that_a_link_opens_until_one_is_chosen() -> None:
    app = put(lab("convolution"), "slide.stride", 2)
    again = lab("convolution", **link_of(app))
    assert not slide(app)["chosen"]
    assert slide(app)["start"] == slide(again)["start"]


def test_a_link_opens_a_lab_as_it_was_copied() -> None:
    link = {"maps.kind": "mean", "maps.size": "3", "maps.stride": "1", "maps.map": "5", "maps.cell": "4,7"}
    app = lab("pooling", "maps", **link)
    assert session_of(app).states[PoolingOnMaps] == PoolingOnMaps("mean", 3, 1, map=5, cell=(4, 7), follow=False)
    assert slide(app)["start"] == {"row": 4, "column": 7}
    assert len(slide(app)["rows"]["taps"]) == 3
    assert {name: link_of(app)[name] for name in link} == link


def test_a_link_opens_the_grid_as_it_was_copied() -> None:
    link = {"rows.size": "12", "rows.padding": "uneven", "rows.after": "3", "windows.cell": "2,1"}
    app = lab("stride_padding", **link)
    states = session_of(app).states
    assert states[Rows] == Rows(12, padding="uneven", after=3)
    assert states[Windows] == Windows(cell=(2, 1), follow=False)
    assert slide(app)["start"] == {"row": 2, "column": 1}
    assert (slide(app)["rows"]["before"], slide(app)["rows"]["after"]) == (0, 3)
    assert control(app, "rows.after").value == 3


def test_a_link_opens_the_digit_where_it_was_shifted_to() -> None:
    app = lab("pooling", "invariance", **{"invariance.kind": "mean", "invariance.shift": "2,-1"})
    assert session_of(app).states[Invariance] == Invariance("mean", shift=(2, -1), follow=False)
    assert drawn(app, "shift")[0]["start"] == [2, -1]
    press(app, "A wider window")
    assert drawn(app, "shift")[0]["start"] == [0, 0]


@pytest.mark.parametrize(
    ("page", "tab", "cell"), [("pooling", "maps", "maps.cell"), ("stride_padding", None, "windows.cell")]
)
def test_a_cell_beyond_the_map_is_kept_and_shown_as_its_last(page: str, tab: str | None, cell: str) -> None:
    app = lab(page, tab, **{cell: "200,0"})
    assert slide(app)["start"] == {"row": len(slide(app)["rows"]["starts"]) - 1, "column": 0}
    assert link_of(app)[cell] == "200,0"


def test_a_map_that_the_network_lacks_is_shown_as_its_last_and_comes_back() -> None:
    app = lab("pooling", "maps", **{"maps.map": "12"})
    assert control(app, "maps.map").value == 6
    assert slide(app)["image"] == slide(lab("pooling", "maps", **{"maps.map": "6"}))["image"]
    put(app, "maps.size", 3)
    assert session_of(app).states[PoolingOnMaps] == PoolingOnMaps(size=3, map=12, follow=False)
    assert link_of(app)["maps.map"] == "12"
    control(app, "edit_0_filters").set_value(16).run()
    assert control(app, "maps.map").value == 12


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
