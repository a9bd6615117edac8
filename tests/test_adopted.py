"""A run that was trained elsewhere comes back as if it had been trained here."""

import numpy as np
import pytest

from cnnplay.engine.engine import Engine
from cnnplay.errors import SettingsError
from cnnplay.export.saved_run import SavedRun, load, save
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer
from tests.conftest import wait_until

NET = Architecture.parse("conv2k5s3-relu-flatten-dense10")
SHORT = TrainConfig(batch_size=100, epochs=2, train_images=1000)  # 20 steps
LONG = TrainConfig(batch_size=8, epochs=50)
SLOW = Architecture.parse("conv8k5same-relu-max2-conv16k5same-relu-max2-flatten-dense10")


@pytest.fixture
def engine(small):
    engine = Engine(lambda: small)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def trainer(small):
    trainer = Trainer(NET, SHORT, small)
    trainer.advance(trainer.total_steps)
    return trainer


def adopt(engine, trainer, visit=""):
    """Through a file, as a visitor's comes."""
    saved = load(save(SavedRun(NET, trainer.config, trainer.weights(), trainer.history, trainer.epoch)))
    return engine.adopt(saved.architecture, saved.config, saved.history, {saved.epoch: saved.weights}, visit)


def test_it_is_finished_with_the_numbers_it_was_saved_with(engine, trainer):
    view = engine.view(adopt(engine, trainer))
    assert (view.status, view.step, view.total_steps) == ("finished", trainer.step, trainer.total_steps)
    np.testing.assert_array_equal(view.history.loss, trainer.history.loss)
    assert view.history.best.test.accuracy == trainer.history.best.test.accuracy
    (epoch, weights), *others = engine.epoch_weights(view.id).items()
    assert (epoch, others) == (2, [])
    for name, array in trainer.weights().items():
        np.testing.assert_array_equal(weights[name], array)


def test_one_that_was_stopped_on_its_way_is_stopped(engine, small):
    trainer = Trainer(NET, SHORT, small)
    trainer.advance(13)
    view = engine.view(adopt(engine, trainer))
    assert (view.status, view.step, len(view.history.epochs)) == ("stopped", 13, 1)
    engine.resume(view.id)  # there is nothing to go on from: neither optimizer's memory nor the weights of the step
    assert engine.view(view.id).status == "stopped"


def test_one_whose_last_epoch_was_not_tested_is_stopped_too(engine, trainer):
    """It has all its steps, but nothing here could say how good it is after them."""
    history = trainer.history.copy()
    history.epochs = history.epochs[:1]
    run = engine.adopt(NET, SHORT, history, {1: trainer.epoch_weights[1]})
    assert (engine.view(run).status, engine.view(run).step) == ("stopped", trainer.total_steps)


def test_a_reset_trains_it_here_to_the_same_numbers(engine, trainer):
    run = adopt(engine, trainer)
    engine.reset(run)
    assert engine.view(run).step == 0
    assert engine.epoch_weights(run) == {}
    engine.resume(run)
    wait_until(lambda: engine.view(run).status == "finished")
    np.testing.assert_array_equal(engine.view(run).history.loss, trainer.history.loss)
    for name, array in trainer.weights().items():
        np.testing.assert_array_equal(engine.epoch_weights(run)[2][name], array)


def test_it_is_numbered_among_its_visit_s_runs_and_belongs_to_it_alone(engine, trainer):
    first, second, other = (adopt(engine, trainer, visit) for visit in ("mine", "mine", "theirs"))
    assert [view.id for view in engine.views("mine")] == [first, second]
    assert [engine.view(run).number for run in (first, second, other)] == [1, 2, 1]


def test_a_visit_whose_runs_all_train_has_no_room_and_keeps_them(engine, trainer):
    running = [engine.start(SLOW, LONG, "mine") for _ in range(engine.limits.runs_a_visit)]
    with pytest.raises(SettingsError, match=str(engine.limits.runs_a_visit)):
        adopt(engine, trainer, "mine")
    assert [view.id for view in engine.views("mine")] == running
