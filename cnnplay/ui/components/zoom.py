"""The network as a picture that one goes into: from any value to what it was computed from, down to the image."""

from collections.abc import Sequence
from typing import Any

from ...data.datasets import DIGITS
from .component import component
from .volumes import HTML as VOLUMES

_HTML = f"""
<div class="component zoom" data-testid="zoom" role="group">
  <div class="answer"></div>
  <div class="stage" data-testid="zoom-stage">{VOLUMES}</div>
</div>
"""

_COMPONENT = component("zoom", _HTML)


def zoom(
    layers: list[dict[str, Any]],
    *,
    alt: str,
    answer: dict[str, Any] | None = None,
    classes: Sequence[str] = DIGITS,
    key: str = "zoom",
) -> None:
    """Draw a network's layers as volumes with the values of one image on them; every value can be opened.

    A click on a pixel, or Enter on it, goes to what it was computed from: the values of its window, the weights, the
    products one by one, their sum and the bias. A click on one of these values goes on to its window, and so down to
    the image; Escape goes back. Its height is always the same. Nothing is computed in the browser but the products and
    sums of the numbers that it is given.

    Args:
        layers: as `payloads.zoom.zoom_layers` makes them: those of `volumes`, each with ``values`` and ``rule``, or
            without, and then it cannot be opened. ``problem``: why a layer does not fit.
        alt: the whole picture in a sentence, for those who do not see it.
        answer: ``{"text": what the network answers, "probabilities": [one for each class]}``; None: there is none.
        classes: the names of the classes.
        key: the Streamlit key, one for every drawing on a page.
    """
    _COMPONENT(data={"layers": layers, "alt": alt, "answer": answer, "classes": list(classes)}, key=key)
