"""What a visitor in Chromium does: a row for each kind of act."""

import time
from collections.abc import Callable
from contextlib import suppress
from random import Random
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Locator

from cnnplay.ui.navigation import PAGES
from tests.browser import driving
from tests.browser.hands import READ, RECORD, edit, inputs
from tests.hostile import FILES

from .chromium import Click, Surfer
from .plan import CUT, name_of

# Fields that show what the visitor made of them, whatever else is set.
INDEPENDENT = ["edit_0_filters", "edit_0_kernel", "edit_0_stride", "edit_hidden", "edit_dropout"]
INDEPENDENT += ["train_learning_rate", "train_batch_size"]
OURS = ":is([data-testid=stMain], [data-testid=stSidebar])"
NOT_AT_RANDOM = ("Reset", "Start an experiment")
EDITS = 6
CLICK = 5_000  # milliseconds until a button that was chosen is given up


def visible(surfer: Surfer, selector: str) -> list[Locator]:
    return [each for each in surfer.page.locator(f"{OURS} {selector}").all() if each.is_visible()]


def button(name: str) -> Callable[[Surfer], bool]:
    def is_there(surfer: Surfer) -> bool:
        found = driving.button(surfer.page, name)
        return found.count() == 1 and found.is_visible() and found.is_enabled()

    return is_there


def press(name: str) -> Callable[[Surfer, Random], None]:
    return lambda surfer, _: driving.button(surfer.page, name).click()


def reset(surfer: Surfer, chance: Random) -> None:
    surfer.reset(parse_qs(surfer.query).get("run", []))
    press("Reset")(surfer, chance)


def press_another(surfer: Surfer, chance: Random) -> None:
    found = [each for each in visible(surfer, "[data-testid=stButton] button") if each.is_enabled()]
    found = [each for each in found if not each.inner_text().strip().endswith(NOT_AT_RANDOM)]  # icons stand before
    if found:
        with suppress(Error):  # the page was drawn anew, and it is gone
            button = chance.choice(found).element_handle(timeout=CLICK)
            if not button.inner_text().strip().endswith(NOT_AT_RANDOM):  # now that it cannot become another
                button.click(timeout=CLICK)


def edit_one(surfer: Surfer, chance: Random) -> None:
    names = [
        each.get_attribute("data-field") or ""
        for each in visible(surfer, "[data-field]")
        if each.locator("input:not([disabled]), select:not([disabled])").count()
    ]
    names = [name for name in names if name not in ("train_seed", "net_text") and not name.startswith("experiment")]
    if names:
        edit(surfer.page, chance, f'"{chance.choice(names)}"')  # a name may have an @ in it


def quick_edits(surfer: Surfer, chance: Random) -> None:
    """Several at the pace of a hand; each field then shows what was made of it last."""
    page = surfer.page
    page.evaluate(RECORD.replace("READ", f"({READ})"))
    names = [name for name in INDEPENDENT if inputs(page, name).count() and inputs(page, name).is_visible()]
    for _ in range(EDITS if names else 0):
        edit(page, chance, chance.choice(names))
        page.wait_for_timeout(30 * 20 ** chance.random())
    made = dict(page.evaluate("window.changes"))
    surfer.settle()
    try:
        driving.wait_until(page, lambda: not differing(surfer, made))
    except AssertionError:
        shown = {name: inputs(page, name).evaluate(READ) for name in differing(surfer, made)}
        raise AssertionError(f"of the edits {made} the page shows {shown}") from None


def differing(surfer: Surfer, made: dict[str, object]) -> list[str]:
    """The fields of the page that show something else than what was made of them."""
    here = [name for name in made if inputs(surfer.page, name).count()]
    return [name for name in here if inputs(surfer.page, name).evaluate(READ) != made[name]]


def go_to(surfer: Surfer, name: str) -> None:
    """By the navigation; the page has come when the address says so and all of it is drawn."""
    nav = surfer.page.get_by_test_id("stSidebarNav")
    nav.get_by_role("link", name=PAGES[name][0], exact=True).click()
    path = "/" if name == "home" else f"/{name}"
    driving.wait_until(surfer.page, lambda: urlsplit(surfer.page.url).path == path)
    surfer.settle()


def go(surfer: Surfer, chance: Random) -> None:
    go_to(surfer, chance.choice(list(PAGES)))


def look_inside(surfer: Surfer, chance: Random) -> None:
    go_to(surfer, "inside")
    choose_a_tab(surfer, chance)


def choose_a_tab(surfer: Surfer, chance: Random) -> None:
    if found := visible(surfer, "[data-testid=stTabs] [role=tab]"):
        chance.choice(found).click()


def draw(surfer: Surfer, chance: Random) -> None:
    go_to(surfer, "draw")
    canvas = surfer.page.get_by_test_id("pad").locator("canvas").first
    canvas.scroll_into_view_if_needed()
    if box := canvas.bounding_box():
        start, end = (
            (box["x"] + box["width"] * chance.random(), box["y"] + box["height"] * chance.random()) for _ in "ab"
        )
        driving.drag(surfer.page, start, end)


