"""The engine: runs train on their own, in slices, and compute exactly what a Trainer computes."""

import ctypes
import platform
import threading
import time

import jax
import numpy as np
import pytest

from cnnplay.data.datasets import mnist
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import MEGABYTE, Limits
from cnnplay.engine.live import AFTER_A_FAILURE
from cnnplay.engine.memory import release_pages, resident
from cnnplay.errors import DivergedError, SettingsError, ShapeError
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer
from tests.conftest import cut, wait_until

RUNS_A_VISIT = Limits().runs_a_visit
# The tests' own process may have more in memory than an app should.
ROOMY = {"sweep_megabytes": 100_000, "full_megabytes": 100_000}
NET = Architecture.parse("conv3k5s3-relu-max2-flatten-dropout20-dense10")
UNSTABLE = Architecture.parse("conv6k3-conv6k3-flatten-dense10")
SHORT = TrainConfig(batch_size=64, epochs=2)  # 64 steps
LONG = TrainConfig(batch_size=8, epochs=50)  # 12,500 steps
SLOW = Architecture.parse(
    "conv8k5same-relu-max2-conv16k5same-relu-max2-flatten-dense10"
)  # with LONG, it outlasts a test


@pytest.fixture
def engine(small):
    engine = Engine(lambda: small, Limits(**ROOMY))
    yield engine
    engine.close()


def paused_run(engine, config=SHORT, visit=""):
    """A run that is paused at step 0."""
    run = engine.start(NET, config, visit)
    engine.pause(run)
    engine.reset(run)
    assert (engine.view(run).status, engine.view(run).step) == ("paused", 0)
    return run


def wait_for(engine, run, status):
    wait_until(lambda: engine.view(run).status == status)


def wait_for_steps(engine, run, steps=1):
    wait_until(lambda: engine.view(run).step >= steps)


