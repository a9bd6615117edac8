"""The open step of the course, beside every page but *Course*: the question, the check, hints, and what comes next."""

from functools import partial

import streamlit as st

from ...course.exercise import TITLES, Chapter, CourseError, Step, Task, number_of
from ...errors import PlaygroundError
from ...state.labs import CourseStep
from ..controls import option_control, text_control
from ..session import session, state
from . import sitting
from .challenges import challenge_panel
from .given import answer_on_page
from .parts import check_button, head, way_back
from .sitting import Sitting

PANEL, BUTTONS = "course_panel", "course_buttons"
MOST_TYPED = 20
# On a wide screen it stands beside the page; on others it stays at the top while the page moves under it.
STYLE = f"""<style>
    .st-key-{PANEL} {{
        padding: 0.8rem 1rem; border-radius: 0.6rem; background: light-dark(#FFFFFF, #1A232C); overflow-y: auto;
        border: 1px solid color-mix(in srgb, currentColor 25%, transparent); box-shadow: 0 4px 14px rgb(0 0 0 / 14%);
    }}
    .st-key-{PANEL} :is(p, li) {{ line-height: 1.45; }}
    @media (min-width: 1400px) {{
        .stMainBlockContainer:has(.st-key-{PANEL}) {{ padding-right: 27rem; }}
        :has(> .st-key-{PANEL}) {{ position: fixed; top: 4rem; right: 1rem; width: 24.5rem !important; z-index: 90; }}
        .st-key-{PANEL} {{ max-height: calc(100vh - 5rem); }}
    }}
    @media (min-width: 641px) and (max-width: 1399px) and (min-height: 701px) {{
        :has(> .st-key-{PANEL}) {{ position: sticky; top: 3.75rem; z-index: 90; }}
        .st-key-{PANEL} {{ max-height: 52vh; }}
        .st-key-{PANEL} [data-testid="stExpanderDetails"] {{ max-height: 6.5rem; overflow-y: auto; }}
        .st-key-{BUTTONS} {{ position: sticky; bottom: -0.8rem; background: inherit; padding: 0.3rem 0; }}
    }}
</style>"""


def panel() -> None:
    """Nothing where no step is open."""
    if session().page == "course":
        return
    found, challenge = sitting.open_step(), sitting.open_challenge()
    if found is None and challenge is None:
        return
    sitting.recall()
    st.html(STYLE)
    with st.container(key=PANEL, gap="small"):
        if challenge:
            challenge_panel(challenge)
        elif found:
            _step(*found)
    sitting.keep()


def _step(chapter: Chapter, step: Step, task: Task) -> None:
    head(_place(chapter, step))
    if step == chapter.steps[0]:
        with st.expander("Before you begin", expanded=not sitting.progress().of(step.id).tries):
            st.markdown(chapter.idea)
    st.markdown(f"**{TITLES[step.exercise.kind]}: {step.exercise.title}**\n\n{task.question}")
    if session().page == task.start.page:
        _answer(step, task)
    else:
        way_back(task.start.page)
    _finding(step)
    _help(step, task)


def _place(chapter: Chapter, step: Step) -> str:
    ids = sitting.order() if state(CourseStep).only else [each.id for each in chapter.steps]
    at = f"{ids.index(step.id) + 1} of {len(ids)}" if step.id in ids else "not chosen by your teacher"
    return f"{chapter.title} · {at}" + ", with new numbers" * step.again


def _answer(step: Step, task: Task) -> None:
    exercise = step.exercise
    if exercise.given == "number":
        _typed(step, task)
    elif exercise.given == "choice":
        option_control(
            f"course_{step.id}",
            "Your answer",
            state(Sitting).typed.get(step.id),
            partial(sitting.take_typed, step.id),
            options=task.options,
            kind="list" if sum(map(len, task.options)) > 60 else "buttons",
            linked=False,
        )
        check_button(partial(_check_choice, step, task))
    else:
        with st.container(horizontal=True, gap="small"):
            check_button(partial(_check_page, step, task))
            st.button(
                "Start again",
                key="course_again",
                icon=":material/restart_alt:",
                on_click=sitting.show,
                args=(task.start,),
                help="Sets everything on the page as it was at the beginning of this exercise.",
            )


