"""What is taken home of an experiment: a notebook that repeats it, and its picture."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cnnplay.experiments import Experiment, run
from cnnplay.export.experiment_notebook import experiment_notebook
from cnnplay.export.experiment_picture import experiment_picture

ASKED = Experiment("conv2k3s4-relu-flatten-dense10", {"learning_rate": [1e-3, 1e-2]}, 2, epochs=1, train_images=100)
ROOT = Path(__file__).parents[1]


def test_the_notebook_repeats_the_experiment(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # Streamlit sets it where it is imported: nothing would be drawn
    notebook = nbformat.reads(experiment_notebook(ASKED), 4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": ROOT}}).execute()
    outputs = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    with ThreadPoolExecutor(1) as executor:
        results = run(ASKED, executor)
    assert results.summary() in outputs.replace("\\n", "\n").encode().decode("unicode-escape")
    assert "image/png" in outputs


def test_the_same_experiment_gives_the_same_notebook():
    assert experiment_notebook(ASKED) == experiment_notebook(ASKED)


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_picture_shows_every_group(kind, start):
    with ThreadPoolExecutor(1) as executor:
        picture = experiment_picture(run(ASKED, executor), kind)
    assert picture.startswith(start)
    if kind == "svg":
        assert b"learning rate 0.001" in picture and b"learning rate 0.01" in picture
