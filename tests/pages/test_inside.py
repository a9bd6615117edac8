"""Look inside and Draw, driven as a script, on a network that was trained for the purpose."""

import io
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.inputs.digit_search import digit
from cnnplay.inputs.handwriting import drawn_like, received
from cnnplay.inspection.ablation import ablate_each, with_filter
from cnnplay.inspection.activations import Answer, answer
from cnnplay.inspection.attribution import occlusion, saliency, spread_over
from cnnplay.inspection.evaluation import accuracy_of, examples, predictions
from cnnplay.network.architecture import Architecture
from cnnplay.state.fields import State, kind_of
from cnnplay.state.labs import FeatureMaps, FilterEdit, InsideTabs, Maximization, Why
from cnnplay.ui.draw.on_pad import OnPad
from cnnplay.ui.widgets import a_digit, probability_text

from .driving import choose, control, drawn, opened, press, put, session_of, shown, wait_for_run, words_of

NET = "conv4k5-relu-max2-conv6k3-tanh-max2-flatten-dense10"


@pytest.fixture(scope="module")
def run() -> Iterator[str]:
    """A run of two epochs on 3,000 images; its link opens its visit."""
    app = opened("training.py", net=NET, images="3000", epochs="2")
    press(app, "Start")
    wait_for_run(app)
    trained = session_of(app).run
    assert trained is not None
    yield trained
    for view in shared_engine().views(session_of(app).visit):
        shared_engine().remove(view.id)


def inside(run: str, tab: str = "maps", **link: str) -> AppTest:
    app = opened("inside.py", run=run, **{"inside.tab": tab}, **link)
    assert not app.exception
    return app


def weights(run: str, epoch: int = 2) -> dict[str, Any]:
    return shared_engine().epoch_weights(run)[epoch]


def expected_answer(run: str, image: np.ndarray, epoch: int = 2) -> Answer:
    return answer(Architecture.parse(NET), weights(run, epoch), image)


def test_without_a_run_the_untrained_network_is_looked_into() -> None:
    app = opened("inside.py")
    assert control(app, "subject.run").value == "untrained"
    assert "It says" in words_of(app)


@pytest.mark.parametrize(
    "net",
    [
        "flatten-dense10",
        "max2-conv3k3-relu-flatten-dense10",
        "conv4k3-batchnorm-relu-max2-conv5k3-batchnorm-relu-globalmean-dense10",
        "conv4k11-max6-conv4k11",
    ],
)
@pytest.mark.parametrize("tab", kind_of(InsideTabs, "tab").options)
def test_every_tab_opens_with_every_kind_of_network(net: str, tab: str) -> None:
    assert not opened("inside.py", net=net, **{"inside.tab": tab}).exception


def test_the_answer_is_the_networks_and_follows_the_epoch(run: str) -> None:
    app, image = inside(run), digit(mnist().test, 0)
    for epoch in (2, 0, 1):
        put(app, "subject.epoch", epoch)
        found = expected_answer(run, image, epoch)
        sure = shown(probability_text(found.probabilities[found.best]))
        assert f"It says {found.best}\n{sure} sure" in words_of(app)
        pictures = drawn(app, "maps")[1]["rows"][0]["pictures"]
        np.testing.assert_allclose(
            pictures[0]["values"], np.asarray(weights(run, epoch)["conv1/kernel"])[..., 0, 0], atol=1e-5
        )


def test_the_newest_epoch_is_followed_until_another_is_chosen() -> None:
    app = opened("training.py", net="conv2k3-relu-max2-flatten-dense10", images="500", epochs="4")
    for press_first in ("One step", "One epoch", "One epoch"):
        press(app, press_first)
        wait_for_run(app)
        app.run()
    app.switch_page("pages/inside.py").run()
    assert control(app, "subject.epoch").value == 2
    for chosen, after_another in ((2, 3), (1, 1)):
        put(app, "subject.epoch", chosen)
        app.switch_page("pages/training.py").run()
        press(app, "One epoch")
        wait_for_run(app)
        app.switch_page("pages/inside.py").run()
        assert control(app, "subject.epoch").value == after_another
    for view in shared_engine().views(session_of(app).visit):
        shared_engine().remove(view.id)


