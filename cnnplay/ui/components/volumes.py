"""A network's layers drawn as volumes, height × width × channels, all to the same scale."""

from typing import Any

from .component import component

HTML = """
<div class="component volumes still" data-testid="volumes" role="group">
  <div class="strip"><svg class="figure" xmlns="http://www.w3.org/2000/svg"><defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <path d="M0 0V6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-opacity="0.55"/>
    </pattern>
  </defs></svg></div>
  <div class="scroll-hint" aria-hidden="true">Scroll the picture sideways ⟷</div>
  <div class="card empty" data-testid="volumes-card" aria-hidden="true"></div>
  <div class="legend">
    <svg class="bar" aria-hidden="true"><path/></svg><span class="notes"></span>
    <span class="hint">Point at a layer, or Tab to one and press ← or →, to read its numbers.</span>
  </div>
</div>
"""

_COMPONENT = component("volumes", HTML)


def volumes(layers: list[dict[str, Any]], *, alt: str, key: str = "volumes") -> None:
    """Draw the layers from left to right as boxes whose size on the screen is their size in the network.

    The front face of a box is height x width, its channels recede behind it; a vector is a column. Hover, focus or
    tap shows a layer's numbers, and the window that it slides over the box before.

    Args:
        layers: the input first. Each is a dict with ``name`` (unique), ``kind`` (input, convolution, pooling,
            globalmean, batchnorm, activation, dropout, flatten, dense or softmax), ``title``, ``shape``
            (``[height, width, channels]`` or ``[length]``), ``window`` (``[rows, columns]`` or None) and ``lines``
            (the text of the card). Optional: ``operation``, the word on the arrow (otherwise the name without its
            number), ``picture``, a PNG data URL that is painted on the front face, a vector's as a column, and
            ``problem``, why the layer does not fit.
        alt: the whole picture in a sentence, for those who do not see it.
        key: the Streamlit key, one for every drawing on a page.

    Raises:
        ValueError: if two layers share a name or a shape has neither one nor three sizes.
    """
    names = [layer["name"] for layer in layers]
    if len(set(names)) < len(names):
        raise ValueError(f"volumes tells layers apart by name, but these repeat: {names}")
    for layer in layers:
        if len(layer["shape"]) not in (1, 3):
            raise ValueError(f"layer {layer['name']!r}: a shape has 1 or 3 sizes, not {list(layer['shape'])}")
    _COMPONENT(data={"layers": layers, "alt": alt}, key=key)
