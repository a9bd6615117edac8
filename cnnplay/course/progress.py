"""What a learner has done in the course, and the file that keeps it: their browser's, and one that they may save."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..bounds import is_whole
from .exercise import HINTS, CourseError

FORMAT = "cnnplay course 1"
MOST_BYTES = 100_000
MOST_STEPS, MOST_TRIES, MOST_SEED, MOST_NAME = 500, 9999, 10**6, 60
NOT_OURS = "This file holds no progress of the course. Choose one that was saved on the page Course."


@dataclass(frozen=True)
class Attempts:
    """How a learner has got on with a step.

    tries: answers that were checked. hints: that were read. shown: whether the solution was read.
    slips: the typical wrong answers that were given, by their numbers in the exercise, from 0.
    """

    passed: bool = False
    tries: int = 0
    hints: int = 0
    shown: bool = False
    slips: tuple[int, ...] = ()

    def merged(self, other: "Attempts") -> "Attempts":
        """The further of both in everything: the same whichever comes first."""
        return Attempts(
            self.passed or other.passed,
            max(self.tries, other.tries),
            max(self.hints, other.hints),
            self.shown or other.shown,
            tuple(sorted({*self.slips, *other.slips})),
        )


@dataclass(frozen=True)
class Progress:
    """steps: the attempts at each step, by its id. best: the best score of each challenge, by its id.

    name: as the learner has written it, for their teacher.
    """

    steps: Mapping[str, Attempts] = field(default_factory=dict)
    best: Mapping[str, float] = field(default_factory=dict)
    name: str = ""

    def of(self, step: str) -> Attempts:
        return self.steps.get(step, Attempts())

    def passed(self, steps: Iterable[str]) -> int:
        """How many of the steps are passed."""
        return sum(self.of(step).passed for step in steps)

    def tried(self, step: str, passed: bool, slip: int | None = None) -> "Progress":
        """After one more answer. slip: the number of the typical wrong answer that it was."""
        before = self.of(step)
        slips = before.slips if slip is None else tuple(sorted({*before.slips, slip}))
        tries = min(before.tries + 1, MOST_TRIES)
        return self._with(step, replace(before, passed=before.passed or passed, tries=tries, slips=slips))

    def helped(self, step: str, *, hints: int = 0, shown: bool = False) -> "Progress":
        """After a hint, or the solution, has been read."""
        return self._with(step, self.of(step).merged(Attempts(hints=hints, shown=shown)))

    def scored(self, challenge: str, score: float) -> "Progress":
        return replace(self, best={**self.best, challenge: score})

    def merged(self, other: "Progress") -> "Progress":
        """Both together, as if one learner had done all of it. The scores are those of `self` where both have one."""
        ids = {**self.steps, **other.steps}
        steps = {step: self.of(step).merged(other.of(step)) for step in ids}
        return Progress(steps, {**other.best, **self.best}, self.name or other.name)

    def after(self, earlier: "Progress") -> "Progress":
        """Both together, as `merged` has it, where this was done after `earlier` was over: the tries add up."""
        both = self.merged(earlier)
        for step in {*self.steps} & {*earlier.steps}:
            tries = min(self.of(step).tries + earlier.of(step).tries, MOST_TRIES)
            both = both._with(step, replace(both.of(step), tries=tries))
        return both

    def _with(self, step: str, attempts: Attempts) -> "Progress":
        return replace(self, steps={**self.steps, step: attempts})


def to_json(progress: Progress) -> str:
    """The text of a progress file."""
    steps = {step: asdict(attempts) for step, attempts in progress.steps.items()}
    return json.dumps({"format": FORMAT, "name": progress.name, "steps": steps, "best": dict(progress.best)})


def from_json(data: str | bytes, known: Iterable[str]) -> Progress:
    """The progress that a file holds, of the steps and challenges that are `known`; others are left out.

    The file may be anything. Raises CourseError for one that is too large or holds something else.
    """
    if len(data) > MOST_BYTES:
        raise CourseError(f"This file has {len(data):,} bytes, and a progress file at most {MOST_BYTES:,}.")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CourseError(NOT_OURS) from error
    if not (isinstance(content, dict) and content.get("format") == FORMAT):
        raise CourseError(NOT_OURS)
    ids, steps, best, name = set(known), content.get("steps"), content.get("best", {}), content.get("name", "")
    if not (isinstance(steps, dict) and isinstance(best, dict) and isinstance(name, str) and len(steps) <= MOST_STEPS):
        raise CourseError(NOT_OURS)
    return Progress(
        {step: _attempts(entry) for step, entry in steps.items() if step in ids},
        {challenge: _score(score) for challenge, score in best.items() if challenge in ids},
        "".join(letter for letter in name[:MOST_NAME] if letter.isprintable()),
    )


def _attempts(entry: Any) -> Attempts:
    if not isinstance(entry, dict):
        raise CourseError(NOT_OURS)
    passed, shown, slips = entry.get("passed", False), entry.get("shown", False), entry.get("slips", [])
    tries, hints = entry.get("tries", 0), entry.get("hints", 0)
    if not (
        isinstance(passed, bool)
        and isinstance(shown, bool)
        and is_whole(tries)
        and 0 <= tries <= MOST_TRIES
        and is_whole(hints)
        and 0 <= hints <= HINTS
        and isinstance(slips, list)
        and len(slips) <= 20
        and all(is_whole(slip) and 0 <= slip < 20 for slip in slips)
    ):
        raise CourseError(NOT_OURS)
    return Attempts(passed, tries, hints, shown, tuple(sorted(set(slips))))


def _score(score: Any) -> float:
    if isinstance(score, bool) or not isinstance(score, int | float) or not -1e12 < score < 1e12:
        raise CourseError(NOT_OURS)
    return float(score)
