"""For a teacher: a link to chosen exercises, notes to print, and where a class stands."""

from urllib.parse import urlencode

import streamlit as st

from ...course.chapters import CHAPTERS, STEPS
from ...course.exercise import TITLES, CourseError
from ...course.progress import Progress, from_json
from ...course.teaching import MOST_FILES, learners, misunderstandings, teachers_notes
from ...state.labs import CourseStep
from ...words import counted
from ..address import address_of
from ..components.copy import copy
from ..plain_text import plain
from .sitting import KNOWN

MOST_WRONG = 30  # that are listed


def teachers() -> None:
    _link()
    _class()


def _link() -> None:
    st.subheader("A link for your class", anchor=False)
    chapters = {chapter.title: [step.id for step in chapter.steps] for chapter in CHAPTERS}
    titles = {id: f"{TITLES[step.exercise.kind]}: {step.exercise.title}" for id, (_, step) in STEPS.items()}
    chosen_chapters = st.multiselect(
        "Chapters", list(chapters), key="teacher_chapters", placeholder="Whole chapters, in the order you choose them"
    )
    chosen_steps = st.multiselect(
        "Exercises",
        list(titles),
        format_func=lambda id: titles[id] + " (again)" * id.endswith("~"),
        key="teacher_steps",
        placeholder="Single exercises, after those chapters",
    )
    ids = list(dict.fromkeys([id for title in chosen_chapters for id in chapters[title]] + chosen_steps))
    st.caption(
        f"The link opens the course with {counted(len(ids), 'exercise')}, in this order."
        if ids
        else "Without a choice the link opens the whole course."
    )
    parameters = {CourseStep.key("only"): ",".join(ids)} if ids else {}
    copy(address_of("course", urlencode(parameters)), label="The link for your class", key="teacher_link")
    st.download_button(
        "Teacher's notes, to print",
        lambda: teachers_notes(ids),
        "cnnplay-teachers-notes.html",
        "text/html",
        icon=":material/print:",
        on_click="ignore",
        help="Each exercise with its idea, its solution, and what wrong answers tell. Open it and print it.",
    )


def _class() -> None:
    st.subheader("Where your class stands", anchor=False)
    files = st.file_uploader(
        "The progress files of your class",
        "json",
        accept_multiple_files=True,
        key="teacher_files",
        max_upload_size=1,
        help=f"At most {MOST_FILES} at a time, dropped in together. The server deletes them when you close this tab.",
    )
    if not files:
        st.caption("Learners save their file on the tab *Your progress*, with their name in it.")
        return
    if len(files) > MOST_FILES:
        st.error(f"These are {len(files)} files, and at most {MOST_FILES} can be read together. The rest is left out.")
    found: list[tuple[str, Progress]] = []
    for file in files[:MOST_FILES]:
        try:
            found.append((file.name[:60], from_json(file.getvalue(), KNOWN)))
        except CourseError as error:
            st.error(plain(f"{file.name[:60]}: {error}"), icon=":material/error:")
    if found:
        _tables(found)


def _tables(found: list[tuple[str, Progress]]) -> None:
    import pandas as pd  # only here: a page without a table does not load it

    rows = [
        {
            "name": plain(one.name),
            "passed": f"{one.passed} of {len(STEPS)}",
            "begun": one.begun,
            "answers": one.tries,
            "furthest chapter": one.last or "–",
        }
        for one in learners(found)
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal", alt="Where each learner stands")
    st.markdown("**Common wrong answers**")
    wrong = misunderstandings(found)
    if not wrong:
        st.caption("None of the answers that the course recognises.")
        return
    common = [
        {"learners": w.learners, "exercise": w.exercise, "what the course replied": w.sentence}
        for w in wrong[:MOST_WRONG]
    ]
    st.table(pd.DataFrame(common), hide_index=True, border="horizontal", alt="Typical wrong answers of the class")
