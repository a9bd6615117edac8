"""Look inside and Draw, driven as a script, on a network that was trained for the purpose."""

import io
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import MNIST, mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.export.pretrained import pretrained
from cnnplay.figures.percent import probability_text
from cnnplay.inputs.digit_search import digit
from cnnplay.inputs.handwriting import drawn_like, received
from cnnplay.inspection.ablation import ablate_each, with_filter
from cnnplay.inspection.activations import Answer, answer
from cnnplay.inspection.attribution import occlusion, saliency, spread_over
from cnnplay.inspection.class_activation import ClassActivation
from cnnplay.inspection.evaluation import accuracy_of, examples, predictions, wrong
from cnnplay.labs.kernels import KERNELS
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.parsing import read_layers
from cnnplay.network.presets import PRESETS
from cnnplay.state.fields import State, kind_of
from cnnplay.state.labs import Digit, FeatureMaps, FilterEdit, InsideImage, InsideTabs, Maximization, Why
from cnnplay.ui.changed_filters import Changes
from cnnplay.ui.inside.ablation import worth_in_words
from cnnplay.ui.inside.mistakes import with_image
from cnnplay.ui.inside.remedies import effect_in_words, with_more_filters
from cnnplay.ui.inside.why import grad_cam_in_words
from cnnplay.ui.on_pad import OnPad
from cnnplay.ui.plain_text import plain
from cnnplay.ui.runs import accuracy_text
from cnnplay.ui.saved_drawings import Drawings

from .driving import (
    choose,
    control,
    controls,
    drawn,
    label_of_chip,
    link_of,
    opened,
    press,
    put,
    said,
    session_of,
    wait_for_run,
    words_of,
)

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
    app = opened("inside.py", **({"run": run, "net": NET, "inside.tab": tab} | link))
    assert not app.exception
    return app


def weights(run: str, epoch: int = 2) -> dict[str, Any]:
    return shared_engine().epoch_weights(run)[epoch]


def expected_answer(run: str, image: np.ndarray, epoch: int = 2) -> Answer:
    return answer(Architecture.parse(NET), weights(run, epoch), image)


def test_a_network_that_nobody_trained_is_looked_into_as_it_is() -> None:
    app = opened("inside.py", net=NET)
    assert label_of_chip(app) == "4 filters 5×5, then 6 filters 3×3, max 2 · not trained"
    found = answer(Architecture.parse(NET), initial_weights(Architecture.parse(NET)), digit(mnist().test, 0))
    assert said(app).startswith(f"It says {found.best}\n")


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
        sure = probability_text(found.probabilities[found.best])
        assert f"It says {found.best}\n{sure} sure" in said(app)
        strip = drawn(app, "answer")[0]
        np.testing.assert_allclose(strip["probabilities"], found.probabilities, atol=1e-5)
        np.testing.assert_allclose(strip["image"], image[..., 0], atol=1e-5)
        pictures = drawn(app, "maps")[0]["rows"][0]["pictures"]
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
    stages = drawn(app, "maps")[0]["rows"][1:]
    assert [stage["title"] for stage in stages] == ["Feature maps", "After relu1", "After max1"]
    ranges = {picture["range"] for stage in stages for picture in stage["pictures"]}
    assert len(ranges) == 1
    put(app, "filters.layer", "conv2")
    atlas = drawn(app, "maps")[0]["rows"][0]["pictures"][0]["values"]
    assert np.shape(atlas) == (6 * 4 - 1, 4 * 4 - 1)  # 6 filters of 4 slices 3×3, a cell between them


@pytest.fixture(scope="module")
def sure_run() -> Iterator[str]:
    """A run whose steps are so long that it is surer than it should be."""
    app = opened("training.py", net="conv3k5s3-relu-flatten-dense10", images="3000", epochs="2", rate="0.03")
    press(app, "Start")
    wait_for_run(app)
    trained = session_of(app).run
    assert trained is not None
    yield trained
    shared_engine().remove(trained)


