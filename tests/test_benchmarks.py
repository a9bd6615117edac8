"""The benchmark calculates its figures correctly, compares each column with what belongs to it, and misses targets."""

import pytest

from benchmarks.conduct import Runner, runners
from benchmarks.measure import MEASUREMENTS
from benchmarks.picture import draw
from benchmarks.rows import ROWS, rows
from benchmarks.settings import COLUMNS, EVALUATED, FULL, FURTHER_NETWORKS, GRID, KERAS_CONVNET, NOTEBOOK
from benchmarks.table import conditions, disturbance, table
from benchmarks.traffic import step_cost
from cnnplay.network.architecture import Architecture

VERSIONS = {
    "default": {"Python": "3.11.7", "JAX": "0.10.2", "PyTorch": "2.13.0"},
    "next": {"Python": "3.13.0", "JAX": "0.12.0.1"},
}
STEPS = {"cnnplay": 0.01, "cnnplay-next": 0.005, "pytorch": 0.03, "keras": 0.03, "nnx": 0.1, "nnx-next": 0.2}


def settings_of(indices, **changed):
    """As `measure.grid` returns them, every round alike, from the seconds of a step."""
    frameworks = {name: [seconds] * 3 for name, seconds in (STEPS | changed).items()}
    return [{"network": GRID[i].network, "batch": GRID[i].batch, "frameworks": frameworks} for i in indices]


def both(first, second):
    return {"cnnplay": first, "cnnplay-next": second}


def results(**changed):
    """Made-up results in which every target is reached, but for what is changed."""
    job = {"cnnplay": 10.0, "cnnplay-next": 5.0, "pytorch": 40.0, "keras": 80.0}
    measured = {
        "job": {"frameworks": {name: [{"seconds": seconds}] * 2 for name, seconds in job.items()}},
        "grid": settings_of(range(len(GRID))),
        "pressure": settings_of(range(len(GRID))),
        "fast99": both(
            [{"seconds": 6.5, "accuracies": [0.98, 0.991]}] * 10, [{"seconds": 5.5, "accuracies": [0.98, 0.993]}] * 10
        ),
        "first_step": both([{"seconds": 0.7}] * 5, [{"seconds": 0.6}] * 5),
        "seen_before": both([{"seconds": 0.2}] * 5, [{"seconds": 0.1}] * 5),
        "memory": both(
            [{"peak": 460.0, "resident": list(range(400, 441))}],
            [{"peak": 480.0, "resident": list(range(400, 482, 2))}],
        ),
        "evaluation": [setting | {"batch": 1000} for setting in settings_of(EVALUATED)],
        "experiment": both(
            {"loop": 20.0, "one worker": 20.0, "two workers": 15.0},
            {"loop": 10.0, "one worker": 10.0, "two workers": 8.0},
        ),
    }
    made = {
        "machine": {"processor": "A processor", "cores": 2, "used": 2, "system": "Linux", "versions": VERSIONS},
        "scale": FULL._asdict(),
        "asked": list(MEASUREMENTS),
        "measured": measured | changed,
        "others": {"job": 0.01},
        "problems": [],
    }
    return made | {"rows": rows(made)}


def cells(made, what, peer=""):
    """The cells of the row of that title that compares with that peer, in the order of COLUMNS."""
    (found,) = (row for row in made["rows"] if row["what"] == what and row["columns"]["default"]["peer"] == peer)
    return [found["columns"][column] for column in COLUMNS]


MEAN = "A training step, mean of 30 settings"
SLOWEST = "The slowest of these settings"
PRESSED = ", while another process copies arrays"


def test_good_results_reach_every_target():
    for row, made in zip(ROWS, results()["rows"], strict=True):
        reached = [made["columns"][column]["reached"] for column in COLUMNS]
        assert reached == [None if target is None else True for target in row.targets], made


def test_every_measurement_has_a_row():
    assert {row.measurement for row in ROWS} == set(MEASUREMENTS)


