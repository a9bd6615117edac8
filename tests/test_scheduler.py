"""Scheduler: equal shares whatever a step costs, first come, first served, and no visit takes all places."""

from collections import Counter

import numpy as np
import pytest

from cnnplay.data.datasets import MNIST
from cnnplay.engine.limits import Limits
from cnnplay.engine.run import Run
from cnnplay.engine.scheduler import MOST_CHARGED, Scheduler
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import History

NET = Architecture.parse("flatten-dense10")
STEPS = 1000


def new_run(visit, name="a run"):
    return Run(name, visit, NET, TrainConfig(epochs=1), MNIST, STEPS, STEPS, 1e-3, History(STEPS))


def shares_of(scheduler, runs, seconds, cost):
    """How much of these seconds of training each run gets. cost(run, number): seconds of its slice of that number."""
    before, spent, taken = {run: run.usage.seconds for run in runs}, 0.0, Counter()
    while spent < seconds:
        scheduler.update_queue(runs)
        run = scheduler.next(runs)
        taken[run] += 1
        took = cost(run, taken[run])
        scheduler.charge(run, took)
        spent += took
    return [run.usage.seconds - before[run] for run in runs]


def spread(shares):
    return max(shares) / min(shares)


COSTS = {
    "alike": lambda run, slice_number: 0.1,
    "slow and quick steps": lambda run, slice_number: 0.02 if run.id.endswith(("1", "3")) else 0.35,
    "evaluations": lambda run, slice_number: 1.5 if slice_number % (7 + int(run.id[-1])) == 0 else 0.1,
    "compiled first": lambda run, slice_number: 0.3 + 0.2 * int(run.id[-1]) if slice_number == 1 else 0.1,
}


@pytest.mark.parametrize("number", [2, 5, 8])
@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_every_run_gets_the_same_share_within_seconds(number, cost):
    runs = [new_run(f"visit{index}", f"run{index}") for index in range(number)]
    assert spread(shares_of(Scheduler(Limits()), runs, 12 * number, cost)) < 1.2


def test_a_run_that_begins_or_resumes_neither_jumps_ahead_nor_starves():
    scheduler, first = Scheduler(Limits()), [new_run("a"), new_run("b")]
    shares_of(scheduler, first, 60, COSTS["alike"])
    runs = [*first, new_run("c")]
    assert spread(shares_of(scheduler, runs, 6, COSTS["alike"])) < 1.2
    # Paused for a minute and back.
    back = runs[0]
    back.goal = back.step
    shares_of(scheduler, runs, 60, COSTS["alike"])
    back.goal = STEPS
    assert spread(shares_of(scheduler, runs, 6, COSTS["alike"])) < 1.2


def test_a_very_long_compilation_is_charged_up_to_a_limit_and_a_long_step_in_full():
    scheduler, runs = Scheduler(Limits()), [new_run("a"), new_run("b")]
    for run in runs:
        scheduler.charge(run, 30.0 if run is runs[0] else 0.1, compiled=True)
    waited = shares_of(scheduler, runs, MOST_CHARGED + 0.2, COSTS["alike"])
    assert waited[0] > 0
    scheduler.charge(runs[0], 30.0)
    assert shares_of(scheduler, runs, 20, COSTS["alike"])[0] == 0


def test_shares_are_equal_where_a_step_takes_longer_than_a_slice():
    runs = [new_run(f"visit{index}", f"run{index}") for index in range(8)]
    shares = shares_of(Scheduler(Limits()), runs, 240, lambda run, slice_number: 3.0 if run is runs[0] else 0.1)
    assert spread(shares) < 1.2


def test_places_go_first_come_first_served_and_a_paused_run_gives_its_up():
    scheduler, runs = Scheduler(Limits(active_runs=2)), [new_run(visit) for visit in "abcd"]
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == (runs[:2], runs[2:])
    runs[0].goal = runs[0].step  # paused
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == ([runs[1], runs[2]], [runs[3]])
    runs[0].goal = STEPS  # back, at the end of the queue
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == ([runs[1], runs[2]], [runs[3], runs[0]])


def test_further_runs_of_one_visit_queue_behind_everybody_elses():
    scheduler = Scheduler(Limits(active_runs=3, active_a_visit=2))
    greedy, others = [new_run("a") for _ in range(4)], [new_run("b"), new_run("c")]
    runs = [*greedy, *others]
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == ([*greedy[:2], others[0]], [others[1], *greedy[2:]])
    greedy[0].stopped = True
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == ([greedy[1], greedy[2], others[0]], [others[1], greedy[3]])


def test_a_visits_third_run_queues_even_where_places_are_free():
    scheduler, runs = Scheduler(Limits(active_a_visit=2)), [new_run("a") for _ in range(3)]
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == (runs[:2], runs[2:])


def test_a_queued_run_is_not_charged_and_none_is_next_when_all_have_ended():
    scheduler, runs = Scheduler(Limits(active_runs=1)), [new_run("a"), new_run("b")]
    assert shares_of(scheduler, runs, 3, COSTS["alike"])[1] == 0
    for run in runs:
        run.stopped = True
    scheduler.update_queue(runs)
    assert scheduler.next(runs) is None
    assert scheduler.places(runs) == ([], [])


def test_runs_that_stay_get_equal_shares_while_others_come_and_go():
    random, scheduler = np.random.default_rng(0), Scheduler(Limits())
    stay = [new_run(f"stay{index}") for index in range(4)]
    shares = np.zeros(4)
    for _ in range(20):
        passing = [new_run(f"passing{random.integers(1000)}") for _ in range(random.integers(0, 5))]
        shares += shares_of(scheduler, [*stay, *passing], 10, lambda run, slice_number: random.uniform(0.05, 0.4))[:4]
    assert spread(shares) < 1.05
