"""The engine: runs live on their own, in turns, and give the numbers of a plain Trainer."""

import numpy as np
import pytest

from cnnplay.architecture import Architecture
from cnnplay.engine import Engine
from cnnplay.errors import DivergedError, SettingsError, ShapeError
from cnnplay.settings import TrainConfig
from cnnplay.training import Trainer
from tests.conftest import wait_until

RUNS_A_VISIT = 8
NET = Architecture.parse("conv3k5s3-relu-max2-flatten-dropout20-dense10")
UNSTABLE = Architecture.parse("conv6k3-conv6k3-flatten-dense10")
SHORT = TrainConfig(batch_size=64, epochs=2)  # 64 steps
LONG = TrainConfig(batch_size=8, epochs=50)  # 12,500 steps: it does not end while a test looks


@pytest.fixture
def engine(small):
    engine = Engine(lambda: small)
    yield engine
    engine.close()


def held(engine, config=SHORT, visit=""):
    """A run that waits at step 0."""
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
        assert ours.validation.loss == theirs.validation.loss
        np.testing.assert_array_equal(ours.validation.confusion, theirs.validation.confusion)
    weights = engine.epoch_weights(run)
    assert list(weights) == list(trainer.epoch_weights)
    for epoch, arrays in trainer.epoch_weights.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(weights[epoch][name], array, err_msg=f"{epoch} {name}")


def test_a_run_that_is_left_alone_finishes_with_a_trainers_numbers(engine, small):
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


def test_a_run_that_is_led_by_the_hand_gives_the_same_numbers(engine, small):
    trainer, run = Trainer(NET, SHORT, small), held(engine)
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


def test_pausing_in_the_middle_changes_no_number(engine, small):
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


def test_a_stopped_run_keeps_what_it_learned_and_does_not_go_on(engine):
    run, other = engine.start(NET, LONG), None
    wait_for_steps(engine, run)
    engine.stop(run)
    assert engine.view(run).status == "stopped"
    engine.resume(run)
    assert engine.view(run).status == "stopped"
    # The worker takes turns: once another run has trained, the stopped one's last slice is over.
    other = engine.start(NET, SHORT)
    wait_for(engine, other, "finished")
    steps = engine.view(run).step
    last = engine.start(NET, SHORT)
    wait_for(engine, last, "finished")
    assert engine.view(run).step == steps
    assert np.isfinite(engine.view(run).history.loss).all()
    assert 0 in engine.epoch_weights(run)


@pytest.mark.parametrize("when", ["training", "stopped", "finished"])
def test_reset_goes_back_to_the_beginning_and_waits(engine, small, when):
    run = engine.start(NET, LONG if when != "finished" else SHORT)
    if when == "finished":
        wait_for(engine, run, "finished")
    else:
        wait_for_steps(engine, run)
        if when == "stopped":
            engine.stop(run)
    engine.reset(run)
    view = engine.view(run)
    assert (view.status, view.step, view.history.steps, view.error) == ("paused", 0, 0, None)
    engine.advance(run, 3)
    wait_for_steps(engine, run, 3)
    wait_for(engine, run, "paused")
    trainer = Trainer(NET, view.config, small)
    trainer.advance(3)
    assert_same_as_trainer(engine, run, trainer)


def test_a_run_that_fails_keeps_its_error_and_harms_no_other(engine, small):
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


def test_a_new_learning_rate_is_that_of_the_next_steps(engine, small):
    run, trainer = held(engine), Trainer(NET, SHORT, small)
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


def test_two_runs_take_turns(engine):
    runs = [engine.start(NET, LONG), engine.start(NET, LONG)]
    for _ in range(3):
        steps = [engine.view(run).step for run in runs]
        wait_until(lambda steps=steps: all(engine.view(r).step > s for r, s in zip(runs, steps, strict=True)))
    assert [engine.view(run).status for run in runs] == ["running", "running"]
    wait_until(lambda: all(engine.view(run).steps_per_second for run in runs))
    view = engine.view(runs[0])
    assert view.images_per_second > view.steps_per_second > 0
    assert view.seconds_left > 0


def test_ids_are_long_and_different_and_numbers_count_within_a_visit(engine):
    ids = [held(engine, visit=visit) for visit in ("a", "a", "b")]
    assert len(set(ids)) == 3
    assert all(len(run) >= 20 for run in ids)
    assert [view.number for view in engine.views("a")] == [1, 2]
    assert [view.number for view in engine.views("b")] == [1]
    assert [view.id for view in engine.views("a")] == ids[:2]
    assert engine.views("c") == []
    assert engine.visit_of(ids[2]) == "b"
    assert engine.visit_of("none") is None


def test_a_run_can_be_removed_while_it_trains(engine):
    run = engine.start(NET, LONG)
    wait_for_steps(engine, run)
    engine.remove(run)
    with pytest.raises(KeyError):
        engine.view(run)
    other = engine.start(NET, SHORT)
    wait_for(engine, other, "finished")
    assert [view.id for view in engine.views("")] == [other]


def test_the_ninth_run_of_a_visit_drops_the_oldest_that_has_ended(engine):
    paused = held(engine, visit="a")
    ended = [held(engine, visit="a") for _ in range(RUNS_A_VISIT - 1)]
    for run in ended:
        engine.stop(run)
    strangers = held(engine, visit="b")
    ninth = engine.start(NET, SHORT, "a")
    assert [view.id for view in engine.views("a")] == [paused, *ended[1:], ninth]
    assert engine.view(strangers).status == "paused"
    assert engine.views("a")[-1].number == RUNS_A_VISIT + 1


def test_a_visit_with_nothing_but_training_runs_has_no_room(engine):
    for _ in range(RUNS_A_VISIT):
        engine.start(NET, LONG, "a")
    with pytest.raises(SettingsError, match=str(RUNS_A_VISIT)):
        engine.start(NET, LONG, "a")
    assert len(engine.views("a")) == RUNS_A_VISIT


@pytest.mark.parametrize(
    "say",
    [
        lambda engine: engine.view("gone"),
        lambda engine: engine.pause("gone"),
        lambda engine: engine.resume("gone"),
        lambda engine: engine.advance("gone"),
        lambda engine: engine.finish_epoch("gone"),
        lambda engine: engine.stop("gone"),
        lambda engine: engine.reset("gone"),
        lambda engine: engine.remove("gone"),
        lambda engine: engine.set_learning_rate("gone", 0.1),
        lambda engine: engine.epoch_weights("gone"),
    ],
)
def test_an_unknown_id_is_a_key_error(engine, say):
    with pytest.raises(KeyError):
        say(engine)


def test_what_cannot_train_starts_nothing(engine):
    with pytest.raises(ShapeError, match="dense10"):
        engine.start(Architecture.parse("flatten-dense9"), SHORT)
    with pytest.raises(SettingsError, match="multiply-adds"):
        engine.start(Architecture.parse("conv512k1-conv512k1-flatten-dense10"), TrainConfig(batch_size=512))
    assert engine.views("") == []
