"""What is taken home of a run on any dataset: in colour, with other classes, with data and names of one's own."""

import ast
import io
import json
import os
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from safetensors.numpy import save_file

from cnnplay.data import coloured_shapes
from cnnplay.data.datasets import DATASETS, MNIST, OWN, Dataset, DataSource, Split, brightness
from cnnplay.errors import DataError, PlaygroundError, ShapeError
from cnnplay.export.archive import bundle, contents
from cnnplay.export.data_files import data_file, escaped, quoted
from cnnplay.export.html_page import webpage
from cnnplay.export.lesson.cells import Picture, Question, Words
from cnnplay.export.lesson.chapters import lesson
from cnnplay.export.lesson.subject import Subject
from cnnplay.export.notebook import notebook
from cnnplay.export.report_figures import drawn, to_svg
from cnnplay.export.saved_run import SavedRun, load
from cnnplay.export.scripts import FRAMEWORKS, script
from cnnplay.export.tables import to_markdown, words
from cnnplay.inspection.activations import activations
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import History
from cnnplay.training.trainer import Trainer
from cnnplay.words import printable
from tests.oracles import keras_network, numpy_activations, random_networks
from tests.payloads import GROUPS, SIGN, Page, rotated
from tests.pytorch import installed
from tests.test_export_scripts import sensible_weights

pytestmark = pytest.mark.usefixtures("compiled_quickly")

FORMS = DATASETS["forms"]
DRAWN = [name for name in DATASETS if name != MNIST.name]
SMALL = TrainConfig(train_images=300, epochs=1, batch_size=100)
RUNNING = list(installed(FRAMEWORKS))
NETWORK = "conv3k5s2-relu-max2-flatten"


def network_for(data, layers=NETWORK):
    return Architecture.parse(f"{layers}-dense{len(data.classes)}", data.input_shape, len(data.classes))


def config_for(data):
    return TrainConfig(train_images=300, epochs=1, batch_size=100, dataset=data.name)


def own_source(classes=("heart", "arrow", "moon"), title="my drawings", shape=(12, 10, 3), test=24):
    """Own data of a visitor: 120 random images to train on, as a row beside MNIST."""
    generator = np.random.default_rng(3)

    def split(count):
        labels = (np.arange(count) % len(classes)).astype(np.uint8)
        images = generator.integers(0, 100, (count, *shape), np.uint8)
        images[np.arange(count), labels % shape[0]] += 150  # a bright row tells the class
        return Split(images, labels)

    dataset = Dataset(split(120), split(test), classes)

    def file():
        packed = io.BytesIO()
        train, tested = dataset.train, dataset.test
        np.savez(packed, x_train=train.images, y_train=train.labels, x_test=tested.images, y_test=tested.labels)
        return packed.getvalue()

    return DataSource(
        OWN, title, "picture", "pictures of your own", "", shape, (120, test), classes, lambda: dataset, file=file
    )


# Networks in colour


def as_keras_has_it(text):
    """Whether Keras's own layers compute all of it: not the smallest of a window, and no padding of a pooling."""
    return not re.search(r"\bmin|\b(max|mean)[\dxs]+p", text)


def in_colour(count):
    """Texts of random networks that fit on 32 × 32 pixels in three channels, and tell four classes apart."""
    found = []
    for text in random_networks(1000, seed=17):
        text = text.removesuffix("10") + "4"
        try:
            found.append(str(Architecture.parse(text, FORMS.input_shape, 4)))
        except ShapeError:
            continue
    return [text for text in found if as_keras_has_it(text)][:count]


IN_COLOUR = in_colour(30)


@pytest.fixture(scope="module")
def coloured():
    """16 test shapes as float32 in 0..1."""
    return brightness(FORMS.load().test.images[:16])


def test_there_are_thirty_networks_with_all_kinds_of_layers():
    assert len(IN_COLOUR) == len(set(IN_COLOUR)) == 30
    text = "-".join(IN_COLOUR)
    for kind in ("conv", "max", "mean", "relu", "batchnorm", "dropout", "globalmean", "flatten", "same", "full"):
        assert kind in text