def test_maps_before_and_after_activation_and_pooling_share_one_scale(run: str) -> None:
    app = inside(run)
    stages = drawn(app, "maps")[1]["rows"][1:]
    assert [stage["title"] for stage in stages] == ["Feature maps", "After relu1", "After max1"]
    ranges = {picture["range"] for stage in stages for picture in stage["pictures"]}
    assert len(ranges) == 1
    put(app, "filters.layer", "conv2")
    atlas = drawn(app, "maps")[1]["rows"][0]["pictures"][0]["values"]
    assert np.shape(atlas) == (6 * 4 - 1, 4 * 4 - 1)  # 6 filters of 4 slices 3×3, a cell between them


def test_one_it_gets_wrong_is_wrong(run: str) -> None:
    app = put(inside(run), "image.kind", "wrong")
    assert "It is a " in words_of(app)
    assert "Right." not in words_of(app)


def test_why_shows_what_the_methods_compute(run: str) -> None:
    app, image, network = inside(run, "why"), digit(mnist().test, 0), Architecture.parse(NET)
    put(app, "why.target", 3)
    pictures = {p["id"]: p for p in drawn(app, "maps")[1]["rows"][0]["pictures"]}
    expected = saliency(network, weights(run), image, 3)
    np.testing.assert_allclose(pictures["why_saliency"]["values"], expected, atol=1e-5)
    cam = np.shape(pictures["why_grad_cam"]["values"])
    assert cam != np.shape(drawn(put(app, "why.layer", "conv1"), "maps")[1]["rows"][0]["pictures"][-1]["values"])
    before = pictures["why_occlusion"]["values"]
    assert before != drawn(put(app, "why.patch", 9), "maps")[1]["rows"][0]["pictures"][3]["values"]


@pytest.mark.parametrize(("name", "value"), [("maximize.digit", 8), ("maximize.of", "conv2"), ("maximize.seed", 5)])
def test_the_maximized_image_is_of_what_is_chosen_and_its_score_rises(run: str, name: str, value: Any) -> None:
    app = inside(run, "maximization")
    before = drawn(app, "film")[0]["frames"]
    after = drawn(put(app, name, value), "film")[0]
    assert after["frames"] != before
    assert after["curve"][-1] > after["curve"][0]


def test_a_filter_set_to_zero_costs_accuracy_and_undo_brings_it_back(run: str) -> None:
    app, network, test = inside(run, "change"), Architecture.parse(NET), mnist().test
    whole = accuracy_of(predictions(network, weights(run), test.images), test.labels)
    assert app.metric[0].value == f"{whole:.2%}"
    press(app, "Set it to zero")
    changed = with_filter(weights(run), "conv1", 0)
    less = accuracy_of(predictions(network, changed, test.images), test.labels)
    assert app.metric[0].value == f"{less:.2%}"
    assert app.metric[0].delta == f"{100 * (less - whole):+.2f} points"
    press(app, "Put it in")
    assert "filter 1 of conv1: Sobel x" in words_of(app)
    press(press(app, "Undo the change"), "Undo the change")
    assert app.metric[0].value == f"{whole:.2%}"
    assert np.array_equal(weights(run)["conv1/kernel"], np.asarray(weights(run)["conv1/kernel"]))


def test_each_epoch_has_changes_of_its_own(run: str) -> None:
    app = press(inside(run, "change"), "Set it to zero")
    put(app, "subject.epoch", 1)
    assert "Nothing is changed yet." in words_of(app)
    put(app, "subject.epoch", 2)
    assert "filter 1 of conv1: zero" in words_of(app)


def test_the_filter_that_matters_most_is_found(run: str) -> None:
    app = press(inside(run, "change"), "Find it: leave each one out in turn")
    without = ablate_each(Architecture.parse(NET), weights(run), "conv1", mnist().test)
    assert f"**filter {without.argmin() + 1}** of conv1 matters most" in words_of(app)


