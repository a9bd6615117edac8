"""What a browser still reports from a page that its session has left changes nothing, and shows no error."""

import asyncio
from urllib.parse import urlencode

from benchmarks.load.process import served
from benchmarks.load.tab import TabError
from benchmarks.soak.acts import key_of
from benchmarks.soak.page import PageTab
from tests.hostile import LISTENERS


async def reports(port: int) -> list[str]:
    """Leave each page, and send what its components would; the keys of those that were there."""
    sent = []
    for listener in LISTENERS:
        query = urlencode({f"{listener.page}.tab": listener.part} if listener.part else {})
        tab = await PageTab.visit(port, listener.page, query, lambda _: None)
        there = [widget for widget, _ in tab.data(listener.component) if key_of(widget) == listener.key]
        await tab.go("architecture")
        for widget in there:
            await tab.trigger(widget, listener.event, listener.usual or "1")
            assert not tab.exceptions, (listener.key, tab.exceptions)
            assert not tab.problems, (listener.key, tab.problems)
            sent.append(listener.key)
        await tab.close()
    return sent


def test_a_report_of_a_component_that_is_gone_is_answered_without_an_error() -> None:
    with served() as server:
        server.wait_until_healthy()
        try:
            sent = asyncio.run(reports(server.port))
        except TabError as error:
            raise AssertionError(f"{error}\n{server.log_text()[-3000:]}") from None
        assert "Traceback" not in server.log_text()
    assert len(sent) > 15  # the others need drawings, classes or runs