@pytest.mark.parametrize("tab", kind_of(InsideTabs, "tab").options)
def test_a_probability_above_99_9_percent_is_no_quotation(sure_run: str, tab: str) -> None:
    """A line of Markdown that begins with > is one."""
    network, test = shared_engine().view(sure_run).architecture, mnist().test
    surest = int(predictions(network, weights(sure_run), test.images).max(1).argmax())
    app = choose(inside(sure_run, tab, net=str(network)), Digit(f"#{surest}", surest))
    assert ">99.9 % sure" in said(app)
    kinds = ("markdown", "caption", "info", "warning", "success", "error")
    texts = [str(part.value) for kind in kinds for part in app.get(kind)]
    texts += [str(cell) for table in app.table for cell in table.value.to_numpy().ravel()]
    texts += [str(text) for metric in app.metric for text in (metric.value, metric.delta)]
    assert not [text for text in texts for line in text.splitlines() if line.lstrip().startswith(">")]
    if tab == "why":
        assert r"\>99.9 %" in texts


def test_one_it_gets_wrong_is_wrong(run: str) -> None:
    app = put(inside(run), "image.kind", "wrong")
    assert "Wrong: it is a" in said(app)
    assert "right" not in said(app)


def test_one_it_gets_wrong_stays_while_filters_are_changed(run: str) -> None:
    app = put(put(inside(run, "change"), "image.kind", "wrong"), "image.mistake", 5)
    image = drawn(app, "answer")[0]["image"]
    before = expected_answer(run, np.array(image, np.float32)[..., None])
    for filters in (1, 2, 3, 4):
        press(put(app, "edit.filter", filters), "Switch it off")
    assert drawn(app, "answer")[0]["image"] == image
    assert f"Before your 4 changes: {before.best}" in said(app)
    assert control(app, "image.mistake").value == 5


def test_why_shows_what_the_methods_compute(run: str) -> None:
    app, image, network = inside(run, "why"), digit(mnist().test, 0), Architecture.parse(NET)
    put(put(app, "why.target", 3), "why.against", "none")
    pictures = {p["id"]: p for p in drawn(app, "maps")[0]["rows"][0]["pictures"]}
    expected = saliency(network, weights(run), image, 3)
    np.testing.assert_allclose(pictures["why_saliency"]["values"], expected, atol=1e-5)
    cam = np.shape(pictures["why_grad_cam"]["values"])
    assert cam != np.shape(drawn(put(app, "why.layer", "conv1"), "maps")[0]["rows"][0]["pictures"][-1]["values"])
    before = pictures["why_occlusion"]["values"]
    assert before != drawn(put(app, "why.patch", 9), "maps")[0]["rows"][0]["pictures"][3]["values"]


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
    assert app.metric[0].value == f"{100 * whole:.2f} %"
    press(app, "Switch it off")
    changed = with_filter(weights(run), "conv1", 0)
    less = accuracy_of(predictions(network, changed, test.images), test.labels)
    assert app.metric[0].value == f"{100 * less:.2f} %"
    points = f"{100 * (less - whole):+.2f}".replace("-", "−")
    assert app.metric[0].delta == f"{points} points, was {100 * whole:.2f} %"
    arrow = app.metric[0].proto
    assert (arrow.direction, arrow.color) == (arrow.DOWN, arrow.RED)
    press(app, "Put it in")
    assert "filter 1 of conv1: Sobel x" in words_of(app)
    press(press(app, "Undo the change"), "Undo the change")
    assert app.metric[0].value == f"{100 * whole:.2f} %"
    assert np.array_equal(weights(run)["conv1/kernel"], np.asarray(weights(run)["conv1/kernel"]))


def test_each_epoch_has_changes_of_its_own(run: str) -> None:
    app = press(inside(run, "change"), "Switch it off")
    put(app, "subject.epoch", 1)
    assert "Nothing is changed yet." in words_of(app)
    put(app, "subject.epoch", 2)
    assert "filter 1 of conv1: off" in words_of(app)


