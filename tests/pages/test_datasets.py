"""The dataset: what a visitor chooses, and that every page follows it; data of one's own, and whose they are."""

import io
import tomllib

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnplay.data.datasets import DATASETS, MNIST, OWN, DataSource
from cnnplay.data.given import MOST_FILE_BYTES
from cnnplay.data.own import OwnData
from cnnplay.engine.engine import shared_engine
from cnnplay.engine.limits import MEGABYTE, Limits
from cnnplay.export import archive
from cnnplay.export.saved_run import load
from cnnplay.inputs.own_files import read_file
from cnnplay.network.architecture import Architecture
from cnnplay.network.presets import PRESETS
from cnnplay.state.labs import Digit, InsideImage, InsideTabs, Mistakes, Preprocessing
from cnnplay.training.config import TrainConfig
from cnnplay.ui.navigation import PAGES
from cnnplay.ui.on_pad import OnPad
from cnnplay.ui.own_data.keeping import Earlier
from cnnplay.ui.saved_drawings import Drawings

from .driving import (
    ROOT,
    choose,
    control,
    drawn,
    link_of,
    opened,
    press,
    put,
    said,
    session_of,
    shown,
    wait_for_run,
    words_of,
)

NET = "conv4k5s2-relu-max2-flatten-dense{}"
CLASSES = ("qoph", "spade & co", "*star*")


def own_data(colour: bool = False, count: int = 8) -> OwnData:
    """Three classes that any network can tell apart: a bright bar at another height in each."""
    own = OwnData(title="my *signs*").in_colour(colour)
    for name in CLASSES:
        own = own.with_class(name)
    for label in range(len(CLASSES)):
        images = np.random.default_rng(label).integers(0, 40, (count, *own.images.shape[1:]), np.uint8)
        images[:, 4 + 8 * label : 8 + 8 * label] = 230
        own = own.added(label, images)
    return own


def with_own_data(app: AppTest, own: OwnData) -> AppTest:
    shared_engine().keep_data(session_of(app).visit, own)
    app.run()
    return put(app, "data", OWN)


def trained(app: AppTest, steps: int = 20) -> AppTest:
    """The chosen network, after a few steps on a few of its images: pages have an epoch to show."""
    session = session_of(app)
    session.choice = type(session.choice)(session.choice.net, TrainConfig(**(vars(session.choice.config) | FEW)))
    app.run()
    app.switch_page("pages/training.py").run()
    press(app, "Start")
    wait_for_run(app)
    app.run()
    assert not app.exception
    return app


FEW = {"epochs": 1, "train_images": 640, "batch_size": 64, "learning_rate": 0.01}


def test_the_network_gets_a_score_for_each_class_and_undo_takes_both_back() -> None:
    app = put(opened(), "data", "forms")
    assert session_of(app).choice.net == "conv6k2-relu-max2-flatten-dense4"
    assert session_of(app).choice.config.dataset == "forms"
    text = words_of(app)
    assert "32×32×3 → conv1" in text
    count = Architecture.parse("conv6k2-relu-max2-flatten-dense4", (32, 32, 3), 4).parameter_count
    assert f"**{count:,} parameters**" in text
    press(app, "Undo")
    assert session_of(app).choice.net == "conv6k2-relu-max2-flatten-dense10"
    assert session_of(app).choice.config == TrainConfig()


def test_presets_end_in_the_classes_of_the_dataset_and_are_known_again() -> None:
    app = put(opened(data="coloured-forms", net="conv6k2-relu-max2-flatten-dense16"), "preset", "fast99")
    assert session_of(app).choice.net.endswith("flatten-dense16")
    assert control(app, "preset").value == "fast99"
    assert session_of(app).choice.config.dataset == "coloured-forms"


def test_a_link_holds_the_dataset_and_mnist_needs_no_word() -> None:
    assert "data" not in link_of(opened())
    app = put(opened(), "data", "colours")
    assert link_of(app)["data"] == "colours"
    again = opened(**link_of(app))
    assert session_of(again).choice == session_of(app).choice
    assert session_of(opened(data="nonsense")).choice.config.dataset == MNIST.name
    assert "The link's data could not be used" in words_of(opened(data="nonsense"))


def test_what_was_chosen_of_the_classes_before_is_forgotten_and_the_drawing_stays() -> None:
    app = choose(opened("inside.py"), Mistakes(9, 8), Preprocessing(crop=False))
    ink = np.full((84, 84), 0.5, np.float32)
    session_of(app).states[OnPad] = OnPad(ink, 9)
    put(app, "data", "forms")
    assert session_of(app).states[Mistakes] == Mistakes()
    assert session_of(app).states[OnPad].label is None
    np.testing.assert_array_equal(session_of(app).states[OnPad].ink, ink)
    assert session_of(app).states[Preprocessing] == Preprocessing(crop=False)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", [name for name in DATASETS if name != MNIST.name])
