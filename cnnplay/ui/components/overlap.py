"""Convolution of two functions: one slides over the other, and the area of their product is plotted over the shift."""

from collections.abc import Callable
from typing import Any

from .component import component, ignore

_HTML = """
<div class="component overlap" data-testid="overlap" role="group">
  <div class="controls">
    <button type="button" class="play" data-testid="overlap-play"><i aria-hidden="true"></i><span>Play</span></button>
    <label class="switch">
      <input type="checkbox" role="switch" data-testid="overlap-flip"><span>Flip <em>g</em></span></label>
  </div>
  <div class="stage">
    <i class="line" aria-hidden="true"></i>
    <div class="keys">
      <span class="key key-f"><svg width="26" height="12" aria-hidden="true"><path class="f" d="M1 6H25"/></svg>
        <span><em>f</em>: <span class="f-title"></span></span></span>
      <span class="key key-g"><svg width="26" height="12" aria-hidden="true"><path class="g" d="M1 6H25"/></svg>
        <span><em>g</em>: <span class="g-title"></span><span class="g-state"></span></span></span>
      <span class="key key-product"><svg width="26" height="14" aria-hidden="true">
        <rect class="product" x="1" y="1" width="24" height="12"/></svg>
        <span><em>f · g</em>: its area is the result</span></span>
    </div>
    <svg class="plot upper" role="img" xmlns="http://www.w3.org/2000/svg">
      <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path class="stripe" d="M0 0V6"/>
      </pattern><clipPath id="inside"><rect class="inside"/></clipPath></defs>
      <g class="axes"></g><path class="product"/><path class="f"/><path class="g" clip-path="url(#inside)"/>
    </svg>
    <div class="heading"><b class="operation"></b><span class="formula"></span></div>
    <svg class="plot lower" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">
      <g class="axes"></g><path class="ahead"/><path class="drawn"/>
      <circle class="dot" r="6"/><text class="value"></text>
    </svg>
  </div>
  <input type="range" class="shift" data-testid="overlap-shift" aria-label="Shift of g" aria-keyshortcuts="Space">
  <p class="reading"></p>
  <p class="note"></p>
  <div class="unseen" role="status" aria-live="polite"></div>
</div>
"""

_COMPONENT = component("overlap", _HTML)


def overlap(
    data: dict[str, Any],
    *,
    alt: str,
    key: str = "overlap",
    subject: str = "",
    shift: float | None = None,
    flipped: bool = False,
    on_place: Callable[[], None] = ignore,
) -> None:
    """Slide g over f; the hatched area under their product is the value of the result at that shift.

    As it is, g gives the cross-correlation, sum f(t) g(t - s) step; flipped, the convolution, sum f(t) g(s - t) step.
    The browser draws the product of the two received functions, and reads the results from `data`.

    Args:
        data: ``x``, the positions of the samples, evenly spaced; ``f`` and ``g``, as many samples each, g centred
            on 0; ``step``, the distance of the samples; ``shifts``, multiples of the step in rising order;
            ``results``, under "convolution" and "cross-correlation" a value for each shift; ``f_title`` and
            ``g_title``, a name for each function.
        alt: the whole picture in a sentence, for those who do not see it.
        key: the Streamlit key, one for every drawing on a page.
        subject: what is shown; where it is another than before, g goes to `shift`, else it stays where the user has
            put it.
        shift, flipped: where g lies then, and which way round; None: near the left end.
        on_place: called when the user has moved or flipped g; ``st.session_state[key].place`` is then
            ``[shift, flipped]``.

    Raises:
        ValueError: if the functions do not have a sample for each position, or the results a value for each shift.
    """
    samples, shifts = len(data["x"]), len(data["shifts"])
    for name in ("f", "g"):
        if len(data[name]) != samples:
            raise ValueError(f"{name} has {len(data[name])} samples for {samples} positions x")
    for name in ("convolution", "cross-correlation"):
        if len(data["results"][name]) != shifts:
            raise ValueError(f"the {name} has {len(data['results'][name])} values for {shifts} shifts")
    start = {"shift": shift, "flipped": flipped}
    _COMPONENT(data={**data, "alt": alt, "subject": subject, "start": start}, key=key, on_place_change=on_place)