def test_looking_at_a_network_leaves_nothing_behind(run: str) -> None:
    app = inside(run, "change")
    for epoch in (0, 1, 2):
        put(app, "subject.epoch", epoch)
    assert not state_of_changes(app)
    press(app, "Switch it off")
    assert len(state_of_changes(app)) == 1
    press(app, "Undo all")
    assert not state_of_changes(app)


def state_of_changes(app: AppTest) -> dict[Any, Any]:
    return session_of(app).states.get(Changes, Changes()).by_network


def test_a_changed_filter_is_told_wherever_the_network_is_shown(run: str) -> None:
    app, network, test = inside(run, "change"), Architecture.parse(NET), mnist().test
    assert "No filter is changed." in words_of(app)
    press(app, "Switch it off")
    changed = with_filter(weights(run), "conv1", 0)
    was, now = (accuracy_of(predictions(network, w, test.images), test.labels) for w in (weights(run), changed))
    assert (
        f"With your 1 change (filter 1 of conv1: off), it reads {accuracy_text(now)} of the test images correctly "
        f"instead of {accuracy_text(was)}."
    ) in words_of(app)
    told = "This page shows the network without your change (filter 1 of conv1: off)."
    for page in ("home", "draw"):
        assert told in words_of(app.switch_page(f"pages/{page}.py").run())
    put(app, "subject.epoch", 1)
    assert told not in words_of(app)


def test_a_change_says_how_many_other_images_it_fixes_and_breaks(run: str) -> None:
    network, test = Architecture.parse(NET), mnist().test
    number = int(wrong(predictions(network, weights(run), test.images), test.labels)[0])
    app = choose(inside(run, "change"), Digit(f"#{number}", number))
    press(app, "Switch it off")
    right = [
        predictions(network, w, test.images).argmax(1) == test.labels
        for w in (weights(run), with_filter(weights(run), "conv1", 0))
    ]
    others = np.arange(len(test.labels)) != number
    fixed, broken = (int((one & ~other & others).sum()) for one, other in (right[::-1], right))
    assert broken > fixed
    assert effect_in_words((False, bool(right[1][number])), fixed, broken) in words_of(app)


@pytest.mark.parametrize(
    ("here", "fixed", "broken", "says"),
    [
        ((False, True), 2, 4600, "This **fixes** the image above. Of the other test images it fixes 2 and breaks"),
        ((False, False), 2, 4600, "All classes share a filter, so it is not the place to fix one of them"),
        ((True, False), 0, 3, "This **breaks** the image above."),
        (None, 5, 3, "Of the test images it fixes 5 and breaks **3**."),
    ],
)
def test_what_a_change_does_is_said_as_it_is(
    here: tuple[bool, bool] | None, fixed: int, broken: int, says: str
) -> None:
    said = effect_in_words(here, fixed, broken)
    assert says in said
    assert ("All classes share" in said) == (broken > fixed)


def test_a_mistake_leads_to_a_network_that_reads_the_image(run: str) -> None:
    """The most accurate other network, where it reads the image; one that it gets wrong as well has no such button."""
    best, test = pretrained("fast99"), mnist().test
    probabilities = predictions(Architecture.parse(NET), weights(run), test.images)
    better = predictions(best.architecture, best.weights, test.images).argmax(1) == test.labels
    mistakes = wrong(probabilities, test.labels)
    fixed, hard = (int(mistakes[better[mistakes] == reads][0]) for reads in (True, False))
    app = choose(inside(run, "change"), Digit(f"#{hard}", hard))
    assert not [button for button in app.button if button.key == "remedy_read"]
    choose(app, Digit(f"#{fixed}", fixed))
    app.button(key="remedy_read").click().run()
    assert session_of(app).choice.net == PRESETS["fast99"].net
    assert said(app).startswith(f"It says {test.labels[fixed]}\n")
    assert not [button for button in app.button if str(button.key).startswith("remedy")]