def assert_same_as_trainer(engine, run, trainer):
    view = engine.view(run)
    assert view.step == trainer.step
    for name in ("loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(view.history, name), getattr(trainer.history, name), err_msg=name)
    assert len(view.history.epochs) == len(trainer.history.epochs)
    for ours, theirs in zip(view.history.epochs, trainer.history.epochs, strict=True):
        assert ours.test.loss == theirs.test.loss
        np.testing.assert_array_equal(ours.test.confusion, theirs.test.confusion)
    weights = engine.epoch_weights(run)
    assert list(weights) == list(trainer.epoch_weights)
    for epoch, arrays in trainer.epoch_weights.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(weights[epoch][name], array, err_msg=f"{epoch} {name}")


def test_an_undisturbed_run_equals_a_trainer(engine, small):
    run = engine.start(NET, SHORT)
    assert engine.view(run).status in ("waiting", "running")
    wait_for(engine, run, "finished")
    trainer = Trainer(NET, SHORT, small)
    trainer.advance(trainer.total_steps)
    assert_same_as_trainer(engine, run, trainer)
    view = engine.view(run)
    assert view.ended
    assert not view.live
    assert (view.step, view.total_steps, view.steps_per_epoch, view.error) == (64, 64, 32, None)


def test_a_run_advanced_step_by_step_equals_a_trainer(engine, small):
    trainer, run = Trainer(NET, SHORT, small), paused_run(engine)
    for steps in (1, 1, 5):
        engine.advance(run, steps)
        wait_until(lambda before=trainer.step, steps=steps: engine.view(run).step == before + steps)
        wait_for(engine, run, "paused")
        trainer.advance(steps)
        assert_same_as_trainer(engine, run, trainer)
    engine.finish_epoch(run)
    wait_until(lambda: len(engine.view(run).history.epochs) == 1)
    wait_for(engine, run, "paused")
    trainer.advance(32 - trainer.step)
    assert_same_as_trainer(engine, run, trainer)
    engine.resume(run)
    wait_for(engine, run, "finished")
    trainer.advance(32)
    assert_same_as_trainer(engine, run, trainer)


def test_a_run_paused_in_the_middle_equals_a_trainer(engine, small):
    config = TrainConfig(batch_size=8, epochs=3)
    run = engine.start(NET, config)
    for steps in (1, 100, 300):
        wait_for_steps(engine, run, steps)
        engine.pause(run)
        engine.resume(run)
    wait_for(engine, run, "finished")
    trainer = Trainer(NET, config, small)
    trainer.advance(trainer.total_steps)
    assert_same_as_trainer(engine, run, trainer)


def test_a_paused_run_keeps_its_weights_and_stands_still(engine):
    run = engine.start(NET, LONG)
    wait_for_steps(engine, run)
    engine.pause(run)
    assert (engine.view(run).status, engine.view(run).resumable) == ("paused", True)
    # Once another run has trained, the paused run's last slice is over.
    other = engine.start(NET, SHORT)
    wait_for(engine, other, "finished")
    steps = engine.view(run).step
    last = engine.start(NET, SHORT)
    wait_for(engine, last, "finished")
    assert engine.view(run).step == steps
    assert np.isfinite(engine.view(run).history.loss).all()
    assert 0 in engine.epoch_weights(run)


def test_a_finished_run_neither_pauses_nor_resumes(engine):
    run = engine.start(NET, SHORT)
    wait_for(engine, run, "finished")
    for call in (engine.pause, engine.resume, engine.advance, engine.finish_epoch):
        call(run)
        assert (engine.view(run).status, engine.view(run).resumable) == ("finished", False)


def test_a_watched_run_equals_one_that_nobody_watches_and_shows_the_weights_of_its_steps(engine, small):
    runs = watched, alone = engine.start(SLOW, LONG), engine.start(SLOW, LONG)
    seen = {}

    def look():
        if live := engine.live_weights(watched):
            seen[live.step] = live.weights
        return len(seen) > 3

    wait_until(look)
    wait_for_steps(engine, alone)
    assert [engine.view(run).status for run in runs] == ["running", "running"]
    for run in runs:
        engine.pause(run)
    wait_for(engine, engine.start(NET, SHORT), "finished")  # so their last slices are over
    trainer, ends = Trainer(SLOW, LONG, small), [(engine.view(run).step, run) for run in runs]
    for step in sorted({*seen, *(step for step, _ in ends)}):
        trainer.advance(step - trainer.step)
        for name, array in trainer.weights().items() if step in seen else ():
            np.testing.assert_array_equal(seen[step][name], array, err_msg=f"step {step} {name}")
        for _, run in (end for end in ends if end[0] == step):
            assert_same_as_trainer(engine, run, trainer)
    assert engine._runs[alone].watch.newest is None  # nobody asked, nothing was copied


def test_the_live_weights_of_a_paused_run_are_those_of_its_step(engine, small):
    run, trainer = paused_run(engine), Trainer(NET, SHORT, small)
    assert engine.live_weights(run) is None
    for steps in (1, 5):
        engine.advance(run, steps)
        trainer.advance(steps)
        wait_until(lambda: engine.view(run).step == trainer.step)
        wait_for(engine, run, "paused")
        wait_until(lambda: (live := engine.live_weights(run)) is not None and live.step == trainer.step)
        live = engine.live_weights(run)
        for name, array in trainer.weights().items():
            np.testing.assert_array_equal(live.weights[name], array, err_msg=name)
    engine.reset(run)
    assert engine.live_weights(run) is None


@pytest.mark.parametrize("when", ["training", "paused", "finished"])
def test_reset_returns_to_the_beginning_and_waits(engine, small, when):
    run = engine.start(NET, LONG if when != "finished" else SHORT)
    if when == "finished":
        wait_for(engine, run, "finished")
    else:
        wait_for_steps(engine, run)
        if when == "paused":
            engine.pause(run)
    engine.reset(run)
    view = engine.view(run)
    assert (view.status, view.step, view.history.steps, view.error) == ("paused", 0, 0, None)
    engine.advance(run, 3)
    wait_for_steps(engine, run, 3)
    wait_for(engine, run, "paused")
    trainer = Trainer(NET, view.config, small)
    trainer.advance(3)
    assert_same_as_trainer(engine, run, trainer)


def test_a_failed_run_keeps_its_error_and_leaves_others_alone(engine, small):
    good = engine.start(NET, SHORT)
    bad = engine.start(UNSTABLE, TrainConfig("momentum", 10, batch_size=64))
    wait_for(engine, bad, "failed")
    wait_for(engine, good, "finished")
    view = engine.view(bad)
    assert isinstance(view.error, DivergedError)
    assert view.error.step == view.step + 1
    assert np.isfinite(view.history.loss).all()
    engine.resume(bad)
    assert engine.view(bad).status == "failed"
    trainer = Trainer(NET, SHORT, small)
    trainer.advance(trainer.total_steps)
    assert_same_as_trainer(engine, good, trainer)
    engine.reset(bad)
    assert (engine.view(bad).status, engine.view(bad).error) == ("paused", None)


def test_a_new_learning_rate_applies_from_the_next_step_on(engine, small):
    run, trainer = paused_run(engine), Trainer(NET, SHORT, small)
    for rate in (0.05, 0.0001):
        engine.set_learning_rate(run, rate)
        assert engine.view(run).learning_rate == rate
        engine.advance(run, 10)
        wait_until(lambda: engine.view(run).step == trainer.step + 10)
        wait_for(engine, run, "paused")
        trainer.set_learning_rate(rate)
        trainer.advance(10)
    assert_same_as_trainer(engine, run, trainer)
    with pytest.raises(SettingsError, match="learning rate"):
        engine.set_learning_rate(run, 100)
    assert engine.view(run).learning_rate == 0.0001


def test_two_runs_train_alternately(engine):
    runs = [engine.start(SLOW, LONG), engine.start(SLOW, LONG)]
    for _ in range(3):
        steps = [engine.view(run).step for run in runs]
        wait_until(lambda steps=steps: all(engine.view(r).step > s for r, s in zip(runs, steps, strict=True)))
    assert [engine.view(run).status for run in runs] == ["running", "running"]
    wait_until(lambda: all(engine.view(run).steps_per_second for run in runs))
    view = engine.view(runs[0])
    assert view.images_per_second > view.steps_per_second > 0
    assert view.seconds_left > 0


def test_ids_are_long_and_unique_and_numbers_count_within_a_visit(engine):
    ids = [paused_run(engine, visit=visit) for visit in ("a", "a", "b")]
    assert len(set(ids)) == 3
    assert all(len(run) >= 20 for run in ids)
    assert [view.number for view in engine.views("a")] == [1, 2]
    assert [view.number for view in engine.views("b")] == [1]
    assert [view.id for view in engine.views("a")] == ids[:2]
    assert engine.views("c") == []
    assert engine.visit_of(ids[2]) == "b"
    assert engine.visit_of("none") is None


def test_a_run_can_be_removed_while_it_trains(engine):
    run = engine.start(SLOW, LONG)
    wait_for_steps(engine, run)
    engine.remove(run)
    with pytest.raises(KeyError):
        engine.view(run)
    other = engine.start(NET, SHORT)
    wait_for(engine, other, "finished")
    assert [view.id for view in engine.views("")] == [other]


def test_the_ninth_run_of_a_visit_evicts_the_oldest_that_has_ended(engine):
    paused = paused_run(engine, visit="a")
    ended = [engine.start(NET, SHORT, "a") for _ in range(RUNS_A_VISIT - 1)]
    for run in ended:
        wait_for(engine, run, "finished")
    strangers = paused_run(engine, visit="b")
    ninth = engine.start(NET, SHORT, "a")
    assert [view.id for view in engine.views("a")] == [paused, *ended[1:], ninth]
    assert engine.view(strangers).status == "paused"
    assert engine.views("a")[-1].number == RUNS_A_VISIT + 1


def test_a_visit_whose_runs_all_train_has_no_room(engine):
    for _ in range(RUNS_A_VISIT):
        engine.start(SLOW, LONG, "a")
    with pytest.raises(SettingsError, match=str(RUNS_A_VISIT)):
        engine.start(SLOW, LONG, "a")
    assert len(engine.views("a")) == RUNS_A_VISIT


@pytest.mark.parametrize(
    "call",
    [
        lambda engine: engine.view("gone"),
        lambda engine: engine.pause("gone"),
        lambda engine: engine.resume("gone"),
        lambda engine: engine.advance("gone"),
        lambda engine: engine.finish_epoch("gone"),
        lambda engine: engine.reset("gone"),
        lambda engine: engine.remove("gone"),
        lambda engine: engine.set_learning_rate("gone", 0.1),
        lambda engine: engine.epoch_weights("gone"),
        lambda engine: engine.live_weights("gone"),
    ],
)
def test_an_unknown_id_is_a_key_error(engine, call):
    with pytest.raises(KeyError):
        call(engine)


def test_a_network_that_cannot_train_starts_nothing(engine):
    with pytest.raises(ShapeError, match="dense10"):
        engine.start(Architecture.parse("flatten-dense9"), SHORT)
    with pytest.raises(SettingsError, match="multiply-adds"):
        engine.start(Architecture.parse("conv512k1-conv512k1-flatten-dense10"), TrainConfig(batch_size=512))
    assert engine.views("") == []


class Clock:
    """A clock that a test can advance, so that minutes of silence take no time."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now + time.monotonic()


@pytest.fixture
def limited(small):
    """Makes an engine with limits and a clock that the test sets."""
    engines = []

    def make(dataset=lambda: small, **limits):
        clock = Clock()
        engine = Engine(dataset, Limits(**(ROOMY | limits)), clock)
        engines.append(engine)
        return engine, clock

    yield make
    for engine in engines:
        engine.close()


def pass_time(engine, clock, seconds):
    """Advance the clock and wake the engine: any heartbeat does."""
    clock.now += seconds
    engine.heartbeat("a stranger")


def messages(engine, visit):
    return [notice.message for notice in engine.take_notices(visit)]


def test_runs_beyond_the_limit_wait_in_a_queue_and_know_their_position(limited):
    engine, _ = limited(active_runs=2)
    runs = [engine.start(SLOW, LONG, visit) for visit in "abcd"]
    views = [engine.view(run) for run in runs]
    assert [view.queue_position for view in views] == [None, None, 1, 2]
    assert [view.status for view in views[2:]] == ["queued", "queued"]
    assert views[2].live
    assert views[2].steps_per_second is None
    engine.pause(runs[0])
    assert [engine.view(run).queue_position for run in runs] == [None, None, None, 1]
    wait_for_steps(engine, runs[2])
    engine.resume(runs[0])
    assert [engine.view(run).queue_position for run in runs] == [2, None, None, 1]
    engine.pause(runs[1])
    engine.remove(runs[2])
    assert [engine.view(runs[index]).queue_position for index in (0, 3)] == [None, None]
    wait_for_steps(engine, runs[3])


def test_a_run_that_ends_gives_its_place_to_the_next_in_the_queue(limited, small):
    engine, _ = limited(active_runs=1)
    runs = [engine.start(NET, SHORT, visit) for visit in "abc"]
    for run in runs:
        wait_for(engine, run, "finished")
    trainer = Trainer(NET, SHORT, small)
    trainer.advance(trainer.total_steps)
    for run in runs:
        assert_same_as_trainer(engine, run, trainer)


def test_a_visits_third_run_queues_even_where_places_are_free(limited):
    engine, _ = limited()
    runs = [engine.start(SLOW, LONG, "a") for _ in range(3)]
    assert [engine.view(run).queue_position for run in runs] == [None, None, 1]
    strangers = engine.start(SLOW, LONG, "b")
    assert engine.view(strangers).queue_position is None


def test_networks_with_very_different_steps_get_equal_time():
    """In seconds of training, once the compilations at the start have been charged."""
    slow = Architecture.parse("conv16k5same-relu-max2-conv16k3same-relu-flatten-dense10")
    kinds = [(NET, 8), (slow, 128), (NET, 512)]
    engine = Engine(lambda: cut(mnist(), 60_000, 500), Limits(**ROOMY))
    try:
        ids = [engine.start(net, TrainConfig(batch_size=size, epochs=50), str(size)) for net, size in kinds]
        runs = [engine._runs[run] for run in ids]
        wait_until(lambda: min(run.pace.slices for run in runs) > 5)
        wait_until(lambda: max(run.usage.charged for run in runs) < min(run.usage.charged for run in runs) + 0.4)
        before = [(engine.view(run).seconds, engine.view(run).step) for run in ids]
        wait_until(lambda: min(engine.view(run).seconds - old for run, (old, _) in zip(ids, before, strict=True)) > 4)
        shares = [engine.view(run).seconds - old for run, (old, _) in zip(ids, before, strict=True)]
        steps = [engine.view(run).step - old for run, (_, old) in zip(ids, before, strict=True)]
        assert max(shares) / min(shares) < 1.2
        assert steps[0] > 3 * steps[1]
    finally:
        engine.close()


def test_an_unwatched_run_pauses_and_resumes_when_its_visitor_is_back(limited, small):
    engine, clock = limited(silence=90)
    run, watched = engine.start(SLOW, LONG, "a"), engine.start(SLOW, LONG, "b")
    wait_for_steps(engine, run)
    wait_for_steps(engine, watched)
    clock.now += 60
    engine.heartbeat("b")
    pass_time(engine, clock, 60)
    wait_for(engine, run, "paused")
    assert engine.view(run).unwatched
    assert engine.view(watched).status == "running"
    step = engine.view(run).step
    wait_for_steps(engine, watched, engine.view(watched).step + 1)
    assert engine.view(run).step == step
    engine.heartbeat("a")
    assert not engine.view(run).unwatched
    wait_for_steps(engine, run, step + 1)
    told = "Run 1 (8 then 16 filters 5×5, max 2) paused while nobody watched it, and goes on."
    assert messages(engine, "a") == [told]
    assert messages(engine, "a") == []
    assert messages(engine, "b") == []
    # The pause changed no number.
    step = engine.view(run).step
    engine.pause(run)
    trainer = Trainer(SLOW, LONG, small)
    trainer.advance(step)
    np.testing.assert_array_equal(engine.view(run).history.loss[:step], trainer.history.loss)


def test_a_run_paused_by_its_owner_stays_paused_when_they_are_back(limited):
    engine, clock = limited()
    run = engine.start(NET, LONG, "a")
    wait_for_steps(engine, run)
    engine.pause(run)
    pass_time(engine, clock, 1000)
    engine.heartbeat("a")
    view = engine.view(run)
    assert (view.status, view.unwatched) == ("paused", False)


def test_a_run_unwatched_for_hours_is_evicted_and_its_owner_notified(limited):
    engine, clock = limited(kept_for=4 * 3600)
    run, other = engine.start(NET, SHORT, "a"), engine.start(NET, SHORT, "b")
    wait_for(engine, run, "finished")
    wait_for(engine, other, "finished")
    clock.now += 4 * 3600 - 10
    engine.heartbeat("b")
    pass_time(engine, clock, 20)
    wait_until(lambda: engine.views("a") == [])
    assert len(engine.views("b")) == 1
    expected = (
        "Run 1 (3 filters 5×5 stride 3, max 2) was dropped: nobody had watched it for 4 hours. Its network and "
        "settings are still here."
    )
    notice = engine.eviction_notice(run)
    assert (notice.message, notice.net, notice.config) == (expected, str(NET), SHORT)
    assert engine.visit_of(run) == "a"
    assert messages(engine, "a") == [expected]
    assert engine.eviction_notice(other) is None
    assert engine.eviction_notice("never seen") is None


def test_a_full_process_evicts_the_run_unwatched_for_longest(limited):
    engine, clock = limited(kept_runs=3, silence=90)
    runs = [paused_run(engine, visit=visit) for visit in "abc"]
    for visit in "bc":
        clock.now += 100
        engine.heartbeat(visit)
    fourth = engine.start(NET, SHORT, "d")
    assert [engine.visit_of(run) for run in (*runs[1:], fourth)] == ["b", "c", "d"]
    assert engine.views("a") == []
    assert "nobody had watched it for 3 minutes, and others needed the memory" in messages(engine, "a")[0]


def test_a_process_full_of_watched_runs_evicts_from_the_largest_share_or_else_refuses(limited):
    engine, _ = limited(kept_runs=3)
    many = [paused_run(engine, visit="many") for _ in range(2)]
    paused_run(engine, visit="one")
    new = engine.start(NET, SHORT, "new")
    assert [len(engine.views(visit)) for visit in ("many", "one", "new")] == [1, 1, 1]
    assert "of all visitors you had the most in use" in messages(engine, "many")[0]
    with pytest.raises(SettingsError, match="at most 3 runs"):
        engine.start(NET, SHORT, "newer")
    assert engine.views("newer") == []
    wait_for(engine, new, "finished")
    assert engine.view(many[1]).number == 2


def test_snapshots_are_thinned_before_runs_go_but_never_the_first_the_best_or_the_newest(limited):
    """8,000 parameters of 4 bytes, 21 snapshots and Adam's state: about 0.8 MB a run."""
    wide = Architecture.parse("mean2-flatten-dense40-relu-dense10")
    config = TrainConfig(batch_size=512, epochs=20, learning_rate=0.01)
    engine, clock = limited(kept_megabytes=1.2)
    first = engine.start(wide, config, "a")
    wait_for(engine, first, "finished")
    second = engine.start(wide, config, "b")
    wait_for(engine, second, "finished")
    pass_time(engine, clock, 2)
    wait_until(lambda: len(engine.epoch_weights(first)) + len(engine.epoch_weights(second)) < 42)
    pass_time(engine, clock, 2)
    for run in (first, second):
        best = engine.view(run).history.best.epoch
        assert {0, best, 20} <= set(engine.epoch_weights(run))
    kept = sum(len(engine.epoch_weights(run)) for run in (first, second)) * 4 * wide.parameter_count
    assert kept < 1.2e6
    assert sum("the weights of some epochs only" in line for line in messages(engine, "a") + messages(engine, "b")) in (
        1,
        2,
    )
    assert messages(engine, "a") == messages(engine, "b") == []


def test_a_network_too_large_for_a_run_is_refused_with_its_numbers(limited):
    engine, _ = limited(run_megabytes=1)
    with pytest.raises(SettingsError, match=r"would need \d+ MB for its 79,510 parameters; at most 1 MB"):
        engine.start(Architecture.parse("flatten-dense100-relu-dense10"), SHORT)
    assert engine.views("") == []


def test_a_run_ends_after_the_longest_time_and_keeps_its_weights(small):
    engine = Engine(lambda: small, Limits(**(ROOMY | {"longest_run": 0.5})))
    try:
        run = engine.start(SLOW, LONG, "a")
        wait_for(engine, run, "stopped")
        view = engine.view(run)
        assert "the limit for one run" in view.ended_because
        assert view.step > 0
        assert 0 in engine.epoch_weights(run)
        engine.resume(run)
        assert engine.view(run).status == "stopped"
        engine.reset(run)
        assert engine.view(run).ended_because is None
    finally:
        engine.close()


def test_no_run_starts_when_memory_is_nearly_full(small):
    engine = Engine(lambda: small, Limits(full_megabytes=50))
    try:
        with pytest.raises(SettingsError, match="nearly full"):
            engine.start(NET, SHORT)
    finally:
        engine.close()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a function that returns freed pages")
def test_freed_pages_return_to_the_system_while_the_engine_runs(engine):
    """The C library keeps what lies below a block in use; a compiler leaves hundreds of MB in such a state."""
    wait_for(engine, engine.start(NET, SHORT), "finished")  # it is ready, and returned its pages then
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    release_pages()
    before = resident()
    blocks = [libc.malloc(50_000) for _ in range(6_000)]  # 300 MB, each too small for a mapping of its own
    for block in blocks:
        ctypes.memset(block, 1, 50_000)
    assert resident() > before + 250 * MEGABYTE
    *freed, last = blocks
    for block in freed:
        libc.free(block)
    wait_until(lambda: resident() < before + 100 * MEGABYTE)
    libc.free(last)


def failing(small, error):
    """A dataset that fails the second time the worker asks for it: when the first run makes its trainer."""
    calls = []

    def dataset():
        if threading.current_thread().name == "cnnplay-engine":
            calls.append(None)  # once to warm up, then for each trainer
            if len(calls) == 2:
                raise error
        return small

    return dataset


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError("of any kind"), "unexpected RuntimeError"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes"), "not enough memory"),
    ],
)
def test_an_exception_in_a_run_ends_that_run_alone_and_it_can_start_again(limited, small, error, message):
    engine, _ = limited(failing(small, error))
    broken = engine.start(NET, SHORT, "a")
    wait_for(engine, broken, "failed")
    assert message in str(engine.view(broken).error)
    other = engine.start(NET, SHORT, "b")
    wait_for(engine, other, "finished")
    engine.reset(broken)
    engine.resume(broken)
    wait_for(engine, broken, "finished")


