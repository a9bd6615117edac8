"""All files of a run: a table of what can be downloaded, and one zip with all of it."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from matplotlib.figure import Figure

from ..data.datasets import MNIST
from ..errors import DataError
from ..training import history_files
from . import report_figures, scripts, tables
from .data_files import data_file
from .html_page import webpage
from .lesson.beginning import DRAWS
from .lesson.texts import checked_link
from .notebook import notebook
from .saved_run import SavedRun, save

DATA_FILE, WEIGHTS_FILE = "mnist.npz", "weights.safetensors"  # the data of a run on MNIST; see data_file for others
OLDEST = (1980, 1, 1, 0, 0, 0)  # the date of every file in a zip, so that the same run gives the same bytes

Contents = dict[str, tuple[str, Callable[[], str | bytes]]]  # name: (description, function that makes it)


def contents(run: SavedRun, link: str | None = None) -> Contents:
    """Every file of a run, the weights only where it has been trained, the history only where it has begun.

    link: an address that opens this network, for the lesson. Files are made when they are asked for.
    """
    network, config, data = run.architecture, run.config, run.data
    saved, rows, images = _saved(run), network.table(), data_file(data)
    files: Contents = {
        "lesson.html": (
            "The lesson as one page, for a browser",
            partial(webpage, network, config, run.weights, run.history, link, run.epoch, data),
        ),
        "shapes.csv": ("The shape table, for a spreadsheet", partial(tables.to_csv, rows)),
        "shapes.md": ("The shape table, as Markdown", partial(tables.to_markdown, rows, network.input_shape)),
    }
    for name, framework in scripts.FRAMEWORKS.items():
        files[f"lesson_{name}.ipynb"] = (
            f"The lesson as a notebook, with {framework.title}",
            partial(notebook, network, config, name, link, data),
        )
        files[framework.file] = (
            f"The network in {framework.title}",
            partial(scripts.script, name, network, config, data),
        )
        files[f"requirements_{name}.txt"] = (
            f"What {framework.title} and the notebook need",
            partial(requirements, name),
        )
    if images.is_code and images.make:
        files[images.name] = (images.description, images.make)
    if saved is not None:
        files[WEIGHTS_FILE] = ("The trained weights, with network, settings and history", lambda: saved)
    if run.history.steps:
        about = {"network": str(network), "settings": asdict(config), "classes": list(data.classes)}
        files["history.csv"] = (
            "Every step and every epoch, for a spreadsheet",
            partial(history_files.to_csv, run.history),
        )
        files["history.json"] = ("The same, for a program", partial(history_files.to_json, run.history, **about))
    for name, row in report_figures.FIGURES.items():
        if row.needs(run):
            for ending, write in (("png", report_figures.to_png), ("svg", report_figures.to_svg)):
                files[f"figures/{name}.{ending}"] = (row.describes(data), partial(_figure, write, name, run))
    return files


def _figure(write: Callable[[Figure], bytes], name: str, run: SavedRun) -> bytes:
    return write(report_figures.drawn(name, run))


def requirements(framework: str) -> str:
    """The requirements of a framework's script and notebook, one package a line."""
    return f"{scripts.requirements(framework)}{DRAWS}\n"


def bundle(run: SavedRun, link: str | None = None, *, data: bool = True) -> bytes:
    """A zip of all files, a README that describes them, and, with `data`, the images and labels it was trained on."""
    files, images = contents(run, link), data_file(run.data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "README.md", readme(run, files, link, data=data))
        for name, (_, make) in files.items():
            _put(archive, name, make())
        if data and images.make and not images.is_code:
            _put(archive, images.name, images.make(), packed_already=True)
    return packed.getvalue()


def _saved(run: SavedRun) -> bytes | None:
    """The weights file; None where nothing is trained, or where the file would be too large to open again."""
    try:
        return save(run) if run.epoch else None
    except DataError:
        return None


def readme(run: SavedRun, files: Contents, link: str | None, *, data: bool) -> str:
    """The README of the zip: its files, and how to use them."""
    trained = f"trained for {run.epoch} epoch{'s' if run.epoch > 1 else ''}" if run.epoch else "not trained yet"
    listed, images = {name: description for name, (description, _) in files.items()}, data_file(run.data)
    if data and images.make:
        listed[images.name] = images.description
    lines = [
        "# A convolutional network to take home",
        "",
        f"The network `{run.architecture}`, {run.architecture.parameter_count:,} parameters, {trained}.",
        "",
        "| file | what it is |",
        "|---|---|",
        *(f"| {name} | {description} |" for name, description in listed.items()),
        "",
        "To read the lesson, open `lesson.html` in a browser.",
        "",
        "To run the lesson or the code, here with Keras (PyTorch and Flax work the same way):",
        "",
        "```sh",
        "python3 -m venv .venv",
        ".venv/bin/pip install -r requirements_keras.txt jupyterlab",
        ".venv/bin/python network_keras.py",
        ".venv/bin/jupyter lab lesson_keras.ipynb",
        "```",
        "",
        "(On Windows, write `.venv\\Scripts\\` for `.venv/bin/`.)",
        "",
        f"The scripts load `{WEIGHTS_FILE}` if it lies beside them. If it does not, or with `--train`, they train."
        + (
            ""
            if images.name in listed
            else f" They read {_what(run)} from `{images.name}`, which has to lie beside them."
        ),
    ]
    if WEIGHTS_FILE in files:
        lines += ["", f"To continue in the playground, open `{WEIGHTS_FILE}` on its page *Take it home*."]
    if link:
        lines += ["", _way_back(link)]
    return "\n".join(lines) + "\n"


def _what(run: SavedRun) -> str:
    return "MNIST" if run.data.name == MNIST.name else "their images"


def _way_back(link: str) -> str:
    """What the link opens; where it leads to the reader's own machine, also how to start the playground there."""
    if checked_link(link):
        return f"This network and its settings in the playground: <{link}>"
    return (
        "This network and its settings in the playground, which ran on your own machine: start it there with "
        f"`streamlit run streamlit_app.py`, then open <{link}>"
    )


def _put(archive: zipfile.ZipFile, name: str, made: str | bytes, *, packed_already: bool = False) -> None:
    entry = zipfile.ZipInfo(name, OLDEST)
    entry.compress_type = zipfile.ZIP_STORED if packed_already else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16  # a plain file that its owner may write
    archive.writestr(entry, made)
