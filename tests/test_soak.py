"""The soak decides by its seed alone, sees what breaks a promise, and shortens a trace to what fails again."""

import asyncio
import logging
import re
import time
from base64 import b64decode
from random import Random
from urllib.parse import parse_qsl

import pytest

from benchmarks.soak import acts, clicks, faults
from benchmarks.soak.choices import Weighted, drawing, next_step, value_for
from benchmarks.soak.deserved import is_deserved, problem_of
from benchmarks.soak.invariants import Histories, Markers, disagreements, growth, lost_edits, wrong_progress
from benchmarks.soak.plan import MORE_FILES, MORE_THREADS, Plan, markers_of, name_of, seeds_of
from benchmarks.soak.proxy import Line
from benchmarks.soak.report import plateaus
from benchmarks.soak.soak import to_its_end, traceback_in
from benchmarks.soak.trace import Step, shortest
from benchmarks.soak.visitor import first_link
from benchmarks.soak.world import Sample, Weather
from cnnplay import link
from cnnplay.network.architecture import Architecture
from cnnplay.ui.components.pad import SIDE
from cnnplay.ui.log import CleanRecord

VISITORS = range(Plan().tabs + Plan().browsers)


@pytest.fixture
def run():
    return {
        "number": 2,
        "status": "paused",
        "step": 64,
        "total": 320,
        "epochs": [[32, 0.5, 0.8765], [64, 0.25, 0.9]],
        "last": [[63, 0.3], [64, 0.2]],
    }


def drawn(**changes):
    """The live curves of that run, with changes."""
    curve = {"raw": [[1, 2.3], [64, 0.2]], "test": [[32, 0.5], [64, 0.25]]}
    return {"runs": [{"id": "2", "loss": curve | changes, "accuracy": {"raw": [], "test": [[32, 0.8765]]}}]}


# What random hands do.


def test_a_seed_decides_every_act():
    rows = [Weighted(row.name, row.weight) for row in acts.ROWS]

    def series(seed):
        chance = Random(seed)
        return [next_step(rows, chance) for _ in range(50)]

    assert series("0 3") == series("0 3")
    assert series("0 3") != series("0 4")
    assert {step.act for step in series("0 3")} <= set(acts.ACTS)


@pytest.mark.parametrize(
    "field, allowed",
    [
        ({"name": "edit_0_filters", "kind": "slider", "low": 1, "high": 512, "step": 1}, range(1, 513)),
        ({"name": "curves.smoothing", "kind": "slider", "low": 0.0, "high": 1.0, "step": 0.5}, (0.0, 0.5, 1.0)),
        ({"name": "pool", "kind": "list", "options": ["max", "mean"]}, ("max", "mean")),
        ({"name": "on", "kind": "switch", "value": True}, (False,)),
        ({"name": "train_seed", "kind": "number", "low": 0, "high": 9, "step": 1}, seeds_of(3)),
        ({"name": "train_epochs", "kind": "slider", "low": 1, "high": 50}, (1, 2, 3, 50)),
        ({"name": "train_epochs", "kind": "slider", "options": ["1", "10"]}, ("1",)),
    ],
    ids=lambda each: each["name"] if isinstance(each, dict) else "",
)
def test_values_are_those_that_a_field_offers(field, allowed):
    assert {value_for(field, 3, Random(seed)) for seed in range(200)} <= set(allowed)


def test_several_options_and_texts_are_chosen_within_bounds():
    several = {"name": "several", "kind": "several", "options": list("abcdef")}
    text = {"name": "text", "kind": "text", "most": 3}
    for seed in range(50):
        assert set(value_for(several, 0, Random(seed))) <= set("abcdef")
        assert len(value_for(text, 0, Random(seed))) <= 3


def test_drawings_have_the_size_of_the_pad():
    sizes = {len(b64decode(drawing(Random(seed)))) for seed in range(30)}
    assert sizes == {0, SIDE * SIDE}


