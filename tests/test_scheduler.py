"""Scheduler: equal shares whatever a step costs, first come, first served, and nobody fills the places alone."""

from collections import Counter

import numpy as np
import pytest

from cnnplay.engine.limits import Limits
from cnnplay.engine.run import Run
from cnnplay.engine.scheduler import MOST_CHARGED, Scheduler
from cnnplay.network.architecture import Architecture
from cnnplay.training.config import TrainConfig
from cnnplay.training.history import History

NET = Architecture.parse("flatten-dense10")
STEPS = 1000


def made(visit, name="a run"):
    return Run(name, visit, NET, TrainConfig(), STEPS, STEPS, STEPS, 1e-3, History(STEPS))


def trained(turns, runs, seconds, cost):
    """Share out a stretch of time; what each run got of it. cost(run, turn): how long a turn of it takes."""
    before, spent, taken = {run: run.seconds for run in runs}, 0.0, Counter()
    while spent < seconds:
        turns.line_up(runs)
        run = turns.next(runs)
        taken[run] += 1
        took = cost(run, taken[run])
        turns.charge(run, took)
        spent += took
    return [run.seconds - before[run] for run in runs]


def spread(shares):
    return max(shares) / min(shares)


COSTS = {
    "alike": lambda run, turn: 0.1,
    "slow and quick steps": lambda run, turn: 0.02 if run.id.endswith(("1", "3")) else 0.35,
    "evaluations": lambda run, turn: 1.5 if turn % (7 + int(run.id[-1])) == 0 else 0.1,
    "compiled first": lambda run, turn: 0.3 + 0.2 * int(run.id[-1]) if turn == 1 else 0.1,
}


@pytest.mark.parametrize("number", [2, 5, 8])
@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_over_some_seconds_every_run_has_the_same_share(number, cost):
    runs = [made(f"visit{index}", f"run{index}") for index in range(number)]
    assert spread(trained(Scheduler(Limits()), runs, 12 * number, cost)) < 1.2


def test_whoever_comes_later_neither_storms_ahead_nor_starves():
    turns, first = Scheduler(Limits()), [made("a"), made("b")]
    trained(turns, first, 60, COSTS["alike"])
    runs = [*first, made("c")]
    assert spread(trained(turns, runs, 6, COSTS["alike"])) < 1.2
    # Paused for a minute and back.
    back = runs[0]
    back.goal = back.step
    trained(turns, runs, 60, COSTS["alike"])
    back.goal = STEPS
    assert spread(trained(turns, runs, 6, COSTS["alike"])) < 1.2


def test_a_turn_that_took_very_long_is_made_up_for_within_reason():
    turns, runs = Scheduler(Limits()), [made("a"), made("b")]
    trained(turns, runs, 1, lambda run, turn: 30.0 if run is runs[0] else 0.1)
    waited = trained(turns, runs, MOST_CHARGED + 0.2, COSTS["alike"])
    assert waited[0] > 0


def test_places_are_taken_in_the_order_of_coming_and_given_up_by_whoever_pauses():
    turns, runs = Scheduler(Limits(active_runs=2)), [made(visit) for visit in "abcd"]
    turns.line_up(runs)
    assert turns.places(runs) == (runs[:2], runs[2:])
    runs[0].goal = runs[0].step  # paused
    turns.line_up(runs)
    assert turns.places(runs) == ([runs[1], runs[2]], [runs[3]])
    runs[0].goal = STEPS  # back, at the end of the queue
    turns.line_up(runs)
    assert turns.places(runs) == ([runs[1], runs[2]], [runs[3], runs[0]])


def test_further_runs_of_one_visit_wait_behind_everybodys():
    turns = Scheduler(Limits(active_runs=3, active_a_visit=2))
    greedy, others = [made("a") for _ in range(4)], [made("b"), made("c")]
    runs = [*greedy, *others]
    turns.line_up(runs)
    assert turns.places(runs) == ([*greedy[:2], others[0]], [others[1], *greedy[2:]])
    greedy[0].stopped = True
    turns.line_up(runs)
    assert turns.places(runs) == ([greedy[1], greedy[2], others[0]], [others[1], greedy[3]])


def test_two_runs_of_one_visit_alone_leave_the_third_waiting_though_there_are_places():
    turns, runs = Scheduler(Limits(active_a_visit=2)), [made("a") for _ in range(3)]
    turns.line_up(runs)
    assert turns.places(runs) == (runs[:2], runs[2:])


def test_whoever_waits_uses_nothing_and_nobody_wants_a_turn_when_all_have_ended():
    turns, runs = Scheduler(Limits(active_runs=1)), [made("a"), made("b")]
    assert trained(turns, runs, 3, COSTS["alike"])[1] == 0
    for run in runs:
        run.stopped = True
    turns.line_up(runs)
    assert turns.next(runs) is None
    assert turns.places(runs) == ([], [])


def test_random_comings_and_goings_leave_equal_shares_to_those_who_stay():
    random, turns = np.random.default_rng(0), Scheduler(Limits())
    stay = [made(f"stay{index}") for index in range(4)]
    shares = np.zeros(4)
    for _ in range(20):
        passing = [made(f"passing{random.integers(1000)}") for _ in range(random.integers(0, 5))]
        shares += trained(turns, [*stay, *passing], 10, lambda run, turn: random.uniform(0.05, 0.4))[:4]
    assert spread(shares) < 1.05
