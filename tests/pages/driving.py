"""How the page tests open a page, press its buttons and read it."""

import json
import re
import time
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from cnnplay.engine.engine import shared_engine
from cnnplay.state.fields import State
from cnnplay.ui.session import Session

ROOT = Path(__file__).parents[2]


def opened(page: str = "home.py", **link: str) -> AppTest:
    """A page, opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"pages/{page}").run() if page != "home.py" else app


def words_of(app: AppTest) -> str:
    """All texts of the page."""
    kinds = ("title", "markdown", "caption", "error", "warning")
    return "\n".join(shown(str(part.value)) for kind in kinds for part in app.get(kind))


def shown(text: str) -> str:
    """A text with its Markdown escapes, as it is read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if shown(button.label) == label).click().run()
    assert not app.exception
    return app


def drawn(app: AppTest, component: str) -> list[dict[str, Any]]:
    """The data that the components of a name receive, in the page's order."""
    found = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json)[0] for proto in found if proto.component_name == f"cnnplay_{component}"]


def session_of(app: AppTest) -> Session:
    """What the app holds for this visitor: the choice, the run in view, the states of the labs."""
    found: Session = app.session_state.session
    return found


def choose(app: AppTest, *states: State) -> AppTest:
    """Run the page with these states of its labs."""
    session_of(app).states |= {type(state): state for state in states}
    app.run()
    assert not app.exception
    return app


def wait_for_run(app: AppTest) -> None:
    deadline = time.monotonic() + 60
    run = session_of(app).run
    assert run is not None
    while shared_engine().view(run).live:
        assert time.monotonic() < deadline, "the run did not end"
        time.sleep(0.02)


def control(app: AppTest, name: str) -> Any:
    """A control by its name, whatever kind of widget it is."""
    kinds = ("slider", "select_slider", "selectbox", "number_input", "toggle", "text_input", "segmented_control")
    return next(w for kind in kinds for w in app.get(kind) if w.key and w.key.split("@")[0] == name)


def put(app: AppTest, name: str, value: Any) -> AppTest:
    control(app, name).set_value(value).run()
    assert not app.exception
    return app
