"""The lesson: true for its network, whole as a notebook and as a page."""

import ast
import json
import os
import re
import zlib
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from math import ceil

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from cnnplay.course import CHAPTERS
from cnnplay.data.datasets import MNIST_FILE, mnist
from cnnplay.errors import PlaygroundError, ShapeError
from cnnplay.export.html_page import webpage
from cnnplay.export.lesson.cells import Picture, Question, Words
from cnnplay.export.lesson.chapters import lesson
from cnnplay.export.lesson.exercises import LINKS
from cnnplay.export.lesson.subject import Subject
from cnnplay.export.lesson.texts import checked_link
from cnnplay.export.lesson.training import settings_text
from cnnplay.export.notebook import notebook
from cnnplay.export.saved_run import SavedRun, save
from cnnplay.export.scripts import FRAMEWORKS
from cnnplay.labs.kernels import KERNELS
from cnnplay.network.architecture import Architecture
from cnnplay.network.layers import Convolution, Pooling
from cnnplay.network.model import initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.ops import reference
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer
from tests.pytorch import installed

NOTEBOOK = PRESETS["notebook"].net
CONFIG = TrainConfig(epochs=1, train_images=300)
LINK = "https://example.org/playground?net=conv6k2-relu&rate=0.1"
ODD = {
    "no convolution": "flatten-dense10",
    "normalized": "conv4k3same-batchnorm-relu-max2-conv6k3-batchnorm-relu-globalmean-dense10",
    "normalized units": "batchnorm-flatten-dense12-batchnorm-relu-dense10",
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
    "same, with strides": "conv8k5s2same-relu-conv16k3s2same-relu-dropout30-flatten-dense10",
    "gaps between the windows": "conv4k3s7same-tanh-mean3s2same-flatten-dense10",
}
NETS = ODD | {name: preset.net for name, preset in PRESETS.items()}


@pytest.fixture(scope="module", params=NETS.values(), ids=NETS)
def net(request):
    """Each network in turn: all tests of one come together, so that its page is made once."""
    return request.param


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


def test_nothing_is_said_of_layers_that_are_not_there(net):
    network = parse(net)
    says = "\n".join(words_of(lesson(Subject(network, CONFIG, "keras"))))
    kinds = {type(layer) for layer in network.layers}
    assert ("has **no convolution**" in says) == (Convolution not in kinds)
    assert sum(text in says for text in ("has no such layer", "with the window of", "would show little")) == 1
    assert ("has no such layer" in says) == (Pooling not in kinds)
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
    assert len(terms) == 9 and by_reader == pytest.approx(float(total), abs=1e-9)


def test_what_is_said_of_the_kernels_on_the_seven_is_true():
    seven = mnist().test.images[0, ..., 0] / 255
    answers = {name: reference.slide(seven, KERNELS[name].array) for name in KERNELS}
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


def says_of(net, **of_a_page):
    """The words of a notebook, or of a page with these weights."""
    subject = Subject(parse(net), CONFIG, **(of_a_page or {"framework": "keras"}))
    return "\n".join(words_of(lesson(subject)))


STRIDES, GAPS = ODD["same, with strides"], ODD["gaps between the windows"]
# what is said: (network, what is to be read, what is not)
SAYS = {
    "nine products are not instead of nine": (GAPS, "3×3: 9 products, one more number", "instead of nine"),
    "other products are": (STRIDES, "5×5: 25 products instead of nine", None),
    "same at a stride": (STRIDES, "n pixels at stride s have ⌈n / s⌉ windows", None),
    "the odd zero": (STRIDES, "the odd one goes to the end", None),
    "padding of a pooling": (GAPS, "Padding is no value and does not count", "a border of zeros"),
    "gaps": (
        GAPS,
        "16 pixels of the line are never read: 12 between the windows, which step over them, 4 at the end",
        None,
    ),
    "one at the end": (NOTEBOOK, "1 pixel of the line is never read: 1 at the end", "between the windows, which"),
    "dilation": ("conv3k3s2d4-relu-flatten-dense10", "between the weights, which stand apart", None),
    "the cost of a pooling": (
        GAPS,
        "Mean pooling makes one number of 9, the average of each window",
        "2×2 one is left",
    ),
    "the cost of another": (NOTEBOOK, "Max pooling makes one number of 4, the largest value in each window", None),
    "a seven that moves": (NOTEBOOK, "The seven is moved to the right by 4 pixels", None),
    "a seven with little room": (STRIDES, "The seven is moved to the right by 6 pixels", "by 8 pixels"),
    "a seven without room": (GAPS, "the maps do not just move, they change", "by 28 pixels"),
    "a seven before a pooling": (ODD["pooling first"], "The seven is moved to the right by 6 pixels", None),
    "dropout": (
        STRIDES,
        "**dropout1** changes no size. While the network trains, it sets 30 % of the values to 0",
        None,
    ),
    "no dropout": (NOTEBOOK, "is made by a **unit**: the sum of all 1,014 values", "changes no size"),
    "pixels of a map": (GAPS, "of the 28×28 pixels that arrive at **conv1**, 12×12 are read, and 640 are not", None),
    "all is read": ("flatten-dense10", "In the network of this lesson no window slides", "*Never read* counts"),
    "a window of one": (ODD["stride beyond the window"], "The windows of **max1**, 1×1, would show little", None),
}


