"""What a visitor on a simulated tab does: a row for each kind of act."""

import asyncio
import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cnnplay.data.datasets import OWN
from cnnplay.export.pretrained import PRETRAINED, file_of
from tests.hostile import FILES, LISTENERS, VALUES

from .choices import drawing, pictures, value_for
from .page import PageTab
from .plan import CUT, name_of
from .transfer import download, upload
from .visitor import PAGES, Visitor
from .visitor import VisitorAct as Act

STEERING = ("run_start", "run_one_step", "run_one_epoch", "run_reset", "run_new", "run_back", "bar_pause")
AWAY = 2.0, 12.0  # seconds until a visitor comes back by link
MOST_SENT = 200_000  # characters of a hostile value


def buttons(visitor: Visitor) -> list[Any]:
    return [button for button in visitor.tab.of_kind("button") if not button.disabled]


def key_of(widget: str) -> str:
    return widget.split("-", 2)[-1]


def has_button(*keys: str, label: str = "") -> Callable[[Visitor], bool]:
    return lambda visitor: any(_is(button, keys, label) for button in buttons(visitor))


def _is(button: Any, keys: tuple[str, ...], label: str) -> bool:
    return key_of(button.id) in keys and button.label.startswith(label)


def press(*keys: str, label: str = "") -> Callable[[Visitor, Random], Any]:
    async def act(visitor: Visitor, chance: Random) -> None:
        await press_one(visitor, chance.choice([each for each in buttons(visitor) if _is(each, keys, label)]))

    return act


async def press_one(visitor: Visitor, button: Any) -> None:
    if key_of(button.id) == "run_reset" and (run := parse_qs(visitor.tab.query).get("run")):
        visitor.reset(run)
    await visitor.tab.press_id(button.id)


def others(visitor: Visitor) -> list[Any]:
    return [button for button in buttons(visitor) if key_of(button.id) not in STEERING]


async def press_another(visitor: Visitor, chance: Random) -> None:
    await press_one(visitor, chance.choice(others(visitor)))


def enabled_fields(visitor: Visitor) -> list[dict[str, Any]]:
    return [field for field in visitor.tab.fields() if not field["disabled"]]


async def edit(visitor: Visitor, chance: Random) -> None:
    field = chance.choice(enabled_fields(visitor))
    value = value_for(field, visitor.number, chance)
    await visitor.tab.edit(field, value)
    shown = next((each for each in visitor.tab.fields() if each["name"] == field["name"]), None)
    # A text is cleaned, and refused where it cannot be read; numbers and switches are taken as they are.
    if shown and field["kind"] in ("switch", "slider", "number"):
        taken = await visitor.follows(lambda: _value(visitor.tab, field["name"]) in (value, None))
        if not taken:
            kept = _value(visitor.tab, field["name"])
            visitor.fail("edit lost", f"{field['name']} was set to {value!r} and shows {kept!r}")


def _value(tab: PageTab, name: str) -> object:
    return next((field["value"] for field in tab.fields() if field["name"] == name), None)


async def quick_edits(visitor: Visitor, chance: Random) -> None:
    """Several edits within the time of one answer."""
    for last in (False, False, False, True):
        if fields := enabled_fields(visitor):
            field = chance.choice(fields)
            if any(each.fields and field["name"] in each.fields.names for each in visitor.tab.widgets.values()):
                await visitor.tab.edit(field, value_for(field, visitor.number, chance), wait=last)
        await asyncio.sleep(0.03 * 10 ** chance.random())


async def go(visitor: Visitor, chance: Random) -> None:
    await visitor.tab.go(chance.choice([page for page in PAGES if page != visitor.tab.path]))


async def look_inside(visitor: Visitor, chance: Random) -> None:
    if visitor.tab.path != "inside":
        await visitor.tab.go("inside")
    await choose_a_tab(visitor, chance)


async def choose_a_tab(visitor: Visitor, chance: Random) -> None:
    if rows := list(visitor.tab.tab_rows()):
        widget, titles = chance.choice(rows)
        if titles:
            await visitor.tab.choose_tab(widget, chance.choice(titles))


