"""Watches a page in the browser: when it last changed, and what moved on it."""

import time
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, Page

QUIET = 1000  # milliseconds without a change after which a page has settled
PATIENCE = 60.0  # seconds

# Runs before the page does. `changed` is the time of the last change of the document or of its layout, in milliseconds
# since the navigation began; what the browser moved is in `shifts`.
WATCH = """
(() => {
  const seen = (window.layoutSeen = { changed: 0, shifts: [] })
  const name = (node) => {
    const names = []
    for (let each = node; each && names.length < 4; each = each.parentNode ?? each.host) {
      const key = typeof each.className === "string" && each.className.match(/st-key-[^ ]+/)
      const found = key ? key[0] : each.dataset?.testid
      if (found) names.push(found)
    }
    return names.join(" in ")
  }
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      seen.changed = Math.max(seen.changed, entry.startTime)
      const sources = entry.sources.map((source) => ({
        node: name(source.node), before: box(source.previousRect), after: box(source.currentRect)
      }))
      seen.shifts.push({ value: entry.value, at: entry.startTime, recent: entry.hadRecentInput, sources })
    }
  }).observe({ type: "layout-shift", buffered: true })
  const changed = () => { seen.changed = performance.now() }
  new MutationObserver(changed).observe(document, { childList: true, subtree: true, characterData: true })
  // A page that comes hidden is seen when its root loses the class "arriving".
  new MutationObserver(changed).observe(document, { attributes: true, attributeFilter: ["class"], subtree: true })
})()
"""
STATE = """
() => ({
  changed: window.layoutSeen.changed,
  now: performance.now(),
  ready: !!document.querySelector("h1")
    && !document.documentElement.matches(".arriving")
    && !!document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
    && !document.querySelector("[data-testid=stSkeleton]"),
})
"""


class Shift(NamedTuple):
    """Something moved: how much of the screen by how much of it, when, and whether a visitor had just done something.

    sources: what moved, and its box before and after: x, y, width, height.
    """

    value: float
    at: float
    recent: bool
    sources: list[dict[str, Any]]


def watch(context: BrowserContext) -> None:
    """Watch every page that the context opens from now on."""
    context.add_init_script(WATCH)


def settled(page: Page) -> float:
    """Wait until a page has settled; the seconds from the navigation to its last change.

    It has when its script has ended, the code of all its widgets is there, and nothing has changed for a second.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        state = page.evaluate(STATE)
        if state["ready"] and state["now"] - state["changed"] > QUIET:
            return state["changed"] / 1000
        page.wait_for_timeout(50)
    raise TimeoutError(f"{page.url} did not settle within {PATIENCE:.0f} seconds")


def shifts(page: Page) -> list[Shift]:
    """All that moved on a page since it was opened."""
    return [Shift(**entry) for entry in page.evaluate("window.layoutSeen.shifts")]


def describe(moved: list[Shift]) -> str:
    """What moved, the largest first, a line each."""
    lines = []
    for shift in sorted(moved, reverse=True)[:6]:
        what = "; ".join(f"{each['node']} {each['before']} -> {each['after']}" for each in shift.sources[:3])
        lines.append(f"{shift.value:.3f} after {shift.at:.0f} ms: {what}")
    return "\n".join(lines)