def test_every_visitor_begins_with_a_network_and_a_seed_of_its_own():
    links = [dict(parse_qsl(first_link(number)[1])) for number in VISITORS]
    assert len({each["net"] for each in links}) == len({each["seed"] for each in links}) == len(VISITORS)
    for each in links:
        net, config, problems = link.from_parameters(each)
        assert not problems
        assert str(config.seed) == each["seed"]
        assert Architecture.parse(net).require_classes() is None


def test_names_of_acts_and_faults_are_unique():
    assert len(acts.ACTS) == len(acts.ROWS)
    assert len(clicks.CLICKS) == len(clicks.ROWS)
    assert len({row.name for row in faults.ROWS}) == len(faults.ROWS)
    assert len(faults.possible()) + len(faults.impossible()) == len(faults.ROWS)


# What must hold.


def test_what_belongs_to_another_visitor_is_found():
    markers = Markers()
    for number in VISITORS:
        markers.add(number, markers_of(number))
    assert markers.foreign(3, f"?seed={seeds_of(3)[1]}".encode()) is None
    assert "visitor 5" in str(markers.foreign(3, f"?seed={seeds_of(5)[0]}".encode()))
    assert "visitor 5" in str(markers.foreign(3, name_of(5).encode()))
    assert "visitor 5" in str(markers.foreign(3, name_of(5, is_good=False).encode()))
    assert markers.foreign(3, b"a run-id") is None
    markers.add(4, ["run-id"])
    assert "visitor 4" in str(markers.foreign(3, b"a run-id"))
    assert markers.foreign(4, b"a run-id") is None


def test_a_history_that_shrinks_is_found_but_for_a_reset(run):
    less = run | {"step": 32, "epochs": run["epochs"][:1]}
    for reset, expected in (([], 1), (["a"], 0)):
        histories = Histories()
        assert list(histories.shrunk({"a": run})) == []
        assert list(histories.shrunk({"a": run | {"step": 70}})) == []
        assert len(list(histories.shrunk({"a": less}, reset))) == expected
        assert list(histories.shrunk({"a": less})) == []
    histories.forget()
    assert list(histories.shrunk({"a": run | {"step": 1, "epochs": []}})) == []


def test_an_epoch_that_becomes_another_is_found(run):
    histories = Histories()
    list(histories.shrunk({"a": run}))
    other = run | {"epochs": [[32, 0.5, 0.1], *run["epochs"][1:]]}
    assert "epochs" in dict(histories.shrunk({"a": other}))["a"]


@pytest.mark.parametrize(
    "changes, texts, wrong",
    [
        ({}, ["6 filters · run 2, epoch 1 of 10 · 87.6 %"], 0),
        ({}, ["6 filters · run 2, epoch 2 of 10 · 90.0 %", "run 7, epoch 1 of 2 · 1.0 %"], 0),
        ({}, ["6 filters · run 2, epoch 2 of 10 · 90.1 %"], 1),
        ({}, ["6 filters · run 2, epoch 3 of 10 · 90.0 %"], 1),
        ({"test": [[32, 0.5]]}, [], 0),
        ({"test": [[32, 0.51]]}, [], 1),
        ({"test": [[32, 0.5], [64, 0.25], [96, 0.2]]}, [], 1),
        ({"raw": [[63, 0.3]]}, [], 0),
        ({"raw": [[63, 0.31]]}, [], 1),
        ({"raw": [[65, 0.2]]}, [], 1),
    ],
)
def test_numbers_that_are_not_the_engines_are_found(run, changes, texts, wrong):
    assert len(list(disagreements(drawn(**changes), texts, [run]))) == wrong


