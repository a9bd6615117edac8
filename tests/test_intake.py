"""What one tab sends beyond what pages send changes nothing, and what it uploads takes bounded memory."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from cnnplay.engine.limits import MEGABYTE, Limits
from cnnplay.ui import intake
from cnnplay.ui.crowd import Asking
from cnnplay.ui.intake import AT_ONCE, MOST_BYTES, MOST_FILES, MOST_TASKS, bound_intake
from cnnplay.ui.reruns import correct_streamlit
from cnnplay.ui.shares import keep_shares
from cnnplay.ui.turns import Bucket
from tests.in_process import PAGE, Visitor, on_a_server, script_threads, until


@pytest.fixture
def page(tmp_path: Path) -> Path:
    script = tmp_path / "page.py"
    script.write_text(PAGE.format(callback=0))
    return script


def on_a_bounded_server(script: Path, act: Callable[[Visitor], Coroutine[None, None, None]]) -> None:
    correct_streamlit()
    keep_shares()
    bound_intake()
    on_a_server(script, act)


def send(visitor: Visitor, message: BackMsg) -> None:
    visitor._runtime.handle_backmsg(visitor._session, message)


def kinds(visitor: Visitor) -> list[str | None]:
    return [message.WhichOneof("type") for message in visitor.messages]


def test_what_only_a_developers_menu_sends_takes_nobodys_state(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        visitor.press()
        await until(lambda: visitor.shows("presses 1") and not script_threads())
        send(visitor, BackMsg(clear_cache=True))
        send(visitor, BackMsg(set_run_on_save=True))
        visitor.press()
        await until(lambda: visitor.shows("presses 2"))

    on_a_bounded_server(page, act)


def test_a_message_of_unusual_size_is_dropped_and_the_next_is_answered(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        for _ in range(20):
            send(visitor, BackMsg(rerun_script=ClientState(query_string="x" * MOST_BYTES)))
        visitor.press()
        await until(lambda: visitor.shows("presses 1") and not script_threads())
        assert kinds(visitor).count("new_session") == 1

    on_a_bounded_server(page, act)


def asking_for_files(count: int) -> BackMsg:
    message = BackMsg()
    message.file_urls_request.request_id = "request"
    message.file_urls_request.file_names.extend(["name"] * count)
    return message


def test_places_for_files_are_given_for_as_many_as_one_chooses_and_not_without_end(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        send(visitor, asking_for_files(MOST_FILES + 1))
        send(visitor, asking_for_files(MOST_FILES))
        await until(lambda: kinds(visitor).count("file_urls_response") == 2)
        refused, given = [m.file_urls_response for m in visitor.messages if m.HasField("file_urls_response")]
        assert not refused.file_urls and refused.response_id == "request"
        assert refused.error_msg == "301 files at once are too many: choose at most 300."
        assert len(given.file_urls) == MOST_FILES and not given.error_msg
        visitor.messages.clear()
        for _ in range(1000):
            send(visitor, asking_for_files(1))
        visitor.press()
        await until(lambda: visitor.shows("presses 1") and not script_threads())
        await until(lambda: kinds(visitor).count("file_urls_response") == 1000)
        answers = [m.file_urls_response for m in visitor.messages if m.HasField("file_urls_response")]
        given = [answer for answer in answers if answer.file_urls]
        assert 0 < len(given) <= 2 * Limits().asks_a_second
        assert {answer.error_msg for answer in answers if not answer.file_urls} == {
            "This tab asks for more than 30 things a second. Try again in a moment."
        }

    on_a_bounded_server(page, act)


def test_a_download_beside_many_others_is_refused_with_a_sentence(page: Path) -> None:
    async def act(visitor: Visitor) -> None:
        for number in range(MOST_TASKS + 1):
            message = BackMsg()
            message.backend_operation_request.request_id = str(number)
            message.backend_operation_request.deferred_file.file_id = "of no page"
            send(visitor, message)
        await until(lambda: kinds(visitor).count("backend_operation_response") == MOST_TASKS + 1)
        answers = [m.backend_operation_response for m in visitor.messages if m.HasField("backend_operation_response")]
        refused = {answer.request_id: answer.error_msg for answer in answers if "are being made" in answer.error_msg}
        assert refused == {
            "10": "10 downloads are being made for this page. Press again when one of them has come.",
        }

    on_a_bounded_server(page, act)


def test_few_downloads_of_a_tab_are_made_at_a_time_and_all_are_made(page: Path) -> None:
    now, most, made = [0], [0], [0]

    async def make(session: object, request: object) -> None:
        now[0] += 1
        most[0] = max(most[0], now[0])
        await asyncio.sleep(0)
        now[0] -= 1
        made[0] += 1

    async def act(visitor: Visitor) -> None:
        found = visitor._runtime._session_mgr.get_active_session_info(visitor._session)
        assert found
        few = intake._few_at_once(make)
        await asyncio.gather(*(few(found.session, None) for _ in range(MOST_TASKS)))

    on_a_bounded_server(page, act)
    assert most[0] == AT_ONCE
    assert made[0] == MOST_TASKS


def upload(files: MemoryUploadedFileManager, session: str, name: str, megabytes: float) -> None:
    file = UploadedFileRec(name, name, "image/png", bytes(int(megabytes * MEGABYTE)))
    intake._bounded(MemoryUploadedFileManager.add_file)(files, session, file)


def kept(files: MemoryUploadedFileManager, session: str) -> list[str]:
    return [file.file_id for file in files.get_files(session, [str(number) for number in range(100)])]


def test_of_what_a_tab_uploads_the_newest_is_kept_and_others_keep_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LIMITS", Limits(uploaded_megabytes=8))
    files = MemoryUploadedFileManager("/uploads")
    upload(files, "other", "0", 1)
    for number in range(50):
        upload(files, "greedy", str(number), 0.5)
    assert kept(files, "greedy") == ["46", "47", "48", "49"]
    assert kept(files, "other") == ["0"]


def test_empty_files_are_no_way_around_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LIMITS", Limits(uploaded_megabytes=8))
    files = MemoryUploadedFileManager("/uploads")
    for number in range(100):
        upload(files, "greedy", str(number), 0)
    assert len(kept(files, "greedy")) == 8 * MEGABYTE / intake.TABS / intake.LEAST


def test_a_tab_whose_files_are_deleted_is_told_once_and_no_other_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LIMITS", Limits(uploaded_megabytes=8))
    tabs = {name: Asking(Bucket(1.0, 0.0), "here") for name in ("greedy", "modest")}
    monkeypatch.setattr(intake, "asking_of", tabs)
    files = MemoryUploadedFileManager("/uploads")
    upload(files, "modest", "0", 1.9)
    for number in range(5):
        upload(files, "greedy", str(number), 1.0)
    assert tabs["greedy"].news == [
        "Your oldest uploaded files were deleted: more than 2 MB of files were uploaded in this tab. "
        "Upload again what you still need."
    ]
    assert not tabs["modest"].news


def test_many_greedy_tabs_together_take_bounded_memory_and_a_small_file_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "LIMITS", Limits(uploaded_megabytes=8))
    files = MemoryUploadedFileManager("/uploads")
    upload(files, "visitor", "0", 0.1)
    for number in range(20):
        for tab in range(10):
            upload(files, f"tab {tab}", str(number), 0.5)
    assert kept(files, "visitor") == ["0"]
    assert sum(len(file.data) for held in files.file_storage.values() for file in held.values()) <= 8 * MEGABYTE
