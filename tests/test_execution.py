"""An experiment under way: whoever trains it and however it is interrupted, its runs are those of a plain loop."""

import inspect
import os
import pickle
import signal
from collections import deque
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import psutil
import pytest

from cnnplay.data.datasets import mnist
from cnnplay.experiments import Experiment, run
from cnnplay.experiments.estimate import estimate, program_of, seconds_of_epoch, state_bytes
from cnnplay.experiments.execution import MOST_RETRIES, Execution
from cnnplay.experiments.executors import ENOUGH_MEMORY, OneProcess, local_process, place_named
from cnnplay.experiments.place import Place, Speed
from cnnplay.experiments.results import read_csv
from cnnplay.experiments.settings import ExperimentError
from cnnplay.experiments.tasks import train_epoch
from cnnplay.experiments.worker import NICENESS
from cnnplay.machine import memory_of_machine
from cnnplay.training.config import PROGRAMS
from tests.conftest import wait_until
from tests.hostile import assert_a_sentence

NET = "conv2k3s{step}-relu-flatten-dense10"
# Four runs of two epochs of four steps each.
EXPERIMENT = Experiment(NET, {"step": [3, 4]}, seeds=2, epochs=2, train_images=100)
DIVERGING = Experiment(
    "conv2k3s3-flatten-dense10",  # without an activation nothing holds the weights back
    {"learning_rate": [0.01, 10.0]},
    seeds=1,
    epochs=2,
    train_images=400,
    optimizer="sgd",
    batch_size=8,
)


def plain(experiment):
    """What a loop of trainers gives, one run after the other: (losses of all steps, epochs)."""
    from cnnplay.training.trainer import Trainer

    found = []
    for trial in experiment.trials:
        trainer = Trainer(trial.architecture, trial.config, mnist())
        trainer.advance(trainer.total_steps)
        found.append((trainer.history.loss, measured(trainer.history.epochs)))
    return found


def measured(epochs):
    return [
        (e.epoch, e.step, e.loss, e.accuracy, e.test.loss, e.test.accuracy, e.test.confusion.tolist()) for e in epochs
    ]


@pytest.fixture(scope="module")
def in_a_loop():
    return plain(EXPERIMENT)


def assert_as_in_a_loop(runs, in_a_loop):
    for one, (losses, epochs) in zip(runs, in_a_loop, strict=True):
        np.testing.assert_array_equal(one.history().loss, losses)
        assert measured(one.epochs) == epochs == measured(one.history().epochs)
        assert one.finished and one.problem is None and one.accuracy == epochs[-1][5] and one.seconds > 0


class ByHand(Executor):
    """Does the tasks that it is given when it is told to: in any order, or never."""

    def __init__(self):
        self.tasks, self.closed, self.done = deque(), False, 0

    def submit(self, function, /, *args, **kwargs):
        if self.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = Future()
        self.tasks.append((future, lambda: function(*args, **kwargs)))
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True

    def begin(self, at=0):
        """Begin a task, which can no longer be cancelled, and return what ends it."""
        future, task = self.tasks[at]
        del self.tasks[at]
        assert future.set_running_or_notify_cancel()

        def end(**changes):
            done = replace(task(), **changes)
            self.done += 1
            future.set_result(done)

        return end

    def do(self, count=1, at=0, **changes):
        for _ in range(count):
            self.forget_cancelled()
            self.begin(at)(**changes)

    def do_all(self):
        self.forget_cancelled()
        while self.tasks:
            self.do()

    def lose(self):
        """The worker dies, with all tasks that it was given."""
        self.forget_cancelled()
        lost, self.tasks = self.tasks, deque()
        for future, _ in lost:
            future.set_running_or_notify_cancel()
        for future, _ in lost:
            future.set_exception(BrokenExecutor("A worker has died."))

    def fail(self, error):
        """A task ends with an error."""
        self.forget_cancelled()
        future, _ = self.tasks.popleft()
        future.set_running_or_notify_cancel()
        future.set_exception(error)

    def forget_cancelled(self):
        self.tasks = deque((future, task) for future, task in self.tasks if not future.cancelled())


