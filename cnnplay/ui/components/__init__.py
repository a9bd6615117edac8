"""What is drawn in the browser: each component's JavaScript and style sheet lie beside its Python."""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def component(name: str, html: str | None = None, shared: tuple[str, ...] = ()) -> Any:
    """The component of `name`.js and `name`.css, which follow the scripts and style sheets of what is `shared`."""
    parts = (*shared, name)
    script = "\n".join(_read(f"{part}.js") for part in parts)
    style = "\n".join(_read(f"{part}.css") for part in parts if (_HERE / f"{part}.css").exists())
    return st.components.v2.component(f"cnnplay_{name}", html=html, css=style, js=script)


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
