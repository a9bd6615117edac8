"""Fewer runs train at a time where pages take long to draw, and more again where they are quick."""

import pytest

from cnnplay.engine.capacity import FEWEST, LOOK_EVERY, STEP, Capacity
from cnnplay.engine.engine import Engine
from cnnplay.engine.limits import Limits
from cnnplay.engine.scheduler import Scheduler
from tests.test_scheduler import new_run

LIMITS = Limits(active_runs=8, slow_page=1.5)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def after_pages(capacity: Capacity, clock: Clock, *seconds: float) -> int:
    """The places after a time in which pages took so long."""
    for each in seconds[:-1]:
        capacity.record(each)
    clock.now += LOOK_EVERY
    capacity.record(seconds[-1])
    return capacity.places


def new_capacity() -> tuple[Capacity, Clock]:
    clock = Clock()
    return Capacity(LIMITS, clock), clock


def test_slow_pages_take_places_away_down_to_one_and_quick_ones_give_them_back():
    capacity, clock = new_capacity()
    fewer = [after_pages(capacity, clock, *[3.0] * FEWEST) for _ in range(9)]
    assert fewer == sorted(fewer, reverse=True)
    assert fewer[0] < 8
    assert fewer[-1] == 1
    more = [after_pages(capacity, clock, *[0.1] * FEWEST) for _ in range(9)]
    assert more == [2, 3, 4, 5, 6, 7, 8, 8, 8]


@pytest.mark.parametrize("seconds", [[0.1] * 9 + [30.0], [1.0] * 10], ids=["one page of ten", "neither slow nor quick"])
def test_nothing_changes_for_a_single_slow_page_or_in_between(seconds):
    capacity, clock = new_capacity()
    assert after_pages(capacity, clock, *seconds) == 8
    after_pages(capacity, clock, *[3.0] * FEWEST)
    before = capacity.places
    assert after_pages(capacity, clock, *[1.0] * FEWEST) == before


def test_a_few_pages_decide_nothing():
    capacity, clock = new_capacity()
    assert after_pages(capacity, clock, *[9.0] * (FEWEST - 1)) == 8
    assert after_pages(capacity, clock, 9.0) < 8


@pytest.mark.parametrize(
    "step, places", [(STEP / 4, 8), (STEP, 8), (2 * STEP, 4), (4 * STEP, 2), (100 * STEP, 1)], ids=str
)
def test_a_slower_machine_begins_with_fewer_places(step, places):
    capacity, _ = new_capacity()
    capacity.begin(step)
    assert capacity.places == places


def test_what_has_no_place_any_more_is_queued_the_newest_last():
    clock = Clock()
    scheduler, runs = Scheduler(LIMITS, clock), [new_run(f"visit{number}") for number in range(8)]
    scheduler.update_queue(runs)
    assert scheduler.places(runs) == (runs, [])
    after_pages(scheduler.capacity, clock, *[3.0] * FEWEST)
    assert scheduler.places(runs) == (runs[:6], runs[6:])


def test_the_engine_counts_the_seconds_of_its_pages_but_of_none_that_was_interrupted(small):
    clock = Clock()
    engine = Engine(lambda: small, LIMITS, clock)

    def draw(seconds: float) -> None:
        with engine.page_rendering("visit"):
            clock.now += seconds

    def interrupted() -> None:
        with engine.page_rendering("visit"):
            clock.now += 2.0
            raise InterruptedError

    try:
        for _ in range(2 * FEWEST):
            with pytest.raises(InterruptedError):
                interrupted()
        assert engine.active_runs == 8
        for _ in range(FEWEST):
            draw(2.0)
        assert engine.active_runs == 6
    finally:
        engine.close()