@pytest.mark.parametrize(("net", "told", "untold"), SAYS.values(), ids=SAYS)
def test_what_is_said_is_true_for_this_network(net, told, untold):
    says = says_of(net)
    assert told in says
    assert untold is None or untold not in says


def test_what_is_never_read_adds_up(net):
    """The places of what is left over on a line to their number; lines to the area that the table has."""
    network, says = parse(net), says_of(net)
    for unread, places in re.findall(r"(\d+) pixels? of the line (?:is|are) never read: (.*)", says):
        assert sum(int(number) for number in re.findall(r"\d+", places)) == int(unread)
    areas = {row.layer: row.unread for row in network.table() if row.unread}
    told = re.findall(
        r"of the (\d+)×(\d+) pixels that arrive at \*\*(\w+)\*\*, (\d+)×(\d+) are read, and ([\d,]+)", says
    )
    assert len(told) == bool(areas)
    for height, width, name, rows, columns, area in told:
        assert int(height) * int(width) - int(rows) * int(columns) == int(area.replace(",", "")) == areas[name]


def test_the_seven_stays_in_the_picture(net):
    columns = np.flatnonzero(mnist().test.images[0].any(axis=(0, 2)))
    moves = re.findall(r"The seven is moved to the right by (\d+) pixel", says_of(net))
    assert len(moves) == bool(parse(net).convolutions)
    assert all(0 < int(by) <= 27 - columns[-1] for by in moves)


def test_per_cent_are_written_in_one_way(net):
    says = says_of(net)
    assert "%" in says and not re.search(r"\d%", says)


def test_the_lesson_tells_of_decay_rates_that_are_not_the_usual_ones():
    network = Architecture.parse(NOTEBOOK)

    def told(**settings):
        return settings_text(Subject(network, TrainConfig(**settings), framework="flax"))

    assert "decay rate" not in told() + told(optimizer="sgd", beta1=0.7)
    assert told(beta1=0.7).endswith(
        " Its decay rate β₁ is 0.7 (0.9 is usual): it says how long past gradients are remembered."
    )
    assert told(optimizer="adamw", beta1=0.7, beta2=0.9).count("is usual") == 2


@pytest.mark.parametrize("word", ["step", "batch", "loss", "gradient", "learning rate", "epoch", "optimizer", "unit"])
def test_the_words_of_training_are_told_before_they_are_used(word):
    network = parse(NOTEBOOK)
    says = says_of(NOTEBOOK, weights=initial_weights(network))
    told = says if word == "unit" else says[says.index("At first the weights") :]
    assert re.search(rf"\b{word}s?\b", told).start() == told.index(f"**{word}**") + 2


def test_an_untrained_page_promises_no_more_than_it_has():
    network = parse(NOTEBOOK)
    says = says_of(NOTEBOOK, weights=initial_weights(network))
    assert "where it goes wrong" not in says and "two curves" not in says
    assert "where it goes wrong" in says_of(NOTEBOOK)


def answers_of(net, config=CONFIG):
    chapters = {chapter.title: chapter for chapter in lesson(Subject(parse(net), config, "keras"))}
    return [cell for cell in chapters["Exercises"].cells if isinstance(cell, Question)]