def test_an_exception_in_the_housekeeping_is_logged_and_training_goes_on(limited, small, caplog):
    """The clock fails once."""
    engine, clock = limited()
    run = engine.start(SLOW, LONG, "a")
    wait_for_steps(engine, run)
    clock.now = None  # every sum with it raises TypeError
    wait_until(lambda: "housekeeping failed" in caplog.text)
    clock.now = 0.0
    step = engine.view(run).step
    wait_for_steps(engine, run, step + 1)


def test_weights_that_cannot_be_copied_are_said_once_and_hold_up_nobody(limited, caplog):
    """The arrays of a paused run are gone from the device."""
    engine, clock = limited(silence=1e6)
    broken = paused_run(engine, visit="a")
    engine.advance(broken, 1)
    wait_until(lambda: engine.view(broken).step == 1)
    other = engine.start(SLOW, LONG, "b")
    wait_for_steps(engine, other)
    run = engine._runs[broken]
    for array in jax.tree.leaves(run.trainer._state):
        array.delete()
    for _ in range(3):
        before = run.watch.not_before
        clock.now += 2 * AFTER_A_FAILURE
        assert engine.live_weights(broken) is None
        wait_until(lambda before=before: run.watch.not_before > before)
        wait_for_steps(engine, other, engine.view(other).step + 1)
        assert engine.live_weights(broken) is None
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        f"the weights of run {broken[:6]} cannot be copied"
    ]
    wait_until(lambda: engine.live_weights(other) is not None)


