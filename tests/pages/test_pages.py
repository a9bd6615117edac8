"""Every page of the app, driven as a script: what each control changes, and what bad input does not."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import MNIST_FILE, load_mnist, mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.errors import DataError
from cnnplay.inputs.digit_search import digit
from cnnplay.inspection.activations import answer
from cnnplay.network.architecture import Architecture
from cnnplay.network.parsing import DEFAULT
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import OPTIMIZERS, TrainConfig
from cnnplay.ui.first_document import WIDGETS
from cnnplay.ui.training.network_now import Drawn

from .driving import (
    ROOT,
    control,
    controls,
    drawn,
    link_of,
    opened,
    press,
    put,
    session_of,
    shown,
    wait_for_run,
    words_of,
)

PAGES = sorted(file.name for file in (ROOT / "pages").glob("*.py"))
LINKS = {
    "none": {},
    "a preset": {"net": PRESETS["keras"].net},
    "three blocks": {
        "net": "conv4k3s2same-gelu-mean2-conv8k3-tanh-min2s1-conv3k1p2-flatten-dense32-relu-dropout20-dense10"
    },
    "normalized": {"net": "conv4k3-batchnorm-relu-max2-conv5k3-batchnorm-relu-globalmean-dense10"},
    "custom": {"net": "conv4k3x5-max2-relu-flatten-dense10", "rate": "0.01", "batch": "64"},
    "no convolution": {"net": "flatten-dense10"},
    "does not fit": {"net": "conv4k11-relu-max6-conv4k11-flatten-dense10"},
    "no scores": {"net": "conv4k3-relu"},
    "too large": {"net": "conv64k1p5-conv64k1p5-conv64k1p5-flatten-dense256-dense10"},
    "garbage": {"net": "<b>%00💥", "rate": "nan", "epochs": "1e9", "batch": "", "seed": "-1", "run": "x", "more": "y"},
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_every_kind_of_link(page: str, link: dict[str, str]) -> None:
    app = opened(page, **link)
    assert not app.exception
    assert app.title


def test_a_link_cannot_bring_a_picture_or_a_link_of_its_own_onto_the_page() -> None:
    app = opened(net="![x](//example.org/a.png)", rate="[here](https://example.org)")
    warnings = [str(part.value) for part in app.warning]
    assert len(warnings) == 1
    assert not [warning for warning in warnings if re.search(r"[^\\]\]\(|https:", warning)]


def test_a_bad_text_is_forgotten_with_the_next_choice() -> None:
    app = opened("architecture.py")
    control(app, "net_text").set_value("conv6k2-foo").run()
    control(app, "preset").set_value("lenet5").run()
    assert "is not a layer" not in words_of(app)
    assert control(app, "net_text").value == PRESETS["lenet5"].net


@pytest.mark.parametrize(
    ("key", "value", "net"),
    [
        ("edit_0_filters", 9, "conv9k2-relu-max2-flatten-dense10"),
        ("edit_0_kernel", 5, "conv6k5-relu-max2-flatten-dense10"),
        ("edit_0_stride", 2, "conv6k2s2-relu-max2-flatten-dense10"),
        ("edit_0_pool_size", 3, "conv6k2-relu-max3-flatten-dense10"),
        ("edit_0_pool_stride", 1, "conv6k2-relu-max2s1-flatten-dense10"),
        ("edit_hidden", 16, "conv6k2-relu-max2-flatten-dense16-relu-dense10"),
        ("edit_dropout", 30, "conv6k2-relu-max2-flatten-dropout30-dense10"),
    ],
)
def test_a_slider_of_the_sidebar_changes_the_network_and_nothing_else_of_it(key: str, value: int, net: str) -> None:
    app = opened()
    control(app, key).set_value(value).run()
    assert session_of(app).choice.net == net
    assert link_of(app)["net"] == net
    assert f"**{Architecture.parse(net).parameter_count:,} parameters**" in words_of(app)
    assert session_of(press(app, "Undo")).choice.net == DEFAULT


@pytest.mark.parametrize(
    ("key", "value", "net"),
    [
        ("edit_0_padding", "same", "conv6k2same-relu-max2-flatten-dense10"),
        ("edit_0_padding", 3, "conv6k2p3-relu-max2-flatten-dense10"),
        ("edit_0_activation", "gelu", "conv6k2-gelu-max2-flatten-dense10"),
        ("edit_0_activation", "none", "conv6k2-max2-flatten-dense10"),
        ("edit_0_pool", "min", "conv6k2-relu-min2-flatten-dense10"),
        ("edit_head", "globalmean", "conv6k2-relu-max2-globalmean-dense10"),
        ("edit_0_pool", "none", "conv6k2-relu-flatten-dense10"),
        ("preset", "lenet5", PRESETS["lenet5"].net),
    ],
)
def test_a_list_of_the_sidebar_changes_the_network(key: str, value: object, net: str) -> None:
    app = opened()
    control(app, key).set_value(value).run()
    assert session_of(app).choice.net == net
    assert not app.exception


def test_a_switch_puts_batch_normalization_into_a_block() -> None:
    app = opened()
    control(app, "edit_0_batchnorm").set_value(True).run()
    assert session_of(app).choice.net == "conv6k2-batchnorm-relu-max2-flatten-dense10"
    assert "**10,204 parameters**, 12 of them not trained" in words_of(app)
    control(app, "edit_0_batchnorm").set_value(False).run()
    assert session_of(app).choice.net == DEFAULT


def test_every_setting_of_the_sidebar_has_a_help_text() -> None:
    app = opened(net="conv6k2-batchnorm-relu-max2-flatten-dense20-relu-dense10")
    settings = [shown for shown in controls(app) if shown.key == "preset" or shown.key.startswith("edit_")]
    assert len(settings) >= 12
    for setting in settings:
        assert setting.field["help"], setting.label


def test_blocks_are_added_and_removed_up_to_three() -> None:
    app = opened()
    press(press(app, "Add a block"), "Add a block")
    assert session_of(app).choice.net.count("conv") == 3
    assert next(button for button in app.button if button.label == "Add a block").disabled
    press(press(app, "Remove"), "Remove")
    assert session_of(app).choice.net == DEFAULT


def test_a_block_is_open_when_it_is_added_and_others_stay_as_they_are() -> None:
    app = opened(net="conv6k2-relu-max2-conv6k2-relu-max2-flatten-dense10")
    press(app, "Add a block")
    blocks = [box for box in app.expander if box.label.startswith("**Block")]
    assert [box.proto.expanded for box in blocks] == [True, False, True]


def test_a_preset_brings_its_training_settings() -> None:
    app = opened()
    control(app, "preset").set_value("fast99").run()
    config = session_of(app).choice.config
    assert (config.optimizer, config.schedule, config.batch_size) == ("adamw", "one-cycle", 128)


def test_a_text_that_blocks_cannot_express_keeps_its_text_until_the_user_asks_for_blocks() -> None:
    net = "conv4k3x5-max2-relu-flatten-dense10"
    app = opened("architecture.py", net=net)
    assert "**Custom network**" in words_of(app)
    assert "edit_0_filters" not in [shown.key for shown in controls(app)]
    app.switch_page("pages/training.py").run()
    assert session_of(app).choice.net == net
    press(app, "Turn it into blocks")
    assert control(app, "edit_0_filters").value == 4
    assert session_of(press(app, "Undo")).choice.net == net


@pytest.mark.parametrize("page", PAGES)
def test_a_choice_survives_a_change_of_page(page: str) -> None:
    app = opened()
    control(app, "edit_0_filters").set_value(17).run()
    app.switch_page(f"pages/{page}").run()
    assert control(app, "edit_0_filters").value == 17


def test_the_table_shows_the_notebooks_rows() -> None:
    table = opened("architecture.py").table[0].value
    rows = dict(zip(table["Layer"], zip(table["Output shape"], table["Parameters"], strict=True), strict=True))
    assert rows["conv1"] == ("27×27×6", "(2·2·1 + 1)·6 = 30".replace(" ", "\u00a0"))
    assert rows["max1"] == ("13×13×6", "0")
    assert rows["flatten"] == ("1,014", "0")
    assert rows["dense1"] == ("10", "(1,014 + 1)·10 = 10,150".replace(" ", "\u00a0"))


def test_the_text_form_edits_the_network_and_a_bad_text_leaves_it_alone() -> None:
    app = opened("architecture.py")
    control(app, "net_text").set_value("conv4k3x5s2-relu-flatten-dense10").run()
    assert session_of(app).choice.net == "conv4k3x5s2-relu-flatten-dense10"
    control(app, "net_text").set_value("cov4k3-relu-flatten-dense10").run()
    assert session_of(app).choice.net == "conv4k3x5s2-relu-flatten-dense10"
    assert "“cov4k3”, is not a layer" in words_of(app)
    assert control(app, "net_text").value == "cov4k3-relu-flatten-dense10"
    press(app, "Read it as conv4k3")
    assert session_of(app).choice.net == "conv4k3-relu-flatten-dense10"
    assert "is not a layer" not in words_of(app)


def test_a_network_that_does_not_fit_is_said_in_numbers_and_mended_by_a_button() -> None:
    app = opened("architecture.py", **LINKS["does not fit"])
    assert "conv2 (4 filters 11×11) does not fit on 3 × 3 × 4" in words_of(app)
    names = [layer["name"] for layer in drawn(app, "volumes")[-1]["layers"]]
    assert names[-1] == "conv2"
    assert "does not fit on 3 × 3 × 4" in drawn(app, "volumes")[-1]["layers"][-1]["problem"]
    assert list(app.table[0].value["Layer"]) == names[1:-1]
    app.switch_page("pages/training.py").run()
    assert next(button for button in app.button if button.label == "Start").disabled
    fix = next(button for button in app.button if shown(button.label) == "Use a 3×3 window in conv2")
    fix.click().run()
    assert not app.error
    Architecture.parse(session_of(app).choice.net).require_classes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_training_settings_are_kept_in_the_link(optimizer: str) -> None:
    app = opened("training.py")
    control(app, "train_optimizer").set_value(optimizer).run()
    control(app, "train_learning_rate").set_value(3e-4).run()
    control(app, "train_epochs").set_value(3).run()
    control(app, "train_seed").set_value(11).run()
    again = opened("training.py", **link_of(app))
    assert session_of(again).choice.config == TrainConfig(optimizer, 3e-4, epochs=3, seed=11)


def test_the_decay_rates_are_there_where_the_optimizer_takes_them() -> None:
    app = opened("training.py")
    names = ("train_beta1", "train_beta2")
    for optimizer, row in OPTIMIZERS.items():
        control(app, "train_optimizer").set_value(optimizer).run()
        fields = [shown.key for shown in controls(app)]
        there = {"train_beta1", "train_beta2"} & set(fields)
        assert (
            there == (set(names) if optimizer in ("adam", "adamw") else set()) == {f"train_{n}" for n in row.settings}
        )
        if there:
            at = fields.index("train_optimizer")
            assert tuple(fields[at + 1 : at + 3]) == names  # below the optimizer
    for name, words in zip(names, ("past gradients are remembered", "size of past gradients"), strict=True):
        control(app, "train_optimizer").set_value("adam").run()
        help = str(control(app, name).field["help"])
        assert words in help and "Kingma & Ba 2015" in help


def test_a_decay_rate_is_kept_in_the_link_and_undone_and_waits_for_its_optimizer() -> None:
    app = opened("training.py", beta1="0.77")
    control(app, "train_beta2").set_value(0.9).run()
    assert session_of(app).choice.config == TrainConfig(beta1=0.77, beta2=0.9)
    control(app, "train_optimizer").set_value("sgd").run()
    again = opened("training.py", **link_of(app))
    control(again, "train_optimizer").set_value("adamw").run()
    assert (control(again, "train_beta1").value, control(again, "train_beta2").value) == (0.77, 0.9)
    press(app, "Undo")
    press(app, "Undo")
    assert session_of(app).choice.config == TrainConfig(beta1=0.77)
    assert control(app, "train_beta2").value == 0.999


def test_a_setting_that_the_optimizer_does_not_take_makes_no_other_run() -> None:
    app = opened("training.py", images="500", epochs="1", optimizer="sgd")
    press(app, "Start")
    wait_for_run(app)
    app.run()
    told = words_of(app)
    session_of(app).choice = replace(session_of(app).choice, config=replace(session_of(app).choice.config, beta1=0.5))
    assert words_of(app.run()) == told


def test_a_run_from_start_to_results_and_back_by_its_link() -> None:
    app = opened("training.py", images="500", epochs="2")
    assert not app.metric
    press(app, "Start")
    wait_for_run(app)
    app.run()
    assert not app.exception
    assert [metric.label for metric in app.metric][:2] == ["Test accuracy now", "Best epoch"]
    # A new browser tab with this link - F5 - finds the run again, and with it the visit's others.
    again = opened("training.py", run=session_of(app).run, images="500", epochs="2")
    assert session_of(again).visit == session_of(app).visit
    assert again.metric[0].value == app.metric[0].value
    # A shared link does not hand the run over.
    (shared,) = [copied["text"] for copied in drawn(app, "copy")]
    assert "net=" in shared
    assert "run=" not in shared


def run_buttons(app: AppTest) -> list[str]:
    """What the buttons that steer the run say."""
    return [button.label for button in app.main.button if str(button.key).startswith("run_")]


def test_one_button_starts_pauses_and_resumes() -> None:
    engine, app = shared_engine(), opened("training.py", epochs="50", batch="8")
    assert run_buttons(app) == ["Start", "One step", "One epoch", "Reset"]
    app.button(key="run_start").click().run()
    run = session_of(app).run
    assert (run_buttons(app)[0], engine.view(run).live) == ("Pause", True)
    while not engine.view(run).step:
        app.run()
    app.button(key="run_start").click().run()
    assert (run_buttons(app)[0], engine.view(run).status) == ("Resume", "paused")
    app.button(key="run_start").click().run()
    assert (run_buttons(app)[0], engine.view(run).live) == ("Pause", True)
    engine.remove(run)


def press_what_was_drawn_before(app: AppTest, key: str, act: Callable[[], object]) -> None:
    """Click on a button as it was before `act`: the click overtakes the answer."""
    id = app.button(key=key).id
    before = metadata_of(app)[id]
    act()
    metadata_of(app)[id] = before
    app.button(key=key).click().run()
    assert not app.exception


def metadata_of(app: AppTest) -> dict[str, WidgetMetadata[Any]]:
    """What Streamlit will call for each widget of the last drawing."""
    state = app.session_state._state._state
    metadata: dict[str, WidgetMetadata[Any]] = state._new_widget_state.widget_metadata
    return metadata


def test_a_second_click_on_start_before_the_answer_begins_nothing() -> None:
    engine, app = shared_engine(), opened("training.py", epochs="50", batch="8")
    press_what_was_drawn_before(app, "run_start", lambda: press(app, "Start"))
    (only,) = engine.views(session_of(app).visit)
    assert only.live
    engine.remove(only.id)


def test_a_change_that_comes_together_with_start_is_trained() -> None:
    app = opened("training.py", images="200", epochs="1")
    control(app, "edit_0_filters").set_value(9)
    next(button for button in app.button if button.label == "Start").click().run()
    run = session_of(app).run
    assert run is not None
    view = shared_engine().view(run)
    shared_engine().remove(run)
    assert str(view.architecture) == session_of(app).choice.net == "conv9k2-relu-max2-flatten-dense10"


def test_a_click_on_pause_that_comes_after_the_end_does_nothing() -> None:
    engine, app = shared_engine(), opened("training.py", images="500", epochs="1")
    press(app, "Start")
    assert run_buttons(app)[0] == "Pause"

    def end() -> None:
        wait_for_run(app)
        app.run()

    for key in ("run_start", "run_one_step", "run_one_epoch"):
        press_what_was_drawn_before(app, key, end)
        (only,) = engine.views(session_of(app).visit)
        assert only.status == "finished"
        engine.remove(only.id)
        press(app.run(), "Start")
    engine.remove(session_of(app).run)


def test_going_back_to_a_paused_run_also_works_where_the_run_in_view_is_gone() -> None:
    engine, app = shared_engine(), opened("training.py", epochs="50", batch="8")
    first = session_of(press(app, "Start")).run
    while not engine.view(first).step:
        app.run()
    app.run()
    second = session_of(press(app, "New run")).run
    engine.remove(second)
    app.button(key="run_back").click().run()
    assert session_of(app).run == first
    assert engine.view(first).live
    engine.remove(first)


def test_a_change_that_was_taken_is_not_taken_again_when_an_element_comes_back_with_an_older_one() -> None:
    app = opened()
    old = dict(control(app, "edit_0_filters").set_value(7).run().session_state["edit_0"])
    put(app, "edit_0_filters", 9)
    app.session_state["edit_0"] = old
    app.run()
    assert control(app, "edit_0_filters").value == 9


def test_names_that_no_control_has_are_not_kept() -> None:
    app = opened()
    made = {f"no such control {number}": [number, 9, number] for number in range(100)}
    app.session_state["edit_0"] = {"edits": {"session": session_of(app).token, "made": made}}
    app.run()
    assert not app.exception
    assert not set(made) & set(session_of(app).taken)


def test_what_the_network_at_work_drew_is_computed_again_only_where_it_changes() -> None:
    app = opened("training.py", images="500", epochs="3", net="conv4k3-relu-max2-conv5k3-flatten-dense10")
    press(app, "Start")
    wait_for_run(app)

    def pictures() -> Any:
        return session_of(app).states[Drawn].pictures

    def shown() -> Any:
        (network,) = drawn(app, "live_network")
        return network["moments"]

    app.run()
    app.run()
    before, moments = pictures(), shown()
    put(app, "curves.smoothing", control(app, "curves.smoothing").field["low"])
    put(app, "edit_0_filters", 6)
    assert pictures() is before
    assert shown() == moments
    put(app, "live.layer", "conv2")
    assert shown() != moments
    put(app, "live.layer", "conv1")
    assert shown() == moments
    put(app, "digit.request", "#5")
    assert shown() != moments
    put(app, "digit.request", "#0")
    press(app, "Reset")
    press(app, "One step")
    wait_for_run(app)
    control(app.run(), "live_rate").set_value(0.1).run()
    press(app, "Resume")
    wait_for_run(app)
    app.run()
    assert [moment["title"] for moment in shown()] == [moment["title"] for moment in moments]
    assert shown() != moments
    shared_engine().remove(session_of(app).run)


def test_another_run_pauses_the_first_and_says_how_to_go_on_with_it() -> None:
    engine, app = shared_engine(), opened("training.py", epochs="50", batch="8")
    press(app, "Start")
    first = session_of(app).run
    while not engine.view(first).step:
        app.run()
    app.run()
    put(app, "edit_0_filters", 7)
    keeps = (
        "6 filters, not tested yet** keeps the network and settings that it began with. **New run** trains the changed"
    )
    assert keeps in words_of(app)
    press(app, "New run")
    second = session_of(app).run
    assert (engine.view(first).status, engine.view(second).live) == ("paused", True)
    name = control(app, "run_shown").field["options"][0]
    assert name.startswith("6 filters, ")
    assert re.search(
        rf"\*\*{name}\*\* paused at epoch \d+, step [\d,]+\. It keeps what it has learned\.", words_of(app)
    )
    press(app, f"Go on with {name}")
    assert session_of(app).run == first
    assert (engine.view(first).live, engine.view(second).live) == (True, False)
    for run in (first, second):
        engine.remove(run)


def test_a_reset_run_makes_room_for_the_changed_network() -> None:
    engine, app = shared_engine(), opened("training.py", images="500", epochs="1")
    press(app, "One step")
    wait_for_run(app)
    press(app.run(), "Reset")
    put(app, "edit_0_filters", 7)
    press(app, "Start")
    (only,) = engine.views(session_of(app).visit)
    assert str(only.architecture) == "conv7k2-relu-max2-flatten-dense10"


def test_the_network_at_work_is_there_before_while_and_after_a_training() -> None:
    app = opened("training.py", images="500", epochs="3")
    (before,) = drawn(app, "live_network")
    assert [moment["title"] for moment in before["moments"]] == ["before training"]
    assert (before["shown"], before["filter_shape"], before["map_shape"]) == (6, [2, 2], [27, 27])
    press(app, "One step")
    wait_for_run(app)
    deadline = time.monotonic() + 60
    while len(drawn(app.run(), "live_network")[0]["moments"]) < 2:  # the page waits but a moment for a busy worker
        assert time.monotonic() < deadline
    (after_a_step,) = drawn(app, "live_network")
    assert [moment["title"] for moment in after_a_step["moments"]] == ["before training", "after step 1"]
    assert after_a_step["moments"][0]["maps"] != after_a_step["moments"][1]["maps"]
    press(app, "Resume")
    wait_for_run(app)
    (film,) = drawn(app.run(), "live_network")
    titles = ["before training", *(f"after epoch {epoch}" for epoch in (1, 2, 3))]
    assert [moment["title"] for moment in film["moments"]] == titles
    run = session_of(app).run
    assert run
    assert len({moment["filters"] for moment in film["moments"]}) == 4
    weights = shared_engine().epoch_weights(run)[2]
    architecture, image = Architecture.parse(DEFAULT), digit(mnist().test, 0)
    expected = answer(architecture, weights, image).probabilities
    assert film["moments"][2]["probabilities"] == pytest.approx(expected.tolist(), abs=1e-5)


def test_the_digit_and_the_layer_of_the_network_at_work_can_be_chosen() -> None:
    app = opened("training.py", net="conv4k3-relu-max2-conv20k3-relu-flatten-dense10")
    put(app, "digit.request", "a four")
    put(app, "live.layer", "conv2")
    (shown,) = drawn(app, "live_network")
    assert (shown["truth"], shown["layer"], shown["shown"], shown["filters"]) == (4, "conv2", 16, 20)
    assert shown["filter_shape"] == [7, 7]  # four slices of 3 × 3, two in a row, with a gap
    assert link_of(app)["live.layer"] == "conv2"
    without = opened("training.py", net="flatten-dense10")
    (shown,) = drawn(without, "live_network")
    assert (shown["layer"], shown["shown"]) == (None, 0)


def test_while_a_run_trains_the_sidebar_of_every_other_page_has_its_bar_and_a_pause() -> None:
    engine, app = shared_engine(), opened("training.py", epochs="50", batch="8")
    press(app, "Start")
    run = session_of(app).run
    while not engine.view(run).step:
        app.run()
    app.run()
    assert not app.sidebar.get("progress")  # the page has its own
    app.switch_page("pages/pooling.py").run()
    assert [bar.proto.text for bar in app.get("progress")] == ["6 filters 2×2, max 2: epoch 1 of 50"]
    app.button(key="bar_pause").click().run()
    assert engine.view(run).status == "paused"
    app.run()
    assert not app.get("progress")
    engine.remove(run)


def test_a_page_whose_network_cannot_train_says_what_to_do_and_not_to_press_start() -> None:
    app = opened("training.py", **LINKS["does not fit"])
    assert app.button(key="run_start").disabled
    assert "This network cannot train as it is" in words_of(app)
    told = words_of(app) + json.dumps(drawn(app, "curves"))
    assert "Start" not in told


def test_one_step_pause_resume_and_reset() -> None:
    engine, app = shared_engine(), opened("training.py", images="500", epochs="2")
    press(app, "One step")
    wait_for_run(app)
    run = session_of(app).run
    assert (engine.view(run).step, engine.view(run).status) == (1, "paused")
    app.run()
    press(app, "One epoch")
    wait_for_run(app)
    assert engine.view(run).step == 16
    app.run()
    control(app, "live_rate").set_value(0.01).run()
    assert engine.view(run).learning_rate == 0.01
    press(app, "Reset")
    assert (engine.view(run).step, engine.view(run).learning_rate) == (0, 1e-3)
    press(app, "Start")
    wait_for_run(app)
    assert engine.view(run).status == "finished"


def test_a_diverged_run_names_the_step_and_starts_again_with_a_smaller_rate() -> None:
    link = {
        "net": "conv6k2-max2-flatten-dense10",
        "optimizer": "momentum",
        "rate": "10",
        "images": "500",
        "epochs": "1",
    }
    app = opened("training.py", **link)
    press(app, "Start")
    failed = session_of(app).run
    wait_for_run(app)
    app.run()
    assert "the loss became" in words_of(app)
    press(app, "Train again with learning rate 0.01")
    assert session_of(app).run != failed
    assert session_of(app).choice.config.learning_rate == 0.01


def test_a_run_whose_loss_is_hopeless_says_so_and_offers_a_smaller_rate() -> None:
    """Adam at a rate of 10 overshoots without end, but its loss stays a number."""
    app = opened("training.py", optimizer="adam", rate="10", images="5000", epochs="1")
    press(app, "Start")
    wait_for_run(app)
    app.run()
    assert shared_engine().view(session_of(app).run).status == "finished"
    assert "The loss is above 2.30" in words_of(app)
    press(app, "Train again with learning rate 0.001")
    wait_for_run(app)
    app.run()
    assert "The loss is above" not in words_of(app)


def test_a_run_that_was_removed_leaves_an_empty_page() -> None:
    app = opened("training.py", images="500", epochs="1")
    press(app, "Start")
    shared_engine().remove(session_of(app).run)
    press(app, "Reset")
    assert not app.exception
    assert session_of(app).run is None


def test_an_unreadable_data_file_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "mnist.npz"
    broken.write_bytes(MNIST_FILE.read_bytes()[:100_000])
    with pytest.raises(DataError):
        load_mnist(broken)
    monkeypatch.setattr("cnnplay.data.datasets.MNIST_FILE", broken)
    mnist.forget()
    try:
        app = opened("training.py")
        assert not app.exception
        assert "cannot be read" in words_of(app)
        assert next(button for button in app.button if button.label == "Start").disabled
    finally:
        monkeypatch.undo()
        mnist.forget()


# Elements whose code a browser loads when it meets the first of them: their type in the page, and the file.
FILES = {
    "download_button": "DownloadButton",
    "file_uploader": "FileUploader",
    "html": "Html",
    "image": "ImageList",
    "plotly_chart": "PlotlyChart",
    "progress": "Progress",
    "table": "Table",
    **dict.fromkeys(("selectbox", "slider", "select_slider", "toggle", "text_input", "number_input"), "a raw widget"),
}


@pytest.mark.parametrize("name", WIDGETS)
def test_the_first_document_names_the_widgets_of_its_page(name: str) -> None:
    met = {FILES[element.type] for element in opened(f"{name}.py") if element.type in FILES}
    assert met == set(WIDGETS[name])


def test_a_learning_rate_of_a_link_that_reads_like_a_step_is_shown_and_kept() -> None:
    app = opened("training.py", rate="0.00100000001")
    shown = control(app, "train_learning_rate")
    assert shown.field["value"] == "0.001"
    assert shown.field["options"].count("0.001") == 1
    assert session_of(app).choice.config.learning_rate == shown.value == 0.00100000001
