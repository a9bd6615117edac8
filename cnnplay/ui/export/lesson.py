"""The lesson about this network, as a notebook and as a page; the page can be read here."""

import streamlit as st

from ...data.datasets import MNIST, OWN
from ...export.data_files import data_file
from ...export.html_page import webpage
from ...export.saved_run import SavedRun
from ...state.labs import Export
from ..controls import toggle
from ..session import state
from .files import Taken, choose_framework, figure, offer, offer_companions


def lesson(taken: Taken) -> None:
    data = taken.run.data
    on_mnist = data.name == MNIST.name
    pictures = "your own pictures" if data.name == OWN else f"pictures of real {data.noun}s"
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(
            "A lesson about **this** network: what a convolution is, how filters work, stride, padding and pooling in "
            f"{pictures}, every size calculated, the training, what was learned, where it "
            "goes wrong, and exercises with hidden answers. As a notebook to run and change, or as a page to read."
        )
        framework = choose_framework()
        with st.container(horizontal=True):
            offer(taken.files, f"lesson_{framework}.ipynb", "Notebook", primary=True)
            offer(taken.files, "lesson.html", "Page")
        st.markdown("Put these beside the notebook:")
        with st.container(horizontal=True):
            offer_companions(taken, framework)
        st.caption(
            f"The notebook reads {'MNIST' if on_mnist else f'the {data.noun}s'} from {data_file(data).name} beside it"
            + (", or downloads it with one switch" if framework == "keras" and on_mnist else "")
            + ". If the weights lie beside it, it does not have to train. It runs in Jupyter, VS Code or Colab."
        )
    with right:
        st.image(
            figure(taken, "feature-maps"),
            caption=f"One of its pictures: what every layer makes of {'a seven' if on_mnist else f'a {data.noun}'}.",
            alt="An image on its way through the layers, each with its feature maps",
        )
    toggle("Read the page here", Export, "read")
    if state(Export).read:
        st.iframe(_page(taken.key, taken.run, taken.link), height=900, alt="The lesson about this network, as a page")


@st.cache_resource(max_entries=4, show_spinner="Drawing the pictures…")
def _page(key: tuple[object, ...], _run: SavedRun, link: str) -> str:
    return webpage(_run.architecture, _run.config, _run.weights, _run.history, link, _run.epoch, _run.data)
