"""The state of a closed tab is released after a delay, unless the tab reopens in time; open tabs keep theirs."""

import asyncio
import time

from benchmarks.load.process import served
from benchmarks.load.tab import Tab
from cnnplay.ui.session_cleanup import Sessions


class Server:
    """A server with open tabs, a list of released ones, and a clock that the test sets."""

    def __init__(self, *open_tabs):
        self.open, self.released, self.now = set(open_tabs), [], 0.0
        self.sessions = Sessions(self.open.__contains__, self.released.append, patience=100, clock=lambda: self.now)
        for tab in open_tabs:
            self.sessions.seen(tab)

    def at(self, now):
        self.now = now
        self.sessions.look()
        return self.released


def test_an_open_tab_is_never_released():
    server = Server("a")
    assert server.at(10_000) == server.at(20_000) == []


def test_a_closed_tab_is_released_after_the_delay():
    server = Server("a", "b")
    server.open.remove("a")
    assert server.at(5) == []
    assert server.at(104.9) == []
    assert server.at(105) == ["a"]
    assert server.at(500) == ["a"]
    assert len(server.sessions) == 1


def test_a_tab_that_reopens_in_time_restarts_the_delay():
    server = Server("a")
    server.open.remove("a")
    server.at(0)
    server.open.add("a")
    server.at(90)
    server.open.remove("a")
    server.at(95)
    assert server.at(190) == []
    assert server.at(195) == ["a"]


def test_a_released_session_is_tracked_again_when_it_runs():
    server = Server("a")
    server.open.remove("a")
    server.at(0)
    server.at(100)
    server.open.add("a")
    server.sessions.seen("a")
    assert len(server.sessions) == 1
    assert server.at(300) == ["a"]


def test_a_server_frees_the_session_of_a_closed_tab_and_keeps_that_of_an_open_one():
    async def visit(server):
        first, _ = await Tab.open(server.port)
        (id,) = (await server.ask())["sessions"]
        await first.close()
        second, _ = await Tab.open(server.port)
        deadline = time.monotonic() + 60
        while id in (there := (await server.ask())["sessions"]):
            assert time.monotonic() < deadline, server.log_text()
            await second.move("edit_0_kernel", 2)  # Streamlit keeps the session of the tab that was answered last
            await asyncio.sleep(0.1)
        assert there == [second.session]
        await second.close()

    with served(observed=True, environment={"CNNPLAY_CLOSED_TAB": "1"}) as server:
        server.wait_until_healthy()
        asyncio.run(visit(server))
        assert "let go: its tab was closed" in server.log_text()
