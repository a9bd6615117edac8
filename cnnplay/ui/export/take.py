"""What is taken home: all of it as one zip, the lesson, the code, the weights, figures and tables, the link."""

from functools import partial

import pandas as pd
import streamlit as st

from ...data.datasets import MNIST_FILE
from ...engine.engine import shared_engine
from ...errors import PlaygroundError
from ...export.archive import DATA_FILE, WEIGHTS_FILE, Contents, bundle, contents
from ...export.html_page import webpage
from ...export.report_figures import FIGURES, drawn, to_png
from ...export.saved_run import SavedRun
from ...export.scripts import FRAMEWORKS
from ...export.tables import words
from ...training.history import History
from .. import choice
from ..components.copy import copy
from ..lab_state import begin, chosen, segmented_args, select_args, slider_args
from ..navigation import PAGES
from ..subject import Looked, key_of
from ..widgets import counted, plain, show_error

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


def saved_run(looked: Looked) -> SavedRun | None:
    """What is looked at, as a run to be saved; None, with the reason, where it cannot be.

    A network that never trained has its initial weights and an empty history.
    """
    config, history = choice.config(), History(0)
    try:
        if looked.run:
            view = shared_engine().view(looked.run)
            config, history = view.config, view.history.copy()
        return SavedRun(looked.architecture, config, looked.weights, history, looked.epoch)
    except PlaygroundError as error:
        show_error(error, "take_fix")
    except KeyError:
        st.info("That run is no longer here. Choose another above.")
    return None