def _typed(step: Step, task: Task) -> None:
    unit = f" ({step.exercise.unit}s)" if step.exercise.unit else ""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text_control(
            f"course_{step.id}",
            f"Your answer{unit}",
            state(Sitting).typed.get(step.id, ""),
            partial(_take, step, task),
            most=MOST_TYPED,
            linked=False,
        )
        check_button(partial(_check_typed, step, task))


def _check_choice(step: Step, task: Task) -> None:
    chosen = state(Sitting).typed.get(step.id)
    if chosen is None:
        sitting.refuse(step, CourseError("Choose an answer first."))
    else:
        sitting.answer(step, task, chosen)


def _check_typed(step: Step, task: Task) -> None:
    _take(step, task, state(Sitting).typed.get(step.id, ""))


def _take(step: Step, task: Task, text: str) -> None:
    sitting.take_typed(step.id, text)
    try:
        number = number_of(text)
        if number is None:
            raise CourseError("Type a number, then press Enter.")
    except CourseError as error:
        sitting.refuse(step, error)
    else:
        sitting.answer(step, task, number)


def _check_page(step: Step, task: Task) -> None:
    try:
        found = answer_on_page(step.exercise.given)
    except PlaygroundError as error:
        sitting.refuse(step, error)
    else:
        sitting.answer(step, task, found)


def _finding(step: Step) -> None:
    """What the newest check found. It is read out to those who do not see it."""
    found = state(Sitting).findings.get(step.id)
    if found is None:
        return
    if _has_changed(step):
        st.caption("You have changed it since. Press *Check* again.")
        return
    text = f"{found.seen}\n\n{found.why}".strip()
    if found.passed:
        st.success(f"**Right.** {text}", icon=":material/check_circle:")
    else:
        st.warning(text, icon=":material/lightbulb:")


def _has_changed(step: Step) -> bool:
    """Whether what stands on the page is another than what was checked, as far as that can be compared."""
    given, answers = step.exercise.given, state(Sitting).answers
    on_this_page = given in ("network", "windows", "kernel") and step.id in answers
    return on_this_page and not sitting.progress().of(step.id).passed and answer_on_page(given) != answers[step.id]


def _help(step: Step, task: Task) -> None:
    done, now = sitting.progress().of(step.id), state(Sitting)
    open_hints, shown = now.hints.get(step.id, 0), step.id in now.solutions
    for number, hint in enumerate(task.hints[:open_hints], 1):
        st.markdown(f":material/help: **Hint {number}.** {hint}")
    if shown and not done.passed:
        st.markdown(f":material/key: **Solution.** {step.exercise.words(task)}\n\n{task.explanation}")
    with st.container(horizontal=True, gap="small", key=BUTTONS):
        if not done.passed:
            st.button(
                f"Hint {open_hints + 1} of {len(task.hints)}" if open_hints < len(task.hints) else "No more hints",
                key="course_hint",
                icon=":material/help:",
                on_click=sitting.take_hint,
                args=(step,),
                disabled=open_hints >= len(task.hints),
            )
            st.button(
                "Solution",
                key="course_solution",
                icon=":material/key:",
                on_click=sitting.take_solution,
                args=(step,),
                disabled=step.id not in now.answers or shown,
                help="It can be read after an attempt.",
            )
        _next(step, done=done.passed or shown)


def _next(step: Step, *, done: bool) -> None:
    following = sitting.next_id(step.id)
    label = ("Next" if done else "Skip") if following else "To the list of chapters"
    st.button(
        label,
        key="course_next",
        icon=":material/arrow_forward:",
        type="primary" if done else "tertiary",
        on_click=sitting.begin if following else sitting.leave,
        args=(following,) if following else (),
    )
