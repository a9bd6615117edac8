"""A file can be fetched for a while after its button was pressed, and its answer reaches the browser."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import media_file_manager
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from cnnplay.ui import downloads


@pytest.fixture
def now(monkeypatch):
    """The time, which stands still."""
    moment = [100.0]
    monkeypatch.setattr(downloads.time, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def manager(monkeypatch, now):
    downloads.keep_downloads()
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "a session")
    return MediaFileManager(MemoryMediaFileStorage("/media"))


def file_of(url):
    return url.rpartition("/")[2].partition(".")[0]


def test_a_download_outlives_the_scripts_of_others_and_goes_later(manager, now):
    file = file_of(manager.execute_deferred(manager.add_deferred(lambda: b"numbers", "text/csv", "place")))
    for _ in range(5):
        manager.remove_orphaned_files()
    assert manager.read_file(file).content == b"numbers"
    now[0] += downloads.HELD
    manager.remove_orphaned_files()  # marks it, as Streamlit does
    manager.remove_orphaned_files()
    assert manager.read_file(file) is None


def test_a_button_that_was_just_drawn_anew_still_makes_its_file(manager, now):
    maker = manager.add_deferred(lambda: b"numbers", "text/csv", "place")
    manager.clear_session_refs("a session")  # the page is being drawn anew
    manager.remove_orphaned_files()
    assert manager.execute_deferred(maker)
    now[0] += downloads.HELD
    manager.remove_orphaned_files()
    with pytest.raises(media_file_manager.MediaFileStorageError):
        manager.execute_deferred(maker)


def test_what_is_used_again_is_held_anew(manager, now):
    maker = manager.add_deferred(lambda: b"numbers", "text/csv", "place")
    references = dict(manager._files_by_session_and_coord)
    manager.clear_session_refs("a session")
    manager.remove_orphaned_files()
    manager._files_by_session_and_coord.update(references)
    manager.remove_orphaned_files()
    now[0] += downloads.HELD
    manager.clear_session_refs("a session")
    manager.remove_orphaned_files()
    assert manager.execute_deferred(maker)


@pytest.mark.parametrize("kind", downloads.ANSWERS)
def test_an_answer_outlives_a_page_that_is_drawn_anew_and_comes_once(kind):
    downloads.keep_downloads()
    queue, answer, page = ForwardMsgQueue(), ForwardMsg(), ForwardMsg()
    getattr(answer, kind).SetInParent()
    page.delta.add_block.SetInParent()
    queue.enqueue(page)
    queue.enqueue(answer)
    queue.clear(retain_lifecycle_msgs=True)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["a fragment"])
    assert [message.WhichOneof("type") for message in queue.flush()] == [kind]
    assert queue.flush() == []