@pytest.mark.parametrize(
    "text, status, is_wrong",
    [
        ("**6 filters** paused: epoch 2 of 10, step 64 of 320", "paused", False),
        ("**6 filters** paused: epoch 2 of 10, step 60 of 320", "paused", True),
        ("**6 filters** training: epoch 2 of 10, step 60 of 320", "running", False),
        ("**6 filters** training: epoch 2 of 10, step 65 of 320", "running", True),
        ("**6 filters** training: epoch 2 of 10, step 60 of 321", "running", True),
        ("No run yet", "paused", False),
    ],
)
def test_a_progress_that_says_something_else_is_found(run, text, status, is_wrong):
    assert bool(wrong_progress(text, run | {"status": status})) == is_wrong


def test_an_edit_that_is_not_taken_is_found():
    fields = [{"name": "a", "taken": 5}, {"name": "b", "taken": None}, {"name": "c"}]
    assert lost_edits({"a": 5, "gone": 9}, fields) == []
    assert lost_edits({"a": 6, "b": 0, "c": 1}, fields) == ["a", "b", "c"]


def test_red_boxes_are_deserved_by_what_a_visitor_did():
    unfit = "net=conv6k30-relu-flatten-dense10"
    problem = problem_of(unfit)
    assert problem
    assert is_deserved(problem.replace("(", "\\("), unfit, [])
    assert not is_deserved(problem, "net=conv6k3-relu-flatten-dense10", [])
    assert is_deserved(re.sub(r"\d+", lambda number: str(int(number[0]) + 1), problem), unfit, [])
    assert is_deserved("The loss is above 2\\.30\\, the loss of pure guessing\\.", "", [])
    assert is_deserved("soak\\-file\\.png: it is no picture.", "", ["soak-file.png"])
    assert not is_deserved("other.png: it is no picture.", "", ["soak-file.png"])
    assert not is_deserved("The server has run out of memory.", "", [])


