"""The lesson: true for its network, whole as a notebook and as a page."""

import ast
import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from math import ceil

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from cnnplay import reference
from cnnplay.architecture import PRESETS, Architecture
from cnnplay.arithmetic import Window
from cnnplay.data import MNIST_FILE, mnist
from cnnplay.errors import PlaygroundError, ShapeError
from cnnplay.export.code import FRAMEWORKS
from cnnplay.export.lesson import Picture, Question, Subject, Words, by_hand, lesson
from cnnplay.export.lesson.exercises import LINKS
from cnnplay.export.notebook import notebook
from cnnplay.export.webpage import webpage
from cnnplay.export.weights import SavedRun, save
from cnnplay.kernels import KERNELS
from cnnplay.layers import Convolution, Pooling
from cnnplay.lessons import kept
from cnnplay.model import initial_weights
from cnnplay.settings import TrainConfig
from cnnplay.training import Trainer

from .oracles import brute_windows, random_convolution

NOTEBOOK = PRESETS["notebook"].net
CONFIG = TrainConfig(epochs=1, train_images=300)
LINK = "https://example.org/playground?net=conv6k2-relu&rate=0.1"
ODD = {
    "no convolution": "flatten-dense10",
    "a hidden layer": "flatten-dense30-relu-dense10",
    "pooling first": "max2-conv3k3-flatten-dense10",
    "pooling only": "mean3s2same-flatten-dense10",
    "one filter of one pixel": "conv1k1-flatten-dense10",
    "512 filters": "conv512k3s3-relu-max2-flatten-dense10",
    "rectangles, dilation, full": "conv4k5x3s2x1d2full-tanh-mean3s2same-flatten-dropout20-dense20-gelu-dense10",
    "three blocks": "conv4k3s2same-relu-conv8k3s2same-relu-conv8k3s2same-relu-max4-flatten-dense10",
    "maps of one pixel": "conv2k28-sigmoid-flatten-dense10",
    "uneven padding": "conv2k3p1.2-min2p1-flatten-dense10",
    "stride beyond the window": "conv2k2s9-relu-max1-flatten-dense10",
    "five that slide": "relu-conv3k3d8-conv3k3p4-mean3s2-leakyrelu-max2-conv2k1-flatten-dense10",
    "the largest kernel": "conv2k32full-max3-flatten-dense10",
}
NETS = ODD | {name: preset.net for name, preset in PRESETS.items()}


def parse(text):
    return Architecture.parse(text)


def words_of(chapters):
    """All that is read, alt texts and answers included."""
    for chapter in chapters:
        for cell in chapter.cells:
            match cell:
                case Words(text):
                    yield text
                case Question(text, answer):
                    yield from (text, answer)
                case Picture():
                    yield cell.alt


@cache
def page_of(net):
    """The page of a network that was not trained."""
    network = parse(net)
    return webpage(network, CONFIG, initial_weights(network))


def trained_page(small, net=NOTEBOOK, **changed):
    trainer = Trainer(parse(net), TrainConfig(epochs=2, train_images=2000, **changed), small)
    trainer.advance(trainer.total_steps)
    page = webpage(trainer.architecture, trainer.config, trainer.weights(), trainer.history, LINK)
    return trainer, page


@pytest.fixture(scope="module")
def trained(small):
    return trained_page(small)


# --- what is computed by hand ---


@pytest.mark.parametrize("seed", range(30))
def test_the_loops_compute_what_the_reference_does(seed):
    images, kernel, settings = random_convolution(seed)
    from cnnplay.arithmetic import windows

    axes = windows(kernel.shape[:2], **settings)
    pads = tuple(axis.pads(size) for axis, size in zip(axes, images.shape[1:3], strict=True))
    strides, dilations = ([getattr(axis, name) for axis in axes] for name in ("stride", "dilation"))
    made = by_hand.convolve(images[0], kernel, strides, pads, dilations)
    np.testing.assert_allclose(made, reference.conv2d(images, kernel, **settings)[0], atol=1e-9)


@pytest.mark.parametrize("kind", ["max", "mean", "min"])
@pytest.mark.parametrize(("window", "stride", "padding"), [(2, 2, "valid"), (3, 2, "same"), ((2, 3), (1, 2), 1)])
def test_pooling_by_hand_is_that_of_the_reference(kind, window, stride, padding):
    from cnnplay.arithmetic import windows

    values = np.random.default_rng(0).normal(size=(9, 8))
    axes = windows(window, stride, padding)
    pads = tuple(axis.pads(size) for axis, size in zip(axes, values.shape, strict=True))
    sizes, strides = ([getattr(axis, name) for axis in axes] for name in ("kernel", "stride"))
    made = by_hand.pool(values, getattr(np, f"nan{kind}"), sizes, strides, pads)
    expected = reference.pool2d(values[None, ..., None], kind, window, stride, padding)[0, ..., 0]
    np.testing.assert_allclose(made, expected)


