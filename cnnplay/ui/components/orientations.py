"""How a filter finds lines: a line that the user turns, and the response of each filter in an oriented bank."""

from collections.abc import Callable
from typing import Any

from .component import component, ignore

_HTML = """
<div class="component orientations" data-testid="orientations" role="group">
  <section class="turner">
    <div class="dial" title="Drag to turn the line">
      <canvas class="picture" width="1" height="1" role="img"></canvas>
      <svg class="over" viewBox="-150 -150 300 300" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">
        <path class="track"/><g class="laid"></g><rect class="window"/>
        <circle class="grip" r="12"/><circle class="grip" r="12"/>
      </svg>
    </div>
    <div class="controls">
      <button type="button" class="play" data-testid="orientations-play">
        <i aria-hidden="true"></i><span>Play</span></button>
      <span class="angle"></span>
      <input type="range" class="turn" data-testid="orientation-angle" aria-label="Angle of the line"
        aria-keyshortcuts="Space">
    </div>
  </section>
  <section class="bank">
    <h4>The filters</h4>
    <p class="scale"><i class="below"></i>below 0 <i class="above"></i>above 0</p>
    <div class="tiles" role="group" aria-label="Filters"></div>
  </section>
  <section class="graph">
    <h4>Each filter’s sum, over the angle of the line</h4>
    <svg class="curves" role="img" xmlns="http://www.w3.org/2000/svg">
      <g class="axes"></g><g class="paths"></g><path class="now"/><g class="labels"></g>
      <circle class="dot second" r="5"/><circle class="dot first" r="6"/>
    </svg>
  </section>
  <section class="terms">
    <div class="equation">
      <figure><canvas class="seen" width="1" height="1"></canvas><figcaption>picture</figcaption></figure><b>×</b>
      <figure><canvas class="kernel" width="1" height="1"></canvas>
        <figcaption class="kernel-name"></figcaption></figure>
      <b>=</b>
      <figure><canvas class="products" width="1" height="1"></canvas><figcaption>products</figcaption></figure>
      <output class="sum" data-testid="orientations-sum"></output>
    </div>
    <div class="words"><p class="reading"></p><p class="note"></p></div>
  </section>
  <div class="unseen" role="status" aria-live="polite"></div>
</div>
"""

_COMPONENT = component("orientations", _HTML)


def orientations(
    data: dict[str, Any],
    *,
    alt: str,
    key: str = "orientations",
    subject: str = "",
    angle: float = 0,
    chosen: int | None = None,
    on_place: Callable[[], None] = ignore,
) -> None:
    """Turn a line under a bank of oriented filters and see which one responds most strongly.

    A response is the sum of picture times kernel, received from Python for each filter and angle. Where a kernel is
    smaller than the picture, it lies on the picture's middle.

    Args:
        data: ``angles`` of the line in degrees, anticlockwise from horizontal, rising and evenly spaced; ``lines``,
            a picture [row][column] from 0 to 1 for each angle; ``filters``, each with its ``angle``, ``title`` and
            signed ``kernel`` [row][column]; ``kernel_range``, the weight shown at full strength;
            ``responses``, [filter][angle].
        alt: the whole picture in a sentence, for those who do not see it.
        key: the Streamlit key, one for every drawing on a page.
        subject: what is shown; where it is another than before, the line goes to `angle`, else it stays where the
            user has turned it.
        angle: where the line lies then, in degrees.
        chosen: the filter that lies on the line then, if any.
        on_place: called when the user has turned the line or chosen a filter; ``st.session_state[key].place`` is then
            ``[angle, filter or None]``.

    Raises:
        ValueError: if an angle has no picture, or a filter has no response to each angle.
    """
    angles, filters = len(data["angles"]), len(data["filters"])
    if len(data["lines"]) != angles:
        raise ValueError(f"{angles} angles need {angles} pictures of a line, not {len(data['lines'])}")
    if [len(row) for row in data["responses"]] != [angles] * filters:
        raise ValueError(f"responses must be {filters} filters x {angles} angles")
    start = {"angle": angle, "filter": chosen if chosen is not None and chosen < filters else None}
    _COMPONENT(data={**data, "alt": alt, "subject": subject, "start": start}, key=key, on_place_change=on_place)