@pytest.mark.parametrize("text", IN_COLOUR)
def test_shapes_parameters_and_logits_in_colour_are_those_of_keras(text, coloured):
    network = Architecture.parse(text, FORMS.input_shape, 4)
    model, rows = keras_network(text, FORMS.input_shape)
    table = [row for row in network.table() if row.kind != "softmax"]
    assert [(row.output_shape, row.parameters) for row in table] == rows
    weights = sensible_weights(network)
    order = ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance")
    for name, layer in zip(
        dict.fromkeys(key.partition("/")[0] for key in sorted(weights, key=network_order(network))),
        [layer for layer in model.layers if layer.weights],
        strict=True,
    ):
        layer.set_weights([weights[f"{name}/{part}"] for part in order if f"{name}/{part}" in weights])
    logits = activations(network, weights, coloured)[network.names[-1]]
    np.testing.assert_allclose(logits, np.asarray(model(coloured)), atol=2e-4)


def network_order(network):
    return lambda key: network.names.index(key.partition("/")[0])


@pytest.fixture
def names_of(tmp_path, monkeypatch):
    """Runs a script without its `main`, with what draws its images beside it: (framework, network, data) -> names."""

    def names_of(framework, network, data, config=SMALL):
        file = data_file(data)
        if file.is_code:
            (tmp_path / file.name).write_bytes(file.make())
            monkeypatch.syspath_prepend(tmp_path)
            monkeypatch.delitem(sys.modules, "coloured_shapes", raising=False)
        path = tmp_path / FRAMEWORKS[framework].file
        path.write_text(script(framework, network, config, data), "utf-8")
        return runpy.run_path(str(path))

    yield names_of
    sys.modules.pop("coloured_shapes", None)


@pytest.mark.parametrize("framework", RUNNING)
@pytest.mark.parametrize("text", IN_COLOUR)
def test_the_scripts_give_the_logits_of_the_playground_in_colour(text, framework, names_of, coloured, tmp_path):
    network = Architecture.parse(text, FORMS.input_shape, 4)
    weights = sensible_weights(network)
    names = names_of(framework, network, FORMS)
    save_file(weights, tmp_path / "weights.safetensors")
    model = names["build_model"]()
    names["load_weights"](model, tmp_path / "weights.safetensors")
    logits = names["scores"](model, coloured)
    wanted = numpy_activations(network, weights, coloured[:2])[network.names[-1]]
    assert logits.shape == (16, 4)
    np.testing.assert_allclose(logits, activations(network, weights, coloured)[network.names[-1]], atol=1e-4)
    np.testing.assert_allclose(logits[:2], wanted, atol=1e-3)


# Scripts and their data


@pytest.mark.parametrize("name", DRAWN)
def test_a_script_draws_the_very_same_images_with_the_same_labels(name, names_of):
    data = DATASETS[name]
    names = names_of("flax", network_for(data), data)
    (images, labels), (test_images, test_labels) = names["load_data"]()
    known = data.load()
    np.testing.assert_array_equal(images, known.train.images[:300], strict=True)
    np.testing.assert_array_equal(labels, known.train.labels[:300], strict=True)
    np.testing.assert_array_equal(test_images, known.test.images, strict=True)
    np.testing.assert_array_equal(test_labels, known.test.labels, strict=True)
    assert names["CLASSES"] == tuple(data.classes)


def test_what_draws_them_needs_numpy_alone():
    tree = ast.parse(data_file(FORMS).make())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported - set(sys.stdlib_module_names) - {"collections.abc", "concurrent.futures"} == {"numpy"}
    assert data_file(FORMS).make() == Path(coloured_shapes.__file__).read_bytes()