@pytest.mark.parametrize(
    ("what", "peer", "changed"),
    [
        (MEAN, "PyTorch", {"grid": settings_of(range(30), pytorch=0.01)}),
        (MEAN, "nnx.Conv", {"grid": settings_of(range(30), nnx=0.07)}),
        (MEAN + PRESSED, "PyTorch", {"pressure": settings_of(range(30), pytorch=0.01)}),
        (SLOWEST, "PyTorch", {"grid": settings_of(range(29)) + settings_of([29], pytorch=0.0049)}),
        (SLOWEST + PRESSED, "PyTorch", {"pressure": settings_of(range(29)) + settings_of([29], pytorch=0.004)}),
        ("A step of Keras's MNIST convnet", "Keras on TensorFlow", {"grid": settings_of(range(30), keras=0.0055)}),
        ("Fast 99 %: test accuracy", "", {"fast99": both(*[[{"seconds": 5.0, "accuracies": [0.9, 0.9899]}]] * 2)}),
        ("Fast 99 %: training and compiling", "", {"fast99": both(*[[{"seconds": 7.1, "accuracies": [0.99]}]] * 2)}),
        ("First step of the notebook's network", "", {"first_step": both(*[[{"seconds": 0.81}]] * 2)}),
        ("First step of a network seen before", "", {"seen_before": both(*[[{"seconds": 0.31}]] * 2)}),
        (
            "Memory for each further network",
            "",
            {"memory": both(*[[{"peak": 1.0, "resident": list(range(0, 205, 5))}]] * 2)},
        ),
        (
            "Evaluation of 10,000 images, mean of 2 networks",
            "PyTorch",
            {"evaluation": settings_of([0], pytorch=0.0099)},
        ),
    ],
)
def test_a_figure_beyond_its_bound_misses_its_target(what, peer, changed):
    assert all(cell["reached"] is False for cell in cells(results(**changed), what, peer) if cell["target"])


def test_both_columns_are_compared_with_the_same_peers_but_with_their_own_plain_flax():
    made = results()
    assert [cell["value"] for cell in cells(made, MEAN, "PyTorch")] == pytest.approx([3, 6])
    assert [cell["value"] for cell in cells(made, MEAN, "nnx.Conv")] == pytest.approx([10, 40])
    assert [cell["theirs"] for cell in cells(made, MEAN, "nnx.Conv")] == ["100.00 ms (0 %)", "200.00 ms (0 %)"]
    assert made["rows"][0]["columns"]["default"]["theirs"] == made["rows"][0]["columns"]["next"]["theirs"]


def test_a_mean_over_settings_is_geometric_and_the_slowest_is_named():
    grid = settings_of([NOTEBOOK], pytorch=0.02) + settings_of([KERAS_CONVNET], pytorch=0.08)
    made = results(grid=grid)
    assert [cell["value"] for cell in cells(made, MEAN, "PyTorch")] == pytest.approx([4, 8])
    (slowest, _) = cells(made, SLOWEST, "PyTorch")
    assert slowest["value"] == pytest.approx(2)
    assert slowest["note"] == f"{GRID[0].network}, batch 32"


def test_a_single_slow_round_does_not_change_the_median_but_shows_in_the_spread():
    job = {"cnnplay": 10.0, "cnnplay-next": 5.0, "pytorch": 40.0, "keras": 80.0}
    rounds = {name: [{"seconds": factor * seconds} for factor in (1, 3, 1)] for name, seconds in job.items()}
    cell, _ = cells(results(job={"frameworks": rounds}), "Training the notebook's network, 10 epochs", "PyTorch")
    assert (cell["value"], cell["ours"], cell["theirs"]) == (4, "10.00 s (200 %)", "40.00 s (200 %)")


def test_the_memory_of_a_network_is_that_of_the_later_half():
    resident = [400, *range(500, 2500, 100), *range(2402, 2442, 2)]  # 100 MB for each of the first 20, then 2 MB
    made = results(memory=both(*[[{"peak": 460.0, "resident": resident}]] * 2))
    assert [cell["value"] for cell in cells(made, "Memory for each further network")] == [2, 2]


def test_what_could_not_be_measured_says_so_and_misses_its_target():
    made = results(seen_before=None)
    (missing,) = (line for line in table(made).splitlines() if "seen before" in line)
    assert [text.strip() for text in missing.split("|")[3:6]] == ["not measured", "≤ 0.3 s", "no"]


