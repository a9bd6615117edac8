"""Closed tabs are let go of after a while, open ones never, and those that come back in time stay."""

from cnnplay.ui.session_cleanup import Sessions


class Server:
    """Which tabs are open, what was let go, and a clock that is set by hand."""

    def __init__(self, *open_tabs):
        self.open, self.gone, self.now = set(open_tabs), [], 0.0
        self.sessions = Sessions(self.open.__contains__, self.gone.append, patience=100, clock=lambda: self.now)
        for tab in open_tabs:
            self.sessions.seen(tab)

    def at(self, now):
        self.now = now
        self.sessions.look()
        return self.gone


def test_an_open_tab_stays_for_ever():
    server = Server("a")
    assert server.at(10_000) == server.at(20_000) == []


def test_a_closed_tab_is_let_go_once_its_time_is_over():
    server = Server("a", "b")
    server.open.remove("a")
    assert server.at(5) == []
    assert server.at(104.9) == []
    assert server.at(105) == ["a"]
    assert server.at(500) == ["a"]
    assert len(server.sessions) == 1


def test_whoever_comes_back_in_time_begins_anew():
    server = Server("a")
    server.open.remove("a")
    server.at(0)
    server.open.add("a")
    server.at(90)
    server.open.remove("a")
    server.at(95)
    assert server.at(190) == []
    assert server.at(195) == ["a"]


def test_a_session_that_was_let_go_is_known_again_when_it_runs():
    server = Server("a")
    server.open.remove("a")
    server.at(0)
    server.at(100)
    server.open.add("a")
    server.sessions.seen("a")
    assert len(server.sessions) == 1
    assert server.at(300) == ["a"]
