"""What the app takes for granted of Streamlit, beyond its documented API, is so in the installed release."""

import logging
import re
from pathlib import Path

import pytest
import streamlit

import cnnplay
from cnnplay.ui import streamlit_details
from cnnplay.ui.streamlit_details import ATTRIBUTES, CLASSES, DETAILS, TEST_IDS, TESTED, Detail, holds, report

UI = Path(cnnplay.__file__).parent / "ui"
FILES = [file for kind in ("py", "js", "css") for file in sorted(UI.rglob(f"*.{kind}")) if "vendor" not in file.parts]
NAMES = re.compile(r"\bst[A-Z]\w+")
# Modules of Streamlit that are no documented API, and which modules of ours import them.
INTERNAL = re.compile(
    r"^\s*from streamlit(?:\.(?!components|starlette|testing)[\w.]+ import|(?= import (?!components)))", re.M
)
ALLOWED = {
    "reruns.py",
    "crowd.py",
    "shares.py",
    "downloads.py",
    "intake.py",
    "session_cleanup.py",
    "first_document.py",
    "sidebar.py",  # a type
    "reserved.py",  # a type
}


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: detail.what)
def test_the_installed_release_has(detail: Detail) -> None:
    assert holds(detail), f"Streamlit {streamlit.__version__} has changed: {detail.what}; without it, {detail.without}"


def test_a_detail_that_is_not_there_does_not_hold() -> None:
    assert not holds(Detail("", "", streamlit_details.has("runtime:Runtime", "no_such_thing")))
    assert not holds(Detail("", "", streamlit_details.in_scripts("no such text in any script")))
    assert not holds(Detail("", "", streamlit_details.has("no_such_module:Runtime")))
    assert not holds(Detail("", "", streamlit_details.mentions("runtime:Runtime.__init__", "no such text in it")))


def test_every_name_of_streamlit_s_elements_that_we_use_is_in_the_table() -> None:
    used = {name for file in FILES if file.name != "streamlit_details.py" for name in NAMES.findall(file.read_text())}
    assert used == {*TEST_IDS, *CLASSES}


def test_every_attribute_that_we_use_is_in_the_table() -> None:
    text = "".join(file.read_text() for file in FILES if file.name != "streamlit_details.py")
    assert set(re.findall(r"data-(?:test|stale)[\w-]*", text)) - {"data-testid"} == set(ATTRIBUTES)


def test_internal_modules_are_imported_in_few_places() -> None:
    assert {file.name for file in FILES if file.suffix == ".py" and INTERNAL.search(file.read_text())} == ALLOWED


@pytest.mark.parametrize(
    "release, untested", [("1.65.1", True), ("1.66.0", True), ("1.67.3", False), ("1.68.0", True), ("2.0.0", True)]
)
def test_the_server_says_which_release_is_untested(
    release: str, untested: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(streamlit, "__version__", release)
    with caplog.at_level(logging.WARNING):
        report()
    assert any(release in line and "passed with 1.67" in line for line in caplog.messages) == untested


def test_the_server_says_what_has_changed(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(streamlit_details, "DETAILS", (Detail("the moon is round", "nights are dark", lambda: False),))
    with caplog.at_level(logging.WARNING):
        report()
    assert caplog.messages[-1].endswith("the moon is round. Without it, nights are dark")


def test_the_requirements_name_the_tested_releases() -> None:
    text = (UI.parents[1] / "requirements.txt").read_text()
    found = re.search(r"^streamlit>=(\d+)\.(\d+)(?:\.\d+)?,<(\d+)\.(\d+)\b", text, re.M)
    assert found
    oldest, beyond = tuple(map(int, found.groups()[:2])), tuple(map(int, found.groups()[2:]))
    assert (oldest, (beyond[0], beyond[1] - 1)) == TESTED
