"""The load test calculates its figures correctly, misses a target when it should, and simulates valid actions."""

import json
from itertools import product

import pytest
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Exception_pb2 import Exception as ExceptionElement
from streamlit.proto.Markdown_pb2 import Markdown

from benchmarks.load import abuse, plan, tab
from benchmarks.load.plan import PAGES, SLIDERS, TRAINED, Plan, unseen_network
from benchmarks.load.rows import ROWS, conditions, details, growth, percentile, rows, table, unevenness
from benchmarks.load.slow import busy_processes
from cnnplay.bounds import bounds
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.ui.navigation import PAGES as ALL_PAGES

GOOD = {
    "plan": Plan(training=2)._asdict(),
    "starts": [{"healthy": 1.0, "drawn": 3.0, "resident": 300.0}] * 3,
    "answered": {"edit_0_kernel": [0.1] * 99, "to pooling": [0.2]},
    "problems": [],
    "tracebacks": 0,
    "trained": [{"seconds": 10.0, "active": 100.0}, {"seconds": 11.0, "active": 100.0}],
    "memory": {"crowd": [600.0], "passing": [700.0] * 8, "afterwards": []},
    "freed": [100.0, 119.0],
    "kept": 0,
}


def reached(results):
    return [row["reached"] for row in rows(results)]


def test_a_good_load_meets_every_target():
    assert reached(GOOD) == [True] * len(ROWS)


@pytest.mark.parametrize(
    "broken",
    [
        {"problems": ["exception: oh"]},
        {"tracebacks": 1},
        {"answered": {"edit_0_kernel": [0.6] * 100}},
        {"answered": {"edit_0_kernel": [0.1] * 90 + [2.0] * 10}},
        {"answered": {}},
        {"trained": [{"seconds": 10.0, "active": 100.0}, {"seconds": 12.1, "active": 100.0}]},
        {"trained": [{"seconds": 10.0, "active": 100.0}]},
        {"trained": [{"seconds": 10.0, "active": 100.0}, {"seconds": 0.0, "active": 100.0}]},
        {"trained": [{"seconds": 10.0, "active": 100.0}, {"seconds": 10.0, "active": 0.0}]},
        {"memory": {"crowd": [600.0, 1501.0], "passing": [700.0] * 8, "afterwards": []}},
        {"memory": {"crowd": [600.0], "passing": [600.0, 600, 700, 700, 720, 720, 740, 740], "afterwards": []}},
        {"kept": 1},
        {"freed": [1.0, 130.0]},
        {"starts": [{"healthy": 3.0, "drawn": 3.5, "resident": 300.0}]},
        {"starts": [{"healthy": 1.0, "drawn": 4.5, "resident": 300.0}]},
        {"starts": [{"healthy": 1.0, "drawn": 3.5, "resident": 351.0}]},
    ],
    ids=json.dumps,
)
def test_every_target_can_be_missed(broken):
    assert False in reached(GOOD | broken)


def test_the_table_is_markdown_with_a_row_for_every_figure():
    lines = table({"rows": rows(GOOD)}).splitlines()
    assert len(lines) == 2 + len(ROWS)
    assert {line.count("|") for line in lines} == {5}
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    "values, share, expected",
    [([], 0.5, None), ([3.0], 0.95, 3.0), ([1, 2, 3], 0.5, 2), (range(101), 0.5, 50), (range(101), 0.95, 95)],
)
def test_percentile(values, share, expected):
    assert percentile(list(values), share) == expected


def test_unevenness_compares_the_largest_share_with_the_smallest():
    runs = [{"seconds": seconds, "active": 100.0} for seconds in (10, 15, 12)]
    assert unevenness({"trained": runs, "plan": {"training": 3}}) == pytest.approx(50)
    waited = {"seconds": 6.0, "active": 50.0}  # half of the time in the queue
    assert unevenness({"trained": [*runs[:2], waited], "plan": {"training": 3}}) == pytest.approx(50)


def test_growth_compares_the_last_quarter_with_the_second():
    resident = [100.0] * 25 + [200.0] * 25 + [900.0] * 25 + [210.0] * 25
    assert growth({"memory": {"passing": resident}}) == pytest.approx(5)