def test_a_cell_of_the_confusion_shows_its_images_and_they_open_above(run: str) -> None:
    app, test = inside(run, "mistakes"), mnist().test
    probabilities = predictions(Architecture.parse(NET), weights(run), test.images)
    put(put(app, "mistakes.truth", 4), "mistakes.answer", 9)
    numbers = examples(probabilities, test.labels, 4, 9)
    row = drawn(app, "maps")[-1]["rows"][0]
    assert row["title"].startswith(f"{len(numbers)} image")
    assert [picture["id"] for picture in row["pictures"]] == [f"test_{number}" for number in numbers[:24]]


def test_a_link_opens_the_part_and_the_settings_that_it_names(run: str) -> None:
    app = inside(run, "why", **{"why.target": "3", "why.patch": "7"})
    assert session_of(app).states[Why] == Why(3, 7)
    assert (control(app, "why.target").value, control(app, "why.patch").value) == (3, 7)
    image, network = digit(mnist().test, 0), Architecture.parse(NET)
    (row,) = drawn(app, "maps")[1]["rows"]
    assert row["title"] == "What speaks for 3"
    expected = occlusion(network, weights(run), image, 3, patch=7, stride=2)
    shown = next(picture for picture in row["pictures"] if picture["id"] == "why_occlusion")
    np.testing.assert_allclose(shown["values"], spread_over(expected, image.shape[:2]), atol=1e-5)


def test_a_link_opens_a_part_as_it_was_copied(run: str) -> None:
    app = inside(run, "why")
    for name, value in (("why.target", 3), ("why.patch", 9), ("why.layer", "conv1")):
        put(app, name, value)
    link = {name: value for name, value in app.query_params.items() if name != "run"}
    again = opened("inside.py", run=run, **link)
    assert session_of(again).states[Why] == Why(3, 9, layer="conv1")
    pictures = [drawn(one, "maps")[1]["rows"][0]["pictures"] for one in (app, again)]
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    ("tab", "state", "name"),
    [
        ("maps", FeatureMaps("conv2", filter=5), "filters.layer"),
        ("why", Why(layer="conv2"), "why.layer"),
        ("maximization", Maximization("conv2", filter=5), "maximize.of"),
        ("change", FilterEdit("conv2", filter=5), "edit.layer"),
    ],
)
def test_a_layer_that_the_network_lacks_is_not_forgotten(run: str, tab: str, state: State, name: str) -> None:
    """The network has 4 and 6 filters; that of the sidebar has one convolution of 3."""
    app = choose(inside(run, tab, net="conv3k3-relu-flatten-dense10"), state)
    assert control(app, name).value == "conv2"
    before = [drawn(app, component) for component in ("maps", "player", "film")]
    put(app, "subject.run", "untrained")
    assert [drawn(app, component) for component in ("maps", "player", "film")] != before
    assert session_of(app).states[type(state)] == state
    put(app, "subject.run", run)
    assert control(app, name).value == "conv2"
    assert [drawn(app, component) for component in ("maps", "player", "film")] == before
    assert session_of(app).states[type(state)] == state


def test_a_filter_that_the_network_lacks_is_shown_as_its_last(run: str) -> None:
    app = choose(inside(run, "maximization"), Maximization("conv1", filter=12))
    assert control(app, "maximize.filter").value == 4
    put(app, "maximize.of", "conv2")
    assert control(app, "maximize.filter").value == 6
    assert session_of(app).states[Maximization].filter == 12


def test_half_a_choice_of_a_cell_takes_the_other_half_as_it_was_shown(run: str) -> None:
    app = inside(run, "mistakes")
    truth, answer = (control(app, f"mistakes.{name}").value for name in ("truth", "answer"))
    put(app, "mistakes.truth", (truth + 1) % 10)
    assert app.query_params["mistakes.truth"] == str((truth + 1) % 10)
    assert app.query_params["mistakes.answer"] == str(answer)


def test_nobody_can_read_a_drawing_before_a_network_is_trained() -> None:
    app = opened("draw.py")
    assert "You have not trained a network yet" in "".join(info.value for info in app.info)
    assert any("Train Fast 99" in button.label for button in app.button)
    assert "Draw a digit" in words_of(app)


