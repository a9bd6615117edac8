"""Ready questions: a button each, and one that brings back the visitor's own."""

from dataclasses import dataclass

import streamlit as st

from ...experiments.link import write_vary
from ...experiments.questions import QUESTIONS, Question
from ...state.labs import Experiments
from ..session import save, state
from . import asked


@dataclass(frozen=True)
class Own:
    """The question of the visitor's own that a ready one has replaced."""

    question: Experiments | None = None


def questions() -> None:
    """Buttons that set the controls below; under them, why the question is worth asking."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Ask**", width="content", help="Each button sets the controls below. Then press *Start*.")
        for name, question in QUESTIONS.items():
            st.button(
                question.title,
                key=f"question_{name}",
                on_click=_ask,
                args=(question,),
                icon=":material/task_alt:" if _is_asked(question) else ":material/help:",
                help=question.why,
            )
        can_come_back = state(Own).question is not None and any(map(_is_asked, QUESTIONS.values()))
        st.button(
            "Your own question",
            key="question_own",
            on_click=_bring_back,
            icon=":material/undo:",
            disabled=not can_come_back,  # and in its place: what is below does not move
            help="Sets the controls as you had them before you chose one of these questions.",
        )
    why = next((question.why for question in QUESTIONS.values() if _is_asked(question)), None)
    st.caption(why or "A question of your own: choose below what varies.")


def _is_asked(question: Question) -> bool:
    now = state(Experiments)
    same = (now.seeds, now.epochs, now.images) == (question.seeds, question.epochs, question.train_images)
    return same and write_vary(asked.vary()) == write_vary(question.vary)


def _ask(question: Question) -> None:
    if not any(map(_is_asked, QUESTIONS.values())):
        save(Own(state(Experiments)))
    asked.set_vary(question.vary)
    asked.ask(seeds=question.seeds, epochs=question.epochs, images=question.train_images)


def _bring_back() -> None:
    if own := state(Own).question:
        asked.ask(vary=own.vary, seeds=own.seeds, epochs=own.epochs, images=own.images)