def test_filters_are_added_to_the_last_convolution_and_trained(run: str) -> None:
    test = mnist().test
    number = int(wrong(predictions(Architecture.parse(NET), weights(run), test.images), test.labels)[0])
    app = choose(inside(run, "change"), Digit(f"#{number}", number))
    put(app, "subject.epoch", 0)
    assert not [button for button in app.button if button.key == "remedy_train"]  # not trained yet: that comes first
    put(app, "subject.epoch", 2)
    app.button(key="remedy_train").click().run()
    view = shared_engine().view(session_of(app).run or "")
    shared_engine().remove(view.id)
    assert str(view.architecture) == session_of(app).choice.net == NET.replace("conv6", "conv12")


@pytest.mark.parametrize(
    ("net", "wider"),
    [
        ("conv8k3-relu-flatten-dense10", "conv16k3-relu-flatten-dense10"),
        ("conv300k3-relu-flatten-dense10", "conv512k3-relu-flatten-dense10"),
        ("conv512k3-relu-flatten-dense10", None),
        ("flatten-dense10", None),
    ],
)
def test_there_are_twice_as_many_filters_where_there_is_room(net: str, wider: str | None) -> None:
    assert with_more_filters(read_layers(net)) == wider


def test_a_mistake_that_is_clicked_is_chosen_as_a_mistake(run: str) -> None:
    app, test = inside(run, "mistakes"), mnist().test
    probabilities = predictions(Architecture.parse(NET), weights(run), test.images)
    put(put(app, "mistakes.truth", 4), "mistakes.answer", 9)
    number, mistakes = int(examples(probabilities, test.labels, 4, 9)[1]), wrong(probabilities, test.labels)
    right = int(examples(probabilities, test.labels, 4, 4)[0])
    assert with_image(InsideImage("wrong", 3), right, mistakes) == InsideImage("digit", 3)
    choose(app, with_image(InsideImage(), number, mistakes))
    assert mistakes[control(app, "image.mistake").value - 1] == number
    np.testing.assert_allclose(drawn(app, "answer")[0]["image"], digit(test, number)[..., 0], atol=1e-5)
    pictures = drawn(app, "maps")[-1]["rows"][0]["pictures"]
    assert [one["id"] for one in pictures if one.get("chosen")] == [f"test_{number}"]


def test_the_filter_that_matters_most_is_found(run: str) -> None:
    app = press(inside(run, "change"), "Leave each one out in turn")
    network, test = Architecture.parse(NET), mnist().test
    without = ablate_each(network, weights(run), "conv1", test)
    whole = accuracy_of(predictions(network, weights(run), test.images), test.labels)
    assert worth_in_words(without, whole, "conv1") in words_of(app)


WHOLE = 0.9


@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ((0.8, 0.5, 0.9), "**Filter 2** of conv1 matters most: without it, it is 50.00 %."),
        (
            (0.8, 0.5, 0.95),
            "**Filter 2** of conv1 matters most: without it, it is 50.00 %. The network does better without filter 3: "
            "without filter 3 it is 95.00 %.",
        ),
        (
            (0.92, 0.5, 0.95),
            "**Filter 2** of conv1 matters most: without it, it is 50.00 %. The network does better without 2 filters "
            "(1, 3): without filter 3 it is 95.00 %.",
        ),
        (
            (0.93, 0.91, 0.95),
            "None of the filters of conv1 helps: the network does better without any one of them; without filter 3 it "
            "is 95.00 %.",
        ),
        (
            (0.9, 0.9, 0.95),
            "None of the filters of conv1 helps by itself, and some do harm: without filter 3 it is 95.00 %.",
        ),
        ((0.9, 0.9, 0.9), "Without any one of the filters of conv1 it stays the same."),
    ],
)
def test_what_leaving_out_each_filter_shows_is_said_as_it_is(accuracies: tuple[float, ...], said: str) -> None:
    assert worth_in_words(np.array(accuracies), WHOLE, "conv1") == said


