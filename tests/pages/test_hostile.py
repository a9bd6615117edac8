"""Hostile links, values and files put to the pages: a sentence or nothing, no traceback, nothing chosen changes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from cnnplay.course.progress import Progress
from cnnplay.data.datasets import mnist
from cnnplay.data.own import OwnData
from cnnplay.engine.engine import shared_engine
from cnnplay.experiments import Experiment
from cnnplay.experiments.keeper import shared_keeper
from cnnplay.inputs.digit_search import digit
from cnnplay.inputs.handwriting import drawn_like
from cnnplay.inputs.uploads import read_picture
from cnnplay.link import PARAMETERS
from cnnplay.state.fields import kind_of
from cnnplay.state.kinds import OneOf
from cnnplay.state.labs import LABS, Mistakes, Tabs
from cnnplay.ui.components.storage import MOST
from cnnplay.ui.course.sitting import STORAGE, Sitting
from cnnplay.ui.draw.step_accuracies import StepAccuracies
from cnnplay.ui.inside.ablation import AblationResults
from cnnplay.ui.navigation import PAGES
from cnnplay.ui.on_pad import OnPad
from cnnplay.ui.saved_drawings import Drawing, Drawings
from cnnplay.ui.session import Choice
from cnnplay.ui.uploads import Uploads
from tests.hostile import CHARTS, FILES, LISTENERS, TEXTS, VALUES, Listener, digit_like, events_sent

from .driving import (
    NUMBERS,
    ROOT,
    ShownControl,
    choose,
    controls,
    drawn,
    label_of_chip,
    link_of,
    opened,
    press,
    put,
    session_of,
    shown,
    wait_for_run,
    words_of,
)

TABS: dict[str, type[Tabs]] = {lab.pages[0]: lab for lab in LABS if issubclass(lab, Tabs)}
VIEWS: list[tuple[str, str | None]] = [(page, None) for page in PAGES if page not in TABS]
for page, lab in TABS.items():
    kind = kind_of(lab, "tab")
    assert isinstance(kind, OneOf)
    VIEWS += [(page, str(tab)) for tab in kind.options]
ASKED = Experiment(vary={"kernel": [2, 3]}, seeds=1, epochs=1, train_images=100)
CACHES = (Uploads, AblationResults, StepAccuracies)  # results that take the place of others; nothing that is chosen


@pytest.fixture(scope="module")
def run() -> Iterator[str]:
    """A run of somebody, finished; its link opens its visit."""
    app = opened("training.py", images="500", epochs="1")
    press(app, "Start")
    wait_for_run(app)
    visit = session_of(app).visit
    yield session_of(app).run
    for view in shared_engine().views(visit):
        shared_engine().remove(view.id)


def seen(page: str, part: str | None = None, **link: str) -> AppTest:
    """A page, with an experiment, or a drawing on its pad and another kept, and the part of it in front."""
    app = opened(f"{page}.py", **link)
    states: list[Any] = [TABS[page](part)] if part else []
    if page == "experiments":
        shared_keeper().start(ASKED, session_of(app).visit).execution.cancel()
    if page == "data":
        images = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1), np.uint8)
        two = OwnData().with_class("one").with_class("two")
        shared_engine().keep_data(session_of(app).visit, two.added(0, images).added(1, images))
    if page == "draw":
        ink = drawn_like(digit(mnist().test, 0), 0.6)
        states += [OnPad(ink, 7), Drawings((Drawing(1, ink[::-1], None),), 1)]
    return choose(app, *states)


def kept(app: AppTest) -> Any:
    """All that is chosen, kept and run in a visit, to compare."""
    now = session_of(app)
    runs = [(view.id, view.status, view.step) for view in shared_engine().views(now.visit)]
    states = {kind.__name__: plainly(state) for kind, state in now.states.items() if kind not in CACHES}
    own = shared_engine().data_of(now.visit)
    data = own and (own.classes, own.images.tobytes(), own.labels.tobytes())
    return runs, now.choice, list(now.past), now.run, now.visit, states, data


def plainly(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return {str(name): plainly(of) for name, of in value.items()}
    if isinstance(value, list | tuple):
        return [plainly(of) for of in value]
    return plainly(vars(value)) if hasattr(value, "__dict__") else repr(value)


def said(component: str, event: str, value: Any) -> WidgetState:
    """What a browser sends when a component triggers an event; `component` is its whole id."""
    payload = json.dumps([{"event": event, "value": value}])
    return WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{component}__events", json_trigger_value=payload)


def ids(app: AppTest) -> dict[str, str]:
    """The whole id of each component on the page, by its key."""
    found = [element.proto.id for element in app.get("bidi_component")]
    return {id_.split("-", 2)[2]: id_ for id_ in found}


def send(app: AppTest, *states: WidgetState) -> AppTest:
    """Run the page with what a browser says of some of its widgets, whatever that is."""
    widgets = app._tree.get_widget_states()
    named = {state.id for state in states}
    told = [state for state in widgets.widgets if state.id not in named]
    del widgets.widgets[:]
    widgets.widgets.extend([*told, *states])
    return app._run(widgets)


def assert_survives(app: AppTest, before: Any, about: Any) -> None:
    assert not app.exception, f"{ascii(about)[:80]}: {app.exception[0].value}"
    assert kept(app) == before, ascii(about)[:80]
    assert all(str(toast.value).endswith(".") and len(toast.value) < 300 for toast in app.toast)


@pytest.fixture
def own_run() -> Iterator[str]:
    """A run of one's own that may be removed."""
    app = opened("training.py", images="200", epochs="1")
    press(app, "One step")
    wait_for_run(app)
    yield session_of(app).run
    for view in shared_engine().views(session_of(app).visit):
        shared_engine().remove(view.id)


