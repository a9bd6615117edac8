"""What an exercise is: a row with sentences and rules, the task that it poses with numbers of a seed, and its check.

A row's sentences are templates of `str.format`: "{size} pixels" with the numbers that the row's `draw` gives. They are
data, so that they can be translated.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from ..errors import PlaygroundError
from ..words import printable

Kind: TypeAlias = Literal["predict", "build", "kernel", "train", "look", "draw"]
Given: TypeAlias = Literal["number", "choice", "network", "windows", "kernel", "training", "image", "drawing"]
Numbers: TypeAlias = Mapping[str, Any]

TITLES: dict[Kind, str] = {
    "predict": "Predict",
    "build": "Build",
    "kernel": "Write a kernel",
    "train": "Train",
    "look": "Look",
    "draw": "Draw",
}
HINTS = 3
MOST_DRAWS = 1000  # of numbers, until no typical wrong answer is right
MOST_WRITTEN = 10**12  # a larger number is written with an exponent
CLOSE = 0.005  # a typed number may differ by so much, relative to 1 or to the solution: it may have been rounded


class CourseError(PlaygroundError):
    """An exercise or a progress file that does not exist or cannot be used."""


@dataclass(frozen=True)
class Start:
    """Where an exercise takes place: a page, and the parameters of the link that opens it (templates in a row)."""

    page: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def filled(self, numbers: Numbers) -> "Start":
        return Start(self.page, {name: text.format_map(numbers) for name, text in self.parameters.items()})


@dataclass(frozen=True)
class Slip:
    """A typical wrong answer, calculated from the numbers, and the sentence that tells where it comes from."""

    answer: Callable[[Numbers], Any]
    sentence: str


@dataclass(frozen=True)
class Goal:
    """Something that an answer has to be.

    measure: the value that is looked at, of the answer and the numbers. holds: whether that value will do.
    seen: says the value, as in "It has {value:,} filter{s}", where {s} is the plural's s. missed: why it will not do,
    and what would help.
    """

    measure: Callable[[Any, Numbers], Any]
    holds: Callable[[Any, Numbers], bool]
    seen: str
    missed: str


@dataclass(frozen=True)
class Finding:
    """What a check found.

    seen: what the answer is, in a sentence. why: why that passes, or why it does not.
    """

    passed: bool
    seen: str
    why: str


@dataclass(frozen=True)
class Task:
    """An exercise with the numbers of a seed.

    solution: an answer that passes. wrong: typical wrong answers, with the sentence for each.
    options: what to choose from; of a typed number it is empty.
    before: the answer that stands on the page at the start.
    """

    question: str
    start: Start
    solution: Any
    wrong: Mapping[Any, str]
    hints: tuple[str, ...]
    explanation: str
    numbers: Numbers
    options: tuple[str, ...] = ()
    before: Any = None


@dataclass(frozen=True)
class Exercise:
    """A row of a chapter.

    concept: the idea that it practises. needs: the ids of the exercises whose ideas it builds on.
    given: what an answer is: something typed or chosen, or what stands on the page: the network (its text), the
    windows (`WindowsOn`), the kernel, the training (`Trained`), a test image (its number) or a drawing (`Drawn`).
    draw: the numbers of a task, from a random generator. solution: an answer that passes, from the numbers.
    before: the answer that stands on the page at the start, where it is not typed or chosen; it does not pass.
    slips: typical wrong answers, at least three where a number is predicted.
    goals: of an answer that is not compared with the solution, all that it has to be.
    hints: from a nudge to the worked step; none holds the answer. shown: the solution in words, where it is no number.
    explanation: why the solution is right. unit: of a typed number, in the singular.
    """

    id: str
    concept: str
    kind: Kind
    title: str
    question: str
    start: Start
    solution: Callable[[Numbers], Any]
    hints: tuple[str, str, str]
    explanation: str
    before: Callable[[Numbers], Any] = lambda numbers: None
    draw: Callable[[np.random.Generator], dict[str, Any]] = lambda generator: {}
    slips: tuple[Slip, ...] = ()
    goals: tuple[Goal, ...] = ()
    given: Given = "number"
    options: Callable[[Numbers], tuple[str, ...]] = lambda numbers: ()
    shown: str = "{answer}"
    unit: str = ""
    needs: tuple[str, ...] = ()

    def pose(self, seed: int) -> Task:
        """The task with the numbers of a seed.

        Numbers are drawn until the typical wrong answers differ from the solution and from each other, and what stands
        on the page at the start does not pass.
        """
        generator = np.random.default_rng([seed, zlib.crc32(self.id.encode())])
        for _ in range(MOST_DRAWS):
            numbers: dict[str, Any] = self.draw(generator)
            solution, before = self.solution(numbers), self.before(numbers)
            answers = [slip.answer(numbers) for slip in self.slips]
            different = [solution, *answers]
            distinct = all(not _same(a, b) for at, a in enumerate(different) for b in different[:at])
            if distinct and not (before is not None and self._passes(before, numbers)):
                break
        else:
            raise CourseError(f"The numbers of {self.id} always make one of its wrong answers right.")
        numbers |= {"answer": solution}
        sentences = (slip.sentence.format_map(numbers) for slip in self.slips)
        return Task(
            self.question.format_map(numbers),
            self.start.filled(numbers),
            solution,
            dict(zip(answers, sentences, strict=True)),
            tuple(hint.format_map(numbers) for hint in self.hints),
            self.explanation.format_map(numbers),
            numbers,
            self.options(numbers),
            before,
        )

    def check(self, task: Task, answer: Any) -> Finding:
        """Whether an answer passes, what was seen, and why. Any answer is answered with a finding."""
        try:
            return self._reach_goals(task, answer) if self.goals else self._compare(task, answer)
        except PlaygroundError as error:
            return Finding(False, str(error), task.hints[0])

    def words(self, task: Task) -> str:
        """The solution in words."""
        number = _is_number(task.solution) and self.shown == "{answer}"
        return written(task.solution) if number else self.shown.format_map(task.numbers)

    def with_unit(self, answer: Any) -> str:
        """An answer as a person writes it, with its unit."""
        return written(answer) + (f" {self.unit}{'s' * (answer != 1)}" if self.unit else "")

    def _passes(self, answer: Any, numbers: Numbers) -> bool:
        return all(goal.holds(goal.measure(answer, numbers), numbers) for goal in self.goals)

    def _compare(self, task: Task, answer: Any) -> Finding:
        if answer is None or answer == "":
            return Finding(False, "There is no answer yet.", task.hints[0])
        seen = f"Your answer is {self.with_unit(answer)}."
        if _same(answer, task.solution):
            return Finding(True, seen, task.explanation)
        for wrong, sentence in task.wrong.items():
            if _same(answer, wrong):
                return Finding(False, seen, sentence)
        return Finding(False, seen, f"That is not it. {task.hints[0]}")

    def _reach_goals(self, task: Task, answer: Any) -> Finding:
        if answer is None:
            return Finding(False, "There is nothing to check yet.", task.hints[0])
        seen = []
        for goal in self.goals:
            value = goal.measure(answer, task.numbers)
            known = {**task.numbers, "value": value, "s": "" if value == 1 else "s"}
            seen.append(goal.seen.format_map(known))
            if not goal.holds(value, task.numbers):
                return Finding(False, " ".join(seen), goal.missed.format_map(known))
        return Finding(True, " ".join(seen), task.explanation)


@dataclass(frozen=True)
class Step:
    """An exercise at its place in a chapter; `again`: with new numbers, because its idea comes back."""

    exercise: Exercise
    again: bool = False

    @property
    def id(self) -> str:
        return self.exercise.id + "~" * self.again

    def pose(self, seed: int) -> Task:
        """The task of a visit's seed; where it comes back, with other numbers than the first time."""
        return self.exercise.pose(2 * seed + self.again)


