"""What a visitor writes is shown, never carried out: by Markdown, HTML, spreadsheets, Python, notebooks or the log.

tests/payloads.py has the texts; tests/pages/test_injection.py feeds them to the pages.
"""

import ast
import csv
import io
import json
import logging
import re
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import nbformat
import numpy as np
import pytest
import safetensors.numpy

from cnnplay import csv_text
from cnnplay.course.challenges import CHALLENGES, grade
from cnnplay.course.chapters import STEPS
from cnnplay.course.exercise import number_of
from cnnplay.course.progress import MOST_BYTES, Progress, from_json, to_json
from cnnplay.course.teaching import teachers_notes
from cnnplay.data.datasets import mnist
from cnnplay.errors import PlaygroundError
from cnnplay.experiments.execution import Run
from cnnplay.experiments.experiment import VERSION, Experiment
from cnnplay.experiments.experiment import from_json as experiment_from_json
from cnnplay.experiments.link import read_vary
from cnnplay.experiments.results import Results, read_csv
from cnnplay.export.archive import bundle
from cnnplay.export.experiment_notebook import experiment_notebook
from cnnplay.export.html_page import webpage
from cnnplay.export.lesson.texts import checked_link
from cnnplay.export.notebook import notebook
from cnnplay.export.saved_run import SavedRun, load
from cnnplay.export.scripts import FRAMEWORKS, script
from cnnplay.inputs.digit_search import find_digit
from cnnplay.labs.kernels import check_filter
from cnnplay.link import PARAMETERS, from_parameters
from cnnplay.network.architecture import Architecture
from cnnplay.network.model import initial_weights
from cnnplay.network.parsing import DEFAULT
from cnnplay.state import labs
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import History
from cnnplay.ui.log import MOST, CleanRecord
from cnnplay.ui.plain_text import JOINER, plain
from cnnplay.words import printable
from tests.hostile import COMPONENTS, assert_a_sentence
from tests.payloads import GROUPS, LATE, PAYLOADS, SIGN, Page, assert_no_formula, assert_only_shown

NETWORK, CONFIG = Architecture.parse("conv2k5s3-relu-flatten-dense10"), TrainConfig(epochs=1, train_images=100)
each_group = pytest.mark.parametrize("group", GROUPS)


def each_payload(check: Callable[[str], None]) -> Callable[[str], None]:
    """A test for each group, of all its texts."""

    @each_group
    def test(group: str) -> None:
        for text in GROUPS[group]:
            check(text)

    return test


def test_there_are_200_payloads_and_a_group_for_each_reader() -> None:
    assert len(PAYLOADS) >= 200
    assert min(map(len, GROUPS.values())) >= 20


@each_payload
def test_plain_text_shows_the_letters_and_nothing_else(text: str) -> None:
    made = plain(text)
    assert_only_shown(made)
    letters = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", made).replace(JOINER, "")
    kept = [letter for letter in text if letter.isprintable() and letter != " "]
    assert [letter for letter in letters if letter in kept] == kept


def test_the_check_of_plain_text_can_fail() -> None:
    for text in (
        "**a**",
        "<b>",
        "a [b](c)",
        "`a`",
        "# a",
        ":red[a]",
        "- a",
        "1. a",
        "    a",
        "a\u202eb",
        "$a$",
        "a_b_",
    ):
        with pytest.raises(AssertionError):
            assert_only_shown(text)
    for text in (r"https\:\/\/a\.org", r"www\.a\.org", r"a\@b\.org", r"\:material\_home\:", r"a \-\> b"):
        assert LATE.search(re.sub(r"\\(.)", r"\1", text))
        with pytest.raises(AssertionError):
            assert_only_shown(text)


READERS: dict[str, Callable[[str], object]] = {  # whatever reads a text that a visitor typed, linked or uploaded
    "a network": lambda text: Architecture.parse(text).require_classes(),
    "a part of a network": lambda text: Architecture.parse(f"conv6k2-{text}-dense10"),
    "a digit": lambda text: find_digit(mnist().test, text, 0),
    "an answer": number_of,
    "pixels": lambda text: _refusal(grade(CHALLENGES["five-pixels"], text).sentence),
    "a question": read_vary,
    "a value of a question": lambda text: read_vary(f"kernel:2,{text}"),
    "a filter": lambda text: check_filter([[[text]]], (2, 3, 1)),
    "a progress file": lambda text: from_json(text, STEPS),
    "an experiment file": experiment_from_json,
    "a framework": lambda text: script(text, NETWORK, CONFIG),
    "a weights file": lambda text: load(text.encode("utf-8", "replace")),
}


def _refusal(sentence: str) -> None:
    raise PlaygroundError(sentence)


