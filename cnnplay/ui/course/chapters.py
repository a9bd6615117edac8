"""The list of chapters, with what has been done, and the way into each exercise."""

import streamlit as st

from ...course.exercise import TITLES, Chapter, Step
from ...course.progress import Attempts
from ...state.labs import CourseStep
from ...words import counted
from ..session import state
from . import sitting


def begin_or_continue() -> None:
    """The button that goes on where one is, and how far that is."""
    found = sitting.chapters()
    ids, done = [step.id for _, steps in found for step in steps], sitting.progress()
    passed, following = done.passed(ids), sitting.next_id(None)
    at_work = state(CourseStep).id
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if at_work in ids or following:
            started = passed or at_work or any(done.of(id).tries for id in ids)
            st.button(
                "Continue" if started else "Begin the course",
                key="course_go",
                icon=":material/play_arrow:",
                type="primary",
                on_click=sitting.begin,
                args=(at_work if at_work in ids else following,),
            )
        else:
            st.markdown(":material/celebration: **You have passed every exercise of this course.**", width="content")
        if at_work:
            st.button(
                "Back to your own network",
                key="course_leave",
                icon=":material/undo:",
                type="tertiary",
                on_click=sitting.leave,
                help="Closes the open exercise. The network in the sidebar is the exercise's until then.",
            )
        minutes = sum(_minutes_left(chapter, steps) for chapter, steps in found)
        left = f", about {_duration(minutes)} left" if minutes else ""
        st.caption(f"{passed} of {counted(len(ids), 'exercise')} passed{left}", width="content")
    st.progress(passed / len(ids) if ids else 0.0)
    if state(CourseStep).only:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Your teacher has chosen these exercises.", width="content")
            st.button("Open the whole course", key="course_whole", type="tertiary", on_click=sitting.whole_course)


def _minutes_left(chapter: Chapter, steps: list[Step]) -> float:
    """A chapter's time is spread evenly over its exercises."""
    open_steps = len(steps) - sitting.progress().passed(step.id for step in steps)
    return chapter.minutes * open_steps / len(chapter.steps)


def _duration(minutes: float) -> str:
    if minutes < 60:
        return counted(max(1, round(minutes)), "minute")
    hours = round(2 * minutes / 60) / 2
    return "an hour" if hours == 1 else f"{hours:g} hours"


def chapters() -> None:
    """Each chapter with its exercises. The first one that is not done is open."""
    found, done = sitting.chapters(), sitting.progress()
    unfinished = [at for at, (_, steps) in enumerate(found, 1) if done.passed(s.id for s in steps) < len(steps)]
    for number, (chapter, steps) in enumerate(found, 1):
        passed = done.passed(step.id for step in steps)
        icon = ":material/check_circle:" if passed == len(steps) else ":material/menu_book:"
        minutes = counted(max(1, round(chapter.minutes * len(steps) / len(chapter.steps))), "minute")
        title = f"{number}. {chapter.title} · {passed} of {len(steps)} · {minutes}"
        with st.expander(title, icon=icon, expanded=number in unfinished[:1]):
            st.markdown(chapter.idea)
            with st.container(gap=None):
                for step in steps:
                    _step(step, done.of(step.id))


def _step(step: Step, done: Attempts) -> None:
    again = " (again, with new numbers)" if step.again else ""
    st.button(
        f"{TITLES[step.exercise.kind]}: {step.exercise.title}{again}",
        key=f"open_{step.id}",
        icon=_icon(done),
        type="tertiary",
        on_click=sitting.begin,
        args=(step.id,),
        help=_how(done),
    )


def _icon(done: Attempts) -> str:
    if done.passed:
        return ":material/check_circle:"
    return ":material/pending:" if done.tries else ":material/radio_button_unchecked:"


def _how(done: Attempts) -> str:
    if done.passed:
        hints = f" with {counted(done.hints, 'hint')}" if done.hints else ""
        return f"Passed at {'the first attempt' if done.tries == 1 else f'attempt {done.tries}'}{hints}."
    return f"{counted(done.tries, 'attempt')} so far." if done.tries else "Not tried yet."
