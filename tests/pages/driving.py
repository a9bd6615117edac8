"""How the page tests open a page, press its buttons and read it."""

import json
import re
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from cnnplay.engine.engine import shared_engine
from cnnplay.state.fields import State
from cnnplay.ui.plain_text import JOINER
from cnnplay.ui.session import Session

ROOT = Path(__file__).parents[2]


def opened(page: str = "home.py", **link: str) -> AppTest:
    """A page, opened by a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run() if page == "home.py" else app.switch_page(f"pages/{page}").run()


def words_of(app: AppTest) -> str:
    """All texts of the page."""
    kinds = ("title", "markdown", "caption", "error", "warning")
    return "\n".join(shown(str(part.value)) for kind in kinds for part in app.get(kind))


def shown(text: str) -> str:
    """A text with its Markdown escapes, as it is read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace(JOINER, "")


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if shown(button.label) == label).click().run()
    assert not app.exception
    return app


def drawn(app: AppTest, component: str) -> list[dict[str, Any]]:
    """The data that the components of a name receive, in the page's order."""
    found = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json)[0] for proto in found if proto.component_name == f"cnnplay_{component}"]


def said(app: AppTest) -> str:
    """The answer to the image or the drawing, with what stands below it."""
    strip = drawn(app, "answer")[0]
    return "\n".join([strip["headline"], *strip["lines"]])


def link_of(app: AppTest) -> dict[str, str]:
    """The parameters of the page's address, as the browser is told to show it."""
    (address,) = drawn(app, "address")
    return dict(parse_qsl(address["query"], keep_blank_values=True))


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


def label_of_chip(app: AppTest) -> str:
    """What the page says which network it looks at."""
    (chip,) = (part.proto.popover for part in app.main.get("popover") if "chip" in part.proto.id)
    return str(chip.label)


@dataclass
class ShownControl:
    """A control as the page shows it, and the means to change it as a browser does."""

    app: AppTest
    mount: str
    field: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.field["name"])

    @property
    def label(self) -> str:
        return str(self.field["label"])

    @property
    def value(self) -> Any:
        """What it stands for: of a list the option, not its title."""
        return self.read(self.field["value"])

    @property
    def options(self) -> list[Any]:
        return [self._option(title) for title in self.field["options"]]

    def _option(self, title: str) -> Any:
        return self.read([title])[0] if self.field["kind"] == "several" else self.read(title)

    def read(self, sent: object) -> Any:
        return session_of(self.app).controls[self.key].read(sent)

    def set_value(self, value: Any) -> "ShownControl":
        """Where it has options, an option, or a list of several; what a browser sends are their titles."""
        options = self.field.get("options", [])
        if self.field["kind"] == "several":
            return self.send([title for title in options if self._option(title) in value])
        titles = [title for title in options if self._option(title) == value]
        return self.send(titles[0] if titles else value)

    def send(self, sent: object) -> "ShownControl":
        """What a browser sends, right or wrong."""
        number = next(NUMBERS)
        made = {self.key: [number, sent, number]}
        self.app.session_state[self.mount] = {"edits": {"session": session_of(self.app).token, "made": made}}
        return self

    def run(self) -> AppTest:
        return self.app.run()


NUMBERS = count(1)


def controls(app: AppTest) -> list[ShownControl]:
    """All controls of the page, in its order."""
    return [ShownControl(app, data["key"], field) for data in drawn(app, "fields") for field in data["fields"]]


def control(app: AppTest, name: str) -> ShownControl:
    """A control by its name, whatever kind it is."""
    return next(one for one in controls(app) if one.key.split("@")[0] == name)


def put(app: AppTest, name: str, value: Any) -> AppTest:
    control(app, name).set_value(value).run()
    assert not app.exception
    return app