@each_group
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_refusal_quotes_a_text_and_the_page_only_shows_it(reader: Callable[[str], object], group: str) -> None:
    for text in GROUPS[group]:
        try:
            reader(text)
        except PlaygroundError as error:
            assert_a_sentence(str(error))
            assert_only_shown(plain(str(error)))
            for remedy in error.remedies:
                assert_only_shown(plain(remedy.label))


@each_payload
def test_a_link_brings_no_text_of_its_own(text: str) -> None:
    names = ["net", *PARAMETERS]
    net, config, problems = from_parameters(dict.fromkeys(names, text))
    linked = {f"{lab.name}.{name}": text for lab in labs.LABS for name in lab.__dataclass_fields__}
    _, more = labs.from_parameters(linked)
    for problem in problems + more:
        assert_a_sentence(problem)
        assert_only_shown(plain(problem))
    assert re.fullmatch("[a-z0-9.-]+", net)
    assert SIGN not in repr(config)


def cells_of(table: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table, newline=""), strict=True))


@each_payload
def test_no_cell_of_a_table_begins_as_a_formula_and_every_cell_can_be_read_again(text: str) -> None:
    table = csv_text.to_csv(["a", text], [{"a": text, text: -1.5}, {"a": 7, text: None}])
    head, first, second = cells_of(table)
    for cell in (*head, *first, *second):
        assert_no_formula(cell)
    assert [csv_text.meant(cell) for cell in (*head, *first)] == ["a", printable(text), printable(text), "-1.5"]
    assert second == ["7", ""]


def test_the_check_of_a_cell_can_fail() -> None:
    for cell in ("=1", "+a", "-a", "@a", "\t1", "\ra", " =1", "＝1", "-1e5a"):
        with pytest.raises(AssertionError):
            assert_no_formula(cell)


def test_a_network_that_begins_with_a_sign_is_a_value_of_an_experiment_and_no_formula_in_its_table() -> None:
    asked = Experiment("conv6k2{more}-flatten-dense10", vary={"more": ["-relu", "-max2", ""]}, seeds=1, epochs=1)
    runs = [Run(trial) for trial in asked.trials]
    for run, text in zip(runs, ["=1+1 is why.", "@SUM is why.", "Because."], strict=True):
        run.problem = text
    table = Results(asked, runs).to_csv()
    rows = cells_of(table)
    for cell in [cell for row in rows for cell in row]:
        assert_no_formula(cell)
    assert "'-relu" in rows[1]
    assert [run.problem for run in read_csv(table, asked)] == [run.problem for run in runs]


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {  # where a text may stand in the file of an experiment
    "format": lambda text: {"format": text},
    "net": lambda text: {"net": text},
    "within net": lambda text: {"net": f"conv6k2-{text}-flatten-dense10"},
    "setting": lambda text: {"vary": {text: [1, 2]}},
    "value": lambda text: {"vary": {"pool": ["max", text]}},
    "value of a place": lambda text: {"net": "conv6k2{a}-flatten-dense10", "vary": {"a": ["", text]}},
    "seeds": lambda text: {"seeds": text},
    "training": lambda text: {"settings": {"optimizer": text}},
    "name in training": lambda text: {"settings": {text: 1}},
}


@each_group
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_experiment_of_a_file_exports_no_code_of_its_own(place: Callable[[str], dict[str, Any]], group: str) -> None:
    usual = {"format": VERSION, "net": DEFAULT, "vary": {}, "seeds": 1, "settings": {}}
    for text in GROUPS[group]:
        try:
            asked = experiment_from_json(json.dumps({**usual, **place(text)}))
        except PlaygroundError as error:
            assert_a_sentence(str(error))
            assert_only_shown(plain(str(error)))
            continue
        assert_only_data(asked)


def assert_only_data(asked: Experiment) -> None:
    """Its notebook makes the same experiment from literals alone; its table has no formula."""
    made = nbformat.reads(experiment_notebook(asked), as_version=4)
    nbformat.validate(made)
    source = made.cells[1].source
    (call,) = (node.value for node in ast.parse(source).body if isinstance(node, ast.Assign))
    assert isinstance(call, ast.Call)
    values = [ast.literal_eval(value) for value in (*call.args, *(word.value for word in call.keywords))]
    assert values[0] == asked.net
    assert experiment_from_json(asked.to_json()) == asked
    for row in cells_of(Results(asked, [Run(trial, problem="It ended.") for trial in asked.trials]).to_csv()):
        for cell in row:
            assert_no_formula(cell)


