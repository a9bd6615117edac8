"""The page Experiments: ask, train, read the answer, open a run, take it home."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cnnplay.experiments.experiment import VERSION, from_json
from cnnplay.experiments.keeper import Kept, shared_keeper
from cnnplay.experiments.questions import QUESTIONS
from cnnplay.experiments.summary import summary
from cnnplay.network.parsing import DEFAULT
from cnnplay.state.labs import Experiments
from cnnplay.ui.experiments.opened import InView

from .driving import (
    control,
    controls,
    drawn,
    label_of_chip,
    link_of,
    opened,
    press,
    put,
    session_of,
    shown,
    words_of,
)

SHORT = {"experiment.vary": "kernel:2,5", "experiment.seeds": "2", "experiment.epochs": "1", "experiment.images": "500"}


def kept(app: AppTest) -> Kept:
    return shared_keeper().of(session_of(app).visit)[-1]


def finished(app: AppTest) -> AppTest:
    """The page when its experiment has ended."""
    deadline = time.monotonic() + 240
    while not kept(app).execution.wait(1):
        assert time.monotonic() < deadline, kept(app).execution.progress()
    app.run()
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def trained() -> AppTest:
    return finished(press(opened("experiments.py", **SHORT), "Start"))


@pytest.fixture
def done(trained: AppTest) -> AppTest:
    """An experiment of four short runs, finished."""
    return trained.switch_page("pages/experiments.py").run()


def labels(app: AppTest) -> list[str]:
    return [shown(button.label) for button in app.button]


def test_nothing_in_a_row_that_is_empty_already_changes_nothing() -> None:
    app = opened("experiments.py", **{"experiment.vary": "kernel:2,5"})
    put(app, "experiment_setting_1", None)  # to another setting and back before the first was answered
    assert session_of(app).states[Experiments].vary == "kernel:2,5"


def test_a_setting_that_the_network_has_lost_meanwhile_is_not_taken() -> None:
    app = opened("experiments.py", **{"experiment.vary": "seed:1"})
    wanted = control(app, "experiment_setting_0").set_value("kernel")
    session_of(app).choice = replace(session_of(app).choice, net="flatten-dense10")
    assert not wanted.run().exception
    assert control(app, "experiment_setting_0").value != "kernel"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_ready_question_sets_the_controls_and_can_be_started(name: str) -> None:
    question = QUESTIONS[name]
    app = press(opened("experiments.py"), question.title)
    now = session_of(app).states[Experiments]
    assert (now.seeds, now.epochs, now.images) == (question.seeds, question.epochs, question.train_images)
    assert shown(question.why) in words_of(app)
    runs = question.seeds * len(next(iter(question.vary.values()), (None,)))
    assert f"**{runs} runs**" in words_of(app)
    start = next(button for button in app.button if button.label == "Start")
    assert not start.disabled


def test_ones_own_question_comes_back_after_a_ready_one() -> None:
    app = opened("experiments.py", **{"experiment.seeds": "7", "experiment.vary": "kernel:2,5"})
    own = session_of(app).states[Experiments]
    for question in QUESTIONS.values():
        press(app, question.title)
    assert session_of(app).states[Experiments] != own
    press(app, "Your own question")
    assert session_of(app).states[Experiments] == own
    assert next(button for button in app.button if button.label == "Your own question").disabled


def test_another_setting_comes_with_its_usual_values_and_all_of_it_is_in_the_link() -> None:
    app = put(opened("experiments.py"), "experiment_setting_1", "pool")
    assert control(app, "experiment_values_1").value == ["max", "mean"]
    put(app, "experiment_values_0", [3, 5])
    assert link_of(app)["experiment.vary"] == "kernel:3,5;pool:max,mean"
    again = opened("experiments.py", **link_of(app))
    assert [control(again, f"experiment_values_{at}").value for at in (0, 1)] == [[3, 5], ["max", "mean"]]
    put(again, "experiment_setting_0", None)
    assert control(again, "experiment_values_0").value == ["max", "mean"]
    put(again, "experiment_setting_0", None)
    assert "experiment_values_0" not in {one.key for one in controls(again)}
    assert "**5 runs**" in words_of(again)


def test_no_value_is_a_sentence_and_nothing_starts() -> None:
    app = put(opened("experiments.py"), "experiment_values_0", [])
    assert "at least one value of the kernel size" in words_of(app)
    assert next(button for button in app.button if button.label == "Start").disabled


def test_what_does_not_fit_is_named_before_the_start() -> None:
    app = opened("experiments.py", net="conv6k2s4-relu-max6-flatten-dense10", **{"experiment.vary": "pool_size:2,6"})
    assert not app.exception
    app = opened("experiments.py", net="conv6k9s4-relu-max2-flatten-dense10", **{"experiment.vary": "pool_size:2,6"})
    assert any(expander.label.startswith("1 of the combinations") for expander in app.expander)
    assert "pool size 6×6" in words_of(app).lower()


def test_too_many_runs_are_a_sentence() -> None:
    vary = "kernel:1,2,3,4,5,6,7;filters:1,2,3,4,6,8,12"
    app = opened("experiments.py", **{"experiment.vary": vary, "experiment.seeds": "10"})
    assert "490 runs" in words_of(app) and not app.exception


@pytest.mark.parametrize(
    "vary", ["kernel:99", "nothing:1", "kernel:2,3;kernel:5", "learning_rate:1e9", "kernel_3:2,3", "kernel:"]
)
def test_a_forged_question_of_a_link_is_explained(vary: str) -> None:
    app = opened("experiments.py", **{"experiment.vary": vary})
    assert not app.exception
    assert any(sentence in words_of(app) for sentence in ("could not be", "that could vary", "at least one value"))


def test_a_network_that_no_blocks_make_varies_its_training_alone() -> None:
    app = opened("experiments.py", net="max2-conv3k3-flatten-dense10")
    assert not app.exception
    assert {"learning_rate", "optimizer"} <= set(control(app, "experiment_setting_0").options)
    assert "kernel" not in control(app, "experiment_setting_0").options


def test_an_experiment_answers_in_words_with_a_dot_for_every_run(done: AppTest) -> None:
    execution = kept(done).execution
    for sentence in summary(execution.experiment, execution.runs):
        assert sentence in words_of(done)
    assert "All 4 runs are done" in str([bar.proto.text for bar in done.get("progress")])
    (picture,) = drawn(done, "seeds")
    assert [group["place"] for group in picture["groups"]] == ["2×2", "5×5"]
    dots = [run for group in picture["groups"] for run in group["runs"]]
    assert sorted(run["value"] for run in dots) == sorted(run.accuracy for run in execution.runs)
    assert all(len(run["curve"]) > 10 for run in dots)


def test_a_run_is_opened_on_another_page_and_undo_brings_ones_own_network_back(done: AppTest) -> None:
    run = kept(done).execution.runs[1]  # kernel 5, the first seed
    own = session_of(done).choice
    put(done, "experiment_run", "1")
    assert session_of(done).states[InView].run == 1
    press(done, "Look inside")
    done.switch_page("pages/inside.py").run()
    assert not done.exception
    assert session_of(done).choice.net == "conv6k5-relu-max2-flatten-dense10"
    assert f"{100 * run.accuracy:.1f} %" in label_of_chip(done)
    press(done, "Undo")
    assert session_of(done).choice.net == own.net


def test_a_reload_finds_the_experiment_again_and_another_visitor_does_not(done: AppTest) -> None:
    again = opened("experiments.py", run=kept(done).id)
    assert session_of(again).visit == session_of(done).visit
    assert "All 4 runs are done" in str([bar.proto.text for bar in again.get("progress")])
    assert "No experiment yet" in str([info.value for info in opened("experiments.py").info])


def test_an_experiment_is_paused_resumed_and_cancelled() -> None:
    app = press(opened("experiments.py", **{**SHORT, "experiment.seeds": "9", "experiment.epochs": "9"}), "Start")
    assert "Pause" in labels(app)
    press(app, "Pause")
    assert kept(app).execution.wait(120)
    done = kept(app).execution.progress().finished_epochs
    press(app, "Resume")
    while kept(app).execution.progress().finished_epochs <= done:
        kept(app).execution.wait_for_change(done, 60)
    press(app, "End it")
    assert kept(app).execution.wait(120)
    app.run()
    assert "End it" not in labels(app) and "Resume" not in labels(app)
    assert "ended early" in str([bar.proto.text for bar in app.get("progress")])


def test_a_run_that_is_opened_twice_is_one_run(done: AppTest) -> None:
    put(done, "experiment_run", "0")
    press(done, "Look inside")
    first = session_of(done).run
    done.switch_page("pages/experiments.py").run()
    press(done, "Show on Training")
    assert session_of(done).run == first


def test_the_question_of_an_experiment_comes_back_into_the_controls(done: AppTest) -> None:
    press(done, QUESTIONS["luck"].title)
    assert session_of(done).states[Experiments].vary == ""
    press(done, "Ask this question again")
    now = session_of(done).states[Experiments]
    assert (now.vary, now.seeds, now.epochs, now.images) == ("kernel:2,5", 2, 1, 500)
    assert session_of(done).choice.net == kept(done).execution.experiment.net


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"net": "conv6k{kernel}-relu-flatten-dense10"}, "names in braces"),
        ({"vary": {"kernel": [2, 13]}}, "does not offer all of these values of the kernel size"),
        ({"vary": {"learning_rate": [0.002]}}, "does not offer all of these values of the learning rate"),
        ({"vary": {"kernel_3": [2, 3]}}, "kernel size of block 3"),
        ({"settings": {"train_images": 777}}, "777 images a run"),
    ],
    ids=str,
)
def test_an_experiment_that_the_controls_cannot_ask_changes_nothing(changes: dict[str, Any], sentence: str) -> None:
    asked = {"format": VERSION, "net": DEFAULT, "vary": {"kernel": [2, 3]}, "seeds": 2, "settings": {}} | changes
    app = opened("experiments.py")
    before = session_of(app).choice, session_of(app).states[Experiments]
    app.file_uploader[0].upload("asked.json", json.dumps(asked).encode(), "application/json")
    app.run()
    assert not app.exception
    assert sentence in str([error.value for error in app.error])
    assert (session_of(app).choice, session_of(app).states[Experiments]) == before


def test_while_an_experiment_trains_the_sidebar_of_other_pages_says_so() -> None:
    app = press(opened("experiments.py", **{**SHORT, "experiment.seeds": "9", "experiment.epochs": "9"}), "Start")
    app.switch_page("pages/home.py").run()
    assert "Experiment: 0 of 18 runs" in str([bar.proto.text for bar in app.get("progress")])
    kept(app).execution.cancel()


def test_an_experiment_of_a_file_sets_network_and_controls(done: AppTest) -> None:
    asked = kept(done).execution.experiment
    app = opened("experiments.py")
    app.file_uploader[0].upload("asked.json", asked.to_json().encode(), "application/json")
    app.run()
    assert not app.exception
    now = session_of(app).states[Experiments]
    assert (now.vary, now.seeds, now.epochs, now.images) == ("kernel:2,5", 2, 1, 500)
    assert from_json(asked.to_json()) == asked


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 5000, b"\xff\xfe", json.dumps({"format": "x"}).encode()])
def test_a_file_that_is_no_experiment_is_a_sentence(data: bytes) -> None:
    app = opened("experiments.py")
    before = session_of(app).choice
    app.file_uploader[0].upload("asked.json", data, "application/json")
    app.run()
    assert not app.exception
    assert len(app.error) == 1 and str(app.error[0].value).endswith(".")
    assert session_of(app).choice == before


def test_a_change_that_comes_together_with_the_press_counts() -> None:
    app = opened("experiments.py", **{**SHORT, "experiment.seeds": "1"})
    control(app, "experiment_values_0").set_value([2, 3, 5])
    next(button for button in app.button if button.label == "Start").click().run()
    kept(app).execution.cancel()
    assert kept(app).execution.experiment.vary == {"kernel": (2, 3, 5)}
