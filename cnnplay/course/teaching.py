"""For a teacher: notes on every exercise as a page to print, and what the progress files of a class tell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from markdown_it import MarkdownIt

from .chapters import STEPS
from .exercise import TITLES, Step
from .progress import Progress

MOST_FILES = 200
SEED = 0  # of the numbers in the notes
MARKDOWN = MarkdownIt("commonmark", {"html": False})
STYLE = """\
body { font: 11pt/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #16212b }
h1 { font-size: 1.8rem } h2 { font-size: 1.35rem; margin-top: 2.5rem; border-bottom: 1px solid #ccd }
h3 { font-size: 1.05rem; margin: 1.6rem 0 0.3rem; break-after: avoid }
dl { margin: 0.3rem 0 } dt { font-weight: 600; margin-top: 0.4rem } dd { margin: 0 0 0 1.2rem }
p { margin: 0.3rem 0 } article { break-inside: avoid }"""
ABOUT = (
    "Every learner gets numbers of their own; those below are an example. *A wrong answer tells* lists the answers "
    "that the course recognises, with the sentence that it replies."
)


def teachers_notes(steps: Iterable[str] = ()) -> str:
    """An HTML page without scripts: each exercise, its idea, its solution, and what wrong answers tell.

    steps: the ids of those that a teacher has chosen, in their order; without any, all of them.
    """
    parts = []
    for number, (chapter, ids) in enumerate(groupby([*steps] or [*STEPS], key=lambda id: STEPS[id][0]), 1):
        head = f"<h2>{number}. {escape(chapter.title)}</h2>{MARKDOWN.render(chapter.idea)}"
        parts.append(head + "".join(_notes(STEPS[id][1]) for id in ids))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>cnnplay: teacher\'s notes</title>'
        f"<style>{STYLE}</style></head><body><h1>cnnplay: teacher's notes</h1>{MARKDOWN.render(ABOUT)}"
        f"{''.join(parts)}</body></html>"
    )


def _notes(step: Step) -> str:
    exercise, task = step.exercise, step.pose(SEED)
    title = f"{TITLES[exercise.kind]}: {exercise.title}{' (again)' * step.again}"
    entries = [("Solution", exercise.words(task)), ("Why", task.explanation)]
    entries += [("Hints", "\n".join(f"{at}. {hint}" for at, hint in enumerate(task.hints, 1)))]
    if task.wrong and exercise.given in ("number", "choice"):
        told = "\n".join(f"- {exercise.with_unit(answer)}: {sentence}" for answer, sentence in task.wrong.items())
        entries.append(("A wrong answer tells", told))
    listed = "".join(f"<dt>{name}</dt><dd>{MARKDOWN.render(text)}</dd>" for name, text in entries)
    idea = f"<p><em>{escape(exercise.concept)}</em></p>"
    return f"<article><h3>{escape(title)}</h3>{idea}{MARKDOWN.render(task.question)}<dl>{listed}</dl></article>"


@dataclass(frozen=True)
class Learner:
    """name: as it stands in the file. passed, begun: numbers of exercises. tries: all their answers. last: the chapter
    of the furthest exercise that was passed, "" for none.
    """

    name: str
    passed: int
    begun: int
    tries: int
    last: str


@dataclass(frozen=True)
class Misunderstanding:
    """A typical wrong answer of an exercise, and how many learners gave it."""

    exercise: str
    sentence: str
    learners: int


def learners(files: Sequence[tuple[str, Progress]]) -> list[Learner]:
    """Who stands where: of the name of each file and what it holds, the furthest first."""
    found = []
    for file, progress in files:
        last = ""
        for id, (chapter, _) in STEPS.items():
            last = chapter.title if progress.of(id).passed else last
        known = {id: attempts for id, attempts in progress.steps.items() if id in STEPS}
        tries = sum(attempts.tries for attempts in known.values())
        passed = progress.passed(known)
        found.append(Learner(progress.name or file, passed, len(known), tries, last))
    return sorted(found, key=lambda learner: (-learner.passed, learner.name))


def misunderstandings(files: Sequence[tuple[str, Progress]]) -> list[Misunderstanding]:
    """The typical wrong answers of a class, the most common first; each learner counts once for each."""
    counts: Counter[tuple[str, int]] = Counter()
    for _, progress in files:
        given = {
            (STEPS[id][1].exercise.id, slip)
            for id, attempts in progress.steps.items()
            if id in STEPS
            for slip in attempts.slips
        }
        counts.update(given)
    found = []
    for (id, slip), number in counts.most_common():
        exercise = STEPS[id][1].exercise
        sentences = list(exercise.pose(SEED).wrong.values())
        if slip < len(sentences):
            found.append(Misunderstanding(exercise.title, sentences[slip], number))
    return found