def test_every_short_visit_trains_a_different_network():
    networks = [unseen_network(number) for number in range(plan.FULL.passing)]
    assert len(set(networks)) == len(networks)
    assert all(Architecture.parse(network).require_classes() is None for network in networks[:50])


def test_the_caption_says_where_the_runs_train():
    results = GOOD | {"machine": "2 cores"}
    assert "cluster" not in conditions(results)
    assert "The runs train on a cluster of two workers" in conditions(results | {"cluster": True})


def test_what_an_answer_costs_is_the_processors_time_by_the_number_of_answers():
    results = GOOD | {"opened": [], "updates": [0.1] * 100, "page_seconds": 6.0}
    assert "30.0 ms of the processor an answer, of 200" in details(results | {"trained": []})


def test_the_actions_of_visitors_are_valid():
    """A page that shows an error for a valid action counts as a failure, so the sliders' values must fit together."""
    assert set(PAGES) - {""} <= ALL_PAGES.keys()
    for network, batch in TRAINED:
        Architecture.parse(network).require_classes()
        TrainConfig(batch_size=batch, epochs=bounds(TrainConfig, "epochs")[1])
    names = ("filters", "kernel", "stride", "pool_size", "hidden", "dropout")
    edits = [SLIDERS[f"edit_{name}" if name in ("hidden", "dropout") else f"edit_0_{name}"] for name in names]
    for filters, kernel, stride, pool, hidden, dropout in product(*([min(e), max(e)] for e in edits)):
        Architecture.parse(
            f"conv{filters}k{kernel}s{stride}-relu-max{pool}-flatten{f'-dropout{dropout}' if dropout else ''}"
            f"{f'-dense{hidden}-relu' if hidden else ''}-dense10"
        ).require_classes()


@pytest.mark.parametrize(
    "widget, key",
    [
        ("$$ID-0f60d91a75b50ceb24c5f551c9bc7d0a-edit_0_kernel", "edit_0_kernel"),
        ("$$ID-0f60d91a75b50ceb24c5f551c9bc7d0a-maps.size@pooling", "maps.size"),
        ("$$ID-0f60d91a75b50ceb24c5f551c9bc7d0a-a-key", "a-key"),
        ("$$ID-0f60d91a75b50ceb24c5f551c9bc7d0a-None", "None"),
    ],
)
def test_a_widget_is_found_by_its_key(widget, key):
    assert tab.key_of(widget) == key


@pytest.mark.parametrize(
    "shown, is_error",
    [
        (ExceptionElement(message="oh"), True),
        (Alert(body="It does not fit.", format=Alert.ERROR), True),
        (Alert(body="It is queued.", format=Alert.INFO), False),
        (Alert(body="It was removed.", format=Alert.WARNING), False),
        (Markdown(body="Filters"), False),
        (None, False),
    ],
)
def test_errors_on_a_page_are_detected(shown, is_error):
    assert bool(tab.error_message(shown)) == is_error


def test_a_machine_is_made_as_slow_as_whole_cores_allow():
    assert [busy_processes(slow, 2) for slow in (1, 2)] == [0, 1]
    assert [busy_processes(slow, 4) for slow in (1, 4 / 3, 2, 4)] == [0, 1, 2, 3]
    for slow, cores in ((2, 1), (3, 2), (1.2, 2)):
        with pytest.raises(ValueError, match=f"not {slow:g} times"):
            busy_processes(slow, cores)
    assert busy_processes(1, 1) == 0


@pytest.mark.parametrize(
    "changes, is_bounded",
    [
        ({}, True),
        ({"waited": [0.1, abuse.MOST_MEDIAN + 0.1, abuse.MOST_MEDIAN + 0.1]}, False),
        ({"waited": [0.1, 0.1, abuse.MOST_WAIT + 0.1]}, False),
        ({"memory": abuse.MOST_MEMORY + 1}, False),
        ({"lines": abuse.MOST_LINES + 1}, False),
    ],
    ids=str,
)
def test_each_bound_of_an_abuse_can_be_exceeded(changes, is_bounded):
    measured = abuse.Measured(**{"kind": "presses", "waited": [0.1, 0.1, 0.3], "memory": 10.0, "lines": 5} | changes)
    assert measured.is_bounded == is_bounded
    assert measured.row().rstrip(" |").endswith("yes" if is_bounded else "no")
    assert len(measured.row()) == len(abuse.HEAD.splitlines()[0])