@pytest.mark.parametrize("size", [5, 8, 28])
@pytest.mark.parametrize(
    "window", [Window(3), Window(2, 2), Window(3, 2, "same"), Window(3, 1, "full", 2), Window(5, 3, (2, 0))]
)
def test_windows_stand_where_trying_every_place_finds_them(size, window):
    before, after = window.pads(size)
    *_, starts, taps = by_hand.windows_on(size, window.kernel, window.stride, before, after, window.dilation)
    assert starts == brute_windows(size, before, after, window.kernel, window.stride, window.dilation)
    assert taps == list(window.taps(0))


def test_the_share_that_stays_is_that_of_the_labs():
    before, after = np.random.default_rng(0).normal(size=(2, 9, 9)).round(1)
    expected = kept(np.stack([before, after]), before, 0.1)[1]
    assert by_hand.share_kept(before, after) == pytest.approx(expected, abs=1e-6)
    assert by_hand.share_kept(before, before) == 1


# --- what is said ---


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_every_number_of_the_shape_table_is_said(net):
    network = parse(net)
    says = "\n".join(words_of(lesson(Subject(network, CONFIG, "keras"))))
    page = page_of(net)
    for row in network.table():
        shape = "×".join(f"{size:,}" for size in row.output_shape)
        assert shape in page
        assert row.parameter_formula in says
        if row.kind in ("convolution", "pooling", "flatten"):
            assert row.formula in says and row.formula in page
        assert f"<td>{row.macs:,}</td>" in page
    assert f"{network.parameter_count:,} parameters" in page and f"{network.macs:,} multiply-adds" in page


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_nothing_is_said_of_layers_that_are_not_there(net):
    network = parse(net)
    says = "\n".join(words_of(lesson(Subject(network, CONFIG, "keras"))))
    kinds = {type(layer) for layer in network.layers}
    assert ("has **no convolution**" in says) == (Convolution not in kinds)
    assert "has no such layer" in says or "with the window of" in says
    assert Pooling in kinds or "has no such layer" in says
    assert ("**Dilation** 2" in says) == any(
        axis.dilation > 1 for layer in network.layers if isinstance(layer, Convolution) for axis in layer.axes
    )
    named = set(re.findall(r"\*\*((?:conv|max|mean|min|dense|dropout|flatten)\d*)\*\*", says)) - set(network.names)
    assert not named - {"dense"}
    assert "None" not in says and "nan" not in says and "{" not in says


def test_the_sum_that_is_written_out_is_right():
    says = "\n".join(words_of(lesson(Subject(parse(NOTEBOOK), CONFIG, "keras"))))
    products, total = re.search(r"line by line: (.*?) = \*\*(.*?)\*\*", says).groups()
    terms = re.findall(r"([\d.]+)·(\(?[−\d]+\)?)", products)
    by_reader = sum(float(a) * float(b.strip("()").replace("−", "-")) for a, b in terms)
    assert len(terms) == 9 and by_reader == pytest.approx(float(total), abs=0.05)


def test_what_is_said_of_the_kernels_on_the_seven_is_true():
    seven = mnist().test.images[0, ..., 0] / 255
    answers = {name: by_hand.slide(seven, KERNELS[name].array) for name in KERNELS}
    bar, leg = slice(5, 9), slice(10, 26)
    horizontal = answers["horizontal-line"]
    assert horizontal[bar].max() == horizontal.max()
    along = answers["rising-line"][leg].argmax(axis=1)
    rising, falling = (answers[name][leg][range(len(along)), along] for name in ("rising-line", "falling-line"))
    assert (rising > 1).all() and (falling < 0).all()
    assert answers["blur"].min() >= 0


def test_the_corner_filter_finds_the_corner_and_nothing_else():
    cells = [cell for chapter in lesson(Subject(parse(NOTEBOOK), CONFIG, "keras")) for cell in chapter.cells]
    picture = next(cell for cell in cells if isinstance(cell, Picture) and cell.draw.__name__ == "draw_channels")
    _, _, bias, shares = picture.values()
    left = np.argwhere(np.sum(shares, axis=0) + bias > 0)
    assert len(left) == 4 and (np.ptp(left, axis=0) <= 1).all()
    assert "4 values are left" in picture.alt


def answers_of(net, config=CONFIG):
    chapters = {chapter.title: chapter for chapter in lesson(Subject(parse(net), config, "keras"))}
    return [cell for cell in chapters["Exercises"].cells if isinstance(cell, Question)]