@pytest.mark.parametrize("row", LISTENERS, ids=lambda row: row.key)
def test_a_forged_value_of_a_component_changes_nothing_and_the_usual_one_does(
    row: Listener, run: str, own_run: str
) -> None:
    app = seen(row.page, row.part, run=own_run if row.page == "training" else run)
    before = kept(app)
    for value in VALUES:
        assert_survives(send(app, said(ids(app)[row.key], row.event, value)), before, value)
    usual = drawn(app, row.component)[-1]["rows"][0]["pictures"][0]["id"] if row.usual is None else row.usual
    send(app, said(ids(app)[row.key], row.event, usual))
    assert not app.exception
    assert kept(app) != before


@pytest.mark.parametrize(("page", "part"), VIEWS, ids=str)
def test_a_component_that_says_what_it_never_says_is_not_listened_to(page: str, part: str | None, run: str) -> None:
    app = seen(page, part, run=run)
    before, names = kept(app), sorted({event for _, event in events_sent()} | {"alt", "data"})
    assert ids(app)
    for value in (None, {}, "x"):
        payload = [{"event": name, "value": value} for name in names]
        payload += [value, {"event": value}, {"event": names[0], "value": value, "more": value}]
        states = [WidgetState(id=id_, json_value=json.dumps(dict.fromkeys(names, value))) for id_ in ids(app).values()]
        for id_ in ids(app).values():
            state = said(id_, "", None)
            state.json_trigger_value = json.dumps(payload)
            states.append(state)
        assert_survives(send(app, *states), before, value)


@pytest.mark.parametrize(("page", "part"), VIEWS, ids=str)
def test_a_list_gives_nothing_that_it_does_not_offer(page: str, part: str | None, run: str) -> None:
    app = seen(page, part, run=run)
    before = kept(app)
    for sent in ("no such thing", "", "None", "0", None, [], {}, -1, 10**9, 0.5, True, "x" * 2000):
        refusing = [one for one in controls(app) if refuses(one, sent)]
        assert refusing
        assert_survives(send_to_all(app, refusing, sent), before, (sent, [one.key for one in refusing]))


def refuses(one: ShownControl, sent: object) -> bool:
    try:
        one.read(sent)
    except ValueError:
        return True
    return False


def send_to_all(app: AppTest, refusing: list[ShownControl], sent: object) -> AppTest:
    """Run the page with this value from each of the controls: each is taken, or refused, by itself."""
    for mount in {one.mount for one in refusing}:
        numbers = {one.key: next(NUMBERS) for one in refusing if one.mount == mount}
        made = {key: [number, sent, number] for key, number in numbers.items()}
        app.session_state[mount] = {"edits": {"session": session_of(app).token, "made": made}}
    return app.run()


OWN = "own"  # stands for what tells this session apart


