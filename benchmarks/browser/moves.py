"""From a visitor's hand to the changed picture: how long the page takes, for each row of MOVES."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from .observe import settled

TIMES = 30  # moves of each control
LONGEST = 20_000  # milliseconds for one answer
STEP = 24  # pixels from one place of a dragged slider to the next: another value for certain
DRAGS, LASTING = 4, 2.0  # from one end to the other and back; seconds of each
ENDS = 0.3, 0.7  # of a drag, as shares of the slider's length


class Move(NamedTuple):
    """A control, how it is moved, and the picture that must change.

    place: the test id of the part of the page with the control. picture: a CSS selector, also of what is in components.
    by: keys that are pressed in turn, of which some lead to a new setting; or the mouse, which holds the slider all
    the time.
    """

    page: str
    place: str
    control: str
    picture: str
    by: str = "keys"


class Taken(NamedTuple):
    """Seconds from each input event to the changed picture; of a drag, pictures a second while it lasts."""

    seconds: list[float]
    pictures: float | None = None


MOVES = (
    Move("architecture", "stSidebar", "Kernel size", "[data-testid=stTable]"),
    Move("architecture", "stSidebar", "Filters", "[data-testid=volumes]"),
    Move("architecture", "stSidebar", "Filters", "[data-testid=volumes]", "drag"),
    Move("home", "stSidebar", "Kernel size", "[data-testid=zoom]"),
    Move("home", "stSidebar", "Filters", "[data-testid=zoom]"),
    Move("convolution", "stMain", "Stride", "[data-testid=player]"),
    Move("convolution", "stMain", "Dilation", "[data-testid=player]"),
    Move("stride_padding", "stMain", "Input size", "[data-testid=player]"),
    Move("stride_padding", "stMain", "Input size", "[data-testid=player]", "drag"),
    Move("stride_padding", "stMain", "Kernel size", "[data-testid=player]"),
    Move("pooling?pooling.tab=numbers", "stMain", "Window", "[data-testid=player]"),
)
STEPS = (1, 1, -1, -1)  # to the right and back
KEYS = {1: "ArrowRight", -1: "ArrowLeft"}

# The picture, and what can be compared of it: its markup, that of the components inside it, the pixels of a canvas. It
# is compared in every frame, and to read a canvas takes long: it is read only where it has been drawn on since.
PICTURE = """
  const find = (root) => {
    const found = root.querySelector(selector)
    if (found) return found
    for (const each of root.querySelectorAll("*")) {
      const inside = each.shadowRoot && find(each.shadowRoot)
      if (inside) return inside
    }
    return null
  }
  if (!window.canvasesRead) {
    window.canvasesRead = new WeakMap()
    const pen = CanvasRenderingContext2D.prototype
    const draws = ["clearRect", "fillRect", "strokeRect", "fill", "stroke", "fillText", "drawImage", "putImageData"]
    for (const name of draws) {
      const draw = pen[name]
      pen[name] = function (...what) {
        window.canvasesRead.delete(this.canvas)
        return draw.apply(this, what)
      }
    }
  }
  const pixels = (canvas) => {
    if (!window.canvasesRead.has(canvas)) window.canvasesRead.set(canvas, canvas.toDataURL())
    return window.canvasesRead.get(canvas)
  }
  const print = (node) => {
    if (!node) return ""
    const inner = [node, ...node.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean)
    const drawn = [...node.querySelectorAll("canvas")].map(pixels)
    return node.outerHTML + drawn.join() + inner.map((root) => [...root.children].map(print).join()).join()
  }
  const once = { capture: true, once: true }
  let shown = print(find(document))
"""

# Resolves with the milliseconds from the next input event to the first frame in which the picture differs.
NEXT_CHANGE = f"""
([selector, longest]) => {{
  {PICTURE}
  window.nextChange = new Promise((resolve) => {{
    const begin = (event) => {{
      const look = () => {{
        const passed = performance.now() - event.timeStamp
        if (print(find(document)) !== shown) resolve(passed)
        else if (passed > longest) resolve(null)
        else requestAnimationFrame(look)
      }}
      requestAnimationFrame(look)
    }}
    addEventListener("input", begin, once)
  }})
  return shown.length
}}
"""

# Resolves with how often the picture changes in the milliseconds after the next input event.
CHANGES = f"""
([selector, lasting]) => {{
  {PICTURE}
  window.changes = new Promise((resolve) => {{
    const begin = (event) => {{
      let count = 0
      const look = () => {{
        const now = print(find(document))
        if (now !== shown) count += 1
        shown = now
        if (performance.now() - event.timeStamp > lasting) resolve(count)
        else requestAnimationFrame(look)
      }}
      requestAnimationFrame(look)
    }}
    addEventListener("input", begin, once)
  }})
}}
"""


def measure(page: Page, base: str, move: Move, times: int = TIMES) -> Taken:
    """Move a control so often. Raises TimeoutError where the picture never changes."""
    page.goto(f"{base}/{'' if move.page == 'home' else move.page}", wait_until="commit")
    settled(page)
    control = page.get_by_test_id(move.place).get_by_role("slider", name=move.control, exact=True).first
    if move.by == "keys":
        return Taken(_seconds(page, move, times, lambda step: control.press(KEYS[step])))
    with _held(page, control) as move_to:
        settled(page)
        pixels = 0

        def drag(step: int) -> None:
            nonlocal pixels
            pixels += step * STEP
            move_to(0.5, pixels)

        return Taken(_seconds(page, move, times, drag), _pictures(page, move, move_to))


def _seconds(page: Page, move: Move, times: int, act: Callable[[int], None]) -> list[float]:
    """From each input event to the changed picture; `act` moves the control by a step."""
    taken = []
    for _, step in zip(range(times), cycle(STEPS), strict=False):
        if not page.evaluate(NEXT_CHANGE, [move.picture, LONGEST]):
            raise TimeoutError(f"{move}: there is no such picture")
        act(step)
        milliseconds = page.evaluate("window.nextChange")
        if milliseconds is None:
            raise TimeoutError(f"{move}: the picture did not change")
        taken.append(milliseconds / 1000)
        settled(page)
    return taken


@contextmanager
def _held(page: Page, slider: Locator) -> Iterator[Callable[[float, float], None]]:
    """Hold a slider in its middle with the mouse; what it gives moves it to a share of its length, and pixels more."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box

    def move_to(share: float, pixels: float) -> None:
        page.mouse.move(box["x"] + share * box["width"] + pixels, box["y"] + box["height"] / 2)

    move_to(0.5, 0)
    page.mouse.down()
    yield move_to
    page.mouse.up()


def _pictures(page: Page, move: Move, move_to: Callable[[float, float], None]) -> float:
    """How many changed pictures a second are seen while the slider moves steadily."""
    counts = []
    for number in range(DRAGS):
        begin, end = ENDS if number % 2 == 0 else ENDS[::-1]
        move_to(begin, 0)
        settled(page)
        page.evaluate(CHANGES, [move.picture, 1000 * LASTING])
        began = time.monotonic()
        while (passed := (time.monotonic() - began) / LASTING) < 1:
            move_to(begin + passed * (end - begin), 0)
            page.wait_for_timeout(10)
        counts.append(page.evaluate("window.changes"))
        settled(page)
    return median(counts) / LASTING
