"""All files in one zip."""

from functools import partial

import streamlit as st

from ...data.datasets import MNIST
from ...export.archive import WEIGHTS_FILE, bundle
from ...export.data_files import data_file
from ...export.saved_run import SavedRun
from ...export.scripts import FRAMEWORKS
from ...state.labs import Export
from ...words import counted
from ..controls import toggle
from ..reserved import reserved
from ..session import state
from .files import MNIST_MEGABYTES, Taken


def everything(taken: Taken) -> None:
    run, files, images = taken.run, taken.files, data_file(taken.run.data)
    data = state(Export).data and bool(images.make) and not images.is_code
    frameworks = ", ".join(row.title for row in FRAMEWORKS.values())
    more = ["the trained weights"] * (WEIGHTS_FILE in files) + ["the history"] * ("history.csv" in files)
    with st.container(border=True):
        st.markdown(
            "**Everything in one zip**: the lesson as a notebook and as a page, the code in "
            f"{', '.join([frameworks, *more])}, figures and tables. {counted(len(files) + 1 + data, 'file')}."
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.download_button(
                "Take everything home",
                partial(bundle, run, taken.link, data=data),
                "cnnplay.zip",
                "application/zip",
                icon=":material/folder_zip:",
                type="primary",
                on_click="ignore",
                help="It is made when you click. That takes a few seconds.",
            )
            if images.make and not images.is_code:
                on_mnist = run.data.name == MNIST.name
                size = f"{MNIST_MEGABYTES:.0f} MB. " if on_mnist else ""
                label = "With all of MNIST" if on_mnist else f"With the {run.data.noun}s"
                toggle(label, Export, "data", f"{size}With it, notebooks and code need nothing else.")
    with reserved("zip_note", 82, 132):  # the tabs below stay where they are while the network changes
        if run.epoch:
            st.caption(_of_trained_weights(run))
        else:
            st.info(_of_initial_weights(run), icon=":material/model_training:")


def _of_trained_weights(run: SavedRun) -> str:
    return f"The weights are those after {counted(run.epoch, 'epoch')} of training. Choose another epoch above."


def _of_initial_weights(run: SavedRun) -> str:
    if run.history.epochs:
        return (
            "These are the initial weights, from before the training. Choose a later epoch above, and the zip has its "
            "weights and the curves up to it."
        )
    return (
        "Not trained yet: there are no weights and no curves to take. Train it on the page *Training*, and you find "
        "the weights of every epoch here."
    )
