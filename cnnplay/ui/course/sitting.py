"""The course of this visit: the open step, what has been done, and the learner's own network, put aside meanwhile."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ... import link
from ...course.challenges import CHALLENGES, Challenge, Grade
from ...course.chapters import CHAPTERS, STEPS
from ...course.exercise import Chapter, CourseError, Finding, Start, Step, Task
from ...course.progress import Progress, from_json, to_json
from ...state import labs
from ...state.fields import State, kind_of
from ...state.kinds import Whole
from ...state.labs import CourseStep, Digit
from .. import choice
from ..components.storage import Kept, kept, storage
from ..navigation import go_to
from ..plain_text import plain
from ..session import save, session, state

STORAGE = "course_storage"  # the key of the component; cnnplay/ui/first_document.js knows it
ENTRY = "cnnplay.course"  # of the browser's local storage
KNOWN = (*STEPS, *CHALLENGES)  # what a progress file may name


@dataclass(frozen=True)
class Sitting:
    """progress: all that is known of it. kept: what the browser's storage was last found to hold.

    findings: the newest of each step, and `answers` what it is about. typed: what stands in the field of each, as text.
    hints: how many of each step are open. solutions: the steps whose solution is open. Both last as long as the visit:
    at the next one the numbers are new.
    aside: the states of the labs as they were before the course took over.
    grades: the newest of each challenge.
    """

    progress: Progress = field(default_factory=Progress)
    kept: Kept | None = None
    findings: Mapping[str, Finding] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, int] = field(default_factory=dict)
    solutions: frozenset[str] = frozenset()
    aside: Mapping[type[Any], Any] = field(default_factory=dict)
    grades: Mapping[str, Grade] = field(default_factory=dict)


def recall() -> None:
    """Before anything of the course is shown: take what this browser has kept of earlier visits.

    What it held before this visit comes a moment after the page, and a quick learner has answered by then. What comes
    later was written by another tab, which may know of the same answers.
    """
    now, found = state(Sitting), kept(STORAGE, session().token)
    if found is None or found == now.kept:
        return
    progress = now.progress
    if found.text:
        with suppress(CourseError):  # an entry of somebody else: the first answer replaces it
            theirs = from_json(found.text, KNOWN)
            progress = progress.after(theirs) if now.kept is None else progress.merged(theirs)
    save(replace(now, kept=found, progress=progress))


def keep() -> None:
    """Afterwards: let the browser keep what has been done. Until it has told what it keeps, nothing is written over."""
    now = state(Sitting)
    text = None if now.kept is None or now.progress == Progress() else to_json(now.progress)
    storage(text, name=ENTRY, session=session().token, asked=now.kept is not None, key=STORAGE)


def progress() -> Progress:
    return state(Sitting).progress


def change_progress(changed: Progress) -> None:
    save(replace(state(Sitting), progress=changed))


def order() -> list[str]:
    """The ids of the steps of this course, in their order: all of them, or those that a teacher has chosen."""
    chosen = [id for id in state(CourseStep).only.split(",") if id in STEPS]
    return chosen or [*STEPS]


def open_step() -> tuple[Chapter, Step, Task] | None:
    """The step that is open, with its numbers; None where none is, or where a link names one that does not exist."""
    now = state(CourseStep)
    if now.id not in STEPS or now.seed is None:
        return None
    return *STEPS[now.id], _task(now.id, now.seed)


def open_challenge() -> Challenge | None:
    return CHALLENGES.get(state(CourseStep).id or "")


@lru_cache(maxsize=500)
def _task(id: str, seed: int) -> Task:
    """Some tasks ask a trained network, and the panel shows its task at every script run."""
    return STEPS[id][1].pose(seed)


def next_id(id: str | None) -> str | None:
    """The step after one, or the first that is not passed; None at the end."""
    ids = order()
    if id in ids:
        return next(iter(ids[ids.index(id) + 1 :]), None)
    return next((each for each in ids if not progress().of(each).passed), None)


def begin(id: str) -> None:
    """Open a step or a challenge: its page, as it needs it. The learner's own network is put aside."""
    _put_aside()
    now = state(CourseStep)
    low, high = _seeds()
    seed = low + secrets.randbelow(high - low + 1) if now.seed is None else now.seed
    save(replace(now, id=id, seed=seed))
    show(CHALLENGES[id].start if id in CHALLENGES else _task(id, seed).start)


