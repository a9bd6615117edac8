"""The challenges at the end of the course: their ladder, the panel of an open one, and the best of this learner."""

from functools import partial

import streamlit as st

from ...course.challenges import CHALLENGES, LADDER, MOST_LETTERS, Challenge, Grade, grade
from ...errors import PlaygroundError
from ..controls import text_control
from ..navigation import PAGES
from ..plain_text import plain
from ..session import session, state
from . import sitting
from .given import answer_on_page
from .parts import check_button, head, way_back

ICONS = {"gold": ":material/trophy:", "silver": ":material/workspace_premium:", "bronze": ":material/military_tech:"}


def challenges() -> None:
    """The ladder of each, and the best of this learner."""
    st.markdown(
        "If you want more: each challenge has three medals and no single right answer. Build, train or write, and "
        "press **Check** as often as you like. Your best is kept; **Share** in the sidebar makes a link of it."
    )
    for challenge in CHALLENGES.values():
        best = sitting.progress().best.get(challenge.id)
        with st.container(border=True):
            st.markdown(f"**{challenge.title}**\n\n{challenge.question}")
            st.markdown(_ladder(challenge, best))
            st.button(
                f"To {PAGES[challenge.start.page][0]}",
                key=f"challenge_{challenge.id}",
                icon=":material/arrow_forward:",
                on_click=sitting.begin,
                args=(challenge.id,),
            )


def _ladder(challenge: Challenge, best: float | None) -> str:
    bound = "at most" if challenge.better == "less" else "at least"
    steps = [f"{ICONS[medal]} {medal} {bound} {getattr(challenge, medal):,g}" for medal in reversed(LADDER)]
    reached = "" if best is None else f" · **your best: {best:,g}**"
    return f"{challenge.unit.capitalize()}: {' · '.join(steps)}{reached}"


def challenge_panel(challenge: Challenge) -> None:
    head("A challenge")
    st.markdown(f"**{challenge.title}**\n\n{challenge.question}")
    st.markdown(_ladder(challenge, sitting.progress().best.get(challenge.id)))
    if session().page == challenge.start.page:
        _answer(challenge)
    else:
        way_back(challenge.start.page)
    found = state(sitting.Sitting).grades.get(challenge.id)
    if found is None:
        return
    if found.medal:
        st.success(found.sentence, icon=ICONS[found.medal])
    else:
        st.warning(found.sentence, icon=":material/lightbulb:")


def _answer(challenge: Challenge) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if challenge.given == "pixels":
            text_control(
                f"challenge_{challenge.id}",
                "The pixels: row, column; row, column; …",
                state(sitting.Sitting).typed.get(challenge.id, ""),
                partial(_take, challenge),
                most=MOST_LETTERS,
                linked=False,
            )
        check_button(partial(_check, challenge))


def _take(challenge: Challenge, text: str) -> None:
    sitting.take_typed(challenge.id, text)
    sitting.take_grade(challenge, grade(challenge, text))


def _check(challenge: Challenge) -> None:
    try:
        typed = state(sitting.Sitting).typed.get(challenge.id, "")
        found = grade(challenge, typed if challenge.given == "pixels" else answer_on_page(challenge.given))
    except PlaygroundError as error:
        found = Grade(None, None, plain(str(error)))
    sitting.take_grade(challenge, found)