async def draw(visitor: Visitor, chance: Random) -> None:
    """A drawing on the pad of this page, or on that of the page Draw."""
    if not list(visitor.tab.data("pad")):
        await visitor.tab.go("draw")
    if pads := list(visitor.tab.data("pad")):
        widget, _ = chance.choice(pads)
        await visitor.tab.trigger(widget, "drawing", drawing(chance))


async def draw_examples(visitor: Visitor, chance: Random) -> None:
    """A few examples on the quick pad of Your data, where classes to begin with are chosen first."""
    if visitor.tab.path != "data":
        await visitor.tab.go("data")
    for widget, data in list(visitor.tab.data("quick_pad")):
        first, classes = data["taken"] + 1, len(data["classes"])
        made = [drawing(chance) for _ in range(chance.randint(1, 6))]
        kept = [
            {"id": first + at, "label": chance.randrange(classes), "drawing": one}
            for at, one in enumerate(filter(None, made))
        ]
        if kept:
            await visitor.tab.trigger(widget, "kept", json.dumps(kept))
        return
    if beginnings := [each for each in buttons(visitor) if key_of(each.id).startswith("begin_")]:
        await press_one(visitor, chance.choice(beginnings))


def listeners(visitor: Visitor) -> list[tuple[str, str, Any]]:
    """(widget's id, event, usual value) of the components of this page that report something."""
    found = []
    for listener in LISTENERS:
        for widget, data in visitor.tab.data(listener.component):
            if key_of(widget) == listener.key:
                usual = listener.usual if listener.usual is not None else _first_picture(data)
                found.append((widget, listener.event, usual))
    return found


def _first_picture(data: dict[str, Any]) -> object:
    return next((picture["id"] for row in data.get("rows", ()) for picture in row["pictures"]), None)


async def use_a_component(visitor: Visitor, chance: Random) -> None:
    await visitor.tab.trigger(*chance.choice(listeners(visitor)))


async def send_nonsense(visitor: Visitor, chance: Random) -> None:
    widget, event, _ = chance.choice(listeners(visitor))
    small = [value for value in VALUES if len(repr(value)) < MOST_SENT]
    await visitor.tab.trigger(widget, event, chance.choice(small))


def uploaders(visitor: Visitor) -> list[Any]:
    return [each for each in visitor.tab.of_kind("file_uploader") if not each.disabled]


async def upload_good(visitor: Visitor, chance: Random) -> None:
    """A picture to an uploader of pictures, pictures of several classes to one of those, weights to one of weights."""
    uploader = chance.choice(uploaders(visitor))
    types = " ".join(uploader.type)
    if "npz" in types:
        content = pictures(chance)
    elif "png" in types:
        content = chance.choice([make for make, accepted in FILES.values() if accepted])()
    else:
        content = file_of(chance.choice(sorted(PRETRAINED))).read_bytes()
    await _upload(visitor, uploader, content, is_good=any(kind in types for kind in ("npz", "png", "safetensors")))


async def upload_bad(visitor: Visitor, chance: Random) -> None:
    content = chance.choice([make for make, accepted in FILES.values() if not accepted])()
    await _upload(visitor, chance.choice(uploaders(visitor)), content, is_good=False)


async def _upload(visitor: Visitor, uploader: Any, content: bytes, is_good: bool) -> None:
    ending = (list(uploader.type) or [".png"])[0]
    name = f"{name_of(visitor.number, is_good)}{ending if ending.startswith('.') else '.' + ending}"
    if not is_good:
        visitor.files.append(name)
    taken = await upload(visitor.tab, visitor.line.port, uploader.id, name, content)
    if not taken and visitor.world.weather.clear:
        visitor.fail("upload", f"the server has not taken {len(content)} bytes for {uploader.label!r}")


def downloads(visitor: Visitor) -> list[Any]:
    return [each for each in visitor.tab.of_kind("download_button") if not each.disabled]


