"""What one tab asks for beyond its share does not pass, nothing that a hand does is lost, and the page says so."""

import asyncio
import re
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.load.process import served
from benchmarks.load.tab import Tab
from benchmarks.soak.page import PageTab
from cnnplay.data.datasets import Dataset
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.ui.crowd import Asking
from cnnplay.ui.reruns import correct_streamlit
from cnnplay.ui.shares import UNSENT, keep_shares, turns
from cnnplay.ui.shares import asking as asking_of
from tests.in_process import PAGE, Visitor, on_a_server, script_threads, until
from tests.payloads import PAYLOADS

RATE = Limits().asks_a_second
BEFORE = """
import streamlit as st
from cnnplay.ui import crowd, toasts
from cnnplay.ui.session import Session

if "session" not in st.session_state:
    st.session_state.session = Session(choice=None, visit="")
"""
AFTER = """
crowd.tell()
toasts.show_toasts()
toasts.run_has_ended()
"""
TYPED = "what somebody typed"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page of tests/in_process.py, which tells what it has to tell."""
    script = tmp_path / "page.py"
    script.write_text(BEFORE + PAGE.format(callback=0) + AFTER)
    return script


def on_a_shared_server(script: Path, act: Callable[[Visitor], Coroutine[None, None, None]]) -> None:
    correct_streamlit()
    keep_shares()
    on_a_server(script, act)
    assert not len(turns())  # every turn has come to an end


def asking(visitor: Visitor) -> Asking:
    found = visitor._runtime._session_mgr.get_active_session_info(visitor._session)
    assert found
    return asking_of(found.session)


def toasts(visitor: Visitor) -> list[str]:
    return [m.delta.new_element.toast.body for m in visitor.messages if m.delta.new_element.toast.body]


def test_of_a_thousand_forged_values_few_pass_the_last_one_counts_and_the_page_says_so(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        began = time.monotonic()
        for number in range(1000):
            visitor.set_level(number % 10)
        await until(lambda: visitor.shows("level 9") and not asking(visitor).held and not script_threads())
        assert [m.delta.new_element.markdown.body for m in visitor.messages if "level" in str(m.delta)][-1] == "level 9"
        passed = (2 + time.monotonic() - began) * RATE + 2
        assert sum(m.WhichOneof("type") == "new_session" for m in visitor.messages) <= passed
        await until(lambda: toasts(visitor))
        told = re.search(r"so (\d+) of its requests were skipped", toasts(visitor)[-1])
        assert told and 0 < int(told[1]) <= asking(visitor).left_out
        assert asking(visitor).left_out >= 1000 - passed

    on_a_shared_server(page, act)


def test_a_press_among_a_thousand_forged_values_counts(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        for number in range(100):
            visitor.set_level(number % 10)
        visitor.press()
        for number in range(100):
            visitor.set_level(number % 10)
            visitor.poll()
        await until(lambda: visitor.shows("level 9") and visitor.shows("presses 1"))
        await until(lambda: not asking(visitor).held and not script_threads())

    on_a_shared_server(page, act)


def test_what_a_hand_can_do_is_never_left_out(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        for number in range(1, 31):
            visitor.press()
            await until(lambda presses=number: visitor.shows(f"presses {presses}"))  # type: ignore[misc]
        assert not asking(visitor).left_out
        assert not toasts(visitor)

    on_a_shared_server(page, act)


def test_a_timer_asks_in_vain_while_the_line_is_behind_and_a_hand_does_not(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        line: asyncio.Queue[bytes] = asyncio.Queue()
        visitor._send_queue = line  # type: ignore[attr-defined]  # as Streamlit's own clients have it
        for _ in range(UNSENT + 1):
            line.put_nowait(b"")
        for _ in range(5):
            visitor.poll()
        visitor.press()
        await until(lambda: visitor.shows("presses 1") and visitor.finished() and not script_threads())
        assert not visitor.finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        line.get_nowait()
        visitor.poll()
        await until(lambda: visitor.finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))

    on_a_shared_server(page, act)


def test_news_is_told_once(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        asking(visitor).news.append("A file is gone.")
        for presses in (1, 2):
            visitor.press()
            await until(lambda presses=presses: visitor.shows(f"presses {presses}") and not script_threads())  # type: ignore[misc]
        assert toasts(visitor) == ["A file is gone."]

    on_a_shared_server(page, act)


def test_a_page_that_waited_long_for_its_turn_says_so(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        others = [turns().ask(f"other {number}", "here") for number in range(Limits().drawn_at_once)]
        for at in range(3):  # one after another keeps the page waiting, each for a moment
            others += [turns().ask(f"further {at}, {number}", "elsewhere") for number in range(Limits().drawn_at_once)]
        visitor.press()
        await until(lambda: toasts(visitor))
        assert re.match(r"This page waited \d seconds for its turn", toasts(visitor)[0])
        for turn in others:
            turns().give_back(turn)
        visitor.messages.clear()
        visitor.press()
        await until(lambda: visitor.shows("presses 2") and not script_threads())
        assert not toasts(visitor)

    on_a_shared_server(page, act)


def test_a_thousand_starts_keep_few_runs_push_out_nobodys_and_are_told(small: Dataset) -> None:
    engine, network = Engine(lambda: small), Architecture.parse("flatten-dense10")
    config = TrainConfig(epochs=1, train_images=100)
    try:
        theirs = engine.start(network, config, "somebody else")
        before = None
        for _ in range(1000):
            run = engine.start(network, config, "visitor")
            if before:
                engine.pause(before)  # as the page does
            before = run
        assert len(engine.views("visitor")) == engine.limits.runs_a_visit
        assert engine.view(theirs).queue_position is None
        told = engine.take_notices("visitor")
        assert told
        assert all("at most 8 runs of one visitor are kept" in notice.message for notice in told)
        assert not [n for n in engine.take_notices("somebody else") if "dropped" in n.message]
    finally:
        engine.close()


async def _forge(tab: Tab) -> None:
    """What a browser can say in its requests, with a text that is none of it."""
    for text in (text for text in PAYLOADS if text.isascii() or text.isprintable()):
        for request in ({"fragment_id": text}, {"page_name": text}, {"page_script_hash": text}, {"query_string": text}):
            message = BackMsg(rerun_script=ClientState(**request))
            await tab._socket.send(message.SerializeToString())
            await asyncio.sleep(0.002)


async def _type_everywhere(tab: PageTab) -> int:
    """A text that is nobody's business, into every text field of the pages that have some; how many there were."""
    typed = 0
    for page in ("convolution", "pooling", "inside", "draw", "data", "export"):
        await tab.go(page)
        for field in [field for field in tab.fields() if field["kind"] == "text"]:
            await tab.edit(field, TYPED)
            typed += 1
    return typed


def test_a_server_that_is_full_says_so_and_its_log_has_clean_lines() -> None:
    async def act(port: int) -> None:
        first, _ = await Tab.open(port)
        second, _ = await Tab.open(port)
        assert not first.problems + second.problems
        third, _ = await Tab.open(port)
        assert third.problems == [problem for problem in third.problems if "This server is full: 2 pages" in problem]
        assert third.problems
        await second.close()  # the third, which was turned away, is still open and takes no place
        fourth = await PageTab.visit(port, "", "slide.image=test", lambda _: None)
        assert not fourth.problems
        await third.close()
        assert await _type_everywhere(fourth) > 2
        await _forge(fourth)
        await fourth.close()
        await first.close()

    with served(environment={"CNNPLAY_TABS": "2"}) as server:
        server.wait_until_healthy()
        asyncio.run(act(server.port))
        log = server.log_text()
    lines = [line for line in log.split("\n") if line.strip()]
    assert any("does not exist" in line for line in lines)  # Streamlit quotes what was forged
    for line in lines:
        assert line.isprintable(), ascii(line)
        assert re.match(r"\d{4}-\d\d-\d\d [\d:,.]+ |    \| |  ", line), line[:200]
    assert TYPED not in log
