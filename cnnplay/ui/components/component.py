"""How a component comes into being: its JavaScript and its style sheet lie in a folder of its name in scripts/."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from .modules import imported_in_order, join_modules

_SCRIPTS = Path(__file__).with_name("scripts")


def component(name: str, html: str | None = None) -> Callable[..., Any]:
    """The component of `scripts/name/name.js`, with the style sheets beside the modules that it imports."""
    entry = _SCRIPTS / name / f"{name}.js"
    sheets = [_SCRIPTS / "shared" / "base.css", *(path.with_suffix(".css") for path in imported_in_order(entry))]
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.exists())
    mount = st.components.v2.component(f"cnnplay_{name}", html=html, css=style, js=join_modules(entry))
    # Data travel in a list: in a dict Streamlit looks for data frames, for which it loads pandas and 65 MB.
    return lambda *, data, **options: mount(data=[data], **options)


def ignore() -> None:
    """The callback for an unused value: Streamlit requires one for every value that a component may send."""