def drawing(ink: np.ndarray) -> str:
    return b64encode(np.rint(255 * ink).astype(np.uint8).tobytes()).decode()


def with_drawing(run: str, ink: np.ndarray) -> AppTest:
    """The Draw page with this on its pad, as if it had been drawn."""
    app = opened("draw.py", run=run)
    return choose(app, OnPad(ink))


def test_a_drawing_is_read_as_the_network_reads_what_it_receives(run: str) -> None:
    ink = drawn_like(digit(mnist().test, 0), 0.6, 12, -12)
    app = with_drawing(run, ink)
    found = expected_answer(run, received(ink))
    assert f"It reads {a_digit(found.best)}" in words_of(app)
    strip = drawn(app, "maps")[0]["rows"][0]["pictures"]
    np.testing.assert_allclose(strip[-1]["values"], received(ink)[..., 0], atol=1e-5)
    assert drawn(app, "pad")[0]["load"]["pixels"] == drawing(ink)
    put(app, "draw.centre", False)
    assert "Centred: left out" in [picture["title"] for picture in drawn(app, "maps")[0]["rows"][0]["pictures"]]
    np.testing.assert_allclose(
        drawn(app, "maps")[0]["rows"][0]["pictures"][-1]["values"],
        received(ink, frozenset({"centre"}))[..., 0],
        atol=1e-5,
    )


def test_drawings_are_kept_labelled_counted_and_used_elsewhere(run: str) -> None:
    app = with_drawing(run, drawn_like(digit(mnist().test, 0), 0.8))
    put(app, "pad.label", 7)
    press(app, "Keep it")
    kept = drawn(app, "maps")[-1]["rows"][0]["pictures"]
    assert [picture["title"] for picture in kept] == ["Drawing 1: a 7"]
    assert "of 1 correctly. Draw 9 more" in words_of(app)
    app.switch_page("pages/inside.py").run()
    put(app, "image.kind", "drawing")
    asked = drawn(app, "maps")[0]["rows"][0]["pictures"][0]["values"]
    np.testing.assert_allclose(asked, received(drawn_like(digit(mnist().test, 0), 0.8))[..., 0], atol=1e-5)
    app.switch_page("pages/convolution.py").run()
    for name, value in (("digit.request", "drawing 1"), ("slide.image", "drawing-1")):
        put(app, name, value)
        slid = drawn(app, "player")[0]["slide"]["image"]["values"][0]
        np.testing.assert_allclose(slid, asked, atol=1e-5)


def test_a_drawing_that_was_forgotten_is_not_missed(run: str) -> None:
    app = with_drawing(run, drawn_like(digit(mnist().test, 0), 0.8))
    press(app, "Keep it")
    app.switch_page("pages/convolution.py").run()
    put(app, "slide.image", "drawing-1")
    app.switch_page("pages/draw.py").run()
    press(app, "Forget the last one")
    app.switch_page("pages/convolution.py").run()
    assert not app.exception
    assert control(app, "slide.image").value == "digit"


def test_a_photo_goes_through_its_own_steps_and_a_broken_one_is_said(run: str) -> None:
    paper = 1 - 0.8 * drawn_like(digit(mnist().test, 0), 0.7)
    file = io.BytesIO()
    Image.fromarray(np.uint8(255 * paper)).resize((300, 300)).save(file, "JPEG")
    app = opened("draw.py", run=run)
    app.file_uploader[0].upload("photo.jpg", file.getvalue(), "image/jpeg").run()
    assert not app.exception
    assert len(drawn(app, "maps")[0]["rows"][0]["pictures"]) == 5
    press(app, "Put it on the pad")
    assert "It reads a 7" in words_of(app)
    app.file_uploader[0].upload("photo.jpg", file.getvalue()[:500], "image/jpeg").run()
    assert not app.exception
    assert "damaged" in words_of(app)


def test_the_accuracy_without_each_step_is_shown(run: str) -> None:
    app = press(opened("draw.py", run=run), "Try it on 1,000 test digits")
    table = app.table[0].value
    shares = [float(text.rstrip("%")) for text in table["accuracy"]]
    assert len(shares) == 5
    assert shares[0] > shares[-1] + 20
