"""The list of pages, and what makes every page open by itself."""

import logging
from contextlib import AbstractContextManager
from pathlib import Path

import streamlit as st

from ..caching import once
from ..engine.engine import shared_engine
from .session import has_begun, session

ICON = Path(__file__).with_name("icon.png")

# file: (title, icon, help); the first is where a visit begins.
PAGES = {
    "home": ("Home", "home", "What a convolutional network is, and a path through the playground."),
    "convolution": ("Convolution", "filter_center_focus", "Slide a filter over an image and read the sums."),
    "stride_padding": ("Stride and padding", "grid_on", "Where windows stand, what they read, what they leave out."),
    "pooling": ("Pooling", "compress", "One number of each window: what it buys and what it costs."),
    "architecture": ("Architecture", "layers", "The shapes of every layer, calculated with your numbers."),
    "training": ("Training", "monitoring", "Train your network on MNIST and watch it learn."),
    "inside": ("Look inside", "search", "What a network has learned, and why it answers as it does."),
    "draw": ("Draw", "draw", "Let it read your handwriting."),
    "export": ("Take it home", "download", "As a notebook, as code, as weights, as a link."),
}


def navigation() -> st.Page:
    """The page that the visitor is on, out of all pages."""
    # With an icon of its own: Streamlit would fetch a page's icon from the network for the browser's tab.
    st.set_page_config(page_title="cnnplay", page_icon=ICON, layout="wide")
    page = st.navigation(pages())
    if has_begun():
        session().page = page.url_path or "home"
    return page


def pages() -> list[st.Page]:
    """All pages, in the order of PAGES."""
    return [
        st.Page(f"pages/{name}.py", title=title, icon=f":material/{icon}:", help=description, default=name == "home")
        for name, (title, icon, description) in PAGES.items()
    ]


@once
def log_to_console() -> None:
    """Log what the engine does: runs by the first letters of their ids, and nothing that visitors have entered."""
    log = logging.getLogger("cnnplay")
    log.setLevel(logging.INFO)
    if not log.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        log.addHandler(handler)


def page_rendering() -> AbstractContextManager[None]:
    """While a page renders, tell the engine that its visitor is here, so that it yields the processor."""
    return shared_engine().page_rendering(session().visit)


def run(page: st.Page) -> None:
    """Run a page from the entrypoint, so that `enter` knows that it was."""
    session().entered = True
    try:
        page.run()
    finally:
        session().entered = False


def enter() -> None:
    """First line of every page.

    Until a process has run `st.navigation` once, Streamlit takes the files of `pages/` for the app itself, so that the
    first deep link after a start comes here without the entrypoint. Then this hands over to it.
    """
    if not (has_begun() and session().entered):
        navigation()
        st.rerun()