@pytest.mark.parametrize(
    "state",
    [
        {"edits": None},
        {"edits": []},
        {"edits": {"session": None}},
        {"edits": {"session": "another", "made": {"edit_0_filters": [1, 9, 1]}}},
        {"edits": {"made": {"edit_0_filters": [1, 9, 1]}}},
        *(
            {"edits": {"session": OWN, "made": made}}
            for made in (
                None,
                1,
                "x",
                [1],
                {"edit_0_filters": 9},
                {"edit_0_filters": [9]},
                {"": [1, 9, 1]},
                {"edit_0_filters": [1, 9]},
                {"edit_0_filters": [1, 9, None]},
            )
        ),
        *(
            {"edits": {"session": OWN, "made": {"edit_0_filters": [number, 9, 1]}}}
            for number in (None, "1", 1.5, True, [1])
        ),
    ],
    ids=str,
)
def test_edits_in_another_form_change_nothing(state: dict[str, Any]) -> None:
    app = opened()
    before = kept(app)
    sent = state["edits"]
    if isinstance(sent, dict) and sent.get("session") == OWN:
        state = {"edits": {**sent, "session": session_of(app).token}}
    app.session_state["edit_0"] = state
    assert_survives(app.run(), before, state)


FORGED_PROGRESS = [
    '{"format": "cnnplay course 1"}',
    '{"format": "cnnplay course 1", "steps": {"no-such-step": {"passed": true}}}',
    '{"format": "cnnplay course 1", "steps": {"stride-read": {"passed": 1e999}}}',
    '{"format": "cnnplay course 1", "steps": [], "best": {"edges": "NaN"}}',
    '{"format": "cnnplay course 2", "steps": {}, "best": {}, "name": "<script>"}',
]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "x",
        {},
        {"works": "yes", "text": None},
        {"works": True, "text": 3},
        {"works": True, "text": "x" * (MOST + 1)},
        *({"works": True, "text": text} for text in ("x", "[]", "{}", "[" * 50_000, *FORGED_PROGRESS)),
    ],
    ids=lambda sent: ascii(sent)[:40],
)
def test_a_forged_entry_of_the_browsers_storage_changes_no_progress(sent: Any) -> None:
    app = opened("course.py")
    before = kept(app)
    token = {"session": session_of(app).token}
    app.session_state[STORAGE] = {"kept": token | sent if isinstance(sent, dict) else sent}
    app.run()
    assert session_of(app).states[Sitting].progress == Progress()
    session_of(app).states[Sitting] = Sitting()  # what the storage was found to hold is remembered
    assert_survives(app, before, sent)


def test_a_click_on_the_confusion_is_a_cell_of_it_or_nothing(run: str) -> None:
    app = seen("inside", "mistakes", run=run)
    before = kept(app)
    chart = next(chart.proto.id for chart in app.get("plotly_chart") if chart.proto.id.split("-")[-1] in CHARTS)
    for points in (
        [5],
        [{}],
        [None],
        {},
        {"0": 1},
        "x",
        [{"x": [1], "y": 2}],
        [{"x": -1, "y": 2}],
        [{"x": 1.5, "y": 2}],
    ):
        click = json.dumps({"selection": {"points": points}})
        assert_survives(send(app, WidgetState(id=chart, string_value=click)), before, points)
    send(app, WidgetState(id=chart, string_value=json.dumps({"selection": {"points": [{"x": 0, "y": 1}]}})))
    assert session_of(app).states[Mistakes] == Mistakes(truth=1, answer=0)


FIELDS = tuple(lab.key(field.name) for lab in LABS for field in fields(lab) if field.metadata.get("linked"))
NAMES = ("net", "run", *PARAMETERS, *FIELDS)
SHORT = [text for text in TEXTS if len(text) < 6000]
LINKS: list[dict[str, Any]] = [
    *({name: SHORT[(at + 5 * turn) % len(SHORT)] for turn, name in enumerate(NAMES)} for at in range(0, len(SHORT), 4)),
    {name: ["x", "y"] for name in NAMES},
    {f"p{number}": "x" for number in range(900)},
    {"embed": "true", "embed_options": "dark_theme", "net": "x"},
    {"": "", " ": " ", "__proto__": "x", "net[]": "x", "NET": "x", "run.id": "x"},
]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: ascii(link)[:40])
def test_a_hostile_link_opens_and_brings_nothing_of_its_own_onto_the_page(link: dict[str, Any]) -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params.update(link)
    app.switch_page("pages/architecture.py").run()
    assert not app.exception
    assert session_of(app).run is None
    allowed = {"net", *PARAMETERS, *FIELDS, "embed", "embed_options"}  # the last two are Streamlit's
    assert set(link_of(app)) <= allowed
    for part in (*app.warning, *app.error):
        unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", str(part.value))
        assert not re.search(r"[<>\[\]*`#$]|:\w", unescaped)