def everything(run: SavedRun) -> Contents:
    """The one button for all of it; gives the files, for the parts below."""
    begin(take_data=True)
    files = contents(run, link_of(run))
    frameworks = ", ".join(row.title for row in FRAMEWORKS.values())
    more = ["the trained weights"] * (WEIGHTS_FILE in files) + ["the history"] * ("history.csv" in files)
    with st.container(border=True):
        st.markdown(
            "**Everything in one zip**: the lesson as a notebook and as a page, the code in "
            f"{', '.join([frameworks, *more])}, figures and tables. "
            f"{counted(len(files) + 1 + chosen().take_data, 'file')}."
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.download_button(
                "Take everything home",
                partial(bundle, run, link_of(run), data=chosen().take_data),
                "cnnplay.zip",
                "application/zip",
                icon=":material/folder_zip:",
                type="primary",
                on_click="ignore",
                help="Made when you click, which takes a few seconds.",
            )
            st.toggle(
                "With all of MNIST",
                **slider_args("take_data"),
                help=f"{MNIST_FILE.stat().st_size / 1e6:.0f} MB. With it, notebooks and code need no internet.",
            )
    if not run.epoch:
        st.info(_of_first_weights(run), icon=":material/model_training:")
    return files


def _of_first_weights(run: SavedRun) -> str:
    if run.history.epochs:
        return (
            "These are the initial weights, from before the training. Move the slider above for those of an epoch: "
            "they come with the weights file and the curves."
        )
    return (
        "Not trained yet, so there are no weights and no curves to take. Train it on the page *Training*: every "
        "epoch's weights can be taken from here."
    )


def link_of(run: SavedRun, page: str = "") -> str:
    """The address that opens a run's network and settings, whatever the sidebar has by now."""
    return choice.link(page, str(run.architecture), run.config)


def lesson(run: SavedRun, files: Contents) -> None:
    """The notebook in the chosen framework, the page, and what the notebook reads; the page can be read here."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(
            "A lesson about **this** network: what a convolution is, how filters work, stride, padding and pooling in "
            "pictures of real digits, every size calculated, the training, what was learned, where it goes wrong, and "
            "exercises with hidden answers. As a notebook to run and change, or as a page to read."
        )
        name = _framework()
        with st.container(horizontal=True):
            offer(files, f"lesson_{name}.ipynb", "Notebook", primary=True)
            offer(files, "lesson.html", "Page")
        st.markdown("To put beside the notebook:")
        with st.container(horizontal=True):
            _beside(files, name)
        st.caption(
            f"The notebook reads MNIST from {DATA_FILE} beside it"
            + (", or with one switch from keras.datasets" if name == "keras" else "")
            + "; with the weights beside it, it need not train. It runs in Jupyter, VS Code or Colab."
        )
    with right:
        st.image(
            _figure(_key(run), "feature-maps", run),
            caption="One of its pictures: what every layer makes of a seven.",
            alt="A seven on its way through the layers, each with its feature maps",
        )
    begin(take_read=False)
    st.toggle("Read the page here", **slider_args("take_read"))
    if chosen().take_read:
        st.iframe(_page(_key(run), run, link_of(run)), height=900, alt="The lesson about this network, as a page")


def code(run: SavedRun, files: Contents) -> None:
    """The script in the chosen framework, to read and to take."""
    name = _framework()
    row = FRAMEWORKS[name]
    st.markdown(plain(row.differences))
    with st.container(horizontal=True):
        offer(files, row.file, row.file, primary=True)
        _beside(files, name)
    st.caption(
        f"It loads the weights where {WEIGHTS_FILE} lies beside it, trains where it does not, and then reads the "
        "10,000 test images. With the same weights it gives the same scores as this playground."
    )
    script = files[row.file][1]()
    assert isinstance(script, str)
    st.code(script, language="python", line_numbers=True)


def figures_and_tables(run: SavedRun, files: Contents) -> None:
    """The figures as they are in the zip, the shape table and the history."""
    left, right = st.columns(2, gap="large")
    for index, (name, row) in enumerate((n, r) for n, r in FIGURES.items() if r.needs(run)):
        with (left, right)[index % 2], st.container(border=True):
            st.image(_figure(_key(run), name, run), width="stretch", alt=row.description)
            st.markdown(f"{row.description}.")
            with st.container(horizontal=True):
                offer(files, f"figures/{name}.png", "PNG")
                offer(files, f"figures/{name}.svg", "SVG")
    st.subheader("The shape table", anchor=False)
    st.dataframe(pd.DataFrame(words(run.architecture.table())), hide_index=True)
    with st.container(horizontal=True):
        offer(files, "shapes.csv", "Table as CSV")
        offer(files, "shapes.md", "Table as Markdown")
    if run.history.steps:
        st.subheader("The history", anchor=False)
        steps, epochs = counted(run.history.steps, "step"), counted(len(run.history.epochs), "epoch")
        st.caption(f"{steps} and {epochs}: loss, accuracy and learning rate of each, and what the test said.")
        with st.container(horizontal=True):
            offer(files, "history.csv", "History as CSV")
            offer(files, "history.json", "History as JSON")


def share(run: SavedRun) -> None:
    """A link that opens the same network and settings, on the page of one's choice."""
    begin(take_opens="home")
    st.markdown(
        "The link has the network and the training settings, all but the weights. Whoever opens it gets the same "
        "first weights, too: they come from the seed."
    )
    st.selectbox(
        "It opens the page",
        list(PAGES),
        **select_args("take_opens", list(PAGES)),
        format_func=lambda name: PAGES[name][0],
    )
    address = link_of(run, "" if chosen().take_opens == "home" else chosen().take_opens)
    copy(address, label="The link", key="take_link")
    st.link_button("Open it in another tab", address, icon=":material/open_in_new:")


def offer(files: Contents, name: str, label: str, *, primary: bool = False) -> None:
    """A button that makes and gives one file."""
    help_text, make = files[name]
    st.download_button(
        label,
        make,
        name.rpartition("/")[2],
        MIME[name.rpartition(".")[2]],
        key=f"take_{name}",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        on_click="ignore",
        help=f"{help_text}.",
    )


def _key(run: SavedRun) -> tuple[object, ...]:
    """Tells a run as it is now apart from every other."""
    return key_of(run.architecture, run.weights), run.epoch, run.history.steps, run.config


@st.cache_resource(max_entries=4, show_spinner="Drawing the pictures…")
def _page(key: tuple[object, ...], _run: SavedRun, link: str) -> str:
    return webpage(_run.architecture, _run.config, _run.weights, _run.history, link, _run.epoch)


@st.cache_resource(max_entries=20, show_spinner=False)
def _figure(key: tuple[object, ...], name: str, _run: SavedRun) -> bytes:
    return to_png(drawn(name, _run))


def _framework() -> str:
    begin(take_framework=next(iter(FRAMEWORKS)))
    st.segmented_control(
        "In",
        list(FRAMEWORKS),
        **segmented_args("take_framework", FRAMEWORKS),
        required=True,
        format_func=lambda name: FRAMEWORKS[name].title,
        label_visibility="collapsed",
    )
    name: str = chosen().take_framework
    return name


def _beside(files: Contents, name: str) -> None:
    """What goes beside a notebook or a script."""
    offer(files, f"requirements_{name}.txt", "What to install")
    st.download_button(
        f"The digits ({MNIST_FILE.stat().st_size / 1e6:.0f} MB)",
        MNIST_FILE.read_bytes,
        DATA_FILE,
        "application/octet-stream",
        key="take_mnist",
        icon=":material/download:",
        on_click="ignore",
        help=f"All of MNIST as {DATA_FILE}: put it beside the notebook or the script.",
    )
    if WEIGHTS_FILE in files:
        offer(files, WEIGHTS_FILE, "Trained weights")