class AtOnce(Executor):
    """Does each task while it is submitted."""

    def __init__(self):
        self.depths = set()  # of the stack

    def submit(self, function, /, *args, **kwargs):
        self.depths.add(len(inspect.stack(0)))
        future = Future()
        future.set_result(function(*args, **kwargs))
        return future


def begun(experiment=EXPERIMENT, workers=1, **others):
    by_hand = ByHand()
    execution = Execution(experiment, Place(by_hand, workers, "the test"), **others)
    execution.start()
    return execution, by_hand


@pytest.fixture(scope="module")
def one_process():
    executor = OneProcess()
    yield executor
    pid = executor.pid
    executor.shutdown()
    assert executor.pid is None and (pid is None or not psutil.pid_exists(pid))
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(os.getpid)


@pytest.mark.parametrize("workers", [1, 2])
def test_threads_give_what_a_loop_gives(in_a_loop, workers):
    with ThreadPoolExecutor(workers) as threads:
        results = run(EXPERIMENT, threads, workers=workers)
    assert_as_in_a_loop(results.runs, in_a_loop)


def test_an_executor_that_computes_at_once_gives_what_a_loop_gives(in_a_loop):
    at_once = AtOnce()
    assert_as_in_a_loop(run(EXPERIMENT, at_once).runs, in_a_loop)
    assert len(at_once.depths) == 1  # however many tasks, none is submitted from within another


def test_runs_that_take_turns_give_what_a_loop_gives(in_a_loop):
    """The tasks of four runs, the newest first: each epoch in between the epochs of others."""
    execution, by_hand = begun(workers=2)
    while by_hand.tasks:
        by_hand.do(at=-1)
    assert_as_in_a_loop(execution.runs, in_a_loop)
    assert by_hand.done == EXPERIMENT.epochs


def test_a_process_that_is_killed_in_the_middle_changes_nothing(one_process, in_a_loop):
    """kill -9 after the first epoch: a new process goes on, and the runs are those of a loop, bit for bit."""
    execution = Execution(EXPERIMENT, Place(one_process, 1, "a process"))
    execution.start()
    execution.wait_for_change(0, 120)
    killed = one_process.pid
    os.kill(killed, signal.SIGKILL)
    assert execution.wait(240) and execution.progress().status == "finished"
    assert_as_in_a_loop(execution.runs, in_a_loop)
    assert one_process.pid not in (None, killed) and not psutil.pid_exists(killed)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="a system without priorities")
@pytest.mark.parametrize(("chosen", "lower"), [(None, 10), ("3", 3), ("low", 0)])
def test_the_process_has_a_low_priority(chosen, lower, monkeypatch):
    monkeypatch.delenv(NICENESS, raising=False)
    if chosen:
        monkeypatch.setenv(NICENESS, chosen)
    executor = OneProcess()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert executor.submit(os.getpriority, os.PRIO_PROCESS, 0).result(60) == min(own + lower, 19)
    executor.shutdown()


def test_the_process_answers_with_results_and_errors(one_process):
    assert one_process.submit(os.getpid).result(60) == one_process.pid
    with pytest.raises(ZeroDivisionError):
        one_process.submit(divmod, 1, 0).result(60)
    assert one_process.submit(print, "not among the answers").result(60) is None
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        one_process.submit(lambda: 1).result(60)
    with pytest.raises(BrokenExecutor):
        one_process.submit(os._exit, 1).result(60)
    assert one_process.submit(max, 1, 2).result(60) == 2
    os.kill(one_process.pid, signal.SIGINT)  # a Ctrl-C in the terminal is for the app
    assert one_process.submit(max, 1, 3).result(60) == 3


