"""Every page of the app, driven as a script: what each control changes, and what bad input does not."""

import re
from pathlib import Path

import pytest

from cnnplay.data.datasets import MNIST_FILE, load_mnist, mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.errors import DataError
from cnnplay.network.architecture import Architecture
from cnnplay.network.parsing import DEFAULT
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import OPTIMIZERS, TrainConfig

from .driving import ROOT, drawn, opened, press, session_of, shown, wait_for_run, words_of

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
    app.text_input(key="net_text").set_value("conv6k2-foo").run()
    app.selectbox(key="preset").set_value("lenet5").run()
    assert "is not a layer" not in words_of(app)
    assert app.text_input(key="net_text").value == PRESETS["lenet5"].net


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
    app.slider(key=key).set_value(value).run()
    assert session_of(app).choice.net == net
    assert app.query_params["net"] == net
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
    app.selectbox(key=key).set_value(value).run()
    assert session_of(app).choice.net == net
    assert not app.exception


def test_a_switch_puts_batch_normalization_into_a_block() -> None:
    app = opened()
    app.toggle(key="edit_0_batchnorm").set_value(True).run()
    assert session_of(app).choice.net == "conv6k2-batchnorm-relu-max2-flatten-dense10"
    assert "**10,204 parameters**, 12 of them not trained" in words_of(app)
    app.toggle(key="edit_0_batchnorm").set_value(False).run()
    assert session_of(app).choice.net == DEFAULT


def test_every_setting_of_the_sidebar_has_a_help_text() -> None:
    app = opened(net="conv6k2-batchnorm-relu-max2-flatten-dense20-relu-dense10")
    for setting in (*app.sidebar.selectbox, *app.sidebar.slider, *app.sidebar.toggle):
        assert setting.help, setting.label


def test_blocks_are_added_and_removed_up_to_three() -> None:
    app = opened()
    press(press(app, "Add a block"), "Add a block")
    assert session_of(app).choice.net.count("conv") == 3
    assert next(button for button in app.button if button.label == "Add a block").disabled
    press(press(app, "Remove"), "Remove")
    assert session_of(app).choice.net == DEFAULT


def test_a_preset_brings_its_training_settings() -> None:
    app = opened()
    app.selectbox(key="preset").set_value("fast99").run()
    config = session_of(app).choice.config
    assert (config.optimizer, config.schedule, config.batch_size) == ("adamw", "one-cycle", 128)


def test_a_text_that_blocks_cannot_express_keeps_its_text_until_the_user_asks_for_blocks() -> None:
    net = "conv4k3x5-max2-relu-flatten-dense10"
    app = opened("architecture.py", net=net)
    assert "**Custom network**" in words_of(app)
    assert not [slider for slider in app.slider if slider.key == "edit_0_filters"]
    app.switch_page("pages/training.py").run()
    assert session_of(app).choice.net == net
    press(app, "Turn it into blocks")
    assert app.slider(key="edit_0_filters").value == 4
    assert session_of(press(app, "Undo")).choice.net == net


@pytest.mark.parametrize("page", PAGES)
def test_a_choice_survives_a_change_of_page(page: str) -> None:
    app = opened()
    app.slider(key="edit_0_filters").set_value(17).run()
    app.switch_page(f"pages/{page}").run()
    assert app.slider(key="edit_0_filters").value == 17


def test_the_table_shows_the_notebooks_rows() -> None:
    table = opened("architecture.py").table[0].value
    rows = dict(zip(table["Layer"], zip(table["Output shape"], table["Parameters"], strict=True), strict=True))
    assert rows["conv1"] == ("27×27×6", "(2·2·1 + 1)·6 = 30".replace(" ", "\u00a0"))
    assert rows["max1"] == ("13×13×6", "0")
    assert rows["flatten"] == ("1,014", "0")
    assert rows["dense1"] == ("10", "(1,014 + 1)·10 = 10,150".replace(" ", "\u00a0"))


def test_the_text_form_edits_the_network_and_a_bad_text_leaves_it_alone() -> None:
    app = opened("architecture.py")
    app.text_input(key="net_text").set_value("conv4k3x5s2-relu-flatten-dense10").run()
    assert session_of(app).choice.net == "conv4k3x5s2-relu-flatten-dense10"
    app.text_input(key="net_text").set_value("cov4k3-relu-flatten-dense10").run()
    assert session_of(app).choice.net == "conv4k3x5s2-relu-flatten-dense10"
    assert "“cov4k3”, is not a layer" in words_of(app)
    assert app.text_input(key="net_text").value == "cov4k3-relu-flatten-dense10"
    press(app, "Read it as conv4k3")
    assert session_of(app).choice.net == "conv4k3-relu-flatten-dense10"
    assert "is not a layer" not in words_of(app)


def test_a_network_that_does_not_fit_is_said_in_numbers_and_mended_by_a_button() -> None:
    app = opened("architecture.py", **LINKS["does not fit"])
    assert "conv2 (4 filters 11×11) does not fit on 3 × 3 × 4" in words_of(app)
    app.switch_page("pages/training.py").run()
    assert next(button for button in app.button if button.label == "Start").disabled
    fix = next(button for button in app.button if shown(button.label).startswith("Conv2: make the window"))
    fix.click().run()
    assert not app.error
    Architecture.parse(session_of(app).choice.net).require_classes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_training_settings_are_kept_in_the_link(optimizer: str) -> None:
    app = opened("training.py")
    app.selectbox(key="train_optimizer").set_value(optimizer).run()
    app.select_slider(key="train_learning_rate").set_value(3e-4).run()
    app.slider(key="train_epochs").set_value(3).run()
    app.number_input(key="train_seed").set_value(11).run()
    again = opened("training.py", **app.query_params)
    assert session_of(again).choice.config == TrainConfig(optimizer, 3e-4, epochs=3, seed=11)


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


def test_one_step_pause_resume_stop_and_reset() -> None:
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
    app.select_slider(key="live_rate").set_value(0.01).run()
    assert engine.view(run).learning_rate == 0.01
    press(app, "Stop")
    assert engine.view(run).status == "stopped"
    press(app, "Reset")
    assert (engine.view(run).step, engine.view(run).learning_rate) == (0, 1e-3)
    press(app, "Resume")
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
