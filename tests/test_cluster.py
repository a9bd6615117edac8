"""Training on a Dask cluster of real processes: the same bits as here, whatever of it is killed meanwhile."""

import operator
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from cnnplay.data.datasets import mnist
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.errors import DivergedError
from cnnplay.experiments import Experiment, run
from cnnplay.experiments.cluster import Cluster, ClusterPlace, LostWorkersError, cluster
from cnnplay.experiments.execution import Execution
from cnnplay.experiments.executors import local_thread
from cnnplay.experiments.results import Results
from cnnplay.experiments.settings import ExperimentError
from cnnplay.experiments.versions import PACKAGE, code_hash, disagreement, versions
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.trainer import Trainer
from tests.conftest import wait_until
from tests.dask_processes import ROOT, DaskProcesses, kill

ROOMY = {"sweep_megabytes": 100_000, "full_megabytes": 100_000}
TEXT = "conv3k5s3-relu-max2-flatten-dropout20-dense10"
NET = Architecture.parse(TEXT)
CONFIG = TrainConfig(batch_size=64, epochs=3, train_images=1280)  # 60 steps
LONG = TrainConfig(batch_size=8, epochs=20, train_images=2000)  # 5,000 steps
EXPERIMENT = Experiment(TEXT, {"learning_rate": [0.01, 0.001]}, seeds=2, epochs=3, batch_size=64, train_images=1280)


@pytest.fixture
def processes():
    """For tests that kill some of them."""
    own = DaskProcesses()
    yield own
    own.end()


@pytest.fixture(scope="module")
def shared():
    own = DaskProcesses()
    own.start(workers=2)
    yield own
    own.end()


@pytest.fixture(scope="module")
def workers(shared):
    """A cluster of two workers."""
    found = Cluster(shared.address)
    wait_until(lambda: len(found.workers) == 2)
    yield found
    found.shutdown(wait=False, cancel_futures=True)


@pytest.fixture
def connected(processes):
    found = Cluster(processes.address)
    yield found
    found.shutdown(wait=False, cancel_futures=True)


@pytest.fixture
def engine_on():
    engines = []

    def make(cluster):
        engines.append(Engine(limits=Limits(**ROOMY), cluster=cluster))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def expected():
    """The runs of EXPERIMENT, trained in this process."""
    return trained_runs(run(EXPERIMENT, local_thread().executor).runs)


def trained_runs(runs):
    """What there is to compare of runs: every epoch's figures, and the bytes of the last state."""
    return [([(epoch.loss, epoch.test.loss) for epoch in each.epochs], each.state) for each in runs]


def rows(results):
    return [row | {"seconds": None} for row in results.table()]


