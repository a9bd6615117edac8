"""A learner's progress: its file, which may be anything, and what two of them make together."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnplay.course.chapters import CHAPTERS, STEPS
from cnnplay.course.exercise import HINTS, CourseError, number_of
from cnnplay.course.progress import MOST_BYTES, MOST_TRIES, Attempts, Progress, from_json, to_json
from cnnplay.course.teaching import learners, misunderstandings, teachers_notes

IDS = [*STEPS][:4]
ATTEMPTS = st.builds(
    Attempts,
    st.booleans(),
    st.integers(0, MOST_TRIES),
    st.integers(0, HINTS),
    st.booleans(),
    st.sets(st.integers(0, 19), max_size=5).map(lambda slips: tuple(sorted(slips))),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
)
PROGRESS = st.builds(Progress, st.dictionaries(st.sampled_from(IDS), ATTEMPTS))


@given(PROGRESS)
def test_a_file_gives_back_what_was_saved(progress):
    assert from_json(to_json(progress), IDS) == progress
    assert from_json(to_json(progress).encode(), IDS) == progress


@given(PROGRESS, PROGRESS)
def test_two_files_together_are_the_same_in_either_order_and_lose_nothing(one, other):
    both = one.merged(other)
    assert both == other.merged(one)
    assert both.merged(one) == both
    for id in IDS:
        assert both.of(id).passed == (one.of(id).passed or other.of(id).passed)
        assert both.of(id).tries >= max(one.of(id).tries, other.of(id).tries)


@given(PROGRESS, PROGRESS)
def test_what_was_done_after_an_earlier_visit_adds_its_tries(now, earlier):
    both = now.after(earlier)
    for id in IDS:
        assert both.of(id).tries == min(now.of(id).tries + earlier.of(id).tries, MOST_TRIES)
        assert replace(both.of(id), tries=0) == replace(now.merged(earlier).of(id), tries=0)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_anything_else_is_refused_with_a_sentence(content):
    for data in (json.dumps(content), json.dumps({"format": "cnnplay course 1", "steps": content})):
        try:
            assert from_json(data, IDS) == Progress()
        except CourseError as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[" * 50_000,
        b" " * (MOST_BYTES + 1),
        b'{"format": "cnnplay course 1", "steps": {"stride-count": {"tries": 1e999}}}',
        b'{"format": "cnnplay course 1", "steps": {"stride-count": {"tries": true}}}',
        b'{"format": "cnnplay course 1", "steps": {"stride-count": {"hints": 4}}}',
        b'{"format": "cnnplay course 1", "steps": {"stride-count": {"slips": [99]}}}',
        b'{"format": "cnnplay course 1", "steps": {}, "name": ["x"]}',
        b'{"format": "cnnplay course 2", "steps": {}}',
    ],
)
def test_broken_and_forged_files_are_refused(data):
    with pytest.raises(CourseError):
        from_json(data, STEPS)


def test_steps_that_a_later_course_may_have_are_left_out():
    data = to_json(Progress({"from-the-future": Attempts(passed=True), IDS[0]: Attempts(tries=1)}))
    assert set(from_json(data, IDS).steps) == {IDS[0]}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("1,014", 1014),
        ("10,180", 10180),
        ("13.5", 13.5),
        ("0,5", 0.5),
        ("1/9", 1 / 9),
        ("−3", -3),
        (" ", None),
    ],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["many", "1e5", "1/0", "--3", "1,2,3", "12 windows", "9" * 40, "nan"])
def test_what_is_no_number_gets_a_sentence(text):
    with pytest.raises(CourseError, match=r"is no number"):
        number_of(text)


def test_the_notes_hold_every_exercise_and_no_markup_of_a_learner():
    notes = teachers_notes()
    for chapter in CHAPTERS:
        assert f". {chapter.title}" in notes.replace("&amp;", "&").replace("&#x27;", "'")
    assert "<script" not in notes
    assert "http" not in notes.replace("http://www.w3.org", "")


def test_a_class_is_ranked_and_each_wrong_answer_counts_a_learner_once():
    first, second = (
        Progress({"stride-count": Attempts(True, 3, slips=(0, 1))}, name="Ada"),
        Progress({"stride-count": Attempts(tries=1, slips=(1,))}),
    )
    files = [("b.json", second), ("a.json", first)]
    assert [one.name for one in learners(files)] == ["Ada", "b.json"]
    counted = {wrong.sentence: wrong.learners for wrong in misunderstandings(files)}
    sentences = list(STEPS["stride-count"][1].pose(0).wrong.values())
    assert counted == {sentences[1]: 2, sentences[0]: 1}


def test_the_notes_write_numbers_as_a_person_does():
    notes = teachers_notes()
    assert not re.search(r"\d\.\d{5,}|<li>-|<p>-\d|<li>\d[\d,]*\.0\b", notes)
