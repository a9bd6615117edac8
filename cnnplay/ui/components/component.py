"""What is drawn in the browser: each component's JavaScript and style sheet lie beside its Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
# Data travel in a list: in a dict Streamlit looks for data frames, for which it loads pandas and 65 MB.
_UNPACK = "\nexport default ({ data, ...rest }) => drawUnpacked({ ...rest, data: data?.[0] });"


def component(name: str, html: str | None = None, shared: tuple[str, ...] = ()) -> Callable[..., Any]:
    """The component of `name`.js and `name`.css, which follow the scripts and style sheets of what is `shared`."""
    parts = (*shared, name)
    script = "\n".join(_read(f"{part}.js") for part in parts).replace("export default", "const drawUnpacked =", 1)
    style = "\n".join(_read(f"{part}.css") for part in parts if (_HERE / f"{part}.css").exists())
    mount = st.components.v2.component(f"cnnplay_{name}", html=html, css=style, js=script + _UNPACK)
    return lambda *, data, **options: mount(data=[data], **options)


def _read(file: str) -> str:
    return (_HERE / file).read_text(encoding="utf-8")