def test_a_process_without_work_ends_and_comes_back():
    executor = OneProcess(idle=0.01)
    first = executor.submit(os.getpid).result(60)
    wait_until(lambda: not psutil.pid_exists(first))
    assert executor.submit(os.getpid).result(60) != first
    executor.shutdown()


def test_a_process_that_has_become_large_makes_room_for_a_new_one():
    executor = OneProcess(most_memory=0, renew_after=2)
    first, again, second, third = (executor.submit(os.getpid).result(60) for _ in range(4))
    executor.shutdown()
    assert first == again != second == third
    assert not psutil.pid_exists(first) and not psutil.pid_exists(third)


def test_tasks_that_nobody_wants_any_more_are_not_begun():
    executor = OneProcess()
    futures = [executor.submit(os.getpid) for _ in range(3)]
    assert futures[-1].cancel()
    executor.shutdown(cancel_futures=True)
    assert futures[-1].cancelled() and all(future.done() for future in futures)


def test_every_combination_comes_with_the_first_seed_before_the_next_seed():
    execution, by_hand = begun()
    order = []
    while by_hand.tasks:
        before = [len(one.epochs) for one in execution.runs]
        by_hand.do()
        after = [len(one.epochs) for one in execution.runs]
        order.append(next(at for at in range(4) if after[at] > before[at]))
        assert len(by_hand.tasks) <= 2
    assert [order.index(at) for at in range(4)] == sorted(order.index(at) for at in range(4))
    assert max(at for at, of in enumerate(order) if of in (0, 1)) < max(at for at, of in enumerate(order) if of == 3)
    assert [one.trial.seed for one in execution.runs] == [0, 0, 1, 1]


def test_a_pause_lets_what_trains_end_and_takes_back_what_waits(in_a_loop):
    execution, by_hand = begun()
    by_hand.do()
    end = by_hand.begin()
    execution.pause()
    assert execution.progress().status == "paused" and not execution.wait(0)
    by_hand.forget_cancelled()
    assert not by_hand.tasks  # the one that waited was taken back
    end()
    assert execution.wait(0) and execution.progress().finished_epochs == 2  # what trained counts
    assert not by_hand.tasks
    execution.start()
    for _ in range(2):  # pausing and going on at once loses nothing and begins nothing twice
        execution.pause()
        execution.start()
    by_hand.do_all()
    assert by_hand.done == EXPERIMENT.epochs
    assert execution.progress().status == "finished"
    assert_as_in_a_loop(execution.runs, in_a_loop)


def test_what_is_cancelled_keeps_its_finished_runs_and_begins_nothing_more():
    execution, by_hand = begun()
    while execution.progress().finished_runs < 1:
        by_hand.do()
    end = by_hand.begin()
    execution.cancel()
    end()
    assert execution.wait(0)
    before = execution.progress()
    assert before.status == "cancelled" and before.finished_runs >= 1
    execution.start()
    by_hand.forget_cancelled()
    assert not by_hand.tasks and execution.progress() == before
    assert any(one.accuracy is not None for one in execution.runs)


def test_a_lost_worker_is_replaced_and_the_runs_are_the_same(in_a_loop):
    execution, by_hand = begun()
    for _ in range(3):
        by_hand.do()
        for _ in range(MOST_RETRIES):
            by_hand.lose()
        by_hand.do()  # a task that succeeds: the next may fail as often again
    by_hand.do_all()
    assert_as_in_a_loop(execution.runs, in_a_loop)


def test_where_workers_are_lost_again_and_again_it_ends_in_a_sentence_and_can_go_on(in_a_loop):
    execution, by_hand = begun()
    by_hand.do(3)
    for _ in range(MOST_RETRIES + 1):
        by_hand.lose()
    progress = execution.progress()
    assert (progress.status, progress.finished_epochs) == ("failed", 3) and execution.wait(0)
    assert progress.problem == ("The test does not train any more. Finished epochs are kept; press Resume.")
    execution.start()
    assert execution.progress().status == "running" and execution.progress().problem is None
    by_hand.lose()  # not the last straw: the count began anew
    by_hand.do_all()
    assert by_hand.done == EXPERIMENT.epochs
    assert_as_in_a_loop(execution.runs, in_a_loop)