class Compilation:
    """A dataset that holds up the worker, as a compilation does, at the second time that it is asked for."""

    def __init__(self, small):
        self.small, self.calls, self.over = small, 0, threading.Event()
        self.begun = threading.Event()

    def __call__(self):
        if threading.current_thread().name == "cnnplay-engine":
            self.calls += 1  # once to warm up, then for each trainer
            if self.calls == 3:
                self.begun.set()
                self.over.wait()
        return self.small


def without_waiting(engine, run):
    """The live weights; fails where the engine waits for them."""
    answers = []
    threading.Thread(target=lambda: answers.append(engine.live_weights(run)), daemon=True).start()
    wait_until(lambda: answers)
    return answers[0]


@pytest.mark.parametrize("copied", [True, False])
def test_the_page_of_a_paused_run_waits_for_its_weights_once_at_most(limited, small, monkeypatch, copied):
    compilation = Compilation(small)
    engine, clock = limited(compilation, silence=1e6)
    run = paused_run(engine, visit="a")
    engine.advance(run, 3)
    wait_until(lambda: engine.view(run).step == 3)
    if copied:
        wait_until(lambda: engine.live_weights(run) is not None)
    before = engine.live_weights(run) if copied else None
    swept = engine._worker._last_housekeeping
    pass_time(engine, clock, 60)  # nobody looks for a minute
    wait_until(lambda: engine._worker._last_housekeeping > swept + 50)
    engine.start(NET, SHORT, "b")
    wait_until(compilation.begun.is_set)
    try:
        assert engine.live_weights(run) is before
        monkeypatch.setattr("cnnplay.engine.engine.FRESH", 1000)
        assert without_waiting(engine, run) is before
    finally:
        compilation.over.set()
    wait_until(lambda: (live := engine.live_weights(run)) is not None and live.step == 3)
    if copied:
        assert engine.live_weights(run) is before


def test_visits_that_are_gone_are_forgotten(limited):
    engine, clock = limited()
    for number in range(30):
        run = engine.start(NET, SHORT, f"visit {number}")
        engine.remove(run)
        engine.heartbeat(f"nobody {number}")
    pass_time(engine, clock, 1000)
    wait_until(lambda: len(engine._visitors) == 0)


def test_an_ended_run_keeps_its_history_and_snapshots_alone(engine):
    run = engine.start(NET, SHORT)
    wait_for(engine, run, "finished")
    assert engine._runs[run].trainer is None
    assert list(engine.epoch_weights(run)) == [0, 1, 2]