@pytest.mark.parametrize(
    ("weighted", "gradient_sign", "ink", "says"),
    [
        ((-1.0, -1.0), (1, 1), (True, True), "paints nothing"),
        ((1.0, 1.0), (1, 1), (True, False), "trusted to show where"),
        ((1.0, 3.0), (1, 1), (True, False), "75 % of what Grad-CAM paints lies where the image is empty"),
        ((1.0, 1.0), (1, -0.9), (True, True), "keep only 0.3 % of the gradient"),
    ],
)
def test_grad_cam_is_described_by_what_it_is_made_of(
    weighted: tuple[float, float], gradient_sign: tuple[float, float], ink: tuple[bool, bool], says: str
) -> None:
    """One map of two cells."""
    maps, gradients = (np.array(values, np.float32).reshape(1, 2, 1) for values in (weighted, gradient_sign))
    assert says in grad_cam_in_words(ClassActivation(maps, gradients, np.array([ink])), "conv1")


def test_why_compares_the_answer_with_the_true_digit_and_the_strongest_filter_can_be_switched_off(run: str) -> None:
    """The way from a mistake to what it takes to change it, by its buttons."""
    network, test, before = Architecture.parse(NET), mnist().test, weights(run)
    probabilities = predictions(network, before, test.images)
    number = int(wrong(probabilities, test.labels)[0])
    image, truth = digit(test, number), int(test.labels[number])
    app = choose(inside(run, "mistakes"), Digit(f"#{number}", number))
    best = expected_answer(run, image).best
    assert drawn(app, "answer")[0]["ask"] == f"Why {best} and not {truth}?"
    choose(app, InsideTabs("why"))
    pixels, filters = (data["rows"][0] for data in drawn(app, "maps")[:2])
    assert pixels["title"] == f"What speaks for {best} rather than {truth}"
    expected = saliency(network, before, image, best) - saliency(network, before, image, truth)
    np.testing.assert_allclose(pixels["pictures"][1]["values"], expected, atol=1e-5)
    scores = expected_answer(run, image).logits
    lost = {}
    for index in range(6):
        without = answer(network, with_filter(before, "conv2", index), image).logits
        lost[f"filter {index + 1}"] = (scores[best] - scores[truth]) - (without[best] - without[truth])
    order = sorted(lost, key=lambda name: -lost[name])
    assert [picture["title"] for picture in filters["pictures"]] == order
    captions = [float(picture["caption"].replace("−", "-")) for picture in filters["pictures"]]
    np.testing.assert_allclose(captions, [lost[name] for name in order], atol=0.006)
    press(app, f"Switch off {order[0]}")
    assert session_of(app).states[InsideTabs].tab == "change"
    assert session_of(app).states[FilterEdit] == FilterEdit("conv2", filter=int(order[0].split()[1]))
    changed = with_filter(before, "conv2", int(order[0].split()[1]) - 1)
    now = answer(network, changed, image)
    assert said(app).startswith(f"It says {now.best}")
    assert f"Before your 1 change: {best}" in said(app)
    accuracies = [accuracy_of(predictions(network, w, test.images), test.labels) for w in (before, changed)]
    assert (app.metric[0].value, app.metric[1].value) == (
        f"{100 * accuracies[1]:.2f} %",
        plain(f"{now.best}, {probability_text(now.probabilities[now.best])}"),
    )
    press(app, "Undo the change")
    assert said(app).startswith(f"It says {best}")


@pytest.mark.parametrize(("button", "factor"), [("Halve it", 0.5), ("Double it", 2), ("Flip its sign", -1)])
def test_a_filter_is_scaled_with_its_bias(run: str, button: str, factor: float) -> None:
    app, image, old = press(inside(run, "change"), button), digit(mnist().test, 0), weights(run)
    kernel, bias = factor * np.asarray(old["conv1/kernel"])[..., 0], factor * float(old["conv1/bias"][0])
    expected = answer(Architecture.parse(NET), with_filter(old, "conv1", 0, kernel, bias), image)
    np.testing.assert_allclose(drawn(app, "answer")[0]["probabilities"], expected.probabilities, atol=1e-4)