def _put_aside() -> None:
    """Keep the learner's own network and labs, unless another step has done so."""
    if state(CourseStep).id is None:
        own = urlencode(link.to_parameters(choice.net(), choice.config()))
        save(replace(state(CourseStep), own=own if kind_of(CourseStep, "own").holds(own) else ""))
        aside = {lab: state(lab) for lab in labs.LABS if lab is not CourseStep}
        save(replace(state(Sitting), aside=aside))


def _seeds() -> tuple[int, int]:
    kind = kind_of(CourseStep, "seed")
    assert isinstance(kind, Whole)
    return kind.low, kind.high


def show(start: Start) -> None:
    """Go to the page where a task takes place, in the state that it begins with."""
    own = dict(parse_qsl(state(CourseStep).own))
    net, config, _ = link.from_parameters({**own, **start.parameters})
    choice.choose_both(net, config)
    states, _ = labs.from_parameters(start.parameters)
    save(*(found for lab, found in states.items() if start.page in lab.pages and not _is_kept(lab, start)))
    go_to(start.page)


def _is_kept(lab: type[State], start: Start) -> bool:
    """What a step leaves as it is: the place in the course, and the digit where the step names none."""
    named = any(name.startswith(f"{lab.name}.") for name in start.parameters)
    return lab is CourseStep or (lab is Digit and not named)


def leave() -> None:
    """Close the step, and give the learner's network and labs back as they were."""
    now, sitting = state(CourseStep), state(Sitting)
    if now.own:
        net, config, _ = link.from_parameters(dict(parse_qsl(now.own)))
        choice.choose_both(net, config)
    save(*sitting.aside.values())
    save(replace(now, id=None, own=""), replace(sitting, aside={}))
    go_to("course")


def answer(step: Step, task: Task, given: Any) -> None:
    """Check an answer, and remember it. The same answer a second time is no new attempt."""
    now = state(Sitting)
    if step.id in now.findings and _alike(now.answers.get(step.id), given):
        return
    found = step.exercise.check(task, given)
    slips = list(task.wrong.values())
    slip = slips.index(found.why) if not found.passed and found.why in slips else None
    save(
        replace(
            now,
            findings={**now.findings, step.id: found},
            answers={**now.answers, step.id: given},
            progress=now.progress.tried(step.id, found.passed, slip),
        )
    )


def _alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same typed, chosen or built one. Runs and drawings change: they are checked anew."""
    return isinstance(other, str | float | int) and type(one) is type(other) and one == other


def take_typed(id: str, text: str) -> None:
    """Remember what stands in the field of a step or a challenge, or which option is chosen there."""
    now = state(Sitting)
    save(replace(now, typed={**now.typed, id: text}))


def refuse(step: Step, error: Exception) -> None:
    """Say why something is no answer. That is no attempt."""
    now = state(Sitting)
    answers = {id: given for id, given in now.answers.items() if id != step.id}
    save(replace(now, findings={**now.findings, step.id: Finding(False, plain(str(error)), "")}, answers=answers))


def take_grade(challenge: Challenge, found: Grade) -> None:
    """Remember what a check of a challenge found; the best score is kept."""
    now = state(Sitting)
    progress, best = now.progress, now.progress.best.get(challenge.id)
    if found.score is not None and (best is None or challenge.improves(found.score, best)):
        progress = progress.scored(challenge.id, found.score)
    save(replace(now, grades={**now.grades, challenge.id: found}, progress=progress))


def take_hint(step: Step) -> None:
    now = state(Sitting)
    hints = min(now.hints.get(step.id, 0) + 1, len(step.exercise.hints))
    changed = now.progress.helped(step.id, hints=hints)
    save(replace(now, hints={**now.hints, step.id: hints}, progress=changed))


def take_solution(step: Step) -> None:
    now = state(Sitting)
    changed = now.progress.helped(step.id, shown=True)
    save(replace(now, solutions=now.solutions | {step.id}, progress=changed))


def whole_course() -> None:
    """Leave a teacher's choice of exercises."""
    save(replace(state(CourseStep), only=""))


def chapters() -> list[tuple[Chapter, list[Step]]]:
    """The chapters with their steps; of a teacher's choice, in its order, those that follow one another."""
    if not state(CourseStep).only:
        return [(chapter, [*chapter.steps]) for chapter in CHAPTERS]
    return [(chapter, [STEPS[id][1] for id in ids]) for chapter, ids in groupby(order(), key=lambda id: STEPS[id][0])]
