"""Every press counts and is answered, also where the server is so slow that requests overtake answers.

The server's event loop, and the threads that run scripts, are held up on purpose where that matters.
"""

import asyncio
import sys
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.in_process import PAGE, Visitor, hold_up_until, on_a_server, script_threads, until


@pytest.fixture
def page(tmp_path: Path) -> Path:
    script = tmp_path / "page.py"
    script.write_text(PAGE.format(callback=0))
    return script


@pytest.fixture
def slow_page(tmp_path: Path) -> Path:
    """A page whose button takes a moment."""
    script = tmp_path / "page.py"
    script.write_text(PAGE.format(callback=0.3))
    return script


def test_the_app_is_served_without_fast_reruns():
    settings = (Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "\nfastReruns = false\n" in settings


def test_an_answer_is_drawn_where_a_fragment_asks_before_its_last_messages_are_sent(page: Path):
    async def act(visitor: Visitor) -> None:
        visitor.press()
        hold_up_until(lambda: not script_threads())
        visitor.poll()
        await until(visitor.finished)
        assert visitor.shows("presses 1")
        await until(lambda: visitor.finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))

    on_a_server(page, act)


def test_requests_that_wait_keep_their_order(page: Path):
    async def act(visitor: Visitor) -> None:
        visitor.press()
        hold_up_until(lambda: not script_threads())
        for level in (1, 2, 3):
            visitor.poll()
            visitor.set_level(level)
        await until(lambda: visitor.shows("level 3"))
        await until(lambda: not script_threads())
        assert [m.delta.new_element.markdown.body for m in visitor.messages if "level" in str(m.delta)][-1] == "level 3"

    on_a_server(page, act)


def test_a_press_counts_where_the_page_is_asked_for_again_before_its_thread_has_begun(page: Path):
    async def act(visitor: Visitor) -> None:
        before = sys.getswitchinterval()
        sys.setswitchinterval(5)  # the new thread does not get far
        visitor.press()
        visitor.ask()
        sys.setswitchinterval(before)
        await until(lambda: visitor.finished() and visitor.shows("presses 1"))

    for _ in range(5):
        on_a_server(page, act)


def test_a_press_is_carried_out_to_its_end_where_the_page_is_asked_for_again_meanwhile(slow_page: Path):
    async def act(visitor: Visitor) -> None:
        visitor.press()
        await asyncio.sleep(0.1)  # it is being carried out
        visitor.ask()
        await until(lambda: visitor.finished() and visitor.shows("presses 1"))

    on_a_server(slow_page, act)