@pytest.mark.parametrize(
    ("net", "offered", "says"),
    [
        ("conv3k2-relu-flatten-dense10", False, "3 × 3 or larger: too big for this 2 × 2 filter"),
        ("conv3k3-relu-flatten-dense10", True, "Or click a number"),
        ("conv3k5-relu-flatten-dense10", True, "Its 3 × 3 weights go into the middle of 5 × 5"),
    ],
)
def test_a_named_kernel_is_offered_where_it_fits_and_says_where_it_goes(net: str, offered: bool, says: str) -> None:
    app = opened("inside.py", net=net, **{"inside.tab": "change"})
    assert says in words_of(app)
    assert bool([button for button in app.button if button.label == "Put it in"]) == offered
    named = [one for one in controls(app) if one.label == "A ready-made kernel"]
    assert len(named) == offered
    assert all(len(KERNELS[name].array) <= int(net[6]) for one in named for name in one.options)


def test_a_cell_of_the_confusion_shows_its_images_and_they_open_above(run: str) -> None:
    app, test = inside(run, "mistakes"), mnist().test
    probabilities = predictions(Architecture.parse(NET), weights(run), test.images)
    put(put(app, "mistakes.truth", 4), "mistakes.answer", 9)
    numbers = examples(probabilities, test.labels, 4, 9)
    row = drawn(app, "maps")[-1]["rows"][0]
    assert row["title"].startswith(f"{len(numbers)} image")
    assert [picture["id"] for picture in row["pictures"]] == [f"test_{number}" for number in numbers[:24]]


def test_a_link_opens_the_part_and_the_settings_that_it_names(run: str) -> None:
    app = inside(run, "why", **{"why.target": "3", "why.patch": "7", "why.against": "none"})
    assert session_of(app).states[Why] == Why(3, 7, against="none")
    assert (control(app, "why.target").value, control(app, "why.patch").value) == (3, 7)
    image, network = digit(mnist().test, 0), Architecture.parse(NET)
    (row,) = drawn(app, "maps")[0]["rows"]
    assert row["title"] == "What speaks for 3"
    expected = occlusion(network, weights(run), image, 3, patch=7, stride=2)
    shown = next(picture for picture in row["pictures"] if picture["id"] == "why_occlusion")
    np.testing.assert_allclose(shown["values"], spread_over(expected, image.shape[:2]), atol=1e-5)


def test_a_link_opens_a_part_as_it_was_copied(run: str) -> None:
    app = inside(run, "why")
    for name, value in (("why.target", 3), ("why.patch", 9), ("why.layer", "conv1")):
        put(app, name, value)
    link = {name: value for name, value in link_of(app).items() if name != "run"}
    again = opened("inside.py", run=run, **link)
    assert session_of(again).states[Why] == Why(3, 9, layer="conv1")
    pictures = [drawn(one, "maps")[0]["rows"][0]["pictures"] for one in (app, again)]
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
    """The network has 4 and 6 filters; the one chosen next has one convolution of 3."""
    app = choose(inside(run, tab), state)
    assert control(app, name).value == "conv2"
    before = [drawn(app, component) for component in ("maps", "player", "film")]
    session_of(app).choice = replace(session_of(app).choice, net="conv3k3-relu-flatten-dense10")
    app.run()
    assert [drawn(app, component) for component in ("maps", "player", "film")] != before
    assert session_of(app).states[type(state)] == state
    press(app, next(button.label for button in app.button if button.label.startswith("Back to")))
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
    assert link_of(app)["mistakes.truth"] == str((truth + 1) % 10)
    assert link_of(app)["mistakes.answer"] == str(answer)


def test_a_network_that_is_not_trained_reads_no_drawing_and_one_click_brings_one_that_does() -> None:
    app = choose(opened("draw.py", net=NET), OnPad(drawn_like(digit(mnist().test, 0), 0.8)))
    assert "This network is not trained: its weights are random. So it cannot read." in "".join(
        info.value for info in app.info
    )
    assert said(app).startswith("This network cannot read yet")
    app.button(key="draw_back").click().run()
    assert session_of(app).choice.net == PRESETS["fast99"].net
    assert not app.info
    assert said(app).startswith("It reads a 7")


def drawing(ink: np.ndarray) -> str:
    return b64encode(np.rint(255 * ink).astype(np.uint8).tobytes()).decode()


