"""Take it home: what the page offers, and what opening a file does."""

import io
from dataclasses import replace

import numpy as np
import pytest

from cnnplay.course.chapters import STEPS
from cnnplay.engine.engine import shared_engine
from cnnplay.export.saved_run import SavedRun, load, save
from cnnplay.export.scripts import FRAMEWORKS, script
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.state.labs import Export
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import History
from tests.pages.driving import choose, drawn, opened, press, put, session_of, wait_for_run, words_of

FIRST = next(iter(STEPS))
NET = "conv2k5s3-relu-flatten-dense10"
QUICK = {"net": NET, "epochs": "1", "images": "500", "batch": "100"}
TABS = ("lesson", "code", "weights", "figures", "link")


def taking(tab="lesson", **link):
    return opened("export.py", **{"export.tab": tab}, **link)


def trained(tab="lesson"):
    app = press(opened("training.py", **QUICK), "Start")
    wait_for_run(app)
    app.switch_page("pages/export.py").run()
    return choose(app, Export(tab=tab))


def downloads(app):
    return [button.proto.label for button in app.get("download_button")]


def a_file(small, net=NET, epochs=2):
    """The weights file of a run that somebody trained elsewhere."""
    from cnnplay.training.trainer import Trainer

    trainer = Trainer(Architecture.parse(net), TrainConfig(epochs=epochs, train_images=300), small)
    trainer.advance(trainer.total_steps)
    return save(SavedRun(trainer.architecture, trainer.config, trainer.weights(), trainer.history, trainer.epoch))


def upload(app, data, name="weights.safetensors"):
    app.file_uploader[0].upload(name, data, "application/octet-stream").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("net", ["conv6k3-relu-max2-flatten-dense10", PRESETS["lenet5"].net, "flatten-dense10"])
def test_every_tab_opens_for_a_network_that_never_trained(tab, net):
    app = taking(tab, net=net)
    assert "Not trained yet" in "\n".join(info.value for info in app.info)
    assert "Take everything home" in downloads(app)
    assert not [label for label in downloads(app) if "eights" in label or "istory" in label]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_a_trained_run(tab):
    app = trained(tab)
    assert not app.info
    assert "Take everything home" in downloads(app)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_code_that_is_shown_is_the_code_that_is_taken(framework):
    app = put(taking("code", net=NET, rate="0.002"), "export.framework", framework)
    shown = next(code.value for code in app.code if "build_model" in code.value)
    assert shown.strip() == script(framework, Architecture.parse(NET), TrainConfig(learning_rate=0.002)).strip()


def test_what_a_trained_run_offers():
    assert {"weights.safetensors"} <= set(downloads(trained("weights")))
    assert {"History as CSV", "History as JSON", "Table as Markdown", "PNG", "SVG"} <= set(
        downloads(trained("figures"))
    )


def test_a_network_that_does_not_fit_is_mended_here_too_and_a_file_can_still_be_opened():
    app = opened("export.py", net="conv6k30-flatten-dense10")
    assert "does not fit" in words_of(app)
    assert len(app.file_uploader) == 1


def test_the_link_opens_what_was_shared():
    app = taking("link", net=PRESETS["lenet5"].net, rate="0.01", seed="7")
    address = drawn(app, "copy")[-1]["text"]
    parameters = dict(part.split("=") for part in address.partition("?")[2].split("&"))
    other = opened("home.py", **parameters)
    assert session_of(other).choice.net == session_of(app).choice.net == PRESETS["lenet5"].net
    assert session_of(other).choice.config == session_of(app).choice.config
    assert session_of(other).run is None


@pytest.mark.parametrize(
    ("net", "epoch", "says"),
    [
        (NET, None, "starts from the same initial weights, because the seed is in the link."),
        (PRESETS["fast99"].net, None, "gets this network trained, because its weights come with cnnplay."),
        (PRESETS["fast99"].net, 0, "They are not the weights that you see here."),
    ],
)
def test_the_link_says_whose_weights_it_brings(net, epoch, says):
    app = taking("link", net=net)
    if epoch is not None:
        put(app, "subject.epoch", epoch)
    assert says in words_of(app)
    assert ("not the weights" in words_of(app)) == (epoch == 0)


def test_the_link_goes_to_the_page_that_is_chosen_and_never_has_the_run():
    app = put(trained("link"), "export.opens", "training")
    addresses = [copied["text"] for copied in drawn(app, "copy")]  # of the sidebar and of the page
    assert [address for address in addresses if "/training?net=" in address]
    assert session_of(app).run
    assert not [address for address in addresses if "run=" in address]