def test_a_place_that_takes_no_tasks_is_told():
    execution, by_hand = begun()
    by_hand.shutdown()
    by_hand.do_all()
    assert execution.progress().status == "failed"
    closed = ThreadPoolExecutor(1)
    closed.shutdown()
    with pytest.raises(ExperimentError, match=r"^The executor does not train any more\.$"):
        run(EXPERIMENT, closed)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 4 bytes"), "The memory was not enough for it."),
        (MemoryError(), "The memory was not enough for it."),
        (ValueError("\x1b[31m" + "x" * 5000), "An error ended its training (ValueError)."),
        (ExperimentError("The workers ended."), "The workers ended."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_of_a_task_ends_its_run_and_the_others_go_on(error, said):
    execution, by_hand = begun()
    by_hand.fail(error)
    by_hand.do_all()
    failed, *others = execution.runs
    assert execution.progress().status == "finished"
    assert failed.problem.startswith(said) and failed.accuracy is None and failed.state is None
    assert_a_sentence(failed.problem)
    assert all(one.accuracy is not None for one in others)


@pytest.mark.parametrize(
    "error",
    [BrokenExecutor(), ConnectionResetError(), TimeoutError(), CancelledError(), ImportError("No jax")],
    ids=repr,
)
def test_a_lost_worker_is_no_fault_of_its_run(error, in_a_loop):
    execution, by_hand = begun()
    by_hand.fail(error)
    by_hand.do_all()
    assert_as_in_a_loop(execution.runs, in_a_loop)
    execution, by_hand = begun()  # where every task ends so, the place is no place to train
    while by_hand.tasks:
        by_hand.fail(error)
    assert execution.progress().status == "failed"


def test_the_process_that_has_stopped_is_named():
    with ThreadPoolExecutor(1) as closed:
        place = replace(local_process(), executor=closed)
    execution = Execution(EXPERIMENT, place)
    execution.start()
    assert execution.progress().problem == (
        "The process that trains has stopped. Finished epochs are kept; press Resume."
    )


def test_an_answer_that_cannot_be_read_counts_as_a_lost_worker():
    execution, by_hand = begun()
    answers = 0
    while execution.progress().status == "running":
        future, task = by_hand.tasks.popleft()
        future.set_running_or_notify_cancel()
        future.set_result(replace(task(), state=b"of another version"))
        answers += 1
    assert MOST_RETRIES < answers <= 2 * MOST_RETRIES + 1  # of the two runs that take turns
    assert execution.progress().status == "failed"
    assert all(not one.epochs and one.seconds == 0 for one in execution.runs)


def test_a_run_that_diverges_ends_with_its_sentence_and_does_not_count():
    results = run(DIVERGING, AtOnce())
    good, diverged = results.runs
    assert good.accuracy is not None and good.problem is None
    assert diverged.finished and diverged.accuracy is None and diverged.state is None
    assert "the loss became" in diverged.problem
    assert_a_sentence(diverged.problem)
    assert [group.accuracies.keys() for group in results.groups] == [{0}, set()]
    assert "1 of 1 run with learning rate 10 ended early and does not count." in results.summary()
    again = read_csv(results.to_csv(), DIVERGING)
    assert [one.problem for one in again] == [None, diverged.problem]


def test_what_was_done_before_is_not_done_again(in_a_loop):
    """Also what was begun, and what another experiment asked in other words."""
    execution, by_hand = begun()
    while execution.progress().finished_runs < 1:
        by_hand.do()
    execution.cancel()
    done = execution.progress().finished_epochs
    wider = Experiment("conv{filters}k3s{step}-relu-flatten-dense10", {"filters": [2], "step": [3, 4]}, 2, **SETTINGS)
    more, again = begun(wider, known=execution.runs)
    assert more.progress().finished_epochs == done
    again.do_all()
    assert by_hand.done + again.done == EXPERIMENT.epochs
    assert_as_in_a_loop(more.runs, in_a_loop)
    assert [dict(one.trial.values) for one in more.runs] == [dict(trial.values) for trial in wider.trials]
    assert [len(group.runs) for group in run(wider, AtOnce(), known=more.runs).groups] == [2, 2]


SETTINGS = {"epochs": 2, "train_images": 100}


NO_START = {"startup": 0.0, "compilation": 0.0}


def test_the_time_left_is_what_the_epochs_so_far_took_for_those_to_come():
    now = [0.0]
    experiment = Experiment(NET, {"step": [3]}, seeds=4, **SETTINGS)
    execution, by_hand = begun(experiment, clock=lambda: now[0])
    assert execution.progress().seconds_left is None
    assert (execution.progress().runs, execution.progress().epochs, execution.progress().share) == (4, 8, 0)
    expected = seconds_of_epoch(experiment.trials[0])
    first = 4.0 + 1.0 + 3 * expected
    now[0] = first
    by_hand.do(
        seconds=3 * expected, startup=4.0, compilation=1.0
    )  # which come once: all epochs take three times as long
    assert execution.progress().seconds_left == pytest.approx(3 * 7 * expected)
    now[0] = first + expected
    assert execution.progress().seconds_left == pytest.approx((3 * 7 - 1) * expected)  # it passes
    now[0] = 2 * (first + 3 * 3 * expected)
    by_hand.do(3, seconds=3 * expected, **NO_START)
    assert execution.progress().seconds_left == pytest.approx(2 * 3 * 4 * expected)  # others train there as well
    now[0] = 10_000.0
    assert execution.progress().seconds_left == 0
    now[0] = 10.0
    assert execution.progress().seconds == 10
    execution.pause()
    now[0] = 50.0
    assert execution.progress().seconds == 10  # a pause is not counted
    execution.start()
    now[0] = 51.0
    by_hand.do_all()
    progress = execution.progress()
    assert (progress.status, progress.share, progress.seconds_left, progress.seconds) == ("finished", 1, 0, 11)
    assert progress.finished_runs == 4 and execution.place.speed.factor is not None


def test_a_program_that_is_not_compiled_yet_adds_to_the_time_left():
    now = [0.0]
    execution, by_hand = begun(clock=lambda: now[0])  # two networks
    now[0] = 2.5
    by_hand.do(seconds=0.5, startup=0.0, compilation=2.0)
    per_step = [seconds_of_epoch(one.trial) for one in execution.runs]
    left = 0.5 / per_step[0] * (sum(2 * each for each in per_step) - per_step[0])
    assert execution.progress().seconds_left == pytest.approx(left + 2.0)


def test_the_first_epoch_with_its_compilation_does_not_make_the_next_experiment_look_slow():
    execution, by_hand = begun()
    expected = estimate(EXPERIMENT).seconds
    epoch = seconds_of_epoch(EXPERIMENT.trials[0])
    by_hand.do(seconds=epoch, startup=3.0, compilation=1.0)
    assert estimate(EXPERIMENT, execution.place).seconds == pytest.approx(expected - 1.0)  # one of two is compiled
    assert execution.place.speed.factor == pytest.approx(1)
    other = EXPERIMENT.trials[1]
    by_hand.do(seconds=seconds_of_epoch(other), startup=3.0, compilation=1.0, process="another one")
    assert execution.place.speed.compiled == {program_of(other)}  # it holds nothing of the first


def test_a_task_tells_start_up_and_compilation_apart_from_the_epoch(one_process):
    trial = Experiment(NET, {"step": [3]}, 1, epochs=3, train_images=100).trials[0]
    os.kill(one_process.submit(os.getpid).result(60), signal.SIGKILL)
    wait_until(lambda: one_process.pid is None)
    with suppress(BrokenExecutor):
        one_process.submit(os.getpid).result(60)
    first = one_process.submit(train_epoch, trial.net, trial.config, None).result(120)
    second = one_process.submit(train_epoch, trial.net, trial.config, first.state).result(120)
    assert first.process == second.process and str(one_process.pid) in first.process
    assert first.startup > second.startup and first.compilation > second.compilation
    assert min(first.seconds, second.seconds) > 0


def test_as_many_programs_are_held_as_training_holds():
    speed = Speed()
    for program in [*range(PROGRAMS + 1), 2]:
        speed.measure_start("a", program, startup=1.0, compilation=3.0)
    assert speed.compiled == {*range(1, PROGRAMS + 1)} and speed.compilation == pytest.approx(3.0)
    speed.measure_start("b", 20, 2.0, 3.0, processes=2)
    assert speed.compiled == {*range(1, PROGRAMS + 1), 20} and speed.startup == 2.0
    speed.measure_start("c", 21, 2.0, 3.0, processes=2)
    assert speed.compiled == {20, 21}


def test_what_should_not_go_on_pauses_by_itself_and_takes_back_what_waits(in_a_loop):
    answers = [True] * 3
    execution, by_hand = begun(should_go_on=lambda: bool(answers) and answers.pop())
    by_hand.do()  # three are submitted, two of them wait
    assert not answers and execution.status == "running"
    by_hand.do()
    by_hand.forget_cancelled()
    assert execution.status == "paused" and not by_hand.tasks and execution.wait(0)
    answers += [True] * 20
    execution.start()
    by_hand.do_all()
    assert_as_in_a_loop(execution.runs, in_a_loop)


def test_the_bytes_of_the_states_that_are_kept_are_counted():
    execution, by_hand = begun()
    by_hand.do_all()
    assert execution.state_bytes == sum(len(one.state) for one in execution.runs) > 0
    again, _ = begun(known=execution.runs)
    assert again.state_bytes == execution.state_bytes


def test_a_run_that_ends_early_shortens_what_is_left():
    execution, by_hand = begun(DIVERGING)
    assert execution.progress().epochs == 4
    by_hand.do_all()
    progress = execution.progress()
    assert (progress.epochs, progress.finished_epochs, progress.finished_runs) == (2, 2, 2)


def test_whoever_watches_sees_every_run_finish():
    seen = []
    run(EXPERIMENT, AtOnce(), watch=lambda execution, progress: seen.append(progress))
    assert seen[-1].status == "finished" and seen[-1].finished_runs == 4

    def stop(execution, progress):
        raise KeyboardInterrupt

    by_hand = ByHand()
    with pytest.raises(KeyboardInterrupt):
        run(EXPERIMENT, by_hand, watch=stop)
    by_hand.forget_cancelled()
    assert not by_hand.tasks


def test_the_states_are_as_large_as_was_told():
    (first,) = run(Experiment(seeds=1, epochs=3, train_images=1000), AtOnce()).runs
    assert len(first.state) == pytest.approx(state_bytes(first.trial), rel=0.1)


@pytest.mark.parametrize("name", ["dask", "tcp:/localhost", "PROCESS!", "x" * 1000])
def test_an_executor_that_does_not_exist_is_explained(name):
    with pytest.raises(
        ExperimentError, match="it may be process, thread, or the address of a Dask scheduler"
    ) as caught:
        place_named(name)
    assert_a_sentence(str(caught.value))


def test_without_a_name_a_machine_with_enough_memory_takes_a_process():
    place = place_named(" ")
    assert isinstance(place.executor, OneProcess) == (memory_of_machine() >= ENOUGH_MEMORY)
    assert place_named("thread").workers == 1
