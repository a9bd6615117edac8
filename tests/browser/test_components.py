"""The components come in a file of their own: once for a visit, and not with the messages about them."""

import re

from playwright.sync_api import Page, Route, expect

from cnnplay.ui.components.bundle import file_name

from .driving import go, open_page


def test_the_components_are_fetched_once_and_no_message_carries_them(page: Page, app: str) -> None:
    heard: list[bytes] = []
    fetched: list[str] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda data: heard.append(bytes(data))))
    page.on("request", lambda request: fetched.append(request.url) if file_name() in request.url else None)
    open_page(page, app)
    for title in ("Convolution", "Training", "Pooling"):
        go(page, title)
    assert fetched == [f"{app}/{file_name()}"]
    sent = b"".join(heard)
    assert f"{file_name()}".encode() in sent
    assert b"$module" not in sent  # see cnnplay/ui/components/modules.py


def test_they_come_where_the_line_was_cut_at_first(page: Page, app: str) -> None:
    left = [3]

    def cut(route: Route) -> None:
        left[0] -= 1
        route.abort() if left[0] >= 0 else route.continue_()

    page.route(re.compile(file_name()), cut)
    open_page(page, f"{app}/convolution")
    expect(page.get_by_test_id("player-play")).to_be_visible()
    assert left[0] < 0
