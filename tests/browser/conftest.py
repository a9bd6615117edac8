"""A real server with the real app, and a real Chromium."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.find_chromium import find_chromium

ROOT = Path(__file__).parents[2]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 60_000  # milliseconds: a compile on a busy machine

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, each in another worker's share, so that none is left alone at the end."""
    longest = [item for item in items if item.name.startswith("test_no_edit_is_lost")]
    others = [item for item in items if item not in longest]
    for number, item in enumerate(longest):
        others.insert(number * len(items) // len(longest), item)
    items[:] = others


@contextmanager
def served(port: int | None = None) -> Iterator[str]:
    """The app in a process of its own; its address. port: of a server that has ended, to begin again in its place."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port or 0))
        port = free.getsockname()[1]
    options = [
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
        "--server.headless",
        "true",
        "--server.fileWatcherType",
        "none",
    ]
    process = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options], cwd=ROOT)
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the app's server did not become healthy within 60 seconds")


@pytest.fixture(scope="session")
def app() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = find_chromium()
    assert executable, "There is no Chromium: see tests/browser/find_chromium.py"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(executable), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium) as page:
        yield page


@contextmanager
def visitor(chromium: Browser) -> Iterator[Page]:
    """A fresh visitor on a laptop. Whatever it asks of other hosts is a failure: the app loads nothing from outside."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if _outside(request.url) else None)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    tracebacks = page.get_by_test_id("stException").all_inner_texts()
    context.close()
    assert tracebacks == []
    assert outside == []
    assert errors == []


def _outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