@dataclass(frozen=True)
class Chapter:
    """Some exercises about one idea.

    idea: what to know before the first of them, in Markdown. minutes: that it takes.
    again: exercises of an earlier chapter that come back at the end.
    """

    id: str
    title: str
    idea: str
    minutes: int
    exercises: tuple[Exercise, ...]
    again: tuple[Exercise, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*map(Step, self.exercises), *(Step(exercise, again=True) for exercise in self.again))

    @property
    def on_paper(self) -> tuple[Exercise, ...]:
        """The exercises that ask for a number and need no page: their last hint works it out."""
        return tuple(each for each in self.exercises if each.kind == "predict" and each.given == "number")


def number_of(text: str) -> float | None:
    """The number that a person has typed: "1,014", "13.5", "1/9", "−3"; None for nothing. Raises CourseError."""
    bare = text.strip().replace("−", "-").replace(" ", "")
    if not bare:
        return None
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    over = re.fullmatch(r"(-?\d{1,9})/([1-9]\d{0,8})", bare)
    if over:
        return int(over[1]) / int(over[2])
    if not re.fullmatch(r"-?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})", bare):
        raise CourseError(f"“{printable(text[:20])}” is no number. Write it in digits, as in 12 or 0.5.")
    return float(bare.replace(",", "."))


def written(answer: Any) -> str:
    """A number as a person writes it, and any text as it is."""
    if not _is_number(answer):
        return str(answer)[:200]
    number = float(answer)
    text = f"{int(number):,}" if number.is_integer() and abs(number) < MOST_WRITTEN else f"{number:,.4g}"
    return text.replace("-", "−")


def _same(one: Any, other: Any) -> bool:
    if _is_number(one) and _is_number(other):
        whole = float(other).is_integer() and abs(other) >= 1
        return bool(abs(one - other) <= (0 if whole else CLOSE * max(1.0, abs(other))))
    return bool(not _is_number(one) and not _is_number(other) and one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