def with_drawing(run: str, ink: np.ndarray) -> AppTest:
    """The Draw page with this on its pad, as if it had been drawn."""
    app = opened("draw.py", run=run, net=NET)
    return choose(app, OnPad(ink))


def test_a_drawing_is_read_as_the_network_reads_what_it_receives(run: str) -> None:
    ink = drawn_like(digit(mnist().test, 0), 0.6, 12, -12)
    app = with_drawing(run, ink)
    found = expected_answer(run, received(ink))
    assert said(app).startswith(f"It reads {MNIST.phrase(found.best)}")
    np.testing.assert_allclose(drawn(app, "answer")[0]["probabilities"], found.probabilities, atol=1e-5)
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
    asked = drawn(app, "answer")[0]["image"]
    np.testing.assert_allclose(asked, received(drawn_like(digit(mnist().test, 0), 0.8))[..., 0], atol=1e-5)
    app.switch_page("pages/convolution.py").run()
    for name, value in (("digit.request", "drawing 1"), ("slide.image", "drawing-1")):
        put(app, name, value)
        slid = drawn(app, "player")[0]["slide"]["image"]["values"][0]
        np.testing.assert_allclose(slid, asked, atol=1e-5)


def kept_titles(app: AppTest) -> list[str]:
    return [picture["title"] for picture in drawn(app, "maps")[-1]["rows"][0]["pictures"]]


def test_drawings_are_deleted_one_by_one_and_come_back_to_their_places(run: str) -> None:
    ink = drawn_like(digit(mnist().test, 0), 0.8)
    app = with_drawing(run, ink)
    for label in (7, 1, 2):
        press(choose(app, OnPad(ink, label)), "Keep it")
    assert kept_titles(app) == ["Drawing 1: a 7", "Drawing 2: a 1", "Drawing 3: a 2"]
    for number in (2, 1):
        session_of(app).states[Drawings] = session_of(app).states[Drawings].without(number)
    app.run()
    assert kept_titles(app) == ["Drawing 3: a 2"]
    press(app, "Bring back drawing 1")
    assert kept_titles(app) == ["Drawing 1: a 7", "Drawing 3: a 2"]
    press(app, "Bring back drawing 2")
    assert kept_titles(app) == ["Drawing 1: a 7", "Drawing 2: a 1", "Drawing 3: a 2"]
    assert not [button for button in app.button if "Bring back" in button.label]


def test_other_pages_do_without_a_drawing_that_was_deleted(run: str) -> None:
    app = with_drawing(run, drawn_like(digit(mnist().test, 0), 0.8))
    press(app, "Keep it")
    app.switch_page("pages/convolution.py").run()
    put(app, "slide.image", "drawing-1")
    session_of(app).states[Drawings] = session_of(app).states[Drawings].without(1)
    app.run()
    assert not app.exception
    assert control(app, "slide.image").value == "digit"


def test_a_photo_goes_through_its_own_steps_and_a_broken_one_is_said(run: str) -> None:
    paper = 1 - 0.8 * drawn_like(digit(mnist().test, 0), 0.7)
    file = io.BytesIO()
    Image.fromarray(np.uint8(255 * paper)).resize((300, 300)).save(file, "JPEG")
    app = opened("draw.py", run=run, net=NET)
    app.file_uploader[0].upload("photo.jpg", file.getvalue(), "image/jpeg").run()
    assert not app.exception
    assert len(drawn(app, "maps")[0]["rows"][0]["pictures"]) == 5
    press(app, "Put it on the pad")
    assert "It reads a 7" in said(app)
    app.file_uploader[0].upload("photo.jpg", file.getvalue()[:500], "image/jpeg").run()
    assert not app.exception
    assert "damaged" in words_of(app)


def test_the_accuracy_without_each_step_is_shown(run: str) -> None:
    app = press(opened("draw.py", run=run, net=NET), "Try it on 1,000 test digits")
    table = app.table[0].value
    shares = [float(text.rstrip(" %")) for text in table["accuracy"]]
    assert len(shares) == 5
    assert shares[0] > shares[-1] + 20