def draw_examples(surfer: Surfer, chance: Random) -> None:
    """A few examples on the quick pad, one right after the other."""
    go_to(surfer, "data")
    if beginnings := visible(surfer, "[class*='st-key-begin_'] button"):
        chance.choice(beginnings).click()
        surfer.settle()
    pads = visible(surfer, "[data-testid=quick-pad] canvas")
    if not pads:
        return
    pads[0].scroll_into_view_if_needed()
    for _ in range(chance.randint(1, 4)):
        if box := pads[0].bounding_box():
            start, end = (
                (box["x"] + box["width"] * chance.random(), box["y"] + box["height"] * chance.random()) for _ in "ab"
            )
            driving.drag(surfer.page, start, end)
            surfer.page.wait_for_timeout(chance.choice((50, 700)))


def upload(surfer: Surfer, chance: Random) -> None:
    """Any file to any place for one: a good one or a bad one."""
    place = chance.choice(surfer.page.locator(f"{OURS} input[type=file]").all())
    make, is_picture = chance.choice(list(FILES.values()))
    is_good = is_picture and ".png" in (place.get_attribute("accept") or "")
    name = f"{name_of(surfer.number, is_good)}.png"
    if not is_good:
        surfer.files.append(name)
    place.set_input_files({"name": name, "mimeType": "image/png", "buffer": make()})


def has_uploader(surfer: Surfer) -> bool:
    return surfer.page.locator(f"{OURS} input[type=file]").count() > 0


def export(surfer: Surfer, chance: Random) -> None:
    found = visible(surfer, "[data-testid=stDownloadButton] button:enabled")
    with surfer.page.expect_download() as coming:
        chance.choice(found).click()
    if coming.value.failure():
        surfer.fail("download", f"{coming.value.suggested_filename}: {coming.value.failure()}")


def has_download(surfer: Surfer) -> bool:
    return bool(visible(surfer, "[data-testid=stDownloadButton] button:enabled"))


def share(surfer: Surfer, chance: Random) -> None:
    """The link to share has the network of the address, and no run."""
    driving.button(surfer.page, "Share").click()
    link = surfer.page.get_by_role("textbox", name="The link", exact=True).first.input_value()
    surfer.page.keyboard.press("Escape")
    given, here = parse_qs(urlsplit(link).query), parse_qs(surfer.query)
    if "run" in given or given.get("net") != here.get("net"):
        surfer.fail("link", f"the link to share is {link}, and the page's {surfer.page.url}")


def reload(surfer: Surfer, chance: Random) -> None:
    before = parse_qs(surfer.query)
    surfer.page.reload()
    surfer.settle()
    after = parse_qs(surfer.query)
    if changed := {name for name in ("net", "seed", "batch") if before.get(name) != after.get(name)}:
        surfer.fail("link", f"a reload changed {sorted(changed)}: {before} -> {after}")


def leave(surfer: Surfer, chance: Random) -> None:
    address = surfer.page.url
    surfer.page.close()
    time.sleep(chance.uniform(2.0, 8.0))
    surfer.open(address)


def back_and_forward(surfer: Surfer, chance: Random) -> None:
    address = urlsplit(surfer.page.url).path
    if surfer.page.go_back() is None or not surfer.page.url.startswith("http"):
        surfer.page.go_forward()
    surfer.settle()
    if urlsplit(surfer.page.url).path != address:
        surfer.page.go_forward()


def lose_the_line(surfer: Surfer, chance: Random) -> None:
    """For half a minute; the browser comes back by itself."""
    net = parse_qs(surfer.query).get("net")
    surfer.hold_line(True)
    surfer.page.wait_for_timeout(1000 * CUT)
    surfer.hold_line(False)
    surfer.settle()
    if parse_qs(surfer.query).get("net") != net:
        surfer.fail("link", f"after {CUT:g} s without a line the network was {surfer.query}, and had been {net}")


ROWS = [
    Click("edit", 10, edit_one),
    Click("quick edits", 4, quick_edits),
    Click("go to a page", 5, go),
    Click("start", 4, press("Start"), button("Start")),
    Click("resume", 3, press("Resume"), button("Resume")),
    Click("pause", 3, press("Pause"), button("Pause")),
    Click("one step", 1, press("One step"), button("One step")),
    Click("one epoch", 1, press("One epoch"), button("One epoch")),
    Click("reset", 1, reset, button("Reset")),
    Click("undo", 2, press("Undo"), button("Undo")),
    Click("press a button", 3, press_another),
    Click("look inside", 2, look_inside),
    Click("choose a tab", 2, choose_a_tab),
    Click("draw", 2, draw),
    Click("draw examples", 2, draw_examples),
    Click("upload", 3, upload, has_uploader),
    Click("export", 2, export, has_download),
    Click("share", 1, share, button("Share")),
    Click("reload", 1, reload),
    Click("leave and come back", 0.5, leave),
    Click("back and forward", 1, back_and_forward),
    Click("lose the line", 0.15, lose_the_line),
]
CLICKS = {row.name: row for row in ROWS}