# network: (what an exercise asks, how its answer begins), worked out by hand
EXERCISES = {
    "stride": (NOTEBOOK, "with stride 2", "14×14: ⌊(28 + 0 + 0 − 2) / 2⌋ + 1 = 14"),
    "padding": (NOTEBOOK, "with padding *same*", "28×28: ⌊(28 + 0 + 1 − 2) / 1⌋ + 1 = 28"),
    "no padding": ("conv4k5same-relu-flatten-dense10", "without padding", "24×24: ⌊(28 + 0 + 0 − 5) / 1⌋ + 1 = 24"),
    "stride of a pooling": ("max2-flatten-dense10", "with stride 1", "27×27: ⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27"),
    "a larger kernel": (NOTEBOOK, "with 3×3", "(3·3·1 + 1)·6 = 60"),
    "the most parameters": (NOTEBOOK, "Which layer has the most", "**dense1**: (1,014 + 1)·10 = 10,150, 99.7%"),
    "the most in a convolution": ("conv64k11-max18-flatten-dense10", "Which layer has the most", "**conv1**"),
    "two layers": ("conv4k5-relu-flatten-dense10", "windows of 5 rows", "9: the window of the second covers 5"),
    "steps": (NOTEBOOK, "batches of 64", f"⌈300 / 64⌉ = {ceil(300 / 64)}"),
}


@pytest.mark.parametrize(("net", "asked", "answer"), EXERCISES.values(), ids=EXERCISES)
def test_the_answers_of_the_exercises_are_right(net, asked, answer):
    (question,) = [question for question in answers_of(net) if asked in question.text]
    assert question.answer.startswith(answer)


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_there_are_at_least_seven_exercises_numbered_and_answered(net):
    questions = answers_of(net)
    assert len(questions) >= 7
    assert [question.text.split(".")[0] for question in questions] == [f"**{n}" for n in range(1, len(questions) + 1)]
    assert all(len(question.answer) > 10 for question in questions)


# --- the page ---


class Reader(HTMLParser):
    """What a page is made of; fails where tags do not match."""

    VOID = ("meta", "img", "link", "br", "hr", "input")

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(page)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> after {self.open[-3:]}"

    def handle_data(self, text):
        self.text.append(text)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_the_page_is_whole_by_itself(net):
    page = Reader(page_of(net))
    assert page.all("html") == [{"lang": "en"}]
    assert not page.all("script") and not page.all("iframe") and not page.all("link")
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))
    assert all(len(image["alt"]) > 20 for image in page.all("img")) and len(page.all("img")) >= 10
    assert {address["href"] for address in page.all("a")} - set(LINKS.values()) == {
        f"#{section['id']}" for section in page.all("section")
    }
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.all("table")) == len(page.all("caption")) >= 1 and page.all("th")
    assert len(page.all("details")) == len(page.all("summary")) >= 8
    assert "**" not in "".join(page.text)


def test_the_page_of_a_network_that_was_not_trained_says_so():
    text = "".join(Reader(page_of(NOTEBOOK)).text)
    assert "has not been trained yet" in text and "no curves to show" in text
    assert "confusion matrix" not in text and "What it has learned" not in text


def test_weights_without_a_history_have_no_curves():
    network = parse(NOTEBOOK)
    weights = {name: values + np.float32(0.01) for name, values in initial_weights(network).items()}
    text = "".join(Reader(webpage(network, CONFIG, weights)).text)
    assert "no record of how this network was trained" in text and "confusion matrix" in text


def test_the_page_says_how_good_the_network_is(trained):
    trainer, page = trained
    text = "".join(Reader(page).text)
    right = trainer.network()(mnist().test.images.astype(np.float32) / 255).argmax(1) == mnist().test.labels
    assert f"{int(right.sum()):,} are read rightly" in text
    assert f"{trainer.history.epochs[-1].validation.accuracy:.2%}" in text
    assert "has not been trained" not in text


def test_the_page_is_the_same_for_the_same_run(trained):
    trainer, page = trained
    assert page == webpage(trainer.architecture, trainer.config, trainer.weights(), trainer.history, LINK)


def test_the_link_is_there_and_is_escaped(trained):
    page = Reader(trained[1])
    assert LINK in [address.get("href") for address in page.all("a")]
    assert LINK.replace("&", "&amp;") in trained[1]


HOSTILE = [
    "javascript:alert(1)",
    "https://example.org/\"onclick='x'",
    "https://example.org/<script>",
    "https://example.org/)[x](y",
    "https://example.org/a b",
    "data:text/html,x",
    "",
    "https://",
    "https://example.org/\n# x",
]


@pytest.mark.parametrize("link", HOSTILE)
def test_a_link_that_is_no_plain_address_is_refused(link):
    network = parse(NOTEBOOK)
    with pytest.raises(PlaygroundError, match="web address"):
        webpage(network, CONFIG, initial_weights(network), link=link)
    with pytest.raises(PlaygroundError, match="web address"):
        notebook(network, CONFIG, link=link)