async def export(visitor: Visitor, chance: Random) -> None:
    button = chance.choice(downloads(visitor))
    content = await download(visitor.tab, visitor.line.port, button)
    if foreign := visitor.world.markers.foreign(visitor.number, content):
        visitor.fail("foreign", f"in the download {button.label!r}: {foreign}")


async def share(visitor: Visitor, chance: Random) -> None:
    """Open the link to share in a tab of its own, which must show the same network, and no run."""
    link = next((data["text"] for widget, data in visitor.tab.data("copy") if key_of(widget) == "share_link"), None)
    if link is None:
        return
    split = urlsplit(link)
    tab = await PageTab.visit(visitor.line.port, split.path.strip("/"), split.query, visitor.watch)
    given, shown = parse_qs(split.query), parse_qs(tab.query)
    await tab.close()
    for name in ("net", "seed") if given.get("data") != [OWN] else ():  # data of one's own stay with their owner
        if given.get(name) != shown.get(name):
            visitor.fail("link", f"{name} was {given.get(name)} in the link and is {shown.get(name)} on its page")
    if "run" in given:
        visitor.fail("link", f"a link to share gives the run away: {link}")


async def reload(visitor: Visitor, chance: Random) -> None:
    before = parse_qs(visitor.tab.query)
    await visitor.reload()
    after = parse_qs(visitor.tab.query)
    changed = {name for name in ("net", "seed", "batch", "epochs") if before.get(name) != after.get(name)}
    if changed:
        visitor.fail("link", f"a reload changed {sorted(changed)}: {before} -> {after}")


async def leave(visitor: Visitor, chance: Random) -> None:
    """Close the tab, and come back by its link."""
    page, query = visitor.tab.path, visitor.tab.query
    await visitor.tab.close()
    await asyncio.sleep(chance.uniform(*AWAY))
    await visitor.open(page, query)


async def lose_the_line(visitor: Visitor, chance: Random) -> None:
    """For half a minute; then the tab goes on with its session, whose choices are still there."""
    before, life = visitor.tab.session, visitor.life
    visitor.line.cut()
    await asyncio.sleep(CUT)
    await visitor.resume()
    if visitor.tab.session != before and visitor.world.host.lives == life:
        visitor.fail("session", f"after {CUT:g} s without a line the session was another")


ROWS = [
    Act("edit", 10, edit, lambda visitor: bool(enabled_fields(visitor))),
    Act("quick edits", 4, quick_edits, lambda visitor: bool(enabled_fields(visitor))),
    Act("go to a page", 5, go),
    Act("start", 4, press("run_start", label="Start"), has_button("run_start", label="Start")),
    Act("resume", 3, press("run_start", label="Resume"), has_button("run_start", label="Resume")),
    Act(
        "pause", 3, press("run_start", "bar_pause", label="Pause"), has_button("run_start", "bar_pause", label="Pause")
    ),
    Act("step", 2, press("run_one_step", "run_one_epoch"), has_button("run_one_step", "run_one_epoch")),
    Act("reset", 1, press("run_reset"), has_button("run_reset")),
    Act("new run", 1, press("run_new", "run_back"), has_button("run_new", "run_back")),
    Act("press a button", 4, press_another, lambda visitor: bool(others(visitor))),
    Act("look inside", 2, look_inside),
    Act("choose a tab", 2, choose_a_tab, lambda visitor: any(visitor.tab.tab_rows())),
    Act("draw", 2, draw),
    Act("draw examples", 2, draw_examples),
    Act("use a component", 3, use_a_component, lambda visitor: bool(listeners(visitor))),
    Act("send nonsense", 1, send_nonsense, lambda visitor: bool(listeners(visitor))),
    Act("upload", 3, upload_good, lambda visitor: bool(uploaders(visitor))),
    Act("upload a bad file", 3, upload_bad, lambda visitor: bool(uploaders(visitor))),
    Act("export", 2, export, lambda visitor: bool(downloads(visitor))),
    Act("share", 1, share),
    Act("reload", 1, reload),
    Act("leave and come back", 0.5, leave),
    Act("lose the line", 0.15, lose_the_line),
]
ACTS = {row.name: row for row in ROWS}
