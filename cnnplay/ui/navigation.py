"""The list of pages, and what makes every page open by itself."""

import inspect
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from ..engine.engine import shared_engine
from ..experiments.keeper import shared_keeper
from .session import has_begun, session

LONGEST_REST = 5.0  # seconds
PAGE_HAS_HELP = "help" in inspect.signature(st.Page).parameters  # from Streamlit 1.67 on
ICON = Path(__file__).with_name("icon.png")

# file: (title, icon, help); the first is where a visit begins.
PAGES = {
    "home": ("Home", "home", "Draw something and see what a network makes of it, number by number."),
    "course": ("Course", "school", "Predict, try, understand: a lesson whose questions the playground checks."),
    "convolution": ("Convolution", "filter_center_focus", "Slide a filter over an image and read every sum."),
    "stride_padding": ("Stride and padding", "grid_on", "See where the windows stand and which pixels they miss."),
    "pooling": ("Pooling", "compress", "Turn each window into one number: what you gain, what you lose."),
    "architecture": ("Architecture", "layers", "See the shape of every layer, with your numbers in the formulas."),
    "training": ("Training", "monitoring", "Train your network and watch it learn."),
    "experiments": (
        "Experiments",
        "science",
        "Ask many runs: does a larger kernel help, or was it luck?",
    ),
    "inside": ("Look inside", "search", "See what a network has learned, and why it answers as it does."),
    "draw": ("Draw", "draw", "Let your network read your handwriting."),
    "data": ("Your data", "category", "Draw or open pictures of your own, and teach a network your symbols."),
    "export": ("Take it home", "download", "Download your work as a notebook, code, weights or a link."),
}

# What to try on each page, in the order of the path through all of them.
PATH = {
    "convolution": "Press *Play* and watch a filter slide over an image. Then change a number of its kernel.",
    "stride_padding": "Set the stride to 2. Which pixels does no window read? Then choose *same* padding.",
    "pooling": "Turn sixteen numbers into four. Then move the image by a pixel: what stays the same?",
    "architecture": "Guess which layer has the most parameters, then look at the table.",
    "training": "Press *Start*. Then double the filters, train again, and compare the curves.",
    "experiments": "Does a larger kernel help? Train each size with five seeds: is it more than luck?",
    "inside": "Find an image that the network gets wrong, and find out why.",
    "draw": "Draw the way you do. Can the network read it?",
    "data": "Draw ten of one thing and ten of another, and teach a network to tell them apart.",
    "export": "Take your network with you as a notebook, or share it as a link.",
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
    made = []
    for name, (title, icon, description) in PAGES.items():
        options: dict[str, Any] = {"help": description} if PAGE_HAS_HELP else {}
        made.append(
            st.Page(f"pages/{name}.py", title=title, icon=f":material/{icon}:", default=name == "home", **options)
        )
    return made


def page_link(page: str, label: str | None = None) -> None:
    """A link to a page that keeps the visit; one in Markdown would open a new visit in another tab.

    label: instead of the page's title.
    """
    title, icon, _ = PAGES[page]
    st.page_link(f"pages/{page}.py", label=label or title, icon=f":material/{icon}:")


def go_to(page: str) -> None:
    """Open another page as soon as this script run or callback has ended."""
    session().next_page = page


def foot() -> None:
    """The end of every page: how far one is on the path, and a link to the next page."""
    stops, here = list(PATH), session().page
    at = stops.index(here) + 1 if here in PATH else 0
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{at} of {len(stops)} on the path" if at else f"A path through {len(stops)} pages", width="content")
        if at == len(stops):
            page_link("home", "That was the last page. Back to Home")
        else:
            page_link(stops[at], f"Next: {PAGES[stops[at]][0]}")


@contextmanager
def page_rendering() -> Iterator[None]:
    """A visitor is here: their experiments go on, and while the page renders the engine yields the processor."""
    shared_keeper().heartbeat(session().visit)
    began = time.monotonic()
    with shared_engine().page_rendering(session().visit):
        yield
    now = time.monotonic()
    session().rests_until = now + min(now - began, LONGEST_REST)


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