def test_every_page_opens_with_an_untrained_network_for_every_dataset(page: str, name: str) -> None:
    app = opened(f"{page}.py", data=name, net=NET.format(len(DATASETS[name].classes)))
    assert not app.exception
    assert not app.error


@pytest.fixture(scope="module")
def of_own_data() -> AppTest:
    """A visitor whose network has learned data of their own."""
    return trained(with_own_data(opened(net=NET.format(3)), own_data()))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_network_that_was_trained_on_ones_own_data(of_own_data: AppTest, page: str) -> None:
    app = of_own_data.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    if page == "experiments":
        assert "the data of a visitor stay with their visit" in words_of(app)
    else:
        assert not app.error


def test_names_of_classes_are_shown_letter_for_letter(of_own_data: AppTest) -> None:
    app = of_own_data.switch_page("pages/inside.py").run()
    (strip,) = drawn(app, "answer")
    assert strip["classes"] == list(CLASSES)
    assert said(app).startswith("It says ")
    raw = "\n".join(str(part.value) for kind in ("markdown", "caption") for part in app.get(kind))
    assert "*star*" not in raw  # as Markdown its stars would be marks
    training = app.switch_page("pages/training.py").run()
    assert "my *signs*" not in "\n".join(str(part.value) for part in training.get("markdown"))


def test_a_network_of_ones_own_data_reads_a_drawing_as_one_of_its_classes_or_none(of_own_data: AppTest) -> None:
    app = of_own_data.switch_page("pages/draw.py").run()
    ink = np.zeros((84, 84), np.float32)
    ink[10:20, 10:70] = 1
    session_of(app).states[OnPad] = OnPad(ink)
    app.run()
    text = said(app)
    assert any(f"It reads “{name}”" in text for name in CLASSES)
    put(app, "none.percent", 99)
    sure = drawn(app, "answer")[0]["probabilities"]
    if max(sure) < 0.99:
        assert said(app).startswith("Not one of these\n")
        assert "less than the 99 % that you ask for" in said(app)


def test_the_weights_of_ones_own_data_open_again_where_the_data_are_open(of_own_data: AppTest) -> None:
    app = of_own_data.switch_page("pages/export.py").run()
    session = session_of(app)
    run = shared_engine().view(session.run or "")
    weights = shared_engine().epoch_weights(run.id)
    data = run.data
    saved = archive.save(
        archive.SavedRun(run.architecture, run.config, weights[max(weights)], run.history, max(weights), data)
    )
    assert load(saved, data).data.classes == CLASSES
    with pytest.raises(archive.DataError, match="open its data first"):
        load(saved)


def test_the_caption_of_a_kept_drawing_shows_its_class_letter_for_letter(of_own_data: AppTest) -> None:
    app = of_own_data.switch_page("pages/inside.py").run()
    ink = np.zeros((84, 84), np.float32)
    ink[10:20, 10:70] = 1
    own = shared_engine().data_of(session_of(app).visit)
    assert own is not None
    drawings = Drawings().added(ink, 2, own.source(), "red")
    choose(app, drawings, InsideImage("digit"), Digit("drawing 1"))
    (caption,) = (str(part.value) for part in app.caption if "as the network receives it" in str(part.value))
    assert "*star*" not in caption
    assert "Drawing 1: “*star*”" in shown(caption)
    session_of(app).states[Digit] = Digit()


def test_another_visitor_with_the_link_gets_the_network_and_not_the_data(of_own_data: AppTest) -> None:
    link = link_of(of_own_data)
    assert link["data"] == OWN
    link.pop("run")
    other = opened(**link)
    assert session_of(other).choice.config.dataset == MNIST.name
    assert session_of(other).choice.net.endswith("dense10")
    assert "Such data stay with whoever made them" in words_of(other)
    components = (element.proto.json for element in other.get("bidi_component"))
    everything = "\n".join([words_of(other), *components])
    assert not [name for name in CLASSES if name in everything]


def test_a_reload_brings_ones_own_data_back_by_the_address_alone() -> None:
    app = with_own_data(opened("data.py"), own_data())
    assert session_of(app).run is None
    link = link_of(app)
    again = opened("data.py", **link)
    assert session_of(again).visit == session_of(app).visit
    assert session_of(again).choice == session_of(app).choice
    (pad,) = drawn(again, "quick_pad")
    assert pad["classes"] == list(CLASSES)
    assert pad["counts"] == [8, 8, 8]