# network: (what an exercise asks, how its answer begins), worked out by hand
EXERCISES = {
    "stride": (NOTEBOOK, "with stride 2", "14×14: ⌊(28 + 0 + 0 − 2) / 2⌋ + 1 = 14"),
    "padding": (NOTEBOOK, "with padding *same*", "28×28: ⌊(28 + 0 + 1 − 2) / 1⌋ + 1 = 28"),
    "no padding": (
        "conv4k5same-relu-flatten-dense10",
        "would it make without padding",
        "24×24: ⌊(28 + 0 + 0 − 5) / 1⌋ + 1 = 24",
    ),
    "stride of a pooling": ("max2-flatten-dense10", "with stride 1", "27×27: ⌊(28 + 0 + 0 − 2) / 1⌋ + 1 = 27"),
    "a larger kernel": (NOTEBOOK, "with 3×3", "(3·3·1 + 1)·6 = 60"),
    "the most parameters": (NOTEBOOK, "Which layer has the most", "**dense1**: (1,014 + 1)·10 = 10,150, 99.7 %"),
    "the most in a convolution": ("conv64k11-max18-flatten-dense10", "Which layer has the most", "**conv1**"),
    "two layers": ("conv4k5-relu-flatten-dense10", "windows of 5 rows", "9: the window of the second covers 5"),
    "steps": (NOTEBOOK, "batches of 64", f"⌈300 / 64⌉ = {ceil(300 / 64)}"),
}


@pytest.mark.parametrize(("net", "asked", "answer"), EXERCISES.values(), ids=EXERCISES)
def test_the_answers_of_the_exercises_are_right(net, asked, answer):
    (question,) = [question for question in answers_of(net) if asked in question.text]
    assert question.answer.startswith(answer)


def test_there_are_at_least_seven_exercises_numbered_and_answered(net):
    questions = answers_of(net)
    assert len(questions) >= 7
    assert [question.text.split(".")[0] for question in questions] == [f"**{n}" for n in range(1, len(questions) + 1)]
    assert all(len(question.answer) > 10 for question in questions)


def test_the_lesson_asks_a_question_of_every_chapter_of_the_course_and_answers_it():
    texts = {question.text.partition(" ")[2]: question.answer for question in answers_of(NOTEBOOK)}
    for chapter in CHAPTERS:
        for exercise in chapter.on_paper[:1]:
            task = exercise.pose(zlib.crc32(NOTEBOOK.encode()))
            assert texts[task.question].startswith(f"**{exercise.with_unit(task.solution)}.** ")
    assert all(chapter.on_paper for chapter in CHAPTERS)


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
    assert f"{int(right.sum()):,} are read correctly" in text
    assert f"{100 * trainer.history.epochs[-1].test.accuracy:.2f} %" in text
    assert "has not been trained" not in text


