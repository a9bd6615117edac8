"""The network's text as a field. A text that cannot be read stays in the field, and the network stays as it was."""

import streamlit as st

from ...errors import TextError
from ...network.parsing import MOST_LETTERS
from .. import choice
from ..controls import text_control
from ..session import session
from ..widgets import show_error

FIELD = "net_text"


def text_form() -> None:
    st.subheader("The network as text", anchor=False)
    unread = session().unread_text
    text = unread[0] if unread else choice.net()
    text_control(
        FIELD,
        "Layers, joined by hyphens",
        text,
        _take_text,
        "conv6k2: 6 filters of 2×2. Add s2 for stride 2, d2 for dilation 2, same, full or p1 for padding. max2, "
        "mean3s2, min2; relu, leakyrelu, tanh, sigmoid, gelu; batchnorm; dropout25; flatten or globalmean; dense10. "
        "The text can express what the sidebar cannot: rectangles (k3x1), another order, more than three blocks, "
        "several hidden layers.",
        most=MOST_LETTERS,
    )
    if unread:
        show_error(unread[1], "text_fix")
        st.caption("Your network has not changed.")


def _take_text(text: str) -> None:
    try:
        choice.choose_net(text)
    except TextError as error:
        session().unread_text = (text, error)
    else:
        session().unread_text = None
