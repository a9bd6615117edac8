"""Turns of the pages: who asks least comes first, nobody waits for nothing, and all turns come to an end."""

import threading

import pytest

from cnnplay.ui.turns import CLASS, FORGOTTEN, HALF, HELD, Bucket, Demand, Turn, Turns
from tests.conftest import wait_until


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def began(*turns: Turn) -> list[bool]:
    return [turn.ready.is_set() for turn in turns]


def asked(turns: Turns, tab: str, address: str = "here", times: int = 1) -> Turn:
    for _ in range(times):
        turns.note(tab, address)
    return turns.ask(tab, address)


def test_as_many_are_drawn_as_there_is_room_for_and_then_the_first_come() -> None:
    turns = Turns(2, Clock())
    one, two, three, four = (asked(turns, tab) for tab in "abcd")
    assert began(one, two, three, four) == [True, True, False, False]
    turns.give_back(two)
    assert began(three, four) == [True, False]
    turns.give_back(one)
    turns.give_back(three)
    turns.give_back(four)
    assert not len(turns)


def test_a_visitor_who_asks_now_and_then_comes_before_200_tabs_that_ask_all_the_time() -> None:
    clock = Clock()
    turns = Turns(1, clock)
    busy = asked(turns, "first")
    for second in range(10):
        clock.now += 1
        for tab in range(200):
            turns.note(tab, "there")
        if second % 3 == 0:
            turns.note("visitor", "here")
    crowd = [turns.ask(tab, "there") for tab in range(200)]
    clock.now += 1
    visitor = asked(turns, "visitor")
    assert not any(began(*crowd[1:], visitor)[:-1])
    turns.give_back(busy)
    turns.give_back(crowd[0])
    assert began(visitor) == [True]


def test_200_tabs_of_one_address_that_have_just_been_opened_come_after_a_visitor_of_another() -> None:
    turns = Turns(1, Clock())
    busy = asked(turns, "first")
    crowd = [asked(turns, f"tab {number}", "there") for number in range(200)]
    visitor = asked(turns, "visitor", "here", times=4)
    turns.give_back(busy)
    assert began(visitor) == [True]
    assert not any(began(*crowd))


def test_a_class_behind_one_address_is_not_put_behind_a_tab_that_asks_as_much_as_one_of_them() -> None:
    turns = Turns(1, Clock())
    busy = asked(turns, "first", "elsewhere")
    pupils = [asked(turns, f"pupil {number}", "school") for number in range(int(CLASS))]
    other = asked(turns, "other", "home", times=3)
    turns.give_back(busy)
    assert began(pupils[0], other) == [True, False]


def test_a_page_that_takes_long_keeps_nobody_waiting_for_longer_than_a_moment() -> None:
    turns = Turns(1)
    slow = turns.take("slow", "here")
    next_one = turns.take("next", "here")  # returns while the first is still being drawn
    assert HELD <= next_one.waited < 3 * HELD
    turns.give_back(slow)
    turns.give_back(next_one)
    assert not len(turns)


def test_many_threads_get_their_turns_and_no_more_at_a_time_than_there_is_room_for() -> None:
    turns, lock, drawn, most, done = Turns(3), threading.Lock(), 0, 0, 0

    def draw(number: int) -> None:
        nonlocal drawn, most, done
        for _ in range(5):
            turn = turns.take(number, "here")
            with lock:
                drawn += 1
                most = max(most, drawn)
            with lock:
                drawn -= 1
                done += 1
            turns.give_back(turn)

    threads = [threading.Thread(target=draw, args=[number]) for number in range(40)]
    for thread in threads:
        thread.start()
    wait_until(lambda: done == 200, 30)
    for thread in threads:
        thread.join()
    assert 1 <= most <= 3
    assert not len(turns)


def test_an_ask_counts_half_after_a_while_and_is_forgotten_in_the_end() -> None:
    demand = Demand()
    for _ in range(8):
        demand.note("a", 0.0)
    assert demand.of("a", 0.0) == 8
    assert demand.of("a", HALF) == pytest.approx(4)
    assert demand.of("nobody", 0.0) == 0
    for number in range(5000):
        demand.note(number, float(number))
    assert len(demand) <= 1001
    assert demand.of("a", 5000.0) < FORGOTTEN


def test_thirty_asks_a_second_pass_for_ever_and_more_do_not() -> None:
    bucket, now = Bucket(30, 0.0), 0.0
    for _ in range(3000):
        now += 1 / 30
        assert bucket.seconds_to_wait(now) == 0
    passed = sum(bucket.seconds_to_wait(now + number / 1000) == 0 for number in range(10_000))
    assert 300 <= passed <= 300 + 60 + 1
    wait = bucket.seconds_to_wait(now + 10)
    assert 0 < wait <= 1 / 30
