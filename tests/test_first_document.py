"""The document that a visit begins with is Streamlit's own, with hints that fit this release of it."""

import re
from pathlib import Path

import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

from cnnplay.ui.first_document import EVERYWHERE, SCRIPTS, WIDGETS, document, scripts
from cnnplay.ui.navigation import PAGES


@pytest.mark.parametrize("widget", sorted({*EVERYWHERE, *(name for names in WIDGETS.values() for name in names)}))
def test_every_widget_named_is_a_script_of_streamlit(widget):
    assert len(list(SCRIPTS.glob(f"{widget}.*.js"))) == 1


def test_every_page_has_its_row():
    assert list(WIDGETS) == list(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_hints_name_files_that_exist_and_each_once(name):
    linked = re.findall(r'href="\./static/js/([^"]+)"', document(name))
    assert set(scripts(name)) <= set(linked)
    assert len(linked) == len(set(linked))
    assert [file for file in linked if not (SCRIPTS / file).is_file()] == []


@pytest.mark.parametrize("name", PAGES)
def test_the_server_is_named_before_streamlit_looks_for_it(name):
    text = document(name)
    assert text.index("BACKEND_BASE_URL") < text.index('<script type="module"')


def test_streamlit_run_takes_the_entrypoint_for_a_server_of_its_own():
    found = discover_asgi_app(Path(__file__).parents[1] / "streamlit_app.py")
    assert found.import_string == "streamlit_app:app"