@pytest.mark.parametrize("name", ["mnist", "forms", "coloured-forms"])
def test_a_run_shows_images_of_its_own_data_whatever_is_chosen_now(of_own_data: AppTest, name: str) -> None:
    app = of_own_data.switch_page("pages/training.py").run()
    put(app, "data", name)
    assert not app.exception
    (now,) = drawn(app, "live_network")
    assert now["classes"] == list(CLASSES)
    assert now["image_shape"] == [28, 28, 1]
    assert now["truth"] in range(3)
    assert "This run is on other data" in words_of(app)
    put(app, "data", OWN)
    assert "This run is on other data" not in words_of(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_ones_own_data_lack_and_leads_there(page: str) -> None:
    app = with_own_data(opened("data.py"), own_data())
    put(app, "own_class", "a fourth")
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    if page not in ("course", "data", "experiments", "stride_padding", "convolution", "pooling"):
        assert "“a fourth” has 0 pictures" in words_of(app)
    assert any(button.label == "Go on with your data" for button in app.button) or page == "experiments"


def test_a_class_that_is_renamed_keeps_its_network_and_one_that_is_deleted_does_not() -> None:
    app = trained(with_own_data(opened(net=NET.format(3)), own_data()))
    own = shared_engine().data_of(session_of(app).visit)
    assert own is not None
    shared_engine().keep_data(session_of(app).visit, own.renamed(0, "Q"))
    app.switch_page("pages/inside.py").run()
    (strip,) = drawn(app, "answer")
    assert strip["classes"] == ["Q", *CLASSES[1:]]
    app.switch_page("pages/data.py").run()
    next(button for button in app.button if button.key == "own_delete_2").click().run()
    assert session_of(app).choice.net == NET.format(2)
    app.switch_page("pages/draw.py").run()
    assert not app.exception
    assert not [button for button in app.button if button.label.startswith("Back to 4 filters")]


def test_the_sidebars_undo_and_that_of_the_data_do_not_get_in_each_others_way() -> None:
    app = with_own_data(opened("data.py"), own_data())
    put(app, "own_class", "a fourth")
    assert session_of(app).choice.net.endswith("dense4")
    press(app, "Undo")  # of the sidebar: back to MNIST, which was chosen before
    assert session_of(app).choice.config.dataset == MNIST.name
    assert session_of(app).choice.net.endswith("dense10")
    put(app, "data", "forms")
    shared_engine().keep_data(session_of(app).visit, own_data())
    app.run()
    put(app, "data", OWN)
    put(app, "edit_0_filters", 9)
    press(app, "Undo")
    assert session_of(app).choice.net.endswith("dense3")


@pytest.mark.parametrize(("name", "end"), [("forms", "dense4"), ("coloured-forms", "dense16"), ("mnist", "dense10")])
def test_a_link_with_a_dataset_alone_opens_the_default_network_for_it(name: str, end: str) -> None:
    app = opened(data=name)
    assert session_of(app).choice.net == f"conv6k2-relu-max2-flatten-{end}"
    assert not app.error


def test_the_server_takes_files_as_large_as_the_page_promises() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    limits = Limits()
    assert config["server"]["maxUploadSize"] * 2**20 >= MOST_FILE_BYTES
    assert limits.uploaded_megabytes / 4 * MEGABYTE >= MOST_FILE_BYTES  # of one tab


def test_few_pictures_held_out_are_said_beside_the_accuracy(of_own_data: AppTest) -> None:
    app = of_own_data.switch_page("pages/training.py").run()
    assert "Only 6 pictures are held out" in words_of(app)


def test_what_a_network_looks_for_is_shown_in_colour_where_its_images_are() -> None:
    app = trained(opened("training.py", data="forms", net=NET.format(4)))
    choose(app.switch_page("pages/inside.py").run(), InsideTabs("maximization"))
    (film,) = drawn(app, "film")
    assert film["scale"] == "colour"


def test_starting_over_leaves_the_dataset_that_is_gone() -> None:
    app = with_own_data(opened("data.py"), own_data())
    press(app, "Start over")
    assert session_of(app).choice.config.dataset == MNIST.name
    assert session_of(app).choice.net.endswith("dense10")
    next(button for button in app.button if button.key == "own_undo").click().run()
    assert drawn(app, "quick_pad")[0]["counts"] == [8, 8, 8]


def test_two_visitors_have_data_of_their_own() -> None:
    one, two = with_own_data(opened("data.py"), own_data()), opened("data.py")
    press(two, "Tick or cross")
    (pad,) = drawn(two, "quick_pad")
    assert pad["classes"] == ["tick", "cross"]
    (pad,) = drawn(one.run(), "quick_pad")
    assert pad["classes"] == list(CLASSES)


def test_own_data_begin_with_a_button_grow_by_a_name_and_shrink_by_undo() -> None:
    app = opened("data.py")
    assert not drawn(app, "quick_pad")
    press(app, "Circle or square")
    put(app, "own_class", "  a   triangle ")
    assert drawn(app, "quick_pad")[0]["classes"] == ["circle", "square", "a triangle"]
    put(app, "own_class", "circle")  # taken: a sentence, and nothing changes
    assert drawn(app, "quick_pad")[0]["classes"] == ["circle", "square", "a triangle"]
    undo = next(button for button in app.button if button.key == "own_undo")
    undo.click().run()
    assert drawn(app, "quick_pad")[0]["classes"] == ["circle", "square"]
    assert next(button for button in app.button if button.key == "own_train").disabled
    assert "each class needs at least 4" in words_of(app)


def test_one_more_class_gives_the_chosen_network_one_more_score() -> None:
    app = with_own_data(opened("data.py"), own_data())
    assert session_of(app).choice.net.endswith("dense3")
    put(app, "own_class", "four")
    assert session_of(app).choice.net.endswith("dense4")
    assert "“four” has 0 pictures" in words_of(app)
    training = app.switch_page("pages/training.py").run()
    assert not training.exception
    assert any("“four” has 0 pictures" in str(error.value) for error in training.error)


def test_a_button_trains_a_small_network_on_ones_own_data() -> None:
    app = opened("data.py")
    shared_engine().keep_data(session_of(app).visit, own_data(count=12))
    app.run()
    press(app, "Train a small network on it")
    wait_for_run(app)
    view = shared_engine().view(session_of(app).run or "")
    assert view.config.dataset == OWN
    assert view.data.classes == CLASSES
    assert view.history.epochs[-1].test.accuracy == 1.0
    assert view.history.epochs[-1].test.confusion.tolist() == [[3, 0, 0], [0, 3, 0], [0, 0, 3]]


def test_data_of_a_visit_without_a_heartbeat_are_forgotten() -> None:
    app = with_own_data(opened("data.py"), own_data())
    visit = session_of(app).visit
    engine = shared_engine()
    later = engine._clock() + engine.limits.silence + engine.limits.kept_for + 1
    with engine._changed:
        engine._visitors.forget_idle(engine._runs.values(), later, engine.limits.silence, engine.limits.kept_for)
    assert engine.data_of(visit) is None
    assert not app.run().exception  # a page that is still open begins again
    assert "What do you want a network to tell apart" in str(app.info[0].value)
    assert session_of(app).choice.config.dataset == MNIST.name
    assert session_of(app).choice.net.endswith("dense10")
    assert "Your own data are gone" in words_of(app)


def test_undo_keeps_few_bytes() -> None:
    own = own_data(count=200)
    earlier = Earlier()
    for _ in range(40):
        earlier = earlier.with_one(own)
    assert sum(one.images.nbytes for one in earlier.states) <= 8_000_000
    assert len(earlier.states) > 10


def test_a_drawing_that_was_kept_says_what_it_was_meant_to_be_only_of_its_own_dataset() -> None:
    ink = np.zeros((84, 84), np.float32)
    ink[20:60, 40:44] = 1
    kept = Drawings().added(ink, 1, MNIST, "red").kept[0]
    assert kept.title == "Drawing 1: a 1"
    assert kept.label_in(MNIST) == 1
    assert kept.label_in(DATASETS["forms"]) is None
    assert kept.received_by(MNIST).shape == (28, 28, 1)
    assert kept.received_by(DATASETS["forms"]).shape == (32, 32, 3)


@pytest.mark.parametrize("colour", [False, True])
def test_the_file_of_ones_own_data_holds_what_a_script_needs(colour: bool) -> None:
    own = own_data(colour)
    data: DataSource = own.source()
    assert data.file is not None
    with np.load(io.BytesIO(data.file()), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["x_train"], own.dataset().train.images)
        np.testing.assert_array_equal(arrays["y_test"], own.dataset().test.labels)
        assert list(arrays["classes"]) == list(CLASSES)
    assert read_file(data.file()).classes == CLASSES


def test_a_network_that_is_no_preset_is_ones_own_and_the_one_for_ones_own_pictures_is_a_preset() -> None:
    shown = control(opened(net="conv7k3-relu-max2-flatten-dense10"), "preset").field
    assert shown["value"] == "Your own network"
    assert len(set(shown["options"])) == len(shown["options"]) == len(PRESETS) + 1
    app = opened("data.py")
    shared_engine().keep_data(session_of(app).visit, own_data())
    app.run()
    press(app, "Train a small network on it")
    assert control(app, "preset").field["value"] == "For your own pictures"
