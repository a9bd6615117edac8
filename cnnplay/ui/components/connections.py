"""One neuron of a dense layer beside one of a convolution: what each reads, and which weights they share."""

from typing import Any

from .component import component

_connections = component("connections")


def connections(data: dict[str, Any], *, alt: str, key: str = "connections") -> None:
    """Draw which pixels a dense neuron and a neuron of a convolution read; the user moves both at once.

    Args:
        data: ``image``, ``[row][column]`` from 0 to 1, or three of these for red, green and blue; ``rows`` and
            ``columns``, each ``{"starts", "taps"}``: the first pixel of the window of every place (negative in the
            padding), and the window's pixels counted from there;
            ``dense``, ``{"units", "weights_each", "weights"}``; ``convolution``, ``{"units": places, "weights_each",
            "weights", "filters", "layer"}``. The counts are shown as they come, none is calculated.
        alt: the picture in a sentence, for those who do not see it.
        key: the Streamlit key, one for every drawing on a page.

    Raises:
        ValueError: if there is no place for a neuron, or a window without pixels.
    """
    for axis in ("rows", "columns"):
        if not data[axis]["starts"] or not data[axis]["taps"]:
            raise ValueError(f"connections needs at least one start and one tap in its {axis}, not {data[axis]}")
    _connections(data={**data, "alt": alt}, key=key)