def test_what_leaves_with_a_run_opens_with_that_run_s_settings_whatever_the_sidebar_has_by_now():
    app = trained("link")
    session_of(app).choice = replace(session_of(app).choice, config=TrainConfig(epochs=7))
    main = [copied["text"] for copied in drawn(app.run(), "copy") if "epochs=1&images=500" in copied["text"]]
    assert len(main) == 1
    assert f"net={NET}" in main[0]


def test_another_network_in_the_sidebar_is_what_leaves():
    app = put(trained("link"), "preset", "lenet5")
    addresses = [copied["text"] for copied in drawn(app, "copy")]
    assert all(f"net={PRESETS['lenet5'].net}" in address for address in addresses)
    assert "Not trained yet" in app.info[0].value


def test_the_initial_weights_of_a_trained_run_are_not_said_to_be_all_there_is():
    app = put(trained("weights"), "subject.epoch", 0)
    assert "before the training" in app.info[0].value
    assert "weights.safetensors" not in downloads(app)
    put(app, "subject.epoch", 1)
    assert not app.info
    assert "weights.safetensors" in downloads(app)


def test_opening_a_file_brings_back_network_settings_history_and_weights(small):
    data = a_file(small)
    app = upload(taking("weights", net=PRESETS["lenet5"].net), data)
    saved, run = load(data), session_of(app).run
    view = shared_engine().view(run)
    assert (session_of(app).choice.net, session_of(app).choice.config) == (NET, saved.config)
    np.testing.assert_array_equal(view.history.loss, saved.history.loss)
    weights = shared_engine().epoch_weights(run)
    assert list(weights) == [0, 2]
    for name, array in saved.weights.items():
        np.testing.assert_array_equal(weights[2][name], array)
    for page in ("training", "inside", "draw"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
    press(app, "Undo")
    assert session_of(app).choice.net == PRESETS["lenet5"].net


def test_a_file_is_opened_once_however_often_the_page_runs(small):
    app = upload(taking("weights"), a_file(small))
    for _ in range(3):
        app.run()
    assert len(shared_engine().views(session_of(app).visit)) == 1


def test_the_bias_of_a_round_trip_is_none(small):
    """Saved, opened and saved again: the same bytes."""
    data = a_file(small)
    app = upload(taking("weights"), data)
    view = shared_engine().view(session_of(app).run)
    again = SavedRun(view.architecture, view.config, shared_engine().epoch_weights(view.id)[2], view.history, 2)
    assert save(again) == data


BROKEN = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "a pickle": lambda data: b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x05hello\x94.",
    "text": lambda data: b"weights, honestly",
    "a forged header": lambda data: (2**60).to_bytes(8, "little") + data[8:],
    "not a number": lambda data: data[:-4] + np.float32(np.nan).tobytes(),
    "an archive": lambda data: _npz(),
}


def _npz():
    file = io.BytesIO()
    np.savez(file, weights=np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_is_not_good_is_a_sentence_and_changes_nothing(how, small):
    app = taking("weights", net=NET)
    before = session_of(app).choice.net, session_of(app).choice.config, session_of(app).run, len(session_of(app).past)
    upload(app, BROKEN[how](a_file(small)))
    assert len(app.error) == 1
    assert "take a file that this playground has saved" in app.error[0].value.replace("\\", "")
    assert before == (
        session_of(app).choice.net,
        session_of(app).choice.config,
        session_of(app).run,
        len(session_of(app).past),
    )
    assert shared_engine().views(session_of(app).visit) == []


def test_a_run_that_is_still_training_can_be_taken_as_it_is_now():
    app = press(opened("training.py", net=NET, batch="8", epochs="50"), "Start")
    try:
        for tab in TABS:
            app.switch_page("pages/export.py").run()
            choose(app, Export(tab=tab))
    finally:
        shared_engine().remove(session_of(app).run)


def test_a_network_too_large_for_a_file_says_so():
    """More weights than a file that can be opened again may have."""
    large = Architecture.parse("flatten-dense4096-relu-dense1024-dense10")
    with pytest.raises(ValueError, match="20 MB"):
        save(SavedRun(large, TrainConfig(), initial_weights(large), History(0), 0))


def test_what_is_told_in_passing_survives_a_page_that_starts_anew(small):
    # An exercise is open: its panel has a style, which Streamlit keeps in the same list as toasts.
    app = taking("weights", **{"step.id": FIRST, "step.seed": "7"})
    engine, visit = shared_engine(), session_of(app).visit
    for _ in range(engine.limits.runs_a_visit + 1):
        engine.pause(engine.start(Architecture.parse(NET), TrainConfig(train_images=500, epochs=1), visit))
    upload(app, a_file(small))  # the page starts anew with the run that it opened
    for run, toast in zip((1, 2), app.toast, strict=True):
        assert f"Run {run} (2 filters 5×5 stride 3) was dropped" in toast.value
    assert not app.run().toast
    for view in engine.views(visit):
        engine.remove(view.id)
