"""The zip has everything, says what it has, and is the same bytes for the same run."""

import ast
import csv
import io
import json
import zipfile
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from PIL import Image

from cnnplay.export.archive import DATA_FILE, WEIGHTS_FILE, bundle, contents
from cnnplay.export.report_figures import FIGURES, drawn, to_png, to_svg
from cnnplay.export.saved_run import SavedRun, load
from cnnplay.export.scripts import FRAMEWORKS
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.presets import PRESETS
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import History
from cnnplay.training.trainer import Trainer

LINK = "https://example.org/?net=conv6k2-relu-max2-flatten-dense10"
ODD = "max2-conv3k3x5s2x1p1.2-gelu-conv2k2d2full-mean3s2same-min2-flatten-dense12-tanh-dropout25-dense10"


def untrained(net):
    architecture = Architecture.parse(net)
    return SavedRun(architecture, TrainConfig(), initial_weights(architecture), History(0), 0)


@pytest.fixture(scope="module")
def run(small):
    trainer = Trainer(Architecture.parse("conv2k5s3-relu-flatten-dense10"), TrainConfig(epochs=2), small)
    trainer.advance(trainer.total_steps)
    return SavedRun(trainer.architecture, trainer.config, trainer.weights(), trainer.history, trainer.epoch)


@pytest.fixture(scope="module")
def archive(run):
    return zipfile.ZipFile(io.BytesIO(bundle(run, LINK)))


def test_it_has_every_file_once_and_the_readme_names_each(archive, run):
    names = archive.namelist()
    assert len(names) == len(set(names))
    assert archive.testzip() is None
    readme = archive.read("README.md").decode()
    assert [name for name in names if f"| {name} |" not in readme] == ["README.md"]
    assert set(names) == {"README.md", DATA_FILE, *contents(run)}
    assert str(run.architecture) in readme
    assert LINK in readme


def test_each_file_is_what_its_name_says(archive, run):
    for framework in FRAMEWORKS.values():
        ast.parse(archive.read(framework.file).decode())
    for name in FRAMEWORKS:
        book = nbformat.reads(archive.read(f"lesson_{name}.ipynb").decode(), as_version=4)
        nbformat.validate(book)
        assert LINK in "".join(cell.source for cell in book.cells)
    assert archive.read("lesson.html").startswith(b"<!DOCTYPE html>")
    rows = list(csv.DictReader(io.StringIO(archive.read("history.csv").decode())))
    assert len(rows) == run.history.steps
    about = json.loads(archive.read("history.json"))
    assert (about["network"], len(about["epochs"])) == (str(run.architecture), 2)
    assert TrainConfig(**about["settings"]) == run.config
    saved = load(archive.read(WEIGHTS_FILE))
    for name, array in run.weights.items():
        np.testing.assert_array_equal(saved.weights[name], array)


def test_the_digits_travel_with_it_as_numpy_and_keras_read_them(archive):
    with np.load(io.BytesIO(archive.read(DATA_FILE)), allow_pickle=False) as arrays:
        assert {name: arrays[name].shape for name in arrays} == {
            "x_train": (60_000, 28, 28),
            "y_train": (60_000,),
            "x_test": (10_000, 28, 28),
            "y_test": (10_000,),
        }


def test_without_the_digits_it_is_small_and_says_what_is_missing(run):
    data = bundle(run, LINK, data=False)
    assert len(data) < 3_000_000
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert DATA_FILE not in archive.namelist()
        assert f"They read MNIST from `{DATA_FILE}`" in archive.read("README.md").decode()


def test_the_same_run_gives_the_same_bytes(run):
    assert bundle(run, LINK, data=False) == bundle(run, LINK, data=False)


@pytest.mark.parametrize("net", [PRESETS["notebook"].net, "flatten-dense10", ODD])
def test_a_network_that_never_trained_leaves_without_weights_and_history(net):
    files = contents(untrained(net))
    assert not {WEIGHTS_FILE, "history.csv", "figures/curves.png", "figures/confusion.svg"} & set(files)
    assert ("figures/filters.png" in files) == ("conv" in net)
    for _, make in files.values():
        assert make()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_picture_and_a_drawing(name, run):
    png = Image.open(io.BytesIO(to_png(drawn(name, run))))
    assert min(png.size) > 150
    assert len({tuple(pixel) for pixel in np.asarray(png.convert("RGB")).reshape(-1, 3)}) > 3
    svg = ElementTree.fromstring(to_svg(drawn(name, run)))
    assert svg.tag.endswith("svg")
    assert [text for text in svg.itertext() if text.strip()]  # its words are text, not outlines
    addresses = [value for part in svg.iter() for key, value in part.attrib.items() if key.endswith("href")]
    assert [address for address in addresses if not address.startswith(("#", "data:"))] == []


def test_the_layers_of_a_figure_stand_in_the_order_of_the_network(run):
    words = [text.strip() for text in ElementTree.fromstring(to_svg(drawn("feature-maps", run))).itertext()]
    names = [word for word in words if word in ("input", *run.architecture.names)]
    assert names == ["input", *run.architecture.names]


@pytest.mark.parametrize(
    ("link", "starts"),
    [("https://example.org/?net=conv2k3", False), ("http://localhost:8501/?net=conv2k3", True), (None, False)],
)
def test_a_link_to_the_reader_s_own_machine_says_how_to_start_the_playground(run, link, starts):
    readme = zipfile.ZipFile(io.BytesIO(bundle(run, link, data=False))).read("README.md").decode()
    assert ("streamlit run" in readme) == starts
    assert (f"<{link}>" in readme) == (link is not None)
