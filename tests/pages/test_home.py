"""Home and the path, without a browser: the digit and the drawing in the network, what does not fit, every foot."""

from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import MNIST
from cnnplay.ui.components.payloads.zoom import packed
from cnnplay.ui.navigation import PAGES, PATH
from cnnplay.ui.on_pad import OnPad
from cnnplay.ui.saved_drawings import Drawing, Drawings

from .driving import choose, control, drawn, opened, press, put, session_of, words_of

INK = np.zeros((84, 84), np.float32)
INK[20:64, 38:46] = 1


def picture(app: AppTest) -> dict[str, Any]:
    """What the network's picture receives."""
    return drawn(app, "zoom")[-1]


def kept_of(app: AppTest) -> tuple[Drawing, ...]:
    kept: tuple[Drawing, ...] = session_of(app).states[Drawings].kept
    return kept


def link_labels(app: AppTest) -> list[str]:
    return [element.proto.label for element in app.get("page_link")]


def test_home_says_what_it_is_and_reads_the_digit_with_the_network_of_the_sidebar() -> None:
    app = opened()
    assert app.title[0].value == "cnnplay"
    data = picture(app)
    assert [layer["name"] for layer in data["layers"]][:2] == ["input", "conv1"]
    assert all(layer["values"]["numbers"] and layer["rule"] for layer in data["layers"])
    assert data["answer"]["text"].startswith("It reads a")
    assert sum(data["answer"]["probabilities"]) == pytest.approx(1, abs=1e-3)
    assert drawn(app, "connections")[0]["convolution"]["weights_each"] == 4
    put(app, "digit.request", "a three")
    assert picture(app)["layers"][0]["values"] != data["layers"][0]["values"]


def test_a_drawing_takes_the_place_of_the_digit_until_another_is_asked_for() -> None:
    app = opened()
    digit = picture(app)["layers"][0]["values"]
    choose(app, OnPad(INK))
    assert picture(app)["layers"][0]["values"] != digit
    loaded = drawn(app, "pad")[0]["load"]
    assert loaded["pixels"] == b64encode((255 * INK).astype(np.uint8).tobytes()).decode()
    press(app, "Another")
    assert session_of(app).states[OnPad].ink is None
    assert drawn(app, "pad")[0]["load"] == {"id": loaded["id"] + 1, "pixels": ""}
    assert "Test image 17: a 7." in words_of(app)


def test_a_text_that_names_no_image_leaves_the_drawing() -> None:
    app = choose(opened(), OnPad(INK))
    drawing = picture(app)["layers"][0]["values"]
    put(app, "digit.request", "blorp")
    assert session_of(app).states[OnPad].ink is not None
    assert picture(app)["layers"][0]["values"] == drawing
    assert "No image is called “blorp”" in words_of(app)
    assert control(app, "digit.request").value == "blorp"
    put(app, "digit.request", "7")
    assert session_of(app).states[OnPad].ink is None
    assert picture(app)["layers"][0]["values"] != drawing


def test_while_a_drawing_is_read_no_test_image_is_named() -> None:
    app = opened()
    assert "Test image 0: a 7." in words_of(app)
    choose(app, OnPad(INK))
    assert "Test image" not in words_of(app)
    assert control(app, "digit.request").value == "your drawing"
    put(app, "digit.request", "a seven")
    assert "Test image 0: a 7." in words_of(app)
    assert control(app, "digit.request").value == "a seven"


def test_one_click_takes_the_drawing_to_look_inside() -> None:
    app = choose(opened(), OnPad(INK, 1))
    drawing = picture(app)["layers"][0]["values"]
    press(app, "Look inside with it")
    assert app.title[0].value == "Look inside"
    assert control(app, "image.drawing").options == [1]
    (kept,) = kept_of(app)
    assert kept.label == 1
    assert packed(kept.received_by(MNIST)) == drawing
    app.switch_page("pages/home.py").run()
    press(app, "Look inside with it")
    assert len(kept_of(app)) == 1  # the same drawing is not kept twice


def test_home_says_that_an_untrained_network_guesses_and_leads_to_trained_ones() -> None:
    app = opened()
    assert "guess" not in picture(app)["answer"]["text"]
    assert "Train this one" not in [button.label for button in app.button]
    app = opened(net="conv5k3-relu-flatten-dense10")
    assert picture(app)["answer"]["text"].endswith("Not trained yet: a guess")
    back = next(button for button in app.main.button if button.key == "home_back")
    assert not [button for button in app.main.button if button.key == "home_train" and button.disabled]
    back.click().run()
    assert "guess" not in picture(app)["answer"]["text"]


def test_what_does_not_fit_is_said_above_the_picture() -> None:
    app = opened(net="conv4k3-max6-conv8k9-flatten-dense10")
    kinds = [part.proto.component_name if part.type == "bidi_component" else part.type for part in app.main]
    assert kinds.index("error") < kinds.index("cnnplay_zoom")


def test_a_drawing_made_on_home_is_on_the_pad_of_the_page_draw() -> None:
    app = choose(opened(), OnPad(INK))
    on_home = drawn(app, "pad")[0]["load"]
    app.switch_page("pages/draw.py").run()
    assert drawn(app, "pad")[0]["load"] == on_home


@pytest.mark.parametrize(
    ("net", "fitting", "problem"),
    [
        ("conv4k3-max6-conv8k9-flatten-dense10", ["input", "conv1", "max1", "conv2"], "conv2 (8 filters 9×9)"),
        ("conv4k30-flatten-dense10", ["input", "conv1"], "conv1 (4 filters 30×30)"),
        ("dense10", ["input", "dense1"], "dense1 (10 units)"),
    ],
)
def test_the_picture_goes_as_far_as_the_layers_fit_and_marks_the_one_that_fails(
    net: str, fitting: list[str], problem: str
) -> None:
    app = opened(net=net)
    assert not app.exception
    data = picture(app)
    assert [layer["name"] for layer in data["layers"]] == fitting
    assert data["layers"][-1]["problem"].startswith(problem)
    assert not [layer for layer in data["layers"][:-1] if "problem" in layer]
    assert data["answer"] is None
    assert problem in words_of(app)


@pytest.mark.parametrize("net", ["conv4k3-relu", "conv4k3-relu-flatten-dense7", "conv4k3-max2-globalmean"])
def test_a_network_without_ten_scores_is_drawn_to_its_end_without_an_answer(net: str) -> None:
    app = opened(net=net)
    assert not app.exception
    data = picture(app)
    assert len(data["layers"]) > net.count("-") + 1
    assert data["answer"] is None
    assert "To tell 10 classes apart" in words_of(app)


def test_home_lists_the_path_as_links() -> None:
    wanted = [f"{number}. {PAGES[page][0]}" for number, page in enumerate(PATH, 1)]
    assert link_labels(opened()) == [*wanted, f"Next: {PAGES['convolution'][0]}"]
    assert list(PATH) == [page for page in PAGES if page not in ("home", "course")]


@pytest.mark.parametrize("page", PATH)
def test_every_page_ends_with_the_way_on(page: str) -> None:
    app = opened(f"{page}.py")
    number, stops = list(PATH).index(page) + 1, list(PATH)
    assert f"{number} of {len(stops)} on the path" in words_of(app)
    on = f"Next: {PAGES[stops[number]][0]}" if number < len(stops) else "That was the last page. Back to Home"
    assert link_labels(app)[-1] == on
