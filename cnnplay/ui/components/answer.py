"""What a network answers to an image: the image, the answer in words, its probabilities as bars."""

from collections.abc import Callable, Sequence

import numpy as np

from ...data.datasets import DIGITS
from .component import component, ignore
from .packing import planes

DECIMALS = 6

_answer = component("answer")


def answer_strip(
    image: np.ndarray | None,
    headline: str,
    lines: Sequence[str],
    probabilities: np.ndarray | None,
    *,
    key: str,
    label: int | None = None,
    classes: Sequence[str] = DIGITS,
    ask: str = "",
    on_ask: Callable[[], None] = ignore,
    tall: bool = False,
    turn: int = 0,
) -> None:
    """Draw an answer in a strip whose size does not depend on it.

    Args:
        image: [h w 1], or [h w 3] in colour, from 0 to 1; None where there is none yet.
        headline: the answer in words.
        lines: what there is to say about it, a line each.
        probabilities: [classes], which add up to 1; None where there is no answer yet.
        key: the Streamlit key.
        label: the class that it is, where it is known: its bar has a tick, or its name a line under it.
        classes: their names, of which those longer than two letters stand in rows.
        ask: on a button, "" for none. on_ask is called when it is pressed; ``st.session_state[key].ask`` is then "why".
        tall: for a place with room, as beside a pad.
        turn: another number than before brings the page's tabs into sight, for a button that has opened one of them.
    """
    data = {
        "image": None if image is None else planes(image, DECIMALS),
        "headline": headline,
        "lines": list(lines),
        "probabilities": None if probabilities is None else probabilities.astype(float).round(DECIMALS).tolist(),
        "label": label,
        "classes": list(classes),
        "ask": ask,
        "tall": tall,
        "turn": turn,
    }
    _answer(data=data, key=key, on_ask_change=on_ask)