def test_the_table_has_the_columns_of_both_pythons_and_each_peer_once():
    lines = table(results()).splitlines()
    assert [head.strip() for head in lines[0].split("|")[2:-1]] == [
        "compared with",
        *("Python 3.11, JAX 0.10", "target", "reached"),
        *("Python 3.13, JAX 0.12", "target", "reached"),
    ]
    job = [text.strip() for text in lines[2].split("|")[1:-1]]
    assert job == [
        *("Training the notebook's network, 10 epochs", "PyTorch 40.00 s (0 %)"),
        *("4.00 ×: 10.00 s (0 %)", "≥ 3.5 ×", "yes"),
        *("8.00 ×: 5.00 s (0 %)", "≥ 4.5 ×", "yes"),
    ]
    assert sum("nnx.Conv 100.00 ms (0 %); 200.00 ms (0 %)" in line for line in lines) == 1
    assert len({line.count("|") for line in lines if line.startswith("|")}) == 1


def test_the_table_of_a_single_measurement_has_its_rows_alone():
    made = results() | {"asked": ["first_step"]}
    lines = table(made | {"rows": rows(made)}).splitlines()
    assert len(lines) == 3 and "First step of the notebook's network" in lines[2]


def test_a_note_names_the_column_where_the_columns_differ():
    grid = settings_of([NOTEBOOK], pytorch=0.02) + settings_of([KERAS_CONVNET], **{"cnnplay-next": 0.1})
    notes = table(results(grid=grid))
    assert (
        f"- {SLOWEST}: {GRID[0].network}, batch 32 (Python 3.11, JAX 0.10); {GRID[KERAS_CONVNET].network}, batch 128 "
        "(Python 3.13, JAX 0.12)."
    ) in notes


def test_the_caption_has_the_versions_of_both_environments():
    caption = conditions(results())
    assert "Python 3.11.7, JAX 0.10.2, PyTorch 2.13.0 and Python 3.13.0, JAX 0.12.0.1" in caption
    assert "no newer Python" not in caption and "1,000 a call" in caption


def test_without_a_newer_python_there_is_one_column_and_the_caption_says_so():
    made = results()
    made["machine"]["versions"] = {"default": VERSIONS["default"]}
    made["rows"] = rows(made)
    assert table(made).splitlines()[0].count("target") == 1
    assert "no newer Python was found" in conditions(made)


def test_a_disturbed_machine_asks_for_another_measurement():
    assert not disturbance(results())
    assert disturbance(results() | {"others": {"job": 0.01, "grid": 0.2}}) in conditions(
        results() | {"others": {"job": 0.01, "grid": 0.2}}
    )


def test_only_our_own_frameworks_run_on_the_newer_python():
    pythons = {"default": "/one/python", "next": "/two/python"}
    assert runners(pythons, "cnnplay", "pytorch", "keras") == [
        Runner("cnnplay", "default", "/one/python"),
        Runner("cnnplay", "next", "/two/python"),
        Runner("pytorch", "default", "/one/python"),
        Runner("keras", "default", "/one/python"),
    ]
    assert [runner.name for runner in runners(pythons, "nnx")] == ["nnx", "nnx-next"]


@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS[:1]])
def test_the_picture_is_drawn_for_one_column_and_for_two(columns, tmp_path):
    made = results()
    made["machine"]["versions"] = {column: VERSIONS[column] for column in columns}
    draw(made, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_the_networks_of_the_memory_row_are_all_different():
    assert len({GRID[NOTEBOOK].network, *FURTHER_NETWORKS}) == 1 + FULL.networks


def test_the_compiler_counts_about_the_operations_of_the_shapes_table():
    """Three products of the size of the forward pass; the gradient for the images themselves is left out."""
    architecture = Architecture.parse("conv8k5-relu-max2-conv16k3-relu-max2-flatten-dense10")
    forward = 2 * architecture.macs * 128
    counted = step_cost(str(architecture), 128)  # in four parts
    assert 2 * forward < counted.operations < 3.2 * forward
    assert counted.bytes > 4 * 128 * 2 * architecture.values  # each value is written, and read again
