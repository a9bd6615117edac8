"""Connections that break, tabs that close, servers that restart: what each leaves behind, seen by its visitor."""

import os
import re
import selectors
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import PATIENCE, ROOT, _wait_until_healthy, visitor
from .driving import button, last_step, main_progress, open_page, settle, wait_for_step, wait_until

LONG = "training?epochs=50&batch=8"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(port: int, log: Path, **environment: str) -> Iterator[Callable[[str], bool]]:
    """The app on a port of its own; gives a function that tells whether its log has a text."""
    options = {"port": str(port), "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    arguments = [part for name, value in options.items() for part in (f"--server.{name}", value)]
    with log.open("a") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *arguments],
            cwd=ROOT,
            env=os.environ | environment,
            stderr=written,
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield lambda text: text in log.read_text("utf-8")
        finally:
            process.terminate()
            process.wait(timeout=30)


class Line:
    """The line between a browser and the server, which can be cut and fixed."""

    def __init__(self, server: int):
        self._server, self._whole, self._ends = server, True, set[socket.socket]()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def repair(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if self._whole:
                    threading.Thread(target=self._carry, args=(near,), daemon=True).start()
                else:
                    near.close()

    def _carry(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection(("127.0.0.1", self._server)) as far:
            ends = {near: far, far: near}
            self._ends |= ends.keys()
            with selectors.DefaultSelector() as ready:
                for end in ends:
                    ready.register(end, selectors.EVENT_READ)
                while True:
                    for key, _ in ready.select():
                        part = key.fileobj.recv(65536)  # type: ignore[union-attr]
                        if not part:
                            self._ends -= ends.keys()
                            return
                        ends[key.fileobj].sendall(part)  # type: ignore[index]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "server.log"


def start(page: Page, address: str) -> None:
    open_page(page, address)
    button(page, "Start").click()
    wait_for_step(page, 20)


def test_a_run_goes_on_while_the_connection_is_cut_and_the_page_finds_it_again(page: Page, log: Path) -> None:
    port = free_port()
    with serving(port, log):
        line = Line(port)
        start(page, f"http://127.0.0.1:{line.port}/{LONG}")
        before = last_step(page)
        line.cut()
        app = page.get_by_test_id("stApp")
        expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
        line.repair()
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
        wait_for_step(page, before + 200)
        expect(main_progress(page)).to_contain_text("training: epoch")
        button(page, "Pause").click()
        expect(page.get_by_text("paused:")).to_be_visible()
        line.close()


def test_a_closed_tabs_run_pauses_and_its_link_brings_it_back(chromium: Browser, log: Path) -> None:
    port = free_port()
    with serving(port, log, CNNPLAY_SILENCE="3") as logged:
        with visitor(chromium) as page:
            start(page, f"http://127.0.0.1:{port}/{LONG}")
            settle(page)
            link, before = page.url, last_step(page)
            assert not logged("nobody is watching")
        with visitor(chromium) as page:
            wait_until(page, lambda: logged("nobody is watching"))
            page.goto(link)
            expect(
                page.get_by_text("Run 1 (6 filters 2×2, max 2) paused while nobody watched it, and goes on.")
            ).to_be_visible()
            wait_for_step(page, before + 100)
            # A reload is no stranger either.
            page.reload()
            wait_for_step(page, before + 200)
            button(page, "Pause").click()
            expect(page.get_by_text("paused:")).to_be_visible()


def test_a_page_that_is_left_open_keeps_its_run_going(page: Page, log: Path) -> None:
    """On a page without curves, whose only sign of life is the heartbeat."""
    port = free_port()
    with serving(port, log, CNNPLAY_SILENCE="3") as logged:
        start(page, f"http://127.0.0.1:{port}/training?epochs=1&images=20000&batch=8")
        page.get_by_role("link", name="Home", exact=True).click()
        wait_until(page, lambda: logged(" finished after 2500 steps"))
        assert not logged("nobody is watching")


def test_a_restarted_server_says_so_and_trains_the_network_again_by_a_button(page: Page, log: Path) -> None:
    port = free_port()
    with serving(port, log):
        start(page, f"http://127.0.0.1:{port}/{LONG}&net=conv5k3-relu-max2-flatten-dense10&seed=9")
        settle(page)
    with serving(port, log):
        told = page.get_by_text("it ended when the server was restarted")
        expect(told).to_be_visible(timeout=2 * PATIENCE)
        button(page, "Train it again").click()
        expect(told).to_have_count(0)
        settle(page)  # without the notice everything moves up: until the script has ended, the old bar is there as well
        expect(main_progress(page)).to_contain_text("training: epoch")
        expect(page).to_have_url(re.compile(r"net=conv5k3-relu-max2-flatten-dense10.*seed=9"))
        settle(page)
        button(page, "Pause").click()
        expect(page.get_by_text("paused:")).to_be_visible()


def test_the_queue_is_shown_and_moves_on_by_itself(chromium: Browser, log: Path) -> None:
    port = free_port()
    with serving(port, log, CNNPLAY_ACTIVE_RUNS="1"), visitor(chromium) as first, visitor(chromium) as second:
        start(first, f"http://127.0.0.1:{port}/{LONG}")
        open_page(second, f"http://127.0.0.1:{port}/{LONG}")
        button(second, "Start").click()
        expect(main_progress(second)).to_contain_text(
            "6 filters, not tested yet is 1st in the queue: 1 run is training, yours begins when one of them ends or "
            "pauses"
        )
        button(first, "Pause").click()
        wait_for_step(second, 20)
        button(second, "Pause").click()
        expect(second.get_by_text("paused:")).to_be_visible()
