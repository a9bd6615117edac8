"""Room on the page for a component whose code the browser has yet to load: what is below it stands still meanwhile."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def reserved(key: str, height: int, narrow_height: int, narrow: int = 640) -> DeltaGenerator:
    """A container that is at least so high from the start, in pixels.

    key: one for each container of a page. narrow: the width of the window up to which it has the other height.
    """
    st.html(
        f"<style>.st-key-{key} {{ min-height: {height}px }}"
        f"@media (max-width: {narrow}px) {{ .st-key-{key} {{ min-height: {narrow_height}px }} }}</style>"
    )
    return st.container(key=key)