def test_what_grows_all_the_time_is_no_plateau():
    assert growth([5.0] * 40) == 0
    assert growth([1.0] * 3) is None

    def failures(threads, files):
        return [each.kind for each in plateaus([Sample(10 * at, 1, 500, threads(at), files(at)) for at in range(40)])]

    assert failures(lambda _: 30, lambda _: 60) == []
    assert failures(lambda at: 30 + at * MORE_THREADS // 10, lambda _: 60) == ["threads"]
    assert failures(lambda _: 30, lambda at: 60 + at * MORE_FILES // 10) == ["files"]


def test_a_process_that_begins_anew_has_a_plateau_of_its_own():
    samples = [Sample(10 * at, life, 500, 30 * life, 60) for life in (1, 2) for at in range(40)]
    assert list(plateaus(samples)) == []


def test_tracebacks_are_found_but_those_of_a_full_disk_while_it_is_full():
    log = "INFO fine\nTraceback (most recent call last):\n  File x\nOSError: [Errno 27] File too large\n"
    other = log.replace("OSError: [Errno 27] File too large", "KeyError: 3")
    assert traceback_in("INFO fine\n", True) is None
    assert traceback_in(log, True) is None
    assert "File too large" in str(traceback_in(log, False))
    for disk_is_full in (False, True):
        assert "KeyError: 3" in str(traceback_in(other, disk_is_full))
    assert "KeyError: 3" in str(traceback_in(f"{log}\n{other}\n{log}", True))


@pytest.mark.parametrize("error", [OSError(27, "File too large"), KeyError(3)], ids=repr)
@pytest.mark.parametrize(
    "together", [lambda error: RuntimeError("no answer"), lambda error: ExceptionGroup("", [error])]
)
def test_tracebacks_are_found_as_the_app_logs_them(error, together):
    try:
        try:
            raise error
        except Exception:
            raise together(error)  # noqa: B904  a chain, or a group
    except Exception as chain:
        record = CleanRecord("", logging.ERROR, "", 1, "it failed", (), (type(chain), chain, chain.__traceback__))
    log = f"INFO fine\n{logging.Formatter().format(record)}\nINFO fine\n"
    assert str(error) in str(traceback_in(log, False))
    assert (traceback_in(log, True) is None) == isinstance(error, OSError)


def test_a_fault_is_known_while_it_lasts_and_a_moment_longer():
    weather = Weather()
    assert not weather.lasts_or_just_ended(faults.FULL_DISK)
    weather.begin(faults.FULL_DISK, False)
    assert weather.lasts_or_just_ended(faults.FULL_DISK)
    weather.end()
    assert weather.lasts_or_just_ended(faults.FULL_DISK)
    assert not weather.lasts_or_just_ended(faults.FULL_DISK, within=0.0)


def test_a_visitor_who_ends_too_early_is_a_failure_and_others_go_on():
    class Told:
        def __init__(self):
            self.failures = []

        def fail(self, failure):
            self.failures.append(failure)

    async def ends():
        raise KeyError("gone")

    async def goes_on():
        await asyncio.sleep(0)

    async def everybody(world):
        await asyncio.gather(to_its_end(world, "visitor 1", ends()), to_its_end(world, "visitor 2", goes_on()))

    world = Told()
    asyncio.run(everybody(world))
    (failure,) = world.failures
    assert failure.kind == "soak"
    assert failure.message.startswith("visitor 1 ended: Traceback") and "KeyError: 'gone'" in failure.message


# The trace.


def shortened(trace, fails, attempts):
    asked = []

    async def replayed(steps):
        asked.append(list(steps))
        return fails(steps)

    return asyncio.run(shortest(trace, replayed, attempts)), asked


TRACE = [Step(f"act {number}", number) for number in range(40)]


@pytest.mark.parametrize("culprit", [0, 1, 17, 38, 39])
def test_a_trace_is_shortened_to_the_act_that_fails(culprit):
    found, asked = shortened(TRACE, lambda steps: TRACE[culprit] in steps, 20)
    assert found == tuple(TRACE[culprit:])
    assert len(asked) <= 8


def test_a_trace_that_does_not_fail_alone_is_not_shortened():
    found, asked = shortened(TRACE, lambda _: False, 20)
    assert found is None
    assert asked == [TRACE]


def test_the_attempts_to_shorten_are_bounded():
    found, asked = shortened(TRACE, lambda steps: TRACE[39] in steps, 3)
    assert len(asked) == 3
    assert found == tuple(TRACE[30:])
    assert shortened(TRACE, lambda _: True, 0) == (None, [])


# The line.


async def answered(line, content):
    """Seconds until all of it has come back from a server that echoes, through the line."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(content)
    writer.write_eof()
    received = await reader.read(len(content) + 1)
    while chunk := await reader.read(1 << 16):
        received += chunk
    writer.close()
    await writer.wait_closed()
    assert received in (content, b"")
    return (time.monotonic() - began) if received else None


def through_a_line(do):
    async def echo(reader, writer):
        writer.write(await reader.read())
        writer.write_eof()
        writer.close()
        await writer.wait_closed()

    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        line = await Line(server.sockets[0].getsockname()[1]).open()
        try:
            return await do(line)
        finally:
            await line.close()
            server.close()

    return asyncio.run(main())


def test_a_slow_line_takes_its_time_in_both_directions():
    async def do(line):
        line.slow_down(1e6, 0.05)
        return await answered(line, bytes(25_000))

    assert through_a_line(do) >= 2 * (8 * 25_000 / 1e6 + 0.05) * 0.99


def test_a_line_carries_everything_unchanged():
    async def do(line):
        return await answered(line, bytes(range(256)) * 4000)

    assert through_a_line(do) is not None


def test_a_line_that_is_cut_ends_and_refuses_connections_until_it_is_mended():
    async def do(line):
        for is_cut in (False, True):
            reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
            line.cut()
            assert await reader.read() == b"", is_cut
            writer.close()
            await writer.wait_closed()
        line.mend()
        return await answered(line, b"here again")

    assert through_a_line(do) is not None
