"""What the parts of the page share: the run that is taken home, its files, and buttons to download them."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from ...data.datasets import MNIST, MNIST_FILE, DataSource
from ...errors import PlaygroundError
from ...export.archive import WEIGHTS_FILE, Contents, contents
from ...export.data_files import data_file
from ...export.report_figures import drawn, to_png
from ...export.saved_run import SavedRun
from ...export.scripts import FRAMEWORKS
from ...state.labs import Export
from .. import address
from ..controls import segmented
from ..plain_text import plain
from ..session import state
from ..subject import Looked, key_of
from ..widgets import show_error

MIME = {
    "csv": "text/csv",
    "html": "text/html",
    "ipynb": "application/x-ipynb+json",
    "json": "application/json",
    "md": "text/markdown",
    "png": "image/png",
    "py": "text/x-python",
    "safetensors": "application/octet-stream",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}
MNIST_MEGABYTES = MNIST_FILE.stat().st_size / 1e6


@dataclass(frozen=True, eq=False)
class Taken:
    """A run to take home, and its files: name -> (description, what makes it)."""

    run: SavedRun

    @cached_property
    def files(self) -> Contents:
        return contents(self.run, self.link)

    @cached_property
    def link(self) -> str:
        """The address that opens the run's network and settings, whatever the sidebar has by now."""
        return self.link_to("home")

    def link_to(self, page: str) -> str:
        return address.link_to(page, str(self.run.architecture), self.run.config)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Tells the run, as it is now, apart from every other."""
        run = self.run
        return key_of(run.architecture, run.weights, run.data), run.epoch, run.history.steps, run.config


def taken(looked: Looked) -> Taken | None:
    """The network that is looked at, as a run to take home; None, with the reason on the page, where it cannot be one.

    A network that never trained has its initial weights and an empty history.
    """
    try:
        return Taken(
            SavedRun(looked.architecture, looked.config, looked.weights, looked.history, looked.epoch, looked.data)
        )
    except PlaygroundError as error:
        show_error(error, "take_fix")
    return None


def offer(files: Contents, name: str, label: str, *, primary: bool = False) -> None:
    """A button that makes one file and downloads it."""
    description, make = files[name]
    st.download_button(
        label,
        make,
        name.rpartition("/")[2],
        MIME[name.rpartition(".")[2]],
        key=f"take_{name}",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        on_click="ignore",
        help=f"{description}.",
    )


def offer_companions(taken: "Taken", framework: str) -> None:
    """Buttons for what a notebook or a script needs beside it."""
    files = taken.files
    offer(files, f"requirements_{framework}.txt", "What to install")
    data = data_file(taken.run.data)
    if data.make:
        st.download_button(
            data_label(taken.run.data),
            data.make,
            data.name,
            MIME["safetensors"],
            key="take_data",
            icon=":material/download:",
            on_click="ignore",
            help=f"{_what(taken.run.data)} as {data.name}: put it beside the notebook or the script.",
        )
    if WEIGHTS_FILE in files:
        offer(files, WEIGHTS_FILE, "Trained weights")


def _what(data: DataSource) -> str:
    return "All of MNIST" if data.name == MNIST.name else f"The images of {plain(data.title)}"


def data_label(data: DataSource) -> str:
    """What the button of the data says."""
    return f"The digits ({MNIST_MEGABYTES:.0f} MB)" if data.name == MNIST.name else f"The {data.noun}s"


def choose_framework() -> str:
    titles = {name: row.title for name, row in FRAMEWORKS.items()}
    segmented("In", Export, "framework", titles=titles, label_visibility="collapsed")
    return state(Export).framework


def figure(taken: Taken, name: str) -> bytes:
    """A figure of the report as PNG."""
    return _figure(taken.key, name, taken.run)


@st.cache_resource(max_entries=20, show_spinner=False)
def _figure(key: tuple[object, ...], name: str, _run: SavedRun) -> bytes:
    return to_png(drawn(name, _run))