@pytest.fixture(scope="module")
def epochs():
    """A run of two epochs, tried on all test images: (trainer, weights after 0, 1 and 2)."""
    trainer = Trainer(parse(NOTEBOOK), TrainConfig(epochs=2, train_images=2000), mnist())
    weights = [trainer.weights()]
    for _ in range(2):
        trainer.advance(trainer.total_steps // 2)
        weights.append(trainer.weights())
    return trainer, weights


def chapters_after(epochs, epoch):
    trainer, weights = epochs
    history = trainer.history
    subject = Subject(trainer.architecture, trainer.config, weights=weights[epoch], history=history, epoch=epoch)
    return list(lesson(subject))


def test_the_page_of_an_earlier_epoch_agrees_with_itself(epochs):
    trainer, _ = epochs
    chapters = chapters_after(epochs, 1)
    says = "\n".join(words_of(chapters))
    first, last = (f"{100 * epoch.test.accuracy:.2f} %" for epoch in trainer.history.epochs)
    right = trainer.history.epochs[0].test.confusion.trace()
    assert first != last
    assert f"After 1 epoch of 2 it read **{first}** of the test images correctly" in says
    assert f"{right:,} are read correctly: **{first}**" in says  # asked of the network anew
    assert f"After the last one, number 2, it read {last}" in says
    assert "as they are after epoch 1 of 2" in says and "as they are now" not in says
    (curves,) = [c for ch in chapters for c in ch.cells if isinstance(c, Picture) and c.draw.__name__ == "draw_curves"]
    assert curves.values()[1] == 1 and "A line marks epoch 1" in curves.alt


def test_the_page_of_the_last_epoch_speaks_of_no_other(epochs):
    says = "\n".join(words_of(chapters_after(epochs, 2)))
    assert "After 2 epochs it read" in says
    assert "thin line" not in says and "A line marks" not in says and "After the last one" not in says


def test_the_page_of_the_initial_weights_says_that_there_are_trained_ones(epochs):
    trainer, _ = epochs
    chapters = chapters_after(epochs, 0)
    says = "\n".join(words_of(chapters))
    assert "are the initial ones of a network that has been trained since" in says
    assert "has not been trained yet" not in says and "no curves" not in says
    assert f"number 2, it read {100 * trainer.history.epochs[-1].test.accuracy:.2f} %" in says
    assert "What it has learned" not in [chapter.title for chapter in chapters]


@pytest.mark.parametrize("epoch", [-1, 3])
def test_an_epoch_that_the_history_has_not_is_refused(epochs, epoch):
    trainer, weights = epochs
    with pytest.raises(PlaygroundError, match="from 0 to 2"):
        webpage(trainer.architecture, trainer.config, weights[2], trainer.history, epoch=epoch)


def test_the_page_takes_the_epoch_and_where_none_is_said_the_last(epochs):
    trainer, weights = epochs
    run = trainer.architecture, trainer.config
    assert "After 1 epoch of 2" in webpage(*run, weights[1], trainer.history, epoch=1)
    assert webpage(*run, weights[2], trainer.history) == webpage(*run, weights[2], trainer.history, epoch=2)
    assert webpage(*run, weights[0], trainer.history) == webpage(*run, weights[0], trainer.history, epoch=0)


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


LOCAL = [
    "http://localhost:8501",
    "http://LOCALHOST/?net=conv6k2",
    "http://app.localhost",
    "http://127.0.0.1:8501/?net=conv6k2",
    "http://[::1]:8501",
    "http://[fe80::1]/",
    "http://192.168.178.20:8501/",
    "http://10.0.0.7",
    "http://172.16.3.4/x",
    "http://0.0.0.0:8501",
    "http://studio:8501",
    "http://studio.local",
    "http://[::zz]/",
]
PUBLIC = [LINK, "https://example.org", "http://93.184.215.14:8501/?net=conv6k2", "https://my-app.streamlit.app/#take"]


@pytest.mark.parametrize("link", HOSTILE + LOCAL)
def test_a_link_that_nobody_else_can_open_is_left_out(link):
    network = parse(NOTEBOOK)
    assert checked_link(link) is None
    assert notebook(network, CONFIG, link=link) == notebook(network, CONFIG)
    assert list(words_of(lesson(Subject(network, CONFIG, "keras", link=checked_link(link))))) == list(
        words_of(lesson(Subject(network, CONFIG, "keras")))
    )


def test_a_page_leaves_such_a_link_out_as_well():
    network = parse(NOTEBOOK)
    assert webpage(network, CONFIG, initial_weights(network), link="http://127.0.0.1:8501") == page_of(NOTEBOOK)


@pytest.mark.parametrize("link", PUBLIC)
def test_a_public_link_stays(link):
    assert checked_link(link) == link
    assert f"]({link})" in "".join(
        cell["source"] for cell in json.loads(notebook(parse(NOTEBOOK), CONFIG, link=link))["cells"]
    )


def test_a_network_that_tells_no_digits_apart_has_no_lesson():
    network = parse("conv6k2-relu")
    with pytest.raises(ShapeError, match="dense10"):
        webpage(network, CONFIG, initial_weights(network))
    with pytest.raises(ShapeError, match="dense10"):
        notebook(network, CONFIG)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ShapeError, match="do not belong"):
        webpage(parse(NOTEBOOK), CONFIG, initial_weights(parse(ODD["pooling first"])))


@pytest.mark.parametrize("framework", FRAMEWORKS)
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
        assert "cnnplay" not in cell["source"].replace('.metadata()["cnnplay"]', "")  # a word in the weights file


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_notebook_begins_with_what_is_part_of_the_lesson(framework):
    cells = [c for c in json.loads(notebook(parse(NOTEBOOK), CONFIG, framework))["cells"] if c["cell_type"] == "code"]
    of_drawing = [c for c in cells if "import matplotlib" in c["source"]]
    assert len(of_drawing) == 1 and of_drawing[0]["metadata"]
    assert of_drawing[0]["source"].index("collections.abc") < of_drawing[0]["source"].index("matplotlib")
    assert "matplotlib" not in cells[1]["source"] and not cells[1]["metadata"]
    text = "".join(c["source"] for c in cells)
    assert "beside this file" not in text


def test_only_keras_is_said_to_fetch_the_digits():
    offers = {name: 'write `DATA = "keras"`' in "".join(words_of_notebook(name)) for name in FRAMEWORKS}
    assert offers == {name: name == "keras" for name in FRAMEWORKS}


def words_of_notebook(framework):
    return (cell["source"] for cell in json.loads(notebook(parse(NOTEBOOK), CONFIG, framework))["cells"])