def said_by(folder, framework):
    """What a script says that runs by itself, from another folder than its own."""
    (folder / "elsewhere").mkdir()
    done = subprocess.run(
        [sys.executable, str(folder / FRAMEWORKS[framework].file)],
        capture_output=True,
        text=True,
        cwd=folder / "elsewhere",
        env=os.environ | {"KERAS_BACKEND": "jax", "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def unpacked(run, folder):
    with zipfile.ZipFile(io.BytesIO(bundle(run, None))) as archive:
        archive.extractall(folder)


def untrained(data, layers=NETWORK):
    network = network_for(data, layers)
    return SavedRun(network, config_for(data), initial_weights(network), History(0), 0, data)


def right_by_class(said):
    """{name: (right, of)} of the last lines that a script prints."""
    lines = re.findall(r"^    (.*): ([\d,]+) of ([\d,]+)$", said, re.MULTILINE)
    return {name: (int(right.replace(",", "")), int(count.replace(",", ""))) for name, right, count in lines}


def test_a_script_on_forms_out_of_the_zip_trains_and_counts_each_class(tmp_path):
    unpacked(untrained(FORMS), tmp_path)
    said = said_by(tmp_path, "keras")
    assert "Training on 300 images" in said
    right = right_by_class(said)
    counts = np.bincount(FORMS.load().test.labels)
    assert {name: of for name, (_, of) in right.items()} == dict(zip(FORMS.classes, counts, strict=True))
    accuracy = float(re.search(r"accuracy ([\d.]+)%", said)[1])
    assert sum(each for each, _ in right.values()) / 40 == pytest.approx(accuracy, abs=0.01)


@pytest.mark.parametrize("framework", RUNNING)
def test_a_script_on_own_data_out_of_the_zip_loads_the_weights_beside_it(framework, tmp_path):
    data = own_source(("heart", "arrow", 'a "quoted" \\n name'))
    trainer = Trainer(network_for(data, "flatten"), config_for(data), data.load())
    trainer.advance(trainer.total_steps)
    unpacked(SavedRun(trainer.architecture, trainer.config, trainer.weights(), trainer.history, 1, data), tmp_path)
    said = said_by(tmp_path, framework)
    assert "Weights of weights.safetensors" in said
    confusion = trainer.history.epochs[-1].test.confusion
    assert right_by_class(said) == {
        name: (confusion[label, label], confusion[label].sum()) for label, name in enumerate(data.classes)
    }


@pytest.mark.parametrize("framework", RUNNING)
def test_own_data_that_are_missing_are_asked_for_by_name(framework, names_of, tmp_path, monkeypatch):
    names = names_of(framework, network_for(own_source()), own_source())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"There is no .*own_data\.npz: it is in the zip; put it there"):
        names["load_data"]()


@pytest.mark.parametrize("data", [*map(DATASETS.get, DRAWN), own_source(("one", "2"))], ids=lambda data: data.name)
def test_the_scripts_are_tidy(data, tmp_path):
    file = data_file(data)
    if file.is_code:
        (tmp_path / file.name).write_bytes(file.make())
    paths = []
    for framework, row in FRAMEWORKS.items():
        paths.append(row.file)
        (tmp_path / row.file).write_text(script(framework, network_for(data), config_for(data), data), "utf-8")
    for command in (
        ["format", "--check"],
        ["check", "--select", "E,W,F,I,B,C4,UP,RET,SIM", "--ignore", "E402,B905,B008"],
    ):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "100", *paths]
        done = subprocess.run(ruff, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_script_says_what_the_network_reads():
    first = {
        name: ast.get_docstring(ast.parse(script("flax", network_for(row), config_for(row), row)))
        for name, row in DATASETS.items()
    }
    assert first["mnist"].startswith("A network that reads handwritten digits, in Flax.")
    assert all(first[name].startswith("A network that reads coloured shapes, in Flax.") for name in DRAWN)
    own = script("flax", network_for(own_source()), SMALL, own_source())
    assert ast.get_docstring(ast.parse(own)).startswith("A network that reads “my drawings”, in Flax.")
    for word in ("mnist", "digit", "28", "[n 10]"):
        assert word not in own.lower()


@pytest.mark.parametrize("make", [script, lambda name, *others: notebook(*others[:2], name, None, others[2])])
@pytest.mark.parametrize(
    ("layers", "shape", "classes"), [("flatten", (32, 32, 1), 4), ("flatten", (32, 32, 3), 5), ("relu", (32, 32, 3), 4)]
)
def test_a_network_for_other_data_is_refused(make, layers, shape, classes):
    text = "relu" if layers == "relu" else f"{layers}-dense{classes}"
    with pytest.raises(PlaygroundError):
        make("keras", Architecture.parse(text, shape, classes), SMALL, FORMS)


# The lesson


def words_of(subject):
    """All that is read, alt texts and answers included, but for the questions of the course, which are of digits."""
    for chapter in lesson(subject):
        for cell in chapter.cells:
            match cell:
                case Words(text):
                    yield text
                case Question(text, answer):
                    if int((re.match(r"\*\*(\d+)\.\*\*", text) or [0, 0])[1]) <= 12:
                        yield from (text, answer)
                case Picture():
                    yield cell.alt


OF_MNIST = r"\b(?:digits?|MNIST|seven|strokes?|28 rows|784|60,000|10,000|ten)\b"
LAYERS = [NETWORK, "flatten", "conv4k3same-batchnorm-relu-globalmean", "mean3s2same-flatten", "relu-conv2k3x5-flatten"]


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("data", [FORMS, own_source(), own_source(shape=(9, 14, 1))], ids=["forms", "own", "grey"])
def test_nothing_is_said_of_digits_where_there_are_none(data, layers):
    network = network_for(data, layers)
    trainer = Trainer(network, config_for(data), data.load())
    trainer.advance(trainer.total_steps)
    of_page = {"weights": trainer.weights(), "history": trainer.history, "epoch": 1}
    for subject in (
        Subject(network, config_for(data), "keras", data=data),
        Subject(network, config_for(data), **of_page, data=data),
    ):
        says = "\n".join(words_of(subject))
        read = re.sub("an? (simple )?MNIST", "", says)  # titles of further reading
        assert not re.findall(rf".{{0,40}}{OF_MNIST}.{{0,20}}", read)
        for name in data.classes:
            assert name in says


def test_a_picture_in_colour_is_three_tables_and_a_grey_one_is_one():
    colour = "\n".join(words_of(Subject(network_for(FORMS), config_for(FORMS), "keras", data=FORMS)))
    assert "**3 tables**: how much red, green and blue" in colour
    assert "32 rows of 32 pixels in 3 channels, 3,072 numbers" in colour
    assert "A filter" not in colour or "over 3 channels: 75 products instead of nine" in colour
    data = own_source(shape=(9, 14, 1))
    grey = "\n".join(words_of(Subject(network_for(data), config_for(data), "keras", data=data)))
    assert "9 rows of 14 pixels, 126 numbers" in grey and "tables**" not in grey


def test_guessing_and_the_counts_are_those_of_the_data():
    data = DATASETS["coloured-forms"]
    says = "\n".join(words_of(Subject(network_for(data), config_for(data), "keras", data=data)))
    assert "Guessing among 16 classes is right in 6.25 % of all cases, and has a loss of ln 16 = 2.77" in says
    assert "20,000 pictures to learn from, and 4,000 that are kept apart" in says
    few = own_source()
    says = "\n".join(words_of(Subject(network_for(few), config_for(few), "keras", data=few)))
    assert "**120** training images in batches of **100**: ⌈120 / 100⌉ = **2 steps an epoch**" in says


def pictures_of(subject):
    return {c.draw.__name__: c.values() for chapter in lesson(subject) for c in chapter.cells if isinstance(c, Picture)}


def test_the_pictures_show_the_image_in_colour_and_one_channel_of_it_in_numbers():
    subject = Subject(network_for(FORMS), config_for(FORMS), weights=initial_weights(network_for(FORMS)), data=FORMS)
    shown = pictures_of(subject)
    test = FORMS.load().test
    np.testing.assert_array_equal(shown["draw_digits"][0], test.images[:10].astype(np.float32) / 255)
    assert shown["draw_digits"][1] == [FORMS.classes[label] for label in test.labels[:10]]
    image, row, column, size, channel = shown["draw_pixels"]
    assert image.shape == (32, 32, 3) and 0 <= row <= 32 - size and 0 <= column <= 32 - size
    assert channel == np.argmax([image[..., c].std() for c in range(3)])
    assert shown["draw_filters"][3] == ("red", "green", "blue")
    patch, kernel, _ = shown["draw_window"]
    answers = [(image[r : r + 3, c : c + 3, channel] * kernel).sum() for r in range(30) for c in range(30)]
    assert (patch * kernel).sum() == pytest.approx(max(answers))


@pytest.mark.parametrize("layers", ["flatten", "relu-dropout20-flatten-dense7-relu"])
def test_without_a_convolution_each_white_pixel_adds_what_the_weights_of_its_channels_say(layers):
    data = own_source()
    network = network_for(data, layers)
    weights = sensible_weights(network)
    added, _ = pictures_of(Subject(network, config_for(data), weights=weights, data=data))["draw_maps"]
    kernel = weights["dense1/kernel"].reshape(12, 10, 3, -1).sum(axis=2)
    np.testing.assert_allclose(added, kernel, atol=1e-5)


def executed(data, framework, folder, layers=NETWORK, config=None):
    """The notebook after it has run in a folder with its data, and pictures and errors among its outputs."""
    os.environ.pop("MPLBACKEND", None)  # Streamlit sets it where it is imported, and notebooks would draw nothing
    file = data_file(data)
    (folder / file.name).write_bytes(file.make())
    made = nbformat.reads(notebook(network_for(data, layers), config or config_for(data), framework, None, data), 4)
    NotebookClient(made, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [output for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    drawn = [cell for cell in made.cells if cell.cell_type == "code" and "(plt.figure()" in cell.source]
    assert len(pictures) == len(drawn) >= 14
    return "".join(output.text for output in outputs if output.output_type == "stream")


def test_the_notebook_on_forms_runs_from_top_to_bottom(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    printed = executed(FORMS, "keras", tmp_path)
    assert "300 shapes to train on, 4,000 to test with" in printed
    assert "The loop and the framework differ by at most" in printed
    assert "of 4,000 test shapes are read correctly" in printed


HOSTILE_NAMES = (
    '"""+__import__("os").abort()+"""',
    "$\\frac{x}$ and a name that is long",
    "<script>alert(1)</script>",
    "{name} %s \\n \\",
    "'; import os #",
)


def test_the_notebook_on_own_data_with_hostile_names_runs_from_top_to_bottom(tmp_path):
    data = own_source(HOSTILE_NAMES, title='""" \\" {x} </details> $y$')
    printed = executed(data, "flax", tmp_path)
    assert "120 pictures to train on, 24 to test with" in printed


# Names from outside


def groups_of_names():
    """Names of classes, five at a time, that some reader would carry out; each once."""
    for group, texts in GROUPS.items():
        usual = list(dict.fromkeys(text[:60] for text in texts))
        for start in range(0, len(usual), 5):
            names = usual[start : start + 5]
            yield pytest.param(tuple(names + ["x"] * (len(names) < 2)), id=f"{group} {start}")


def plain(names):
    """As many names, each as long, of letters alone."""
    return tuple(letter * len(name) for letter, name in zip("abcdefghij", names, strict=False))


@pytest.mark.parametrize("names", list(groups_of_names()))
def test_names_are_texts_in_every_script_and_notebook(names):
    data, usual_data = own_source(names, title=names[0]), own_source(plain(names), title="a")
    network = network_for(data, "flatten")
    for framework in FRAMEWORKS:
        source = script(framework, network, SMALL, data)
        source.encode()
        tree, known = ast.parse(source), ast.parse(script(framework, network, SMALL, usual_data))
        (given,) = (n.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "CLASSES")
        assert ast.literal_eval(given) == tuple(map(printable, names))
        assert structure(tree) == structure(known)
    made = nbformat.reads(notebook(network, SMALL, "keras", None, data), 4)
    like = nbformat.reads(notebook(network, SMALL, "keras", None, usual_data), 4)
    nbformat.validate(made)
    for cell, usual in zip(made.cells, like.cells, strict=True):
        if cell.cell_type == "code":
            if SIGN in cell.source:
                assert structure(ast.parse(cell.source)) == structure(ast.parse(usual.source))
        else:
            assert tags_of(cell.source) == tags_of(usual.source)


def structure(tree):
    """A program without the values of its constants: what it does with them."""
    return re.sub(r"value=('(\\.|[^'\\])*'|\"(\\.|[^\"\\])*\")", "value", ast.dump(tree))


def tags_of(text):
    """What a reader that lets HTML through, as Jupyter does, makes of Markdown; dollars and brackets begin TeX."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    page = Page(html)
    return [*page.tags, html.count("$"), text.count("\\\\(")]


def test_the_comparison_of_markdown_can_fail():
    for text in ("**a**", "<b>a</b>", "[a](b)", "$a$", "| a |\n|---|"):
        assert tags_of(text) != tags_of("a")
        assert tags_of(escaped(text)) == tags_of("a")


@pytest.mark.filterwarnings("ignore:Glyph")  # of letters that the font of the pictures does not have
@pytest.mark.parametrize("first", [0, 8])
def test_names_are_texts_on_the_page_in_figures_and_in_every_file(first):
    names = tuple(text[:30] for text in list(rotated())[first : first + 8])  # one of each group
    data, usual_data = own_source(names, title=names[-1]), own_source(plain(names), title="a")
    pages, files = [], []
    for source in (data, usual_data):
        network = network_for(source, "flatten")
        trainer = Trainer(network, config_for(source), source.load())
        trainer.advance(trainer.total_steps)
        run = SavedRun(network, trainer.config, trainer.weights(), trainer.history, 1, source)
        made = {name: make() for name, (_, make) in contents(run).items() if not name.endswith(".png")}
        pages.append(Page(made["lesson.html"]))
        files.append(made)
        assert load(made["weights.safetensors"], source).data is source
    shape = [[(tag, sorted(names)) for tag, names in page.tags] for page in pages]
    assert shape[0] == shape[1] and not pages[0].open
    assert json.loads(files[0]["history.json"])["classes"] == list(names)
    assert SIGN not in files[0]["shapes.csv"] + files[0]["shapes.md"] + files[0]["history.csv"]
    svg = ElementTree.fromstring(files[0]["figures/confusion.svg"])
    drawn_texts = [text.strip() for text in svg.itertext()]
    assert all(any(text.startswith(printable(name)[:10].strip()[:5]) for text in drawn_texts) for name in names)
    readme = zipfile.ZipFile(io.BytesIO(bundle(run_of(data), None))).read("README.md").decode()
    usual = zipfile.ZipFile(io.BytesIO(bundle(run_of(usual_data), None))).read("README.md").decode()
    assert tags_of(readme) == tags_of(usual)


def run_of(data):
    return untrained(data, "flatten")


@pytest.mark.parametrize("text", ["a", "it's", 'say "x"', "both ' and \"", "\\", "\x00\ud800\u202e", "é猫"])
def test_a_quoted_text_is_its_own_literal(text):
    assert ast.literal_eval(quoted(text)) == text
    quoted(text).encode()
    assert quoted(text)[0] == '"' or '"' in text


# The zip, the tables and the figures


def test_the_zip_has_the_data_of_its_run():
    with zipfile.ZipFile(io.BytesIO(bundle(untrained(FORMS), None, data=False))) as archive:
        assert archive.read("coloured_shapes.py") == data_file(FORMS).make()  # small: always there
        assert "mnist.npz" not in archive.namelist()
        assert "| coloured_shapes.py | Draws the coloured shapes: 20,000" in archive.read("README.md").decode()
    own = own_source()
    with zipfile.ZipFile(io.BytesIO(bundle(untrained(own), None))) as archive:
        assert archive.read("own_data.npz") == own.file()
        assert "| own_data.npz | my drawings: 120 images to train on and 24 to test with |" in (
            archive.read("README.md").decode()
        )
    with zipfile.ZipFile(io.BytesIO(bundle(untrained(own), None, data=False))) as archive:
        assert "own_data.npz" not in archive.namelist()
        assert "They read their images from `own_data.npz`, which has to lie beside them" in (
            archive.read("README.md").decode()
        )


def test_the_receptive_field_is_compared_with_the_image_of_the_network():
    network = Architecture.parse("conv1k28-relu-conv1k5-flatten-dense4", FORMS.input_shape, 4)
    fields = [row["Receptive field"] for row in words(network.table(), network.input_shape)]
    assert fields[:3] == ["28×28", "28×28", "all of it"]
    assert "| 28×28 " in to_markdown(network.table(), network.input_shape)


@pytest.mark.parametrize("name", DATASETS)
def test_every_figure_of_a_run_on_each_dataset_is_drawn(name):
    data = DATASETS[name]
    run = untrained(data)
    for figure in ("network", "filters", "feature-maps"):
        assert ElementTree.fromstring(to_svg(drawn(figure, run))).tag.endswith("svg")
    descriptions = [description for description, _ in contents(run).values()]
    assert any("seven" in description for description in descriptions) == (name == "mnist")
    texts = [text.strip() for text in ElementTree.fromstring(to_svg(drawn("filters", run))).itertext()]
    assert ("green" in texts) == (name != "mnist")


def test_data_that_cannot_be_packed_are_no_silent_gap():
    def refuse():
        raise DataError("The file would be too large.")

    own = own_source()
    object.__setattr__(own, "file", refuse)
    with pytest.raises(DataError, match="too large"):
        bundle(untrained(own), None)
    assert bundle(untrained(own), None, data=False)


def test_the_page_is_the_same_for_the_same_run():
    network = network_for(FORMS, "flatten")
    weights = initial_weights(network)
    pages = {webpage(network, config_for(FORMS), weights, data=FORMS) for _ in range(2)}
    assert len(pages) == 1
