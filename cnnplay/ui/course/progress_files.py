"""What a learner has done: where it is kept, and the file that carries it to another machine."""

from dataclasses import dataclass, replace

import streamlit as st

from ...course.progress import MOST_BYTES, MOST_NAME, Progress, from_json, to_json
from ..controls import text_control
from ..session import save, state
from ..uploads import read_once
from . import sitting
from .sitting import KNOWN, Sitting

FILE = "cnnplay-course.json"


@dataclass(frozen=True)
class Taken:
    """The progress file that was added last, by its id: it is added once."""

    file: str = ""


def progress_files() -> None:
    _where_it_is_kept()
    done = sitting.progress()
    text_control(
        "course_name",
        "Your name, if you hand the file in",
        done.name,
        _rename,
        "It stands in the file and nowhere else.",
        most=MOST_NAME,
        linked=False,
    )
    st.download_button(
        "Save your progress as a file",
        lambda: to_json(sitting.progress()),
        FILE,
        "application/json",
        icon=":material/download:",
        on_click="ignore",
        disabled=done == Progress(),
    )
    file = st.file_uploader(
        "Open a progress file",
        "json",
        key="course_file",
        max_upload_size=1,
        help=f"At most {MOST_BYTES // 1000} kB. What it holds is added to what you have done here.",
    )
    if file is not None:
        read = read_once("progress", file, lambda data: from_json(data, KNOWN))
        if read is not None and state(Taken).file != file.file_id:
            save(Taken(file.file_id))
            sitting.change_progress(done.merged(read))
            st.rerun()
        if read is not None:
            st.success(f"Added: {read.passed(KNOWN)} passed exercises.", icon=":material/check:")


def _where_it_is_kept() -> None:
    kept = state(Sitting).kept
    if kept is not None and not kept.works:
        st.warning(
            "This browser keeps nothing for this page: a private window, perhaps, or its settings. Your progress lasts "
            "until you reload the page. Save it as a file before you go.",
            icon=":material/cloud_off:",
        )
    else:
        st.markdown(
            "Your progress is kept in this browser, and nowhere else: the server forgets it when you leave. To go on "
            "with another browser or on another machine, save it as a file and open that file there."
        )


def _rename(name: str) -> None:
    sitting.change_progress(replace(sitting.progress(), name=name))
