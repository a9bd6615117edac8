"""One network everywhere: every page says the same about which it looks at, and takes that one home."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import MNIST, mnist
from cnnplay.engine.engine import shared_engine
from cnnplay.export.archive import WEIGHTS_FILE
from cnnplay.export.pretrained import pretrained
from cnnplay.export.saved_run import SavedRun, load
from cnnplay.inputs.digit_search import digit
from cnnplay.inputs.handwriting import drawn_like, received
from cnnplay.inspection.activations import answer
from cnnplay.network.architecture import Architecture
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.ui import runs
from cnnplay.ui.on_pad import OnPad

from .driving import ROOT, choose, label_of_chip, opened, press, put, said, session_of, wait_for_run

PAGES = sorted(file.name for file in (ROOT / "pages").glob("*.py"))
SHORT = {"images": "500", "epochs": "2"}
ONE, OTHER = "conv2k3-relu-max2-flatten-dense10", "conv3k3-relu-max2-flatten-dense10"
PRETRAINED = "6 filters 2×2, max 2 · pretrained · 97.4 %"


@pytest.fixture
def visits() -> Iterator[set[str]]:
    """Every test leaves the places of the one engine free."""
    found: set[str] = set()
    yield found
    for visit in found:
        for view in shared_engine().views(visit):
            shared_engine().remove(view.id)


@pytest.fixture
def app(visits: set[str]) -> AppTest:
    """A visit with two runs of different networks; the second is in view."""
    app = opened("training.py", net=ONE, **SHORT)
    visits.add(session_of(app).visit)
    for net in (ONE, OTHER):
        session_of(app).choice = runs.choice.Choice(net, TrainConfig(train_images=500, epochs=2))
        press(app.run(), "Start")
        wait_for_run(app)
    return app.run()


def on_every_page(app: AppTest) -> str:
    """What the chips of all pages say, which is one and the same."""
    labels = {label_of_chip(app.switch_page(f"pages/{page}").run()) for page in PAGES}
    assert not app.exception
    (label,) = labels
    return label


def names_of(app: AppTest) -> dict[str, str]:
    """The names that the chip lists, by the keys of their buttons."""
    return {str(b.key): b.label for b in app.main.button if str(b.key).startswith("chip_to_")}


def accuracy(app: AppTest, run: int, epoch: int) -> str:
    """Of a run by its number, as the chip writes it."""
    view = shared_engine().views(session_of(app).visit)[run - 1]
    return f"{100 * view.history.epochs[epoch - 1].test.accuracy:.1f} %"


def test_a_fresh_visit_has_a_trained_network_on_every_page() -> None:
    app = opened()
    assert on_every_page(app) == PRETRAINED
    found = answer(Architecture.parse(PRESETS["notebook"].net), pretrained("notebook").weights, digit(mnist().test, 0))
    app.switch_page("pages/inside.py").run()
    assert said(app).startswith(f"It says {found.best}\n")
    ink = drawn_like(digit(mnist().test, 0), 0.8)
    app.switch_page("pages/draw.py").run()
    read = answer(Architecture.parse(PRESETS["notebook"].net), pretrained("notebook").weights, received(ink))
    assert said(choose(app, OnPad(ink))).startswith(f"It reads {MNIST.phrase(read.best)}")


def test_a_page_names_a_trained_network_before_jax_is_loaded() -> None:
    code = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=60).switch_page("pages/architecture.py").run()
(label,) = (part.proto.popover.label for part in app.main.get("popover") if "chip" in part.proto.id)
print(label, sorted({"jax", "flax", "optax"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True)
    assert done.stdout.strip() == f"{PRETRAINED} []"


@pytest.mark.parametrize(
    ("link", "label"),
    [
        ({"net": PRESETS["fast99"].net}, "8 then 24 filters 5×5, max 2 · pretrained · 99.0 %"),
        ({"net": ONE}, "2 filters 3×3, max 2 · not trained"),
        ({"net": "conv6k30-flatten-dense10"}, "6 filters 30×30 · does not fit"),
        ({"net": "conv4k3x5-max2-relu-flatten-dense10"}, "4 filters 3×5, max 2 · not trained"),
    ],
)
def test_every_page_says_what_the_network_of_a_link_is(link: dict[str, str], label: str) -> None:
    assert on_every_page(opened(**link)) == label


def test_every_page_follows_a_preset_and_an_edit() -> None:
    app = opened()
    put(app, "preset", "fast99")
    assert on_every_page(app) == "8 then 24 filters 5×5, max 2 · pretrained · 99.0 %"
    put(app, "edit_0_filters", 9)
    assert on_every_page(app) == "9 then 24 filters 5×5, max 2 · not trained"
    press(app, "Undo")
    assert on_every_page(app) == "8 then 24 filters 5×5, max 2 · pretrained · 99.0 %"


@pytest.mark.parametrize("there", ["preset", "edit_and_back"])
def test_a_chosen_epoch_is_given_up_with_the_network_that_it_is_of(there: str) -> None:
    app = put(opened("inside.py"), "subject.epoch", 0)
    assert label_of_chip(app) == "6 filters 2×2, max 2 · initial weights · not trained"
    if there == "preset":
        put(app, "preset", "fast99")
        assert label_of_chip(app) == "8 then 24 filters 5×5, max 2 · pretrained · 99.0 %"
        put(app, "subject.epoch", 0)
        press(app, "Undo")
    else:
        put(app, "edit_0_filters", 9)
        put(app, "edit_0_filters", 6)
    assert label_of_chip(app) == PRETRAINED


def test_another_setting_keeps_the_chosen_epoch() -> None:
    app = put(opened("training.py"), "subject.epoch", 0)
    put(app, "train_epochs", 3)
    assert label_of_chip(app) == "6 filters 2×2, max 2 · initial weights · not trained"


def following() -> None:
    """What the chip of a page follows."""
    import streamlit as st

    from cnnplay.ui import chip, subject

    run = chip.followed(subject.source())
    st.session_state.followed = run and run.id


def followed(app: AppTest, page: str, net: str, epoch: int | None = None) -> str | None:
    """The run that a page follows, with a network in the sidebar."""
    asking = AppTest.from_function(following, default_timeout=60)
    session = asking.session_state.session = session_of(app)
    session.page, session.choice = page, runs.choice.Choice(net, session.choice.config)
    session.states[runs.choice.Subject] = runs.choice.Subject(epoch)
    asking.run()
    assert not asking.exception
    found: str | None = asking.session_state.followed
    return found


def test_a_page_follows_only_a_run_whose_epochs_it_shows(visits: set[str]) -> None:
    app = opened("training.py", net=ONE, batch="8", epochs="50")
    visits.add(session_of(app).visit)
    press(app, "Start")
    run = session_of(app).run
    assert run and followed(app, "inside", ONE) == run  # in its first epoch or after it
    assert followed(app, "training", ONE) is None
    assert followed(app, "inside", OTHER) is None
    assert followed(app, "inside", ONE, epoch=0) is None
    shared_engine().pause(run)
    assert followed(app, "inside", ONE) is None


def test_every_page_shows_the_run_that_was_trained_and_the_epoch_that_is_chosen(app: AppTest) -> None:
    assert on_every_page(app) == f"3 filters 3×3, max 2 · run 2, epoch 2 of 2 · {accuracy(app, 2, 2)}"
    put(app, "subject.epoch", 1)
    assert on_every_page(app) == f"3 filters 3×3, max 2 · run 2, epoch 1 of 2 · {accuracy(app, 2, 1)}"
    put(app, "subject.epoch", 0)
    assert on_every_page(app) == "3 filters 3×3, max 2 · run 2, initial weights · not trained"


def test_a_switch_takes_every_page_with_its_network_settings_and_run_and_undo_takes_it_back(app: AppTest) -> None:
    before, second = session_of(app).choice, session_of(app).run
    put(app, "subject.epoch", 1)
    app.button(key="chip_to_1").click().run()
    first = session_of(app).run
    assert first == shared_engine().views(session_of(app).visit)[0].id
    assert session_of(app).choice.net == ONE
    assert on_every_page(app) == f"2 filters 3×3, max 2 · run 1, epoch 2 of 2 · {accuracy(app, 1, 2)}"
    app.button(key="chip_to_fast99").click().run()
    assert session_of(app).choice.config == TrainConfig(**PRESETS["fast99"].settings)
    assert session_of(app).run == first
    press(press(app, "Undo"), "Undo")
    assert (session_of(app).choice.net, session_of(app).choice.config) == (before.net, before.config)
    assert session_of(app).run == second
    assert on_every_page(app) == f"3 filters 3×3, max 2 · run 2, epoch 2 of 2 · {accuracy(app, 2, 2)}"


def test_the_run_in_view_of_training_is_the_same_switch(app: AppTest) -> None:
    first = shared_engine().views(session_of(app).visit)[0].id
    put(app, "run_shown", first)
    assert session_of(app).choice.net == ONE
    assert on_every_page(app) == f"2 filters 3×3, max 2 · run 1, epoch 2 of 2 · {accuracy(app, 1, 2)}"


def test_an_edited_network_says_so_and_one_click_leads_back_or_trains_it(app: AppTest) -> None:
    put(app, "edit_0_filters", 5)
    assert on_every_page(app) == "5 filters 3×3, max 2 · not trained"
    back = app.button(key="chip_back")
    assert back.label == f"Back to 3 filters, {accuracy(app, 2, 2)}"
    back.click().run()
    assert on_every_page(app) == f"3 filters 3×3, max 2 · run 2, epoch 2 of 2 · {accuracy(app, 2, 2)}"
    press(app, "Undo")
    press(app, "Train this one")
    assert app.title[0].value == "Training"
    wait_for_run(app)
    assert on_every_page(app.run()) == f"5 filters 3×3, max 2 · run 3, epoch 2 of 2 · {accuracy(app, 3, 2)}"


def test_a_network_in_its_first_epoch_says_that_it_is_in_training(visits: set[str]) -> None:
    app = opened("training.py", net="conv16k5same-relu-max2-flatten-dense10", batch="8", epochs="50")
    visits.add(session_of(app).visit)
    press(app, "Start")
    view = shared_engine().view(session_of(app).run or "")
    assert label_of_chip(app) == "16 filters 5×5, max 2 · run 1, epoch 1 of 50 · not trained yet"
    app.switch_page("pages/draw.py").run()
    assert "run 1 is in its first epoch" in app.info[0].value
    assert app.button(key="draw_train").disabled
    assert not shared_engine().view(view.id).history.epochs
    shared_engine().remove(view.id)
    assert label_of_chip(app.run()) == "16 filters 5×5, max 2 · not trained"


def test_a_network_that_comes_with_cnnplay_gives_way_to_ones_own_run_of_it(visits: set[str]) -> None:
    app = opened("training.py", **SHORT)
    visits.add(session_of(app).visit)
    press(app, "One step")
    wait_for_run(app)
    assert on_every_page(app.run()) == PRETRAINED  # no epoch has ended
    app.switch_page("pages/training.py").run()
    press(app, "Resume")
    wait_for_run(app)
    assert on_every_page(app.run()) == f"6 filters 2×2, max 2 · run 1, epoch 2 of 2 · {accuracy(app, 1, 2)}"
    app.button(key="chip_to_notebook").click().run()
    assert on_every_page(app) == PRETRAINED


def test_runs_are_named_by_what_differs_and_each_has_another_name(app: AppTest) -> None:
    first, second = accuracy(app, 1, 2), accuracy(app, 2, 2)
    assert names_of(app) == {
        "chip_to_notebook": "The notebook's network, comes with cnnplay, 97.4 %",
        "chip_to_fast99": "Fast 99 %, comes with cnnplay, 99.0 %",
        "chip_to_1": f"2 filters, {first}",
        "chip_to_2": f"3 filters, {second}",
    }
    press(app, "Start")  # the same again
    wait_for_run(app)
    names = names_of(app.run())
    assert (names["chip_to_2"], names["chip_to_3"]) == (f"3 filters, {second}, run 2", f"3 filters, {second}, run 3")
    session_of(app).choice = runs.choice.Choice(OTHER, TrainConfig(train_images=500, epochs=2, batch_size=64))
    press(app.run(), "Start")
    wait_for_run(app)
    names = names_of(app.run())
    assert names["chip_to_1"] == f"2 filters, batch 32, {first}"
    assert names["chip_to_4"] == f"3 filters, batch 64, {accuracy(app, 4, 2)}"
    assert len(set(names.values())) == len(names)


def test_a_run_that_is_removed_leaves_the_chip_to_another(app: AppTest) -> None:
    shared_engine().remove(session_of(app).run or "")
    assert on_every_page(app) == "3 filters 3×3, max 2 · not trained"
    assert app.button(key="chip_back").label.startswith("Back to 2 filters")


def taking_everything() -> None:
    """What the page Take it home does when the zip is asked for."""
    import streamlit as st

    from cnnplay.export.archive import bundle
    from cnnplay.ui.export.files import taken
    from cnnplay.ui.widgets import looked_at

    looked = looked_at("key")
    made = looked and taken(looked)
    assert made
    st.session_state.zip = bundle(made.run, made.link)


def zipped_weights(app: AppTest) -> SavedRun:
    """The weights file of the zip that the visit of an app takes home."""
    taking = AppTest.from_function(taking_everything, default_timeout=60)
    taking.session_state.session = session_of(app)
    taking.run()
    assert not taking.exception
    archive = zipfile.ZipFile(io.BytesIO(taking.session_state.zip))
    (name,) = (name for name in archive.namelist() if name.endswith(WEIGHTS_FILE))
    return load(archive.read(name))


@pytest.mark.parametrize("epoch", [2, 1])
def test_the_zip_has_the_network_of_the_chip(app: AppTest, epoch: int) -> None:
    app.button(key="chip_to_1").click().run()
    put(app, "subject.epoch", epoch)
    app.switch_page("pages/export.py").run()
    assert f"2 filters 3×3, max 2 · run 1, epoch {epoch} of 2" in label_of_chip(app)
    run = zipped_weights(app)
    assert (str(run.architecture), run.epoch, run.config) == (ONE, epoch, session_of(app).choice.config)
    kept = shared_engine().epoch_weights(session_of(app).run or "")[epoch]
    assert set(run.weights) == set(kept)
    for name, array in kept.items():
        np.testing.assert_array_equal(run.weights[name], array)
    assert label_of_chip(app).endswith(f" · {100 * run.history.epochs[epoch - 1].test.accuracy:.1f} %")


def test_the_zip_of_a_network_that_comes_with_cnnplay_has_its_weights_and_settings() -> None:
    run, file = zipped_weights(opened("export.py", net=PRESETS["fast99"].net)), pretrained("fast99")
    assert (run.architecture, run.config, run.epoch) == (file.architecture, file.config, file.epoch)
    for name, array in file.weights.items():
        np.testing.assert_array_equal(run.weights[name], array)
