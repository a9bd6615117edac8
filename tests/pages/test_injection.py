"""Hundreds of texts that Markdown, HTML, spreadsheets or code would carry out, put into every way in of every page.

The ways in are found on the pages themselves: a new text field, place for files or linked field is covered by itself.
"""

import json
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from cnnplay.course.challenges import CHALLENGES
from cnnplay.course.chapters import STEPS
from cnnplay.link import PARAMETERS
from cnnplay.state.labs import LABS
from cnnplay.ui.navigation import PAGES
from tests.payloads import SIGN, assert_only_shown, rotated

from .driving import NUMBERS, ROOT, controls, opened, session_of
from .test_hostile import VIEWS, seen

Share = Callable[[int], list[str]]
ALL = list(rotated())
LINKS = 6  # links that a page gets, each with another text in each parameter
LITERAL = {("bidi_component", "json"), ("code", "code_text"), ("text", "body"), ("chat_input", "value")}
TYPED = next(id for id, (_, step) in STEPS.items() if step.exercise.given == "number")
PIXELS = next(challenge for challenge in CHALLENGES.values() if challenge.given == "pixels")
COURSE: list[tuple[str, dict[str, str]]] = [  # pages beside which the course asks for something typed
    (STEPS[TYPED][1].pose(7).start.page, {"step.id": TYPED, "step.seed": "7"}),
    (PIXELS.start.page, {"step.id": PIXELS.id, "step.seed": "7"}),
]


@pytest.fixture
def count(request: pytest.FixtureRequest) -> int:
    """How many texts each field of a view gets: by default 24, of each group about three; with `make hostile` all."""
    return min(request.config.getoption("--texts"), len(ALL))


@pytest.fixture
def share(count: int) -> Callable[[int], list[str]]:
    """The texts for one of many views: together the views get all of them, several times."""
    return lambda at: list(islice(cycle(ALL), at * count, (at + 1) * count))


def sendable(text: str) -> str:
    """As it arrives where halves of characters cannot be sent: they can in JSON alone."""
    return text.encode("utf-8", "replace").decode()


def texts_of(app: AppTest) -> Iterator[str]:
    """Every text that the page gives Streamlit to show as Markdown, HTML, a label or a table."""
    waiting = list(app._tree.children.values())
    while waiting:
        node = waiting.pop()
        waiting += getattr(node, "children", {}).values()
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield from texts_in(proto, str(node.type))
        if node.type in ("arrow_table", "table", "arrow_data_frame", "dataframe"):
            yield from (str(cell) for row in node.value.to_numpy() for cell in row)  # type: ignore[union-attr]


def texts_in(message: Message, kind: str) -> Iterator[str]:
    for field, value in message.ListFields():
        if (kind, field.name) in LITERAL:
            continue
        for each in value if isinstance(value, list) or hasattr(value, "append") or hasattr(value, "add") else [value]:
            if isinstance(each, Message):
                yield from texts_in(each, kind)
            elif isinstance(each, str):
                yield each


def assert_shown_only(app: AppTest, about: object) -> int:
    """No text of a visitor is more than shown; returns how many are."""
    assert not app.exception, f"{ascii(about)[:200]}: {app.exception[0].value}"
    found = 0
    for text in texts_of(app):
        if SIGN in text.lower():
            assert_only_shown(text)
            found += 1
    return found


def put_all(app: AppTest, texts: Iterator[str]) -> list[str]:
    """Run the page with another text in each of its text fields."""
    given, made = [], dict[str, dict[str, list[Any]]]()
    for one in (one for one in controls(app) if one.field["kind"] == "text"):
        text = next(texts)
        given.append(text)
        number = next(NUMBERS)
        made.setdefault(one.mount, {})[one.key] = [number, text[: one.field["most"]], number]
    for mount, edits in made.items():
        app.session_state[mount] = {"edits": {"session": session_of(app).token, "made": edits}}
    for field in (*app.text_input, *app.text_area, *app.chat_input):
        text = next(texts)
        given.append(text)
        field.set_value(text)  # type: ignore[attr-defined]
    if given:
        app.run()
    return given


def has_text_field(app: AppTest) -> bool:
    native = (*app.text_input, *app.text_area, *app.chat_input)
    return bool(native) or any(one.field["kind"] == "text" for one in controls(app))


def check_fields(app: AppTest, payloads: list[str]) -> int:
    if not has_text_field(app):
        return 0
    found = 0
    for at in range(len(payloads)):  # each field gets each text
        given = put_all(app, islice(cycle(payloads), at, None))
        found += assert_shown_only(app, given)
    return found


@pytest.mark.parametrize(("page", "part"), VIEWS, ids=str)
def test_what_is_typed_on_a_page_is_only_shown(page: str, part: str | None, share: Share) -> None:
    check_fields(seen(page, part), share(VIEWS.index((page, part))))


@pytest.mark.parametrize(("page", "link"), COURSE, ids=lambda value: str(value)[:20])
def test_what_is_typed_in_the_course_is_only_shown(page: str, link: dict[str, str], share: Share) -> None:
    app = opened(f"{page}.py", **link)
    assert any(one.key.startswith(("course_", "challenge_")) for one in controls(app))
    check_fields(app, share(len(VIEWS)))


def test_a_text_that_is_refused_is_seen_on_the_page() -> None:
    """The tests above look at something: the page quotes what was typed."""
    assert check_fields(seen("architecture"), ALL[:24]) > 12


def uploads(text: str) -> Iterator[bytes]:
    """What a file may hold: nothing, or a text of each kind that says a text itself."""
    experiment = {"format": "cnnplay experiment 1", "net": text, "vary": {}, "seeds": 1, "settings": {}}
    yield b""
    yield json.dumps({"format": "cnnplay course 1", "name": "", "steps": {}}).encode()
    yield json.dumps({"format": "cnnplay course 1", "name": text, "steps": {}}).encode()
    yield json.dumps(experiment).encode()


@pytest.mark.parametrize(("page", "part"), VIEWS, ids=str)
def test_the_name_and_the_text_of_a_file_are_only_shown(page: str, part: str | None, share: Share) -> None:
    app, found = seen(page, part, **{"slide.image": "upload"}), 0
    for text in share(VIEWS.index((page, part))) if app.file_uploader else []:
        name = sendable(text[:200].replace("\0", ""))  # Streamlit itself refuses a file whose name holds that
        for content in uploads(name):
            for uploader in app.file_uploader:
                uploader.upload(name + uploader.proto.type[0], content, "text/plain")
            app.run()
            found += assert_shown_only(app, name)
    assert bool(found) == bool(app.file_uploader)  # each page says which file it cannot read


LINKED = [
    lab.key(name) for lab in LABS for name, field in lab.__dataclass_fields__.items() if field.metadata.get("linked")
]
PARAMETER_NAMES = ["net", "run", *PARAMETERS, *LINKED]


@pytest.mark.parametrize("page", PAGES)
def test_a_parameter_of_a_link_is_only_shown(page: str, count: int, share: Share) -> None:
    found = 0
    for at in range(0, count, 1 if count == len(ALL) else max(1, count // LINKS)):
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        texts = islice(cycle(share([*PAGES].index(page))), at, None)
        app.query_params.update(
            {name: sendable(text[:5000]) for name, text in zip(PARAMETER_NAMES, texts, strict=False)}
        )
        app = app.run() if page == "home" else app.switch_page(f"pages/{page}.py").run()
        found += assert_shown_only(app, at)
    assert found
