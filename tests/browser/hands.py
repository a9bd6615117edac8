"""Quick and careless hands on the controls of a page, and a record of what they did."""

import random

from playwright.sync_api import Locator, Page

# Every change as the browser makes it, whichever way it came about.
RECORD = """() => {
    window.changes = []
    addEventListener("input", event => {
        const input = event.composedPath()[0]
        const field = input.closest("[data-field]")
        if (field) window.changes.push([field.dataset.field, READ(input)])
    })
}"""
READ = """input => input.type === "checkbox" ? input.checked
    : input.type === "range" ? input.getAttribute("aria-valuetext") : input.value"""

# At once, whereas Playwright's own way waits for two frames, in which the page may put a new element in its place.
SCROLL_TO = "input => { input.scrollIntoViewIfNeeded(); return input.getBoundingClientRect().toJSON() }"


def inputs(page: Page, field: str) -> Locator:
    return page.locator(f"[data-field={field}]").locator("input, select").first


def edit(page: Page, chance: random.Random, field: str) -> None:
    """One movement of a hand: a few keys on a control, a press somewhere on a slider, a drag, another option."""
    control = inputs(page, field)
    kind = control.evaluate("input => input.type")
    if kind == "checkbox":
        control.press("Space")
    elif kind == "number":
        control.press(chance.choice(("ArrowUp", "ArrowDown")))
    elif kind == "select-one":
        options = control.locator("option:not([hidden])").all_inner_texts()
        if field.endswith("_pool"):  # without pooling its size and its stride would go
            options.remove("none")
        control.select_option(chance.choice(options))
    elif chance.random() < 0.6:
        control.focus()
        for _ in range(chance.randint(1, 3)):
            page.keyboard.press(chance.choice(("ArrowRight", "ArrowLeft")))
    else:
        box = control.evaluate(SCROLL_TO)
        if box["width"]:  # not replaced by a new one that very moment
            places = [(box["x"] + chance.random() * box["width"], box["y"] + box["height"] / 2) for _ in range(2)]
            page.mouse.move(*places[0])
            page.mouse.down()
            page.mouse.move(*places[chance.randint(0, 1)], steps=4)
            page.mouse.up()