def test_where_something_is_to_be_trained_again_the_switch_is_named():
    says = says_of(NOTEBOOK)
    for asked in ("The choices. Change a number", "`TRAIN_IMAGES = 60_000`", "permutation(784)"):
        assert "`TRAIN = True`" in says[says.index(asked) :][:500]
    page = says_of(NOTEBOOK, weights=initial_weights(parse(NOTEBOOK)))
    assert "TRAIN" not in page and "permutation" not in page


def executed(folder, net, framework, config=CONFIG, run=None):
    """The notebook after it has run, with a saved run beside it or none, and arrays that it is asked for at the end."""
    os.environ.pop("MPLBACKEND", None)  # Streamlit sets it where it is imported, and notebooks would draw nothing
    (folder / "mnist.npz").symlink_to(MNIST_FILE)
    if run is not None:
        (folder / "weights.safetensors").write_bytes(save(run))
    made = nbformat.reads(notebook(parse(net), config, framework, LINK), 4)
    asked = (
        "np.savez('asked.npz', digit=digit, confusion=confusion, feature_map=feature_map, corner=corner, "
        "losses=history['loss'], epoch=epoch, accuracies=history['val_accuracy'], **through)"
    )
    made.cells.append(nbformat.v4.new_code_cell(asked))
    NotebookClient(made, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return made, dict(np.load(folder / "asked.npz"))


def printed_by(made):
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    return "".join(output.text for cell in code for output in cell.outputs if output.output_type == "stream")


def pictures_of(made):
    outputs = [output for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    return [output for output in outputs if "image/png" in output.get("data", {})]


RUN = {
    ("keras", "notebook"): NOTEBOOK,
    ("keras", "five that slide"): ODD["five that slide"],
    ("pytorch", "rectangles"): ODD["rectangles, dilation, full"],
    ("flax", "no convolution"): ODD["no convolution"],
    ("pytorch", "normalized"): ODD["normalized"],
    ("flax", "normalized"): ODD["normalized"],
}


@pytest.mark.parametrize(("framework", "name"), [key for key in RUN if key[0] in installed(FRAMEWORKS)])
def test_the_notebook_runs_from_top_to_bottom(framework, name, tmp_path, monkeypatch):
    net = RUN[framework, name]
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    made, _ = executed(tmp_path, net, framework)
    drawn = [cell for cell in made.cells if cell.cell_type == "code" and "(plt.figure()" in cell.source]
    assert len(pictures_of(made)) == len(drawn) >= 14
    printed = printed_by(made)
    assert "Trained here, up to epoch 1." in printed
    assert f"{parse(net).parameter_count:,} parameters, as calculated" in printed
    if parse(net).convolutions:
        assert "The loop and the framework differ by at most" in printed


@pytest.mark.parametrize(("framework", "epoch"), installed({"flax": 2, "pytorch": 1}).items())
def test_notebook_and_page_show_the_same_numbers(epochs, framework, epoch, tmp_path):
    trainer, weights = epochs
    run = SavedRun(trainer.architecture, trainer.config, weights[epoch], trainer.history, epoch)
    made, asked = executed(tmp_path, NOTEBOOK, framework, trainer.config, run)
    chapters = chapters_after(epochs, epoch)
    shown = {cell.draw.__name__: cell for chapter in chapters for cell in chapter.cells if isinstance(cell, Picture)}
    assert f"Loaded from weights.safetensors, after epoch {epoch}" in printed_by(made)
    right = f"{100 * trainer.history.epochs[epoch - 1].test.accuracy:.2f} %"
    assert right in printed_by(made) and f"**{right}**" in "".join(words_of(chapters))
    curves, taken = shown["draw_curves"].values()
    assert asked["epoch"] == taken == epoch
    np.testing.assert_array_equal(asked["losses"], curves["loss"])
    np.testing.assert_array_equal(asked["accuracies"], curves["val_accuracy"])
    np.testing.assert_array_equal(asked["digit"], shown["draw_pixels"].values()[0])
    np.testing.assert_allclose(asked["feature_map"], shown["draw_slide"].values()[2], atol=1e-6)
    np.testing.assert_allclose(asked["corner"], shown["draw_channels"].values()[1], atol=1e-6)
    for name, values in shown["draw_layers"].values()[1].items():
        np.testing.assert_allclose(asked[name], values, atol=1e-4)
    assert np.abs(asked["confusion"] - shown["draw_confusion"].values()[0]).sum() <= 4  # a tie may fall otherwise
    assert len(pictures_of(made)) >= 18