def test_of_a_parameter_that_is_repeated_one_is_taken() -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params.update({"batch": ["16", "64"], "net": ["x", "flatten-dense10"]})
    app.run()
    assert not app.exception
    assert (session_of(app).choice.net, session_of(app).choice.config.batch_size) == ("flatten-dense10", 64)


@pytest.mark.parametrize("page", ["home", "training", "inside", "draw"])
def test_whoever_names_another_visits_run_in_a_control_sees_nothing_of_it(page: str, run: str) -> None:
    app = seen(page)
    theirs = shared_engine().view(run)
    for one in controls(app):
        assert not one.send(run).run().exception
    session_of(app).choice = Choice(str(theirs.architecture), theirs.config, source=run)
    app.run()
    assert not app.exception
    assert session_of(app).run is None
    assert "· pretrained ·" in label_of_chip(app)
    after = shared_engine().view(run)
    assert (after.status, after.step) == (theirs.status, theirs.step)


@pytest.mark.parametrize("page", ["training", "inside", "draw"])
def test_a_run_that_does_not_exist_is_no_run(page: str) -> None:
    app = seen(page)
    for text in SHORT[1::6]:
        session_of(app).run = text
        app.run()
        assert not app.exception
        assert session_of(app).run is None


@pytest.mark.parametrize("page", ["convolution", "draw"])
def test_a_file_that_is_refused_is_said_and_takes_nothing_away(page: str) -> None:
    app = seen(page)
    if page == "convolution":
        put(app, "slide.image", "upload")
        app.file_uploader[0].upload("a.png", digit_like("RGB", "PNG"), "image/png").run()
        assert drawn(app, "player")
    before = kept(app)
    for name, (make, is_read) in FILES.items():
        if not is_read:
            app.file_uploader[0].upload("photo<b>.png", make(), "image/png").run()
            assert_survives(app, before, name)
            assert shown(app.error[0].value).endswith("."), name
    app.file_uploader[0].upload("b.png", digit_like("L", "PNG"), "image/png").run()
    assert not app.error


def reading_once() -> None:
    import streamlit as st

    from cnnplay.inputs.uploads import read_picture
    from cnnplay.network.parsing import DEFAULT
    from cnnplay.training.config import TrainConfig
    from cnnplay.ui.session import Choice, Session
    from cnnplay.ui.uploads import read_once

    st.session_state.setdefault("session", Session(Choice(DEFAULT, TrainConfig()), "visit"))
    times = st.session_state.setdefault("times", [])

    def read(content: bytes) -> object:
        times.append(len(content))
        return read_picture(content)

    file = st.file_uploader("A file")
    if file is not None:
        st.session_state.made = read_once("a picture", file, read)


def test_a_file_is_decoded_once_however_often_the_page_is_drawn_again() -> None:
    app = AppTest.from_function(reading_once, default_timeout=60).run()
    for content in (digit_like("L", "PNG"), b"no picture", digit_like("RGB", "JPEG")):
        app.file_uploader[0].upload("a.png", content, "image/png").run()
        before = len(app.session_state.times)
        for _ in range(3):
            app.run()
        assert len(app.session_state.times) == before
        assert app.session_state.times[-1] == len(content)
        assert bool(app.error) == (content == b"no picture")
        assert (app.session_state.made is None) == (content == b"no picture")
    assert np.array_equal(app.session_state.made, read_picture(digit_like("RGB", "JPEG")))


@pytest.mark.parametrize(
    "net",
    [
        "conv32k1p32-" + "conv32k32same-" * 12 + "max4-flatten-dense10",
        "conv1k1p32-" * 14 + "conv1k3same-relu-" * 11 + "flatten-dense10",
    ],
    ids=["too many sums", "too many values"],
)
@pytest.mark.parametrize(("page", "part"), [("inside", "maps"), ("home", None)])
def test_a_network_that_takes_minutes_to_ask_is_refused_in_a_sentence(net: str, page: str, part: str | None) -> None:
    app = seen(page, part, net=net)
    assert "too large to look into" in words_of(app)
    assert not drawn(app, "maps")
    for network in drawn(app, "zoom"):
        assert not any("values" in layer for layer in network["layers"])