def assert_same_as_trainer(engine, run_id, trainer):
    view = engine.view(run_id)
    assert view.step == trainer.step
    for name in ("loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(getattr(view.history, name), getattr(trainer.history, name), err_msg=name)
    ours, theirs = view.history.epochs, trainer.history.epochs
    assert [(e.loss, e.accuracy, e.test.loss) for e in ours] == [(e.loss, e.accuracy, e.test.loss) for e in theirs]
    weights = engine.epoch_weights(run_id)
    assert list(weights) == list(trainer.epoch_weights)
    for epoch, arrays in trainer.epoch_weights.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(weights[epoch][name], array, err_msg=f"{epoch} {name}")


def whole(config):
    trainer = Trainer(NET, config, mnist())
    trainer.advance(trainer.total_steps)
    return trainer


def test_an_experiment_gives_the_same_as_the_local_executor(workers, expected):
    results = run(EXPERIMENT, workers, workers=2)
    assert trained_runs(results.runs) == expected
    assert rows(results) == rows(Results(EXPERIMENT, run(EXPERIMENT, workers, known=results.runs).runs))


def test_two_hundred_tasks_are_in_flight_and_all_come_back(workers):
    tasks = [workers.submit(operator.mul, number, 2) for number in range(200)]
    assert [task.result(120) for task in tasks] == [2 * number for number in range(200)]
    failing = workers.submit(operator.truediv, 1, 0)
    with pytest.raises(ZeroDivisionError):
        failing.result(120)
    with pytest.raises(TypeError, match="serialize"):
        workers.submit(len, threading.Lock()).result(120)
    wait_until(lambda: not workers._tasks)


def test_a_cancelled_experiment_ends_and_leaves_the_workers_free(workers):
    execution = Execution(EXPERIMENT, ClusterPlace(workers))
    execution.start()
    execution.wait_for_change(0, 120)
    execution.cancel()
    assert execution.wait(120)
    assert execution.progress().status == "cancelled"
    wait_until(lambda: not workers._tasks)
    assert workers.submit(operator.mul, 3, 4).result(120) == 12


def test_runs_of_visitors_equal_a_trainer(workers, engine_on):
    engine = engine_on(workers)
    configs = [TrainConfig(batch_size=64, epochs=3, train_images=1280, seed=seed) for seed in range(3)]
    runs = [engine.start(NET, config, str(config.seed)) for config in configs]
    wait_until(lambda: all(engine.view(each).status == "finished" for each in runs))
    for each, config in zip(runs, configs, strict=True):
        assert_same_as_trainer(engine, each, whole(config))
        assert engine._runs[each].state is None
        assert engine.view(each).seconds > 0


def test_a_run_is_paused_stepped_and_gets_another_learning_rate(workers, engine_on):
    engine, trainer = engine_on(workers), Trainer(NET, CONFIG, mnist())
    run_id = engine.start(NET, CONFIG, steps=3)
    trainer.advance(3)
    for rate, steps in ((0.05, 4), (0.0001, 15)):
        wait_until(lambda: engine.view(run_id).status == "paused")
        assert_same_as_trainer(engine, run_id, trainer)
        engine.set_learning_rate(run_id, rate)
        trainer.set_learning_rate(rate)
        engine.advance(run_id, steps)
        trainer.advance(steps)
    wait_until(lambda: engine.view(run_id).status == "paused")
    assert_same_as_trainer(engine, run_id, trainer)
    wait_until(lambda: (live := engine.live_weights(run_id)) is not None and live.step == trainer.step)
    for name, array in trainer.weights().items():
        np.testing.assert_array_equal(engine.live_weights(run_id).weights[name], array)
    engine.reset(run_id)
    engine.finish_epoch(run_id)
    wait_until(lambda: len(engine.view(run_id).history.epochs) == 1)
    assert engine.view(run_id).step == 20


def test_a_paused_run_stands_still_although_its_slice_goes_on_and_a_removed_one_is_gone(workers, engine_on):
    engine = engine_on(workers)
    run_id, removed = engine.start(NET, LONG, "a"), engine.start(NET, LONG, "b")
    wait_until(lambda: min(engine.view(each).step for each in (run_id, removed)) > 0)
    engine.pause(run_id)
    engine.remove(removed)
    step = engine.view(run_id).step
    wait_until(lambda: not engine._worker._sent)
    assert (engine.view(run_id).step, engine.view(run_id).status) == (step, "paused")
    assert [view.id for view in engine.views("b")] == []
    engine.resume(run_id)
    wait_until(lambda: engine.view(run_id).step > step)
    engine.pause(run_id)
    trainer = Trainer(NET, LONG, mnist())
    trainer.advance(engine.view(run_id).step)
    np.testing.assert_array_equal(engine.view(run_id).history.loss, trainer.history.loss)


def test_a_run_that_diverges_on_a_worker_says_so_with_its_remedies(workers, engine_on):
    engine = engine_on(workers)
    run_id = engine.start(Architecture.parse("conv6k3-conv6k3-flatten-dense10"), TrainConfig("momentum", 10))
    wait_until(lambda: engine.view(run_id).status == "failed")
    error = engine.view(run_id).error
    assert isinstance(error, DivergedError)
    assert error.remedies and error.step == engine.view(run_id).step + 1
    assert np.isfinite(engine.view(run_id).history.loss).all()


def test_more_runs_than_workers_train_at_a_time_and_share_them_equally(workers, engine_on):
    engine = engine_on(workers)
    runs = [engine.start(NET, LONG, visit) for visit in "abc"]
    wait_until(lambda: min(engine.view(each).step for each in runs) > 100)
    used = [engine._runs[each].usage.charged for each in runs]
    assert max(used) - min(used) < 5  # seconds: two slices of 2 s that are charged at most, and the last one
    for each in runs:
        engine.remove(each)


def test_a_killed_worker_is_replaced_by_the_others(processes, connected, engine_on, expected):
    killed, _ = processes.start(workers=2)
    wait_until(lambda: len(connected.workers) == 2)
    engine = engine_on(connected)
    runs = [engine.start(NET, LONG, visit, steps=1500) for visit in "ab"]
    wait_until(lambda: min(engine.view(each).step for each in runs) > 0)
    execution = Execution(EXPERIMENT, ClusterPlace(connected))
    execution.start()
    execution.wait_for_change(0, 120)
    kill(killed)
    assert execution.wait(120)
    assert trained_runs(execution.runs) == expected
    assert len(connected.workers) == 1
    wait_until(lambda: all(engine.view(each).status == "paused" for each in runs))
    trainer = Trainer(NET, LONG, mnist())
    trainer.advance(1500)
    for each in runs:
        assert_same_as_trainer(engine, each, trainer)


def test_runs_wait_for_a_killed_scheduler_and_go_on_when_it_is_back(processes, connected, engine_on, expected):
    processes.start()
    engine = engine_on(connected)
    run_id = engine.start(NET, LONG, "a", steps=1500)
    wait_until(lambda: engine.view(run_id).step > 0)
    execution = Execution(EXPERIMENT, ClusterPlace(connected))
    execution.start()
    kill(processes.scheduler)
    wait_until(lambda: bool(engine.view(run_id).held_up))
    assert engine.view(run_id).live
    assert "does not answer" in connected.problem
    assert any("is held up: the cluster" in notice.message for notice in engine.take_notices("a"))
    processes.start()
    wait_until(lambda: engine.view(run_id).status == "paused")
    trainer = Trainer(NET, LONG, mnist())
    trainer.advance(1500)
    assert_same_as_trainer(engine, run_id, trainer)
    assert engine.view(run_id).held_up is None
    assert any("goes on" in notice.message for notice in engine.take_notices("a"))
    assert execution.wait(120)
    assert trained_runs(execution.runs) == expected


def test_a_task_that_ends_its_workers_is_given_up(processes, connected):
    """As a network for which no worker has the memory."""
    processes.start_scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    processes.start_worker()
    with pytest.raises(LostWorkersError, match="ended one after another"):
        connected.submit(os._exit, 1).result(120)


def test_a_killed_app_leaves_its_table_and_goes_on_from_it(shared, workers, expected, tmp_path):
    file, table = tmp_path / "experiment.json", tmp_path / "table.csv"
    file.write_text(EXPERIMENT.to_json(), "utf-8")
    command = [sys.executable, "-m", "cnnplay.experiments", "--file", file, "--out", table]
    with subprocess.Popen([*command, "--executor", shared.address], cwd=ROOT, stderr=subprocess.DEVNULL) as app:
        wait_until(table.exists)
        app.kill()
    done = len(table.read_text("utf-8").splitlines()) - 1
    assert done % EXPERIMENT.settings.epochs == 0
    subprocess.run([*command, "--executor", shared.address], cwd=ROOT, check=True, capture_output=True, timeout=120)
    losses = [row.split(",")[5] for row in table.read_text("utf-8").splitlines()[1:]]
    assert losses == [str(test_loss) for epochs, _ in expected for _, test_loss in epochs]


def copy_of_the_package(folder):
    """The package in another folder, its settings changed by a comment."""
    shutil.copytree(PACKAGE, folder / "cnnplay", ignore=shutil.ignore_patterns("__pycache__", "*.npz"))
    changed = folder / "cnnplay" / "training" / "config.py"
    changed.write_text(changed.read_text("utf-8") + "\n# Another version.\n", "utf-8")
    return folder


def test_workers_of_another_version_and_without_the_package_are_left_out(processes, tmp_path, caplog):
    (tmp_path / "nothing").mkdir()
    processes.start_scheduler()
    other = copy_of_the_package(tmp_path / "other")
    processes.start_worker(other)
    found = Cluster(processes.address)
    try:
        wait_until(lambda: "is left out" in (found.problem or ""))
        app, theirs = code_hash(PACKAGE), code_hash(other / "cnnplay")
        assert found.problem.endswith(f"is left out: it has cnnplay {theirs} where the app has {app}.")
        with pytest.raises(ExperimentError, match="is left out: it has cnnplay"):
            cluster(processes.address)
        processes.start_worker(tmp_path / "nothing")
        wait_until(lambda: "it cannot import cnnplay" in caplog.text)
        processes.start_worker()
        wait_until(lambda: found.problem is None)
        assert len(found.workers) == 1
        assert found.submit(operator.mul, 3, 4).result(120) == 12
    finally:
        found.shutdown(wait=False, cancel_futures=True)


def test_a_run_waits_for_a_cluster_that_is_not_there_yet(processes, connected, engine_on):
    engine = engine_on(connected)
    run_id = engine.start(NET, CONFIG)
    wait_until(lambda: bool(engine.view(run_id).held_up))
    processes.start()
    wait_until(lambda: engine.view(run_id).status == "finished")
    assert_same_as_trainer(engine, run_id, whole(CONFIG))


def test_an_address_without_a_scheduler_is_said_in_a_sentence(processes):
    with pytest.raises(ExperimentError, match=r"No scheduler answers at tcp://127\.0\.0\.1:\d+ \(OSError\)\."):
        cluster(processes.address, 4)
    with pytest.raises(ExperimentError, match="No scheduler can be reached at tcp://localhost: missing port number"):
        cluster("tcp://localhost")


def test_versions_that_differ_are_named_and_another_processor_is_no_reason():
    here = versions()
    assert disagreement(here, here | {"processor": "another"}) is None
    assert disagreement(here, here | {"jax": "0.1", "Python": "3.9"}) == (
        f"Python 3.9 where the app has {here['Python']} and jax 0.1 where the app has {here['jax']}"
    )
    assert disagreement(here, {k: v for k, v in here.items() if k != "optax"}).startswith("optax unknown where")


def test_the_code_hash_ignores_ends_of_line_and_sees_every_change(tmp_path):
    other = copy_of_the_package(tmp_path) / "cnnplay"
    changed = other / "training" / "config.py"
    assert code_hash(other) != code_hash(PACKAGE)
    original = (PACKAGE / "training" / "config.py").read_bytes()
    changed.write_bytes(original.replace(b"\n", b"\r\n"))
    assert code_hash(other) == code_hash(PACKAGE)
    assert Path(other / "training" / "config.py").read_bytes() != original
