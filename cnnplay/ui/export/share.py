"""A link that opens the same network and settings, on a page of one's choice."""

import streamlit as st

from ...data.datasets import MNIST, OWN
from ...export.pretrained import PRETRAINED, pretrained
from ...export.saved_run import SavedRun
from ...network.parsing import read_layers
from ...network.presets import PRESETS
from ...state.labs import Export
from ..components.copy import copy
from ..controls import select
from ..navigation import PAGES
from ..session import state
from ..subject import key_of
from .files import Taken


def share(taken: Taken) -> None:
    st.markdown(f"The link holds the network and its settings, but no weights. {_what_it_brings(taken.run)}")
    page = state(Export).opens
    if page not in PAGES:
        page = "home"
    titles = {name: title for name, (title, _, _) in PAGES.items()}
    select("It opens the page", Export, "opens", options=PAGES, value=page, titles=titles)
    address = taken.link_to(page)
    copy(address, label="The link", key="take_link")
    st.link_button("Open it in another tab", address, icon=":material/open_in_new:")


def _what_it_brings(run: SavedRun) -> str:
    """Whose weights somebody sees who opens the link."""
    if run.data.name == OWN:
        return (
            "Your data stay with you: whoever opens it gets the layers, set to MNIST. Give them the file of your data "
            "as well, to open on the page *Your data*."
        )
    layers = run.architecture.layers
    on_mnist = run.data.name == MNIST.name
    shipped = next((name for name in PRETRAINED if on_mnist and read_layers(PRESETS[name].net) == layers), None)
    if shipped is None:
        return "Whoever opens it starts from the same initial weights, because the seed is in the link."
    theirs = "Whoever opens it gets this network trained, because its weights come with cnnplay."
    same = key_of(run.architecture, pretrained(shipped).weights, MNIST) == key_of(
        run.architecture, run.weights, run.data
    )
    return theirs if same else f"{theirs} They are not the weights that you see here."