def test_a_network_that_tells_no_digits_apart_has_no_lesson():
    network = parse("conv6k2-relu")
    with pytest.raises(ShapeError, match="dense10"):
        webpage(network, CONFIG, initial_weights(network))
    with pytest.raises(ShapeError, match="dense10"):
        notebook(network, CONFIG)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ShapeError, match="do not belong"):
        webpage(parse(NOTEBOOK), CONFIG, initial_weights(parse(ODD["pooling first"])))


# --- the notebook ---


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_the_notebook_is_valid_and_its_code_can_be_read(net, framework):
    text = notebook(parse(net), CONFIG, framework, LINK)
    made = nbformat.reads(text, 4)
    nbformat.validate(made)
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in made.cells}) == len(made.cells)
    for cell in made.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert cell.execution_count is None and not cell.outputs
    assert text == notebook(parse(net), CONFIG, framework, LINK)


def test_a_notebook_names_its_framework_and_what_to_install():
    for name, framework in FRAMEWORKS.items():
        text = notebook(parse(NOTEBOOK), CONFIG, name)
        assert framework.title in text and "%pip install" in text
        assert all(line.split(">=")[0] in text for line in framework.requirements.split())
    with pytest.raises(PlaygroundError, match="keras"):
        notebook(parse(NOTEBOOK), CONFIG, "no such framework")


def test_a_notebook_knows_nothing_of_this_package():
    for cell in json.loads(notebook(parse(NOTEBOOK), CONFIG))["cells"]:
        assert "cnnplay" not in cell["source"]


def executed(folder, net, framework, config=CONFIG, run=None):
    """The notebook after it has run, with a saved run beside it or none, and arrays that it is asked for at the end."""
    (folder / "mnist.npz").symlink_to(MNIST_FILE)
    if run is not None:
        (folder / "weights.safetensors").write_bytes(save(run))
    made = nbformat.reads(notebook(parse(net), config, framework, LINK), 4)
    asked = (
        "np.savez('asked.npz', digit=digit, confusion=confusion, feature_map=feature_map, corner=corner, "
        "losses=history['loss'], accuracies=history['val_accuracy'], **through)"
    )
    made.cells.append(nbformat.v4.new_code_cell(asked))
    NotebookClient(made, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return made, dict(np.load(folder / "asked.npz"))


def pictures_of(made):
    outputs = [output for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    return [output for output in outputs if "image/png" in output.get("data", {})]


RUN = {
    ("keras", "notebook"): NOTEBOOK,
    ("keras", "five that slide"): ODD["five that slide"],
    ("pytorch", "rectangles"): ODD["rectangles, dilation, full"],
    ("flax", "no convolution"): ODD["no convolution"],
    ("pytorch", "notebook"): NOTEBOOK,
}


@pytest.mark.parametrize(("framework", "net"), [(key[0], net) for key, net in RUN.items()], ids=map("-".join, RUN))
def test_the_notebook_runs_from_top_to_bottom(framework, net, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    made, _ = executed(tmp_path, net, framework)
    drawn = [cell for cell in made.cells if cell.cell_type == "code" and "(plt.figure()" in cell.source]
    assert len(pictures_of(made)) == len(drawn) >= 14
    printed = "".join(
        o.text for c in made.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"
    )
    assert f"{parse(net).parameter_count:,} parameters, as calculated" in printed
    if parse(net).convolutions:
        assert "The loop and the framework differ by at most" in printed


def test_notebook_and_page_show_the_same_numbers(trained, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    trainer, _ = trained
    run = SavedRun(trainer.architecture, trainer.config, trainer.weights(), trainer.history, trainer.epoch)
    made, asked = executed(tmp_path, NOTEBOOK, "flax", trainer.config, run)
    subject = Subject(trainer.architecture, trainer.config, weights=trainer.weights(), history=trainer.history)
    shown = {
        cell.draw.__name__: cell for chapter in lesson(subject) for cell in chapter.cells if isinstance(cell, Picture)
    }
    curves = shown["draw_curves"].values()[0]
    np.testing.assert_array_equal(asked["losses"], curves["loss"])
    np.testing.assert_array_equal(asked["accuracies"], curves["val_accuracy"])
    np.testing.assert_array_equal(asked["digit"], subject.digit)
    np.testing.assert_allclose(asked["feature_map"], shown["draw_slide"].values()[2], atol=1e-6)
    np.testing.assert_allclose(asked["corner"], shown["draw_channels"].values()[1], atol=1e-6)
    for name, values in shown["draw_layers"].values()[1].items():
        np.testing.assert_allclose(asked[name], values, atol=1e-4)
    assert np.abs(asked["confusion"] - shown["draw_confusion"].values()[0]).sum() <= 4  # a tie may fall otherwise
    assert len(pictures_of(made)) >= 18
