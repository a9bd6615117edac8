"""Tabs, Streamlit's own, and what they were last made to show. All other controls are ours (controls.py)."""

from typing import Any

import streamlit as st

from .session import session


def show(key: str, value: object) -> None:
    """Have a widget show a value, and remember what it shows.

    The widget takes the same value as its own first one: a browser that has yet to load the widget's code begins with
    that, and what it began with must not look like the visitor's choice.

    Written only where it shows another: what is written at every run is sent to the browser at every run, and would
    take back a tab that was clicked meanwhile. But Streamlit may end a run, because the visitor has done
    something else, before the browser has been told: then it is written again in the next one.
    """
    now = session()
    if key not in st.session_state or st.session_state[key] != value or key in now.unsent:
        st.session_state[key] = value
        now.unsent.setdefault(key, now.shown.get(key))
    now.shown[key] = value


def run_has_ended() -> None:
    """Last thing of a script run: the browser has been told everything."""
    session().unsent.clear()


def changed_by_user() -> dict[str, Any]:
    """The widgets that the visitor has changed since they were last shown: key -> new value.

    In place of callbacks, which Streamlit interrupts when the next change comes: that change would then be lost.

    A browser sends what all its widgets show. Where it has not been told of a new value yet, that is no change.
    """
    now = session()
    changed = {
        key: st.session_state[key]
        for key, value in now.shown.items()
        if key in st.session_state and st.session_state[key] != value
    }
    return {key: value for key, value in changed.items() if key not in now.unsent or value != now.unsent[key]}