def test_a_name_in_a_progress_file_is_printable_and_the_file_is_read_again() -> None:
    for text in (text for text in PAYLOADS if len(text) < MOST_BYTES // 6):
        name = from_json(json.dumps({"format": "cnnplay course 1", "name": text, "steps": {}}), STEPS).name
        assert name.isprintable()
        assert_only_shown(plain(name))
        assert from_json(to_json(Progress(name=name)), STEPS).name == name


def weights_file(about: dict[str, Any], tensor: str = "conv1/kernel") -> bytes:
    return safetensors.numpy.save({tensor: np.zeros(1, np.float32)}, {"cnnplay": json.dumps(about)})


@each_group
def test_what_a_weights_file_says_is_refused_in_a_sentence(group: str) -> None:
    usual = {"version": 1, "network": str(NETWORK), "settings": asdict(CONFIG), "epoch": 0}
    for text in GROUPS[group]:
        if "\x00" in text or not text.isascii():
            continue  # the library that writes the file refuses these names itself
        files = [weights_file({**usual, name: text}) for name in usual]
        files += [weights_file({**usual, text: 1}), weights_file(usual, text)]
        files.append(weights_file({**usual, "settings": {**asdict(CONFIG), "optimizer": text}}))
        files.append(weights_file({**usual, "settings": {**asdict(CONFIG), text: 1}}))
        for file in files:
            with pytest.raises(PlaygroundError) as caught:
                load(file)
            assert_a_sentence(str(caught.value))
            assert_only_shown(plain(str(caught.value)))


def links() -> list[str]:
    """Addresses with a payload in them, and those that a lesson takes."""
    return [f"https://example.org/{text}" for text in PAYLOADS] + PAYLOADS


def test_a_link_that_a_lesson_takes_has_no_mark_of_html_markdown_or_python() -> None:
    taken = [link for link in links() if checked_link(link)]
    assert taken
    for link in taken:
        assert re.fullmatch(r"https?://[\w./?=&+%:;@!$*,~#-]+", link, re.ASCII | re.IGNORECASE)


@pytest.fixture(scope="module")
def taken() -> SavedRun:
    return SavedRun(NETWORK, CONFIG, initial_weights(NETWORK, 0), History(100), 0)


WORST = "https://example.org/?a=$x$*b*_c_~~d~~&lt;e&gt;;import+os;!ls%0a#%00"


def test_the_worst_link_that_is_taken_leaves_a_lesson_whole(taken: SavedRun) -> None:
    assert checked_link(WORST)
    usual = Page(webpage(NETWORK, CONFIG, taken.weights, link="https://example.org/"))
    page = Page(webpage(NETWORK, CONFIG, taken.weights, link=WORST))
    assert not page.open
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in usual.tags]
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "form", "base", "link", "object"})
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    for framework in FRAMEWORKS:
        made = nbformat.reads(notebook(NETWORK, CONFIG, framework, WORST), as_version=4)
        nbformat.validate(made)
        for cell in made.cells:
            if cell.cell_type == "code":
                assert "import+os" not in cell.source
                compile(re.sub("(?m)^[%!].*$", "pass", cell.source), "cell", "exec")


def test_everything_that_is_taken_home_stays_in_its_place(taken: SavedRun) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle(taken, WORST, data=False))) as archive:
        for name in archive.namelist():
            assert re.fullmatch(r"(figures/)?[\w.-]+", name)
            text = archive.read(name).decode("utf-8", "replace")
            if name.endswith(".py"):
                compile(text, name, "exec")
            elif name.endswith(".csv"):
                for cell in [cell for row in cells_of(text) for cell in row]:
                    assert_no_formula(cell)
            elif name.endswith((".json", ".ipynb")):
                json.loads(text)


def test_the_teachers_notes_are_whole() -> None:
    page = Page(teachers_notes())
    assert not page.open
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "form", "base", "link", "object"})


def logged(message: str, *arguments: object, **named: Any) -> str:
    """What a handler writes of an entry."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    record = CleanRecord("name", logging.INFO, __file__, 1, message, arguments, named.get("exc_info"))
    handler.handle(record)
    return text.getvalue()


@each_payload
def test_an_entry_of_the_log_is_one_clean_line(text: str) -> None:
    line = logged("the fragment %s does not exist", text)
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    assert line.startswith("INFO: the fragment ")
    assert len(line) < MOST + 20


def test_an_entry_has_no_empty_line_behind_it() -> None:
    assert logged("Exception in ASGI application\n") == "INFO: Exception in ASGI application\n"  # as uvicorn says it


@each_payload
def test_no_line_of_a_traceback_looks_like_an_entry(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError as error:
        lines = logged("it failed", exc_info=(type(error), error, error.__traceback__)).split("\n")
    assert lines[0] == "INFO: it failed"
    assert lines[-1] == ""
    for line in lines[1:-1]:
        assert line.startswith("    | ")
        assert line.isprintable()


def test_no_script_of_a_component_makes_html_of_a_text() -> None:
    for file in COMPONENTS.rglob("*.js"):
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser",
            file.read_text("utf-8"),
        )
        assert not found, f"{file.name}: {found and found[0]}"
