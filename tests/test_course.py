"""The course: every exercise over many seeds, and what a teacher expects of the whole."""

import re
import subprocess
import sys
from string import Formatter

import numpy as np
import pytest

from cnnplay.course import CHAPTERS, EXERCISES
from cnnplay.course.exercise import HINTS, TITLES, Finding, written
from cnnplay.state import labs

SEEDS = range(50)
TRAINED = [name for name, exercise in EXERCISES.items() if exercise.given == "training"]
PAGES = {"home", "convolution", "stride_padding", "pooling", "architecture", "training", "inside", "draw"}
LINKS = {"net", "optimizer", "rate", "batch", "epochs", "seed", "images", "schedule"}


@pytest.fixture(params=EXERCISES)
def exercise(request):
    return EXERCISES[request.param]


def test_the_solution_passes_and_says_what_was_seen_and_why(exercise):
    for seed in SEEDS if exercise.given != "training" else ():
        task = exercise.pose(seed)
        found = exercise.check(task, task.solution)
        assert found.passed, (seed, task.question, found)
        assert found.seen and found.why == task.explanation


def test_the_start_does_not_pass(exercise):
    for seed in SEEDS:
        task = exercise.pose(seed)
        assert not exercise.check(task, task.before).passed, (seed, task.question)


def test_every_typical_wrong_answer_fails_with_its_own_sentence(exercise):
    for seed in SEEDS:
        task = exercise.pose(seed)
        for answer, sentence in task.wrong.items():
            assert exercise.check(task, answer) == Finding(False, exercise.check(task, answer).seen, sentence)
        assert len(set(task.wrong.values())) == len(task.wrong)


def test_a_predicted_number_has_three_typical_wrong_answers(exercise):
    if exercise.kind == "predict":
        assert len(exercise.slips) >= (3 if exercise.given == "number" else len(exercise.pose(0).options) - 1)
        assert len(exercise.slips) >= 2


def test_a_random_answer_fails(exercise):
    generator = np.random.default_rng(0)
    if exercise.given == "number":
        for seed in SEEDS:
            task = exercise.pose(seed)
            answer = float(generator.uniform(-1000, 1000))
            assert not exercise.check(task, answer).passed
    for answer in (None, "", "no answer", "conv", float("nan"), 10**40):
        if exercise.given in ("number", "choice", "network", "image"):
            assert not exercise.check(exercise.pose(0), answer).passed


def test_hints_lead_there_and_do_not_hold_the_answer(exercise):
    assert len(set(exercise.hints)) == HINTS
    for hint in exercise.hints:
        assert not {name for _, name, _, _ in Formatter().parse(hint) if name and name.startswith("answer")}


def test_sentences_are_whole(exercise):
    for seed in SEEDS:
        task = exercise.pose(seed)
        for text in (task.question, task.explanation, exercise.words(task), *task.hints, *task.wrong.values()):
            assert text.strip() == text and text
            assert not re.search(r"[{}]|\b1 (pixels|windows|weights|filters|channels|layers|values)\b", text), text
        assert task.question.endswith((".", "?"))


def test_the_start_is_a_page_with_a_state_that_it_can_hold(exercise):
    for seed in SEEDS:
        start = exercise.pose(seed).start
        assert start.page in PAGES
        _, problems = labs.from_parameters(start.parameters)
        assert problems == []
        shown = {lab.key(name) for lab in labs.LABS if start.page in lab.pages for name in lab.__dataclass_fields__}
        assert set(start.parameters) <= shown | LINKS, "this page does not show all of that"


def test_the_same_seed_poses_the_same_task_and_others_other_numbers(exercise):
    assert exercise.pose(3).question == exercise.pose(3).question
    if exercise.kind == "predict" and exercise.given == "number":
        assert len({written(exercise.pose(seed).solution) for seed in SEEDS}) > 1


def test_an_exercise_needs_only_what_came_before():
    seen = set()
    for chapter in CHAPTERS:
        for exercise in chapter.exercises:
            assert set(exercise.needs) <= seen, exercise.id
            seen.add(exercise.id)
        assert {each.id for each in chapter.again} <= seen - {each.id for each in chapter.exercises}
    assert seen == set(EXERCISES)


def test_the_course_is_as_long_as_it_says():
    assert {exercise.kind for exercise in EXERCISES.values()} <= set(TITLES)
    assert all(5 <= chapter.minutes <= 10 for chapter in CHAPTERS)
    assert len({chapter.id for chapter in CHAPTERS}) == len(CHAPTERS)


def test_jax_is_not_loaded_before_an_exercise_needs_it():
    code = "import sys, cnnplay.course; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
