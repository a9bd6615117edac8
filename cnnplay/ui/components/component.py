"""How a component comes into being: its JavaScript and its style sheet lie in a folder of its name in scripts/."""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from .bundle import entry, importing, is_served, sheets
from .modules import join_modules


def component(name: str, html: str | None = None) -> Callable[..., Any]:
    """The component of `scripts/name/name.js`, with the style sheets beside the modules that it imports."""

    @cache
    def declared() -> Callable[..., Any]:
        if is_served():
            return st.components.v2.component(f"cnnplay_{name}", html=html, js=importing(name))
        style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets(name))
        return st.components.v2.component(f"cnnplay_{name}", html=html, css=style, js=join_modules(entry(name)))

    # Data travel in a list: in a dict Streamlit looks for data frames, for which it loads pandas and 65 MB.
    return lambda *, data, **options: declared()(data=[data], **options)


def ignore() -> None:
    """The callback for an unused value: Streamlit requires one for every value that a component may send."""
