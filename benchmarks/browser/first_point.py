"""From the click on Start to the first point of the curve, on a server that has just started and on a warm one."""

from playwright.sync_api import Page

# Components draw in shadow roots, which a selector of the document alone does not see.
HAS_POINTS = """
() => {
  const find = (root) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.dataset?.testid === "curves") return each
      const inside = each.shadowRoot && find(each.shadowRoot)
      if (inside) return inside
    }
    return null
  }
  return Number(find(document)?.dataset.lastStep ?? 0) >= 1 ? performance.now() : 0
}
"""
CLICKED = "addEventListener('click', (event) => { window.clickedAt = event.timeStamp }, { capture: true, once: true })"


def seconds_to_the_first_point(page: Page, base: str) -> float:
    """Press Start as soon as it can be pressed; the run pauses afterwards."""
    page.goto(f"{base}/training", wait_until="commit")
    main = page.get_by_test_id("stMain")
    start = main.get_by_role("button", name="Start", exact=True)
    start.wait_for()
    page.evaluate(CLICKED)
    start.click()
    drawn = page.wait_for_function(HAS_POINTS, polling="raf").json_value()
    seconds = (drawn - page.evaluate("window.clickedAt")) / 1000
    main.get_by_role("button", name="Pause", exact=True).click()
    main.get_by_role("button", name="Resume", exact=True).wait_for()
    return float(seconds)
